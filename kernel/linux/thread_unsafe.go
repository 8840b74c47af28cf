package linux

import "unsafe"

// threadAt is the thread in a frame, by its virtual address.
func threadAt(virt uint64) *thread { return (*thread)(unsafe.Add(unsafe.Pointer(nil), virt)) }

// addressOf is the address of memory of the kernel's.
func addressOf(b []byte) uint64 { return uint64(uintptr(unsafe.Pointer(&b[0]))) }
