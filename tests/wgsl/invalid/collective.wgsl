// Textures, derivatives, atomics and subgroups.
//// the-level-of-a-multisampled section=texturedimensions says=`textureDimensions cannot be called with \(texture_multisampled_2d<f32>, AbstractInt\)`
@group(0) @binding(0) var t: texture_multisampled_2d<f32>; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
fn f() { _ = textureDimensions(t⟦, 0¦⟧); }
//// the-size-of-a-sampler section=texturedimensions says=`textureDimensions cannot be called with \(sampler\)`
@group(0) @binding(0) var t: texture_2d<f32>; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
fn f() { _ = textureDimensions(⟦s¦t⟧); }
//// a-level-that-is-a-float section=texturedimensions says=`textureDimensions cannot be called with \(texture_3d<f32>, AbstractFloat\)`
@group(0) @binding(0) var t: texture_3d<f32>; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
fn f() { _ = textureDimensions(t, ⟦0.5¦0⟧); }
//// gathered-depth-with-a-component section=texturegather says=`textureGather cannot be called with \(AbstractInt, texture_depth_2d, sampler, vec2<f32>\)`
@group(0) @binding(0) var t: texture_depth_2d; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
fn f() { _ = textureGather(⟦0, ¦⟧t, s, vec2f()); }
//// gathered-from-a-volume section=texturegather line=3 says=`textureGather cannot be called with \(AbstractInt, texture_3d<f32>, sampler, vec3<f32>\)`
@group(0) @binding(0) var t: ⟦texture_3d¦texture_cube⟧<f32>; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
fn f() {
    _ = textureGather(0, t, s, vec3f());
}
//// a-component-at-run-time section=texturegather says=`the argument component of textureGather must be a const-expression`
@group(0) @binding(0) var t: texture_2d<f32>; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
fn f(n: u32) { _ = textureGather(⟦n¦1⟧, t, s, vec2f()); }
//// compared-without-a-reference section=texturegathercompare says=`textureGatherCompare cannot be called with \(texture_depth_2d, sampler_comparison, vec2<f32>\)`
@group(0) @binding(0) var t: texture_depth_2d; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
fn f() { _ = textureGatherCompare(t, c, vec2f()⟦¦, 0.5⟧); }
//// compared-with-a-plain-sampler section=texturegathercompare says=`textureGatherCompare cannot be called with \(texture_depth_cube, sampler, vec3<f32>, AbstractFloat\)`
@group(0) @binding(0) var t: texture_depth_cube; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
fn f() { _ = textureGatherCompare(t, ⟦s¦c⟧, vec3f(), 0.5); }
//// an-offset-past-the-range-below section=texturegathercompare says=`the argument offset of textureGatherCompare must be from -8 to 7, this is -9`
@group(0) @binding(0) var t: texture_depth_2d_array; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
fn f() { _ = textureGatherCompare(t, c, vec2f(), 0, 0.5, vec2(⟦-9¦-8⟧, 0)); }
//// layers-of-a-volume section=texturenumlayers line=3 says=`textureNumLayers cannot be called with \(texture_3d<f32>\)`
@group(0) @binding(0) var t: ⟦texture_3d<f32>¦texture_cube_array<f32>⟧; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
fn f() {
    _ = textureNumLayers(t);
}
//// levels-of-storage section=texturenumlevels line=3 says=`textureNumLevels cannot be called with \(texture_storage_2d<r32float, read>\)`
@group(0) @binding(0) var t: ⟦texture_storage_2d<r32float, read>¦texture_depth_2d⟧; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
fn f() {
    _ = textureNumLevels(t);
}
//// levels-of-an-external section=texturenumlevels line=3 says=`textureNumLevels cannot be called with \(texture_external\)`
@group(0) @binding(0) var t: ⟦texture_external¦texture_1d<u32>⟧; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
fn f() {
    _ = textureNumLevels(t);
}
//// samples-of-depth section=texturenumsamples line=3 says=`textureNumSamples cannot be called with \(texture_depth_2d\)`
@group(0) @binding(0) var t: ⟦texture_depth_2d¦texture_depth_multisampled_2d⟧; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
fn f() {
    _ = textureNumSamples(t);
}
//// a-load-from-a-cube section=textureload line=3 says=`textureLoad cannot be called with \(texture_cube<f32>, vec3<i32>, AbstractInt\)`
@group(0) @binding(0) var t: ⟦texture_cube<f32>¦texture_3d<f32>⟧; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
fn f() {
    _ = textureLoad(t, vec3i(), 0);
}
//// a-load-of-what-is-only-written section=textureload line=3 says=`textureLoad cannot be called with \(texture_storage_2d<r32float, write>, vec2<i32>\)`
@group(0) @binding(0) var t: texture_storage_2d<r32float, ⟦write¦read⟧>; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
fn f() {
    _ = textureLoad(t, vec2i());
}
//// a-load-from-an-array-without-index section=textureload says=`textureLoad cannot be called with \(texture_2d_array<f32>, vec2<i32>, AbstractInt\)`
@group(0) @binding(0) var t: texture_2d_array<f32>; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
fn f() { _ = textureLoad(t, vec2i(), ⟦¦0, ⟧0); }
//// a-load-and-nothing-more section=textureload says=`the result of textureLoad must be used`
@group(0) @binding(0) var t: texture_2d<f32>; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
fn f() { ⟦¦_ = ⟧textureLoad(t, vec2i(), 0); }
//// sampled-integers section=texturesample line=3 says=`textureSample cannot be called with \(texture_2d<i32>, sampler, vec2<f32>\)`
@group(0) @binding(0) var t: texture_2d<⟦i32¦f32⟧>; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
@fragment fn main() {
    _ = textureSample(t, s, vec2f());
}
//// an-offset-into-a-cube section=texturesample says=`textureSample cannot be called with \(texture_cube<f32>, sampler, vec3<f32>, vec3<i32>\)`
@group(0) @binding(0) var t: texture_cube<f32>; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
@fragment fn main() { _ = textureSample(t, s, vec3f()⟦, vec3i()¦⟧); }
//// a-bias-of-depth section=texturesamplebias line=3 says=`textureSampleBias cannot be called with \(texture_depth_2d, sampler, vec2<f32>, AbstractFloat\)`
@group(0) @binding(0) var t: ⟦texture_depth_2d¦texture_2d<f32>⟧; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
@fragment fn main() {
    _ = textureSampleBias(t, s, vec2f(), 1.0);
}
//// a-bias-in-a-vertex-shader section=texturesamplebias says=`the function textureSampleBias may not be used in a vertex shader`
@group(0) @binding(0) var t: texture_2d<f32>; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
fn g() { _ = ⟦textureSampleBias(t, s, vec2f(), 1.0)¦1⟧; }
@vertex fn main() -> @builtin(position) vec4f { g(); return vec4f(); }
//// a-bias-of-one-dimension line=3 section=texturesamplebias says=`textureSampleBias cannot be called with \(texture_1d<f32>, sampler, AbstractFloat, AbstractFloat\)`
@group(0) @binding(0) var t: ⟦texture_1d<f32>¦texture_2d<f32>⟧; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
@fragment fn main() {
    _ = textureSampleBias(t, s, ⟦1.0¦vec2f()⟧, 1.0);
}
//// a-comparison-of-colours section=texturesamplecompare line=3 says=`textureSampleCompare cannot be called with \(texture_2d<f32>, sampler_comparison, vec2<f32>, AbstractFloat\)`
@group(0) @binding(0) var t: ⟦texture_2d<f32>¦texture_depth_2d⟧; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
@fragment fn main() {
    _ = textureSampleCompare(t, c, vec2f(), 0.5);
}
//// a-comparison-in-a-branch section=texturesamplecompare says=`textureSampleCompare must be called from uniform control flow, but invocations may disagree about reaching it`
@group(0) @binding(0) var t: texture_depth_2d; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
@fragment fn main(@location(0) x: f32) { if x > 0 { _ = ⟦textureSampleCompare¦textureSampleCompareLevel⟧(t, c, vec2f(), 0.5); } }
//// a-level-for-a-comparison section=texturesamplecomparelevel says=`textureSampleCompareLevel cannot be called with \(texture_depth_2d, sampler_comparison, vec2<f32>, AbstractFloat, AbstractInt\)`
@group(0) @binding(0) var t: texture_depth_2d; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
fn f() { _ = textureSampleCompareLevel(t, c, vec2f(), 0.5⟦, 1¦⟧); }
//// a-vector-to-compare-with section=texturesamplecomparelevel says=`textureSampleCompareLevel cannot be called with \(texture_depth_cube, sampler_comparison, vec3<f32>, vec3<f32>\)`
@group(0) @binding(0) var t: texture_depth_cube; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
fn f() { _ = textureSampleCompareLevel(t, c, vec3f(), ⟦vec3f()¦0.5⟧); }
//// gradients-of-depth section=texturesamplegrad line=3 says=`textureSampleGrad cannot be called with \(texture_depth_2d, sampler, vec2<f32>, vec2<f32>, vec2<f32>\)`
@group(0) @binding(0) var t: ⟦texture_depth_2d¦texture_2d<f32>⟧; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
fn f() {
    _ = textureSampleGrad(t, s, vec2f(), vec2f(), vec2f());
}
//// one-gradient section=texturesamplegrad says=`textureSampleGrad cannot be called with \(texture_3d<f32>, sampler, vec3<f32>, vec3<f32>\)`
@group(0) @binding(0) var t: texture_3d<f32>; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
fn f() { _ = textureSampleGrad(t, s, vec3f(), vec3f()⟦¦, vec3f()⟧); }
//// a-depth-level-that-is-a-float section=texturesamplelevel says=`textureSampleLevel cannot be called with \(texture_depth_2d, sampler, vec2<f32>, AbstractFloat\)`
@group(0) @binding(0) var t: texture_depth_2d; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
fn f() { _ = textureSampleLevel(t, s, vec2f(), ⟦0.5¦0⟧); }
//// clamped-integers section=textureSampleBaseClampToEdge line=3 says=`textureSampleBaseClampToEdge cannot be called with \(texture_2d<u32>, sampler, vec2<f32>\)`
@group(0) @binding(0) var t: texture_2d<⟦u32¦f32⟧>; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
fn f() {
    _ = textureSampleBaseClampToEdge(t, s, vec2f());
}
//// clamped-in-an-array section=textureSampleBaseClampToEdge line=3 says=`textureSampleBaseClampToEdge cannot be called with \(texture_2d_array<f32>, sampler, vec2<f32>\)`
@group(0) @binding(0) var t: ⟦texture_2d_array<f32>¦texture_external⟧; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
fn f() {
    _ = textureSampleBaseClampToEdge(t, s, vec2f());
}
//// a-store-of-three section=texturestore says=`textureStore cannot be called with \(texture_storage_2d<rgba8unorm, write>, vec2<i32>, vec3<f32>\)`
@group(0) @binding(0) var t: texture_storage_2d<rgba8unorm, write>; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
fn f() { textureStore(t, vec2i(), ⟦vec3f()¦vec4f()⟧); }
//// a-store-with-a-result section=texturestore says=`the function textureStore returns no value`
@group(0) @binding(0) var t: texture_storage_1d<rgba8unorm, write>; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
fn f() { ⟦_ = ¦⟧textureStore(t, 0, vec4f()); }
//// a-store-in-a-vertex-shader section=texturestore,texture-storage says=`the writable storage texture t may not be used in a vertex shader`
@group(0) @binding(0) var t: texture_storage_2d<rgba8unorm, write>; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var c: sampler_comparison;
@vertex fn main() -> @builtin(position) vec4f { ⟦textureStore(t, vec2i(), vec4f());¦⟧ return vec4f(); }
//// a-texture-barrier-in-a-fragment-shader section=textureBarrier-builtin says=`the function textureBarrier may not be used in a fragment shader`
@fragment fn main() { ⟦textureBarrier();¦⟧ }
//// a-texture-barrier-in-a-branch section=textureBarrier-builtin says=`textureBarrier must be called from uniform control flow, but invocations may disagree about reaching it`
@compute @workgroup_size(4) fn main(@builtin(local_invocation_index) i: u32) { if ⟦i¦3u⟧ > 2 { textureBarrier(); } }
//// dpdxCoarse-int section=dpdxCoarse-builtin says=`dpdxCoarse cannot be called with \(i32\)`
@fragment fn main(@location(0) @interpolate(flat) x: i32) { _ = dpdxCoarse(⟦x¦f32(x)⟧); }
//// dpdxFine-branch section=dpdxFine-builtin says=`dpdxFine must be called from uniform control flow, but invocations may disagree about reaching it`
@fragment fn main(@location(0) x: vec2f) { let inside = all(x > vec2f()); if ⟦inside¦true⟧ { _ = dpdxFine(x); } }
//// dpdy-int section=dpdy-builtin says=`dpdy cannot be called with \(u32\)`
@fragment fn main(@location(0) @interpolate(flat) x: u32) { _ = dpdy(⟦x¦f32(x)⟧); }
//// dpdyCoarse-compute section=dpdyCoarse-builtin says=`the function dpdyCoarse may not be used in a compute shader`
fn g(x: f32) -> f32 { return ⟦dpdyCoarse(x)¦x⟧; }
@compute @workgroup_size(1) fn main() { _ = g(1); }
//// dpdyFine-drop section=dpdyFine-builtin says=`the result of dpdyFine must be used`
@fragment fn main(@location(0) x: f32) { ⟦¦_ = ⟧dpdyFine(x); }
//// fwidth-vertex section=fwidth-builtin says=`the function fwidth may not be used in a vertex shader`
fn g(x: f32) -> f32 { return ⟦fwidth(x)¦x⟧; }
@vertex fn main() -> @builtin(position) vec4f { return vec4f(g(1)); }
//// fwidthCoarse-f16 features=shader-f16 section=fwidthCoarse-builtin says=`fwidthCoarse cannot be called with \(f16\)`
enable f16;
@fragment fn main(@location(0) x: f16) { _ = fwidthCoarse(⟦x¦f32(x)⟧); }
//// fwidthFine-loop section=fwidthFine-builtin says=`fwidthFine must be called from uniform control flow, but invocations may disagree about reaching it`
@fragment fn main(@location(0) x: f32) { for (var i = 0.0; i < ⟦x¦4.0⟧; i += 1) { _ = fwidthFine(x); } }
//// derivatives-after-a-return section=derivatives line=2 says=`dpdx must be called from uniform control flow, but invocations may disagree about reaching it`
@fragment fn main(@location(0) x: f32) { if ⟦x > 0¦false⟧ { return; }
    _ = dpdx(x); }
