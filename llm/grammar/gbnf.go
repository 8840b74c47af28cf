package grammar

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxGrammar bounds a grammar's text.
const maxGrammar = 1 << 20

// Parse reads a grammar in the manner of GBNF (llama.cpp's grammars/README.md): rules
// "name ::= ...", of which root is the first; "texts", [classes], ( ), |, ?, *, +, {m,n}, and
// comments after #.
func Parse(text string) (*Grammar, error) {
	if len(text) > maxGrammar {
		return nil, fmt.Errorf("%w: it has %d bytes, %d are the most", ErrGrammar, len(text), maxGrammar)
	}
	p := &parser{text: text, rules: map[name]expr{}}
	for p.space(true); p.err == nil && p.at < len(text); p.space(true) {
		p.rule()
	}
	if p.err != nil {
		return nil, fmt.Errorf("%w: line %d: %w", ErrGrammar, 1+strings.Count(text[:min(p.at, len(text))], "\n"), p.err)
	}
	r, err := compile(p.rules, "root")
	if err != nil {
		return nil, err
	}
	return newGrammar(r), nil
}

// parser reads a grammar.
type parser struct {
	text  string
	at    int
	depth int
	rules map[name]expr
	err   error
}

// maxNesting bounds how deep brackets may be.
const maxNesting = 200

func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
}

// space passes over spaces and comments, and over ends of lines where these mean nothing.
func (p *parser) space(lines bool) {
	for p.at < len(p.text) {
		switch c := p.text[p.at]; {
		case c == '#':
			for p.at < len(p.text) && p.text[p.at] != '\n' {
				p.at++
			}
		case c == ' ', c == '\t', lines && (c == '\n' || c == '\r'):
			p.at++
		default:
			return
		}
	}
}

// take passes over a text if it is there.
func (p *parser) take(s string) bool {
	if !strings.HasPrefix(p.text[p.at:], s) {
		return false
	}
	p.at += len(s)
	return true
}

func (p *parser) name() name {
	from := p.at
	for p.at < len(p.text) {
		c := p.text[p.at]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
			break
		}
		p.at++
	}
	return name(p.text[from:p.at])
}

func (p *parser) rule() {
	n := p.name()
	p.space(false)
	if n == "" || !p.take("::=") {
		p.fail("a rule is expected, such as root ::= \"yes\"")
		return
	}
	if _, twice := p.rules[n]; twice {
		p.fail("the rule %s is there twice", n)
		return
	}
	p.space(true)
	p.rules[n] = p.choice(false)
}

// choice reads alternatives; in brackets, they may go over several lines.
func (p *parser) choice(inside bool) expr {
	if p.depth++; p.depth > maxNesting {
		p.fail("brackets are deeper than %d", maxNesting)
		return nil
	}
	defer func() { p.depth-- }()
	var out choice
	for {
		out = append(out, p.sequence(inside))
		p.space(inside)
		before := p.at
		p.space(true) // an alternative may begin the next line
		if p.err != nil || !p.take("|") {
			p.at = before
			return out
		}
		p.space(true)
	}
}

func (p *parser) sequence(inside bool) expr {
	var out sequence
	for p.err == nil && p.at < len(p.text) {
		one, ok := p.one()
		if !ok {
			break
		}
		out = append(out, p.times(one))
		p.space(inside)
	}
	return out
}

// one reads a part, if there is one.
func (p *parser) one() (expr, bool) {
	switch {
	case p.take(`"`):
		return p.literal(), true
	case p.take("["):
		return p.class(), true
	case p.take("."):
		return class{{0, utf8.MaxRune}}, true
	case p.take("("):
		p.space(true)
		e := p.choice(true)
		p.space(true)
		if !p.take(")") {
			p.fail("a bracket is not closed")
		}
		return e, true
	}
	if n := p.name(); n != "" {
		return n, true
	}
	return nil, false
}

// times reads how often a part comes.
func (p *parser) times(e expr) expr {
	for p.err == nil {
		switch {
		case p.take("?"):
			e = repeat{e, 0, 1}
		case p.take("*"):
			e = repeat{e, 0, -1}
		case p.take("+"):
			e = repeat{e, 1, -1}
		case p.take("{"):
			inner, after, ok := strings.Cut(p.text[p.at:], "}")
			low, high, two := strings.Cut(inner, ",")
			least, err := strconv.Atoi(strings.TrimSpace(low))
			most := least
			if two {
				most = -1
				if high = strings.TrimSpace(high); high != "" && err == nil {
					most, err = strconv.Atoi(high)
				}
			}
			if !ok || err != nil || least < 0 || two && high != "" && most < least {
				p.fail("a repetition is {n}, {m,} or {m,n}")
				return e
			}
			p.at = len(p.text) - len(after)
			e = repeat{e, least, most}
		default:
			return e
		}
	}
	return e
}

func (p *parser) literal() expr {
	var b strings.Builder
	for p.err == nil && !p.take(`"`) {
		if p.at >= len(p.text) || p.text[p.at] == '\n' {
			p.fail("a text is not closed")
			break
		}
		b.WriteRune(p.rune())
	}
	return literal(b.String())
}

func (p *parser) class() expr {
	not := p.take("^")
	var out class
	for p.err == nil && !p.take("]") {
		if p.at >= len(p.text) || p.text[p.at] == '\n' {
			p.fail("a class is not closed")
			break
		}
		r := runeRange{from: p.rune()}
		r.to = r.from
		if p.at+1 < len(p.text) && p.text[p.at] == '-' && p.text[p.at+1] != ']' {
			p.at++
			r.to = p.rune()
		}
		if r.to < r.from {
			p.fail("a class goes from %q to %q", r.from, r.to)
		}
		out = append(out, r)
	}
	if not {
		return complement(out)
	}
	return out
}

// rune reads a character or an escape.
func (p *parser) rune() rune {
	r, n := utf8.DecodeRuneInString(p.text[p.at:])
	if r == utf8.RuneError && n <= 1 {
		p.fail("a character is not UTF-8")
		return 0
	}
	if p.at += n; r != '\\' {
		return r
	}
	if p.at >= len(p.text) {
		p.fail("the text ends with \\")
		return 0
	}
	c := p.text[p.at]
	p.at++
	for i, digits := range map[byte]int{'x': 2, 'u': 4, 'U': 8} {
		if c != i {
			continue
		}
		number := p.text[p.at:min(len(p.text), p.at+digits)]
		v, err := strconv.ParseUint(number, 16, 32)
		if err != nil || len(number) < digits || !utf8.ValidRune(rune(v)) || v > utf8.MaxRune {
			p.fail("\\%c is followed by %d hexadecimal digits of a character", c, digits)
			return 0
		}
		p.at += digits
		return rune(v)
	}
	if i := strings.IndexByte(`nrt"\[]-^`, c); i >= 0 {
		return rune("\n\r\t\"\\[]-^"[i])
	}
	p.fail("\\%c is no escape", c)
	return 0
}

// complement are all runes but those.
func complement(c class) class {
	out := class{{0, utf8.MaxRune}}
	for _, cut := range c {
		var next class
		for _, r := range out {
			if cut.from > r.to || cut.to < r.from {
				next = append(next, r)
				continue
			}
			if cut.from > r.from {
				next = append(next, runeRange{r.from, cut.from - 1})
			}
			if cut.to < r.to {
				next = append(next, runeRange{cut.to + 1, r.to})
			}
		}
		out = next
	}
	return out
}
