package eval

import (
	"math"

	"pxos/wgsl/builtin"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

// realFunc computes a floating point function of scalars of type k; the result is
// rounded by the caller.
type realFunc func(c *calc, k types.Scalar, a []float64) float64

func real1(f func(float64) float64) realFunc {
	return func(_ *calc, _ types.Scalar, a []float64) float64 { return f(a[0]) }
}

// inside checks the domain of a function before it is computed.
func inside(low, high float64, f func(float64) float64) realFunc {
	return func(c *calc, _ types.Scalar, a []float64) float64 {
		if a[0] < low || a[0] > high {
			c.fail("choose an argument inside the domain", "the argument is outside the domain [%g, %g]", low, high)
		}
		return f(a[0])
	}
}

func registerReal(id builtin.ID, f realFunc) {
	componentwise[id] = func(c *calc, a []value.Value) value.Value {
		k := kindOf(a[0])
		xs := make([]float64, len(a))
		for i, v := range a {
			xs[i] = float(v)
		}
		return fromFloat(k, c.round(k, f(c, k, xs)))
	}
}

func registerFloat() {
	infinity := math.Inf(1)
	for id, f := range map[builtin.ID]realFunc{
		builtin.Acos: inside(-1, 1, math.Acos), builtin.Asin: inside(-1, 1, math.Asin), builtin.Atan: real1(math.Atan),
		builtin.Acosh: inside(1, infinity, math.Acosh), builtin.Asinh: real1(math.Asinh),
		builtin.Atanh: inside(-1, 1, math.Atanh),
		builtin.Cos:   real1(math.Cos), builtin.Sin: real1(math.Sin), builtin.Tan: real1(math.Tan),
		builtin.Cosh: real1(math.Cosh), builtin.Sinh: real1(math.Sinh), builtin.Tanh: real1(math.Tanh),
		builtin.Ceil: real1(math.Ceil), builtin.Floor: real1(math.Floor), builtin.Trunc: real1(math.Trunc),
		builtin.Round: real1(math.RoundToEven), builtin.Exp: real1(math.Exp), builtin.Exp2: real1(math.Exp2),
		builtin.Log: inside(0, infinity, math.Log), builtin.Log2: inside(0, infinity, math.Log2),
		builtin.Sqrt:        inside(0, infinity, math.Sqrt),
		builtin.InverseSqrt: inside(0, infinity, func(x float64) float64 { return 1 / math.Sqrt(x) }),
		builtin.Degrees:     real1(func(x float64) float64 { return x * (180 / math.Pi) }),
		builtin.Radians:     real1(func(x float64) float64 { return x * (math.Pi / 180) }),
		builtin.Atan2:       func(_ *calc, _ types.Scalar, a []float64) float64 { return math.Atan2(a[0], a[1]) },
		builtin.Pow:         pow, builtin.Step: step, builtin.Fract: fract, builtin.Fma: fma, builtin.Mix: mix,
		builtin.Saturate:      func(_ *calc, _ types.Scalar, a []float64) float64 { return lesser(greater(a[0], 0), 1) },
		builtin.Smoothstep:    smoothstep,
		builtin.QuantizeToF16: quantize,
	} {
		registerReal(id, f)
	}
	componentwise[builtin.Ldexp] = ldexp
	whole[builtin.Frexp] = frexp
	whole[builtin.Modf] = modf
}

// greater and lesser are the definitions of max and min.
func greater(x, y float64) float64 {
	if x < y {
		return y
	}
	return x
}

func lesser(x, y float64) float64 {
	if y < x {
		return y
	}
	return x
}

func pow(c *calc, _ types.Scalar, a []float64) float64 {
	if a[0] < 0 {
		c.fail("use a base that is not negative", "the base of pow is negative")
	}
	return math.Pow(a[0], a[1])
}

func step(_ *calc, _ types.Scalar, a []float64) float64 {
	if a[0] <= a[1] {
		return 1
	}
	return 0
}

func fract(_ *calc, _ types.Scalar, a []float64) float64 { return a[0] - math.Floor(a[0]) }

// fma rounds the product as f64 alone, which for f32 and f16 is not at all.
func fma(_ *calc, _ types.Scalar, a []float64) float64 { return float64(a[0]*a[1]) + a[2] }

func mix(c *calc, k types.Scalar, a []float64) float64 {
	return c.round(k, a[0]*c.round(k, 1-a[2])) + c.round(k, a[1]*a[2])
}

func smoothstep(c *calc, k types.Scalar, a []float64) float64 {
	low, high, x := a[0], a[1], a[2]
	if low == high {
		c.fail("use two different edges", "the edges are equal")
	}
	t := c.round(k, c.round(k, x-low)/c.round(k, high-low))
	t = lesser(greater(t, 0), 1)
	return c.round(k, t*t) * c.round(k, 3-c.round(k, 2*t))
}

func quantize(c *calc, _ types.Scalar, a []float64) float64 {
	if math.Abs(a[0]) > MaxHalf {
		c.fail("keep the value within 65504", "the value is past the finite range of f16")
	}
	return roundHalf(a[0])
}

// bias is the exponent bias of a floating point type.
func bias(k types.Scalar) int64 {
	switch k {
	case types.F32:
		return 127
	case types.F16:
		return 15
	}
	return 1023
}

func ldexp(c *calc, a []value.Value) value.Value {
	k, n := kindOf(a[0]), integer(a[1])
	c.checkExponent(k, a[1])
	x := math.Ldexp(float(a[0]), int(max(-5000, min(5000, n))))
	return fromFloat(k, c.round(k, x))
}

func frexp(_ *calc, result types.Type, a []value.Value) value.Value {
	k := kindOf(a[0])
	s := result.(*types.Struct)
	xs := floats(a[0])
	exps := make([]value.Value, len(xs))
	for i, x := range xs {
		fraction, exponent := math.Frexp(x)
		xs[i], exps[i] = fraction, fromInteger(types.Elem(s.Members[1].Type), int64(exponent))
	}
	exp := exps[0]
	if len(exps) > 1 {
		exp = &value.Composite{T: s.Members[1].Type, Elems: exps}
	}
	return &value.Composite{T: s, Elems: []value.Value{vector(k, xs), exp}}
}

func modf(_ *calc, result types.Type, a []value.Value) value.Value {
	k := kindOf(a[0])
	fractions, wholes := floats(a[0]), floats(a[0])
	for i, x := range wholes {
		wholes[i] = math.Trunc(x)
		fractions[i] = rounded(k, x-wholes[i])
	}
	return &value.Composite{T: result, Elems: []value.Value{vector(k, fractions), vector(k, wholes)}}
}
