package eval

import (
	"math"

	"pxos/wgsl/builtin"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

// Convert changes the component type of a value and keeps its shape: the value
// constructors that convert, and the automatic conversions of abstract values
// ("Floating Point Conversion", "Conversion Rank").
func Convert(mode Mode, v value.Value, to types.Type) (value.Value, error) {
	if v.Type() == to {
		return v, nil
	}
	c := calc{mode: mode}
	if mode == Constant {
		c.text = func() string { return to.String() + "(" + v.String() + ")" }
	}
	return c.result(c.convert(v, to))
}

// Concretize gives an abstract value the concrete type that it has where nothing
// else asks for one.
func Concretize(v value.Value) (value.Value, error) {
	return Convert(Constant, v, builtin.Concretization(v.Type()))
}

func (c *calc) convert(v value.Value, to types.Type) value.Value {
	composite, ok := v.(*value.Composite)
	if !ok {
		s, _ := to.(types.Scalar)
		return c.convertScalar(v, s)
	}
	if composite.T == to {
		return v
	}
	elems := make([]value.Value, len(composite.Elems))
	for i, e := range composite.Elems {
		elems[i] = c.convert(e, partType(to, i))
	}
	return &value.Composite{T: to, Elems: elems}
}

// partType is the type of a component of a composite type.
func partType(t types.Type, i int) types.Type {
	switch t := t.(type) {
	case types.Vector:
		return t.Elem
	case types.Matrix:
		return t.Column()
	case types.Array:
		return t.Elem
	case *types.Struct:
		return t.Members[i].Type
	}
	return t
}

func (c *calc) convertScalar(v value.Value, to types.Scalar) value.Value {
	from := kindOf(v)
	switch {
	case from == to:
		return v
	case to == types.Bool && from.IsFloat():
		return value.Bool(float(v) != 0)
	case to == types.Bool:
		return value.Bool(integer(v) != 0)
	case from == types.Bool:
		n := int64(0)
		if v.(value.Bool) {
			n = 1
		}
		if to.IsFloat() {
			return fromFloat(to, float64(n))
		}
		return fromInteger(to, n)
	case to.IsFloat():
		return c.toFloat(v, from, to)
	case from.IsFloat():
		return fromInteger(to, truncated(from, to, float(v)))
	}
	return c.toInteger(integer(v), from, to)
}

// toInteger reinterprets i32 and u32, and refuses an AbstractInt that does not fit.
func (c *calc) toInteger(n int64, from, to types.Scalar) value.Value {
	if from == types.AbstractInt && (to == types.I32 && n != int64(int32(n)) || to == types.U32 && n != int64(uint32(n))) {
		c.fail("write a value within the range of the type", "the value %d does not fit %s", n, to)
	}
	return fromInteger(to, n)
}

func (c *calc) toFloat(v value.Value, from, to types.Scalar) value.Value {
	x := float(v)
	if !from.IsFloat() {
		x = float64(integer(v))
	}
	if math.Abs(x) > greatest(to) {
		c.fail("write a value within the range of the type", "the value is past the finite range of %s (%g)", to, greatest(to))
	}
	return fromFloat(to, rounded(to, x))
}

// truncated is the conversion from floating point to integer: toward zero, and
// clamped to the values that both types hold. A NaN becomes 0.
func truncated(from, to types.Scalar, x float64) int64 {
	if math.IsNaN(x) {
		return 0
	}
	low, high := float64(math.MinInt32), float64(math.MaxInt32)
	if from == types.F32 {
		high = 2147483520
	}
	if to == types.U32 {
		low, high = 0, math.MaxUint32
		if from == types.F32 {
			high = 4294967040
		}
	}
	if from == types.F16 {
		low, high = max(low, -MaxHalf), min(high, MaxHalf)
	}
	return int64(math.Trunc(max(low, min(high, x))))
}
