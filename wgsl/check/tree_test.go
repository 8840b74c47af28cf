package check

import (
	"testing"

	"pxos/wgsl/builtin"
	"pxos/wgsl/eval"
	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

// checkTree fails where a tree breaks an invariant of wgsl/ir: every expression
// has a concrete type that fits its parts, and every statement is complete.
func checkTree(t *testing.T, m *ir.Module) {
	t.Helper()
	visit := func(x ir.Expr) {
		walkExpr(x, func(e ir.Expr) {
			if problem := problemOf(e); problem != "" {
				p := m.Source.Position(e.Range().Start)
				t.Fatalf("%d:%d: %T of type %v: %s\n%s", p.Line, p.Column, e, e.Type(), problem, m.Source.Text)
			}
		})
	}
	for i, v := range m.Globals {
		if v.Index != i {
			t.Fatalf("the variable %s has the number %d, want %d", v.Name, v.Index, i)
		}
		visit(v.Init)
	}
	for _, o := range m.Overrides {
		visit(o.Init)
	}
	done := map[*ir.Function]bool{}
	for _, f := range m.Functions {
		for _, callee := range f.Calls {
			if !done[callee] {
				t.Fatalf("%s comes before %s, which it calls", f.Name, callee.Name)
			}
		}
		done[f] = true
		for i, l := range f.Locals {
			if l.Index != i || (i < len(f.Params)) != l.Param {
				t.Fatalf("the local %s of %s has the number %d, want %d", l.Name, f.Name, l.Index, i)
			}
		}
		for _, v := range f.Vars {
			visit(v.Init)
		}
		walkStmts(f.Body, func(x ir.Expr) { visit(x) })
		checkStmts(t, f.Body)
	}
}

// checkStmts fails where a statement lacks a part.
func checkStmts(t *testing.T, s ir.Stmt) {
	t.Helper()
	switch s := s.(type) {
	case *ir.Block:
		if s == nil {
			return
		}
		for _, x := range s.Stmts {
			checkStmts(t, x)
		}
	case *ir.If:
		if s.Cond == nil || s.Then == nil {
			t.Fatal("an if statement is incomplete")
		}
		checkStmts(t, s.Then)
		checkStmts(t, s.Else)
	case *ir.Switch:
		defaults := 0
		for _, k := range s.Cases {
			for _, v := range k.Values {
				if v.Type() != s.Selector.Type() {
					t.Fatalf("a case of type %s in a switch of %s", v.Type(), s.Selector.Type())
				}
			}
			if k.Default {
				defaults++
			}
			checkStmts(t, k.Body)
		}
		if defaults != 1 {
			t.Fatalf("a switch has %d defaults", defaults)
		}
	case *ir.Loop:
		checkStmts(t, s.Body)
		checkStmts(t, s.Continuing)
	case *ir.Assign:
		p, ok := s.Ptr.Type().(types.Pointer)
		if !ok || !s.Compound && p.Elem != s.Value.Type() {
			t.Fatalf("%s is assigned to %s", s.Value.Type(), s.Ptr.Type())
		}
	case *ir.DeclareLet:
		if s.Local.Type != s.Init.Type() {
			t.Fatalf("the value %s of type %s is declared by %s", s.Local.Name, s.Local.Type, s.Init.Type())
		}
	}
}

// problemOf says what is wrong with one expression, its parts excepted.
func problemOf(e ir.Expr) string {
	if e.Type() == nil {
		return "no type"
	}
	if !types.IsConcrete(e.Type()) {
		return "an abstract type"
	}
	switch e := e.(type) {
	case *ir.Const:
		if e.Value == nil || e.Value.Type() != e.T {
			return "the value has another type"
		}
	case *ir.Load:
		if p, ok := e.Ptr.Type().(types.Pointer); !ok || p.Elem != e.T {
			return "loads from " + e.Ptr.Type().String()
		}
	case *ir.Unary:
		if e.X.Type() != e.T {
			return "operand of type " + e.X.Type().String()
		}
	case *ir.Binary:
		return problemOfBinary(e)
	case *ir.Builtin:
		return problemOfBuiltin(e)
	case *ir.Call:
		for i, a := range e.Args {
			if a.Type() != e.Func.Params[i].Type {
				return "argument of type " + a.Type().String()
			}
		}
	case *ir.Convert:
		if types.Components(e.X.Type()) != types.Components(e.T) || types.Elem(e.X.Type()) == types.Elem(e.T) {
			return "converts " + e.X.Type().String()
		}
	}
	return ""
}

func problemOfBinary(e *ir.Binary) string {
	m, ok := builtin.Resolve(builtin.Binary[e.Op.String()], nil, []builtin.Arg{{Type: e.X.Type()}, {Type: e.Y.Type()}})
	if !ok || m.Result != e.T {
		return "no operator " + e.Op.String() + " of " + e.X.Type().String() + " and " + e.Y.Type().String()
	}
	return ""
}

func problemOfBuiltin(e *ir.Builtin) string {
	args := make([]builtin.Arg, len(e.Args))
	for i, a := range e.Args {
		args[i] = builtin.Arg{Type: a.Type()}
	}
	var template []types.Type
	if e.ID == builtin.Bitcast {
		template = []types.Type{e.T}
	}
	m, ok := builtin.Resolve(builtin.Row(e.ID).Overloads, template, args)
	if !ok || m.Result != e.T {
		return "no overload of " + e.ID.String()
	}
	return ""
}

func TestTrees(t *testing.T) {
	for _, c := range accepted {
		checkTree(t, valid(t, c.text))
	}
	for _, list := range [][]struct{ name, bad, good, words string }{mistakes, codeMistakes} {
		for _, c := range list {
			checkTree(t, valid(t, c.good))
		}
	}
	checkTree(t, valid(t, reduce))
	checkTree(t, valid(t, sized))
}

// TestFoldedAsRun computes expressions of constants and of variables with the same
// values: both ways give the same result.
func TestFoldedAsRun(t *testing.T) {
	m := valid(t, `fn f() { let a = 7; let b = 2u; let c = 1.5; let d = vec3f(1, 2, 3);
		_ = a / 2 + i32(b) * 3; _ = c * d.zyx + d; _ = (a << b) >> 1u; _ = mat2x3f(d, d) * vec2f(c, 2); _ = clamp(d, vec3f(1.5), vec3f(2)); }`)
	want := []string{"9i", "vec3<f32>(5.5f, 5f, 4.5f)", "14i", "vec3<f32>(3.5f, 7f, 10.5f)", "vec3<f32>(1.5f, 2f, 2f)"}
	names := map[*ir.Local]value.Value{}
	at := 0
	for _, s := range m.Functions[0].Body.Stmts {
		switch s := s.(type) {
		case *ir.DeclareLet:
			names[s.Local], _ = ir.ConstantValue(s.Init)
		case *ir.Evaluate:
			if got := evaluate(t, s.X, names).String(); got != want[at] {
				t.Errorf("%s is %s, want %s", m.Source.Text[s.X.Range().Start:s.X.Range().End], got, want[at])
			}
			at++
		}
	}
	if at != len(want) {
		t.Errorf("%d expressions were computed", at)
	}
}

// evaluate runs an expression over named values.
func evaluate(t *testing.T, x ir.Expr, names map[*ir.Local]value.Value) value.Value {
	t.Helper()
	all := func(list ...ir.Expr) []value.Value {
		out := make([]value.Value, len(list))
		for i := range list {
			out[i] = evaluate(t, list[i], names)
		}
		return out
	}
	var v value.Value
	var err error
	switch x := x.(type) {
	case *ir.Const:
		return x.Value
	case *ir.LocalRef:
		return names[x.Local]
	case *ir.Binary:
		a := all(x.X, x.Y)
		v, err = eval.Binary(eval.Runtime, x.Op, a[0], a[1])
	case *ir.Convert:
		v, err = eval.Convert(eval.Runtime, all(x.X)[0], x.T)
	case *ir.Swizzle:
		v = eval.Swizzle(all(x.Base)[0], x.Comps)
	case *ir.Construct:
		v = eval.Construct(x.T, all(x.Args...))
	case *ir.Builtin:
		v, err = eval.Call(eval.Runtime, x.ID, x.T, all(x.Args...))
	default:
		t.Fatalf("unexpected %T at %v", x, syntax.Span(x.Range()))
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}
