package syntax

// Stmt is a statement.
type Stmt interface {
	Node
	stmt()
}

// Block is `@attrs { statements }`.
type Block struct {
	Span
	Attrs []*Attribute
	Stmts []Stmt
}

// LetStmt is `let name : type = init;`.
type LetStmt struct {
	Span
	Name Ident
	Type *TypeName
	Init Expr
}

// DeclStmt is a VarDecl, ConstDecl or ConstAssert in function scope.
type DeclStmt struct {
	Span
	Decl Decl
}

// Assign is `lhs = rhs;`, `lhs op= rhs;` where Compound is set, or the phony
// `_ = rhs;` where LHS is nil.
type Assign struct {
	Span
	LHS      Expr
	Compound bool
	Op       BinaryOp
	RHS      Expr
}

// IncDec is `lhs++;` or `lhs--;`.
type IncDec struct {
	Span
	LHS       Expr
	Decrement bool
}

// CallStmt is `callee(args);`.
type CallStmt struct {
	Span
	Call *Call
}

// If is `@attrs if cond {} else …`; Else is nil, *Block or *If.
type If struct {
	Span
	Attrs []*Attribute
	Cond  Expr
	Then  *Block
	Else  Stmt
}

// Switch is `@attrs switch selector @attrs { clauses }`.
type Switch struct {
	Span
	Attrs     []*Attribute
	Selector  Expr
	BodyAttrs []*Attribute
	Clauses   []*SwitchClause
}

// SwitchClause is `case a, b, default: {}` or `default: {}`.
type SwitchClause struct {
	Span
	Selectors []Expr // without the default
	Default   bool   // default is among the selectors, or alone
	Body      *Block
}

// Loop is `@attrs loop @attrs { statements continuing {} }`. Continuing is nil
// where there is none; BreakIf is its `break if cond;`.
type Loop struct {
	Span
	Attrs      []*Attribute
	Body       *Block // with the attributes before its brace
	Continuing *Block
	BreakIf    Expr
}

// For is `@attrs for (init; cond; update) {}`; any of the three may be nil.
type For struct {
	Span
	Attrs  []*Attribute
	Init   Stmt
	Cond   Expr
	Update Stmt
	Body   *Block
}

// While is `@attrs while cond {}`.
type While struct {
	Span
	Attrs []*Attribute
	Cond  Expr
	Body  *Block
}

// Break is `break;`.
type Break struct{ Span }

// Continue is `continue;`.
type Continue struct{ Span }

// Return is `return;` or `return value;`.
type Return struct {
	Span
	Value Expr
}

// Discard is `discard;`.
type Discard struct{ Span }

func (*Block) stmt()    {}
func (*LetStmt) stmt()  {}
func (*DeclStmt) stmt() {}
func (*Assign) stmt()   {}
func (*IncDec) stmt()   {}
func (*CallStmt) stmt() {}
func (*If) stmt()       {}
func (*Switch) stmt()   {}
func (*Loop) stmt()     {}
func (*For) stmt()      {}
func (*While) stmt()    {}
func (*Break) stmt()    {}
func (*Continue) stmt() {}
func (*Return) stmt()   {}
func (*Discard) stmt()  {}
