package check

import (
	"pxos/wgsl/builtin"
	"pxos/wgsl/eval"
	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

// expr checks an expression; a reference stays one.
func (c *checker) expr(e syntax.Expr) operand {
	switch e := e.(type) {
	case *syntax.Literal:
		return c.literal(e)
	case *syntax.Paren:
		o := c.expr(e.X)
		o.span = e.Span
		return o
	case *syntax.TypeName:
		return c.name(e)
	case *syntax.Unary:
		return c.unary(e)
	case *syntax.Binary:
		return c.binary(e)
	case *syntax.Index:
		return c.index(e)
	case *syntax.Selector:
		return c.selector(e)
	case *syntax.Call:
		o := c.call(e, false)
		if _, void := o.typ.(types.Void); void {
			c.errorf(e.Span, "function-call-expr", "call it as a statement", "the function %s returns no value", e.Callee.Name.Name)
			return operand{span: e.Span}
		}
		return o
	}
	return operand{}
}

func (c *checker) literal(e *syntax.Literal) operand {
	switch e.Kind {
	case syntax.LitBool:
		return constant(e.Span, value.Bool(e.Bool))
	case syntax.LitAbstractInt:
		return constant(e.Span, value.AbstractInt(e.Int))
	case syntax.LitI32:
		return constant(e.Span, value.I32(int32(e.Int)))
	case syntax.LitU32:
		return constant(e.Span, value.U32(uint32(e.Int)))
	case syntax.LitF32:
		return constant(e.Span, value.F32(float32(e.Float)))
	case syntax.LitF16:
		if c.allowed(e.Span, types.F16) == nil {
			return operand{span: e.Span}
		}
		return constant(e.Span, value.F16(float32(e.Float)))
	}
	return constant(e.Span, value.AbstractFloat(e.Float))
}

// name is an identifier used as a value.
func (c *checker) name(e *syntax.TypeName) operand {
	none := operand{span: e.Span}
	d := c.lookup(e.Name)
	if d == nil {
		switch what := predeclared(e.Name.Name); what {
		case "":
			c.unknown(e.Name, "the name")
		case "built-in function":
			c.errorf(e.Span, ruleTypes, "call it: "+e.Name.Name+"(…)", "the built-in function %q is used as a value", e.Name.Name)
		case "enumerant":
			c.errorf(e.Span, ruleTypes, "use a value here", "the enumerant %q is no value", e.Name.Name)
		default:
			c.errorf(e.Span, ruleTypes, "make a value of it: "+e.Name.Name+"(…)", "the %s %q is used as a value", what, e.Name.Name)
		}
		return none
	}
	if d.bad {
		return none
	}
	if e.Args != nil {
		c.errorf(e.Span, ruleTypes, "remove the template list", "%q takes no template arguments", e.Name.Name)
		return none
	}
	info := ir.Info{Span: e.Span, T: d.typ}
	switch d.kind {
	case kindConst:
		return operand{span: e.Span, typ: d.typ, val: d.val}
	case kindOverride:
		return operand{span: e.Span, typ: d.typ, stage: overrideStage, x: &ir.OverrideRef{Info: info, Override: d.override}}
	case kindLocal:
		return operand{span: e.Span, typ: d.typ, stage: runtimeStage, root: d.root, x: &ir.LocalRef{Info: info, Local: d.local}}
	case kindVar:
		return c.variableRef(e, d)
	case kindFunction:
		c.errorf(e.Span, ruleTypes, "call it: "+e.Name.Name+"(…)", "the function %q is used as a value", e.Name.Name)
	default:
		c.errorf(e.Span, ruleTypes, "make a value of it: "+e.Name.Name+"(…)", "the type %q is used as a value", e.Name.Name)
	}
	return none
}

func (c *checker) variableRef(e *syntax.TypeName, d *entity) operand {
	v := d.variable
	if v.Func == nil {
		c.usesGlobal(v, e.Span)
	}
	p := v.Pointer()
	x := &ir.VarRef{Info: ir.Info{Span: e.Span, T: p}, Var: v}
	return reference(e.Span, x, p, root{v: v})
}

func (c *checker) unary(e *syntax.Unary) operand {
	switch e.Op {
	case syntax.AddressOf:
		return c.addressOf(e)
	case syntax.Indirection:
		return c.indirection(e)
	}
	x := c.value(e.X)
	if x.bad() {
		return operand{span: e.Span}
	}
	rules := builtin.Unary[e.Op.String()]
	m, ok := builtin.Resolve(rules, nil, []builtin.Arg{{Type: x.typ, Const: x.stage == constStage}})
	if !ok {
		c.errorf(e.Span, ruleTypes, "the operator is defined for:"+builtin.Candidates(rules), "the operator %s cannot be applied to %s", e.Op, x.typ)
		return operand{span: e.Span}
	}
	if x = c.coerce(x, m.Params[0], "the operand"); x.bad() {
		return operand{span: e.Span}
	}
	if x.stage == constStage {
		return c.folded(e.Span, m.Result, func() (value.Value, error) { return eval.Unary(eval.Constant, e.Op, x.val) })
	}
	return operand{span: e.Span, typ: m.Result, stage: x.stage, x: &ir.Unary{Info: ir.Info{Span: e.Span, T: m.Result}, Op: e.Op, X: c.tree(x)}}
}

func (c *checker) addressOf(e *syntax.Unary) operand {
	o := c.expr(e.X)
	if o.bad() {
		return operand{span: e.Span}
	}
	switch {
	case !o.ref:
		c.errorf(e.Span, "address-of-expr", "take the address of a variable", "the operand of & must be a reference to memory, not a value of type %s", o.typ)
	case o.space == types.Handle:
		c.errorf(e.Span, "address-of-expr", "use the variable itself", "the address of a texture or sampler cannot be taken")
	case o.component:
		c.errorf(e.Span, "address-of-expr", "take the address of the whole vector", "the address of a component of a vector cannot be taken")
	default:
		return operand{span: e.Span, typ: o.pointer(), stage: runtimeStage, x: o.x, root: o.root}
	}
	return operand{span: e.Span}
}

func (c *checker) indirection(e *syntax.Unary) operand {
	o := c.value(e.X)
	if o.bad() {
		return operand{span: e.Span}
	}
	p, ok := o.typ.(types.Pointer)
	if !ok {
		c.errorf(e.Span, "indirection-expr", "remove the *", "the operand of * must be a pointer, not %s", o.typ)
		return operand{span: e.Span}
	}
	return reference(e.Span, o.x, p, o.root)
}

func (c *checker) binary(e *syntax.Binary) operand {
	if e.Op == syntax.AndAnd || e.Op == syntax.OrOr {
		return c.shortCircuit(e)
	}
	return c.operator(e.Span, e.OpSpan, e.Op, c.value(e.X), c.value(e.Y))
}

// operator applies a binary operator to two values.
func (c *checker) operator(span, at syntax.Span, op syntax.BinaryOp, x, y operand) operand {
	if x.bad() || y.bad() {
		return operand{span: span}
	}
	rules := builtin.Binary[op.String()]
	m, ok := builtin.Resolve(rules, nil, []builtin.Arg{{Type: x.typ, Const: x.stage == constStage}, {Type: y.typ, Const: y.stage == constStage}})
	if !ok {
		c.errorf(at, ruleTypes, operatorHelp(op, x.typ, y.typ), "the operator %s cannot be applied to %s and %s", op, x.typ, y.typ)
		return operand{span: span}
	}
	x, y = c.coerce(x, m.Params[0], "the left operand"), c.coerce(y, m.Params[1], "the right operand")
	if x.bad() || y.bad() {
		return operand{span: span}
	}
	s := latest(x, y)
	if s == constStage {
		return c.folded(span, m.Result, func() (value.Value, error) { return eval.Binary(eval.Constant, op, x.val, y.val) })
	}
	if y.val != nil && c.lazy == 0 {
		if err := eval.CheckDivisor(op, x.typ, y.val); err != nil {
			c.evalError(y.span, err)
		}
	}
	return operand{span: span, typ: m.Result, stage: s,
		x: &ir.Binary{Info: ir.Info{Span: span, T: m.Result}, Op: op, X: c.tree(x), Y: c.tree(y)}}
}

func operatorHelp(op syntax.BinaryOp, x, y types.Type) string {
	switch {
	case (op == syntax.Shl || op == syntax.Shr) && types.Elem(y) == types.I32:
		return "the shift amount must be u32: write u32(…)"
	case types.Components(x) == types.Components(y) && types.Elem(x) != types.Elem(y):
		return "WGSL converts no variable by itself: write " + x.String() + "(…) or " + y.String() + "(…)"
	}
	return "the operator is defined for:" + builtin.Candidates(builtin.Binary[op.String()])
}

// shortCircuit is && and ||: the right side of a const-expression is not evaluated
// where the left side decides, but its type is determined.
func (c *checker) shortCircuit(e *syntax.Binary) operand {
	x := c.coerce(c.value(e.X), types.Bool, "the left operand of "+e.Op.String())
	decided := x.val != nil && bool(x.val.(value.Bool)) == (e.Op == syntax.OrOr)
	if decided {
		c.lazy++
	}
	y := c.coerce(c.value(e.Y), types.Bool, "the right operand of "+e.Op.String())
	if decided {
		c.lazy--
	}
	if x.bad() || y.bad() {
		return operand{span: e.Span}
	}
	s := latest(x, y)
	if s == constStage {
		if decided {
			return constant(e.Span, x.val)
		}
		return constant(e.Span, y.val)
	}
	return operand{span: e.Span, typ: types.Bool, stage: s,
		x: &ir.Binary{Info: ir.Info{Span: e.Span, T: types.Bool}, Op: e.Op, X: c.tree(x), Y: c.tree(y)}}
}
