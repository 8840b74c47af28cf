package grammar

import "unicode/utf8"

// byteRange is from a byte to another.
type byteRange struct{ from, to byte }

// utf8Ranges are the sequences of byte ranges that the encodings of a range of runes are.
// Surrogates, which have none, are left out.
func utf8Ranges(from, to rune) (out [][]byteRange) {
	const lastOfOne, lastOfTwo, lastOfThree = 0x7F, 0x7FF, 0xFFFF
	const surrogates, afterSurrogates = 0xD800, 0xE000
	for _, part := range []runeRange{{0, lastOfOne}, {lastOfOne + 1, lastOfTwo}, {lastOfTwo + 1, surrogates - 1}, {afterSurrogates, lastOfThree}, {lastOfThree + 1, utf8.MaxRune}} {
		if a, b := max(from, part.from), min(to, part.to); a <= b {
			out = append(out, split(a, b)...)
		}
	}
	return out
}

// split cuts a range whose runes have encodings of one length until the last bytes of each
// part are free.
func split(from, to rune) [][]byteRange {
	for shift := 6; shift < 24; shift += 6 {
		mask := rune(1)<<shift - 1
		if from&^mask == to&^mask {
			break // what is above is the same
		}
		if from&mask != 0 {
			return append(split(from, from|mask), split((from|mask)+1, to)...)
		}
		if to&mask != mask {
			return append(split(from, to&^mask-1), split(to&^mask, to)...)
		}
	}
	a, b := []byte(string(from)), []byte(string(to))
	seq := make([]byteRange, len(a))
	for i := range a {
		seq[i] = byteRange{a[i], b[i]}
	}
	return [][]byteRange{seq}
}
