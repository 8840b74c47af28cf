package mailbox

import (
	"encoding/binary"

	"pxos/abi"
)

// ring is the device's side of one ring pair.
type ring struct {
	base   uint32
	served uint32 // submissions completed
	job    Job
}

// entry is where entry k of a half of the ring lies.
func (r *ring) entry(half, k uint32) uint32 {
	return r.base + half + k%abi.RingEntries*abi.RingEntryBytes
}

// ProcessRing carries out at most max submissions of ring i, in order, and
// publishes a completion for each. It stops where the next entry does not carry
// the next number, and at a command that waits for the host's answer.
func (m *Model) ProcessRing(i, max int) (done int) {
	r := &m.rings[i]
	for done < max {
		switch r.job.state {
		case abi.JobPosted:
			return done
		case abi.JobAnswered:
			m.complete(r, r.job.cookie, m.finish(&r.job))
			done++
			continue
		}
		at := r.entry(abi.RingSQEntries, r.served)
		if m.vram.Load(at+abi.SQESeq) != r.served+1 {
			return done
		}
		var e [abi.RingEntryBytes]byte
		copy(e[:], m.vram.bytes[at:])
		q := decode(&e)
		q.ring = i
		m.perf.rings[i]++
		m.perf.latency(binary.LittleEndian.Uint32(e[abi.SQELatency:]))
		result, waits := m.execute(q)
		if waits {
			return done
		}
		m.complete(r, q.cookie, result)
		done++
	}
	return done
}

// decode reads a submission entry.
func decode(e *[abi.RingEntryBytes]byte) request {
	le := binary.LittleEndian
	op := le.Uint32(e[abi.SQECommand:])
	q := request{opcode: uint8(op), process: uint16(op >> 16), cookie: le.Uint32(e[abi.SQECookie:])}
	for i := range q.args {
		q.args[i] = le.Uint64(e[abi.SQEArgs+8*i:])
	}
	return q
}

// complete writes the completion, its sequence number last: a guest that sees the
// number sees the entry, and pays for one cache line.
func (m *Model) complete(r *ring, cookie uint32, res result) {
	m.count(res)
	at := r.entry(abi.RingCQEntries, r.served)
	e := m.vram.bytes[at : at+abi.RingEntryBytes : at+abi.RingEntryBytes]
	le := binary.LittleEndian
	le.PutUint32(e[abi.CQECookie:], cookie)
	le.PutUint32(e[abi.CQEStatus:], res.status)
	le.PutUint32(e[abi.CQERevoked:], m.posted)
	le.PutUint64(e[abi.CQEResult:], res.value)
	le.PutUint64(e[abi.CQEExtra:], res.extra)
	r.served++
	m.vram.Store(at+abi.CQESeq, r.served)
}

// count counts a finished command.
func (m *Model) count(r result) {
	m.commands++
	m.perf.errors[r.status]++
	if r.status != abi.ErrNone {
		m.failed++
	}
}

// perf is the counters, which wrap.
type perf struct {
	opcodes   [16]uint32
	errors    [abi.ErrNum]uint32
	calls     [abi.CallNum]uint32
	latencies [abi.LatencyBuckets]uint32
	rings     [abi.MaxRings]uint32
}

// latency notes how long a command took the guest, by powers of two.
func (p *perf) latency(ns uint32) {
	if ns == 0 {
		return
	}
	bucket := 0
	for ns > 1 {
		ns >>= 1
		bucket++
	}
	p.latencies[bucket]++
}
