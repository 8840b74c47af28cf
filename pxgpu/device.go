package pxgpu

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"pxos/abi"
	"pxos/pxgpu/mailbox"
	"pxos/pxgpu/vfiouser"
)

const (
	defaultSpin   = time.Millisecond
	maxSocketPath = 107 // sun_path without its NUL

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
}

// Device is one served pxGPU. It serves one machine; a new machine takes a new
// device.
type Device struct {
	dir, path string
	listener  *net.UnixListener
	vram      *videoMemory
	server    *vfiouser.Server
	msix      *vfiouser.MSIX
	console   *consoleQueue
	spinFor   time.Duration

	mu    sync.Mutex
	want  atomic.Int32 // trapped accesses that wait for mu
	model *mailbox.Model
	awake uint32 // bit i: ring i rang and is being polled

	bell      chan struct{}
	died      chan error
	gone      chan struct{}
	stop      context.CancelFunc
	workers   sync.WaitGroup
	closing   sync.Once
	unlinking sync.Once
	counters  counters
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
	d := &Device{
		spinFor: o.SpinFor, console: newConsoleQueue(o.Console),
		bell: make(chan struct{}, 1), died: make(chan error, 1), gone: make(chan struct{}),
	}
	if err := d.build(o); err != nil {
		d.release()
		return nil, err
	}
	ctx, d.stop = context.WithCancel(ctx)
	d.work(func() error { return d.serve(ctx) })
	d.work(func() error { d.poll(ctx); return nil })
	d.work(func() error { d.console.run(ctx); return nil })
	context.AfterFunc(ctx, d.unlink)
	return d, nil
}

func (d *Device) build(o Options) error {
	var err error
	if d.vram, err = newVideoMemory(abi.BAR0Size); err != nil {
		return err
	}
	if d.model, err = mailbox.New(d.vram.bytes, o.Rings, d.console); err != nil {
		return err
	}
	d.msix = vfiouser.NewMSIX(o.Rings)
	config, err := newConfig(o.Rings)
	if err != nil {
		return err
	}
	fn := &vfiouser.Function{Config: config, MSIX: d.msix, DMA: nil, OnReset: d.reset}
	fn.BARs[0] = vfiouser.Region{
		Size: abi.BAR0Size, Handler: bar0{d}, File: d.vram.file,
		Mappable: []vfiouser.Area{{Offset: abi.RegisterPageBytes, Size: abi.BAR0Size - abi.RegisterPageBytes}},
	}
	fn.BARs[msixBAR] = vfiouser.Region{Size: msixBARBytes, Handler: msixPage{d.msix}}
	if d.server, err = vfiouser.NewServer(fn); err != nil {
		return err
	}
	return d.listen(o.Dir)
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

// Feed queues characters for the guest's UART_READ and returns how many fitted.
func (d *Device) Feed(p []byte) int {
	d.lock()
	defer d.unlock()
	return d.model.Feed(p)
}

// Close ends the device and waits until nothing of it is left.
func (d *Device) Close() error {
	d.closing.Do(func() {
		d.stop()
		d.workers.Wait()
		d.release()
	})
	return nil
}

func (d *Device) release() {
	d.unlink()
	if d.msix != nil {
		d.msix.Close()
	}
	if d.vram != nil {
		d.vram.close()
	}
}

// lock takes mu from the poller within one batch of commands.
func (d *Device) lock() {
	d.want.Add(1)
	d.mu.Lock()
	d.want.Add(-1)
}

func (d *Device) unlock() { d.mu.Unlock() }

func (d *Device) reset() {
	d.lock()
	defer d.unlock()
	d.resetLocked()
}

func (d *Device) resetLocked() {
	d.counters.keep(d.model)
	d.model.Reset()
	d.awake = 0
}
