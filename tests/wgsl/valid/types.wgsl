// "Types", "Memory Views" and "Type Specifiers".
// section: types
//// one-number-in-each-type elements=8 section=types,plain-types-section
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(1)
fn main() {
    let i = 1i; let u = 1u; let f = 1.0f; let abstractInt = array(1, 1); let abstractFloat = array(1.0, 1);
    out[0] = bitcast<u32>(i - 2i); out[1] = u - 2u; out[2] = bitcast<u32>(f - 2.0f);
    out[3] = bitcast<u32>(abstractInt[1] - 2); out[4] = bitcast<u32>(abstractFloat[1] - 2);
    out[5] = u32(i / 2i); out[6] = bitcast<u32>(f / 2.0f);
}
//// abstract-arguments-find-their-type elements=12 section=type-checking-section,overload-resolution-section
// 1 can be i32, u32 or f32; what stands beside it decides, and i32 where nothing does.
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
fn taking(a: u32, b: f32) -> f32 { return f32(a) + b; }
@compute @workgroup_size(1)
fn main() {
    let u = 7u; let f = 2.5f; var v = vec2f(1, 2);
    out[0] = u - 8; out[1] = bitcast<u32>(1 - f); out[2] = bitcast<u32>(max(3, f));
    let m = min(-1, 2); out[3] = bitcast<u32>(m); out[4] = min(9, u); out[5] = bitcast<u32>(taking(3, 4));
    out[6] = bitcast<u32>((v * 3 + 1).y); out[7] = bitcast<u32>(clamp(5, 1.5, 2));
    let i = select(1, 2, u > 3u); out[8] = bitcast<u32>(i - 3);
    out[9] = bitcast<u32>(vec3(1, 2.5, three()).x);
    const c = 3; out[10] = bitcast<u32>(c / 2 + f); out[11] = bitcast<u32>(c / 2.0);
}
fn three() -> f32 { return 3.0; }
//// int-before-float elements=8 section=conversion-rank
// AbstractInt prefers i32 over u32 over f32; AbstractFloat prefers f32 over f16.
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(1)
fn main() {
    var a = -7 / 2; out[0] = bitcast<u32>(a);
    var b = vec2(-7, 2); out[1] = bitcast<u32>(b.x / b.y);
    var c = -7.0 / 2; out[2] = bitcast<u32>(c);
    let d = array(1, 2.5, 3); out[3] = bitcast<u32>(d[0] / 2);
    let e = vec2(vec2(1, 2) * 0.5); out[4] = bitcast<u32>(e.x);
    var g: vec3<u32> = vec3(1, 2, 3); out[5] = g.z - 4;
    var h: array<f32, 2> = array(1, 2); out[6] = bitcast<u32>(h[1] / 4);
    let k: mat2x2f = mat2x2(1, 2, 3, 4); out[7] = bitcast<u32>(k[1][0] / 2);
}
//// wrap-around elements=8 section=integer-types
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(1)
fn main() {
    var top = 2147483647i; var low = i32(-2147483648); var all = 0xffffffffu; var zero = 0u;
    top += 1i; out[0] = bitcast<u32>(top); low -= 1i; out[1] = bitcast<u32>(low);
    all += 2u; out[2] = all; zero -= 1u; out[3] = zero;
    out[4] = zero * zero; out[5] = bitcast<u32>(-(low + 1i)); out[6] = bitcast<u32>(low * low); out[7] = bitcast<u32>(abs(low + 1i));
}
//// half-precision elements=16 features=shader-f16 section=floating-point-types,f16-builtin,enable-extensions-sec
enable f16;
@group(0) @binding(0) var<storage, read_write> out: array<f16>;
@group(0) @binding(1) var<storage, read> a: array<f16>;
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    var x = a[i]; let h = 1.0h;
    switch i % 8u {
        case 0: { x = x + h; }
        case 1: { x = x * 2.5h - 0x1p-3h; }
        case 2: { x = f16(f32(x) / 3.0); }
        case 3: { x = f16(i) + f16(-3i) + f16(true); }
        case 4: { x = abs(min(x, 1.0h)) + 65504.0h * 0.0h; }
        case 5: { x = 2048.0h + 1.0h; }
        case 6: { x = vec2h(x, h).yx.y + mat2x2h(1, 2, 3, 4)[1][0]; }
        default: { x = -x; }
    }
    out[i] = x;
}
//// every-scalar elements=8 section=scalar-types
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
struct Scalars { b: bool, i: i32, u: u32, f: f32 }
fn back(s: Scalars) -> Scalars { return Scalars(!s.b, -s.i, ~s.u, s.f * 2); }
@compute @workgroup_size(1)
fn main() {
    var s = Scalars(true, 5, 6, 7.5);
    s = back(s);
    out[0] = u32(s.b); out[1] = bitcast<u32>(s.i); out[2] = s.u; out[3] = bitcast<u32>(s.f);
}
//// deep-composites elements=8 section=composite-types
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
struct A { v: array<vec2u, 2> } struct B { a: array<A, 2>, m: mat2x3f } struct C { b: B, n: u32 }
alias Deep = array<array<array<array<array<array<array<array<array<array<array<array<array<array<array<u32, 1>, 1>, 1>, 1>, 1>, 1>, 1>, 1>, 1>, 1>, 1>, 1>, 1>, 1>, 1>;
@compute @workgroup_size(1)
fn main() {
    var c = array<C, 2>();
    for (var i = 0u; i < 8u; i++) { c[i / 4u].b.a[i / 2u % 2u].v[i % 2u][i % 2u] = i + 10u; }
    for (var i = 0u; i < 8u; i++) { out[i] = c[i / 4u].b.a[i / 2u % 2u].v[i % 2u].x * 100u + c[i / 4u].b.a[i / 2u % 2u].v[i % 2u].y; }
    var d: Deep; d[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0] = 9u;
    out[0] += d[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0];
}
//// made-loaded-passed-returned elements=8 section=constructible-types
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
struct Inner { a: vec3f, b: bool } struct Outer { i: array<Inner, 2>, m: mat2x2f }
fn swap(o: Outer) -> Outer { return Outer(array(o.i[1], o.i[0]), transpose(o.m)); }
fn columns(m: mat3x2f) -> array<vec2f, 3> { return array(m[2], m[1], m[0]); }
@compute @workgroup_size(1)
fn main() {
    var v = Outer(array(Inner(vec3f(1, 2, 3), true), Inner(vec3f(4, 5, 6), false)), mat2x2f(1, 2, 3, 4));
    v = swap(v); let w = swap(swap(v));
    out[0] = v.i[0].a.y; out[1] = f32(v.i[1].b); out[2] = v.m[0][1]; out[3] = w.i[1].a.z;
    let c = columns(mat3x2f(1, 2, 3, 4, 5, 6)); out[4] = c[0].y; out[5] = c[2].x;
}
//// sizes-of-three-kinds elements=12 overrides=n:5 section=fixed-footprint-types
// Known from the text, known when the pipeline is made, known when it runs.
override n: u32 = 2;
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
var<workgroup> w: array<u32, n>;
var<private> p: array<u32, 3>;
@compute @workgroup_size(n)
fn main(@builtin(local_invocation_index) i: u32) {
    w[i] = i + 1u; p[i % 3u] = 7u;
    workgroupBarrier();
    out[i] = w[n - 1u - i] + p[i % 3u];
    if i == 0u { out[8] = arrayLength(&out); out[9] = n; }
}
//// a-view-into-memory elements=8 section=memory-views,valid-invalid-memory-references
@group(0) @binding(0) var<storage, read_write> out: array<vec4u>;
@compute @workgroup_size(1)
fn main() {
    var a: array<array<vec4u, 2>, 3>;
    let row = &a[1]; let cell = &(*row)[1]; let all = &a;
    (*cell).z = 5u; (*cell).w = (*cell).z + 1u; (*row)[0] = vec4u(7u);
    out[0] = a[1][1]; out[1] = (*all)[1][0]; out[2] = a[0][0]; out[3] = a[2][1];
    (*all)[2] = *row; out[4] = a[2][1]; *row = array<vec4u, 2>(); out[5] = a[2][0] + a[1][0];
}
//// what-memory-may-hold elements=8 section=storable-types
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
struct S { a: bool, b: vec3<bool> }
var<private> s: S; var<private> m: mat4x3f; var<workgroup> flags: array<bool, 4>; var<workgroup> at: array<atomic<i32>, 2>;
@compute @workgroup_size(1)
fn main() {
    var v: vec2<bool>; v.y = true; s = S(v.y, v.xyx.yxy); m[3] = vec3f(1, 2, 3); flags[2] = any(s.b);
    atomicAdd(&at[1], -3);
    out[0] = f32(s.a) + f32(s.b.y); out[1] = m[3].z + m[0].x; out[2] = f32(flags[2]) + f32(flags[1]); out[3] = f32(atomicLoad(&at[1]));
}
//// shared-with-the-host elements=4 section=host-shareable-types
struct Item { a: i32, v: vec3f, m: mat3x2f, arr: array<vec2u, 3>, f: f32 }
struct Buffer { head: u32, items: array<Item, 2>, tail: array<Item> }
@group(0) @binding(0) var<storage, read_write> outBuffer: Buffer;
@group(0) @binding(1) var<storage, read> in: Buffer;
@group(0) @binding(2) var<uniform> u: Item;
@compute @workgroup_size(1)
fn main() {
    outBuffer.head = in.head + 1u;
    outBuffer.items = in.items;
    outBuffer.tail[0] = in.items[1];
    outBuffer.tail[1] = u;
    outBuffer.tail[2].arr[2] = in.tail[0].arr[0] + u.arr[1];
    outBuffer.tail[2].m = in.tail[1].m * 2.0;
    outBuffer.tail[3].v.z = f32(in.tail[3].a);
}
//// which-variable-a-pointer-views elements=8 section=originating-variable-section
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
fn bump(p: ptr<function, u32>) -> u32 { *p += 1u; return *p; }
@compute @workgroup_size(1)
fn main() {
    var a = 10u; var b = array(20u, 30u);
    let pa = &a; let again = &*pa; let pb = &b[1];
    out[0] = bump(pa); out[1] = bump(again); out[2] = bump(pb); out[3] = bump(&b[0]);
    out[4] = a; out[5] = b[0]; out[6] = b[1];
}
//// short-names-for-places elements=8 section=ref-ptr-use-cases
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
struct Particle { at: vec2u, age: u32 } struct System { live: u32, all: array<Particle, 3> }
@group(0) @binding(1) var<storage, read_write> outSystem: System;
fn add(p: ptr<function, i32>, n: i32) { *p = *p + n; }
@compute @workgroup_size(1)
fn main() {
    outSystem.live = 2u;
    let live = &outSystem.live; let last = &outSystem.all[*live];
    (*last).at = vec2u(3, 4); (*last).age = *live + 5u; *live -= 1u;
    var i = 0; add(&i, 4); add(&i, -9);
    out[0] = outSystem.all[2].age; out[1] = bitcast<u32>(i); out[2] = outSystem.live;
}
//// names-and-template-lists elements=8 section=type-specifiers,predeclared-types
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
alias Row = vec4<f32>; alias Grid = array<Row, 1 + 1>;
@compute @workgroup_size(1)
fn main() {
    var a: vec2<i32> = vec2i(1, 2); var b: vec3<u32> = vec3u(1, 2, 3); var c: vec4<f32> = vec4f(1, 2, 3, 4);
    var d: mat2x2<f32> = mat2x2f(1, 2, 3, 4); var e: mat3x2<f32> = mat3x2f(); var f: mat4x2<f32> = mat4x2f();
    var g: mat2x3<f32> = mat2x3f(); var h: mat3x3<f32> = mat3x3f(); var k: mat4x3<f32> = mat4x3f();
    var l: mat2x4<f32> = mat2x4f(); var m: mat3x4<f32> = mat3x4f(); var n: mat4x4<f32> = mat4x4f();
    var o: Grid = array<vec4f, 2>(c, c * 2.0); var p: ptr_x; p.v = 4.0;
    e[2] = d[1]; h[2] = g[1]; n[3] = l[1] + m[2] + c; f[3] = e[2]; k[3] = h[2];
    out[0] = u32(a.y) + b.z; out[1] = u32(o[1].w); out[2] = u32(e[2].y); out[3] = u32(n[3].w); out[4] = u32(f[3].x + k[3].x); out[5] = u32(p.v);
}
alias f32x = f32; struct ptr_x { v: f32x }
