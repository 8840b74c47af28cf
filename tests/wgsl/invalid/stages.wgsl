// Entry points, stages, inputs and outputs.
//// two-stages
@compute ⟦@fragment¦⟧ @workgroup_size(1) fn main() {}
//// workgroup-size-on-function
⟦@workgroup_size(1)¦⟧ fn f() {}
//// workgroup-size-float
@compute @workgroup_size(⟦1.5¦1⟧) fn main() {}
//// workgroup-size-mixed
@compute @workgroup_size(1i, ⟦2u¦2i⟧) fn main() {}
//// workgroup-size-four
@compute @workgroup_size(1, 1, 1⟦, 1¦⟧) fn main() {}
//// builtin-twice
@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) a: vec3u, @builtin(⟦workgroup_id¦num_workgroups⟧) b: vec3u) {}
//// builtin-unknown
@compute @workgroup_size(1)
fn main(@builtin(⟦thread_id¦workgroup_id⟧) a: vec3u) {}
//// location-in-compute
@compute @workgroup_size(1)
fn main(⟦@location(0) a: u32¦⟧) {}
//// result-of-compute
@compute @workgroup_size(1)
fn main() ⟦-> @location(0) f32¦⟧ { ⟦return 1.0;¦⟧ }
//// location-bool
@fragment
fn main(@location(0) a: ⟦bool¦f32⟧) {}
//// location-matrix
@fragment
fn main(@location(0) a: ⟦mat2x2f¦vec2f⟧) {}
//// location-negative
@fragment
fn main(@location(⟦-1¦1⟧) a: f32) {}
//// integer-not-flat
@fragment
fn main(@location(0) ⟦¦@interpolate(flat)⟧ a: u32) {}
//// flat-with-centroid
@fragment
fn main(@location(0) @interpolate(⟦flat¦linear⟧, centroid) a: f32) {}
//// interpolate-unknown
@fragment
fn main(@location(0) @interpolate(⟦smooth¦linear⟧) a: f32) {}
//// invariant-alone
@fragment
fn main(@location(0) ⟦@invariant¦⟧ a: f32) {}
//// position-of-vec3
@vertex
fn main() -> @builtin(position) ⟦vec3f¦vec4f⟧ { return ⟦vec3f¦vec4f⟧(); }
//// frag-depth-in-vertex line=2
struct O { @builtin(position) a: vec4f, ⟦@builtin(frag_depth)¦@location(0)⟧ b: f32 }
@vertex fn main() -> O { return O(); }
//// output-location-twice
struct O { @location(0) a: vec4f, @location(⟦0¦1⟧) b: vec4f }
@fragment fn main() -> O { return O(); }
//// output-without-attribute line=2
struct O { @location(0) a: vec4f, ⟦¦@location(1)⟧ b: vec4f }
@fragment fn main() -> O { return O(); }
//// discard-in-compute
@compute @workgroup_size(1) fn main() {
    ⟦discard;¦⟧
}
//// workgroup-in-fragment line=2
var<⟦workgroup¦private⟧> w: u32;
@fragment fn main() { _ = w; }
//// write-in-vertex line=2
@group(0) @binding(0) var<storage⟦, read_write¦⟧> b: u32;
@vertex fn main() -> @builtin(position) vec4f { _ = b; return vec4f(); }
//// barrier-in-fragment
fn g() { ⟦workgroupBarrier();¦⟧ }
@fragment fn main() { g(); }
//// must-use-without-result
⟦@must_use¦⟧ fn f() {}
//// must-use-of-function
@must_use fn g() -> i32 { return 1; }
fn f() {
    ⟦¦_ = ⟧g();
}
//// id-too-large
@id(⟦65536¦65535⟧) override a = 1;
//// id-negative
@id(⟦-1¦1⟧) override a = 1;
//// id-on-const
⟦@id(1)¦⟧ const a = 1;
