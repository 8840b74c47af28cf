package check

import (
	"pxos/wgsl/builtin"
	"pxos/wgsl/eval"
	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

// call checks a function call or value constructor; statement says that the call
// is a statement of its own.
func (c *checker) call(e *syntax.Call, statement bool) operand {
	none := operand{span: e.Span}
	name := e.Callee.Name
	if d := c.lookup(name); d != nil {
		switch {
		case d.bad && d.kind != kindFunction:
			c.callArgs(e)
			return none
		case d.kind == kindFunction:
			return c.userCall(e, d, statement)
		case d.kind == kindType:
			return c.constructorCall(e, statement)
		}
		c.errorf(e.Callee.Span, "function-calls", "call a function, or a type to make a value", "%q cannot be called", name.Name)
		return none
	}
	switch predeclared(name.Name) {
	case "built-in function":
		return c.builtinCall(e, builtin.Lookup(name.Name), statement)
	case "type", "type-generator":
		return c.constructorCall(e, statement)
	case "":
		c.unknown(name, "the function")
	default:
		c.errorf(e.Callee.Span, "function-calls", "call a function", "the enumerant %q cannot be called", name.Name)
	}
	c.callArgs(e)
	return none
}

// callArgs checks the arguments of a call whose callee is wrong.
func (c *checker) callArgs(e *syntax.Call) []operand {
	out := make([]operand, len(e.Args))
	for i, a := range e.Args {
		out[i] = c.value(a)
	}
	return out
}

// userCall calls a function of the module.
func (c *checker) userCall(e *syntax.Call, d *entity, statement bool) operand {
	none := operand{span: e.Span}
	args := c.callArgs(e)
	if d.bad || d.fn == nil {
		return none
	}
	f := d.fn.ir
	switch {
	case e.Callee.Args != nil:
		c.errorf(e.Callee.Span, "function-calls", "remove the template list", "the function %s takes no template arguments", f.Name)
		return none
	case f.Stage != ir.NoStage:
		c.errorf(e.Span, "function-restriction", "move the body into a function of its own", "the entry point %s cannot be called", f.Name)
		return none
	case len(args) != len(f.Params):
		d2 := c.errorf(e.Span, "function-calls", "give one argument for each parameter", "%s takes %d arguments, not %d", f.Name, len(f.Params), len(args))
		withNote(d2, d.span, "the function is declared here")
		return none
	case c.fn == nil:
		c.errorf(e.Span, "const-expr", "compute it in a function body", "a user-defined function cannot be called in module scope")
		return none
	case statement && f.MustUse:
		c.errorf(e.Span, "must-use-attr", "use the result, or write `_ = "+f.Name+"(…);`", "the result of %s must be used", f.Name)
		return none
	}
	x := &ir.Call{Info: ir.Info{Span: e.Span, T: f.Result}, Func: f, Args: make([]ir.Expr, len(args))}
	for i := range args {
		args[i] = c.coerce(args[i], f.Params[i].Type, "argument "+itoa(i+1)+" of "+f.Name)
		if args[i].bad() {
			return none
		}
		x.Args[i] = c.tree(args[i])
	}
	c.fn.calls(c, d.fn, e.Span)
	c.aliases(d.fn, args, e.Span)
	return operand{span: e.Span, typ: f.Result, stage: runtimeStage, x: x}
}

// builtinCall calls a built-in function.
func (c *checker) builtinCall(e *syntax.Call, f *builtin.Function, statement bool) operand {
	none := operand{span: e.Span}
	if !c.available(e, f) {
		c.callArgs(e)
		return none
	}
	template := make([]types.Type, len(e.Callee.Args))
	for i, a := range e.Callee.Args {
		if template[i] = c.typeArgument(a); template[i] == nil {
			c.callArgs(e)
			return none
		}
	}
	m, args, ok := c.resolveCall(e.Span, f.Name(), f.Overloads, template, c.callArgs(e))
	if !ok {
		return none
	}
	if statement && f.MustUse {
		c.errorf(e.Span, "must-use-attr", "use the result, or write `_ = "+f.Name()+"(…);`", "the result of %s must be used", f.Name())
		return none
	}
	s := latest(args...)
	if !f.Const {
		s = runtimeStage
	}
	if s == constStage {
		vals := make([]value.Value, len(args))
		for i := range args {
			vals[i] = args[i].val
		}
		return c.folded(e.Span, m.Result, func() (value.Value, error) { return eval.Call(eval.Constant, f.ID, m.Result, vals) })
	}
	if !f.Const && c.fn == nil {
		c.errorf(e.Span, "const-expr", "compute it in a function body", "%s cannot be called in module scope: its value is not known before the shader runs", f.Name())
		return none
	}
	c.builtinRules(e, f, m, args)
	x := &ir.Builtin{Info: ir.Info{Span: e.Span, T: m.Result}, ID: f.ID, Args: make([]ir.Expr, len(args))}
	for i := range args {
		x.Args[i] = c.tree(args[i])
	}
	return operand{span: e.Span, typ: m.Result, stage: s, x: x}
}

// available says whether the extensions that a function needs are there.
func (c *checker) available(e *syntax.Call, f *builtin.Function) bool {
	switch {
	case f.Feature == "buffer_view":
		c.errorf(e.Callee.Span, "buffer-view-builtin-functions", "use a typed variable", "%s needs the language extension buffer_view, which is not supported", f.Name())
	case f.Extension == "" || c.needs(f.Extension, e.Callee.Span, "the function "+f.Name()):
		return true
	}
	return false
}

// builtinRules are the rules of a built-in call beside its types: constant
// arguments, stages, and what memory it touches.
func (c *checker) builtinRules(e *syntax.Call, f *builtin.Function, m builtin.Match, args []operand) {
	c.constantArguments(f, m, args)
	if f.Stages != builtin.AllStages {
		c.fn.limit(e.Span, f.Stages, "the function "+f.Name())
	}
	for _, a := range args {
		if _, ok := a.typ.(types.Pointer); !ok || f.ID == builtin.ArrayLength {
			continue
		}
		if f.ID != builtin.AtomicStore {
			c.accessed(a.root, a.span, false)
		}
		if f.ID != builtin.AtomicLoad && f.ID != builtin.WorkgroupUniformLoad {
			c.accessed(a.root, a.span, true)
		}
	}
}

// constantArguments checks arguments that must be const-expressions or that are
// known to break a rule.
func (c *checker) constantArguments(f *builtin.Function, m builtin.Match, args []operand) {
	vals := make([]value.Value, len(args))
	for i := range args {
		vals[i] = args[i].val
	}
	for i, p := range m.Overload.Params {
		low, high := int64(0), int64(0)
		switch {
		case p.Name == "offset" && f.ID.IsTexture():
			low, high = -8, 7
		case p.Name == "component":
			high = 3
		case p.Name == "id" && f.ID == builtin.SubgroupBroadcast:
			high = 127
		case p.Name == "id" && f.ID == builtin.QuadBroadcast:
			high = 3
		default:
			continue
		}
		if args[i].stage != constStage {
			c.errorf(args[i].span, "builtin-functions", "write a constant", "the argument %s of %s must be a const-expression", p.Name, f.Name())
			return
		}
		for k := 0; k < max(1, types.Components(args[i].typ)); k++ {
			v := vals[i]
			if comp, ok := v.(*value.Composite); ok {
				v = comp.Elems[k]
			}
			if n := intOf(v); n < low || n > high {
				c.errorf(args[i].span, "builtin-functions", "use a value in the range", "the argument %s of %s must be from %d to %d, this is %d", p.Name, f.Name(), low, high, n)
				return
			}
		}
	}
	if c.lazy == 0 && len(args) > 0 {
		if err := eval.CheckPartial(f.ID, args[0].typ, vals); err != nil {
			c.evalError(args[0].span, err)
		}
	}
}
