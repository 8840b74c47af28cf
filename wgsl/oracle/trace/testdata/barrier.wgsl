// A sum by a tree in workgroup memory, and a counter.
@group(0) @binding(0) var<storage, read_write> data: array<u32>;
@group(0) @binding(1) var<storage, read_write> count: atomic<u32>;

var<workgroup> tile: array<u32, 8>;
var<workgroup> least: atomic<u32>;
var<workgroup> factor: u32;

@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) i: u32, @builtin(global_invocation_id) id: vec3u) {
    tile[i] = data[id.x] + data[0];
    if (i == 0u) { factor = 10u; }
    atomicAdd(&least, i);
    let place = atomicAdd(&count, 1u);
    workgroupBarrier();
    let scale = workgroupUniformLoad(&factor);
    for (var half = 4u; half > 0u; half /= 2u) {
        if (i < half) {
            tile[i] += tile[i + half];
        }
        workgroupBarrier();
    }
    data[id.x] = tile[0] * scale + place + atomicLoad(&least);
}
