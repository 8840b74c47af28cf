package machine

import (
	"context"
	"errors"
	"hash/crc64"
	"io"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// Inspect reads the machine, pausing it if it runs. The Evidence stays
// readable until Close.
func (m *Machine) Inspect(ctx context.Context) (*Evidence, error) {
	if err := m.Pause(ctx); err != nil {
		return nil, err
	}
	m.drain()
	e := &Evidence{
		Termination: m.outcome.Termination, ExitCode: m.outcome.ExitCode, Message: m.outcome.Message,
		Machine: m.cfg.Machine, CPUs: m.cfg.CPUs, RAMBytes: m.cfg.RAMBytes,
		Args: append([]string{toolNameForRecord}, m.args...), KernelELF: m.cfg.KernelELF,
		RIPSamples: append([]uint64(nil), m.rips...),
	}
	if err := m.inspectCPUs(ctx, e); err != nil {
		return nil, err
	}
	if err := m.inspectMap(ctx, e); err != nil {
		return nil, err
	}
	var err error
	if e.LocalAPIC, err = m.qmp.monitor(ctx, "info lapic"); err != nil {
		return nil, m.lost("inspect", err)
	}
	if e.PIC, err = m.qmp.monitor(ctx, "info pic"); err != nil {
		return nil, m.lost("inspect", err)
	}
	if e.Termination == TerminationNoBoot || e.Termination == TerminationTimeout {
		// Without a text screen there is nothing to show.
		e.Screen, _ = m.screenText(ctx)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.intLog.finish()
	e.Exceptions, e.ExceptionsDropped = m.intLog.exceptions(), m.intLog.dropped
	e.TripleFault = m.intLog.tripleFault
	e.GuestErrors = append([]string(nil), m.intLog.guestErrors...)
	e.Serial = append([]byte(nil), m.serialBytes...)
	e.Firmware = append([]byte(nil), m.firmwareTail...)
	return e, nil
}

const toolNameForRecord = "qemu-system-x86_64"

func (m *Machine) inspectCPUs(ctx context.Context, e *Evidence) error {
	text, err := m.qmp.monitor(ctx, "info registers -a")
	if err != nil {
		return m.lost("inspect", err)
	}
	cpus, err := parseRegisters(text)
	if err != nil {
		return &LabError{Op: "inspect", Err: err}
	}
	for _, c := range cpus {
		e.Registers = append(e.Registers, c.Registers)
	}
	e.Halted = cpus[0].Halted
	return nil
}

func (m *Machine) inspectMap(ctx context.Context, e *Evidence) error {
	text, err := m.qmp.monitor(ctx, "info mtree -f")
	if err != nil {
		return m.lost("inspect", err)
	}
	if e.Regions, err = parseMemoryMap(text); err != nil {
		return &LabError{Op: "inspect", Err: err}
	}
	if e.PCI, err = pciDevices(ctx, m.qmp); err != nil {
		return m.lost("inspect", err)
	}
	if m.memory != nil {
		m.memory.close()
	}
	m.memory = &guestMemory{ram: m.ram, regions: e.Regions, slow: func(addr uint64, buf []byte) error {
		return m.gdbRead(context.Background(), addr, buf, true)
	}}
	e.Memory = m.memory
	return nil
}

// gdbRead reads through gdbstub, which is started at its first use: a server
// that listens from the start would stop the machine.
func (m *Machine) gdbRead(ctx context.Context, addr uint64, buf []byte, physical bool) error {
	if m.gdb == nil {
		if m.gdbFD < 0 {
			return ErrClosed
		}
		text, err := m.qmp.monitor(ctx, "gdbserver chardev:gdb")
		if err != nil {
			return m.lost("start gdbstub", err)
		}
		if strings.Contains(text, "ould not") {
			return &LabError{Op: "start gdbstub", Err: errors.New(strings.TrimSpace(text))}
		}
		fd := m.gdbFD
		m.gdbFD = -1
		if m.gdb, err = newGDB(fd); err != nil {
			return &LabError{Op: "start gdbstub", Err: err}
		}
	}
	return m.gdb.read(addr, buf, physical)
}

// ReadVirtual reads memory as CPU 0 of the paused machine sees it, through the
// emulator's own page walk. Use it to check another walk, not instead of one.
func (m *Machine) ReadVirtual(ctx context.Context, addr uint64, buf []byte) error {
	return m.gdbRead(ctx, addr, buf, false)
}

var crcTable = crc64.MakeTable(crc64.ECMA)

// sumRAM is a checksum over the pages of guest RAM that were ever touched.
func sumRAM(ram *os.File) (uint64, error) {
	sum := crc64.New(crcTable)
	buf := make([]byte, 1<<20)
	fd := int(ram.Fd())
	for at := int64(0); ; {
		start, err := unix.Seek(fd, at, unix.SEEK_DATA)
		if errors.Is(err, unix.ENXIO) {
			return sum.Sum64(), nil
		}
		if err != nil {
			return 0, err
		}
		end, err := unix.Seek(fd, start, unix.SEEK_HOLE)
		if err != nil {
			return 0, err
		}
		if _, err := io.CopyBuffer(onlyWriter{sum}, io.NewSectionReader(ram, start, end-start), buf); err != nil {
			return 0, err
		}
		at = end
	}
}

// onlyWriter hides other methods, so that CopyBuffer uses its buffer.
type onlyWriter struct{ io.Writer }
