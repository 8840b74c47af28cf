package ir

import (
	"strconv"

	"pxos/wgsl/builtin"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Expr is an expression with its type and place.
type Expr interface {
	Type() types.Type
	Range() syntax.Span
}

// Info is what every expression carries.
type Info struct {
	Span syntax.Span
	T    types.Type
}

// Type is the type of the expression's result.
func (i *Info) Type() types.Type { return i.T }

// Range is the place in the source.
func (i *Info) Range() syntax.Span { return i.Span }

// Const is a value known when the module is checked, never of abstract type.
type Const struct {
	Info
	Value value.Value
}

// OverrideRef is the value of an override.
type OverrideRef struct {
	Info
	Override *Override
}

// VarRef is the address of a variable.
type VarRef struct {
	Info
	Var *Var
}

// LocalRef is the value of a let-declaration or parameter.
type LocalRef struct {
	Info
	Local *Local
}

// Load reads the memory that a pointer views. An atomic is never loaded so.
type Load struct {
	Info
	Ptr Expr
}

// Member selects a member of a structure: of a value, or (Base of pointer type)
// the address of the member.
type Member struct {
	Info
	Base  Expr
	Index int
}

// Index selects a component of a vector, a column of a matrix or an element of
// an array: of a value, or the address in memory. Index is of type i32 or u32 and
// may be out of bounds.
type Index struct {
	Info
	Base, Index Expr
}

// Swizzle makes a vector of components of a vector value. Comps has 2 to 4
// entries from 0 to 3; a single component is an Index.
type Swizzle struct {
	Info
	Base  Expr
	Comps []int
}

// Unary is Negate, Not or Complement of a scalar or vector.
type Unary struct {
	Info
	Op syntax.UnaryOp
	X  Expr
}

// Binary is an operator of the section "Arithmetic", "Comparison", "Bit" or
// "Logical Expressions". Operands may differ in shape where the specification
// allows it: scalar with vector, matrix with scalar, vector or matrix. AndAnd and
// OrOr evaluate Y only when X does not decide.
type Binary struct {
	Info
	Op   syntax.BinaryOp
	X, Y Expr
}

// Call calls a user-defined function.
type Call struct {
	Info
	Func *Function
	Args []Expr
}

// Builtin calls a built-in function. The overload is told by the argument types.
type Builtin struct {
	Info
	ID   builtin.ID
	Args []Expr
}

// Construct makes a vector, matrix, array or structure of its parts ("Value
// Constructor Built-in Functions"). For a vector the parts are scalars and
// vectors that add up to its components, or one scalar for all of them; for a
// matrix its columns or its scalars in column order; for the others the elements.
// Parts already have the right element type.
type Construct struct {
	Info
	Args []Expr
}

// Convert changes the component type of a scalar, vector or matrix and keeps its
// shape ("Conversion").
type Convert struct {
	Info
	X Expr
}
