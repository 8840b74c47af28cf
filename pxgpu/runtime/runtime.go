package runtime

import (
	"context"
	_ "embed" // the program
	"encoding/binary"
	"errors"
	"fmt"

	"pxos/abi"
	"pxos/wgsl"
	"pxos/wgsl/gpu"
)

//go:embed mailbox_runtime.wgsl
var program string

// ErrRing reports that a ring was stopped because an index moved out of range.
var ErrRing = errors.New("mailbox: ring index out of range, ring stopped until reset")

// Offsets in the state buffer, bytes, in the order of the structure State.
const (
	atRequest     = 0
	atAnswer      = 12
	atRings       = 28
	atCompleted   = 32
	atFailed      = 40
	atInputHead   = 56
	atInputTail   = 60
	atConsoleTail = 64
	atConsoleHead = 68
	atRing        = 72
	atLength      = atRing + 16*abi.MaxRings
	atTaken       = atLength + 4*maxPages
	atInput       = atTaken + 4*((maxPages+31)/32)
	atConsole     = atInput + inputBytes
	stateBytes    = (atConsole + consoleBytes + 7) / 8 * 8
)

// Runtime is one mailbox. One caller at a time.
type Runtime struct {
	pipeline    gpu.Pipeline // one request
	persistent  gpu.Pipeline // polls the rings
	vram, state gpu.Buffer
	rings       int
	bindings    []gpu.Binding
}

// New makes a mailbox at power-on with n rings and so many bytes of VRAM on a
// device.
func New(ctx context.Context, d gpu.Device, vramBytes, n int) (*Runtime, error) {
	if vramBytes < abi.VRAMAllocBase+abi.VRAMPageBytes || vramBytes > abi.BAR0Size || vramBytes%abi.VRAMPageBytes != 0 {
		return nil, fmt.Errorf("mailbox: VRAM of %d bytes, want whole pages, at least %d and at most %d bytes",
			vramBytes, abi.VRAMAllocBase+abi.VRAMPageBytes, abi.BAR0Size)
	}
	if n < 1 || n > abi.MaxRings {
		return nil, fmt.Errorf("mailbox: %d rings, allowed are 1 to %d", n, abi.MaxRings)
	}
	module, err := wgsl.Compile("mailbox_runtime.wgsl", source())
	if err != nil {
		return nil, err
	}
	r := &Runtime{rings: n}
	if r.pipeline, err = wgsl.NewPipeline(ctx, d, module, "serve_request", nil); err != nil {
		return nil, err
	}
	if r.persistent, err = wgsl.NewPipeline(ctx, d, module, "serve_rings", nil); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	if r.vram, err = d.NewBuffer(int64(vramBytes)); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	if r.state, err = d.NewBuffer(stateBytes); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	r.bindings = []gpu.Binding{{Binding: 0, Buffer: r.vram}, {Binding: 1, Buffer: r.state}}
	if err := r.write(atRings, uint32(n)); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, r.Reset(ctx)
}

// Close frees everything.
func (r *Runtime) Close() error {
	all := r.pipeline.Close()
	if r.persistent != nil {
		all = errors.Join(all, r.persistent.Close())
	}
	for _, b := range []gpu.Buffer{r.vram, r.state} {
		if b != nil {
			all = errors.Join(all, b.Close())
		}
	}
	return all
}

// VRAM is BAR0, the trapped page included.
func (r *Runtime) VRAM() gpu.Buffer { return r.vram }

func (r *Runtime) write(at int64, words ...uint32) error {
	data := make([]byte, 0, 4*len(words))
	for _, w := range words {
		data = binary.LittleEndian.AppendUint32(data, w)
	}
	return r.state.Write(at, data)
}

func (r *Runtime) words(at int64, n int) ([]uint32, error) {
	data := make([]byte, 4*n)
	if err := r.state.Read(at, data); err != nil {
		return nil, err
	}
	out := make([]uint32, n)
	for i := range out {
		out[i] = binary.LittleEndian.Uint32(data[4*i:])
	}
	return out, nil
}

