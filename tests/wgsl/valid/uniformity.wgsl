// "Diagnostics" and "Uniformity": what is accepted.
// section: uniformity
//// filters-of-the-whole-module check-only section=diagnostics,filterable-triggering-rules,diagnostic-filtering,global-diagnostic-directive,directives,extensions
diagnostic(off, derivative_uniformity); diagnostic(off, derivative_uniformity);
diagnostic(info, subgroup_uniformity,);
diagnostic(warning, chromium.unknown_rule);
@fragment fn main(@location(0) a: f32) -> @location(0) vec4f { if a > 0 { return vec4f(dpdx(a)); } return vec4f(); }
//// the-nearest-filter-counts check-only section=diagnostic-processing,diagnostic-attr,diagnostic-severity-control-names,diagnostic-rule-names
diagnostic(error, derivative_uniformity);
@diagnostic(warning, derivative_uniformity) fn a(x: f32) -> f32 { if x > 0 { return dpdx(x); } return 0; }
@fragment fn main(@location(0) x: f32) {
    @diagnostic(off, derivative_uniformity) if dpdx(x) > 0 { _ = dpdy(x); @diagnostic(info, derivative_uniformity) { _ = fwidth(x); } } else { _ = dpdx(x); }
    if x > 1 @diagnostic(off, derivative_uniformity) { _ = dpdx(x); }
    if x > 2 { @diagnostic(off, derivative_uniformity) switch u32(dpdx(x)) @diagnostic(off, derivative_uniformity) { case 1 @diagnostic(off, derivative_uniformity) { _ = dpdx(x); } default @diagnostic(off, derivative_uniformity) {} } }
    if x > 3 { @diagnostic(off, derivative_uniformity) for (var i = 0.0; i < dpdx(x); i += dpdy(x)) @diagnostic(off, derivative_uniformity) { _ = dpdx(i); } }
    if x > 4 { @diagnostic(off, derivative_uniformity) while dpdx(x) > 0 @diagnostic(info, derivative_uniformity) { _ = dpdx(x); } }
    if x > 5 { @diagnostic(off, derivative_uniformity) loop @diagnostic(off, derivative_uniformity) { _ = dpdx(x); continuing @diagnostic(off, derivative_uniformity) { _ = dpdx(x); break if dpdx(x) > 1; } } }
    _ = a(x);
}
//// unknown-rules-only-warn check-only section=diagnostic-rule-names
diagnostic(error, some_rule_of_tomorrow); diagnostic(off, vendor.rule);
@diagnostic(warning, another_rule) fn f() {}
//// uniform-after-all elements=16 workgroups=2 section=uniformity,uniformity-statements,uniformity-expressions,uniformity-function-calls,uniformity-function,func-var-value-analysis,pointer-desugar
@group(0) @binding(0) var<storage, read_write> out: array<u32>; @group(0) @binding(1) var<storage, read> fixed: array<u32, 4>; @group(0) @binding(2) var<uniform> u: vec4u;
var<workgroup> w: u32; override o = 3u;
fn same(a: u32) -> u32 { var r = a; if a > 2u { r = 1u; workgroupBarrier(); } return r; }
fn through(p: ptr<function, u32>) { if *p > 100000u { workgroupBarrier(); } *p += 1u; }
fn ignoring(a: u32, b: u32) -> u32 { return b; }
@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) i: u32, @builtin(workgroup_id) g: vec3u, @builtin(num_workgroups) n: vec3u) {
    var v = i; v = 5u; if v > (u.x & 7u) { workgroupBarrier(); }
    if fixed[1] > 5u || g.x == n.x || o == 3u { storageBarrier(); }
    for (var k = 0u; k < 2u; k++) { if i == 3u { w = k; } workgroupBarrier(); }
    var x = same(g.x) + same(fixed[0] & 1u); if ignoring(i, g.x) == 0u { workgroupBarrier(); }
    through(&x); if workgroupUniformLoad(&w) == 1u { workgroupBarrier(); }
    if i > 2u { x++; } workgroupBarrier(); switch g.y { case 0 { workgroupBarrier(); } default {} }
    loop { if g.x > 5u { break; } workgroupBarrier(); continuing { break if true; } }
    out[g.x * 8u + i] = x + v;
}
//// sampling-in-uniform-flow check-only section=uniformity-example1
@group(0) @binding(0) var t: texture_2d<f32>; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var<uniform> lit: u32;
@fragment fn main(@location(0) c: vec2f) -> @location(0) vec4f { var r = vec4f(); let early = textureSample(t, s, c); if lit > 0 { r = textureSample(t, s, c); } if c.x > 0 { r += early; } return r; }
//// a-variable-becomes-uniform-again check-only section=uniformity-example2
@group(0) @binding(0) var<uniform> u: u32; @group(0) @binding(1) var<storage, read_write> b: u32;
@compute @workgroup_size(4) fn main() { var x = b; x = u; if x > 1 { workgroupBarrier(); } var y = u; { y = b; y = 3; } if y > 1 { workgroupBarrier(); } }
//// a-whole-structure-is-uniform check-only section=uniformity-example3
struct S { a: u32, b: u32 } @group(0) @binding(0) var<uniform> u: S; @group(0) @binding(1) var<storage, read_write> b: u32;
@compute @workgroup_size(4) fn main() { var s = u; if s.a > 1 { workgroupBarrier(); } s.b = b; s = S(1, 2); if s.a > 1 { workgroupBarrier(); } let separate = b; let a = u.a; if a > 1 { workgroupBarrier(); } _ = separate; }
//// a-loop-with-uniform-rounds check-only section=uniformity-example4
@group(0) @binding(0) var<uniform> n: u32;
@compute @workgroup_size(4) fn main(@builtin(local_invocation_index) l: u32) { var i = 0u; var sum = 0u; loop { if i >= n { break; } workgroupBarrier(); sum += l; if sum > 3 { sum = 0; } continuing { i++; } } }
//// a-function-that-wants-uniform-values check-only section=uniformity-example5
@group(0) @binding(0) var<uniform> u: u32;
fn wants(a: u32, b: u32) -> u32 { if a > 1 { workgroupBarrier(); } return b; }
@compute @workgroup_size(4) fn main(@builtin(local_invocation_index) l: u32) { _ = wants(u, l); let r = wants(wants(3, u), l); _ = r; }
//// subgroups-in-uniform-flow check-only features=subgroups section=subgroup-builtin-functions,filterable-triggering-rules
enable subgroups; diagnostic(off, subgroup_uniformity);
@compute @workgroup_size(32) fn main(@builtin(local_invocation_index) l: u32) { if l > 3 { _ = subgroupAdd(l); _ = subgroupShuffleXor(l, l); } }
//// early-ends-are-judged check-only section=behaviors-examples
fn simple() -> i32 { var a: i32; return 0; } fn nested() -> i32 { if true { return 1; } else { return 2; } }
fn withLoop(n: u32) -> u32 { loop { if n > 2 { return 1; } continuing { break if n > 1; } } return 2; } fn inSwitch(n: u32) -> u32 { switch n { case 1 { return 1; } case 2, default { return 3; } } }
fn noReturn() { for (var i = 0; ; i++) { if i > 3 { break; } } } fn endless() { loop { if true { return; } } } fn caller() -> u32 { noReturn(); while true { if nested() > 1 { break; } } return inSwitch(3); }
