package check

import (
	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

// assign checks a simple, compound or phony assignment ("Assignment Statement").
func (c *checker) assign(s *syntax.Assign) ir.Stmt {
	if s.LHS == nil {
		return c.phony(s)
	}
	dest := c.destination(s.LHS, s.Compound)
	y := c.value(s.RHS)
	if dest.bad() || y.bad() {
		return nil
	}
	out := &ir.Assign{At: ir.At{Span: s.Span}, Ptr: dest.x, Compound: s.Compound, Op: s.Op}
	if !s.Compound {
		y = c.coerce(y, dest.typ, "the assigned value")
		if y.bad() {
			return nil
		}
		out.Value = c.tree(y)
		return out
	}
	result, y := c.compound(s.RHS.Range(), s.Op, dest, y)
	if result == nil {
		return nil
	}
	if result != dest.typ {
		c.errorf(s.Span, "compound-assignment-sec", "write the operation out with conversions",
			"%s %s= %s gives %s, which cannot be assigned to %s", dest.typ, s.Op, y.typ, result, dest.typ)
		return nil
	}
	out.Value = c.tree(y)
	return out
}

// compound gives the type of `load(dest) op y` and y converted for it.
func (c *checker) compound(span syntax.Span, op syntax.BinaryOp, dest, y operand) (types.Type, operand) {
	left := operand{span: dest.span, typ: dest.typ, stage: runtimeStage, x: dest.x}
	r := c.operator(span, span, op, left, y)
	if r.bad() {
		return nil, y
	}
	b := r.x.(*ir.Binary)
	return r.typ, operand{span: y.span, typ: b.Y.Type(), stage: y.stage, x: b.Y}
}

// destination checks the left side of an assignment: a reference that may be
// written, of constructible type.
func (c *checker) destination(e syntax.Expr, read bool) operand {
	o := c.expr(e)
	switch {
	case o.bad():
		return o
	case !o.ref:
		help := "assign to a variable"
		if _, ok := o.typ.(types.Pointer); ok {
			help = "write * before the pointer"
		} else if _, isName := e.(*syntax.TypeName); isName {
			help = "declare it with var"
		} else if sel, ok := e.(*syntax.Selector); ok && len(sel.Name.Name) > 1 {
			help = "assign the components one by one"
		}
		c.errorf(o.span, "assignment", help, "the left side of an assignment must be a reference to memory, not a value of type %s", o.typ)
	case o.access&types.Write == 0 || o.space == types.Handle:
		c.errorf(o.span, "assignment", writeHelp(o), "memory in the address space %s with the access mode %s cannot be written", o.space, o.access)
	case !types.IsConstructible(o.typ):
		help := "assign to its members or elements"
		if _, ok := o.typ.(types.Atomic); ok {
			help = "use atomicStore"
		}
		c.errorf(o.span, "assignment", help, "a value of type %s cannot be assigned", o.typ)
	default:
		c.accessed(o.root, o.span, true)
		if read {
			c.accessed(o.root, o.span, false)
		}
		return o
	}
	return operand{span: o.span}
}

func writeHelp(o operand) string {
	if o.space == types.Storage {
		return "write var<storage, read_write>"
	}
	return "assign to a variable in the address space function, private, workgroup or storage"
}

func (c *checker) phony(s *syntax.Assign) ir.Stmt {
	o := c.value(s.RHS)
	if o.bad() {
		return nil
	}
	switch o.typ.(type) {
	case types.Pointer, types.Texture, types.Sampler:
	default:
		if !types.IsConstructible(o.typ) {
			c.errorf(o.span, "phony-assignment-section", "take its address", "a value of type %s cannot be evaluated", o.typ)
			return nil
		}
		if types.IsConcrete(o.typ) {
			break
		}
		if o = c.concretize(o); o.bad() {
			return nil
		}
	}
	return &ir.Evaluate{At: ir.At{Span: s.Span}, X: c.tree(o)}
}

// increment checks `x++` and `x--`.
func (c *checker) increment(s *syntax.IncDec) ir.Stmt {
	dest := c.destination(s.LHS, true)
	if dest.bad() {
		return nil
	}
	t, ok := dest.typ.(types.Scalar)
	if !ok || !t.IsInteger() {
		c.errorf(dest.span, "increment-decrement", "write += 1 with a value of its type", "++ and -- apply to i32 and u32 only, not to %s", dest.typ)
		return nil
	}
	var v value.Value = value.I32(1)
	if t == types.U32 {
		v = value.U32(1)
	}
	op := syntax.Add
	if s.Decrement {
		op = syntax.Sub
	}
	return &ir.Assign{At: ir.At{Span: s.Span}, Ptr: dest.x, Compound: true, Op: op, Value: c.tree(constant(s.Span, v))}
}
