package check

import (
	"pxos/wgsl/ir"
	"pxos/wgsl/types"
)

// reachedOverrides finds the overrides that are statically accessed by a shader
// ("Shader Interface").
func reachedOverrides(m *ir.Module, entry *ir.Function) map[*ir.Override]bool {
	r := &reacher{m: m, used: map[*ir.Override]bool{}, seen: map[*ir.Function]bool{}}
	list := []*ir.Function{entry}
	for len(list) > 0 {
		f := list[len(list)-1]
		list = list[:len(list)-1]
		if r.seen[f] {
			continue
		}
		r.seen[f] = true
		r.function(f)
		list = append(list, f.Calls...)
	}
	for _, v := range m.Resources(entry) {
		r.typ(v.Type)
		r.expr(v.Init)
	}
	for len(r.pending) > 0 {
		o := r.pending[len(r.pending)-1]
		r.pending = r.pending[:len(r.pending)-1]
		r.expr(o.Init)
	}
	return r.used
}

type reacher struct {
	m       *ir.Module
	used    map[*ir.Override]bool
	pending []*ir.Override
	seen    map[*ir.Function]bool
}

func (r *reacher) typ(t types.Type) {
	switch t := t.(type) {
	case types.Array:
		r.typ(t.Elem)
		if t.Size != nil {
			r.expr(r.m.Sizes[t.Size])
		}
	case types.Pointer:
		r.typ(t.Elem)
	}
}

func (r *reacher) function(f *ir.Function) {
	for _, x := range f.WorkgroupSize {
		r.expr(x)
	}
	r.expr(f.SubgroupSize)
	for _, v := range f.Vars {
		r.expr(v.Init)
	}
	for _, l := range f.Locals {
		r.typ(l.Type)
	}
	walkStmts(f.Body, r.expr)
}

func (r *reacher) expr(x ir.Expr) {
	walkExpr(x, func(e ir.Expr) {
		if o, ok := e.(*ir.OverrideRef); ok && !r.used[o.Override] {
			r.used[o.Override] = true
			r.pending = append(r.pending, o.Override)
		}
	})
}

// walkStmts gives every top-level expression of a block to a function; initial
// values of variables are not in the tree of statements.
func walkStmts(s ir.Stmt, visit func(ir.Expr)) {
	switch s := s.(type) {
	case *ir.Block:
		if s == nil {
			return
		}
		for _, x := range s.Stmts {
			walkStmts(x, visit)
		}
	case *ir.DeclareLet:
		visit(s.Init)
	case *ir.Assign:
		visit(s.Ptr)
		visit(s.Value)
	case *ir.Evaluate:
		visit(s.X)
	case *ir.If:
		visit(s.Cond)
		walkStmts(s.Then, visit)
		walkStmts(s.Else, visit)
	case *ir.Switch:
		visit(s.Selector)
		for _, k := range s.Cases {
			walkStmts(k.Body, visit)
		}
	case *ir.Loop:
		walkStmts(s.Body, visit)
		walkStmts(s.Continuing, visit)
		visit(s.BreakIf)
	case *ir.Return:
		visit(s.Value)
	}
}

// walkExpr visits an expression and all its parts.
func walkExpr(x ir.Expr, visit func(ir.Expr)) {
	if x == nil {
		return
	}
	visit(x)
	switch x := x.(type) {
	case *ir.Load:
		walkExpr(x.Ptr, visit)
	case *ir.Member:
		walkExpr(x.Base, visit)
	case *ir.Index:
		walkExpr(x.Base, visit)
		walkExpr(x.Index, visit)
	case *ir.Swizzle:
		walkExpr(x.Base, visit)
	case *ir.Unary:
		walkExpr(x.X, visit)
	case *ir.Binary:
		walkExpr(x.X, visit)
		walkExpr(x.Y, visit)
	case *ir.Call:
		for _, a := range x.Args {
			walkExpr(a, visit)
		}
	case *ir.Builtin:
		for _, a := range x.Args {
			walkExpr(a, visit)
		}
	case *ir.Construct:
		for _, a := range x.Args {
			walkExpr(a, visit)
		}
	case *ir.Convert:
		walkExpr(x.X, visit)
	}
}
