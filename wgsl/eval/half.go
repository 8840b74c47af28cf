package eval

import "math"

// MaxHalf is the greatest finite value of binary16.
const MaxHalf = 65504

// HalfToFloat gives the value of a binary16 bit pattern; every one is exact in f32.
func HalfToFloat(bits uint16) float32 {
	sign := uint32(bits&0x8000) << 16
	exponent, fraction := uint32(bits>>10&0x1f), uint32(bits&0x3ff)
	switch {
	case exponent == 0x1f:
		return math.Float32frombits(sign | 0x7f800000 | fraction<<13)
	case exponent == 0:
		v := float32(fraction) * (1.0 / (1 << 24))
		return math.Float32frombits(sign | math.Float32bits(v))
	}
	return math.Float32frombits(sign | (exponent+127-15)<<23 | fraction<<13)
}

// FloatToHalf rounds to the nearest binary16, ties to even, and gives its bits.
// What rounds past MaxHalf becomes infinity; a NaN stays a quiet NaN.
func FloatToHalf(x float64) uint16 {
	b := math.Float64bits(x)
	sign := uint16(b >> 48 & 0x8000)
	exponent := int(b>>52&0x7ff) - 1023
	fraction := b & (1<<52 - 1)
	switch {
	case exponent == 1024 && fraction != 0:
		return sign | 0x7e00 | uint16(fraction>>42)
	case exponent > 15:
		return sign | 0x7c00
	case exponent < -25:
		return sign // at most a half of the least subnormal, which ties to zero
	}
	mantissa, drop := fraction|1<<52, uint(42)
	biased := uint64(exponent + 15)
	if exponent < -14 {
		drop += uint(-14 - exponent)
		biased = 0
	} else {
		mantissa = fraction
	}
	kept := biased<<10 + mantissa>>drop
	rest, half := mantissa&(1<<drop-1), uint64(1)<<(drop-1)
	if rest > half || rest == half && kept&1 == 1 {
		kept++ // carries into the exponent, and on to infinity, as it should
	}
	return sign | uint16(kept)
}

// roundHalf rounds to the nearest value of f16.
func roundHalf(x float64) float64 { return float64(HalfToFloat(FloatToHalf(x))) }
