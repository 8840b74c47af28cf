// Activations and norms of language models over rows of f32.
//
// x and out are [rows, width]; gate is [rows, width] for the gated forms, weight
// and bias are [width]. Element-wise entries take one invocation an element:
// dispatch ceil(rows * width / 64) x 1 x 1. Entries of whole rows take one
// workgroup a row: dispatch 1 x rows x 1.

struct Rows {
    rows: u32,
    width: u32,
    epsilon: f32,  // rms_norm, layer_norm
    rope_dims: u32, // rope: the head size, even; width is a multiple of it
}

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
@group(0) @binding(2) var<uniform> shape: Rows;
@group(0) @binding(3) var<storage, read> gate: array<f32>;
@group(0) @binding(4) var<storage, read> weight: array<f32>;
@group(0) @binding(5) var<storage, read> bias: array<f32>;
// rope: cosine and sine for every row's position and every pair, [rows, rope_dims / 2].
@group(0) @binding(6) var<storage, read> turn: array<vec2f>;

fn sigmoid_of(a: f32) -> f32 {
    // exp of a negative number only, so that nothing overflows.
    let e = exp(-abs(a));
    return select(1.0, e, a < 0.0) / (1.0 + e);
}

fn tanh_of(a: f32) -> f32 {
    // tanh within its accuracy of 1e-5 is not enough near zero.
    let b = abs(a);
    let z = a * a;
    let near = a + a * z * (-0.33333282 + z * (0.13331442 + z * (-0.0537397155 + z * (0.0206390888 - z * 0.00570498873))));
    let e = exp(-2.0 * b);
    let far = sign(a) * (1.0 - e) / (1.0 + e);
    return select(far, near, b < 0.625);
}

// The complementary error function for x >= 0, relative error under 2e-7:
// Chebyshev fit of Numerical Recipes (Press et al.), section 6.2.
fn erfc_of(a: f32) -> f32 {
    let t = 1.0 / (1.0 + 0.5 * a);
    var p = 0.17087277;
    p = p * t - 0.82215223;
    p = p * t + 1.48851587;
    p = p * t - 1.13520398;
    p = p * t + 0.27886807;
    p = p * t - 0.18628806;
    p = p * t + 0.09678418;
    p = p * t + 0.37409196;
    p = p * t + 1.00002368;
    p = p * t - 1.26551223;
    return t * exp(p - a * a);
}

fn gelu_of(a: f32) -> f32 {
    let tail = 0.5 * erfc_of(abs(a) * 0.70710678118654752);
    return a * select(1.0 - tail, tail, a < 0.0);
}

fn gelu_tanh_of(a: f32) -> f32 {
    return a * sigmoid_of(1.59576912160573 * (a + 0.044715 * a * a * a));
}

fn inside(i: u32) -> bool {
    return i < shape.rows * shape.width;
}

@compute @workgroup_size(64)
fn relu(@builtin(global_invocation_id) id: vec3u) {
    if (inside(id.x)) {
        out[id.x] = max(x[id.x], 0.0);
    }
}

@compute @workgroup_size(64)
fn gelu(@builtin(global_invocation_id) id: vec3u) {
    if (inside(id.x)) {
        out[id.x] = gelu_of(x[id.x]);
    }
}

@compute @workgroup_size(64)
fn gelu_tanh(@builtin(global_invocation_id) id: vec3u) {
    if (inside(id.x)) {
        out[id.x] = gelu_tanh_of(x[id.x]);
    }
}

@compute @workgroup_size(64)
fn silu(@builtin(global_invocation_id) id: vec3u) {
    if (inside(id.x)) {
        out[id.x] = x[id.x] * sigmoid_of(x[id.x]);
    }
}

@compute @workgroup_size(64)
fn sigmoid(@builtin(global_invocation_id) id: vec3u) {
    if (inside(id.x)) {
        out[id.x] = sigmoid_of(x[id.x]);
    }
}

@compute @workgroup_size(64)
fn tanh_rows(@builtin(global_invocation_id) id: vec3u) {
    if (inside(id.x)) {
        out[id.x] = tanh_of(x[id.x]);
    }
}

// silu(gate) * x (Shazeer 2020).
@compute @workgroup_size(64)
fn swiglu(@builtin(global_invocation_id) id: vec3u) {
    if (inside(id.x)) {
        out[id.x] = gate[id.x] * sigmoid_of(gate[id.x]) * x[id.x];
    }
}

