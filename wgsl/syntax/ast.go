package syntax

// Node is anything with a place in the source.
type Node interface{ Range() Span }

// Range gives the span itself, so that a node embeds its Span.
func (s Span) Range() Span { return s }

// File is a whole translation unit.
type File struct {
	Source     *Source
	Directives []Directive
	Decls      []Decl
	// Comments in the order of the text; the printer puts them back.
	Comments []Comment
}

// Range is the whole text, so that a file is a Node.
func (f *File) Range() Span {
	if f.Source == nil {
		return Span{}
	}
	return Span{0, Pos(len(f.Source.Text))}
}

// Comment is one comment with its marks: // to the line's end, or /* */ nested.
type Comment struct {
	Span
	Text string
}

// Ident is a name where it stands.
type Ident struct {
	Span
	Name string
}

// Directive is one of EnableDirective, RequiresDirective, DiagnosticDirective.
type Directive interface {
	Node
	directive()
}

// EnableDirective is `enable a, b;`.
type EnableDirective struct {
	Span
	Names []Ident
}

// RequiresDirective is `requires a, b;`.
type RequiresDirective struct {
	Span
	Names []Ident
}

// DiagnosticDirective is `diagnostic(severity, rule);`.
type DiagnosticDirective struct {
	Span
	Control DiagnosticControl
}

// DiagnosticControl is `(severity, rule)` or `(severity, namespace.rule)`.
type DiagnosticControl struct {
	Span
	Severity Ident
	Rule     Ident // with its dot, where it has one
}

func (*EnableDirective) directive()     {}
func (*RequiresDirective) directive()   {}
func (*DiagnosticDirective) directive() {}

// Attribute is `@name` or `@name(args)`. The arguments of @builtin and
// @interpolate are identifier expressions; @diagnostic has Control instead.
type Attribute struct {
	Span
	Name    Ident
	HasArgs bool // parentheses were written
	Args    []Expr
	Control *DiagnosticControl
}

// Decl is a declaration in module scope: VarDecl, ConstDecl, OverrideDecl,
// AliasDecl, StructDecl, FuncDecl or ConstAssert.
type Decl interface {
	Node
	decl()
}

// VarDecl is `@attrs var<space, access> name : type = init`, in module or
// function scope. Template holds the arguments of var<>; nil where there are none.
type VarDecl struct {
	Span
	Attrs    []*Attribute
	Template []Expr
	Name     Ident
	Type     *TypeName // nil: inferred
	Init     Expr      // nil: none
}

// ConstDecl is `const name : type = init`, in module or function scope.
type ConstDecl struct {
	Span
	Name Ident
	Type *TypeName
	Init Expr
}

// OverrideDecl is `@id(n) override name : type = init`.
type OverrideDecl struct {
	Span
	Attrs []*Attribute
	Name  Ident
	Type  *TypeName
	Init  Expr // nil: must be given when the pipeline is made
}

// AliasDecl is `alias name = type`.
type AliasDecl struct {
	Span
	Name Ident
	Type *TypeName
}

// StructDecl is `struct Name { members }`.
type StructDecl struct {
	Span
	Name    Ident
	Members []*StructMember
}

// StructMember is `@attrs name : type`.
type StructMember struct {
	Span
	Attrs []*Attribute
	Name  Ident
	Type  *TypeName
}

// FuncDecl is a function with its body.
type FuncDecl struct {
	Span
	Attrs       []*Attribute
	Name        Ident
	Params      []*Param
	ResultAttrs []*Attribute
	Result      *TypeName // nil: none
	Body        *Block
}

// Param is `@attrs name : type`.
type Param struct {
	Span
	Attrs []*Attribute
	Name  Ident
	Type  *TypeName
}

// ConstAssert is `const_assert cond;`, in module or function scope.
type ConstAssert struct {
	Span
	Cond Expr
}

func (*VarDecl) decl()      {}
func (*ConstDecl) decl()    {}
func (*OverrideDecl) decl() {}
func (*AliasDecl) decl()    {}
func (*StructDecl) decl()   {}
func (*FuncDecl) decl()     {}
func (*ConstAssert) decl()  {}

// Expr is an expression; types are expressions too (TypeName).
type Expr interface {
	Node
	expr()
}

// TypeName is `name` or `name<args>`: a type specifier, and equally the
// identifier expression, enumerant or template-elaborated callee of the grammar.
type TypeName struct {
	Span
	Name Ident
	Args []Expr // nil: no template list
}

// LiteralKind tells the literals apart.
type LiteralKind uint8

// The kinds of literal. The suffix decides between abstract and concrete.
const (
	LitBool LiteralKind = iota
	LitAbstractInt
	LitI32
	LitU32
	LitAbstractFloat
	LitF32
	LitF16
)

// Literal is a number or truth value. Exactly one of Int, Float, Bool is
// meaningful, by Kind. A value that does not fit its type was refused by the
// parser ("Literals"); an AbstractInt is within i64.
type Literal struct {
	Span
	Kind  LiteralKind
	Text  string
	Int   int64
	Float float64 // already rounded to f32 or f16 where suffixed
	Bool  bool
}

// Paren is `(x)`.
type Paren struct {
	Span
	X Expr
}

// Call is `callee(args)`: a function, a built-in or a value constructor.
type Call struct {
	Span
	Callee *TypeName
	Args   []Expr
}

// Index is `base[index]`.
type Index struct {
	Span
	Base, Index Expr
}

// Selector is `base.name`: a member or a swizzle.
type Selector struct {
	Span
	Base Expr
	Name Ident
}

// UnaryOp is an operator before its operand.
type UnaryOp uint8

// The unary operators.
const (
	Negate      UnaryOp = iota // -
	Not                        // !
	Complement                 // ~
	Indirection                // *
	AddressOf                  // &
)

// Unary is `op x`.
type Unary struct {
	Span
	Op UnaryOp
	X  Expr
}

// BinaryOp is an operator between two operands.
type BinaryOp uint8

// The binary operators. And to Xor are the bitwise ones; AndAnd and OrOr do not
// evaluate the right side when the left side decides.
const (
	Add BinaryOp = iota
	Sub
	Mul
	Div
	Rem
	And
	Or
	Xor
	Shl
	Shr
	AndAnd
	OrOr
	Equal
	NotEqual
	Less
	LessEqual
	Greater
	GreaterEqual
)

var binaryText = [...]string{"+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", "&&", "||", "==", "!=", "<", "<=", ">", ">="}

// String is the operator as it is written.
func (op BinaryOp) String() string { return binaryText[op] }

// String is the operator as it is written.
func (op UnaryOp) String() string { return [...]string{"-", "!", "~", "*", "&"}[op] }

// Binary is `x op y`; OpSpan is the operator.
type Binary struct {
	Span
	Op     BinaryOp
	OpSpan Span
	X, Y   Expr
}

func (*TypeName) expr() {}
func (*Literal) expr()  {}
func (*Paren) expr()    {}
func (*Call) expr()     {}
func (*Index) expr()    {}
func (*Selector) expr() {}
func (*Unary) expr()    {}
func (*Binary) expr()   {}
