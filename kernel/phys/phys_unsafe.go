// Package phys reaches physical memory and device registers through the direct
// map. It is the one place where a physical address becomes a pointer.
//
// It imports nothing. Host tests set Base to the address of a buffer and use
// offsets into it as physical addresses.
package phys

import (
	"sync/atomic"
	"unsafe"
)

// DirectMap is the virtual address of physical 0: PML4 slot 256.
const DirectMap = 0xFFFF800000000000

// PageBytes is the size of a small page.
const PageBytes = 4096

// Base is where the direct map begins. Ring 0 never changes it.
var Base uint64 = DirectMap

// Virt is the direct-map address of a physical address.
func Virt(pa uint64) uint64 { return Base + pa }

// Of is the physical address behind a direct-map address.
func Of(virt uint64) uint64 { return virt - Base }

// Address is the virtual address of a word of the kernel's: Of makes it physical where
// the word lies in the image.
func Address(p *uint64) uint64 { return uint64(uintptr(unsafe.Pointer(p))) }

func at(pa uint64) unsafe.Pointer {
	return unsafe.Add(unsafe.Pointer(nil), Base+pa)
}

// Word is the 64-bit word at a physical address.
func Word(pa uint64) *uint64 { return (*uint64)(at(pa)) }

// Table is a page table, an array of 512 entries, at a physical address.
func Table(pa uint64) *[512]uint64 { return (*[512]uint64)(at(pa)) }

// Bytes is n bytes of memory from a physical address.
func Bytes(pa uint64, n int) []byte { return unsafe.Slice((*byte)(at(pa)), n) }

// Words is n 64-bit words of memory from a physical address.
func Words(pa uint64, n int) []uint64 { return unsafe.Slice((*uint64)(at(pa)), n) }

// Clear zeroes n bytes.
func Clear(pa uint64, n int) { clear(Bytes(pa, n)) }

// Register is the 32-bit device register at a physical address.
func Register(pa uint64) *uint32 { return (*uint32)(at(pa)) }

// Load32 reads a device register or a word that another agent writes. The
// compiler neither merges nor moves it.
func Load32(r *uint32) uint32 { return atomic.LoadUint32(r) }

// Store32 writes a device register. It is one MOV, not the XCHG of
// atomic.Store: a locked access to a device is an error on real hardware.
func Store32(r *uint32, value uint32) { store32(r, value) }

// Load64 reads 64 bits that another agent writes.
func Load64(p *uint64) uint64 { return atomic.LoadUint64(p) }

// StoreEntry writes the first six words of a ring entry that another agent polls,
// the first two of them last and by one store: word by word, the poller would take
// the cache line away between two words. The address is a multiple of 16.
func StoreEntry(pa, head, command, arg0, arg1, arg2, arg3 uint64) {
	storeEntry(at(pa), head, command, arg0, arg1, arg2, arg3)
}

// Load16 reads the 16-bit device register at a physical address.
func Load16(pa uint64) uint16 { return load16((*uint16)(at(pa))) }

// Store16 writes it.
func Store16(pa uint64, value uint16) { store16((*uint16)(at(pa)), value) }

func load16(r *uint16) uint16
func store16(r *uint16, value uint16)
func store32(r *uint32, value uint32)
func storeEntry(to unsafe.Pointer, head, command, arg0, arg1, arg2, arg3 uint64)

// CString is the bytes up to a NUL, at most limit of them.
func CString(pa uint64, limit int) []byte {
	b := Bytes(pa, limit)
	for i, c := range b {
		if c == 0 {
			return b[:i]
		}
	}
	return b
}
