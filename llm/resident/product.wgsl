// Products of a model's matrices and vectors: out[v, row] = Σ in[v, col] * weight[row, col].
//
// Columns come in blocks of 32, the last of which zeros fill. Weights of fewer than 16 bits
// meet vectors that were rounded to 8 bits, as the CPU does it: a block of a vector is 32
// signed bytes (two vec4u) with a scale and the sum of the bytes (a vec2f). A block of weights is
//
//   q8   32 signed bytes; scales has its scale
//   q8x  32 signed bytes; scales has that of each half, and an offset
//   q4   32 halves of bytes, byte i holding weight i and weight i + 16; scales has a scale and an
//        offset
//   f16, bf16   16 words of two weights
//   f32  32 words
//
// A workgroup makes 8 rows by 8 lanes each. one_*: one vector, dispatch x ceil(rows / 8), y
// vectors; four_*: four of them, y ceil(vectors / 4); chosen_*: one vector by the rows of its
// expert, which begin at chosen[v] * rows.

struct Product {
    rows: u32,
    blocks: u32,  // of a row
    vectors: u32,
    stride: u32,  // of out, between vectors
    start: u32,   // of out, of the first row
    repeat: u32,  // chosen_*: so many vectors in turn are of the same input
}

@group(0) @binding(0) var<storage, read> weights: array<vec4u>;
@group(0) @binding(1) var<storage, read> scales: array<f32>;
@group(0) @binding(2) var<storage, read> rounded: array<vec4u>; // [inputs, blocks, 2]
@group(0) @binding(3) var<storage, read> rounding: array<vec2f>; // [inputs, blocks]
@group(0) @binding(4) var<storage, read> exact: array<vec4f>; // [inputs, blocks, 8]
@group(0) @binding(5) var<storage, read_write> out: array<f32>;
@group(0) @binding(6) var<uniform> shape: Product;
@group(0) @binding(7) var<storage, read> chosen: array<u32>;

fn dot16(a: vec4u, b: vec4u) -> i32 {
    return dot4I8Packed(a.x, b.x) + dot4I8Packed(a.y, b.y) + dot4I8Packed(a.z, b.z) + dot4I8Packed(a.w, b.w);
}

// A block of weights by a block of a vector.
fn q8(w: u32, v: u32) -> f32 {
    let n = dot16(weights[2u * w], rounded[2u * v]) + dot16(weights[2u * w + 1u], rounded[2u * v + 1u]);
    return f32(n) * scales[w] * rounding[v].x;
}

fn q8x(w: u32, v: u32) -> f32 {
    let low = f32(dot16(weights[2u * w], rounded[2u * v]));
    let high = f32(dot16(weights[2u * w + 1u], rounded[2u * v + 1u]));
    let r = rounding[v];
    return (low * scales[3u * w] + high * scales[3u * w + 1u] + r.y * scales[3u * w + 2u]) * r.x;
}

fn q4(w: u32, v: u32) -> f32 {
    let both = weights[w];
    let mask = vec4u(0x0f0f0f0fu);
    let n = dot16(both & mask, rounded[2u * v]) + dot16((both >> vec4u(4u)) & mask, rounded[2u * v + 1u]);
    let r = rounding[v];
    return (f32(n) * scales[2u * w] + r.y * scales[2u * w + 1u]) * r.x;
}

fn f16(w: u32, v: u32) -> f32 {
    var sum = 0.0;
    for (var i = 0u; i < 4u; i++) {
        let p = weights[4u * w + i];
        sum += dot(vec4f(unpack2x16float(p.x), unpack2x16float(p.y)), exact[8u * v + 2u * i])
            + dot(vec4f(unpack2x16float(p.z), unpack2x16float(p.w)), exact[8u * v + 2u * i + 1u]);
    }
    return sum;
}

fn bf16(w: u32, v: u32) -> f32 {
    var sum = 0.0;
    for (var i = 0u; i < 4u; i++) {
        let p = weights[4u * w + i];
        let low = bitcast<vec4f>(p << vec4u(16u));
        let high = bitcast<vec4f>(p & vec4u(0xffff0000u));
        sum += dot(vec4f(low.x, high.x, low.y, high.y), exact[8u * v + 2u * i])
            + dot(vec4f(low.z, high.z, low.w, high.w), exact[8u * v + 2u * i + 1u]);
    }
    return sum;
}

fn f32s(w: u32, v: u32) -> f32 {
    var sum = 0.0;
    for (var i = 0u; i < 8u; i++) {
        sum += dot(bitcast<vec4f>(weights[8u * w + i]), exact[8u * v + i]);
    }
    return sum;
}

const rows_at_once = 8u;
const lanes = 8u;
var<workgroup> part: array<vec4f, rows_at_once * lanes>;

// Adds up what the lanes of each row have, and writes up to four vectors from v on.
fn finish(index: u32, row: u32, v: u32, sum: vec4f) {
    part[index] = sum;
    workgroupBarrier();
    if (index % lanes < 4u && row < shape.rows && v + index % lanes < shape.vectors) {
        let k = index % lanes;
        let start = index - k;
        var total = 0.0;
        for (var i = 0u; i < lanes; i++) {
            total += part[start + i][k];
        }
        out[(v + k) * shape.stride + shape.start + row] = total;
    }
}

fn finish_one(index: u32, row: u32, v: u32, sum: f32) {
    part[index].x = sum;
    workgroupBarrier();
    if (index % lanes == 0u && row < shape.rows) {
        var total = 0.0;
        for (var i = 0u; i < lanes; i++) {
            total += part[index + i].x;
        }
        out[v * shape.stride + shape.start + row] = total;
    }
}

// The entry points of each kind of weights follow, made from entries.wgsl.
