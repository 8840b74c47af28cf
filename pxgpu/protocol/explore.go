package protocol

import (
	"hash/maphash"
	"slices"
)

// Step is what takes a model from one state to the next: a kind of the model's
// own, who does it, and what it is about.
type Step struct {
	Kind, Agent, A, B uint8
}

// Successor is a state that one step leads to.
type Successor[S comparable] struct {
	Step  Step
	State S
}

// steps collects the successors of a state.
type steps[S comparable] struct {
	from *S
	out  []Successor[S]
}

// add appends a successor that is still equal to the state it comes from; the
// caller changes it before the next add.
func (t *steps[S]) add(kind uint8, agent int, a, b uint8) *S {
	t.out = append(t.out, Successor[S]{Step{kind, uint8(agent), a, b}, *t.from})
	return &t.out[len(t.out)-1].State
}

// Model is a transition system with finitely many states.
type Model[S comparable] interface {
	Initial() S
	// Next appends what can happen in s. Steps that change nothing are left out.
	Next(s *S, out []Successor[S]) []Successor[S]
	// Broken names the property that s breaks, None if it keeps all.
	Broken(s *S) Property
	// Done says that nothing is left to do. A state without a successor is a
	// deadlock unless it is done, and from every state a done one is in reach.
	Done(s *S) bool
	// Describe says a step in words.
	Describe(before *S, step Step, after *S) string
}

// Options say how far to explore and who watches.
type Options[S comparable] struct {
	FirstOnly bool                             // end at the first violation
	Progress  func(states int)                 // called now and then
	Observe   func(before *S, step Step, s *S) // called for every transition
}

// Violation is a broken property and the shortest way to it.
type Violation struct {
	Property Property
	Trace    []string
}

// Result is what an exploration found. Shortest is the first violation, nil if
// there is none.
type Result struct {
	States, Transitions, Depth, Violations int

	Shortest *Violation
}

const (
	chunkStates   = 1 << 13
	chunkEdges    = 1 << 16
	progressEvery = 1 << 18
	noState       = -1
)

// explorer keeps every state found, in breadth-first order, with the state that
// it was first reached from. edges holds the successors of all states one after
// the other, those of state i from first[i] on; Progress runs back along them.
type explorer[S comparable] struct {
	model  Model[S]
	chunks [][]S
	n      int
	parent []int32
	table  []int32 // open addressing, index of a state + 1
	seed   maphash.Seed
	first  []int32
	edges  [][]int32 // in chunks of chunkEdges
	edgeN  int
}

// Explore visits every state that the model reaches from its initial one.
func Explore[S comparable](m Model[S], o Options[S]) Result {
	e := &explorer[S]{model: m, table: make([]int32, 1<<12), seed: maphash.MakeSeed()}
	r := Result{}
	start := m.Initial()
	e.find(&start, noState)
	e.judge(&r, 0, m.Broken(&start))
	levelEnd := e.n
	var successors []Successor[S]
	for i := 0; i < e.n; i++ {
		if i == levelEnd {
			r.Depth++
			levelEnd = e.n
		}
		if o.Progress != nil && i%progressEvery == progressEvery-1 {
			o.Progress(e.n)
		}
		s := e.at(i)
		e.first = append(e.first, int32(e.edgeN))
		// What is broken already stays so: nothing is learned behind it.
		if m.Broken(s) != None {
			continue
		}
		successors = m.Next(s, successors[:0])
		if len(successors) == 0 && !m.Done(s) {
			e.judge(&r, i, NoDeadlock)
		}
		for k := range successors {
			next := &successors[k]
			if o.Observe != nil {
				o.Observe(s, next.Step, &next.State)
			}
			j, fresh := e.find(&next.State, int32(i))
			e.link(j)
			if fresh {
				e.judge(&r, int(j), m.Broken(&next.State))
			}
		}
		if o.FirstOnly && r.Violations > 0 {
			break
		}
	}
	r.States, r.Transitions = e.n, e.edgeN
	if r.Violations == 0 {
		e.progress(&r)
	}
	return r
}

