package syntax

import (
	"fmt"
	"strings"
	"testing"
)

// messages are place and text of every message, one a line.
func messages(text string) string {
	src := NewSource("test", text)
	_, d := Parse(src)
	var out []string
	for _, m := range d {
		p := src.Position(m.Span.Start)
		out = append(out, fmt.Sprintf("%d:%d %s", p.Line, p.Column, m.Message))
	}
	return strings.Join(out, "\n")
}

// checkMessages parses texts, within a function where they are statements, and
// compares all the messages.
func checkMessages(t *testing.T, before, after string, cases [][2]string) {
	t.Helper()
	for _, c := range cases {
		if got := messages(before + c[0] + after); got != c[1] {
			t.Errorf("%q gives\n%s\nwant\n%s", c[0], got, c[1])
		}
	}
}

func TestWrongDeclarations(t *testing.T) {
	checkMessages(t, "", "", [][2]string{
		{"const a = 1", "1:12 expected `;` after the constant, found the end of the file"},
		{"const a;", "1:8 a constant needs a value"},
		{"const a: i32;", "1:13 a constant needs a value"},
		{"@a const b = 1;", "1:1 attributes cannot stand before `const`"},
		{"@a @b alias c = d;", "1:1 attributes cannot stand before `alias`"},
		{"@a struct b { c: d }", "1:1 attributes cannot stand before `struct`"},
		{"@a const_assert b;", "1:1 attributes cannot stand before `const_assert`"},
		{"@a;", "1:3 expected a declaration, found `;`"},
		{"@a enable f16;", "1:4 expected a declaration, found the keyword `enable`"},
		{"; enable f16;", "1:3 the directive `enable` stands after a semicolon of its own"},
		{"const a = 1; enable f16;", "1:14 the directive `enable` stands after a declaration"},
		{"enable;", "1:7 expected the name of an extension, found `;`"},
		{"enable f16 subgroups;", "1:12 expected `;` after the enable directive, found the name `subgroups`"},
		{"diagnostic(off);", "1:15 expected `,` between severity and rule, found `)`"},
		{"diagnostic(off, a.b.c);", "1:20 expected `)` after the rule, found `.`"},
		{"diagnostic off, a;", "1:12 expected `(` before severity and rule, found the name `off`"},
		{"let a = 1;", "1:1 `let` can only stand in a function"},
		{"alias a;", "1:8 expected `=` before the type, found `;`"},
		{"alias a = (b);", "1:11 expected a type, found `(`"},
		{"alias a = b + c;", "1:13 expected `;` after the alias, found `+`"},
		{"var a<private>: i32;", "1:6 expected `;` after the variable, found `<`"},
		{"var<> a: i32;", "1:5 the template list is empty"},
		{"var a: i32 = ;", "1:14 expected an expression, found `;`"},
		{"var a: ;", "1:8 expected a type, found `;`"},
		{"override;", "1:9 expected the name of an override, found `;`"},
		{"struct S { }", "1:12 a structure needs at least one member"},
		{"struct S { , }", "1:12 expected the name of a member, found `,`"},
		{"struct S { a }", "1:14 expected `:` and the type after the name, found `}`"},
		{"struct S { a: b c: d }", "1:17 expected `}` or `,` after the member, found the name `c`"},
		{"struct S { a: b; c: d; }", "1:16 members are separated by commas\n1:22 members are separated by commas"},
		{"struct S { float a; }", "1:12 the type `float` stands before the name `a`"},
		{"struct S { a: b, = , c: d, = }", "1:18 expected the name of a member, found `=`\n1:28 expected the name of a member, found `=`"},
		{"struct S<T> { a: T }", "1:9 expected `{` before the members, found `<`"},
		{"struct { a: b }", "1:8 expected the name of a structure, found `{`"},
		{"struct S { a: b\nfn f() { }", "2:1 expected `}`, found the keyword `fn`, which stands in module scope only"},
		{"fn f { }", "1:6 expected `(` before the parameters, found `{`"},
		{"fn f(a) { }", "1:7 expected `:` and the type after the name, found `)`"},
		{"fn f(a: i32 b: i32) { }", "1:13 expected `)` or `,` after the parameter, found the name `b`"},
		{"fn f(,) { }", "1:6 expected the name of a parameter, found `,`"},
		{"fn f(a: i32,,) { }", "1:13 expected the name of a parameter, found `,`"},
		{"fn f(float a) { }", "1:6 the type `float` stands before the name `a`"},
		{"fn f() -> { }", "1:11 expected the type of the result, found `{`"},
		{"fn f(): i32 { }", "1:7 the result of a function is written after `->`"},
		{"fn f();", "1:7 expected `{` before the body of the function, found `;`"},
		{"fn f() { } }", "1:12 this `}` closes nothing"},
		{"fn f() {", "1:9 expected `}`, found the end of the file"},
		{"fn f<T>() { }", "1:5 expected `(` before the parameters, found `<`"},
		{"float a = 1.0;", "1:1 the type `float` stands before the name `a`"},
		{"float f(float x) { return x; }", "1:1 the type `float` stands before the name `f`"},
		{"void main() { int a; }", "1:1 expected a declaration, found the name `void`"},
		{"uniform mat4 m;", "1:1 expected a declaration, found the name `uniform`"},
		{"layout(location = 0) in vec3 p;", "1:1 expected a declaration, found the reserved word `layout`"},
		{"#include \"a.h\"\nfn f() { x }", "1:1 there is no preprocessor: `#` begins nothing\n2:12 expected `=`, an operator with `=`, `++` or `--`, found `}`"},
		{"[[stage(compute)]] fn f() { }", "1:1 expected a declaration, found `[`"},
		{"@if fn f() { }", "1:2 expected the name of an attribute, found the keyword `if`"},
		{"@a(1 fn f() { }", "1:6 expected `)` or `,` after the argument, found the keyword `fn`"},
		{"@diagnostic fn f() { }", "1:13 expected `(` before severity and rule, found the keyword `fn`"},
		{"@const() fn f() { }", "1:7 expected a declaration, found `(`"},
		{"if x { }", "1:1 expected a declaration, found the keyword `if`"},
		{"\x01", "1:1 expected a declaration, found the character U+0001"},
		{"const a = 'x';", "1:11 there are no strings and characters"},
		{"const € = 1;", "1:7 expected the name of a constant, found the character U+20AC"},
	})
}