//// derivatives-after-a-discard section=fragment-shaders-helper-invocations says=`dpdy needs a value here that is the same for all invocations`
fn cut(x: f32) -> f32 { ⟦if x > 0 { return dpdy(x); } discard; return 0;¦if x > 0 { discard; } return dpdy(x);⟧ }
@fragment fn main(@location(0) x: f32) { _ = cut(x); }
//// atomicSub-misused section=atomic-sub says=`a value of type atomic<u32> cannot be loaded`
@group(0) @binding(0) var<storage, read_write> w: atomic<u32>;
fn f() { atomicSub(⟦w¦&w⟧, 1u); }
//// atomicMax-misused section=atomic-max says=`atomicMax cannot be called with \(ptr<workgroup, atomic<i32>>, AbstractFloat\)`
var<workgroup> w: atomic<i32>;
fn f() { atomicMax(&w, ⟦1.0¦1⟧); }
//// atomicMin-misused section=atomic-min says=`the component type of vec2 must be bool, i32, u32, f32 or f16, not atomic<i32>`
var<workgroup> w: vec2<⟦atomic<i32>¦i32⟧>;
//// atomicAnd-misused section=atomic-and says=`a value of type atomic<u32> cannot be assigned`
var<workgroup> w: atomic<u32>;
fn f() { ⟦w &= 3u¦atomicAnd(&w, 3u)⟧; }
//// atomicOr-misused section=atomic-or says=`atomicOr cannot be called with \(ptr<workgroup, array<atomic<u32>, 2>>, u32\)`
var<workgroup> w: array<atomic<u32>, 2>;
fn f() { atomicOr(&w⟦¦[1]⟧, 1u); }
//// atomicXor-misused section=atomic-xor says=`the function atomicXor may not be used in a vertex shader`
@group(0) @binding(0) var<storage, read_write> w: atomic<u32>;
@vertex fn main() -> @builtin(position) vec4f { ⟦atomicXor(&w, 1u);¦⟧ return vec4f(); }
//// atomicExchange-misused section=atomic-exchange says=`atomicExchange cannot be called with \(ptr<workgroup, atomic<u32>>, i32\)`
var<workgroup> w: atomic<u32>;
fn f(x: i32) { _ = atomicExchange(&w, ⟦x¦u32(x)⟧); }
//// atomicCompareExchangeWeak-misused section=atomic-compare-exchange-weak says=`the structure __atomic_compare_exchange_result_u32 has no member "old"`
var<workgroup> w: atomic<u32>;
fn f() -> u32 { let r = atomicCompareExchangeWeak(&w, 1u, 2u); return r.⟦old¦old_value⟧; }
//// atomicLoad-misused section=atomic-load says=`a value of type atomic<u32> cannot be loaded`
var<workgroup> w: atomic<u32>;
fn f() { ⟦if w > 1¦if atomicLoad(&w) > 1⟧ { } }
//// atomicStore-misused section=atomic-store says=`a value of type atomic<u32> cannot be assigned`
struct S { a: atomic<u32> }
@group(0) @binding(0) var<storage, read_write> s: S;
fn f() { ⟦s.a = 1u¦atomicStore(&s.a, 1u)⟧; }
//// an-atomic-load-dropped-in-a-vertex-shader section=atomic-builtin-functions says=`the function atomicLoad may not be used in a vertex shader`
@group(0) @binding(0) var<storage, read_write> w: atomic<u32>;
fn g() -> u32 { return ⟦atomicLoad(&w)¦1⟧; }
@vertex fn main() -> @builtin(position) vec4f { return vec4f(f32(g())); }
//// an-atomic-read-of-a-read-buffer section=atomic-builtin-functions says=`atomics need the access mode read_write`
fn f(p: ptr<storage, atomic<u32>⟦¦, read_write⟧>) { atomicAdd(p, 1u); }
//// counted-up-atomics section=atomic-types says=`a value of type atomic<u32> cannot be assigned`
var<workgroup> w: atomic<u32>;
fn f() { ⟦w++¦atomicAdd(&w, 1u)⟧; }
//// subgroupAdd-misused features=subgroups section=subgroupadd-builtin says=`subgroupAdd cannot be called with \(bool\)`
enable subgroups;
fn f(b: bool) { _ = subgroupAdd(⟦b¦u32(b)⟧); }
//// subgroupExclusiveAdd-misused features=subgroups section=subgroupexclusiveadd-builtin says=`subgroupExclusiveAdd cannot be called with \(mat2x2<f32>\)`
enable subgroups;
fn f(m: mat2x2f) { _ = subgroupExclusiveAdd(m⟦¦[0]⟧); }
//// subgroupInclusiveAdd-misused features=subgroups section=subgroupinclusiveadd-builtin says=`the function subgroupInclusiveAdd may not be used in a vertex shader`
enable subgroups;
@vertex fn main() -> @builtin(position) vec4f { return vec4f(⟦subgroupInclusiveAdd(1.0)¦1.0⟧); }
//// subgroupAll-misused features=subgroups section=subgroupall-builtin says=`subgroupAll cannot be called with \(u32\)`
enable subgroups;
fn f(x: u32) { _ = subgroupAll(x⟦¦ > 0⟧); }
//// subgroupAnd-misused features=subgroups section=subgroupand-builtin says=`subgroupAnd cannot be called with \(f32\)`
enable subgroups;
fn f(x: f32) { _ = subgroupAnd(⟦x¦bitcast<u32>(x)⟧); }
//// subgroupAny-misused features=subgroups section=subgroupany-builtin says=`subgroupAny cannot be called with \(vec2<bool>\)`
enable subgroups;
fn f(x: vec2<bool>) { _ = subgroupAny(x⟦¦.x⟧); }
//// subgroupBallot-misused features=subgroups section=subgroupballot-builtin line=3 says=`the returned value must be of type u32, but this is vec4<u32>`
enable subgroups;
fn f(x: bool) -> ⟦u32¦vec4u⟧ {
    return subgroupBallot(x);
}
//// subgroupBroadcast-misused features=subgroups section=subgroupbroadcast-builtin says=`the argument id of subgroupBroadcast must be a const-expression`
enable subgroups;
fn f(x: u32, i: u32) { _ = subgroupBroadcast(x, ⟦i¦3u⟧); }
//// subgroupBroadcast-2-misused features=subgroups section=subgroupbroadcast-builtin says=`the argument id of subgroupBroadcast must be from 0 to 127, this is 128`
enable subgroups;
fn f(x: u32) { _ = subgroupBroadcast(x, ⟦128¦127⟧); }
//// subgroupBroadcastFirst-misused features=subgroups section=subgroupbroadcastfirst-builtin says=`the result of subgroupBroadcastFirst must be used`
enable subgroups;
fn f(x: u32) { ⟦¦_ = ⟧subgroupBroadcastFirst(x); }
//// subgroupElect-misused features=subgroups section=subgroupelect-builtin says=`subgroupElect cannot be called with \(bool\)`
enable subgroups;
fn f() { _ = subgroupElect(⟦true¦⟧); }
//// subgroupMax-misused features=subgroups section=subgroupmax-builtin says=`subgroupMax cannot be called with \(vec2<bool>\)`
enable subgroups;
fn f(x: vec2<bool>) { _ = subgroupMax(⟦x¦vec2u(x)⟧); }
//// subgroupMin-misused features=subgroups section=subgroupmin-builtin says=`subgroupMin must be called from uniform control flow, but invocations may disagree about reaching it`
enable subgroups;
@compute @workgroup_size(32) fn main(@builtin(local_invocation_index) i: u32) { if ⟦i¦3u⟧ > 2 { _ = subgroupMin(i); } }
//// subgroupMul-misused features=subgroups section=subgroupmul-builtin says=`subgroupMul cannot be called with \(array<u32, 2>\)`
enable subgroups;
fn f(x: array<u32, 2>) { _ = subgroupMul(x⟦¦[0]⟧); }
//// subgroupExclusiveMul-misused features=subgroups section=subgroupexclusivemul-builtin says=`the initial value of the const-declaration "x" must be a const-expression`
enable subgroups;
fn f() -> u32 { const x = ⟦subgroupExclusiveMul(2u)¦2u⟧; return x; }
//// subgroupInclusiveMul-misused features=subgroups section=subgroupinclusivemul-builtin says=`subgroupInclusiveMul cannot be called in module scope: its value is not known before the shader runs`
enable subgroups;
const a = ⟦subgroupInclusiveMul(2)¦2⟧;
//// subgroupOr-misused features=subgroups section=subgroupor-builtin says=`subgroupOr cannot be called with \(bool\)`
enable subgroups;
fn f(x: bool) { _ = subgroupOr(⟦x¦u32(x)⟧); }
//// subgroupShuffle-misused features=subgroups section=subgroupshuffle-builtin says=`subgroupShuffle cannot be called with \(u32, f32\)`
enable subgroups;
fn f(x: u32, i: i32) { _ = subgroupShuffle(x, ⟦f32(i)¦i⟧); }
//// subgroupShuffleDown-misused features=subgroups section=subgroupshuffledown-builtin says=`subgroupShuffleDown cannot be called with \(u32, i32\)`
enable subgroups;
fn f(x: u32) { _ = subgroupShuffleDown(x, ⟦1i¦1u⟧); }
//// subgroupShuffleUp-misused features=subgroups section=subgroupshuffleup-builtin says=`subgroupShuffleUp needs a value here that is the same for all invocations`
enable subgroups;
@compute @workgroup_size(32) fn main(@builtin(local_invocation_index) i: u32) { _ = subgroupShuffleUp(i, ⟦i¦2⟧); }
//// subgroupShuffleXor-misused features=subgroups section=subgroupshufflexor-builtin says=`subgroupShuffleXor cannot be called with \(u32, vec2<u32>\)`
enable subgroups;
fn f(x: u32) { _ = subgroupShuffleXor(x, ⟦vec2u()¦1u⟧); }
//// subgroupXor-misused features=subgroups section=subgroupxor-builtin says=`subgroupXor cannot be called with \(vec2<f32>\)`
enable subgroups;
fn f(x: vec2f) { _ = subgroupXor(⟦x¦vec2u(x)⟧); }
//// quadBroadcast-misused features=subgroups section=quadbroadcast-builtin says=`the argument id of quadBroadcast must be from 0 to 3, this is 4`
enable subgroups;
fn f(x: u32) { _ = quadBroadcast(x, ⟦4¦3⟧); }
//// quadBroadcast-2-misused features=subgroups section=quadbroadcast-builtin says=`the argument id of quadBroadcast must be a const-expression`
enable subgroups;
fn f(x: u32, i: i32) { _ = quadBroadcast(x, ⟦i¦1⟧); }
//// quadSwapDiagonal-misused features=subgroups section=quadswapdiagonal-builtin says=`quadSwapDiagonal cannot be called with \(bool\)`
enable subgroups;
fn f(x: bool) { _ = quadSwapDiagonal(⟦x¦u32(x)⟧); }
//// quadSwapX-misused features=subgroups section=quadswapx-builtin says=`the result of quadSwapX must be used`
enable subgroups;
fn f(x: u32) { ⟦¦_ = ⟧quadSwapX(x); }
//// quadSwapY-misused features=subgroups section=quadswapy-builtin says=`the function quadSwapY may not be used in a vertex shader`
enable subgroups;
@vertex fn main() -> @builtin(position) vec4f { return vec4f(⟦quadSwapY(1.0)¦1.0⟧); }
