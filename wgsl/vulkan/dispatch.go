//go:build vulkan && linux && (amd64 || arm64)

package vulkan

import (
	"context"
	"errors"
	"fmt"
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

// mostCalls bounds the dispatches of one submission; more are several submissions.
const mostCalls = 1024

// statusStride is how far apart the status words of a submission are: the largest
// minStorageBufferOffsetAlignment that a device may have.
const statusStride = 256

// Dispatch runs all workgroups. A shader past its limit on work is ended; where
// the context ends first, workgroups that have not begun are left out.
func (p *pipeline) Dispatch(ctx context.Context, dispatch gpu.Dispatch) error {
	return p.device.Submit(ctx, []gpu.Call{{Pipeline: p, Dispatch: dispatch}})
}

var _ gpu.Submitter = (*Device)(nil)

// Submit has the device run calls in order, each seeing what those before it wrote.
func (d *Device) Submit(ctx context.Context, calls []gpu.Call) error {
	all := make([]prepared, len(calls))
	for i, c := range calls {
		p, ok := c.Pipeline.(*pipeline)
		if !ok || p.device != d {
			return &gpu.BindingError{Message: fmt.Sprintf("call %d: the pipeline belongs to another device", i+1)}
		}
		bindings, err := gpu.Bound(p.resources, c.Dispatch, d.limits)
		if err != nil {
			return err
		}
		rounds, meetings := limits(c.Dispatch.MaxRounds)
		all[i] = prepared{pipeline: p, bindings: bindings, workgroups: c.Dispatch.Workgroups, rounds: rounds, meetings: meetings}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := d.enter(ctx); err != nil {
		return err
	}
	defer d.leave()
	for len(all) > 0 {
		n := min(len(all), mostCalls)
		if err := d.submitCalls(ctx, all[:n]); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

// prepared is a call that was checked.
type prepared struct {
	pipeline         *pipeline
	bindings         []gpu.Binding
	workgroups       [3]uint32
	rounds, meetings int64
	set              handle
	params           []uint32
}

// submitCalls is Submit of as many as there are status words for, with the turn.
func (d *Device) submitCalls(ctx context.Context, calls []prepared) error {
	used := map[*pipeline]int{}
	for i := range calls {
		c := &calls[i]
		p := c.pipeline
		if p.closed {
			return errors.New("the pipeline is closed")
		}
		var err error
		if c.set, err = p.descriptorSet(used[p]); err != nil {
			return err
		}
		used[p]++
		sizes, err := p.bind(c.set, c.bindings, i)
		if err != nil {
			return err
		}
		c.params = p.params(c.rounds, c.meetings, sizes)
		d.status.word(i * statusStride).Store(0)
	}
	err := d.submit(ctx, func(commands uintptr) {
		for i := range calls {
			if i > 0 {
				d.barrier(commands)
			}
			calls[i].record(d.lib, commands)
		}
	})
	if d.running {
		for i := range calls {
			d.status.word(i * statusStride).Store(spirv.StatusStop)
		}
	}
	for i := range calls {
		if c := &calls[i]; err == nil {
			err = c.pipeline.report(d.status.word(i*statusStride).Load(), c.rounds, c.meetings)
		}
	}
	return err
}

// record puts a call into a command buffer.
func (c *prepared) record(lib *library, commands uintptr) {
	p, n := c.pipeline, c.workgroups
	lib.call("vkCmdBindPipeline", commands, bindCompute, p.pipeline)
	lib.call("vkCmdBindDescriptorSets", commands, bindCompute, p.layout, 0, 1, ptr(&c.set), 0, 0)
	if len(c.params) > 0 {
		lib.call("vkCmdPushConstants", commands, p.layout, stageCompute, 0, 4*len(c.params), ptr(&c.params[0]))
	}
	lib.call("vkCmdDispatch", commands, n[0], n[1], n[2])
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

// bind puts the buffers and a status word into a descriptor set, and gives the bytes
// bound to each buffer of the program. The shader sees whole words: what is past the end in
// the last one lies in the buffer's memory, and no index reaches it.
func (p *pipeline) bind(set handle, bindings []gpu.Binding, status int) (sizes []int64, err error) {
	put := func(at int, b raw, offset, size int64) {
		info := &descriptorBuffer{Buffer: b.buffer, Offset: uint64(offset), Range: uint64(size)}
		write := &writeDescriptorSet{Type: typeWrite, Set: set, Binding: uint32(at), Count: 1, Kind: storageBuffer, Buffer: info}
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
		put(p.code.StatusBinding(), p.device.status, int64(status*statusStride), 4)
	}
	return sizes, nil
}
