//go:build vulkan && linux && (amd64 || arm64)

package vulkan

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"pxos/wgsl/flat"
	"pxos/wgsl/gpu"
	"pxos/wgsl/ir"
	"pxos/wgsl/spirv"
)

// buffer is device memory. Where the host cannot reach it, it is read and written
// through a staging buffer.
type buffer struct {
	device *Device
	raw    raw
	size   int64
	closed bool
}

// NewBuffer makes a buffer of size bytes, all zero.
func (d *Device) NewBuffer(size int64) (gpu.Buffer, error) {
	if size < 0 {
		return nil, fmt.Errorf("a buffer of %d bytes", size)
	}
	r, err := d.allocate(max(size+3, 4)/4*4, memoryLocal|memoryVisible|memoryCoherent, memoryLocal, memoryVisible|memoryCoherent)
	if err != nil {
		return nil, err
	}
	b := &buffer{device: d, raw: r, size: size}
	if r.view != nil {
		clear(r.view)
		return b, nil
	}
	err = d.submit(func(c uintptr) {
		d.lib.call("vkCmdFillBuffer", c, uintptr(r.buffer), 0, ^uintptr(0), 0)
	})
	return b, err
}

// Size is the size in bytes.
func (b *buffer) Size() int64 { return b.size }

func (b *buffer) check(offset int64, n int) error {
	if b.closed {
		return errors.New("the buffer is closed")
	}
	if offset < 0 || offset > b.size || int64(n) > b.size-offset {
		return fmt.Errorf("%d bytes at %d do not lie in a buffer of %d bytes", n, offset, b.size)
	}
	return nil
}

// staged gives move a view of n bytes, copied from the buffer before where in is
// set and to it after otherwise.
func (b *buffer) staged(offset int64, n int, in bool, move func(view []byte)) error {
	d := b.device
	s, err := d.allocate(int64(max(n, 4)), memoryVisible|memoryCoherent)
	if err != nil {
		return err
	}
	defer func() { _ = d.release(s) }()
	transfer := func(src, dst handle, region *bufferCopy) error {
		return d.submit(func(c uintptr) {
			d.lib.call("vkCmdCopyBuffer", c, uintptr(src), uintptr(dst), 1, ptr(region))
		})
	}
	if in {
		if err := transfer(b.raw.buffer, s.buffer, &bufferCopy{Src: uint64(offset), Size: uint64(n)}); err != nil {
			return err
		}
		move(s.view[:n])
		return nil
	}
	move(s.view[:n])
	return transfer(s.buffer, b.raw.buffer, &bufferCopy{Dst: uint64(offset), Size: uint64(n)})
}

// Write copies data into the buffer.
func (b *buffer) Write(offset int64, data []byte) error {
	if err := b.check(offset, len(data)); err != nil || len(data) == 0 {
		return err
	}
	if b.raw.view != nil {
		copy(b.raw.view[offset:], data)
		return nil
	}
	return b.staged(offset, len(data), false, func(view []byte) { copy(view, data) })
}

// Read copies from the buffer.
func (b *buffer) Read(offset int64, data []byte) error {
	if err := b.check(offset, len(data)); err != nil || len(data) == 0 {
		return err
	}
	if b.raw.view != nil {
		copy(data, b.raw.view[offset:])
		return nil
	}
	return b.staged(offset, len(data), true, func(view []byte) { copy(data, view) })
}

// Close frees the buffer.
func (b *buffer) Close() error {
	if b.closed {
		return nil
	}
	b.closed = true
	return b.device.release(b.raw)
}

// pipeline is a compiled entry point.
type pipeline struct {
	device    *Device
	resources []gpu.Resource
	program   *flat.Program
	tables    []gpu.Buffer

	module, setLayout, layout, pipeline, pool, set handle
}

