package oracle

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"pxos/wgsl/gpu"
)

// maxBuffer bounds the size of a buffer in bytes.
const maxBuffer = 2 << 30

// ErrClosed says that a device or buffer was used after its Close.
var ErrClosed = errors.New("the device or buffer is closed")

// Device interprets shaders. Dispatches run at the same time where they use
// different buffers, or only read the ones that they share. Of those that write a
// buffer in common each begins when the other is done, in no fixed order; so does a
// Read or Write of it by the host.
type Device struct {
	mu     sync.RWMutex // held for reading by whoever uses the device
	closed bool
	made   atomic.Int64 // buffers, to number them

	observer   Observer // of one invocation of each dispatch; nil: nobody watches
	invocation [3]uint32
}

var _ gpu.Device = (*Device)(nil)

// Open makes a device. It holds nothing but its buffers.
func Open() *Device { return &Device{} }

// Name tells what runs the shaders.
func (d *Device) Name() string { return "pxOS oracle (interpreter, lockstep)" }

// Limits are those of all executors in software.
func (d *Device) Limits() gpu.Limits { return gpu.SoftwareLimits() }

// Close makes every later use of the device fail with ErrClosed. It waits for the
// dispatches that run.
func (d *Device) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
	return nil
}

// buffer is memory that the host shares.
type buffer struct {
	device *Device
	number int64 // in the order of making; locks are taken in this order
	size   int64

	mu     sync.RWMutex
	data   []byte
	closed bool
}

// NewBuffer makes a buffer of size bytes, all zero; at most 2 GiB.
func (d *Device) NewBuffer(size int64) (gpu.Buffer, error) {
	if size < 0 || size > maxBuffer {
		return nil, fmt.Errorf("a buffer of %d bytes was asked for: it can have 0 to %d", size, int64(maxBuffer))
	}
	d.mu.RLock()
	defer d.mu.RUnlock()
	if d.closed {
		return nil, ErrClosed
	}
	return &buffer{device: d, number: d.made.Add(1), data: make([]byte, size), size: size}, nil
}

// Size is the size in bytes.
func (b *buffer) Size() int64 { return b.size }

// view gives n bytes from offset on; device and buffer are locked.
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
	b.device.mu.RLock()
	defer b.device.mu.RUnlock()
	b.mu.Lock()
	defer b.mu.Unlock()
	view, err := b.view(offset, int64(len(data)))
	if err != nil {
		return err
	}
	copy(view, data)
	return nil
}

// Read copies from the buffer.
func (b *buffer) Read(offset int64, data []byte) error {
	b.device.mu.RLock()
	defer b.device.mu.RUnlock()
	b.mu.RLock()
	defer b.mu.RUnlock()
	view, err := b.view(offset, int64(len(data)))
	if err != nil {
		return err
	}
	copy(data, view)
	return nil
}

// Close frees the memory. It waits for the dispatches that use it.
func (b *buffer) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed, b.data = true, nil
	return nil
}
