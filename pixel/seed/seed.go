// Package seed makes tiles from one pixel each: a seed pixel is the program of its
// tile, so nothing else is stored. 65,536 bytes from 4 is 16,384:1, and is so only for
// bytes that a short program makes.
//
// It must import no other folder of pxOS than pixel. Invariants: a seed makes the same
// tile on every machine and in every version; Recognise gives only seeds that make
// exactly the tile it was given.
package seed

import (
	"bytes"
	"errors"
	"fmt"

	"pxos/pixel"
)

// Generators. The parameters of each are the 24 bits of its seed, the highest byte
// first.
const (
	// Constant repeats parameter byte 2; bytes 0 and 1 are zero.
	Constant uint8 = iota
	// Gradient is a+b*i, modulo 256, for byte i, with a and b the parameter bytes 1 and
	// 2; byte 0 is zero.
	Gradient
	// Pattern repeats the three parameter bytes.
	Pattern
	// Random is the output of SplitMix64 whose state starts as the parameters, eight
	// bytes a step, little endian (Steele, Lea and Flood, "Fast Splittable Pseudorandom
	// Number Generators", OOPSLA 2014).
	Random
	// Program is program number byte 0 of a prelude, with bytes 1 and 2 as its argument.
	Program
	generators
)

var names = [generators]string{"constant", "gradient", "pattern", "random", "program"}

// Name is the name of a generator, "" of none.
func Name(g uint8) string {
	if g < generators {
		return names[g]
	}
	return ""
}

// Prelude is a set of programs that seeds may name.
type Prelude interface {
	// Tile runs a program with its argument and gives the tile that it makes.
	Tile(program uint8, argument uint16) ([]byte, error)
}

// ErrPrelude is a seed that needs a prelude where there is none.
var ErrPrelude = errors.New("the seed names a program, and there is no prelude")

// Expand is the tile of a seed, pixel.TileBytes bytes. The prelude may be nil.
func Expand(p pixel.Pixel, prelude Prelude) ([]byte, error) {
	if p.Kind() != pixel.Seed {
		return nil, fmt.Errorf("%v is no seed", p)
	}
	g, n := p.Generator()
	a, b, c := byte(n>>16), byte(n>>8), byte(n)
	tile := make([]byte, pixel.TileBytes)
	switch {
	case g == Constant && a|b == 0:
		fill(tile, []byte{c})
	case g == Gradient && a == 0:
		for i := range tile {
			tile[i] = b + c*byte(i)
		}
	case g == Pattern:
		fill(tile, []byte{a, b, c})
	case g == Random:
		random(tile, uint64(n))
	case g == Program:
		return program(a, uint16(n), prelude)
	default:
		return nil, fmt.Errorf("%v: this version knows no such generator", p)
	}
	return tile, nil
}

func program(number byte, argument uint16, prelude Prelude) ([]byte, error) {
	if prelude == nil {
		return nil, ErrPrelude
	}
	tile, err := prelude.Tile(number, argument)
	if err == nil && len(tile) != pixel.TileBytes {
		err = fmt.Errorf("program %d made %d bytes, a tile has %d", number, len(tile), pixel.TileBytes)
	}
	return tile, err
}

func fill(tile, with []byte) {
	for n := copy(tile, with); n < len(tile); n *= 2 {
		copy(tile[n:], tile[:n])
	}
}

func random(tile []byte, state uint64) {
	for i := 0; i < len(tile); i += 8 {
		state += 0x9E3779B97F4A7C15
		z := state
		z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
		z = (z ^ z>>27) * 0x94D049BB133111EB
		z ^= z >> 31
		for k := range 8 {
			tile[i+k] = byte(z >> (8 * k))
		}
	}
}

// Recognise is the seed of a tile, if a constant, gradient or pattern makes it. What
// Random or a program made is not found again.
func Recognise(tile []byte) (pixel.Pixel, bool) {
	if len(tile) != pixel.TileBytes {
		return 0, false
	}
	a, b, c := tile[0], tile[1], tile[2]
	for _, p := range []pixel.Pixel{
		pixel.SeedOf(Constant, uint32(a)),
		pixel.SeedOf(Gradient, uint32(a)<<8|uint32(b-a)),
		pixel.SeedOf(Pattern, uint32(a)<<16|uint32(b)<<8|uint32(c)),
	} {
		if quick(p, tile) {
			if made, err := Expand(p, nil); err == nil && bytes.Equal(made, tile) {
				return p, true
			}
		}
	}
	return 0, false
}

// quick looks at four bytes, which rules out nearly every tile.
func quick(p pixel.Pixel, tile []byte) bool {
	g, n := p.Generator()
	for _, i := range [...]int{3, 5, 1000, 65535} {
		want := byte(n)
		switch g {
		case Gradient:
			want = byte(n>>8) + byte(n)*byte(i)
		case Pattern:
			want = byte(n >> (16 - 8*(i%3)))
		}
		if tile[i] != want {
			return false
		}
	}
	return true
}
