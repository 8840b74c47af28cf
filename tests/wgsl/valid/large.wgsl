// Values of many scalars, copied as one.
// section: array-types
//// whole-arrays-between-buffers section=assignment,memory-views chromium=section assignment: an array of 20,000 elements may be assigned; the browser fails to write its SPIR-V
@group(0) @binding(0) var<storage, read_write> out: array<u32, 20000>;
@group(0) @binding(1) var<storage, read> a: array<u32, 20000>;
@compute @workgroup_size(1)
fn main() { out = a; out[7] += 1u; }
//// copies-keep-their-value section=let-decls,value-constructor-builtin-function
struct Block { rows: array<array<vec2u, 20>, 30>, total: u32 }
@group(0) @binding(0) var<storage, read_write> out: Block;
@group(0) @binding(1) var<storage, read> a: Block;
@compute @workgroup_size(1)
fn main() {
    out = a;
    let before = out;
    let row = out.rows[3];
    out.rows[3][4] = vec2u(1u, 2u);
    out.rows[5] = row;
    out.rows[6] = before.rows[3];
    out.total = before.rows[3][4].x ^ before.total ^ row[19].y;
}
//// arrays-to-and-from-functions section=function-calls,function-call-expr workgroups=2
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
fn filled(by: u32) -> array<u32, 700> {
    var t: array<u32, 700>;
    for (var i = 0u; i < 700u; i++) { t[i] = i * by; }
    if (by % 2u == 0u) { return array<u32, 700>(); }
    return t;
}
fn picked(t: array<u32, 700>, i: u32) -> u32 {
    var mine = t;
    mine[i % 700u] += 5u;
    return mine[i % 700u] + t[i % 700u];
}
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let t = filled(x % 5u);
    out[id.x] = picked(t, x) + filled(id.x)[x % 700u] + picked(filled(3u), id.x);
}
//// large-structures-built section=value-constructor-builtin-function,struct-types workgroups=2
struct Inner { words: array<u32, 600>, tail: vec2u }
struct Outer { first: Inner, second: Inner, mark: bool }
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(4)
fn main(@builtin(global_invocation_id) id: vec3u) {
    var i: Inner;
    i.words[id.x] = 9u; i.tail = vec2u(a[id.x], 4u);
    let o = Outer(i, Inner(array<u32, 600>(), vec2u(7u)), id.x % 2u == 0u);
    i.words[id.x] = 100u;
    let again = Outer(o.second, o.first, !o.mark);
    out[id.x] = o.first.words[id.x] + again.second.tail.x + again.first.tail.y + select(0u, 1000u, again.mark) + i.words[id.x];
}
//// large-copies-for-some-lanes workgroups=2 section=assignment
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    var p: array<u32, 600>;
    var q: array<u32, 600>;
    for (var k = 0u; k < 600u; k++) { p[k] = k + id.x; q[k] = k * 3u; }
    for (var round = 0u; round < 5u; round++) {
        if (a[id.x] % 7u == round) { continue; }
        if (a[id.x] % 3u == 0u) { q = p; p[round] += 50u; } else { p = q; q[round] += 7u; }
        if (round == id.x) { break; }
    }
    out[id.x] = p[a[id.x] % 600u] * 31u + q[id.x] + q[1];
}
//// large-workgroup-copies section=workgroupUniformLoad-builtin,assignment
var<workgroup> shared_words: array<u32, 1000>;
@group(0) @binding(0) var<storage, read_write> out: array<u32, 1000>;
@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) lane: u32) {
    for (var i = lane; i < 1000u; i += 8u) { shared_words[i] = i * i; }
    let all = workgroupUniformLoad(&shared_words);
    shared_words[lane] = 5u;
    workgroupBarrier();
    for (var i = lane; i < 1000u; i += 8u) { out[i] = all[i] + shared_words[i % 8u]; }
}
