package grammar

import (
	"errors"
	"fmt"
	"slices"
)

// ErrGrammar is a grammar or a schema that cannot be used.
var ErrGrammar = errors.New("not a grammar that can be used")

// Bounds of what a grammar may grow to.
const (
	maxSymbols    = 1 << 18
	maxRepetition = 1 << 16
)

// expr is a part of a grammar.
type expr interface{}

type (
	literal  string
	class    []runeRange // of runes
	sequence []expr
	choice   []expr
	name     string // of a rule
	repeat   struct {
		of          expr
		least, most int // most is -1 for any number
	}
)

type runeRange struct{ from, to rune }

// byteSet is a set of bytes.
type byteSet [4]uint64

func (b *byteSet) add(from, to byte) {
	for c := int(from); c <= int(to); c++ {
		b[c>>6] |= 1 << (c & 63)
	}
}

func (b *byteSet) has(c byte) bool { return b[c>>6]&(1<<(c&63)) != 0 }

// symbol is a set of bytes, or a rule where set is nil.
type symbol struct {
	set  *byteSet
	rule int
}

// rules are alternatives of symbols each.
type rules [][][]symbol

// compiler makes rules of expressions.
type compiler struct {
	named   map[name]expr
	numbers map[name]int
	rules   rules
	symbols int
	sets    map[byteSet]*byteSet
	err     error
}

// compile makes rules of named expressions; rule 0 is the one called root.
func compile(named map[name]expr, root name) (rules, error) {
	c := &compiler{named: named, numbers: map[name]int{}, sets: map[byteSet]*byteSet{}}
	c.rule(root)
	if c.err == nil {
		c.err = c.rules.check()
	}
	if c.err != nil {
		return nil, fmt.Errorf("%w: %w", ErrGrammar, c.err)
	}
	return c.rules, nil
}

func (c *compiler) fail(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf(format, args...)
	}
}

// rule is the number of a named rule.
func (c *compiler) rule(n name) int {
	if i, ok := c.numbers[n]; ok {
		return i
	}
	e, ok := c.named[n]
	if !ok {
		c.fail("there is no rule %q", string(n))
		return 0
	}
	i := c.fresh()
	c.numbers[n] = i
	c.alternatives(i, e)
	return i
}

func (c *compiler) fresh() int {
	c.rules = append(c.rules, nil)
	return len(c.rules) - 1
}

// alternatives makes an expression a rule's.
func (c *compiler) alternatives(rule int, e expr) {
	list, ok := e.(choice)
	if !ok {
		list = choice{e}
	}
	for _, a := range list {
		if c.err != nil {
			return
		}
		c.rules[rule] = append(c.rules[rule], c.expr(a))
	}
}

// expr is an expression as symbols.
func (c *compiler) expr(e expr) (out []symbol) {
	switch e := e.(type) {
	case literal:
		for i := range len(e) {
			out = append(out, c.set(e[i], e[i]))
		}
	case class:
		out = c.class(e)
	case sequence:
		for _, x := range e {
			out = append(out, c.expr(x)...)
		}
	case choice:
		i := c.fresh()
		c.alternatives(i, e)
		out = []symbol{{rule: i}}
	case name:
		out = []symbol{{rule: c.rule(e)}}
	case repeat:
		out = c.repeat(e)
	}
	if c.symbols += len(out); c.symbols > maxSymbols {
		c.fail("it grows to more than %d symbols", maxSymbols)
		return nil
	}
	return out
}

// repeat is x as often as it must be, then any number, or as often as it may be, nested so
// that each has one place.
func (c *compiler) repeat(e repeat) (out []symbol) {
	if e.least > maxRepetition || e.most > maxRepetition || e.most >= 0 && e.most < e.least {
		c.fail("a repetition from %d to %d times", e.least, e.most)
		return nil
	}
	i := c.fresh()
	c.rules[i] = [][]symbol{c.expr(e.of)}
	one := symbol{rule: i}
	out = slices.Repeat([]symbol{one}, e.least)
	if e.most < 0 {
		any := c.fresh()
		c.rules[any] = [][]symbol{{one, {rule: any}}, {}}
		return append(out, symbol{rule: any})
	}
	rest := -1
	for range e.most - e.least {
		next := c.fresh()
		c.rules[next] = [][]symbol{{one}, {}}
		if rest >= 0 {
			c.rules[next][0] = append(c.rules[next][0], symbol{rule: rest})
		}
		if rest, c.symbols = next, c.symbols+2; c.symbols > maxSymbols {
			c.fail("it grows to more than %d symbols", maxSymbols)
			return nil
		}
	}
	if rest >= 0 {
		out = append(out, symbol{rule: rest})
	}
	return out
}

