package runtime

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"pxos/abi"
	"pxos/pxgpu/mailbox"
	"pxos/wgsl"
)

const (
	testPages = 64
	testVRAM  = abi.VRAMAllocBase + testPages*abi.VRAMPageBytes
	testRings = 4
)

// pair is the model and the program side by side, each with a guest that writes
// the same.
type pair struct {
	t       *testing.T
	ctx     context.Context
	model   *mailbox.Model
	vram    []byte // of the model
	runtime *Runtime
	console bytes.Buffer // of the model
	tail    [testRings]uint32
	head    [testRings]uint32
}

func newPair(t *testing.T, backend string) *pair {
	t.Helper()
	p := &pair{t: t, ctx: context.Background(), vram: make([]byte, testVRAM)}
	d, err := wgsl.Open(p.ctx, backend, wgsl.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if p.model, err = mailbox.New(p.vram, testRings, &p.console); err != nil {
		t.Fatal(err)
	}
	if p.runtime, err = New(p.ctx, d, testVRAM, testRings); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.runtime.Close() })
	return p
}

// poke writes a word of VRAM on both sides.
func (p *pair) poke(at, value uint32) {
	var b [4]byte
	binary.LittleEndian.PutUint32(b[:], value)
	p.bytes(at, b[:])
}

func (p *pair) bytes(at uint32, data []byte) {
	copy(p.vram[at:], data)
	if err := p.runtime.VRAM().Write(int64(at), data); err != nil {
		p.t.Fatal(err)
	}
}

// submit writes a submission and moves SQTail.
func (p *pair) submit(ring int, op, flags uint32, cookie uint64, args [6]uint64) {
	e := make([]byte, abi.RingEntryBytes)
	binary.LittleEndian.PutUint32(e, op)
	binary.LittleEndian.PutUint32(e[abi.SQEFlags:], flags)
	binary.LittleEndian.PutUint64(e[abi.SQECookie:], cookie)
	for i, a := range args {
		binary.LittleEndian.PutUint64(e[abi.SQEArgs+8*i:], a)
	}
	base := uint32(abi.RingBase + ring*abi.RingBlockBytes)
	p.bytes(base+abi.RingSQEntries+p.tail[ring]%abi.RingEntries*abi.RingEntryBytes, e)
	p.tail[ring]++
	p.poke(base+abi.RingSQTail, p.tail[ring])
}

// process runs a ring on both sides.
func (p *pair) process(ring, most int) int {
	want, wantErr := p.model.ProcessRing(ring, most)
	got, err := p.runtime.ProcessRing(p.ctx, ring, most)
	if got != want || errors.Is(err, ErrRing) != errors.Is(wantErr, mailbox.ErrRing) || err != nil && !errors.Is(err, ErrRing) {
		p.t.Fatalf("ring %d: the program did %d (%v), the model %d (%v)", ring, got, err, want, wantErr)
	}
	return got
}

// register writes a register on both sides and compares all registers.
func (p *pair) register(offset, value uint32) {
	wantRing, wantBell := p.model.WriteRegister(offset, value)
	ring, bell, err := p.runtime.WriteRegister(p.ctx, offset, value)
	if err != nil || ring != wantRing || bell != wantBell {
		p.t.Fatalf("write %#x to register %#x: %d %v %v, the model says %d %v", value, offset, ring, bell, err, wantRing, wantBell)
	}
	p.registers()
}

func (p *pair) registers() {
	for _, at := range []uint32{abi.RegSTATUS, abi.RegRESP} {
		got, err := p.runtime.ReadRegister(p.ctx, at)
		if want := p.model.ReadRegister(at); err != nil || got != want {
			p.t.Fatalf("register %#x is %#x (%v), the model says %#x", at, got, err, want)
		}
	}
}

// same compares all that can be seen: VRAM, counters, console, registers.
func (p *pair) same(step int) {
	p.t.Helper()
	vram := make([]byte, testVRAM)
	if err := p.runtime.VRAM().Read(0, vram); err != nil {
		p.t.Fatal(err)
	}
	if !bytes.Equal(vram, p.vram) {
		at := 0
		for vram[at] == p.vram[at] {
			at++
		}
		p.t.Fatalf("step %d: VRAM differs at %#x: %#x, the model has %#x", step, at, vram[at], p.vram[at])
	}
	completed, failed, err := p.runtime.Counters()
	if err != nil || completed != p.model.Completed() || failed != p.model.Failed() {
		p.t.Fatalf("step %d: %d commands, %d failed (%v); the model says %d, %d", step, completed, failed, err, p.model.Completed(), p.model.Failed())
	}
	text, err := p.runtime.Drain()
	if err != nil || !bytes.Equal(text, p.console.Bytes()) {
		p.t.Fatalf("step %d: the console says %q (%v), the model's %q", step, text, err, p.console.Bytes())
	}
	p.console.Reset()
	p.registers()
}

var opcodes = []uint32{abi.OpUARTWrite, abi.OpUARTRead, abi.OpGPUExecute, abi.OpMMIORead, abi.OpMMIOWrite, abi.OpSyscall,
	abi.OpAlloc, abi.OpAlloc, abi.OpFree, abi.OpFree}

