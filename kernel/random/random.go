// Package random makes random bytes that nobody can predict who does not know the seed:
// the ChaCha20 stream of a key, of which the first half of each block becomes the next
// key, so that what was given out cannot be found again from the state.
//
// It imports nothing. RFC 8439, 2.3; D. J. Bernstein, "Fast-key-erasure random-number
// generators" (2017). One seed gives one sequence.
package random

// SeedWords is the size of a seed, in 64-bit words.
const SeedWords = 4

const (
	stateWords = 16
	keyWords   = 8
	blockBytes = stateWords * 4
	keyBytes   = keyWords * 4
)

// Source is a sequence of random bytes. Its zero value is that of a seed of zeros.
type Source struct {
	key    [keyWords]uint32
	output [blockBytes]byte
	left   int // bytes of output, at its end, not yet given out
}

// Mix adds a seed to what the source had: whoever knows only one of the two knows
// nothing.
func (s *Source) Mix(seed [SeedWords]uint64) {
	for i, w := range seed {
		s.key[2*i] ^= uint32(w)
		s.key[2*i+1] ^= uint32(w >> 32)
	}
	s.left = 0
	s.refill()
	s.left = 0
}

// Bytes fills b.
func (s *Source) Bytes(b []byte) {
	for len(b) > 0 {
		if s.left == 0 {
			s.refill()
		}
		at := blockBytes - s.left
		n := copy(b, s.output[at:])
		clear(s.output[at : at+n])
		s.left -= n
		b = b[n:]
	}
}

// Uint64 is eight bytes as a number.
func (s *Source) Uint64() (v uint64) {
	var b [8]byte
	s.Bytes(b[:])
	for i := range b {
		v |= uint64(b[i]) << (8 * uint(i))
	}
	return v
}

// refill makes a block: its first half is the next key, its second half output.
func (s *Source) refill() {
	Block(&s.output, &s.key, 0, [3]uint32{})
	for i := range s.key {
		o := s.output[4*i:]
		s.key[i] = uint32(o[0]) | uint32(o[1])<<8 | uint32(o[2])<<16 | uint32(o[3])<<24
	}
	clear(s.output[:keyBytes])
	s.left = blockBytes - keyBytes
}

// Block is the ChaCha20 block function.
func Block(out *[blockBytes]byte, key *[keyWords]uint32, counter uint32, nonce [3]uint32) {
	first := [stateWords]uint32{0x61707865, 0x3320646e, 0x79622d32, 0x6b206574} // "expand 32-byte k"
	copy(first[4:], key[:])
	first[12] = counter
	copy(first[13:], nonce[:])
	x := first
	for range 10 {
		quarter(&x, 0, 4, 8, 12)
		quarter(&x, 1, 5, 9, 13)
		quarter(&x, 2, 6, 10, 14)
		quarter(&x, 3, 7, 11, 15)
		quarter(&x, 0, 5, 10, 15)
		quarter(&x, 1, 6, 11, 12)
		quarter(&x, 2, 7, 8, 13)
		quarter(&x, 3, 4, 9, 14)
	}
	for i := range x {
		v := x[i] + first[i]
		out[4*i], out[4*i+1], out[4*i+2], out[4*i+3] = byte(v), byte(v>>8), byte(v>>16), byte(v>>24)
	}
}

func quarter(x *[stateWords]uint32, a, b, c, d int) {
	x[a] += x[b]
	x[d] = rotate(x[d]^x[a], 16)
	x[c] += x[d]
	x[b] = rotate(x[b]^x[c], 12)
	x[a] += x[b]
	x[d] = rotate(x[d]^x[a], 8)
	x[c] += x[d]
	x[b] = rotate(x[b]^x[c], 7)
}

func rotate(v uint32, n uint) uint32 { return v<<n | v>>(32-n) }
