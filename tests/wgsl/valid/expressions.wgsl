// "Expressions".
// section: expressions
//// results-depend-on-the-order-of-calls elements=8 section=expressions,program-order
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
var<private> log: u32;
fn note(x: u32) -> u32 { log = log * 10u + x; return x; }
struct S { a: u32, b: u32 }
fn three(a: u32, b: u32, c: u32) -> u32 { return a * 100u + b * 10u + c; }
@compute @workgroup_size(1)
fn main() {
    out[0] = three(note(1u), note(2u), note(3u)); out[1] = log; log = 0u;
    out[2] = note(4u) - note(5u) * note(6u); out[3] = log; log = 0u;
    let s = S(note(7u), note(8u)); out[4] = log + s.a; log = 0u;
    var a = array(1u, 2u, 3u); a[note(1u)] = note(9u); out[5] = log; out[6] = a[1]; log = 0u;
    a[note(2u)] += note(4u); out[7] = log * 100u + a[2];
}
//// parentheses-change-the-tree elements=8 section=parenthesized-expressions
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
@compute @workgroup_size(1)
fn main() {
    let a = 7; let b = 3; let c = 2;
    out[0] = a - (b - c); out[1] = (a - b) - c; out[2] = -(a * b) % 4; out[3] = ((((a)))) / (b / c); out[4] = (a + b) * c;
    var v = vec2i(1, 2); (v).x = 5; ((v)[1]) += 3; out[5] = (v.x) + (v).y; let p = &(v); out[6] = (*(p)).y; out[7] = ~(a & (b | 4));
}
//// precedence elements=16 section=operator-precedence-associativity,expression-grammar
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
@compute @workgroup_size(1)
fn main() {
    let a = 100; let b = 7; let c = 3; var t = true; let f = false; let u = 2u;
    out[0] = a - b - c; out[1] = a / b / c; out[2] = a % b % c; out[3] = a - b * c; out[4] = -a / b; out[5] = a * b % c;
    out[6] = a - -b; out[7] = select(0, 1, a < b * 20 && b + c > 9); out[8] = select(0, 1, t || f || f); out[9] = (a << u) + 1;
    out[10] = a & b & ~c; out[11] = a | b | c; out[12] = a ^ b ^ c; out[13] = select(0, 1, a - b == 93); out[14] = select(0, 1, !t == f);
    let v = vec2i(3, 4); let p = &five; out[15] = -v.y + *p * v[0] - ~1;
}
var<private> five = 5;
//// logic elements=8 section=logical-expr
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
var<private> calls = 0u;
fn yes() -> bool { calls += 1u; return true; }
fn no() -> bool { calls += 10u; return false; }
fn bits(a: vec4<bool>) -> u32 { return dot(select(vec4u(), vec4u(1, 2, 4, 8), a), vec4u(1)); }
@compute @workgroup_size(1)
fn main() {
    out[0] = select(0u, 1u, no() && yes()); out[1] = calls; out[2] = select(0u, 1u, yes() || no()); out[3] = calls;
    out[4] = select(0u, 1u, (no() & yes()) | (yes() | no())); out[5] = calls;
    let a = vec4<bool>(false, false, true, true); let b = vec4<bool>(false, true, false, true);
    out[6] = bits(a & b) + 16u * bits(a | b) + 256u * bits(!a) + 4096u * bits(a != b); out[7] = bits(a == b);
}
//// division-at-its-edges elements=16 section=arithmetic-expr
// Run-time rules: e / 0 is e, e % 0 is 0, the least i32 by -1 is itself and 0.
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
var<private> zero = 0; var<private> minus = -1; var<private> least = i32(-2147483648); var<private> z = 0u;
@compute @workgroup_size(1)
fn main() {
    out[0] = 7 / zero; out[1] = 7 % zero; out[2] = least / minus; out[3] = least % minus; out[4] = -7 / 2; out[5] = -7 % 2;
    out[6] = 7 / (minus * 2); out[7] = 7 % (minus * 2); out[8] = least / 1; out[9] = least % 3; out[10] = i32(7u / z); out[11] = i32(7u % z);
    let v = vec3i(least, 9, -9) / vec3i(minus, zero, 4); out[12] = v.x; out[13] = v.y; out[14] = v.z;
    out[15] = i32((vec2u(4294967295u, 5) % vec2u(2, z)).x) + 10;
}
//// shifts-at-their-edges elements=16 section=bit-expr
// The shift amount counts modulo the bit width; >> of i32 copies the sign.
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
var<private> n = 31u; var<private> s = i32(-2147483648); var<private> u = 0x80000001u;
@compute @workgroup_size(1)
fn main() {
    out[0] = bitcast<u32>(s >> n); out[1] = u >> n; out[2] = u << n; out[3] = bitcast<u32>(s << (n - 30u)); out[4] = u << (n + 1u);
    out[5] = u >> (n + 2u); out[6] = bitcast<u32>(s >> (n + 33u)); out[7] = 1u << (n - 31u);
    let v = vec4u(u) >> vec4u(0, 1, 31, n + 5u); out[8] = v.x; out[9] = v.y; out[10] = v.z; out[11] = v.w;
    let w = vec2i(s, 12) >> vec2u(4, 2); out[12] = bitcast<u32>(w.x); out[13] = bitcast<u32>(w.y); out[14] = ~u & 0xffff0000u; out[15] = bitcast<u32>(~s);
}
//// comparison-at-the-edges elements=16 section=comparison-expr
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
var<private> top = 0x80000000u; var<private> low = i32(-2147483648); var<private> mz = -0.0; var<private> tiny = 1.0e-30;
@compute @workgroup_size(1)
fn main() {
    out[0] = u32(top > 1u); out[1] = u32(low < 1); out[2] = u32(bitcast<i32>(top) == low); out[3] = u32(mz == 0.0); out[4] = u32(mz < 0.0);
    out[5] = u32(mz >= 0.0); out[6] = u32(tiny > 0.0); out[7] = u32(-tiny < mz); out[8] = u32(3.4e38 > tiny); out[9] = u32(low <= low);
    let v = vec3f(mz, tiny, -1) > vec3f(0, 0, -2); out[10] = u32(v.x) + 2u * u32(v.y) + 4u * u32(v.z);
    let b = vec2<bool>(true, false) == vec2<bool>(true, true); out[11] = u32(b.x) + 2u * u32(b.y); out[12] = u32(true != (top != 0u)); out[13] = u32(all(vec2u(top, 1) >= vec2u(top, 0)));
}
