package syntax

// Inspect calls f for a node and, where f returns true, for the nodes below it, in
// the order of the text. A node is a *File, *Attribute, *StructMember, *Param or
// *SwitchClause, a Directive, Decl, Stmt or Expr; names and comments are not
// visited, nor is what is absent.
func Inspect(node Node, f func(Node) bool) {
	if !f(node) {
		return
	}
	switch n := node.(type) {
	case *File:
		inspectAll(n.Directives, f)
		inspectAll(n.Decls, f)
	case *Attribute:
		inspectAll(n.Args, f)
	case *StructMember:
		inspectAll(n.Attrs, f)
		inspectType(n.Type, f)
	case *Param:
		inspectAll(n.Attrs, f)
		inspectType(n.Type, f)
	case Decl:
		inspectDecl(n, f)
	case Stmt:
		inspectStmt(n, f)
	case *SwitchClause:
		inspectAll(n.Selectors, f)
		inspectBlock(n.Body, f)
	case Expr:
		inspectExpr(n, f)
	}
}

func inspectAll[N Node](nodes []N, f func(Node) bool) {
	for _, n := range nodes {
		Inspect(n, f)
	}
}

// inspectSome visits nodes that may be absent.
func inspectSome(f func(Node) bool, nodes ...Node) {
	for _, n := range nodes {
		if n != nil {
			Inspect(n, f)
		}
	}
}

func inspectType(t *TypeName, f func(Node) bool) {
	if t != nil {
		Inspect(t, f)
	}
}

func inspectBlock(b *Block, f func(Node) bool) {
	if b != nil {
		Inspect(b, f)
	}
}

func inspectDecl(decl Decl, f func(Node) bool) {
	switch d := decl.(type) {
	case *VarDecl:
		inspectAll(d.Attrs, f)
		inspectAll(d.Template, f)
		inspectType(d.Type, f)
		inspectSome(f, d.Init)
	case *ConstDecl:
		inspectType(d.Type, f)
		inspectSome(f, d.Init)
	case *OverrideDecl:
		inspectAll(d.Attrs, f)
		inspectType(d.Type, f)
		inspectSome(f, d.Init)
	case *AliasDecl:
		inspectType(d.Type, f)
	case *StructDecl:
		inspectAll(d.Members, f)
	case *FuncDecl:
		inspectAll(d.Attrs, f)
		inspectAll(d.Params, f)
		inspectAll(d.ResultAttrs, f)
		inspectType(d.Result, f)
		inspectBlock(d.Body, f)
	case *ConstAssert:
		inspectSome(f, d.Cond)
	}
}

func inspectStmt(stmt Stmt, f func(Node) bool) {
	switch s := stmt.(type) {
	case *Block:
		inspectAll(s.Attrs, f)
		inspectAll(s.Stmts, f)
	case *LetStmt:
		inspectType(s.Type, f)
		inspectSome(f, s.Init)
	case *DeclStmt:
		inspectSome(f, s.Decl)
	case *Assign:
		inspectSome(f, s.LHS, s.RHS)
	case *IncDec:
		inspectSome(f, s.LHS)
	case *CallStmt:
		Inspect(s.Call, f)
	case *If:
		inspectAll(s.Attrs, f)
		inspectSome(f, s.Cond)
		inspectBlock(s.Then, f)
		inspectSome(f, s.Else)
	case *Switch:
		inspectAll(s.Attrs, f)
		inspectSome(f, s.Selector)
		inspectAll(s.BodyAttrs, f)
		inspectAll(s.Clauses, f)
	case *Loop:
		inspectAll(s.Attrs, f)
		inspectBlock(s.Body, f)
		inspectBlock(s.Continuing, f)
		inspectSome(f, s.BreakIf)
	case *For:
		inspectAll(s.Attrs, f)
		inspectSome(f, s.Init, s.Cond, s.Update)
		inspectBlock(s.Body, f)
	case *While:
		inspectAll(s.Attrs, f)
		inspectSome(f, s.Cond)
		inspectBlock(s.Body, f)
	case *Return:
		inspectSome(f, s.Value)
	}
}

func inspectExpr(expr Expr, f func(Node) bool) {
	switch x := expr.(type) {
	case *TypeName:
		inspectAll(x.Args, f)
	case *Paren:
		inspectSome(f, x.X)
	case *Call:
		inspectType(x.Callee, f)
		inspectAll(x.Args, f)
	case *Index:
		inspectSome(f, x.Base, x.Index)
	case *Selector:
		inspectSome(f, x.Base)
	case *Unary:
		inspectSome(f, x.X)
	case *Binary:
		inspectSome(f, x.X, x.Y)
	}
}
