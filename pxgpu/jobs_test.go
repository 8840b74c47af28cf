package pxgpu

import (
	"encoding/binary"
	"math"
	"strings"
	"testing"
	"time"

	"pxos/abi"
	mailbox "pxos/pxgpu/runtime"
)

// kernelOf gives the number of a kernel by its entry point.
func kernelOf(t *testing.T, entry string) uint64 {
	t.Helper()
	for i, k := range mailbox.Kernels() {
		if k.Entry == entry {
			return uint64(i + 1)
		}
	}
	t.Fatalf("no kernel %s", entry)
	return 0
}

// binding is a range of video memory for a kernel.
type binding struct{ number, at, bytes uint64 }

// execute runs a program by ring 0, with its argument block at block.
func (r *ringSide) execute(program, block uint64, groups uint32, bindings ...binding) uint32 {
	r.m.t.Helper()
	e := r.m.raw[block:]
	put := func(i int, v uint64) { binary.LittleEndian.PutUint32(e[4*i:], uint32(v)) }
	put(0, uint64(groups))
	put(1, 1)
	put(2, 1)
	put(3, uint64(len(bindings)))
	for i, b := range bindings {
		put(4+4*i, b.number)
		put(5+4*i, b.at)
		put(6+4*i, b.bytes)
		put(7+4*i, 0)
	}
	status, _ := r.call(abi.OpGPUExecute, program, block, uint64(16+16*len(bindings)))
	return status
}

// alloc takes pages of video memory.
func (r *ringSide) alloc(pages uint64) uint64 {
	r.m.t.Helper()
	status, at := r.call(abi.OpAlloc, pages)
	if status != abi.ErrNone {
		r.m.t.Fatalf("ALLOC of %d pages: error %d", pages, status)
	}
	return at
}

// register has a WGSL text become a program.
func (r *ringSide) register(text string) (status uint32, program uint64) {
	r.m.t.Helper()
	at := r.alloc(1)
	copy(r.m.raw[at:], text)
	return r.call(abi.OpSyscall, abi.CallProgramAdd, at, uint64(len(text)))
}

// TestKernels runs a kernel of ours and one that the guest brings, on buffers that
// it owns, and refuses others.
func TestKernels(t *testing.T) {
	m := connect(t, serve(t, Options{}))
	r := m.ring(0)
	block, x, out, shape := r.alloc(1), r.alloc(1), r.alloc(1), r.alloc(1)
	for i := range 8 {
		binary.LittleEndian.PutUint32(m.raw[x+uint64(4*i):], math.Float32bits(float32(i-4)))
	}
	binary.LittleEndian.PutUint32(m.raw[shape:], 1)
	binary.LittleEndian.PutUint32(m.raw[shape+4:], 8)
	three := []binding{{0, x, 32}, {1, out, 32}, {2, shape, 4096}}
	if status := r.execute(kernelOf(t, "relu"), block, 1, three...); status != abi.ErrNone {
		t.Fatalf("relu: error %d", status)
	}
	for i := range 8 {
		got := math.Float32frombits(binary.LittleEndian.Uint32(m.raw[out+uint64(4*i):]))
		if want := max(float32(i-4), 0); got != want {
			t.Errorf("relu[%d] is %v, expected %v", i, got, want)
		}
	}
	for name, c := range map[string]struct {
		b    []binding
		want uint32
	}{
		"too few buffers":       {three[:2], abi.ErrKernel},
		"memory of nobody":      {[]binding{three[0], {1, shape + 8192, 32}, three[2]}, abi.ErrOwner},
		"past the end":          {[]binding{three[0], {1, abi.BAR0Size - 256, 512}, three[2]}, abi.ErrArgument},
		"a length that wraps":   {[]binding{three[0], {1, out, 1<<32 - 4}, three[2]}, abi.ErrArgument},
		"the tables":            {[]binding{three[0], {1, abi.ExtentsBase, 256}, three[2]}, abi.ErrArgument},
		"a place not aligned":   {[]binding{three[0], {1, out + 4, 32}, three[2]}, abi.ErrArgument},
		"the same buffer twice": {[]binding{three[0], {1, x, 32}, three[2]}, abi.ErrKernel},
	} {
		if status := r.execute(kernelOf(t, "relu"), block, 1, c.b...); status != c.want {
			t.Errorf("%s: error %d, expected %d", name, status, c.want)
		}
	}
	status, program := r.register(`@group(0) @binding(0) var<storage, read_write> a: array<u32>;
@compute @workgroup_size(8) fn twice(@builtin(local_invocation_index) i: u32) { a[i] = 2 * a[i] + i; }`)
	if status != abi.ErrNone || program < abi.ProgramUser {
		t.Fatalf("registering: error %d, program %d", status, program)
	}
	binary.LittleEndian.PutUint32(m.raw[out+12:], 20)
	if status := r.execute(program, block, 1, binding{0, out, 32}); status != abi.ErrNone {
		t.Fatalf("the guest's own program: error %d", status)
	}
	if got := binary.LittleEndian.Uint32(m.raw[out+12:]); got != 43 {
		t.Errorf("2·20+3 is %d", got)
	}
	if status, _ := r.call(abi.OpSyscall, abi.CallProgramDrop, program); status != abi.ErrNone {
		t.Errorf("dropping: error %d", status)
	}
	if status := r.execute(program, block, 1, binding{0, out, 32}); status != abi.ErrNoProgram {
		t.Errorf("a program that was dropped: error %d", status)
	}
	if status, _ := r.register("fn broken("); status != abi.ErrKernel {
		t.Errorf("a text with an error: error %d", status)
	}
	if status, _ := r.register(strings.Repeat("// no entry point\n", 3)); status != abi.ErrKernel {
		t.Errorf("a text without an entry point: error %d", status)
	}
}

