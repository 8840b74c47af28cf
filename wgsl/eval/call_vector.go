package eval

import (
	"math"

	"pxos/wgsl/builtin"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

func registerVector() {
	whole[builtin.All] = func(_ *calc, _ types.Type, a []value.Value) value.Value { return every(a[0], true) }
	whole[builtin.Any] = func(_ *calc, _ types.Type, a []value.Value) value.Value { return !every(a[0], false).(value.Bool) }
	whole[builtin.Dot] = dotProduct
	whole[builtin.Transpose] = transpose
	whole[builtin.Determinant] = func(c *calc, _ types.Type, a []value.Value) value.Value {
		k := kindOf(a[0])
		rows := make([][]float64, 0, 4)
		for _, column := range a[0].(*value.Composite).Elems {
			rows = append(rows, floats(column))
		}
		return fromFloat(k, c.determinant(k, rows))
	}
	for id, f := range map[builtin.ID]func(c *calc, k types.Scalar, a [][]float64) []float64{
		builtin.Length: func(c *calc, k types.Scalar, a [][]float64) []float64 { return []float64{c.length(k, a[0])} },
		builtin.Distance: func(c *calc, k types.Scalar, a [][]float64) []float64 {
			return []float64{c.length(k, c.minus(k, a[0], a[1]))}
		},
		builtin.Cross: cross, builtin.Normalize: normalize, builtin.FaceForward: faceForward,
		builtin.Reflect: reflect, builtin.Refract: refract,
	} {
		whole[id] = func(c *calc, _ types.Type, a []value.Value) value.Value {
			xs := make([][]float64, len(a))
			for i := range a {
				xs[i] = floats(a[i])
			}
			return vector(kindOf(a[0]), f(c, kindOf(a[0]), xs))
		}
	}
}

// every says whether all components are equal to b.
func every(v value.Value, b value.Bool) value.Value {
	c, ok := v.(*value.Composite)
	if !ok {
		return value.Bool(v == b)
	}
	for _, e := range c.Elems {
		if e != b {
			return value.Bool(false)
		}
	}
	return value.Bool(true)
}

func dotProduct(c *calc, _ types.Type, a []value.Value) value.Value {
	x, y := a[0].(*value.Composite).Elems, a[1].(*value.Composite).Elems
	sum := c.scalar(syntax.Mul, x[0], y[0])
	for i := 1; i < len(x); i++ {
		sum = c.scalar(syntax.Add, sum, c.scalar(syntax.Mul, x[i], y[i]))
	}
	return sum
}

func transpose(_ *calc, result types.Type, a []value.Value) value.Value {
	m := result.(types.Matrix)
	columns := make([]value.Value, m.Cols)
	for i := range columns {
		elems := make([]value.Value, m.Rows)
		for r := range elems {
			elems[r] = component(component(a[0], r), i)
		}
		columns[i] = &value.Composite{T: m.Column(), Elems: elems}
	}
	return &value.Composite{T: m, Elems: columns}
}

// determinant expands along the first column.
func (c *calc) determinant(k types.Scalar, m [][]float64) float64 {
	if len(m) == 2 {
		return c.round(k, c.round(k, m[0][0]*m[1][1])-c.round(k, m[1][0]*m[0][1]))
	}
	sum := 0.0
	for i, x := range m[0] {
		minor := make([][]float64, 0, 3)
		for _, column := range m[1:] {
			rest := append(append([]float64{}, column[:i]...), column[i+1:]...)
			minor = append(minor, rest)
		}
		term := c.round(k, x*c.determinant(k, minor))
		if i%2 == 1 {
			term = -term
		}
		sum = c.round(k, sum+term)
	}
	return sum
}

func (c *calc) length(k types.Scalar, x []float64) float64 {
	if len(x) == 1 {
		return math.Abs(x[0])
	}
	return c.round(k, math.Sqrt(c.dot(k, x, x)))
}

func (c *calc) minus(k types.Scalar, x, y []float64) []float64 {
	out := make([]float64, len(x))
	for i := range x {
		out[i] = c.round(k, x[i]-y[i])
	}
	return out
}

func (c *calc) scale(k types.Scalar, s float64, x []float64) []float64 {
	out := make([]float64, len(x))
	for i := range x {
		out[i] = c.round(k, s*x[i])
	}
	return out
}

func cross(c *calc, k types.Scalar, v [][]float64) []float64 {
	a, b := v[0], v[1]
	term := func(i, j int) float64 { return c.round(k, c.round(k, a[i]*b[j])-c.round(k, a[j]*b[i])) }
	return []float64{term(1, 2), term(2, 0), term(0, 1)}
}

func normalize(c *calc, k types.Scalar, v [][]float64) []float64 {
	length := c.length(k, v[0])
	if length == 0 {
		c.fail("normalize a vector that is not zero", "the vector has length 0")
	}
	out := make([]float64, len(v[0]))
	for i, x := range v[0] {
		out[i] = c.round(k, x/length)
	}
	return out
}

func faceForward(c *calc, k types.Scalar, v [][]float64) []float64 {
	if c.dot(k, v[1], v[2]) < 0 {
		return v[0]
	}
	out := make([]float64, len(v[0]))
	for i, x := range v[0] {
		out[i] = -x
	}
	return out
}

// reflect is e1 - 2 * dot(e2, e1) * e2.
func reflect(c *calc, k types.Scalar, v [][]float64) []float64 {
	twice := c.round(k, 2*c.dot(k, v[1], v[0]))
	return c.minus(k, v[0], c.scale(k, twice, v[1]))
}

// refract follows the formula of its section, each step rounded.
func refract(c *calc, k types.Scalar, v [][]float64) []float64 {
	e1, e2, ratio := v[0], v[1], v[2][0]
	d := c.dot(k, e2, e1)
	under := c.round(k, 1-c.round(k, c.round(k, ratio*ratio)*c.round(k, 1-c.round(k, d*d))))
	if under < 0 {
		return make([]float64, len(e1))
	}
	factor := c.round(k, c.round(k, ratio*d)+c.round(k, math.Sqrt(under)))
	return c.minus(k, c.scale(k, ratio, e1), c.scale(k, factor, e2))
}
