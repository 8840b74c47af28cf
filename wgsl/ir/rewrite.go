package ir

// RewriteBlock replaces every expression in a block by what f makes of it, in
// place. The parts of an expression are replaced before f sees it.
func RewriteBlock(b *Block, f func(Expr) Expr) {
	if b == nil {
		return
	}
	for _, s := range b.Stmts {
		rewriteStmt(s, f)
	}
}

func rewriteStmt(s Stmt, f func(Expr) Expr) {
	switch s := s.(type) {
	case *Block:
		RewriteBlock(s, f)
	case *DeclareVar:
		s.Var.Init = RewriteExpr(s.Var.Init, f)
	case *DeclareLet:
		s.Init = RewriteExpr(s.Init, f)
	case *Assign:
		s.Ptr, s.Value = RewriteExpr(s.Ptr, f), RewriteExpr(s.Value, f)
	case *Evaluate:
		s.X = RewriteExpr(s.X, f)
	case *If:
		s.Cond = RewriteExpr(s.Cond, f)
		RewriteBlock(s.Then, f)
		RewriteBlock(s.Else, f)
	case *Switch:
		s.Selector = RewriteExpr(s.Selector, f)
		for _, c := range s.Cases {
			RewriteBlock(c.Body, f)
		}
	case *Loop:
		RewriteBlock(s.Body, f)
		RewriteBlock(s.Continuing, f)
		s.BreakIf = RewriteExpr(s.BreakIf, f)
	case *Return:
		s.Value = RewriteExpr(s.Value, f)
	}
}

// RewriteExpr replaces an expression and its parts; nil stays nil.
func RewriteExpr(e Expr, f func(Expr) Expr) Expr {
	list := func(args []Expr) {
		for i := range args {
			args[i] = RewriteExpr(args[i], f)
		}
	}
	switch e := e.(type) {
	case nil:
		return nil
	case *Load:
		e.Ptr = RewriteExpr(e.Ptr, f)
	case *Member:
		e.Base = RewriteExpr(e.Base, f)
	case *Index:
		e.Base, e.Index = RewriteExpr(e.Base, f), RewriteExpr(e.Index, f)
	case *Swizzle:
		e.Base = RewriteExpr(e.Base, f)
	case *Unary:
		e.X = RewriteExpr(e.X, f)
	case *Binary:
		e.X, e.Y = RewriteExpr(e.X, f), RewriteExpr(e.Y, f)
	case *Convert:
		e.X = RewriteExpr(e.X, f)
	case *Call:
		list(e.Args)
	case *Builtin:
		list(e.Args)
	case *Construct:
		list(e.Args)
	}
	return f(e)
}
