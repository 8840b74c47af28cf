package screen

import (
	"unsafe"

	"pxos/kernel/phys"
)

// Frames is how many frames in a row a screen takes: too much for the kernel's image.
const Frames = uint64((unsafe.Sizeof(Screen{}) + phys.PageBytes - 1) / phys.PageBytes)

// At is a screen in cleared frames that begin at a physical address.
func At(pa uint64) *Screen { return (*Screen)(unsafe.Add(unsafe.Pointer(nil), phys.Virt(pa))) }
