//go:build vulkan && linux && (amd64 || arm64)

package vulkan

import (
	"context"
	"fmt"

	"pxos/wgsl/flat"
	"pxos/wgsl/gpu"
	"pxos/wgsl/ir"
	"pxos/wgsl/spirv"
)

// pipeline is a compiled entry point.
type pipeline struct {
	device    *Device
	resources []gpu.Resource
	program   *flat.Program
	code      *spirv.Module
	tables    []*buffer
	closed    bool // guarded by the device's turn

	module, setLayout, layout, pipeline handle

	pools, sets []handle // as many sets as one submission needed
}

// NewPipeline compiles a compute entry point of a specialized module.
func (d *Device) NewPipeline(ctx context.Context, m *ir.Module, entry string) (gpu.Pipeline, error) {
	program, err := flat.Lower(m, entry)
	if err != nil {
		return nil, err
	}
	code, err := spirv.Write(program)
	if err != nil {
		return nil, err
	}
	if err := d.suits(program, code); err != nil {
		return nil, err
	}
	p := &pipeline{device: d, program: program, code: code}
	for _, f := range m.EntryPoints() {
		if f.Name == entry {
			if p.resources, err = gpu.Resources(m, f); err != nil {
				return nil, err
			}
		}
	}
	if err := d.enter(ctx); err != nil {
		return nil, err
	}
	defer d.leave()
	if err := p.build(); err != nil {
		p.free()
		return nil, err
	}
	d.objects[p] = struct{}{}
	return p, nil
}

// suits asks whether the device has what a shader needs.
func (d *Device) suits(program *flat.Program, code *spirv.Module) error {
	fail := func(format string, args ...any) error {
		return &gpu.UnsupportedError{Message: fmt.Sprintf("vulkan: %s ", code.Entry) + fmt.Sprintf(format, args...)}
	}
	if lacking := d.adapter.lacks(code.Subgroups); lacking != "" {
		return fail("needs %s, which %s does not have: choose another device by %s", lacking, d.adapter.name, deviceVariable)
	}
	n, most := len(program.Buffers)+len(program.Tables), d.limits.MaxStorageBuffersPerShaderStage
	if n > most {
		return fail("binds %d buffers and tables of constants, %s takes %d: put some together", n, d.adapter.name, most)
	}
	return nil
}

// bindings is the number of buffers that the shader sees.
func (p *pipeline) bindings() int {
	n := len(p.program.Buffers) + len(p.program.Tables)
	if len(p.code.Loops) > 0 {
		n++
	}
	return n
}

// build makes the objects of a pipeline.
func (p *pipeline) build() (err error) {
	d := p.device
	info := &shaderModuleCreateInfo{Type: typeShader, Size: uintptr(len(p.code.Code)), Code: &p.code.Code[0]}
	if p.module, err = d.create("vkCreateShaderModule", ptr(info)); err != nil {
		return err
	}
	if err = p.buildLayout(); err != nil {
		return err
	}
	compute := &computePipelineCreateInfo{Type: typePipeline, Layout: p.layout,
		Stage: shaderStage{Type: typeStage, Stage: stageCompute, Module: p.module, Name: cstring(p.code.Entry)}}
	out := new(handle)
	err = d.checked("vkCreateComputePipelines", d.device, 0, 1, ptr(compute), 0, ptr(out))
	if p.pipeline = *out; err != nil {
		return err
	}
	for _, t := range p.program.Tables {
		b, err := d.newBuffer(int64(len(t.Data)))
		if err != nil {
			return err
		}
		p.tables = append(p.tables, b)
		if err := b.write(0, t.Data); err != nil {
			return err
		}
	}
	return nil
}

// setsAtOnce is how many descriptor sets a pool holds.
const setsAtOnce = 16

// descriptorSet is the set number n of a submission.
func (p *pipeline) descriptorSet(n int) (handle, error) {
	d := p.device
	for len(p.sets) <= n {
		size := &poolSize{Kind: storageBuffer, Count: uint32(setsAtOnce * max(p.bindings(), 1))}
		pool, err := d.create("vkCreateDescriptorPool", ptr(&descriptorPoolCreate{Type: typePool, MaxSets: setsAtOnce, Count: 1, Sizes: size}))
		if err != nil {
			return 0, err
		}
		p.pools = append(p.pools, pool)
		for range setsAtOnce {
			set := new(handle)
			allocate := &descriptorSetAllocate{Type: typeSet, Pool: pool, Count: 1, Layouts: &p.setLayout}
			if err := d.checked("vkAllocateDescriptorSets", d.device, ptr(allocate), ptr(set)); err != nil {
				return 0, err
			}
			p.sets = append(p.sets, *set)
		}
	}
	return p.sets[n], nil
}

// buildLayout says what the shader is given: buffers and parameters.
func (p *pipeline) buildLayout() (err error) {
	d, n := p.device, p.bindings()
	list := make([]layoutBinding, max(n, 1))
	for i := range n {
		list[i] = layoutBinding{Binding: uint32(i), Kind: storageBuffer, Count: 1, Stages: stageCompute}
	}
	if p.setLayout, err = d.create("vkCreateDescriptorSetLayout", ptr(&setLayoutCreateInfo{Type: typeSetLayout, Count: uint32(n), Bindings: &list[0]})); err != nil {
		return err
	}
	info := &pipelineLayoutCreateInfo{Type: typeLayout, SetLayouts: 1, Layouts: &p.setLayout}
	if n := p.code.Words(); n > 0 {
		info.Pushes, info.Push = 1, &pushConstantRange{Stages: stageCompute, Size: uint32(4 * n)}
	}
	p.layout, err = d.create("vkCreatePipelineLayout", ptr(info))
	return err
}

// Resources are the buffers that the entry point uses.
func (p *pipeline) Resources() []gpu.Resource { return p.resources }

// Close frees the pipeline.
func (p *pipeline) Close() error {
	p.device.discard(p)
	return nil
}

func (p *pipeline) close() { p.closed = true }

func (p *pipeline) free() {
	d := p.device
	for _, pool := range p.pools {
		d.destroy("vkDestroyDescriptorPool", pool)
	}
	d.destroy("vkDestroyPipeline", p.pipeline)
	d.destroy("vkDestroyPipelineLayout", p.layout)
	d.destroy("vkDestroyDescriptorSetLayout", p.setLayout)
	d.destroy("vkDestroyShaderModule", p.module)
	for _, t := range p.tables {
		d.bury(t)
	}
}
