package oracle

import (
	"errors"
	"fmt"
	"sync"

	"pxos/wgsl/gpu"
)

// maxBuffer bounds the size of a buffer in bytes.
const maxBuffer = 2 << 30

// ErrClosed says that a device or buffer was used after its Close.
var ErrClosed = errors.New("the device or buffer is closed")

// Device interprets shaders. One dispatch, read or write goes at a time.
type Device struct {
	mu     sync.Mutex
	closed bool
}

var _ gpu.Device = (*Device)(nil)

// Open makes a device. It holds nothing but its buffers.
func Open() *Device { return &Device{} }

// Name tells what runs the shaders.
func (d *Device) Name() string { return "pxOS oracle (interpreter, lockstep)" }

// Limits are those of all executors in software.
func (d *Device) Limits() gpu.Limits { return gpu.SoftwareLimits() }

// Close makes every later use of the device fail with ErrClosed. It waits for a
// dispatch that runs.
func (d *Device) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
	return nil
}

// buffer is memory that the host shares.
type buffer struct {
	device *Device
	data   []byte
	size   int64
	closed bool
}

// NewBuffer makes a buffer of size bytes, all zero; at most 2 GiB.
func (d *Device) NewBuffer(size int64) (gpu.Buffer, error) {
	if size < 0 || size > maxBuffer {
		return nil, fmt.Errorf("a buffer of %d bytes was asked for: it can have 0 to %d", size, int64(maxBuffer))
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil, ErrClosed
	}
	return &buffer{device: d, data: make([]byte, size), size: size}, nil
}

// Size is the size in bytes.
func (b *buffer) Size() int64 { return b.size }

// view gives n bytes from offset on; the device is locked.
func (b *buffer) view(offset int64, n int64) ([]byte, error) {
	if b.closed || b.device.closed {
		return nil, ErrClosed
	}
	if offset < 0 || offset > b.size || n > b.size-offset {
		return nil, fmt.Errorf("%d bytes at %d do not lie in a buffer of %d bytes", n, offset, b.size)
	}
	return b.data[offset : offset+n : offset+n], nil
}

// Write copies data into the buffer.
func (b *buffer) Write(offset int64, data []byte) error {
	b.device.mu.Lock()
	defer b.device.mu.Unlock()
	view, err := b.view(offset, int64(len(data)))
	if err != nil {
		return err
	}
	copy(view, data)
	return nil
}

// Read copies from the buffer.
func (b *buffer) Read(offset int64, data []byte) error {
	b.device.mu.Lock()
	defer b.device.mu.Unlock()
	view, err := b.view(offset, int64(len(data)))
	if err != nil {
		return err
	}
	copy(data, view)
	return nil
}

// Close frees the memory.
func (b *buffer) Close() error {
	b.device.mu.Lock()
	defer b.device.mu.Unlock()
	b.closed, b.data = true, nil
	return nil
}
