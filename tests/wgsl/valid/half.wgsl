// f16: every family of operators and built-in functions.
// section: floating-point-types
//// arithmetic-f16 elements=64 features=shader-f16 ulp=8192 abs=1e-3 section=arithmetic-expr
enable f16;
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
var<private> e = array(0.0h, 0.5h, -0.5h, 1.5h, -1.5h, 2.5h, -2.5h, 0.399h, 3.0h, -0.1h, 1.0h, -1.0h, 0.25h, 0.75h, -2.0h, 7.0h);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = f32(x + y);
    out[i + 16u] = f32(x - y);
    out[i + 32u] = f32(x * y);
    out[i + 48u] = f32(x / (abs(y) + 0.25h));
}
//// remainder-and-negation-f16 elements=64 features=shader-f16 ulp=8192 abs=1e-3 section=arithmetic-expr
enable f16;
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
var<private> e = array(0.0h, 0.5h, -0.5h, 1.5h, -1.5h, 2.5h, -2.5h, 0.399h, 3.0h, -0.1h, 1.0h, -1.0h, 0.25h, 0.75h, -2.0h, 7.0h);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = f32(x % 0.75h);
    out[i + 16u] = f32(-x);
    out[i + 32u] = f32(vec3h(x, y, z).y - (vec3h(x, y, z) * x).z);
    out[i + 48u] = f32((vec2h(x, y) / 2.0h).y);
}
//// compare-f16 elements=64 features=shader-f16 section=comparison-expr
enable f16;
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
var<private> e = array(0.0h, 0.5h, -0.5h, 1.5h, -1.5h, 2.5h, -2.5h, 0.399h, 3.0h, -0.1h, 1.0h, -1.0h, 0.25h, 0.75h, -2.0h, 7.0h);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = f32(select(0.0h, 1.0h, x < y));
    out[i + 16u] = f32(select(0.0h, 1.0h, x == y) + select(0.0h, 2.0h, x != z));
    out[i + 32u] = f32(select(0.0h, 1.0h, x >= y) + select(0.0h, 2.0h, x <= z));
    out[i + 48u] = f32(select(0.0h, 1.0h, any(vec3h(x, y, z) > vec3h(y, z, x))));
}
//// component-wise-f16 elements=64 features=shader-f16 ulp=8192 abs=1e-3 section=numeric-builtin-functions,abs-float-builtin,ceil-builtin,floor-builtin,round-builtin,trunc-builtin,fract-builtin,sign-builtin,saturate-float-builtin
enable f16;
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
var<private> e = array(0.0h, 0.5h, -0.5h, 1.5h, -1.5h, 2.5h, -2.5h, 0.399h, 3.0h, -0.1h, 1.0h, -1.0h, 0.25h, 0.75h, -2.0h, 7.0h);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = f32(abs(x) + ceil(y));
    out[i + 16u] = f32(floor(x) + trunc(y));
    out[i + 32u] = f32(round(x) + sign(y) * 2.0h);
    out[i + 48u] = f32(fract(x) + saturate(y));
}
//// bounds-f16 elements=64 features=shader-f16 ulp=16384 abs=4e-3 section=min-float-builtin,max-float-builtin,clamp,step-builtin,mix-builtin,select-builtin
enable f16;
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
var<private> e = array(0.0h, 0.5h, -0.5h, 1.5h, -1.5h, 2.5h, -2.5h, 0.399h, 3.0h, -0.1h, 1.0h, -1.0h, 0.25h, 0.75h, -2.0h, 7.0h);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = f32(min(x, y) + max(y, z));
    out[i + 16u] = f32(clamp(x, -1.0h, 1.0h) + step(x, y));
    out[i + 32u] = f32(mix(x, y, 0.25h));
    out[i + 48u] = f32(select(x, y, z > 0.0h) + smoothstep(-3.0h, 3.0h, x));
}
//// angles-f16 elements=64 features=shader-f16 ulp=65536 abs=2e-2 section=sin-builtin,cos-builtin,tan-builtin,asin-builtin,acos-builtin,atan-builtin,atan2-builtin,degrees-builtin,radians-builtin
enable f16;
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
var<private> e = array(0.0h, 0.5h, -0.5h, 1.5h, -1.5h, 2.5h, -2.5h, 0.399h, 3.0h, -0.1h, 1.0h, -1.0h, 0.25h, 0.75h, -2.0h, 7.0h);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = f32(sin(x / 4.0h) + cos(y / 4.0h));
    out[i + 16u] = f32(tan(x / 8.0h) + atan(y));
    out[i + 32u] = f32(asin(clamp(x, -1.0h, 1.0h)) + acos(clamp(y, -1.0h, 1.0h)));
    out[i + 48u] = f32(atan2(y, abs(x) + 0.5h) + degrees(x / 64.0h) + radians(y));
}
//// hyperbolic-f16 elements=64 features=shader-f16 ulp=65536 abs=2e-2 section=sinh-builtin,cosh-builtin,tanh-builtin,asinh-builtin,acosh-builtin,atanh-builtin
enable f16;
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
var<private> e = array(0.0h, 0.5h, -0.5h, 1.5h, -1.5h, 2.5h, -2.5h, 0.399h, 3.0h, -0.1h, 1.0h, -1.0h, 0.25h, 0.75h, -2.0h, 7.0h);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = f32(sinh(x / 4.0h) + cosh(y / 4.0h));
    out[i + 16u] = f32(tanh(x));
    out[i + 32u] = f32(asinh(x) + acosh(abs(y) + 1.0h));
    out[i + 48u] = f32(atanh(x / 8.0h));
}
//// exponents-f16 elements=64 features=shader-f16 ulp=65536 abs=2e-2 section=exp-builtin,exp2-builtin,log-builtin,log2-builtin,pow-builtin,sqrt-builtin,inverseSqrt-builtin
enable f16;
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
var<private> e = array(0.0h, 0.5h, -0.5h, 1.5h, -1.5h, 2.5h, -2.5h, 0.399h, 3.0h, -0.1h, 1.0h, -1.0h, 0.25h, 0.75h, -2.0h, 7.0h);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = f32(exp(x / 2.0h) + exp2(y / 2.0h));
    out[i + 16u] = f32(log(abs(x) + 1.0h) + log2(abs(y) + 1.0h));
    out[i + 32u] = f32(pow(abs(x) + 0.5h, 1.5h));
    out[i + 48u] = f32(sqrt(abs(x)) + inverseSqrt(abs(y) + 0.5h));
}
//// geometry-f16 elements=64 features=shader-f16 ulp=65536 abs=6e-2 section=dot-builtin,length-builtin,distance-builtin,cross-builtin,normalize-builtin,reflect-builtin,faceForward-builtin
enable f16;
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
var<private> e = array(0.0h, 0.5h, -0.5h, 1.5h, -1.5h, 2.5h, -2.5h, 0.399h, 3.0h, -0.1h, 1.0h, -1.0h, 0.25h, 0.75h, -2.0h, 7.0h);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = f32(dot(vec3h(x, y, z), vec3h(y, z, 1)));
    out[i + 16u] = f32(length(vec2h(x, y)) + distance(x, y));
    out[i + 32u] = f32(cross(vec3h(x, y, z), vec3h(1, x, y)).y);
    out[i + 48u] = f32(normalize(vec3h(x, y, 3)).z + reflect(vec2h(x, y), vec2h(1, 0)).x + faceForward(vec2h(x, y), vec2h(y, z), vec2h(1, 1)).x);
}
//// parts-f16 elements=64 features=shader-f16 ulp=16384 abs=1e-2 section=frexp-builtin,ldexp-builtin,modf-builtin,fma-builtin
enable f16;
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
var<private> e = array(0.0h, 0.5h, -0.5h, 1.5h, -1.5h, 2.5h, -2.5h, 0.399h, 3.0h, -0.1h, 1.0h, -1.0h, 0.25h, 0.75h, -2.0h, 7.0h);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = f32(frexp(x).fract);
    out[i + 16u] = f32(f16(frexp(x).exp));
    out[i + 32u] = f32(ldexp(x, i32(i % 6u) - 3) + modf(x).whole * 8.0h);
    out[i + 48u] = f32(modf(x).fract + fma(x, y, z));
}
//// matrices-f16 elements=64 features=shader-f16 ulp=65536 abs=0.1 section=matrix-types,mat2x2-builtin,mat3x2-builtin,transpose-builtin,determinant-builtin
enable f16;
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
var<private> e = array(0.0h, 0.5h, -0.5h, 1.5h, -1.5h, 2.5h, -2.5h, 0.399h, 3.0h, -0.1h, 1.0h, -1.0h, 0.25h, 0.75h, -2.0h, 7.0h);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = f32((mat2x2h(x, y, z, 1) * vec2h(x, y)).y);
    out[i + 16u] = f32((vec3h(x, y, z) * mat3x3h(1, 2, 3, x, y, z, 0, 1, 0)).y);
    out[i + 32u] = f32((mat2x3h(x, y, z, 1, 2, 3) * mat2x2h(1, 2, 3, x))[1].z);
    out[i + 48u] = f32(transpose(mat3x2h(x, y, z, 1, 2, 3))[0].y + determinant(mat2x2h(x, 1, 2, y)));
}
//// conversions-f16 elements=64 features=shader-f16 ulp=8192 abs=1e-3 section=f16-builtin,floating-point-conversion,vec3-builtin,bool-builtin,f32-builtin
enable f16;
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
var<private> e = array(0.0h, 0.5h, -0.5h, 1.5h, -1.5h, 2.5h, -2.5h, 0.399h, 3.0h, -0.1h, 1.0h, -1.0h, 0.25h, 0.75h, -2.0h, 7.0h);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = f32(f16(i32(x)) + f16(u32(abs(y))));
    out[i + 16u] = f32(f16(f32(x) + 0.125f) + f16(bool(y)));
    out[i + 32u] = f32(vec3h(vec3i(i32(x), 2, -3)).z + vec2h(vec2<bool>(x > 0.0h, true)).x);
    out[i + 48u] = f32(f16(i32(i) - 8) * 2.0h + mat2x2h(mat2x2f(1, 2, 3, 4))[1].x);
}
//// buffers-of-f16 elements=24 features=shader-f16 section=host-shareable-types,structure-member-layout
enable f16;
struct S { a: f16, b: vec3h, c: f16, d: array<vec2h, 3>, e: mat3x2h, f: mat2x3h, g: f32 }
@group(0) @binding(0) var<storage, read_write> outS: S; @group(0) @binding(1) var<storage, read> a: S; @group(0) @binding(2) var<uniform> u: S; @group(0) @binding(3) var<storage, read_write> out: array<vec3h>;
var<workgroup> w: array<f16, 8>;
@compute @workgroup_size(1)
fn main() { outS = a; outS.b.y = u.c; outS.d[2] = a.d[1].yx; outS.f[1].z = a.e[2].y; outS.g = f32(u.f[1].y); w[3] = a.a; out[2] = a.b + w[3]; out[3].y = u.b.z; }
//// bitcasts-of-halves elements=8 features=shader-f16 section=bitcast-builtin
enable f16;
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
var<private> v = vec4h(1, -2, 0.5, 65504);
@compute @workgroup_size(1)
fn main() { out[0] = bitcast<u32>(v.xy); out[1] = bitcast<u32>(bitcast<i32>(v.zw)); let d = bitcast<vec2u>(v); out[2] = d.x; out[3] = d.y; let h = bitcast<vec2h>(0x3c00c000u + (d.x & 0u)); out[4] = u32(-h.x) * 10u + u32(h.y); out[5] = u32(bitcast<vec4h>(vec2u(0x40004200, 0x44004500)).z); out[6] = bitcast<u32>(bitcast<vec2f>(v).y); const c = bitcast<u32>(vec2h(1, 2)); out[7] = c; }
