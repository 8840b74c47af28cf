package trace

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"pxos/wgsl/eval"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

// mostScalars bounds how many scalars of a value are written.
const mostScalars = 16

// Literal spells a value as WGSL does, vec3u(1, 2, 3); a pointer as the address of
// what it views. Of a composite with many scalars the rest is counted. What has no
// literal is written NaN, inf or -inf.
func Literal(v value.Value) string {
	switch v := v.(type) {
	case value.I32:
		return bare(v) + "i"
	case value.U32:
		return bare(v) + "u"
	case value.F32:
		return suffixed(float64(v), bare(v), "f")
	case value.F16:
		return suffixed(float64(v), bare(v), "h")
	case value.Bool:
		return bare(v)
	case *value.Composite:
		left := mostScalars
		return composite(v, &left)
	}
	return "&" + v.String()
}

func suffixed(f float64, text, suffix string) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return text
	}
	return text + suffix
}

// bare spells a scalar without a suffix, floats as short as they can be read back.
func bare(v value.Value) string {
	switch v := v.(type) {
	case value.I32:
		return strconv.FormatInt(int64(v), 10)
	case value.U32:
		return strconv.FormatUint(uint64(v), 10)
	case value.F32:
		return float(float64(v), 32)
	case value.F16:
		return half(float64(v))
	}
	return v.String()
}

func float(f float64, bits int) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	}
	return strconv.FormatFloat(f, 'g', -1, bits)
}

// half spells an f16: the fewest digits that are read back as the same f16.
func half(f float64) string {
	for digits := 1; digits < 5 && !math.IsInf(f, 0); digits++ {
		short, err := strconv.ParseFloat(strconv.FormatFloat(f, 'g', digits, 64), 64)
		if err == nil && float64(eval.HalfToFloat(eval.FloatToHalf(short))) == f {
			return float(short, 64)
		}
	}
	return float(f, 32)
}

func composite(c *value.Composite, left *int) string {
	var b strings.Builder
	b.WriteString(typeName(c.T) + "(")
	for i, e := range c.Elems {
		if i > 0 {
			b.WriteString(", ")
		}
		if *left == 0 {
			fmt.Fprintf(&b, "… %d more", len(c.Elems)-i)
			break
		}
		if inner, ok := e.(*value.Composite); ok {
			b.WriteString(composite(inner, left))
		} else {
			b.WriteString(bare(e))
			*left--
		}
	}
	b.WriteString(")")
	return b.String()
}

// typeName spells a type by its predeclared alias where it has one.
func typeName(t types.Type) string {
	alias := map[types.Scalar]string{types.I32: "i", types.U32: "u", types.F32: "f", types.F16: "h"}[types.Elem(t)]
	switch t := t.(type) {
	case types.Vector:
		if alias != "" {
			return fmt.Sprintf("vec%d%s", t.N, alias)
		}
	case types.Matrix:
		return fmt.Sprintf("mat%dx%d%s", t.Cols, t.Rows, alias)
	case types.Array:
		return fmt.Sprintf("array<%s, %d>", typeName(t.Elem), t.Len)
	}
	return t.String()
}
