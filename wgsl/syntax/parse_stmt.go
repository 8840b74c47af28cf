package syntax

import "fmt"

// block is compound_statement; where says in words what its brace belongs to.
func (p *parser) block(where string) *Block {
	start := p.tok.Start
	b := &Block{Attrs: p.attributes()}
	open := p.tok.Span
	if !p.expect(tLeftBrace, where) {
		return b
	}
	b.Stmts = p.statements(open, nil)
	p.closeBrace(open)
	b.Span = p.from(start)
	return b
}

// statements is statement, any number of times, up to the end of the block that
// opened at a brace, or to a statement that the block ends with: last, if given,
// takes it and says whether it did.
func (p *parser) statements(open Span, last func() bool) []Stmt {
	var out []Stmt
	if p.nesting > MaxNesting {
		p.report(open, ruleLimits, fmt.Sprintf("statements are nested deeper than %d braces", MaxNesting), "move the inner ones into a function")
		p.skipBlock()
		return nil
	}
	p.nesting++
	for p.tok.kind != tRightBrace && p.tok.kind != tEOF && !p.failing && !declOnly(p.tok.kind) {
		if last != nil && last() {
			break
		}
		start := p.tok.Start
		s := p.statement()
		if p.recover() {
			p.skipToStatement(start)
			continue
		}
		p.resumed = false
		if s != nil {
			out = append(out, s)
		}
	}
	p.nesting--
	return out
}

// closeBrace takes the } of a block. Where it is missing, that is said once for
// all the blocks around.
func (p *parser) closeBrace(open Span) {
	if p.failing || p.got(tRightBrace) || p.unclosed {
		return
	}
	if p.tok.kind != tEOF && !declOnly(p.tok.kind) && !p.beginsDecl() {
		p.unexpected("`}` at the end of the block")
		return
	}
	p.unclosed = true
	found := describe(p.src.Text, p.tok)
	if declOnly(p.tok.kind) {
		found += ", which stands in module scope only"
	}
	p.report(p.tok.Span, ruleGrammar, "expected `}`, found "+found, "a `{` before is not closed", Note{open, "the innermost one that is open"})
}

// statement is statement, nil for an empty one.
func (p *parser) statement() Stmt {
	start := p.tok.Start
	attrs := p.attributes()
	if s, ok := p.compound(start, attrs); ok {
		return s
	}
	if p.failing {
		return nil
	}
	p.refuseAttributes(attrs, "this statement")
	switch p.tok.kind {
	case tSemicolon:
		p.next()
		return nil
	case kReturn:
		s := &Return{}
		p.next()
		if p.tok.kind != tSemicolon && p.tok.kind != tRightBrace && p.tok.kind != tEOF {
			s.Value = p.expression()
		}
		s.Span = p.end(start, "`return`")
		return s
	case kBreak:
		return p.breakStatement()
	case kContinue:
		p.next()
		return &Continue{p.end(start, "`continue`")}
	case kDiscard:
		p.next()
		return &Discard{p.end(start, "`discard`")}
	case kVar, kConst, kConstAssert, kLet:
		return p.declaration(true)
	case tIdent, tLeftParen, tStar, tAnd, tAndAnd, tUnderscore:
		return p.updating(true)
	}
	return p.foreignStatement()
}

// compound is a statement that ends with a block and may have attributes; false
// if none stands here.
func (p *parser) compound(start Pos, attrs []*Attribute) (Stmt, bool) {
	switch p.tok.kind {
	case tLeftBrace:
		b := p.block("before the statements")
		b.Attrs, b.Start = attrs, start
		return b, true
	case kIf:
		return p.ifStatement(start, attrs), true
	case kSwitch:
		return p.switchStatement(start, attrs), true
	case kLoop:
		return p.loopStatement(start, attrs), true
	case kFor:
		return p.forStatement(start, attrs), true
	case kWhile:
		s := &While{Attrs: attrs}
		p.next()
		s.Cond = p.condition("while")
		s.Body = p.body("while")
		s.Span = p.from(start)
		return s, true
	}
	return nil, false
}

// end takes the semicolon of a statement and gives the statement's span.
func (p *parser) end(start Pos, what string) Span {
	p.semicolon(what)
	return p.from(start)
}

