package grammar

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// node is a place in an alternative, and what is to come after its rule.
type node struct {
	rule, alternative, at int
	after                 *node
}

// Grammar is an automaton over bytes. It is safe for concurrent use.
type Grammar struct {
	rules rules
	start *state

	mu     sync.Mutex
	nodes  map[node]*node
	number map[*node]int
	states map[string]*state
}

// maxStates is how many states are kept; beyond, all are found anew.
const maxStates = 1 << 14

// state is a set of places, each before a set of bytes.
type state struct {
	places []*node
	ends   bool // the text may end here
	next   map[byte]*state
	masks  map[*Tokens]mask
}

func newGrammar(r rules) *Grammar {
	g := &Grammar{rules: r}
	g.forget()
	e := g.expander()
	e.enter(0, nil)
	g.start = e.state()
	return g
}

func (g *Grammar) forget() {
	g.nodes, g.number, g.states = map[node]*node{}, map[*node]int{}, map[string]*state{}
}

func (g *Grammar) node(n node) *node {
	p, ok := g.nodes[n]
	if !ok {
		p = &n
		g.nodes[n] = p
		g.number[p] = len(g.number)
	}
	return p
}

// expander collects the places that can be reached without a byte.
type expander struct {
	g    *Grammar
	seen map[*node]bool
	out  []*node
	ends bool
}

func (g *Grammar) expander() *expander { return &expander{g: g, seen: map[*node]bool{}} }

// enter goes to the beginnings of a rule.
func (e *expander) enter(rule int, after *node) {
	for i := range e.g.rules[rule] {
		e.place(node{rule, i, 0, after})
	}
}

// place goes on from a place until a set of bytes is wanted.
func (e *expander) place(n node) {
	symbols := e.g.rules[n.rule][n.alternative]
	if n.at == len(symbols) {
		if n.after == nil {
			e.ends = true
			return
		}
		e.place(*n.after)
		return
	}
	p := e.g.node(n)
	if e.seen[p] {
		return
	}
	e.seen[p] = true
	s := symbols[n.at]
	if s.set != nil {
		e.out = append(e.out, p)
		return
	}
	after := n.after
	if n.at+1 < len(symbols) { // else nothing is left to come back to
		after = e.g.node(node{n.rule, n.alternative, n.at + 1, n.after})
	}
	e.enter(s.rule, after)
}

// state is the one of the places; equal ones are one.
func (e *expander) state() *state {
	g := e.g
	slices.SortFunc(e.out, func(a, b *node) int { return cmp.Compare(g.number[a], g.number[b]) })
	var key strings.Builder
	for _, p := range e.out {
		fmt.Fprintf(&key, "%d ", g.number[p])
	}
	fmt.Fprint(&key, e.ends)
	s, ok := g.states[key.String()]
	if !ok {
		s = &state{places: e.out, ends: e.ends, next: map[byte]*state{}, masks: map[*Tokens]mask{}}
		g.states[key.String()] = s
	}
	return s
}

// step is the state after a byte, nil where it may not come.
func (g *Grammar) step(s *state, b byte) *state {
	if next, ok := s.next[b]; ok {
		return next
	}
	if len(g.states) > maxStates {
		g.forget()
		for _, kept := range []*state{g.start, s} { // by which those that were found would be kept
			kept.next, kept.masks = map[byte]*state{}, map[*Tokens]mask{}
		}
	}
	e := g.expander()
	for _, p := range s.places {
		if g.rules[p.rule][p.alternative][p.at].set.has(b) {
			e.place(node{p.rule, p.alternative, p.at + 1, p.after})
		}
	}
	var next *state
	if len(e.out) > 0 || e.ends {
		next = e.state()
	}
	s.next[b] = next
	return next
}

// Match says whether a text is in the language, and, where it is not, whether it begins one
// that is.
func (g *Grammar) Match(text string) (whole, begins bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	s := g.start
	for i := 0; i < len(text) && s != nil; i++ {
		s = g.step(s, text[i])
	}
	return s != nil && s.ends, s != nil
}
