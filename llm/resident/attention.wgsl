// Attention of tokens of one sequence over its cached keys and values.
//
// qkv is a row for each token of a batch: queries [heads, key], keys [kv, key], values
// [kv, value]. The cache holds keys as [kv, key / 2, context] and values as [kv, context, value / 2],
// two halves in a word: lanes read keys side by side, and values too.

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
    context: u32, // up to a multiple of 64
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
@group(0) @binding(6) var<storage, read_write> keys: array<u32>;
@group(0) @binding(7) var<storage, read_write> values: array<u32>;
@group(0) @binding(8) var<storage, read_write> seen: array<f32>; // [batch, out]

const widest = 256u;
var<workgroup> head: array<f32, widest>;

// What dimension d of head becomes when it turns.
fn turned(d: u32, row: u32) -> f32 {
    if (d >= shape.dims) {
        return head[d];
    }
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
        squares = fma(v, v, squares);
    }
    let sum = sum_of(lane, squares);
    if (is_value) {
        let to = ((at - shape.heads - shape.kv) * shape.context + step.place) * shape.value / 2u;
        for (var d = lane; d < width / 2u; d += lanes) {
            values[to + d] = halves(head[2u * d], head[2u * d + 1u]);
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
    if (is_key) {
        for (var d = lane; d < width / 2u; d += lanes) {
            keys[((at - shape.heads) * shape.key / 2u + d) * shape.context + step.place] = halves(turned(2u * d, step.row), turned(2u * d + 1u, step.row));
        }
        return;
    }
    for (var d = lane; d < width; d += lanes) {
        qkv[start + d] = turned(d, step.row);
    }
}

// Two numbers as halves, the largest where one is beyond it.
fn halves(a: f32, b: f32) -> u32 {
    return pack2x16float(clamp(vec2f(a, b), vec2f(-65504.0), vec2f(65504.0)));
}

fn capped(score: f32) -> f32 {
    if (shape.cap == 0.0) {
        return score;
    }
    return shape.cap * tanh_of(score / shape.cap);
}

const lowest = -3.4028234e38;

// The sum of part, as llm/kernel adds it.
fn sum_of_part() -> f32 {
    var low = vec4f();
    var high = vec4f();
    for (var i = 0u; i < lanes; i += 8u) {
        low += vec4f(part[i], part[i + 1u], part[i + 2u], part[i + 3u]);
        high += vec4f(part[i + 4u], part[i + 5u], part[i + 6u], part[i + 7u]);
    }
    let both = low + high;
    return (both.x + both.z) + (both.y + both.w);
}

// What each head of each token sees: 64 keys at a time, a key for each lane, then the values,
// two pairs of dimensions for each lane. Dispatch heads x steps.
// Source: FlashAttention-2 (Dao, 2023), section 3.1.
@compute @workgroup_size(lanes)
fn attend(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
    let step = steps[group.y];
    let kv = group.x / (shape.heads / shape.kv);
    let start = step.row * shape.stride + group.x * shape.key;
    for (var d = lane; d < shape.key; d += lanes) {
        head[d] = qkv[start + d] * shape.scale;
    }
    workgroupBarrier();
    var first = 0u;
    if (shape.window != 0u && step.place + 1u > shape.window) {
        first = step.place + 1u - shape.window;
    }
    let pairs = shape.value / 2u;
    let from_key = kv * shape.key / 2u * shape.context;
    let from_value = kv * shape.context * pairs;
    var highest = lowest;
    var total = 0.0;
    var sum = vec4f();
    for (var page = first / lanes * lanes; page <= step.place; page += lanes) {
        let key = page + lane;
        let seen_here = key >= first && key <= step.place;
        var score = lowest;
        if (seen_here) {
            var s = 0.0;
            for (var d = 0u; d < shape.key / 2u; d++) {
                let both = unpack2x16float(keys[from_key + d * shape.context + key]);
                s = fma(head[2u * d + 1u], both.y, fma(head[2u * d], both.x, s));
            }
            score = capped(s);
        }
        part[lane] = score;
        workgroupBarrier();
        var above = highest;
        for (var i = 0u; i < lanes; i++) {
            above = max(above, part[i]);
        }
        workgroupBarrier();
        part[lane] = exp_of(score - above);
        workgroupBarrier();
        let fade = exp_of(highest - above);
        highest = above;
        total = total * fade + sum_of_part();
        let begin = max(page, first);
        let end = min(page + lanes, step.place + 1u);
        var here = vec4f();
        for (var t = begin; t < end; t++) {
            let at = from_value + t * pairs + lane;
            if (lane < pairs) {
                let v = unpack2x16float(values[at]);
                here = vec4f(fma(part[t - page], v.x, here.x), fma(part[t - page], v.y, here.y), here.zw);
            }
            if (lane + lanes < pairs) {
                let v = unpack2x16float(values[at + lanes]);
                here = vec4f(here.xy, fma(part[t - page], v.x, here.z), fma(part[t - page], v.y, here.w));
            }
        }
        sum = sum * fade + here;
        workgroupBarrier();
    }
    let inverse = 1.0 / total;
    for (var k = 0u; k < 2u && lane + k * lanes < pairs; k++) {
        let to = step.row * shape.out + group.x * shape.value + 2u * (lane + k * lanes);
        seen[to] = sum[2u * k] * inverse;
        seen[to + 1u] = sum[2u * k + 1u] * inverse;
    }
}
