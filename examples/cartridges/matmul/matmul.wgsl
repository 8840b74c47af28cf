// The product of two square matrices, row by row.
const n = 4u;

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> product: array<f32>;

@compute @workgroup_size(n, n)
fn main(@builtin(local_invocation_id) at: vec3u) {
    var sum = 0.0;
    for (var k = 0u; k < n; k++) {
        sum += a[at.y * n + k] * b[k * n + at.x];
    }
    product[at.y * n + at.x] = sum;
}