// request has the program do one thing and gives its answer.
func (r *Runtime) request(ctx context.Context, kind, first, second uint32) (uint32, error) {
	return r.run(ctx, r.pipeline, kind, first, second)
}

// Serve polls all rings in one dispatch, until nothing came for idle looks or it
// has looked most times, and gives how many submissions it carried out. While it
// runs the guest may write VRAM, where that is shared (gpu.Shared), and nobody may
// call the Runtime.
func (r *Runtime) Serve(ctx context.Context, idle, most uint32) (done int, err error) {
	n, err := r.run(ctx, r.persistent, requestRing, idle, most)
	return int(n), err
}

func (r *Runtime) run(ctx context.Context, p gpu.Pipeline, kind, first, second uint32) (uint32, error) {
	if err := r.write(atRequest, kind, first, second, 0); err != nil {
		return 0, err
	}
	if err := p.Dispatch(ctx, gpu.Dispatch{Bindings: r.bindings, Workgroups: [3]uint32{1, 1, 1}}); err != nil {
		return 0, err
	}
	answer, err := r.words(atAnswer, 1)
	if err != nil {
		return 0, err
	}
	return answer[0], nil
}

// Reset returns everything to power-on, as the model does.
func (r *Runtime) Reset(ctx context.Context) error {
	_, err := r.request(ctx, requestReset, 0, 0)
	return err
}

// ReadRegister returns the 32-bit register at offset.
func (r *Runtime) ReadRegister(ctx context.Context, offset uint32) (uint32, error) {
	return r.request(ctx, requestRead, offset, 0)
}

// WriteRegister writes the 32-bit register at offset. A write of DOORBELL returns
// the number of the ring and true when there is such a ring.
func (r *Runtime) WriteRegister(ctx context.Context, offset, value uint32) (ring int, doorbell bool, err error) {
	answer, err := r.request(ctx, requestWrite, offset, value)
	if err != nil || answer == 0 {
		return 0, false, err
	}
	return int(answer) - 1, true, nil
}

// ProcessRing carries out at most max submissions of ring i, in order. A ring
// whose index moved out of range gives ErrRing, now and later.
func (r *Runtime) ProcessRing(ctx context.Context, i, max int) (done int, err error) {
	if i < 0 || i >= r.rings {
		return 0, fmt.Errorf("mailbox: no ring %d", i)
	}
	answer, err := r.request(ctx, requestRing, uint32(i), uint32(min(max, maxBatch)))
	if err != nil {
		return 0, err
	}
	if answer>>31 != 0 {
		err = ErrRing
	}
	return int(answer &^ (1 << 31)), err
}

// Counters are the commands since reset: all, and those that failed.
func (r *Runtime) Counters() (completed, failed uint64, err error) {
	w, err := r.words(atCompleted, 4)
	if err != nil {
		return 0, 0, err
	}
	return uint64(w[1])<<32 | uint64(w[0]), uint64(w[3])<<32 | uint64(w[2]), nil
}

// Feed queues characters for UART_READ and returns how many there was room for.
func (r *Runtime) Feed(p []byte) (int, error) {
	w, err := r.words(atInputHead, 2)
	if err != nil {
		return 0, err
	}
	head, tail := w[0], w[1]
	n := min(len(p), inputBytes-int(tail-head))
	for i := range n {
		if err := r.state.Write(int64(atInput)+int64((tail+uint32(i))%inputBytes), p[i:i+1]); err != nil {
			return 0, err
		}
	}
	return n, r.write(atInputTail, tail+uint32(n))
}

// Drain gives what was written to the console since the last Drain; what came
// before the newest consoleBytes is lost.
func (r *Runtime) Drain() ([]byte, error) {
	w, err := r.words(atConsoleTail, 2)
	if err != nil {
		return nil, err
	}
	tail, head := w[0], w[1]
	if tail-head > consoleBytes {
		head = tail - consoleBytes
	}
	ring := make([]byte, consoleBytes)
	if err := r.state.Read(atConsole, ring); err != nil {
		return nil, err
	}
	var out []byte
	for ; head != tail; head++ {
		out = append(out, ring[head%consoleBytes])
	}
	return out, r.write(atConsoleHead, tail)
}
