//go:build linux || darwin || freebsd || netbsd || openbsd

package soft

import (
	"github.com/tetratelabs/wazero/experimental"
	"golang.org/x/sys/unix"
)

// deviceBytes is how much address space a device has; pages are taken from the
// system when first touched.
const deviceBytes = 65535 << 16

// mapped is linear memory that never moves.
type mapped struct{ data []byte }

// newMemory reserves address space. The error says that the system gave none.
func newMemory(size uint64) (experimental.LinearMemory, error) {
	data, err := unix.Mmap(-1, 0, int(size), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON|noReserve)
	if err != nil {
		return nil, err
	}
	return &mapped{data}, nil
}

// Reallocate gives the first size bytes of the reservation.
func (m *mapped) Reallocate(size uint64) []byte {
	if size > uint64(len(m.data)) {
		return nil
	}
	return m.data[:size]
}

// Free gives the address space back.
func (m *mapped) Free() {
	if m.data != nil {
		_ = unix.Munmap(m.data)
		m.data = nil
	}
}
