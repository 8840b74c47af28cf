// "Statements" and "Assertions".
// section: statements
//// one-of-each elements=8 section=statements,statements-summary
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
fn effect() { out[7] = 70u; }
@compute @workgroup_size(1)
fn main() {
    ;;; var i = 0u; let n = 3u; const c = 5u; const_assert c > 4u;
    { i = n; } i += c; i++; i--; _ = i; effect();
    if i > 2u { out[0] = i; } else { out[0] = 1u; }
    switch i { case 8u { out[1] = 2u; } default { out[1] = 3u; } }
    loop { i--; if i == 5u { continue; } if i < 4u { break; } continuing { out[2] += i; } }
    for (; i < 6u; i++) { out[3] += i; } while i > 4u { i--; out[4] += i; }
    return;
}
//// blocks-are-scopes elements=8 section=compound-statement-section
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(1)
fn main() {
    let a = 1u; var v = 10u;
    { let a = a + 1u; v += a; { let a = a * 10u; v += a; { } } v += a; }
    out[0] = v; out[1] = a; { var v = 99u; v++; out[2] = v; } out[3] = v;
    if true { let a = 7u; out[4] = a; } for (var a = 0u; a < 2u; a++) { { let a = a + 50u; out[5] = a; } } out[6] = a;
}
//// stores-of-every-type elements=8 section=assignment,simple-assignment-section
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
struct S { a: u32, m: mat2x2f, b: array<vec2u, 2> }
@group(0) @binding(1) var<storage, read_write> outS: array<S>;
var<private> flags: vec3<bool>;
@compute @workgroup_size(1)
fn main() {
    var s: S; s.m[1] = vec2f(1, 2); s.b[0].y = 3u; s.b[1] = s.b[0]; s.a = s.b[1].y;
    outS[1] = s; outS[2].m = s.m * 2.0; outS[2].m[0][1] = 5.0; outS[3].b = s.b; var t = s; t.a = 9u; s = t;
    flags.y = true; out[0] = u32(flags.x) + u32(flags.y) * 2u; flags = vec3<bool>(flags.yx, true); out[3] = u32(flags.x) + u32(flags.y) * 2u; out[1] = s.a;
    var x = 1u; var y = 2u; let old = x; x = y; y = old; out[2] = x * 10u + y;
}
//// a-phony-left-side-still-evaluates elements=8 section=phony-assignment-section
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> unread: array<u32>;
var<workgroup> w: atomic<u32>;
fn next() -> u32 { out[0] += 1u; return out[0]; }
@compute @workgroup_size(1)
fn main() {
    _ = next(); _ = next() + next(); _ = vec2u(next()).yx; _ = &unread; _ = atomicAdd(&w, 5u); _ = 1 + 2; _ = &w;
    out[1] = atomicLoad(&w);
}
//// compound-assignments-of-every-kind elements=16 section=compound-assignment-sec
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
var<private> calls = 0u;
fn at() -> u32 { calls++; return calls; }
@compute @workgroup_size(1)
fn main() {
    var a = 100u; a += 5u; a -= 1u; a *= 3u; a /= 2u; a %= 100u; out[0] = a; a &= 60u; a |= 3u; a ^= 21u; a <<= 4u; a >>= 2u; out[1] = a;
    var f = 10.0; f += 1; f *= 2.5; f -= 0.5; f /= 3.0; f %= 4.0; out[2] = bitcast<u32>(f);
    var v = vec3i(1, -2, 3); v *= 2; v += vec3i(1, 2, 3); v %= vec3i(2, 3, 4); v <<= vec3u(1, 2, 3); out[3] = bitcast<u32>(v.x + v.y * 10 + v.z * 100);
    var m = mat2x2f(1, 2, 3, 4); m *= 2.0; m += mat2x2f(1, 0, 0, 1); m *= mat2x2f(0, 1, 1, 0); out[4] = u32(m[0][0]); out[5] = u32(m[1][1]);
    var w = vec2f(1, 2); w *= mat2x2f(1, 2, 3, 4); out[6] = u32(w.x); out[7] = u32(w.y);
    var b = true; b &= false; b |= true; out[8] = u32(b); var arr = array(1u, 2u, 3u, 4u); arr[at()] += 10u; arr[at()] *= 5u; out[9] = arr[1] + arr[2]; out[10] = calls;
}
//// counting-through-zero elements=8 section=increment-decrement
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
var<private> calls = 0u;
fn at() -> u32 { calls++; return 3u; }
@compute @workgroup_size(1)
fn main() {
    var u = 0u; u--; out[0] = u; u++; out[1] = u; var i = i32(2147483647); i++; out[2] = bitcast<u32>(i); i--; out[3] = bitcast<u32>(i);
    out[at()]++; out[4]++; out[4]--; let p = &out[5]; (*p)--; (*p)--; var v = vec2i(1, 1); v.y--; v[0]++; out[6] = bitcast<u32>(v.x - v.y); out[7] = calls;
}
//// choosing-leaving-repeating elements=8 section=control-flow
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
fn depth(n: u32) -> u32 {
    for (var i = 0u; ; i++) { switch i { case 0, 1 { continue; } case 5 { break; } default { if i * i > n { return i; } loop { break; } } } if i == 20u { break; } }
    return 99u;
}
@compute @workgroup_size(8) fn main(@builtin(local_invocation_index) i: u32) { out[i] = depth(i * 17u + select(0u, 1000u, i == 7u)); }
//// conditions-without-parentheses elements=8 section=if-statement
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) i: u32) {
    var r = 0u;
    if i < 2u { r = 1u; } else if (i) == 2u { r = 2u; } else if i > 3u && i < 6u { if i == 4u { r = 3u; } else { r = 4u; } } else if (i == 3u) {} else { r = 5u; }
    if r == 0u {} else { r += 10u; } out[i] = r;
}
//// selectors-in-every-form elements=16 section=switch-statement
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
const k = 3u;
fn ofSigned(i: i32) -> u32 { switch i { case -2147483648 { return 1u; } case -1, 0x7fffffff, { return 2u; } default: { return 3u; } } }
@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) i: u32) {
    switch (i) { case 0: { out[i] = 7u; } case default, 5, k + 1 { out[i] = 8u; } case 1u, k, { out[i] = 9u; if i == 3u { break; } out[i]++; } case 6 {} }
    switch i + 0u { default {} } out[8u + i] = ofSigned(bitcast<i32>(select(0x80000000u + i % 2u * 0x7fffffffu, i, i > 5u))) + 10u * ofSigned(i32(i) - 3);
}
//// breaks-at-the-end-of-continuing elements=8 section=break-if-statement,loop-statement
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) i: u32) {
    var n = 0u; var s = 0u;
    loop { n++; if n % 2u == 0u { continue; } s += n; continuing { let enough = n > i; s += 100u; break if enough || n == 6u; } }
    loop { s++; continuing { break if true; } } out[i] = s;
}
//// asserting-what-is-known elements=4 section=assertions,const-assert-statement
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
const n = 12; const_assert n % 4 == 0; const_assert(all(vec2(n, 1) > vec2(0)));
struct S { a: array<u32, n> }
fn f() -> u32 { const_assert n > 3 && f32(n) < 12.5; if false { const_assert true; } return u32(n); const_assert abs(-1) == 1; }
@compute @workgroup_size(1) fn main() { const_assert select(false, true, n == 12); out[0] = f(); }
//// what-control-flow-may-do elements=8 section=behaviors,behaviors-rules
// Each function below is accepted because of a rule for behaviors.
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
fn both(a: bool) -> u32 { if a { return 1u; } else { return 2u; } }
fn nested(n: u32) -> u32 { { { switch n { case 1 { return 3u; } default { { return 4u; } } } } } }
fn endless(n: u32) -> u32 { var i = n; loop { i++; if i % 5u == 0u { return i; } } }
fn left(n: u32) -> u32 { loop { if n > 3u { break; } return 6u; } return 7u; }
fn broken(n: u32) -> u32 { switch n { case 2 { break; } default { return 8u; } } return 9u; }
fn unreached() -> u32 { return 5u; return 6u; }
fn after(n: u32) -> u32 { for (var i = 0u; i < n; i++) { if i == 2u { return 10u; } } return 11u; }
@compute @workgroup_size(4)
fn main(@builtin(local_invocation_index) i: u32) {
    out[i] = both(i == 1u) + 10u * nested(i) + 100u * endless(i) + 10000u * left(i + 2u) + 100000u * broken(i); out[4u + i] = unreached() + after(i) * 10u;
}
