package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"pxos/pixelvm"
)

// debugged is a program at its start.
func debugged(t *testing.T, source string) *pixelvm.Verified {
	t.Helper()
	p, err := pixelvm.Assemble(source)
	if err != nil {
		t.Fatal(err)
	}
	v, err := pixelvm.Verify(p)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

const twice = "memory 1\ndata 16 \"abc\"\nfunc main () (i64)\nlocal x f64\nPUSHF 2.5\nSET x\nPUSH 20\nCALL twice\nPUSH 0\nDIV\nRET\nend\n" +
	"func twice (n i64) (i64)\nGET n\nDUP\nADD\nRET\nend"

func TestDebugSession(t *testing.T) {
	v := debugged(t, twice)
	d, err := pixelvm.NewDebugger(v, pixelvm.Config{})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	s := &debugSession{d: d, p: v.Program, w: &out}
	script := "s\n\nv\nb twice:2\nc\nw\nv\nf\nm 16 4\nhop\nb main\nl\nc\nq\n"
	if err := s.run(context.Background(), strings.NewReader(script)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"main 0: PUSHF 2.5", "main 4: PUSH 20", "locals  2.5", "stops before twice pixel 2", "twice 2: ADD", "main pixel 6\ntwice pixel 2",
		"stack   20 20", "main 6: PUSH 0", "00000010  61 62 63 00", `no command "hop"`, "break wants FUNCTION:PIXEL", "▶     6  PUSH 0", "ended: division by zero in function \"main\" at pixel 7"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("want %q in:\n%s", want, out.String())
		}
	}
}

// TestDebugScreen presses keys and looks at the screen.
func TestDebugScreen(t *testing.T) {
	v := debugged(t, twice)
	begin := func() (*pixelvm.Debugger, error) { return pixelvm.NewDebugger(v, pixelvm.Config{}) }
	d, err := begin()
	if err != nil {
		t.Fatal(err)
	}
	m := newDebugScreen(context.Background(), &debugSession{d: d, p: v.Program}, begin)
	m.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	for _, step := range []struct{ keys, want string }{
		{"", "main, 9 pixels"},
		{"s s s s", "calls main:6 › twice:0"},
		{"down down b", "●     2  ADD"},
		{"c", "●▶    2  ADD"},
		{"s", "  40  0x28"},
		{"f", "▶    6  PUSH 0"},
		{"m 1 6 enter", "000010  61 62 63 00"},
		{"m 9 9 9 9 9 9 9 enter", `"9999999" is no address`},
		{"c", "ended: division by zero in function \"main\" at pixel 7"},
		{"r", "▶    0  PUSHF 2.5"},
		{"c", "●▶    2  ADD"}, // breaks stay
	} {
		for _, key := range strings.Fields(step.keys) {
			if m.typing != nil {
				m.typed(key)
			} else if cmd := m.key(key); cmd != nil {
				m.Update(cmd())
			}
		}
		if text := ansi.Strip(m.text() + m.message); !strings.Contains(text, step.want) {
			t.Errorf("after %q want %q in:\n%s", step.keys, step.want, text)
		}
	}
}
