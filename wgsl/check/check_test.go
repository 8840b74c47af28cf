package check

import (
	"strings"
	"testing"

	"pxos/wgsl/ir"
)

// valid checks a text that must be accepted.
func valid(t *testing.T, text string) *ir.Module {
	t.Helper()
	m, src, diags := Source("test.wgsl", text, Options{})
	if diags.Failed() || m == nil {
		t.Fatalf("refused:\n%s", diags.Render(src))
	}
	return m
}

const reduce = `
struct Params { n: u32, scale: f32, }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> input: array<f32>;
@group(0) @binding(2) var<storage, read_write> output: array<f32>;
var<workgroup> partial: array<f32, 64>;
override blocks = 4u;
const pi = 3.14159;

fn load(i: u32) -> f32 {
  if i >= params.n { return 0; }
  return input[i] * params.scale;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  for (var k = 0u; k < blocks; k++) {
    sum += load(id.x * blocks + k);
  }
  partial[lane] = sum;
  workgroupBarrier();
  var step = 32u;
  while step > 0 {
    if lane < step { partial[lane] += partial[lane + step]; }
    workgroupBarrier();
    step >>= 1;
  }
  if lane == 0 { output[id.x / 64] = partial[0] * f32(pi); }
}
`

func TestReduce(t *testing.T) {
	m := valid(t, reduce)
	if len(m.Functions) != 2 || m.Functions[0].Name != "load" || m.Functions[1].Stage != ir.Compute {
		t.Fatalf("functions are not in the order of their calls: %v", m.Functions)
	}
	if got := m.EntryPoints()[0].Locals[0].Type.String(); got != "vec3<u32>" {
		t.Errorf("first parameter has the type %s", got)
	}
}

