package check

import (
	"slices"

	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
)

// env holds the value node of each variable of function memory at one point of
// the walk ("Function-scope Variable Value Analysis"). An env of a branch knows
// only what changed in the branch; one of a loop makes, when a variable of outside
// is first read, the node that stands for its value at the start of an iteration.
type env struct {
	a       *analysis
	parent  *env
	loop    bool
	values  map[root]node
	headers map[root]node
}

func newEnv(a *analysis, parent *env, loop bool) *env {
	e := &env{a: a, parent: parent, loop: loop, values: map[root]node{}}
	if loop {
		e.headers = map[root]node{}
	}
	return e
}

func (e *env) set(r root, n node) { e.values[r] = n }

// get is the value node of a variable; a variable that is not declared yet on this
// way, which only unreachable code reads, has that of the start.
func (e *env) get(r root) node {
	if n, ok := e.values[r]; ok {
		return n
	}
	if e.parent == nil {
		return cfStart
	}
	if !e.loop {
		return e.parent.get(r)
	}
	return e.header(r)
}

// header is the value of a variable at the start of an iteration.
func (e *env) header(r root) node {
	n, ok := e.headers[r]
	if !ok {
		span, what := r.place()
		n = e.a.node(span, what)
		e.headers[r] = n
		e.a.edge(n, e.parent.get(r))
	}
	return n
}

func (r root) place() (syntax.Span, string) {
	if r.v != nil {
		return r.v.Span, "the variable " + r.v.Name
	}
	return r.p.Span, "the memory that " + r.p.Name + " points to"
}

// changes lists what differs from an enclosing env.
func (e *env) changes(since *env) map[root]node {
	out := map[root]node{}
	for x := e; x != since && x != nil; x = x.parent {
		for r, n := range x.values {
			if _, newer := out[r]; !newer {
				out[r] = n
			}
			e.a.count++ // copies count as work
		}
	}
	return out
}

// sortedRoots puts roots of one function in a fixed order, so that the graph and
// the notes that come of it are the same in every run.
func sortedRoots[V any](m map[root]V) []root {
	out := make([]root, 0, len(m))
	for r := range m {
		out = append(out, r)
	}
	slices.SortFunc(out, func(x, y root) int { return x.number() - y.number() })
	return out
}

// number orders parameters before variables.
func (r root) number() int {
	if r.p != nil {
		return r.p.Index - maxParams
	}
	return r.v.Index
}

// merge sets the variables of an env to the joined values of several ways that
// all began there.
func (e *env) merge(ways []map[root]node) {
	if len(ways) == 0 {
		return
	}
	keys := map[root]bool{}
	for _, w := range ways {
		for r := range w {
			keys[r] = true
		}
	}
	for _, r := range sortedRoots(keys) {
		span, what := r.place()
		n := e.a.node(span, what)
		for _, w := range ways {
			v, ok := w[r]
			if !ok {
				v = e.get(r)
			}
			e.a.edge(n, v)
		}
		e.set(r, n)
	}
}

// jump is an enclosing loop or switch with the ways that leave it.
type jump struct {
	loop      bool
	at        *env // where the ways began
	breaks    []map[root]node
	continues []map[root]node
}

// breakOut and continueOn record the way to the end of the innermost loop or
// switch, and to the continuing part of the innermost loop.
func (a *analysis) breakOut() {
	j := a.jumps[len(a.jumps)-1]
	j.breaks = append(j.breaks, a.env.changes(j.at))
}

func (a *analysis) continueOn() {
	for i := len(a.jumps) - 1; i >= 0; i-- {
		if j := a.jumps[i]; j.loop {
			j.continues = append(j.continues, a.env.changes(j.at))
			return
		}
	}
}

// branch walks a block in an env of its own and gives what changed in it.
func (a *analysis) branch(cf node, b *ir.Block) (end node, how behavior, changed map[root]node) {
	if b == nil {
		return cf, bNext, map[root]node{}
	}
	outer := a.env
	a.env = newEnv(a, outer, false)
	end, how = a.block(cf, b)
	changed = a.env.changes(outer)
	a.env = outer
	return end, how, changed
}
