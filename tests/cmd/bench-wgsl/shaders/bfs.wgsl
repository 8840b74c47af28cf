// One level of a breadth-first search: whoever is at the level gives its
// neighbours the next one. The graph is in compressed rows.
struct Level { now: u32, vertices: u32 }
@group(0) @binding(0) var<storage, read> starts: array<u32>;
@group(0) @binding(1) var<storage, read> neighbours: array<u32>;
@group(0) @binding(2) var<storage, read_write> levels: array<atomic<u32>>;
@group(0) @binding(3) var<uniform> level: Level;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= level.vertices || atomicLoad(&levels[id.x]) != level.now) {
        return;
    }
    for (var i = starts[id.x]; i < starts[id.x + 1u]; i++) {
        atomicMin(&levels[neighbours[i]], level.now + 1u);
    }
}