func (e *explorer[S]) at(i int) *S { return &e.chunks[i/chunkStates][i%chunkStates] }

// find gives the number of a state, a new one if it was never seen.
func (e *explorer[S]) find(s *S, parent int32) (int32, bool) {
	if e.n*2 >= len(e.table) {
		e.grow()
	}
	mask := uint64(len(e.table) - 1)
	h := maphash.Comparable(e.seed, *s) & mask
	for ; e.table[h] != 0; h = (h + 1) & mask {
		if i := e.table[h] - 1; *e.at(int(i)) == *s {
			return i, false
		}
	}
	if e.n%chunkStates == 0 {
		e.chunks = append(e.chunks, make([]S, 0, chunkStates))
	}
	last := &e.chunks[len(e.chunks)-1]
	*last = append(*last, *s)
	e.parent = append(e.parent, parent)
	e.n++
	e.table[h] = int32(e.n)
	return int32(e.n - 1), true
}

// link notes a transition to state j.
func (e *explorer[S]) link(j int32) {
	if e.edgeN%chunkEdges == 0 {
		e.edges = append(e.edges, make([]int32, 0, chunkEdges))
	}
	last := &e.edges[len(e.edges)-1]
	*last = append(*last, j)
	e.edgeN++
}

func (e *explorer[S]) grow() {
	e.table = make([]int32, 2*len(e.table))
	mask := uint64(len(e.table) - 1)
	for i := range e.n {
		h := maphash.Comparable(e.seed, *e.at(i)) & mask
		for e.table[h] != 0 {
			h = (h + 1) & mask
		}
		e.table[h] = int32(i + 1)
	}
}

// judge notes that state i breaks p.
func (e *explorer[S]) judge(r *Result, i int, p Property) {
	if p == None {
		return
	}
	if r.Violations++; r.Shortest == nil {
		r.Shortest = &Violation{p, e.trace(i)}
	}
}

// trace tells how state i was first reached. The steps were not kept, so they
// are found again among the successors of each state on the way.
func (e *explorer[S]) trace(i int) []string {
	var way []int
	for ; i != noState; i = int(e.parent[i]) {
		way = append(way, i)
	}
	slices.Reverse(way)
	var out []string
	for k := 1; k < len(way); k++ {
		before, after := e.at(way[k-1]), e.at(way[k])
		for _, next := range e.model.Next(before, nil) {
			if next.State == *after {
				out = append(out, e.model.Describe(before, next.Step, after))
				break
			}
		}
	}
	return out
}

// progress runs backward from the states that are done: what is not met cannot
// reach one of them any more.
func (e *explorer[S]) progress(r *Result) {
	start := make([]int32, e.n+2)
	for _, chunk := range e.edges {
		for _, j := range chunk {
			start[j+2]++
		}
	}
	for i := 2; i < len(start); i++ {
		start[i] += start[i-1]
	}
	sources := make([]int32, e.edgeN)
	e.first = append(e.first, int32(e.edgeN))
	for i := range e.n {
		for k := e.first[i]; k < e.first[i+1]; k++ {
			j := e.edges[k/chunkEdges][k%chunkEdges]
			sources[start[j+1]] = int32(i)
			start[j+1]++
		}
	}
	met := make([]bool, e.n)
	var open []int32
	for i := range e.n {
		if e.model.Done(e.at(i)) {
			met[i] = true
			open = append(open, int32(i))
		}
	}
	for len(open) > 0 {
		j := open[len(open)-1]
		open = open[:len(open)-1]
		for _, i := range sources[start[j]:start[j+1]] {
			if !met[i] {
				met[i] = true
				open = append(open, i)
			}
		}
	}
	for i, ok := range met {
		if !ok {
			e.judge(r, i, Progress)
		}
	}
}
