package check

import (
	"slices"
	"strings"

	"pxos/wgsl/builtin"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
)

// attributeArgs is how many arguments each attribute takes ("Attributes").
var attributeArgs = map[string][2]int{
	"align": {1, 1}, "binding": {1, 1}, "blend_src": {1, 1}, "builtin": {1, 2}, "const": {0, 0}, "diagnostic": {0, 2},
	"group": {1, 1}, "id": {1, 1}, "interpolate": {1, 2}, "invariant": {0, 0}, "location": {1, 1}, "must_use": {0, 0},
	"size": {1, 1}, "subgroup_size": {1, 1}, "workgroup_size": {1, 3}, "vertex": {0, 0}, "fragment": {0, 0}, "compute": {0, 0},
}

// attributes gives those attributes that may stand on an object, each once, with
// the right number of arguments; the others are reported.
func (c *checker) attributes(list []*syntax.Attribute, object string, allowed ...string) []*syntax.Attribute {
	var out []*syntax.Attribute
	seen := map[string]bool{}
	for _, a := range list {
		name := a.Name.Name
		args, known := attributeArgs[name]
		switch {
		case !known:
			help := "remove it"
			var names []string
			for n := range attributeArgs {
				names = append(names, n)
			}
			if near := closest(name, names); near != "" {
				help = "did you mean @" + near + "?"
			}
			c.errorf(a.Span, "attributes", help, "the attribute @%s is not known", name)
		case !slices.Contains(allowed, name):
			c.errorf(a.Span, "attributes", "remove it", "the attribute @%s may not stand on %s", name, object)
		case seen[name] && name != "diagnostic":
			c.errorf(a.Span, "attributes", "keep one", "the attribute @%s stands twice on %s", name, object)
		case a.Control == nil && (len(a.Args) < args[0] || len(a.Args) > args[1]):
			c.errorf(a.Span, "attributes", "give the arguments that it takes", "the attribute @%s takes %s, not %d", name, countText(args), len(a.Args))
		default:
			out = append(out, a)
		}
		seen[name] = true
	}
	return out
}

func countText(n [2]int) string {
	switch {
	case n[0] == n[1] && n[0] == 1:
		return "1 argument"
	case n[0] == n[1]:
		return itoa(n[0]) + " arguments"
	}
	return itoa(n[0]) + " to " + itoa(n[1]) + " arguments"
}

// attributeInt evaluates an argument that must be a const-expression of type i32
// or u32.
func (c *checker) attributeInt(a *syntax.Attribute, i int) (int64, bool) {
	saved := c.context
	c.context = context{}
	defer func() { c.context = saved }()
	o := c.value(a.Args[i])
	if o.bad() {
		return 0, false
	}
	s, ok := o.typ.(types.Scalar)
	if !ok || !s.IsInteger() || o.stage != constStage {
		c.errorf(o.span, attrRule(a), "write a constant of type i32 or u32", "the argument of @%s must be a const-expression of type i32 or u32", a.Name.Name)
		return 0, false
	}
	if o, ok = c.convert(o, builtin.Concretization(o.typ)); !ok {
		return 0, false
	}
	return intOf(o.val), true
}

// nonNegative is attributeInt for the attributes that take no negative number.
func (c *checker) nonNegative(a *syntax.Attribute) (int, bool) {
	n, ok := c.attributeInt(a, 0)
	if ok && n < 0 {
		c.errorf(a.Args[0].Range(), attrRule(a), "use 0 or more", "the argument of @%s must not be negative, this is %d", a.Name.Name, n)
		return 0, false
	}
	return int(n), ok
}

// word reads an argument that is a context-dependent name.
func (c *checker) word(e syntax.Expr, a *syntax.Attribute, known ...string) (string, bool) {
	t, ok := e.(*syntax.TypeName)
	if ok && t.Args == nil && slices.Contains(known, t.Name.Name) {
		return t.Name.Name, true
	}
	help := "write one of " + strings.Join(known, ", ")
	if !ok || t.Args != nil {
		c.errorf(e.Range(), attrRule(a), help, "the argument of @%s must be a name", a.Name.Name)
		return "", false
	}
	if near := closest(t.Name.Name, known); near != "" {
		help = "did you mean " + near + "?"
	}
	c.errorf(e.Range(), attrRule(a), help, "%q is no argument that @%s knows", t.Name.Name, a.Name.Name)
	return "", false
}

// attrRule is the anchor of the section about an attribute.
func attrRule(a *syntax.Attribute) string {
	switch a.Name.Name {
	case "vertex", "fragment", "compute":
		return "shader-stage-attr"
	}
	return strings.ReplaceAll(a.Name.Name, "_", "-") + "-attr"
}

// ioAttributes reads the IO attributes of a parameter, result or member; nil where
// there is none.
func (c *checker) ioAttributes(attrs []*syntax.Attribute) *types.IO {
	var io *types.IO
	get := func() *types.IO {
		if io == nil {
			io = &types.IO{Location: -1, BlendSrc: -1}
		}
		return io
	}
	for _, a := range attrs {
		switch a.Name.Name {
		case "builtin":
			c.builtinAttribute(a, get())
		case "location":
			if n, ok := c.nonNegative(a); ok {
				get().Location = n
			}
		case "blend_src":
			c.blendSource(a, get())
		case "interpolate":
			c.interpolate(a, get())
		case "invariant":
			get().Invariant = true
		}
	}
	return io
}

func (c *checker) builtinAttribute(a *syntax.Attribute, io *types.IO) {
	name, ok := c.word(a.Args[0], a, builtinValueNames...)
	if !ok {
		return
	}
	io.Builtin = name
	if len(a.Args) == 2 {
		if name != "frag_depth" {
			c.errorf(a.Args[1].Range(), "builtin-attr", "remove it", "only frag_depth takes a depth mode")
			return
		}
		io.DepthMode, _ = c.word(a.Args[1], a, "greater", "less")
	}
	if ext := builtinValues[name].extension; ext != "" {
		c.needs(ext, a.Span, "the built-in value "+name)
	}
}

func (c *checker) blendSource(a *syntax.Attribute, io *types.IO) {
	c.needs("dual_source_blending", a.Span, "the attribute @blend_src")
	if n, ok := c.attributeInt(a, 0); ok {
		if n != 0 && n != 1 {
			c.errorf(a.Args[0].Range(), "blend-src-attr", "use 0 or 1", "the argument of @blend_src must be 0 or 1, this is %d", n)
			return
		}
		io.BlendSrc = int(n)
	}
}

func (c *checker) interpolate(a *syntax.Attribute, io *types.IO) {
	kind, ok := c.word(a.Args[0], a, "perspective", "linear", "flat")
	if !ok {
		return
	}
	io.Interpolation = kind
	if len(a.Args) < 2 {
		return
	}
	sampling, ok := c.word(a.Args[1], a, "center", "centroid", "sample", "first", "either")
	if !ok {
		return
	}
	if (kind == "flat") != (sampling == "first" || sampling == "either") {
		c.errorf(a.Args[1].Range(), "interpolate-attr", "flat goes with first and either, perspective and linear with center, centroid and sample",
			"the sampling %s does not go with the interpolation type %s", sampling, kind)
		return
	}
	io.Interpolation += "," + sampling
}
