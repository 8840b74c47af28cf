package check

import (
	"fmt"
	"strings"

	"pxos/wgsl/builtin"
	"pxos/wgsl/eval"
	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

// base checks what is decomposed: a value, or a memory view. A pointer counts as
// the reference that it views (pointer_composite_access).
func (c *checker) base(e syntax.Expr) operand {
	o := c.expr(e)
	if o.bad() {
		return o
	}
	if p, ok := o.typ.(types.Pointer); ok {
		o = c.load(o)
		return reference(o.span, o.x, p, o.root)
	}
	if o.ref && o.space == types.Handle {
		return c.load(o)
	}
	return o
}

// index is e[i] ("Composite Value Decomposition Expressions").
func (c *checker) index(e *syntax.Index) operand {
	base, i := c.base(e.Base), c.value(e.Index)
	if base.bad() || i.bad() {
		return operand{span: e.Span}
	}
	s, ok := i.typ.(types.Scalar)
	if !ok || !s.IsInteger() {
		c.errorf(i.span, "array-access-expr", "use an i32 or u32", "an index must be an integer, not %s", i.typ)
		return operand{span: e.Span}
	}
	if i = c.concretize(i); i.bad() {
		return operand{span: e.Span}
	}
	elem, count := componentType(base.typ)
	if elem == nil {
		c.errorf(e.Span, "composite-value-decomposition-expr", "index a vector, matrix or array", "a value of type %s cannot be indexed", base.typ)
		return operand{span: e.Span}
	}
	if i.val != nil && c.lazy == 0 {
		if n := intOf(i.val); n < 0 || count > 0 && n >= count {
			if count == 0 {
				c.errorf(i.span, "array-access-expr", "use an index of at least 0", "the index %d is negative", n)
			} else {
				c.evalError(i.span, eval.OutOfBounds(n, count, base.typ))
			}
			return operand{span: e.Span}
		}
	}
	return c.indexed(e.Span, base, i, elem)
}

// indexed makes the operand of an index that was checked.
func (c *checker) indexed(span syntax.Span, base, i operand, elem types.Type) operand {
	if base.ref {
		p := types.Pointer{Space: base.space, Elem: elem, Access: base.access}
		o := reference(span, &ir.Index{Info: ir.Info{Span: span, T: p}, Base: base.x, Index: c.tree(i)}, p, base.root)
		_, o.component = base.typ.(types.Vector)
		return o
	}
	s := latest(base, i)
	if s == constStage {
		return c.folded(span, elem, func() (value.Value, error) { return eval.Index(eval.Constant, base.val, i.val) })
	}
	if base.val != nil {
		if base = c.concretize(base); base.bad() {
			return operand{span: span}
		}
		elem, _ = componentType(base.typ)
	}
	return operand{span: span, typ: elem, stage: s, x: &ir.Index{Info: ir.Info{Span: span, T: elem}, Base: c.tree(base), Index: c.tree(i)}}
}

// componentType is the type of what an index selects, and the count of
// components; 0 where it is not known yet.
func componentType(t types.Type) (types.Type, int64) {
	switch t := t.(type) {
	case types.Vector:
		return t.Elem, int64(t.N)
	case types.Matrix:
		return t.Column(), int64(t.Cols)
	case types.Array:
		return t.Elem, t.Len
	}
	return nil, 0
}

// selector is e.name: a member of a structure, or components of a vector.
func (c *checker) selector(e *syntax.Selector) operand {
	base := c.base(e.Base)
	if base.bad() {
		return operand{span: e.Span}
	}
	switch t := base.typ.(type) {
	case *types.Struct:
		return c.member(e, base, t)
	case types.Vector:
		return c.swizzle(e, base, t)
	}
	c.errorf(e.Name.Span, "composite-value-decomposition-expr", "select from a structure or a vector", "a value of type %s has no member %q", base.typ, e.Name.Name)
	return operand{span: e.Span}
}

func (c *checker) member(e *syntax.Selector, base operand, s *types.Struct) operand {
	i, ok := s.Member(e.Name.Name)
	if !ok {
		names := make([]string, len(s.Members))
		for k := range s.Members {
			names[k] = s.Members[k].Name
		}
		help := fmt.Sprintf("%s has the members %s", s.Name, strings.Join(names[:min(len(names), 12)], ", "))
		if near := closest(e.Name.Name, names); near != "" {
			help = "did you mean " + near + "?"
		}
		c.errorf(e.Name.Span, "struct-access-expr", help, "the structure %s has no member %q", s.Name, e.Name.Name)
		return operand{span: e.Span}
	}
	t := s.Members[i].Type
	if base.ref {
		p := types.Pointer{Space: base.space, Elem: t, Access: base.access}
		return reference(e.Span, &ir.Member{Info: ir.Info{Span: e.Span, T: p}, Base: base.x, Index: i}, p, base.root)
	}
	if base.val != nil {
		return operand{span: e.Span, typ: t, val: eval.Member(base.val, i)}
	}
	return operand{span: e.Span, typ: t, stage: base.stage, x: &ir.Member{Info: ir.Info{Span: e.Span, T: t}, Base: base.x, Index: i}}
}

// letters gives the components of a swizzle name; nil where it is none or mixes
// the two letterings.
func letters(name string) []int {
	if len(name) < 1 || len(name) > 4 {
		return nil
	}
	for _, set := range []string{"xyzw", "rgba"} {
		var out []int
		for _, r := range name {
			if i := strings.IndexRune(set, r); i >= 0 {
				out = append(out, i)
			}
		}
		if len(out) == len(name) {
			return out
		}
	}
	return nil
}

func (c *checker) swizzle(e *syntax.Selector, base operand, v types.Vector) operand {
	comps := letters(e.Name.Name)
	if comps == nil {
		c.errorf(e.Name.Span, "vector-access-expr", "write one to four letters of xyzw, or of rgba", "%q does not select components of %s", e.Name.Name, v)
		return operand{span: e.Span}
	}
	for _, k := range comps {
		if k >= v.N {
			c.errorf(e.Name.Span, "vector-access-expr", "use the components that it has", "%s has %d components: %q selects one past the end", v, v.N, e.Name.Name)
			return operand{span: e.Span}
		}
	}
	if len(comps) == 1 {
		i := constant(e.Name.Span, value.I32(int32(comps[0])))
		return c.indexed(e.Span, base, i, v.Elem)
	}
	base = c.load(base)
	if base.bad() {
		return operand{span: e.Span}
	}
	t := types.Vector{N: len(comps), Elem: v.Elem}
	if base.val != nil {
		return operand{span: e.Span, typ: t, val: eval.Swizzle(base.val, comps)}
	}
	return operand{span: e.Span, typ: t, stage: base.stage, x: &ir.Swizzle{Info: ir.Info{Span: e.Span, T: t}, Base: base.x, Comps: comps}}
}

// resolveCall chooses an overload for the arguments of a call and converts them.
func (c *checker) resolveCall(span syntax.Span, name string, rules []*builtin.Overload, template []types.Type, args []operand) (builtin.Match, []operand, bool) {
	list := make([]builtin.Arg, len(args))
	for i, a := range args {
		if a.bad() {
			return builtin.Match{}, nil, false
		}
		list[i] = builtin.Arg{Type: a.typ, Const: a.stage == constStage}
	}
	m, ok := builtin.Resolve(rules, template, list)
	if !ok {
		given := make([]string, len(args))
		for i, a := range args {
			given[i] = a.typ.String()
		}
		c.errorf(span, "overload-resolution-section", "it is defined for:"+builtin.Candidates(rules),
			"%s cannot be called with (%s)", callText(name, template), strings.Join(given, ", "))
		return m, nil, false
	}
	out := make([]operand, len(args))
	for i, a := range args {
		if out[i] = c.coerce(a, m.Params[i], "the argument"); out[i].bad() {
			return m, nil, false
		}
	}
	return m, out, true
}

func callText(name string, template []types.Type) string {
	if len(template) == 0 {
		return name
	}
	parts := make([]string, len(template))
	for i, t := range template {
		parts[i] = t.String()
	}
	return name + "<" + strings.Join(parts, ", ") + ">"
}
