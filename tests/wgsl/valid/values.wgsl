// "Variable and Value Declarations" and the expressions that name them.
// section: var-and-value
//// every-kind-of-declaration elements=8 overrides=o:4 section=var-and-value,var-and-value-decl-grammar
const c = 3u; const d: i32 = -4; const_assert c > 2u;
override o: u32; override q = 2.5f; override r: bool = true; @id(7) override s: i32 = d;
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<uniform> u: vec4u;
var<private> p: u32; var<private> p2 = c + o; var<workgroup> w: u32;
@compute @workgroup_size(1)
fn main() {
    const e = c * 2; let f = o + e; let g: f32 = q * 2; var h = f; var i: u32; var<function> j: i32 = s;
    i = h + 1u; p = i; w = p + 1u; j -= 1;
    out[0] = e; out[1] = f; out[2] = u32(g); out[3] = h; out[4] = i; out[5] = w + p2; out[6] = bitcast<u32>(j); out[7] = u32(r) + u.x - u.x;
}
//// a-variable-keeps-what-a-value-cannot elements=8 section=var-vs-value
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(1)
fn main() {
    var v = 1u; let before = v; v = 2u; let after = v; let p = &v; v = 3u;
    out[0] = before; out[1] = after; out[2] = *p; out[3] = v;
    for (var i = 0u; i < 3u; i++) { let square = i * i; var fresh = 0u; fresh += square; out[4u + i] = fresh; }
}
//// when-a-value-is-known elements=8 overrides=n:3 section=value-decls,value-identifier-expr
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
const a = 5; override n = a; override m: u32 = u32(n * 2);
@compute @workgroup_size(1)
fn main() {
    const b = a + 1; let x = n + b; let y = m; let z = array<i32, b>(1, 2, 3, 4, 5, 6)[n];
    out[0] = u32(x); out[1] = y; out[2] = u32(z); out[3] = u32(a);
    { const b = 100; let x = b + x; out[4] = u32(x); } out[5] = u32(b);
}
//// a-variable-named-is-its-memory elements=8 section=var-identifier-expr
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
var<private> g = 1u;
fn next() -> u32 { g = g * 3u + 1u; return g; }
@compute @workgroup_size(1)
fn main() {
    var l = g; out[0] = l; out[1] = next(); out[2] = g; out[3] = l; l = g; out[4] = l + next() + g;
    { var g = 100u; g++; out[5] = g; } out[6] = g;
}
//// parameters-are-values elements=8 section=formal-parameter-expr
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
struct S { a: array<u32, 2>, b: u32 }
fn f(x: u32, s: S, p: ptr<function, S>) -> u32 { (*p).a[1] = 50u; let again = s.a[1] + x; return again + s.b; }
@compute @workgroup_size(1)
fn main() {
    var s = S(array(1u, 2u), 3u);
    out[0] = f(10u, s, &s); out[1] = s.a[1]; out[2] = f(s.a[1], s, &s);
}
//// there-and-back elements=8 section=address-of-expr,indirection-expr
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
struct S { a: u32, v: vec3u, arr: array<u32, 3> }
@group(0) @binding(1) var<storage, read_write> outS: array<S>;
var<workgroup> w: S; var<private> g: array<S, 2>;
@compute @workgroup_size(1)
fn main() {
    var f = S(1, vec3u(2, 3, 4), array(5, 6, 7));
    let p = &f; let q = &(*p).arr; let r = &(*q)[2]; *r = 70u; (*&f.v).y = 30u; *&*&f.a += 9u;
    w = *p; let pw = &w.v; (*pw)[2] = 40u; g[1] = w; let pg = &g[1]; (*pg).arr[0]++;
    outS[2] = *pg; let ps = &outS[2].arr[1]; *ps = *ps * 10u;
    out[0] = f.a; out[1] = f.v.y; out[2] = f.arr[2]; out[3] = w.v.z; out[4] = g[1].arr[0]; out[5] = outS[2].arr[1]; out[6] = g[0].a;
}
//// dots-on-pointers elements=8 section=composite-value-decomposition-expr,struct-access-expr
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
struct In { v: vec4u, a: array<vec2u, 2> } struct Out { i: In, m: mat2x2f }
fn f() -> Out { return Out(In(vec4u(1, 2, 3, 4), array(vec2u(5, 6), vec2u(7, 8))), mat2x2f(9, 10, 11, 12)); }
@compute @workgroup_size(1)
fn main() {
    var o = f(); let p = &o; let a = &p.i.a;
    p.i.v.w = 40u; a[1].x = 70u; p.m[1].y = 120.0; a[0] = p.i.v.zw;
    out[0] = o.i.v[3]; out[1] = o.i.a[1][0]; out[2] = u32(o.m[1][1]); out[3] = p.i.a[0].y; out[4] = f().i.a[1].y; out[5] = u32(f().m[1].x);
    const k = Out(In(vec4u(1), array(vec2u(2), vec2u(3))), mat2x2f()); out[6] = k.i.a[1].y;
}
//// components-of-vectors elements=16 section=vector-access-expr,vector-single-component
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@compute @workgroup_size(4)
fn main(@builtin(local_invocation_index) i: u32) {
    let v = a[i]; let k = i32(i);
    out[i * 4u] = v[i] + v.x; out[i * 4u + 1u] = v[k] - v.g * 2.0; out[i * 4u + 2u] = a[i].zyx[min(i, 2u)]; out[i * 4u + 3u] = vec3f(v.w, v[3], v.a)[2];
}
//// a-component-in-memory elements=16 section=component-reference-from-vector-memory-view
@group(0) @binding(0) var<storage, read_write> out: array<vec3u>;
var<private> g: array<vec3<u32>, 4>; var<workgroup> w: array<vec3u, 4>;
@compute @workgroup_size(4)
fn main(@builtin(local_invocation_index) i: u32) {
    var v = vec3u(10, 20, 30); v[i % 3u] += 1u; v.z *= 2u; v.r--;
    g[i] = v; g[i][i % 2u] = 5u; w[i].x = g[i].y; w[i][2] = v.b; let p = &w[i]; (*p).g = 9u;
    out[i] = w[i] + g[i] * 100u; out[i + 4u].y = v.x;
}
//// declaration-in-a-loop-starts-anew elements=8 section=var-decls chromium=section var-decls: a variable without an initial value is zero whenever its declaration is executed; in the browser it keeps the value of the round before
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(1)
fn main() {
    for (var i = 0u; i < 4u; i++) { var fresh: u32; fresh += i * i; out[i] = fresh; }
    for (var i = 0u; i < 4u; i++) { var fresh: array<u32, 4>; fresh[i] = 7u; out[4u + i] = fresh[0] + fresh[1] * 10u + fresh[2] * 100u + fresh[3] * 1000u; }
}
//// one-truth-value-stored-all-negated elements=4 section=component-reference-from-vector-memory-view chromium=section logical-expr: !vec3(false, true, false) is (true, false, true); in the browser x is false once y was stored
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(1)
fn main() {
    var flags: vec3<bool>; flags.y = true; flags = !flags;
    out[0] = u32(flags.x); out[1] = u32(flags.y); out[2] = u32(flags.z);
}
