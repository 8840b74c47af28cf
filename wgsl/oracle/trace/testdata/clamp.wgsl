// Indices out of bounds, and writes of parts of structures and matrices.
struct Body { place: vec3f, spin: mat2x3f, marks: array<i32, 4>, live: u32 }
@group(0) @binding(0) var<storage, read_write> bodies: array<Body>;
@group(0) @binding(1) var<uniform> turn: mat2x2f;

@compute @workgroup_size(1)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let far = 9u;
    let below = -1i;
    var small = array<u32, 4>(1u, 2u, 3u, 4u);
    small[far + id.x] = 7u;
    let v = vec3f(1.0, 2.5, -1e20);
    let last = v[below];
    bodies[far].place = v * 0.1;
    bodies[far].spin[1] = vec3f(last, 1.0 / 3.0, -0.0);
    bodies[far].spin[1].y += 1.0;
    bodies[0].marks[small[far] + u32(below)] = i32(below);
    bodies[0].live = select(0u, 1u, any(bodies[1].place > vec3f(0.1)));
    var all = bodies[1];
    all.spin = mat2x3f() + bodies[1].spin * turn[0][1];
    bodies[0] = all;
    var long: array<vec2f, 40>;
    long[far].x = f32(arrayLength(&bodies));
}
