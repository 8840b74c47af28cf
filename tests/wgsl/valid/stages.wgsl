// Vertex and fragment shaders, which are checked and not run.
// section: shader-stages-sec
//// built-in-values-of-vertices check-only section=vertex-attr,vertex-index-builtin-value,instance-index-builtin-value,position-builtin-value,invariant-attr
struct Out { @builtin(position) @invariant p: vec4f, @location(0) c: vec3f }
@vertex fn a(@builtin(vertex_index) v: u32, @builtin(instance_index) i: u32) -> Out { return Out(vec4f(f32(v), f32(i), 0, 1), vec3f()); }
@vertex fn b() -> @invariant @builtin(position) vec4<f32> { return vec4f(); }
//// built-in-values-of-fragments check-only section=fragment-attr,front-facing-builtin-value,sample-index-builtin-value,sample-mask-builtin-value,frag-depth-builtin-value,position-builtin-value,depth-mode-names
struct Out { @builtin(frag_depth, greater) d: f32, @builtin(sample_mask) m: u32, @location(0) c: vec4f }
@fragment fn main(@builtin(position) p: vec4f, @builtin(front_facing) f: bool, @builtin(sample_index) i: u32, @builtin(sample_mask) m: u32) -> Out { return Out(p.z, m & select(1u << i, 0u, f), p); }
@fragment fn less() -> @builtin(frag_depth, less) f32 { return 0.5; }
@fragment fn plain() -> @builtin(frag_depth) f32 { return 0.5; }
//// clip-distances check-only features=clip-distances section=clip-distances-builtin-value
enable clip_distances;
struct Out { @builtin(position) p: vec4f, @builtin(clip_distances) c: array<f32, 8> }
@vertex fn main() -> Out { var o: Out; o.c[7] = -1; return o; }
//// primitive-index check-only features=primitive-index section=primitive-index-builtin-value
enable primitive_index;
@fragment fn main(@builtin(primitive_index) i: u32) -> @location(0) vec4f { return vec4f(f32(i)); }
//// two-sources-to-blend check-only features=dual-source-blending section=blend-src-attr,input-output-locations
enable dual_source_blending;
struct Out { @location(0) @blend_src(0) a: vec4f, @location(0) @blend_src(1) b: vec4f }
@fragment fn main() -> Out { return Out(); }
//// locations-and-interpolation check-only section=location-attr,interpolate-attr,interpolation,interpolation-type-names,interpolation-sampling-names,user-defined-inputs-outputs,input-output-locations
struct Between { @builtin(position) p: vec4f, @location(0) a: f32, @location(1) @interpolate(perspective) b: vec2f, @location(2) @interpolate(linear, center) c: vec3f,
    @location(3) @interpolate(perspective, centroid) d: vec4f, @location(4) @interpolate(linear, sample) e: f32, @location(5) @interpolate(flat) f: vec4i,
    @location(6) @interpolate(flat, first) g: u32, @interpolate(flat, either) @location(7) h: vec3u, @location(15) @interpolate(flat) i: f32 }
const N = 3;
@vertex fn v(@location(0) a: vec4i, @location(N + 1) b: u32, @location(2u) c: vec3f) -> Between { return Between(); }
@fragment fn f(b: Between, @builtin(front_facing) facing: bool) -> @location(1) vec2u { return b.h.xy; }
@fragment fn two(@location(0) a: f32, @location(1) b: vec2f) -> Targets { return Targets(a, vec3i(), vec4u()); }
struct Targets { @location(0) a: f32, @location(7) b: vec3i, @location(3) c: vec4u }
//// discarding check-only section=discard-statement,fragment-shaders-helper-invocations
@group(0) @binding(0) var<storage, read_write> hits: array<atomic<u32>>;
fn keep(x: f32) -> bool { if x < 0 { discard; } return true; }
@fragment fn main(@location(0) x: f32) -> @location(0) vec4f { if !keep(x) { discard; } let d = dpdx(x); _ = atomicAdd(&hits[0], 1u); return vec4f(d); }
//// derivatives-of-all-kinds check-only section=derivatives,derivative-builtin-functions,dpdx-builtin,dpdxCoarse-builtin,dpdxFine-builtin,dpdy-builtin,dpdyCoarse-builtin,dpdyFine-builtin,fwidth-builtin,fwidthCoarse-builtin,fwidthFine-builtin
@fragment
fn main(@location(0) a: f32, @location(1) b: vec2f, @location(2) c: vec3f, @location(3) d: vec4f) -> @location(0) vec4f {
    let x = dpdx(a) + dpdxCoarse(b).y + dpdxFine(c).z + dpdx(d).w; let y = dpdy(b).x + dpdyCoarse(c).y + dpdyFine(d).z + dpdyFine(a);
    return vec4f(x, y, fwidth(a) + fwidthCoarse(b).x + fwidthFine(c).z, fwidth(d).w + fwidthCoarse(a) + fwidthFine(b).y);
}
//// one-resource-in-three-stages check-only section=resource-layout-compatibility
struct Camera { view: mat4x4f, eye: vec3f, near: f32 }
@group(0) @binding(0) var<uniform> camera: Camera; @group(0) @binding(0) var<uniform> asVectors: array<vec4f, 5>; @group(1) @binding(0) var<storage> lights: array<vec4f>; @group(1) @binding(1) var t: texture_2d<f32>;
@vertex fn v(@location(0) p: vec3f) -> @builtin(position) vec4f { return camera.view * vec4f(p, 1) + lights[0]; }
@fragment fn f() -> @location(0) vec4f { return asVectors[4] + lights[1] + textureLoad(t, vec2i(), 0); }
@compute @workgroup_size(1) fn c() { _ = lights[0].x + camera.near; }
//// subgroup-size-is-asked check-only features=subgroup-size-control section=subgroup-size-attr
enable subgroup_size_control;
override n = 32u;
@compute @workgroup_size(64, 2) @subgroup_size(32) fn a(@builtin(subgroup_size) s: u32) { _ = subgroupAdd(s); }
@compute @workgroup_size(32) @subgroup_size(n) fn b() {}
//// immediate-data check-only section=var-decls,address-space
requires immediate_address_space;
struct S { a: f32, b: vec3u, c: mat2x2f } var<immediate> s: S; var<immediate> other: vec4f;
@compute @workgroup_size(1) fn main() { _ = s.b.y + u32(s.c[1].x); let p = &s; _ = p.a; }
@fragment fn f() -> @location(0) vec4f { return other; }
