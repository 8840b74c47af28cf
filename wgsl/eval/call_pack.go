package eval

import (
	"math"

	"pxos/wgsl/builtin"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

func registerPacking() {
	whole[builtin.Bitcast] = func(c *calc, result types.Type, a []value.Value) value.Value { return c.bitcast(result, a[0]) }
	whole[builtin.Dot4U8Packed] = dot4(func(b uint8) int64 { return int64(b) })
	whole[builtin.Dot4I8Packed] = dot4(func(b uint8) int64 { return int64(int8(b)) })
	for id, scale := range map[builtin.ID]float64{builtin.Pack4x8snorm: 127, builtin.Pack2x16snorm: 32767} {
		whole[id] = packNormal(scale, -1)
	}
	for id, scale := range map[builtin.ID]float64{builtin.Pack4x8unorm: 255, builtin.Pack2x16unorm: 65535} {
		whole[id] = packNormal(scale, 0)
	}
	for id, bounds := range map[builtin.ID][2]int64{
		builtin.Pack4xI8: {math.MinInt32, math.MaxInt32}, builtin.Pack4xU8: {0, math.MaxUint32},
		builtin.Pack4xI8Clamp: {-128, 127}, builtin.Pack4xU8Clamp: {0, 255},
	} {
		whole[id] = func(_ *calc, _ types.Type, a []value.Value) value.Value {
			return pack(a[0], func(v value.Value) uint32 {
				return uint32(max(bounds[0], min(bounds[1], integer(v))))
			})
		}
	}
	whole[builtin.Pack2x16float] = func(c *calc, _ types.Type, a []value.Value) value.Value {
		return pack(a[0], func(v value.Value) uint32 {
			if math.Abs(float(v)) > MaxHalf {
				c.fail("keep the values within 65504", "a value is past the finite range of f16")
			}
			return uint32(FloatToHalf(float(v)))
		})
	}
	registerUnpacking()
}

func registerUnpacking() {
	signed := func(scale float64, shift uint) func(uint32) value.Value {
		return func(x uint32) value.Value {
			return value.F32(float32(max(float64(int32(x<<shift)>>shift)/scale, -1)))
		}
	}
	unsigned := func(scale float64) func(uint32) value.Value {
		return func(x uint32) value.Value { return value.F32(float32(float64(x) / scale)) }
	}
	for id, f := range map[builtin.ID]func(uint32) value.Value{
		builtin.Unpack4x8snorm: signed(127, 24), builtin.Unpack4x8unorm: unsigned(255),
		builtin.Unpack2x16snorm: signed(32767, 16), builtin.Unpack2x16unorm: unsigned(65535),
		builtin.Unpack4xI8:      func(x uint32) value.Value { return value.I32(int8(x)) },
		builtin.Unpack4xU8:      func(x uint32) value.Value { return value.U32(x) },
		builtin.Unpack2x16float: func(x uint32) value.Value { return value.F32(HalfToFloat(uint16(x))) },
	} {
		whole[id] = func(c *calc, result types.Type, a []value.Value) value.Value {
			v := result.(types.Vector)
			width := uint(32 / v.N)
			elems := make([]value.Value, v.N)
			for i := range elems {
				elems[i] = f(word(a[0]) >> (uint(i) * width) & (1<<width - 1))
				if v.Elem.IsFloat() {
					c.round(v.Elem, float(elems[i])) // a half may be infinite or NaN
				}
			}
			return &value.Composite{T: v, Elems: elems}
		}
	}
}

// pack puts the low bits of each component side by side, the first lowest.
func pack(v value.Value, f func(value.Value) uint32) value.Value {
	elems := v.(*value.Composite).Elems
	width := uint(32 / len(elems))
	var out uint32
	for i, e := range elems {
		out |= f(e) & (1<<width - 1) << (uint(i) * width)
	}
	return value.U32(out)
}

// packNormal is floor(0.5 + scale * min(1, max(low, e))), exact in binary64. A NaN
// becomes the low bound.
func packNormal(scale, low float64) wholeFunc {
	return func(_ *calc, _ types.Type, a []value.Value) value.Value {
		return pack(a[0], func(v value.Value) uint32 {
			x := float(v)
			if !(x > low) {
				x = low
			}
			return uint32(int64(math.Floor(0.5 + scale*min(1, x))))
		})
	}
}

func dot4(read func(uint8) int64) wholeFunc {
	return func(_ *calc, result types.Type, a []value.Value) value.Value {
		x, y := word(a[0]), word(a[1])
		var sum int64
		for shift := 0; shift < 32; shift += 8 {
			sum += read(uint8(x>>shift)) * read(uint8(y>>shift))
		}
		return fromInteger(result.(types.Scalar), sum)
	}
}

// bitcast reads the bits of a value as another type of the same size. Bits that
// are a NaN or an infinity of f32 or f16 are an error of constant expressions.
func (c *calc) bitcast(result types.Type, v value.Value) value.Value {
	if v.Type() == result {
		return v
	}
	if kindOf(v) == types.AbstractInt {
		v = c.convert(v, types.WithElem(v.Type(), types.U32))
	}
	k := types.Elem(result)
	words := wordsOf(v)
	elems := make([]value.Value, 0, 4)
	for _, w := range words {
		if k == types.F16 {
			elems = append(elems, value.F16(HalfToFloat(uint16(w))), value.F16(HalfToFloat(uint16(w>>16))))
		} else {
			elems = append(elems, fromWord(k, w))
		}
	}
	for _, e := range elems {
		if k.IsFloat() {
			c.round(k, float(e))
		}
	}
	if _, ok := result.(types.Scalar); ok {
		return elems[0]
	}
	return &value.Composite{T: result, Elems: elems}
}

// wordsOf gives the 32-bit words of a scalar or vector, the first component lowest.
func wordsOf(v value.Value) []uint32 {
	c, ok := v.(*value.Composite)
	if !ok {
		return []uint32{word(v)}
	}
	if kindOf(v) != types.F16 {
		out := make([]uint32, len(c.Elems))
		for i, e := range c.Elems {
			out[i] = word(e)
		}
		return out
	}
	out := make([]uint32, len(c.Elems)/2)
	for i := range out {
		out[i] = uint32(FloatToHalf(float(c.Elems[2*i]))) | uint32(FloatToHalf(float(c.Elems[2*i+1])))<<16
	}
	return out
}
