// "Control Flow" and "Statements".
//// if-chain workgroups=4 section=if-statement
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    if (x % 3u == 0u) { out[i] = 1u; } else if (x % 3u == 1u) { out[i] = x; } else { out[i] = ~x; }
}
//// if-nested workgroups=4 section=if-statement
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    var r = 0u;
    if (x > 100u) { if (x > 10000u) { r = 3u; } else { r = 2u; } r += x & 7u; } else { r = 1u; }
    out[i] = r;
}
//// switch-values workgroups=4 section=switch-statement
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    switch (x % 7u) {
        case 0u: { out[i] = 10u; }
        case 1u, 2u { out[i] = 20u; }
        case 5u, default, 6u: { out[i] = 30u; }
    }
}
//// switch-break workgroups=4 section=switch-statement,break-statement
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    var r = 5u;
    switch i32(x & 3u) {
        case 1: { if (x > 50u) { break; } r = 6u; }
        case -1, 2: { r = 7u; }
        default: { }
    }
    out[i] = r;
}
//// switch-in-loop-continue workgroups=4 section=continue-statement
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    var r = 0u;
    for (var k = 0u; k < 10u; k++) {
        switch ((x + k) % 4u) {
            case 0u { continue; }
            case 1u { r += 1u; break; }
            default { r += 100u; }
        }
        r += 10000u;
    }
    out[i] = r;
}
//// switch-constant-selectors workgroups=4 section=switch-statement
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    const base = 3u;
    switch (x % 8u) {
        case base: { out[i] = 1u; }
        case base + 1u, base * 2u: { out[i] = 2u; }
        default: { out[i] = 3u; }
    }
}
//// for-all-parts workgroups=4 section=for-statement
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    var s = 0u;
    for (var k = x % 5u; k < 20u; k += 3u) { s = s * 3u + k; }
    out[i] = s;
}
//// for-without-parts workgroups=4 section=for-statement
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    var s = x & 15u;
    for (;;) { if (s > 40u) { break; } s += s / 2u + 1u; }
    out[i] = s;
}
//// while workgroups=4 section=while-statement
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    var n = x & 1023u; var k = 0u;
    while (n != 0u) { n &= n - 1u; k++; }
    out[i] = k;
}
//// loop-continuing workgroups=4 section=loop-statement,break-if-statement
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    var k = 0u; var s = 0u;
    loop {
        if (k % 3u == x % 3u) { continue; }
        s += k;
        continuing { k++; break if k >= 17u; }
    }
    out[i] = s * 100u + k;
}
//// loop-continuing-sees-body workgroups=4 section=continuing-statement
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    var s = 0u; var k = 0u;
    loop {
        let step = k * 2u + (x & 1u);
        if (k == 9u) { break; }
        continuing { s += step; k++; }
    }
    out[i] = s;
}
//// nested-loops-break workgroups=4 section=break-statement
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    var s = 0u;
    for (var p = 0u; p < 8u; p++) {
        for (var q = 0u; q < 8u; q++) {
            if (q > (x & 7u)) { break; }
            if ((p ^ q) == 3u) { continue; }
            s += p * 8u + q;
        }
        if (s > 300u) { break; }
    }
    out[i] = s;
}
//// early-return workgroups=4 section=return-statement
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = 1u;
    if (x % 2u == 0u) { return; }
    out[i] = 2u;
    for (var k = 0u; k < 5u; k++) { if (k == x % 5u) { out[i] = k + 10u; return; } }
}
//// collatz workgroups=4 section=while-statement
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    var n = x % 1000u + 1u; var k = 0u;
    while (n != 1u) { if ((n & 1u) == 0u) { n /= 2u; } else { n = 3u * n + 1u; } k++; }
    out[i] = k;
}
//// shadowing workgroups=4 section=declaration-and-scope
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    let y = x + 1u;
    { let x = y * 2u; var y = x; y++; out[i] = y; }
    if (y > 10u) { let i = 0u; out[id.x] += i + y; }
}
//// compound-assignments workgroups=4 section=compound-assignment-sec,increment-decrement
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    var v = x;
    v += 3u; v -= 1u; v *= 5u; v /= 2u; v %= 1000003u; v &= 0xfffffu; v |= 1u; v ^= 0x55u; v <<= 2u; v >>= 1u;
    v++; v--; v++;
    out[i] = v;
}
//// phony-and-calls workgroups=4 section=phony-assignment-section,function-call-statement
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
var<private> counter: u32;
fn touch(p: ptr<private, u32>) -> u32 { *p += 1u; return *p; }
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    _ = touch(&counter);
    touch(&counter);
    out[i] = counter + x;
}
//// evaluation-order workgroups=4 section=program-order
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
fn bump(p: ptr<function, u32>) -> u32 { *p += 1u; return *p; }
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    var k = x & 7u;
    let first = bump(&k) * 100u + bump(&k) * 10u + k;
    out[i] = first;
}
//// short-circuit workgroups=4 section=logical-expr
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
fn put(p: ptr<function, u32>, v: u32) -> bool { *p += v; return v > 4u; }
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    var k = 0u;
    let p = (x & 1u) == 0u && put(&k, 1u);
    let q = (x & 2u) == 0u || put(&k, 16u);
    out[i] = k + select(0u, 256u, p) + select(0u, 512u, q);
}
//// return-by-some-in-if-by-all workgroups=2 section=return-statement
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
fn h(v: u32, all: bool) -> u32 {
    if all {
        if a[v] % 2u == 0u { return 5u; }
    }
    return 1u;
}
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let all = a[0] < 0x80000000u;
    out[id.x] = h(id.x, all) + 10u * h(id.x, !all);
}
//// blend-under-register-pressure workgroups=2 section=select-builtin
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@group(0) @binding(3) var<uniform> params: array<vec4u, 4>;
fn h(p: ptr<function, u32>, v12: u32, v13: u32) -> i32 {
    for (var k = 0u; k < 2u; k++) { }
    if 1i < bitcast<i32>(params[v13 % 5u][v13 % 5u]) { return 1i; }
    *p = 2u;
    return 1i << params[*p % 5u].x;
}
@compute @workgroup_size(4, 4)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let me = group.x * 32u + lane;
    var ua = a[me];
    var pa = lane == 0u;
    var k23 = 0u;
    loop {
        if pa { let r = h(&ua, k23 * 2071559u, k23); }
        continuing { k23++; break if k23 >= 3u; }
    }
    out[me] = ua;
}
