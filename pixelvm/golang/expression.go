package golang

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"maps"
	"math"
	"slices"

	"pxos/pixelvm"
)

func isFloat(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsFloat != 0
}

func isUnsigned(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&(types.IsUnsigned|types.IsBoolean) != 0
}

func sortedKeys(m map[int64]ast.Expr) []int64 { return slices.Sorted(maps.Keys(m)) }

func (f *function) constantInt(e ast.Expr) int64 {
	n, ok := constant.Int64Val(constant.ToInt(f.c.info.Types[e].Value))
	if !ok {
		f.c.fail(e, "want a constant number")
	}
	return n
}

// constant pushes a constant as a type.
func (f *function) constant(e ast.Expr, v constant.Value, t types.Type) {
	switch {
	case v.Kind() == constant.Bool:
		f.number(map[bool]int64{false: 0, true: 1}[constant.BoolVal(v)])
	case isFloat(t):
		x, _ := constant.Float64Val(v)
		f.wide(pixelvm.PUSHF, math.Float64bits(x))
	case v.Kind() == constant.String:
		f.c.fail(e, "the subset has strings as arguments of px.Text and px.Save only")
	default:
		v = constant.ToInt(v)
		if n, ok := constant.Int64Val(v); ok {
			f.number(n)
			return
		}
		n, ok := constant.Uint64Val(v)
		if !ok {
			f.c.fail(e, "the constant %v has more than 64 bits", v)
		}
		f.number(int64(n))
	}
}

// converted pushes an expression that is assigned to something of a type.
func (f *function) converted(e ast.Expr, t types.Type) {
	if v := f.c.info.Types[e].Value; v != nil {
		f.constant(e, v, t)
		return
	}
	if f.c.info.Types[e].IsNil() {
		for range f.c.values(e, t) {
			f.number(0)
		}
		return
	}
	f.expression(e)
}

// expression pushes the values of an expression, of an array or struct its address.
func (f *function) expression(e ast.Expr) {
	e = ast.Unparen(e)
	if v := f.c.info.Types[e].Value; v != nil {
		f.constant(e, v, types.Default(f.typeOf(e)))
		return
	}
	switch e := e.(type) {
	case *ast.Ident:
		f.load(f.placeOf(f.variable(e)))
	case *ast.StarExpr, *ast.SelectorExpr, *ast.IndexExpr:
		f.load(f.lvalue(e))
	case *ast.UnaryExpr:
		f.unary(e)
	case *ast.BinaryExpr:
		f.binary(e)
	case *ast.CallExpr:
		f.call(e)
	case *ast.CompositeLit:
		f.composite(e)
	case *ast.SliceExpr:
		f.slice(e)
	default:
		f.c.fail(e, "the subset has no such expression (%T)", e)
	}
}

func (f *function) unary(e *ast.UnaryExpr) {
	t := f.typeOf(e)
	switch e.Op {
	case token.AND:
		if lit, ok := ast.Unparen(e.X).(*ast.CompositeLit); ok {
			base := f.newLocal(pixelvm.I64)
			f.number(size(f.typeOf(lit)))
			f.allocate()
			f.emit(pixelvm.SET, base)
			f.assign(place{kind: inMemory, typ: f.typeOf(lit), address: func() { f.emit(pixelvm.GET, base) }}, lit)
			f.emit(pixelvm.GET, base)
			return
		}
		f.address(e.X)
	case token.NOT:
		f.expression(e.X)
		f.number(1)
		f.emit(pixelvm.XOR, 0)
	case token.ADD:
		f.expression(e.X)
	case token.SUB:
		if isFloat(t) {
			f.expression(e.X)
			f.emit(pixelvm.FNEG, 0)
			return
		}
		f.number(0)
		f.expression(e.X)
		f.emit(pixelvm.SUB, 0)
		f.narrow(t)
	case token.XOR:
		f.expression(e.X)
		f.number(-1)
		f.emit(pixelvm.XOR, 0)
		f.narrow(t)
	default:
		f.c.fail(e, "the subset has no %v", e.Op)
	}
}

// narrow brings a result back into the range of its type.
func (f *function) narrow(t types.Type) {
	bits := sizes.Sizeof(t) * 8
	if isFloat(t) || bits == 64 {
		return
	}
	if isUnsigned(t) {
		f.number(1<<bits - 1)
		f.emit(pixelvm.AND, 0)
		return
	}
	f.emit(map[int64]pixelvm.Opcode{8: pixelvm.EXT8, 16: pixelvm.EXT16, 32: pixelvm.EXT32}[bits], 0)
}

