package amd64

import (
	"math/rand/v2"
	"testing"
)

// decodeGate takes an interrupt gate apart as the Intel SDM draws it: volume 3,
// figure 6-8, field by field from bytes.
func decodeGate(low, high uint64) (handler uint64, selector uint16, ist, kind uint8, present bool) {
	var b [16]byte
	for i := range 8 {
		b[i], b[8+i] = byte(low>>(8*i)), byte(high>>(8*i))
	}
	for i, at := range []int{0, 1, 6, 7, 8, 9, 10, 11} {
		handler |= uint64(b[at]) << (8 * i)
	}
	return handler, uint16(b[2]) | uint16(b[3])<<8, b[4] & 7, b[5] & 0xF, b[5]&0x80 != 0
}

func TestGate(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	for range 1000 {
		handler, selector, ist := r.Uint64(), uint16(r.Uint32()), uint8(r.IntN(8))
		low, high := encodeGate(handler, selector, ist, gateInterrupt)
		h, s, i, kind, present := decodeGate(low, high)
		if h != handler || s != selector || i != ist || kind != 0xE || !present {
			t.Fatalf("gate %#x %#x for %#x %#x %d decodes to %#x %#x %d, type %#x, present %v", high, low, handler, selector, ist, h, s, i, kind, present)
		}
		if low>>35&0x1F != 0 || low>>45&3 != 0 || high>>32 != 0 {
			t.Fatalf("gate %#x %#x: reserved bits or a privilege level are set", high, low)
		}
	}
}

func TestTSSDescriptor(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	for range 1000 {
		base, limit := r.Uint64(), r.Uint32()&0xFFFFF
		low, high := encodeTSS(base, limit)
		// SDM volume 3, figure 7-4.
		gotBase := low>>16&0xFFFFFF | low>>56<<24 | high<<32
		gotLimit := uint32(low&0xFFFF | low>>48&0xF<<16)
		if gotBase != base || gotLimit != limit || low>>40&0xF != 9 || low>>44&1 != 0 || low>>47&1 != 1 || high>>32 != 0 {
			t.Fatalf("TSS descriptor %#x %#x for base %#x limit %#x", high, low, base, limit)
		}
	}
}

func TestSetGateAndPointer(t *testing.T) {
	SetGate(14, 0xFFFF800012345678, ISTDoubleFault)
	h, s, ist, _, present := decodeGate(idt[14][0], idt[14][1])
	if h != 0xFFFF800012345678 || s != SelectorKernelCode || ist != ISTDoubleFault || !present {
		t.Errorf("vector 14: %#x %#x %d %v", h, s, ist, present)
	}
	if OpenGate(14); idt[14][0]>>45&3 != 3 {
		t.Errorf("vector 14 is not open to ring 3: %#x", idt[14][0])
	}
	idt[14] = [2]uint64{}
	var p [10]byte
	setPointer(&p, 0x0123456789ABCDEF, 0xFFF)
	if p != [10]byte{0xFF, 0x0F, 0xEF, 0xCD, 0xAB, 0x89, 0x67, 0x45, 0x23, 0x01} {
		t.Errorf("operand of LGDT: % x", p)
	}
}

// TestSegments reads the constant descriptors as the processor would: SDM
// volume 3, figure 3-8.
func TestSegments(t *testing.T) {
	for _, c := range []struct {
		name       string
		descriptor uint64
		code       bool
		dpl        uint64
	}{
		{"kernel code", descKernelCode, true, 0}, {"kernel data", descKernelData, false, 0},
		{"user data", descUserData, false, 3}, {"user code", descUserCode, true, 3},
	} {
		d := c.descriptor
		if got := d >> 43 & 1; (got == 1) != c.code {
			t.Errorf("%s: code bit %d", c.name, got)
		}
		if d>>45&3 != c.dpl || d>>47&1 != 1 || d>>44&1 != 1 || d>>40&1 != 1 {
			t.Errorf("%s: DPL %d, present %d, S %d, accessed %d", c.name, d>>45&3, d>>47&1, d>>44&1, d>>40&1)
		}
		if long := d >> 53 & 1; (long == 1) != c.code {
			t.Errorf("%s: L bit %d", c.name, long)
		}
	}
}
