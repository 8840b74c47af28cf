// Package value holds the values that WGSL expressions compute: the constants of
// a module, and what the oracle works on.
//
// Values are immutable: whoever changes a component makes a new composite. The
// package may import wgsl/types and nothing else of pxOS. Invariant: a
// Composite has exactly the components that its type asks for, each of the type
// that its type asks for.
package value

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"pxos/wgsl/types"
)

// Value is a value of a plain type, or a Pointer of the oracle.
type Value interface {
	Type() types.Type
	String() string
}

// The scalars. F16 holds a value that binary16 can hold exactly.
type (
	Bool          bool
	I32           int32
	U32           uint32
	F32           float32
	F16           float32
	AbstractInt   int64
	AbstractFloat float64
)

// Composite is a vector, matrix (its columns), array or structure.
type Composite struct {
	T     types.Type
	Elems []Value
}

// Type gives the scalar type.
func (Bool) Type() types.Type { return types.Bool }

// Type gives the scalar type.
func (I32) Type() types.Type { return types.I32 }

// Type gives the scalar type.
func (U32) Type() types.Type { return types.U32 }

// Type gives the scalar type.
func (F32) Type() types.Type { return types.F32 }

// Type gives the scalar type.
func (F16) Type() types.Type { return types.F16 }

// Type gives the scalar type.
func (AbstractInt) Type() types.Type { return types.AbstractInt }

// Type gives the scalar type.
func (AbstractFloat) Type() types.Type { return types.AbstractFloat }

// Type gives the type that the value was made with.
func (c *Composite) Type() types.Type { return c.T }

func (v Bool) String() string          { return strconv.FormatBool(bool(v)) }
func (v I32) String() string           { return strconv.FormatInt(int64(v), 10) + "i" }
func (v U32) String() string           { return strconv.FormatUint(uint64(v), 10) + "u" }
func (v F32) String() string           { return strconv.FormatFloat(float64(v), 'g', -1, 32) + "f" }
func (v F16) String() string           { return strconv.FormatFloat(float64(v), 'g', -1, 32) + "h" }
func (v AbstractInt) String() string   { return strconv.FormatInt(int64(v), 10) }
func (v AbstractFloat) String() string { return strconv.FormatFloat(float64(v), 'g', -1, 64) }

// stringLimit bounds how many components String writes.
const stringLimit = 16

func (c *Composite) String() string {
	var b strings.Builder
	b.WriteString(c.T.String() + "(")
	for i, e := range c.Elems {
		if i > 0 {
			b.WriteString(", ")
		}
		if i == stringLimit {
			fmt.Fprintf(&b, "… %d more", len(c.Elems)-i)
			break
		}
		b.WriteString(e.String())
	}
	b.WriteString(")")
	return b.String()
}

// Zero is the zero value of a constructible or atomic type ("Zero Value Built-in
// Functions"); an atomic is kept as its integer. The type must have a fixed
// footprint.
func Zero(t types.Type) Value {
	switch t := t.(type) {
	case types.Scalar:
		return zeroScalar(t)
	case types.Atomic:
		return zeroScalar(t.Elem)
	case types.Vector:
		return repeat(t, t.N, zeroScalar(t.Elem))
	case types.Matrix:
		return repeat(t, t.Cols, Zero(t.Column()))
	case types.Array:
		return repeat(t, int(t.Len), Zero(t.Elem))
	case *types.Struct:
		elems := make([]Value, len(t.Members))
		for i := range t.Members {
			elems[i] = Zero(t.Members[i].Type)
		}
		return &Composite{t, elems}
	}
	panic("no zero value of " + t.String())
}

func repeat(t types.Type, n int, v Value) *Composite {
	elems := make([]Value, n)
	for i := range elems {
		elems[i] = v
	}
	return &Composite{t, elems}
}

func zeroScalar(s types.Scalar) Value {
	switch s {
	case types.Bool:
		return Bool(false)
	case types.I32:
		return I32(0)
	case types.U32:
		return U32(0)
	case types.F32:
		return F32(0)
	case types.F16:
		return F16(0)
	case types.AbstractInt:
		return AbstractInt(0)
	}
	return AbstractFloat(0)
}

// Equal says whether two values have the same type and the same bits, so that a
// NaN equals itself and the two zeros differ.
func Equal(a, b Value) bool {
	switch a := a.(type) {
	case F32:
		b, ok := b.(F32)
		return ok && math.Float32bits(float32(a)) == math.Float32bits(float32(b))
	case F16:
		b, ok := b.(F16)
		return ok && math.Float32bits(float32(a)) == math.Float32bits(float32(b))
	case AbstractFloat:
		b, ok := b.(AbstractFloat)
		return ok && math.Float64bits(float64(a)) == math.Float64bits(float64(b))
	case *Composite:
		b, ok := b.(*Composite)
		if !ok || a.T != b.T || len(a.Elems) != len(b.Elems) {
			return false
		}
		for i := range a.Elems {
			if !Equal(a.Elems[i], b.Elems[i]) {
				return false
			}
		}
		return true
	}
	return a == b
}