func (f *function) binary(e *ast.BinaryExpr) {
	switch e.Op {
	case token.LAND, token.LOR:
		no, end := f.newLabel(), f.newLabel()
		f.condition(e, no)
		f.number(1)
		f.jump(pixelvm.JMP, end)
		f.place(no)
		f.number(0)
		f.place(end)
		return
	case token.EQL, token.NEQ, token.LSS, token.GTR, token.LEQ, token.GEQ:
		t := f.operandType(e)
		f.converted(e.X, t)
		f.converted(e.Y, t)
		f.comparison(e, e.Op, t)
		return
	}
	t := types.Default(f.typeOf(e))
	f.converted(e.X, t)
	if e.Op == token.SHL || e.Op == token.SHR {
		f.expression(e.Y)
	} else {
		f.converted(e.Y, t)
	}
	f.arithmetic(e, e.Op, t, e.Y)
}

// operandType is the type in which a comparison is made.
func (f *function) operandType(e *ast.BinaryExpr) types.Type {
	x, y := f.typeOf(e.X), f.typeOf(e.Y)
	if b, ok := x.Underlying().(*types.Basic); ok && b.Info()&types.IsUntyped != 0 || b != nil && b.Kind() == types.UntypedNil {
		x = y
	}
	t := types.Default(x)
	if s, ok := t.Underlying().(*types.Slice); ok {
		f.c.fail(e, "the subset compares no %v, not even with nil: compare its length", s)
	}
	if f.c.values(e, t) == nil {
		f.c.fail(e, "the subset compares no %v", t)
	}
	return t
}

var (
	signedComparison   = map[token.Token]pixelvm.Opcode{token.EQL: pixelvm.EQ, token.NEQ: pixelvm.NE, token.LSS: pixelvm.LT, token.GTR: pixelvm.GT, token.LEQ: pixelvm.LE, token.GEQ: pixelvm.GE}
	unsignedComparison = map[token.Token]pixelvm.Opcode{token.EQL: pixelvm.EQ, token.NEQ: pixelvm.NE, token.LSS: pixelvm.LTU, token.GTR: pixelvm.GTU, token.LEQ: pixelvm.LEU, token.GEQ: pixelvm.GEU}
	floatComparison    = map[token.Token]pixelvm.Opcode{token.EQL: pixelvm.FEQ, token.NEQ: pixelvm.FNE, token.LSS: pixelvm.FLT, token.GTR: pixelvm.FGT, token.LEQ: pixelvm.FLE, token.GEQ: pixelvm.FGE}
	integerOps         = map[token.Token]pixelvm.Opcode{token.ADD: pixelvm.ADD, token.SUB: pixelvm.SUB, token.MUL: pixelvm.MUL, token.QUO: pixelvm.DIV, token.REM: pixelvm.MOD,
		token.AND: pixelvm.AND, token.OR: pixelvm.OR, token.XOR: pixelvm.XOR}
	floatOps = map[token.Token]pixelvm.Opcode{token.ADD: pixelvm.FADD, token.SUB: pixelvm.FSUB, token.MUL: pixelvm.FMUL, token.QUO: pixelvm.FDIV}
)

func (f *function) comparison(n ast.Node, op token.Token, t types.Type) {
	table := signedComparison
	if isFloat(t) {
		table = floatComparison
	} else if isUnsigned(t) {
		table = unsignedComparison
	}
	f.emit(table[op], 0)
}

// arithmetic pops two values and pushes the result; count is the right side of a shift.
func (f *function) arithmetic(n ast.Node, op token.Token, t types.Type, count ast.Expr) {
	if op == token.SHL || op == token.SHR {
		f.shift(n, op, t, count)
		return
	}
	if isFloat(t) {
		code, ok := floatOps[op]
		if !ok {
			f.c.fail(n, "the subset has no %v of floats", op)
		}
		f.emit(code, 0)
		return
	}
	if op == token.AND_NOT {
		f.number(-1)
		f.emit(pixelvm.XOR, 0)
		f.emit(pixelvm.AND, 0)
		return
	}
	code, ok := integerOps[op]
	if !ok || f.c.values(n, t) == nil {
		f.c.fail(n, "the subset has no %v of %v", op, t)
	}
	if isUnsigned(t) {
		switch code {
		case pixelvm.DIV:
			code = pixelvm.DIVU
		case pixelvm.MOD:
			code = pixelvm.MODU
		}
	}
	f.emit(code, 0)
	f.narrow(t)
}

