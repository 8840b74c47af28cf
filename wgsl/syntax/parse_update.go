package syntax

var compoundOps = map[kind]BinaryOp{
	tAddAssign: Add, tSubAssign: Sub, tMulAssign: Mul, tDivAssign: Div, tRemAssign: Rem,
	tAndAssign: And, tOrAssign: Or, tXorAssign: Xor, tShlAssign: Shl, tShrAssign: Shr,
}

// updating is variable_updating_statement or func_call_statement. In the head of
// a for loop it has no semicolon.
func (p *parser) updating(semicolon bool) Stmt {
	start := p.tok.Start
	if p.tok.kind == tUnderscore {
		s := &Assign{}
		p.next()
		p.expect(tAssign, "after `_`")
		s.RHS = p.expression()
		s.Span = p.finish(start, "the assignment", semicolon)
		return s
	}
	x := p.lhs()
	if p.failing {
		return nil
	}
	op, compound := compoundOps[p.tok.kind]
	switch {
	case p.tok.kind == tAssign || compound:
		s := &Assign{LHS: x, Compound: compound, Op: op}
		p.next()
		s.RHS = p.expression()
		s.Span = p.finish(start, "the assignment", semicolon)
		return s
	case p.tok.kind == tPlusPlus || p.tok.kind == tMinusMinus:
		s := &IncDec{LHS: x, Decrement: p.tok.kind == tMinusMinus}
		p.next()
		s.Span = p.finish(start, "the statement", semicolon)
		return s
	}
	if call, ok := x.(*Call); ok {
		return &CallStmt{p.finish(start, "the call", semicolon), call}
	}
	p.noStatement(x)
	return nil
}

func (p *parser) finish(start Pos, what string, semicolon bool) Span {
	if semicolon {
		p.semicolon(what)
	}
	return p.from(start)
}

// lhs is lhs_expression, or the call_phrase of a call statement.
func (p *parser) lhs() Expr {
	if p.tok.kind == tAndAnd {
		p.split(tAnd)
	}
	op, prefixed := unaryOps[p.tok.kind]
	if !prefixed || op != Indirection && op != AddressOf {
		return p.components(p.coreLHS())
	}
	if !p.enter() {
		return nil
	}
	defer p.leave()
	start := p.tok.Start
	p.next()
	x := p.lhs()
	p.grow(0)
	if p.failing {
		return nil
	}
	return &Unary{p.from(start), op, x}
}

// coreLHS is core_lhs_expression.
func (p *parser) coreLHS() Expr {
	start := p.tok.Start
	p.height = 1
	if p.tok.kind != tLeftParen {
		x := p.nameOrCall()
		if t, ok := x.(*TypeName); ok && t.Args != nil {
			p.templateLHS(t)
			return nil
		}
		return x
	}
	if !p.enter() {
		return nil
	}
	defer p.leave()
	p.next()
	x := p.lhs()
	p.expect(tRightParen, "after the place that is assigned to")
	p.grow(0)
	if p.failing {
		return nil
	}
	return &Paren{p.from(start), x}
}

// templateLHS fails at a statement that begins with a type.
func (p *parser) templateLHS(t *TypeName) {
	if p.tok.kind == tIdent {
		p.cStyle(t.Span, "var")
		return
	}
	p.unexpected("`(` after the template list")
}

// noStatement fails after an expression that is no statement.
func (p *parser) noStatement(x Expr) {
	name, plain := x.(*TypeName)
	switch {
	case plain && p.tok.kind == tIdent && !p.tok.newLine:
		if help := statementHabits[name.Name.Name]; help != "" {
			p.fail(name.Span, ruleGrammar, "expected a statement, found the name "+quote(name.Name.Name), help)
			return
		}
		p.cStyle(name.Span, "var")
	case plain && p.tok.kind == tColon:
		p.fail(p.tok.Span, ruleGrammar, "expected `=` after "+quote(name.Name.Name)+", found `:`", "a name is declared with let, var or const: var "+name.Name.Name+": Type = value;")
	case p.tok.kind == tEqual:
		p.fail(p.tok.Span, ruleGrammar, "a comparison is not a statement", "to assign, write `=`")
	case binaryAt(p.tok.kind) >= 0 || p.tok.kind == tSemicolon:
		p.fail(Span{x.Range().Start, p.tok.End}, ruleGrammar, "an expression is not a statement", "assign it, call a function with it, or drop it: _ = value;")
	default:
		p.unexpected("`=`, an operator with `=`, `++` or `--`")
	}
}

// foreignStatement fails at what begins no statement, or reads it where it is
// plain what was meant.
func (p *parser) foreignStatement() Stmt {
	text := p.src.Text[p.tok.Start:p.tok.End]
	start := p.tok.Span
	switch {
	case p.tok.kind == kElse && p.resumed:
		// The if before was broken and said so: what follows is read for its own errors.
		p.next()
		if p.tok.kind == kIf {
			return p.ifStatement(p.tok.Start, nil)
		}
		return p.block("before the body of `else`")
	case p.tok.kind == kElse:
		p.fail(start, "if-statement", "this `else` belongs to no `if`", "it must follow the } of an if")
	case p.tok.kind == tReserved && text == "do":
		return p.doWhile()
	case p.tok.kind == kCase || p.tok.kind == kDefault:
		p.fail(start, "switch-statement", quote(text)+" can only stand in a switch", "look for a } too many before")
	case p.tok.kind == kContinuing:
		p.fail(start, "continuing-statement", "`continuing` can only be the last statement of a loop", "move it to the end of the loop, before its }")
	default:
		p.unexpected("a statement")
	}
	return nil
}

// doWhile reads the do … while of other languages, to go on behind it.
func (p *parser) doWhile() Stmt {
	p.report(p.tok.Span, ruleReserved, "there is no do … while", "write loop { … continuing { break if !(condition); } }")
	p.next()
	b := p.block("before the statements")
	if p.got(kWhile) {
		p.expression()
		p.got(tSemicolon)
	}
	return b
}
