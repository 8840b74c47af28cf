package mailbox

import (
	"fmt"
	"sync/atomic"
	"unsafe"

	"pxos/abi"
)

// VRAM is BAR0 as bytes; offsets are BAR offsets, so the register page at its
// head is part of the slice and never used.
type VRAM struct {
	bytes []byte
}

// NewVRAM wraps b, which must be 8-byte aligned (mmap'ed memory and large
// slices are) and hold at least the rings and one page behind them.
func NewVRAM(b []byte) (VRAM, error) {
	if len(b) < abi.VRAMAllocBase+abi.VRAMPageBytes || len(b)%abi.VRAMPageBytes != 0 {
		return VRAM{}, fmt.Errorf("mailbox: VRAM of %d bytes, want whole pages and at least %d bytes",
			len(b), abi.VRAMAllocBase+abi.VRAMPageBytes)
	}
	if uintptr(unsafe.Pointer(&b[0]))%8 != 0 {
		return VRAM{}, fmt.Errorf("mailbox: VRAM is not 8-byte aligned")
	}
	return VRAM{b}, nil
}

func (v VRAM) word(offset uint32) *uint32 {
	return (*uint32)(unsafe.Pointer(&v.bytes[offset : offset+4 : offset+4][0]))
}

// Load reads a 32-bit word with acquire order. offset is a multiple of 4.
func (v VRAM) Load(offset uint32) uint32 { return atomic.LoadUint32(v.word(offset)) }

// Store writes a 32-bit word; all earlier writes are visible before it, and on
// amd64 no later load passes it.
func (v VRAM) Store(offset, value uint32) { atomic.StoreUint32(v.word(offset), value) }
