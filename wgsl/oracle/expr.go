package oracle

import (
	"slices"

	"pxos/wgsl/eval"
	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

// place is where a computation stands, for its error.
type place struct {
	*machine
	span syntax.Span
}

func (m *machine) at(span syntax.Span) place { return place{m, span} }

// must gives the value of a computation of wgsl/eval, or ends the shader.
func (p place) must(v value.Value, err error) value.Value {
	if err != nil {
		p.fail(p.span, "%v", err)
	}
	return v
}

// each computes a value for each active lane.
func (m *machine) each(active lanes, f func(lane int) value.Value) []value.Value {
	out := make([]value.Value, m.width())
	for _, lane := range active {
		out[lane] = f(lane)
	}
	return out
}

// eval computes an expression for the active lanes; operands are computed for
// all lanes, one operand after the other.
func (f *frame) eval(e ir.Expr, active lanes) []value.Value {
	switch e := e.(type) {
	case *ir.Const:
		return f.constant(e)
	case *ir.VarRef:
		return f.address(e.Var)
	case *ir.LocalRef:
		return f.locals[e.Local.Index]
	case *ir.Load:
		return f.load(f.eval(e.Ptr, active), active)
	case *ir.Member:
		return f.member(e, active)
	case *ir.Index:
		return f.index(e, active)
	case *ir.Swizzle:
		base := f.eval(e.Base, active)
		return f.each(active, func(lane int) value.Value { return eval.Swizzle(base[lane], e.Comps) })
	case *ir.Unary:
		x := f.eval(e.X, active)
		return f.each(active, func(lane int) value.Value { return f.at(e.Span).must(eval.Unary(eval.Runtime, e.Op, x[lane])) })
	case *ir.Binary:
		return f.binary(e, active)
	case *ir.Call:
		return f.call(e, active)
	case *ir.Builtin:
		return f.builtin(e, active)
	case *ir.Construct:
		args := f.operands(e.Args, active)
		parts := make([]value.Value, len(args))
		return f.each(active, func(lane int) value.Value { return eval.Construct(e.T, row(parts, args, lane)) })
	case *ir.Convert:
		x := f.eval(e.X, active)
		return f.each(active, func(lane int) value.Value { return f.at(e.Span).must(eval.Convert(eval.Runtime, x[lane], e.T)) })
	}
	f.fail(e.Range(), "an expression of kind %T reached the oracle", e)
	return nil
}

// operands computes expressions from left to right.
func (f *frame) operands(list []ir.Expr, active lanes) [][]value.Value {
	out := make([][]value.Value, len(list))
	for i, e := range list {
		out[i] = f.eval(e, active)
	}
	return out
}

// row sets parts to what one lane has of the operands.
func row(parts []value.Value, operands [][]value.Value, lane int) []value.Value {
	for i, o := range operands {
		parts[i] = o[lane]
	}
	return parts
}

// constant gives the value to all lanes, for every use of the constant the same
// slice: nobody writes to what an expression gave.
func (m *machine) constant(e *ir.Const) []value.Value {
	out := m.constants[e]
	if out == nil {
		out = slices.Repeat([]value.Value{e.Value}, m.width())
		m.constants[e] = out
	}
	return out
}

func (f *frame) member(e *ir.Member, active lanes) []value.Value {
	base := f.eval(e.Base, active)
	if _, memory := e.T.(types.Pointer); memory {
		return f.pointers(active, func(lane int) pointer { return base[lane].(*pointer).member(e.Index) })
	}
	return f.each(active, func(lane int) value.Value { return eval.Member(base[lane], e.Index) })
}

func (f *frame) index(e *ir.Index, active lanes) []value.Value {
	base, index := f.eval(e.Base, active), f.eval(e.Index, active)
	if f.sees(active) {
		f.tellIndex(e, f.own(base), f.own(index))
	}
	if _, memory := e.T.(types.Pointer); memory {
		return f.pointers(active, func(lane int) pointer { return base[lane].(*pointer).index(index[lane]) })
	}
	return f.each(active, func(lane int) value.Value {
		return f.at(e.Span).must(eval.Index(eval.Runtime, base[lane], index[lane]))
	})
}

// binary computes an operator. The right side of && and || is computed only for
// the lanes in which the left side does not decide.
func (f *frame) binary(e *ir.Binary, active lanes) []value.Value {
	if e.Op != syntax.AndAnd && e.Op != syntax.OrOr {
		x, y := f.eval(e.X, active), f.eval(e.Y, active)
		return f.each(active, func(lane int) value.Value {
			return f.at(e.Span).must(eval.Binary(eval.Runtime, e.Op, x[lane], y[lane]))
		})
	}
	x := f.eval(e.X, active)
	decided := value.Bool(e.Op == syntax.OrOr)
	var open lanes
	for _, lane := range active {
		if x[lane] != decided {
			open = append(open, lane)
		}
	}
	if f.sees(active) && !f.sees(open) {
		f.tell(Event{Kind: Skipped, Span: e.Y.Range(), Name: e.Op.String(), Value: decided})
	}
	if len(open) == 0 {
		return x
	}
	y := f.eval(e.Y, open)
	out := slices.Clone(x)
	for _, lane := range open {
		out[lane] = y[lane]
	}
	return out
}

// call runs a function for the lanes that call it together.
func (f *frame) call(e *ir.Call, active lanes) []value.Value {
	inner := f.newFrame(e.Func, f.depth+1)
	for i, a := range e.Args {
		inner.locals[e.Func.Params[i].Index] = f.eval(a, active)
	}
	told := f.sees(active) && !e.Func.Hidden
	if told {
		f.tellEnter(e.Func, e.Span, inner.locals)
	}
	inner.block(e.Func.Body, active)
	if storesTexel(e.Func) && f.sees(active) {
		f.tellTexel(e, inner.locals)
	}
	if told {
		f.tell(Event{Kind: Leave, Span: e.Span, Function: e.Func, Value: f.own(inner.results)})
	}
	if _, void := e.Func.Result.(types.Void); !void {
		for _, lane := range active {
			if inner.results[lane] == nil {
				f.fail(e.Span, "%s ended without a value", e.Func.Name)
			}
		}
	}
	return inner.results
}
