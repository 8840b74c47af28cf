package oracle

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"pxos/wgsl/eval"
	"pxos/wgsl/gpu"
	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

// Error says what of a valid module the oracle cannot run, and where.
type Error struct {
	Source  *syntax.Source
	Span    syntax.Span
	Message string
}

// Error is the place and the message on one line.
func (e *Error) Error() string {
	p := e.Source.Position(e.Span.Start)
	return fmt.Sprintf("%s:%d:%d: %s", e.Source.Name, p.Line, p.Column, e.Message)
}

// ErrEntry says that the module has no such compute entry point.
var ErrEntry = errors.New("no compute entry point of that name")

// pipeline is an entry point ready to run.
type pipeline struct {
	device    *Device
	module    *ir.Module
	entry     *ir.Function
	size      [3]uint32 // of a workgroup
	resources []gpu.Resource
	vars      []*ir.Var // that the entry point reaches
}

// NewPipeline prepares a compute entry point of a specialized module. What cannot
// be run is refused here by name, with an *Error.
func (d *Device) NewPipeline(_ context.Context, m *ir.Module, entry string) (gpu.Pipeline, error) {
	p := &pipeline{device: d, module: m}
	for _, f := range m.Functions {
		if f.Name == entry && f.Stage == ir.Compute {
			p.entry = f
		}
	}
	if p.entry == nil {
		return nil, fmt.Errorf("%w: %q", ErrEntry, entry)
	}
	var err error
	if p.resources, err = gpu.Resources(m, p.entry); err != nil {
		return nil, err
	}
	p.vars = m.Resources(p.entry)
	if err := p.prepare(); err != nil {
		return nil, err
	}
	return p, nil
}

func (p *pipeline) fail(span syntax.Span, format string, args ...any) error {
	return &Error{p.module.Source, span, fmt.Sprintf(format, args...)}
}

// prepare reads the constants of the pipeline and looks for what cannot be run.
func (p *pipeline) prepare() error {
	for i, e := range p.entry.WorkgroupSize {
		p.size[i] = 1
		if e == nil {
			continue
		}
		v, ok := ir.ConstantValue(e)
		if !ok {
			return p.fail(e.Range(), "the workgroup size is not known: the module was not specialized")
		}
		n, ok := integer(v)
		if !ok || n < 1 || n > 1<<16 {
			return p.fail(e.Range(), "a workgroup cannot have the size %s", v)
		}
		p.size[i] = uint32(n)
	}
	limit := p.device.Limits().MaxComputeInvocationsPerWorkgroup
	if n := int64(p.size[0]) * int64(p.size[1]) * int64(p.size[2]); n > int64(limit) {
		return p.fail(p.entry.Span, "a workgroup has %d invocations: at most %d are allowed", n, limit)
	}
	for _, v := range p.vars {
		if _, known := ir.ConstantValue(v.Init); v.Init != nil && !known {
			return p.fail(v.Span, "the initial value of %s is not known: the module was not specialized", v.Name)
		}
	}
	if err := p.checkInputs(); err != nil {
		return err
	}
	return p.checkFunctions(p.entry, map[*ir.Function]bool{})
}

func integer(v value.Value) (int64, bool) {
	switch v := v.(type) {
	case value.I32:
		return int64(v), true
	case value.U32:
		return int64(v), true
	case value.AbstractInt:
		return int64(v), true
	}
	return 0, false
}

// checkInputs looks for parameters of the entry point without a known value.
func (p *pipeline) checkInputs() error {
	check := func(l *ir.Local, io *types.IO) error {
		if io == nil || inputs[io.Builtin] == nil {
			return p.fail(l.Span, "the parameter %s of entry point %s is not of a built-in value of compute shaders", l.Name, p.entry.Name)
		}
		return nil
	}
	for _, l := range p.entry.Params {
		s, ok := l.Type.(*types.Struct)
		if !ok {
			if err := check(l, l.IO); err != nil {
				return err
			}
			continue
		}
		for _, m := range s.Members {
			if err := check(l, m.IO); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkFunctions looks for built-in functions that only other stages or other
// executors have.
func (p *pipeline) checkFunctions(f *ir.Function, seen map[*ir.Function]bool) (err error) {
	if seen[f] {
		return nil
	}
	seen[f] = true
	ir.Everything(f.Body, func(e ir.Expr) {
		if b, ok := e.(*ir.Builtin); ok && err == nil && !eval.Computes(b.ID) && special[b.ID] == nil {
			err = p.fail(b.Span, "the oracle does not run %s", b.ID)
		}
	})
	ir.Statements(f.Body, func(s ir.Stmt) {
		if d, ok := s.(*ir.Discard); ok && err == nil {
			err = p.fail(d.Span, "discard stands only in fragment shaders")
		}
	})
	for _, c := range f.Calls {
		if err == nil {
			err = p.checkFunctions(c, seen)
		}
	}
	return err
}

// Resources are the buffers that the pipeline wants.
func (p *pipeline) Resources() []gpu.Resource { return p.resources }

// Close has nothing to free.
func (p *pipeline) Close() error { return nil }

// Dispatch runs the workgroups one after the other, x fastest. Device says what
// may run beside it.
func (p *pipeline) Dispatch(ctx context.Context, d gpu.Dispatch) error {
	bindings, err := gpu.Bound(p.resources, d, p.device.Limits())
	if err != nil {
		return err
	}
	p.device.mu.RLock()
	defer p.device.mu.RUnlock()
	if p.device.closed {
		return ErrClosed
	}
	unlock, err := p.lock(bindings)
	if err != nil {
		return err
	}
	defer unlock()
	m := newMachine(ctx, p, d)
	for i, r := range p.resources {
		view, err := bindings[i].Buffer.(*buffer).view(bindings[i].Offset, bindings[i].Bytes())
		if err != nil {
			return err
		}
		m.bind(r, view)
	}
	if err := m.follow(); err != nil {
		return err
	}
	defer m.tellChanged()
	return m.run()
}

// lock takes the buffers for a dispatch, alone where it may write. All dispatches
// take them in the order in which the buffers were made, so that no two wait for
// each other.
func (p *pipeline) lock(bindings []gpu.Binding) (unlock func(), err error) {
	writes := map[*buffer]bool{}
	for i, r := range p.resources {
		b, ok := bindings[i].Buffer.(*buffer)
		if !ok || b.device != p.device {
			return nil, &gpu.BindingError{Message: fmt.Sprintf("the buffer of %s belongs to another device", r.Name)}
		}
		writes[b] = writes[b] || r.Access != types.Read
	}
	list := slices.SortedFunc(maps.Keys(writes), func(a, b *buffer) int { return cmp.Compare(a.number, b.number) })
	for _, b := range list {
		if writes[b] {
			b.mu.Lock()
		} else {
			b.mu.RLock()
		}
	}
	return func() {
		for _, b := range list {
			if writes[b] {
				b.mu.Unlock()
			} else {
				b.mu.RUnlock()
			}
		}
	}, nil
}
