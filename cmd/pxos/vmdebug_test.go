package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"pxos/pixelvm"
)

func TestDebugSession(t *testing.T) {
	p, err := pixelvm.Assemble("memory 1\ndata 16 \"abc\"\nfunc main () (i64)\nlocal x f64\nPUSHF 2.5\nSET x\nPUSH 20\nCALL twice\nPUSH 0\nDIV\nRET\nend\nfunc twice (n i64) (i64)\nGET n\nDUP\nADD\nRET\nend")
	if err != nil {
		t.Fatal(err)
	}
	v, err := pixelvm.Verify(p)
	if err != nil {
		t.Fatal(err)
	}
	d, err := pixelvm.NewDebugger(v, pixelvm.Config{})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	s := &debugSession{d: d, p: p, w: &out}
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
