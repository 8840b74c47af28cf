// A first few programs.
//// squares section=global-invocation-id-builtin-value
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
    out[id.x] = a[id.x] * a[id.x] + id.x;
}
//// override-sized-sum overrides=n:16 section=override-decls,array-types
override n: u32 = 4u;
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
var<workgroup> tile: array<f32, n>;
@compute @workgroup_size(n)
fn main(@builtin(local_invocation_index) i: u32) {
    tile[i] = a[i];
    workgroupBarrier();
    out[i] = tile[(i + 1u) % n] + a[i];
}
