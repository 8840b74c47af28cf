package soft

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"pxos/wgsl/flat"
	"pxos/wgsl/gpu"
	"pxos/wgsl/ir"
)

// pipeline is a compiled entry point.
type pipeline struct {
	device    *Device
	module    *ir.Module
	resources []gpu.Resource
	program   *flat.Program
	compiled  *compiled
	native    wazero.CompiledModule
	tables    []extent

	mu   sync.Mutex
	idle []*worker
}

// worker is one instance of the module with memory of its own.
type worker struct {
	instance api.Module
	run      api.Function
	work     extent
	stack    [paramTotal]uint64
}

// NewPipeline compiles a compute entry point of a specialized module.
func (d *Device) NewPipeline(ctx context.Context, m *ir.Module, entry string) (gpu.Pipeline, error) {
	program, err := flat.Lower(m, entry)
	if err != nil {
		return nil, err
	}
	code, err := generate(program)
	if err != nil {
		return nil, err
	}
	p := &pipeline{device: d, module: m, program: program, compiled: code}
	for _, f := range m.EntryPoints() {
		if f.Name == entry {
			if p.resources, err = gpu.Resources(m, f); err != nil {
				return nil, err
			}
		}
	}
	if p.native, err = d.runtime.CompileModule(ctx, code.code); err != nil {
		return nil, fmt.Errorf("the code made for %s was not accepted: %w", entry, err)
	}
	for _, t := range program.Tables {
		e, err := d.take(int64(len(t.Data)))
		if err != nil {
			return nil, errors.Join(err, p.Close())
		}
		copy(d.memory.data[e.at:], t.Data)
		p.tables = append(p.tables, e)
	}
	return p, nil
}

// Resources are the buffers that the entry point uses.
func (p *pipeline) Resources() []gpu.Resource { return p.resources }

// Close frees code and memory.
func (p *pipeline) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all error
	for _, w := range p.idle {
		all = errors.Join(all, p.discard(w))
	}
	p.idle = nil
	for _, e := range p.tables {
		p.device.give(e)
	}
	p.tables = nil
	return errors.Join(all, p.native.Close(context.Background()))
}

func (p *pipeline) discard(w *worker) error {
	p.device.give(w.work)
	return w.instance.Close(context.Background())
}

// worker finds an idle worker or makes one.
func (p *pipeline) worker(ctx context.Context) (*worker, error) {
	p.mu.Lock()
	if n := len(p.idle); n > 0 {
		w := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		return w, nil
	}
	p.mu.Unlock()
	work, err := p.device.take(int64(p.compiled.workBytes))
	if err != nil {
		return nil, err
	}
	ctx = experimental.WithMemoryAllocator(ctx, p.device.memory)
	instance, err := p.device.runtime.InstantiateModule(ctx, p.native, wazero.NewModuleConfig().WithName(""))
	if err != nil {
		p.device.give(work)
		return nil, err
	}
	return &worker{instance: instance, run: instance.ExportedFunction("run"), work: work}, nil
}

func (p *pipeline) rest(w *worker) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, w)
}

// Dispatch runs all workgroups, spread over the workers of the device.
func (p *pipeline) Dispatch(ctx context.Context, d gpu.Dispatch) error {
	bindings, err := gpu.Bound(p.resources, d, p.device.options.Limits)
	if err != nil {
		return err
	}
	total := int64(d.Workgroups[0]) * int64(d.Workgroups[1]) * int64(d.Workgroups[2])
	if total == 0 {
		return nil
	}
	table, err := p.bindingTable(bindings)
	if err != nil {
		return err
	}
	defer p.device.give(table)
	r := &running{pipeline: p, dispatch: d, total: total, bindings: table.at}
	if r.dispatch.MaxRounds == 0 {
		r.dispatch.MaxRounds = gpu.DefaultMaxRounds
	}
	return r.all(ctx)
}

