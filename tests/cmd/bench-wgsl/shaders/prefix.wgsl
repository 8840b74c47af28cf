// Inclusive prefix sums of blocks of 1024: 16 elements an invocation, summed, the
// sums scanned in workgroup memory, then the elements gone through again.
@group(0) @binding(0) var<storage, read> values: array<vec4u>;
@group(0) @binding(1) var<storage, read_write> sums: array<vec4u>;
const lanes = 64u;
var<workgroup> partial: array<u32, lanes>;

@compute @workgroup_size(lanes)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
    let at = (group.x * lanes + lane) * 4u;
    var mine = 0u;
    for (var i = 0u; i < 4u; i++) {
        let v = values[at + i];
        mine += v.x + v.y + v.z + v.w;
    }
    var running = mine;
    partial[lane] = mine;
    for (var step = 1u; step < lanes; step *= 2u) {
        workgroupBarrier();
        let add = select(0u, partial[lane - min(step, lane)], lane >= step);
        workgroupBarrier();
        running += add;
        partial[lane] = running;
    }
    running -= mine;
    for (var i = 0u; i < 4u; i++) {
        let v = values[at + i];
        let a = running + v.x;
        let b = a + v.y;
        let c = b + v.z;
        running = c + v.w;
        sums[at + i] = vec4u(a, b, c, running);
    }
}
