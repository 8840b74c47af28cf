package eval

import (
	"math"

	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

// kindOf is the component type of a scalar, vector or matrix value.
func kindOf(v value.Value) types.Scalar { return types.Elem(v.Type()) }

// float reads a floating point scalar; binary64 holds every f32 and f16.
func float(v value.Value) float64 {
	switch v := v.(type) {
	case value.F32:
		return float64(v)
	case value.F16:
		return float64(v)
	case value.AbstractFloat:
		return float64(v)
	}
	return 0
}

// integer reads an integer scalar.
func integer(v value.Value) int64 {
	switch v := v.(type) {
	case value.I32:
		return int64(v)
	case value.U32:
		return int64(v)
	case value.AbstractInt:
		return int64(v)
	}
	return 0
}

// word reads the 32 bits of an i32, u32 or f32.
func word(v value.Value) uint32 {
	switch v := v.(type) {
	case value.I32:
		return uint32(v)
	case value.U32:
		return uint32(v)
	case value.F32:
		return math.Float32bits(float32(v))
	}
	return 0
}

// fromWord makes an i32, u32 or f32 of 32 bits.
func fromWord(s types.Scalar, bits uint32) value.Value {
	switch s {
	case types.I32:
		return value.I32(int32(bits))
	case types.F32:
		return value.F32(math.Float32frombits(bits))
	}
	return value.U32(bits)
}

// fromInteger makes an integer scalar; i32 and u32 keep the low 32 bits.
func fromInteger(s types.Scalar, n int64) value.Value {
	switch s {
	case types.I32:
		return value.I32(int32(n))
	case types.U32:
		return value.U32(uint32(n))
	}
	return value.AbstractInt(n)
}

// rounded rounds to a floating point type. Rounding the binary64 result of one
// addition, subtraction, multiplication, division or square root of f32 or f16
// values once more gives the correctly rounded result, since binary64 has more
// than twice their precision and two bits.
func rounded(s types.Scalar, x float64) float64 {
	switch s {
	case types.F32:
		return float64(float32(x))
	case types.F16:
		return roundHalf(x)
	}
	return x
}

// fromFloat makes a floating point scalar of a value that it holds exactly.
func fromFloat(s types.Scalar, x float64) value.Value {
	switch s {
	case types.F32:
		return value.F32(float32(x))
	case types.F16:
		return value.F16(float32(x))
	}
	return value.AbstractFloat(x)
}

// greatest is the greatest finite value of a floating point type.
func greatest(s types.Scalar) float64 {
	switch s {
	case types.F32:
		return math.MaxFloat32
	case types.F16:
		return MaxHalf
	}
	return math.MaxFloat64
}

// round rounds one step of a computation; a result that is not finite is an error
// of constant expressions ("Finite Math Assumption").
func (c *calc) round(s types.Scalar, x float64) float64 {
	r := rounded(s, x)
	switch {
	case math.IsNaN(r):
		c.fail("choose operands inside the domain of the operation", "the result is not a number (NaN)")
	case math.IsInf(r, 0):
		c.fail("keep the values smaller, or use a type with a greater range",
			"the result is past the finite range of %s (%g)", s, greatest(s))
	}
	return r
}

// each applies a function to every component, with scalars among the arguments
// given to all of them, and makes a value of the result type.
func (c *calc) each(result types.Type, args []value.Value, f func([]value.Value) value.Value) value.Value {
	v, ok := result.(types.Vector)
	if !ok {
		return f(args)
	}
	elems := make([]value.Value, v.N)
	part := make([]value.Value, len(args))
	for i := range elems {
		for k, a := range args {
			part[k] = component(a, i)
		}
		elems[i] = f(part)
	}
	return &value.Composite{T: result, Elems: elems}
}

// component is a component of a vector, or the scalar itself.
func component(v value.Value, i int) value.Value {
	if c, ok := v.(*value.Composite); ok {
		return c.Elems[i]
	}
	return v
}

// floats reads the components of a scalar or vector.
func floats(v value.Value) []float64 {
	c, ok := v.(*value.Composite)
	if !ok {
		return []float64{float(v)}
	}
	out := make([]float64, len(c.Elems))
	for i, e := range c.Elems {
		out[i] = float(e)
	}
	return out
}

// vector makes a vector of floating point components, or a scalar of one.
func vector(s types.Scalar, xs []float64) value.Value {
	if len(xs) == 1 {
		return fromFloat(s, xs[0])
	}
	elems := make([]value.Value, len(xs))
	for i, x := range xs {
		elems[i] = fromFloat(s, x)
	}
	return &value.Composite{T: types.Vector{N: len(xs), Elem: s}, Elems: elems}
}
