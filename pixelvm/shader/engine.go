package shader

import (
	"context"
	"errors"
	"fmt"
	"math"

	"pxos/pixelvm"
	"pxos/wgsl"
	"pxos/wgsl/gpu"
)

// Options of an Engine. What is 0 has a default.
type Options struct {
	// Bytes is the device memory that instances may take together; 1 GiB.
	Bytes int64
	// Lanes is how many instances lie in each other's reach in memory; 64.
	Lanes int
	// Slice is the fuel that an instance uses between two looks of the host; 65,536.
	Slice int
	// Progress hears how many instances have ended.
	Progress func(ended, all int)
}

// Engine runs instances on one device. It is for one goroutine at a time.
type Engine struct {
	device   gpu.Device
	pipeline gpu.Pipeline
	o        Options
	owned    bool // the device
}

// ErrRoom is instances that do not fit into the memory that they may take.
var ErrRoom = errors.New("the instances do not fit into the memory of the device")

// New makes the interpreter ready for a device, which stays the caller's.
func New(ctx context.Context, d gpu.Device, o Options) (*Engine, error) {
	if o.Bytes == 0 {
		o.Bytes = 1 << 30
	}
	if o.Lanes == 0 {
		o.Lanes = 64
	}
	if o.Slice == 0 {
		o.Slice = 1 << 16
	}
	if o.Progress == nil {
		o.Progress = func(int, int) {}
	}
	if o.Bytes < 0 || o.Lanes < 0 || o.Slice < 0 || o.Slice > math.MaxInt32 {
		return nil, fmt.Errorf("bytes, lanes and slice are %d, %d and %d: none may be below 0, a slice is below 2^31", o.Bytes, o.Lanes, o.Slice)
	}
	m, err := wgsl.Compile("pixelvm.wgsl", Source())
	if err != nil {
		return nil, err
	}
	p, err := wgsl.NewPipeline(ctx, d, m, "run", nil)
	if err != nil {
		return nil, err
	}
	return &Engine{device: d, pipeline: p, o: o}, nil
}

// Open makes the interpreter ready for a device of its own, by the name of a backend of
// package wgsl.
func Open(ctx context.Context, backend string, o Options) (*Engine, error) {
	d, err := wgsl.Open(ctx, backend, wgsl.Options{})
	if err != nil {
		return nil, err
	}
	e, err := New(ctx, d, o)
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	e.owned = true
	return e, nil
}

// Close frees the pipeline, and the device if it is the engine's own.
func (e *Engine) Close() error {
	err := e.pipeline.Close()
	if e.owned {
		err = errors.Join(err, e.device.Close())
	}
	return err
}

// Outcome is what an instance came to; a *pixelvm.Trap in Err is the program's failure.
type Outcome struct {
	pixelvm.Result
	Err error
}

// Run runs one instance.
func (e *Engine) Run(ctx context.Context, p *pixelvm.Verified, c pixelvm.Config) (pixelvm.Result, error) {
	list, err := e.RunAll(ctx, p, []pixelvm.Config{c})
	if err != nil {
		return pixelvm.Result{}, err
	}
	return list[0].Result, list[0].Err
}

// RunAll runs an instance of a program for each config, as many at once as fit.
func (e *Engine) RunAll(ctx context.Context, p *pixelvm.Verified, configs []pixelvm.Config) ([]Outcome, error) {
	out := make([]Outcome, len(configs))
	m := newImage(p)
	var queue []*run
	output := 0
	for i, c := range configs {
		c = c.WithDefaults()
		if out[i].Err = c.CheckMemory(p.Program); out[i].Err == nil {
			queue = append(queue, newRun(m, c, &out[i]))
			output = max(output, (min(c.OutputBytes, maxOutput)+3)&^3)
		}
	}
	slots := max(m.slots, firstSlots)
	for len(queue) > 0 {
		l, err := e.layout(layout{instances: len(queue), slots: slots, words: p.Tiles << 14, output: output})
		if err != nil {
			return out, err
		}
		w := &wave{e: e, m: m, layout: l, runs: queue[:l.instances], others: len(configs) - len(queue)}
		rest, err := w.run(ctx)
		if err := errors.Join(err, w.close()); err != nil {
			return out, err
		}
		if len(rest) > 0 { // they go on in a smaller wave with larger stacks
			slots = 2 * w.layout.slots
		}
		queue = append(rest, queue[l.instances:]...)
	}
	return out, nil
}

// maxOutput is the most output that waits on the device, of each instance.
const maxOutput = 1 << 10

// layout is how a wave lies in memory.
type layout struct {
	instances, lanes int
	slots            int // of each stack
	words            int // of each memory
	output           int // bytes for output of each
}

// firstSlots is the size of a stack to begin with.
const firstSlots = 128

// layout is that of as many instances as fit, of those that want.
func (e *Engine) layout(l layout) (layout, error) {
	want := l.instances
	each, most := l.bytes()
	l.instances = int(min(int64(want), e.o.Bytes/each, e.device.Limits().MaxStorageBufferBindingSize/most))
	if l.instances == 0 {
		return l, fmt.Errorf("%d bytes for one, of which %d are one buffer; what to do: give more than %d bytes, or take a smaller program: %w", each, most, e.o.Bytes, ErrRoom)
	}
	l.lanes = min(e.o.Lanes, l.instances)
	if l.instances < want {
		l.instances -= l.instances % l.lanes
	}
	return l, nil
}

// bytes is what an instance takes, and what of that is in the largest buffer.
func (l layout) bytes() (all, largest int64) {
	stack, memory := 8*int64(l.slots), 4*int64(l.words)
	return stack + memory + int64(l.output) + instanceBytes, max(stack, memory, int64(l.output), instanceBytes)
}

// padded is how many instances there is room for: whole groups.
func (l layout) padded() int { return (l.instances + l.lanes - 1) / l.lanes * l.lanes }

// slot is the byte of the stacks where an instance has a slot, word that of the memories
// where it has a word.
func (l layout) slot(instance, slot int) int64 { return 8 * l.index(instance, slot, l.slots) }
func (l layout) word(instance, word int) int64 { return 4 * l.index(instance, word, l.words) }

func (l layout) index(instance, n, size int) int64 {
	lane := instance % l.lanes
	return int64(instance-lane)*int64(size) + int64(lane) + int64(n)*int64(l.lanes)
}