// condition is the expression after a keyword, before a block.
func (p *parser) condition(word string) Expr {
	x := p.expression()
	if p.tok.kind != tLeftBrace && p.tok.kind != tAt && !p.bodyWithoutBraces(word) {
		p.unexpected("`{` before the body of " + quote(word))
	}
	if p.failing {
		p.resumeAtBrace(0)
	}
	return x
}

// bodyWithoutBraces says whether a statement begins here that C would take as the
// body.
func (p *parser) bodyWithoutBraces(word string) bool {
	switch p.tok.kind {
	case kReturn, kBreak, kContinue, kDiscard, kIf, kFor, kWhile, kSwitch, kLoop:
		return true
	case tIdent, tSemicolon:
		return word == "else" || p.tok.newLine || p.src.Text[p.prevEnd-1] == ')'
	}
	return false
}

// body is the block of if, else, for or while. A body without braces is reported
// and read all the same.
func (p *parser) body(word string) *Block {
	if p.failing || !p.bodyWithoutBraces(word) {
		return p.block("before the body of " + quote(word))
	}
	p.report(p.tok.Span, ruleGrammar, "the body of "+quote(word)+" has no braces", "write { before it and } after it")
	b := &Block{}
	start := p.tok.Start
	if p.nesting++; p.nesting > MaxNesting {
		p.fail(p.tok.Span, ruleLimits, fmt.Sprintf("statements are nested deeper than %d", MaxNesting), "move the inner ones into a function")
	}
	if s := p.statement(); s != nil && !p.failing {
		b.Stmts = []Stmt{s}
	}
	p.nesting--
	b.Span = p.from(start)
	return b
}

// ifStatement is if_statement with all its else-if clauses.
func (p *parser) ifStatement(start Pos, attrs []*Attribute) *If {
	first := p.ifClause(start, attrs)
	chain := []*If{first}
	before := p.elseIfs
	for last := first; p.tok.kind == kElse && !p.failing; {
		p.next()
		if p.tok.kind != kIf {
			last.Else = p.body("else")
			break
		}
		if p.elseIfs++; p.elseIfs > MaxElseIf {
			p.fail(p.tok.Span, ruleLimits, fmt.Sprintf("there are more than %d `else if` one in the other", MaxElseIf), "use switch, or move a part into a function")
			break
		}
		next := p.ifClause(p.tok.Start, nil)
		last.Else = next
		last = next
		chain = append(chain, next)
	}
	p.elseIfs = before
	for _, s := range chain {
		s.End = max(s.Start, p.prevEnd)
	}
	return first
}

func (p *parser) ifClause(start Pos, attrs []*Attribute) *If {
	s := &If{Attrs: attrs}
	p.next()
	s.Cond = p.condition("if")
	s.Then = p.body("if")
	s.Span = p.from(start)
	return s
}

// declaration is variable_or_value_statement or assert_statement. In the head of
// a for loop it has no semicolon.
func (p *parser) declaration(semicolon bool) Stmt {
	start := p.tok.Start
	var d Decl
	what := "the declaration"
	switch p.tok.kind {
	case kLet:
		s := &LetStmt{}
		p.next()
		s.Name, s.Type = p.typedIdent("the name of a value")
		s.Init = p.initializer("`let`")
		if semicolon {
			p.semicolon(what)
		}
		s.Span = p.from(start)
		return s
	case kVar:
		d = p.variable(start, nil)
	case kConst:
		d = p.constant()
	default:
		d, what = p.constAssert(), "the assertion"
	}
	if semicolon {
		p.semicolon(what)
	}
	return &DeclStmt{p.from(start), d}
}

// breakStatement is break_statement; a break if that stands here is misplaced.
func (p *parser) breakStatement() Stmt {
	start := p.tok.Start
	if p.peek() == kIf {
		p.report(Span{start, p.ahead.End}, "break-if-statement", "`break if` can only be the last statement of `continuing`",
			"write if condition { break; }")
		p.next()
		p.next()
		p.expression()
		p.semicolon("`break if`")
		return nil
	}
	p.next()
	return &Break{p.end(start, "`break`")}
}