const endless = `@group(0) @binding(0) var<storage, read_write> a: array<atomic<u32>>;
@compute @workgroup_size(1) fn run() { loop { if (atomicAdd(&a[0], 1u) == 0xffffffffu) { break; } } }`

// TestRunawayKernel ends a kernel that does not come to an end, and tells its
// caller; other rings are served meanwhile.
func TestRunawayKernel(t *testing.T) {
	d := serve(t, Options{KernelLimit: 300 * time.Millisecond})
	m := connect(t, d)
	r, other := m.ring(0), m.ring(1)
	status, program := r.register(endless)
	if status != abi.ErrNone {
		t.Fatalf("registering: error %d", status)
	}
	block, memory := r.alloc(1), r.alloc(1)
	e := m.raw[block:]
	for i, v := range []uint32{1, 1, 1, 1, 0, uint32(memory), 16, 0} {
		binary.LittleEndian.PutUint32(e[4*i:], v)
	}
	r.submit(abi.OpGPUExecute, 1, program, block, 32)
	if status, result := other.call(abi.OpGPUExecute, abi.ProgramPing, 4); status != abi.ErrNone || result != 5 {
		t.Errorf("the other ring: error %d, result %d", status, result)
	}
	if status, _ := other.call(abi.OpFree, memory); status != abi.ErrBusy {
		t.Errorf("freeing the kernel's memory: error %d", status)
	}
	if _, status, _ := r.wait(); status != abi.ErrRunaway {
		t.Errorf("the kernel without end: error %d", status)
	}
	if status, _ := other.call(abi.OpFree, memory); status != abi.ErrNone {
		t.Errorf("freeing afterwards: error %d", status)
	}
	if s := d.Stats(); s.Runaways != 1 {
		t.Errorf("stats %+v", s)
	}
}

// TestResetWhileAKernelRuns: the kernel is ended, nothing of it is seen after.
func TestResetWhileAKernelRuns(t *testing.T) {
	m := connect(t, serve(t, Options{}))
	r := m.ring(0)
	_, program := r.register(endless)
	block, memory := r.alloc(1), r.alloc(1)
	for i, v := range []uint32{1, 1, 1, 1, 0, uint32(memory), 16, 0} {
		binary.LittleEndian.PutUint32(m.raw[block+uint64(4*i):], v)
	}
	r.submit(abi.OpGPUExecute, 1, program, block, 32)
	for m.mem.Load(uint32(memory)) == 0 { // until it runs
	}
	m.write(abi.RegRESET, abi.ResetKey)
	now := m.mem.Load(uint32(memory))
	r = m.ring(0)
	for i := range uint64(300) {
		if status, result := r.call(abi.OpGPUExecute, abi.ProgramPing, i); status != abi.ErrNone || result != i+1 {
			t.Fatalf("command %d after the reset: error %d, result %d", i, status, result)
		}
	}
	if later := m.mem.Load(uint32(memory)); later != now {
		t.Errorf("the kernel of the time before the reset still writes: %d, %d", now, later)
	}
}

// TestGuestEndedForSilence: a revocation that nobody acknowledges ends the guest.
func TestGuestEndedForSilence(t *testing.T) {
	d := serve(t, Options{})
	m := connect(t, d)
	r := m.ring(0)
	_, process := r.call(abi.OpSyscall, abi.CallProcessCreate, 1, 1, 0)
	if status, _ := r.call(abi.OpSyscall, abi.CallProcessEnd, process); status != abi.ErrNone {
		t.Fatalf("ending a process: error %d", status)
	}
	if why := <-d.Ended(); !strings.Contains(why, "revocation") {
		t.Errorf("the reason is %q", why)
	}
	if status, _ := r.call(abi.OpGPUExecute, abi.ProgramPing, 1); status != abi.ErrHalted {
		t.Errorf("a command afterwards: error %d", status)
	}
}

// TestTablesCannotBeWritten: the guest reads the tables, and that is all.
func TestTablesCannotBeWritten(t *testing.T) {
	d := serve(t, Options{})
	m := connect(t, d)
	const at = abi.ProcessesBase + 16 // the kernel's quota
	before := m.read(at)
	m.write(at, 7)
	if got := m.read(at); got != before || before != 0xFFFFFFFF {
		t.Errorf("the kernel's quota is %#x, was %#x", got, before)
	}
	if got := binary.LittleEndian.Uint32(d.Tables()[at-abi.TablesBase:]); got != before {
		t.Errorf("Tables says %#x", got)
	}
}
