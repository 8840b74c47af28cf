// c = a b for square matrices, one element an invocation.
struct Size { n: u32 }
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> c: array<f32>;
@group(0) @binding(3) var<uniform> size: Size;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    var sum = 0.0;
    for (var k = 0u; k < size.n; k++) {
        sum += a[id.y * size.n + k] * b[k * size.n + id.x];
    }
    c[id.y * size.n + id.x] = sum;
}
