package runtime

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"testing"

	"pxos/abi"
	"pxos/abi/tables"
	"pxos/pxgpu/mailbox"
	"pxos/wgsl"
	"pxos/wgsl/gpu"
)

const (
	testPages   = 64
	testVRAM    = abi.VRAMAllocBase + testPages*abi.VRAMPageBytes
	testRings   = 4
	testExtents = 24
)

// backend is the executor that the tests run the program on.
func backend() string {
	if b := os.Getenv("PXOS_MAILBOX_BACKEND"); b != "" {
		return b
	}
	return "soft"
}

// testRAM has a hole, and extents at the top of what the tables hold.
func testRAM() []bool {
	ram := make([]bool, abi.MaxExtents)
	for i := range testExtents {
		ram[i] = i != 7
	}
	ram[abi.MaxExtents-1] = true
	return ram
}

// failer is what a test and rapid have in common.
type failer interface {
	Helper()
	Fatalf(string, ...any)
}

// pair is the model and the program side by side, each with a guest that writes
// the same.
type pair struct {
	failer
	ctx     context.Context
	model   *mailbox.Model
	vram    []byte // of the model
	runtime *Runtime
	sent    [testRings]uint32
	seen    [testRings]uint32
	now     uint64
	image   []byte
}

func newPair(t testing.TB) *pair {
	t.Helper()
	p := &pair{failer: t, ctx: context.Background(), vram: make([]byte, testVRAM), image: make([]byte, testVRAM)}
	d, err := wgsl.Open(p.ctx, backend(), wgsl.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() }) //nolint:errcheck // nothing is left to lose
	var hashes []mailbox.Hash
	for _, h := range Hashes() {
		hashes = append(hashes, h)
	}
	if p.model, err = mailbox.New(p.vram, mailbox.Options{Rings: testRings, RAM: testRAM(), Builtins: hashes}); err != nil {
		t.Fatal(err)
	}
	p.runtime = newRuntime(t, d, testRings)
	p.must(p.runtime.Reset(p.ctx, testRAM()))
	return p
}

// newRuntime makes a mailbox on a device.
func newRuntime(t testing.TB, d gpu.Device, rings int) *Runtime {
	t.Helper()
	program, err := Compile(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	var vram gpu.Buffer
	if vram, err = gpu.NewSharedBuffer(d, testVRAM); err != nil { // oracle's is not shared
		if vram, err = d.NewBuffer(testVRAM); err != nil {
			t.Fatal(err)
		}
	}
	r, err := program.New(vram, rings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(r.Close(), vram.Close(), program.Close()); err != nil {
			t.Error(err)
		}
	})
	return r
}

func (p *pair) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatalf("%v", err)
	}
}

func (p *pair) reset() {
	p.model.Reset()
	p.must(p.runtime.Reset(p.ctx, testRAM()))
	p.sent, p.seen, p.now = [testRings]uint32{}, [testRings]uint32{}, 0
}

// write writes bytes of BAR0 on both sides.
func (p *pair) write(at uint32, data []byte) {
	copy(p.vram[at:], data)
	p.must(p.runtime.VRAM().Write(int64(at), data))
}

func (p *pair) poke(at, value uint32) { p.write(at, binary.LittleEndian.AppendUint32(nil, value)) }

// command is a submission.
type command struct {
	op, process uint32
	args        [abi.SQEArgNum]uint64
	latency     uint32
}

// submit writes a submission; a guest that is not hostile has seen enough.
func (p *pair) submit(ring int, c command) {
	e := make([]byte, abi.RingEntryBytes)
	le := binary.LittleEndian
	p.sent[ring]++
	le.PutUint32(e[abi.SQECommand:], c.op|c.process<<16)
	le.PutUint32(e[abi.SQESeq:], p.sent[ring])
	le.PutUint32(e[abi.SQECookie:], p.sent[ring]*7)
	le.PutUint32(e[abi.SQELatency:], c.latency)
	for i, a := range c.args {
		le.PutUint64(e[abi.SQEArgs+8*i:], a)
	}
	p.write(p.entry(ring, abi.RingSQEntries, p.sent[ring]-1), e)
}

func (p *pair) entry(ring int, half, k uint32) uint32 {
	return uint32(abi.RingBase+ring*abi.RingBlockBytes) + half + k%abi.RingEntries*abi.RingEntryBytes
}

