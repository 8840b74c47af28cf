package eval

import (
	"math"

	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

// Unary computes an operator of one operand: Negate, Not or Complement.
func Unary(mode Mode, op syntax.UnaryOp, x value.Value) (value.Value, error) {
	c := calc{mode: mode}
	if mode == Constant {
		c.text = func() string { return op.String() + x.String() }
	}
	return c.result(c.each(x.Type(), []value.Value{x}, func(a []value.Value) value.Value {
		switch op {
		case syntax.Not:
			return !a[0].(value.Bool)
		case syntax.Complement:
			return fromInteger(kindOf(a[0]), ^integer(a[0]))
		}
		if kindOf(a[0]).IsFloat() {
			return fromFloat(kindOf(a[0]), -float(a[0]))
		}
		return fromInteger(kindOf(a[0]), -integer(a[0]))
	}))
}

// Binary computes an operator of two operands. AndAnd and OrOr are computed as
// And and Or: whoever short-circuits does so before.
func Binary(mode Mode, op syntax.BinaryOp, x, y value.Value) (value.Value, error) {
	c := calc{mode: mode}
	if mode == Constant {
		c.text = func() string { return x.String() + " " + op.String() + " " + y.String() }
	}
	mx, isX := x.Type().(types.Matrix)
	my, isY := y.Type().(types.Matrix)
	switch {
	case isX && isY && op == syntax.Mul:
		return c.result(c.matrixProduct(x, y, mx, my))
	case isX && isY:
		return c.result(c.columns(mx, x, y, op))
	case isX || isY:
		return c.result(c.matrixMul(x, y))
	}
	return c.result(c.componentwise(op, x, y))
}

// componentwise computes an operator of scalars and vectors; a scalar beside a
// vector is given to all components.
func (c *calc) componentwise(op syntax.BinaryOp, x, y value.Value) value.Value {
	shape, ok := x.(*value.Composite)
	if !ok {
		if shape, ok = y.(*value.Composite); !ok {
			return c.scalar(op, x, y)
		}
	}
	elems := make([]value.Value, len(shape.Elems))
	for i := range elems {
		elems[i] = c.scalar(op, component(x, i), component(y, i))
	}
	result := shape.T
	if op >= syntax.AndAnd {
		result = types.WithElem(result, types.Bool)
	}
	return &value.Composite{T: result, Elems: elems}
}

// scalar computes an operator of two scalars.
func (c *calc) scalar(op syntax.BinaryOp, x, y value.Value) value.Value {
	k := kindOf(x)
	switch {
	case op >= syntax.Equal:
		return value.Bool(compare(op, x, y))
	case op == syntax.Shl || op == syntax.Shr:
		return c.shift(op, k, integer(x), uint64(integer(y)))
	case k == types.Bool:
		a, b := bool(x.(value.Bool)), bool(y.(value.Bool))
		if op == syntax.And || op == syntax.AndAnd {
			return value.Bool(a && b)
		}
		return value.Bool(a || b)
	case k.IsFloat():
		return fromFloat(k, c.floatOp(op, k, float(x), float(y)))
	}
	return fromInteger(k, c.integerOp(op, k, integer(x), integer(y)))
}

// compare computes an order; a NaN is unequal to everything.
func compare(op syntax.BinaryOp, x, y value.Value) bool {
	var less, equal bool
	switch k := kindOf(x); {
	case k == types.Bool:
		equal = x == y
	case k.IsFloat():
		a, b := float(x), float(y)
		if math.IsNaN(a) || math.IsNaN(b) {
			return op == syntax.NotEqual
		}
		less, equal = a < b, a == b
	default:
		a, b := integer(x), integer(y)
		less, equal = a < b, a == b
	}
	switch op {
	case syntax.Equal:
		return equal
	case syntax.NotEqual:
		return !equal
	case syntax.Less:
		return less
	case syntax.LessEqual:
		return less || equal
	case syntax.Greater:
		return !less && !equal
	}
	return !less
}

func (c *calc) floatOp(op syntax.BinaryOp, k types.Scalar, x, y float64) float64 {
	switch op {
	case syntax.Add:
		return c.round(k, x+y)
	case syntax.Sub:
		return c.round(k, x-y)
	case syntax.Mul:
		return c.round(k, x*y)
	case syntax.Div:
		return c.round(k, x/y)
	}
	// "equal to x - y * trunc(x / y)", each step rounded.
	quotient := math.Trunc(c.round(k, x/y))
	return c.round(k, x-c.round(k, y*quotient))
}

func (c *calc) integerOp(op syntax.BinaryOp, k types.Scalar, x, y int64) int64 {
	switch op {
	case syntax.And:
		return x & y
	case syntax.Or:
		return x | y
	case syntax.Xor:
		return x ^ y
	case syntax.Div, syntax.Rem:
		return c.divide(op, k, x, y)
	}
	r, exact := arithmetic(op, x, y)
	if k == types.AbstractInt && !exact {
		c.fail("keep the value within 64 bits with a sign", "the result does not fit AbstractInt")
	}
	return r
}

// arithmetic adds, subtracts or multiplies modulo 2^64 and says whether the
// result is the exact one.
func arithmetic(op syntax.BinaryOp, x, y int64) (int64, bool) {
	switch op {
	case syntax.Add:
		r := x + y
		return r, (r > x) == (y > 0)
	case syntax.Sub:
		r := x - y
		return r, (r < x) == (y > 0)
	}
	if x == 0 || y == 0 {
		return 0, true
	}
	r := x * y
	return r, r/y == x && !(x == -1 && y == math.MinInt64) && !(y == -1 && x == math.MinInt64)
}

func least(k types.Scalar) int64 {
	if k == types.AbstractInt {
		return math.MinInt64
	}
	return math.MinInt32
}

// divide computes / and % of integers: by zero, and the least value by -1, are
// errors of constant expressions; at run time x/0 is x, x%0 is 0, and the least
// value divided by -1 is itself.
func (c *calc) divide(op syntax.BinaryOp, k types.Scalar, x, y int64) int64 {
	switch {
	case y == 0:
		c.fail("make sure that the divisor is not 0", "division by zero")
	case y == -1 && x == least(k):
		c.fail("use a value greater than the least one", "the result does not fit %s", k)
	case op == syntax.Div:
		return x / y
	default:
		return x % y
	}
	if op == syntax.Div {
		return x
	}
	return 0
}

// shift computes << and >>. A shift by the bit width or more, and bits lost by
// shifting left, are errors of constant expressions; at run time the amount is
// taken modulo the bit width.
func (c *calc) shift(op syntax.BinaryOp, k types.Scalar, x int64, n uint64) value.Value {
	width := uint64(32)
	if k == types.AbstractInt {
		width = 64
	}
	if n >= width {
		if k != types.AbstractInt {
			c.fail("shift by less than the bit width", "the shift amount %d is not below the bit width %d of %s", n, width, k)
			n %= width
		} else if op == syntax.Shr {
			n = width - 1
		}
	}
	if op == syntax.Shr {
		return fromInteger(k, x>>n)
	}
	if n >= width {
		if x != 0 {
			c.fail("shift by less", "bits are shifted out of AbstractInt")
		}
		return fromInteger(k, 0)
	}
	r := fromInteger(k, int64(uint64(x)<<n))
	if integer(r)>>n != x {
		c.fail("shift by less, or use u32", "bits are shifted out of %s", k)
	}
	return r
}

// columns adds or subtracts two matrices.
func (c *calc) columns(m types.Matrix, x, y value.Value, op syntax.BinaryOp) value.Value {
	out := make([]value.Value, m.Cols)
	for i := range out {
		out[i] = c.componentwise(op, component(x, i), component(y, i))
	}
	return &value.Composite{T: m, Elems: out}
}

// matrixMul multiplies a matrix with a scalar or a vector, in either order.
func (c *calc) matrixMul(x, y value.Value) value.Value {
	m, ok := x.Type().(types.Matrix)
	if !ok {
		n := y.Type().(types.Matrix)
		if _, isVector := x.Type().(types.Vector); isVector {
			dots := make([]float64, n.Cols)
			for i := range dots {
				dots[i] = c.dot(n.Elem, floats(x), floats(component(y, i)))
			}
			return vector(n.Elem, dots)
		}
		return c.matrixMul(y, x)
	}
	if _, isVector := y.Type().(types.Vector); isVector {
		return vector(m.Elem, c.matrixColumn(m, x, floats(y)))
	}
	out := make([]value.Value, m.Cols)
	for i := range out {
		out[i] = c.componentwise(syntax.Mul, component(x, i), y)
	}
	return &value.Composite{T: m, Elems: out}
}

// matrixColumn is the product of a matrix and a column vector.
func (c *calc) matrixColumn(m types.Matrix, x value.Value, v []float64) []float64 {
	out := make([]float64, m.Rows)
	for r := range out {
		row := make([]float64, m.Cols)
		for i := range row {
			row[i] = float(component(component(x, i), r))
		}
		out[r] = c.dot(m.Elem, row, v)
	}
	return out
}

func (c *calc) matrixProduct(x, y value.Value, mx, my types.Matrix) value.Value {
	out := make([]value.Value, my.Cols)
	for i := range out {
		out[i] = vector(mx.Elem, c.matrixColumn(mx, x, floats(component(y, i))))
	}
	return &value.Composite{T: types.Matrix{Cols: my.Cols, Rows: mx.Rows, Elem: mx.Elem}, Elems: out}
}

// dot adds the products from the first component to the last, each step rounded.
func (c *calc) dot(k types.Scalar, a, b []float64) float64 {
	sum := c.round(k, a[0]*b[0])
	for i := 1; i < len(a); i++ {
		sum = c.round(k, sum+c.round(k, a[i]*b[i]))
	}
	return sum
}
