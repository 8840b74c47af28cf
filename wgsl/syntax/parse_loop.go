package syntax

// loopStatement is loop_statement.
func (p *parser) loopStatement(start Pos, attrs []*Attribute) *Loop {
	s := &Loop{Attrs: attrs}
	p.next()
	bodyStart := p.tok.Start
	s.Body = &Block{Attrs: p.attributes()}
	open := p.tok.Span
	if p.expect(tLeftBrace, "before the body of `loop`") {
		s.Body.Stmts = p.statements(open, func() bool { return p.continuing(s) })
		if s.Continuing != nil && p.tok.kind != tRightBrace && p.tok.kind != tEOF && !declOnly(p.tok.kind) {
			p.report(p.tok.Span, "continuing-statement", "`continuing` must be the last statement of the loop", "move this statement before it")
			s.Body.Stmts = append(s.Body.Stmts, p.statements(open, nil)...)
		}
		p.closeBrace(open)
	}
	s.Body.Span = p.from(bodyStart)
	s.Span = p.from(start)
	return s
}

// continuing is continuing_statement; false where none stands.
func (p *parser) continuing(s *Loop) bool {
	if p.tok.kind != kContinuing {
		return false
	}
	p.next()
	start := p.tok.Start
	s.Continuing = &Block{Attrs: p.attributes()}
	open := p.tok.Span
	if p.expect(tLeftBrace, "after `continuing`") {
		s.Continuing.Stmts = p.statements(open, func() bool { return p.breakIf(s) })
		if s.BreakIf != nil && p.tok.kind != tRightBrace && p.tok.kind != tEOF && !declOnly(p.tok.kind) {
			p.report(p.tok.Span, "break-if-statement", "`break if` must be the last statement of `continuing`", "move this statement before it")
			s.Continuing.Stmts = append(s.Continuing.Stmts, p.statements(open, nil)...)
		}
		p.closeBrace(open)
	}
	s.Continuing.Span = p.from(start)
	return true
}

// breakIf is break_if_statement; false where none stands.
func (p *parser) breakIf(s *Loop) bool {
	if p.tok.kind != kBreak || p.peek() != kIf {
		return false
	}
	p.next()
	p.next()
	s.BreakIf = p.expression()
	p.semicolon("`break if`")
	return true
}

// forStatement is for_statement.
func (p *parser) forStatement(start Pos, attrs []*Attribute) *For {
	s := &For{Attrs: attrs}
	p.next()
	p.expect(tLeftParen, "after `for`")
	switch p.tok.kind {
	case tSemicolon:
	case kVar, kLet, kConst:
		s.Init = p.declaration(false)
	default:
		s.Init = p.updating(false)
	}
	p.expect(tSemicolon, "after the first part of `for`")
	if p.tok.kind != tSemicolon {
		s.Cond = p.expression()
	}
	p.expect(tSemicolon, "after the condition of `for`")
	if p.tok.kind != tRightParen {
		s.Update = p.updating(false)
	}
	p.expect(tRightParen, "after the head of `for`")
	if p.failing {
		p.resumeAtBrace(1)
	}
	s.Body = p.body("for")
	s.Span = p.from(start)
	return s
}

// switchStatement is switch_statement.
func (p *parser) switchStatement(start Pos, attrs []*Attribute) *Switch {
	s := &Switch{Attrs: attrs}
	p.next()
	s.Selector = p.expression()
	s.BodyAttrs = p.attributes()
	open := p.tok.Span
	if !p.expect(tLeftBrace, "before the clauses of `switch`") {
		if !p.resumeAtBrace(0) {
			return s
		}
		open = p.tok.Span
		p.next()
	}
	broken := false
	for p.tok.kind != tRightBrace && p.tok.kind != tEOF && !declOnly(p.tok.kind) && !p.failing {
		var c *SwitchClause
		if p.tok.kind == kCase || p.tok.kind == kDefault {
			c = p.clause()
		} else {
			p.unexpected("`case`, `default` or `}`")
		}
		if p.recover() {
			broken = true
			p.skipToClause()
			continue
		}
		s.Clauses = append(s.Clauses, c)
	}
	if p.tok.kind == tRightBrace && len(s.Clauses) == 0 && !broken {
		p.report(p.tok.Span, "switch-statement", "a switch needs at least one clause", "write default: { }")
	}
	p.closeBrace(open)
	s.Span = p.from(start)
	return s
}

// clause is switch_clause.
func (p *parser) clause() *SwitchClause {
	c := &SwitchClause{}
	start := p.tok.Start
	if p.got(kDefault) {
		c.Default = true
	} else {
		p.next()
		p.selectors(c)
	}
	p.got(tColon)
	if !p.failing && p.tok.kind != tLeftBrace && p.tok.kind != tAt {
		p.fail(p.tok.Span, "switch-statement", "expected `{` after the case, found "+describe(p.src.Text, p.tok),
			"each case has a block of its own and does not fall through: case 1: { … }; several values: case 1, 2: { … }")
	}
	c.Body = p.block("before the body of the case")
	c.Span = p.from(start)
	return c
}

// selectors is case_selectors.
func (p *parser) selectors(c *SwitchClause) {
	for {
		at := p.tok.Span
		if p.got(kDefault) {
			if c.Default {
				p.report(at, "switch-statement", "`default` stands twice in one case", "remove one of them")
			}
			c.Default = true
		} else {
			c.Selectors = append(c.Selectors, p.expression())
		}
		if !p.got(tComma) || p.tok.kind == tColon || p.tok.kind == tLeftBrace || p.tok.kind == tAt {
			return
		}
	}
}
