package syntax

import (
	"fmt"
	"strings"
	"testing"
)

// TestNesting goes to each bound and one beyond it.
func TestNesting(t *testing.T) {
	rep := strings.Repeat
	in := func(text string) string { return "fn f() { " + text + " }" }
	for _, c := range []struct {
		name  string
		text  func(n int) string
		bound int
	}{
		{"blocks", func(n int) string { return in(rep("{", n) + rep("}", n)) }, MaxNesting},
		{"ifs", func(n int) string { return in(rep("if a {", n) + rep("}", n)) }, MaxNesting},
		{"loops", func(n int) string { return in(rep("loop {", n) + rep("}", n)) }, MaxNesting},
		{"continuing", func(n int) string { return in("loop {" + rep("continuing {loop {", n/2) + rep("}}", n/2) + "}") }, MaxNesting - 1},
		{"switches", func(n int) string { return in(rep("switch a { default {", n) + rep("}}", n)) }, MaxNesting},
		{"parentheses", func(n int) string { return "const a = " + rep("(", n-1) + "b" + rep(")", n-1) + ";" }, MaxExprNesting - 1},
		{"negations", func(n int) string { return "const a = " + rep("-", n) + "1;" }, MaxExprNesting - 1},
		{"indirections", func(n int) string { return in(rep("*", n) + "a = 1;") }, MaxExprNesting - 1},
		{"left parentheses", func(n int) string { return in(rep("(", n) + "a" + rep(")", n) + " = 1;") }, MaxExprNesting - 1},
		{"calls", func(n int) string { return "const a = " + rep("b(", n-1) + rep(")", n-1) + ";" }, MaxExprNesting},
		{"indices", func(n int) string { return "const a = " + rep("b[", n-1) + "1" + rep("]", n-1) + ";" }, MaxExprNesting},
		{"types", func(n int) string { return "alias a = " + rep("b<", n/2) + "c" + rep(">", n/2) + ";" }, MaxExprNesting - 1},
		{"sums", func(n int) string { return "const a = 1" + rep("+1", n-1) + ";" }, MaxExprHeight},
		{"conjunctions", func(n int) string { return "const a = b" + rep("&&b", n-1) + ";" }, MaxExprHeight},
		{"members", func(n int) string { return "const a = b" + rep(".c", n-1) + ";" }, MaxExprHeight},
		{"elements", func(n int) string { return in("a" + rep("[0]", n-1) + " = 1;") }, MaxExprHeight},
		{"else ifs", func(n int) string { return in("if a { }" + rep(" else if b { }", n)) }, MaxElseIf},
	} {
		if got := messages(c.text(c.bound)); got != "" {
			t.Errorf("%d %s: %s", c.bound, c.name, got)
		}
		src := NewSource("test", c.text(c.bound+2))
		_, d := Parse(src)
		if len(d) != 1 || d[0].Rule != "limits" {
			t.Errorf("%d %s give %.300s", c.bound+2, c.name, d.Render(src))
		}
	}
}

// TestElseIfsAddUp bounds the sum over chains within chains: a path through the
// tree is as deep as all of them.
func TestElseIfsAddUp(t *testing.T) {
	chain := "if a { }" + strings.Repeat(" else if b { }", MaxElseIf/2) + " else if c { "
	if got := messages("fn f() { " + strings.Repeat(chain, 3) + strings.Repeat("}", 4)); !strings.Contains(got, "`else if` one in the other") {
		t.Errorf("three chains in one another give %q", got)
	}
	if got := messages("fn f() { " + strings.Repeat(chain+"}", 3) + "}"); got != "" {
		t.Errorf("three chains after one another give %q", got)
	}
}

// TestLargeTexts reads 10 MB of the things that nest or chain, 1 MB of others:
// without a crash, and with no more messages than the bound.
func TestLargeTexts(t *testing.T) {
	for i, piece := range []string{"(", "-", "a+", "fn f(){", "else if a {}", "const a = 1;\n", "[", "{", "<", ">", "a<", "a<b>", ";", "@a", "&&", "/*", "//\n", "}", "if a {",
		"\x01", "é", "1", "struct S{a:b,", "b,", "*", "=", "fn f(){let a=(", "switch a {", "case 1:{", "?", "#\n"} {
		size := 1 << 20
		if i < 6 {
			size = 10 << 20
		}
		src := NewSource("large", strings.Repeat(piece, size/len(piece)))
		_, d := Parse(src)
		if len(d) > MaxErrors+1 {
			t.Errorf("%q: %d messages", piece, len(d))
		}
		if len(d) == 0 && piece != ";" && piece != "//\n" && piece != "const a = 1;\n" {
			t.Errorf("%q passes", piece)
		}
	}
}

// TestMaxErrors counts the messages and looks at the last one.
func TestMaxErrors(t *testing.T) {
	for _, c := range []struct{ errors, messages int }{{3, 3}, {MaxErrors, MaxErrors}, {MaxErrors + 1, MaxErrors + 1}, {5 * MaxErrors, MaxErrors + 1}} {
		_, d := Parse(NewSource("test", strings.Repeat("const a;\n", c.errors)))
		if len(d) != c.messages {
			t.Errorf("%d errors give %d messages, want %d", c.errors, len(d), c.messages)
		}
		last, want := d[len(d)-1].Message, fmt.Sprintf("there are more than %d errors: the rest is not shown", MaxErrors)
		if (last == want) != (c.errors > MaxErrors) {
			t.Errorf("%d errors end with %q", c.errors, last)
		}
	}
}
