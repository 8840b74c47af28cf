package mailbox

import (
	"encoding/binary"
	"errors"
	"fmt"

	"pxos/abi"
)

// ErrRing reports that a ring was stopped because an index moved out of range.
var ErrRing = errors.New("mailbox: ring index out of range, ring stopped until reset")

// ring is the device's side of one ring pair. The copies of sqHead and cqTail in
// VRAM are for the guest to read and are never read back.
type ring struct {
	base   uint32
	sqHead uint32
	cqTail uint32
	cqSeen uint32 // CQHead when it was last looked at
	broken bool
}

// Pending tells whether ProcessRing would get anywhere on ring i: a submission
// waits and there is room for its completion, or an index is out of range. A
// ring that was stopped never has work.
func (m *Model) Pending(i int) bool {
	r := &m.rings[i]
	return !r.broken && m.vram.Load(r.base+abi.RingSQTail) != r.sqHead && m.room(r) != 0
}

// room is the number of free completion entries, negative when CQHead cannot be
// true. CQHead is the guest's cache line and costs a transfer between cores, so
// it is looked at only when the ring seems full.
func (m *Model) room(r *ring) int {
	if r.cqTail-r.cqSeen == abi.RingEntries {
		r.cqSeen = m.vram.Load(r.base + abi.RingCQHead)
	}
	return abi.RingEntries - int(r.cqTail-r.cqSeen)
}

// Prepare fetches the cache line of ring i's next completion for writing, which
// a device does while it is idle; nothing the guest can see changes.
func (m *Model) Prepare(i int) {
	r := &m.rings[i]
	m.vram.Own(r.base + abi.RingCQEntries + r.cqTail%abi.RingEntries*abi.RingEntryBytes)
}

// SetSleep publishes whether the device sleeps on ring i, that is whether the
// guest must write DOORBELL after it moved SQTail. The store is a full fence: a
// Pending that follows sees every submission of a guest that saw no sleep.
func (m *Model) SetSleep(i int, sleeping bool) {
	v := uint32(0)
	if sleeping {
		v = 1
	}
	m.vram.Store(m.rings[i].base+abi.RingDeviceSleep, v)
}

// WantsWake tells whether the guest asked for an interrupt on completion.
func (m *Model) WantsWake(i int) bool {
	return m.vram.Load(m.rings[i].base+abi.RingGuestWake) != 0
}

// ProcessRing carries out at most max submissions of ring i, in order, and
// publishes a completion for each. It stops early when the completion ring is
// full. An index out of range stops the ring when it is looked at (SQTail always,
// CQHead when the completion ring seems full): STATUS shows ERROR, RESP
// ErrRingBroken, and the error is ErrRing, now and on later calls.
func (m *Model) ProcessRing(i, max int) (done int, err error) {
	if i < 0 || i >= len(m.rings) {
		return 0, fmt.Errorf("mailbox: no ring %d", i)
	}
	r := &m.rings[i]
	if r.broken {
		return 0, ErrRing
	}
	tail := m.vram.Load(r.base + abi.RingSQTail)
	if tail-r.sqHead > abi.RingEntries {
		return 0, m.breakRing(r)
	}
	for done < max && r.sqHead != tail {
		room := m.room(r)
		if room < 0 {
			return done, m.breakRing(r)
		}
		if room == 0 {
			break
		}
		entry := m.submission(r)
		req, cookie := decode(&entry)
		m.complete(r, cookie, m.execute(req))
		done++
	}
	return done, nil
}

func (m *Model) breakRing(r *ring) error {
	r.broken = true
	m.registerError(abi.ErrRingBroken)
	return ErrRing
}

// submission copies the next entry, so that the guest cannot change it between
// check and use.
func (m *Model) submission(r *ring) (e [abi.RingEntryBytes]byte) {
	at := r.base + abi.RingSQEntries + r.sqHead%abi.RingEntries*abi.RingEntryBytes
	copy(e[:], m.vram.bytes[at:])
	return e
}

// decode reads a submission entry.
func decode(e *[abi.RingEntryBytes]byte) (request, uint64) {
	le := binary.LittleEndian
	op := le.Uint32(e[abi.SQEOpcode:])
	q := request{opcode: uint8(op), thread: uint8(op >> 8)}
	q.invalid = op>>16 != 0 || le.Uint32(e[abi.SQEFlags:]) != 0
	for i := range q.args {
		q.args[i] = le.Uint64(e[abi.SQEArgs+8*i:])
	}
	return q, le.Uint64(e[abi.SQECookie:])
}

// complete writes the completion, its sequence number last, then moves CQTail,
// then SQHead: a guest that sees the number or the index sees the entry. Polling
// the number costs the guest one cache-line transfer, polling the index two.
func (m *Model) complete(r *ring, cookie uint64, res result) {
	at := r.base + abi.RingCQEntries + r.cqTail%abi.RingEntries*abi.RingEntryBytes
	e := m.vram.bytes[at : at+abi.RingEntryBytes : at+abi.RingEntryBytes]
	clear(e[abi.CQEData:])
	le := binary.LittleEndian
	le.PutUint64(e[abi.CQECookie:], cookie)
	le.PutUint32(e[abi.CQEStatus:], res.status)
	le.PutUint64(e[abi.CQEResult:], res.value)
	r.cqTail++
	r.sqHead++
	m.vram.Store(at+abi.CQESeq, r.cqTail)
	m.vram.Store(r.base+abi.RingCQTail, r.cqTail)
	m.vram.Store(r.base+abi.RingSQHead, r.sqHead)
}