func TestWrongNames(t *testing.T) {
	checkMessages(t, "", "", [][2]string{
		{"const as = 1;", "1:7 `as` is a reserved word and cannot be the name of a constant"},
		{"const a = as;", "1:11 `as` is a reserved word and cannot be a name"},
		{"const a = b.as;", "1:13 `as` is a reserved word and cannot be the name of a member"},
		{"@as(1) var a: i32;", "1:2 `as` is a reserved word and cannot be the name of an attribute"},
		{"enable as;", "1:8 `as` is a reserved word and cannot be the name of an extension"},
		{"const default = 1;", "1:7 `default` is a keyword and cannot be the name of a constant"},
		{"const _ = 1;", "1:7 `_` cannot be the name of a constant"},
		{"const __a = 1;", "1:7 the name `__a` begins with two underscores"},
		{"const __ = 1;", "1:7 the name `__` begins with two underscores"},
		{"const _a = 1; const a__b = 2; const _1 = 3;", ""},
		{"const a = b._;", "1:13 `_` cannot be the name of a member"},
		{"const a = b.0;", "1:12 expected `;` after the constant, found the number `.0`"},
		{"alias true = i32;", "1:7 `true` is a keyword and cannot be the name of a type"},
	})
}

func TestWrongStatements(t *testing.T) {
	checkMessages(t, "fn f() {\n", "\n}", [][2]string{
		{"let a = 1\nlet b = 2;", "2:10 expected `;` after the declaration, found the keyword `let`"},
		{"let a;", "2:6 `let` needs a value"},
		{"let a = 1 2;", "2:11 expected `;` after the declaration, found the number `2`"},
		{"int x = 1;", "2:1 the type `int` stands before the name `x`"},
		{"vec3<f32> x;", "2:1 the type `vec3<f32>` stands before the name `x`"},
		{"let int x = 1;", "2:5 the type `int` stands before the name `x`"},
		{"var x[3] = y;", "2:6 expected `;` after the declaration, found `[`"},
		{"x: i32 = 1;", "2:2 expected `=` after `x`, found `:`"},
		{"x;", "2:1 an expression is not a statement"},
		{"x + 1;", "2:1 an expression is not a statement"},
		{"x == 1;", "2:3 a comparison is not a statement"},
		{"1 = x;", "2:1 expected a statement, found the number `1`"},
		{"x = 1, y = 2;", "2:6 expected `;` after the assignment, found `,`"},
		{"x = y = 1;", "2:7 expected `;` after the assignment, found `=`"},
		{"_ += 1;", "2:3 expected `=` after `_`, found `+=`"},
		{"++i;", "2:1 expected a statement, found `++`"},
		{"let a = i++;", "2:10 `++` is a statement and has no value: it cannot be part of an expression"},
		{"let a = i--;", "2:10 `--` is a statement and has no value: it cannot be part of an expression"},
		{"let a = ++i;", "2:9 `++` is a statement and has no value: it cannot be part of an expression"},
		{"let a = +i;", "2:9 there is no operator `+` before an operand"},
		{"let a = b ? c : d;", "2:11 there is no operator `?:`"},
		{"let a = b->c;", "2:10 expected `;` after the declaration, found `->`"},
		{"let a = (f32)b;", "2:14 expected `;` after the declaration, found the name `b`"},
		{"let a = ();", "2:10 expected an expression, found `)`"},
		{"let a = (b;", "2:11 expected `)` after the expression, found `;`"},
		{"let a = b[1;", "2:12 expected `]` after the index, found `;`"},
		{"let a = b[];", "2:11 expected an expression, found `]`"},
		{"let a = f(b c);", "2:13 expected `)` or `,` after the argument, found the name `c`"},
		{"let a = f(,);", "2:11 expected an expression, found `,`"},
		{"let a = b<c, d>(e) f;", "2:20 expected `;` after the declaration, found the name `f`"},
		{"f(a < b, c > d);", "2:14 expected `)` or `,` after the argument, found the name `d`"},
		{"f<a> = 1;", "2:6 expected `(` after the template list, found `=`"},
		{"if x = 1 { }", "2:6 expected `{` before the body of `if`, found `=`"},
		{"if (x = 1) { y } else { z = 1; }", "2:7 expected `)` after the expression, found `=`\n2:16 expected `=`, an operator with `=`, `++` or `--`, found `}`"},
		{"if (x) y = 1;", "2:8 the body of `if` has no braces"},
		{"if (x) return; else y = 1;", "2:8 the body of `if` has no braces\n2:21 the body of `else` has no braces"},
		{"else { }", "2:1 this `else` belongs to no `if`"},
		{"while (x);", "2:10 the body of `while` has no braces"},
		{"for (int i = 0; i < 3; i++) { x }", "2:6 the type `int` stands before the name `i`\n2:33 expected `=`, an operator with `=`, `++` or `--`, found `}`"},
		{"for (var i = 0, j = 0; ; ) { }", "2:15 expected `;` after the first part of `for`, found `,`"},
		{"for (;) { }", "2:7 expected an expression, found `)`"},
		{"for (; ; let x = 1) { }", "2:10 expected a name, found the keyword `let`"},
		{"for var i = 0; i < 3; i++ { }", "2:5 expected `(` after `for`, found the keyword `var`"},
		{"do { x = 1; } while (x > 1);", "2:1 there is no do … while"},
		{"switch x { }", "2:12 a switch needs at least one clause"},
		{"switch x { case 1: break; default: { } }", "2:20 expected `{` after the case, found the keyword `break`"},
		{"switch x { case: { } }", "2:16 expected an expression, found `:`"},
		{"switch x { case default, default: { } }", "2:26 `default` stands twice in one case"},
		{"switch x { y = 1; default: { } }", "2:12 expected `case`, `default` or `}`, found the name `y`"},
		{"case 1: { }", "2:1 `case` can only stand in a switch"},
		{"break if x;", "2:1 `break if` can only be the last statement of `continuing`"},
		{"continuing { }", "2:1 `continuing` can only be the last statement of a loop"},
		{"loop { continuing { } x = 1; }", "2:23 `continuing` must be the last statement of the loop"},
		{"loop { continuing { break if a; x = 1; } }", "2:33 `break if` must be the last statement of `continuing`"},
		{"loop { if a { continuing { } } }", "2:15 `continuing` can only be the last statement of a loop"},
		{"loop { continuing { if a { break if b; } } }", "2:28 `break if` can only be the last statement of `continuing`"},
		{"@a let x = 1;", "2:1 attributes cannot stand before this statement"},
		{"@a ;", "2:1 attributes cannot stand before this statement"},
		{"override x = 1;", "2:1 expected `}`, found the keyword `override`, which stands in module scope only\n3:1 this `}` closes nothing"},
		{"goto x;", "2:1 expected a statement, found the reserved word `goto`"},
		{"elseif (x) { }", "2:12 expected `;` after the call, found `{`"},
		{"discard\nx = 1;", "2:8 expected `;` after `discard`, found the name `x`"},
		{"return 1 +;", "2:11 expected an expression, found `;`"},
		{"var x = 1;; ;", ""},
		{"f().x = 1; (*p).y++; *&z = 1; &w = 1; f() = 2; f()++;", ""},
	})
}

