package check

import (
	"fmt"

	"pxos/wgsl/syntax"
)

func diagnostic(severity syntax.Severity, span syntax.Span, rule, help, format string, args ...any) syntax.Diagnostic {
	return syntax.Diagnostic{Severity: severity, Rule: rule, Span: span, Help: help, Message: fmt.Sprintf(format, args...)}
}

func note(span syntax.Span, format string, args ...any) syntax.Note {
	return syntax.Note{Span: span, Message: fmt.Sprintf(format, args...)}
}

// withNote adds a remark at another place.
func withNote(d *syntax.Diagnostic, span syntax.Span, format string, args ...any) {
	d.Notes = append(d.Notes, note(span, format, args...))
}

// closest finds the name most like a misspelled one, "" where none is near.
func closest(name string, candidates []string) string {
	best, distance := "", max(1, len(name)/3)+1
	for _, c := range candidates {
		if d := edits(name, c, distance); d < distance || d == distance && c < best {
			best, distance = c, d
		}
	}
	return best
}

// edits is the number of letters to insert, delete or replace, up to a limit.
func edits(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diagonal
			if a[i-1] != b[j-1] {
				cost++
			}
			diagonal = row[j]
			row[j] = min(cost, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}
