package check

import (
	"pxos/wgsl/builtin"
	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
)

// The uniformity analysis of the section "Uniformity", over the typed tree. Each
// function becomes a graph, callees first; what callers must know of it is kept
// in a summary. With subgroup_uniformity supported, the analysis runs once for
// the workgroup and draw scopes, which never meet, and once for the subgroup.

// maxEdges bounds the graph of one function.
const maxEdges = 1 << 24

// node is a node of the graph of one function.
type node int32

// The nodes that every graph has; those of parameters follow.
const (
	mayBeNonUniform node = iota
	cfStart
	valueReturn
	firstParam
)

// requirement is an edge from a node RequiredToBeUniform.S, with what is to be
// said where it cannot be proven.
type requirement struct {
	at       node
	severity syntax.Severity
	rule     string // "" for one that no filter addresses
	span     syntax.Span
	what     string // of the call that asks for uniformity
	inner    syntax.Span
	value    bool // a value must be uniform, else control flow
}

// demand is what a summary asks of callers: an entry of a potential-trigger-set.
type demand struct {
	severity syntax.Severity
	rule     string
	what     string
	span     syntax.Span
}

// paramSummary holds the tags of a formal parameter.
type paramSummary struct {
	value, contents []demand // ParameterRequiredToBeUniform, ParameterContentsRequiredToBeUniform
	// returned and returnedContents say that the result is uniform only if the
	// parameter, or the memory that it views, is.
	returned, returnedContents bool
	// stored says that the memory that it views may be non-uniform afterwards;
	// from and fromContents list the parameters that flow into it.
	stored             bool
	from, fromContents []int
}

// summary holds the tags of a function.
type summary struct {
	callSite   []demand
	nonUniform bool // ReturnValueMayBeNonUniform
	params     []paramSummary
}

// scopeOf is a uniformity scope.
type scopeOf uint8

const (
	workgroupScope scopeOf = iota
	subgroupScope
)

// uniformity analyzes every function for each scope.
func (c *checker) uniformity() {
	scopes := []scopeOf{workgroupScope}
	if c.enabled["subgroups"] {
		scopes = append(scopes, subgroupScope)
	}
	for _, s := range scopes {
		known := map[*ir.Function]*summary{}
		for _, f := range c.module.Functions {
			a := newAnalysis(c, f, s, known)
			a.run()
			known[f] = a.summarize()
		}
	}
}

// analysis is the analysis of one function.
type analysis struct {
	c     *checker
	f     *ir.Function
	scope scopeOf
	known map[*ir.Function]*summary

	edges [][]node
	spans []syntax.Span
	whats []string
	count int // of edges

	params   []node // value of each parameter
	contents []node // what each pointer into function memory views at first; 0 for others
	returns  []node // what it views at the end
	required []requirement
	lets     map[*ir.Local]letValue
	env      *env
	jumps    []*jump // enclosing loops and switches
	full     bool    // the graph has reached its bound
}

// letValue is the value of a let-declaration: a node, or a view of memory.
type letValue struct {
	value node
	view  view
}

func newAnalysis(c *checker, f *ir.Function, s scopeOf, known map[*ir.Function]*summary) *analysis {
	a := &analysis{c: c, f: f, scope: s, known: known, lets: map[*ir.Local]letValue{}}
	a.node(f.Span, "")
	a.node(f.Span, "")
	a.node(f.Span, "")
	a.env = newEnv(a, nil, false)
	for _, p := range f.Params {
		n := a.node(p.Span, "the parameter "+p.Name)
		a.params = append(a.params, n)
		if f.Stage != ir.NoStage && !a.uniformInput(p) {
			a.edge(n, a.source(p.Span, "the input "+p.Name+" is not uniform"))
		}
		var in, out node
		if q, ok := p.Type.(types.Pointer); ok && q.Space == types.Function {
			in = a.node(p.Span, "the memory that "+p.Name+" points to")
			out = a.node(p.Span, "the memory that "+p.Name+" points to")
			a.env.set(root{p: p}, in)
		}
		a.contents, a.returns = append(a.contents, in), append(a.returns, out)
	}
	return a
}

