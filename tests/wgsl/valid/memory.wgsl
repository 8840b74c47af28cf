// "Memory Views", "Memory Layout" and "Variables".
//// private-variables workgroups=4 section=var-decls
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
var<private> counter: u32 = 7u;
var<private> history: array<u32, 4>;
var<private> start = 3u;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    counter += x; history[i & 3u] = counter; history[1] += 5u;
    out[i] = history[0] + history[1] * 2u + history[2] * 3u + history[3] * 5u + start;
}
//// function-array-dynamic workgroups=4 section=array-access-expr,array-types
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    var t: array<u32, 8>;
    for (var k = 0u; k < 8u; k++) { t[(k * 3u + x) % 8u] = k * k; }
    t[x % 8u] += 100u;
    var s = 0u;
    for (var k = 0u; k < 8u; k++) { s = s * 7u + t[k]; }
    out[i] = s;
}
//// array-of-structs workgroups=4 section=struct-access-expr
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
struct S { v: vec2u, k: u32 }
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    var t: array<S, 3>;
    t[x % 3u].v[i % 2u] = x; t[(x + 1u) % 3u].k = 5u; let c = t; t[0].k += 1u;
    out[i] = c[0].v.x + c[1].v.y * 2u + c[2].k * 3u + t[0].k * 5u;
}
//// robust-reads-and-writes workgroups=4 section=out-of-bounds-access-sec
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    var t = array<u32, 4>(1u, 2u, 3u, 4u);
    let k = min(x, 3u);
    t[k] = 9u;
    out[i] = t[0] + t[1] * 10u + t[2] * 100u + t[3] * 1000u;
}
//// vector-components workgroups=4 section=component-reference-from-vector-memory-view
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    var v = vec4u(x, x + 1u, x + 2u, x + 3u);
    v[i & 3u] = 7u; v.y = v.w; v.b += 2u;
    let w = v.zyx.xxz;
    out[i] = v.x + v[2] * 3u + w.z * 5u + v.wzyx[x & 3u];
}
//// swizzles workgroups=4 section=vector-multi-component
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    let v = vec4f(f32(x & 255u), 1.0, 2.0, 3.0);
    let w = v.rgba.abgr.xy.yx;
    out[i] = u32(w.x * 4.0 + w.y + v.xxxx.z + v.bg.x);
}
//// nested-pointers-let workgroups=4 section=forming-references-and-pointers,let-decls
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    var t: array<array<u32, 3>, 4>;
    let row = &t[x & 3u];
    let cell = &(*row)[i % 3u];
    *cell = x; (*row)[0] += 1u; row[2] += 2u;
    out[i] = t[0][0] + t[1][1] * 2u + t[2][2] * 3u + t[3][0] * 4u + *cell;
}
//// buffer-layouts elements=8 section=structure-member-layout,alignment-and-size
struct Inner { a: vec3f, b: f32, c: vec2u }
struct Data { head: u32, @align(32) wide: vec4f, inner: array<Inner, 2>, m: mat3x3f, @size(40) tail: i32, last: vec3i, runtime: array<vec3f> }
@group(0) @binding(0) var<storage, read_write> out: Data;
@group(0) @binding(1) var<storage, read> a: Data;
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x == 0u) {
        out.head = a.head + 1u;
        out.wide = a.wide.wzyx;
        out.inner[1] = a.inner[0];
        out.inner[0].c = a.inner[1].c.yx;
        out.m = transpose(a.m);
        out.tail = a.tail;
        out.last = a.last.zxy;
    }
    if (id.x < arrayLength(&a.runtime)) { out.runtime[id.x] = a.runtime[id.x].yzx; }
}
//// uniform-buffer elements=16 ulp=64 abs=1e-4 section=address-space-layout-constraints
struct P { scale: vec4f, offset: vec3f, n: u32, m: mat2x2f, list: array<vec4u, 3> }
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<uniform> p: P;
@group(1) @binding(0) var<storage, read> a: array<vec4f>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    out[id.x] = a[id.x] * p.scale + vec4f(p.offset, f32(p.list[id.x % 3u].y & 255u)) + vec4f(p.m * a[id.x].xy, 0.0, f32(p.n & 15u));
}
//// whole-array-copies section=simple-assignment-section
struct B { t: array<vec2u, 6>, k: u32 }
@group(0) @binding(0) var<storage, read_write> out: array<B, 2>;
@group(0) @binding(1) var<storage, read> a: array<B, 2>;
@compute @workgroup_size(1)
fn main() {
    var b = a[1];
    b.t[2] = b.t[3].yx;
    out[0] = b;
    out[1].t = a[0].t;
    out[1].k = a[0].k + b.k;
}
//// array-length elements=52 section=arrayLength-builtin
struct S { n: vec4u, t: array<vec2u> }
@group(0) @binding(0) var<storage, read_write> out: array<u32, 4>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@group(0) @binding(2) var<storage, read> b: S;
@compute @workgroup_size(1)
fn main() {
    let p = &b.t;
    out[0] = arrayLength(&a);
    out[1] = arrayLength(p);
    out[2] = a[arrayLength(&a) - 1u] ^ (*p)[arrayLength(&b.t) - 1u].y;
}
//// zero-values workgroups=4 section=zero-value-builtin-function
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
struct S { k: u32, v: vec2f }
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    var v: vec3f; var m: mat2x3f; var b: bool; var t: array<i32, 3>; var s: S;
    let z = S();
    out[i] = x + u32(v.x) + u32(m[1].z) + select(0u, 1u, b) + u32(t[2]) + s.k + u32(z.v.y) + vec2u().x + u32(mat2x2f()[0].x) + array<u32, 2>()[1];
}
