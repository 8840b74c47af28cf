
@compute @workgroup_size(64)
fn one_KIND(@builtin(local_invocation_index) index: u32, @builtin(workgroup_id) group: vec3u) {
    let row = group.x * rows_at_once + index / lanes;
    let lane = index % lanes;
    var sum = 0.0;
    if (row < shape.rows) {
        let start = row * shape.blocks;
        let input = group.y * shape.blocks;
        for (var b = FIRST; b < shape.blocks; b += STEP) {
            sum = KIND(start + b, input + b, lane, sum);
        }
    }
    finish_one(index, row, group.y, sum);
}

@compute @workgroup_size(64)
fn chosen_KIND(@builtin(local_invocation_index) index: u32, @builtin(workgroup_id) group: vec3u) {
    let row = group.x * rows_at_once + index / lanes;
    let lane = index % lanes;
    var sum = 0.0;
    if (row < shape.rows) {
        let start = (chosen[group.y] * shape.rows + row) * shape.blocks;
        let input = group.y / shape.repeat * shape.blocks;
        for (var b = FIRST; b < shape.blocks; b += STEP) {
            sum = KIND(start + b, input + b, lane, sum);
        }
    }
    finish_one(index, row, group.y, sum);
}

@compute @workgroup_size(64)
fn four_KIND(@builtin(local_invocation_index) index: u32, @builtin(workgroup_id) group: vec3u) {
    let row = group.x * rows_at_once + index / lanes;
    let lane = index % lanes;
    let first = group.y * 4u;
    var sum = vec4f();
    if (row < shape.rows) {
        let start = row * shape.blocks;
        // A vector that is not there is the last one again, and is not written.
        let last = shape.vectors - 1u;
        let input = min(vec4u(first, first + 1u, first + 2u, first + 3u), vec4u(last)) * shape.blocks;
        for (var b = FIRST; b < shape.blocks; b += STEP) {
            let w = start + b;
            let v = input + b;
            sum = vec4f(KIND(w, v.x, lane, sum.x), KIND(w, v.y, lane, sum.y), KIND(w, v.z, lane, sum.z), KIND(w, v.w, lane, sum.w));
        }
    }
    finish(index, row, first, sum);
}
