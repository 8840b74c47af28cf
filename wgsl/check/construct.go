package check

import (
	"strconv"

	"pxos/wgsl/builtin"
	"pxos/wgsl/eval"
	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

func itoa(n int) string { return strconv.Itoa(n) }

// maxElements is the number of elements of an array constructor that the section
// "Limits" asks for.
const maxElements = 2047

// constructorCall makes a value: of a type, or of a type-generator whose template
// arguments are inferred ("Constructor Built-in Functions").
func (c *checker) constructorCall(e *syntax.Call, statement bool) operand {
	none := operand{span: e.Span}
	if statement {
		c.errorf(e.Span, "must-use-attr", "use the value, or remove the statement", "a value of %s is made and not used", e.Callee.Name.Name)
		c.callArgs(e)
		return none
	}
	if c.lookup(e.Callee.Name) == nil && e.Callee.Args == nil && generators[e.Callee.Name.Name] {
		return c.inferred(e)
	}
	t := c.typeOf(e.Callee)
	args := c.callArgs(e)
	if t == nil {
		return none
	}
	for _, a := range args {
		if a.bad() {
			return none
		}
	}
	if !types.IsConstructible(t) {
		c.errorf(e.Span, "constructor-builtin-function", "declare a variable of it", "a value of type %s cannot be made", t)
		return none
	}
	if len(args) == 0 {
		v, ok := c.zero(e.Span, t)
		if !ok {
			return none
		}
		return constant(e.Span, v)
	}
	switch t := t.(type) {
	case types.Array:
		return c.elements(e, t, args, func(int) types.Type { return t.Elem }, int(min(t.Len, 1<<30)))
	case *types.Struct:
		return c.elements(e, t, args, func(i int) types.Type { return t.Members[i].Type }, len(t.Members))
	}
	return c.construct(e, t, args)
}

// inferred is a constructor without template arguments: vec3(…), mat2x2(…), array(…).
func (c *checker) inferred(e *syntax.Call) operand {
	none := operand{span: e.Span}
	args := c.callArgs(e)
	name := e.Callee.Name.Name
	if name == "array" {
		return c.inferredArray(e, args)
	}
	rules := builtin.Constructors[name]
	if rules == nil {
		c.errorf(e.Callee.Span, "constructor-builtin-function", "declare a variable of it", "a value of type %s cannot be made", name)
		return none
	}
	m, args, ok := c.resolveCall(e.Span, name, rules, nil, args)
	if !ok {
		return none
	}
	return c.made(e.Span, m.Result, args)
}

// inferredArray is array(e1, …, eN): the elements have one type, the one that all
// convert to at the least rank.
func (c *checker) inferredArray(e *syntax.Call, args []operand) operand {
	none := operand{span: e.Span}
	if len(args) == 0 {
		c.errorf(e.Span, "array-builtin", "write the type, as in array<f32, 4>()", "the type of an array without elements is not known")
		return none
	}
	if !c.fewElements(e.Span, len(args)) {
		return none
	}
	elem := args[0].typ
	runtime := false
	for _, a := range args {
		if a.bad() {
			return none
		}
		runtime = runtime || a.stage != constStage
		if builtin.Rank(a.typ, elem) < builtin.Infeasible {
			continue
		}
		if builtin.Rank(elem, a.typ) >= builtin.Infeasible {
			c.errorf(a.span, "array-builtin", "give values of one type", "the elements of an array have no common type: this is %s, another is %s", a.typ, elem)
			return none
		}
		elem = a.typ
	}
	if runtime {
		elem = builtin.Concretization(elem)
	}
	if !c.constructibleElement(e.Span, elem) {
		return none
	}
	t := types.Array{Elem: elem, Len: int64(len(args))}
	return c.elements(e, t, args, func(int) types.Type { return elem }, len(args))
}

func (c *checker) constructibleElement(span syntax.Span, t types.Type) bool {
	if !types.IsConstructible(t) {
		c.errorf(span, "array-builtin", "give values of a constructible type", "%s cannot be the element type of an array value", t)
		return false
	}
	if types.Depth(t) >= maxNestDepth {
		c.errorf(span, "limits", "nest fewer arrays and structures", "the type nests deeper than %d", maxNestDepth)
		return false
	}
	return true
}

func (c *checker) fewElements(span syntax.Span, n int) bool {
	if n > maxElements {
		c.errorf(span, "limits", "make a zero value, or fill a variable in a loop", "an array constructor has %d elements, %d is the limit", n, maxElements)
		return false
	}
	return true
}

// elements makes an array or structure of one argument for each element.
func (c *checker) elements(e *syntax.Call, t types.Type, args []operand, elem func(int) types.Type, n int) operand {
	none := operand{span: e.Span}
	if _, isArray := t.(types.Array); isArray && !c.fewElements(e.Span, len(args)) {
		return none
	}
	if len(args) != n {
		c.errorf(e.Span, "value-constructor-builtin-function", "give one value for each, or none for a zero value",
			"%s takes %d values, not %d", t, n, len(args))
		return none
	}
	for i := range args {
		what := "element " + itoa(i) + " of " + t.String()
		if s, ok := t.(*types.Struct); ok {
			what = "the member " + s.Members[i].Name + " of " + s.Name
		}
		if args[i] = c.coerce(args[i], elem(i), what); args[i].bad() {
			return none
		}
	}
	return c.made(e.Span, t, args)
}

// construct makes a scalar, vector or matrix of a written type.
func (c *checker) construct(e *syntax.Call, t types.Type, args []operand) operand {
	name, template := t.String(), []types.Type(nil)
	switch t := t.(type) {
	case types.Vector:
		name, template = "vec"+itoa(t.N), []types.Type{t.Elem}
	case types.Matrix:
		name, template = "mat"+itoa(t.Cols)+"x"+itoa(t.Rows), []types.Type{t.Elem}
	}
	m, args, ok := c.resolveCall(e.Span, name, builtin.Constructors[name], template, args)
	if !ok {
		return operand{span: e.Span}
	}
	return c.made(e.Span, m.Result, args)
}

// made is the value made of converted arguments: one argument of the same shape
// and another component type is a conversion, of the same type the argument
// itself.
func (c *checker) made(span syntax.Span, t types.Type, args []operand) operand {
	s := latest(args...)
	converts := len(args) == 1 && types.Components(args[0].typ) == types.Components(t) && types.Components(t) > 0
	if s == constStage {
		return c.folded(span, t, func() (value.Value, error) {
			if converts {
				return eval.Convert(eval.Constant, args[0].val, t)
			}
			vals := make([]value.Value, len(args))
			for i := range args {
				vals[i] = args[i].val
			}
			if len(vals) == 0 {
				return value.Zero(t), nil
			}
			return eval.Construct(t, vals), nil
		})
	}
	if converts {
		if args[0].typ == t {
			o := args[0]
			o.span = span
			return o
		}
		return operand{span: span, typ: t, stage: s, x: &ir.Convert{Info: ir.Info{Span: span, T: t}, X: c.tree(args[0])}}
	}
	x := &ir.Construct{Info: ir.Info{Span: span, T: t}, Args: make([]ir.Expr, len(args))}
	for i := range args {
		x.Args[i] = c.tree(args[i])
	}
	return operand{span: span, typ: t, stage: s, x: x}
}
