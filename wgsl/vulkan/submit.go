//go:build vulkan && linux && (amd64 || arm64)

package vulkan

import (
	"context"
	"fmt"
	"time"
)

// patience is how long one wait for the device lasts before the context is asked.
const patience = 10 * time.Millisecond

// submit records commands, runs them and waits. It needs the turn. Where the
// context ends first the commands go on running: whoever enters next waits.
func (d *Device) submit(ctx context.Context, record func(commands uintptr)) error {
	begin := &commandBufferBeginInfo{Type: typeBegin, Flags: onceOnly}
	if err := d.checked("vkBeginCommandBuffer", d.commands, ptr(begin)); err != nil {
		return err
	}
	record(d.commands)
	d.barrier(d.commands)
	if err := d.checked("vkEndCommandBuffer", d.commands); err != nil {
		return err
	}
	list := new(uintptr)
	*list = d.commands
	info := &submitInfo{Type: typeSubmit, Count: 1, Buffers: list}
	if err := d.checked("vkQueueSubmit", d.queue, 1, ptr(info), d.fence); err != nil {
		return err
	}
	d.running = true
	return d.settle(ctx)
}

// barrier has what follows see what was written before, the host too.
func (d *Device) barrier(commands uintptr) {
	barrier := &memoryBarrier{Type: typeBarrier, Src: accessAll, Dst: accessAll}
	all := stagePipeline | stageTransfer | stageHost
	d.lib.call("vkCmdPipelineBarrier", commands, all, all, 0, 1, ptr(barrier), 0, 0, 0, 0)
}

// settle waits until nothing runs on the device.
func (d *Device) settle(ctx context.Context) error {
	if !d.running {
		return nil
	}
	fence := new(handle)
	*fence = d.fence
	const name = "vkWaitForFences"
	for {
		r := d.lib.call(name, d.device, 1, ptr(fence), 1, uintptr(patience.Nanoseconds()))
		if r == timeout {
			if err := ctx.Err(); err != nil {
				return err
			}
			continue
		}
		d.running = false
		if err := d.judge(r, name); err != nil {
			d.lost = err // whatever it is, nobody knows any more what runs
			return err
		}
		for _, o := range d.dying {
			d.bury(o)
		}
		d.dying = nil
		return d.checked("vkResetFences", d.device, 1, ptr(fence))
	}
}

// checked calls a function and notes if the device was lost.
func (d *Device) checked(name string, args ...any) error {
	return d.judge(d.lib.call(name, args...), name)
}

func (d *Device) judge(r result, name string) error {
	err := succeeded(r, name)
	if r == errorDeviceLost {
		err = fmt.Errorf("%s: %w", d.adapter.name, err)
		d.lost = err
	}
	return err
}
