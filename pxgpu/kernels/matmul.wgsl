// Products of weights and activations: out[m, n] = Σ x[m, k] * w[n, k], the weights
// by rows as language models keep them: f32, or blocks of 32 as GGUF has them.
//
// Q8_0: an f16 scale and 32 signed bytes, 34 bytes. Q4_0: an f16 scale and 16
// bytes, 18 bytes; byte i holds weight i in its low half and weight i + 16 in its
// high half, both with 8 added. Blocks follow each other without a gap, so they
// are read as words that may straddle. cols is a multiple of 32 for them.
//
// matvec_*: m = 1, one workgroup a row of weights; dispatch n x 1 x 1, or
// 65535 x ceil(n / 65535) x 1. matmul_*: tiles of 16 rows of x and 32 of weights;
// dispatch ceil(n / 32) x ceil(m / 16) x 1.

struct Shape {
    m: u32,
    n: u32,
    k: u32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
@group(0) @binding(3) var<uniform> shape: Shape;
@group(0) @binding(4) var<storage, read> blocks: array<u32>;

// The byte and the two bytes at an offset of the blocks.
fn byte_at(offset: u32) -> u32 {
    return (blocks[offset / 4u] >> (offset % 4u * 8u)) & 0xffu;
}

fn half_at(offset: u32) -> f32 {
    return unpack2x16float(byte_at(offset) | (byte_at(offset + 1u) << 8u)).x;
}

fn q8_0(row: u32, col: u32) -> f32 {
    let start = (row * (shape.k / 32u) + col / 32u) * 34u;
    let b = bitcast<i32>(byte_at(start + 2u + col % 32u) << 24u) >> 24u;
    return half_at(start) * f32(b);
}

fn q4_0(row: u32, col: u32) -> f32 {
    let start = (row * (shape.k / 32u) + col / 32u) * 18u;
    let both = byte_at(start + 2u + col % 16u);
    let nibble = select(both & 15u, both >> 4u, col % 32u >= 16u);
    return half_at(start) * f32(i32(nibble) - 8);
}

const lanes = 64u;
var<workgroup> partial: array<f32, lanes>;

fn reduce(lane: u32, row: u32, mine: f32) {
    partial[lane] = mine;
    for (var half = lanes / 2u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if (lane < half) {
            partial[lane] += partial[lane + half];
        }
    }
    if (lane == 0u && row < shape.n) {
        out[row] = partial[0];
    }
}

@compute @workgroup_size(lanes)
fn matvec_f32(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
    let row = group.x + group.y * 65535u;
    var sum = 0.0;
    for (var c = 0u; c < shape.k; c += lanes) {
        let col = c + lane;
        sum += select(0.0, x[col] * w[row * shape.k + col], col < shape.k);
    }
    reduce(lane, row, sum);
}

@compute @workgroup_size(lanes)
fn matvec_q8_0(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
    let row = group.x + group.y * 65535u;
    var sum = 0.0;
    for (var c = 0u; c < shape.k; c += lanes) {
        let col = c + lane;
        sum += select(0.0, x[col] * q8_0(row, col), col < shape.k);
    }
    reduce(lane, row, sum);
}

@compute @workgroup_size(lanes)
fn matvec_q4_0(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
    let row = group.x + group.y * 65535u;
    var sum = 0.0;
    for (var c = 0u; c < shape.k; c += lanes) {
        let col = c + lane;
        sum += select(0.0, x[col] * q4_0(row, col), col < shape.k);
    }
    reduce(lane, row, sum);
}

const tile_m = 16u;
const tile_n = 32u;
const tile_k = 32u;
var<workgroup> tile_x: array<f32, tile_m * tile_k>;
var<workgroup> tile_w: array<f32, tile_k * tile_n>; // [k, n]

fn load_x(start_m: u32, start_k: u32, index: u32) {
    for (var i = index; i < tile_m * tile_k; i += 128u) {
        let row = start_m + i / tile_k;
        let col = start_k + i % tile_k;
        tile_x[i] = select(0.0, x[row * shape.k + col], row < shape.m && col < shape.k);
    }
}

// What an invocation adds to its four sums from one tile.
fn multiply(lx: u32, ly: u32) -> vec4f {
    var sum = vec4f();
    let row = ly * 4u * tile_k;
    for (var i = 0u; i < tile_k; i++) {
        let weight = tile_w[i * tile_n + lx];
        sum += weight * vec4f(
            tile_x[row + i], tile_x[row + tile_k + i], tile_x[row + 2u * tile_k + i], tile_x[row + 3u * tile_k + i]);
    }
    return sum;
}

fn finish(m: u32, n: u32, sum: vec4f) {
    for (var i = 0u; i < 4u; i++) {
        if (m + i < shape.m && n < shape.n) {
            out[(m + i) * shape.n + n] = sum[i];
        }
    }
}

@compute @workgroup_size(32, 4)
fn matmul_f32(@builtin(local_invocation_id) id: vec3u, @builtin(local_invocation_index) index: u32, @builtin(workgroup_id) group: vec3u) {
    let m = group.y * tile_m;
    let n = group.x * tile_n;
    var sum = vec4f();
    for (var c = 0u; c < shape.k; c += tile_k) {
        load_x(m, c, index);
        for (var i = id.y; i < tile_k; i += 4u) {
            let row = n + id.x;
            tile_w[i * tile_n + id.x] = select(0.0, w[row * shape.k + c + i], row < shape.n && c + i < shape.k);
        }
        workgroupBarrier();
        sum += multiply(id.x, id.y);
        workgroupBarrier();
    }
    finish(m + id.y * 4u, n + id.x, sum);
}

@compute @workgroup_size(32, 4)
fn matmul_q8_0(@builtin(local_invocation_id) id: vec3u, @builtin(local_invocation_index) index: u32, @builtin(workgroup_id) group: vec3u) {
    let m = group.y * tile_m;
    let n = group.x * tile_n;
    var sum = vec4f();
    for (var c = 0u; c < shape.k; c += tile_k) {
        load_x(m, c, index);
        for (var i = id.y; i < tile_k; i += 4u) {
            let row = n + id.x;
            tile_w[i * tile_n + id.x] = select(0.0, q8_0(row, c + i), row < shape.n);
        }
        workgroupBarrier();
        sum += multiply(id.x, id.y);
        workgroupBarrier();
    }
    finish(m + id.y * 4u, n + id.x, sum);
}

@compute @workgroup_size(32, 4)
fn matmul_q4_0(@builtin(local_invocation_id) id: vec3u, @builtin(local_invocation_index) index: u32, @builtin(workgroup_id) group: vec3u) {
    let m = group.y * tile_m;
    let n = group.x * tile_n;
    var sum = vec4f();
    for (var c = 0u; c < shape.k; c += tile_k) {
        load_x(m, c, index);
        for (var i = id.y; i < tile_k; i += 4u) {
            let row = n + id.x;
            tile_w[i * tile_n + id.x] = select(0.0, q4_0(row, c + i), row < shape.n);
        }
        workgroupBarrier();
        sum += multiply(id.x, id.y);
        workgroupBarrier();
    }
    finish(m + id.y * 4u, n + id.x, sum);
}