// bindingTable writes address and size of every buffer and table for the code.
func (p *pipeline) bindingTable(bindings []gpu.Binding) (extent, error) {
	var words []byte
	put := func(at uint32, size int64) {
		words = binary.LittleEndian.AppendUint32(words, at)
		words = binary.LittleEndian.AppendUint32(words, uint32(size))
	}
	for _, m := range p.program.Buffers {
		for k, r := range p.resources {
			if r.Group == m.Group && r.Binding == m.Binding && r.Name == m.Name {
				b := bufferOf(bindings[k].Buffer)
				if b == nil || b.device != p.device {
					return extent{}, &gpu.BindingError{Message: r.Name + ": the buffer belongs to another device"}
				}
				if b.closed {
					return extent{}, &gpu.BindingError{Message: r.Name + ": the buffer is closed"}
				}
				put(b.extent.at+uint32(bindings[k].Offset), bindings[k].Bytes())
			}
		}
	}
	for i, e := range p.tables {
		put(e.at, int64(len(p.program.Tables[i].Data)))
	}
	e, err := p.device.take(int64(len(words)))
	if err == nil {
		copy(p.device.memory.data[e.at:], words)
	}
	return e, err
}

// maxBatch bounds how many workgroups one call runs, so that a cancelled dispatch
// ends soon.
const maxBatch = 64

// running is one dispatch under way.
type running struct {
	pipeline *pipeline
	dispatch gpu.Dispatch
	total    int64
	bindings uint32
	next     atomic.Int64
	stopped  atomic.Bool
}

// meter counts the loop rounds of one worker.
type meter struct {
	running *running
	ctx     context.Context
	rounds  int64 // of the workgroup
	err     error
}

type meterKey struct{}

// refuel answers how many loop rounds may follow: none where the dispatch was
// cancelled or the workgroup is past its limit.
func refuel(ctx context.Context, stack []uint64) {
	m := ctx.Value(meterKey{}).(*meter)
	loop := uint32(stack[0])
	m.rounds += refuelRounds
	stack[0] = 0
	switch limit := m.running.dispatch.MaxRounds; {
	case m.ctx.Err() != nil:
		m.err = m.ctx.Err()
	case m.running.stopped.Load():
		m.err = context.Canceled
	case m.rounds > limit:
		p := m.running.pipeline
		m.err = &gpu.RunawayError{Source: p.module.Source, Span: p.compiled.loops[loop], Rounds: m.rounds}
	default:
		stack[0] = refuelRounds
	}
}

// all runs the workgroups on as many workers as there is work for.
func (r *running) all(ctx context.Context) error {
	n := int(min(int64(r.pipeline.device.options.Workers), r.total))
	failures := make([]error, n)
	var wait sync.WaitGroup
	for i := 1; i < n; i++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			failures[i] = r.work(ctx)
		}()
	}
	failures[0] = r.work(ctx)
	wait.Wait()
	var first error
	for _, err := range failures {
		if err != nil && (first == nil || errors.Is(first, context.Canceled)) {
			first = err
		}
	}
	return first
}

// work takes workgroups until none is left.
func (r *running) work(ctx context.Context) error {
	w, err := r.pipeline.worker(ctx)
	if err != nil {
		r.stopped.Store(true)
		return err
	}
	m := &meter{running: r, ctx: ctx}
	inner := context.WithValue(ctx, meterKey{}, m)
	count := r.dispatch.Workgroups
	batch := min(max(1, r.total/int64(16*r.pipeline.device.options.Workers)), maxBatch)
	if r.dispatch.MaxRounds != gpu.DefaultMaxRounds {
		batch = 1 // the limit is for each workgroup
	}
	for {
		end := r.next.Add(batch)
		if k := end - batch; k < r.total {
			if r.stopped.Load() || ctx.Err() != nil {
				r.pipeline.rest(w)
				return ctx.Err()
			}
			m.rounds = 0
			x, y := k%int64(count[0]), k/int64(count[0])%int64(count[1])
			z := k / (int64(count[0]) * int64(count[1]))
			w.stack = [paramTotal]uint64{uint64(r.bindings), uint64(w.work.at), uint64(x), uint64(y), uint64(z),
				uint64(count[0]), uint64(count[1]), uint64(count[2]), uint64(min(end, r.total) - k)}
			if err := w.run.CallWithStack(inner, w.stack[:]); err != nil {
				r.stopped.Store(true)
				if m.err != nil {
					err = m.err
				}
				return errors.Join(err, r.pipeline.discard(w))
			}
		}
		if end >= r.total {
			r.pipeline.rest(w)
			return nil
		}
	}
}
