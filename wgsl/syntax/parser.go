package syntax

import (
	"fmt"
	"sort"
	"strings"
)

// The sections that messages name as their rule.
const (
	ruleGrammar    = "parsing"
	ruleLimits     = "limits"
	ruleNumbers    = "numeric-literals"
	ruleIdentifier = "identifiers"
	ruleReserved   = "reserved-words"
	ruleComments   = "comments"
	ruleDirectives = "directives"
)

// parser is a recursive descent parser that goes on after an error.
//
// An error is reported by fail, which makes the current token tStop: nothing
// accepts tStop, further failures are silent, and so every rule returns at once
// up to a place that can go on. That place calls recover, which gives the real
// token back, and skips to where its own kind of thing can begin.
type parser struct {
	src  *Source
	scan *scanner
	file *File

	tok     token
	held    token // the real token while failing
	ahead   token // the token after tok, if peeked
	peeked  bool
	failing bool
	loose   Span // the first semicolon of module scope that ends nothing
	// failedAt is the kind of the token at which the last declaration failed.
	failedAt kind
	prevEnd  Pos
	// listStart is where the template list begins that the token before tok ended,
	// -1 if it ended none.
	listStart Pos

	diags   Diagnostics
	stopped bool // MaxErrors reached

	nesting  int // of statements in braces
	elseIfs  int // around and before the present statement
	exprNest int
	height   int // of the expression parsed last
	// unclosed says that a brace was found missing: the blocks around return
	// without a message each.
	unclosed bool
	// resumed says that the statement before was broken.
	resumed bool
}

// Parse reads a WGSL text. It gives a tree in any case; when the diagnostics say
// that it failed, the tree lacks what was not understood. Nesting and sizes are
// bounded by the constants of this package (error: rule "limits"). Source: the
// specification's sections "Parsing" and "Grammar".
//
// A declaration's span ends before its semicolon, that of a statement or a
// directive with it.
func Parse(src *Source) (*File, Diagnostics) {
	file := &File{Source: src}
	if len(src.Text) > MaxSourceBytes {
		return file, Diagnostics{{Rule: ruleLimits, Message: fmt.Sprintf("the text has %d bytes, %d is the bound", len(src.Text), MaxSourceBytes),
			Help: "split the shader into several modules"}}
	}
	if bad := checkText(src.Text); bad != nil {
		return file, bad
	}
	p := &parser{src: src, scan: newScanner(src.Text), file: file}
	p.next()
	p.translationUnit()
	file.Comments = p.scan.comments
	if p.scan.unclosed >= 0 {
		start := Pos(p.scan.unclosed)
		p.report(Span{start, start + 2}, ruleComments, "this comment has no end", "write */ where it ends; comments nest: every /* needs its own */")
	}
	return file, p.result()
}

// result puts the messages in the order of the text.
func (p *parser) result() Diagnostics {
	sort.SliceStable(p.diags, func(i, j int) bool { return p.diags[i].Span.Start < p.diags[j].Span.Start })
	if p.stopped {
		last := p.diags[len(p.diags)-1].Span
		p.diags = append(p.diags, Diagnostic{Rule: ruleGrammar, Span: last,
			Message: fmt.Sprintf("there are more than %d errors: the rest is not shown", MaxErrors), Help: "correct these first"})
	}
	return p.diags
}

// next goes to the next token.
func (p *parser) next() {
	if p.failing {
		return
	}
	p.prevEnd = p.tok.End
	p.listStart = -1
	if p.stopped {
		p.tok = token{kind: tEOF, Span: Span{p.tok.Start, p.tok.Start}}
		return
	}
	if p.peeked {
		p.tok, p.peeked = p.ahead, false
		return
	}
	p.tok = p.scan.next()
}

// peek gives the kind of the token after the present one.
func (p *parser) peek() kind {
	if p.failing || p.stopped {
		return p.tok.kind
	}
	if !p.peeked {
		p.ahead, p.peeked = p.scan.next(), true
	}
	return p.ahead.kind
}

// split makes two tokens of one: && before an operand is & twice, and -- between
// operands is - twice ("Parsing": a token must be one that the parser can take).
func (p *parser) split(first kind) {
	rest := p.tok
	rest.Start++
	rest.newLine = false
	rest.kind = first
	// A third token, peeked already, is scanned again.
	p.scan.pos = int(rest.End)
	for n := len(p.scan.comments); n > 0 && p.scan.comments[n-1].Start >= rest.End; n-- {
		p.scan.comments = p.scan.comments[:n-1]
	}
	p.tok.kind = first
	p.tok.End = rest.Start
	p.ahead, p.peeked = rest, true
}

