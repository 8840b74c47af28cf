package vfiouser

import (
	"fmt"
	"os"
	"sync"
)

const msixEntryBytes = 16

// MSIX is a function's MSI-X state: the table and the pending bits as the guest
// sees them, and the eventfds through which an interrupt is really sent.
//
// QEMU keeps the live table itself and masks by taking the eventfd away, so an
// interrupt without an eventfd becomes pending and is sent when one arrives.
type MSIX struct {
	mu      sync.Mutex
	table   []byte
	pending []bool
	fds     []*os.File
	sent    uint64
}

// NewMSIX makes the state of n vectors, all masked (PCI Local Bus 3.0, 6.8.2.9).
func NewMSIX(n int) *MSIX {
	m := &MSIX{table: make([]byte, n*msixEntryBytes), pending: make([]bool, n), fds: make([]*os.File, n)}
	m.resetTable()
	return m
}

func (m *MSIX) resetTable() {
	clear(m.table)
	for i := range m.pending {
		m.table[i*msixEntryBytes+12] = 1
		m.pending[i] = false
	}
}

// Vectors is the number of vectors.
func (m *MSIX) Vectors() int { return len(m.fds) }

// TableBytes and PBABytes are the sizes of the two structures.
func (m *MSIX) TableBytes() int { return len(m.table) }

// PBABytes is the size of the pending-bit array, in whole 64-bit words.
func (m *MSIX) PBABytes() int { return (len(m.pending) + 63) / 64 * 8 }

// ReadTable copies table bytes to p, zero past the end.
func (m *MSIX) ReadTable(offset uint64, p []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(p)
	if offset < uint64(len(m.table)) {
		copy(p, m.table[offset:])
	}
}

// WriteTable stores table bytes, ignoring what lies past the end.
func (m *MSIX) WriteTable(offset uint64, p []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if offset < uint64(len(m.table)) {
		copy(m.table[offset:], p)
	}
}

// ReadPBA copies pending bits to p, zero past the end.
func (m *MSIX) ReadPBA(offset uint64, p []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range p {
		p[i] = 0
		for bit := range uint64(8) {
			v := (offset+uint64(i))*8 + bit
			if v < uint64(len(m.pending)) && m.pending[v] {
				p[i] |= 1 << bit
			}
		}
	}
}

// Trigger sends vector v, or makes it pending when no eventfd is assigned. It
// does not block: an eventfd write waits only at a count of 2^64-2.
func (m *MSIX) Trigger(v int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.triggerLocked(v)
}

func (m *MSIX) triggerLocked(v int) error {
	if v < 0 || v >= len(m.fds) {
		return fmt.Errorf("vfio-user: MSI-X vector %d of %d", v, len(m.fds))
	}
	if m.fds[v] == nil {
		m.pending[v] = true
		return nil
	}
	m.pending[v] = false
	m.sent++
	if _, err := m.fds[v].Write([]byte{1, 0, 0, 0, 0, 0, 0, 0}); err != nil {
		return fmt.Errorf("vfio-user: MSI-X vector %d: %w", v, err)
	}
	return nil
}

// Sent is the number of interrupts that went out.
func (m *MSIX) Sent() uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.sent
}

// Apply carries out a SET_IRQS on the MSI-X index. It takes ownership of files
// whether or not it succeeds.
func (m *MSIX) Apply(s SetIRQs, files []*os.File) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s.Count == 0 && s.Start == 0 && s.Flags&IRQDataNone != 0 {
		closeFiles(files)
		m.dropLocked(0, len(m.fds))
		return nil
	}
	if uint64(s.Start)+uint64(s.Count) > uint64(len(m.fds)) {
		closeFiles(files)
		return fmt.Errorf("vfio-user: SET_IRQS of vectors %d to %d, there are %d", s.Start, s.Start+s.Count, len(m.fds))
	}
	if s.Flags&IRQDataEventfd != 0 {
		return m.assignLocked(s, files)
	}
	closeFiles(files)
	if s.Flags&IRQActionTrigger == 0 {
		return nil // masking is the client's business: it takes the eventfd away
	}
	for i := range s.Count {
		if s.Flags&IRQDataBool != 0 && s.Bools[i] == 0 {
			continue
		}
		if err := m.triggerLocked(int(s.Start + i)); err != nil {
			return err
		}
	}
	return nil
}

func (m *MSIX) assignLocked(s SetIRQs, files []*os.File) error {
	if s.Flags&IRQActionTrigger == 0 || (len(files) != 0 && len(files) != int(s.Count)) {
		closeFiles(files)
		return fmt.Errorf("vfio-user: SET_IRQS flags %#x with %d descriptors for %d vectors", s.Flags, len(files), s.Count)
	}
	m.dropLocked(int(s.Start), int(s.Start+s.Count))
	for i, f := range files {
		v := int(s.Start) + i
		m.fds[v] = f
		if m.pending[v] {
			if err := m.triggerLocked(v); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *MSIX) dropLocked(from, to int) {
	for v := from; v < to; v++ {
		if m.fds[v] != nil {
			m.fds[v].Close()
			m.fds[v] = nil
		}
	}
}

// Reset masks every vector and forgets pending ones. Eventfds stay: the client
// owns that assignment.
func (m *MSIX) Reset() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.resetTable()
}

// Close gives every eventfd back.
func (m *MSIX) Close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.dropLocked(0, len(m.fds))
}

func closeFiles(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}
