// Counts of the 256 byte values, first in the workgroup, then for all.
@group(0) @binding(0) var<storage, read> values: array<u32>;
@group(0) @binding(1) var<storage, read_write> counts: array<atomic<u32>, 256>;
var<workgroup> mine: array<atomic<u32>, 256>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
    for (var i = 0u; i < 16u; i++) {
        let v = values[group.x * 4096u + i * 256u + lane];
        atomicAdd(&mine[v & 255u], 1u);
        atomicAdd(&mine[(v >> 8u) & 255u], 1u);
        atomicAdd(&mine[(v >> 16u) & 255u], 1u);
        atomicAdd(&mine[v >> 24u], 1u);
    }
    workgroupBarrier();
    atomicAdd(&counts[lane], atomicLoad(&mine[lane]));
}