// process runs a ring on both sides.
func (p *pair) process(ring, most int) int {
	p.Helper()
	clear(p.vram[p.entry(ring, abi.RingDeviceSleep, 0):][:4]) // Serve says "awake"; the model leaves that to its caller
	want := p.model.ProcessRing(ring, most)
	got, err := p.runtime.Serve(p.ctx, 1<<ring, 1, 1, uint32(most))
	if err != nil || got.Commands != want || got.Posted != p.model.Waits(ring) && got.Posted {
		p.Fatalf("ring %d: the program did %+v (%v), the model %d", ring, got, err, want)
	}
	return want
}

// completion is an answer, read from the model's memory.
type completion struct {
	status        uint32
	result, extra uint64
}

// next gives the next completion that both agree on, if there is one.
func (p *pair) next(ring int) (c completion, ok bool) {
	p.Helper()
	at := p.entry(ring, abi.RingCQEntries, p.seen[ring])
	e := p.vram[at : at+abi.RingEntryBytes]
	if binary.LittleEndian.Uint32(e[abi.CQESeq:]) != p.seen[ring]+1 {
		return c, false
	}
	got := make([]byte, abi.RingEntryBytes)
	p.must(p.runtime.VRAM().Read(int64(at), got))
	if !bytes.Equal(got, e) {
		p.Fatalf("ring %d, completion %d: % x, the model says % x", ring, p.seen[ring], got, e)
	}
	p.seen[ring]++
	le := binary.LittleEndian
	return completion{le.Uint32(e[abi.CQEStatus:]), le.Uint64(e[abi.CQEResult:]), le.Uint64(e[abi.CQEExtra:])}, true
}

// call runs one command on ring 0 to its completion.
func (p *pair) call(op uint32, args ...uint64) completion {
	p.Helper()
	c := command{op: op}
	copy(c.args[:], args)
	p.submit(0, c)
	p.process(0, 1)
	done, ok := p.next(0)
	if !ok {
		p.Fatalf("no completion of %#x %v", op, args)
	}
	return done
}

// register writes a register on both sides and compares.
func (p *pair) register(offset, value uint32) {
	p.Helper()
	if offset == abi.RegRESET {
		return
	}
	wantRing, wantBell := p.model.WriteRegister(offset, value)
	ring, bell, err := p.runtime.WriteRegister(p.ctx, offset, value)
	if err != nil || ring != wantRing || bell != wantBell {
		p.Fatalf("write %#x to register %#x: %d %v %v, the model says %d %v", value, offset, ring, bell, err, wantRing, wantBell)
	}
	for _, at := range []uint32{abi.RegSTATUS, abi.RegRESP} {
		got, err := p.runtime.ReadRegister(p.ctx, at)
		if want := p.model.ReadRegister(at); err != nil || got != want {
			p.Fatalf("register %#x is %#x (%v), the model says %#x", at, got, err, want)
		}
	}
}

// tick lets time pass.
func (p *pair) tick(ns uint64) {
	p.now += ns
	p.model.Tick(p.now)
	p.runtime.SetTime(p.now)
	p.must(p.runtime.Tick(p.ctx))
}

// same compares all of BAR0: rings, tables, VRAM.
func (p *pair) same() {
	p.Helper()
	p.must(p.runtime.VRAM().Read(0, p.image))
	image := p.image[abi.TablesBase:abi.TablesEnd]
	for i := range testRings { // an idle job is nobody's business
		if job := image[abi.JobsBase-abi.TablesBase+i*abi.JobBytes:][:abi.JobBytes]; job[abi.JobState] == abi.JobIdle {
			clear(job)
		}
	}
	want := p.model.Image()
	if !bytes.Equal(image, want) {
		p.differ("tables", image, want, abi.TablesBase)
	}
	// Both could be wrong alike: what they show must be possible.
	decoded, err := tables.Decode(p.image[abi.TablesBase:abi.VRAMAllocBase])
	p.must(err)
	p.must(decoded.Check())
	for _, part := range [][2]int{{abi.RingBase, abi.TablesBase}, {abi.VRAMAllocBase, testVRAM}} {
		if a, b := p.image[part[0]:part[1]], p.vram[part[0]:part[1]]; !bytes.Equal(a, b) {
			p.differ("memory", a, b, part[0])
		}
	}
}

func (p *pair) differ(what string, got, want []byte, base int) {
	p.Helper()
	at := 0
	for got[at] == want[at] {
		at++
	}
	at &^= 3
	p.Fatalf("%s differ at %#x: %#x, the model has %#x", what, base+at, binary.LittleEndian.Uint32(got[at:]), binary.LittleEndian.Uint32(want[at:]))
}
