package check

import (
	"pxos/wgsl/builtin"
	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
)

// view is a memory view: its root identifier, the nodes of the indices that led to
// it, and whether it is all of the root's memory.
type view struct {
	root  root
	deps  []node
	whole bool
}

// local says whether the view is of memory of the address space function.
func (v view) local() bool {
	switch {
	case v.root.v != nil:
		return v.root.v.Space == types.Function
	case v.root.p != nil:
		return v.root.p.Type.(types.Pointer).Space == types.Function
	}
	return false
}

// readOnly says whether nobody can write the memory.
func (v view) readOnly() bool {
	if v.root.v != nil {
		return v.root.v.Access == types.Read
	}
	return v.root.p != nil && v.root.p.Type.(types.Pointer).Access == types.Read
}

// view follows an address to its root. The indices of a pointer that was named by
// a let-declaration are those of its declaration ("Pointer Desugaring").
func (a *analysis) view(cf node, x ir.Expr) view {
	switch x := x.(type) {
	case *ir.VarRef:
		return view{root: root{v: x.Var}, whole: true}
	case *ir.LocalRef:
		if x.Local.Param {
			return view{root: root{p: x.Local}, deps: []node{a.params[x.Local.Index]}, whole: true}
		}
		return a.lets[x.Local].view
	case *ir.Member:
		v := a.view(cf, x.Base)
		v.whole = false
		return v
	case *ir.Index:
		v := a.view(cf, x.Base)
		v.whole = false
		v.deps = append(v.deps[:len(v.deps):len(v.deps)], a.expr(cf, x.Index))
		return v
	}
	return view{}
}

// expr gives the node of a value ("Uniformity Rules for Expressions").
func (a *analysis) expr(cf node, x ir.Expr) node {
	if _, ok := x.Type().(types.Pointer); ok {
		return a.address(cf, x)
	}
	switch x := x.(type) {
	case *ir.LocalRef:
		n := a.lets[x.Local].value
		if x.Local.Param {
			n = a.params[x.Local.Index]
		}
		return a.joined(x.Span, cf, n)
	case *ir.Load:
		return a.load(cf, x)
	case *ir.Member:
		return a.expr(cf, x.Base)
	case *ir.Swizzle:
		return a.expr(cf, x.Base)
	case *ir.Unary:
		return a.expr(cf, x.X)
	case *ir.Convert:
		return a.expr(cf, x.X)
	case *ir.Index:
		return a.joined(x.Span, a.expr(cf, x.Base), a.expr(cf, x.Index))
	case *ir.Binary:
		left := a.expr(cf, x.X)
		if x.Op == syntax.AndAnd || x.Op == syntax.OrOr {
			return a.expr(left, x.Y)
		}
		return a.joined(x.Span, left, a.expr(cf, x.Y))
	case *ir.Construct:
		n := a.joined(x.Span, cf)
		for _, arg := range x.Args {
			a.edge(n, a.expr(cf, arg))
		}
		return n
	case *ir.Builtin:
		return a.builtin(cf, x)
	case *ir.Call:
		return a.call(cf, x)
	}
	return cf // constants and overrides
}

// address is a memory view that is not loaded: as uniform as its indices.
func (a *analysis) address(cf node, x ir.Expr) node {
	v := a.view(cf, x)
	if len(v.deps) == 0 {
		return cf
	}
	n := a.joined(x.Range(), cf)
	a.edge(n, v.deps...)
	return n
}

func (a *analysis) load(cf node, x *ir.Load) node {
	v := a.view(cf, x.Ptr)
	switch {
	case v.local():
		n := a.joined(x.Span, cf, a.env.get(v.root))
		a.edge(n, v.deps...)
		return n
	case v.readOnly():
		n := a.joined(x.Span, cf)
		a.edge(n, v.deps...)
		return n
	case v.root.v != nil:
		return a.source(x.Span, "reading the "+v.root.v.Space.String()+" variable "+v.root.v.Name+" may give different values")
	}
	return a.source(x.Span, "reading through this pointer may give different values")
}

