// Textures that are sampled, loaded and stored. A sampler's name says what it
// does; filters may be a few 256ths off, since hardware weighs with eight bits.
// section: texture-builtin-functions
//// sizes section=texturedimensions,texturenumlayers,texturenumlevels
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var t1: texture_1d<f32>;
@group(0) @binding(2) var t2: texture_2d<f32>;
@group(0) @binding(3) var ta: texture_2d_array<u32>;
@group(0) @binding(4) var t3: texture_3d<i32>;
@group(0) @binding(5) var tc: texture_cube<f32>;
@group(0) @binding(6) var tca: texture_cube_array<f32>;
@group(0) @binding(7) var td: texture_depth_2d;
@group(0) @binding(8) var out_s: texture_storage_2d_array<rgba8unorm, write>;
fn sum(v: vec3u) -> u32 { return v.x * 10000u + v.y * 100u + v.z; }
@compute @workgroup_size(1)
fn main() {
    out[0] = textureDimensions(t1); out[1] = textureDimensions(t1, 0);
    out[2] = sum(vec3u(textureDimensions(t2), 0)); out[3] = sum(vec3u(textureDimensions(t2, 1), 0)); out[4] = sum(vec3u(textureDimensions(t2, 3u), 0));
    out[5] = sum(vec3u(textureDimensions(ta, 2), textureNumLayers(ta)));
    out[6] = sum(textureDimensions(t3)); out[7] = sum(textureDimensions(t3, 1)); out[8] = sum(textureDimensions(t3, 3));
    out[9] = sum(vec3u(textureDimensions(tc, 2), 0)); out[10] = sum(vec3u(textureDimensions(tca), textureNumLayers(tca)));
    out[11] = sum(vec3u(textureDimensions(td, 1), textureNumLevels(td)));
    out[12] = textureNumLevels(t1) + 10u * textureNumLevels(t2) + 100u * textureNumLevels(t3) + 1000u * textureNumLevels(tca);
    out[13] = sum(vec3u(textureDimensions(out_s), textureNumLayers(out_s)));
    textureStore(out_s, vec2u(), 0, vec4f());
}
//// samples-of-zero section=texturenumsamples,multisampled-texture-type,textureload
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var t: texture_multisampled_2d<f32>;
@group(0) @binding(2) var u: texture_multisampled_2d<u32>;
@compute @workgroup_size(1)
fn main() {
    out[0] = f32(textureNumSamples(t)); out[1] = f32(textureDimensions(u).x);
    out[2] = textureLoad(t, vec2(2, 3), 3).y; out[3] = f32(textureLoad(u, vec2u(5, 1), 1u).z);
}
//// loads-of-2d workgroups=4 section=textureload,sampled-texture-type
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var t: texture_2d<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let level = i32(i % 4u);
    let size = textureDimensions(t, level);
    out[i] = textureLoad(t, vec2u(i % size.x, (i / 3u) % size.y), level);
}
//// loads-of-integers workgroups=4 section=textureload,sampled-texture-type
@group(0) @binding(0) var<storage, read_write> out: array<vec4u>;
@group(0) @binding(1) var u: texture_2d<u32>;
@group(0) @binding(2) var s: texture_2d_array<i32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let p = vec2i(id.xx % 4u);
    out[id.x] = textureLoad(u, p + vec2i(5, 2), 0) ^ bitcast<vec4u>(textureLoad(s, p, i32(id.x % 3u), 0)) ^ textureLoad(u, vec2u(1, 0), 2u);
}
//// loads-of-arrays-and-volumes workgroups=4 section=textureload,sampled-texture-type
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var a: texture_2d_array<f32>;
@group(0) @binding(2) var v: texture_3d<f32>;
@group(0) @binding(3) var l: texture_1d<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    out[i] = textureLoad(a, vec2u(i % 8u, i % 5u), i % 3u, 0u) + 2 * textureLoad(v, vec3u(i % 4u, i % 2u, i % 3u), 1) + 4 * textureLoad(l, i % 16u, 0);
}
//// loads-of-depth workgroups=4 section=textureload,texture-depth
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var d: texture_depth_2d;
@group(0) @binding(2) var a: texture_depth_2d_array;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    out[i] = textureLoad(d, vec2u(i % 12u, i % 7u), 0) + 2 * textureLoad(a, vec2u(i % 4u, i % 2u), 2, 1);
}
//// loads-outside-do-no-harm workgroups=4 section=textureload
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var t: texture_2d<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    // What comes is not fixed, but it is some texel, zero, or opaque black.
    let far = textureLoad(t, vec2i(id.xy) - vec2i(70), i32(id.x % 9u) - 2);
    out[id.x] = select(0u, 1u, all(far >= vec4f(0)) && all(far <= vec4f(1)));
}
//// nearest workgroups=4 section=texturesamplelevel,sampler-type
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var t: texture_2d<f32>;
@group(0) @binding(2) var nearest_clamp: sampler;
@group(0) @binding(3) var nearest_repeat: sampler;
@group(0) @binding(4) var nearest_mirror: sampler;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let uv = vec2f(f32(id.x) * 0.0713 - 1.61, 2.37 - f32(id.x) * 0.0571);
    out[id.x] = textureSampleLevel(t, nearest_clamp, uv, 0) + 2 * textureSampleLevel(t, nearest_repeat, uv, 0) + 4 * textureSampleLevel(t, nearest_mirror, uv, 0);
}
//// linear workgroups=4 abs=0.01 section=texturesamplelevel,sampler-type
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var t: texture_2d<f32>;
@group(0) @binding(2) var linear_clamp: sampler;
@group(0) @binding(3) var linear_repeat: sampler;
@group(0) @binding(4) var linear_mirror: sampler;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let uv = vec2f(f32(id.x) * 0.0713 - 1.61, 2.37 - f32(id.x) * 0.0571);
    switch id.x % 3u {
        case 0: { out[id.x] = textureSampleLevel(t, linear_clamp, uv, 0); }
        case 1: { out[id.x] = textureSampleLevel(t, linear_repeat, uv, 0); }
        default: { out[id.x] = textureSampleLevel(t, linear_mirror, uv, 0); }
    }
}
//// linear-with-offset workgroups=4 abs=0.01 section=texturesamplelevel
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var t: texture_2d<f32>;
@group(0) @binding(2) var a: texture_2d_array<f32>;
@group(0) @binding(3) var linear_repeat: sampler;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let uv = vec2f(f32(id.x) * 0.0713 - 1.61, 2.37 - f32(id.x) * 0.0571);
    out[id.x] = 0.5 * textureSampleLevel(t, linear_repeat, uv, 0, vec2i(3, -2)) + 0.5 * textureSampleLevel(a, linear_repeat, uv, 1, 0, vec2i(-8, 7));
}
//// levels workgroups=4 abs=0.02 section=texturesamplelevel
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var t: texture_2d<f32>;
@group(0) @binding(2) var linear_mip: sampler;
@group(0) @binding(3) var nearest_clamp: sampler;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let uv = vec2f(fract(f32(id.x) * 0.317), 0.43);
    // Levels in the middle between two are left out: they may go either way.
    out[id.x] = 0.5 * textureSampleLevel(t, linear_mip, uv, f32(id.x) * 0.0625 - 0.5) + 0.5 * textureSampleLevel(t, nearest_clamp, uv, f32(id.x % 16u) * 0.25 + 0.1);
}
//// layers workgroups=4 abs=0.01 section=texturesamplelevel
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var a: texture_2d_array<f32>;
@group(0) @binding(2) var linear_repeat: sampler;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    // The layer is clamped to those that there are.
    out[id.x] = textureSampleLevel(a, linear_repeat, vec2f(id.xx) * vec2f(0.083, 0.031), i32(id.x % 6u) - 1, 1);
}
//// lines workgroups=4 abs=0.01 section=texturesamplelevel
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var l: texture_1d<f32>;
@group(0) @binding(2) var linear_mirror: sampler;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    out[id.x] = textureSampleLevel(l, linear_mirror, f32(id.x) * 0.0377 - 1, 0);
}
//// volumes workgroups=4 abs=0.02 section=texturesamplelevel
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var v: texture_3d<f32>;
@group(0) @binding(2) var linear_repeat_mip: sampler;
@group(0) @binding(3) var nearest_mirror: sampler;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let uvw = vec3f(f32(id.x) * 0.073 - 1, f32(id.x) * 0.019, 2 - f32(id.x) * 0.057);
    out[id.x] = 0.5 * textureSampleLevel(v, linear_repeat_mip, uvw, f32(id.x % 8u) * 0.25) + 0.5 * textureSampleLevel(v, nearest_mirror, uvw, 1, vec3i(1, -2, 3));
}
//// cubes workgroups=4 abs=0.02 section=texturesamplelevel
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var c: texture_cube<f32>;
@group(0) @binding(2) var linear_mip: sampler;
@group(0) @binding(3) var nearest_clamp: sampler;
fn inside(i: u32) -> vec3f {
    let f = f32(i);
    let p = 0.48 * vec2f(cos(f * 0.71), sin(f * 1.13));
    let side = select(1.0, -1.0, i % 2u == 0u);
    switch i % 3u {
        case 0: { return vec3f(side, p); }
        case 1: { return vec3f(p.x, side, p.y); }
        default: { return vec3f(p, side); }
    }
}
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let f = f32(id.x);
    let anywhere = vec3f(cos(f * 0.71), sin(f * 1.13), cos(f * 0.37 + 1));
    out[id.x] = 0.5 * textureSampleLevel(c, linear_mip, inside(id.x) * 3, f32(id.x % 3u)) + 0.5 * textureSampleLevel(c, nearest_clamp, anywhere, 0);
}
//// many-cubes workgroups=4 section=texturesamplelevel
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var c: texture_cube_array<f32>;
@group(0) @binding(2) var nearest_clamp: sampler;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let f = f32(id.x);
    out[id.x] = textureSampleLevel(c, nearest_clamp, vec3f(cos(f * 0.71), sin(f * 1.13), cos(f * 0.37 + 1)), id.x % 2u, 0);
}
//// edges-of-cubes workgroups=4 abs=0.02 section=texturesamplelevel chromium=SwiftShader blends with black beyond the edge of a face, where the face beside it begins (texturesamplelevel; Vulkan, Cube Map Edge Handling)
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var c: texture_cube<f32>;
@group(0) @binding(2) var linear_clamp: sampler;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let f = f32(id.x);
    out[id.x] = textureSampleLevel(c, linear_clamp, vec3f(cos(f * 0.71), sin(f * 1.13), cos(f * 0.37 + 1)), 1);
}
//// gradients workgroups=4 abs=0.03 section=texturesamplegrad
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var t: texture_2d<f32>;
@group(0) @binding(2) var linear_repeat_mip: sampler;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let uv = vec2f(fract(f32(id.x) * 0.317), 0.43);
    // Along one axis, where all ways to find the level give the same.
    let step = exp2(f32(id.x % 5u) - 1);
    out[id.x] = textureSampleGrad(t, linear_repeat_mip, uv, vec2f(step / 12, 0), vec2f(0, step / 7), vec2i(1, 0));
}
//// depth-sampled workgroups=4 abs=0.01 section=texturesamplelevel,texture-depth
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var d: texture_depth_2d;
@group(0) @binding(2) var nearest_repeat: sampler;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    out[id.x] = textureSampleLevel(d, nearest_repeat, vec2f(id.xx) * vec2f(0.083, 0.031), i32(id.x % 4u));
}
//// compared workgroups=4 abs=0.01 section=texturesamplecomparelevel,sampler-type
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var d: texture_depth_2d;
@group(0) @binding(2) var nearest_less: sampler_comparison;
@group(0) @binding(3) var nearest_greater_equal: sampler_comparison;
@group(0) @binding(4) var linear_less_equal: sampler_comparison;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let uv = vec2f(id.xx) * vec2f(0.083, 0.031);
    let r = f32(id.x) / 64;
    out[id.x] = textureSampleCompareLevel(d, nearest_less, uv, r) + 2 * textureSampleCompareLevel(d, nearest_greater_equal, uv, r) +
        textureSampleCompareLevel(d, linear_less_equal, uv, r, vec2i(1, 0));
}
//// compared-in-cubes workgroups=4 abs=0.01 section=texturesamplecomparelevel
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var d: texture_depth_cube;
@group(0) @binding(2) var nearest_greater: sampler_comparison;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let f = f32(id.x);
    out[id.x] = textureSampleCompareLevel(d, nearest_greater, vec3f(cos(f * 0.71), sin(f * 1.13), cos(f * 0.37 + 1)), 0.5);
}
//// gathered-colours workgroups=4 section=texturegather
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var t: texture_2d<f32>;
@group(0) @binding(2) var a: texture_2d_array<f32>;
@group(0) @binding(3) var nearest_repeat: sampler;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let uv = vec2f(id.xx) * vec2f(0.0831, 0.0313);
    out[id.x] = textureGather(0, t, nearest_repeat, uv) + 2 * textureGather(3, a, nearest_repeat, uv, 2) + 4 * textureGather(1u, t, nearest_repeat, uv, vec2i(-1, 2));
}
//// gathered-integers workgroups=4 section=texturegather
@group(0) @binding(0) var<storage, read_write> out: array<vec4u>;
@group(0) @binding(1) var t: texture_2d<u32>;
@group(0) @binding(2) var s: texture_2d<i32>;
@group(0) @binding(3) var nearest_mirror: sampler;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let uv = vec2f(id.xx) * vec2f(0.0831, -0.0313);
    out[id.x] = textureGather(2, t, nearest_mirror, uv) ^ bitcast<vec4u>(textureGather(0, s, nearest_mirror, uv));
}
//// gathered-depth workgroups=4 section=texturegather,texturegathercompare
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var d: texture_depth_2d;
@group(0) @binding(2) var nearest_clamp: sampler;
@group(0) @binding(3) var nearest_less: sampler_comparison;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let uv = vec2f(id.xx) * vec2f(0.0131, 0.0113);
    out[id.x] = textureGather(d, nearest_clamp, uv) + 2 * textureGatherCompare(d, nearest_less, uv, 0.4);
}
//// clamped-to-the-base abs=0.01 workgroups=4 section=textureSampleBaseClampToEdge
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var t: texture_2d<f32>;
@group(0) @binding(2) var linear_repeat: sampler;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    out[id.x] = textureSampleBaseClampToEdge(t, linear_repeat, vec2f(f32(id.x) * 0.0317 - 0.5, 0.97));
}
//// stored-normalized workgroups=4 abs=0.008 section=texturestore,texel-formats,texture-storage
@group(0) @binding(0) var out_a: texture_storage_2d<rgba8unorm, write>;
@group(0) @binding(1) var out_b: texture_storage_2d<rgba8snorm, write>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = vec4f(f32(id.x) / 40, 1.25 - f32(id.x) / 30, -f32(id.x) / 50, 0.5);
    textureStore(out_a, vec2u(id.x % 12u, id.x / 12u), v);
    textureStore(out_b, vec2i(vec2u(id.x % 12u, id.x / 12u)), v);
}
//// stored-integers workgroups=4 section=texturestore,texel-formats,texture-storage
@group(0) @binding(0) var out_a: texture_storage_2d<rgba8uint, write>;
@group(0) @binding(1) var out_b: texture_storage_2d<rgba16sint, write>;
@group(0) @binding(2) var out_c: texture_storage_2d<rg32uint, write>;
@group(0) @binding(3) var out_d: texture_storage_2d<r32sint, write>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let p = vec2u(id.x % 12u, id.x / 12u);
    textureStore(out_a, p, vec4u(id.x, 255u - id.x, 3, 4));
    textureStore(out_b, p, vec4i(-i32(id.x), 32767, -32768, 1));
    textureStore(out_c, p, vec4u(id.x * 77777777u, ~id.x, 9, 9));
    textureStore(out_d, p, vec4i(bitcast<i32>(id.x * 99999999u), 1, 2, 3));
}
//// stored-floats workgroups=4 section=texturestore,texel-formats,texture-storage
@group(0) @binding(0) var out_a: texture_storage_2d<rgba16float, write>;
@group(0) @binding(1) var out_b: texture_storage_2d<r32float, write>;
@group(0) @binding(2) var out_c: texture_storage_2d<rgba32float, write>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let p = vec2u(id.x % 12u, id.x / 12u);
    // Sums of powers of two: no rounding to f16 is asked for.
    let v = vec4f(f32(id.x) * 0.25, -f32(id.x) * 32, 1.5, f32(id.x) / 64);
    textureStore(out_a, p, v); textureStore(out_b, p, v * 1.1); textureStore(out_c, p, v / 3);
}
//// stored-everywhere workgroups=4 section=texturestore,texture-storage
@group(0) @binding(0) var out_l: texture_storage_1d<r32uint, write>;
@group(0) @binding(1) var out_a: texture_storage_2d_array<r32uint, write>;
@group(0) @binding(2) var out_v: texture_storage_3d<r32uint, write>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let v = vec4u(i + 1u);
    // What lies outside is not written.
    textureStore(out_l, i - 20u, v);
    textureStore(out_a, vec2u(i % 9u, i / 9u), i % 2u, v);
    textureStore(out_v, vec3i(vec3u(i % 8u, i / 8u, i % 5u)) - vec3i(0, 1, 0), v);
}
//// read-and-written workgroups=2 section=texture-storage,textureBarrier-builtin,textureload,texturestore
@group(0) @binding(0) var out_t: texture_storage_2d<r32uint, read_write>;
@group(0) @binding(1) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
    let row = group.x;
    if (lane < 12u) { textureStore(out_t, vec2u(lane, row), vec4u(lane * 5u + row)); }
    textureBarrier();
    if (lane < 12u) { out[id.x] = textureLoad(out_t, vec2u(11u - lane, row)).x; }
}
//// reads-of-storage workgroups=2 section=texture-storage,textureload
@group(0) @binding(0) var t: texture_storage_2d<rgba8unorm, read>;
@group(0) @binding(1) var u: texture_storage_3d<rg32sint, read>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    out[id.x] = textureLoad(t, vec2u(id.x % 12u, id.x % 7u)) + vec4f(textureLoad(u, vec3u(id.x % 8u, id.x % 5u, id.x % 6u)) % vec4i(4));
}
//// handed-to-functions workgroups=4 abs=0.01 section=texture-sampler-types
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var first: texture_2d<f32>;
@group(0) @binding(2) var second: texture_2d<f32>;
@group(0) @binding(3) var nearest_repeat: sampler;
fn size(t: texture_2d<f32>) -> vec2f { return vec2f(textureDimensions(t)); }
fn look(t: texture_2d<f32>, s: sampler, i: u32) -> vec4f { return textureSampleLevel(t, s, (vec2f(f32(i), 1) + 0.5) / size(t), 0); }
fn deeper(s: sampler, t: texture_2d<f32>, i: u32) -> vec4f { return look(t, s, i) + look(t, s, i + 1u); }
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    out[id.x] = deeper(nearest_repeat, first, id.x) - 2 * look(second, nearest_repeat, id.x);
}
//// only-for-some-lanes workgroups=4 abs=0.01
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var t: texture_2d<f32>;
@group(0) @binding(2) var linear_repeat: sampler;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    var v = vec4f();
    for (var k = 0u; k < id.x % 5u; k++) {
        if ((id.x + k) % 3u == 0u) { continue; }
        v += textureSampleLevel(t, linear_repeat, vec2f(f32(id.x), f32(k)) * 0.21, 0) * 0.25;
    }
    out[id.x] = v;
}
//// program-box-blur workgroups=2,1 abs=0.01
@group(0) @binding(0) var picture: texture_2d<f32>;
@group(0) @binding(1) var out_t: texture_storage_2d<rgba8unorm, write>;
@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let size = vec2i(textureDimensions(picture));
    let p = vec2i(id.xy);
    if (any(p >= size)) { return; }
    var sum = vec4f();
    for (var y = -1; y <= 1; y++) {
        for (var x = -1; x <= 1; x++) { sum += textureLoad(picture, clamp(p + vec2i(x, y), vec2i(0), size - 1), 0); }
    }
    textureStore(out_t, p, sum / 9);
}
//// program-sobel workgroups=2,1 abs=0.01
@group(0) @binding(0) var picture: texture_2d<f32>;
@group(0) @binding(1) var out_t: texture_storage_2d<r32float, write>;
var<workgroup> tile: array<array<f32, 10>, 10>;
fn grey(p: vec2i) -> f32 {
    let size = vec2i(textureDimensions(picture));
    return dot(textureLoad(picture, clamp(p, vec2i(0), size - 1), 0).rgb, vec3f(0.2126, 0.7152, 0.0722));
}
@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_id) at: vec3u, @builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
    for (var k = lane; k < 100u; k += 64u) {
        tile[k / 10u][k % 10u] = grey(vec2i(group.xy * 8u) + vec2i(vec2u(k % 10u, k / 10u)) - 1);
    }
    workgroupBarrier();
    let x = at.x + 1u; let y = at.y + 1u;
    let gx = tile[y - 1][x + 1] + 2 * tile[y][x + 1] + tile[y + 1][x + 1] - tile[y - 1][x - 1] - 2 * tile[y][x - 1] - tile[y + 1][x - 1];
    let gy = tile[y + 1][x - 1] + 2 * tile[y + 1][x] + tile[y + 1][x + 1] - tile[y - 1][x - 1] - 2 * tile[y - 1][x] - tile[y - 1][x + 1];
    textureStore(out_t, id.xy, vec4f(length(vec2f(gx, gy))));
}
//// program-halve workgroups=1 abs=0.01
@group(0) @binding(0) var picture: texture_2d_array<f32>;
@group(0) @binding(1) var linear_clamp: sampler;
@group(0) @binding(2) var out_t: texture_storage_2d<rgba16float, write>;
@compute @workgroup_size(4, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let size = vec2f(textureDimensions(picture)) / 2;
    textureStore(out_t, id.xy, textureSampleLevel(picture, linear_clamp, (vec2f(id.xy) + 0.5) / size, 2, 0));
}
