package fs

import (
	"unsafe"

	"pxos/kernel/phys"
)

// The sizes of slots are multiples of the unit; the compiler checks that what lies
// in them fits.
const (
	inodeBytes = 128
	shortBytes = 64
	longBytes  = 320
	nameAt     = unsafe.Offsetof(entry{}.name)
)

var (
	_ [inodeBytes - unsafe.Sizeof(Inode{})]byte
	_ [shortBytes - unsafe.Sizeof(entry{})]byte
	_ [unit - unsafe.Sizeof(slabPage{})]byte
)

func inodeAt(pa uint64) *Inode { return (*Inode)(unsafe.Add(unsafe.Pointer(nil), phys.Virt(pa))) }

func entryAt(pa uint64) *entry { return (*entry)(unsafe.Add(unsafe.Pointer(nil), phys.Virt(pa))) }

func pageAt(pa uint64) *slabPage { return (*slabPage)(unsafe.Add(unsafe.Pointer(nil), phys.Virt(pa))) }
