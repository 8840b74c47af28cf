package oracle

import (
	"pxos/wgsl/builtin"
	"pxos/wgsl/eval"
	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

// specialFunc computes a built-in function that is more than its arguments: it
// reaches memory or other invocations.
type specialFunc func(f *frame, e *ir.Builtin, args [][]value.Value, active lanes) []value.Value

// special are the built-in functions that wgsl/eval does not compute.
var special = map[builtin.ID]specialFunc{}

// filled says that special has its entries.
var filled = fill()

func fill() bool {
	for _, id := range []builtin.ID{builtin.StorageBarrier, builtin.TextureBarrier, builtin.WorkgroupBarrier} {
		special[id] = barrier
	}
	special[builtin.WorkgroupUniformLoad] = func(f *frame, e *ir.Builtin, args [][]value.Value, active lanes) []value.Value {
		barrier(f, e, args, active)
		return f.load(args[0], active)
	}
	special[builtin.ArrayLength] = func(f *frame, _ *ir.Builtin, args [][]value.Value, active lanes) []value.Value {
		return f.each(active, func(lane int) value.Value { return value.U32(args[0][lane].(*pointer).length()) })
	}
	fillAtomics()
	fillSubgroups()
	return true
}

// barrier does nothing: in lockstep all that stands before it is done.
func barrier(f *frame, e *ir.Builtin, _ [][]value.Value, active lanes) []value.Value {
	if f.sees(active) {
		f.tell(Event{Kind: Barrier, Span: e.Span, Name: e.ID.String()})
	}
	return make([]value.Value, f.width())
}

// builtin calls a built-in function.
func (f *frame) builtin(e *ir.Builtin, active lanes) []value.Value {
	args := f.operands(e.Args, active)
	if s := special[e.ID]; s != nil {
		return s(f, e, args, active)
	}
	parts := make([]value.Value, len(args))
	return f.each(active, func(lane int) value.Value {
		return f.at(e.Span).must(eval.Call(eval.Runtime, e.ID, e.T, row(parts, args, lane)))
	})
}

// change computes the new value of an atomic of the old one and the argument.
type change func(old, arg value.Value) (value.Value, error)

func operator(op syntax.BinaryOp) change {
	return func(x, y value.Value) (value.Value, error) { return eval.Binary(eval.Runtime, op, x, y) }
}

func function(id builtin.ID) change {
	return func(x, y value.Value) (value.Value, error) {
		return eval.Call(eval.Runtime, id, x.Type(), []value.Value{x, y})
	}
}

func second(_, arg value.Value) (value.Value, error) { return arg, nil }

// fillAtomics has the atomics, done by one invocation after the other ("Atomic
// Built-in Functions").
func fillAtomics() {
	for id, c := range map[builtin.ID]change{
		builtin.AtomicAdd: operator(syntax.Add), builtin.AtomicSub: operator(syntax.Sub),
		builtin.AtomicAnd: operator(syntax.And), builtin.AtomicOr: operator(syntax.Or),
		builtin.AtomicXor: operator(syntax.Xor), builtin.AtomicMin: function(builtin.Min),
		builtin.AtomicMax: function(builtin.Max), builtin.AtomicStore: second, builtin.AtomicExchange: second,
	} {
		special[id] = func(f *frame, e *ir.Builtin, args [][]value.Value, active lanes) []value.Value {
			return f.each(active, func(lane int) value.Value {
				p := args[0][lane].(*pointer)
				old := p.load()
				p.store(f.at(e.Span).must(c(old, args[1][lane])))
				if f.sees(lanes{lane}) {
					f.tellAtomic(e, p)
				}
				return old
			})
		}
	}
	special[builtin.AtomicLoad] = func(f *frame, _ *ir.Builtin, args [][]value.Value, active lanes) []value.Value {
		return f.load(args[0], active)
	}
	special[builtin.AtomicCompareExchangeWeak] = compareExchange
}

// compareExchange never fails for no reason, though it might.
func compareExchange(f *frame, e *ir.Builtin, args [][]value.Value, active lanes) []value.Value {
	return f.each(active, func(lane int) value.Value {
		p := args[0][lane].(*pointer)
		old := p.load()
		same := value.Equal(old, args[1][lane])
		if same {
			p.store(args[2][lane])
		}
		if f.sees(lanes{lane}) {
			f.tellAtomic(e, p)
		}
		return &value.Composite{T: e.T.(*types.Struct), Elems: []value.Value{old, value.Bool(same)}}
	})
}
