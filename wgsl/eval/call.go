package eval

import (
	"pxos/wgsl/builtin"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

// scalarFunc computes one component of a function that works component-wise.
type scalarFunc func(c *calc, a []value.Value) value.Value

// wholeFunc computes a function of whole arguments.
type wholeFunc func(c *calc, result types.Type, a []value.Value) value.Value

var (
	componentwise = map[builtin.ID]scalarFunc{}
	whole         = map[builtin.ID]wholeFunc{}
	registered    = register()
)

func register() bool {
	registerFloat()
	registerInteger()
	registerVector()
	registerPacking()
	return true
}

// Computes says whether Call can compute a function: those that a const-expression
// may call.
func Computes(id builtin.ID) bool { return componentwise[id] != nil || whole[id] != nil }

// Call computes a built-in function for which Computes holds. Result is the type
// that overload resolution gave the call.
func Call(mode Mode, id builtin.ID, result types.Type, args []value.Value) (value.Value, error) {
	c := calc{mode: mode}
	if mode == Constant {
		c.text = func() string { return id.String() + "(" + listing(args) + ")" }
	}
	if f := componentwise[id]; f != nil {
		return c.result(c.each(result, args, func(a []value.Value) value.Value { return f(&c, a) }))
	}
	f := whole[id]
	if f == nil {
		return nil, failure("call it when the shader runs", "%s has no constant value", id)
	}
	return c.result(f(&c, result, args))
}
