// Attention: out = softmax(scale * Q Kᵀ + mask) V for every head, in one pass over
// the keys (online softmax, Milakov and Gimelshein 2018; FlashAttention, Dao et
// al. 2022).
//
// Shapes, row-major, f32: q and out [queries, heads, head_dim], k and v
// [keys, kv_heads, head_dim]. head_dim is a multiple of 4, from 4 to 256. Heads
// share keys and values in groups of heads / kv_heads (grouped-query attention);
// kv_heads = heads is multi-head, kv_heads = 1 multi-query. With causal set, query
// i sees the keys up to i + keys - queries, so queries are the last ones.
//
// One invocation computes one query of one head. Dispatch
// ceil(queries / 64) x heads x 1 workgroups.

struct Shape {
    queries: u32,
    keys: u32,
    heads: u32,
    kv_heads: u32,
    head_dim: u32,
    causal: u32,
    scale: f32,
}

@group(0) @binding(0) var<storage, read> q: array<vec4f>;
@group(0) @binding(1) var<storage, read> k: array<vec4f>;
@group(0) @binding(2) var<storage, read> v: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(4) var<uniform> shape: Shape;

const max_vectors = 64u; // head_dim 256
const lowest = -3.40282e38;

@compute @workgroup_size(64)
fn attention(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= shape.queries) {
        return;
    }
    let vectors = min(shape.head_dim / 4u, max_vectors);
    let kv_stride = shape.kv_heads * vectors;
    let kv_start = id.y / (shape.heads / shape.kv_heads) * vectors;
    let row = (id.x * shape.heads + id.y) * vectors;

    var query: array<vec4f, max_vectors>;
    var sum: array<vec4f, max_vectors>;
    for (var c = 0u; c < vectors; c++) {
        query[c] = q[row + c] * shape.scale;
        sum[c] = vec4f();
    }
    var visible = shape.keys;
    if (shape.causal != 0u) {
        visible = min(visible, id.x + 1u + shape.keys - shape.queries);
    }
    // The group's last query sees the most: its bound is the loop's for all, so
    // that the loop is the same for every invocation of a row of 64.
    var most = shape.keys;
    if (shape.causal != 0u) {
        most = min(most, (id.x / 64u + 1u) * 64u + shape.keys - shape.queries);
    }
    var highest = lowest;
    var total = 0.0;
    for (var j = 0u; j < most; j += 4u) {
        let at = j * kv_stride + kv_start;
        var s = vec4f();
        for (var c = 0u; c < vectors; c++) {
            let x = query[c];
            s += vec4f(
                dot(x, k[at + c]),
                dot(x, k[at + kv_stride + c]),
                dot(x, k[at + 2u * kv_stride + c]),
                dot(x, k[at + 3u * kv_stride + c]),
            );
        }
        let seen = vec4u(j, j + 1u, j + 2u, j + 3u) < vec4u(visible);
        s = select(vec4f(lowest), s, seen);
        let above = max(max(max(s.x, s.y), max(s.z, s.w)), highest);
        let p = select(vec4f(), exp(s - above), seen);
        let fade = exp(highest - above);
        highest = above;
        total = total * fade + (p.x + p.y + p.z + p.w);
        for (var c = 0u; c < vectors; c++) {
            sum[c] = sum[c] * fade
                + p.x * v[at + c]
                + p.y * v[at + kv_stride + c]
                + p.z * v[at + 2u * kv_stride + c]
                + p.w * v[at + 3u * kv_stride + c];
        }
    }
    for (var c = 0u; c < vectors; c++) {
        out[row + c] = sum[c] / total;
    }
}
