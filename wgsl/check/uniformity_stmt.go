package check

import (
	"pxos/wgsl/ir"
	"pxos/wgsl/types"
)

// block walks statements in order until one does not reach the next; it gives the
// control flow at its end and its behavior ("Uniformity Rules for Statements").
func (a *analysis) block(cf node, b *ir.Block) (node, behavior) {
	if b == nil {
		return cf, bNext
	}
	out := bNext
	for _, s := range b.Stmts {
		if a.full {
			break
		}
		var k behavior
		cf, k = a.stmt(cf, s)
		out = out&^bNext | k
		if k&bNext == 0 {
			break // the rest is unreachable and does not contribute
		}
	}
	return cf, out
}

func (a *analysis) stmt(cf node, s ir.Stmt) (node, behavior) {
	switch s := s.(type) {
	case *ir.Block:
		return a.block(cf, s)
	case *ir.DeclareVar:
		v := cf
		if s.Var.Init != nil {
			v = a.expr(cf, s.Var.Init)
		}
		a.env.set(root{v: s.Var}, a.joinedAs(s.Var, v))
	case *ir.DeclareLet:
		a.let(cf, s)
	case *ir.Assign:
		a.assign(cf, s)
	case *ir.Evaluate:
		a.expr(cf, s.X)
	case *ir.Return:
		if s.Value != nil {
			a.edge(valueReturn, a.expr(cf, s.Value))
		}
		a.leave()
		return cf, bReturn
	case *ir.Break:
		a.breakOut()
		return cf, bBreak
	case *ir.Continue:
		a.continueOn()
		return cf, bContinue
	case *ir.If:
		return a.ifStmt(cf, s)
	case *ir.Switch:
		return a.switchStmt(cf, s)
	case *ir.Loop:
		return a.loop(cf, s)
	}
	return cf, bNext
}

func (a *analysis) joinedAs(v *ir.Var, to node) node {
	n := a.node(v.Span, "the variable "+v.Name)
	a.edge(n, to)
	return n
}

func (a *analysis) let(cf node, s *ir.DeclareLet) {
	if _, ok := s.Local.Type.(types.Pointer); ok {
		a.lets[s.Local] = letValue{view: a.view(cf, s.Init)}
		return
	}
	n := a.node(s.Local.Span, "the value "+s.Local.Name)
	a.edge(n, a.expr(cf, s.Init))
	a.lets[s.Local] = letValue{value: n}
}

// assign gives a variable its new value: that of the right side, of the indices on
// the left, and of the control flow; a partial assignment keeps the old one too.
func (a *analysis) assign(cf node, s *ir.Assign) {
	v := a.view(cf, s.Ptr)
	value := a.expr(cf, s.Value)
	if !v.local() {
		return
	}
	span, what := v.root.place()
	n := a.node(span, what)
	a.edge(n, value, cf)
	a.edge(n, v.deps...)
	if s.Compound || !v.whole {
		a.edge(n, a.env.get(v.root))
	}
	a.env.set(v.root, n)
}

func (a *analysis) ifStmt(cf node, s *ir.If) (node, behavior) {
	v := a.expr(cf, s.Cond)
	end1, how1, changed1 := a.branch(v, s.Then)
	end2, how2, changed2 := a.branch(v, s.Else)
	var ways []map[root]node
	if how1&bNext != 0 {
		ways = append(ways, changed1)
	}
	if how2&bNext != 0 {
		ways = append(ways, changed2)
	}
	a.env.merge(ways)
	how := how1 | how2
	if how == bNext {
		return cf, how
	}
	return a.joined(s.Span, end1, end2), how
}

func (a *analysis) switchStmt(cf node, s *ir.Switch) (node, behavior) {
	v := a.expr(cf, s.Selector)
	j := &jump{at: a.env}
	a.jumps = append(a.jumps, j)
	var how behavior
	ends := make([]node, 0, len(s.Cases))
	ways := []map[root]node{}
	for _, k := range s.Cases {
		end, b, changed := a.branch(v, k.Body)
		ends = append(ends, end)
		how |= b
		if b&bNext != 0 {
			ways = append(ways, changed)
		}
	}
	a.jumps = a.jumps[:len(a.jumps)-1]
	a.env.merge(append(ways, j.breaks...))
	if how&bBreak != 0 {
		how = (how | bNext) &^ bBreak
	}
	if how == bNext {
		return cf, how
	}
	return a.joined(s.Span, ends...), how
}

// loop follows the rules for loops with a continuing part; a loop without one has
// an empty one.
func (a *analysis) loop(cf node, s *ir.Loop) (node, behavior) {
	outer := a.env
	how := a.c.behaves[s]
	body := a.c.behaves[s.Body]
	again := body&(bNext|bContinue) != 0
	start := cf
	if again {
		start = a.joined(s.Span, cf)
	}
	a.env = newEnv(a, outer, again)
	header := a.env
	j := &jump{loop: true, at: header}
	a.jumps = append(a.jumps, j)
	// The body gets an env of its own, so that header stays the start of an
	// iteration, to which every way out is compared.
	a.env = newEnv(a, header, false)
	end, reached := a.block(start, s.Body)
	if again {
		end = a.continuing(end, reached, s, j, header)
		a.edge(start, end)
	}
	a.jumps = a.jumps[:len(a.jumps)-1]
	a.env = header
	header.merge(j.breaks)
	a.env = outer
	for r, n := range header.values {
		outer.set(r, n)
	}
	for r, n := range header.headers {
		if _, set := header.values[r]; !set {
			outer.set(r, n)
		}
	}
	if !again {
		if body == bBreak {
			return cf, how
		}
		return end, how
	}
	if body&bReturn == 0 {
		return cf, how
	}
	return start, how
}

// continuing walks the continuing part from the end of the body and from every
// continue statement, and closes the iteration.
func (a *analysis) continuing(end node, reached behavior, s *ir.Loop, j *jump, header *env) node {
	ways := j.continues
	if reached&bNext != 0 {
		ways = append(ways, a.env.changes(header))
	}
	a.env = newEnv(a, header, false)
	a.env.merge(ways)
	end, _ = a.block(end, s.Continuing)
	if s.BreakIf != nil {
		v := a.expr(end, s.BreakIf)
		end = a.joined(s.BreakIf.Range(), v)
		a.breakOut()
	}
	// What the next iteration starts with. A variable that is read only in a later
	// iteration than it is written has its node made here.
	changed := a.env.changes(header)
	for _, r := range sortedRoots(changed) {
		a.edge(header.header(r), changed[r])
	}
	return end
}
