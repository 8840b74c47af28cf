// Package report writes the messages of WGSL checks for machines: JSON of our
// own, and SARIF for code hosts and editors.
//
// It also writes the table of what is supported. It may import wgsl/syntax, builtin
// and check, and nothing else of pxOS. Source: SARIF 2.1.0 (OASIS),
// of which only the parts that a compiler's messages need are written.
package report

import (
	"encoding/json"
	"io"

	"pxos/wgsl/syntax"
)

// File is one checked text and its messages.
type File struct {
	Source      *syntax.Source
	Diagnostics syntax.Diagnostics
}

// place is a range in a file; lines and columns count from 1, columns in code
// points, the end is just past the last one.
type place struct {
	Line      int `json:"line"`
	Column    int `json:"column"`
	EndLine   int `json:"end_line"`
	EndColumn int `json:"end_column"`
}

type note struct {
	place
	Message string `json:"message"`
}

type message struct {
	Severity string `json:"severity"`
	Rule     string `json:"rule"`
	place
	Message string `json:"message"`
	Help    string `json:"help,omitempty"`
	Notes   []note `json:"notes,omitempty"`
}

type fileReport struct {
	File     string    `json:"file"`
	OK       bool      `json:"ok"`
	Messages []message `json:"messages"`
}

func placeOf(s *syntax.Source, span syntax.Span) place {
	a, b := s.Position(span.Start), s.Position(span.End)
	return place{a.Line, a.Column, b.Line, b.Column}
}

// JSON writes one array with an object for each file.
func JSON(w io.Writer, files []File) error {
	out := []fileReport{}
	for _, f := range files {
		r := fileReport{File: f.Source.Name, OK: !f.Diagnostics.Failed(), Messages: []message{}}
		for _, d := range f.Diagnostics {
			m := message{Severity: d.Severity.String(), Rule: d.Rule, place: placeOf(f.Source, d.Span), Message: d.Message, Help: d.Help}
			for _, n := range d.Notes {
				m.Notes = append(m.Notes, note{placeOf(f.Source, n.Span), n.Message})
			}
			r.Messages = append(r.Messages, m)
		}
		out = append(out, r)
	}
	return write(w, out)
}

func write(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
