// "Attributes" and "Entry Points".
// section: attributes
//// attributes-take-expressions elements=8 section=attributes,workgroup-size-attr
@group(Z) @binding(B - 1u,) var<storage, read_write> out: array<u32>;
const Z = 0; const B = 1; override w = 2;
struct S { @size(4 * (Z + 4)) @align(1 << 4u) a: u32, @align(B * 16) b: u32 }
@workgroup_size(w * 2, Z + 1, B,) @compute
fn main(@builtin(local_invocation_index,) i: u32, @builtin(local_invocation_id) l: vec3u) { var s = S(i, l.x); out[i] = s.a * 10u + s.b + 1u; }
//// aligned-and-sized elements=8 section=align-attr,size-attr
struct In { a: u32, @align(32) b: u32, @size(20) c: u32, d: u32, @align(16) @size(64) e: vec3f, @align(64) f: u32 }
struct Out { x: u32, @align(128) i: array<In, 2>, @size(256) y: u32, z: u32 }
@group(0) @binding(0) var<storage, read_write> outO: Out;
@group(0) @binding(1) var<storage, read> a: array<In>;
@group(0) @binding(2) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(1)
fn main() {
    outO.x = 1u; outO.i[0] = a[1]; outO.i[1] = a[0]; outO.y = a[2].f; outO.z = a[0].d; outO.i[1].e.z = 9.0;
    out[0] = arrayLength(&a); out[1] = a[2].c;
}
//// groups-and-bindings elements=4 section=binding-attr,group-attr,resource-interface
@group(3) @binding(7) var<storage, read_write> outA: array<u32>;
@group(0) @binding(999) var<storage, read_write> outB: array<u32>;
@group(3i) @binding(0x1) var<storage, read> c: array<u32>; @group(1) @binding(7) var<uniform> d: vec4u;
@group(0) @binding(999) var<storage, read> notUsed: array<u32>;
@compute @workgroup_size(4)
fn main(@builtin(local_invocation_index) i: u32) { outA[i] = c[i] + d[i]; outB[3u - i] = c[i] - d[i]; }
//// numbers-of-overrides elements=8 overrides=0:5,65535:7,named:9 section=id-attr
@id(0) override a: u32 = 1; @id(65535) override b: u32; override named: u32 = 3; @id(9 - 1) override d = 4u;
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(1) fn main() { out[0] = a; out[1] = b; out[2] = named; out[3] = d; }
//// three-entry-points elements=8 entry=second section=shader-stage-attr,compute-attr,entry-points
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
fn triple(i: u32) -> u32 { return i * 3u; }
@vertex fn v() -> @builtin(position) vec4f { return vec4f(f32(triple(1u))); }
@fragment fn f() -> @location(0) vec4f { return vec4f(f32(triple(2u))); }
@compute @workgroup_size(8) fn first(@builtin(local_invocation_index) i: u32) { out[i] = 1u; }
@compute @workgroup_size(4, 2) fn second(@builtin(local_invocation_index) i: u32, @builtin(local_invocation_id) l: vec3u) { out[i] = triple(i) + l.y * 100u; }
//// inputs-in-parameters-and-structures elements=24 workgroups=2,1,1 section=entry-point-decl,entry-point-attributes,stage-inputs-outputs,shader-interface
struct Ids { @builtin(local_invocation_index) i: u32, @builtin(workgroup_id) w: vec3u } struct More { @builtin(num_workgroups) n: vec3u }
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(3, 4)
fn main(ids: Ids, @builtin(global_invocation_id) g: vec3u, more: More, @builtin(local_invocation_id) l: vec3u) {
    out[ids.w.x * 12u + ids.i] = ids.i + g.x * 100u + g.y * 1000u + l.x * 10000u + more.n.x * 100000u;
}
//// a-compute-shader-among-stages elements=4 section=shader-stages-sec
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var t: texture_2d<f32>; @group(0) @binding(2) var s: sampler;
var<workgroup> w: u32;
fn onlyInFragments(c: vec2f) -> vec4f { return textureSample(t, s, c) + dpdx(vec4f(c, c)); }
@fragment fn f(@location(0) c: vec2f) -> @location(0) vec4f { return onlyInFragments(c); }
@compute @workgroup_size(4) fn main(@builtin(local_invocation_index) i: u32) { if i == 0u { w = 8u; } workgroupBarrier(); out[i] = w + i; }
//// where-an-invocation-stands elements=60 workgroups=5,3,1 section=global-invocation-index-builtin-value,workgroup-index-builtin-value,num-workgroups-index-builtin-value
@group(0) @binding(0) var<storage, read_write> out: array<vec4u>;
@compute @workgroup_size(2, 2, 1)
fn main(@builtin(global_invocation_index) g: u32, @builtin(workgroup_index) w: u32, @builtin(local_invocation_index) l: u32, @builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) n: vec3u) {
    out[w * 4u + l] = vec4u(g, w, id.x + id.y * n.x * 2u, n.x + n.y * 10u + n.z * 100u);
}
//// where-a-lane-stands elements=16 workgroups=2 features=subgroups section=subgroup-invocation-id-builtin-value,subgroup-size-builtin-value,subgroup-id-builtin-value,num-subgroups-builtin-value,subgroups
enable subgroups;
@group(0) @binding(0) var<storage, read_write> out: array<vec4u>;
struct In { @builtin(subgroup_invocation_id) lane: u32, @builtin(subgroup_size) size: u32 }
@compute @workgroup_size(8)
fn main(in: In, @builtin(subgroup_id) id: u32, @builtin(num_subgroups) n: u32, @builtin(global_invocation_id) g: vec3u) {
    out[g.x] = vec4u(u32(in.lane < in.size), u32(countOneBits(in.size) == 1), u32(id < n), u32(n * in.size >= 8u && id * in.size + in.lane < 8u));
}
//// the-buffer-says-how-many elements=37 section=buffer-binding-determines-runtime-sized-array-element-count
struct S { head: vec4u, tail: array<vec3u> }
@group(0) @binding(0) var<storage, read_write> out: array<u32>; @group(0) @binding(1) var<storage, read> a: array<array<u32, 5>>;
@group(0) @binding(2) var<storage, read> b: S; @group(0) @binding(3) var<storage, read_write> c: array<vec2u>;
@compute @workgroup_size(1)
fn main() { let p = &b.tail; out[0] = arrayLength(&out); out[1] = arrayLength(&a); out[2] = arrayLength(p); out[3] = arrayLength(&c); out[4] = b.tail[arrayLength(&b.tail) - 1u].z; }
