package pxgpu

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"pxos/abi"
	mailbox "pxos/pxgpu/runtime"
	"pxos/pxgpu/vfiouser"
	"pxos/wgsl/gpu"
)

const (
	defaultSpin        = time.Millisecond
	defaultKernelLimit = 2 * time.Second
	maxSocketPath      = 107 // sun_path without its NUL

	msixBAR      = 4
	msixBARBytes = 0x1000
	msixPBA      = 0x800
)

// Options of a device. The zero value serves a device without console.
type Options struct {
	Console io.Writer     // receives UART_WRITE's text; may block, text is dropped when it does for long
	Rings   int           // ring pairs, 0 = abi.MaxRings
	SpinFor time.Duration // how long the poller spins after the last command, 0 = 1 ms
	Dir     string        // where the socket's private folder is made, "" = os.TempDir
	Engine  *Engine       // what runs the mailbox; nil = the soft executor, shared by all devices
	// KernelLimit bounds the time of one kernel of GPU_EXECUTE, 0 = 2 s.
	KernelLimit time.Duration
}

// Device is one served pxGPU. It serves one machine; a new machine takes a new
// device.
type Device struct {
	dir, path string
	listener  *net.UnixListener
	engine    *Engine
	vram      *videoMemory
	buffer    gpu.Buffer // vram, as the engine has it
	bytes     []byte     // the same
	dma       *vfiouser.DMATable
	server    *vfiouser.Server
	msix      *vfiouser.MSIX
	console   *consoleQueue
	spinFor   time.Duration

	mu      sync.Mutex
	want    atomic.Int32 // trapped accesses that wait for mu
	runtime *mailbox.Runtime
	awake   uint32 // bit i: ring i rang and is being polled
	ram     []bool // extents that exist, as of the last reset
	jobs    [abi.MaxRings]*job
	active  int                     // jobs whose end is not yet known
	own     map[uint32]gpu.Pipeline // programs that the guest registered
	retired []gpu.Pipeline          // to be closed when no job is active
	last    []byte                  // the tables of a device that is closed
	shown   uint32                  // characters of the console that were passed on
	started time.Time               // the machine's time 0

	dispatched sync.WaitGroup // kernels that may write video memory
	limit      time.Duration
	ctx        context.Context // ends with the device
	bell       chan struct{}
	ended      chan string
	died       chan error
	gone       chan struct{}
	stop       context.CancelFunc
	workers    sync.WaitGroup
	closing    sync.Once
	unlinking  sync.Once
	counters   counters
}

// Serve makes a device and waits for a client in the background. The device ends
// with ctx or Close.
func Serve(ctx context.Context, o Options) (*Device, error) {
	if o.Rings == 0 {
		o.Rings = abi.MaxRings
	}
	if o.SpinFor == 0 {
		o.SpinFor = defaultSpin
	}
	if o.KernelLimit == 0 {
		o.KernelLimit = defaultKernelLimit
	}
	d := &Device{
		spinFor: o.SpinFor, console: newConsoleQueue(o.Console), limit: o.KernelLimit, own: map[uint32]gpu.Pipeline{},
		bell: make(chan struct{}, 1), died: make(chan error, 1), gone: make(chan struct{}), ended: make(chan string, 1),
	}
	ctx, d.stop = context.WithCancel(ctx)
	d.ctx = ctx
	if err := d.build(o); err != nil {
		d.stop()
		d.release()
		return nil, err
	}
	d.work(func() error { return d.serve(ctx) })
	d.work(func() error { return d.poll(ctx) })
	d.work(func() error { d.console.run(ctx); return nil })
	context.AfterFunc(ctx, d.unlink)
	return d, nil
}

func (d *Device) build(o Options) error {
	if err := d.buildMailbox(o); err != nil {
		return err
	}
	d.msix = vfiouser.NewMSIX(o.Rings)
	config, err := newConfig(o.Rings)
	if err != nil {
		return err
	}
	d.dma = vfiouser.NewDMATable()
	fn := &vfiouser.Function{Config: config, MSIX: d.msix, DMA: d.dma, OnReset: d.reset}
	fn.BARs[0] = vfiouser.Region{
		Size: abi.BAR0Size, Handler: bar0{d}, File: d.vram.file,
		// Neither the registers nor the tables: those the guest can only ask for.
		Mappable: []vfiouser.Area{
			{Offset: abi.RingBase, Size: abi.TablesBase - abi.RingBase},
			{Offset: abi.VRAMAllocBase, Size: abi.BAR0Size - abi.VRAMAllocBase},
		},
	}
	fn.BARs[msixBAR] = vfiouser.Region{Size: msixBARBytes, Handler: msixPage{d.msix}}
	if d.server, err = vfiouser.NewServer(fn); err != nil {
		return err
	}
	return d.listen(o.Dir)
}

