package terminal

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

func (t *Terminal) row(n int) string {
	var b strings.Builder
	for _, c := range t.Cells[n] {
		b.WriteRune(rune(c.Rune))
	}
	return strings.TrimRight(b.String(), " ")
}

// TestScrolling compares with lines that are cut and kept in a slice.
func TestScrolling(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var x Terminal
	var lines []string
	for n := range 500 {
		text := fmt.Sprintf("line %d ", n) + strings.Repeat("x", r.IntN(3*Columns))
		x.Text(text + "\n")
		for len(text) > Columns {
			lines = append(lines, text[:Columns])
			text = text[Columns:]
		}
		lines = append(lines, text)
		want := append(append([]string{}, lines...), "")
		want = want[max(0, len(want)-Rows):]
		for row, text := range want {
			if got := x.row(row); got != strings.TrimRight(text, " ") {
				t.Fatalf("after line %d row %d is %q, want %q", n, row, got, text)
			}
		}
	}
}

func TestEscapes(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"return":     {"abc\rx", "xbc"},
		"backspace":  {"abc\b\bx", "axc"},
		"tab":        {"a\tb", "a       b"},
		"erase":      {"abcdef\x1b[3D\x1b[K", "abc"},
		"erase left": {"abcdef\x1b[3D\x1b[1K", "    ef"},
		"erase row":  {"abc\x1b[2K", ""},
		"go to":      {"abc\x1b[1;2HX", "aXc"},
		"screen":     {"abc\x1b[2J\x1b[Hx", "x"},
		"colours":    {"\x1b[1;31;44mred\x1b[0m!", "red!"},
		"256":        {"\x1b[38;5;196mred\x1b[38;2;1;2;3m!", "red!"},
		"unknown":    {"\x1b[?25la\x1b(Bb\x1b=c\x1b[5nd", "abcd"},
		"UTF-8":      {"gr\u00fcn \u4e16 \xff", "gr\u00fcn \u4e16 ?"},
		"control":    {"a\x00\x07b", "ab"},
	} {
		var x Terminal
		x.Text(c.text)
		if got := x.row(0); got != c.want {
			t.Errorf("%s: %q shows %q, want %q", name, c.text, got, c.want)
		}
	}
	var x Terminal
	x.Text("\x1b[31;42mA\x1b[1mB\x1b[7mC\x1b[0mD")
	for i, want := range []Cell{{'A', Red, Green}, {'B', Red + Grey, Green}, {'C', Green, Red + Grey}, {'D', White, Black}} {
		if got := x.Cells[0][i]; got != want {
			t.Errorf("cell %d is %+v, want %+v", i, got, want)
		}
	}
}

func FuzzPut(f *testing.F) {
	f.Add("\x1b[31;1mabc\x1b[99A\x1b[K\n\xe4\xb8")
	f.Fuzz(func(t *testing.T, text string) {
		var x Terminal
		x.Text(text)
		if x.Row < 0 || x.Row >= Rows || x.Column < 0 || x.Column > Columns {
			t.Errorf("%q puts the cursor at %d, %d", text, x.Row, x.Column)
		}
	})
}
