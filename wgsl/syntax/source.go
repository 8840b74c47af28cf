package syntax

import (
	"sort"
	"unicode/utf8"
)

// Pos is a byte offset into a source's text.
type Pos int32

// Span is the half-open range [Start, End) of bytes that a node or a message
// covers.
type Span struct{ Start, End Pos }

// Source is one WGSL text and where it came from.
type Source struct {
	// Name is shown before line and column: a path, or "-" for standard input.
	Name string
	Text string

	lines []Pos // start of every line
}

// NewSource indexes the lines of a text. Line ends are those of the section
// "Blankspace and Line Breaks": LF, VT, FF, CR, CR LF, NEL, LS and PS.
func NewSource(name, text string) *Source {
	s := &Source{Name: name, Text: text, lines: []Pos{0}}
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		i += n
		switch r {
		case '\r':
			if i < len(text) && text[i] == '\n' {
				i++
			}
		case '\n', '\v', '\f', '\u0085', '\u2028', '\u2029':
		default:
			continue
		}
		s.lines = append(s.lines, Pos(i))
	}
	return s
}

// Position is a place as people count: line and column from 1, the column in
// code points.
type Position struct{ Line, Column int }

// Position gives line and column of an offset; an offset past the end is the end.
func (s *Source) Position(p Pos) Position {
	if int(p) > len(s.Text) {
		p = Pos(len(s.Text))
	}
	line := sort.Search(len(s.lines), func(i int) bool { return s.lines[i] > p })
	start := s.lines[line-1]
	return Position{Line: line, Column: utf8.RuneCountInString(s.Text[start:p]) + 1}
}

// Line is the text of a line (from 1) without its line end.
func (s *Source) Line(n int) string {
	if n < 1 || n > len(s.lines) {
		return ""
	}
	start, end := int(s.lines[n-1]), len(s.Text)
	if n < len(s.lines) {
		end = int(s.lines[n])
	}
	for end > start {
		r, size := utf8.DecodeLastRuneInString(s.Text[start:end])
		switch r {
		case '\n', '\v', '\f', '\r', '\u0085', '\u2028', '\u2029':
			end -= size
			continue
		}
		break
	}
	return s.Text[start:end]
}