// NewPipeline compiles a compute entry point of a specialized module.
func (d *Device) NewPipeline(_ context.Context, m *ir.Module, entry string) (gpu.Pipeline, error) {
	program, err := flat.Lower(m, entry)
	if err != nil {
		return nil, err
	}
	code, err := spirv.Write(program)
	if err != nil {
		return nil, err
	}
	p := &pipeline{device: d, program: program}
	for _, f := range m.EntryPoints() {
		if f.Name == entry {
			if p.resources, err = gpu.Resources(m, f); err != nil {
				return nil, err
			}
		}
	}
	if err := p.build(code); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

// build makes the objects of a pipeline.
func (p *pipeline) build(code *spirv.Module) (err error) {
	d := p.device
	if p.module, err = d.create("vkCreateShaderModule", ptr(&shaderModuleCreateInfo{Type: typeShader, Size: uintptr(len(code.Code)), Code: &code.Code[0]})); err != nil {
		return err
	}
	n := len(p.program.Buffers) + len(p.program.Tables)
	bindings := make([]layoutBinding, max(n, 1))
	for i := range n {
		bindings[i] = layoutBinding{Binding: uint32(i), Kind: storageBuffer, Count: 1, Stages: stageCompute}
	}
	if p.setLayout, err = d.create("vkCreateDescriptorSetLayout", ptr(&setLayoutCreateInfo{Type: typeSetLayout, Count: uint32(n), Bindings: &bindings[0]})); err != nil {
		return err
	}
	if p.layout, err = d.create("vkCreatePipelineLayout", ptr(&pipelineLayoutCreateInfo{Type: typeLayout, SetLayouts: 1, Layouts: &p.setLayout})); err != nil {
		return err
	}
	info := &computePipelineCreateInfo{Type: typePipeline, Layout: p.layout,
		Stage: shaderStage{Type: typeStage, Stage: stageCompute, Module: p.module, Name: cstring(code.Entry)}}
	out := new(handle)
	if err := succeeded(d.lib.call("vkCreateComputePipelines", d.device, 0, 1, ptr(info), 0, ptr(out)), "vkCreateComputePipelines"); err != nil {
		return err
	}
	runtime.KeepAlive(info)
	p.pipeline = *out
	size := &poolSize{Kind: storageBuffer, Count: uint32(max(n, 1))}
	if p.pool, err = d.create("vkCreateDescriptorPool", ptr(&descriptorPoolCreate{Type: typePool, MaxSets: 1, Count: 1, Sizes: size})); err != nil {
		return err
	}
	set := new(handle)
	if err := succeeded(d.lib.call("vkAllocateDescriptorSets", d.device, ptr(&descriptorSetAllocate{Type: typeSet, Pool: p.pool, Count: 1, Layouts: &p.setLayout}), ptr(set)), "vkAllocateDescriptorSets"); err != nil {
		return err
	}
	p.set = *set
	for _, t := range p.program.Tables {
		b, err := d.NewBuffer(int64(len(t.Data)))
		if err != nil {
			return err
		}
		p.tables = append(p.tables, b)
		if err := b.Write(0, t.Data); err != nil {
			return err
		}
	}
	return nil
}

// Resources are the buffers that the entry point uses.
func (p *pipeline) Resources() []gpu.Resource { return p.resources }

// Close frees the pipeline.
func (p *pipeline) Close() error {
	d := p.device
	d.destroy("vkDestroyDescriptorPool", p.pool)
	d.destroy("vkDestroyPipeline", p.pipeline)
	d.destroy("vkDestroyPipelineLayout", p.layout)
	d.destroy("vkDestroyDescriptorSetLayout", p.setLayout)
	d.destroy("vkDestroyShaderModule", p.module)
	p.pool, p.pipeline, p.layout, p.setLayout, p.module = 0, 0, 0, 0, 0
	var all error
	for _, t := range p.tables {
		all = errors.Join(all, t.Close())
	}
	p.tables = nil
	return all
}

// Dispatch runs all workgroups. A shader that never ends is the driver's to stop.
func (p *pipeline) Dispatch(ctx context.Context, dispatch gpu.Dispatch) error {
	bindings, err := gpu.Bound(p.resources, dispatch, p.device.Limits())
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := p.write(bindings); err != nil {
		return err
	}
	d, n := p.device, dispatch.Workgroups
	set := &p.set
	return d.submit(func(c uintptr) {
		d.lib.call("vkCmdBindPipeline", c, 1, uintptr(p.pipeline))
		d.lib.call("vkCmdBindDescriptorSets", c, 1, uintptr(p.layout), 0, 1, ptr(set), 0, 0)
		d.lib.call("vkCmdDispatch", c, uintptr(n[0]), uintptr(n[1]), uintptr(n[2]))
	})
}

// write puts the buffers into the descriptor set.
func (p *pipeline) write(bindings []gpu.Binding) error {
	put := func(at int, b *buffer, offset, size int64) {
		info := &descriptorBuffer{Buffer: b.raw.buffer, Offset: uint64(offset), Range: uint64(size)}
		write := &writeDescriptorSet{Type: typeWrite, Set: p.set, Binding: uint32(at), Count: 1, Kind: storageBuffer, Buffer: info}
		p.device.lib.call("vkUpdateDescriptorSets", p.device.device, 1, ptr(write), 0, 0)
		runtime.KeepAlive(write)
	}
	for at, m := range p.program.Buffers {
		for i, r := range p.resources {
			if r.Name != m.Name || r.Group != m.Group || r.Binding != m.Binding {
				continue
			}
			b, ok := bindings[i].Buffer.(*buffer)
			if !ok || b.device != p.device || b.closed {
				return &gpu.BindingError{Message: r.Name + ": the buffer belongs to another device, or is closed"}
			}
			put(at, b, bindings[i].Offset, bindings[i].Bytes())
		}
	}
	for i, t := range p.tables {
		put(len(p.program.Buffers)+i, t.(*buffer), 0, t.Size())
	}
	return nil
}
