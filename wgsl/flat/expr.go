package flat

import (
	"math"

	"pxos/wgsl/builtin"
	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

func floatBits(f float32) uint32 { return math.Float32bits(f) }

func asInt(v value.Value) int64 {
	switch v := v.(type) {
	case value.I32:
		return int64(v)
	case value.U32:
		return int64(v)
	case value.AbstractInt:
		return int64(v)
	}
	return 0
}

// scalarBits is a constant scalar as an instruction holds it.
func scalarBits(v value.Value) uint32 {
	switch v := v.(type) {
	case value.Bool:
		if v {
			return 1
		}
	case value.I32:
		return uint32(v)
	case value.U32:
		return uint32(v)
	case value.F32:
		return floatBits(float32(v))
	case value.F16:
		return floatBits(float32(v))
	}
	return 0
}

// expr lowers an expression that has a value.
func (l *lowerer) expr(e ir.Expr) agg {
	saved := l.span
	l.span = e.Range()
	defer func() { l.span = saved }()
	switch e := e.(type) {
	case *ir.Const:
		return l.constValue(e.Value)
	case *ir.LocalRef:
		return l.fn.values[e.Local]
	case *ir.Load:
		return l.load(l.place(e.Ptr))
	case *ir.Member:
		return l.memberValue(e)
	case *ir.Index:
		return l.indexValue(e)
	case *ir.Swizzle:
		base := l.expr(e.Base)
		out := make(agg, len(e.Comps))
		for i, c := range e.Comps {
			out[i] = base[c]
		}
		return out
	case *ir.Unary:
		op := map[syntax.UnaryOp]Op{syntax.Negate: Neg, syntax.Not: Not, syntax.Complement: Not}[e.Op]
		return l.map1(op, l.expr(e.X))
	case *ir.Binary:
		return l.binaryExpr(e)
	case *ir.Call:
		return l.call(e)
	case *ir.Builtin:
		return l.builtin(e)
	case *ir.Construct:
		return l.construct(e)
	case *ir.Convert:
		return l.convert(types.Elem(e.T), l.expr(e.X))
	}
	l.fail(e.Range(), "an expression of kind %T reached the executor", e)
	return nil
}

func (l *lowerer) constValue(v value.Value) agg {
	if c, ok := v.(*value.Composite); ok {
		var out agg
		for _, e := range c.Elems {
			out = append(out, l.constValue(e)...)
		}
		return out
	}
	return agg{l.constBits(types.Elem(v.Type()), scalarBits(v))}
}

func (l *lowerer) memberValue(e *ir.Member) agg {
	if load, ok := e.Base.(*ir.Load); ok {
		return l.load(l.memberPlace(l.place(load.Ptr), e.Index))
	}
	if isLarge(e.Base.Type()) {
		return l.load(l.memberPlace(l.largePlace(e.Base), e.Index))
	}
	s := e.Base.Type().(*types.Struct)
	base := l.expr(e.Base)
	var before int64
	for i := range e.Index {
		before += leaves(s.Members[i].Type)
	}
	return base[before : before+leaves(s.Members[e.Index].Type)]
}

func (l *lowerer) indexValue(e *ir.Index) agg {
	if load, ok := e.Base.(*ir.Load); ok {
		p := l.place(load.Ptr)
		if p.slots == nil || isConst(e.Index) || isVector(p.t) {
			return l.load(l.indexPlace(p, l.expr(e.Index)[0]))
		}
	}
	if isLarge(e.Base.Type()) {
		p := l.largePlace(e.Base)
		return l.load(l.indexPlace(p, l.expr(e.Index)[0]))
	}
	elem, count, _ := element(e.Base.Type())
	n := leaves(elem)
	if i, ok := ir.ConstantValue(e.Index); ok {
		k := int64(min(uint64(scalarBits(i)), uint64(count-1)))
		return l.expr(e.Base)[k*n : (k+1)*n]
	}
	if c, ok := e.Base.(*ir.Const); ok && count > 4 {
		p := place{t: e.Base.Type(), access: Access{Mem: l.table(c.Value)}}
		return l.load(l.indexPlace(p, l.expr(e.Index)[0]))
	}
	base := l.expr(e.Base)
	if _, array := e.Base.Type().(types.Array); array && count > 4 {
		p := place{t: e.Base.Type(), access: Access{Mem: l.laneMemory("a copy", e.Base.Type())}}
		l.store(p, base)
		return l.load(l.indexPlace(p, l.expr(e.Index)[0]))
	}
	index := l.clampIndex(l.expr(e.Index)[0], count)
	out := make(agg, n)
	for k := range out {
		row := make(agg, count)
		for i := range row {
			row[i] = base[int64(i)*n+int64(k)]
		}
		out[k] = l.choose(row, index)
	}
	return out
}

func isConst(e ir.Expr) bool { _, ok := ir.ConstantValue(e); return ok }

func isVector(t types.Type) bool { _, ok := t.(types.Vector); return ok }

func (l *lowerer) laneMemory(name string, t types.Type) *Memory {
	m := &Memory{Kind: Lane, Name: name, Size: leaves(t) * 4, ID: len(l.prog.Lane)}
	l.prog.Lane = append(l.prog.Lane, m)
	return m
}

// table puts a constant where an index can reach it.
func (l *lowerer) table(v value.Value) *Memory {
	key := v.Type().String() + string(encodeValue(v))
	if m, ok := l.tables[key]; ok {
		return m
	}
	m := &Memory{Kind: Table, Name: "a constant", ReadOnly: true, Data: encodeValue(v), ID: len(l.prog.Tables)}
	m.Size = int64(len(m.Data))
	l.prog.Tables = append(l.prog.Tables, m)
	l.tables[key] = m
	return m
}

// binaryExpr lowers an operator, with the right side of && and || only reached
// where it must not be evaluated for nothing.
func (l *lowerer) binaryExpr(e *ir.Binary) agg {
	if e.Op == syntax.AndAnd || e.Op == syntax.OrOr {
		return agg{l.shortCircuit(e)}
	}
	x := l.expr(e.X)
	y := l.expr(e.Y)
	return l.binary(e.Op, e.X.Type(), e.Y.Type(), x, y)
}

func (l *lowerer) shortCircuit(e *ir.Binary) *Instr {
	op := And
	if e.Op == syntax.OrOr {
		op = Or
	}
	x := l.expr(e.X)[0]
	if isEager(e.Y) {
		return l.op(op, types.Bool, x, l.expr(e.Y)[0])
	}
	slot := l.newSlot("", types.Bool)
	l.initSlot(slot, x)
	cond := x
	if op == Or {
		cond = l.op(Not, types.Bool, x)
	}
	l.ifThen(cond, func() { l.set(slot, l.expr(e.Y)[0]) }, nil)
	return l.get(slot)
}

// isEager says whether an expression may be evaluated for nothing.
func isEager(e ir.Expr) bool {
	eager := true
	ir.Expressions(e, func(x ir.Expr) {
		switch x := x.(type) {
		case *ir.Call:
			eager = false
		case *ir.Builtin:
			if x.ID >= builtin.AtomicLoad && x.ID <= builtin.AtomicCompareExchangeWeak || x.ID >= builtin.StorageBarrier {
				eager = false
			}
		}
	})
	return eager
}

var arithmetic = map[syntax.BinaryOp]Op{
	syntax.Add: Add, syntax.Sub: Sub, syntax.Mul: Mul, syntax.Div: Div, syntax.Rem: Rem,
	syntax.And: And, syntax.Or: Or, syntax.Xor: Xor, syntax.Shl: Shl, syntax.Shr: Shr,
	syntax.Equal: Eq, syntax.NotEqual: Ne, syntax.Less: Lt, syntax.LessEqual: Le,
	syntax.Greater: Gt, syntax.GreaterEqual: Ge,
}

// binary applies an operator to operands of the shapes that WGSL allows.
func (l *lowerer) binary(op syntax.BinaryOp, tx, ty types.Type, x, y agg) agg {
	mx, xm := tx.(types.Matrix)
	my, ym := ty.(types.Matrix)
	if op == syntax.Mul {
		switch {
		case xm && ym:
			return l.matMul(mx, my, x, y)
		case xm && isVector(ty):
			return l.matVec(mx, x, y)
		case ym && isVector(tx):
			return l.vecMat(my, x, y)
		}
	}
	n := max(len(x), len(y))
	return l.componentwise(arithmetic[op], spread(x, n), spread(y, n))
}

// spread repeats a scalar to n components.
func spread(v agg, n int) agg {
	if len(v) == n {
		return v
	}
	out := make(agg, n)
	for i := range out {
		out[i] = v[0]
	}
	return out
}

func (l *lowerer) componentwise(op Op, x, y agg) agg {
	out := make(agg, len(x))
	for i := range out {
		out[i] = l.binaryOp(op, x[i], y[i])
	}
	return out
}

// binaryOp is one scalar operation, rounded where the kind is f16.
func (l *lowerer) binaryOp(op Op, x, y *Instr) *Instr {
	kind := x.Kind
	if op >= Eq && op <= Ge {
		kind = types.Bool
	}
	return l.op(op, kind, x, y)
}

func (l *lowerer) map1(op Op, x agg) agg {
	out := make(agg, len(x))
	for i := range out {
		out[i] = l.op(op, x[i].Kind, x[i])
	}
	return out
}

// dot sums x[i]*y[i] from left to right.
func (l *lowerer) dot(x, y agg) *Instr {
	var sum *Instr
	for i := range x {
		product := l.op(Mul, x[i].Kind, x[i], y[i])
		if sum == nil {
			sum = product
		} else {
			sum = l.op(Add, product.Kind, sum, product)
		}
	}
	return sum
}

func (l *lowerer) matVec(m types.Matrix, x, v agg) agg {
	out := make(agg, m.Rows)
	for r := range out {
		row := make(agg, m.Cols)
		for c := range row {
			row[c] = x[c*m.Rows+r]
		}
		out[r] = l.dot(row, v)
	}
	return out
}

func (l *lowerer) vecMat(m types.Matrix, v, x agg) agg {
	out := make(agg, m.Cols)
	for c := range out {
		out[c] = l.dot(v, x[c*m.Rows:(c+1)*m.Rows])
	}
	return out
}

func (l *lowerer) matMul(mx, my types.Matrix, x, y agg) agg {
	var out agg
	for c := range my.Cols {
		out = append(out, l.matVec(mx, x, y[c*my.Rows:(c+1)*my.Rows])...)
	}
	return out
}

func (l *lowerer) convert(to types.Scalar, x agg) agg {
	out := make(agg, len(x))
	for i := range out {
		out[i] = x[i]
		if x[i].Kind != to {
			out[i] = l.op(Convert, to, x[i])
		}
	}
	return out
}

func (l *lowerer) construct(e *ir.Construct) agg {
	var out agg
	for _, a := range e.Args {
		out = append(out, l.expr(a)...)
	}
	if v, ok := e.T.(types.Vector); ok {
		return spread(out, v.N)
	}
	return out
}
