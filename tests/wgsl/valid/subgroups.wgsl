// "Subgroup Built-in Functions" and "Quad Operations": four invocations a subgroup.
//// add workgroups=2 elements=64 features=subgroups section=subgroupadd-builtin
enable subgroups;
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(subgroup_invocation_id) lane: u32, @builtin(subgroup_size) size: u32) {
    let x = a[id.x];
    out[id.x] = subgroupAdd(x & 255u);
}
//// mul workgroups=2 elements=64 features=subgroups section=subgroupmul-builtin
enable subgroups;
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(subgroup_invocation_id) lane: u32, @builtin(subgroup_size) size: u32) {
    let x = a[id.x];
    out[id.x] = subgroupMul(x | 1u);
}
//// min workgroups=2 elements=64 features=subgroups section=subgroupmin-builtin
enable subgroups;
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(subgroup_invocation_id) lane: u32, @builtin(subgroup_size) size: u32) {
    let x = a[id.x];
    out[id.x] = subgroupMin(x);
}
//// max workgroups=2 elements=64 features=subgroups section=subgroupmax-builtin
enable subgroups;
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(subgroup_invocation_id) lane: u32, @builtin(subgroup_size) size: u32) {
    let x = a[id.x];
    out[id.x] = subgroupMax(x);
}
//// and workgroups=2 elements=64 features=subgroups section=subgroupand-builtin
enable subgroups;
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(subgroup_invocation_id) lane: u32, @builtin(subgroup_size) size: u32) {
    let x = a[id.x];
    out[id.x] = subgroupAnd(x);
}
//// or workgroups=2 elements=64 features=subgroups section=subgroupor-builtin
enable subgroups;
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(subgroup_invocation_id) lane: u32, @builtin(subgroup_size) size: u32) {
    let x = a[id.x];
    out[id.x] = subgroupOr(x);
}
//// xor workgroups=2 elements=64 features=subgroups section=subgroupxor-builtin
enable subgroups;
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(subgroup_invocation_id) lane: u32, @builtin(subgroup_size) size: u32) {
    let x = a[id.x];
    out[id.x] = subgroupXor(x);
}
//// exclusive-add workgroups=2 elements=64 features=subgroups section=subgroupexclusiveadd-builtin
enable subgroups;
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(subgroup_invocation_id) lane: u32, @builtin(subgroup_size) size: u32) {
    let x = a[id.x];
    out[id.x] = subgroupExclusiveAdd(x);
}
//// inclusive-add workgroups=2 elements=64 features=subgroups section=subgroupinclusiveadd-builtin
enable subgroups;
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(subgroup_invocation_id) lane: u32, @builtin(subgroup_size) size: u32) {
    let x = a[id.x];
    out[id.x] = subgroupInclusiveAdd(x);
}
//// exclusive-mul workgroups=2 elements=64 features=subgroups section=subgroupexclusivemul-builtin
enable subgroups;
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(subgroup_invocation_id) lane: u32, @builtin(subgroup_size) size: u32) {
    let x = a[id.x];
    out[id.x] = subgroupExclusiveMul(x);
}
//// inclusive-mul workgroups=2 elements=64 features=subgroups section=subgroupinclusivemul-builtin
enable subgroups;
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(subgroup_invocation_id) lane: u32, @builtin(subgroup_size) size: u32) {
    let x = a[id.x];
    out[id.x] = subgroupInclusiveMul(x);
}
//// ballot workgroups=2 elements=64 features=subgroups section=subgroupballot-builtin
enable subgroups;
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(subgroup_invocation_id) lane: u32, @builtin(subgroup_size) size: u32) {
    let x = a[id.x];
    out[id.x] = subgroupBallot((x & 1u) == 0u).x;
}
//// all-any workgroups=2 elements=64 features=subgroups section=subgroupall-builtin,subgroupany-builtin
enable subgroups;
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(subgroup_invocation_id) lane: u32, @builtin(subgroup_size) size: u32) {
    let x = a[id.x];
    out[id.x] = select(0u, 1u, subgroupAll(x > 3u)) + select(0u, 2u, subgroupAny(x > 60000u));
}
//// elect workgroups=2 elements=64 features=subgroups section=subgroupelect-builtin
enable subgroups;
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(subgroup_invocation_id) lane: u32, @builtin(subgroup_size) size: u32) {
    let x = a[id.x];
    out[id.x] = select(0u, 1u, subgroupElect());
}
//// broadcast workgroups=2 elements=64 features=subgroups section=subgroupbroadcast-builtin
enable subgroups;
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(subgroup_invocation_id) lane: u32, @builtin(subgroup_size) size: u32) {
    let x = a[id.x];
    out[id.x] = subgroupBroadcast(x, 2u);
}
//// broadcast-first workgroups=2 elements=64 features=subgroups section=subgroupbroadcastfirst-builtin
enable subgroups;
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(subgroup_invocation_id) lane: u32, @builtin(subgroup_size) size: u32) {
    let x = a[id.x];
    out[id.x] = subgroupBroadcastFirst(x);
}
//// shuffle workgroups=2 elements=64 features=subgroups section=subgroupshuffle-builtin
enable subgroups;
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(subgroup_invocation_id) lane: u32, @builtin(subgroup_size) size: u32) {
    let x = a[id.x];
    out[id.x] = subgroupShuffle(x, (lane + 1u) % size);
}
//// shuffle-xor workgroups=2 elements=64 features=subgroups section=subgroupshufflexor-builtin
enable subgroups;
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(subgroup_invocation_id) lane: u32, @builtin(subgroup_size) size: u32) {
    let x = a[id.x];
    out[id.x] = subgroupShuffleXor(x, 1u);
}
//// shuffle-up workgroups=2 elements=64 features=subgroups section=subgroupshuffleup-builtin
enable subgroups;
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(subgroup_invocation_id) lane: u32, @builtin(subgroup_size) size: u32) {
    let x = a[id.x];
    out[id.x] = select(0u, subgroupShuffleUp(x, 1u), lane >= 1u);
}
//// shuffle-down workgroups=2 elements=64 features=subgroups section=subgroupshuffledown-builtin
enable subgroups;
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(subgroup_invocation_id) lane: u32, @builtin(subgroup_size) size: u32) {
    let x = a[id.x];
    out[id.x] = select(0u, subgroupShuffleDown(x, 1u), lane + 1u < size);
}
//// quads workgroups=2 elements=64 features=subgroups section=quadbroadcast-builtin,quadswapx-builtin,quadswapy-builtin,quadswapdiagonal-builtin
enable subgroups;
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(subgroup_invocation_id) lane: u32, @builtin(subgroup_size) size: u32) {
    let x = a[id.x];
    out[id.x] = quadSwapX(x) ^ (quadSwapY(x) << 1u) ^ (quadSwapDiagonal(x) << 2u) ^ quadBroadcast(x, 3u);
}
