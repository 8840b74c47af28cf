// "Arithmetic", "Comparison" and "Bit Expressions".
// section: arithmetic-expr
//// arithmetic-i32 elements=80
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
@group(0) @binding(1) var<storage, read> a: array<i32>;
@group(0) @binding(2) var<storage, read> b: array<i32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 5u + 0u] = x + y;
    out[id.x * 5u + 1u] = x - y;
    out[id.x * 5u + 2u] = x * y;
    out[id.x * 5u + 3u] = x + 1i;
    out[id.x * 5u + 4u] = 1i - y;
}
//// division-i32 elements=96
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
@group(0) @binding(1) var<storage, read> a: array<i32>;
@group(0) @binding(2) var<storage, read> b: array<i32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 6u + 0u] = x / y;
    out[id.x * 6u + 1u] = x % y;
    out[id.x * 6u + 2u] = x / 1i;
    out[id.x * 6u + 3u] = x % 7i;
    out[id.x * 6u + 4u] = x / (y - y);
    out[id.x * 6u + 5u] = x % (x - x);
}
//// bits-i32 elements=64 section=bit-expr
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
@group(0) @binding(1) var<storage, read> a: array<i32>;
@group(0) @binding(2) var<storage, read> b: array<i32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 4u + 0u] = x & y;
    out[id.x * 4u + 1u] = x | y;
    out[id.x * 4u + 2u] = x ^ y;
    out[id.x * 4u + 3u] = ~x;
}
//// shift-i32 elements=64 section=bit-expr
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
@group(0) @binding(1) var<storage, read> a: array<i32>;
@group(0) @binding(2) var<storage, read> b: array<i32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 4u + 0u] = x << (u32(y) & u32(31u));
    out[id.x * 4u + 1u] = x >> (u32(y) & u32(31u));
    out[id.x * 4u + 2u] = x << 3u;
    out[id.x * 4u + 3u] = x >> 5u;
}
//// compare-i32 elements=112 section=comparison-expr
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
@group(0) @binding(1) var<storage, read> a: array<i32>;
@group(0) @binding(2) var<storage, read> b: array<i32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 7u + 0u] = i32(x == y);
    out[id.x * 7u + 1u] = i32(x != y);
    out[id.x * 7u + 2u] = i32(x < y);
    out[id.x * 7u + 3u] = i32(x <= y);
    out[id.x * 7u + 4u] = i32(x > y);
    out[id.x * 7u + 5u] = i32(x >= y);
    out[id.x * 7u + 6u] = i32(x == x);
}
//// arithmetic-u32 elements=80
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@group(0) @binding(2) var<storage, read> b: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 5u + 0u] = x + y;
    out[id.x * 5u + 1u] = x - y;
    out[id.x * 5u + 2u] = x * y;
    out[id.x * 5u + 3u] = x + 1u;
    out[id.x * 5u + 4u] = 1u - y;
}
//// division-u32 elements=96
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@group(0) @binding(2) var<storage, read> b: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 6u + 0u] = x / y;
    out[id.x * 6u + 1u] = x % y;
    out[id.x * 6u + 2u] = x / 1u;
    out[id.x * 6u + 3u] = x % 7u;
    out[id.x * 6u + 4u] = x / (y - y);
    out[id.x * 6u + 5u] = x % (x - x);
}
//// bits-u32 elements=64 section=bit-expr
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@group(0) @binding(2) var<storage, read> b: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 4u + 0u] = x & y;
    out[id.x * 4u + 1u] = x | y;
    out[id.x * 4u + 2u] = x ^ y;
    out[id.x * 4u + 3u] = ~x;
}
//// shift-u32 elements=64 section=bit-expr
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@group(0) @binding(2) var<storage, read> b: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 4u + 0u] = x << (u32(y) & u32(31u));
    out[id.x * 4u + 1u] = x >> (u32(y) & u32(31u));
    out[id.x * 4u + 2u] = x << 3u;
    out[id.x * 4u + 3u] = x >> 5u;
}
//// compare-u32 elements=112 section=comparison-expr
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@group(0) @binding(2) var<storage, read> b: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 7u + 0u] = u32(x == y);
    out[id.x * 7u + 1u] = u32(x != y);
    out[id.x * 7u + 2u] = u32(x < y);
    out[id.x * 7u + 3u] = u32(x <= y);
    out[id.x * 7u + 4u] = u32(x > y);
    out[id.x * 7u + 5u] = u32(x >= y);
    out[id.x * 7u + 6u] = u32(x == x);
}
//// arithmetic-vec2i elements=80
@group(0) @binding(0) var<storage, read_write> out: array<vec2i>;
@group(0) @binding(1) var<storage, read> a: array<vec2i>;
@group(0) @binding(2) var<storage, read> b: array<vec2i>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 5u + 0u] = x + y;
    out[id.x * 5u + 1u] = x - y;
    out[id.x * 5u + 2u] = x * y;
    out[id.x * 5u + 3u] = x + 1i;
    out[id.x * 5u + 4u] = 1i - y;
}
//// division-vec2i elements=96
@group(0) @binding(0) var<storage, read_write> out: array<vec2i>;
@group(0) @binding(1) var<storage, read> a: array<vec2i>;
@group(0) @binding(2) var<storage, read> b: array<vec2i>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 6u + 0u] = x / y;
    out[id.x * 6u + 1u] = x % y;
    out[id.x * 6u + 2u] = x / 1i;
    out[id.x * 6u + 3u] = x % 7i;
    out[id.x * 6u + 4u] = x / (y - y);
    out[id.x * 6u + 5u] = x % (x - x);
}
//// bits-vec2i elements=64 section=bit-expr
@group(0) @binding(0) var<storage, read_write> out: array<vec2i>;
@group(0) @binding(1) var<storage, read> a: array<vec2i>;
@group(0) @binding(2) var<storage, read> b: array<vec2i>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 4u + 0u] = x & y;
    out[id.x * 4u + 1u] = x | y;
    out[id.x * 4u + 2u] = x ^ y;
    out[id.x * 4u + 3u] = ~x;
}
//// shift-vec2i elements=64 section=bit-expr
@group(0) @binding(0) var<storage, read_write> out: array<vec2i>;
@group(0) @binding(1) var<storage, read> a: array<vec2i>;
@group(0) @binding(2) var<storage, read> b: array<vec2i>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 4u + 0u] = x << (vec2u(y) & vec2u(31u));
    out[id.x * 4u + 1u] = x >> (vec2u(y) & vec2u(31u));
    out[id.x * 4u + 2u] = x << vec2u(3u);
    out[id.x * 4u + 3u] = x >> vec2u(5u);
}
//// compare-vec2i elements=112 section=comparison-expr
@group(0) @binding(0) var<storage, read_write> out: array<vec2i>;
@group(0) @binding(1) var<storage, read> a: array<vec2i>;
@group(0) @binding(2) var<storage, read> b: array<vec2i>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 7u + 0u] = vec2i(x == y);
    out[id.x * 7u + 1u] = vec2i(x != y);
    out[id.x * 7u + 2u] = vec2i(x < y);
    out[id.x * 7u + 3u] = vec2i(x <= y);
    out[id.x * 7u + 4u] = vec2i(x > y);
    out[id.x * 7u + 5u] = vec2i(x >= y);
    out[id.x * 7u + 6u] = vec2i(x == x);
}
//// arithmetic-vec3u elements=80
@group(0) @binding(0) var<storage, read_write> out: array<vec3u>;
@group(0) @binding(1) var<storage, read> a: array<vec3u>;
@group(0) @binding(2) var<storage, read> b: array<vec3u>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 5u + 0u] = x + y;
    out[id.x * 5u + 1u] = x - y;
    out[id.x * 5u + 2u] = x * y;
    out[id.x * 5u + 3u] = x + 1u;
    out[id.x * 5u + 4u] = 1u - y;
}
//// division-vec3u elements=96
@group(0) @binding(0) var<storage, read_write> out: array<vec3u>;
@group(0) @binding(1) var<storage, read> a: array<vec3u>;
@group(0) @binding(2) var<storage, read> b: array<vec3u>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 6u + 0u] = x / y;
    out[id.x * 6u + 1u] = x % y;
    out[id.x * 6u + 2u] = x / 1u;
    out[id.x * 6u + 3u] = x % 7u;
    out[id.x * 6u + 4u] = x / (y - y);
    out[id.x * 6u + 5u] = x % (x - x);
}
//// bits-vec3u elements=64 section=bit-expr
@group(0) @binding(0) var<storage, read_write> out: array<vec3u>;
@group(0) @binding(1) var<storage, read> a: array<vec3u>;
@group(0) @binding(2) var<storage, read> b: array<vec3u>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 4u + 0u] = x & y;
    out[id.x * 4u + 1u] = x | y;
    out[id.x * 4u + 2u] = x ^ y;
    out[id.x * 4u + 3u] = ~x;
}
//// shift-vec3u elements=64 section=bit-expr
@group(0) @binding(0) var<storage, read_write> out: array<vec3u>;
@group(0) @binding(1) var<storage, read> a: array<vec3u>;
@group(0) @binding(2) var<storage, read> b: array<vec3u>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 4u + 0u] = x << (vec3u(y) & vec3u(31u));
    out[id.x * 4u + 1u] = x >> (vec3u(y) & vec3u(31u));
    out[id.x * 4u + 2u] = x << vec3u(3u);
    out[id.x * 4u + 3u] = x >> vec3u(5u);
}
//// compare-vec3u elements=112 section=comparison-expr
@group(0) @binding(0) var<storage, read_write> out: array<vec3u>;
@group(0) @binding(1) var<storage, read> a: array<vec3u>;
@group(0) @binding(2) var<storage, read> b: array<vec3u>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 7u + 0u] = vec3u(x == y);
    out[id.x * 7u + 1u] = vec3u(x != y);
    out[id.x * 7u + 2u] = vec3u(x < y);
    out[id.x * 7u + 3u] = vec3u(x <= y);
    out[id.x * 7u + 4u] = vec3u(x > y);
    out[id.x * 7u + 5u] = vec3u(x >= y);
    out[id.x * 7u + 6u] = vec3u(x == x);
}
//// arithmetic-vec4i elements=80
@group(0) @binding(0) var<storage, read_write> out: array<vec4i>;
@group(0) @binding(1) var<storage, read> a: array<vec4i>;
@group(0) @binding(2) var<storage, read> b: array<vec4i>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 5u + 0u] = x + y;
    out[id.x * 5u + 1u] = x - y;
    out[id.x * 5u + 2u] = x * y;
    out[id.x * 5u + 3u] = x + 1i;
    out[id.x * 5u + 4u] = 1i - y;
}
//// division-vec4i elements=96
@group(0) @binding(0) var<storage, read_write> out: array<vec4i>;
@group(0) @binding(1) var<storage, read> a: array<vec4i>;
@group(0) @binding(2) var<storage, read> b: array<vec4i>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 6u + 0u] = x / y;
    out[id.x * 6u + 1u] = x % y;
    out[id.x * 6u + 2u] = x / 1i;
    out[id.x * 6u + 3u] = x % 7i;
    out[id.x * 6u + 4u] = x / (y - y);
    out[id.x * 6u + 5u] = x % (x - x);
}
//// bits-vec4i elements=64 section=bit-expr
@group(0) @binding(0) var<storage, read_write> out: array<vec4i>;
@group(0) @binding(1) var<storage, read> a: array<vec4i>;
@group(0) @binding(2) var<storage, read> b: array<vec4i>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 4u + 0u] = x & y;
    out[id.x * 4u + 1u] = x | y;
    out[id.x * 4u + 2u] = x ^ y;
    out[id.x * 4u + 3u] = ~x;
}
//// shift-vec4i elements=64 section=bit-expr
@group(0) @binding(0) var<storage, read_write> out: array<vec4i>;
@group(0) @binding(1) var<storage, read> a: array<vec4i>;
@group(0) @binding(2) var<storage, read> b: array<vec4i>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 4u + 0u] = x << (vec4u(y) & vec4u(31u));
    out[id.x * 4u + 1u] = x >> (vec4u(y) & vec4u(31u));
    out[id.x * 4u + 2u] = x << vec4u(3u);
    out[id.x * 4u + 3u] = x >> vec4u(5u);
}
//// compare-vec4i elements=112 section=comparison-expr
@group(0) @binding(0) var<storage, read_write> out: array<vec4i>;
@group(0) @binding(1) var<storage, read> a: array<vec4i>;
@group(0) @binding(2) var<storage, read> b: array<vec4i>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 7u + 0u] = vec4i(x == y);
    out[id.x * 7u + 1u] = vec4i(x != y);
    out[id.x * 7u + 2u] = vec4i(x < y);
    out[id.x * 7u + 3u] = vec4i(x <= y);
    out[id.x * 7u + 4u] = vec4i(x > y);
    out[id.x * 7u + 5u] = vec4i(x >= y);
    out[id.x * 7u + 6u] = vec4i(x == x);
}
//// negate-i32 elements=48
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
@group(0) @binding(1) var<storage, read> a: array<i32>;
@group(0) @binding(2) var<storage, read> b: array<i32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 3u + 0u] = -x;
    out[id.x * 3u + 1u] = -(-y);
    out[id.x * 3u + 2u] = -(x * 0 - 2147483647 - 1);
}
//// arithmetic-f32 ulp=1 elements=96
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 6u + 0u] = x + y;
    out[id.x * 6u + 1u] = x - y;
    out[id.x * 6u + 2u] = x * y;
    out[id.x * 6u + 3u] = x + 1.5;
    out[id.x * 6u + 4u] = 2.0 * y;
    out[id.x * 6u + 5u] = -x;
}
//// division-f32 ulp=3 elements=32
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 2u + 0u] = x / (y + 20.0);
    out[id.x * 2u + 1u] = x / 3.0;
}
//// remainder-f32 abs=1e-5 elements=32
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 2u + 0u] = x % 3.0;
    out[id.x * 2u + 1u] = (x * 4.0) % (y + 20.0);
}
//// compare-f32 elements=96 section=comparison-expr
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 6u + 0u] = f32(x == y);
    out[id.x * 6u + 1u] = f32(x != y);
    out[id.x * 6u + 2u] = f32(x < y);
    out[id.x * 6u + 3u] = f32(x <= y);
    out[id.x * 6u + 4u] = f32(x > y);
    out[id.x * 6u + 5u] = f32(x >= y);
}
//// arithmetic-vec2f ulp=1 elements=96
@group(0) @binding(0) var<storage, read_write> out: array<vec2f>;
@group(0) @binding(1) var<storage, read> a: array<vec2f>;
@group(0) @binding(2) var<storage, read> b: array<vec2f>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 6u + 0u] = x + y;
    out[id.x * 6u + 1u] = x - y;
    out[id.x * 6u + 2u] = x * y;
    out[id.x * 6u + 3u] = x + 1.5;
    out[id.x * 6u + 4u] = 2.0 * y;
    out[id.x * 6u + 5u] = -x;
}
//// division-vec2f ulp=3 elements=32
@group(0) @binding(0) var<storage, read_write> out: array<vec2f>;
@group(0) @binding(1) var<storage, read> a: array<vec2f>;
@group(0) @binding(2) var<storage, read> b: array<vec2f>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 2u + 0u] = x / (y + 20.0);
    out[id.x * 2u + 1u] = x / 3.0;
}
//// remainder-vec2f abs=1e-5 elements=32
@group(0) @binding(0) var<storage, read_write> out: array<vec2f>;
@group(0) @binding(1) var<storage, read> a: array<vec2f>;
@group(0) @binding(2) var<storage, read> b: array<vec2f>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 2u + 0u] = x % 3.0;
    out[id.x * 2u + 1u] = (x * 4.0) % (y + 20.0);
}
//// compare-vec2f elements=96 section=comparison-expr
@group(0) @binding(0) var<storage, read_write> out: array<vec2f>;
@group(0) @binding(1) var<storage, read> a: array<vec2f>;
@group(0) @binding(2) var<storage, read> b: array<vec2f>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 6u + 0u] = vec2f(x == y);
    out[id.x * 6u + 1u] = vec2f(x != y);
    out[id.x * 6u + 2u] = vec2f(x < y);
    out[id.x * 6u + 3u] = vec2f(x <= y);
    out[id.x * 6u + 4u] = vec2f(x > y);
    out[id.x * 6u + 5u] = vec2f(x >= y);
}
//// arithmetic-vec3f ulp=1 elements=96
@group(0) @binding(0) var<storage, read_write> out: array<vec3f>;
@group(0) @binding(1) var<storage, read> a: array<vec3f>;
@group(0) @binding(2) var<storage, read> b: array<vec3f>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 6u + 0u] = x + y;
    out[id.x * 6u + 1u] = x - y;
    out[id.x * 6u + 2u] = x * y;
    out[id.x * 6u + 3u] = x + 1.5;
    out[id.x * 6u + 4u] = 2.0 * y;
    out[id.x * 6u + 5u] = -x;
}
//// division-vec3f ulp=3 elements=32
@group(0) @binding(0) var<storage, read_write> out: array<vec3f>;
@group(0) @binding(1) var<storage, read> a: array<vec3f>;
@group(0) @binding(2) var<storage, read> b: array<vec3f>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 2u + 0u] = x / (y + 20.0);
    out[id.x * 2u + 1u] = x / 3.0;
}
//// remainder-vec3f abs=1e-5 elements=32
@group(0) @binding(0) var<storage, read_write> out: array<vec3f>;
@group(0) @binding(1) var<storage, read> a: array<vec3f>;
@group(0) @binding(2) var<storage, read> b: array<vec3f>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 2u + 0u] = x % 3.0;
    out[id.x * 2u + 1u] = (x * 4.0) % (y + 20.0);
}
//// compare-vec3f elements=96 section=comparison-expr
@group(0) @binding(0) var<storage, read_write> out: array<vec3f>;
@group(0) @binding(1) var<storage, read> a: array<vec3f>;
@group(0) @binding(2) var<storage, read> b: array<vec3f>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 6u + 0u] = vec3f(x == y);
    out[id.x * 6u + 1u] = vec3f(x != y);
    out[id.x * 6u + 2u] = vec3f(x < y);
    out[id.x * 6u + 3u] = vec3f(x <= y);
    out[id.x * 6u + 4u] = vec3f(x > y);
    out[id.x * 6u + 5u] = vec3f(x >= y);
}
//// arithmetic-vec4f ulp=1 elements=96
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 6u + 0u] = x + y;
    out[id.x * 6u + 1u] = x - y;
    out[id.x * 6u + 2u] = x * y;
    out[id.x * 6u + 3u] = x + 1.5;
    out[id.x * 6u + 4u] = 2.0 * y;
    out[id.x * 6u + 5u] = -x;
}
//// division-vec4f ulp=3 elements=32
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 2u + 0u] = x / (y + 20.0);
    out[id.x * 2u + 1u] = x / 3.0;
}
//// remainder-vec4f abs=1e-5 elements=32
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 2u + 0u] = x % 3.0;
    out[id.x * 2u + 1u] = (x * 4.0) % (y + 20.0);
}
//// compare-vec4f elements=96 section=comparison-expr
@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x * 6u + 0u] = vec4f(x == y);
    out[id.x * 6u + 1u] = vec4f(x != y);
    out[id.x * 6u + 2u] = vec4f(x < y);
    out[id.x * 6u + 3u] = vec4f(x <= y);
    out[id.x * 6u + 4u] = vec4f(x > y);
    out[id.x * 6u + 5u] = vec4f(x >= y);
}
