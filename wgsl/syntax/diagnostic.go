package syntax

import (
	"fmt"
	"strings"
)

// Severity says how much a diagnostic weighs.
type Severity uint8

// The severities, the heaviest first. Off is what a diagnostic filter can ask;
// no message carries it.
const (
	Error Severity = iota
	Warning
	Info
	Off
)

// String is the severity as a diagnostic filter names it.
func (s Severity) String() string {
	return [...]string{"error", "warning", "info", "off"}[s]
}

// Diagnostic is one message about a source.
type Diagnostic struct {
	Severity Severity
	// Rule names the check, in the specification's words where it has one: the
	// anchor of a section ("type-rules"), or a triggering rule that a diagnostic
	// filter can address ("derivative_uniformity").
	Rule    string
	Span    Span
	Message string
	// Help says what to do about it; may be empty.
	Help string
	// Notes point at other places that matter.
	Notes []Note
}

// Note is a remark at another place of the same source.
type Note struct {
	Span    Span
	Message string
}

// Diagnostics are the messages of one run, in the order of the source.
type Diagnostics []Diagnostic

// Failed says whether an error is among them.
func (d Diagnostics) Failed() bool {
	for _, m := range d {
		if m.Severity == Error {
			return true
		}
	}
	return false
}

// Render writes the messages for people: place, message, the line with a caret
// beneath it, and what to do.
func (d Diagnostics) Render(s *Source) string {
	var b strings.Builder
	for _, m := range d {
		p := s.Position(m.Span.Start)
		fmt.Fprintf(&b, "%s:%d:%d: %s: %s\n", s.Name, p.Line, p.Column, m.Severity, m.Message)
		excerpt(&b, s, m.Span)
		if m.Help != "" {
			fmt.Fprintf(&b, "  what to do: %s\n", m.Help)
		}
		for _, n := range m.Notes {
			q := s.Position(n.Span.Start)
			fmt.Fprintf(&b, "%s:%d:%d: note: %s\n", s.Name, q.Line, q.Column, n.Message)
			excerpt(&b, s, n.Span)
		}
	}
	return b.String()
}

const excerptWidth = 120

// excerpt writes the line of a span and carets under the part of the span that
// lies in it. Tabs become one blank, so that the carets stand where they should;
// a long line is cut around the span.
func excerpt(b *strings.Builder, s *Source, span Span) {
	p, q := s.Position(span.Start), s.Position(span.End)
	line := []rune(strings.ReplaceAll(s.Line(p.Line), "\t", " "))
	from := p.Column - 1
	to := len(line)
	if q.Line == p.Line {
		to = q.Column - 1
	}
	if to <= from {
		to = from + 1
	}
	first := 0
	if from > excerptWidth-20 {
		first = from - 20
	}
	last := min(len(line), first+excerptWidth)
	if first > last {
		first = last
	}
	to = min(to, max(last, from+1))
	fmt.Fprintf(b, "%5d | %s\n      | %s%s\n", p.Line, string(line[first:last]),
		strings.Repeat(" ", from-first), strings.Repeat("^", to-from))
}
