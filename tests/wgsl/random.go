package wgsl

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Random writes a valid compute program from a seed: integers, floats and vectors
// of them, arrays indexed anywhere, branches, bounded loops, a function with a
// pointer, workgroup memory and barriers. Its floats use only operations whose
// result the specification fixes to one rounding, which every executor here does
// alike. Each program is checked, so a refusal is a fault of this generator or of
// the checker.
func Random(seed uint64) *Case {
	g := &generator{rng: rand.New(rand.NewPCG(seed, 17))}
	text := g.program()
	return &Case{
		File: "random.wgsl", Name: fmt.Sprintf("seed-%d", seed), Text: text,
		Workgroups: [3]uint32{2, 1, 1}, Elements: 64, Overrides: map[string]float64{},
	}
}

type generator struct {
	rng   *rand.Rand
	b     strings.Builder
	depth int
	loops int
}

// variables are the names of each type; every program declares them all.
var variables = map[string][]string{
	"u32": {"ua", "ub", "uc"}, "i32": {"ia", "ib"}, "f32": {"fa", "fb"}, "bool": {"pa", "pb"},
	"vec3u": {"va", "vb"}, "vec4i": {"wa"}, "vec2f": {"xa", "xb"},
}

var typeNames = []string{"u32", "i32", "f32", "bool", "vec3u", "vec4i", "vec2f"}

func (g *generator) pick(list ...string) string { return list[g.rng.IntN(len(list))] }

func (g *generator) line(format string, args ...any) {
	g.b.WriteString(strings.Repeat("    ", g.depth+1))
	fmt.Fprintf(&g.b, format, args...)
	g.b.WriteByte('\n')
}

func (g *generator) program() string {
	size := g.pick("7", "8", "16", "32")
	g.b.WriteString(`@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
const table = array<u32, 6>(3, 1, 4, 1, 5, 9);
var<private> kept: u32;
var<workgroup> shared_words: array<u32, 16>;
fn mix(p: ptr<function, u32>, k: u32) -> u32 {
    if ((k & 3u) == 1u) { return *p; }
    *p = *p * 31u + k;
    kept ^= *p;
    return kept;
}
fn weigh(v: vec3u, s: i32) -> i32 {
    var sum = s;
    for (var k = 0; k < 3; k++) {
        if (v[k] % 5u == 0u) { continue; }
        sum += i32(v[k] >> 3u);
        if (sum < -1000) { break; }
    }
    return sum;
}
@compute @workgroup_size(` + size + `)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
    var ua = a[id.x]; var ub = id.x; var uc = lane * 7u;
    var ia = bitcast<i32>(a[id.x + 1u]); var ib = -3i;
    var fa = f32(a[id.x + 2u] & 1023u) * 0.25; var fb = 1.5;
    var pa = (ua & 1u) == 0u; var pb = false;
    var va = vec3u(ua, ub, uc); var vb = vec3u(5u);
    var wa = vec4i(ia, ib, 1, -1);
    var xa = vec2f(fa, fb); var xb = vec2f(0.5, -2.0);
    var cells: array<u32, 5>; var rows: array<vec2f, 3>;
`)
	for range 3 + g.rng.IntN(10) {
		g.statement(true)
	}
	g.b.WriteString(`    let bits = bitcast<u32>(fa) ^ bitcast<u32>(fb) ^ bitcast<u32>(xa.x) ^ bitcast<u32>(xa.y) ^ bitcast<u32>(xb.x) ^ bitcast<u32>(rows[1].y);
    let whole = ua ^ (ub << 1u) ^ (uc << 2u) ^ va.x ^ va.y ^ va.z ^ vb.y ^ bitcast<u32>(ia ^ ib ^ wa.x ^ wa.y ^ wa.z ^ wa.w);
    let words = cells[0] ^ cells[1] ^ cells[2] ^ cells[3] ^ cells[4] ^ kept ^ shared_words[lane % 16u] ^ select(0u, 1u, pa) ^ select(0u, 2u, pb);
    let finite = abs(fa) < 1e30 && abs(fb) < 1e30 && all(abs(xa) < vec2f(1e30)) && all(abs(xb) < vec2f(1e30)) && abs(rows[1].y) < 1e30;
    out[id.x] = whole ^ words ^ select(0u, bits, finite);
}
`)
	return g.b.String()
}

