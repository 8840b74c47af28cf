// Package gpu runs compute kernels on pxOS's GPU from a program in ring 3.
//
//	d, err := gpu.Open()
//	b, err := d.NewBuffer(4 * n)
//	p, err := d.NewProgram(wgsl)
//	err = d.Run(p, gpu.Workgroups{X: n / 64}, gpu.Binding{Number: 0, Buffer: b})
//
// A program and its buffers are its process' own, and the GPU itself sees to that: the
// kernel only passes commands on. Buffers lie in VRAM, of which there are 14 MiB in all.
//
// It imports abi and the standard library. Invariant: what a Device made is gone with it.
package gpu

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"

	"pxos/abi"
)

// ErrNoGPU says that this is no machine with /dev/gpu0: no pxOS.
var ErrNoGPU = errors.New("there is no " + abi.ComputePath)

// Device is a queue of jobs, done in the order in which they come. Several goroutines may
// use one; jobs of several Devices, at most 15 in all of pxOS, are done beside each other.
type Device struct {
	fd int

	mu    sync.Mutex
	block *Buffer // where argument blocks are put
	next  int     // of its slots
}

// blockBytes is the largest argument block, blocks how many fit the page for them.
const (
	blockBytes = abi.ExecuteHeaderBytes + abi.ExecuteBindings*abi.ExecuteBindingBytes
	blocks     = abi.VRAMPageBytes / blockBytes
)

