package runtime

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"unsafe"

	"pxos/abi"
	"pxos/wgsl"
	"pxos/wgsl/gpu"
)

// Offsets in the host's buffer, bytes, in the order of the structure Host.
const (
	atRequest = 0
	atFirst   = 4
	atSecond  = 8
	atThird   = 12
	atAnswer  = 16
	atPosted  = 20
	atWant    = 24
	atWake    = 28
	atHash    = 32
	atNow     = 64
	atRAM     = 72
	hostBytes = atRAM + abi.MaxExtents/8
)

// Runtime is one mailbox. One caller at a time, but for Interrupt.
type Runtime struct {
	pipeline   gpu.Pipeline
	vram, host gpu.Buffer
	shared     []byte // the host's buffer, where it is shared
	words      [hostBytes]byte
	rings      int
	dispatch   gpu.Dispatch

	closing sync.Mutex // guards closed and the host's buffer against Interrupt
	closed  bool
}

// compiled is the checked program, the same for all.
var compiled = sync.OnceValues(func() (*wgsl.Module, error) {
	return wgsl.Compile("mailbox_runtime.wgsl", source())
})

// Program is the runtime compiled for a device; any number of mailboxes share it.
type Program struct {
	device   gpu.Device
	pipeline gpu.Pipeline
}

// Compile makes the program ready to run on a device.
func Compile(ctx context.Context, d gpu.Device) (*Program, error) {
	module, err := compiled()
	if err != nil {
		return nil, err
	}
	pipeline, err := wgsl.NewPipeline(ctx, d, module, "mailbox", nil)
	return &Program{d, pipeline}, err
}

// Close frees the code. All mailboxes must be closed before.
func (p *Program) Close() error { return p.pipeline.Close() }

