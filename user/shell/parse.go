package main

import (
	"errors"
	"fmt"
	"strings"
)

// A line is lists that ';' and '&' part, a list pipelines that '&&' and '||' join, a
// pipeline commands that '|' joins.

// list is pipelines, each but the first run or not by how the one before it ended.
type list struct {
	first      pipeline
	rest       []joined
	background bool
	text       string // as it was typed
}

// joined is a pipeline behind && or ||.
type joined struct {
	operator string
	pipeline pipeline
}

type pipeline []command

// command is words, the first of which is the program, and redirections.
type command struct {
	words     []word
	redirects []redirect
}

// redirect is < > >> 2> 2>> and 2>&1.
type redirect struct {
	operator string
	target   word
}

// word is parts that stand without blanks between them.
type word []part

// part is text as it stands, or text in which variables are filled in.
type part struct {
	text    string
	quoted  bool // neither split nor a pattern
	literal bool // nothing is filled in
}

// token is a word or an operator.
type token struct {
	operator string
	word     word
	from, to int // in the line
}

// operators, the longest first.
var operators = []string{"2>&1", "2>>", "&&", "||", ">>", "2>", "|", "&", ";", "<", ">"}

var errQuote = errors.New("a quote is not closed")

// scanner cuts a line into tokens.
type scanner struct {
	line string
	at   int
}

func scan(line string) ([]token, error) {
	s := &scanner{line: line}
	var out []token
	for {
		for s.at < len(line) && (line[s.at] == ' ' || line[s.at] == '\t' || line[s.at] == '\r') {
			s.at++
		}
		if s.at == len(line) || line[s.at] == '#' {
			return out, nil
		}
		t := token{from: s.at, operator: s.operator()}
		if t.operator == "" {
			var err error
			if t.word, err = s.word(); err != nil {
				return nil, err
			}
		}
		t.to = s.at
		out = append(out, t)
	}
}

// operator takes an operator, "" where there is none. A 2 is one only before a '>'.
func (s *scanner) operator() string {
	for _, o := range operators {
		if strings.HasPrefix(s.line[s.at:], o) {
			s.at += len(o)
			return o
		}
	}
	return ""
}

// word takes a word.
func (s *scanner) word() (word, error) {
	var w word
	for s.at < len(s.line) && !strings.ContainsRune(" \t\r|&;<>", rune(s.line[s.at])) {
		switch c := s.line[s.at]; c {
		case '\'', '"':
			text, err := s.quoted(c)
			if err != nil {
				return nil, err
			}
			w = append(w, part{text, true, c == '\''})
		case '\\':
			s.at++
			if s.at < len(s.line) {
				w = append(w, part{s.line[s.at : s.at+1], true, true})
				s.at++
			}
		default:
			from := s.at
			for s.at < len(s.line) && !strings.ContainsRune(" \t\r|&;<>'\"\\", rune(s.line[s.at])) {
				s.at++
			}
			w = append(w, part{s.line[from:s.at], false, false})
		}
	}
	return w, nil
}

// quoted takes what stands in quotes. In double ones a backslash takes the meaning of
// '"', '\' and '$'; a dollar that it precedes is kept apart as NUL until variables are
// filled in.
func (s *scanner) quoted(q byte) (string, error) {
	var b strings.Builder
	for s.at++; s.at < len(s.line); s.at++ {
		c := s.line[s.at]
		switch {
		case c == q:
			s.at++
			return b.String(), nil
		case c == '\\' && q == '"' && s.at+1 < len(s.line) && strings.IndexByte(`"\$`, s.line[s.at+1]) >= 0:
			s.at++
			if s.line[s.at] == '$' {
				b.WriteByte(0)
				continue
			}
			b.WriteByte(s.line[s.at])
		default:
			b.WriteByte(c)
		}
	}
	return "", errQuote
}

// parse makes the lists of a line.
func parse(line string) ([]list, error) {
	tokens, err := scan(line)
	if err != nil {
		return nil, err
	}
	p := &parser{line: line, tokens: tokens}
	var out []list
	for p.at < len(p.tokens) {
		l, err := p.list()
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

type parser struct {
	line   string
	tokens []token
	at     int
}

// next is the operator that comes next, "" for a word, "end" at the end.
func (p *parser) next() string {
	if p.at == len(p.tokens) {
		return "end"
	}
	return p.tokens[p.at].operator
}

func (p *parser) list() (l list, err error) {
	from := p.tokens[p.at].from
	if l.first, err = p.pipeline(); err != nil {
		return l, err
	}
	for p.next() == "&&" || p.next() == "||" {
		j := joined{operator: p.next()}
		p.at++
		if j.pipeline, err = p.pipeline(); err != nil {
			return l, err
		}
		l.rest = append(l.rest, j)
	}
	l.text = p.line[from:p.tokens[p.at-1].to]
	switch p.next() {
	case "&":
		l.background = true
		p.at++
	case ";":
		p.at++
	}
	return l, nil
}

func (p *parser) pipeline() (pipeline, error) {
	var out pipeline
	for {
		c, err := p.command()
		if err != nil {
			return nil, err
		}
		out = append(out, c)
		if p.next() != "|" {
			return out, nil
		}
		p.at++
	}
}

func (p *parser) command() (c command, err error) {
	for {
		switch o := p.next(); o {
		case "":
			c.words = append(c.words, p.tokens[p.at].word)
			p.at++
		case "2>&1":
			c.redirects = append(c.redirects, redirect{operator: o})
			p.at++
		case "<", ">", ">>", "2>", "2>>":
			if p.at++; p.next() != "" {
				return c, fmt.Errorf("a file must follow %q", o)
			}
			c.redirects = append(c.redirects, redirect{o, p.tokens[p.at].word})
			p.at++
		default:
			if len(c.words) == 0 && len(c.redirects) == 0 {
				return c, fmt.Errorf("a command is missing before %q", o)
			}
			return c, nil
		}
	}
}
