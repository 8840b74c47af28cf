// Entry points: built-in values, locations, attributes, what a pipeline may be made of.
//// a-fragment-shader-with-a-vertex-index section=fragment-attr,vertex-index-builtin-value says=`the built-in value vertex_index is no input of a fragment shader`
@fragment fn main(@builtin(⟦vertex_index¦sample_index⟧) i: u32) {}
//// a-fragment-shader-that-returns-a-structure-of-nothing section=fragment-attr,entry-point-decl line=2 says=`an output of an entry point needs @builtin or @location \(the member c of O\)`
struct O { ⟦¦@location(0)⟧ c: vec4f }
@fragment fn main() -> O { return O(); }
//// front-facing-as-a-number section=front-facing-builtin-value says=`the built-in value front_facing is of type bool, not u32`
@fragment fn main(@builtin(front_facing) f: ⟦u32¦bool⟧) {}
//// front-facing-in-a-vertex-shader section=front-facing-builtin-value says=`the built-in value front_facing is no input of a vertex shader`
@vertex fn main(⟦@builtin(front_facing) f: bool¦⟧) -> @builtin(position) vec4f { return vec4f(); }
//// global-id-signed section=global-invocation-id-builtin-value says=`the built-in value global_invocation_id is of type vec3<u32>, not vec3<i32>`
@compute @workgroup_size(1) fn main(@builtin(global_invocation_id) g: ⟦vec3i¦vec3u⟧) {}
//// global-index-of-three section=global-invocation-index-builtin-value says=`the built-in value global_invocation_index is of type u32, not vec3<u32>`
@compute @workgroup_size(1) fn main(@builtin(global_invocation_index) g: ⟦vec3u¦u32⟧) {}
//// global-index-in-a-fragment-shader section=global-invocation-index-builtin-value says=`the built-in value global_invocation_index is no input of a fragment shader`
@fragment fn main(@builtin(⟦global_invocation_index¦sample_index⟧) g: u32) {}
//// instance-index-signed section=instance-index-builtin-value says=`the built-in value instance_index is of type u32, not i32`
@vertex fn main(@builtin(instance_index) i: ⟦i32¦u32⟧) -> @builtin(position) vec4f { return vec4f(); }
//// instance-index-returned section=instance-index-builtin-value line=2 says=`the built-in value instance_index is no output of a vertex shader \(the member i of O\)`
struct O { @builtin(position) p: vec4f, ⟦@builtin(instance_index)¦@location(0) @interpolate(flat)⟧ i: u32 }
@vertex fn main() -> O { return O(); }
//// local-id-of-two section=local-invocation-id-builtin-value says=`the built-in value local_invocation_id is of type vec3<u32>, not vec2<u32>`
@compute @workgroup_size(1) fn main(@builtin(local_invocation_id) l: ⟦vec2u¦vec3u⟧) {}
//// local-index-of-three section=local-invocation-index-builtin-value says=`the built-in value local_invocation_index is of type u32, not vec3<u32>`
@compute @workgroup_size(1) fn main(@builtin(local_invocation_index) l: ⟦vec3u¦u32⟧) {}
//// number-of-workgroups-as-one section=num-workgroups-index-builtin-value says=`the built-in value num_workgroups is of type vec3<u32>, not u32`
@compute @workgroup_size(1) fn main(@builtin(num_workgroups) n: ⟦u32¦vec3u⟧) {}
//// primitive-index-not-enabled features=primitive-index section=primitive-index-builtin-value line=2 says=`the built-in value primitive_index needs the extension primitive_index`
⟦¦enable primitive_index;⟧
@fragment fn main(@builtin(primitive_index) i: u32) {}
//// primitive-index-in-a-vertex-shader features=primitive-index section=primitive-index-builtin-value says=`the built-in value primitive_index is no input of a vertex shader`
enable primitive_index;
@vertex fn main(⟦@builtin(primitive_index) i: u32¦⟧) -> @builtin(position) vec4f { return vec4f(); }
//// sample-index-written section=sample-index-builtin-value says=`the built-in value sample_index is no output of a fragment shader`
@fragment fn main() -> @builtin(⟦sample_index¦sample_mask⟧) u32 { return 1; }
//// sample-mask-as-an-array section=sample-mask-builtin-value says=`the built-in value sample_mask is of type u32, not array<u32, 1>`
@fragment fn main(@builtin(sample_mask) m: ⟦array<u32, 1>¦u32⟧) {}
//// sample-mask-in-a-compute-shader section=sample-mask-builtin-value says=`the built-in value sample_mask is no input of a compute shader`
@compute @workgroup_size(1) fn main(⟦@builtin(sample_mask) m: u32¦⟧) {}
//// a-workgroup-id-as-an-index section=workgroup-id-builtin-value says=`the built-in value workgroup_id is of type vec3<u32>, not u32`
@compute @workgroup_size(1) fn main(@builtin(workgroup_id) w: ⟦u32¦vec3u⟧) {}
//// a-workgroup-index-in-a-vertex-shader section=workgroup-index-builtin-value says=`the built-in value workgroup_index is no input of a vertex shader`
@vertex fn main(@builtin(⟦workgroup_index¦vertex_index⟧) w: u32) -> @builtin(position) vec4f { return vec4f(); }
//// a-lane-not-enabled features=subgroups section=subgroup-invocation-id-builtin-value line=2 says=`the built-in value subgroup_invocation_id needs the extension subgroups`
⟦¦enable subgroups;⟧
@compute @workgroup_size(1) fn main(@builtin(subgroup_invocation_id) l: u32) {}
//// a-subgroup-size-signed features=subgroups section=subgroup-size-builtin-value says=`the built-in value subgroup_size is of type u32, not i32`
enable subgroups;
@fragment fn main(@builtin(subgroup_size) s: ⟦i32¦u32⟧) {}
//// a-subgroup-id-in-a-fragment-shader features=subgroups section=subgroup-id-builtin-value says=`the built-in value subgroup_id is no input of a fragment shader`
enable subgroups;
@fragment fn main(@builtin(⟦subgroup_id¦subgroup_size⟧) s: u32) {}
//// a-number-of-subgroups-of-three features=subgroups section=num-subgroups-builtin-value says=`the built-in value num_subgroups is of type u32, not vec3<u32>`
enable subgroups;
@compute @workgroup_size(1) fn main(@builtin(num_subgroups) n: ⟦vec3u¦u32⟧) {}
//// clip-distances-of-nine features=clip-distances section=clip-distances-builtin-value says=`the built-in value clip_distances must be an array of at most 8 f32, not array<f32, 9>`
enable clip_distances;
struct O { @builtin(position) p: vec4f, @builtin(clip_distances) c: array<f32, ⟦9¦8⟧> }
//// clip-distances-read features=clip-distances section=clip-distances-builtin-value says=`the built-in value clip_distances is no input of a fragment shader`
enable clip_distances;
@fragment fn main(⟦@builtin(clip_distances) c: array<f32, 2>¦⟧) {}
//// a-position-written-by-a-fragment section=position-builtin-value says=`the built-in value position is no output of a fragment shader`
@fragment fn main() -> ⟦@builtin(position)¦@location(0)⟧ vec4f { return vec4f(); }
//// a-depth-of-two section=frag-depth-builtin-value says=`the built-in value frag_depth is of type f32, not vec2<f32>`
@fragment fn main() -> @builtin(frag_depth) ⟦vec2f¦f32⟧ {
    return ⟦vec2f()¦0.5⟧;
}
//// a-built-in-value-on-a-structure section=builtin-attr says=`the built-in value local_invocation_index is of type u32, not S`
struct S { a: u32 }
@compute @workgroup_size(1) fn main(⟦@builtin(local_invocation_index) s: S¦⟧) {}
//// a-built-in-value-of-a-variable section=builtin-attr says=`the attribute @builtin may not stand on a variable of module scope`
⟦@builtin(position)¦⟧ var<private> p: vec4f;
//// a-location-beside-a-built-in-value section=stage-inputs-outputs,location-attr says=`an object cannot have both @builtin and @location`
@fragment fn main(@builtin(position) ⟦@location(0)¦⟧ p: vec4f) {}
//// a-location-of-a-structure section=location-attr says=`an object with @location must be a numeric scalar or vector, not S`
struct S { @location(0) a: f32 }
@fragment fn main(⟦@location(1)¦⟧ s: S) {}
//// a-structure-in-a-structure section=entry-point-decl,user-defined-inputs-outputs line=2 says=`an input of an entry point needs @builtin or @location \(the member s of S\)`
struct S { ⟦s: T¦@location(1) s: f32⟧ } struct T { @location(0) a: f32 }
@fragment fn main(s: S) {}
//// a-location-of-an-override section=location-attr says=`the argument of @location must be a const-expression of type i32 or u32`
override n = 1;
@fragment fn main(@location(⟦n¦1⟧) a: f32) {}
//// a-location-of-an-array section=user-defined-inputs-outputs says=`an object with @location must be a numeric scalar or vector, not array<f32, 2>`
@fragment fn main(@location(0) a: ⟦array<f32, 2>¦vec2f⟧) {}
//// two-locations-in-two-structures section=input-output-locations line=2 says=`the location 0 is used by two inputs \(the member b of B\)`
struct A { @location(0) a: f32 } struct B { @location(⟦0¦1⟧) b: f32 }
@fragment fn main(a: A, b: B) {}
//// a-vertex-output-of-integers section=interpolation line=2 says=`an integer between shaders must have @interpolate\(flat\) \(the member i of O\)`
struct O { @builtin(position) p: vec4f, @location(0) ⟦¦@interpolate(flat)⟧ i: vec2i }
@vertex fn main() -> O { return O(); }
//// a-linear-integer section=interpolation says=`an integer can only be interpolated flat`
@fragment fn main(@location(0) @interpolate(⟦linear¦flat⟧) i: vec3u) {}
//// an-interpolation-without-a-location section=interpolate-attr says=`@interpolate needs @location`
@fragment fn main(@builtin(position) ⟦@interpolate(linear)¦⟧ p: vec4f) {}
//// an-interpolation-of-three section=interpolate-attr says=`the attribute @interpolate takes 1 to 2 arguments, not 3`
@fragment fn main(@location(0) @interpolate(linear, center⟦, sample¦⟧) x: f32) {}
//// an-interpolation-of-nothing section=interpolate-attr says=`the attribute @interpolate takes 1 to 2 arguments, not 0`
@fragment fn main(@location(0) @interpolate⟦()¦(flat)⟧ x: f32) {}
//// a-sampling-alone section=interpolation-type-names says=`"centroid" is no argument that @interpolate knows`
@fragment fn main(@location(0) @interpolate(⟦centroid¦linear⟧) x: f32) {}
//// a-sampling-unknown section=interpolation-sampling-names says=`"corner" is no argument that @interpolate knows`
@fragment fn main(@location(0) @interpolate(perspective, ⟦corner¦center⟧) x: f32) {}
//// either-with-perspective section=interpolation-sampling-names says=`the sampling either does not go with the interpolation type perspective`
@fragment fn main(@location(0) @interpolate(perspective, ⟦either¦sample⟧) x: f32) {}
//// invariant-on-a-location section=invariant-attr says=`@invariant may stand on the built-in value position only`
struct O { @builtin(position) p: vec4f, @location(0) ⟦@invariant¦⟧ c: vec4f }
//// a-blend-source-not-enabled features=dual-source-blending section=blend-src-attr line=2 says=`the attribute @blend_src needs the extension dual_source_blending`
⟦¦enable dual_source_blending;⟧
struct O { @location(0) @blend_src(0) a: vec4f, @location(0) @blend_src(1) b: vec4f }
//// a-third-blend-source features=dual-source-blending section=blend-src-attr says=`the argument of @blend_src must be 0 or 1, this is 2`
enable dual_source_blending;
struct O { @location(0) @blend_src(0) a: vec4f, @location(0) @blend_src(⟦2¦1⟧) b: vec4f }
//// blend-sources-of-two-types features=dual-source-blending section=blend-src-attr,input-output-locations says=`the members of O with locations must be the two sources of dual source blending`
enable dual_source_blending;
struct O { @location(0) @blend_src(0) a: vec4f, @location(0) @blend_src(1) b: ⟦vec3f¦vec4f⟧ }
//// a-blend-source-elsewhere features=dual-source-blending section=blend-src-attr says=`the members of O with locations must be the two sources of dual source blending`
enable dual_source_blending;
struct O { @location(0) @blend_src(0) a: vec4f, @location(⟦1¦0⟧) @blend_src(1) b: vec4f }
//// a-subgroup-size-not-enabled features=subgroup-size-control section=subgroup-size-attr line=2 says=`the attribute @subgroup_size needs the extension subgroup_size_control`
⟦¦enable subgroup_size_control;⟧
@compute @workgroup_size(32) @subgroup_size(32) fn main() {}
//// a-subgroup-size-of-three features=subgroup-size-control section=subgroup-size-attr says=`the argument of @subgroup_size must be a power of two, this is 24`
enable subgroup_size_control;
@compute @workgroup_size(48) @subgroup_size(⟦24¦16⟧) fn main() {}
//// a-subgroup-size-that-is-a-float features=subgroup-size-control section=subgroup-size-attr says=`the argument of @subgroup_size must be a const- or override-expression of type i32 or u32`
enable subgroup_size_control;
@compute @workgroup_size(32) @subgroup_size(⟦32.0¦32⟧) fn main() {}
//// a-subgroup-size-of-a-fragment-shader features=subgroup-size-control section=subgroup-size-attr says=`@subgroup_size may stand on compute entry points only`
enable subgroup_size_control;
@fragment ⟦@subgroup_size(32)¦⟧ fn main() {}
//// a-workgroup-size-of-a-parameter section=workgroup-size-attr says=`the name "i" is not declared`
@compute @workgroup_size(⟦i¦1⟧) fn main(@builtin(local_invocation_index) i: u32) {}
//// a-workgroup-size-negative section=workgroup-size-attr says=`the argument of @workgroup_size must be positive, this is -2`
@compute @workgroup_size(1, ⟦-2¦2⟧) fn main() {}
//// a-workgroup-size-by-overrides-of-two-types section=workgroup-size-attr says=`the arguments of @workgroup_size must have the same type: this is u32, another is i32`
override a = 1i; override b = 2u;
@compute @workgroup_size(a, ⟦b¦i32(b)⟧) fn main() {}
//// a-workgroup-size-without-arguments section=workgroup-size-attr says=`the attribute @workgroup_size takes 1 to 3 arguments, not 0`
@compute @workgroup_size⟦()¦(1)⟧ fn main() {}
//// a-workgroup-size-of-a-vertex-shader section=entry-point-attributes says=`@workgroup_size may stand on compute entry points only`
@vertex ⟦@workgroup_size(1)¦⟧ fn main() -> @builtin(position) vec4f { return vec4f(); }
//// a-workgroup-size-that-an-override-makes-zero pipeline overrides=n:0 section=workgroup-size-attr says=`the workgroup size in x is 0, which is not from 1 to 1024`
override n = 1u;
@compute @workgroup_size(⟦n¦n + 1⟧) fn main() {}
//// a-workgroup-too-deep pipeline section=limits,workgroup-size-attr says=`the workgroup size in z is 65, which is not from 1 to 64`
@compute @workgroup_size(1, 1, ⟦65¦64⟧) fn main() {}
//// a-workgroup-too-wide pipeline overrides=n:100000 section=limits says=`the workgroup size in x is 100000, which is not from 1 to 1024`
override n = 1;
@compute @workgroup_size(⟦n¦min(n, 2)⟧) fn main() {}
//// a-workgroup-too-full pipeline section=limits says=`a workgroup has 64 × 64 × 2 = 8192 invocations, 1024 is the limit`
@compute @workgroup_size(64, 64⟦¦ / 64⟧, 2) fn main() {}
//// workgroup-memory-past-the-device pipeline overrides=n:4000000 section=limits says=`the workgroup variables of main take 16000000 bytes with "w", 1048576 is the limit`
override n = 1;
var<workgroup> w: array<u32, n⟦¦ / 1000⟧>;
@compute @workgroup_size(1) fn main() { w[0] = 1; }
//// a-stage-attribute-with-an-argument section=shader-stage-attr says=`the attribute @fragment takes 0 arguments, not 1`
@fragment⟦(1)¦⟧ fn main() {}
//// a-vertex-shader-without-a-result section=vertex-attr,function-restriction says=`the vertex shader main does not return the built-in value position`
@vertex fn main() ⟦¦-> @builtin(position) vec4f⟧ { ⟦¦return vec4f();⟧ }
//// an-entry-point-with-a-pointer section=entry-point-decl says=`an input of an entry point needs @builtin or @location`
var<private> g: u32;
@fragment fn main(⟦p: ptr<private, u32>¦⟧) {}
//// an-entry-point-with-a-texture section=entry-point-decl says=`an input of an entry point needs @builtin or @location`
@fragment fn main(⟦t: texture_2d<f32>¦⟧) {}
//// an-entry-point-as-a-value section=entry-point-decl says=`the function "main" is used as a value`
@compute @workgroup_size(1) fn main() {}
fn f() { let m = ⟦main¦1⟧; }
//// the-same-binding-through-a-call section=resource-interface says=`the resources "a" and "b" of the shader main have the same @group\(1\) @binding\(2\)`
@group(1) @binding(2) var<uniform> a: vec4f;
@group(1) @binding(⟦2¦3⟧) var<storage> b: array<u32>;
fn g() -> f32 { return a.x; }
@fragment fn main() { _ = g() + f32(b[0]); }
//// a-binding-of-a-float section=binding-attr says=`the argument of @binding must be a const-expression of type i32 or u32`
@group(0) @binding(⟦1.0¦1⟧) var<uniform> a: u32;
//// an-attribute-without-its-argument section=group-attr says=`the attribute @group takes 1 argument, not 0`
@group⟦¦(0)⟧ @binding(0) var<uniform> a: u32;
//// an-attribute-of-a-member-on-a-function section=size-attr says=`the attribute @size may not stand on a function`
⟦@size(16)¦⟧ fn f() {}
//// must-use-with-an-argument section=must-use-attr says=`the attribute @must_use takes 0 arguments, not 1`
@must_use⟦(1)¦⟧ fn f() -> u32 { return 1; }
//// must-use-on-a-variable section=must-use-attr says=`the attribute @must_use may not stand on a variable of module scope`
⟦@must_use¦⟧ var<private> a: u32;
//// an-id-on-a-let section=id-attr says=`attributes cannot stand before this statement`
fn f() { ⟦@id(1)¦⟧ let a = 1; }
//// an-id-of-an-override section=id-attr says=`the argument of @id must be a const-expression of type i32 or u32`
override n = 1;
@id(⟦n¦1⟧) override m = 2;
//// an-align-twice section=align-attr says=`the attribute @align stands twice on a member of a structure`
struct S { @align(16) ⟦@align(16)¦⟧ a: u32 }
