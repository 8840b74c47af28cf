// Built-in functions of f32 with two and three arguments.
//// atan2 ulp=4100 abs=1e-6 section=atan2-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = atan2(x, y);
}
//// max section=max-float-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = max(x, y);
}
//// min section=min-float-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = min(x, y);
}
//// pow ulp=4096 abs=1e-4 section=pow-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = pow(abs(x) + 0.1, y / 4.0);
}
//// step section=step-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = step(x, y);
}
//// clamp-f32 section=clamp
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read> c: array<f32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    let z = c[id.x];
    out[id.x] = clamp(x, min(y, z), max(y, z));
}
//// clamp-vec3f section=clamp
@group(0) @binding(0) var<storage, read_write> out: array<vec3f>;
@group(0) @binding(1) var<storage, read> a: array<vec3f>;
@group(0) @binding(2) var<storage, read> b: array<vec3f>;
@group(0) @binding(3) var<storage, read> c: array<vec3f>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    let z = c[id.x];
    out[id.x] = clamp(x, min(y, z), max(y, z));
}
//// fma-f32 ulp=4 abs=1e-5 section=fma-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read> c: array<f32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    let z = c[id.x];
    out[id.x] = fma(x, y, z);
}
//// fma-vec3f ulp=4 abs=1e-5 section=fma-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec3f>;
@group(0) @binding(1) var<storage, read> a: array<vec3f>;
@group(0) @binding(2) var<storage, read> b: array<vec3f>;
@group(0) @binding(3) var<storage, read> c: array<vec3f>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    let z = c[id.x];
    out[id.x] = fma(x, y, z);
}
//// mix-f32 ulp=16 abs=1e-4 section=mix-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read> c: array<f32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    let z = c[id.x];
    out[id.x] = mix(x, y, z);
}
//// mix-vec3f ulp=16 abs=1e-4 section=mix-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec3f>;
@group(0) @binding(1) var<storage, read> a: array<vec3f>;
@group(0) @binding(2) var<storage, read> b: array<vec3f>;
@group(0) @binding(3) var<storage, read> c: array<vec3f>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    let z = c[id.x];
    out[id.x] = mix(x, y, z) + mix(x, y, z.x);
}
//// smoothstep-f32 abs=1e-5 section=smoothstep-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read> c: array<f32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    let z = c[id.x];
    out[id.x] = smoothstep(y, y + 1.0 + abs(z), x);
}
//// smoothstep-vec3f abs=1e-5 section=smoothstep-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec3f>;
@group(0) @binding(1) var<storage, read> a: array<vec3f>;
@group(0) @binding(2) var<storage, read> b: array<vec3f>;
@group(0) @binding(3) var<storage, read> c: array<vec3f>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    let z = c[id.x];
    out[id.x] = smoothstep(y, y + 1.0 + abs(z), x);
}
//// select-f32 section=select-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read> c: array<f32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    let z = c[id.x];
    out[id.x] = select(x, y, z > 0.0);
}
//// select-vec3f ulp=2 section=select-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec3f>;
@group(0) @binding(1) var<storage, read> a: array<vec3f>;
@group(0) @binding(2) var<storage, read> b: array<vec3f>;
@group(0) @binding(3) var<storage, read> c: array<vec3f>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    let z = c[id.x];
    out[id.x] = select(x, y, z > vec3f()) + select(x, y, z.x > 0.0);
}
//// ldexp-f32 ulp=1 section=ldexp-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read> c: array<f32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    let z = c[id.x];
    out[id.x] = ldexp(x, i32(y));
}
//// ldexp-vec3f ulp=1 section=ldexp-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec3f>;
@group(0) @binding(1) var<storage, read> a: array<vec3f>;
@group(0) @binding(2) var<storage, read> b: array<vec3f>;
@group(0) @binding(3) var<storage, read> c: array<vec3f>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    let z = c[id.x];
    out[id.x] = ldexp(x, vec3i(y));
}
//// trunc-vector elements=16 ulp=8 section=trunc-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
fn domain(x: f32) -> f32 {
    return x;
}
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let d = vec4f(domain(v.x), domain(v.y), domain(v.z), domain(v.w));
    out[id.x] = trunc(d) + vec4f(trunc(d.xy), 0.0, 0.0) + vec4f(trunc(d.xyz), 0.0);
}
