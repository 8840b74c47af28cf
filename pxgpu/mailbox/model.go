package mailbox

import (
	"fmt"
	"io"

	"pxos/abi"
)

// maxInput bounds the characters that wait for UART_READ.
const maxInput = 64 << 10

// Model is one mailbox: registers, rings, allocator, console.
type Model struct {
	vram    VRAM
	rings   []ring
	console io.Writer

	status, resp uint32
	halted       bool
	completed    uint64 // commands since reset, failed ones included
	failed       uint64
	pages        pages
	input        []byte
}

// New makes a mailbox at power-on with n rings over vram. Console output goes to
// console, which must not block; nil discards it.
func New(vram []byte, n int, console io.Writer) (*Model, error) {
	v, err := NewVRAM(vram)
	if err != nil {
		return nil, err
	}
	if n < 1 || n > abi.MaxRings {
		return nil, fmt.Errorf("mailbox: %d rings, allowed are 1 to %d", n, abi.MaxRings)
	}
	if console == nil {
		console = io.Discard
	}
	m := &Model{vram: v, rings: make([]ring, n), console: console, pages: newPages(len(vram))}
	m.Reset()
	return m, nil
}

// Reset returns everything to power-on: the allocator is empty, the ring blocks
// are zero except for RingDeviceSleep, which is 1: the device sleeps until the
// first DOORBELL. Allocatable VRAM keeps its bytes; ALLOC clears what it gives.
func (m *Model) Reset() {
	m.status, m.resp = abi.StatusREADY, 0
	m.halted = false
	m.completed, m.failed = 0, 0
	m.pages.reset()
	m.input = nil
	clear(m.vram.bytes[abi.RingBase:abi.VRAMAllocBase])
	for i := range m.rings {
		m.rings[i] = ring{base: uint32(abi.RingBase + i*abi.RingBlockBytes)}
		m.SetSleep(i, true)
	}
}

// Completed is the number of commands since reset, failed ones included.
func (m *Model) Completed() uint64 { return m.completed }

// Failed is the number of commands since reset that ended with an error.
func (m *Model) Failed() uint64 { return m.failed }

// Rings is the number of ring pairs.
func (m *Model) Rings() int { return len(m.rings) }

// Feed queues characters for UART_READ and returns how many there was room for.
func (m *Model) Feed(p []byte) int {
	n := min(len(p), maxInput-len(m.input))
	m.input = append(m.input, p[:n]...)
	return n
}

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
	r := m.execute(fromRegister(cmd))
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