// buildMailbox makes video memory, which the engine, the machine and this process
// share, and the mailbox in it.
func (d *Device) buildMailbox(o Options) error {
	var err error
	if d.engine = o.Engine; d.engine == nil {
		if d.engine, err = defaultEngine(); err != nil {
			return err
		}
	}
	if d.vram, err = newVideoMemory(abi.BAR0Size); err != nil {
		return err
	}
	importer := d.engine.device.(gpu.Importer) // NewEngine asked
	if d.buffer, err = importer.ImportBuffer(d.vram.file, abi.BAR0Size); err != nil {
		return fmt.Errorf("pxgpu: video memory: %w", err)
	}
	shared, ok := d.buffer.(gpu.Shared)
	if !ok {
		return fmt.Errorf("pxgpu: the buffers of %s are not shared", d.engine.device.Name())
	}
	d.bytes = shared.Bytes()
	if d.runtime, err = d.engine.program.New(d.buffer, o.Rings); err != nil {
		return fmt.Errorf("pxgpu: %w", err)
	}
	return d.resetLocked()
}

// newConfig describes the function. BAR0 is 64-bit and not prefetchable: its
// first page has side effects. The MSI-X table has BAR4 to itself, because QEMU
// lays its own table over the page it is in, which must not be the registers'.
func newConfig(vectors int) (*vfiouser.ConfigSpace, error) {
	c, err := vfiouser.NewConfigSpace(vfiouser.Identity{
		Vendor: abi.PCIVendorPXGPU, Device: abi.PCIDevicePXGPU,
		SubVendor: abi.PCIVendorPXGPU, SubDevice: abi.PCIDevicePXGPU, Revision: abi.MailboxVersion,
		Class: abi.PCIClassDisplay, Subclass: abi.PCISubclassVGA, ProgInterface: abi.PCIProgIFVGA,
	}, []vfiouser.BAR{{Index: 0, Size: abi.BAR0Size, Is64: true}, {Index: msixBAR, Size: msixBARBytes}})
	if err != nil {
		return nil, err
	}
	_, err = c.AddMSIX(vectors, msixBAR, 0, msixPBA)
	return c, err
}

// listen makes the socket in a folder that only this user may enter. Both go as
// soon as the client has connected.
func (d *Device) listen(parent string) error {
	dir, err := os.MkdirTemp(parent, "pxgpu-")
	if err != nil {
		return fmt.Errorf("pxgpu: folder for the socket: %w", err)
	}
	d.dir, d.path = dir, filepath.Join(dir, "s")
	if len(d.path) > maxSocketPath {
		return fmt.Errorf("pxgpu: socket path %s has %d bytes, %d are possible: set TMPDIR to a shorter folder",
			d.path, len(d.path), maxSocketPath)
	}
	if d.listener, err = net.ListenUnix("unix", &net.UnixAddr{Name: d.path, Net: "unix"}); err != nil {
		return fmt.Errorf("pxgpu: listening at %s: %w", d.path, err)
	}
	return nil
}

// unlink takes the socket away. Whoever calls it second waits for the first.
func (d *Device) unlink() {
	d.unlinking.Do(func() {
		if d.listener != nil {
			d.listener.Close()
		}
		if d.dir != "" {
			os.RemoveAll(d.dir) //nolint:errcheck // an empty folder of ours that is gone already is fine
		}
	})
}

// work runs f in the background; its error, or its panic, is the device's death.
func (d *Device) work(f func() error) {
	d.workers.Add(1)
	go func() {
		defer d.workers.Done()
		defer func() {
			if p := recover(); p != nil {
				d.die(fmt.Errorf("pxgpu: the device failed: %v\n%s", p, debug.Stack()))
			}
		}()
		if err := f(); err != nil {
			d.die(err)
		}
	}()
}

