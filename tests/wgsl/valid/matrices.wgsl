// "Matrix Types", matrix products and accesses.
//// products-2x2 elements=16 ulp=64 abs=1e-3 section=mat2x2-builtin,arithmetic-expr
struct Out { mv: vec2f, vm: vec2f, sum: mat2x2f, turned: mat2x2f, square: mat2x2f, scaled: mat2x2f }
@group(0) @binding(0) var<storage, read_write> out: array<Out>;
@group(0) @binding(1) var<storage, read> a: array<mat2x2f>;
@group(0) @binding(2) var<storage, read> b: array<mat2x2f>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    var o: Out;
    o.mv = x * y[0].xx;
    o.vm = y[1] * x;
    o.sum = x + y - mat2x2f(0.0, 1.0, 2.0, 3.0);
    o.turned = transpose(x);
    o.square = transpose(x) * y;
    o.scaled = 2.0 * x * 0.5;
    out[id.x] = o;
}
//// products-2x3 elements=16 ulp=64 abs=1e-3 section=mat2x3-builtin,arithmetic-expr
struct Out { mv: vec3f, vm: vec2f, sum: mat2x3f, turned: mat3x2f, square: mat2x2f, scaled: mat2x3f }
@group(0) @binding(0) var<storage, read_write> out: array<Out>;
@group(0) @binding(1) var<storage, read> a: array<mat2x3f>;
@group(0) @binding(2) var<storage, read> b: array<mat2x3f>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    var o: Out;
    o.mv = x * y[0].xx;
    o.vm = y[1] * x;
    o.sum = x + y - mat2x3f(0.0, 1.0, 2.0, 3.0, 4.0, 5.0);
    o.turned = transpose(x);
    o.square = transpose(x) * y;
    o.scaled = 2.0 * x * 0.5;
    out[id.x] = o;
}
//// products-2x4 elements=16 ulp=64 abs=1e-3 section=mat2x4-builtin,arithmetic-expr
struct Out { mv: vec4f, vm: vec2f, sum: mat2x4f, turned: mat4x2f, square: mat2x2f, scaled: mat2x4f }
@group(0) @binding(0) var<storage, read_write> out: array<Out>;
@group(0) @binding(1) var<storage, read> a: array<mat2x4f>;
@group(0) @binding(2) var<storage, read> b: array<mat2x4f>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    var o: Out;
    o.mv = x * y[0].xx;
    o.vm = y[1] * x;
    o.sum = x + y - mat2x4f(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0);
    o.turned = transpose(x);
    o.square = transpose(x) * y;
    o.scaled = 2.0 * x * 0.5;
    out[id.x] = o;
}
//// products-3x2 elements=16 ulp=64 abs=1e-3 section=mat3x2-builtin,arithmetic-expr
struct Out { mv: vec2f, vm: vec3f, sum: mat3x2f, turned: mat2x3f, square: mat3x3f, scaled: mat3x2f }
@group(0) @binding(0) var<storage, read_write> out: array<Out>;
@group(0) @binding(1) var<storage, read> a: array<mat3x2f>;
@group(0) @binding(2) var<storage, read> b: array<mat3x2f>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    var o: Out;
    o.mv = x * y[0].xxx;
    o.vm = y[1] * x;
    o.sum = x + y - mat3x2f(0.0, 1.0, 2.0, 3.0, 4.0, 5.0);
    o.turned = transpose(x);
    o.square = transpose(x) * y;
    o.scaled = 2.0 * x * 0.5;
    out[id.x] = o;
}
//// products-3x3 elements=16 ulp=64 abs=1e-3 section=mat3x3-builtin,arithmetic-expr
struct Out { mv: vec3f, vm: vec3f, sum: mat3x3f, turned: mat3x3f, square: mat3x3f, scaled: mat3x3f }
@group(0) @binding(0) var<storage, read_write> out: array<Out>;
@group(0) @binding(1) var<storage, read> a: array<mat3x3f>;
@group(0) @binding(2) var<storage, read> b: array<mat3x3f>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    var o: Out;
    o.mv = x * y[0].xxx;
    o.vm = y[1] * x;
    o.sum = x + y - mat3x3f(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0);
    o.turned = transpose(x);
    o.square = transpose(x) * y;
    o.scaled = 2.0 * x * 0.5;
    out[id.x] = o;
}
//// products-3x4 elements=16 ulp=64 abs=1e-3 section=mat3x4-builtin,arithmetic-expr
struct Out { mv: vec4f, vm: vec3f, sum: mat3x4f, turned: mat4x3f, square: mat3x3f, scaled: mat3x4f }
@group(0) @binding(0) var<storage, read_write> out: array<Out>;
@group(0) @binding(1) var<storage, read> a: array<mat3x4f>;
@group(0) @binding(2) var<storage, read> b: array<mat3x4f>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    var o: Out;
    o.mv = x * y[0].xxx;
    o.vm = y[1] * x;
    o.sum = x + y - mat3x4f(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0);
    o.turned = transpose(x);
    o.square = transpose(x) * y;
    o.scaled = 2.0 * x * 0.5;
    out[id.x] = o;
}
//// products-4x2 elements=16 ulp=64 abs=1e-3 section=mat4x2-builtin,arithmetic-expr
struct Out { mv: vec2f, vm: vec4f, sum: mat4x2f, turned: mat2x4f, square: mat4x4f, scaled: mat4x2f }
@group(0) @binding(0) var<storage, read_write> out: array<Out>;
@group(0) @binding(1) var<storage, read> a: array<mat4x2f>;
@group(0) @binding(2) var<storage, read> b: array<mat4x2f>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    var o: Out;
    o.mv = x * y[0].xxxx;
    o.vm = y[1] * x;
    o.sum = x + y - mat4x2f(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0);
    o.turned = transpose(x);
    o.square = transpose(x) * y;
    o.scaled = 2.0 * x * 0.5;
    out[id.x] = o;
}
//// products-4x3 elements=16 ulp=64 abs=1e-3 section=mat4x3-builtin,arithmetic-expr
struct Out { mv: vec3f, vm: vec4f, sum: mat4x3f, turned: mat3x4f, square: mat4x4f, scaled: mat4x3f }
@group(0) @binding(0) var<storage, read_write> out: array<Out>;
@group(0) @binding(1) var<storage, read> a: array<mat4x3f>;
@group(0) @binding(2) var<storage, read> b: array<mat4x3f>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    var o: Out;
    o.mv = x * y[0].xxxx;
    o.vm = y[1] * x;
    o.sum = x + y - mat4x3f(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0);
    o.turned = transpose(x);
    o.square = transpose(x) * y;
    o.scaled = 2.0 * x * 0.5;
    out[id.x] = o;
}
//// products-4x4 elements=16 ulp=64 abs=1e-3 section=mat4x4-builtin,arithmetic-expr
struct Out { mv: vec4f, vm: vec4f, sum: mat4x4f, turned: mat4x4f, square: mat4x4f, scaled: mat4x4f }
@group(0) @binding(0) var<storage, read_write> out: array<Out>;
@group(0) @binding(1) var<storage, read> a: array<mat4x4f>;
@group(0) @binding(2) var<storage, read> b: array<mat4x4f>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    var o: Out;
    o.mv = x * y[0].xxxx;
    o.vm = y[1] * x;
    o.sum = x + y - mat4x4f(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0);
    o.turned = transpose(x);
    o.square = transpose(x) * y;
    o.scaled = 2.0 * x * 0.5;
    out[id.x] = o;
}
//// determinant-2 elements=16 ulp=4096 abs=0.05 section=determinant-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<mat2x2f>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = determinant(x);
}
//// determinant-3 elements=16 ulp=4096 abs=0.05 section=determinant-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<mat3x3f>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = determinant(x);
}
//// determinant-4 elements=16 ulp=4096 abs=0.05 section=determinant-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<mat4x4f>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = determinant(x);
}
//// columns-and-components elements=16 section=matrix-access-expr
@group(0) @binding(0) var<storage, read_write> out: array<mat3x4f>;
@group(0) @binding(1) var<storage, read> a: array<mat3x4f>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    var m = a[id.x];
    let k = id.x % 3u;
    m[k] = m[(k + 1u) % 3u].wzyx;
    m[1][id.x % 4u] = 42.0;
    m[2].y += 1.0;
    out[id.x] = m;
    out[id.x][0].z = -7.0;
}
