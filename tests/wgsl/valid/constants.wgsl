// "Value Declarations", "Early Evaluation Expressions" and literals.
//// abstract-arithmetic workgroups=4 section=abstract-types,const-expr
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    const big = (1 << 40) >> 38; const f = 0.1 + 0.2; const h = 7 / 2 + -7 / 2 * 10;
    out[i] = x + u32(big) + u32(f * 1e6) + u32(h + 100);
}
//// const-arrays workgroups=4 section=const-decls,array-access-expr
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
const table = array(3u, 1u, 4u, 1u, 5u);
const grid = array<array<u32, 3>, 2>(array(1, 2, 3), array(4, 5, 6));
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = table[x % 5u] + table[2] + grid[x % 2u][i % 3u];
}
//// const-structs-and-vectors workgroups=4 section=const-decls
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
struct S { v: vec2u, m: mat2x2f }
const s = S(vec2u(1, 7), mat2x2f(1, 2, 3, 4));
const v = vec3(1, 2, 3) * 2;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = s.v.y + u32(s.m[1].x) + x + u32(v.zy.x);
}
//// const-assert workgroups=4 section=const-assert-statement
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
const_assert 1 + 1 == 2;
const_assert all(vec2(1, 2) < vec2(3, 4));
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    const n = 4; const_assert n * 2 == 8;
    out[i] = x + u32(n);
}
//// const-builtins workgroups=4 section=const-funcs,early-eval-exprs
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    const t = u32(sqrt(16.0)) + u32(dot(vec2(1, 2), vec2(3, 4))) + countOneBits(255u) + firstLeadingBit(1024u) + u32(length(vec2(3.0, 4.0)));
    out[i] = x ^ t;
}
//// overrides workgroups=4 overrides=n:9,scale:2.5,flag:1 section=override-decls,override-expr
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
override n: u32 = 2u;
override scale: f32 = 1.0;
override flag: bool = false;
override derived = n * 2u + 1u;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = x * n + select(0u, 7u, flag) + u32(scale * 2.0) + derived;
}
//// override-ids-and-size workgroups=1 section=id-attr,override-expr
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@id(7) override w: u32 = 16u;
var<workgroup> tile: array<u32, w * 2u>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    tile[i % w] = x;
    workgroupBarrier();
    out[i] = tile[(i + 1u) % w] + w;
}
