// "Logical Expressions" and "Logical Built-in Functions".
//// boolean-operators workgroups=4 section=logical-expr,bool-type
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    let p = (x & 1u) == 0u; let q = x > 1000u;
    var r = 0u;
    if (p && q) { r |= 1u; } if (p || q) { r |= 2u; } if (p & q) { r |= 4u; } if (p | q) { r |= 8u; } if (!p) { r |= 16u; } if (p == q) { r |= 32u; } if (p != q) { r |= 64u; }
    out[i] = r;
}
//// bool-vectors workgroups=4 section=all-builtin,any-builtin
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    let v = vec4u(x, x / 2u, x / 3u, 9u) > vec4u(100u);
    out[i] = select(0u, 1u, all(v)) + select(0u, 2u, any(v)) + select(0u, 4u, any(!v)) + select(0u, 8u, all(v | !v)) + select(0u, 16u, any(v & vec4<bool>(true, false, true, false))) + u32(v.y) * 32u + select(0u, 64u, all(v == vec4(true)));
}
//// select-vectors workgroups=4 section=select-builtin
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    let v = select(vec3u(1u, 2u, 3u), vec3u(x), vec3<bool>(x > 5u, x > 50u, x > 500u));
    out[i] = v.x + v.y * 3u + v.z * 7u + select(x, 1u, false);
}
