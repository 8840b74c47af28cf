package syntax

import (
	"strings"
	"unicode/utf8"
)

// scanner makes tokens of a text that checkText has passed.
type scanner struct {
	text     string
	pos      int
	lists    bitset // the < and > of template lists
	comments []Comment
	// unclosed is where a block comment begins that has no end, -1 without one.
	unclosed int
}

func newScanner(text string) *scanner {
	return &scanner{text: text, lists: templateLists(text), unclosed: -1}
}

// checkText finds what no WGSL text may hold: bytes that are not UTF-8, a byte
// order mark and the null code point ("Textual Structure").
func checkText(text string) Diagnostics {
	var out Diagnostics
	refuse := func(at, size int, message, help string) {
		out = append(out, Diagnostic{Rule: "textual-structure", Span: Span{Pos(at), Pos(at + size)}, Message: message, Help: help})
	}
	if strings.HasPrefix(text, "\ufeff") {
		refuse(0, len("\ufeff"), "the text begins with a byte order mark", "save the file as UTF-8 without BOM")
	}
	for i := 0; i < len(text) && len(out) < MaxErrors; {
		r, n := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(text[i:])
		}
		switch {
		case r == utf8.RuneError && n == 1:
			refuse(i, n, "the text is not valid UTF-8", "save the file as UTF-8")
		case r == 0:
			refuse(i, n, "the text holds the null code point U+0000", "remove it")
		}
		i += n
	}
	return out
}

// skipBlank gives the end of the blankspace at i, and whether it ends a line.
func skipBlank(text string, i int) (end int, newLine bool) {
	for i < len(text) {
		r, n := utf8.DecodeRuneInString(text[i:])
		if !blank(r) {
			break
		}
		newLine = newLine || lineBreak(r)
		i += n
	}
	return i, newLine
}

// commentEnd gives the end of the comment at i: i itself where there is none. A
// block comment without an end is not closed and goes on to the end of the text.
func commentEnd(text string, i int) (end int, closed bool) {
	switch {
	case strings.HasPrefix(text[i:], "//"):
		for j, r := range text[i:] {
			if lineBreak(r) {
				return i + j, true
			}
		}
		return len(text), true
	case !strings.HasPrefix(text[i:], "/*"):
		return i, true
	}
	for depth := 0; i+1 < len(text); {
		switch text[i : i+2] {
		case "/*":
			depth++
			i += 2
		case "*/":
			depth--
			i += 2
			if depth == 0 {
				return i, true
			}
		default:
			i++
		}
	}
	return len(text), false
}

// identEnd gives the end of what matches ident_pattern_token at i, i itself
// where nothing does. A single underscore does not.
func identEnd(text string, i int) int {
	r, n := utf8.DecodeRuneInString(text[i:])
	if r != '_' && !xidStart(r) {
		return i
	}
	j := i + n
	for j < len(text) {
		q, m := utf8.DecodeRuneInString(text[j:])
		if !xidContinue(q) {
			break
		}
		j += m
	}
	if r == '_' && j == i+1 {
		return i
	}
	return j
}

// next gives the next token; at the end of the text tEOF, for ever.
func (s *scanner) next() token {
	t := token{}
	for {
		end, newLine := skipBlank(s.text, s.pos)
		t.newLine = t.newLine || newLine
		s.pos = end
		end, closed := commentEnd(s.text, s.pos)
		if end == s.pos {
			break
		}
		if !closed && s.unclosed < 0 {
			s.unclosed = s.pos
		}
		s.comments = append(s.comments, Comment{Span{Pos(s.pos), Pos(end)}, s.text[s.pos:end]})
		s.pos = end
	}
	t.Start = Pos(s.pos)
	t.kind, s.pos = s.scan(s.pos)
	t.End = Pos(s.pos)
	return t
}

// scan gives kind and end of the token at i.
func (s *scanner) scan(i int) (kind, int) {
	if i >= len(s.text) {
		return tEOF, i
	}
	if end := identEnd(s.text, i); end > i {
		return wordKind(s.text[i:end]), end
	}
	if end := numberEnd(s.text, i); end > i {
		return tNumber, badNumberEnd(s.text, end)
	}
	c := s.text[i]
	if c >= utf8.RuneSelf {
		_, n := utf8.DecodeRuneInString(s.text[i:])
		return tBad, i + n
	}
	if s.lists.has(i) {
		if c == '<' {
			return tTemplateStart, i + 1
		}
		return tTemplateEnd, i + 1
	}
	if c == '_' {
		return tUnderscore, i + 1
	}
	for _, k := range symbols[c] {
		if strings.HasPrefix(s.text[i:], spelling[k]) && !(k == tArrow && s.lists.has(i+1)) {
			return k, i + len(spelling[k])
		}
	}
	return tBad, i + 1
}

func wordKind(word string) kind {
	if k, ok := keywords[word]; ok {
		return k
	}
	if reserved[word] {
		return tReserved
	}
	return tIdent
}
