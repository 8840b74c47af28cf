package oracle

import (
	"pxos/wgsl/builtin"
	"pxos/wgsl/eval"
	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

// subgroupFunc computes what one lane gets. Group are the active lanes of its
// subgroup, and it is one of them.
type subgroupFunc func(f *frame, e *ir.Builtin, args [][]value.Value, group lanes, lane int) value.Value

// fillSubgroups has the functions of the sections "Subgroup Built-in Functions"
// and "Quad Operations".
func fillSubgroups() {
	for id, s := range map[builtin.ID]subgroupFunc{
		builtin.SubgroupAdd: reduce(operator(syntax.Add)), builtin.SubgroupMul: reduce(operator(syntax.Mul)),
		builtin.SubgroupAnd: reduce(operator(syntax.And)), builtin.SubgroupOr: reduce(operator(syntax.Or)),
		builtin.SubgroupXor: reduce(operator(syntax.Xor)), builtin.SubgroupMin: reduce(function(builtin.Min)),
		builtin.SubgroupMax:          reduce(function(builtin.Max)),
		builtin.SubgroupInclusiveAdd: scan(operator(syntax.Add), true, 0), builtin.SubgroupInclusiveMul: scan(operator(syntax.Mul), true, 1),
		builtin.SubgroupExclusiveAdd: scan(operator(syntax.Add), false, 0), builtin.SubgroupExclusiveMul: scan(operator(syntax.Mul), false, 1),
		builtin.SubgroupBallot: ballot, builtin.SubgroupElect: elect,
		builtin.SubgroupAll: all, builtin.SubgroupAny: anyOf, builtin.SubgroupBroadcastFirst: first,
		builtin.SubgroupBroadcast:   shuffle(func(_, n uint32) uint32 { return n }),
		builtin.SubgroupShuffle:     shuffle(func(_, n uint32) uint32 { return n }),
		builtin.SubgroupShuffleXor:  shuffle(func(own, n uint32) uint32 { return own ^ n }),
		builtin.SubgroupShuffleUp:   shuffle(func(own, n uint32) uint32 { return own - n }),
		builtin.SubgroupShuffleDown: shuffle(func(own, n uint32) uint32 { return own + n }),
		builtin.QuadBroadcast:       shuffle(func(_, n uint32) uint32 { return n }),
		builtin.QuadSwapX:           shuffle(func(own, _ uint32) uint32 { return own ^ 1 }),
		builtin.QuadSwapY:           shuffle(func(own, _ uint32) uint32 { return own ^ 2 }),
		builtin.QuadSwapDiagonal:    shuffle(func(own, _ uint32) uint32 { return own ^ 3 }),
	} {
		special[id] = func(f *frame, e *ir.Builtin, args [][]value.Value, active lanes) []value.Value {
			groups := map[int]lanes{}
			for _, lane := range active {
				groups[lane/subgroupSize] = append(groups[lane/subgroupSize], lane)
			}
			return f.each(active, func(lane int) value.Value {
				return s(f, e, args, groups[lane/subgroupSize], lane)
			})
		}
	}
}

// reduce combines the active lanes, first those of each half of the subgroup: so
// do the other executors, and the sum of floats depends on it.
func reduce(c change) subgroupFunc {
	return func(f *frame, e *ir.Builtin, args [][]value.Value, group lanes, _ int) value.Value {
		var halves [2]value.Value
		for _, lane := range group {
			half := &halves[lane%subgroupSize/2]
			*half = f.combine(e, c, *half, args[0][lane])
		}
		return f.combine(e, c, halves[0], halves[1])
	}
}

// combine combines two values; nil is none.
func (f *frame) combine(e *ir.Builtin, c change, x, y value.Value) value.Value {
	switch {
	case x == nil:
		return y
	case y == nil:
		return x
	}
	return f.at(e.Span).must(c(x, y))
}

// scan combines the active lanes before a lane, and itself where inclusive; where
// there is none the result is the identity.
func scan(c change, inclusive bool, identity int32) subgroupFunc {
	return func(f *frame, e *ir.Builtin, args [][]value.Value, group lanes, lane int) value.Value {
		var sum value.Value
		for _, l := range group {
			if l < lane || inclusive && l == lane {
				sum = f.combine(e, c, sum, args[0][l])
			}
		}
		if sum != nil {
			return sum
		}
		one := f.at(e.Span).must(eval.Convert(eval.Runtime, value.I32(identity), types.Elem(e.T)))
		if v, ok := e.T.(types.Vector); ok {
			return eval.Construct(v, []value.Value{one})
		}
		return one
	}
}

func ballot(_ *frame, e *ir.Builtin, args [][]value.Value, group lanes, _ int) value.Value {
	var bits value.U32
	for _, l := range group {
		if args[0][l] == value.Bool(true) {
			bits |= 1 << (l % subgroupSize)
		}
	}
	return eval.Construct(e.T, []value.Value{bits, value.U32(0), value.U32(0), value.U32(0)})
}

func elect(_ *frame, _ *ir.Builtin, _ [][]value.Value, group lanes, lane int) value.Value {
	return value.Bool(lane == group[0])
}

func first(_ *frame, _ *ir.Builtin, args [][]value.Value, group lanes, _ int) value.Value {
	return args[0][group[0]]
}

func all(_ *frame, _ *ir.Builtin, args [][]value.Value, group lanes, _ int) value.Value {
	for _, l := range group {
		if args[0][l] != value.Bool(true) {
			return value.Bool(false)
		}
	}
	return value.Bool(true)
}

func anyOf(_ *frame, _ *ir.Builtin, args [][]value.Value, group lanes, _ int) value.Value {
	for _, l := range group {
		if args[0][l] == value.Bool(true) {
			return value.Bool(true)
		}
	}
	return value.Bool(false)
}

// shuffle reads the value of another lane, whose number wraps at the subgroup. Of
// a lane that is not active any value may come: it is the own one here.
func shuffle(from func(own, n uint32) uint32) subgroupFunc {
	return func(_ *frame, _ *ir.Builtin, args [][]value.Value, group lanes, lane int) value.Value {
		var n uint32
		if len(args) > 1 {
			i, _ := integer(args[1][lane])
			n = uint32(i)
		}
		own := uint32(lane % subgroupSize)
		source := lane - int(own) + int(from(own, n)%subgroupSize)
		for _, l := range group {
			if l == source {
				return args[0][l]
			}
		}
		return args[0][lane]
	}
}
