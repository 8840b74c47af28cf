package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"pxos/abi"
	"pxos/abi/tables"
	"pxos/pxgpu"
)

type attackCounts struct {
	Submissions uint64 `json:"submissions"`
	Scribbles   uint64 `json:"scribbles"`
	Doorbells   uint64 `json:"doorbells"`
	Registers   uint64 `json:"register_writes"`
	Resets      uint64 `json:"resets"`
	Kernels     uint64 `json:"kernels"`
	Commands    uint64 `json:"commands"`
	Refused     uint64 `json:"refused"`
	Runaways    uint64 `json:"runaway_kernels"`
	Ended       uint64 `json:"guests_ended"`
	Looks       uint64 `json:"looks_at_tables"`
}

// attacker is the hostile guest.
type attacker struct {
	*guest
	device *pxgpu.Device
	r      *rand.Rand
	sent   [abi.MaxRings]uint32
	known  []uint64 // results that it got, to be used where they do not belong
	attackCounts
	failure error // of a doorbell
}

// any draws a number: one that was given, a small one, an edge, or any.
func (a *attacker) any() uint64 {
	switch a.r.IntN(6) {
	case 0, 1:
		if len(a.known) > 0 {
			return a.known[a.r.IntN(len(a.known))]
		}
	case 2:
		return a.r.Uint64N(64)
	case 3:
		edges := []uint64{0, 1<<32 - 1, 1 << 32, ^uint64(0), abi.VRAMAllocBase, abi.BAR0Size - 4, abi.BAR0Size, abi.TablesBase, 1 << 52}
		return edges[a.r.IntN(len(edges))] - uint64(a.r.IntN(3)) + 1
	case 4:
		return a.r.Uint64N(64) * abi.ExtentBytes
	}
	return a.r.Uint64()
}

var calls = []uint64{0, 1, 2, abi.CallExtent, abi.CallExtent, abi.CallReturn, abi.CallDerive, abi.CallRevoke, abi.CallRevokeAck, abi.CallQuery,
	abi.CallDeviceAdd, abi.CallDeviceClaim, abi.CallProcessCreate, abi.CallProcessEnd, abi.CallProcessRoot, abi.CallProgramAdd, abi.CallProgramDrop, 63}

// command draws one that is more or less in order.
func (a *attacker) command() (uint32, [abi.SQEArgNum]uint64) {
	ops := []uint32{abi.OpUARTWrite, abi.OpUARTRead, abi.OpGPUExecute, abi.OpMMIORead, abi.OpMMIOWrite, abi.OpSyscall, abi.OpSyscall,
		abi.OpSyscall, abi.OpAlloc, abi.OpFree, a.r.Uint32N(256)}
	op := ops[a.r.IntN(len(ops))]
	args := [abi.SQEArgNum]uint64{a.any(), a.any(), a.any(), a.any(), a.any(), a.any()}
	switch {
	case op == abi.OpSyscall && a.r.IntN(8) > 0:
		args[0] = calls[a.r.IntN(len(calls))]
		if args[0] == abi.CallExtent {
			args[2] = uint64(a.r.IntN(16))
		}
	case op == abi.OpAlloc && a.r.IntN(4) > 0:
		args[0] = a.r.Uint64N(40)
	case op == abi.OpUARTWrite:
		args[0] = a.r.Uint64N(34)
	case op == abi.OpHalt && a.r.IntN(50) > 0:
		op = abi.OpUARTRead
	}
	if a.r.IntN(3) == 0 {
		op |= uint32(a.any()) << 16
	}
	return op, args
}

// burst sends a number of submissions on a ring, most with the number that is due.
func (a *attacker) burst(ring uint32) {
	for range 1 + a.r.IntN([]int{20, 200, 300}[a.r.IntN(3)]) { // more than the ring holds, at times
		op, args := a.command()
		number := a.sent[ring] + 1
		if a.r.IntN(40) == 0 {
			number = a.r.Uint32()
			a.submit(ring, a.r.Uint32(), number, op, args)
			a.Scribbles++
			continue
		}
		a.submit(ring, a.sent[ring], number, op, args)
		a.sent[ring] = number
		a.Submissions++
	}
	a.ring(ring)
	a.learn(ring)
}

// ring rings the bell, mostly when the device sleeps.
func (a *attacker) ring(ring uint32) {
	if a.load(abi.RingBase+ring*abi.RingBlockBytes+abi.RingDeviceSleep) != 0 || a.r.IntN(50) == 0 {
		a.Doorbells++
		a.failure = a.write(abi.RegDOORBELL, ring)
	}
}

// ask sends a command as one should and waits for its answer, for a while.
func (a *attacker) ask(ring, op uint32, args [abi.SQEArgNum]uint64) (result uint64, ok bool) {
	a.sent[ring] = a.due(ring)
	n := a.sent[ring]
	a.submit(ring, n, n+1, op, args)
	a.sent[ring]++
	a.ring(ring)
	at := entry(ring, abi.RingCQEntries, n)
	for start := time.Now(); a.load(at+abi.CQESeq) != n+1; {
		if time.Since(start) > 50*time.Millisecond {
			return 0, false
		}
	}
	return uint64(a.load(at + abi.CQEResult)), a.load(at+abi.CQEStatus) == abi.ErrNone
}

