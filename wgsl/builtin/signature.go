package builtin

import (
	"fmt"
	"strings"

	"pxos/wgsl/types"
)

// The notation of signatures, close to the specification's own:
//
//	abs(e: T) -> T where T: S | vecN<S>, S: numeric
//	bitcast<T>(e: S) -> T where S: i32 | u32 | f32, T: i32 | u32 | f32
//
// A variable of the where clause whose alternatives are scalar types or a class
// is enumerated when a call is matched; one whose alternatives are composite is
// written out as one overload for each; one named constructible takes any
// constructible type; one that lists address spaces or access modes limits a
// pointer or texture. N, C, R and K in vecN and matCxR are dimensions from 2 to 4.

// classNames are the sets of scalar types that the specification's macros name.
var classNames = map[string]string{
	"numeric":  "AbstractInt | AbstractFloat | i32 | u32 | f32 | f16",
	"float":    "AbstractFloat | f32 | f16",
	"signed":   "AbstractInt | AbstractFloat | i32 | f32 | f16",
	"allint":   "AbstractInt | i32 | u32",
	"int":      "i32 | u32",
	"concrete": "i32 | u32 | f32 | f16",
	"scalar":   "bool | AbstractInt | AbstractFloat | i32 | u32 | f32 | f16",
	"fixed":    "bool | i32 | u32 | f32 | f16",
}

// Param is a formal parameter of an overload.
type Param struct {
	Name string
	Type string
	pat  pattern
}

// Overload is one type rule of a built-in function, operator or value constructor.
type Overload struct {
	// Text is the rule as the table writes it, for messages and documentation.
	Text     string
	Params   []Param
	result   pattern
	explicit []pattern // the template arguments that the call must write
	domains  map[string][]types.Scalar
	classes  map[string]string
}

// parseSignature reads one signature; one overload comes out for each composite
// alternative. A mistake in the table ends the program when it starts.
func parseSignature(text string) []*Overload {
	head, where, _ := strings.Cut(text, " where ")
	clauses := parseWhere(where)
	variants := []map[string]string{{}}
	o := Overload{Text: text, domains: map[string][]types.Scalar{}, classes: map[string]string{}}
	for _, c := range clauses {
		variants = o.clause(c.name, c.alternatives, variants)
	}
	out := make([]*Overload, 0, len(variants))
	for _, v := range variants {
		copied := o
		copied.head(head, v)
		copied.domains = copied.used()
		out = append(out, &copied)
	}
	return out
}

type whereClause struct{ name, alternatives string }

func parseWhere(text string) []whereClause {
	var out []whereClause
	for _, part := range splitTop(text) {
		name, alternatives, ok := strings.Cut(part, ":")
		if !ok {
			panic("where clause without a colon: " + text)
		}
		out = append(out, whereClause{strings.TrimSpace(name), strings.TrimSpace(alternatives)})
	}
	return out
}

// clause adds one variable: a domain, a class, or one variant for each composite
// alternative.
func (o *Overload) clause(name, alternatives string, variants []map[string]string) []map[string]string {
	if full, ok := classNames[alternatives]; ok {
		alternatives = full
	}
	parts := strings.Split(alternatives, "|")
	var scalars []types.Scalar
	for _, p := range parts {
		if s, ok := scalarNames[strings.TrimSpace(p)]; ok {
			scalars = append(scalars, s)
		}
	}
	switch {
	case len(scalars) == len(parts):
		o.domains[name] = scalars
		return variants
	case len(scalars) > 0:
		panic("scalars and composites mixed: " + o.Text)
	case strings.Contains(alternatives, "read") || strings.Contains(alternatives, "storage |") || alternatives == "constructible":
		o.classes[name] = alternatives
		return variants
	}
	var out []map[string]string
	for _, v := range variants {
		for _, p := range parts {
			w := map[string]string{name: strings.TrimSpace(p)}
			for k, x := range v {
				w[k] = x
			}
			out = append(out, w)
		}
	}
	return out
}

// head reads `name<explicit>(params) -> result`, with variables replaced.
func (o *Overload) head(text string, replace map[string]string) {
	open := strings.IndexByte(text, '(')
	shut := strings.LastIndexByte(text, ')')
	if open < 0 || shut < open {
		panic("signature without parameters: " + text)
	}
	if name := text[:open]; strings.Contains(name, "<") && !strings.HasPrefix(name, "operator") {
		list := name[strings.IndexByte(name, '<')+1 : strings.LastIndexByte(name, '>')]
		for _, a := range splitTop(list) {
			o.explicit = append(o.explicit, parsePattern(a, replace))
		}
	}
	for _, part := range splitTop(text[open+1 : shut]) {
		name, typ, ok := strings.Cut(part, ":")
		if !ok {
			panic("parameter without a type: " + text)
		}
		p := Param{Name: strings.TrimSpace(name), Type: strings.TrimSpace(typ), pat: parsePattern(typ, replace)}
		o.Params = append(o.Params, p)
	}
	if _, result, ok := strings.Cut(text[shut:], "->"); ok {
		o.result = parsePattern(result, replace)
	}
}

// used keeps the domains of the variables that this variant mentions; another
// would only be enumerated in vain and make every rule ambiguous.
func (o *Overload) used() map[string][]types.Scalar {
	out := map[string][]types.Scalar{}
	var walk func(p pattern)
	walk = func(p pattern) {
		if d := o.domains[p.name]; d != nil {
			out[p.name] = d
		}
		for _, a := range p.args {
			walk(a)
		}
	}
	walk(o.result)
	for _, p := range o.explicit {
		walk(p)
	}
	for _, p := range o.Params {
		walk(p.pat)
	}
	return out
}

// splitTop splits at the commas that stand outside < >.
func splitTop(text string) []string {
	var out []string
	depth, from := 0, 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '<':
			depth++
		case '>':
			depth--
		case ',':
			if depth == 0 {
				out = append(out, strings.TrimSpace(text[from:i]))
				from = i + 1
			}
		}
	}
	if rest := strings.TrimSpace(text[from:]); rest != "" {
		out = append(out, rest)
	}
	return out
}

func parsePattern(text string, replace map[string]string) pattern {
	text = strings.TrimSpace(text)
	if other, ok := replace[text]; ok {
		return parsePattern(other, replace)
	}
	name, list, ok := strings.Cut(text, "<")
	if !ok {
		return pattern{name: text}
	}
	if !strings.HasSuffix(list, ">") {
		panic(fmt.Sprintf("type pattern %q does not close", text))
	}
	p := pattern{name: name}
	for _, a := range splitTop(list[:len(list)-1]) {
		p.args = append(p.args, parsePattern(a, replace))
	}
	return p
}