// argument chooses a number that is often good, and often just not.
func argument(rng *rand.Rand, op uint32, k int) uint64 {
	switch rng.IntN(12) {
	case 3:
		return []uint64{0, 1, 1<<32 - 1, 1 << 32, 1<<64 - 1}[rng.IntN(5)]
	case 0:
		return rng.Uint64()
	case 1:
		return uint64(rng.Uint32())
	case 2:
		return 1<<32 + uint64(rng.IntN(8))
	}
	switch {
	case op == abi.OpAlloc && k == 0:
		return uint64(rng.IntN(testPages/4 + 2))
	case op == abi.OpFree && k == 0:
		return uint64(abi.VRAMAllocBase + rng.IntN(testPages+2)*abi.VRAMPageBytes)
	case (op == abi.OpMMIORead || op == abi.OpMMIOWrite) && k == 0:
		// Also words of the rings: the program must not trust them.
		return uint64(rng.IntN(testVRAM/4+2)) * 4
	case op == abi.OpUARTWrite && k == 0:
		return uint64(rng.IntN(36))
	case op == abi.OpMMIOWrite && k == 1:
		return uint64(rng.Uint32())
	case k == 0:
		return uint64(rng.IntN(3))
	}
	return rng.Uint64()
}

// step does one random thing to both.
func (p *pair) step(rng *rand.Rand) (commands int) {
	ring := rng.IntN(testRings)
	base := uint32(abi.RingBase + ring*abi.RingBlockBytes)
	switch kind := rng.IntN(100); {
	case kind < 55: // a batch, at times as much as the ring holds and the guest does not take
		n := 1 + rng.IntN(40)
		if waiting := p.tail[ring] - binary.LittleEndian.Uint32(p.vram[base+abi.RingSQHead:]); rng.IntN(6) == 0 && waiting < abi.RingEntries {
			n = int(abi.RingEntries - waiting)
		}
		for range n {
			op := opcodes[rng.IntN(len(opcodes))]
			flags := uint32(0)
			switch rng.IntN(30) {
			case 0:
				op = rng.Uint32()
			case 1:
				flags = rng.Uint32()
			case 2:
				op |= rng.Uint32() & 0xff00
			}
			var args [6]uint64
			for k := range args {
				args[k] = argument(rng, op, k)
			}
			p.submit(ring, op, flags, rng.Uint64(), args)
		}
		return p.process(ring, 1+rng.IntN(abi.RingEntries))
	case kind < 80: // the guest takes what was completed, or a part
		p.head[ring] += (binary.LittleEndian.Uint32(p.vram[base+abi.RingCQTail:]) - p.head[ring]) >> rng.IntN(3)
		p.poke(base+abi.RingCQHead, p.head[ring])
		return p.process(ring, 1+rng.IntN(abi.RingEntries))
	case kind < 90:
		p.register(abi.RegCMD, opcodes[rng.IntN(len(opcodes))]<<24|rng.Uint32()&0xffffff>>rng.IntN(16))
		return 1
	case kind < 93:
		p.register([]uint32{abi.RegDOORBELL, abi.RegSTATUS, rng.Uint32() & 0xffc}[rng.IntN(3)], uint32(rng.IntN(testRings+2)))
	case kind < 96:
		text := make([]byte, rng.IntN(50))
		for i := range text {
			text[i] = byte(rng.Uint32())
		}
		want := p.model.Feed(text)
		if got, err := p.runtime.Feed(text); err != nil || got != want {
			p.t.Fatalf("%d characters were taken (%v), the model took %d", got, err, want)
		}
	case kind < 98: // a hostile index
		p.poke(base+[]uint32{abi.RingSQTail, abi.RingCQHead, abi.RingSQHead}[rng.IntN(3)], rng.Uint32()>>rng.IntN(32))
		return p.process(ring, abi.RingEntries)
	case kind == 98:
		p.register(abi.RegCMD, abi.OpHalt<<24)
		return 1
	default:
		p.register(abi.RegRESET, abi.ResetKey)
		p.tail, p.head = [testRings]uint32{}, [testRings]uint32{}
	}
	return 0
}

// TestAgainstModel gives random commands, good and hostile, to the model and the
// program, which must answer alike and leave the same bytes. PXOS_MAILBOX_COMMANDS
// is how many commands, PXOS_MAILBOX_BACKEND the executor.
func TestAgainstModel(t *testing.T) {
	commands, backend := 4000, "soft"
	if s := os.Getenv("PXOS_MAILBOX_COMMANDS"); s != "" {
		var err error
		if commands, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	if s := os.Getenv("PXOS_MAILBOX_BACKEND"); s != "" {
		backend = s
	}
	p := newPair(t, backend)
	rng := rand.New(rand.NewPCG(11, 12))
	p.same(0)
	done, steps := 0, 0
	for ; done < commands; steps++ {
		done += p.step(rng)
		if steps%16 == 0 {
			p.same(steps)
		}
	}
	p.same(steps)
	t.Logf("%d commands in %d steps on %s: no difference", done, steps, backend)
}

// TestOracleRunsIt gives a few to the interpreter, which is slow.
func TestOracleRunsIt(t *testing.T) {
	p := newPair(t, "oracle")
	rng := rand.New(rand.NewPCG(1, 1))
	for done := 0; done < 60; {
		done += p.step(rng)
	}
	p.same(0)
}

// TestConstantsAreUsed asks that no number stands in front of the program for
// nothing.
func TestConstantsAreUsed(t *testing.T) {
	for _, c := range constants() {
		if !bytes.Contains([]byte(program), []byte(c.name)) {
			t.Errorf("%s stands in front of the program, which does not use it", c.name)
		}
	}
}
