//go:build !(linux || darwin || freebsd || netbsd || openbsd)

package soft

import "github.com/tetratelabs/wazero/experimental"

// deviceBytes is how much memory a device has where address space cannot be
// reserved without taking it.
const deviceBytes = 512 << 20

type allocated struct{ data []byte }

func newMemory(size uint64) (experimental.LinearMemory, error) {
	return &allocated{make([]byte, size)}, nil
}

// Reallocate gives the first size bytes.
func (m *allocated) Reallocate(size uint64) []byte {
	if size > uint64(len(m.data)) {
		return nil
	}
	return m.data[:size]
}

// Free lets the memory go.
func (m *allocated) Free() { m.data = nil }
