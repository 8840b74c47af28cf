package builtin

import (
	"fmt"

	"pxos/wgsl/types"
)

// The structures that built-in functions return. A module cannot name them; one
// type of each exists, so that identity is the pointer as everywhere.

var (
	results = map[string]*types.Struct{}
	// concreteResults lists, for the abstract form of a result structure, its
	// f32 and its f16 form ("Conversion Rank").
	concreteResults = map[*types.Struct][]*types.Struct{}
	resultsMade     = makeResults()
)

// FrexpResult is the structure that frexp returns for an argument of type t.
func FrexpResult(t types.Type) *types.Struct { return results["__frexp_result_"+suffix(t)] }

// ModfResult is the structure that modf returns for an argument of type t.
func ModfResult(t types.Type) *types.Struct { return results["__modf_result_"+suffix(t)] }

// ExchangeResult is the structure that atomicCompareExchangeWeak returns for
// atomic<t>.
func ExchangeResult(t types.Type) *types.Struct {
	return results["__atomic_compare_exchange_result_"+suffix(t)]
}

func suffix(t types.Type) string {
	elem := types.Elem(t).String()
	if types.Elem(t).IsAbstract() {
		elem = "abstract"
	}
	if v, ok := t.(types.Vector); ok {
		return fmt.Sprintf("vec%d_%s", v.N, elem)
	}
	return elem
}

func makeResults() bool {
	for n := 1; n <= 4; n++ {
		for _, s := range []types.Scalar{types.AbstractFloat, types.F32, types.F16} {
			exp := types.I32
			if s == types.AbstractFloat {
				exp = types.AbstractInt
			}
			addResult("__frexp_result_", "exp", shape(n, s), shape(n, exp))
			addResult("__modf_result_", "whole", shape(n, s), shape(n, s))
		}
		for _, name := range []string{"__frexp_result_", "__modf_result_"} {
			from := results[name+suffix(shape(n, types.AbstractFloat))]
			concreteResults[from] = []*types.Struct{
				results[name+suffix(shape(n, types.F32))], results[name+suffix(shape(n, types.F16))]}
		}
	}
	for _, s := range []types.Scalar{types.I32, types.U32} {
		name := "__atomic_compare_exchange_result_" + s.String()
		results[name] = laid(name, types.Member{Name: "old_value", Type: s}, types.Member{Name: "exchanged", Type: types.Bool})
	}
	return true
}

func shape(n int, s types.Scalar) types.Type {
	if n == 1 {
		return s
	}
	return types.Vector{N: n, Elem: s}
}

func addResult(prefix, second string, fract, other types.Type) {
	name := prefix + suffix(fract)
	results[name] = laid(name, types.Member{Name: "fract", Type: fract}, types.Member{Name: second, Type: other})
}

func laid(name string, members ...types.Member) *types.Struct {
	s := &types.Struct{Name: name, Members: members}
	if err := s.Lay(); err != nil {
		panic(err) // two small members cannot pass a limit
	}
	return s
}

func resultRank(from, to *types.Struct) int {
	for i, s := range concreteResults[from] {
		if s == to {
			return i + 1
		}
	}
	return Infeasible
}
