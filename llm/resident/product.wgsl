// Products of a model's matrices and vectors: out[v, row] = Σ in[v, col] * weight[row, col].
//
// Columns come in blocks of 32, the last of which zeros fill. Weights of fewer than 16 bits
// meet vectors that were rounded to 8 bits, as the CPU does it: a block of a vector is 32
// signed bytes (two vec4u) with a scale and the sum of the bytes (a vec2f). A block of weights is
//
//   q8   32 signed bytes; scales has its scale
//   q8x  32 signed bytes; scales has that of each half, and an offset
//   q4   32 halves of bytes, byte i holding weight i and weight i + 16, both with 8 added;
//        scales has its scale
//   q4x  the same without 8 added; scales has a scale and an offset
//   f16, bf16   16 words of two weights
//   f32  32 words
//
// A workgroup makes 8 rows by 8 lanes each. Of q8 and q4 a lane takes word i of all blocks, in
// turn, which is the order of llm/kernel; of the others all of every eighth block.
// one_*: one vector, dispatch x ceil(rows / 8), y
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

// What a lane adds for a block of weights by a block of a vector.
fn q8(w: u32, v: u32, lane: u32, sum: f32) -> f32 {
    let n = dot4I8Packed(weights[2u * w + lane / 4u][lane % 4u], rounded[2u * v + lane / 4u][lane % 4u]);
    return fma(f32(n), scales[w] * rounding[v].x, sum);
}

fn q4(w: u32, v: u32, lane: u32, sum: f32) -> f32 {
    let with_eight = (weights[w][lane % 4u] >> (lane / 4u * 4u)) & 0x0f0f0f0fu;
    let x = rounded[2u * v + lane / 4u][lane % 4u];
    let n = dot4I8Packed(with_eight, x) - 8 * dot4I8Packed(0x01010101u, x);
    return fma(f32(n), scales[w] * rounding[v].x, sum);
}

// A block of weights by a block of a vector, and what came before.
fn q8x(w: u32, v: u32, lane: u32, before: f32) -> f32 {
    let low = f32(dot16(weights[2u * w], rounded[2u * v]));
    let high = f32(dot16(weights[2u * w + 1u], rounded[2u * v + 1u]));
    let r = rounding[v];
    return before + (low * scales[3u * w] + high * scales[3u * w + 1u] + r.y * scales[3u * w + 2u]) * r.x;
}

fn q4x(w: u32, v: u32, lane: u32, before: f32) -> f32 {
    let both = weights[w];
    let mask = vec4u(0x0f0f0f0fu);
    let n = dot16(both & mask, rounded[2u * v]) + dot16((both >> vec4u(4u)) & mask, rounded[2u * v + 1u]);
    let r = rounding[v];
    return before + (f32(n) * scales[2u * w] + r.y * scales[2u * w + 1u]) * r.x;
}

fn f16(w: u32, v: u32, lane: u32, before: f32) -> f32 {
    var sum = before;
    for (var i = 0u; i < 4u; i++) {
        let p = weights[4u * w + i];
        sum += dot(vec4f(unpack2x16float(p.x), unpack2x16float(p.y)), exact[8u * v + 2u * i])
            + dot(vec4f(unpack2x16float(p.z), unpack2x16float(p.w)), exact[8u * v + 2u * i + 1u]);
    }
    return sum;
}

fn bf16(w: u32, v: u32, lane: u32, before: f32) -> f32 {
    var sum = before;
    for (var i = 0u; i < 4u; i++) {
        let p = weights[4u * w + i];
        let low = bitcast<vec4f>(p << vec4u(16u));
        let high = bitcast<vec4f>(p & vec4u(0xffff0000u));
        sum += dot(vec4f(low.x, high.x, low.y, high.y), exact[8u * v + 2u * i])
            + dot(vec4f(low.z, high.z, low.w, high.w), exact[8u * v + 2u * i + 1u]);
    }
    return sum;
}

fn f32s(w: u32, v: u32, lane: u32, before: f32) -> f32 {
    var sum = before;
    for (var i = 0u; i < 8u; i++) {
        sum += dot(bitcast<vec4f>(weights[8u * w + i]), exact[8u * v + i]);
    }
    return sum;
}

const rows_at_once = 8u;
const lanes = 8u;
var<workgroup> part: array<vec4f, rows_at_once * lanes>;

// The sum of what the lanes of a row have of a vector, as llm/kernel adds eight.
fn sum_of_row(start: u32, k: u32) -> f32 {
    let low = vec4f(part[start][k], part[start + 1u][k], part[start + 2u][k], part[start + 3u][k]);
    let both = low + vec4f(part[start + 4u][k], part[start + 5u][k], part[start + 6u][k], part[start + 7u][k]);
    return (both.x + both.z) + (both.y + both.w);
}

// Adds up what the lanes of each row have, and writes up to four vectors from v on.
fn finish(index: u32, row: u32, v: u32, sum: vec4f) {
    part[index] = sum;
    workgroupBarrier();
    let k = index % lanes;
    if (k < 4u && row < shape.rows && v + k < shape.vectors) {
        out[(v + k) * shape.stride + shape.start + row] = sum_of_row(index - k, k);
    }
}

fn finish_one(index: u32, row: u32, v: u32, sum: f32) {
    part[index].x = sum;
    workgroupBarrier();
    if (index % lanes == 0u && row < shape.rows) {
        out[v * shape.stride + shape.start + row] = sum_of_row(index, 0u);
    }
}

// The entry points of each kind of weights follow, made from entries.wgsl.
