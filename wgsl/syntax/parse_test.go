package syntax

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// validTexts are the shaders of testdata/valid by name.
func validTexts(t testing.TB) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("testdata/valid/*.wgsl")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no shaders in testdata/valid: %v", err)
	}
	out := map[string]string{}
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(p)] = string(b)
	}
	return out
}

func TestValidTexts(t *testing.T) {
	for name, text := range validTexts(t) {
		t.Run(name, func(t *testing.T) { checkSpans(t, parse(t, text)) })
	}
}

// expressionShapes are expressions and what shape says of them, "" where they are
// wrong.
var expressionShapes = [][2]string{
	{"1 + 2 * 3", "{1 + {2 * 3}}"},
	{"1 - 2 - 3", "{{1 - 2} - 3}"},
	{"a * b / c % d", "{{{a * b} / c} % d}"},
	{"-a * b", "{{-a} * b}"},
	{"-a.b[1]", "{-{{a.b}[1]}}"},
	{"!~-*&a", "{!{~{-{*{&a}}}}}"},
	{"a--b", "{a - {-b}}"},
	{"a---b", "{a - {-{-b}}}"},
	{"--a", "{-{-a}}"},
	{"a - --b", "{a - {-{-b}}}"},
	{"a----b", "{a - {-{-{-b}}}}"},
	{"a-- /* c */ b", "{a - {-b}}"},
	{"&&a", "{&{&a}}"},
	{"a && &b", "{a && {&b}}"},
	{"a&&&b", "{a && {&b}}"},
	{"a & b & c", "{{a & b} & c}"},
	{"a | -b | c", "{{a | {-b}} | c}"},
	{"a ^ (b & c)", "{a ^ ({b & c})}"},
	{"a << b", "{a << b}"},
	{"a << b < c << d", "{{a << b} < {c << d}}"},
	{"-a >> (b + c)", "{{-a} >> ({b + c})}"},
	{"a + b < c * d", "{{a + b} < {c * d}}"},
	{"a < b && c > d", "{{a < b} && {c > d}}"},
	{"a < b || c > d", "{{a < b} || {c > d}}"},
	{"a == b && c != d && e", "{{{a == b} && {c != d}} && e}"},
	{"a || b || c", "{{a || b} || c}"},
	{"a >= b", "{a >= b}"},
	{"a<=b", "{a <= b}"},
	{"a>b", "{a > b}"},
	{"a()", "a()"},
	{"a(b, c,)", "a(b, c)"},
	{"a.b(c)", ""},
	{"a(b)(c)", ""},
	{"(a)", "(a)"},
	{"((a + b))", "(({a + b}))"},
	{"vec3<f32>(1)", "vec3<f32>(1)"},
	{"array<vec4<f32>>", "array<vec4<f32>>"},
	{"array<vec4<f32>,>", "array<vec4<f32>>"},
	{"a<b>>c", "{a<b> > c}"},
	{"a<b>=c", ""},
	{"a<b> == c", "{a<b> == c}"},
	{"a<b>==c", "{a<b> == c}"},
	{"A(B<C, D>(E))", "A(B<C, D>(E))"},
	{"A(B<C, (D>E))", "A({B < C}, ({D > E}))"},
	{"array<i32,select(2,3,a>b)>", "array<i32, select(2, 3, {a > b})>"},
	{"a[b<d]>()", ""},
	{"a[b<d]>(e)", "{{a[{b < d}]} > (e)}"},
	{"A<B<<C>", "A<{B << C}>"},
	{"A<B<=C>", "A<{B <= C}>"},
	{"A<(B>=C)>", "A<({B >= C})>"},
	{"A<(B!=C)>", "A<({B != C})>"},
	{"A<(B==C)>", "A<({B == C})>"},
	{"A<B, C>()", "A<B, C>()"},
	{"a<b || c>d", "{{a < b} || {c > d}}"},
	{"a<b&c>(d)", "a<{b & c}>(d)"},
	{"a<1.0f>(b)", "a<1.0f>(b)"},
	{"true<a>(b)", ""},
	{"a /* x */ < /* y */ b /* z */ >()", "a<b>()"},
	{"a // x <\n < b >()", "a<b>()"},
	{"1 .x", "{1.x}"},
	{"1..x", "{1..x}"},
	{"f().x[0]", "{{f().x}[0]}"},
	{"true", "true"},
}

// TestExpressions shows how expressions are taken apart. It covers the notes and
// examples of "Template Lists" and "Operator Precedence and Associativity".
func TestExpressions(t *testing.T) {
	for _, c := range expressionShapes {
		file, d := Parse(NewSource("test", "const x = "+c[0]+";"))
		got := ""
		if len(d) == 0 {
			got = shape(file.Decls[0].(*ConstDecl).Init)
			checkSpans(t, file)
		}
		if got != c[1] {
			t.Errorf("%s is %q, want %q", c[0], got, c[1])
		}
	}
}

