package builtin

import "pxos/wgsl/types"

// Infeasible is the rank of a conversion that may not happen.
const Infeasible = 1 << 20

// Rank is the ConversionRank of the section "Conversion Rank"; the load rule is
// applied before it is asked. A lower rank is preferred, Infeasible is infinity.
func Rank(from, to types.Type) int {
	if from == to {
		return 0
	}
	switch f := from.(type) {
	case types.Scalar:
		if t, ok := to.(types.Scalar); ok {
			return scalarRank(f, t)
		}
	case types.Vector:
		if t, ok := to.(types.Vector); ok && f.N == t.N {
			return scalarRank(f.Elem, t.Elem)
		}
	case types.Matrix:
		if t, ok := to.(types.Matrix); ok && f.Cols == t.Cols && f.Rows == t.Rows {
			return scalarRank(f.Elem, t.Elem)
		}
	case types.Array:
		if t, ok := to.(types.Array); ok && f.Len == t.Len && f.Size == t.Size {
			return Rank(f.Elem, t.Elem)
		}
	case *types.Struct:
		if t, ok := to.(*types.Struct); ok {
			return resultRank(f, t)
		}
	}
	return Infeasible
}

func scalarRank(from, to types.Scalar) int {
	switch {
	case from == to:
		return 0
	case from == types.AbstractFloat && to == types.F32:
		return 1
	case from == types.AbstractFloat && to == types.F16:
		return 2
	case from != types.AbstractInt:
		return Infeasible
	}
	switch to {
	case types.I32:
		return 3
	case types.U32:
		return 4
	case types.AbstractFloat:
		return 5
	case types.F32:
		return 6
	case types.F16:
		return 7
	}
	return Infeasible
}

// Concretization is the concrete type that a value of an abstract type becomes
// where nothing else asks for a type; other types stay as they are.
func Concretization(t types.Type) types.Type {
	switch t := t.(type) {
	case types.Scalar, types.Vector, types.Matrix:
		switch types.Elem(t) {
		case types.AbstractInt:
			return types.WithElem(t, types.I32)
		case types.AbstractFloat:
			return types.WithElem(t, types.F32)
		}
	case types.Array:
		t.Elem = Concretization(t.Elem)
		return t
	case *types.Struct:
		if to, ok := concreteResults[t]; ok {
			return to[0]
		}
	}
	return t
}
