package wgsl

import (
	"context"
	"fmt"

	"pxos/tests/webgpu"
	"pxos/wgsl"
	"pxos/wgsl/check"
	"pxos/wgsl/gpu"
	"pxos/wgsl/ir"
	"pxos/wgsl/types"
)

// prepared is a valid case that was checked, with the buffers that it wants.
type prepared struct {
	*Case
	module    *wgsl.Module
	entry     string
	resources []gpu.Resource
	inputs    [][]byte
}

// prepare checks a valid case and finds its buffers.
func (c *Case) prepare() (*prepared, error) {
	m, err := wgsl.Compile(c.ID(), c.Text)
	if err != nil {
		return nil, err
	}
	p := &prepared{Case: c, module: m, entry: c.Entry}
	if p.entry == "" {
		entries := m.ComputeEntries()
		if len(entries) != 1 {
			return nil, fmt.Errorf("%s: %d compute entry points: say which", c.ID(), len(entries))
		}
		p.entry = entries[0].Name
	}
	special, err := check.Specialize(m.IR, p.entry, c.Overrides, gpu.SoftwareLimits().Limits)
	if err != nil {
		return nil, err
	}
	for _, f := range special.EntryPoints() {
		if f.Name == p.entry && f.Stage == ir.Compute {
			if p.resources, err = gpu.Resources(special, f); err != nil {
				return nil, err
			}
		}
	}
	for _, r := range p.resources {
		p.inputs = append(p.inputs, c.bytesFor(r))
	}
	return p, nil
}

// on runs the case on a device and gives the contents of its buffers afterwards.
func (p *prepared) on(ctx context.Context, d gpu.Device) ([][]byte, error) {
	pipeline, err := wgsl.NewPipeline(ctx, d, p.module, p.entry, p.Overrides)
	if err != nil {
		return nil, err
	}
	defer pipeline.Close()
	var bindings []gpu.Binding
	defer func() {
		for _, b := range bindings {
			_ = b.Buffer.Close()
		}
	}()
	for i, r := range p.resources {
		b, err := d.NewBuffer(int64(len(p.inputs[i])))
		if err != nil {
			return nil, err
		}
		bindings = append(bindings, gpu.Binding{Group: r.Group, Binding: r.Binding, Buffer: b})
		if err := b.Write(0, p.inputs[i]); err != nil {
			return nil, err
		}
	}
	err = pipeline.Dispatch(ctx, gpu.Dispatch{Bindings: bindings, Workgroups: p.Workgroups, MaxRounds: 1 << 24})
	if err != nil {
		return nil, err
	}
	out := make([][]byte, len(bindings))
	for i, b := range bindings {
		out[i] = make([]byte, len(p.inputs[i]))
		if err := b.Buffer.Read(0, out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// job is the case for the browser.
func (p *prepared) job() webgpu.Job {
	j := webgpu.Job{Name: p.ID(), Code: p.Text, Entry: p.entry, Constants: p.Overrides, Workgroups: p.Workgroups, Features: p.Features}
	for i, r := range p.resources {
		kind := "storage"
		switch {
		case r.Space == types.Uniform:
			kind = "uniform"
		case r.Access == types.Read:
			kind = "read-only-storage"
		}
		j.Bindings = append(j.Bindings, webgpu.Binding{Group: r.Group, Binding: r.Binding, Kind: kind, Data: p.inputs[i]})
	}
	return j
}

// compare tells where two runs of the case differ; "" where they agree.
func (p *prepared) compare(a, b [][]byte) string {
	if len(a) != len(b) {
		return fmt.Sprintf("%d buffers against %d", len(a), len(b))
	}
	for i, r := range p.resources {
		if len(a[i]) != len(b[i]) {
			return fmt.Sprintf("%s has %d bytes against %d", r.Name, len(a[i]), len(b[i]))
		}
		if at, differs := p.difference(r.Type, a[i], b[i]); differs {
			return fmt.Sprintf("%s at byte %d: %x against %x", r.Name, at, a[i][at:min(at+4, int64(len(a[i])))], b[i][at:min(at+4, int64(len(b[i])))])
		}
	}
	return ""
}
