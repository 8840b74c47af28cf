package check

import (
	"pxos/wgsl/builtin"
	"pxos/wgsl/eval"
	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

// The rewriting of a tree for one pipeline: a copy in which overrides are
// constants and what depends on nothing else is folded.

func (s *specializer) block(b *ir.Block) *ir.Block {
	if b == nil {
		return nil
	}
	out := &ir.Block{At: b.At, Stmts: make([]ir.Stmt, 0, len(b.Stmts))}
	for _, x := range b.Stmts {
		out.Stmts = append(out.Stmts, s.stmt(x))
	}
	return out
}

func (s *specializer) stmt(x ir.Stmt) ir.Stmt {
	switch x := x.(type) {
	case *ir.Block:
		return s.block(x)
	case *ir.DeclareVar:
		return &ir.DeclareVar{At: x.At, Var: s.vars[x.Var]}
	case *ir.DeclareLet:
		return &ir.DeclareLet{At: x.At, Local: s.locals[x.Local], Init: s.expr(x.Init)}
	case *ir.Assign:
		out := &ir.Assign{At: x.At, Ptr: s.expr(x.Ptr), Value: s.expr(x.Value), Compound: x.Compound, Op: x.Op}
		if x.Compound {
			s.divisor(x.Op, out.Ptr.Type().(types.Pointer).Elem, out.Value)
		}
		return out
	case *ir.Evaluate:
		return &ir.Evaluate{At: x.At, X: s.expr(x.X)}
	case *ir.If:
		return &ir.If{At: x.At, Cond: s.expr(x.Cond), Then: s.block(x.Then), Else: s.block(x.Else)}
	case *ir.Switch:
		out := &ir.Switch{At: x.At, Selector: s.expr(x.Selector)}
		for _, k := range x.Cases {
			out.Cases = append(out.Cases, &ir.Case{At: k.At, Values: k.Values, Default: k.Default, Body: s.block(k.Body)})
		}
		return out
	case *ir.Loop:
		return &ir.Loop{At: x.At, Body: s.block(x.Body), Continuing: s.block(x.Continuing), BreakIf: s.expr(x.BreakIf)}
	case *ir.Return:
		return &ir.Return{At: x.At, Value: s.expr(x.Value)}
	case *ir.Break:
		return &ir.Break{At: x.At}
	case *ir.Continue:
		return &ir.Continue{At: x.At}
	}
	return &ir.Discard{At: ir.At{Span: x.Range()}}
}

func (s *specializer) exprs(list []ir.Expr) []ir.Expr {
	out := make([]ir.Expr, len(list))
	for i := range list {
		out[i] = s.expr(list[i])
	}
	return out
}

// constants gives the values of expressions where all have one.
func constants(list ...ir.Expr) ([]value.Value, bool) {
	out := make([]value.Value, len(list))
	for i := range list {
		v, ok := ir.ConstantValue(list[i])
		if !ok {
			return nil, false
		}
		out[i] = v
	}
	return out, true
}

// fold is the constant that a computation gives; an error is one of the pipeline.
func (s *specializer) fold(info ir.Info, compute func() (value.Value, error)) ir.Expr {
	v, err := compute()
	if err != nil {
		v = value.Zero(info.T)
		s.evalError(info.Span, err)
	}
	return &ir.Const{Info: info, Value: v}
}

func (s *specializer) evalError(span syntax.Span, err error) {
	help := ""
	if e, ok := err.(*eval.Error); ok {
		help = e.Help
	}
	s.fail(span, "override-expr", help, "%s", err)
}

// expr copies an expression; nil stays nil.
func (s *specializer) expr(x ir.Expr) ir.Expr {
	switch x := x.(type) {
	case nil:
		return nil
	case *ir.Const:
		return &ir.Const{Info: x.Info, Value: x.Value}
	case *ir.OverrideRef:
		return &ir.Const{Info: x.Info, Value: s.overrideValue(x.Override, x.Span)}
	case *ir.VarRef:
		v := s.vars[x.Var]
		return &ir.VarRef{Info: ir.Info{Span: x.Span, T: v.Pointer()}, Var: v}
	case *ir.LocalRef:
		l := s.locals[x.Local]
		return &ir.LocalRef{Info: ir.Info{Span: x.Span, T: l.Type}, Local: l}
	case *ir.Load:
		return &ir.Load{Info: x.Info, Ptr: s.expr(x.Ptr)}
	case *ir.Call:
		return &ir.Call{Info: x.Info, Func: s.funcs[x.Func], Args: s.exprs(x.Args)}
	case *ir.Member, *ir.Index, *ir.Swizzle:
		return s.access(x)
	}
	return s.operation(x)
}

func (s *specializer) access(x ir.Expr) ir.Expr {
	switch x := x.(type) {
	case *ir.Member:
		base := s.expr(x.Base)
		if v, ok := ir.ConstantValue(base); ok {
			return &ir.Const{Info: x.Info, Value: eval.Member(v, x.Index)}
		}
		return &ir.Member{Info: s.retyped(x.Info), Base: base, Index: x.Index}
	case *ir.Index:
		base, index := s.expr(x.Base), s.expr(x.Index)
		s.bounds(base, index)
		if v, ok := constants(base, index); ok {
			return s.fold(x.Info, func() (value.Value, error) { return eval.Index(eval.Constant, v[0], v[1]) })
		}
		return &ir.Index{Info: s.retyped(x.Info), Base: base, Index: index}
	case *ir.Swizzle:
		base := s.expr(x.Base)
		if v, ok := ir.ConstantValue(base); ok {
			return &ir.Const{Info: x.Info, Value: eval.Swizzle(v, x.Comps)}
		}
		return &ir.Swizzle{Info: x.Info, Base: base, Comps: x.Comps}
	}
	return x
}

// retyped is the info of an access with override-sized arrays replaced.
func (s *specializer) retyped(i ir.Info) ir.Info {
	i.T = s.typ(i.T)
	return i
}

// bounds checks an index that is constant now.
func (s *specializer) bounds(base, index ir.Expr) {
	v, ok := ir.ConstantValue(index)
	if !ok {
		return
	}
	t := base.Type()
	if p, isPointer := t.(types.Pointer); isPointer {
		t = p.Elem
	}
	_, count := componentType(t)
	switch n := intOf(v); {
	case count > 0 && (n < 0 || n >= count):
		s.evalError(index.Range(), eval.OutOfBounds(n, count, t))
	case n < 0:
		s.fail(index.Range(), "array-access-expr", "use an index of at least 0", "the index %d is negative", n)
	}
}

func (s *specializer) operation(x ir.Expr) ir.Expr {
	switch x := x.(type) {
	case *ir.Unary:
		y := s.expr(x.X)
		if v, ok := ir.ConstantValue(y); ok {
			return s.fold(x.Info, func() (value.Value, error) { return eval.Unary(eval.Constant, x.Op, v) })
		}
		return &ir.Unary{Info: x.Info, Op: x.Op, X: y}
	case *ir.Binary:
		return s.binary(x)
	case *ir.Builtin:
		return s.builtin(x)
	case *ir.Convert:
		y := s.expr(x.X)
		if v, ok := ir.ConstantValue(y); ok {
			return s.fold(x.Info, func() (value.Value, error) { return eval.Convert(eval.Constant, v, x.T) })
		}
		return &ir.Convert{Info: x.Info, X: y}
	case *ir.Construct:
		args := s.exprs(x.Args)
		if v, ok := constants(args...); ok {
			return &ir.Const{Info: x.Info, Value: eval.Construct(x.T, v)}
		}
		return &ir.Construct{Info: x.Info, Args: args}
	}
	return x
}

func (s *specializer) binary(x *ir.Binary) ir.Expr {
	left := s.expr(x.X)
	if x.Op == syntax.AndAnd || x.Op == syntax.OrOr {
		return s.shortCircuit(x, left)
	}
	right := s.expr(x.Y)
	if v, ok := constants(left, right); ok {
		return s.fold(x.Info, func() (value.Value, error) { return eval.Binary(eval.Constant, x.Op, v[0], v[1]) })
	}
	s.divisor(x.Op, left.Type(), right)
	return &ir.Binary{Info: x.Info, Op: x.Op, X: left, Y: right}
}

// divisor checks a constant right operand.
func (s *specializer) divisor(op syntax.BinaryOp, left types.Type, right ir.Expr) {
	if v, ok := ir.ConstantValue(right); ok {
		if err := eval.CheckDivisor(op, left, v); err != nil {
			s.evalError(right.Range(), err)
		}
	}
}

// shortCircuit leaves out a right side that the left side decides; its errors do
// not count ("override Expressions").
func (s *specializer) shortCircuit(x *ir.Binary, left ir.Expr) ir.Expr {
	v, known := ir.ConstantValue(left)
	if known && bool(v.(value.Bool)) == (x.Op == syntax.OrOr) {
		return &ir.Const{Info: x.Info, Value: v}
	}
	right := s.expr(x.Y)
	if w, ok := ir.ConstantValue(right); ok && known {
		return &ir.Const{Info: x.Info, Value: w}
	}
	return &ir.Binary{Info: x.Info, Op: x.Op, X: left, Y: right}
}

func (s *specializer) builtin(x *ir.Builtin) ir.Expr {
	args := s.exprs(x.Args)
	if v, ok := constants(args...); ok && builtin.Row(x.ID).Const && len(v) > 0 {
		return s.fold(x.Info, func() (value.Value, error) { return eval.Call(eval.Constant, x.ID, x.T, v) })
	}
	if len(args) > 0 {
		vals := make([]value.Value, len(args))
		for i := range args {
			vals[i], _ = ir.ConstantValue(args[i])
		}
		if err := eval.CheckPartial(x.ID, args[0].Type(), vals); err != nil {
			s.evalError(x.Span, err)
		}
	}
	return &ir.Builtin{Info: x.Info, ID: x.ID, Args: args}
}
