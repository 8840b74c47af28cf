package pixel

import "fmt"

// Pixel is 32 bits that stand for bytes: R in the highest byte, then G, B and A. Its
// highest bits say which kind it is:
//
//	1...              an address: the first 31 bits of a digest
//	01gg gggg p p p   a seed: generator g makes a tile of 65,536 bytes from 24 bits p
//	0000 00nn b b b   a literal: its n lowest-numbered bytes b, 0 to 3, the rest zero
//
// All others are no pixel of this version.
type Pixel uint32

// Kind is what a pixel is.
type Kind uint8

// Kinds of pixels.
const (
	Invalid Kind = iota
	Literal      // it carries its bytes
	Seed         // it is the program of its bytes
	Address      // it names bytes that lie in a store
)

func (k Kind) String() string {
	return [...]string{"invalid", "literal", "seed", "address"}[min(int(k), 3)]
}

const (
	addressBit = 1 << 31
	seedBit    = 1 << 30
	// AddressBits is how many bits of a digest an address has.
	AddressBits = 31
)

// Kind is the kind of p.
func (p Pixel) Kind() Kind {
	switch {
	case p&addressBit != 0:
		return Address
	case p&seedBit != 0:
		return Seed
	case p>>26 == 0 && p>>24 <= 3 && p<<(8+8*(p>>24)) == 0:
		return Literal
	}
	return Invalid
}

// String is the kind and the four bytes, as R G B A in hexadecimal.
func (p Pixel) String() string { return fmt.Sprintf("%v %08x", p.Kind(), uint32(p)) }

// AddressOf is the address of a digest.
func AddressOf(digest [32]byte) Pixel {
	return addressBit | Pixel(digest[0])<<23 | Pixel(digest[1])<<15 | Pixel(digest[2])<<7 | Pixel(digest[3])>>1
}

// SeedOf is the seed of generator g, 0 to 63, with 24 bits of parameters.
func SeedOf(g uint8, parameters uint32) Pixel {
	return seedBit | Pixel(g&63)<<24 | Pixel(parameters&0xFFFFFF)
}

// Generator is which generator a seed has, and its parameters.
func (p Pixel) Generator() (g uint8, parameters uint32) {
	return uint8(p >> 24 & 63), uint32(p & 0xFFFFFF)
}

// LiteralOf is the pixel of at most three bytes.
func LiteralOf(data []byte) (Pixel, bool) {
	if len(data) > 3 {
		return 0, false
	}
	p := Pixel(len(data)) << 24
	for i, b := range data {
		p |= Pixel(b) << (16 - 8*i)
	}
	return p, true
}

// Bytes are those that a literal carries.
func (p Pixel) Bytes() []byte {
	return []byte{byte(p >> 16), byte(p >> 8), byte(p)}[:min(p>>24, 3)]
}
