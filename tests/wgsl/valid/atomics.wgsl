// "Atomic Built-in Functions".
// section: atomic-rmw
//// storage-add workgroups=4 elements=256 section=atomic-add
@group(0) @binding(0) var<storage, read_write> out: array<atomic<u32>, 16>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) l: u32, @builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    atomicAdd(&out[x & 15u], x);
}
//// storage-sub workgroups=4 elements=256 section=atomic-sub
@group(0) @binding(0) var<storage, read_write> out: array<atomic<u32>, 16>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) l: u32, @builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    atomicSub(&out[x & 15u], x);
}
//// storage-max workgroups=4 elements=256 section=atomic-max
@group(0) @binding(0) var<storage, read_write> out: array<atomic<u32>, 16>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) l: u32, @builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    atomicMax(&out[x & 15u], x);
}
//// storage-min workgroups=4 elements=256 section=atomic-min
@group(0) @binding(0) var<storage, read_write> out: array<atomic<u32>, 16>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) l: u32, @builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    atomicMin(&out[x & 15u], x);
}
//// storage-and workgroups=4 elements=256 section=atomic-and
@group(0) @binding(0) var<storage, read_write> out: array<atomic<u32>, 16>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) l: u32, @builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    atomicAnd(&out[x & 15u], x);
}
//// storage-or workgroups=4 elements=256 section=atomic-or
@group(0) @binding(0) var<storage, read_write> out: array<atomic<u32>, 16>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) l: u32, @builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    atomicOr(&out[x & 15u], x);
}
//// storage-xor workgroups=4 elements=256 section=atomic-xor
@group(0) @binding(0) var<storage, read_write> out: array<atomic<u32>, 16>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) l: u32, @builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    atomicXor(&out[x & 15u], x);
}
//// signed workgroups=4 elements=256
@group(0) @binding(0) var<storage, read_write> out: array<atomic<u32>, 16>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
struct S { hi: atomic<i32>, lo: atomic<i32>, sum: atomic<i32> }
@group(0) @binding(2) var<storage, read_write> s: S;
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) l: u32, @builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    atomicMax(&s.hi, bitcast<i32>(x)); atomicMin(&s.lo, bitcast<i32>(x)); atomicAdd(&s.sum, bitcast<i32>(x));
}
//// workgroup-histogram workgroups=4 elements=256 section=atomic-types,atomic-load
@group(0) @binding(0) var<storage, read_write> out: array<atomic<u32>, 16>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
var<workgroup> t: array<atomic<u32>, 16>;
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) l: u32, @builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    atomicAdd(&t[x & 15u], 1u); workgroupBarrier();
    if (l < 16u) { atomicAdd(&out[l], atomicLoad(&t[l])); }
}
//// results workgroups=4 elements=256 section=atomic-rmw,atomic-builtin-functions
@group(0) @binding(0) var<storage, read_write> out: array<atomic<u32>, 16>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
var<workgroup> t: atomic<u32>;
var<workgroup> seen: array<atomic<u32>, 2>;
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) l: u32, @builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let before = atomicAdd(&t, 1u); atomicOr(&seen[before / 32u], 1u << (before % 32u)); workgroupBarrier();
    if (l < 2u) { atomicStore(&out[l], atomicLoad(&seen[l])); }
}
//// compare-exchange workgroups=4 elements=256 section=atomic-compare-exchange-weak
@group(0) @binding(0) var<storage, read_write> out: array<atomic<u32>, 16>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) l: u32, @builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    var old = atomicLoad(&out[0]);
    loop {
        let r = atomicCompareExchangeWeak(&out[0], old, old + (x & 3u));
        if (r.exchanged) { break; }
        old = r.old_value;
    }
}
//// exchange workgroups=4 elements=256 section=atomic-exchange
@group(0) @binding(0) var<storage, read_write> out: array<atomic<u32>, 16>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) l: u32, @builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    if (id.x == 9u) { let o = atomicExchange(&out[3], 77u); atomicStore(&out[4], o + 1u); }
}
//// pointer-parameter workgroups=4 elements=256 section=atomic-builtin-functions
@group(0) @binding(0) var<storage, read_write> out: array<atomic<u32>, 16>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
fn add(p: ptr<storage, atomic<u32>, read_write>, v: u32) { atomicAdd(p, v); }
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) l: u32, @builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    add(&out[x & 7u], 2u); add(&out[8], 1u);
}
