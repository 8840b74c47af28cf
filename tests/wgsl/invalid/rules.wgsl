// Rules that bind arguments, indices and attributes, one by one.
//// a-shuffle-from-lane-128 features=subgroups section=subgroupshuffle-builtin says=`subgroupShuffle\(…, 128u\): 128 is not in \[0, 128\)`
enable subgroups;
fn f(x: u32) { _ = subgroupShuffle(x, ⟦128u¦127u⟧); }
//// a-shuffle-from-a-negative-lane features=subgroups section=subgroupshuffle-builtin says=`subgroupShuffle\(…, -1i\): -1 is not in \[0, 128\)`
enable subgroups;
fn f(x: f32) { _ = subgroupShuffle(x, ⟦-1¦1⟧); }
//// a-shuffle-from-an-override features=subgroups pipeline overrides=n:200 section=subgroupshuffle-builtin says=`subgroupShuffle\(…, 1f, 200u\): 200 is not in \[0, 128\)`
enable subgroups;
override n = 1u;
@compute @workgroup_size(32) fn main() { _ = subgroupShuffle(1.0, ⟦n¦n % 128⟧); }
//// a-shuffle-down-by-128 features=subgroups section=subgroupshuffledown-builtin says=`subgroupShuffleDown\(…, 128u\): 128 is not in \[0, 128\)`
enable subgroups;
fn f(x: u32) { _ = subgroupShuffleDown(x, ⟦128¦127⟧); }
//// a-shuffle-up-by-an-override features=subgroups pipeline overrides=n:128 section=subgroupshuffleup-builtin says=`subgroupShuffleUp\(…, vec2<f32>\(0f, 0f\), 128u\): 128 is not in \[0, 128\)`
enable subgroups;
override n = 1u;
@compute @workgroup_size(32) fn main() { _ = subgroupShuffleUp(vec2f(), ⟦n¦n / 2⟧); }
//// a-shuffle-by-a-mask-of-129 features=subgroups section=subgroupshufflexor-builtin says=`subgroupShuffleXor\(…, 129u\): 129 is not in \[0, 128\)`
enable subgroups;
fn f(x: i32) { _ = subgroupShuffleXor(x, ⟦129¦1⟧); }
//// bits-shifted-out-of-unsigned section=bit-expr says=`2147483648u << 1u: bits are shifted out of u32`
const a = 0x80000000u << ⟦1u¦0u⟧;
//// bits-shifted-out-of-an-abstract section=bit-expr says=`vec2<AbstractInt>\(1, -1\) << vec2<u32>\(63u, 2u\): bits are shifted out of AbstractInt`
const a = vec2(1, -1) << vec2(⟦63u¦62u⟧, 2u);
//// a-shift-by-an-override pipeline overrides=n:32 section=bit-expr says=`<< 32u: the shift amount 32u is not below the bit width 32 of i32`
override n = 1u;
@compute @workgroup_size(1) fn main() { var x = 1; x = x << ⟦n¦(n - 1)⟧; }
//// an-assigned-shift-too-far section=compound-assignment-sec,bit-expr says=`<< 32u: the shift amount 32u is not below the bit width 32 of u32`
fn f() { var x = 1u; x <<= ⟦32u¦31u⟧; }
//// default-twice-in-a-list section=switch-statement says=`.default. stands twice in one case`
fn f(n: u32) { switch n { case 1, default⟦, default¦⟧ { } } }
//// default-in-two-lists section=switch-statement says=`the switch has more than one default clause`
fn f(n: u32) { switch n { case default { } case 2⟦, default¦⟧ { } } }
//// the-same-case-by-two-expressions section=switch-statement says=`the case selector 4 stands twice`
const k = 4;
fn f(n: i32) { switch n { case 2 + 2 { } case ⟦k¦5⟧ { } default { } } }
//// a-component-of-zero-divides section=arithmetic-expr says=`/ vec3<i32>\(1i, 0i, 3i\): division by zero`
fn f(v: vec3i) { _ = v / vec3(1, ⟦0¦2⟧, 3); }
//// a-remainder-by-an-override pipeline overrides=n:0 section=arithmetic-expr says=`% 0u: division by zero`
override n: u32;
@compute @workgroup_size(1) fn main() { var x = 7u; x %= ⟦n¦max(n, 1)⟧; }
//// the-least-by-overrides pipeline overrides=a:-2147483648,b:-1 section=arithmetic-expr says=`-2147483648i / -1i: the result does not fit i32`
override a: i32; override b: i32;
@compute @workgroup_size(1) fn main() { _ = a ⟦/¦-⟧ b; }
//// an-overflow-of-overrides pipeline overrides=a:3e38 section=differences-from-ieee754,floating-point-rounding-and-overflow says=`3e\+38f \* 3e\+38f: the result is past the finite range of f32 \(3\.4028234663852886e\+38\)`
override a: f32;
@compute @workgroup_size(1) fn main() { _ = a ⟦* a¦- a⟧; }
//// a-vector-index-of-an-override pipeline overrides=n:4 section=vector-single-component says=`index 4 is out of bounds: vec4<f32> has 4 components`
override n = 0;
@compute @workgroup_size(1) fn main() { let v = vec4f(); _ = v[⟦n¦n - 1⟧]; }
//// a-component-in-memory-by-an-override pipeline overrides=n:3 section=component-reference-from-vector-memory-view says=`index 3 is out of bounds: vec3<f32> has 3 components`
override n = 0u;
var<private> v: vec3f;
@compute @workgroup_size(1) fn main() { v[⟦n¦n - 1⟧] = 1; }
//// a-matrix-index-of-an-override pipeline overrides=n:2 section=matrix-access-expr says=`index 2 is out of bounds: mat2x3<f32> has 2 components`
override n = 0;
@compute @workgroup_size(1) fn main() { var m = mat2x3f(); m[⟦n¦n - 1⟧] = vec3f(); }
//// a-negative-index-of-an-override pipeline overrides=n:-1 section=array-access-expr says=`the index -1 is negative`
override n = 0;
@group(0) @binding(0) var<storage> a: array<u32>;
@compute @workgroup_size(1) fn main() { _ = a[⟦n¦n + 1⟧]; }
//// a-negative-index-of-an-array-without-end section=array-access-expr says=`the index -1 is negative`
@group(0) @binding(0) var<storage> a: array<u32>;
fn f() { _ = a[⟦-1¦0⟧]; }
//// a-matrix-in-memory-past-its-end section=matrix-access-expr says=`index 3 is out of bounds: mat3x2<f32> has 3 components`
var<private> m: mat3x2f;
fn f() { m[⟦3¦2⟧] = vec2f(); }
//// an-index-of-a-bool section=composite-value-decomposition-expr,array-access-expr says=`an index must be an integer, not bool`
fn f(a: array<u32, 2>, b: bool) { _ = a[⟦b¦u32(b)⟧]; }
//// an-index-of-a-vector section=array-access-expr says=`an index must be an integer, not vec2<u32>`
fn f(a: array<u32, 2>, b: vec2u) { _ = a[b⟦¦.x⟧]; }
//// an-index-of-a-structure section=composite-value-decomposition-expr says=`a value of type S cannot be indexed`
struct S { a: u32 }
fn f(s: S) { _ = s⟦[0]¦.a⟧; }
//// edges-by-overrides pipeline overrides=n:2 section=smoothstep-builtin says=`smoothstep\(…, 2f, 2f\): the edges are equal`
override n = 1.0;
@compute @workgroup_size(1) fn main() { var x = 0.5; x = smoothstep(2.0, ⟦n¦n + 1⟧, x); }
//// an-exponent-by-an-override pipeline overrides=n:129 section=ldexp-builtin says=`ldexp\(…, 129i\): the exponent 129 is greater than 128`
override n = 1;
@compute @workgroup_size(1) fn main() { var x = 0.5; x = ldexp(x, ⟦n¦n - 1⟧); }
//// inserted-past-the-end-by-overrides pipeline overrides=n:30 section=insertBits-builtin says=`insertBits\(…, 3u, 30u, 4u\): offset 30u and count 4u pass the 32 bits of the value`
override n = 1u;
@compute @workgroup_size(1) fn main() { var x = 1u; x = insertBits(x, 3u, ⟦n¦n - 2⟧, 4u); }
//// quantized-by-an-override pipeline overrides=n:70000 section=quantizeToF16-builtin says=`quantizeToF16\(70000f\): the value is past the finite range of f16`
override n = 1.0;
@compute @workgroup_size(1) fn main() { _ = quantizeToF16(⟦n¦n / 2⟧); }
//// packed-by-an-override pipeline overrides=n:70000 section=pack2x16float-builtin says=`pack2x16float\(vec2<f32>\(1f, 70000f\)\): a value is past the finite range of f16`
override n = 1.0;
@compute @workgroup_size(1) fn main() { _ = pack2x16float(vec2f(1, ⟦n¦n / 2⟧)); }
//// an-assertion-of-an-override section=const-assert-statement says=`the condition of const_assert must be a const-expression`
override n = 1;
const_assert ⟦n¦1⟧ == 1;
//// an-assertion-of-a-parameter section=const-assert-statement,assertions says=`the condition of const_assert must be a const-expression`
fn f(a: bool) { const_assert ⟦a¦true⟧; }
//// a-format-that-cannot-be-read-and-written pipeline section=texture-storage says=`a storage texture of the format rgba8unorm cannot have the access mode read_write`
@group(0) @binding(0) var t: texture_storage_2d<⟦rgba8unorm¦r32float⟧, read_write>;
@compute @workgroup_size(1) fn main() { _ = textureLoad(t, vec2i()); }
//// a-format-that-cannot-be-read pipeline section=texel-formats,texture-storage says=`a storage texture of the format bgra8unorm cannot have the access mode read`
@group(0) @binding(0) var t: texture_storage_2d<⟦bgra8unorm¦rgba8unorm⟧, read>;
@compute @workgroup_size(1) fn main() { _ = textureLoad(t, vec2i()); }
//// a-diagnostic-on-a-parameter section=diagnostic-attr says=`the attribute @diagnostic may not stand on a parameter`
fn f(⟦@diagnostic(off, derivative_uniformity)¦⟧ a: u32) {}
//// a-diagnostic-on-a-variable section=diagnostic-attr says=`attributes cannot stand before this statement`
fn f() { ⟦@diagnostic(off, derivative_uniformity)¦⟧ var a = 1; }
//// a-diagnostic-on-a-return section=diagnostic-filtering says=`attributes cannot stand before this statement`
fn f() { ⟦@diagnostic(off, derivative_uniformity)¦⟧ return; }
//// an-attribute-on-a-constant section=attributes says=`attributes cannot stand before .const.`
⟦@must_use¦⟧ const a = 1;
//// an-attribute-on-a-block section=attributes says=`the attribute @must_use may not stand before a compound statement`
fn f() { ⟦@must_use¦⟧ { } }
//// a-location-on-a-variable section=location-attr says=`the attribute @location may not stand on a variable of module scope`
⟦@location(0)¦⟧ var<private> a: f32;
//// interpolate-on-a-function section=interpolate-attr says=`the attribute @interpolate may not stand on a function`
⟦@interpolate(flat)¦⟧ fn f() {}
//// a-blend-source-of-a-bool features=dual-source-blending section=blend-src-attr says=`an object with @location must be a numeric scalar or vector, not vec4<bool>`
enable dual_source_blending;
struct O { @location(0) @blend_src(0) a: ⟦vec4<bool>¦vec4f⟧, @location(0) @blend_src(1) b: vec4f }
//// a-blend-source-read features=dual-source-blending section=blend-src-attr line=3 says=`@blend_src may stand on outputs of fragment shaders only \(the member a of I\)`
enable dual_source_blending;
struct I { @location(0) @blend_src(0) a: vec4f, @location(0) @blend_src(1) b: vec4f }
@fragment fn main(⟦i: I¦⟧) {}
//// a-blend-source-without-a-location features=dual-source-blending section=blend-src-attr says=`@blend_src needs @location`
enable dual_source_blending;
struct O { @blend_src(0) ⟦¦@location(0)⟧ a: vec4f, @location(0) @blend_src(1) b: vec4f }
//// a-subgroup-size-that-does-not-divide features=subgroup-size-control pipeline section=subgroup-size-attr says=`the workgroup size 6 in x is not a multiple of the subgroup size 4`
enable subgroup_size_control;
@compute @workgroup_size(⟦6¦8⟧) @subgroup_size(4) fn main() {}
//// a-subgroup-size-of-an-override features=subgroup-size-control pipeline overrides=n:3 section=subgroup-size-attr says=`the subgroup size 3 is not a power of two`
enable subgroup_size_control;
override n = 4;
@compute @workgroup_size(12) @subgroup_size(n⟦¦ + 1⟧) fn main() {}
//// an-atomic-for-the-length section=arrayLength-builtin says=`arrayLength cannot be called with \(ptr<workgroup, array<atomic<u32>, 4>>\)`
var<workgroup> w: array<atomic<u32>, 4>;
fn f() { _ = ⟦arrayLength(&w)¦atomicLoad(&w[0])⟧; }
//// a-constant-of-a-pointer section=const-decls says=`the initial value of the const-declaration "p" must be a const-expression`
var<private> g: u32;
fn f() { ⟦const¦let⟧ p = &g; }
//// a-constant-of-memory section=const-expr says=`the initial value of the const-declaration "a" must be a const-expression`
var<private> g: u32;
fn f() { const a = ⟦g¦1⟧; }
//// an-override-of-memory section=override-expr says=`the initial value of the override "a" must be an override-expression`
var<private> g: u32;
override a = ⟦g¦1u⟧;
//// a-shader-of-three-buffers-of-one-number section=resource-interface line=2 says=`the resources "a" and "b" of the shader one have the same @group\(0\) @binding\(0\)`
@group(0) @binding(0) var<storage> a: u32;
@group(0) @binding(0) var<uniform> b: u32;
fn g() { _ = b; }
@compute @workgroup_size(1) fn one() { _ = a⟦; g()¦⟧; }
//// a-private-memory-too-large section=limits line=2 says=`the private variables of the shader main take 8196 bytes with this one, 8192 is the limit` chromium=section limits: an implementation may support more, and the browser does
var<private> a: array<u32, 2048>;
var<private> b: u32;
@compute @workgroup_size(1) fn main() { a[0] = 1; ⟦b = 1;¦⟧ }
//// a-function-with-too-much-memory section=limits says=`the variables of the function f take 8196 bytes with this one, 8192 is the limit` chromium=section limits: an implementation may support more, and the browser does
fn f() { var a: array<u32, ⟦2049¦2048⟧>; a[0] = 1; }
