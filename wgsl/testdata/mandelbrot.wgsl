@group(0) @binding(0) var<storage, read_write> image: array<vec4f>;
@compute @workgroup_size(8, 8) fn main(@builtin(global_invocation_id) p: vec3u, @builtin(num_workgroups) n: vec3u) {
    let c = vec2f(p.xy) / vec2f(n.xy * 8u) * 3.0 - vec2f(2.1, 1.5); var z = c; var k = 0;
    for (; k < 200 && dot(z, z) < 16.0; k++) { z = vec2f(z.x * z.x - z.y * z.y, 2.0 * z.x * z.y) + c; }
    image[p.y * n.x * 8u + p.x] = vec4f(select(0.5 + 0.5 * sin(f32(k) * vec3f(0.13, 0.17, 0.23)), vec3f(), k == 200), 1.0); }
