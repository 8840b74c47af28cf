// Textures and samplers, which are checked and not run.
// section: texture-sampler-types
//// sampled-textures check-only section=sampled-texture-type,texture-sampler-types
@group(0) @binding(0) var t1: texture_1d<f32>; @group(0) @binding(1) var t2: texture_2d<f32>; @group(0) @binding(2) var t2a: texture_2d_array<f32>; @group(0) @binding(3) var t3: texture_3d<f32>;
@group(0) @binding(4) var tc: texture_cube<f32>; @group(0) @binding(5) var tca: texture_cube_array<f32>; @group(0) @binding(6) var tm: texture_multisampled_2d<f32>;
@group(0) @binding(7) var d2: texture_depth_2d; @group(0) @binding(8) var d2a: texture_depth_2d_array; @group(0) @binding(9) var dc: texture_depth_cube; @group(0) @binding(10) var dca: texture_depth_cube_array; @group(0) @binding(11) var dm: texture_depth_multisampled_2d;
@group(0) @binding(12) var s: sampler; @group(0) @binding(13) var sc: sampler_comparison; @group(0) @binding(14) var te: texture_external;
@group(1) @binding(1) var i2: texture_2d<i32>; @group(1) @binding(2) var u2a: texture_2d_array<u32>; @group(1) @binding(3) var i3: texture_3d<i32>; @group(1) @binding(4) var um: texture_multisampled_2d<u32>; @group(1) @binding(5) var uc: texture_cube<u32>;
@group(2) @binding(1) var w1: texture_storage_1d<rgba8unorm, write>; @group(2) @binding(2) var w2: texture_storage_2d<rgba16sint, write>; @group(2) @binding(3) var w2a: texture_storage_2d_array<r32uint, read_write>; @group(2) @binding(4) var w3: texture_storage_3d<rgba32float, write>; @group(2) @binding(5) var r2: texture_storage_2d<r32float, read>;
const C1 = 0.5; const C2 = vec2f(0.5); const C3 = vec3f(0.5); const O2 = vec2(-8, 7); const O3 = vec3i(1, -1, 0);
@compute @workgroup_size(1) fn main() {
    let n = 1i; let m = 1u; let x = 0.5;
    let a = t2; let b = s; _ = textureSampleLevel(a, b, C2, x); _ = i2; _ = u2a; _ = uc; _ = textureLoad(i3, vec3(0), 0).w + n; _ = takes(t2, s, i2, x);
}
fn takes(t: texture_2d<f32>, s: sampler, i: texture_2d<i32>, x: f32) -> vec4f { let again = t; return textureSampleLevel(again, s, C2, x) + vec4f(textureLoad(i, vec2u(), 0u)); }
//// multisampled-textures check-only section=multisampled-texture-type,texturenumsamples
@group(0) @binding(0) var t1: texture_1d<f32>; @group(0) @binding(1) var t2: texture_2d<f32>; @group(0) @binding(2) var t2a: texture_2d_array<f32>; @group(0) @binding(3) var t3: texture_3d<f32>;
@group(0) @binding(4) var tc: texture_cube<f32>; @group(0) @binding(5) var tca: texture_cube_array<f32>; @group(0) @binding(6) var tm: texture_multisampled_2d<f32>;
@group(0) @binding(7) var d2: texture_depth_2d; @group(0) @binding(8) var d2a: texture_depth_2d_array; @group(0) @binding(9) var dc: texture_depth_cube; @group(0) @binding(10) var dca: texture_depth_cube_array; @group(0) @binding(11) var dm: texture_depth_multisampled_2d;
@group(0) @binding(12) var s: sampler; @group(0) @binding(13) var sc: sampler_comparison; @group(0) @binding(14) var te: texture_external;
@group(1) @binding(1) var i2: texture_2d<i32>; @group(1) @binding(2) var u2a: texture_2d_array<u32>; @group(1) @binding(3) var i3: texture_3d<i32>; @group(1) @binding(4) var um: texture_multisampled_2d<u32>; @group(1) @binding(5) var uc: texture_cube<u32>;
@group(2) @binding(1) var w1: texture_storage_1d<rgba8unorm, write>; @group(2) @binding(2) var w2: texture_storage_2d<rgba16sint, write>; @group(2) @binding(3) var w2a: texture_storage_2d_array<r32uint, read_write>; @group(2) @binding(4) var w3: texture_storage_3d<rgba32float, write>; @group(2) @binding(5) var r2: texture_storage_2d<r32float, read>;
const C1 = 0.5; const C2 = vec2f(0.5); const C3 = vec3f(0.5); const O2 = vec2(-8, 7); const O3 = vec3i(1, -1, 0);
@compute @workgroup_size(1) fn main() {
    let n = 1i; let m = 1u; let x = 0.5;
    let a: vec4f = textureLoad(tm, vec2(0, n), 3); let b: vec4u = textureLoad(um, vec2u(m), m); let c: f32 = textureLoad(dm, vec2i(), n);
    let d: u32 = textureNumSamples(tm) + textureNumSamples(um) + textureNumSamples(dm); _ = a; _ = b; _ = c; _ = d;
}
//// external-textures check-only section=external-texture-type,textureSampleBaseClampToEdge
@group(0) @binding(0) var t1: texture_1d<f32>; @group(0) @binding(1) var t2: texture_2d<f32>; @group(0) @binding(2) var t2a: texture_2d_array<f32>; @group(0) @binding(3) var t3: texture_3d<f32>;
@group(0) @binding(4) var tc: texture_cube<f32>; @group(0) @binding(5) var tca: texture_cube_array<f32>; @group(0) @binding(6) var tm: texture_multisampled_2d<f32>;
@group(0) @binding(7) var d2: texture_depth_2d; @group(0) @binding(8) var d2a: texture_depth_2d_array; @group(0) @binding(9) var dc: texture_depth_cube; @group(0) @binding(10) var dca: texture_depth_cube_array; @group(0) @binding(11) var dm: texture_depth_multisampled_2d;
@group(0) @binding(12) var s: sampler; @group(0) @binding(13) var sc: sampler_comparison; @group(0) @binding(14) var te: texture_external;
@group(1) @binding(1) var i2: texture_2d<i32>; @group(1) @binding(2) var u2a: texture_2d_array<u32>; @group(1) @binding(3) var i3: texture_3d<i32>; @group(1) @binding(4) var um: texture_multisampled_2d<u32>; @group(1) @binding(5) var uc: texture_cube<u32>;
@group(2) @binding(1) var w1: texture_storage_1d<rgba8unorm, write>; @group(2) @binding(2) var w2: texture_storage_2d<rgba16sint, write>; @group(2) @binding(3) var w2a: texture_storage_2d_array<r32uint, read_write>; @group(2) @binding(4) var w3: texture_storage_3d<rgba32float, write>; @group(2) @binding(5) var r2: texture_storage_2d<r32float, read>;
const C1 = 0.5; const C2 = vec2f(0.5); const C3 = vec3f(0.5); const O2 = vec2(-8, 7); const O3 = vec3i(1, -1, 0);
@compute @workgroup_size(1) fn main() {
    let n = 1i; let m = 1u; let x = 0.5;
    let a: vec4f = textureLoad(te, vec2i(n)) + textureLoad(te, vec2u(m)); let b: vec2u = textureDimensions(te); let c: vec4f = textureSampleBaseClampToEdge(te, s, C2) + textureSampleBaseClampToEdge(t2, s, vec2f(x));
    _ = a + c; _ = b; let again = te; _ = textureDimensions(again);
}
//// depth-textures check-only section=texture-depth,sampler-type
@group(0) @binding(0) var t1: texture_1d<f32>; @group(0) @binding(1) var t2: texture_2d<f32>; @group(0) @binding(2) var t2a: texture_2d_array<f32>; @group(0) @binding(3) var t3: texture_3d<f32>;
@group(0) @binding(4) var tc: texture_cube<f32>; @group(0) @binding(5) var tca: texture_cube_array<f32>; @group(0) @binding(6) var tm: texture_multisampled_2d<f32>;
@group(0) @binding(7) var d2: texture_depth_2d; @group(0) @binding(8) var d2a: texture_depth_2d_array; @group(0) @binding(9) var dc: texture_depth_cube; @group(0) @binding(10) var dca: texture_depth_cube_array; @group(0) @binding(11) var dm: texture_depth_multisampled_2d;
@group(0) @binding(12) var s: sampler; @group(0) @binding(13) var sc: sampler_comparison; @group(0) @binding(14) var te: texture_external;
@group(1) @binding(1) var i2: texture_2d<i32>; @group(1) @binding(2) var u2a: texture_2d_array<u32>; @group(1) @binding(3) var i3: texture_3d<i32>; @group(1) @binding(4) var um: texture_multisampled_2d<u32>; @group(1) @binding(5) var uc: texture_cube<u32>;
@group(2) @binding(1) var w1: texture_storage_1d<rgba8unorm, write>; @group(2) @binding(2) var w2: texture_storage_2d<rgba16sint, write>; @group(2) @binding(3) var w2a: texture_storage_2d_array<r32uint, read_write>; @group(2) @binding(4) var w3: texture_storage_3d<rgba32float, write>; @group(2) @binding(5) var r2: texture_storage_2d<r32float, read>;
const C1 = 0.5; const C2 = vec2f(0.5); const C3 = vec3f(0.5); const O2 = vec2(-8, 7); const O3 = vec3i(1, -1, 0);
@compute @workgroup_size(1) fn main() {
    let n = 1i; let m = 1u; let x = 0.5;
    let a: f32 = textureLoad(d2, vec2i(), 0) + textureLoad(d2a, vec2u(), n, m); let b: f32 = textureSampleLevel(dc, s, C3, 0) + textureSampleCompareLevel(dca, sc, C3, 1, x); let c = sc; let d = d2; _ = a + b + textureSampleCompareLevel(d, c, C2, 0.5);
}
//// storage-textures check-only section=texture-storage,texturestore,textureload
@group(0) @binding(0) var t1: texture_1d<f32>; @group(0) @binding(1) var t2: texture_2d<f32>; @group(0) @binding(2) var t2a: texture_2d_array<f32>; @group(0) @binding(3) var t3: texture_3d<f32>;
@group(0) @binding(4) var tc: texture_cube<f32>; @group(0) @binding(5) var tca: texture_cube_array<f32>; @group(0) @binding(6) var tm: texture_multisampled_2d<f32>;
@group(0) @binding(7) var d2: texture_depth_2d; @group(0) @binding(8) var d2a: texture_depth_2d_array; @group(0) @binding(9) var dc: texture_depth_cube; @group(0) @binding(10) var dca: texture_depth_cube_array; @group(0) @binding(11) var dm: texture_depth_multisampled_2d;
@group(0) @binding(12) var s: sampler; @group(0) @binding(13) var sc: sampler_comparison; @group(0) @binding(14) var te: texture_external;
@group(1) @binding(1) var i2: texture_2d<i32>; @group(1) @binding(2) var u2a: texture_2d_array<u32>; @group(1) @binding(3) var i3: texture_3d<i32>; @group(1) @binding(4) var um: texture_multisampled_2d<u32>; @group(1) @binding(5) var uc: texture_cube<u32>;
@group(2) @binding(1) var w1: texture_storage_1d<rgba8unorm, write>; @group(2) @binding(2) var w2: texture_storage_2d<rgba16sint, write>; @group(2) @binding(3) var w2a: texture_storage_2d_array<r32uint, read_write>; @group(2) @binding(4) var w3: texture_storage_3d<rgba32float, write>; @group(2) @binding(5) var r2: texture_storage_2d<r32float, read>;
const C1 = 0.5; const C2 = vec2f(0.5); const C3 = vec3f(0.5); const O2 = vec2(-8, 7); const O3 = vec3i(1, -1, 0);
@compute @workgroup_size(1) fn main() {
    let n = 1i; let m = 1u; let x = 0.5;
    textureStore(w1, n, vec4f(x)); textureStore(w1, m, vec4f()); textureStore(w2, vec2i(n), vec4i(n)); textureStore(w2a, vec2u(m), n, vec4u(m)); textureStore(w3, vec3u(m), vec4f(x));
    let a: vec4u = textureLoad(w2a, vec2(0), 0); let b: vec4f = textureLoad(r2, vec2u(m)); _ = a; _ = b;
}
//// sizes-of-textures check-only section=texturedimensions,texturenumlayers,texturenumlevels,texture-builtin-functions
@group(0) @binding(0) var t1: texture_1d<f32>; @group(0) @binding(1) var t2: texture_2d<f32>; @group(0) @binding(2) var t2a: texture_2d_array<f32>; @group(0) @binding(3) var t3: texture_3d<f32>;
@group(0) @binding(4) var tc: texture_cube<f32>; @group(0) @binding(5) var tca: texture_cube_array<f32>; @group(0) @binding(6) var tm: texture_multisampled_2d<f32>;
@group(0) @binding(7) var d2: texture_depth_2d; @group(0) @binding(8) var d2a: texture_depth_2d_array; @group(0) @binding(9) var dc: texture_depth_cube; @group(0) @binding(10) var dca: texture_depth_cube_array; @group(0) @binding(11) var dm: texture_depth_multisampled_2d;
@group(0) @binding(12) var s: sampler; @group(0) @binding(13) var sc: sampler_comparison; @group(0) @binding(14) var te: texture_external;
@group(1) @binding(1) var i2: texture_2d<i32>; @group(1) @binding(2) var u2a: texture_2d_array<u32>; @group(1) @binding(3) var i3: texture_3d<i32>; @group(1) @binding(4) var um: texture_multisampled_2d<u32>; @group(1) @binding(5) var uc: texture_cube<u32>;
@group(2) @binding(1) var w1: texture_storage_1d<rgba8unorm, write>; @group(2) @binding(2) var w2: texture_storage_2d<rgba16sint, write>; @group(2) @binding(3) var w2a: texture_storage_2d_array<r32uint, read_write>; @group(2) @binding(4) var w3: texture_storage_3d<rgba32float, write>; @group(2) @binding(5) var r2: texture_storage_2d<r32float, read>;
const C1 = 0.5; const C2 = vec2f(0.5); const C3 = vec3f(0.5); const O2 = vec2(-8, 7); const O3 = vec3i(1, -1, 0);
@compute @workgroup_size(1) fn main() {
    let n = 1i; let m = 1u; let x = 0.5;
    let one: u32 = textureDimensions(t1) + textureDimensions(t1, 0) + textureDimensions(w1); let two: vec2u = textureDimensions(t2) + textureDimensions(i2, m) + textureDimensions(u2a, n) + textureDimensions(tc) + textureDimensions(tca, 1) + textureDimensions(tm) + textureDimensions(d2, 0u) + textureDimensions(dca) + textureDimensions(dm) + textureDimensions(w2) + textureDimensions(w2a);
    let three: vec3u = textureDimensions(t3) + textureDimensions(i3, n) + textureDimensions(w3); let layers: u32 = textureNumLayers(t2a) + textureNumLayers(tca) + textureNumLayers(d2a) + textureNumLayers(dca) + textureNumLayers(w2a);
    let levels: u32 = textureNumLevels(t1) + textureNumLevels(i2) + textureNumLevels(u2a) + textureNumLevels(t3) + textureNumLevels(uc) + textureNumLevels(tca) + textureNumLevels(d2) + textureNumLevels(d2a) + textureNumLevels(dc) + textureNumLevels(dca); _ = one + layers + levels; _ = two; _ = three;
}
//// loads-of-every-texture check-only section=textureload
@group(0) @binding(0) var t1: texture_1d<f32>; @group(0) @binding(1) var t2: texture_2d<f32>; @group(0) @binding(2) var t2a: texture_2d_array<f32>; @group(0) @binding(3) var t3: texture_3d<f32>;
@group(0) @binding(4) var tc: texture_cube<f32>; @group(0) @binding(5) var tca: texture_cube_array<f32>; @group(0) @binding(6) var tm: texture_multisampled_2d<f32>;
@group(0) @binding(7) var d2: texture_depth_2d; @group(0) @binding(8) var d2a: texture_depth_2d_array; @group(0) @binding(9) var dc: texture_depth_cube; @group(0) @binding(10) var dca: texture_depth_cube_array; @group(0) @binding(11) var dm: texture_depth_multisampled_2d;
@group(0) @binding(12) var s: sampler; @group(0) @binding(13) var sc: sampler_comparison; @group(0) @binding(14) var te: texture_external;
@group(1) @binding(1) var i2: texture_2d<i32>; @group(1) @binding(2) var u2a: texture_2d_array<u32>; @group(1) @binding(3) var i3: texture_3d<i32>; @group(1) @binding(4) var um: texture_multisampled_2d<u32>; @group(1) @binding(5) var uc: texture_cube<u32>;
@group(2) @binding(1) var w1: texture_storage_1d<rgba8unorm, write>; @group(2) @binding(2) var w2: texture_storage_2d<rgba16sint, write>; @group(2) @binding(3) var w2a: texture_storage_2d_array<r32uint, read_write>; @group(2) @binding(4) var w3: texture_storage_3d<rgba32float, write>; @group(2) @binding(5) var r2: texture_storage_2d<r32float, read>;
const C1 = 0.5; const C2 = vec2f(0.5); const C3 = vec3f(0.5); const O2 = vec2(-8, 7); const O3 = vec3i(1, -1, 0);
@compute @workgroup_size(1) fn main() {
    let n = 1i; let m = 1u; let x = 0.5;
    let f: vec4f = textureLoad(t1, n, 0) + textureLoad(t2, vec2u(m), n) + textureLoad(t2a, vec2i(n), m, 0u) + textureLoad(t3, vec3(0), 0); let i: vec4i = textureLoad(i2, vec2i(), m) + textureLoad(i3, vec3u(m), n); let u: vec4u = textureLoad(u2a, vec2u(), 1, 2); let d: f32 = textureLoad(d2, vec2(1, 2), 0) + textureLoad(d2a, vec2u(), 0, n); _ = f + d; _ = i; _ = u;
}
//// gathered check-only section=texturegather,texturegathercompare
@group(0) @binding(0) var t1: texture_1d<f32>; @group(0) @binding(1) var t2: texture_2d<f32>; @group(0) @binding(2) var t2a: texture_2d_array<f32>; @group(0) @binding(3) var t3: texture_3d<f32>;
@group(0) @binding(4) var tc: texture_cube<f32>; @group(0) @binding(5) var tca: texture_cube_array<f32>; @group(0) @binding(6) var tm: texture_multisampled_2d<f32>;
@group(0) @binding(7) var d2: texture_depth_2d; @group(0) @binding(8) var d2a: texture_depth_2d_array; @group(0) @binding(9) var dc: texture_depth_cube; @group(0) @binding(10) var dca: texture_depth_cube_array; @group(0) @binding(11) var dm: texture_depth_multisampled_2d;
@group(0) @binding(12) var s: sampler; @group(0) @binding(13) var sc: sampler_comparison; @group(0) @binding(14) var te: texture_external;
@group(1) @binding(1) var i2: texture_2d<i32>; @group(1) @binding(2) var u2a: texture_2d_array<u32>; @group(1) @binding(3) var i3: texture_3d<i32>; @group(1) @binding(4) var um: texture_multisampled_2d<u32>; @group(1) @binding(5) var uc: texture_cube<u32>;
@group(2) @binding(1) var w1: texture_storage_1d<rgba8unorm, write>; @group(2) @binding(2) var w2: texture_storage_2d<rgba16sint, write>; @group(2) @binding(3) var w2a: texture_storage_2d_array<r32uint, read_write>; @group(2) @binding(4) var w3: texture_storage_3d<rgba32float, write>; @group(2) @binding(5) var r2: texture_storage_2d<r32float, read>;
const C1 = 0.5; const C2 = vec2f(0.5); const C3 = vec3f(0.5); const O2 = vec2(-8, 7); const O3 = vec3i(1, -1, 0);
@compute @workgroup_size(1) fn main() {
    let n = 1i; let m = 1u; let x = 0.5;
    let f: vec4f = textureGather(0, t2, s, C2) + textureGather(3u, t2, s, C2, O2) + textureGather(1, t2a, s, C2, n) + textureGather(2, t2a, s, C2, m, O2) + textureGather(0, tc, s, C3) + textureGather(1i, tca, s, C3, n); let i: vec4i = textureGather(1, i2, s, C2); let u: vec4u = textureGather(2, u2a, s, C2, 0, O2) + textureGather(0, uc, s, C3);
    let d: vec4f = textureGather(d2, s, C2) + textureGather(d2, s, C2, O2) + textureGather(d2a, s, C2, n) + textureGather(d2a, s, C2, n, O2) + textureGather(dc, s, C3) + textureGather(dca, s, C3, m); let c: vec4f = textureGatherCompare(d2, sc, C2, x) + textureGatherCompare(d2, sc, C2, x, O2) + textureGatherCompare(d2a, sc, C2, n, x) + textureGatherCompare(d2a, sc, C2, n, x, O2) + textureGatherCompare(dc, sc, C3, 0.5) + textureGatherCompare(dca, sc, C3, 1, x);
    _ = f + d + c; _ = i; _ = u;
}
//// sampled-with-derivatives check-only section=texturesample,texturesamplebias,texturesamplecompare
@group(0) @binding(0) var t1: texture_1d<f32>; @group(0) @binding(1) var t2: texture_2d<f32>; @group(0) @binding(2) var t2a: texture_2d_array<f32>; @group(0) @binding(3) var t3: texture_3d<f32>;
@group(0) @binding(4) var tc: texture_cube<f32>; @group(0) @binding(5) var tca: texture_cube_array<f32>; @group(0) @binding(6) var tm: texture_multisampled_2d<f32>;
@group(0) @binding(7) var d2: texture_depth_2d; @group(0) @binding(8) var d2a: texture_depth_2d_array; @group(0) @binding(9) var dc: texture_depth_cube; @group(0) @binding(10) var dca: texture_depth_cube_array; @group(0) @binding(11) var dm: texture_depth_multisampled_2d;
@group(0) @binding(12) var s: sampler; @group(0) @binding(13) var sc: sampler_comparison; @group(0) @binding(14) var te: texture_external;
@group(1) @binding(1) var i2: texture_2d<i32>; @group(1) @binding(2) var u2a: texture_2d_array<u32>; @group(1) @binding(3) var i3: texture_3d<i32>; @group(1) @binding(4) var um: texture_multisampled_2d<u32>; @group(1) @binding(5) var uc: texture_cube<u32>;
@group(2) @binding(1) var w1: texture_storage_1d<rgba8unorm, write>; @group(2) @binding(2) var w2: texture_storage_2d<rgba16sint, write>; @group(2) @binding(3) var w2a: texture_storage_2d_array<r32uint, read_write>; @group(2) @binding(4) var w3: texture_storage_3d<rgba32float, write>; @group(2) @binding(5) var r2: texture_storage_2d<r32float, read>;
const C1 = 0.5; const C2 = vec2f(0.5); const C3 = vec3f(0.5); const O2 = vec2(-8, 7); const O3 = vec3i(1, -1, 0);
@fragment fn main(@location(0) x: f32, @location(1) @interpolate(flat) n: i32, @location(2) @interpolate(flat) m: u32) {
    let f: vec4f = textureSample(t1, s, x) + textureSample(t2, s, C2) + textureSample(t2, s, C2, O2) + textureSample(t2a, s, C2, n) + textureSample(t2a, s, C2, m, O2) + textureSample(t3, s, C3) + textureSample(t3, s, C3, O3) + textureSample(tc, s, C3) + textureSample(tca, s, C3, 1); let d: f32 = textureSample(d2, s, C2) + textureSample(d2, s, C2, O2) + textureSample(d2a, s, C2, 0) + textureSample(d2a, s, C2, n, O2) + textureSample(dc, s, C3) + textureSample(dca, s, C3, m);
    let b: vec4f = textureSampleBias(t2, s, C2, 1) + textureSampleBias(t2, s, C2, x, O2) + textureSampleBias(t2a, s, C2, n, x) + textureSampleBias(t2a, s, C2, n, x, O2) + textureSampleBias(t3, s, C3, x) + textureSampleBias(t3, s, C3, x, O3) + textureSampleBias(tc, s, C3, x) + textureSampleBias(tca, s, C3, 0, x);
    let c: f32 = textureSampleCompare(d2, sc, C2, x) + textureSampleCompare(d2, sc, C2, x, O2) + textureSampleCompare(d2a, sc, C2, 1, x) + textureSampleCompare(d2a, sc, C2, m, x, O2) + textureSampleCompare(dc, sc, C3, 1) + textureSampleCompare(dca, sc, C3, n, x); _ = f + b + d + c;
}
//// sampled-without-derivatives check-only section=texturesamplelevel,texturesamplegrad,texturesamplecomparelevel
@group(0) @binding(0) var t1: texture_1d<f32>; @group(0) @binding(1) var t2: texture_2d<f32>; @group(0) @binding(2) var t2a: texture_2d_array<f32>; @group(0) @binding(3) var t3: texture_3d<f32>;
@group(0) @binding(4) var tc: texture_cube<f32>; @group(0) @binding(5) var tca: texture_cube_array<f32>; @group(0) @binding(6) var tm: texture_multisampled_2d<f32>;
@group(0) @binding(7) var d2: texture_depth_2d; @group(0) @binding(8) var d2a: texture_depth_2d_array; @group(0) @binding(9) var dc: texture_depth_cube; @group(0) @binding(10) var dca: texture_depth_cube_array; @group(0) @binding(11) var dm: texture_depth_multisampled_2d;
@group(0) @binding(12) var s: sampler; @group(0) @binding(13) var sc: sampler_comparison; @group(0) @binding(14) var te: texture_external;
@group(1) @binding(1) var i2: texture_2d<i32>; @group(1) @binding(2) var u2a: texture_2d_array<u32>; @group(1) @binding(3) var i3: texture_3d<i32>; @group(1) @binding(4) var um: texture_multisampled_2d<u32>; @group(1) @binding(5) var uc: texture_cube<u32>;
@group(2) @binding(1) var w1: texture_storage_1d<rgba8unorm, write>; @group(2) @binding(2) var w2: texture_storage_2d<rgba16sint, write>; @group(2) @binding(3) var w2a: texture_storage_2d_array<r32uint, read_write>; @group(2) @binding(4) var w3: texture_storage_3d<rgba32float, write>; @group(2) @binding(5) var r2: texture_storage_2d<r32float, read>;
const C1 = 0.5; const C2 = vec2f(0.5); const C3 = vec3f(0.5); const O2 = vec2(-8, 7); const O3 = vec3i(1, -1, 0);
@compute @workgroup_size(1) fn main() {
    let n = 1i; let m = 1u; let x = 0.5;
    let f: vec4f = textureSampleLevel(t1, s, x, 0) + textureSampleLevel(t2, s, C2, x) + textureSampleLevel(t2, s, C2, 1, O2) + textureSampleLevel(t2a, s, C2, n, x) + textureSampleLevel(t2a, s, C2, m, 0, O2) + textureSampleLevel(t3, s, C3, x) + textureSampleLevel(t3, s, C3, x, O3) + textureSampleLevel(tc, s, C3, x) + textureSampleLevel(tca, s, C3, 1, x);
    let d: f32 = textureSampleLevel(d2, s, C2, n) + textureSampleLevel(d2, s, C2, 0u, O2) + textureSampleLevel(d2a, s, C2, 0, m) + textureSampleLevel(d2a, s, C2, n, n, O2) + textureSampleLevel(dc, s, C3, 1) + textureSampleLevel(dca, s, C3, m, n);
    let g: vec4f = textureSampleGrad(t2, s, C2, C2, C2) + textureSampleGrad(t2, s, C2, C2, C2, O2) + textureSampleGrad(t2a, s, C2, n, C2, C2) + textureSampleGrad(t2a, s, C2, m, C2, C2, O2) + textureSampleGrad(t3, s, C3, C3, C3) + textureSampleGrad(t3, s, C3, C3, C3, O3) + textureSampleGrad(tc, s, C3, C3, C3) + textureSampleGrad(tca, s, C3, 0, C3, C3);
    let c: f32 = textureSampleCompareLevel(d2, sc, C2, x) + textureSampleCompareLevel(d2, sc, C2, x, O2) + textureSampleCompareLevel(d2a, sc, C2, n, x) + textureSampleCompareLevel(d2a, sc, C2, n, x, O2) + textureSampleCompareLevel(dc, sc, C3, x) + textureSampleCompareLevel(dca, sc, C3, 2, x); _ = f + g + d + c;
}
//// formats check-only section=texel-formats,texture-storage
@group(0) @binding(0) var t0: texture_storage_2d<rgba8unorm, write>;
@group(0) @binding(1) var t1: texture_storage_2d<rgba8snorm, write>;
@group(0) @binding(2) var t2: texture_storage_2d<rgba8uint, write>;
@group(0) @binding(3) var t3: texture_storage_2d<rgba8sint, write>;
@group(0) @binding(4) var t4: texture_storage_2d<rgba16uint, write>;
@group(0) @binding(5) var t5: texture_storage_2d<rgba16sint, write>;
@group(0) @binding(6) var t6: texture_storage_2d<rgba16float, write>;
@group(0) @binding(7) var t7: texture_storage_2d<r32uint, write>;
@group(0) @binding(8) var t8: texture_storage_2d<r32sint, write>;
@group(0) @binding(9) var t9: texture_storage_2d<r32float, write>;
@group(0) @binding(10) var t10: texture_storage_2d<rg32uint, write>;
@group(0) @binding(11) var t11: texture_storage_2d<rg32sint, write>;
@group(0) @binding(12) var t12: texture_storage_2d<rg32float, write>;
@group(0) @binding(13) var t13: texture_storage_2d<rgba32uint, write>;
@group(0) @binding(14) var t14: texture_storage_2d<rgba32sint, write>;
@group(0) @binding(15) var t15: texture_storage_2d<rgba32float, write>;
@group(0) @binding(16) var t16: texture_storage_2d<bgra8unorm, write>;
fn f() {
    textureStore(t0, vec2u(), vec4f());
    textureStore(t1, vec2u(), vec4f());
    textureStore(t2, vec2u(), vec4u());
    textureStore(t3, vec2u(), vec4i());
    textureStore(t4, vec2u(), vec4u());
    textureStore(t5, vec2u(), vec4i());
    textureStore(t6, vec2u(), vec4f());
    textureStore(t7, vec2u(), vec4u());
    textureStore(t8, vec2u(), vec4i());
    textureStore(t9, vec2u(), vec4f());
    textureStore(t10, vec2u(), vec4u());
    textureStore(t11, vec2u(), vec4i());
    textureStore(t12, vec2u(), vec4f());
    textureStore(t13, vec2u(), vec4u());
    textureStore(t14, vec2u(), vec4i());
    textureStore(t15, vec2u(), vec4f());
    textureStore(t16, vec2u(), vec4f());
}
//// formats-of-tier-1 check-only features=texture-formats-tier1 section=texel-formats,texture-storage
requires texture_formats_tier1;
@group(0) @binding(0) var t0: texture_storage_2d<rgba16unorm, write>;
@group(0) @binding(1) var t1: texture_storage_2d<rgba16snorm, write>;
@group(0) @binding(2) var t2: texture_storage_2d<rg8unorm, write>;
@group(0) @binding(3) var t3: texture_storage_2d<rg8snorm, write>;
@group(0) @binding(4) var t4: texture_storage_2d<rg8uint, write>;
@group(0) @binding(5) var t5: texture_storage_2d<rg8sint, write>;
@group(0) @binding(6) var t6: texture_storage_2d<rg16unorm, write>;
@group(0) @binding(7) var t7: texture_storage_2d<rg16snorm, write>;
@group(0) @binding(8) var t8: texture_storage_2d<rg16uint, write>;
@group(0) @binding(9) var t9: texture_storage_2d<rg16sint, write>;
@group(0) @binding(10) var t10: texture_storage_2d<rg16float, write>;
@group(0) @binding(11) var t11: texture_storage_2d<r8unorm, write>;
@group(0) @binding(12) var t12: texture_storage_2d<r8snorm, write>;
@group(0) @binding(13) var t13: texture_storage_2d<r8uint, write>;
@group(0) @binding(14) var t14: texture_storage_2d<r8sint, write>;
@group(0) @binding(15) var t15: texture_storage_2d<r16unorm, write>;
@group(0) @binding(16) var t16: texture_storage_2d<r16snorm, write>;
@group(0) @binding(17) var t17: texture_storage_2d<r16uint, write>;
@group(0) @binding(18) var t18: texture_storage_2d<r16sint, write>;
@group(0) @binding(19) var t19: texture_storage_2d<r16float, write>;
@group(0) @binding(20) var t20: texture_storage_2d<rgb10a2unorm, write>;
@group(0) @binding(21) var t21: texture_storage_2d<rgb10a2uint, write>;
@group(0) @binding(22) var t22: texture_storage_2d<rg11b10ufloat, write>;
fn f() {
    textureStore(t0, vec2u(), vec4f());
    textureStore(t1, vec2u(), vec4f());
    textureStore(t2, vec2u(), vec4f());
    textureStore(t3, vec2u(), vec4f());
    textureStore(t4, vec2u(), vec4u());
    textureStore(t5, vec2u(), vec4i());
    textureStore(t6, vec2u(), vec4f());
    textureStore(t7, vec2u(), vec4f());
    textureStore(t8, vec2u(), vec4u());
    textureStore(t9, vec2u(), vec4i());
    textureStore(t10, vec2u(), vec4f());
    textureStore(t11, vec2u(), vec4f());
    textureStore(t12, vec2u(), vec4f());
    textureStore(t13, vec2u(), vec4u());
    textureStore(t14, vec2u(), vec4i());
    textureStore(t15, vec2u(), vec4f());
    textureStore(t16, vec2u(), vec4f());
    textureStore(t17, vec2u(), vec4u());
    textureStore(t18, vec2u(), vec4i());
    textureStore(t19, vec2u(), vec4f());
    textureStore(t20, vec2u(), vec4f());
    textureStore(t21, vec2u(), vec4u());
    textureStore(t22, vec2u(), vec4f());
}
//// a-barrier-for-textures check-only section=textureBarrier-builtin
requires readonly_and_readwrite_storage_textures;
@group(0) @binding(0) var t: texture_storage_2d<r32uint, read_write>;
@compute @workgroup_size(8) fn main(@builtin(local_invocation_index) i: u32) { let x = textureLoad(t, vec2u(i, 0)); textureBarrier(); textureStore(t, vec2u(7 - i, 0), x); }
