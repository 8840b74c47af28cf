package quant

import (
	"math"
	"math/rand/v2"
	"testing"
)

// worst is how far a value may be from itself, encoded and decoded, by the largest of its
// block.
var worst = map[Type]float64{F32: 0, F16: 1.0 / 2048, BF16: 1.0 / 256, Q8_0: 0.51 / 127, Q4_0: 1.0 / 7.9, Q4_1: 1.03 / 15, Q5_0: 1.0 / 15.9, Q5_1: 1.03 / 31,
	Q4_K: 0.16, Q5_K: 0.1, Q6_K: 0.05}

// TestRoundTrip encodes and decodes values of several kinds; each comes back as near as its
// type allows, and encoding what was decoded gives the same values again or nearer ones.
func TestRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, typ := range Types {
		info, _ := typ.Info()
		bytes, err := typ.RowBytes(info.BlockValues)
		if err != nil || bytes != info.BlockBytes {
			t.Fatalf("%v: %d bytes, %v", typ, bytes, err)
		}
		for kind := range 200 {
			src, got, b := make([]float32, info.BlockValues), make([]float32, info.BlockValues), make([]byte, bytes)
			var peak float64
			for i := range src {
				switch kind % 4 {
				case 0:
					src[i] = float32(r.NormFloat64())
				case 1:
					src[i] = float32(r.Float64()*2 - 1)
				case 2:
					src[i] = float32(r.Float64() * 0.01) // none below zero
				case 3:
					src[i] = float32(kind - 3) // all the same, once zero
				}
				peak = max(peak, math.Abs(float64(src[i])))
			}
			Encode(typ, b, src)
			Decode(typ, got, b)
			for i := range src {
				if d := math.Abs(float64(got[i] - src[i])); d > worst[typ]*peak+1e-7 {
					t.Fatalf("%v, values of kind %d: %g became %g, the largest is %g", typ, kind%4, src[i], got[i], peak)
				}
			}
		}
	}
}

// TestKnownBlocks holds decoding against blocks that were worked out by hand from the
// definitions.
func TestKnownBlocks(t *testing.T) {
	one := []byte{0x00, 0x3C} // 1 in binary16
	block := func(t Type) []byte {
		info, _ := t.Info()
		return make([]byte, info.BlockBytes)
	}
	check := func(typ Type, b []byte, want map[int]float32) {
		t.Helper()
		info, _ := typ.Info()
		got := make([]float32, info.BlockValues)
		Decode(typ, got, b)
		for i, w := range want {
			if got[i] != w {
				t.Errorf("%v: value %d is %g, want %g", typ, i, got[i], w)
			}
		}
	}
	b := block(Q4_0)
	copy(b, one)
	b[2], b[17] = 0x9F, 0x07
	check(Q4_0, b, map[int]float32{0: 7, 16: 1, 1: -8, 15: -1, 31: -8})
	b = block(Q5_1)
	copy(b, one)
	copy(b[2:], one)
	b[4], b[7], b[8] = 1, 0x80, 0x21
	check(Q5_1, b, map[int]float32{0: 18, 16: 3, 31: 17, 1: 1})
	b = block(Q4_K)
	copy(b, one)
	copy(b[2:], one)
	b[4], b[8] = 3|2<<6, 1|1<<6 // part 0: scale 3, least 1; upper bits of part 4: scale 32, least 16
	b[12] = 5 | 2<<4            // part 4: scale 5 + 32, least 2 + 16
	b[16], b[16+64] = 0xF7, 0x02
	check(Q4_K, b, map[int]float32{0: 3*7 - 1, 32: 0, 128: 37*2 - 18, 1: -1})
	b = block(Q6_K)
	copy(b[208:], one)
	b[192], b[200] = 2, 0xFF // part 0: 2, part 8: -1
	b[0], b[128] = 0x05, 0x03
	b[64] = 0x01
	check(Q6_K, b, map[int]float32{0: 2 * (5 + 48 - 32), 1: -64, 128: 31})
}

// TestRefused names what is no type or no whole row.
func TestRefused(t *testing.T) {
	if _, err := Type(99).RowBytes(32); err == nil {
		t.Error("type 99 is taken")
	}
	for _, n := range []int{-32, 33, math.MaxInt} {
		if _, err := Q8_0.RowBytes(n); err == nil {
			t.Errorf("a row of %d is taken", n)
		}
	}
	if _, err := Parse("Q9"); err == nil {
		t.Error("Q9 is a type")
	}
}
