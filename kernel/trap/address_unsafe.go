package trap

import "unsafe"

// wordAt is the 64-bit word at a virtual address.
func wordAt(virt uint64) *uint64 {
	return (*uint64)(unsafe.Add(unsafe.Pointer(nil), virt))
}