// New makes a mailbox with n rings over a buffer of the program's device, which
// stays the caller's. It has to be Reset before use.
func (p *Program) New(vram gpu.Buffer, n int) (*Runtime, error) {
	if size := vram.Size(); size < abi.VRAMAllocBase+abi.VRAMPageBytes || size > abi.BAR0Size || size%abi.VRAMPageBytes != 0 {
		return nil, fmt.Errorf("mailbox: VRAM of %d bytes, want whole pages, at least %d and at most %d bytes",
			size, abi.VRAMAllocBase+abi.VRAMPageBytes, abi.BAR0Size)
	}
	if n < 1 || n > abi.MaxRings {
		return nil, fmt.Errorf("mailbox: %d rings, allowed are 1 to %d", n, abi.MaxRings)
	}
	r := &Runtime{pipeline: p.pipeline, vram: vram, rings: n}
	if s, err := gpu.NewSharedBuffer(p.device, hostBytes); err == nil {
		r.host, r.shared = s, s.Bytes()
	} else if r.host, err = p.device.NewBuffer(hostBytes); err != nil {
		return nil, err
	}
	r.dispatch = gpu.Dispatch{Workgroups: [3]uint32{1, 1, 1},
		Bindings: []gpu.Binding{{Binding: 0, Buffer: r.vram}, {Binding: 1, Buffer: r.host}}}
	if err := r.vram.Write(abi.StateBase+abi.StateRings, binary.LittleEndian.AppendUint32(nil, uint32(n))); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// Close frees what the mailbox has besides its VRAM.
func (r *Runtime) Close() error {
	r.closing.Lock()
	defer r.closing.Unlock()
	r.closed = true
	return r.host.Close()
}

// VRAM is BAR0, the trapped page included.
func (r *Runtime) VRAM() gpu.Buffer { return r.vram }

// call has the program do one thing. The answer is what it left in Host.answer.
func (r *Runtime) call(ctx context.Context, kind, first, second, third, fourth uint32) (uint32, error) {
	words := r.shared
	if words == nil {
		words = r.words[:]
	}
	le := binary.LittleEndian
	le.PutUint32(words[atRequest:], kind)
	le.PutUint32(words[atFirst:], first)
	le.PutUint32(words[atSecond:], second)
	le.PutUint32(words[atThird:], third)
	le.PutUint32(words[atAnswer:], fourth)
	le.PutUint32(words[atPosted:], 0)
	le.PutUint32(words[atWake:], 0)
	if r.shared == nil {
		if err := r.host.Write(0, words); err != nil {
			return 0, err
		}
	}
	if err := r.pipeline.Dispatch(ctx, r.dispatch); err != nil {
		return 0, err
	}
	if r.shared == nil {
		if err := r.host.Read(0, words[:atNow]); err != nil {
			return 0, err
		}
	}
	return le.Uint32(words[atAnswer:]), nil
}

// hostWords gives the bytes that the next call hands to the program.
func (r *Runtime) hostWords() []byte {
	if r.shared != nil {
		return r.shared
	}
	return r.words[:]
}

// Reset returns everything to power-on, with the RAM that exists by extent.
func (r *Runtime) Reset(ctx context.Context, ram []bool) error {
	words := r.hostWords()
	clear(words[atNow:])
	for i, there := range ram[:min(len(ram), abi.MaxExtents)] {
		if there {
			words[atRAM+i/8] |= 1 << (i % 8)
		}
	}
	_, err := r.call(ctx, requestReset, 0, 0, 0, 0)
	return err
}

// SetTime tells the program the time, in ns, with the next call.
func (r *Runtime) SetTime(ns uint64) { binary.LittleEndian.PutUint64(r.hostWords()[atNow:], ns) }

// Interrupt asks Serve to come to an end; it may be called from anywhere, also after
// Close, and holds until it is called with false. Only shared memory is reached in
// time.
func (r *Runtime) Interrupt(wanted bool) {
	value := uint32(0)
	if wanted {
		value = 1
	}
	r.closing.Lock()
	defer r.closing.Unlock()
	switch {
	case r.closed: // the memory may be another's by now
	case r.shared != nil:
		atomic.StoreUint32((*uint32)(unsafe.Pointer(&r.shared[atWant])), value)
	default:
		binary.LittleEndian.PutUint32(r.words[atWant:], value)
	}
}

// ReadRegister returns the 32-bit register at offset.
func (r *Runtime) ReadRegister(ctx context.Context, offset uint32) (uint32, error) {
	return r.call(ctx, requestRead, offset, 0, 0, 0)
}

// WriteRegister writes the 32-bit register at offset, but for RESET, which is the
// caller's (Reset). A write of DOORBELL returns the number of the ring and true
// when there is such a ring.
func (r *Runtime) WriteRegister(ctx context.Context, offset, value uint32) (ring int, doorbell bool, err error) {
	if offset == abi.RegCMD {
		_, err := r.call(ctx, requestCommand, value, 0, 0, 0)
		return 0, false, err
	}
	answer, err := r.call(ctx, requestWrite, offset, value, 0, 0)
	if err != nil || answer == 0 {
		return 0, false, err
	}
	return int(answer) - 1, true, nil
}

// Served is what a Serve did.
type Served struct {
	Commands int
	Posted   bool   // a ring waits for the host's answer
	Wake     uint32 // rings whose guests sleep and have an answer
}

// Serve looks at the rings of a mask until nothing came for idle looks, it has
// looked most times, there is something for the host to do, or it was interrupted;
// in each look at most so many commands of one ring. While it runs the guest may
// write VRAM, where that is shared.
func (r *Runtime) Serve(ctx context.Context, mask, idle, most, commands uint32) (Served, error) {
	n, err := r.call(ctx, requestRings, mask, idle, most, commands)
	words := r.hostWords()
	return Served{int(n), binary.LittleEndian.Uint32(words[atPosted:]) != 0, binary.LittleEndian.Uint32(words[atWake:])}, err
}

// Park says "sleeping" to the guests of the rings of a mask. It is false when work
// had come, and they are told "awake" again.
func (r *Runtime) Park(ctx context.Context, mask uint32) (bool, error) {
	answer, err := r.call(ctx, requestPark, mask, 0, 0, 0)
	return answer == 1, err
}

// Tick has the program look at its clock: a guest that let a revocation wait for
// too long is ended.
func (r *Runtime) Tick(ctx context.Context) error {
	_, err := r.call(ctx, requestTick, 0, 0, 0, 0)
	return err
}

// Answer is the host's answer to the job of a ring: an error code and a result below
// 2^24. A text that was compiled becomes a program with its hash, whose number is
// given back. It goes to nobody where the epoch is over.
func (r *Runtime) Answer(ctx context.Context, ring int, epoch, status, result uint32, hash [8]uint32) (uint32, error) {
	words := r.hostWords()
	for i, w := range hash {
		binary.LittleEndian.PutUint32(words[atHash+4*i:], w)
	}
	return r.call(ctx, requestAnswer, uint32(ring), epoch, status<<24|result&0xFFFFFF, 0)
}

// Feed queues characters for UART_READ and returns how many there was room for.
func (r *Runtime) Feed(ctx context.Context, p []byte) (int, error) {
	for i, c := range p {
		took, err := r.call(ctx, requestInput, uint32(c), 0, 0, 0)
		if err != nil || took == 0 {
			return i, err
		}
	}
	return len(p), nil
}

// Tables copies the tables, from abi.TablesBase to abi.TablesEnd.
func (r *Runtime) Tables() ([]byte, error) {
	out := make([]byte, abi.TablesEnd-abi.TablesBase)
	return out, r.vram.Read(abi.TablesBase, out)
}

// State reads one word of the state.
func (r *Runtime) State(offset int64) (uint32, error) {
	var b [4]byte
	err := r.vram.Read(abi.StateBase+offset, b[:])
	return binary.LittleEndian.Uint32(b[:]), err
}