// set is a symbol of bytes; equal ones are one.
func (c *compiler) set(from, to byte) symbol {
	var b byteSet
	b.add(from, to)
	return c.intern(b)
}

func (c *compiler) intern(b byteSet) symbol {
	if c.sets[b] == nil {
		c.sets[b] = &b
	}
	return symbol{set: c.sets[b]}
}

// class is a rule whose alternatives are the byte sequences of runes.
func (c *compiler) class(ranges class) []symbol {
	var ascii byteSet
	var alternatives [][]symbol
	for _, r := range ranges {
		for _, seq := range utf8Ranges(r.from, r.to) {
			if len(seq) == 1 {
				ascii.add(seq[0].from, seq[0].to)
				continue
			}
			var a []symbol
			for _, b := range seq {
				a = append(a, c.set(b.from, b.to))
			}
			alternatives = append(alternatives, a)
		}
	}
	if ascii != (byteSet{}) {
		alternatives = append(alternatives, []symbol{c.intern(ascii)})
	}
	if len(alternatives) == 0 {
		c.fail("a class has no characters")
		return nil
	}
	if len(alternatives) == 1 {
		return alternatives[0]
	}
	i := c.fresh()
	c.rules[i] = alternatives
	return []symbol{{rule: i}}
}

// check finds rules that begin with themselves, and such as nothing can be made of: neither
// can be walked.
func (r rules) check() error {
	empty, made := make([]bool, len(r)), make([]bool, len(r))
	for changed := true; changed; {
		changed = false
		for i, alternatives := range r {
			for _, a := range alternatives {
				e := !slices.ContainsFunc(a, func(s symbol) bool { return s.set != nil || !empty[s.rule] })
				m := !slices.ContainsFunc(a, func(s symbol) bool { return s.set == nil && !made[s.rule] })
				if e && !empty[i] || m && !made[i] {
					empty[i], made[i], changed = empty[i] || e, made[i] || m, true
				}
			}
		}
	}
	if slices.Contains(made, false) {
		return errors.New("a rule cannot be ended")
	}
	if r.growing(empty) {
		return errors.New("a rule begins with itself (left recursion)")
	}
	return nil
}

// growing says whether a rule can come to itself without a byte and with something left to
// come back to, each time round: what follows that grows without end. Where nothing is left,
// as in the repetition of what may be empty, the second time round is the first again.
func (r rules) growing(empty []bool) bool {
	type edge struct{ from, to int }
	var left []edge // with something to come back to
	next := make([][]int, len(r))
	for i, alternatives := range r {
		for _, a := range alternatives {
			for k, s := range a {
				if s.set != nil {
					break
				}
				next[i] = append(next[i], s.rule)
				if k+1 < len(a) {
					left = append(left, edge{i, s.rule})
				}
				if !empty[s.rule] {
					break
				}
			}
		}
	}
	group := components(next)
	return slices.ContainsFunc(left, func(e edge) bool { return group[e.from] == group[e.to] })
}

// components numbers the strongly connected components of a graph (Tarjan 1972).
func components(next [][]int) (group []int) {
	group = slices.Repeat([]int{-1}, len(next))
	index, low := make([]int, len(next)), make([]int, len(next))
	var stack []int
	count := 0
	var visit func(v int)
	visit = func(v int) {
		count++
		index[v], low[v] = count, count
		stack = append(stack, v)
		for _, w := range next[v] {
			if index[w] == 0 {
				visit(w)
			}
			if group[w] < 0 {
				low[v] = min(low[v], low[w])
			}
		}
		for low[v] == index[v] && group[v] < 0 {
			w := stack[len(stack)-1]
			stack, group[w] = stack[:len(stack)-1], v
		}
	}
	for v := range next {
		if index[v] == 0 {
			visit(v)
		}
	}
	return group
}
