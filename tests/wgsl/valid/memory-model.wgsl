// "Memory" and "Execution".
// section: memory
//// every-space-side-by-side elements=16 workgroups=2 section=memory,address-space
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage> a: array<u32>; @group(0) @binding(2) var<uniform> u: vec4u;
var<private> p = 3u; var<workgroup> w: array<u32, 4>;
@compute @workgroup_size(4)
fn main(@builtin(local_invocation_index) i: u32, @builtin(global_invocation_id) g: vec3u) {
    var f = p; p += i; f *= 2u; w[i] = p + f;
    workgroupBarrier();
    out[g.x] = w[3u - i] + p * 100u + a[g.x] - u[i]; out[g.x + 8u] = w[i];
}
//// read-and-read-write elements=8 section=memory-access-mode
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> r: array<u32>; @group(0) @binding(2) var<storage> d: array<u32>; @group(0) @binding(3) var<storage, read_write> rw: array<u32>;
fn mixed(p: ptr<storage, u32, read>, q: ptr<storage, u32>, s: ptr<storage, u32, read_write>) -> u32 { *s += 1u; return *p ^ *q; }
@compute @workgroup_size(8) fn main(@builtin(local_invocation_index) i: u32) { out[i] = mixed(&r[i], &d[i], &rw[i]); }
//// offsets-seen-through-words elements=128 section=memory-layouts,alignment-and-size,structure-member-layout
// A storing of members, read back as words: where each lies, and that padding stays.
struct S { a: u32, b: vec3u, c: u32, d: vec2u, e: mat3x3f, f: array<vec3u, 2>, g: mat2x4f, h: mat4x2f, i: u32 }
@group(0) @binding(0) var<storage, read_write> outS: S;
@compute @workgroup_size(1)
fn main() {
    outS.a = 1u; outS.b = vec3u(2, 3, 4); outS.c = 5u; outS.d = vec2u(6, 7); outS.e = mat3x3f(1, 2, 3, 4, 5, 6, 7, 8, 9);
    outS.f[0] = vec3u(8, 9, 10); outS.f[1] = vec3u(11, 12, 13); outS.g = mat2x4f(1, 2, 3, 4, 5, 6, 7, 8); outS.h = mat4x2f(1, 2, 3, 4, 5, 6, 7, 8); outS.i = 14u;
}
//// strides-of-arrays elements=24 section=array-layout-examples
struct T { a: vec3f, b: f32 } struct U { a: u32, b: vec2u }
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<array<vec3u, 2>>; @group(0) @binding(2) var<storage, read> b: array<T>; @group(0) @binding(3) var<storage, read> c: array<array<u32, 3>>;
@group(0) @binding(4) var<storage, read> d: array<U>; @group(0) @binding(5) var<storage, read> e: array<mat2x3f>; @group(0) @binding(6) var<storage, read> f: array<mat3x2f>;
@compute @workgroup_size(4)
fn main(@builtin(local_invocation_index) i: u32) {
    out[i] = a[i][1].z; out[i + 4u] = bitcast<u32>(b[i].b); out[i + 8u] = c[i + 1u][2]; out[i + 12u] = d[i].b.y; out[i + 16u] = bitcast<u32>(e[i][1].z); out[i + 20u] = bitcast<u32>(f[i][2].y);
}
//// bytes-of-values elements=16 section=internal-value-layout,bit-reinterp-builtin-functions
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(1)
fn main() {
    out[0] = bitcast<u32>(-2i); out[1] = bitcast<u32>(1.0f); out[2] = bitcast<u32>(-1.5f); out[3] = bitcast<u32>(0x1p-126f);
    let v = bitcast<vec2u>(vec2f(-2, 0.15625)); out[4] = v.x; out[5] = v.y; let w = bitcast<vec3i>(vec3u(0xffffffff, 0x80000000, 1)); out[6] = u32(-w.x) + u32(w.z); out[7] = u32(w.y == -2147483648);
    let f = bitcast<vec4f>(vec4u(0x40490fdb, 0x7f7fffff, 0xc2f6e979, 0x00800000)); out[8] = u32(f.x * 1000); out[9] = u32(f.y == 3.4028234663852886e38f); out[10] = u32(-f.z * 1000); out[11] = u32(f.w > 0);
    out[12] = pack2x16float(vec2f(1, -2)); out[13] = pack4x8unorm(vec4f(0, 1, 0.5, 0.25));
}
//// a-message-through-workgroup-memory elements=64 workgroups=4 section=memory-model,memory-operation,memory-semantics
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
var<workgroup> data: array<u32, 16>; var<workgroup> ready: atomic<u32>;
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32, @builtin(global_invocation_id) g: vec3u) {
    var sum = 0u;
    for (var round = 0u; round < 5u; round++) {
        data[(i * 5u + round) % 16u] = i + round * 16u; atomicAdd(&ready, 1u);
        workgroupBarrier();
        sum = sum * 3u + data[(i + round) % 16u] + atomicLoad(&ready);
        workgroupBarrier();
    }
    out[g.x] = sum;
}
//// atomics-are-seen-by-all-workgroups elements=8 workgroups=8 section=scoped-operations
@group(0) @binding(0) var<storage, read_write> outA: array<atomic<u32>>;
var<workgroup> local: atomic<u32>;
@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) i: u32, @builtin(workgroup_id) w: vec3u) {
    atomicMax(&local, i * 3u); workgroupBarrier();
    atomicAdd(&outA[0], 1u); atomicAdd(&outA[1], atomicLoad(&local)); atomicOr(&outA[2], 1u << (w.x * 4u + i / 2u)); atomicMax(&outA[3], w.x * 8u + i); atomicXor(&outA[4], w.x * 8u + i + 1u);
}
//// statements-in-their-order elements=8 section=execution,program-order
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
fn first(p: ptr<function, u32>) -> u32 { *p = *p * 2u; return *p; }
@compute @workgroup_size(1)
fn main() {
    var x = 1u; out[0] = x; x = out[0] + 1u; out[0] = x + out[0]; out[1] = out[0]; out[0] = 9u; out[2] = x;
    out[3] = first(&x) + first(&x) * first(&x); out[4] = x; let y = x; x = y + out[4]; out[5] = x - y; out[out[6]] += 1u;
}
//// groups-of-workgroups elements=96 workgroups=3,2,2 section=compute-shader-workgroups
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
var<workgroup> leader: vec3u;
@compute @workgroup_size(2, 2, 2)
fn main(@builtin(local_invocation_id) l: vec3u, @builtin(local_invocation_index) i: u32, @builtin(workgroup_id) w: vec3u, @builtin(num_workgroups) n: vec3u) {
    if all(l == vec3u()) { leader = w; }
    workgroupBarrier();
    let at = (w.x + w.y * n.x + w.z * n.x * n.y) * 8u + i; out[at] = dot(leader, vec3u(1, 10, 100)) * 1000u + dot(l, vec3u(1, 10, 100)) + u32(l.x + l.y * 2u + l.z * 4u == i);
}
//// lanes-working-together elements=32 workgroups=2 features=subgroups section=subgroup-ops,quad-ops,subgroups,subgroup-builtin-functions,quad-builtin-functions
enable subgroups;
@group(0) @binding(0) var<storage, read_write> out: array<u32>; @group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) g: vec3u, @builtin(subgroup_invocation_id) lane: u32, @builtin(subgroup_size) size: u32) {
    let x = a[g.x] & 255u;
    let inclusive = subgroupInclusiveAdd(x); let last = subgroupShuffle(inclusive, size - 1u);
    out[g.x] = u32(last == subgroupAdd(x)) + 2u * u32(inclusive - x == subgroupExclusiveAdd(x)) + 4u * u32(quadSwapX(quadSwapY(x)) == quadSwapDiagonal(x)) + 8u * u32(subgroupBroadcastFirst(lane) == 0u) + 16u * countOneBits(subgroupBallot(true).x & 15u) / 4u;
}