// TestOperatorsThatNeedParentheses covers the groups that do not associate.
func TestOperatorsThatNeedParentheses(t *testing.T) {
	checkMessages(t, "const a =\n", ";", [][2]string{
		{"x & y | z", "2:7 `&` and `|` cannot be mixed without parentheses"},
		{"x ^ y & z", "2:7 `^` and `&` cannot be mixed without parentheses"},
		{"x | y && z", "2:7 `|` and `&&` cannot be mixed without parentheses"},
		{"x & y && z", "2:7 `&` and `&&` cannot be mixed without parentheses"},
		{"x + y & z", "2:7 `+` and `&` cannot be mixed without parentheses"},
		{"x & y + z", "2:7 `&` and `+` cannot be mixed without parentheses"},
		{"x & y == z", "2:7 `&` and `==` cannot be mixed without parentheses"},
		{"x == y & z", "2:8 `==` and `&` cannot be mixed without parentheses"},
		{"x && y || z", "2:8 `&&` and `||` cannot be mixed without parentheses"},
		{"x || y && z", "2:8 `||` and `&&` cannot be mixed without parentheses"},
		{"x < y < z", "2:7 `<` cannot be repeated without parentheses"},
		{"x < y == z", "2:7 `<` and `==` cannot be mixed without parentheses"},
		{"x << y << z", "2:8 `<<` cannot be repeated without parentheses"},
		{"x + y << z", "2:7 `+` and `<<` cannot be mixed without parentheses"},
		{"x << y + z", "2:8 `<<` and `+` cannot be mixed without parentheses"},
		{"x << y * z", "2:8 `<<` and `*` cannot be mixed without parentheses"},
		{"x * y >> z", "2:7 `*` and `>>` cannot be mixed without parentheses"},
		{"x << y & z", "2:8 `<<` and `&` cannot be mixed without parentheses"},
		{"x + y << (z >= w)", "2:7 `+` and `<<` cannot be mixed without parentheses"},
		{"x < (y > z)", ""},
		{"x && (y || z)", ""},
		{"(x + y) << (z >= w)", ""},
		{"x & (y ^ (z | w))", ""},
	})
}

