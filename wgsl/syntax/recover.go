package syntax

// resumeAtBrace goes on after a failure at the { of a body, if one comes before
// the statement or declaration ends. If not, the failure stays. depth is the
// number of parentheses that are open.
func (p *parser) resumeAtBrace(depth int) bool {
	p.recover()
	for ; ; p.next() {
		switch p.tok.kind {
		case tLeftBrace:
			return true
		case tLeftParen, tLeftBracket:
			depth++
		case tRightParen, tRightBracket:
			depth--
		case tSemicolon:
			if depth > 0 {
				continue
			}
			p.stayFailed()
			return false
		case tEOF, tRightBrace, kFn, kStruct:
			p.stayFailed()
			return false
		}
	}
}

// stayFailed is failing without a message: there was one already.
func (p *parser) stayFailed() {
	p.failing, p.held = true, p.tok
	p.tok.kind = tStop
}

// skipToDecl goes to where a declaration can begin, past start. A line that
// begins with # is a line for itself. Where a statement stands outside functions,
// a brace before was probably one too many: then all goes unread that could be the
// rest of a function.
func (p *parser) skipToDecl(start Pos) {
	line := p.src.Text[start] == '#'
	lost := p.failedAt != tIdent && p.failedAt != tReserved && !line && p.held.Start == start
	for depth := 0; ; p.next() {
		if p.tok.kind == tEOF || p.tok.Start > start && (line && p.tok.newLine || p.declHere(depth, lost)) {
			return
		}
		switch p.tok.kind {
		case tLeftBrace, tLeftParen, tLeftBracket:
			depth++
		case tRightParen, tRightBracket:
			depth = max(0, depth-1)
		case tRightBrace:
			depth = max(0, depth-1)
			if depth == 0 && !lost && p.peek() != tSemicolon {
				p.next()
				return
			}
		case tSemicolon:
			if depth <= 0 && !lost {
				p.next()
				return
			}
		}
	}
}

// declHere says whether a declaration begins at the current token, as far as that
// can be told among broken text.
func (p *parser) declHere(depth int, lost bool) bool {
	switch p.tok.kind {
	case kFn:
		return true
	case kOverride, kStruct, kAlias, kEnable, kRequires:
		return depth == 0
	case kVar, kConst, kConstAssert, kDiagnostic, tAt:
		return depth == 0 && (!lost || lineBreak(rune(p.src.Text[p.tok.Start-1])))
	}
	return false
}

// skipToStatement goes to where a statement can begin, past start if it must.
func (p *parser) skipToStatement(start Pos) {
	p.resumed = true
	line := p.src.Text[start] == '#'
	for depth := 0; ; p.next() {
		k := p.tok.kind
		switch {
		case line && p.tok.newLine && p.tok.Start > start:
			return
		case k == tEOF || k == tRightBrace || declOnly(k):
			return
		case k == tLeftParen || k == tLeftBracket:
			depth++
		case k == tRightParen || k == tRightBracket:
			depth--
		case p.tok.Start <= start:
		case k == tLeftBrace:
			return
		case k == tSemicolon && depth <= 0:
			p.next()
			return
		case beginsStatement(k) && (p.tok.newLine || depth <= 0):
			return
		}
	}
}

// skipBlock goes to the } that ends the block whose { was taken last.
func (p *parser) skipBlock() {
	for depth := 0; ; p.next() {
		switch p.tok.kind {
		case tEOF, kFn:
			return
		case tLeftBrace:
			depth++
		case tRightBrace:
			if depth == 0 {
				return
			}
			depth--
		}
	}
}

// beginsStatement says whether a keyword can only stand at the beginning of a
// statement, or goes on with a compound one.
func beginsStatement(k kind) bool {
	switch k {
	case kVar, kLet, kConst, kConstAssert, kIf, kElse, kFor, kWhile, kLoop, kSwitch, kReturn, kBreak, kContinue, kDiscard, kContinuing, kCase:
		return true
	}
	return false
}

// declOnly says whether a keyword can only stand outside functions.
func declOnly(k kind) bool {
	switch k {
	case kFn, kStruct, kAlias, kOverride, kEnable, kRequires:
		return true
	}
	return false
}

// beginsDecl says whether a token is a keyword that begins a declaration, where a
// name with a colon was wanted.
func (p *parser) beginsDecl() bool {
	switch p.tok.kind {
	case kVar, kConst, kOverride, kStruct, kAlias, kConstAssert, kFn:
		return p.peek() != tColon
	}
	return false
}

// skipToClause goes to the next clause of a switch, or to its end.
func (p *parser) skipToClause() {
	for depth := 0; ; p.next() {
		switch p.tok.kind {
		case tEOF, kFn:
			return
		case kCase, kDefault:
			if depth == 0 {
				return
			}
		case tLeftBrace:
			depth++
		case tRightBrace:
			if depth == 0 {
				return
			}
			depth--
		}
	}
}
