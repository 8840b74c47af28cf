// "Conversion", "bitcast" and value constructors that convert.
//// f32-to-i32 section=i32-builtin,floating-point-conversion
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = i32(x * 3.7);
}
//// f32-to-u32 section=u32-builtin,floating-point-conversion
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = u32(x * 3.7);
}
//// f32-to-i32-large section=f32-builtin
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = i32(x * 1e9);
}
//// f32-to-u32-large section=f32-builtin
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = u32(x * 1e10);
}
//// i32-to-f32 ulp=1 section=f32-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<i32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = f32(x);
}
//// u32-to-f32 ulp=1 section=f32-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = f32(x);
}
//// i32-to-u32 section=u32-builtin
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<i32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = u32(x);
}
//// u32-to-i32 section=i32-builtin
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = i32(x);
}
//// bool-to-all section=i32-builtin,u32-builtin,f32-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<i32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = vec4f(f32(x > 0), f32(i32(x > 5)), f32(u32(x < 0)), f32(bool(x)));
}
//// to-bool section=bool-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec2u>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = vec2u(vec2<bool>(vec2f(x, floor(x) - x)));
}
//// vector-conversions section=vec2-builtin,vec3-builtin,vec4-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4i>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = vec4i(vec4f(x, -x, x * 2.0, 0.5));
}
//// matrix-conversion ulp=2 section=matrix-types
@group(0) @binding(0) var<storage, read_write> out: array<vec2f>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = (mat2x2f(mat2x2f(x, 1.0, 2.0, x)) * vec2f(1.0, 2.0));
}
//// bitcast-f32-u32 section=bitcast-builtin
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = bitcast<u32>(x);
}
//// bitcast-u32-f32 section=bitcast-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = bitcast<f32>(x & 0x3fffffffu);
}
//// bitcast-vectors section=bitcast-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec3u>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = bitcast<vec3u>(bitcast<vec3i>(vec3f(x, -x, 1.0)));
}
//// bitcast-i32-u32 section=bitcast-builtin
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<i32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = bitcast<u32>(x) ^ bitcast<u32>(bitcast<i32>(7u));
}
//// bitcast-const section=bitcast-builtin
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = x ^ bitcast<u32>(1.0) ^ bitcast<u32>(-2i);
}
