package check

import (
	"pxos/wgsl/syntax"
)

// reverse finds the nodes from which MayBeNonUniform can be reached, and for each
// the next node on the way.
func (a *analysis) reverse() []node {
	back := make([][]node, len(a.edges))
	for from, list := range a.edges {
		for _, to := range list {
			back[to] = append(back[to], node(from))
		}
	}
	next := make([]node, len(a.edges))
	for i := range next {
		next[i] = -1
	}
	next[mayBeNonUniform] = mayBeNonUniform
	queue := []node{mayBeNonUniform}
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		for _, p := range back[n] {
			if next[p] < 0 {
				next[p] = n
				queue = append(queue, p)
			}
		}
	}
	return next
}

// reachable marks what can be reached from some nodes.
func (a *analysis) reachable(from ...node) []bool {
	seen := make([]bool, len(a.edges))
	stack := append([]node{}, from...)
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[n] {
			continue
		}
		seen[n] = true
		stack = append(stack, a.edges[n]...)
	}
	return seen
}

// report triggers a diagnostic for every requirement that cannot be proven; one of
// a lesser severity only where no greater one covers its node.
func (a *analysis) report() {
	if len(a.required) == 0 || a.full {
		return
	}
	next := a.reverse()
	covered := map[node]bool{}
	for _, severity := range []syntax.Severity{syntax.Error, syntax.Warning, syntax.Info} {
		var now []node
		for i := range a.required {
			r := &a.required[i]
			if r.severity == severity && next[r.at] >= 0 && !covered[r.at] {
				a.diagnose(r, next)
				now = append(now, r.at)
			}
		}
		for _, n := range now {
			covered[n] = true
		}
	}
}

// diagnose writes one message. Its place is the call of the built-in function, as
// the section "Uniformity" asks, in whatever function that stands.
func (a *analysis) diagnose(r *requirement, next []node) {
	rule := r.rule
	if rule == "" {
		rule = "uniformity"
	}
	text, help := r.what+" must be called from uniform control flow, but invocations may disagree about reaching it",
		"move the call out of the branch or loop, or make the condition the same for all invocations"
	if r.value {
		text, help = r.what+" needs a value here that is the same for all invocations", "use a uniform value"
	}
	var d *syntax.Diagnostic
	if r.severity == syntax.Error {
		d = a.c.errorf(r.inner, rule, help, "%s", text)
	} else {
		w := diagnostic(r.severity, r.inner, rule, help, "%s", text)
		if len(a.c.diags) < 4*syntax.MaxErrors {
			a.c.diags = append(a.c.diags, w)
			d = &a.c.diags[len(a.c.diags)-1]
		} else {
			d = &w
		}
	}
	if r.span.Start < r.inner.Start || r.span.End > r.inner.End {
		withNote(d, r.span, "in %s, this leads to the call", a.f.Name)
	}
	a.explain(d, r.at, next)
}

// explain notes where the non-uniformity comes from, and the named values that
// carry it, at most four places.
func (a *analysis) explain(d *syntax.Diagnostic, from node, next []node) {
	var path []node
	for n := from; n != mayBeNonUniform; n = next[n] {
		switch last := len(path) - 1; {
		case a.whats[n] == "":
		case last >= 0 && a.spans[path[last]] == a.spans[n]:
			path[last] = n // the one nearer to the cause says more
		default:
			path = append(path, n)
		}
	}
	const places = 4
	for i := len(path) - 1; i >= 0 && len(path)-i <= places; i-- {
		n := path[i]
		if i == len(path)-1 {
			withNote(d, a.spans[n], "%s", a.whats[n])
		} else {
			withNote(d, a.spans[n], "%s depends on it", a.whats[n])
		}
	}
}

// summarize computes the tags of the function ("Analyzing the Uniformity
// Requirements of a Function").
func (a *analysis) summarize() *summary {
	s := &summary{params: make([]paramSummary, len(a.params))}
	if a.full {
		return s
	}
	for _, severity := range []syntax.Severity{syntax.Error, syntax.Warning, syntax.Info} {
		a.demands(s, severity)
	}
	result := a.reachable(valueReturn)
	s.nonUniform = result[mayBeNonUniform]
	for i := range a.params {
		s.params[i].returned = result[a.params[i]]
		if a.contents[i] == 0 {
			continue
		}
		s.params[i].returnedContents = result[a.contents[i]]
		after := a.reachable(a.returns[i])
		s.params[i].stored = after[mayBeNonUniform]
		for k := range a.params {
			if after[a.params[k]] {
				s.params[i].from = append(s.params[i].from, k)
			}
			if a.contents[k] != 0 && after[a.contents[k]] {
				s.params[i].fromContents = append(s.params[i].fromContents, k)
			}
		}
	}
	return s
}

// demands sets the tags that the requirements of one severity give, where a greater
// one has not set them.
func (a *analysis) demands(s *summary, severity syntax.Severity) {
	var from []node
	set := map[demand]bool{}
	var list []demand
	for _, r := range a.required {
		if r.severity != severity {
			continue
		}
		from = append(from, r.at)
		inner := r.inner
		d := demand{severity: severity, rule: r.rule, what: r.what, span: inner}
		if !set[demand{rule: r.rule}] {
			set[demand{rule: r.rule}] = true
			list = append(list, d)
		}
	}
	if len(from) == 0 {
		return
	}
	seen := a.reachable(from...)
	if seen[mayBeNonUniform] {
		return // a failure here; callers are not asked for the same again
	}
	if seen[cfStart] && s.callSite == nil {
		s.callSite = list
	}
	for i := range a.params {
		if seen[a.params[i]] && s.params[i].value == nil {
			s.params[i].value = list
		}
		if a.contents[i] != 0 && seen[a.contents[i]] && s.params[i].contents == nil {
			s.params[i].contents = list
		}
	}
}
