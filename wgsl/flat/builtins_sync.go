package flat

import (
	"pxos/wgsl/builtin"
	"pxos/wgsl/ir"
	"pxos/wgsl/types"
)

var atomicOps = map[builtin.ID]AtomicOp{
	builtin.AtomicLoad: AtomicLoad, builtin.AtomicStore: AtomicStore, builtin.AtomicAdd: AtomicAdd,
	builtin.AtomicSub: AtomicSub, builtin.AtomicMax: AtomicMax, builtin.AtomicMin: AtomicMin,
	builtin.AtomicAnd: AtomicAnd, builtin.AtomicOr: AtomicOr, builtin.AtomicXor: AtomicXor,
	builtin.AtomicExchange: AtomicExchange, builtin.AtomicCompareExchangeWeak: AtomicCompareExchange,
}

// atomic lowers an operation on an atomic in storage or workgroup memory.
func (l *lowerer) atomic(e *ir.Builtin) agg {
	p := l.place(e.Args[0])
	kind := p.t.(types.Atomic).Elem
	var args []*Instr
	for _, a := range e.Args[1:] {
		args = append(args, l.expr(a)[0])
	}
	access := p.access
	i := l.emit(&Instr{Op: Atomic, Kind: kind, Atomic: atomicOps[e.ID], Access: &access, Args: args, Parts: 1})
	switch e.ID {
	case builtin.AtomicStore:
		return nil
	case builtin.AtomicCompareExchangeWeak:
		return agg{i, l.op(Exchanged, types.Bool, i)}
	}
	return agg{i}
}

var subgroupOps = map[builtin.ID]SubgroupOp{
	builtin.SubgroupAdd: SubgroupAdd, builtin.SubgroupMul: SubgroupMul, builtin.SubgroupMin: SubgroupMin,
	builtin.SubgroupMax: SubgroupMax, builtin.SubgroupAnd: SubgroupAnd, builtin.SubgroupOr: SubgroupOr,
	builtin.SubgroupXor: SubgroupXor, builtin.SubgroupExclusiveAdd: SubgroupExclusiveAdd,
	builtin.SubgroupExclusiveMul: SubgroupExclusiveMul, builtin.SubgroupInclusiveAdd: SubgroupInclusiveAdd,
	builtin.SubgroupInclusiveMul: SubgroupInclusiveMul, builtin.SubgroupBroadcastFirst: SubgroupFirst,
	builtin.SubgroupShuffle: SubgroupShuffle, builtin.SubgroupBroadcast: SubgroupShuffle,
	builtin.SubgroupShuffleXor: SubgroupShuffleXor, builtin.SubgroupShuffleUp: SubgroupShuffleUp,
	builtin.SubgroupShuffleDown: SubgroupShuffleDown,
}

func (l *lowerer) subgroup(op SubgroupOp, kind types.Scalar, args ...*Instr) *Instr {
	return l.emit(&Instr{Op: Subgroup, Kind: kind, Lanes: op, Args: args})
}

func addSubgroups() {
	for id, op := range subgroupOps {
		composed[id] = func(l *lowerer, _ *ir.Builtin, a []agg) agg {
			out := make(agg, len(a[0]))
			for i, x := range a[0] {
				args := []*Instr{x}
				if len(a) == 2 {
					args = append(args, l.bitcast(types.U32, a[1])[0])
				}
				out[i] = l.subgroup(op, x.Kind, args...)
			}
			return out
		}
	}
	composed[builtin.SubgroupElect] = func(l *lowerer, _ *ir.Builtin, _ []agg) agg {
		return agg{l.subgroup(SubgroupElect, types.Bool)}
	}
	ballot := func(l *lowerer, x *Instr) *Instr { return l.subgroup(SubgroupBallot, types.U32, x) }
	composed[builtin.SubgroupBallot] = func(l *lowerer, _ *ir.Builtin, a []agg) agg {
		return agg{ballot(l, a[0][0]), l.u32(0), l.u32(0), l.u32(0)}
	}
	composed[builtin.SubgroupAny] = func(l *lowerer, _ *ir.Builtin, a []agg) agg {
		return agg{l.op(Ne, types.Bool, ballot(l, a[0][0]), l.u32(0))}
	}
	composed[builtin.SubgroupAll] = func(l *lowerer, _ *ir.Builtin, a []agg) agg {
		return agg{l.op(Eq, types.Bool, ballot(l, l.op(Not, types.Bool, a[0][0])), l.u32(0))}
	}
	quad := func(mask uint32) builtinFunc {
		return func(l *lowerer, _ *ir.Builtin, a []agg) agg {
			out := make(agg, len(a[0]))
			for i, x := range a[0] {
				out[i] = l.subgroup(SubgroupShuffleXor, x.Kind, x, l.u32(mask))
			}
			return out
		}
	}
	composed[builtin.QuadSwapX] = quad(1)
	composed[builtin.QuadSwapY] = quad(2)
	composed[builtin.QuadSwapDiagonal] = quad(3)
	composed[builtin.QuadBroadcast] = func(l *lowerer, _ *ir.Builtin, a []agg) agg {
		first := l.op(And, types.U32, l.input(LaneIndex), l.u32(^uint32(3)))
		lane := l.op(Or, types.U32, first, l.bitcast(types.U32, a[1])[0])
		out := make(agg, len(a[0]))
		for i, x := range a[0] {
			out[i] = l.subgroup(SubgroupShuffle, x.Kind, x, lane)
		}
		return out
	}
}
