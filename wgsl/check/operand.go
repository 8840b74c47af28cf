package check

import (
	"pxos/wgsl/builtin"
	"pxos/wgsl/eval"
	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

// stage says when an expression has its value ("Early Evaluation Expressions").
type stage uint8

const (
	constStage stage = iota
	overrideStage
	runtimeStage
)

// root is a root identifier: a variable, or a formal parameter of pointer type
// ("Root Identifier").
type root struct {
	v *ir.Var
	p *ir.Local
}

// operand is a checked expression. A reference has the address as its tree and
// the store type as typ; a const-expression has a value and no tree.
type operand struct {
	span  syntax.Span
	typ   types.Type // nil: wrong, and reported
	stage stage
	val   value.Value
	x     ir.Expr
	root  root

	ref       bool
	component bool // a reference to a component of a vector
	space     types.Space
	access    types.Access
}

func (o operand) bad() bool { return o.typ == nil }

// describe spells the type of an operand for messages.
func (o operand) describe() string {
	if o.ref {
		return "a reference to " + o.typ.String()
	}
	return o.typ.String()
}

func constant(span syntax.Span, v value.Value) operand {
	return operand{span: span, typ: v.Type(), val: v}
}

// pointer is the type of a reference's address.
func (o operand) pointer() types.Pointer {
	return types.Pointer{Space: o.space, Elem: o.typ, Access: o.access}
}

// reference makes a reference of an address.
func reference(span syntax.Span, x ir.Expr, p types.Pointer, r root) operand {
	return operand{span: span, typ: p.Elem, stage: runtimeStage, x: x, root: r, ref: true, space: p.Space, access: p.Access}
}

// load applies the load rule: the value that a reference views.
func (c *checker) load(o operand) operand {
	if o.bad() || !o.ref {
		return o
	}
	if o.access&types.Read == 0 {
		c.errorf(o.span, "load-rule", "declare it with the access mode read_write", "memory with the access mode %s cannot be read", o.access)
		return operand{span: o.span}
	}
	if o.space != types.Handle && !types.IsConstructible(o.typ) {
		help := "load a member or element instead"
		if _, ok := o.typ.(types.Atomic); ok {
			help = "use atomicLoad"
		}
		c.errorf(o.span, "load-rule", help, "a value of type %s cannot be loaded", o.typ)
		return operand{span: o.span}
	}
	c.accessed(o.root, o.span, false)
	x := &ir.Load{Info: ir.Info{Span: o.span, T: o.typ}, Ptr: o.x}
	return operand{span: o.span, typ: o.typ, stage: runtimeStage, x: x}
}

// value checks an expression and applies the load rule.
func (c *checker) value(e syntax.Expr) operand { return c.load(c.expr(e)) }

// convert applies an automatic conversion; ok is false where none is feasible (not
// reported) or the value does not fit (reported).
func (c *checker) convert(o operand, to types.Type) (operand, bool) {
	if o.bad() {
		return o, false
	}
	if o.typ == to {
		return o, true
	}
	if builtin.Rank(o.typ, to) >= builtin.Infeasible {
		return o, false
	}
	if o.val == nil {
		return o, false // only constants are abstract
	}
	v, err := eval.Convert(eval.Constant, o.val, to)
	if err != nil {
		if c.lazy > 0 {
			v, err = eval.Convert(eval.Runtime, o.val, to)
		}
		if err != nil {
			c.evalError(o.span, err)
			return operand{span: o.span}, false
		}
	}
	return operand{span: o.span, typ: to, val: v}, true
}

// coerce converts to the type that a place asks for and reports where it cannot.
func (c *checker) coerce(o operand, to types.Type, what string) operand {
	if o.bad() || to == nil {
		return operand{span: o.span}
	}
	out, ok := c.convert(o, to)
	if ok {
		return out
	}
	if !out.bad() {
		c.errorf(o.span, ruleTypes, "convert it: "+conversionHelp(o.typ, to), "%s must be of type %s, but this is %s", what, to, o.typ)
	}
	return operand{span: o.span}
}

func conversionHelp(from, to types.Type) string {
	if types.Elem(from) != 0 && types.Elem(to) != 0 && types.Components(from) == types.Components(to) {
		return "write " + to.String() + "(…)"
	}
	return "give a value of type " + to.String()
}

// concretize gives an abstract constant its concrete type.
func (c *checker) concretize(o operand) operand {
	if o.bad() {
		return o
	}
	out, ok := c.convert(o, builtin.Concretization(o.typ))
	if !ok {
		return operand{span: o.span}
	}
	return out
}

// tree gives the expression of an operand of concrete type.
func (c *checker) tree(o operand) ir.Expr {
	if o.val != nil {
		return &ir.Const{Info: ir.Info{Span: o.span, T: o.typ}, Value: o.val}
	}
	return o.x
}

// evalError reports why a constant has no value.
func (c *checker) evalError(span syntax.Span, err error) {
	help := ""
	if e, ok := err.(*eval.Error); ok {
		help = e.Help
	}
	c.errorf(span, "const-expr", help, "%s", err)
}

// folded is the result of evaluating a const-expression; where it is not
// evaluated, a zero value stands in and is never looked at.
func (c *checker) folded(span syntax.Span, t types.Type, compute func() (value.Value, error)) operand {
	if !c.affordable(span, t) {
		return operand{span: span}
	}
	if c.lazy > 0 {
		return operand{span: span, typ: t, val: value.Zero(t)}
	}
	v, err := compute()
	if err != nil {
		c.evalError(span, err)
		return operand{span: span}
	}
	return operand{span: span, typ: t, val: v}
}

// latest is the later of the stages of some operands.
func latest(list ...operand) stage {
	s := constStage
	for _, o := range list {
		s = max(s, o.stage)
	}
	return s
}
