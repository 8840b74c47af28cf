package ir

import (
	"pxos/wgsl/syntax"
	"pxos/wgsl/value"
)

// Stmt is a statement with its place.
type Stmt interface{ Range() syntax.Span }

// At is what every statement carries.
type At struct{ Span syntax.Span }

// Range is the place in the source.
func (a *At) Range() syntax.Span { return a.Span }

// Block runs its statements in order.
type Block struct {
	At
	Stmts []Stmt
}

// DeclareVar starts the life of a function-scope variable and sets its initial
// value, each time that it is reached.
type DeclareVar struct {
	At
	Var *Var
}

// DeclareLet names a value.
type DeclareLet struct {
	At
	Local *Local
	Init  Expr
}

// Assign stores Value at Ptr. The pointer is evaluated first, then the value,
// then the store is made. With Compound set, the store is `load(Ptr) Op Value`,
// the pointer evaluated once; Op then follows Binary, and the result has the type
// that Ptr views.
type Assign struct {
	At
	Ptr      Expr
	Value    Expr
	Compound bool
	Op       syntax.BinaryOp
}

// Evaluate computes an expression for its effects: a call statement, or the
// phony assignment.
type Evaluate struct {
	At
	X Expr
}

// If runs Then or Else; Else may be nil.
type If struct {
	At
	Cond Expr
	Then *Block
	Else *Block
}

// Switch runs the case whose selector equals Selector (i32 or u32), or the
// default. A case never falls through. Break leaves it.
type Switch struct {
	At
	Selector Expr
	Cases    []*Case
}

// Case is one clause; exactly one of a switch has Default.
type Case struct {
	At
	Values  []value.Value
	Default bool
	Body    *Block
}

// Loop repeats: Body, then Continuing, then leaves if BreakIf holds. Continue in
// the body goes to Continuing; Break leaves the loop. Continuing and BreakIf may
// be nil. Names declared in Body are visible in Continuing and BreakIf, and those
// of Continuing in BreakIf.
type Loop struct {
	At
	Body       *Block
	Continuing *Block
	BreakIf    Expr
}

// Break leaves the innermost loop or switch.
type Break struct{ At }

// Continue goes to the continuing part of the innermost loop.
type Continue struct{ At }

// Return leaves the function; Value is nil where it gives none.
type Return struct {
	At
	Value Expr
}

// Discard makes a fragment invocation a helper.
type Discard struct{ At }
