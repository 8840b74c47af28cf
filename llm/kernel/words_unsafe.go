package kernel

import "unsafe"

// asHalves, asFloats and asBytes are the same memory, as what is kept in it.

// halvesAt are the halves from a byte on.
func halvesAt(b *byte) *uint16 { return (*uint16)(unsafe.Pointer(b)) }

// floatsOf are the floats in bytes, wherever these begin.
func floatsOf(b []byte) []float32 {
	return unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/4)
}

func asHalves(words []uint32) []uint16 {
	return unsafe.Slice((*uint16)(unsafe.Pointer(unsafe.SliceData(words))), 2*len(words))
}

func asFloats(words []uint32) []float32 {
	return unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(words))), len(words))
}

func asBytes(words []uint32) []int8 {
	return unsafe.Slice((*int8)(unsafe.Pointer(unsafe.SliceData(words))), 4*len(words))
}
