// "Functions" and "Alias Analysis".
// section: functions
//// declared-in-every-form elements=8 section=function-declaration-sec
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
struct S { a: u32 }
fn none() { } fn one(a: u32,) -> u32 { return a; } fn two(_a: u32, b: S) -> S { return S(_a * b.a); }
fn pointers(a: ptr<function, u32>, b: ptr<storage, array<u32>, read_write>) { (*b)[3] = *a; *a = arrayLength(b); }
fn shadow(shadow: u32) -> u32 { return shadow + 1u; }
@must_use fn array2() -> array<array<u32, 2>, 2> { return array(array(1u, 2u), array(3u, 4u)); }
@compute @workgroup_size(1)
fn main() { none(); var n = 5u; out[0] = one(7u); out[1] = two(3u, S(4u)).a; pointers(&n, &out); out[2] = n; out[4] = shadow(1u); out[5] = array2()[1][0]; }
//// constants-by-functions elements=8 section=const-funcs,const-attr
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
const a = array<u32, u32(max(2, abs(-3)))>(); const b = countOneBits(0xf0fu) + u32(dot(vec3(1, 2, 3), vec3(4, 5, 6))); const c = select(1u, 2u, all(vec2(1, 2) < vec2(3)));
const d = u32(pow(2.0, 5.0)) + u32(length(vec2(3, 4))); override o = clamp(9, 1, i32(sqrt(16.0)));
@compute @workgroup_size(1)
fn main() { out[0] = b; out[1] = c; out[2] = d; out[3] = u32(o); var v: array<u32, 1u << 2u>; v[3] = insertBits(0u, 5u, 4u, 3u); out[4] = v[3]; switch b { case 8u + 32u { out[5] = 1u; } default { out[5] = 2u; } } out[6] = a[2]; }
//// pointers-that-do-not-alias elements=8 section=alias-analysis,aliasing,root-ident-sec
// Two pointers to one variable are allowed where none is written through; so is one
// pointer beside a global variable that both only read.
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
var<private> g = array(1u, 2u); var<private> h = 5u;
fn sum(a: ptr<function, u32>, b: ptr<function, u32>) -> u32 { return *a * 10u + *b; }
fn put(a: ptr<function, u32>, b: ptr<function, u32>) { *a = *b + 1u; }
fn reads(p: ptr<private, u32>) -> u32 { return g[1] + *p; }
fn writesOther(p: ptr<private, u32>) -> u32 { h += 1u; return *p; }
fn unused(p: ptr<private, u32>) { g[0] += 1u; }
@compute @workgroup_size(1)
fn main() {
    var x = 3u; var y = 4u; let p = &x;
    out[0] = sum(&x, p); put(&x, &y); out[1] = x; put(&y, &*p); out[2] = y;
    out[3] = reads(&g[1]); out[4] = writesOther(&g[0]); unused(&g[0]); out[5] = g[0]; out[6] = h;
}
