package cm

import "encoding/binary"

// armForward does for arm64 what addressForward does for x86: the branches BL and the
// pages of ADRP become what they point to, counted from the start of the segment, and
// every instruction is written big endian, so that what it is comes before what it
// works on.
func armForward(p []byte) {
	for i := 0; i+4 <= len(p); i += 4 {
		w := binary.LittleEndian.Uint32(p[i:])
		binary.BigEndian.PutUint32(p[i:], armShift(w, i/4, i/4096))
	}
}

// armBackward undoes armForward.
func armBackward(p []byte) {
	for i := 0; i+4 <= len(p); i += 4 {
		w := binary.BigEndian.Uint32(p[i:])
		binary.LittleEndian.PutUint32(p[i:], armShift(w, -(i/4), -(i/4096)))
	}
}

// armShift moves the target of an instruction by words or pages (Arm ARM, C6.2: BL has 26
// bits of words, ADRP 21 bits of pages: two at bit 29, nineteen at bit 5). Which
// instruction it is does not change.
func armShift(w uint32, words, pages int) uint32 {
	switch {
	case w>>26 == 0x25:
		const mask = 1<<26 - 1
		return w&^mask | (w+uint32(words))&mask
	case w&0x9F000000 == 0x90000000:
		page := (w>>29&3 | w>>5&(1<<19-1)<<2) + uint32(pages)
		return w&0x9F00001F | page&3<<29 | page>>2&(1<<19-1)<<5
	}
	return w
}
