// Inclusive prefix sums of blocks of 1024, four elements an invocation.
@group(0) @binding(0) var<storage, read> values: array<u32>;
@group(0) @binding(1) var<storage, read_write> sums: array<u32>;
var<workgroup> partial: array<u32, 256>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
    let at = group.x * 1024u + lane * 4u;
    let a = values[at];
    let b = a + values[at + 1u];
    let c = b + values[at + 2u];
    let d = c + values[at + 3u];
    partial[lane] = d;
    var before = 0u;
    for (var step = 1u; step < 256u; step *= 2u) {
        workgroupBarrier();
        var add = 0u;
        if (lane >= step) {
            add = partial[lane - step];
        }
        workgroupBarrier();
        partial[lane] += add;
        before += add;
    }
    sums[at] = before + a;
    sums[at + 1u] = before + b;
    sums[at + 2u] = before + c;
    sums[at + 3u] = before + d;
}
