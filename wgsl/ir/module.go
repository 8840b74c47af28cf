package ir

import (
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

// Module is a checked WGSL module.
type Module struct {
	Source *syntax.Source
	// Enabled and Required are the extensions that the module names.
	Enabled, Required []string
	Structs           []*types.Struct
	Overrides         []*Override
	// Globals are the variables of module scope.
	Globals []*Var
	// Functions in an order in which a callee comes before its callers.
	Functions []*Function
	// Sizes gives the element count of override-sized arrays; nil entries do not occur.
	Sizes map[*types.OverrideSize]Expr
}

// EntryPoints lists the functions with a stage, in the order of the source.
func (m *Module) EntryPoints() []*Function {
	var out []*Function
	for _, f := range m.Functions {
		if f.Stage != NoStage {
			out = append(out, f)
		}
	}
	return out
}

// Override is a pipeline-overridable constant. Its type is a concrete scalar.
type Override struct {
	Span syntax.Span
	Name string
	ID   int // the number of @id, -1 where there is none
	Type types.Scalar
	Init Expr // nil: the pipeline must give a value
}

// Key is how a pipeline names the override: the number where there is one, else
// the name ("override Declarations").
func (o *Override) Key() string {
	if o.ID >= 0 {
		return itoa(o.ID)
	}
	return o.Name
}

// Var is a variable. Its address has type Pointer().
type Var struct {
	Span   syntax.Span
	Name   string
	Space  types.Space
	Access types.Access
	Type   types.Type // the store type
	// Init is the initial value: in module scope a constant or override
	// expression, in function scope any value; nil is the zero value.
	Init Expr
	// Group and Binding identify a resource; -1 elsewhere.
	Group, Binding int
	// Func is the function it belongs to, nil in module scope.
	Func *Function
	// Index numbers the variables of one scope from 0.
	Index int
	// Handle is the type of the texture or sampler that the variable, a buffer now,
	// stands for (wgsl/texture); nil elsewhere.
	Handle types.Type
}

// Pointer is the type of the variable's address.
func (v *Var) Pointer() types.Pointer {
	return types.Pointer{Space: v.Space, Elem: v.Type, Access: v.Access}
}

// Local is a value with a name inside a function: a let-declaration or a formal
// parameter. It may be of pointer type.
type Local struct {
	Span  syntax.Span
	Name  string
	Type  types.Type
	Param bool
	// IO is the attribute set of an entry point's parameter that is not a
	// structure; nil elsewhere.
	IO *types.IO
	// Index numbers the locals of one function from 0, parameters first.
	Index int
}

// Stage is a shader stage.
type Stage uint8

// The stages; NoStage is an ordinary function.
const (
	NoStage Stage = iota
	Vertex
	Fragment
	Compute
)

func (s Stage) String() string { return [...]string{"", "vertex", "fragment", "compute"}[s] }

// Function is a user-defined function.
type Function struct {
	Span   syntax.Span
	Name   string
	Stage  Stage
	Params []*Local
	Result types.Type // types.Void where there is none
	// ResultIO is the attribute set of an entry point's result that is not a structure.
	ResultIO *types.IO
	// WorkgroupSize has three constant or override expressions of type u32 or
	// i32; set for compute entry points only.
	WorkgroupSize [3]Expr
	// SubgroupSize is the expression of @subgroup_size, nil where there is none.
	SubgroupSize Expr
	Vars         []*Var
	Locals       []*Local // parameters first
	Body         *Block
	// Calls are the functions called from the body, each once.
	Calls []*Function
	// Globals are the module-scope variables that the body names itself, each once.
	Globals []*Var
	MustUse bool
	// Hidden says that the function is not of the module's source: no debugger
	// steps into it.
	Hidden bool
}

// Resources lists the module-scope variables that a function reaches, itself or
// through calls, in the order of the module.
func (m *Module) Resources(f *Function) []*Var {
	seen := map[*Function]bool{}
	used := map[*Var]bool{}
	var walk func(*Function)
	walk = func(f *Function) {
		if seen[f] {
			return
		}
		seen[f] = true
		for _, v := range f.Globals {
			used[v] = true
		}
		for _, c := range f.Calls {
			walk(c)
		}
	}
	walk(f)
	var out []*Var
	for _, v := range m.Globals {
		if used[v] {
			out = append(out, v)
		}
	}
	return out
}

// ConstantValue gives the value of an expression that was folded, and whether it was.
func ConstantValue(e Expr) (value.Value, bool) {
	c, ok := e.(*Const)
	if !ok {
		return nil, false
	}
	return c.Value, true
}
