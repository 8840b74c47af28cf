package shader

import (
	"context"
	"encoding/binary"
	"errors"
	"math"

	"pxos/pixelvm"
	"pxos/wgsl/gpu"
)

// run is an instance of a program.
type run struct {
	config pixelvm.Config
	out    *Outcome
	state  instance
	ended  bool

	// What it had in a wave that it had to leave.
	stack, memory []byte
}

// newRun is an instance before its first instruction.
func newRun(m *image, c pixelvm.Config, out *Outcome) *run {
	entry := &m.program.Functions[m.program.Entry]
	return &run{config: c, out: out, state: instance{
		PC: uint32(m.starts[m.program.Entry]), SP: uint32(len(entry.Locals) + 1), Depth: 1, Fuel: uint64(c.Fuel),
		Room: uint32(min(c.OutputBytes, math.MaxInt32)), Deepest: uint32(min(c.Depth, math.MaxInt32)),
	}}
}

// instance is the struct Instance of the shader.
type instance struct {
	PC, SP, FP, Depth   uint32
	Fuel                uint64
	Status              uint32
	Detail, Number      uint32
	Paid, Written, Room uint32
	Deepest, _          uint32
}

const instanceBytes = 56

// wave is as many instances as run at once.
type wave struct {
	e      *Engine
	m      *image
	layout layout
	runs   []*run
	ended  int
	others int // that ended before

	params, code, callees, table, states, stack, memory, output gpu.Buffer
}

// run runs all instances to their ends, or gives back those that have no room for their
// calls.
func (w *wave) run(ctx context.Context) (rest []*run, err error) {
	if err := w.load(); err != nil {
		return nil, err
	}
	for w.ended < len(w.runs) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := w.writeStates(); err != nil {
			return nil, err
		}
		if err := w.dispatch(ctx); err != nil {
			return nil, err
		}
		if err := w.readStates(); err != nil {
			return nil, err
		}
		grow, err := w.serve()
		if err != nil {
			return nil, err
		}
		w.e.o.Progress(w.others+w.ended, w.others+len(w.runs))
		if grow && !w.fits(2*w.layout.slots) {
			return w.leave()
		}
		if grow {
			if err := w.grow(); err != nil {
				return nil, err
			}
		}
	}
	return nil, nil
}

// load makes the buffers and what is in them at the start.
func (w *wave) load() error {
	l, padded := w.layout, int64(w.layout.padded())
	for _, b := range []struct {
		buffer *gpu.Buffer
		size   int64
		data   []byte
	}{
		{&w.params, 0, w.paramBytes()},
		{&w.code, 0, w.m.code},
		{&w.callees, 0, w.m.callees},
		{&w.table, 4, w.m.table},
		{&w.states, padded * instanceBytes, nil},
		{&w.stack, padded * 8 * int64(l.slots), nil},
		{&w.memory, max(4, padded*4*int64(l.words)), nil},
		{&w.output, max(4, padded*int64(l.output)), nil},
	} {
		var err error
		if *b.buffer, err = w.e.device.NewBuffer(max(b.size, int64(len(b.data)))); err != nil {
			return err
		}
		if err = (*b.buffer).Write(0, b.data); err != nil {
			return err
		}
	}
	if err := w.loadMemory(); err != nil {
		return err
	}
	for i, r := range w.runs {
		if r.stack == nil {
			continue
		}
		err := w.writeSlots(i, 0, r.stack)
		if err = errors.Join(err, w.write(i, r.memory)); err != nil {
			return err
		}
		r.stack, r.memory = nil, nil
	}
	return nil
}

func (w *wave) paramBytes() []byte {
	l := w.layout
	return words(nil, uint32(l.instances), uint32(l.lanes), uint32(l.slots), uint32(l.words), uint32(l.output), uint32(w.e.o.Slice), uint32(len(w.m.program.Table)))
}

