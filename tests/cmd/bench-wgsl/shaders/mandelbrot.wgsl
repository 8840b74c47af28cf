// Rounds until a point leaves the circle, at most 256.
struct Size { n: u32 }
@group(0) @binding(0) var<storage, read_write> rounds: array<u32>;
@group(0) @binding(1) var<uniform> size: Size;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let scale = 3.0 / f32(size.n);
    let cx = f32(id.x) * scale - 2.25;
    let cy = f32(id.y) * scale - 1.5;
    var x = 0.0;
    var y = 0.0;
    var k = 0u;
    while (k < 256u && x * x + y * y <= 4.0) {
        let next = x * x - y * y + cx;
        y = 2.0 * x * y + cy;
        x = next;
        k++;
    }
    rounds[id.y * size.n + id.x] = k;
}
