package check

import (
	"strings"
	"testing"

	"pxos/wgsl/syntax"
)

const uniformHead = `
var<workgroup> w: array<u32, 64>;
var<workgroup> flag: u32;
var<private> p: u32;
@group(0) @binding(0) var<uniform> u: u32;
@group(0) @binding(1) var<storage, read_write> rw: array<u32>;
@group(0) @binding(2) var<storage> ro: array<u32>;
fn sync() { workgroupBarrier(); }
fn both(x: u32) { if x > 1 { workgroupBarrier(); } }
fn same(x: u32) -> u32 { return x; }
fn early(x: u32) { if x > 3 { return; } workgroupBarrier(); }
fn put(q: ptr<function, u32>, x: u32) { *q = x; }
fn wait(q: ptr<function, u32>) { if *q > 0 { workgroupBarrier(); } }
fn clear(q: ptr<function, u32>) { *q = 0; }
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) i: u32, @builtin(workgroup_id) g: vec3u) {
`

// bodies of a compute shader: whether its barriers are in uniform control flow.
var uniformBodies = []struct {
	name, body string
	good       bool
}{
	{"top", "workgroupBarrier();", true},
	{"uniform condition", "if g.x > 1 { workgroupBarrier(); }", true},
	{"thread condition", "if i > 1 { workgroupBarrier(); }", false},
	{"uniform buffer", "if u > 1 { workgroupBarrier(); }", true},
	{"read-only storage", "if ro[g.x] > 1 { workgroupBarrier(); }", true},
	{"read-only storage by thread", "if ro[i] > 1 { workgroupBarrier(); }", false},
	{"written storage", "if rw[0] > 1 { workgroupBarrier(); }", false},
	{"workgroup memory", "if flag > 1 { workgroupBarrier(); }", false},
	{"private memory", "if p > 1 { workgroupBarrier(); }", false},
	{"uniform load", "if workgroupUniformLoad(&flag) > 1 { workgroupBarrier(); }", true},
	{"uniform load of an element by thread", "_ = workgroupUniformLoad(&w[i]);", false},
	{"after the branch", "if i > 1 { w[i] = 1; } workgroupBarrier();", true},
	{"after a return", "if i > 1 { return; } workgroupBarrier();", false},
	{"after a uniform return", "if g.y > 1 { return; } workgroupBarrier();", true},
	{"in a called function", "if i > 1 { sync(); }", false},
	{"by a parameter", "both(i);", false},
	{"by a uniform parameter", "both(g.x);", true},
	{"through a function", "if same(i) > 1 { workgroupBarrier(); }", false},
	{"early return in a function", "early(g.x); early(i);", false},
	{"early return in a function, uniform", "early(g.x);", true},
	{"variable", "var x = g.x; if x > 1 { workgroupBarrier(); }", true},
	{"variable with thread value", "var x = g.x; x = i; if x > 1 { workgroupBarrier(); }", false},
	{"variable overwritten", "var x = i; x = 3; if x > 1 { workgroupBarrier(); }", true},
	{"variable assigned in a branch", "var x = 0u; if i > 1 { x = 1; } if x > 0 { workgroupBarrier(); }", false},
	{"partial assignment", "var x = vec2u(i); x.x = 0; if x.x > 1 { workgroupBarrier(); }", false},
	{"index of an assignment", "var x: array<u32, 2>; x[i] = 1; if x[0] > 0 { workgroupBarrier(); }", false},
	{"loop by a constant", "for (var k = 0u; k < 4; k++) { workgroupBarrier(); }", true},
	{"loop by a thread value", "for (var k = 0u; k < i; k++) { workgroupBarrier(); }", false},
	{"loop with a thread break", "loop { if i > 3 { break; } workgroupBarrier(); }", false},
	{"value of the iteration before", "var x = 0u; loop { if x == 1 { break; } workgroupBarrier(); x = i; }", false},
	{"after a loop by a thread value", "for (var k = 0u; k < i; k++) { } workgroupBarrier();", true},
	{"written in a loop, read after", "var x = 0u; loop { if g.x > 2 { break; } x = i; } if x > 0 { workgroupBarrier(); }", false},
	{"continuing", "var k = 0u; loop { if k > i { continue; } continuing { workgroupBarrier(); k++; break if k > 9; } }", false},
	{"switch", "switch i { case 1: { workgroupBarrier(); } default: {} }", false},
	{"switch that is uniform", "switch g.x { case 1: { workgroupBarrier(); } default: { storageBarrier(); } } workgroupBarrier();", true},
	{"short circuit", "if g.x > 0 && u > 2 { workgroupBarrier(); }", true},
	{"short circuit by thread", "if g.x > 0 || i > 2 { workgroupBarrier(); }", false},
	{"pointer parameter written", "var x = 0u; put(&x, i); if x > 0 { workgroupBarrier(); }", false},
	{"pointer parameter written uniformly", "var x = i; put(&x, g.x); if x > 0 { workgroupBarrier(); }", true},
	{"pointer contents required", "var x = i; wait(&x);", false},
	{"pointer contents uniform", "var x = g.x; wait(&x);", true},
	{"pointer cleared", "var x = i; clear(&x); wait(&x);", true},
	{"pointer to a part cleared", "var x = array(i, i); clear(&x[0]); if x[1] > 0 { workgroupBarrier(); }", false},
	{"let pointer", "var x = 0u; let q = &x; *q = i; if x > 0 { workgroupBarrier(); }", false},
	{"atomic result", "var y = rw[i]; if arrayLength(&rw) > 4 { workgroupBarrier(); }", true},
	{"unreachable", "return; if i > 1 { workgroupBarrier(); }", true},
}

