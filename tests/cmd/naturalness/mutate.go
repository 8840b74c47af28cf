package main

import (
	"go/parser"
	"go/scanner"
	"go/token"
	"math/rand/v2"
	"strconv"
)

// mutation is a file with one line changed.
type mutation struct {
	kind string
	text string
	line int // from 1
}

// lexeme is a token of Go.
type lexeme struct {
	at, line int
	kind     token.Token
	text     string
}

// lex gives the tokens of a file, without the semicolons that ends of lines stand for.
func lex(text string) (out []lexeme) {
	set := token.NewFileSet()
	f := set.AddFile("", -1, len(text))
	var s scanner.Scanner
	s.Init(f, []byte(text), nil, 0)
	for {
		pos, kind, literal := s.Scan()
		if kind == token.EOF {
			return out
		}
		if kind == token.SEMICOLON && literal == "\n" {
			continue
		}
		if literal == "" {
			literal = kind.String()
		}
		out = append(out, lexeme{f.Offset(pos), f.Line(pos), kind, literal})
	}
}

// others are the operators that an operator is mistaken for.
var others = map[token.Token][]string{
	token.EQL: {"!="}, token.NEQ: {"=="}, token.LSS: {"<=", ">"}, token.LEQ: {"<", ">="}, token.GTR: {">=", "<"}, token.GEQ: {">", "<="},
	token.ADD: {"-"}, token.SUB: {"+"}, token.LAND: {"||"}, token.LOR: {"&&"}, token.SHL: {">>"}, token.SHR: {"<<"}, token.AND: {"|"}, token.OR: {"&"},
	token.INC: {"--"}, token.DEC: {"++"}, token.ADD_ASSIGN: {"-="}, token.SUB_ASSIGN: {"+="}, token.MUL: {"/"}, token.QUO: {"*"},
}

// mutate makes a change of one token that a person might have made by mistake and that still
// parses: an operator for one like it, another name of the same file, a number off by one.
func mutate(r *rand.Rand, text string) (mutation, bool) {
	list := lex(text)
	var names []string
	for i, l := range list {
		if l.kind == token.IDENT && (i == 0 || list[i-1].kind != token.PERIOD) {
			names = append(names, l.text)
		}
	}
	for range 100 {
		l := list[r.IntN(len(list))]
		kind, to := "", ""
		switch {
		case others[l.kind] != nil:
			kind, to = "operator", others[l.kind][r.IntN(len(others[l.kind]))]
		case l.kind == token.IDENT:
			kind, to = "name", names[r.IntN(len(names))]
		case l.kind == token.INT:
			if n, err := strconv.Atoi(l.text); err == nil {
				kind, to = "number", strconv.Itoa(n+1)
			}
		}
		if kind == "" || to == l.text {
			continue
		}
		changed := text[:l.at] + to + text[l.at+len(l.text):]
		if _, err := parser.ParseFile(token.NewFileSet(), "", changed, parser.SkipObjectResolution); err != nil {
			continue
		}
		return mutation{kind, changed, l.line}, true
	}
	return mutation{}, false
}
