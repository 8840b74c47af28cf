// "Constructor Built-in Functions" and the built-in functions of few sections.
// section: builtin-functions
//// used-in-every-place elements=8 overrides=o:3 section=builtin-functions
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
const c = max(2u, 5u); override o: u32; override p = min(o * 2u, 100u); var<private> g = clamp(c, 1u, 3u);
var<workgroup> w: array<u32, countOneBits(7u)>;
@compute @workgroup_size(max(1, 1))
fn main() { w[2] = abs(g); out[0] = c; out[1] = p; out[2] = w[2]; out[select(3, 4, g > 2u)] = arrayLength(&out); _ = sin(1.0); out[5] = select(1u, 2u, any(vec2<bool>(false, g == 3u))); }
//// values-of-every-shape elements=8 section=constructor-builtin-function,value-constructor-builtin-function
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
struct S { a: vec2f, b: array<f32, 2> } alias V = vec3<f32>; alias M = mat2x2<f32>; alias A = array<S, 2>;
@compute @workgroup_size(1)
fn main() {
    let x = 2.0; let v = V(x, 1, 3); let m = M(v.xy, v.yz); let a = A(S(v.zx, array(x, 5)), S());
    out[0] = vec4f(v, x); out[1] = vec4f(m[0], m[1]); out[2] = vec4f(a[0].a, a[0].b[1], a[1].b[0]); out[3] = vec4(1, v.xy, 4); out[4] = vec4(v.xy, v.yz); out[5] = vec4f(vec4u(1, 2, 3, 4)); out[6] = vec4f(vec4<bool>(true, false, x > 1, x < 1)); out[7] = vec4f();
}
//// arrays-written-and-inferred elements=16 section=array-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(1)
fn main() {
    let x = 3u; let a = array<f32, 3>(1, 2, 3.5); let b = array(1, 2.5, 3); let c = array(x, 2, 1); let d = array(array(1, 2), array(3, 4)); let e = array<array<u32, 2>, 2>(array(x, 1), array<u32, 2>());
    let f = array(vec2(1, 2), vec2f(3, 4)); let g = array(true, x == 3u,); let h = array<i32, 4>(); var k = array(1i); k[0] += 5;
    out[0] = a[2]; out[1] = b[1]; out[2] = f32(c[1]); out[3] = f32(d[1][0]); out[4] = f32(e[0][0] + e[1][1]); out[5] = f[0].y; out[6] = f32(g[1]); out[7] = f32(h[3]); out[8] = f32(k[0]); out[9] = f32(array(x, x)[1]) + 0.5;
}
//// structures-member-by-member elements=8 section=structures-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
struct In { a: u32, b: vec2<bool> } struct Out { i: In, m: mat2x2f, n: i32, }
const k = Out(In(7, vec2(true, false)), mat2x2(1, 2, 3, 4), -5);
@compute @workgroup_size(1)
fn main() { var o = Out(In(u32(k.n + 6), !k.i.b), k.m * 2.0, k.n); out[0] = f32(o.i.a); out[1] = f32(o.i.b.y); out[2] = o.m[1].y; out[3] = f32(o.n); o = Out(); out[4] = f32(o.n) + o.m[0][0] + f32(o.i.b.x); out[5] = f32(k.i.a); }
//// zeros-of-every-type elements=8 section=zero-value-builtin-function
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
struct S { a: u32, b: array<vec3f, 2>, c: mat4x4f, d: bool }
fn bits(s: S) -> u32 { return s.a | bitcast<u32>(s.b[1].z) | bitcast<u32>(s.c[3].w) | u32(s.d); }
@compute @workgroup_size(1)
fn main() { var s = S(1, array(vec3f(1), vec3f(2)), mat4x4f(), true); s.c[3].w = 5; out[0] = u32(bits(s) != 0u); s = S(); out[1] = bits(s); out[2] = u32() + bitcast<u32>(i32()) + bitcast<u32>(f32()) + u32(bool()); out[3] = vec4u().w + u32(vec2<bool>().x) + bitcast<u32>(mat3x2f()[2].y); out[4] = array<array<u32, 3>, 2>()[1][2]; out[5] = bitcast<u32>(vec3().z) + 1u; }
//// matrices-by-columns-and-components elements=9 section=mat2x2-builtin,mat2x3-builtin,mat2x4-builtin,mat3x2-builtin,mat3x3-builtin,mat3x4-builtin,mat4x2-builtin,mat4x3-builtin,mat4x4-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>; @group(0) @binding(1) var<storage, read> a: array<vec4f>;
@compute @workgroup_size(1)
fn main() {
    let x = a[0]; let y = a[1]; let z = a[2]; let w = a[3]; let k = x.x;
    out[0] = vec4f(mat2x2f(x.xy, y.xy)[1], mat2x2(1, 2, k, 4)[1]); out[1] = vec4f(mat2x3f(x.xyz, y.xyz)[1], mat2x3(k, 2, 3, 4, 5, 6)[1].z); out[2] = mat2x4f(x, y)[1] + mat2x4(k, 2, 3, 4, 5, 6, 7, 8)[1];
    out[3] = vec4f(mat3x2f(x.xy, y.xy, z.xy)[2], mat3x2(1, 2, 3, 4, 5, k)[2]); out[4] = vec4f(mat3x3f(x.xyz, y.xyz, z.xyz)[2], mat3x3(1, 2, 3, 4, 5, 6, 7, k, 9)[2].y); out[5] = mat3x4f(x, y, z)[2] - mat3x4(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, k)[2];
    out[6] = vec4f(mat4x2f(x.xy, y.xy, z.xy, w.xy)[3], mat4x2(1, 2, 3, 4, 5, 6, k, 8)[3]); out[7] = vec4f(mat4x3f(x.xyz, y.xyz, z.xyz, w.xyz)[3], mat4x3(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, k)[3].z); out[8] = mat4x4f(x, y, z, w)[3] + mat4x4(mat4x4f(w, z, y, x))[3];
}
//// all-any-select elements=16 section=logical-builtin-functions,all-builtin,any-builtin,select-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4u>;
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let b = vec4<bool>((i & 1u) != 0u, (i & 2u) != 0u, (i & 4u) != 0u, (i & 8u) != 0u);
    out[i] = vec4u(u32(all(b)) + 2u * u32(any(b)) + 4u * u32(all(b.xyz)) + 8u * u32(any(b.zw)) + 16u * u32(all(b.x)) + 32u * u32(any(b.w)), select(vec3u(1, 2, 3), vec3u(40, 50, 60), b.yzw)) + select(vec4u(), vec4u(100), b.x) + vec4u(select(vec2u(1), vec2u(2), b.xy), u32(select(1.5, 4.0, b.z)), u32(select(vec2<bool>(), b.xy, b.zw).y) * 1000u);
}
//// lengths-of-arrays elements=21 section=array-builtin-functions,arrayLength-builtin
struct S { a: vec3f, b: array<vec3f> }
@group(0) @binding(0) var<storage, read_write> out: array<u32>; @group(0) @binding(1) var<storage, read> s: S; @group(0) @binding(2) var<storage, read_write> at: array<atomic<i32>>;
fn count(p: ptr<storage, array<atomic<i32>>, read_write>) -> u32 { return arrayLength(p) + 1u; }
@compute @workgroup_size(1) fn main() { let b = &s.b; let whole = &s; out[0] = arrayLength(b); out[1] = arrayLength(&(*whole).b) * 10u; out[2] = count(&at); for (var i = 0u; i < arrayLength(&out); i++) { out[arrayLength(&out) - 1u] += i; } }
//// rows-become-columns elements=12 section=transpose-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>; @group(0) @binding(1) var<storage, read> a: array<mat4x4f>;
@compute @workgroup_size(1)
fn main() {
    let m = a[0]; let n = mat2x3f(m[0].xyz, m[1].xyz); let o = mat3x4f(m[0], m[1], m[2]); let p = transpose(mat4x2f(m[0].xy, m[1].xy, m[2].xy, m[3].xy));
    out[0] = transpose(m)[2]; out[1] = vec4f(transpose(n)[2], transpose(n)[0]); out[2] = vec4f(transpose(o)[3], transpose(transpose(o))[2].w); out[3] = p[1]; out[4] = vec4f(transpose(mat2x2f(1, 2, 3, 4))[0], transpose(mat3x2(m[0].xy, m[1].xy, m[2].xy))[1].yz); const k = transpose(mat2x4(1, 2, 3, 4, 5, 6, 7, 8)); out[5] = vec4f(k[3], k[1]);
}
//// stored-exchanged-loaded elements=32 workgroups=2 section=atomic-store,atomic-load,atomic-exchange
@group(0) @binding(0) var<storage, read_write> outA: array<atomic<u32>>; @group(0) @binding(1) var<storage, read_write> outB: array<u32>;
struct S { n: atomic<i32>, m: array<atomic<u32>, 8> } var<workgroup> w: S;
@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) i: u32, @builtin(global_invocation_id) g: vec3u) {
    atomicStore(&outA[g.x], i * 7u); atomicStore(&w.m[i], i + 1u); if i == 3u { atomicStore(&w.n, -9); }
    workgroupBarrier();
    let p = &w.m[(i + 1u) % 8u]; let before = atomicExchange(p, 100u + i); outB[g.x] = before + bitcast<u32>(atomicLoad(&w.n)); workgroupBarrier(); outB[g.x] += atomicLoad(&w.m[i]) * 1000u;
}
//// packed-in-every-form elements=16 section=pack-builtin-functions
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
var<private> v = vec4f(-1, 0.25, 1, 7); var<private> n = vec4i(-129, 127, 255, -1);
@compute @workgroup_size(1)
fn main() { out[0] = pack4x8snorm(v); out[1] = pack4x8unorm(v); out[2] = pack2x16snorm(v.xz); out[3] = pack2x16unorm(v.xw); out[4] = pack2x16float(v.yw); out[5] = pack4xI8(n); out[6] = pack4xU8(vec4u(n)); out[7] = pack4xI8Clamp(n); out[8] = pack4xU8Clamp(vec4u(n)); out[9] = pack2x16float(vec2f(65504, -65504)); out[10] = pack4x8snorm(vec4f(-9, 9, -0.0, 1)); }
//// unpacked-in-every-form elements=16 ulp=1 section=unpack-builtin-functions
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>; var<private> x = 0x80ff7f01u; var<private> h = 0xc4003c01u;
@compute @workgroup_size(1)
fn main() { out[0] = unpack4x8snorm(x); out[1] = unpack4x8unorm(x); out[2] = vec4f(unpack2x16snorm(x), unpack2x16unorm(x)); out[3] = vec4f(unpack2x16float(h), 0, 0); out[4] = vec4f(unpack4xI8(x)); out[5] = vec4f(unpack4xU8(x)); out[6] = unpack4x8snorm(0x80818080u + (x & 0u)); }
//// every-barrier elements=32 workgroups=2 section=sync-builtin-functions
@group(0) @binding(0) var<storage, read_write> out: array<u32>; var<workgroup> w: array<u32, 16>; var<workgroup> n: u32;
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32, @builtin(workgroup_id) g: vec3u) {
    let base = g.x * 16u; out[base + i] = i * i; storageBarrier(); let left = out[base + (i + 15u) % 16u]; storageBarrier(); w[i] = left; workgroupBarrier(); if i == 5u { n = w[7]; } let all = workgroupUniformLoad(&n); out[base + i] = left + all * 1000u + w[15u - i] * 1000000u;
}
