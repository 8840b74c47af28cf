package builtin

import (
	"slices"
	"strings"

	"pxos/wgsl/types"
)

// Arg is an argument as overload resolution sees it: its type after the load
// rule, and whether it is a const-expression.
type Arg struct {
	Type  types.Type
	Const bool
}

// Match is the type rule that overload resolution chose.
type Match struct {
	Overload *Overload
	Params   []types.Type // what each argument is converted to
	Result   types.Type   // types.Void where the function gives none
}

// candidate is one type rule that applies, with the rank of each conversion.
type candidate struct {
	Match
	ranks []int
}

// Resolve chooses among overloads by the section "Overload Resolution". Template
// holds the template arguments that the call writes. When none applies, or no one
// is preferred over all others, ok is false.
func Resolve(overloads []*Overload, template []types.Type, args []Arg) (m Match, ok bool) {
	var found []candidate
	for _, o := range overloads {
		found = o.candidates(template, args, found)
	}
	for i := range found {
		best := true
		for j := range found {
			if i != j && !found[i].preferred(&found[j]) {
				best = false
				break
			}
		}
		if best {
			return found[i].Match, true
		}
	}
	return Match{}, false
}

// preferred is the ranking step: nowhere worse, somewhere better.
func (c *candidate) preferred(d *candidate) bool {
	better := false
	for i := range c.ranks {
		if c.ranks[i] > d.ranks[i] {
			return false
		}
		better = better || c.ranks[i] < d.ranks[i]
	}
	return better
}

// candidates appends every instance of the overload that applies.
func (o *Overload) candidates(template []types.Type, args []Arg, found []candidate) []candidate {
	if len(args) != len(o.Params) || len(template) != len(o.explicit) {
		return found
	}
	b := newBinding()
	for i, t := range template {
		if !o.exactTemplate(o.explicit[i], t, b) {
			return found
		}
	}
	for i := range args {
		if !o.shapes(o.Params[i].pat, args[i].Type, b) {
			return found
		}
	}
	var free []string
	for name := range o.domains {
		if _, bound := b.types[name]; !bound {
			free = append(free, name)
		}
	}
	return o.enumerate(free, b, args, found)
}

// exactTemplate matches a template argument of the call, which is never converted.
func (o *Overload) exactTemplate(p pattern, t types.Type, b *binding) bool {
	if len(p.args) == 1 && o.converts(p) {
		return o.shapes(p, t, b) && o.exact(p.args[0], types.Elem(t), b)
	}
	return o.exact(p, t, b)
}

// enumerate tries every value of the scalar variables that are not bound yet.
func (o *Overload) enumerate(free []string, b *binding, args []Arg, found []candidate) []candidate {
	if len(free) == 0 {
		if c, ok := o.instance(b, args); ok && !known(found, &c) {
			found = append(found, c)
		}
		return found
	}
	name := free[0]
	for _, s := range o.domains[name] {
		b.types[name] = s
		found = o.enumerate(free[1:], b, args, found)
	}
	delete(b.types, name)
	return found
}

// known says whether an equal type rule is among the candidates already, as
// where bitcast<T>(e: S) is asked for S = T.
func known(found []candidate, c *candidate) bool {
	for i := range found {
		if found[i].Result == c.Result && slices.Equal(found[i].Params, c.Params) {
			return true
		}
	}
	return false
}

// instance checks the conversions of one instance, and that no abstract type is
// left beside an argument that is not a const-expression.
func (o *Overload) instance(b *binding, args []Arg) (candidate, bool) {
	c := candidate{ranks: make([]int, len(args))}
	c.Params = make([]types.Type, len(args))
	abstract, runtime := false, false
	for i := range args {
		t := args[i].Type
		if o.converts(o.Params[i].pat) {
			t = o.build(o.Params[i].pat, b)
		}
		rank := Rank(args[i].Type, t)
		if rank >= Infeasible {
			return c, false
		}
		c.Params[i], c.ranks[i] = t, rank
		abstract = abstract || !types.IsConcrete(t)
		runtime = runtime || !args[i].Const
	}
	if abstract && runtime {
		return c, false
	}
	c.Overload, c.Result = o, o.build(o.result, b)
	return c, true
}

// Candidates writes the overloads as the specification does, one on a line, for a
// message that none applies.
func Candidates(overloads []*Overload) string {
	var b strings.Builder
	last := ""
	for _, o := range overloads {
		if o.Text == last {
			continue
		}
		last = o.Text
		b.WriteString("\n    " + o.Text)
	}
	return b.String()
}