// statement writes one; barriers only at the top, where control flow is uniform.
func (g *generator) statement(top bool) {
	kind := g.rng.IntN(13)
	if g.depth > 3 && kind > 6 {
		kind = g.rng.IntN(6)
	}
	switch kind {
	case 0, 1, 2:
		t := typeNames[g.rng.IntN(len(typeNames))]
		g.line("%s = %s;", g.pick(variables[t]...), g.expr(t, 3))
	case 3:
		g.line("cells[%s] = %s;", g.index(1), g.expr("u32", 2))
	case 4:
		g.line("%s %s %s;", g.pick(variables["u32"]...), g.pick("+=", "*=", "^=", "/=", "%=", "-=", "|="), g.expr("u32", 2))
	case 5:
		g.line("rows[%s] = %s;", g.index(1), g.expr("vec2f", 2))
	case 6:
		g.line("%s = mix(&%s, %s);", g.pick("ua", "ub"), g.pick("uc", "cells[2]"), g.expr("u32", 1))
	case 7, 8:
		g.line("if (%s) {", g.expr("bool", 2))
		g.block(1 + g.rng.IntN(3))
		if g.rng.IntN(2) == 0 {
			g.line("} else {")
			g.block(1 + g.rng.IntN(2))
		}
		g.line("}")
	case 9, 10:
		g.loop()
	case 11:
		g.line("switch (%s %% 4u) {", g.expr("u32", 1))
		g.line("case 0u, 2u: {")
		g.block(1)
		g.line("}")
		g.line("default: {")
		g.block(2)
		g.line("}")
		g.line("}")
	default:
		if top && g.loops == 0 {
			g.line("workgroupBarrier();")
			g.line("if (lane < 16u) { shared_words[lane] = %s; }", g.expr("u32", 2))
			g.line("workgroupBarrier();")
			g.line("%s ^= shared_words[(lane + %du) %% 16u];", g.pick(variables["u32"]...), g.rng.IntN(16))
			return
		}
		g.line("%s[%s] = %s;", g.pick("va", "vb"), g.index(1), g.expr("u32", 2))
	}
}

func (g *generator) block(n int) {
	g.depth++
	for range n {
		g.statement(false)
	}
	g.depth--
}

// loop writes a loop of a few rounds, with ways out of it.
func (g *generator) loop() {
	g.loops++
	k := fmt.Sprintf("k%d", g.loops)
	g.line("for (var %s = 0u; %s < %du; %s++) {", k, k, 1+g.rng.IntN(5), k)
	g.block(1 + g.rng.IntN(2))
	if g.rng.IntN(2) == 0 {
		g.line("    if (%s) { %s; }", g.expr("bool", 2), g.pick("break", "continue"))
	}
	g.block(1)
	g.line("}")
	g.loops--
}

// index writes an index, often out of bounds but never a constant, which would be
// an error then.
func (g *generator) index(depth int) string {
	return fmt.Sprintf("(%s ^ %s) %s", g.pick(variables["u32"]...), g.expr("u32", max(depth, 0)), g.pick("% 5u", "& 7u", "- 1u", "/ 9u"))
}

