package eval

import (
	"fmt"

	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

// Construct makes a vector, matrix, array or structure of its parts, as the node
// of the same name in the tree does: the components of a vector from scalars and
// vectors that add up, or one scalar for all; a matrix from its columns or from
// its scalars in column order; the others from their elements. Parts have the
// right component type.
func Construct(t types.Type, parts []value.Value) value.Value {
	switch t := t.(type) {
	case types.Vector:
		return &value.Composite{T: t, Elems: vectorParts(t.N, parts)}
	case types.Matrix:
		if len(parts) == t.Cols*t.Rows && t.Cols*t.Rows != t.Cols {
			columns := make([]value.Value, t.Cols)
			for i := range columns {
				columns[i] = Construct(t.Column(), parts[i*t.Rows:(i+1)*t.Rows])
			}
			parts = columns
		}
	}
	return &value.Composite{T: t, Elems: append([]value.Value{}, parts...)}
}

func vectorParts(n int, parts []value.Value) []value.Value {
	elems := make([]value.Value, 0, n)
	for _, p := range parts {
		if c, ok := p.(*value.Composite); ok {
			elems = append(elems, c.Elems...)
		} else {
			elems = append(elems, p)
		}
	}
	for len(elems) < n {
		elems = append(elems, elems[0])
	}
	return elems
}

// Index selects a component of a vector, column of a matrix or element of an
// array. Outside the bounds is an error in mode Constant; in mode Runtime the
// index is clamped, one of the results that the specification allows ("Out-of-
// Bounds Access").
func Index(mode Mode, base, index value.Value) (value.Value, error) {
	c := base.(*value.Composite)
	i := integer(index)
	if i < 0 || i >= int64(len(c.Elems)) {
		if mode == Constant {
			return nil, OutOfBounds(i, int64(len(c.Elems)), c.T)
		}
		i = ClampIndex(index, int64(len(c.Elems)))
	}
	return c.Elems[i], nil
}

// OutOfBounds is the error of a constant index that is not below the count.
func OutOfBounds(i, count int64, t types.Type) *Error {
	return failure(fmt.Sprintf("use an index from 0 to %d", count-1), "index %d is out of bounds: %s has %d components", i, t, count)
}

// ClampIndex brings an i32 or u32 index into [0, count): one that is negative as
// i32 counts as a great u32, so that it becomes the last.
func ClampIndex(index value.Value, count int64) int64 {
	return min(int64(word(index)), count-1)
}

// Member selects a member of a structure.
func Member(base value.Value, i int) value.Value { return base.(*value.Composite).Elems[i] }

// Swizzle makes a vector of components of a vector; one component gives a scalar.
func Swizzle(base value.Value, comps []int) value.Value {
	from := base.(*value.Composite).Elems
	if len(comps) == 1 {
		return from[comps[0]]
	}
	elems := make([]value.Value, len(comps))
	for i, k := range comps {
		elems[i] = from[k]
	}
	return &value.Composite{T: types.Vector{N: len(comps), Elem: kindOf(base)}, Elems: elems}
}
