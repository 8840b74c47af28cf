//go:build vulkan && linux && (amd64 || arm64)

package vulkan

import (
	"context"
	"errors"
	"fmt"

	"pxos/wgsl/gpu"
)

// buffer is device memory. Where the host cannot reach it, it is read and written
// through a staging buffer.
type buffer struct {
	device *Device
	raw    raw
	size   int64
	closed bool // guarded by the device's turn
}

// words rounds a size up to whole words, as shaders see it.
func words(size int64) int64 { return (size + 3) / 4 * 4 }

// NewBuffer makes a buffer of size bytes, all zero.
func (d *Device) NewBuffer(size int64) (gpu.Buffer, error) {
	if size < 0 {
		return nil, fmt.Errorf("a buffer of %d bytes", size)
	}
	if err := d.enter(context.Background()); err != nil {
		return nil, err
	}
	defer d.leave()
	b, err := d.newBuffer(size)
	if err != nil {
		return nil, err
	}
	return b, nil
}

// NewSharedBuffer makes a buffer that the host may use while a dispatch runs, in
// the device's own memory where the host can reach that.
func (d *Device) NewSharedBuffer(size int64) (gpu.Shared, error) {
	if size < 0 {
		return nil, fmt.Errorf("a buffer of %d bytes", size)
	}
	if err := d.enter(context.Background()); err != nil {
		return nil, err
	}
	defer d.leave()
	b, err := d.newBufferOf(size, memoryLocal|memoryVisible|memoryCoherent, memoryVisible|memoryCoherent)
	if err != nil {
		return nil, err
	}
	return shared{b}, nil
}

// shared is a buffer in memory that the host can reach.
type shared struct{ *buffer }

var _ gpu.Sharer = (*Device)(nil)

// bufferOf gives our buffer behind one of either kind.
func bufferOf(b gpu.Buffer) (*buffer, bool) {
	if s, ok := b.(shared); ok {
		return s.buffer, true
	}
	own, ok := b.(*buffer)
	return own, ok
}

// Bytes is the memory itself, good until Close.
func (b shared) Bytes() []byte { return b.raw.view[:b.size] }

// newBuffer is NewBuffer with the turn.
func (d *Device) newBuffer(size int64) (*buffer, error) {
	return d.newBufferOf(size, memoryLocal|memoryVisible|memoryCoherent, memoryLocal, memoryVisible|memoryCoherent)
}

// newBufferOf makes a buffer in memory of the first kind that there is.
func (d *Device) newBufferOf(size int64, kinds ...uint32) (*buffer, error) {
	r, err := d.allocate(max(words(size), 4), kinds...)
	if err != nil {
		return nil, err
	}
	if r.view != nil {
		clear(r.view)
	} else if err := d.submit(context.Background(), func(c uintptr) {
		d.lib.call("vkCmdFillBuffer", c, r.buffer, 0, ^uintptr(0), 0)
	}); err != nil {
		d.release(r)
		return nil, err
	}
	b := &buffer{device: d, raw: r, size: size}
	d.objects[b] = struct{}{}
	return b, nil
}

// Size is the size in bytes.
func (b *buffer) Size() int64 { return b.size }

// access takes the turn for n bytes at an offset.
func (b *buffer) access(offset int64, n int) error {
	if offset < 0 || offset > b.size || int64(n) > b.size-offset {
		return fmt.Errorf("%d bytes at %d do not lie in a buffer of %d bytes", n, offset, b.size)
	}
	if err := b.device.enter(context.Background()); err != nil {
		return err
	}
	if b.closed {
		b.device.leave()
		return errors.New("the buffer is closed")
	}
	return nil
}

// Write copies data into the buffer.
func (b *buffer) Write(offset int64, data []byte) error {
	if err := b.access(offset, len(data)); err != nil {
		return err
	}
	defer b.device.leave()
	return b.write(offset, data)
}

// write is Write with the turn.
func (b *buffer) write(offset int64, data []byte) error {
	switch {
	case len(data) == 0:
		return nil
	case b.raw.view != nil:
		copy(b.raw.view[offset:], data)
		return nil
	}
	return b.staged(len(data), func(s raw, transfer transfer) error {
		copy(s.view, data)
		return transfer(s.buffer, b.raw.buffer, &bufferCopy{Dst: uint64(offset), Size: uint64(len(data))})
	})
}

// Read copies from the buffer.
func (b *buffer) Read(offset int64, data []byte) error {
	if err := b.access(offset, len(data)); err != nil {
		return err
	}
	defer b.device.leave()
	switch {
	case len(data) == 0:
		return nil
	case b.raw.view != nil:
		copy(data, b.raw.view[offset:])
		return nil
	}
	return b.staged(len(data), func(s raw, transfer transfer) error {
		err := transfer(b.raw.buffer, s.buffer, &bufferCopy{Src: uint64(offset), Size: uint64(len(data))})
		if err == nil {
			copy(data, s.view)
		}
		return err
	})
}

// transfer copies between two buffers of the device.
type transfer func(src, dst handle, region *bufferCopy) error

// staged lends a buffer of n bytes that the host can reach.
func (b *buffer) staged(n int, use func(raw, transfer) error) error {
	d := b.device
	s, err := d.allocate(int64(n), memoryVisible|memoryCoherent)
	if err != nil {
		return err
	}
	defer d.release(s)
	return use(s, func(src, dst handle, region *bufferCopy) error {
		return d.submit(context.Background(), func(c uintptr) {
			d.lib.call("vkCmdCopyBuffer", c, src, dst, 1, ptr(region))
		})
	})
}

// Close frees the buffer.
func (b *buffer) Close() error {
	b.device.discard(b)
	return nil
}

func (b *buffer) close() { b.closed = true }
func (b *buffer) free()  { b.device.release(b.raw) }
