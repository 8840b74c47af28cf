package syntax

import (
	"strings"
	"testing"
)

// FuzzParse asks of any text: no panic, messages in order and in the text, and of
// a text without errors that every node is in its place.
func FuzzParse(f *testing.F) {
	for _, text := range validTexts(f) {
		f.Add(text)
	}
	for _, text := range []string{
		"", ";", "const a = 1", "fn f() { let x = a<b>>c; }", "/* /*", "0x1p", "@a(", "a<(b>=c)>", "fn f() { if (a = b) { x } else if y; }",
		"struct S { a: b; float c; }", "fn f() { switch x { case 1: y; } loop { continuing { break if z; w } } }", "const a = --b--c&&&d;", "\ufeff", "a\x00",
		"fn f() { do { } while (x); goto y; 1.0F; 012; }", "#x\nlayout(y) in z;", "fn f(float x): y { i++ ++; }", "enable a, ; requires b; diagnostic(off, c.d, );",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		src := NewSource("fuzz", text)
		file, d := Parse(src)
		if len(d) > MaxErrors+1 {
			t.Fatalf("%d messages", len(d))
		}
		last := Pos(0)
		for _, m := range d {
			if m.Span.Start < last || m.Span.End < m.Span.Start || m.Span.End > Pos(len(text)) || m.Message == "" || m.Rule == "" {
				t.Fatalf("%+v after %d", m, last)
			}
			last = m.Span.Start
		}
		if out := d.Render(src); len(d) > 0 && !strings.Contains(out, "fuzz:") {
			t.Fatalf("rendered: %q", out)
		}
		if !d.Failed() {
			checkSpans(t, file)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	text := validTexts(b)["everything.wgsl"]
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, d := Parse(NewSource("bench", text)); d.Failed() {
			b.Fatal(d)
		}
	}
}

func BenchmarkFormat(b *testing.B) {
	file, _ := Parse(NewSource("bench", validTexts(b)["everything.wgsl"]))
	b.SetBytes(int64(len(file.Source.Text)))
	for b.Loop() {
		if Format(file) == "" {
			b.Fatal("empty")
		}
	}
}
