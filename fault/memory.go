package fault

import (
	"encoding/binary"
	"errors"
	"fmt"

	"pxos/machine"
)

// errNoMemory is returned where the evidence carries no memory at all.
var errNoMemory = errors.New("the evidence holds no memory")

// memory reads guest memory. Reads are small, so they are not cached.
type memory struct {
	reader machine.PhysReader
}

func (m memory) phys(addr uint64, b []byte) error {
	if m.reader == nil {
		return errNoMemory
	}
	return m.reader.ReadPhys(addr, b)
}

func (m memory) phys64(addr uint64) (uint64, error) {
	var b [8]byte
	err := m.phys(addr, b[:])
	return binary.LittleEndian.Uint64(b[:]), err
}

func (m memory) phys32(addr uint64) (uint32, error) {
	var b [4]byte
	err := m.phys(addr, b[:])
	return binary.LittleEndian.Uint32(b[:]), err
}

// readVirtual fills b from guest virtual memory as the supervisor sees it in the
// paging mode of r, and returns how many bytes could be read.
func (a *Analysis) readVirtual(addr uint64, b []byte) int {
	done := 0
	for done < len(b) {
		va := addr + uint64(done)
		n := min(len(b)-done, int(pageBytes-va%pageBytes))
		w := a.walk(va, Access{})
		if w.Failed {
			return done
		}
		if err := a.mem.phys(w.Phys, b[done:done+n]); err != nil {
			return done
		}
		done += n
	}
	return done
}

// virtual64 reads one quadword of guest virtual memory.
func (a *Analysis) virtual64(addr uint64) (uint64, error) {
	var b [8]byte
	if a.readVirtual(addr, b[:]) != len(b) {
		return 0, fmt.Errorf("cannot read %s", hex(addr))
	}
	return binary.LittleEndian.Uint64(b[:]), nil
}

// pointer reads one machine word of the current mode (4 or 8 bytes).
func (a *Analysis) pointer(addr uint64) (uint64, error) {
	var b [8]byte
	n := a.wordBytes()
	if a.readVirtual(addr, b[:n]) != n {
		return 0, fmt.Errorf("cannot read %s", hex(addr))
	}
	return binary.LittleEndian.Uint64(b[:]), nil
}

// wordBytes is the size of a stack slot in the current mode.
func (a *Analysis) wordBytes() int {
	switch a.Mode {
	case 64:
		return 8
	case 16:
		return 2
	}
	return 4
}

// hex prints an address the way people read them: 0x and no leading zeros.
func hex(v uint64) string { return fmt.Sprintf("%#x", v) }

// hex64 prints an address with all sixteen digits.
func hex64(v uint64) string { return fmt.Sprintf("0x%016x", v) }

// size prints a number of bytes in the largest unit that divides it.
func size(n uint64) string {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB"}
	i := 0
	for i < len(units)-1 && n >= 1024 && n%1024 == 0 {
		n /= 1024
		i++
	}
	return fmt.Sprintf("%d %s", n, units[i])
}