// Open opens the GPU. EBUSY: all queues are taken.
func Open() (*Device, error) {
	fd, err := syscall.Open(abi.ComputePath, syscall.O_RDWR|syscall.O_CLOEXEC, 0)
	if errors.Is(err, syscall.ENOENT) || errors.Is(err, syscall.ENXIO) {
		return nil, ErrNoGPU
	}
	if err != nil {
		return nil, os.NewSyscallError("open "+abi.ComputePath, err)
	}
	d := &Device{fd: fd}
	if d.block, err = d.NewBuffer(abi.VRAMPageBytes); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// Close gives the queue back, and with it buffers and programs, once its jobs are done.
func (d *Device) Close() error { return syscall.Close(d.fd) }

// Buffer is memory of the GPU.
type Buffer struct {
	device        *Device
	offset, bytes int64
}

// NewBuffer allocates bytes of VRAM, cleared. ENOMEM: so many neighbouring pages are not
// free.
func (d *Device) NewBuffer(bytes int) (*Buffer, error) {
	if bytes < 1 || bytes > abi.BAR0Size {
		return nil, fmt.Errorf("a buffer of %d bytes: 1 to %d are possible", bytes, abi.BAR0Size)
	}
	pages := (uint64(bytes) + abi.VRAMPageBytes - 1) / abi.VRAMPageBytes
	offset, err := request(d.fd, abi.ComputeAlloc, pages)
	if err != nil {
		return nil, fmt.Errorf("allocate %d pages of VRAM: %w", pages, err)
	}
	return &Buffer{d, int64(offset), int64(bytes)}, nil
}

// Free gives the memory back. EBUSY: a job uses it.
func (b *Buffer) Free() error {
	_, err := request(b.device.fd, abi.ComputeFree, uint64(b.offset))
	return err
}

// Bytes is the size.
func (b *Buffer) Bytes() int64 { return b.bytes }

// WriteAt copies to the buffer: io.WriterAt. Jobs that are submitted later see it.
func (b *Buffer) WriteAt(p []byte, at int64) (int, error) {
	return b.move(p, at, "write", syscall.Pwrite)
}

// ReadAt copies from the buffer: io.ReaderAt, but reading past the end is an error at
// once. It sees what jobs wrote that were waited for.
func (b *Buffer) ReadAt(p []byte, at int64) (int, error) {
	return b.move(p, at, "read", syscall.Pread)
}

func (b *Buffer) move(p []byte, at int64, verb string, f func(int, []byte, int64) (int, error)) (done int, err error) {
	if at < 0 || at > b.bytes || int64(len(p)) > b.bytes-at {
		return 0, fmt.Errorf("%s %d bytes at %d of a buffer of %d", verb, len(p), at, b.bytes)
	}
	for done < len(p) {
		n, err := f(b.device.fd, p[done:], b.offset+at+int64(done))
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		if err != nil {
			return done, os.NewSyscallError(verb+" VRAM", err)
		}
		done += n
	}
	return done, nil
}

// Program is a compute kernel.
type Program struct{ number uint64 }

// Ready is one of the kernels that are always there, 1 to abi.ProgramKernels: docs/mailbox.md
// lists them.
func Ready(number int) Program { return Program{uint64(number)} }

// NewProgram registers WGSL text of at most 64 KiB with one compute entry point, whose
// bindings are in group 0.
func (d *Device) NewProgram(wgsl string) (Program, error) {
	if len(wgsl) == 0 || len(wgsl) > abi.MaxProgramBytes {
		return Program{}, fmt.Errorf("a text of %d bytes: 1 to %d are possible", len(wgsl), abi.MaxProgramBytes)
	}
	b, err := d.NewBuffer(len(wgsl))
	if err != nil {
		return Program{}, err
	}
	if _, err = b.WriteAt([]byte(wgsl), 0); err != nil {
		return Program{}, errors.Join(err, b.Free())
	}
	job, err := d.submit(abi.ComputeRegister, []uint64{uint64(b.offset), uint64(len(wgsl))})
	if err != nil {
		return Program{}, errors.Join(err, b.Free())
	}
	number, err := job.wait()
	return Program{number}, errors.Join(err, b.Free())
}

// Drop gives a registered program's number back.
func (d *Device) Drop(p Program) error {
	_, err := request(d.fd, abi.ComputeDrop, p.number)
	return err
}

// Workgroups are the numbers of workgroups in each direction; 0 counts as 1.
type Workgroups struct{ X, Y, Z uint32 }

// Binding is a part of a buffer that a kernel sees as a binding of group 0. Offset must
// be a multiple of 256; Bytes 0 is all that is left.
type Binding struct {
	Number        uint32
	Buffer        *Buffer
	Offset, Bytes int64
}

// Run runs a kernel and waits for its end.
func (d *Device) Run(p Program, w Workgroups, bindings ...Binding) error {
	job, err := d.Submit(p, w, bindings...)
	if err != nil {
		return err
	}
	return job.Wait()
}

// Submit has a kernel run once the jobs before it are done.
func (d *Device) Submit(p Program, w Workgroups, bindings ...Binding) (Job, error) {
	block, err := argumentBlock(w, bindings)
	if err != nil {
		return Job{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.next == blocks { // the first slots are free again when the last job has begun
		d.next = 0
		if err := d.settle(); err != nil {
			return Job{}, err
		}
	}
	at := int64(d.next * blockBytes)
	if _, err := d.block.WriteAt(block, at); err != nil {
		return Job{}, err
	}
	d.next++
	return d.submit(abi.ComputeExecute, []uint64{p.number, uint64(d.block.offset + at), uint64(len(block))})
}

// settle waits until no job of ours has its argument block still to be read: until a ping
// behind them is answered.
func (d *Device) settle() error {
	ping, err := d.submit(abi.ComputeExecute, []uint64{abi.ProgramPing, 0, 0})
	if err != nil {
		return err
	}
	return ping.Wait()
}

// argumentBlock is what GPU_EXECUTE wants: abi/authority.go.
func argumentBlock(w Workgroups, bindings []Binding) ([]byte, error) {
	if len(bindings) > abi.ExecuteBindings {
		return nil, fmt.Errorf("%d bindings: at most %d are possible", len(bindings), abi.ExecuteBindings)
	}
	le := binary.LittleEndian
	var out []byte
	for _, n := range []uint32{w.X, w.Y, w.Z} {
		out = le.AppendUint32(out, max(n, 1))
	}
	out = le.AppendUint32(out, uint32(len(bindings)))
	for _, b := range bindings {
		if b.Buffer == nil {
			return nil, fmt.Errorf("binding %d has no buffer", b.Number)
		}
		n := b.Bytes
		if n == 0 {
			n = (b.Buffer.bytes - b.Offset + 3) &^ 3
		}
		if b.Offset < 0 || b.Offset%abi.ExecuteAlign != 0 || n < 1 || n > (b.Buffer.bytes+3)&^3-b.Offset {
			return nil, fmt.Errorf("binding %d: %d bytes at %d of a buffer of %d", b.Number, n, b.Offset, b.Buffer.bytes)
		}
		out = le.AppendUint32(out, b.Number)
		out = le.AppendUint32(out, uint32(b.Buffer.offset+b.Offset))
		out = le.AppendUint32(out, uint32(n))
		out = le.AppendUint32(out, 0)
	}
	return out, nil
}