// learn looks at answers; where the device is elsewhere, it goes on from there.
func (a *attacker) learn(ring uint32) {
	for range 8 {
		at := entry(ring, abi.RingCQEntries, a.r.Uint32N(abi.RingEntries))
		if a.load(at+abi.CQEStatus) == abi.ErrNone {
			v := uint64(a.load(at+abi.CQEResult)) | uint64(a.load(at+abi.CQEResult+4))<<32
			if a.known = append(a.known, v); len(a.known) > 64 {
				a.known = a.known[1:]
			}
		}
	}
	for k := range uint32(abi.RingEntries) {
		if n := a.load(entry(ring, abi.RingCQEntries, k) + abi.CQESeq); int32(n-a.sent[ring]) > 0 {
			a.sent[ring] = n
		}
	}
	if a.r.IntN(4) > 0 { // step back to the number that is due
		a.sent[ring] = a.due(ring)
	}
}

// due is the number of the last completion of a ring.
func (a *attacker) due(ring uint32) uint32 {
	last := uint32(0)
	for k := range uint32(abi.RingEntries) {
		last = max(last, a.load(entry(ring, abi.RingCQEntries, k)+abi.CQESeq))
	}
	return last
}

const endless = `@group(0) @binding(0) var<storage, read_write> a: array<u32>;
@compute @workgroup_size(64) fn run(@builtin(local_invocation_index) i: u32) { loop { a[i] += 1u; if (a[i] == 0u && a[0] == 7u) { break; } } }`

// kernel registers a text that may be a program, and runs it; some have no end.
func (a *attacker) kernel(ring uint32) {
	page, ok := a.ask(ring, abi.OpAlloc, [abi.SQEArgNum]uint64{1})
	if !ok {
		return
	}
	at := uint32(page)
	text := endless
	switch a.r.IntN(4) {
	case 0:
		text = text[:a.r.IntN(len(text))]
	case 1:
		text = strings.Replace(text, "loop { a[i] += 1u;", "{ a[i] += 1u; return;", 1)
	}
	copy(a.vram[at:], text)
	program, ok := a.ask(ring, abi.OpSyscall, [abi.SQEArgNum]uint64{abi.CallProgramAdd, page, uint64(len(text))})
	if !ok {
		program = abi.ProgramUser
	}
	block := at + 2048
	for i, v := range []uint32{1, 1, 1, 1, 0, at, 256, 0} {
		a.store(block+uint32(4*i), v)
	}
	if a.r.IntN(5) == 0 {
		a.store(block+4*a.r.Uint32N(8), a.r.Uint32())
	}
	a.Kernels++
	a.submit(ring, a.sent[ring], a.sent[ring]+1, abi.OpGPUExecute, [abi.SQEArgNum]uint64{program, uint64(block), 32})
	a.sent[ring]++
	a.ring(ring)
}

// step does one hostile thing.
func (a *attacker) step() error {
	ring := a.r.Uint32N(4)
	switch k := a.r.IntN(1000); {
	case k < 600:
		a.burst(ring)
	case k < 800:
		for range 100 { // anywhere in mapped memory, sleeping words and the ring back included
			at := abi.RingBase + 4*a.r.Uint32N((abi.TablesBase-abi.RingBase)/4)
			if a.r.IntN(2) == 0 {
				at = abi.VRAMAllocBase + 4*a.r.Uint32N((abi.BAR0Size-abi.VRAMAllocBase)/4)
			}
			a.store(at, a.r.Uint32())
			a.Scribbles++
		}
	case k < 806:
		a.kernel(ring)
	case k < 900:
		for range a.r.IntN(20) { // a storm
			a.Doorbells++
			if err := a.write(abi.RegDOORBELL, ring); err != nil {
				return err
			}
		}
	case k < 960:
		a.Registers++
		offsets := []uint64{abi.RegCMD, abi.RegCMD, abi.RegCMD, abi.RegSTATUS, abi.RegRESP, abi.RegDOORBELL, 0x40, 0xFFC,
			abi.TablesBase + 4*a.r.Uint64N((abi.TablesEnd-abi.TablesBase)/4)}
		return a.write(offsets[a.r.IntN(len(offsets))], a.r.Uint32())
	case k < 996:
		_, err := a.read(4 * a.r.Uint64N(abi.TablesEnd/4))
		return err
	default:
		return a.reset()
	}
	return nil
}

// reset begins anew, in the middle of whatever runs.
func (a *attacker) reset() error {
	select {
	case <-a.device.Ended():
		a.Ended++
	default:
	}
	a.Resets++
	a.sent, a.known = [abi.MaxRings]uint32{}, nil
	return a.write(abi.RegRESET, abi.ResetKey)
}

// look decodes the tables and holds them against each other.
func (a *attacker) look() error {
	a.Looks++
	t, err := tables.Decode(a.device.Tables())
	if err != nil {
		return err
	}
	return t.Check()
}

// attack goes on until ctx ends; its error is that the device failed.
func (a *attacker) attack(ctx context.Context) error {
	for n := 0; ctx.Err() == nil; n++ {
		if err := errors.Join(a.step(), a.failure); err != nil {
			return fmt.Errorf("the device no longer answers the hostile guest: %w", err)
		}
		if n%200 == 0 {
			if err := a.look(); err != nil {
				return fmt.Errorf("the tables are not consistent: %w", err)
			}
		}
	}
	// Last, as any guest may: start anew and be served.
	if err := a.reset(); err != nil {
		return err
	}
	a.submit(0, 0, 1, abi.OpGPUExecute, [abi.SQEArgNum]uint64{abi.ProgramPing, 41})
	if err := a.write(abi.RegDOORBELL, 0); err != nil {
		return err
	}
	for a.load(entry(0, abi.RingCQEntries, 0)+abi.CQESeq) != 1 {
	}
	if got := a.load(entry(0, abi.RingCQEntries, 0) + abi.CQEResult); got != 42 {
		return fmt.Errorf("after the attack a ping of 41 gives %d", got)
	}
	return nil
}
