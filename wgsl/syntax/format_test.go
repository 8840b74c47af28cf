package syntax

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// checkFormat formats a right text: the tree must stay, the comments must stay in
// order, and formatting again must change nothing.
func checkFormat(t *testing.T, text string) string {
	t.Helper()
	first, d := Parse(NewSource("first", text))
	if d.Failed() {
		t.Fatalf("%s", d.Render(first.Source))
	}
	out := Format(first)
	src := NewSource("formatted", out)
	second, d := Parse(src)
	if len(d) > 0 {
		t.Fatalf("%q became\n%s\n%s", text, out, d.Render(src))
	}
	if a, b := dump(first), dump(second); a != b {
		t.Fatalf("%q became\n%s\nwith the tree\n%s\nnot\n%s", text, out, b, a)
	}
	if a, b := commentTexts(first), commentTexts(second); a != b {
		t.Fatalf("the comments of\n%s\nbecame\n%s", a, b)
	}
	if again := Format(second); again != out {
		t.Fatalf("formatting\n%s\nagain gives\n%s", out, again)
	}
	return out
}

func commentTexts(f *File) string {
	var b strings.Builder
	for _, c := range f.Comments {
		text := c.Text
		if strings.HasPrefix(text, "//") {
			text = strings.TrimRightFunc(text, blank)
		}
		b.WriteString(text + "\n")
	}
	return b.String()
}

// TestFormatFiles compares testdata/format/*.wgsl, formatted, with the *.want
// beside them.
func TestFormatFiles(t *testing.T) {
	paths, err := filepath.Glob("testdata/format/*.wgsl")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no shaders in testdata/format: %v", err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(strings.TrimSuffix(path, ".wgsl") + ".want")
		if err != nil {
			t.Fatal(err)
		}
		if got := checkFormat(t, string(text)); got != string(want) {
			t.Errorf("%s becomes\n%s\nwant\n%s", path, got, want)
		}
	}
}

func TestFormatValidTexts(t *testing.T) {
	for name, text := range validTexts(t) {
		t.Run(name, func(t *testing.T) { checkFormat(t, text) })
	}
}

// TestFormatCommentEverywhere puts a comment between every two tokens in turn, its
// kind changing.
func TestFormatCommentEverywhere(t *testing.T) {
	for _, text := range validTexts(t) {
		s := newScanner(text)
		comments := []string{"/* x */", " // x\n", "\n// x\n", "\n/* x\n   y */\n", "\n\n/* x */"}
		for i, tok := 0, s.next(); tok.kind != tEOF; i, tok = i+1, s.next() {
			checkFormat(t, text[:tok.Start]+comments[i%len(comments)]+text[tok.Start:])
		}
	}
}

// TestFormatWithoutSource prints trees made by hand.
func TestFormatWithoutSource(t *testing.T) {
	name := func(s string) *TypeName { return &TypeName{Name: Ident{Name: s}} }
	body := &Block{Stmts: []Stmt{
		&LetStmt{Name: Ident{Name: "a"}, Init: &Unary{Op: Negate, X: &Unary{Op: Negate, X: &Literal{Kind: LitI32, Int: 7}}}},
		&Assign{RHS: &Binary{Op: Shl, X: name("a"), Y: &Literal{Kind: LitU32, Int: 1}}},
		&Return{Value: &Literal{Kind: LitF32, Float: 0.5}},
	}}
	f := &File{
		Directives: []Directive{&EnableDirective{Names: []Ident{{Name: "f16"}}}},
		Decls: []Decl{
			&ConstDecl{Name: Ident{Name: "b"}, Init: &Literal{Kind: LitBool, Bool: true}},
			&FuncDecl{Name: Ident{Name: "f"}, Result: name("f32"), Body: body},
			&AliasDecl{Name: Ident{Name: "c"}, Type: &TypeName{Name: Ident{Name: "vec2"}, Args: []Expr{name("f32")}}},
		},
	}
	const want = `enable f16;

const b = true;

fn f() -> f32 {
    let a = - -7i;
    _ = a << 1u;
    return 5e-01f;
}

alias c = vec2<f32>;
`
	if got := Format(f); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// FuzzFormat asks of any right text what checkFormat does.
func FuzzFormat(f *testing.F) {
	for _, text := range validTexts(f) {
		f.Add(text)
	}
	for _, text := range []string{
		"const a = - -b - --c && &&d;", "const a = 1 .x;", "fn f() { /* a */ } // b\n\n\n// c", "fn f( // a\n x: i32 /* b */, /* c */ ) { if a { } // d\n else { } }",
		"struct S { a: b // c\n } ;;; // d\n", "const a = b(1, 2, // three\n 3, 4);", "//a\r\n/*b\r\n*/const a = 1;\r\r", "fn f() { switch x { case default, 1 /* a */ : { } case default { } default /* b */ { } } }",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if _, d := Parse(NewSource("fuzz", text)); d.Failed() {
			t.Skip()
		}
		checkFormat(t, text)
	})
}