// expr writes an expression of a type, at most so deep.
func (g *generator) expr(t string, depth int) string {
	if depth == 0 || g.rng.IntN(5) == 0 {
		return g.leaf(t)
	}
	x := func(t string) string { return g.expr(t, depth-1) }
	switch t {
	case "u32":
		return g.pick(
			fmt.Sprintf("(%s %s %s)", x("u32"), g.pick("+", "-", "*", "/", "%", "&", "|", "^"), x("u32")),
			fmt.Sprintf("((%s) %s ((%s) & 31u))", x("u32"), g.pick("<<", ">>"), x("u32")),
			fmt.Sprintf("%s(%s)", g.pick("countOneBits", "reverseBits", "firstLeadingBit", "countTrailingZeros", "~"), x("u32")),
			fmt.Sprintf("%s(%s, %s)", g.pick("min", "max"), x("u32"), x("u32")),
			fmt.Sprintf("select(%s, %s, %s)", x("u32"), x("u32"), x("bool")),
			fmt.Sprintf("cells[%s]", g.index(depth-1)), fmt.Sprintf("table[%s]", g.index(depth-1)),
			fmt.Sprintf("(%s)[%s]", x("vec3u"), g.index(depth-1)), fmt.Sprintf("bitcast<u32>(%s)", x("i32")),
			fmt.Sprintf("u32(%s)", x("f32")), fmt.Sprintf("extractBits(%s, %s ^ uc, %s ^ ub)", x("u32"), x("u32"), x("u32")),
			fmt.Sprintf("dot(%s, %s)", x("vec3u"), x("vec3u")))
	case "i32":
		return g.pick(
			fmt.Sprintf("(%s %s %s)", x("i32"), g.pick("+", "-", "*", "/", "%", "&", "|", "^"), x("i32")),
			fmt.Sprintf("(-%s)", x("i32")), fmt.Sprintf("abs(%s)", x("i32")), fmt.Sprintf("((%s) >> ((%s) & 31u))", x("i32"), x("u32")),
			fmt.Sprintf("clamp(%s, -50, 70)", x("i32")), fmt.Sprintf("i32(%s)", x("f32")), fmt.Sprintf("bitcast<i32>(%s)", x("u32")),
			fmt.Sprintf("weigh(%s, %s)", x("vec3u"), x("i32")), fmt.Sprintf("(%s).%s", x("vec4i"), g.pick("x", "y", "z", "w")))
	case "f32":
		return g.pick(
			fmt.Sprintf("(%s %s %s)", x("f32"), g.pick("+", "-", "*"), x("f32")), fmt.Sprintf("%s(%s)", g.pick("floor", "ceil", "trunc", "abs", "round", "sign"), x("f32")),
			fmt.Sprintf("f32(%s)", x("i32")), fmt.Sprintf("f32(%s)", x("u32")), fmt.Sprintf("(%s).%s", x("vec2f"), g.pick("x", "y")),
			fmt.Sprintf("select(%s, %s, %s)", x("f32"), x("f32"), x("bool")), fmt.Sprintf("rows[%s].x", g.index(depth-1)))
	case "bool":
		return g.pick(
			fmt.Sprintf("(%s %s %s)", x("u32"), g.pick("<", "<=", ">", ">=", "==", "!="), x("u32")),
			fmt.Sprintf("(%s %s %s)", x("i32"), g.pick("<", "<=", ">", ">=", "==", "!="), x("i32")),
			fmt.Sprintf("(%s %s %s)", x("f32"), g.pick("<", "<=", ">", ">="), x("f32")),
			fmt.Sprintf("(%s %s %s)", x("bool"), g.pick("&&", "||", "&", "|", "==", "!="), x("bool")),
			fmt.Sprintf("!%s", x("bool")), fmt.Sprintf("%s(%s < %s)", g.pick("all", "any"), x("vec3u"), x("vec3u")))
	case "vec3u":
		return g.pick(
			fmt.Sprintf("(%s %s %s)", x("vec3u"), g.pick("+", "-", "*", "/", "%", "^"), x("vec3u")), fmt.Sprintf("(%s * %s)", x("vec3u"), x("u32")),
			fmt.Sprintf("vec3u(%s, %s, %s)", x("u32"), x("u32"), x("u32")), fmt.Sprintf("(%s).%s", x("vec3u"), g.pick("zyx", "xxy", "yzz")),
			fmt.Sprintf("select(%s, %s, %s < %s)", x("vec3u"), x("vec3u"), x("vec3u"), x("vec3u")))
	case "vec4i":
		return g.pick(fmt.Sprintf("(%s %s %s)", x("vec4i"), g.pick("+", "-", "*", "/", "%", "&"), x("vec4i")),
			fmt.Sprintf("vec4i(%s, %s, %s.yx)", x("i32"), x("i32"), x("vec4i")), fmt.Sprintf("max(%s, %s)", x("vec4i"), x("vec4i")))
	}
	return g.pick(fmt.Sprintf("(%s %s %s)", x("vec2f"), g.pick("+", "-", "*"), x("vec2f")), fmt.Sprintf("(%s * %s)", x("f32"), x("vec2f")),
		fmt.Sprintf("vec2f(%s, %s)", x("f32"), x("f32")), fmt.Sprintf("min(%s, %s)", x("vec2f"), x("vec2f")))
}

func (g *generator) leaf(t string) string {
	if g.rng.IntN(3) > 0 {
		return g.pick(variables[t]...)
	}
	switch t {
	case "u32":
		return fmt.Sprintf("%du", g.rng.Uint32()>>g.rng.IntN(32))
	case "i32":
		return fmt.Sprintf("i32(%d)", int32(g.rng.Uint32())>>g.rng.IntN(32)|1)
	case "f32":
		return fmt.Sprintf("f32(%g)", float64(g.rng.IntN(200)-100)/8)
	case "bool":
		return g.pick("true", "false")
	}
	return g.pick(variables[t]...)
}
