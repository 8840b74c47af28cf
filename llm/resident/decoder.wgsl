// What a decoder does between its products: norms, rotations, attention over cached keys and
// values, activations, the choice of experts; over rows of vectors whose strides are multiples
// of 32. Results are also rounded to 8 bits in blocks of 32, for the products that follow.

struct Rows {
    width: u32,
    stride: u32,
    epsilon: f32,
    add: u32,   // 1: a second operand is added first
    gelu: u32,  // gated: GELU by the tangent, in place of SiLU
}

@group(0) @binding(0) var<uniform> shape: Rows;
@group(0) @binding(1) var<storage, read_write> stream: array<f32>; // [tokens, stride]
@group(0) @binding(2) var<storage, read> more: array<f32>;         // [tokens, stride]
@group(0) @binding(3) var<storage, read> weight: array<f32>;       // [width]
@group(0) @binding(4) var<storage, read_write> exact: array<f32>;  // [rows, stride]
@group(0) @binding(5) var<storage, read_write> rounded: array<u32>; // [rows, stride / 4]
@group(0) @binding(6) var<storage, read_write> rounding: array<vec2f>; // [rows, stride / 32]
@group(0) @binding(7) var<storage, read> wanted: array<u32>;       // [rows]: which of the tokens

// Rounds block b of exact: 127 is the largest, a block of zeros has the scale 0.
fn round_block(b: u32) {
    var most = 0.0;
    for (var i = 0u; i < 32u; i++) {
        most = max(most, abs(exact[32u * b + i]));
    }
    var inverse = 0.0;
    if (most > 0.0) {
        inverse = 127.0 / most;
    }
    var sum = vec4f();
    for (var i = 0u; i < 8u; i++) {
        let at = 32u * b + 4u * i;
        let q = round(vec4f(exact[at], exact[at + 1u], exact[at + 2u], exact[at + 3u]) * inverse);
        sum += q;
        rounded[8u * b + i] = pack4xI8(vec4i(q));
    }
    rounding[b] = vec2f(most / 127.0, sum.x + sum.y + sum.z + sum.w);
}

// RMSNorm of stream, to which more is added first where it is to be. Dispatch 1 x rows.
@compute @workgroup_size(lanes)
fn norm(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
    let start = wanted[group.y] * shape.stride;
    let out = group.y * shape.stride;
    var squares = 0.0;
    for (var i = lane; i < shape.width; i += lanes) {
        var v = stream[start + i];
        if (shape.add != 0u) {
            v += more[start + i];
            stream[start + i] = v;
        }
        squares = fma(v, v, squares);
    }
    let scale = 1.0 / sqrt(sum_of(lane, squares) / f32(shape.width) + shape.epsilon);
    for (var i = lane; i < shape.width; i += lanes) {
        exact[out + i] = stream[start + i] * scale * weight[i];
    }
    storageBarrier();
    for (var b = lane; b < shape.stride / 32u; b += lanes) {
        round_block(out / 32u + b);
    }
}

// Rounds rows. Dispatch ceil(stride / 32 / 64) x rows.
@compute @workgroup_size(lanes)
fn round_rows(@builtin(global_invocation_id) id: vec3u) {
    if (id.x < shape.stride / 32u) {
        round_block(id.y * shape.stride / 32u + id.x);
    }
}

// RMSNorm of each row of exact, in place. Dispatch 1 x rows.
@compute @workgroup_size(lanes)
fn norm_self(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
    let start = group.y * shape.stride;
    var squares = 0.0;
    for (var i = lane; i < shape.width; i += lanes) {
        squares = fma(exact[start + i], exact[start + i], squares);
    }
    let scale = 1.0 / sqrt(sum_of(lane, squares) / f32(shape.width) + shape.epsilon);
    for (var i = lane; i < shape.width; i += lanes) {
        exact[start + i] = exact[start + i] * scale * weight[i];
    }
}

// SiLU, or GELU by the tangent.
fn activated(g: f32) -> f32 {
    // 0.5 * (1 + tanh(z)) is the sigmoid of 2 z.
    let inner = select(g, fma(g * g * g, 0.044714998453855515, g) * 1.5957691669464111, shape.gelu != 0u);
    return g / (exp_of(-inner) + 1.0);
}

// The gate, activated, times what goes through it: more has a row of both, each of the stride.
// Dispatch ceil(stride / 32 / 64) x rows.
@compute @workgroup_size(lanes)
fn gated(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= shape.stride / 32u) {
        return;
    }
    let at = 32u * id.x;
    let gate = id.y * 2u * shape.stride + at;
    for (var i = 0u; i < 32u; i++) {
        if (at + i < shape.width) {
            exact[id.y * shape.stride + at + i] = activated(more[gate + i]) * more[gate + shape.stride + i];
        }
    }
    round_block(id.y * shape.stride / 32u + id.x);
}

// Experts: the used highest scores of each token, the first where they are the same.
struct Experts {
    tokens: u32,
    experts: u32,
    used: u32,
    stride: u32, // of the scores, and of what experts give
    width: u32,
}

@group(0) @binding(8) var<uniform> experts: Experts;
@group(0) @binding(9) var<storage, read_write> scores: array<f32>; // [tokens, stride]
@group(0) @binding(10) var<storage, read_write> chosen: array<u32>; // [tokens, used]
@group(0) @binding(11) var<storage, read_write> share: array<f32>; // [tokens, used]

const lowest = -3.4028234e38;

// Dispatch ceil(tokens / 64).
@compute @workgroup_size(lanes)
fn choose(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= experts.tokens) {
        return;
    }
    let start = id.x * experts.stride;
    var most = 0.0;
    var total = 0.0;
    for (var k = 0u; k < experts.used; k++) {
        var best = 0u;
        for (var i = 1u; i < experts.experts; i++) {
            if (scores[start + i] > scores[start + best]) {
                best = i;
            }
        }
        let score = scores[start + best];
        if (k == 0u) {
            most = score;
        }
        let e = exp_of(score - most);
        total += e;
        chosen[id.x * experts.used + k] = best;
        share[id.x * experts.used + k] = e;
        scores[start + best] = lowest;
    }
    for (var k = 0u; k < experts.used; k++) {
        share[id.x * experts.used + k] /= total;
    }
}

// What the experts of each token give, by their shares: more is [tokens * used, stride].
// Dispatch ceil(width / 64) x tokens.
@compute @workgroup_size(lanes)
fn combine(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= experts.width) {
        return;
    }
    var sum = 0.0;
    for (var k = 0u; k < experts.used; k++) {
        let v = id.y * experts.used + k;
        sum = fma(share[v], more[v * experts.stride + id.x], sum);
    }
    exact[id.y * experts.stride + id.x] = sum;
}
