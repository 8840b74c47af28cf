package soft

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sort"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"pxos/wgsl/gpu"
)

const (
	pageBytes   = 1 << 16
	devicePages = deviceBytes / pageBytes
	align       = 256 // of every piece of device memory
)

// Options of a device.
type Options struct {
	// CacheDir keeps compiled shaders between runs; empty keeps none.
	CacheDir string
	// Workers is the number of workgroups that run at the same time; 0 is one for
	// each CPU.
	Workers int
	Limits  gpu.Limits
}

// Device runs shaders on the CPU.
type Device struct {
	options Options
	runtime wazero.Runtime
	cache   wazero.CompilationCache
	memory  *sharedMemory

	mu     sync.Mutex
	free   []extent // by address; neighbours are joined
	closed bool
}

// extent is a piece of device memory.
type extent struct{ at, size uint32 }

var _ gpu.Device = (*Device)(nil)

// ErrClosed says that a device or buffer was used after its Close.
var ErrClosed = errors.New("the device is closed")

// Open makes a device.
func Open(ctx context.Context, o Options) (*Device, error) {
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Limits == (gpu.Limits{}) {
		o.Limits = gpu.SoftwareLimits()
	}
	d := &Device{options: o}
	config := wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesThreads)
	if o.CacheDir != "" {
		cache, err := wazero.NewCompilationCacheWithDir(o.CacheDir)
		if err != nil {
			return nil, fmt.Errorf("shader cache: %w", err)
		}
		d.cache = cache
		config = config.WithCompilationCache(cache)
	}
	d.runtime = wazero.NewRuntimeWithConfig(ctx, config)
	if err := d.openMemory(ctx); err != nil {
		_ = d.Close()
		return nil, err
	}
	return d, nil
}

// openMemory reserves device memory and makes the host's functions.
func (d *Device) openMemory(ctx context.Context) error {
	_, err := d.runtime.NewHostModuleBuilder("host").NewFunctionBuilder().
		WithGoFunction(api.GoFunc(refuel), []api.ValueType{api.ValueTypeI32}, []api.ValueType{api.ValueTypeI32}).
		Export("refuel").Instantiate(ctx)
	if err != nil {
		return err
	}
	data, err := newMemory(deviceBytes)
	if err != nil {
		return fmt.Errorf("cannot reserve %d bytes of address space for device memory: %w", int64(deviceBytes), err)
	}
	d.memory = &sharedMemory{data: data.Reallocate(deviceBytes), owner: data}
	d.free = []extent{{at: align, size: deviceBytes - align}}
	return nil
}

// sharedMemory backs the linear memory of every module of the device: each module
// declares a memory of its own, which is the fastest to reach, and all are given
// the same bytes.
type sharedMemory struct {
	data  []byte
	owner experimental.LinearMemory
}

// Allocate gives a module the device's memory.
func (m *sharedMemory) Allocate(_, _ uint64) experimental.LinearMemory { return m }

// Reallocate gives the first size bytes, which never move.
func (m *sharedMemory) Reallocate(size uint64) []byte { return m.data[:size] }

// Free does nothing: the device outlives its modules and frees the memory.
func (m *sharedMemory) Free() {}

// Name tells what runs the shaders.
func (d *Device) Name() string {
	return fmt.Sprintf("pxOS soft (WebAssembly SIMD, %s/%s, %d workers)", runtime.GOOS, runtime.GOARCH, d.options.Workers)
}

// Limits are what the device was opened with.
func (d *Device) Limits() gpu.Limits { return d.options.Limits }

// Close frees all memory and code of the device.
func (d *Device) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil
	}
	d.closed = true
	err := d.runtime.Close(context.Background())
	if d.cache != nil {
		err = errors.Join(err, d.cache.Close(context.Background()))
	}
	if d.memory != nil {
		d.memory.owner.Free()
		d.memory.data = nil
	}
	return err
}

