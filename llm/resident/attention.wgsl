// Attention of tokens of one sequence over its cached keys and values.
//
// qkv is a row for each token of a batch: queries [heads, key], keys [kv, key], values
// [kv, value]. The cache holds keys as [kv, key, context] and values as [kv, context, value]:
// lanes read keys side by side, and values too.

struct Heads {
    heads: u32,
    kv: u32,
    key: u32,     // widths of a head, at most 256
    value: u32,
    dims: u32,    // of a head that turn
    halves: u32,  // 1: pairs are i and i + dims / 2, else 2 i and 2 i + 1
    norm: u32,    // 1: heads of queries and keys are normed
    bias: u32,    // 1: there is one
    stride: u32,  // of qkv
    out: u32,     // the stride of seen
    context: u32,
    window: u32,  // how many keys a token sees, itself included; 0 is all
    scale: f32,
    cap: f32,     // the soft cap, or 0
    epsilon: f32,
}

struct Step {
    row: u32,   // in the batch
    place: u32, // in the sequence
}

@group(0) @binding(0) var<uniform> shape: Heads;
@group(0) @binding(1) var<storage, read> steps: array<Step>;
@group(0) @binding(2) var<storage, read_write> qkv: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>; // as a row of qkv
@group(0) @binding(4) var<storage, read> norms: array<f32>; // [2, key]: of queries, of keys
@group(0) @binding(5) var<storage, read> turns: array<vec2f>; // [batch, dims / 2]: cosine and sine
@group(0) @binding(6) var<storage, read_write> keys: array<f32>;
@group(0) @binding(7) var<storage, read_write> values: array<f32>;
@group(0) @binding(8) var<storage, read_write> seen: array<f32>; // [batch, out]

const lanes = 64u;
const widest = 256u;
var<workgroup> head: array<f32, widest>;
var<workgroup> part: array<f32, lanes>;

fn sum_of(lane: u32, mine: f32) -> f32 {
    part[lane] = mine;
    for (var half = lanes / 2u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if (lane < half) {
            part[lane] += part[lane + half];
        }
    }
    workgroupBarrier();
    let sum = part[0];
    workgroupBarrier();
    return sum;
}

// What dimension d of head becomes when it turns.
fn turned(d: u32, row: u32) -> f32 {
    let half = shape.dims / 2u;
    var pair = d / 2u;
    var first = d % 2u == 0u;
    var other = d ^ 1u;
    if (shape.halves != 0u) {
        pair = d % half;
        first = d < half;
        other = select(pair, d + half, first);
    }
    let t = turns[row * half + pair];
    return select(head[other] * t.y + head[d] * t.x, head[d] * t.x - head[other] * t.y, first);
}

// Adds the bias, norms and turns a head of a token, and keeps keys and values.
// Dispatch heads + 2 kv x steps.
@compute @workgroup_size(lanes)
fn place(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
    let step = steps[group.y];
    let at = group.x;
    let is_value = at >= shape.heads + shape.kv;
    let is_key = at >= shape.heads && !is_value;
    let width = select(shape.key, shape.value, is_value);
    var column = at * shape.key;
    if (is_value) {
        column = (shape.heads + shape.kv) * shape.key + (at - shape.heads - shape.kv) * shape.value;
    }
    let start = step.row * shape.stride + column;
    var squares = 0.0;
    for (var d = lane; d < width; d += lanes) {
        var v = qkv[start + d];
        if (shape.bias != 0u) {
            v += bias[column + d];
        }
        head[d] = v;
        squares += v * v;
    }
    let sum = sum_of(lane, squares);
    if (is_value) {
        let to = ((at - shape.heads - shape.kv) * shape.context + step.place) * shape.value;
        for (var d = lane; d < width; d += lanes) {
            values[to + d] = head[d];
        }
        return;
    }
    if (shape.norm != 0u) {
        let scale = 1.0 / sqrt(sum / f32(width) + shape.epsilon);
        for (var d = lane; d < width; d += lanes) {
            head[d] = head[d] * scale * norms[select(0u, shape.key, is_key) + d];
        }
    }
    workgroupBarrier();
    for (var d = lane; d < width; d += lanes) {
        var v = head[d];
        if (d < shape.dims) {
            v = turned(d, step.row);
        }
        if (is_key) {
            keys[((at - shape.heads) * shape.key + d) * shape.context + step.place] = v;
        } else {
            qkv[start + d] = v;
        }
    }
}

fn capped(score: f32) -> f32 {
    if (shape.cap == 0.0) {
        return score;
    }
    let z = score / shape.cap;
    let e = exp(-2.0 * abs(z));
    return shape.cap * sign(z) * (1.0 - e) / (1.0 + e);
}

const lowest = -3.4028234e38;

// What each head of each token sees: 64 keys at a time, a key for each lane, then the values,
// a few dimensions for each lane. Dispatch heads x steps.
@compute @workgroup_size(lanes)
fn attend(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
    let step = steps[group.y];
    let kv = group.x / (shape.heads / shape.kv);
    let start = step.row * shape.stride + group.x * shape.key;
    for (var d = lane; d < shape.key; d += lanes) {
        head[d] = qkv[start + d];
    }
    workgroupBarrier();
    var first = 0u;
    if (shape.window != 0u && step.place + 1u > shape.window) {
        first = step.place + 1u - shape.window;
    }
    let from_key = kv * shape.key * shape.context;
    let from_value = kv * shape.context * shape.value;
    var highest = lowest;
    var total = 0.0;
    var sum = vec4f();
    for (var tile = first; tile <= step.place; tile += lanes) {
        let count = min(lanes, step.place + 1u - tile);
        var score = lowest;
        if (lane < count) {
            var s = 0.0;
            for (var d = 0u; d < shape.key; d++) {
                s += head[d] * keys[from_key + d * shape.context + tile + lane];
            }
            score = capped(s * shape.scale);
        }
        part[lane] = score;
        workgroupBarrier();
        var above = highest;
        for (var i = 0u; i < count; i++) {
            above = max(above, part[i]);
        }
        workgroupBarrier();
        part[lane] = select(0.0, exp(score - above), lane < count);
        workgroupBarrier();
        let fade = exp(highest - above);
        highest = above;
        total *= fade;
        sum *= fade;
        for (var i = 0u; i < count; i++) {
            let p = part[i];
            total += p;
            let at = from_value + (tile + i) * shape.value + lane;
            for (var k = 0u; k < 4u && lane + k * lanes < shape.value; k++) {
                sum[k] += p * values[at + k * lanes];
            }
        }
        workgroupBarrier();
    }
    for (var k = 0u; k < 4u && lane + k * lanes < shape.value; k++) {
        seen[step.row * shape.out + group.x * shape.value + lane + k * lanes] = sum[k] / total;
    }
}