// loadMemory writes the program's data into every memory: the words that have any, for
// a whole group at once.
func (w *wave) loadMemory() error {
	l := w.layout
	if l.words == 0 || len(w.m.program.Data) == 0 {
		return nil
	}
	memory := make([]byte, 4*l.words)
	w.m.program.FillMemory(memory)
	first, last := l.words, -1
	for n := range l.words {
		if binary.LittleEndian.Uint32(memory[4*n:]) != 0 {
			first, last = min(first, n), n
		}
	}
	group := make([]byte, 0, 4*l.lanes*(last-first+1)) // none if all of the data is zeros
	for n := first; n <= last; n++ {
		for range l.lanes {
			group = append(group, memory[4*n:4*n+4]...)
		}
	}
	for i := 0; i < l.padded() && len(group) > 0; i += l.lanes {
		if err := w.memory.Write(l.word(i, first), group); err != nil {
			return err
		}
	}
	return nil
}

// maxRounds is beyond what a slice can come to, so that fuel is what ends an instance.
const maxRounds = 1 << 50

func (w *wave) dispatch(ctx context.Context) error {
	groups := (w.layout.instances + 63) / 64
	x := min(groups, int(w.e.device.Limits().MaxComputeWorkgroupsPerDimension))
	d := gpu.Dispatch{Workgroups: [3]uint32{uint32(x), uint32((groups + x - 1) / x), 1}, MaxRounds: maxRounds}
	for i, b := range []gpu.Buffer{w.params, w.code, w.callees, w.table, w.states, w.stack, w.memory, w.output} {
		d.Bindings = append(d.Bindings, gpu.Binding{Binding: i, Buffer: b})
	}
	return w.e.pipeline.Dispatch(ctx, d)
}

func (w *wave) writeStates() error {
	b := make([]byte, 0, len(w.runs)*instanceBytes)
	for i := range w.runs {
		var err error
		if b, err = binary.Append(b, binary.LittleEndian, &w.runs[i].state); err != nil {
			return err
		}
	}
	return w.states.Write(0, b)
}

func (w *wave) readStates() error {
	b := make([]byte, len(w.runs)*instanceBytes)
	if err := w.states.Read(0, b); err != nil {
		return err
	}
	for i := range w.runs {
		if _, err := binary.Decode(b[i*instanceBytes:], binary.LittleEndian, &w.runs[i].state); err != nil {
			return err
		}
	}
	return nil
}

// fits says whether the wave has room for stacks of so many slots.
func (w *wave) fits(slots int) bool {
	l := w.layout
	l.slots = slots
	each, most := l.bytes()
	n := int64(l.padded())
	return n*each <= w.e.o.Bytes && n*most <= w.e.device.Limits().MaxStorageBufferBindingSize
}

// leave takes what has not ended out of the wave.
func (w *wave) leave() (rest []*run, err error) {
	for i, r := range w.runs {
		if r.ended {
			continue
		}
		if r.stack, err = w.readSlots(i, 0, int(r.state.SP)); err != nil {
			return nil, err
		}
		if r.memory, err = w.read(i, 0, 4*w.layout.words); err != nil {
			return nil, err
		}
		rest = append(rest, r)
	}
	return rest, nil
}

// grow doubles the stacks.
func (w *wave) grow() error {
	old := w.layout
	grown := old
	grown.slots *= 2
	stack, err := w.e.device.NewBuffer(int64(grown.padded()) * 8 * int64(grown.slots))
	if err != nil {
		return err
	}
	group := make([]byte, 8*old.slots*old.lanes)
	for i := 0; i < old.padded(); i += old.lanes {
		err = errors.Join(err, w.stack.Read(old.slot(i, 0), group), stack.Write(grown.slot(i, 0), group))
	}
	err = errors.Join(err, w.stack.Close())
	w.stack, w.layout = stack, grown
	return errors.Join(err, w.params.Write(0, w.paramBytes()))
}

// close frees the buffers.
func (w *wave) close() error {
	var err error
	for _, b := range []gpu.Buffer{w.params, w.code, w.callees, w.table, w.states, w.stack, w.memory, w.output} {
		if b != nil {
			err = errors.Join(err, b.Close())
		}
	}
	return err
}
