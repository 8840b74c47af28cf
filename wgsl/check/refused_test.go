package check

import (
	"strings"
	"testing"
)

// mistakes lists programs that must be refused, each beside the same program
// repaired, which must be accepted, so that none is refused for a wrong reason.
var mistakes = []struct{ name, bad, good, words string }{
	// Attributes.
	{"unknown attribute", "@foo fn f() {}", "fn f() {}", "is not known"},
	{"attribute twice", "@must_use @must_use fn f() -> i32 { return 1; }", "@must_use fn f() -> i32 { return 1; }", "stands twice"},
	{"attribute in the wrong place", "@group(0) fn f() {}", "fn f() {}", "may not stand on a function"},
	{"const on a function", "@const fn f() {}", "fn f() {}", "may not stand"},
	{"must_use without result", "@must_use fn f() {}", "@must_use fn f() -> i32 { return 1; }", "without a return type"},
	{"align not a power of two", "struct S { @align(12) a: u32 }", "struct S { @align(16) a: u32 }", "power of two"},
	{"align below the type's", "struct S { @align(8) a: vec4f }", "struct S { @align(16) a: vec4f }", "multiple of 16"},
	{"size too small", "struct S { @size(8) a: vec4f }", "struct S { @size(16) a: vec4f }", "at least 16"},
	{"size of a runtime array", "struct S { @size(64) a: array<u32> }", "struct S { a: array<u32> }", "not fixed"},
	{"group negative", "@group(-1) @binding(0) var<uniform> a: u32;", "@group(1) @binding(0) var<uniform> a: u32;", "must not be negative"},
	{"group not constant", "override n = 1; @group(n) @binding(0) var<uniform> a: u32;", "const n = 1; @group(n) @binding(0) var<uniform> a: u32;", "const-expression"},
	{"group on private", "@group(0) @binding(0) var<private> a: u32;", "@group(0) @binding(0) var<uniform> a: u32;", "resources only"},
	{"id twice", "@id(1) override a = 1; @id(1) override b = 2;", "@id(1) override a = 1; @id(2) override b = 2;", "used twice"},
	{"id too large", "@id(65536) override a = 1;", "@id(65535) override a = 1;", "out of range"},
	{"workgroup size zero", "@compute @workgroup_size(0) fn f() {}", "@compute @workgroup_size(1) fn f() {}", "must be positive"},
	{"workgroup size of two types", "@compute @workgroup_size(1i, 2u) fn f() {}", "@compute @workgroup_size(1u, 2u) fn f() {}", "the same type"},
	{"workgroup size float", "@compute @workgroup_size(1.5) fn f() {}", "@compute @workgroup_size(1) fn f() {}", "i32 or u32"},
	{"workgroup size on a function", "@workgroup_size(1) fn f() {}", "@compute @workgroup_size(1) fn f() {}", "compute entry points only"},
	{"two stages", "@compute @vertex @workgroup_size(1) fn f() {}", "@compute @workgroup_size(1) fn f() {}", "one shader stage"},
	{"blend_src not enabled", "struct S { @location(0) @blend_src(0) a: vec4f, @location(0) @blend_src(1) b: vec4f }",
		"enable dual_source_blending; struct S { @location(0) @blend_src(0) a: vec4f, @location(0) @blend_src(1) b: vec4f }", "needs the extension"},
	{"interpolation of an integer", "@fragment fn f(@location(0) a: u32) {}", "@fragment fn f(@location(0) @interpolate(flat) a: u32) {}", "interpolate(flat)"},
	{"interpolation sampling", "@fragment fn f(@location(0) @interpolate(flat, center) a: f32) {}", "@fragment fn f(@location(0) @interpolate(linear, center) a: f32) {}", "does not go with the interpolation type flat"},
	{"invariant alone", "@fragment fn f(@location(0) @invariant a: f32) {}", "@fragment fn f(@builtin(position) @invariant a: vec4f) {}", "position only"},
	// Entry points.
	{"builtin of the wrong type", "@compute @workgroup_size(1) fn f(@builtin(local_invocation_id) a: vec3i) {}", "@compute @workgroup_size(1) fn f(@builtin(local_invocation_id) a: vec3u) {}", "is of type vec3<u32>"},
	{"builtin of another stage", "@compute @workgroup_size(1) fn f(@builtin(vertex_index) a: u32) {}", "@compute @workgroup_size(1) fn f(@builtin(local_invocation_index) a: u32) {}", "no input of a compute shader"},
	{"builtin twice", "@compute @workgroup_size(1) fn f(@builtin(workgroup_id) a: vec3u, @builtin(workgroup_id) b: vec3u) {}", "@compute @workgroup_size(1) fn f(@builtin(workgroup_id) a: vec3u, @builtin(num_workgroups) b: vec3u) {}", "twice"},
	{"input without attribute", "@compute @workgroup_size(1) fn f(a: u32) {}", "@compute @workgroup_size(1) fn f(@builtin(local_invocation_index) a: u32) {}", "needs @builtin or @location"},
	{"location in compute", "@compute @workgroup_size(1) fn f(@location(0) a: u32) {}", "@compute @workgroup_size(1) fn f() {}", "no user-defined inputs"},
	{"result of compute", "@compute @workgroup_size(1) fn f() -> @location(0) f32 { return 1; }", "@compute @workgroup_size(1) fn f() {}", "no user-defined outputs"},
	{"no position", "@vertex fn f() -> @location(0) f32 { return 1; }", "@vertex fn f() -> @builtin(position) vec4f { return vec4f(); }", "does not return the built-in value position"},
	{"location twice", "@fragment fn f(@location(0) a: f32, @location(0) b: f32) {}", "@fragment fn f(@location(0) a: f32, @location(1) b: f32) {}", "used by two inputs"},
	{"location of a bool", "@fragment fn f(@location(0) a: bool) {}", "@fragment fn f(@location(0) a: f32) {}", "numeric scalar or vector"},
	{"nested structure", "struct A { @location(0) a: f32 } struct B { a: A } @fragment fn f(b: B) {}", "struct A { @location(0) a: f32 } @fragment fn f(b: A) {}", "needs @builtin or @location"},
	{"binding twice", "@group(0) @binding(0) var<uniform> a: u32; @group(0) @binding(0) var<uniform> b: u32; @compute @workgroup_size(1) fn f() { _ = a + b; }",
		"@group(0) @binding(0) var<uniform> a: u32; @group(0) @binding(0) var<uniform> b: u32; @compute @workgroup_size(1) fn f() { _ = a; }", "have the same @group(0)"},
	{"workgroup memory in fragment", "var<workgroup> w: u32; @fragment fn f() { _ = w; }", "var<private> w: u32; @fragment fn f() { _ = w; }", "may not be used in a fragment shader"},
	{"workgroup memory through a call", "var<workgroup> w: u32; fn g() { w = 1; } @fragment fn f() { g(); }", "var<private> w: u32; fn g() { w = 1; } @fragment fn f() { g(); }", "may not be used in a fragment shader"},
	{"discard in compute", "@compute @workgroup_size(1) fn f() { discard; }", "@fragment fn f() { discard; }", "discard"},
	{"writable buffer in vertex", "@group(0) @binding(0) var<storage, read_write> b: u32; @vertex fn f() -> @builtin(position) vec4f { b = 1; return vec4f(); }",
		"@group(0) @binding(0) var<storage, read_write> b: u32; @fragment fn f() { b = 1; }", "may not be used in a vertex shader"},
	{"subgroup value not enabled", "@compute @workgroup_size(1) fn f(@builtin(subgroup_size) n: u32) {}", "enable subgroups; @compute @workgroup_size(1) fn f(@builtin(subgroup_size) n: u32) {}", "needs the extension subgroups"},
	// Types.
	{"array of a pointer", "alias A = array<ptr<function, i32>, 2>;", "alias A = array<i32, 2>;", "cannot be the element type"},
	{"runtime array inside an array", "alias A = array<array<i32>, 2>;", "alias A = array<array<i32, 3>, 2>;", "cannot be the element type"},
	{"runtime array not last", "struct S { a: array<i32>, b: i32 }", "struct S { b: i32, a: array<i32> }", "last member"},
	{"override array inside", "override n = 2; alias A = array<array<i32, n>, 2>;", "const n = 2; alias A = array<array<i32, n>, 2>;", "cannot be the element type"},
	{"empty array", "alias A = array<i32, 0>;", "alias A = array<i32, 1>;", "greater than 0"},
	{"atomic of float", "var<workgroup> a: atomic<f32>;", "var<workgroup> a: atomic<u32>;", "i32 or u32"},
	{"matrix of integers", "alias M = mat2x2<i32>;", "alias M = mat2x2<f32>;", "f32 or f16"},
	{"vector of vectors", "alias V = vec2<vec2f>;", "alias V = vec2<f32>;", "must be bool"},
	{"generator without arguments", "alias V = vec2;", "alias V = vec2<u32>;", "needs template arguments"},
	{"arguments for a plain type", "alias V = f32<i32>;", "alias V = f32;", "takes no template arguments"},
	{"texture format", "@group(0) @binding(0) var t: texture_storage_2d<rgba9, write>;", "@group(0) @binding(0) var t: texture_storage_2d<rgba8unorm, write>;", "texel format"},
	{"nesting of structures", deepStructs(16), deepStructs(14), "nests deeper than 15"},
	{"member twice", "struct S { a: i32, a: i32 }", "struct S { a: i32, b: i32 }", "two members"},
	{"struct that contains itself", "struct S { a: S }", "struct T { b: i32 } struct S { a: T }", "depends on itself"},
	{"shadowed enumerant", "const read = 1; @group(0) @binding(0) var<storage, read> a: u32;", "@group(0) @binding(0) var<storage, read> a: u32;", "access mode is expected"},
	{"buffer", "@group(0) @binding(0) var<storage> b: buffer;", "@group(0) @binding(0) var<storage> b: u32;", "buffer_view"},
	// Variables.
	{"no address space", "var a: i32;", "var<private> a: i32;", "needs an address space"},
	{"access mode of private", "var<private, read> a: i32;", "var<private> a: i32;", "storage only"},
	{"initial value of workgroup", "var<workgroup> a: i32 = 1;", "var<private> a: i32 = 1;", "cannot have an initial value"},
	{"initial value at run time", "var<private> a = 1; var<private> b = a;", "const a = 1; var<private> b = a;", "const- or override-expression"},
	{"write-only storage", "@group(0) @binding(0) var<storage, write> a: u32;", "@group(0) @binding(0) var<storage, read_write> a: u32;", "access mode write"},
	{"read-only atomic", "@group(0) @binding(0) var<storage> a: atomic<u32>;", "@group(0) @binding(0) var<storage, read_write> a: atomic<u32>;", "read_write"},
	{"atomic in a uniform buffer", "@group(0) @binding(0) var<uniform> a: atomic<u32>;", "@group(0) @binding(0) var<uniform> a: u32;", "constructible"},
	{"runtime array in a uniform buffer", "@group(0) @binding(0) var<uniform> a: array<u32>;", "@group(0) @binding(0) var<storage> a: array<u32>;", "constructible"},
	{"storage in a function", "fn f() { var<storage> a: u32; }", "fn f() { var<function> a: u32; }", "module scope"},
	{"array in immediate data", "var<immediate> a: array<u32, 2>;", "var<immediate> a: vec2u;", "cannot hold an array"},
	{"function memory past the limit", "fn f() { var a: array<u32, 2049>; }", "fn f() { var a: array<u32, 2048>; }", "8192 is the limit"},
	{"no type and no value", "fn f() { var a; }", "fn f() { var a: i32; }", "has no type"},
	{"override of a vector", "override a = vec2f(1);", "override a = 1.0;", "scalar type"},
	{"override of a variable", "var<private> p = 1; override a: i32 = p;", "override p = 1; override a: i32 = p;", "override-expression"},
	{"const of a let", "fn f() { let a = 1; const b = a; }", "fn f() { const a = 1; const b = a; }", "const-expression"},
	{"parameter twice", "fn f(a: i32, a: i32) {}", "fn f(a: i32, b: i32) {}", "declared twice"},
	{"local beside a parameter", "fn f(a: i32) { var a: i32; }", "fn f(a: i32) { { var a: i32; } }", "declared twice"},
	{"for variable and body", "fn f() { for (var i = 0; i < 1; i++) { var i = 1; } }", "fn f() { for (var i = 0; i < 1; i++) { { var i = 1; } } }", "declared twice"},
	{"own initial value", "fn f() { let a = a; }", "const a = 1; fn f() { let a = a; }", "not declared"},
	{"const_assert at run time", "fn f(x: i32) { const_assert x > 0; }", "fn f(x: i32) { const_assert 1 > 0; }", "const-expression"},
}

func deepStructs(n int) string {
	var b strings.Builder
	b.WriteString("struct S0 { a: i32 }\n")
	for i := 1; i < n; i++ {
		b.WriteString("struct S" + itoa(i) + " { a: S" + itoa(i-1) + " }\n")
	}
	return b.String()
}

func TestMistakes(t *testing.T) { checkMistakes(t, mistakes) }

func checkMistakes(t *testing.T, list []struct{ name, bad, good, words string }) {
	for _, c := range list {
		t.Run(c.name, func(t *testing.T) {
			m, src, diags := Source("test.wgsl", c.bad, Options{})
			if m != nil {
				t.Fatal("the mistake is accepted")
			}
			if first := diags[0]; !strings.Contains(first.Message+first.Help, c.words) {
				t.Errorf("want %q, got\n%s", c.words, diags.Render(src))
			}
			if diags[0].Help == "" || diags[0].Rule == "" {
				t.Errorf("no help or no rule:\n%s", diags.Render(src))
			}
			if len(diags) != 1 {
				t.Errorf("%d messages for one mistake:\n%s", len(diags), diags.Render(src))
			}
			valid(t, c.good)
		})
	}
}