func TestUniformity(t *testing.T) {
	for _, c := range uniformBodies {
		t.Run(c.name, func(t *testing.T) {
			m, src, diags := Source("test.wgsl", uniformHead+c.body+"\n}", Options{})
			if (m != nil) != c.good {
				t.Fatalf("uniform: %v, want %v\n%s", m != nil, c.good, diags.Render(src))
			}
			if m == nil && (diags[0].Rule != "uniformity" || len(diags[0].Notes) == 0) {
				t.Errorf("no note says why:\n%s", diags.Render(src))
			}
		})
	}
}

func TestUniformityFilters(t *testing.T) {
	const text = `@group(0) @binding(0) var t: texture_2d<f32>; @group(0) @binding(1) var s: sampler;
fn shade(c: vec2f) -> vec4f { return textureSample(t, s, c); }
%F
@fragment fn main(@location(0) c: vec2f) -> @location(0) vec4f {
  if c.x > 0 { %B return shade(c) + textureSample(t, s, c); }
  return vec4f();
}`
	for _, c := range []struct {
		name, filter string
		errors       int
		warnings     int
	}{
		{"none", "", 2, 0},
		{"global off", "", 0, 0},
		{"off for the function", "@diagnostic(off, derivative_uniformity)", 1, 0},
		{"warning for the function", "@diagnostic(warning, derivative_uniformity)", 1, 0}, // the error covers the same control flow
	} {
		t.Run(c.name, func(t *testing.T) {
			all := strings.ReplaceAll(strings.ReplaceAll(text, "%F", c.filter), "%B", "")
			if c.name == "global off" {
				all = "diagnostic(off, derivative_uniformity);\n" + all
			}
			_, src, diags := Source("test.wgsl", all, Options{})
			got := map[syntax.Severity]int{}
			for _, d := range diags {
				got[d.Severity]++
			}
			if got[syntax.Error] != c.errors || got[syntax.Warning] != c.warnings {
				t.Errorf("%d errors and %d warnings, want %d and %d\n%s", got[syntax.Error], got[syntax.Warning], c.errors, c.warnings, diags.Render(src))
			}
		})
	}
}

func TestSubgroupUniformity(t *testing.T) {
	const head = "enable subgroups; @compute @workgroup_size(64) fn main(@builtin(local_invocation_index) i: u32, @builtin(subgroup_id) g: u32) {\n"
	for _, c := range []struct {
		body string
		good bool
	}{
		{"_ = subgroupAdd(i);", true},
		{"if i > 2 { _ = subgroupAdd(i); }", false},
		{"if g > 2 { _ = subgroupAdd(i); }", true},
		{"if g > 2 { workgroupBarrier(); }", false},
		{"@diagnostic(off, subgroup_uniformity) if i > 2 { _ = subgroupAdd(i); }", true},
		{"_ = subgroupShuffleUp(i, i);", false},
		{"_ = subgroupShuffle(i, i);", true},
	} {
		m, src, diags := Source("test.wgsl", head+c.body+"\n}", Options{})
		if (m != nil) != c.good {
			t.Errorf("%s: accepted %v, want %v\n%s", c.body, m != nil, c.good, diags.Render(src))
		}
	}
}