// node makes a node; what describes where non-uniformity comes from.
func (a *analysis) node(span syntax.Span, what string) node {
	a.edges = append(a.edges, nil)
	a.spans = append(a.spans, span)
	a.whats = append(a.whats, what)
	return node(len(a.edges) - 1)
}

func (a *analysis) edge(from node, to ...node) {
	for _, t := range to {
		if a.count >= maxEdges {
			a.full = true
			return
		}
		if from != t {
			a.edges[from] = append(a.edges[from], t)
			a.count++
		}
	}
}

// joined is a node with edges to others.
func (a *analysis) joined(span syntax.Span, to ...node) node {
	n := a.node(span, "")
	a.edge(n, to...)
	return n
}

// source is a node of which nothing is known.
func (a *analysis) source(span syntax.Span, what string) node {
	n := a.node(span, what)
	a.edge(n, mayBeNonUniform)
	return n
}

// uniformBuiltins are the built-in values that are the same for a whole workgroup.
var uniformBuiltins = map[string]bool{"workgroup_id": true, "num_workgroups": true, "num_subgroups": true, "workgroup_index": false}

// uniformInput says whether an input of the entry point is uniform.
func (a *analysis) uniformInput(p *ir.Local) bool {
	if s, ok := p.Type.(*types.Struct); ok {
		for i := range s.Members {
			if !a.uniformIO(s.Members[i].IO) {
				return false
			}
		}
		return true
	}
	return a.uniformIO(p.IO)
}

func (a *analysis) uniformIO(io *types.IO) bool {
	switch {
	case io == nil || io.Builtin == "":
		return false
	case io.Builtin == "subgroup_size":
		return a.f.Stage == ir.Compute
	case io.Builtin == "subgroup_id":
		return a.scope == subgroupScope
	}
	return uniformBuiltins[io.Builtin]
}

func (a *analysis) run() {
	cf, b := a.block(cfStart, a.f.Body)
	_ = cf
	if b&bNext != 0 {
		a.leave()
	}
	if a.full {
		a.c.errorf(a.c.info[a.f].decl.Name.Span, "limits", "split the function", "the function %s is too large for the uniformity analysis", a.f.Name)
	}
	a.report()
}

// leave records what the memory of pointer parameters holds at a return.
func (a *analysis) leave() {
	for i, p := range a.f.Params {
		if a.returns[i] != 0 {
			a.edge(a.returns[i], a.env.get(root{p: p}))
		}
	}
}

// requires asks for a node to be uniform, with every demand of a set.
func (a *analysis) requires(at node, demands []demand, span syntax.Span, value bool) {
	for _, d := range demands {
		a.required = append(a.required, requirement{at: at, severity: d.severity, rule: d.rule, span: span, what: d.what, inner: d.span, value: value})
	}
}

// demandOf is what a built-in function asks of control flow at a call, or of one
// of its arguments; nil where it asks nothing.
func (a *analysis) demandOf(f *builtin.Function, span syntax.Span) []demand {
	d := demand{severity: syntax.Error, what: f.Name(), span: span}
	switch f.Flow {
	case builtin.WorkgroupFlow:
		if a.scope == subgroupScope {
			return nil
		}
		return []demand{d}
	case builtin.DerivativeFlow:
		if a.scope == subgroupScope {
			return nil
		}
		d.rule = "derivative_uniformity"
	case builtin.SubgroupFlow:
		if a.scope != subgroupScope {
			return nil
		}
		d.rule = "subgroup_uniformity"
	default:
		return nil
	}
	if d.severity = a.c.severity(span.Start, d.rule); d.severity == syntax.Off {
		return nil
	}
	return []demand{d}
}
