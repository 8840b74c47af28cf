package syntax

// block writes a block from its attributes on.
func (p *printer) block(b *Block) {
	p.attributes(b.Attrs, gapSpace)
	any, _ := p.commented(b.Span)
	if len(b.Stmts) == 0 && (!any || p.lineBreaks(b.Start, b.End) == 0) {
		p.emit("{")
		if any {
			p.gap = gapSpace
		}
		p.emit("}")
		return
	}
	p.open()
	p.statements(b.Stmts)
	p.shut()
}

func (p *printer) statements(list []Stmt) {
	for _, s := range list {
		p.gap = gapLine
		p.stmt(s)
	}
}

// stmt writes a statement with its semicolon.
func (p *printer) stmt(s Stmt) {
	switch s := s.(type) {
	case *Block:
		p.block(s)
	case *If:
		p.ifStatement(s)
	case *Switch:
		p.switchStatement(s)
	case *Loop:
		p.loop(s)
	case *For:
		p.forStatement(s)
	case *While:
		p.attributes(s.Attrs, gapSpace)
		p.emit("while")
		p.headed(s.Cond, s.Body)
	default:
		p.simple(s)
		p.emit(";")
	}
}

// headed writes an expression and the block behind it.
func (p *printer) headed(x Expr, b *Block) {
	p.gap = gapSpace
	p.expr(x)
	p.gap = gapSpace
	p.block(b)
}

// simple writes a statement that ends with a semicolon, without it.
func (p *printer) simple(s Stmt) {
	switch s := s.(type) {
	case *LetStmt:
		p.emit("let")
		p.gap = gapSpace
		p.typed(s.Name, s.Type)
		p.initial(s.Init)
	case *DeclStmt:
		p.value(s.Decl)
	case *Assign:
		p.assign(s)
	case *IncDec:
		p.expr(s.LHS)
		if s.Decrement {
			p.emit("--")
		} else {
			p.emit("++")
		}
	case *CallStmt:
		p.expr(s.Call)
	case *Break:
		p.emit("break")
	case *Continue:
		p.emit("continue")
	case *Discard:
		p.emit("discard")
	case *Return:
		p.emit("return")
		if s.Value != nil {
			p.gap = gapSpace
			p.expr(s.Value)
		}
	}
}

func (p *printer) assign(s *Assign) {
	if s.LHS == nil {
		p.emit("_")
	} else {
		p.expr(s.LHS)
	}
	if !s.Compound {
		p.initial(s.RHS)
		return
	}
	p.gap = gapSpace
	p.emit(s.Op.String() + "=")
	p.gap = gapSpace
	p.expr(s.RHS)
}

func (p *printer) ifStatement(s *If) {
	p.attributes(s.Attrs, gapSpace)
	for {
		p.emit("if")
		p.headed(s.Cond, s.Then)
		if s.Else == nil {
			return
		}
		p.gap = gapSpace
		p.hang = 0
		p.emit("else")
		p.hang = 1
		p.gap = gapSpace
		next, ok := s.Else.(*If)
		if !ok {
			p.stmt(s.Else)
			return
		}
		s = next
	}
}

func (p *printer) switchStatement(s *Switch) {
	p.attributes(s.Attrs, gapSpace)
	p.emit("switch")
	p.gap = gapSpace
	p.expr(s.Selector)
	p.gap = gapSpace
	p.attributes(s.BodyAttrs, gapSpace)
	p.open()
	for _, c := range s.Clauses {
		p.gap = gapLine
		p.clause(c)
	}
	p.shut()
}

// clause writes a clause. Where default stands among other selectors, it goes
// behind them.
func (p *printer) clause(c *SwitchClause) {
	if len(c.Selectors) > 0 {
		p.emit("case")
		p.gap = gapSpace
		p.selectors(c)
	} else {
		if p.scan != nil && p.cur.kind == kCase {
			p.emit("case")
			p.gap = gapSpace
		}
		p.emit("default")
	}
	p.emit(":")
	p.gap = gapSpace
	p.block(c.Body)
}

// selectors writes them in the order of the source; the tree does not hold where
// default stands.
func (p *printer) selectors(c *SwitchClause) {
	written := !c.Default
	for i, x := range c.Selectors {
		if i > 0 {
			p.emit(",")
			p.gap = gapSpace
		}
		if !written && p.scan != nil && p.nextIs(kDefault) {
			p.emit("default")
			p.emit(",")
			p.gap = gapSpace
			written = true
		}
		p.expr(x)
	}
	if !written {
		p.emit(",")
		p.gap = gapSpace
		p.emit("default")
	}
}

// nextIs says whether the source goes on with a token of a kind.
func (p *printer) nextIs(k kind) bool { return p.cur.kind == k }

func (p *printer) loop(s *Loop) {
	p.attributes(s.Attrs, gapSpace)
	p.emit("loop")
	p.gap = gapSpace
	if s.Continuing == nil {
		p.block(s.Body)
		return
	}
	p.attributes(s.Body.Attrs, gapSpace)
	p.open()
	p.statements(s.Body.Stmts)
	p.gap = gapLine
	p.emit("continuing")
	p.gap = gapSpace
	if s.BreakIf == nil {
		p.block(s.Continuing)
	} else {
		p.attributes(s.Continuing.Attrs, gapSpace)
		p.open()
		p.statements(s.Continuing.Stmts)
		p.gap = gapLine
		p.words("break if")
		p.gap = gapSpace
		p.expr(s.BreakIf)
		p.emit(";")
		p.shut()
	}
	p.shut()
}

func (p *printer) forStatement(s *For) {
	p.attributes(s.Attrs, gapSpace)
	p.emit("for")
	p.gap = gapSpace
	p.emit("(")
	if s.Init != nil {
		p.simple(s.Init)
	}
	p.emit(";")
	if s.Cond != nil {
		p.gap = gapSpace
		p.expr(s.Cond)
	}
	p.emit(";")
	if s.Update != nil {
		p.gap = gapSpace
		p.simple(s.Update)
	}
	p.emit(")")
	p.gap = gapSpace
	p.block(s.Body)
}
