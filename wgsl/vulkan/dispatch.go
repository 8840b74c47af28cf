//go:build vulkan && linux && (amd64 || arm64)

package vulkan

import (
	"context"
	"errors"
	"math"

	"pxos/wgsl/gpu"
	"pxos/wgsl/spirv"
)

// The limits on work where a dispatch does not say otherwise. Invocations of a GPU
// run at the same time, so each has its own: gpu.DefaultMaxRounds for each would
// be minutes, and the watchdogs of drivers wait for seconds.
const (
	// DefaultRounds bounds the rounds of an invocation in loops without barriers.
	DefaultRounds = 1 << 26
	// DefaultMeetings bounds the rounds of a workgroup in loops with barriers.
	DefaultMeetings = 1 << 20
	// mostRounds is what the counters hold: a larger limit is this one.
	mostRounds = math.MaxInt32 - 1
)

// Dispatch runs all workgroups. A shader past its limit on work is ended; where
// the context ends first, workgroups that have not begun are left out.
func (p *pipeline) Dispatch(ctx context.Context, dispatch gpu.Dispatch) error {
	d := p.device
	bindings, err := gpu.Bound(p.resources, dispatch, d.limits)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := d.enter(ctx); err != nil {
		return err
	}
	defer d.leave()
	if p.closed {
		return errors.New("the pipeline is closed")
	}
	sizes, err := p.bind(bindings)
	if err != nil {
		return err
	}
	rounds, meetings := limits(dispatch.MaxRounds)
	params := p.params(rounds, meetings, sizes)
	status := d.status.word()
	status.Store(0)
	set, n := &p.set, dispatch.Workgroups
	err = d.submit(ctx, func(c uintptr) {
		d.lib.call("vkCmdBindPipeline", c, bindCompute, p.pipeline)
		d.lib.call("vkCmdBindDescriptorSets", c, bindCompute, p.layout, 0, 1, ptr(set), 0, 0)
		if len(params) > 0 {
			d.lib.call("vkCmdPushConstants", c, p.layout, stageCompute, 0, 4*len(params), ptr(&params[0]))
		}
		d.lib.call("vkCmdDispatch", c, n[0], n[1], n[2])
	})
	if d.running {
		status.Store(spirv.StatusStop)
	}
	if err != nil {
		return err
	}
	return p.report(status.Load(), rounds, meetings)
}

// limits are the limits on rounds that a dispatch asks for.
func limits(asked int64) (rounds, meetings int64) {
	if asked <= 0 {
		return DefaultRounds, DefaultMeetings
	}
	asked = min(asked, mostRounds)
	return asked, asked
}

// params are the parameters of the module.
func (p *pipeline) params(rounds, meetings int64, sizes []int64) []uint32 {
	var out []uint32
	if len(p.code.Loops) > 0 {
		out = make([]uint32, 2)
		out[spirv.ParamRounds], out[spirv.ParamMeetings] = uint32(rounds+1), uint32(meetings+1)
	}
	for _, m := range p.code.Sizes {
		out = append(out, uint32(sizes[m.ID]))
	}
	return out
}

// report turns the status word into an error.
func (p *pipeline) report(status uint32, rounds, meetings int64) error {
	if status == 0 || int64(status) > int64(len(p.code.Loops)) {
		return nil
	}
	loop := p.code.Loops[status-1]
	err := &gpu.RunawayError{Source: p.program.Source, Span: loop.Span, Rounds: rounds, Counted: "all loops of one invocation"}
	if loop.Barrier {
		err.Rounds, err.Counted = meetings, "all loops with barriers of one workgroup"
	}
	return err
}

// bind puts the buffers into the descriptor set, and gives the bytes bound to
// each buffer of the program. The shader sees whole words: what is past the end in
// the last one lies in the buffer's memory, and no index reaches it.
func (p *pipeline) bind(bindings []gpu.Binding) (sizes []int64, err error) {
	put := func(at int, b raw, offset, size int64) {
		info := &descriptorBuffer{Buffer: b.buffer, Offset: uint64(offset), Range: uint64(size)}
		write := &writeDescriptorSet{Type: typeWrite, Set: p.set, Binding: uint32(at), Count: 1, Kind: storageBuffer, Buffer: info}
		p.device.lib.call("vkUpdateDescriptorSets", p.device.device, 1, ptr(write), 0, 0)
	}
	sizes = make([]int64, len(p.program.Buffers))
	for at, m := range p.program.Buffers {
		for i, r := range p.resources {
			if r.Name != m.Name || r.Group != m.Group || r.Binding != m.Binding {
				continue
			}
			b, ok := bufferOf(bindings[i].Buffer)
			if !ok || b.device != p.device || b.closed {
				return nil, &gpu.BindingError{Message: r.Name + ": the buffer belongs to another device, or is closed"}
			}
			sizes[m.ID] = bindings[i].Bytes()
			put(at, b.raw, bindings[i].Offset, words(sizes[m.ID]))
		}
	}
	next := len(p.program.Buffers)
	for _, t := range p.tables {
		put(next, t.raw, 0, words(t.size))
		next++
	}
	if len(p.code.Loops) > 0 {
		put(p.code.StatusBinding(), p.device.status, 0, 4)
	}
	return sizes, nil
}
