//go:build vulkan && linux && (amd64 || arm64)

package vulkan

import (
	"errors"
	"fmt"
	"sync/atomic"
	"unsafe"
)

// raw is a buffer with its memory; view is set where the host can reach it.
type raw struct {
	buffer, memory handle
	view           []byte
}

// allocate makes a buffer in memory with all of the wanted flags, or with fewer
// where there is none: wishes come in the order of preference.
func (d *Device) allocate(size int64, wishes ...uint32) (raw, error) {
	var r raw
	err := d.tryAllocate(&r, size, wishes)
	if err != nil {
		d.release(r)
		return raw{}, fmt.Errorf("a buffer of %d bytes: %w", size, err)
	}
	return r, nil
}

func (d *Device) tryAllocate(r *raw, size int64, wishes []uint32) (err error) {
	r.buffer, err = d.create("vkCreateBuffer", ptr(&bufferCreateInfo{Type: typeBuffer, Size: uint64(size), Usage: usageStorage | usageCopies}))
	if err != nil {
		return err
	}
	need := new(memoryRequirements)
	d.lib.call("vkGetBufferMemoryRequirements", d.device, r.buffer, ptr(need))
	why := errors.New("vulkan: the device has no memory of a kind that serves")
	for _, want := range wishes {
		for i := range d.memory.Types {
			flags := d.memory.Type[i].Flags
			if flags&want != want || need.TypeBits>>i&1 == 0 {
				continue
			}
			r.memory, err = d.create("vkAllocateMemory", ptr(&memoryAllocateInfo{Type: typeAllocate, Size: need.Size, Index: i}))
			if err != nil {
				r.memory, why = 0, err
				continue
			}
			if err := d.checked("vkBindBufferMemory", d.device, r.buffer, r.memory, 0); err != nil {
				return err
			}
			if flags&(memoryVisible|memoryCoherent) == memoryVisible|memoryCoherent {
				return d.mapMemory(r, size)
			}
			return nil
		}
	}
	return why
}

func (d *Device) release(r raw) {
	d.destroy("vkDestroyBuffer", r.buffer)
	d.destroy("vkFreeMemory", r.memory)
}

func (d *Device) mapMemory(r *raw, size int64) error {
	address := new(unsafe.Pointer)
	if err := d.checked("vkMapMemory", d.device, r.memory, 0, uintptr(size), 0, ptr(address)); err != nil {
		return err
	}
	r.view = unsafe.Slice((*byte)(*address), size)
	return nil
}

// word is the word at an offset of a buffer that the device may use at the same time.
func (r raw) word(offset int) *atomic.Uint32 {
	return (*atomic.Uint32)(unsafe.Pointer(&r.view[offset]))
}
