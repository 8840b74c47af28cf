// Geometric built-in functions.
//// cross ulp=16 abs=1e-4 section=cross-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec3f>;
@group(0) @binding(1) var<storage, read> a: array<vec3f>;
@group(0) @binding(2) var<storage, read> b: array<vec3f>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = cross(x, y);
}
//// distance ulp=16 section=distance-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = distance(x, y);
}
//// dot ulp=64 abs=1e-4 section=dot-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = dot(x, y);
}
//// dot-2 ulp=64 abs=1e-4 section=dot-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<vec2f>;
@group(0) @binding(2) var<storage, read> b: array<vec2f>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = dot(x, y);
}
//// face-forward section=faceForward-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec3f>;
@group(0) @binding(1) var<storage, read> a: array<vec3f>;
@group(0) @binding(2) var<storage, read> b: array<vec3f>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = faceForward(x, y, x + vec3f(0.5));
}
//// length ulp=16 section=length-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<vec3f>;
@group(0) @binding(2) var<storage, read> b: array<vec3f>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = length(x) + length(y.xy) + length(y.z);
}
//// normalize ulp=16 section=normalize-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec3f>;
@group(0) @binding(1) var<storage, read> a: array<vec3f>;
@group(0) @binding(2) var<storage, read> b: array<vec3f>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = normalize(x + vec3f(9.0));
}
//// reflect ulp=64 abs=1e-4 section=reflect-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec3f>;
@group(0) @binding(1) var<storage, read> a: array<vec3f>;
@group(0) @binding(2) var<storage, read> b: array<vec3f>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = reflect(x, normalize(y + vec3f(10.0)));
}
//// refract abs=1e-4 section=refract-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec2f>;
@group(0) @binding(1) var<storage, read> a: array<vec2f>;
@group(0) @binding(2) var<storage, read> b: array<vec2f>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = refract(normalize(x + vec2f(9.0)), normalize(y + vec2f(12.0)), 0.7);
}
//// refract-total section=refract-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec3f>;
@group(0) @binding(1) var<storage, read> a: array<vec3f>;
@group(0) @binding(2) var<storage, read> b: array<vec3f>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = refract(vec3f(1.0, 0.0, 0.0), vec3f(0.0, 1.0, 0.0), 2.0 + abs(x.x));
}
