package eval

import (
	"math"
	"math/rand"
	"testing"
)

// TestHalfPatterns reads and writes every bit pattern of binary16.
func TestHalfPatterns(t *testing.T) {
	for bits := 0; bits < 1<<16; bits++ {
		x := HalfToFloat(uint16(bits))
		exponent, fraction := bits>>10&31, float64(bits&1023)
		want := math.Ldexp(1+fraction/1024, exponent-15)
		switch {
		case exponent == 31 && fraction != 0:
			if x == x || FloatToHalf(float64(x))&0x7c00 != 0x7c00 || FloatToHalf(float64(x))&0x3ff == 0 {
				t.Fatalf("pattern %04x is not kept as a NaN", bits)
			}
			continue
		case exponent == 31:
			want = math.Inf(1)
		case exponent == 0:
			want = math.Ldexp(fraction, -24)
		}
		if bits&0x8000 != 0 {
			want = math.Copysign(want, -1)
		}
		if float64(x) != want || math.Signbit(float64(x)) != math.Signbit(want) {
			t.Fatalf("pattern %04x is %g, want %g", bits, x, want)
		}
		if back := FloatToHalf(float64(x)); back != uint16(bits) {
			t.Fatalf("%g is written as %04x, want %04x", x, back, bits)
		}
	}
}

// TestHalfRounding compares with the definition: the nearest of the two
// neighbours, and of two equally near the one with an even last bit.
func TestHalfRounding(t *testing.T) {
	check := func(x float64) {
		t.Helper()
		got := FloatToHalf(x)
		best := uint16(0)
		bestDistance := math.Inf(1)
		for _, bits := range []uint16{got - 1, got, got + 1} {
			y := float64(HalfToFloat(bits))
			if bits&0x7fff > 0x7c00 || bits&0x8000 != got&0x8000 {
				continue
			}
			if math.IsInf(y, 0) {
				y = math.Copysign(65536, y) // where the next finite value would be
			}
			d := math.Abs(y - x)
			if d < bestDistance || d == bestDistance && bits&1 == 0 {
				best, bestDistance = bits, d
			}
		}
		if got != best {
			t.Fatalf("%g rounds to %04x, want %04x", x, got, best)
		}
	}
	for bits := uint16(0); bits < 0x7c00; bits++ {
		x, next := float64(HalfToFloat(bits)), float64(HalfToFloat(bits+1))
		if bits == 0x7bff {
			next = 65536
		}
		middle := (x + next) / 2
		for _, y := range []float64{middle, math.Nextafter(middle, 0), math.Nextafter(middle, 1e9), -middle} {
			if math.Abs(y) < 65520 || y == 65520 {
				check(y)
			}
		}
	}
	r := rand.New(rand.NewSource(1))
	for i := 0; i < 100000; i++ {
		check(math.Ldexp(r.Float64()*2-1, r.Intn(45)-29))
	}
	for _, x := range []float64{65520, 1e10, math.Inf(1)} {
		if FloatToHalf(x) != 0x7c00 || FloatToHalf(-x) != 0xfc00 {
			t.Errorf("%g does not become infinity", x)
		}
	}
}
