package machine

import (
	"errors"
	"fmt"
	"os"
	"sort"
	"sync"
)

// guestMemory reads a paused machine: RAM straight from the memory file, ROM
// and device RAM through gdbstub. Registers of devices are never read, since a
// read may change them.
type guestMemory struct {
	mu      sync.Mutex
	ram     *os.File // nil after Close
	regions []MemoryRegion
	slow    func(addr uint64, buf []byte) error // physical, by gdbstub
}

// ReadPhys implements PhysReader.
func (g *guestMemory) ReadPhys(addr uint64, buf []byte) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.ram == nil {
		return ErrClosed
	}
	for len(buf) > 0 {
		region, err := readableRegion(g.regions, addr)
		if err != nil {
			return err
		}
		n := len(buf)
		if left := region.End - addr; uint64(n-1) > left {
			n = int(left) + 1
		}
		if err := g.readRegion(region, addr, buf[:n]); err != nil {
			return err
		}
		buf, addr = buf[n:], addr+uint64(n)
	}
	return nil
}

func (g *guestMemory) readRegion(region MemoryRegion, addr uint64, buf []byte) error {
	if region.Name == ramName {
		_, err := g.ram.ReadAt(buf, int64(region.Offset+addr-region.Start))
		if err != nil {
			return fmt.Errorf("guest memory at %#x: %w", addr, err)
		}
		return nil
	}
	return g.slow(addr, buf)
}

func (g *guestMemory) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ram = nil
}

// ErrNoMemory is wrapped by the error of a read where no memory is.
var ErrNoMemory = errors.New("no memory at this physical address")

// readableRegion finds the memory at addr in sorted regions.
func readableRegion(regions []MemoryRegion, addr uint64) (MemoryRegion, error) {
	i := sort.Search(len(regions), func(i int) bool { return regions[i].End >= addr })
	if i == len(regions) || regions[i].Start > addr {
		return MemoryRegion{}, fmt.Errorf("%w: %#x lies in a hole", ErrNoMemory, addr)
	}
	switch r := regions[i]; r.Kind {
	case "ram", "rom", "romd", "ramd":
		return r, nil
	default:
		return MemoryRegion{}, fmt.Errorf("%w: %#x holds registers of %s", ErrNoMemory, addr, r.Name)
	}
}