// programs that must be accepted, one for each part of the language.
var accepted = []struct{ name, text string }{
	{"abstract arithmetic", "const a = 1 + 2.5; const b: f32 = a; const c = vec3(1, 2, 3); const d: vec3u = c; const_assert a == 3.5;"},
	{"order of declarations", "const a = b + 1; const b = 2; const_assert a == 3; alias T = S; struct S { x: U } alias U = i32;"},
	{"shadowed built-in", "fn min() -> u32 { return 0; } const rgba8unorm = 12; fn f() -> u32 { return min(); }"},
	{"pointers", `struct S { a: array<i32, 4>, v: vec3f }
		fn put(p: ptr<function, i32>, v: i32) { *p = v; }
		fn f() -> i32 { var s: S; let p = &s; p.a[1] = 3; (*p).v.y = 2; put(&s.a[2], 5); let q = &p.a; return q[2]; }`},
	{"short circuit", "const x = false && (10i < i32(5 * 1000 * 1000 * 1000)); const y = true || 1/0 == 1; const_assert !x && y;"},
	{"switch", "fn f(x: u32) -> i32 { switch x { case 0, 1: { return 1; } case 2u, default { return 2; } } }"},
	{"loop with continuing", "fn f() -> i32 { var i = 0; loop { if i == 3 { continue; } i += 2; continuing { i++; break if i > 9; } } return i; }"},
	{"atomics", `@group(0) @binding(0) var<storage, read_write> c: array<atomic<u32>>; var<workgroup> w: atomic<i32>;
		@compute @workgroup_size(1) fn main() { atomicAdd(&c[0], 1); let r = atomicCompareExchangeWeak(&w, 0, 1); if r.exchanged { atomicStore(&w, r.old_value); } }`},
	{"f16", "enable f16; fn f(x: f16) -> vec2h { return vec2h(x, 1.5h) * 2; }"},
	{"matrices", "fn f(m: mat3x2f, v: vec3f) -> vec2f { return m * v + (transpose(m) * vec2f(1)).xy; }"},
	{"override sized", "override n = 16; var<workgroup> a: array<f32, n>; var<workgroup> b: array<f32, n * 2>; @compute @workgroup_size(n) fn main() { a[0] = b[1]; }"},
	{"swizzles", "fn f(v: vec4f) -> vec3f { var w = v; w.x = 1; w[2] = 3; return w.bgr + v.xxx; }"},
	{"structures as values", "struct S { a: i32, b: vec2f } const s = S(1, vec2f(2, 3)); const_assert s.b.y == 3; fn f() -> S { return S(); }"},
	{"frexp", "const a = frexp(1.5); const_assert a.fract == 0.75 && a.exp == 1; fn f(x: f32) -> i32 { return frexp(x).exp; }"},
	{"phony and must_use", "@must_use fn g() -> i32 { return 1; } fn f() { _ = g(); _ = 1 + 2; }"},
	{"arrays", "const a = array(1, 2.5, 3); const_assert a[1] == 2.5; fn f(i: u32) -> f32 { let b = array<f32, 3>(1, 2, 3); return b[i] + a[i]; }"},
	{"vertex and fragment", `struct O { @builtin(position) p: vec4f, @location(0) @interpolate(flat) k: u32 }
		@vertex fn v(@builtin(vertex_index) i: u32) -> O { return O(vec4f(), i); }
		@group(0) @binding(0) var t: texture_2d<f32>; @group(0) @binding(1) var s: sampler;
		@fragment fn f(o: O) -> @location(0) vec4f { return textureSample(t, s, o.p.xy); }`},
	{"storage textures", `@group(0) @binding(0) var t: texture_storage_2d<rgba8unorm, write>;
		@compute @workgroup_size(8, 8) fn main(@builtin(global_invocation_id) id: vec3u) { textureStore(t, id.xy, vec4f(1)); }`},
	{"sizes and alignments", "struct S { @size(16) a: u32, @align(32) b: f32, c: array<vec3f> } @group(0) @binding(0) var<storage> s: S; fn f() -> u32 { return arrayLength(&s.c); }"},
	{"subgroups", "enable subgroups; @compute @workgroup_size(64) fn main(@builtin(subgroup_size) n: u32) { _ = subgroupAdd(n) + subgroupBroadcast(n, 0); }"},
	{"unreachable code", "fn f() -> i32 { return 1; let x = 2; }"},
	{"infinite loop with return", "fn f() -> i32 { loop { return 1; } }"},
	{"compound assignment of a vector", "fn f() { var v = vec3f(1); v *= 2; v += vec3f(1); var m = mat2x2f(); m *= m; v.x /= 2; }"},
	{"let of a texture", "@group(0) @binding(0) var t: texture_2d<f32>; fn f() -> vec2u { let u = t; return textureDimensions(u); }"},
	{"diagnostics", "diagnostic(off, derivative_uniformity); @diagnostic(warning, subgroup_uniformity) fn f() { if true @diagnostic(info, derivative_uniformity) { } }"},
}

func TestAccepted(t *testing.T) {
	for _, c := range accepted {
		t.Run(c.name, func(t *testing.T) { valid(t, c.text) })
	}
}

