package mailbox

import (
	"fmt"
	"io"
	"math"

	"pxos/abi"
)

// Hash is the SHA-256 of a program's text as big-endian words.
type Hash [8]uint32

// Model is one mailbox: registers, rings, tables, console.
type Model struct {
	vram     VRAM
	rings    []ring
	console  io.Writer
	ram      []bool // by extent
	builtins []Hash // by program

	status, resp     uint32
	halted           bool
	ended            uint32
	sealed           bool
	epoch            uint32
	now, jobEnd      uint64
	commands, failed uint64
	written          uint32 // characters to the console
	taken, queued    uint32 // characters of the input
	input            [abi.InputBytes]byte
	output           [abi.ConsoleBytes]byte

	perf         perf
	extents      [abi.MaxExtents]extent
	capabilities [abi.MaxCapabilities]capability
	processes    [abi.MaxProcesses]process
	devices      []device
	programs     [abi.MaxPrograms]program
	pages        []page
	pagesFree    uint32
	extentHint   uint32
	slotHint     uint32
	posted       uint32
	acked        uint32
	pending      [abi.MaxRevocations]revocation
}

// Options of a model.
type Options struct {
	Rings    int
	Console  io.Writer // must not block; nil discards
	RAM      []bool    // extents that exist, by number
	Builtins []Hash    // of the programs from 0 on
}

// New makes a mailbox at power-on over vram.
func New(vram []byte, o Options) (*Model, error) {
	v, err := NewVRAM(vram)
	if err != nil {
		return nil, err
	}
	if o.Rings < 1 || o.Rings > abi.MaxRings {
		return nil, fmt.Errorf("mailbox: %d rings, allowed are 1 to %d", o.Rings, abi.MaxRings)
	}
	if o.Console == nil {
		o.Console = io.Discard
	}
	n := (len(vram) - abi.VRAMAllocBase) / abi.VRAMPageBytes
	m := &Model{vram: v, rings: make([]ring, o.Rings), console: o.Console, ram: o.RAM, builtins: o.Builtins, pages: make([]page, n)}
	m.Reset()
	return m, nil
}

// Reset returns everything to power-on: rings and tables are empty, the kernel is
// the only process and holds the boot extent. Allocatable VRAM keeps its bytes;
// ALLOC clears what it gives. The device sleeps until the first DOORBELL.
func (m *Model) Reset() {
	m.status, m.resp = abi.StatusREADY, 0
	m.halted, m.ended, m.sealed = false, 0, false
	m.epoch++
	m.now, m.jobEnd, m.commands, m.failed = 0, 0, 0, 0
	m.written, m.taken, m.queued = 0, 0, 0
	m.input, m.output = [abi.InputBytes]byte{}, [abi.ConsoleBytes]byte{}
	m.perf = perf{}
	m.posted, m.acked = 0, 0
	m.pending = [abi.MaxRevocations]revocation{}
	clear(m.pages)
	m.pagesFree = uint32(len(m.pages))
	clear(m.vram.bytes[abi.RingBase:abi.TablesBase])
	for i := range m.rings {
		m.rings[i] = ring{base: uint32(abi.RingBase + i*abi.RingBlockBytes)}
		m.vram.Store(m.rings[i].base+abi.RingDeviceSleep, 1)
	}
	m.resetTables()
}

// resetTables gives the kernel what it has at power-on.
func (m *Model) resetTables() {
	m.extents = [abi.MaxExtents]extent{}
	m.capabilities = [abi.MaxCapabilities]capability{}
	m.processes = [abi.MaxProcesses]process{}
	m.programs = [abi.MaxPrograms]program{}
	m.devices = nil
	m.extentHint, m.slotHint = 0, 0
	for i := range min(len(m.ram), abi.MaxExtents) {
		if m.ram[i] {
			m.extents[i].state = abi.ExtentFree
		}
	}
	for i, h := range m.builtins {
		m.programs[i] = program{state: abi.ProgramBuiltin, hash: h}
	}
	m.processes[abi.KernelProcess] = process{state: abi.ProcessLive, extentQuota: math.MaxUint32, pageQuota: math.MaxUint32}
	if m.extents[abi.FirmwareExtent].state == abi.ExtentFree && m.extents[abi.BootExtent].state == abi.ExtentFree {
		m.own(abi.KernelProcess, abi.BootExtent, abi.RightRead|abi.RightWrite|abi.RightExec)
		m.own(abi.KernelProcess, abi.FirmwareExtent, abi.RightRead)
	}
}

// Feed queues characters for UART_READ and returns how many there was room for.
func (m *Model) Feed(p []byte) int {
	n := min(len(p), abi.InputBytes-int(m.queued-m.taken))
	for _, c := range p[:n] {
		m.input[m.queued%abi.InputBytes] = c
		m.queued++
	}
	return n
}

// Tick tells the time in ns since the reset; the host tells it before it has rings
// served, so that revocations get the right one. A guest that let a revocation wait
// for longer than the bound is ended. While a kernel runs, the acknowledgement may
// be waiting behind it.
func (m *Model) Tick(now uint64) {
	m.now = max(m.now, now)
	if m.halted || m.posted == m.acked {
		return
	}
	waited := m.now - m.pending[m.acked%abi.MaxRevocations].at
	if waited > abi.RevokeBoundMost || waited > abi.RevokeBound && !m.anyJob() && m.now-m.jobEnd > abi.RevokeBound {
		m.ended, m.halted = abi.EndedRevocation, true
		m.registerError(abi.ErrHalted)
	}
}

// Ended is why the GPU ended the guest, 0 where it did not.
func (m *Model) Ended() uint32 { return m.ended }

// ReadRegister returns the 32-bit register at offset; what is no register reads
// as zero.
func (m *Model) ReadRegister(offset uint32) uint32 {
	switch offset {
	case abi.RegSTATUS:
		return m.status
	case abi.RegRESP:
		return m.resp
	case abi.RegID:
		return abi.MailboxID
	case abi.RegVERSION:
		return abi.MailboxVersion
	case abi.RegRINGS:
		return uint32(len(m.rings))
	case abi.RegVRAMSIZE:
		return uint32(len(m.vram.bytes))
	}
	return 0
}

// WriteRegister writes the 32-bit register at offset; a write of what is no
// register, or of a read-only one, changes nothing. A write of DOORBELL returns
// the number of the ring and true when there is such a ring.
func (m *Model) WriteRegister(offset, value uint32) (ring int, doorbell bool) {
	switch offset {
	case abi.RegCMD:
		m.command(value)
	case abi.RegRESET:
		if value == abi.ResetKey {
			m.Reset()
		}
	case abi.RegDOORBELL:
		if value < uint32(len(m.rings)) {
			return int(value), true
		}
		m.registerError(abi.ErrArgument)
	}
	return 0, false
}

// command carries out a write of CMD. It is complete when the write is.
func (m *Model) command(cmd uint32) {
	r, _ := m.execute(fromRegister(cmd))
	m.count(r)
	if r.status != abi.ErrNone {
		m.registerError(r.status)
		return
	}
	m.status = m.ready() | abi.StatusCOMPLETE
	m.resp = uint32(r.value)
}

func (m *Model) registerError(code uint32) {
	m.status = m.ready() | abi.StatusCOMPLETE | abi.StatusERROR
	m.resp = code
}

// ready is the READY bit, which a halted device does not show.
func (m *Model) ready() uint32 {
	if m.halted {
		return 0
	}
	return abi.StatusREADY
}