func TestWrongText(t *testing.T) {
	checkMessages(t, "", "", [][2]string{
		{"\ufeffconst a = 1;", "1:1 the text begins with a byte order mark"},
		{"const a\xff = 1;", "1:8 the text is not valid UTF-8"},
		{"// \xc3\x28\n// \xed\xa0\x80", "1:4 the text is not valid UTF-8\n2:4 the text is not valid UTF-8\n2:5 the text is not valid UTF-8\n2:6 the text is not valid UTF-8"},
		{"/* \x00 */", "1:4 the text holds the null code point U+0000"},
		{"/* /* */", "1:1 this comment has no end"},
		{"const a = 1; /*/", "1:14 this comment has no end"},
		{"/**/const/***/a/*/**/*/=//\r1/* * / */;//", ""},
		{"const\u200ea\u2028=\u00851\u200f;\v\f\r\n\t", ""},
		{"\u2028\r\n\u0085 $", "4:2 expected a declaration, found the character `$`"},
	})
	if _, d := Parse(NewSource("large", strings.Repeat(" ", MaxSourceBytes+1))); len(d) != 1 || d[0].Rule != "limits" {
		t.Errorf("a text over the limit gives %v", d)
	}
	if _, d := Parse(NewSource("large", strings.Repeat(" ", MaxSourceBytes))); len(d) != 0 {
		t.Errorf("a text at the limit gives %v", d)
	}
}

