// Switches, short circuits, calls inside of expressions, and a private variable.
@group(0) @binding(0) var<storage, read_write> data: array<i32>;

var<private> calls: i32;

fn odd(n: i32) -> bool {
    calls++;
    return (n & 1) == 1;
}

fn mark(at: i32, n: i32) {
    if (n < 0) { return; }
    data[at] = n;
}

fn name(k: i32) -> i32 {
    switch k {
        case 0: { return 100; }
        case 1, 2: {
            if (odd(k)) { break; }
            calls += 10;
        }
        default: { calls += 100; }
    }
    return calls;
}

@compute @workgroup_size(4)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let n = i32(id.x);
    if (n > 5 && odd(n)) { mark(0, 1); }
    if (n < 5 || odd(n)) { mark(n, name(n) + name(n + 1) * 2); }
    else if (odd(n)) { mark(n, 0); }
    let both = odd(n) && !odd(n + 1);
    _ = name(select(3, 4, both));
    mark(n, -1);
    data[4] = calls;
}
