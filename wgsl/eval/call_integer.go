package eval

import (
	"math/bits"

	"pxos/wgsl/builtin"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

func registerInteger() {
	for id, f := range map[builtin.ID]func(uint32) uint32{
		builtin.CountLeadingZeros:  func(x uint32) uint32 { return uint32(bits.LeadingZeros32(x)) },
		builtin.CountTrailingZeros: func(x uint32) uint32 { return uint32(bits.TrailingZeros32(x)) },
		builtin.CountOneBits:       func(x uint32) uint32 { return uint32(bits.OnesCount32(x)) },
		builtin.ReverseBits:        bits.Reverse32,
		builtin.FirstTrailingBit:   firstTrailing,
	} {
		componentwise[id] = func(_ *calc, a []value.Value) value.Value { return fromWord(kindOf(a[0]), f(word(a[0]))) }
	}
	componentwise[builtin.FirstLeadingBit] = firstLeading
	componentwise[builtin.Abs] = abs
	componentwise[builtin.Sign] = sign
	componentwise[builtin.Max] = func(_ *calc, a []value.Value) value.Value { return maximum(a[0], a[1]) }
	componentwise[builtin.Min] = func(_ *calc, a []value.Value) value.Value { return minimum(a[0], a[1]) }
	componentwise[builtin.Clamp] = clamp
	componentwise[builtin.ExtractBits] = extractBits
	componentwise[builtin.InsertBits] = insertBits
	componentwise[builtin.Select] = func(_ *calc, a []value.Value) value.Value {
		if a[2].(value.Bool) {
			return a[1]
		}
		return a[0]
	}
}

func firstTrailing(x uint32) uint32 {
	if x == 0 {
		return ^uint32(0)
	}
	return uint32(bits.TrailingZeros32(x))
}

func firstLeading(_ *calc, a []value.Value) value.Value {
	k, x := kindOf(a[0]), word(a[0])
	if k == types.I32 && int32(x) < 0 {
		x = ^x // the highest bit that differs from the sign
	}
	return fromWord(k, uint32(bits.Len32(x))-1)
}

func abs(_ *calc, a []value.Value) value.Value {
	k := kindOf(a[0])
	if k.IsFloat() {
		x := float(a[0])
		if x < 0 || x == 0 {
			x = 0 - x
		}
		return fromFloat(k, x)
	}
	n := integer(a[0])
	if n < 0 {
		n = -n
	}
	return fromInteger(k, n)
}

func sign(_ *calc, a []value.Value) value.Value {
	k := kindOf(a[0])
	n := int64(0)
	if k.IsFloat() {
		if x := float(a[0]); x > 0 {
			n = 1
		} else if x < 0 {
			n = -1
		}
		return fromFloat(k, float64(n))
	}
	if x := integer(a[0]); x > 0 {
		n = 1
	} else if x < 0 {
		n = -1
	}
	return fromInteger(k, n)
}

// less compares numbers; a NaN is less than nothing.
func less(x, y value.Value) bool {
	if kindOf(x).IsFloat() {
		return float(x) < float(y)
	}
	return integer(x) < integer(y)
}

func maximum(x, y value.Value) value.Value {
	if less(x, y) {
		return y
	}
	return x
}

func minimum(x, y value.Value) value.Value {
	if less(y, x) {
		return y
	}
	return x
}

func clamp(c *calc, a []value.Value) value.Value {
	checkClamp(c, a[1], a[2])
	return minimum(maximum(a[0], a[1]), a[2])
}

func checkClamp(c *calc, low, high value.Value) {
	if less(high, low) {
		c.fail("exchange the bounds", "the low bound %s is greater than the high bound %s", low, high)
	}
}

// field brings offset and count of a bit field into the word; a field that passes
// its end is an error of constant expressions.
func field(c *calc, offset, count value.Value) (o, n uint) {
	checkField(c, offset, count)
	o = uint(min(word(offset), 32))
	return o, min(uint(word(count)), 32-o)
}

func checkField(c *calc, offset, count value.Value) {
	if uint64(word(offset))+uint64(word(count)) > 32 {
		c.fail("keep offset + count within 32", "offset %s and count %s pass the 32 bits of the value", offset, count)
	}
}

func extractBits(c *calc, a []value.Value) value.Value {
	k, x := kindOf(a[0]), word(a[0])
	o, n := field(c, a[1], a[2])
	if n == 0 {
		return fromWord(k, 0)
	}
	x = x << (32 - o - n) // the field at the top, then down with or without sign
	if k == types.I32 {
		return fromWord(k, uint32(int32(x)>>(32-n)))
	}
	return fromWord(k, x>>(32-n))
}

func insertBits(c *calc, a []value.Value) value.Value {
	k := kindOf(a[0])
	o, n := field(c, a[2], a[3])
	mask := uint32((uint64(1)<<n - 1) << o)
	return fromWord(k, word(a[0])&^mask|word(a[1])<<o&mask)
}