// got takes a token of a kind if it is there.
func (p *parser) got(k kind) bool {
	if p.tok.kind != k {
		return false
	}
	p.next()
	return true
}

// from is the span from a place to the end of the last token taken.
func (p *parser) from(start Pos) Span { return Span{start, max(start, p.prevEnd)} }

// report notes an error and lets parsing go on.
func (p *parser) report(span Span, rule, message, help string, notes ...Note) {
	if p.stopped {
		return
	}
	if len(p.diags) == MaxErrors {
		p.stopped = true
		p.tok = token{kind: tEOF, Span: Span{p.tok.Start, p.tok.Start}}
		return
	}
	p.diags = append(p.diags, Diagnostic{Rule: rule, Span: span, Message: message, Help: help, Notes: notes})
}

// fail reports an error, if none is being left already, and stops all rules up to
// the next call of recover.
func (p *parser) fail(span Span, rule, message, help string, notes ...Note) {
	if p.failing {
		return
	}
	p.report(span, rule, message, help, notes...)
	p.failing = true
	p.held = p.tok
	p.tok = token{kind: tStop, Span: Span{p.tok.Start, p.tok.Start}}
}

// recover ends a failure; it says whether there was one.
func (p *parser) recover() bool {
	if !p.failing {
		return false
	}
	p.failing = false
	p.tok = p.held
	if p.stopped {
		p.tok.kind = tEOF
	}
	return true
}

// expect takes a token of a kind; where says in words what it belongs to.
func (p *parser) expect(k kind, where string) bool {
	if p.got(k) {
		return true
	}
	p.unexpected("`" + spelling[k] + "` " + where)
	return false
}

// unexpected fails at the current token, which is not what was wanted.
func (p *parser) unexpected(wanted string) {
	if p.failing {
		return
	}
	message, help := p.explain(wanted)
	var notes []Note
	if p.listStart >= 0 && help == "" && !strings.Contains(wanted, "template list") {
		notes = []Note{{Span{p.listStart, p.prevEnd}, "this was read as a template list"}}
		help = "if a comparison was meant, put it in parentheses: (a < b), (c > d)"
	}
	p.fail(p.tok.Span, ruleGrammar, message, help, notes...)
}

// semicolon takes the ; after a statement or declaration. Where it is plainly
// forgotten, parsing goes on as if it were there.
func (p *parser) semicolon(after string) {
	if p.failing || p.got(tSemicolon) {
		return
	}
	forgotten := p.tok.newLine || p.tok.kind == tRightBrace || p.tok.kind == tEOF
	if !forgotten || p.tok.kind == tBad || binaryAt(p.tok.kind) >= 0 {
		p.unexpected("`;` after " + after)
		return
	}
	p.report(Span{p.prevEnd, p.prevEnd}, ruleGrammar, "expected `;` after "+after+", found "+describe(p.src.Text, p.tok), "write `;` here")
}

// ident takes a name; what says in words which.
func (p *parser) ident(what string) Ident {
	text := p.src.Text[p.tok.Start:p.tok.End]
	id := Ident{p.tok.Span, text}
	switch {
	case p.tok.kind == tIdent:
		if len(text) > 1 && text[:2] == "__" {
			p.report(id.Span, ruleIdentifier, "the name "+quote(text)+" begins with two underscores", "begin it with a letter or with one underscore")
		}
	case p.tok.kind == tReserved && !p.failing:
		p.report(id.Span, ruleReserved, quote(text)+" is a reserved word and cannot be "+what, "choose another name, such as "+quote(text+"_"))
	case p.tok.kind.keyword() && followsName(p.peek()):
		p.report(id.Span, ruleIdentifier, quote(text)+" is a keyword and cannot be "+what, "choose another name, such as "+quote(text+"_"))
	case p.tok.kind == tUnderscore:
		p.fail(id.Span, ruleIdentifier, "`_` cannot be "+what, "choose a name; `_ = value;` drops a value")
	default:
		p.unexpected(what)
	}
	p.next()
	return id
}

// contextName takes a name that resolves to nothing: of an attribute, extension,
// severity or rule. It may begin with two underscores.
func (p *parser) contextName(what string) Ident {
	if p.tok.kind == tIdent {
		id := Ident{p.tok.Span, p.src.Text[p.tok.Start:p.tok.End]}
		p.next()
		return id
	}
	return p.ident(what)
}

// followsName says whether a token can come after a declared name, so that a
// keyword before it was surely meant as one.
func followsName(k kind) bool {
	switch k {
	case tColon, tAssign, tSemicolon, tComma, tRightParen:
		return true
	}
	return false
}