func (d *Device) die(err error) {
	select {
	case d.died <- err:
	default: // the first cause is the one that counts
	}
	d.stop()
}

// serve takes the one client and answers it until it goes.
func (d *Device) serve(ctx context.Context) error {
	sock, err := d.listener.AcceptUnix()
	d.unlink()
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("pxgpu: waiting for the emulator: %w", err)
	}
	d.counters.connected.Store(true)
	err = d.server.ServeConn(ctx, sock)
	d.counters.connected.Store(false)
	close(d.gone)
	if err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("pxgpu: the emulator's connection broke: %w", err)
	}
	return nil
}

// SocketPath is where the emulator connects. The path disappears once it has.
func (d *Device) SocketPath() string { return d.path }

// Died delivers at most one error: the device failed and answers no more, so
// what its machine shows from then on is not the machine's fault. A client that
// goes away is no death, see ClientGone.
func (d *Device) Died() <-chan error { return d.died }

// ClientGone is closed when a client that was connected went away.
func (d *Device) ClientGone() <-chan struct{} { return d.gone }

// Ended delivers at most one sentence: why the GPU ended the guest, which broke a
// promise and is given no more answers.
func (d *Device) Ended() <-chan string { return d.ended }

// Feed queues characters for the guest's UART_READ and returns how many fitted.
func (d *Device) Feed(p []byte) int {
	d.lock()
	defer d.unlock()
	n, err := d.runtime.Feed(d.ctx, p)
	d.must(err)
	return n
}

// must ends the device when its runtime fails, which no guest can bring about.
func (d *Device) must(err error) {
	if err != nil && d.ctx.Err() == nil {
		d.die(fmt.Errorf("pxgpu: the mailbox runtime failed: %w", err))
	}
}

// Close ends the device and waits until nothing of it is left.
func (d *Device) Close() error {
	d.closing.Do(func() {
		d.stop()
		d.workers.Wait()
		d.lock()
		d.counters.keep(d)
		d.last = append([]byte(nil), d.bytes[abi.TablesBase:abi.VRAMAllocBase]...)
		d.unlock()
		d.release()
	})
	return nil
}

func (d *Device) release() {
	d.unlink()
	if d.msix != nil {
		d.msix.Close()
	}
	for _, p := range d.own {
		d.retired = append(d.retired, p)
	}
	d.closeRetired() //nolint:errcheck // their memory goes with the engine
	if d.runtime != nil {
		d.runtime.Close() //nolint:errcheck // as above
	}
	if d.buffer != nil {
		d.buffer.Close() //nolint:errcheck // as above
	}
	if d.dma != nil {
		d.dma.Close()
	}
	if d.vram != nil {
		d.vram.close()
	}
}

// lock takes mu from the poller within one batch of commands. It does not sleep
// meanwhile: waking up would take far longer.
func (d *Device) lock() {
	d.want.Add(1)
	d.runtime.Interrupt(true)
	for !d.mu.TryLock() {
		runtime.Gosched()
	}
	if d.want.Add(-1) == 0 {
		d.runtime.Interrupt(false)
	}
}

func (d *Device) unlock() { d.mu.Unlock() }

func (d *Device) reset() {
	d.lock()
	defer d.unlock()
	d.must(d.resetLocked())
}

// resetLocked returns the mailbox to power-on. Kernels that run are ended before, so
// that none writes memory of the time after; their answers go to nobody.
func (d *Device) resetLocked() error {
	d.counters.keep(d)
	for i, j := range d.jobs {
		if j != nil {
			j.stop()
		}
		d.jobs[i] = nil
	}
	d.dispatched.Wait()
	for n, p := range d.own {
		delete(d.own, n)
		d.retired = append(d.retired, p)
	}
	d.ram = ramOf(d.dma)
	d.awake, d.shown = 0, 0
	d.started = time.Now()
	return d.runtime.Reset(d.ctx, d.ram)
}

// Tables copies the authority's tables and the counters: BAR0 from abi.TablesBase
// to abi.VRAMAllocBase. It may be called at any time, also after Close.
func (d *Device) Tables() []byte {
	d.lock()
	defer d.unlock()
	if d.last != nil {
		return append([]byte(nil), d.last...)
	}
	return append([]byte(nil), d.bytes[abi.TablesBase:abi.VRAMAllocBase]...)
}
