// Package arena lets kernel packages be tested on the host: a piece of address
// space stands for physical memory.
//
// It may import kernel/phys alone. Before and behind the arena lie pages that
// cannot be touched, so that a read past its ends ends the test.
package arena

import (
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"pxos/kernel/phys"
)

// alignment is that of the direct map, as far as large pages see it.
const alignment = 2 << 20

// New makes an arena of whole pages and lets physical addresses be offsets into
// it until the test ends. Pages that are never touched cost nothing.
func New(t testing.TB, bytes int) []byte {
	t.Helper()
	if bytes%phys.PageBytes != 0 {
		t.Fatalf("an arena of %d bytes is no number of whole pages", bytes)
	}
	all, err := unix.Mmap(-1, 0, bytes+2*alignment, unix.PROT_READ|unix.PROT_WRITE,
		unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE)
	if err != nil {
		t.Fatalf("map an arena of %d bytes: %v", bytes, err)
	}
	first := uint64(uintptr(unsafe.Pointer(&all[0])))
	skip := alignment - int(first&(alignment-1))
	for _, outside := range [][]byte{all[:skip], all[skip+bytes:]} {
		if err := unix.Mprotect(outside, unix.PROT_NONE); err != nil {
			t.Fatalf("guard the arena: %v", err)
		}
	}
	base := phys.Base
	phys.Base = first + uint64(skip)
	t.Cleanup(func() {
		phys.Base = base
		if err := unix.Munmap(all); err != nil {
			t.Error(err)
		}
	})
	return all[skip : skip+bytes : skip+bytes]
}

// Address is the physical address of a byte of the arena.
func Address(p *byte) uint64 { return phys.Of(uint64(uintptr(unsafe.Pointer(p)))) }

// AddressOfWord is the physical address of a word of the arena.
func AddressOfWord(p *uint64) uint64 { return phys.Of(uint64(uintptr(unsafe.Pointer(p)))) }
