// Mistakes beside their repair.
//// argument-type section=function-calls says=`argument 1 of g must be of type i32, but this is u32`
fn g(a: i32) {}
fn f() {
    g(⟦1u¦1i⟧);
}
//// too-many-arguments section=function-calls says=`g takes 1 arguments, not 2`
fn g(a: i32) {}
fn f() {
    g(1⟦, 2¦⟧);
}
//// void-as-value section=function-call-expr says=`the function g returns no value`
fn g() {}
fn f() {
    ⟦let a = g();¦g();⟧
}
//// aliasing section=aliasing says=`two arguments point into the same variable, and the function writes through one of them`
fn g(p: ptr<function, i32>, q: ptr<function, i32>) { *p = *q; }
fn f() {
    var a = 1; var b = 2; g(&a, ⟦&a¦&b⟧);
}
//// assign-to-parameter section=simple-assignment-section says=`the left side of an assignment must be a reference to memory, not a value of type i32`
fn g(a: i32) { ⟦a = 1;¦_ = a;⟧ }
fn f() {
    
}
//// entry-called section=function-restriction says=`the entry point main cannot be called`
@compute @workgroup_size(1) fn main() {}
fn f() {
    ⟦main();¦⟧
}
//// no-workgroup-size line=2 section=compute-attr says=`the compute entry point main needs @workgroup_size`
@compute ⟦¦@workgroup_size(1)⟧
fn main() {}
//// workgroup-size-zero section=workgroup-size-attr says=`the argument of @workgroup_size must be positive, this is 0`
@compute @workgroup_size(⟦0¦1⟧)
fn main() {}
//// entry-with-plain-parameter section=entry-point-decl says=`an input of an entry point needs @builtin or @location`
@compute @workgroup_size(1)
fn main(⟦¦@builtin(local_invocation_index) ⟧a: u32) {}
//// builtin-type section=builtin-inputs-outputs says=`the built-in value global_invocation_id is of type vec3<u32>, not vec2<u32>`
@compute @workgroup_size(1)
fn main(@builtin(global_invocation_id) a: ⟦vec2u¦vec3u⟧) {}
//// builtin-of-other-stage section=vertex-index-builtin-value says=`the built-in value vertex_index is no input of a compute shader`
@compute @workgroup_size(1)
fn main(@builtin(⟦vertex_index¦local_invocation_index⟧) a: u32) {}
//// vertex-without-position line=2 section=vertex-attr says=`the vertex shader main does not return the built-in value position`
@vertex
fn main() -> ⟦@location(0)¦@builtin(position)⟧ vec4f { return vec4f(); }
//// location-twice section=input-output-locations says=`the location 0 is used by two inputs`
@fragment
fn main(@location(0) a: f32, @location(⟦0¦1⟧) b: f32) {}
//// derivative-in-compute section=derivative-builtin-functions says=`the function dpdx may not be used in a compute shader`
@compute @workgroup_size(1)
fn main() {
    let a = ⟦dpdx(1.0)¦1.0⟧;
}
//// binding-twice section=resource-interface says=`the resources "a" and "b" of the shader main have the same @group\(0\) @binding\(0\)`
@group(0) @binding(0) var<storage> a: i32;
@group(0) @binding(⟦0¦1⟧) var<storage> b: i32;
@compute @workgroup_size(1) fn main() { _ = a; _ = b; }
//// unknown-attribute section=extensions says=`the attribute @fast is not known`
⟦@fast¦⟧ fn f() {}
//// attribute-twice section=shader-stage-attr says=`the attribute @compute stands twice on a function`
@compute ⟦@compute¦⟧ @workgroup_size(1) fn main() {}
//// function-as-value section=function-calls says=`the function "g" is used as a value`
fn g() {}
fn f() {
    let a = ⟦g¦1⟧;
}