// gelu(gate) * x.
@compute @workgroup_size(64)
fn geglu(@builtin(global_invocation_id) id: vec3u) {
    if (inside(id.x)) {
        out[id.x] = gelu_of(gate[id.x]) * x[id.x];
    }
}

const lanes = 64u;
var<workgroup> partial: array<f32, lanes>;

// The sum of what every invocation of the workgroup gives.
fn sum_of_all(lane: u32, mine: f32) -> f32 {
    partial[lane] = mine;
    for (var half = lanes / 2u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if (lane < half) {
            partial[lane] += partial[lane + half];
        }
    }
    let sum = workgroupUniformLoad(&partial[0]);
    return sum;
}

fn max_of_all(lane: u32, mine: f32) -> f32 {
    partial[lane] = mine;
    for (var half = lanes / 2u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if (lane < half) {
            partial[lane] = max(partial[lane], partial[lane + half]);
        }
    }
    let most = workgroupUniformLoad(&partial[0]);
    return most;
}

@compute @workgroup_size(lanes)
fn softmax(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
    let row = group.y * shape.width;
    var most = -3.40282e38;
    for (var i = lane; i < shape.width; i += lanes) {
        most = max(most, x[row + i]);
    }
    let highest = max_of_all(lane, most);
    var mine = 0.0;
    for (var i = lane; i < shape.width; i += lanes) {
        let e = exp(x[row + i] - highest);
        out[row + i] = e;
        mine += e;
    }
    let sum = sum_of_all(lane, mine);
    for (var i = lane; i < shape.width; i += lanes) {
        out[row + i] /= sum;
    }
}

// x / sqrt(mean(x²) + epsilon) * weight (Zhang and Sennrich 2019).
@compute @workgroup_size(lanes)
fn rms_norm(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
    let row = group.y * shape.width;
    var mine = 0.0;
    for (var i = lane; i < shape.width; i += lanes) {
        mine += x[row + i] * x[row + i];
    }
    let factor = 1.0 / sqrt(sum_of_all(lane, mine) / f32(shape.width) + shape.epsilon);
    for (var i = lane; i < shape.width; i += lanes) {
        out[row + i] = x[row + i] * factor * weight[i];
    }
}

// (x - mean) / sqrt(variance + epsilon) * weight + bias (Ba et al. 2016), the
// variance from the differences, in a second pass.
@compute @workgroup_size(lanes)
fn layer_norm(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
    let row = group.y * shape.width;
    var mine = 0.0;
    for (var i = lane; i < shape.width; i += lanes) {
        mine += x[row + i];
    }
    let mean = sum_of_all(lane, mine) / f32(shape.width);
    mine = 0.0;
    for (var i = lane; i < shape.width; i += lanes) {
        let d = x[row + i] - mean;
        mine += d * d;
    }
    let factor = 1.0 / sqrt(sum_of_all(lane, mine) / f32(shape.width) + shape.epsilon);
    for (var i = lane; i < shape.width; i += lanes) {
        out[row + i] = (x[row + i] - mean) * factor * weight[i] + bias[i];
    }
}

// One invocation a pair: dispatch ceil(rows * width / 2 / 64) x 1 x 1.
fn rotate(pair: u32, first: u32, second: u32) {
    let row = pair / (shape.width / 2u);
    let within = pair % (shape.rope_dims / 2u);
    let t = turn[row * (shape.rope_dims / 2u) + within];
    let a = x[first];
    let b = x[second];
    out[first] = a * t.x - b * t.y;
    out[second] = a * t.y + b * t.x;
}

// Rotary embedding of neighbours, as llama has it (Su et al. 2021).
@compute @workgroup_size(64)
fn rope_pairs(@builtin(global_invocation_id) id: vec3u) {
    if (inside(2u * id.x)) {
        rotate(id.x, 2u * id.x, 2u * id.x + 1u);
    }
}

// Rotary embedding of the two halves of a head, as GPT-NeoX has it.
@compute @workgroup_size(64)
fn rope_halves(@builtin(global_invocation_id) id: vec3u) {
    if (inside(2u * id.x)) {
        let half = shape.rope_dims / 2u;
        let first = id.x / half * shape.rope_dims + id.x % half;
        rotate(id.x, first, first + half);
    }
}