// reduces are the subgroup functions whose result is one for the whole subgroup.
var reduces = map[builtin.ID]bool{
	builtin.SubgroupAdd: true, builtin.SubgroupAll: true, builtin.SubgroupAnd: true, builtin.SubgroupAny: true,
	builtin.SubgroupBallot: true, builtin.SubgroupBroadcast: true, builtin.SubgroupBroadcastFirst: true,
	builtin.SubgroupMax: true, builtin.SubgroupMin: true, builtin.SubgroupMul: true, builtin.SubgroupOr: true, builtin.SubgroupXor: true,
}

// builtin applies the rules of the section "Uniformity Rules for Function Calls" to
// a built-in function, whose tags stand in the table.
func (a *analysis) builtin(cf node, x *ir.Builtin) node {
	f := builtin.Row(x.ID)
	result := a.joined(x.Span, cf)
	demands := a.demandOf(f, x.Span)
	a.requires(cf, demands, x.Span, false)
	for i, arg := range x.Args {
		n := a.expr(cf, arg)
		if f.UniformParam == i {
			for _, d := range demands {
				d.span = arg.Range() // the argument is the place, not the call
				a.requires(n, []demand{d}, d.span, true)
			}
		}
		a.edge(result, n)
	}
	if a.nonUniform(f, x) {
		a.edge(result, a.source(x.Span, "the result of "+f.Name()+" may differ"))
	}
	return result
}

func (a *analysis) nonUniform(f *builtin.Function, x *ir.Builtin) bool {
	switch {
	case f.Flow == builtin.SubgroupFlow && a.scope == subgroupScope && reduces[f.ID]:
		return false
	case f.ID == builtin.TextureLoad:
		t, ok := x.Args[0].Type().(types.Texture)
		return ok && t.Kind == types.StorageTexture && t.Access == types.ReadWrite
	}
	return f.NonUniformResult
}

// call applies the rules to a user-defined function by its summary.
func (a *analysis) call(cf node, x *ir.Call) node {
	s := a.known[x.Func]
	result := a.joined(x.Span, cf)
	args := make([]node, len(x.Args))
	views := make([]view, len(x.Args))
	before := make([]node, len(x.Args))
	for i, arg := range x.Args {
		args[i] = a.expr(cf, arg)
		if _, ok := arg.Type().(types.Pointer); ok {
			views[i] = a.view(cf, arg)
		}
	}
	for i := range views {
		if views[i].local() {
			before[i] = a.env.get(views[i].root)
		}
	}
	a.requires(cf, s.callSite, x.Span, false)
	if s.nonUniform {
		a.edge(result, a.source(x.Span, "the result of "+x.Func.Name+" may differ"))
	}
	for i := range x.Args {
		p := &s.params[i]
		a.requires(args[i], p.value, x.Args[i].Range(), true)
		if p.returned || p.returnedContents {
			a.edge(result, args[i])
		}
		if !views[i].local() {
			continue
		}
		// The memory is asked to be uniform as it is when the function begins.
		a.requires(before[i], p.contents, x.Args[i].Range(), true)
		if p.returnedContents {
			a.edge(result, before[i])
		}
		a.stored(cf, x, i, p, views[i], args, before)
	}
	return result
}

// stored gives the memory behind a pointer argument the value that the call leaves.
func (a *analysis) stored(cf node, x *ir.Call, i int, p *paramSummary, v view, args, before []node) {
	span, what := v.root.place()
	n := a.node(span, what)
	a.edge(n, cf)
	if p.stored {
		a.edge(n, a.source(x.Args[i].Range(), x.Func.Name+" may leave different values in the memory of this argument"))
	}
	for _, k := range p.from {
		a.edge(n, args[k])
	}
	for _, k := range p.fromContents {
		if before[k] != 0 {
			a.edge(n, before[k])
		}
	}
	if !v.whole {
		a.edge(n, before[i])
		a.edge(n, v.deps...)
	}
	a.env.set(v.root, n)
}