// programs that must be refused: where, and words of the message.
var refused = []struct{ name, text, at, words string }{
	{"unknown name", "fn f() -> i32 { return lenght; }", "1:24", "not declared"},
	{"twice", "const a = 1;\nconst a = 2;", "2:7", "declared twice"},
	{"cycle", "const a = b; const b = a;", "1:20", "depends on itself"},
	{"recursion", "fn f() { g(); } fn g() { f(); }", "1:20", "depends on itself"},
	{"mixed types", "fn f(a: i32, b: u32) -> i32 { return a + b; }", "1:40", "cannot be applied to i32 and u32"},
	{"overflow", "const a: i32 = 2147483648;", "1:16", "does not fit i32"},
	{"division by zero", "const a = 1 / 0;", "1:11", "division by zero"},
	{"division of a variable by zero", "fn f(a: i32) -> i32 { return a / 0; }", "1:34", "division by zero"},
	{"remainder in the message", "const a = 4u % 0u;", "1:11", "4u % 0u: division by zero"},
	{"partial remainder in the message", "fn f(a: u32) -> u32 { return a % 0u; }", "1:34", "% 0u: division by zero"},
	{"shift", "fn f(a: u32) -> u32 { return a << 32; }", "1:35", "not below the bit width"},
	{"index", "fn f(a: array<i32, 4>) -> i32 { return a[4]; }", "1:42", "out of bounds"},
	{"missing return", "fn f(a: bool) -> i32 {\n if a { return 1; }\n}", "3:1", "without returning"},
	{"endless loop", "fn f() { loop { } }", "1:10", "no exit"},
	{"assign to let", "fn f() { let a = 1; a = 2; }", "1:21", "must be a reference"},
	{"assign to uniform", "@group(0) @binding(0) var<uniform> u: f32; fn f() { u = 1; }", "1:53", "cannot be written"},
	{"atomic load", "var<workgroup> w: atomic<u32>; fn f() -> u32 { return w; }", "1:55", "cannot be loaded"},
	{"no binding", "var<uniform> u: f32;", "1:14", "needs both"},
	{"bool in a buffer", "@group(0) @binding(0) var<storage> u: bool;", "1:39", "host-shareable"},
	{"huge array", "const a = array<i32, 1000000000>();", "1:11", "larger than 2 GiB"},
	{"no overload", "fn f() -> f32 { return sin(1u); }", "1:24", "cannot be called with (u32)"},
	{"arguments", "fn g(a: i32) {} fn f() { g(); }", "1:26", "takes 1 arguments"},
	{"aliasing", "fn g(a: ptr<function, i32>, b: ptr<function, i32>) { *a = *b; } fn f() { var x = 1; g(&x, &x); }", "1:91", "same variable"},
	{"must use", "@must_use fn g() -> i32 { return 1; } fn f() { g(); }", "1:48", "must be used"},
	{"built-in must use", "fn f() { sin(1.0); }", "1:10", "must be used"},
	{"case twice", "fn f() { switch 1 { case 1: {} case 1: {} default: {} } }", "1:37", "stands twice"},
	{"no default", "fn f() { switch 1 { case 1: {} } }", "1:17", "no default"},
	{"const assertion", "const_assert 1 + 1 == 3;", "1:1", "does not hold"},
	{"barrier in a fragment shader", "@fragment fn f() { workgroupBarrier(); }", "1:20", "may not be used in a fragment shader"},
	{"no workgroup size", "@compute fn main() {}", "1:13", "needs @workgroup_size"},
	{"f16 not enabled", "const a = 1.0h;", "1:11", "needs the extension f16"},
	{"unknown extension", "enable foo;", "1:8", "not supported"},
	{"buffer_view", "requires buffer_view;", "1:10", "not supported"},
	{"continue past a declaration", "fn f() { loop { if true { continue; } let s = 1; continuing { _ = s; break if true; } } }", "1:67", "passed over"},
	{"call of an entry point", "@compute @workgroup_size(1) fn main() {} fn f() { main(); }", "1:51", "cannot be called"},
	{"address of a component", "fn f() { var v: vec2f; let p = &v.x; }", "1:32", "component of a vector"},
	{"clamp", "fn f(x: f32) -> f32 { return clamp(x, 2, 1); }", "1:36", "greater than the high bound"},
	{"log", "const a = log(-1.0);", "1:11", "outside the domain"},
	{"runtime array size", "fn f(n: i32) { var a: array<i32, n>; }", "1:34", "known when the pipeline"},
	{"override function array", "override n = 4; fn f() { var a: array<i32, n>; }", "1:33", "not constructible"},
}

func TestRefused(t *testing.T) {
	for _, c := range refused {
		t.Run(c.name, func(t *testing.T) {
			m, src, diags := Source("test.wgsl", c.text, Options{})
			if m != nil || !diags.Failed() {
				t.Fatal("accepted")
			}
			got := diags.Render(src)
			if !strings.HasPrefix(got, "test.wgsl:"+c.at+": ") || !strings.Contains(strings.SplitN(got, "\n", 2)[0], c.words) {
				t.Errorf("want %s … %s, got\n%s", c.at, c.words, got)
			}
			if len(diags) != 1 {
				t.Errorf("%d messages for one mistake:\n%s", len(diags), got)
			}
		})
	}
}
