package ir

// Operands lists the expressions that an expression is made of, in the order of
// evaluation.
func Operands(e Expr) []Expr {
	switch e := e.(type) {
	case *Load:
		return []Expr{e.Ptr}
	case *Member:
		return []Expr{e.Base}
	case *Index:
		return []Expr{e.Base, e.Index}
	case *Swizzle:
		return []Expr{e.Base}
	case *Unary:
		return []Expr{e.X}
	case *Binary:
		return []Expr{e.X, e.Y}
	case *Call:
		return e.Args
	case *Builtin:
		return e.Args
	case *Construct:
		return e.Args
	case *Convert:
		return []Expr{e.X}
	}
	return nil
}

// Parts lists the expressions and the blocks that stand directly in a statement,
// in the order in which they are written. Nil ones are left out.
func Parts(s Stmt) (exprs []Expr, blocks []*Block) {
	expr := func(e Expr) {
		if e != nil {
			exprs = append(exprs, e)
		}
	}
	block := func(b *Block) {
		if b != nil {
			blocks = append(blocks, b)
		}
	}
	switch s := s.(type) {
	case *Block:
		block(s)
	case *DeclareVar:
		expr(s.Var.Init)
	case *DeclareLet:
		expr(s.Init)
	case *Assign:
		expr(s.Ptr)
		expr(s.Value)
	case *Evaluate:
		expr(s.X)
	case *If:
		expr(s.Cond)
		block(s.Then)
		block(s.Else)
	case *Switch:
		expr(s.Selector)
		for _, c := range s.Cases {
			block(c.Body)
		}
	case *Loop:
		block(s.Body)
		block(s.Continuing)
		expr(s.BreakIf)
	case *Return:
		expr(s.Value)
	}
	return exprs, blocks
}

// Statements calls visit for every statement in a block, outer ones first, in
// the order of the source.
func Statements(b *Block, visit func(Stmt)) {
	if b == nil {
		return
	}
	for _, s := range b.Stmts {
		visit(s)
		_, blocks := Parts(s)
		for _, inner := range blocks {
			Statements(inner, visit)
		}
	}
}

// Expressions calls visit for an expression and all beneath it, outer ones first.
func Expressions(e Expr, visit func(Expr)) {
	if e == nil {
		return
	}
	visit(e)
	for _, x := range Operands(e) {
		Expressions(x, visit)
	}
}

// Everything calls visit for every expression in a block.
func Everything(b *Block, visit func(Expr)) {
	Statements(b, func(s Stmt) {
		exprs, _ := Parts(s)
		for _, e := range exprs {
			Expressions(e, visit)
		}
	})
}