// shift pops a value and a count. Go's counts are not cut to six bits, as the machine's
// are.
func (f *function) shift(n ast.Node, op token.Token, t types.Type, count ast.Expr) {
	code := pixelvm.SHL
	if op == token.SHR {
		code = pixelvm.SAR
		if isUnsigned(t) {
			code = pixelvm.SHR
		}
	}
	if v := f.c.info.Types[count].Value; v != nil {
		if k, ok := constant.Uint64Val(constant.ToInt(v)); ok && k < 64 {
			f.emit(code, 0)
			f.narrow(t)
			return
		}
	}
	c := f.temp(pixelvm.I64)
	big, end := f.newLabel(), f.newLabel()
	f.emit(pixelvm.TEE, c)
	f.number(64)
	f.emit(pixelvm.LTU, 0)
	f.jump(pixelvm.JZ, big)
	f.emit(pixelvm.GET, c)
	f.emit(code, 0)
	f.jump(pixelvm.JMP, end)
	f.place(big)
	if !isUnsigned(f.typeOf(count)) {
		f.emit(pixelvm.GET, c)
		f.number(0)
		f.emit(pixelvm.GE, 0)
		f.trapUnless(TrapShift)
	}
	if code == pixelvm.SAR {
		f.number(63)
		f.emit(pixelvm.SAR, 0)
	} else {
		f.emit(pixelvm.POP, 0)
		f.number(0)
	}
	f.place(end)
	f.narrow(t)
}

// condition jumps to a label where an expression is false.
func (f *function) condition(e ast.Expr, no int) {
	e = ast.Unparen(e)
	if b, ok := e.(*ast.BinaryExpr); ok && f.c.info.Types[e].Value == nil {
		switch b.Op {
		case token.LAND:
			f.condition(b.X, no)
			f.condition(b.Y, no)
			return
		case token.LOR:
			second, yes := f.newLabel(), f.newLabel()
			f.condition(b.X, second)
			f.jump(pixelvm.JMP, yes)
			f.place(second)
			f.condition(b.Y, no)
			f.place(yes)
			return
		}
	}
	f.expression(e)
	f.jump(pixelvm.JZ, no)
}

// slice pushes a part of a slice or array.
func (f *function) slice(e *ast.SliceExpr) {
	t := f.typeOf(e.X)
	base, count, most := f.temp(pixelvm.I64), f.temp(pixelvm.I64), f.temp(pixelvm.I64)
	var elem types.Type
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	switch u := t.Underlying().(type) {
	case *types.Slice:
		elem = u.Elem()
		f.expression(e.X)
		f.emit(pixelvm.SET, most)
		f.emit(pixelvm.SET, count)
		f.emit(pixelvm.SET, base)
	case *types.Array:
		elem = u.Elem()
		if _, ok := f.typeOf(e.X).Underlying().(*types.Pointer); ok {
			f.pointer(e.X)
		} else {
			f.address(e.X)
		}
		f.emit(pixelvm.SET, base)
		f.number(u.Len())
		f.emit(pixelvm.TEE, count)
		f.emit(pixelvm.SET, most)
	default:
		f.c.fail(e, "the subset has no part of %v", t)
	}
	low, high, limit := f.bound(e.Low, func() { f.number(0) }), f.bound(e.High, func() { f.emit(pixelvm.GET, count) }), f.bound(e.Max, func() { f.emit(pixelvm.GET, most) })
	for _, pair := range [][2]int{{low, high}, {high, limit}, {limit, most}} {
		f.emit(pixelvm.GET, pair[0])
		f.emit(pixelvm.GET, pair[1])
		f.emit(pixelvm.LEU, 0)
		f.trapUnless(TrapIndex)
	}
	f.emit(pixelvm.GET, base)
	f.emit(pixelvm.GET, low)
	f.scale(size(elem))
	f.emit(pixelvm.ADD, 0)
	for _, n := range []int{high, limit} {
		f.emit(pixelvm.GET, n)
		f.emit(pixelvm.GET, low)
		f.emit(pixelvm.SUB, 0)
	}
}

// bound puts a bound into a temporary.
func (f *function) bound(e ast.Expr, otherwise func()) int {
	n := f.temp(pixelvm.I64)
	if e == nil {
		otherwise()
	} else {
		f.converted(e, types.Typ[types.Int])
	}
	f.emit(pixelvm.SET, n)
	return n
}
