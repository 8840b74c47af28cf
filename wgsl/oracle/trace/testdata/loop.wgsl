// A loop, branches, and a function that writes through a pointer.
@group(0) @binding(0) var<storage, read_write> data: array<u32>;

struct Pair { a: vec2u, b: array<u32, 2> }

fn add(p: ptr<function, u32>, n: u32) -> u32 {
    *p += n;
    return *p * 2u;
}

@compute @workgroup_size(4)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    var pair = Pair(vec2u(1u, 2u), array<u32, 2>(30u, 40u));
    for (var k = 0u; k < 3u; k++) {
        if (k == i) { continue; }
        pair.a.y = add(&pair.b[1], k);
    }
    var n = i;
    while (true) {
        n += 10u;
        if (n > 25u) { break; }
    }
    loop {
        n -= 3u;
        continuing { break if n < 25u; }
    }
    data[i] = n + pair.a.y;
}