// TestTemplateEndBeforeAssignment splits what looks like >= and >>=.
func TestTemplateEndBeforeAssignment(t *testing.T) {
	f := parse(t, "fn f() { var a: vec2<i32>=b; var c: array<vec2<i32>>=d; a >>= 1; }")
	body := f.Decls[0].(*FuncDecl).Body.Stmts
	for i, want := range []string{"vec2<i32>", "array<vec2<i32>>"} {
		v := body[i].(*DeclStmt).Decl.(*VarDecl)
		if got := shape(v.Type); got != want || v.Init == nil {
			t.Errorf("variable %d has type %s and value %v, want %s and a value", i, got, v.Init, want)
		}
	}
	if s := body[2].(*Assign); s.Op != Shr || !s.Compound {
		t.Errorf("`>>=` is the operator %s", s.Op)
	}
}

// TestSpans checks places to the byte.
func TestSpans(t *testing.T) {
	f := parse(t, " @a var<private> x : T<u> = -y[1] ; \n fn f ( p : i32 ) { x ++ ; if a { } else if b { } for ( x = 1 ; ; ) { } } ")
	var got []string
	Inspect(f, func(n Node) bool {
		r := n.Range()
		got = append(got, fmt.Sprintf("%s:%s", strings.TrimPrefix(fmt.Sprintf("%T", n), "*syntax."), f.Source.Text[r.Start:r.End]))
		return true
	})
	want := []string{
		"VarDecl:@a var<private> x : T<u> = -y[1]", "Attribute:@a", "TypeName:private", "TypeName:T<u>", "TypeName:u",
		"Unary:-y[1]", "Index:y[1]", "TypeName:y", "Literal:1",
		"FuncDecl:fn f ( p : i32 ) { x ++ ; if a { } else if b { } for ( x = 1 ; ; ) { } }", "Param:p : i32", "TypeName:i32",
		"Block:{ x ++ ; if a { } else if b { } for ( x = 1 ; ; ) { } }", "IncDec:x ++ ;", "TypeName:x",
		"If:if a { } else if b { }", "TypeName:a", "Block:{ }", "If:if b { }", "TypeName:b", "Block:{ }",
		"For:for ( x = 1 ; ; ) { }", "Assign:x = 1", "TypeName:x", "Literal:1", "Block:{ }",
	}
	if strings.Join(got[1:], "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got[1:], "\n"), strings.Join(want, "\n"))
	}
}

// TestStatementForms checks what the nodes of statements hold.
func TestStatementForms(t *testing.T) {
	f := parse(t, `fn f() {
		switch x { case 1, default, 2: { } default { } case default: { } }
		loop { a(); continuing { b(); break if c; } }
		_ = d; e += 1; f--; ;
	}`)
	body := f.Decls[0].(*FuncDecl).Body.Stmts
	if len(body) != 5 {
		t.Fatalf("%d statements, want 5", len(body))
	}
	var clauses []string
	for _, c := range body[0].(*Switch).Clauses {
		clauses = append(clauses, fmt.Sprintf("%s %t", shapes(c.Selectors), c.Default))
	}
	if got := strings.Join(clauses, "; "); got != "1, 2 true;  true;  true" {
		t.Errorf("the clauses are %s", got)
	}
	loop := body[1].(*Loop)
	if len(loop.Body.Stmts) != 1 || len(loop.Continuing.Stmts) != 1 || shape(loop.BreakIf) != "c" {
		t.Errorf("the loop is %s", dump(f))
	}
	if s := body[2].(*Assign); s.LHS != nil || s.Compound {
		t.Error("`_ = d` has a left side")
	}
	if s := body[3].(*Assign); !s.Compound || s.Op != Add {
		t.Errorf("`+=` is %s", s.Op)
	}
	if !body[4].(*IncDec).Decrement {
		t.Error("`--` increments")
	}
}

// TestEveryPrefix parses every beginning of the shaders: it must not panic, and
// every message must lie in the text.
func TestEveryPrefix(t *testing.T) {
	for name, text := range validTexts(t) {
		for n := range len(text) {
			src := NewSource(name, text[:n])
			_, d := Parse(src)
			for _, m := range d {
				if m.Span.Start < 0 || m.Span.End > Pos(n) || m.Span.End < m.Span.Start || m.Message == "" {
					t.Fatalf("the first %d bytes of %s: %+v", n, name, m)
				}
			}
			d.Render(src)
		}
	}
}

// TestEveryTokenLost leaves out one token at a time, and doubles it: recovery must
// end, with a bounded number of messages.
func TestEveryTokenLost(t *testing.T) {
	for name, text := range validTexts(t) {
		s := newScanner(text)
		for tok := s.next(); tok.kind != tEOF; tok = s.next() {
			word := text[tok.Start:tok.End]
			for _, changed := range []string{text[:tok.Start] + text[tok.End:], text[:tok.Start] + word + " " + text[tok.Start:]} {
				_, d := Parse(NewSource(name, changed))
				if len(d) > 8 {
					t.Errorf("%s without or with two of %q at %d has %d messages", name, word, tok.Start, len(d))
				}
			}
		}
	}
}
