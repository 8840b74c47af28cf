// Component-wise built-in functions of f32: "Numeric Built-in Functions".
//// abs-scalar section=abs-float-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = abs(x);
}
//// abs-vector elements=16 ulp=8 section=abs-float-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
fn domain(x: f32) -> f32 {
    return x;
}
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let d = vec4f(domain(v.x), domain(v.y), domain(v.z), domain(v.w));
    out[id.x] = abs(d) + vec4f(abs(d.xy), 0.0, 0.0) + vec4f(abs(d.xyz), 0.0);
}
//// acos-scalar abs=2.1e-4 section=acos-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = acos(clamp(x / 8.0, -1.0, 1.0));
}
//// acos-vector abs=2.1e-4 elements=16 section=acos-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
fn domain(x: f32) -> f32 {
    return clamp(x / 8.0, -1.0, 1.0);
}
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let d = vec4f(domain(v.x), domain(v.y), domain(v.z), domain(v.w));
    out[id.x] = acos(d) + vec4f(acos(d.xy), 0.0, 0.0) + vec4f(acos(d.xyz), 0.0);
}
//// acosh-scalar ulp=64 abs=1e-5 section=acosh-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = acosh(abs(x) + 1.0);
}
//// acosh-vector ulp=64 abs=1e-5 elements=16 section=acosh-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
fn domain(x: f32) -> f32 {
    return abs(x) + 1.0;
}
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let d = vec4f(domain(v.x), domain(v.y), domain(v.z), domain(v.w));
    out[id.x] = acosh(d) + vec4f(acosh(d.xy), 0.0, 0.0) + vec4f(acosh(d.xyz), 0.0);
}
//// asin-scalar abs=2.1e-4 section=asin-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = asin(clamp(x / 8.0, -1.0, 1.0));
}
//// asin-vector abs=2.1e-4 elements=16 section=asin-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
fn domain(x: f32) -> f32 {
    return clamp(x / 8.0, -1.0, 1.0);
}
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let d = vec4f(domain(v.x), domain(v.y), domain(v.z), domain(v.w));
    out[id.x] = asin(d) + vec4f(asin(d.xy), 0.0, 0.0) + vec4f(asin(d.xyz), 0.0);
}
//// asinh-scalar ulp=64 abs=1e-5 section=asinh-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = asinh(x);
}
//// asinh-vector ulp=64 abs=1e-5 elements=16 section=asinh-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
fn domain(x: f32) -> f32 {
    return x;
}
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let d = vec4f(domain(v.x), domain(v.y), domain(v.z), domain(v.w));
    out[id.x] = asinh(d) + vec4f(asinh(d.xy), 0.0, 0.0) + vec4f(asinh(d.xyz), 0.0);
}
//// atan-scalar ulp=4096 section=atan-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = atan(x);
}
//// atan-vector ulp=4096 elements=16 section=atan-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
fn domain(x: f32) -> f32 {
    return x;
}
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let d = vec4f(domain(v.x), domain(v.y), domain(v.z), domain(v.w));
    out[id.x] = atan(d) + vec4f(atan(d.xy), 0.0, 0.0) + vec4f(atan(d.xyz), 0.0);
}
//// atanh-scalar ulp=64 abs=1e-5 section=atanh-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = atanh(clamp(x / 8.5, -0.94, 0.94));
}
//// atanh-vector ulp=64 abs=1e-5 elements=16 section=atanh-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
fn domain(x: f32) -> f32 {
    return clamp(x / 8.5, -0.94, 0.94);
}
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let d = vec4f(domain(v.x), domain(v.y), domain(v.z), domain(v.w));
    out[id.x] = atanh(d) + vec4f(atanh(d.xy), 0.0, 0.0) + vec4f(atanh(d.xyz), 0.0);
}
//// ceil-scalar section=ceil-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = ceil(x);
}
//// ceil-vector elements=16 ulp=8 section=ceil-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
fn domain(x: f32) -> f32 {
    return x;
}
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let d = vec4f(domain(v.x), domain(v.y), domain(v.z), domain(v.w));
    out[id.x] = ceil(d) + vec4f(ceil(d.xy), 0.0, 0.0) + vec4f(ceil(d.xyz), 0.0);
}
//// cos-scalar abs=1.5e-3 section=cos-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = cos(x / 2.6);
}
//// cos-vector abs=1.5e-3 elements=16 section=cos-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
fn domain(x: f32) -> f32 {
    return x / 2.6;
}
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let d = vec4f(domain(v.x), domain(v.y), domain(v.z), domain(v.w));
    out[id.x] = cos(d) + vec4f(cos(d.xy), 0.0, 0.0) + vec4f(cos(d.xyz), 0.0);
}
//// cosh-scalar ulp=32 section=cosh-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = cosh(x);
}
//// cosh-vector ulp=32 elements=16 section=cosh-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
fn domain(x: f32) -> f32 {
    return x;
}
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let d = vec4f(domain(v.x), domain(v.y), domain(v.z), domain(v.w));
    out[id.x] = cosh(d) + vec4f(cosh(d.xy), 0.0, 0.0) + vec4f(cosh(d.xyz), 0.0);
}
//// degrees-scalar section=degrees-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = degrees(x);
}
//// degrees-vector elements=16 ulp=8 section=degrees-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
fn domain(x: f32) -> f32 {
    return x;
}
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let d = vec4f(domain(v.x), domain(v.y), domain(v.z), domain(v.w));
    out[id.x] = degrees(d) + vec4f(degrees(d.xy), 0.0, 0.0) + vec4f(degrees(d.xyz), 0.0);
}
//// exp-scalar ulp=24 section=exp-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = exp(x);
}
//// exp-vector ulp=24 elements=16 section=exp-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
fn domain(x: f32) -> f32 {
    return x;
}
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let d = vec4f(domain(v.x), domain(v.y), domain(v.z), domain(v.w));
    out[id.x] = exp(d) + vec4f(exp(d.xy), 0.0, 0.0) + vec4f(exp(d.xyz), 0.0);
}
//// exp2-scalar ulp=24 section=exp2-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = exp2(x);
}
//// exp2-vector ulp=24 elements=16 section=exp2-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
fn domain(x: f32) -> f32 {
    return x;
}
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let d = vec4f(domain(v.x), domain(v.y), domain(v.z), domain(v.w));
    out[id.x] = exp2(d) + vec4f(exp2(d.xy), 0.0, 0.0) + vec4f(exp2(d.xyz), 0.0);
}
//// floor-scalar section=floor-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = floor(x);
}
//// floor-vector elements=16 ulp=8 section=floor-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
fn domain(x: f32) -> f32 {
    return x;
}
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let d = vec4f(domain(v.x), domain(v.y), domain(v.z), domain(v.w));
    out[id.x] = floor(d) + vec4f(floor(d.xy), 0.0, 0.0) + vec4f(floor(d.xyz), 0.0);
}
//// fract-scalar abs=1e-6 section=fract-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = fract(x);
}
//// fract-vector abs=1e-6 elements=16 section=fract-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
fn domain(x: f32) -> f32 {
    return x;
}
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let d = vec4f(domain(v.x), domain(v.y), domain(v.z), domain(v.w));
    out[id.x] = fract(d) + vec4f(fract(d.xy), 0.0, 0.0) + vec4f(fract(d.xyz), 0.0);
}
//// inverseSqrt-scalar ulp=4 section=inverseSqrt-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = inverseSqrt(abs(x) + 0.01);
}
//// inverseSqrt-vector ulp=12 elements=16 section=inverseSqrt-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
fn domain(x: f32) -> f32 {
    return abs(x) + 0.01;
}
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let d = vec4f(domain(v.x), domain(v.y), domain(v.z), domain(v.w));
    out[id.x] = inverseSqrt(d) + vec4f(inverseSqrt(d.xy), 0.0, 0.0) + vec4f(inverseSqrt(d.xyz), 0.0);
}
//// log-scalar ulp=6 abs=1e-6 section=log-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = log(abs(x) + 0.001);
}
//// log-vector ulp=6 abs=1e-6 elements=16 section=log-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
fn domain(x: f32) -> f32 {
    return abs(x) + 0.001;
}
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let d = vec4f(domain(v.x), domain(v.y), domain(v.z), domain(v.w));
    out[id.x] = log(d) + vec4f(log(d.xy), 0.0, 0.0) + vec4f(log(d.xyz), 0.0);
}
//// log2-scalar ulp=6 abs=1e-6 section=log2-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = log2(abs(x) + 0.001);
}
//// log2-vector ulp=6 abs=1e-6 elements=16 section=log2-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
fn domain(x: f32) -> f32 {
    return abs(x) + 0.001;
}
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let d = vec4f(domain(v.x), domain(v.y), domain(v.z), domain(v.w));
    out[id.x] = log2(d) + vec4f(log2(d.xy), 0.0, 0.0) + vec4f(log2(d.xyz), 0.0);
}
//// quantizeToF16-scalar ulp=8192 section=quantizeToF16-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = quantizeToF16(x);
}
//// quantizeToF16-vector ulp=8192 elements=16 section=quantizeToF16-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
fn domain(x: f32) -> f32 {
    return x;
}
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let d = vec4f(domain(v.x), domain(v.y), domain(v.z), domain(v.w));
    out[id.x] = quantizeToF16(d) + vec4f(quantizeToF16(d.xy), 0.0, 0.0) + vec4f(quantizeToF16(d.xyz), 0.0);
}
//// radians-scalar section=radians-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = radians(x);
}
//// radians-vector elements=16 ulp=8 section=radians-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
fn domain(x: f32) -> f32 {
    return x;
}
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let d = vec4f(domain(v.x), domain(v.y), domain(v.z), domain(v.w));
    out[id.x] = radians(d) + vec4f(radians(d.xy), 0.0, 0.0) + vec4f(radians(d.xyz), 0.0);
}
//// round-scalar section=round-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = round(x);
}
//// round-vector elements=16 ulp=8 section=round-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
fn domain(x: f32) -> f32 {
    return x;
}
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let d = vec4f(domain(v.x), domain(v.y), domain(v.z), domain(v.w));
    out[id.x] = round(d) + vec4f(round(d.xy), 0.0, 0.0) + vec4f(round(d.xyz), 0.0);
}
//// saturate-scalar section=saturate-float-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = saturate(x / 4.0);
}
//// saturate-vector elements=16 ulp=8 section=saturate-float-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
fn domain(x: f32) -> f32 {
    return x / 4.0;
}
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let d = vec4f(domain(v.x), domain(v.y), domain(v.z), domain(v.w));
    out[id.x] = saturate(d) + vec4f(saturate(d.xy), 0.0, 0.0) + vec4f(saturate(d.xyz), 0.0);
}
//// sign-scalar section=sign-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = sign(x);
}
//// sign-vector elements=16 ulp=8 section=sign-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
fn domain(x: f32) -> f32 {
    return x;
}
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let d = vec4f(domain(v.x), domain(v.y), domain(v.z), domain(v.w));
    out[id.x] = sign(d) + vec4f(sign(d.xy), 0.0, 0.0) + vec4f(sign(d.xyz), 0.0);
}
//// sin-scalar abs=1.5e-3 section=sin-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = sin(x / 2.6);
}
//// sin-vector abs=1.5e-3 elements=16 section=sin-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
fn domain(x: f32) -> f32 {
    return x / 2.6;
}
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let d = vec4f(domain(v.x), domain(v.y), domain(v.z), domain(v.w));
    out[id.x] = sin(d) + vec4f(sin(d.xy), 0.0, 0.0) + vec4f(sin(d.xyz), 0.0);
}
//// sinh-scalar ulp=32 abs=1e-5 section=sinh-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = sinh(x);
}
//// sinh-vector ulp=32 abs=1e-5 elements=16 section=sinh-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
fn domain(x: f32) -> f32 {
    return x;
}
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let d = vec4f(domain(v.x), domain(v.y), domain(v.z), domain(v.w));
    out[id.x] = sinh(d) + vec4f(sinh(d.xy), 0.0, 0.0) + vec4f(sinh(d.xyz), 0.0);
}
//// sqrt-scalar ulp=4 section=sqrt-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = sqrt(abs(x));
}
//// sqrt-vector ulp=12 elements=16 section=sqrt-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
fn domain(x: f32) -> f32 {
    return abs(x);
}
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let d = vec4f(domain(v.x), domain(v.y), domain(v.z), domain(v.w));
    out[id.x] = sqrt(d) + vec4f(sqrt(d.xy), 0.0, 0.0) + vec4f(sqrt(d.xyz), 0.0);
}
//// tan-scalar ulp=8192 abs=2e-3 section=tan-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = tan(x / 8.0);
}
//// tan-vector ulp=8192 abs=2e-3 elements=16 section=tan-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
fn domain(x: f32) -> f32 {
    return x / 8.0;
}
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let d = vec4f(domain(v.x), domain(v.y), domain(v.z), domain(v.w));
    out[id.x] = tan(d) + vec4f(tan(d.xy), 0.0, 0.0) + vec4f(tan(d.xyz), 0.0);
}
//// tanh-scalar abs=2.1e-5 section=tanh-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = tanh(x);
}
//// tanh-vector abs=2.1e-5 elements=16 section=tanh-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
fn domain(x: f32) -> f32 {
    return x;
}
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let d = vec4f(domain(v.x), domain(v.y), domain(v.z), domain(v.w));
    out[id.x] = tanh(d) + vec4f(tanh(d.xy), 0.0, 0.0) + vec4f(tanh(d.xyz), 0.0);
}
//// trunc-scalar section=trunc-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = trunc(x);
}
