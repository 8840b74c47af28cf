package check

import (
	"testing"

	"pxos/wgsl/syntax"
)

// FuzzCheck parses and checks any bytes: no panic, messages with a place inside
// the source, and no module beside an error. What is accepted can be specialized
// for each of its entry points, or says why not.
func FuzzCheck(f *testing.F) {
	f.Add(reduce)
	f.Add(sized)
	for _, c := range accepted {
		f.Add(c.text)
	}
	for _, c := range refused {
		f.Add(c.text)
	}
	for _, list := range [][]struct{ name, bad, good, words string }{mistakes, codeMistakes} {
		for _, c := range list {
			f.Add(c.bad)
			f.Add(c.good)
		}
	}
	for _, c := range uniformBodies {
		f.Add(uniformHead + c.body + "\n}")
	}
	f.Fuzz(func(t *testing.T, text string) { checkAny(t, text) })
}

func checkAny(t *testing.T, text string) {
	m, src, diags := Source("fuzz.wgsl", text, Options{})
	if (m == nil) != diags.Failed() {
		t.Fatalf("module %v beside failure %v", m != nil, diags.Failed())
	}
	last := syntax.Pos(-1)
	for _, d := range diags {
		if d.Span.Start < 0 || d.Span.End < d.Span.Start || int(d.Span.End) > len(src.Text) {
			t.Fatalf("the message %q is outside the source: %v", d.Message, d.Span)
		}
		if d.Message == "" {
			t.Fatal("a message is empty")
		}
		last = max(last, d.Span.Start)
	}
	diags.Render(src)
	if m == nil {
		return
	}
	checkTree(t, m)
	for _, f := range m.EntryPoints() {
		if s, err := Specialize(m, f.Name, nil, DefaultLimits()); err == nil {
			noOverrides(t, s)
			checkTree(t, s)
		}
	}
}

// TestPrefixes checks every prefix of a valid program.
func TestPrefixes(t *testing.T) {
	for i := range reduce {
		checkAny(t, reduce[:i])
	}
}