// take finds a piece of device memory, zeroed.
func (d *Device) take(size int64) (extent, error) {
	if size < 0 || size > deviceBytes {
		return extent{}, fmt.Errorf("%d bytes of device memory asked for, the device has %d", size, int64(deviceBytes))
	}
	want := uint32((max(size, 1) + align - 1) / align * align)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return extent{}, ErrClosed
	}
	for i, f := range d.free {
		if f.size < want {
			continue
		}
		e := extent{f.at, want}
		if f.size == want {
			d.free = append(d.free[:i], d.free[i+1:]...)
		} else {
			d.free[i] = extent{f.at + want, f.size - want}
		}
		d.clear(e)
		return e, nil
	}
	return extent{}, fmt.Errorf("device memory is used up: no %d bytes in one piece", want)
}

func (d *Device) clear(e extent) {
	clear(d.memory.data[e.at:][:e.size])
}

// give returns a piece and joins it with its neighbours.
func (d *Device) give(e extent) {
	d.mu.Lock()
	defer d.mu.Unlock()
	at := sort.Search(len(d.free), func(i int) bool { return d.free[i].at > e.at })
	d.free = append(d.free, extent{})
	copy(d.free[at+1:], d.free[at:])
	d.free[at] = e
	if at+1 < len(d.free) && e.at+e.size == d.free[at+1].at {
		d.free[at].size += d.free[at+1].size
		d.free = append(d.free[:at+1], d.free[at+2:]...)
	}
	if at > 0 && d.free[at-1].at+d.free[at-1].size == d.free[at].at {
		d.free[at-1].size += d.free[at].size
		d.free = append(d.free[:at], d.free[at+1:]...)
	}
}

// buffer is a piece of device memory.
type buffer struct {
	device *Device
	extent extent
	size   int64
	closed bool
}

// pieceOf is what buffers of all kinds of this package are.
type pieceOf interface{ piece() *buffer }

func (b *buffer) piece() *buffer { return b }

// bufferOf is the piece of device memory of a buffer; nil for one of another
// executor.
func bufferOf(b gpu.Buffer) *buffer {
	if p, ok := b.(pieceOf); ok {
		return p.piece()
	}
	return nil
}

// NewBuffer makes a buffer of size bytes, all zero.
func (d *Device) NewBuffer(size int64) (gpu.Buffer, error) {
	e, err := d.take(size)
	if err != nil {
		return nil, err
	}
	return &buffer{device: d, extent: e, size: size}, nil
}

// Size is the size in bytes.
func (b *buffer) Size() int64 { return b.size }

// view gives n bytes from offset on.
func (b *buffer) view(offset int64, n int) ([]byte, error) {
	if b.closed {
		return nil, errors.New("the buffer is closed")
	}
	if offset < 0 || offset > b.size || int64(n) > b.size-offset {
		return nil, fmt.Errorf("%d bytes at %d do not lie in a buffer of %d bytes", n, offset, b.size)
	}
	if b.device.memory.data == nil {
		return nil, ErrClosed
	}
	return b.device.memory.data[b.extent.at+uint32(offset):][:n], nil
}

// Write copies data into the buffer.
func (b *buffer) Write(offset int64, data []byte) error {
	view, err := b.view(offset, len(data))
	if err != nil {
		return err
	}
	copy(view, data)
	return nil
}

// Read copies from the buffer.
func (b *buffer) Read(offset int64, data []byte) error {
	view, err := b.view(offset, len(data))
	if err != nil {
		return err
	}
	copy(data, view)
	return nil
}

// Bytes is the buffer's memory, which shaders use (gpu.Shared); nil once closed.
func (b *buffer) Bytes() []byte {
	view, err := b.view(0, int(b.size))
	if err != nil {
		return nil
	}
	return view
}

var _ gpu.Shared = (*buffer)(nil)

// Close returns the memory to the device.
func (b *buffer) Close() error {
	if !b.closed {
		b.closed = true
		b.device.give(b.extent)
	}
	return nil
}
