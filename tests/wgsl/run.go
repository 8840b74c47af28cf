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
	inputs    []input
}

// input is what a resource starts with: bytes, or a texture's levels.
type input struct {
	bytes   []byte
	texture gpu.TextureDescriptor
	levels  [][]byte
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
		var in input
		switch t := r.Handle.(type) {
		case types.Texture:
			in.texture = textureFor(t)
			in.levels = c.texelsFor(r, in.texture)
		case types.Sampler:
		default:
			in.bytes = c.bytesFor(r)
		}
		p.inputs = append(p.inputs, in)
	}
	return p, nil
}

// bind makes what a resource starts with on a device.
func (p *prepared) bind(d gpu.Device, i int) (b gpu.Binding, err error) {
	r, in := p.resources[i], p.inputs[i]
	b = gpu.Binding{Group: r.Group, Binding: r.Binding}
	switch r.Handle.(type) {
	case types.Texture:
		b.Texture, err = makeTexture(d, in.texture, in.levels)
	case types.Sampler:
		b.Sampler, err = gpu.NewSampler(d, samplerFor(r))
	default:
		if b.Buffer, err = d.NewBuffer(int64(len(in.bytes))); err == nil {
			err = b.Buffer.Write(0, in.bytes)
		}
	}
	return b, err
}

// contents gives what a binding holds; nothing for what no shader writes.
func (p *prepared) contents(i int, b gpu.Binding) ([]byte, error) {
	switch t := p.resources[i].Handle.(type) {
	case types.Texture:
		if t.Kind == types.StorageTexture {
			return readTexture(b.Texture)
		}
		return nil, nil
	case types.Sampler:
		return nil, nil
	}
	out := make([]byte, len(p.inputs[i].bytes))
	return out, b.Buffer.Read(0, out)
}

func release(b gpu.Binding) {
	switch {
	case b.Texture != nil:
		_ = b.Texture.Close()
	case b.Sampler != nil:
		_ = b.Sampler.Close()
	case b.Buffer != nil:
		_ = b.Buffer.Close()
	}
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
			release(b)
		}
	}()
	for i := range p.resources {
		b, err := p.bind(d, i)
		bindings = append(bindings, b)
		if err != nil {
			return nil, err
		}
	}
	err = pipeline.Dispatch(ctx, gpu.Dispatch{Bindings: bindings, Workgroups: p.Workgroups, MaxRounds: 1 << 24})
	if err != nil {
		return nil, err
	}
	out := make([][]byte, len(bindings))
	for i, b := range bindings {
		if out[i], err = p.contents(i, b); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// job is the case for the browser.
func (p *prepared) job() webgpu.Job {
	j := webgpu.Job{Name: p.ID(), Code: p.Text, Entry: p.entry, Constants: p.Overrides, Workgroups: p.Workgroups, Features: p.Features}
	for i, r := range p.resources {
		if r.Handle != nil {
			j.Bindings = append(j.Bindings, bindingFor(r, p.inputs[i].texture, p.inputs[i].levels))
			continue
		}
		kind := "storage"
		switch {
		case r.Space == types.Uniform:
			kind = "uniform"
		case r.Access == types.Read:
			kind = "read-only-storage"
		}
		j.Bindings = append(j.Bindings, webgpu.Binding{Group: r.Group, Binding: r.Binding, Kind: kind, Data: p.inputs[i].bytes})
	}
	return j
}

// decoded turns what the browser gives of storage textures, texels in their
// format, into what contents gives.
func (p *prepared) decoded(data [][]byte) [][]byte {
	out := make([][]byte, len(data))
	for i, bytes := range data {
		out[i] = bytes
		if r := p.resources[i]; r.Handle != nil {
			out[i] = decodeTexels(p.inputs[i].texture.Format, bytes)
		}
	}
	return out
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
		t := r.Type
		if handle, ok := r.Handle.(types.Texture); ok {
			t = types.Array{Elem: types.Vector{N: 4, Elem: handle.Elem}}
		}
		if at, differs := p.difference(t, a[i], b[i]); differs {
			return fmt.Sprintf("%s at byte %d: %x against %x", r.Name, at, a[i][at:min(at+4, int64(len(a[i])))], b[i][at:min(at+4, int64(len(b[i])))])
		}
	}
	return ""
}
