// Entry points, stages, inputs and outputs.
//// two-stages section=shader-stage-attr says=`a function can have one shader stage only`
@compute ⟦@fragment¦⟧ @workgroup_size(1) fn main() {}
//// workgroup-size-on-function section=entry-point-attributes says=`@workgroup_size may stand on compute entry points only`
⟦@workgroup_size(1)¦⟧ fn f() {}
//// workgroup-size-float section=workgroup-size-attr says=`the argument of @workgroup_size must be a const- or override-expression of type i32 or u32`
@compute @workgroup_size(⟦1.5¦1⟧) fn main() {}
//// workgroup-size-mixed section=workgroup-size-attr says=`the arguments of @workgroup_size must have the same type: this is u32, another is i32`
@compute @workgroup_size(1i, ⟦2u¦2i⟧) fn main() {}
//// workgroup-size-four section=workgroup-size-attr says=`the attribute @workgroup_size takes 1 to 3 arguments, not 4`
@compute @workgroup_size(1, 1, 1⟦, 1¦⟧) fn main() {}
//// builtin-twice section=builtin-inputs-outputs says=`the built-in value workgroup_id is an input twice`
@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) a: vec3u, @builtin(⟦workgroup_id¦num_workgroups⟧) b: vec3u) {}
//// builtin-unknown section=builtin-attr says=`"thread_id" is no argument that @builtin knows`
@compute @workgroup_size(1)
fn main(@builtin(⟦thread_id¦workgroup_id⟧) a: vec3u) {}
//// location-in-compute section=user-defined-inputs-outputs says=`a compute shader has no user-defined inputs`
@compute @workgroup_size(1)
fn main(⟦@location(0) a: u32¦⟧) {}
//// result-of-compute section=compute-attr says=`a compute shader has no user-defined outputs`
@compute @workgroup_size(1)
fn main() ⟦-> @location(0) f32¦⟧ { ⟦return 1.0;¦⟧ }
//// location-bool section=location-attr says=`an object with @location must be a numeric scalar or vector, not bool`
@fragment
fn main(@location(0) a: ⟦bool¦f32⟧) {}
//// location-matrix section=user-defined-inputs-outputs says=`an object with @location must be a numeric scalar or vector, not mat2x2<f32>`
@fragment
fn main(@location(0) a: ⟦mat2x2f¦vec2f⟧) {}
//// location-negative section=location-attr says=`the argument of @location must not be negative, this is -1`
@fragment
fn main(@location(⟦-1¦1⟧) a: f32) {}
//// integer-not-flat section=interpolation says=`an integer between shaders must have @interpolate\(flat\)`
@fragment
fn main(@location(0) ⟦¦@interpolate(flat)⟧ a: u32) {}
//// flat-with-centroid section=interpolation-sampling-names says=`the sampling centroid does not go with the interpolation type flat`
@fragment
fn main(@location(0) @interpolate(⟦flat¦linear⟧, centroid) a: f32) {}
//// interpolate-unknown section=interpolation-type-names says=`"cubic" is no argument that @interpolate knows`
@fragment
fn main(@location(0) @interpolate(⟦cubic¦linear⟧) a: f32) {}
//// invariant-alone section=invariant-attr says=`@invariant may stand on the built-in value position only`
@fragment
fn main(@location(0) ⟦@invariant¦⟧ a: f32) {}
//// position-of-vec3 section=position-builtin-value says=`the built-in value position is of type vec4<f32>, not vec3<f32>`
@vertex
fn main() -> @builtin(position) ⟦vec3f¦vec4f⟧ { return ⟦vec3f¦vec4f⟧(); }
//// frag-depth-in-vertex line=2 section=frag-depth-builtin-value says=`the built-in value frag_depth is no output of a vertex shader \(the member b of O\)`
struct O { @builtin(position) a: vec4f, ⟦@builtin(frag_depth)¦@location(0)⟧ b: f32 }
@vertex fn main() -> O { return O(); }
//// output-location-twice section=input-output-locations says=`the location 0 is used twice in O`
struct O { @location(0) a: vec4f, @location(⟦0¦1⟧) b: vec4f }
@fragment fn main() -> O { return O(); }
//// output-without-attribute line=2 section=entry-point-decl says=`an output of an entry point needs @builtin or @location \(the member b of O\)`
struct O { @location(0) a: vec4f, ⟦¦@location(1)⟧ b: vec4f }
@fragment fn main() -> O { return O(); }
//// discard-in-compute section=discard-statement says=`a discard statement may not be used in a compute shader`
@compute @workgroup_size(1) fn main() {
    ⟦discard;¦⟧
}
//// workgroup-in-fragment line=2 section=address-space says=`the workgroup variable w may not be used in a fragment shader`
var<⟦workgroup¦private⟧> w: u32;
@fragment fn main() { _ = w; }
//// write-in-vertex line=2 section=address-space says=`the read_write storage buffer b may not be used in a vertex shader`
@group(0) @binding(0) var<storage⟦, read_write¦⟧> b: u32;
@vertex fn main() -> @builtin(position) vec4f { _ = b; return vec4f(); }
//// barrier-in-fragment section=sync-builtin-functions says=`the function workgroupBarrier may not be used in a fragment shader`
fn g() { ⟦workgroupBarrier();¦⟧ }
@fragment fn main() { g(); }
//// must-use-without-result section=must-use-attr says=`@must_use stands on a function without a return type`
⟦@must_use¦⟧ fn f() {}
//// must-use-of-function section=function-call-statement says=`the result of g must be used`
@must_use fn g() -> i32 { return 1; }
fn f() {
    ⟦¦_ = ⟧g();
}
//// id-too-large section=id-attr says=`the pipeline constant ID 65536 is out of range`
@id(⟦65536¦65535⟧) override a = 1;
//// id-negative section=id-attr says=`the pipeline constant ID -1 is out of range`
@id(⟦-1¦1⟧) override a = 1;
//// id-on-const section=id-attr says=`attributes cannot stand before .const.`
⟦@id(1)¦⟧ const a = 1;
