// Package quant knows how GGML stores weights: the layouts of its types, and plain Go that
// reads and makes them.
//
// Everything here is the obvious way, and the oracle of faster kernels. It may import
// wgsl/eval for binary16. Invariants: Decode of any bytes of whole blocks gives values and
// never fails; a row is a whole number of blocks.
// Source: ggml's ggml-common.h and ggml-quants.c, the block structures and their dequantize
// functions.
package quant

import (
	"fmt"
	"math"
	"sync"

	"pxos/wgsl/eval"
)

// Type is a type of weights, by its number in GGUF.
type Type uint32

// Types that are read.
const (
	F32  Type = 0
	F16  Type = 1
	Q4_0 Type = 2
	Q4_1 Type = 3
	Q5_0 Type = 6
	Q5_1 Type = 7
	Q8_0 Type = 8
	Q4_K Type = 12
	Q5_K Type = 13
	Q6_K Type = 14
	BF16 Type = 30
)

// Info is what a type looks like.
type Info struct {
	Name        string
	BlockValues int
	BlockBytes  int
}

var infos = map[Type]Info{
	F32: {"F32", 1, 4}, F16: {"F16", 1, 2}, BF16: {"BF16", 1, 2},
	Q4_0: {"Q4_0", 32, 18}, Q4_1: {"Q4_1", 32, 20}, Q5_0: {"Q5_0", 32, 22}, Q5_1: {"Q5_1", 32, 24}, Q8_0: {"Q8_0", 32, 34},
	Q4_K: {"Q4_K", 256, 144}, Q5_K: {"Q5_K", 256, 176}, Q6_K: {"Q6_K", 256, 210},
}

// Types are all that are known, in the order of their numbers.
var Types = []Type{F32, F16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K, Q6_K, BF16}

// Info describes a type; ok is false for one that is not known.
func (t Type) Info() (info Info, ok bool) {
	info, ok = infos[t]
	return info, ok
}

func (t Type) String() string {
	if i, ok := infos[t]; ok {
		return i.Name
	}
	return fmt.Sprintf("type %d", uint32(t))
}

// Parse finds a type by its name.
func Parse(name string) (Type, error) {
	for t, i := range infos {
		if i.Name == name {
			return t, nil
		}
	}
	return 0, fmt.Errorf("there is no type of weights %q; there are %v", name, Types)
}

// RowBytes is the size of a row of n values.
func (t Type) RowBytes(n int) (int, error) {
	i, ok := infos[t]
	if !ok {
		return 0, fmt.Errorf("weights of %v; known are %v", t, Types)
	}
	if n < 0 || n%i.BlockValues != 0 || n/i.BlockValues > math.MaxInt32 {
		return 0, fmt.Errorf("a row of %d values: %v has blocks of %d", n, t, i.BlockValues)
	}
	return n / i.BlockValues * i.BlockBytes, nil
}

// halves are the values of all binary16 numbers.
var halves = sync.OnceValue(func() *[1 << 16]float32 {
	t := new([1 << 16]float32)
	for i := range t {
		t[i] = eval.HalfToFloat(uint16(i))
	}
	return t
})

// Half is the value of the binary16 number at p.
func Half(p []byte) float32 { return halves()[uint16(p[0])|uint16(p[1])<<8] }

// HalfOf is the value of the binary16 number of these bits.
func HalfOf(bits uint16) float32 { return halves()[bits] }

// ToHalf rounds to the nearest binary16 number, ties to even.
func ToHalf(f float32) uint16 { return eval.FloatToHalf(float64(f)) }

func putHalf(p []byte, f float32) {
	h := ToHalf(f)
	p[0], p[1] = byte(h), byte(h>>8)
}

// BFloat is the value of a bfloat16 number.
func BFloat(b uint16) float32 { return math.Float32frombits(uint32(b) << 16) }

// toBFloat rounds to nearest, ties to even; a NaN stays one.
func toBFloat(f float32) uint16 {
	b := math.Float32bits(f)
	if f != f {
		return uint16(b>>16) | 0x40
	}
	return uint16((b + 0x7FFF + b>>16&1) >> 16)
}