// TestEveryReservedWord refuses each by name wherever a name may stand.
func TestEveryReservedWord(t *testing.T) {
	if len(reserved) != 146 {
		t.Errorf("%d reserved words, the specification has 146", len(reserved))
	}
	for w := range reserved {
		want := "1:5 `" + w + "` is a reserved word and cannot be the name of a variable"
		if got := messages("var " + w + ": i32;"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestHelp looks at what people are told to do.
func TestHelp(t *testing.T) {
	for _, c := range [][2]string{
		{"fn f() { float x = 1.0; }", "write var x: f32 = …; or, if it never changes, let"},
		{"fn f() { for (int i = 0; i < 3; i++) { } }", "write var i: i32 = …; or, if it never changes, let"},
		{"fn f() { vec3 x; }", "write var x: vec3f;"},
		{"fn f() { let x = a ? b : c; }", "write select(valueIfFalse, valueIfTrue, condition), or an if statement"},
		{"fn f() { if (a = b) { } }", "`=` assigns and is a statement; to compare, write `==`"},
		{"fn f() { let x = i++; }", "write i++; as a statement of its own, or i + 1"},
		{"fn f() { x == 1; }", "to assign, write `=`"},
		{"fn f() { goto x; }", "there is no goto: use loop, break and continue"},
		{"void main() { }", "a function is written fn name() { }"},
		{"float f(float x) { }", "a function is written fn f(x: f32) -> f32 { }"},
		{"[numthreads(8, 8, 1)] fn f() { }", "attributes are written with @, such as @workgroup_size(8, 8, 1)"},
		{"#define X 1", "for #define write const; #include and #ifdef must be done before the text is compiled"},
		{"fn f() { if x < y, z > w { } }", "if a comparison was meant, put it in parentheses: (a < b), (c > d)"},
		{"groupshared float x;", "write var<workgroup> name: Type;"},
	} {
		_, d := Parse(NewSource("test", c[0]))
		if len(d) == 0 || d[0].Help != c[1] {
			t.Errorf("%s: %+v; want the help %q", c[0], d, c[1])
		}
	}
}
