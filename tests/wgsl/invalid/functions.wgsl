// Mistakes beside their repair.
//// argument-type
fn g(a: i32) {}
fn f() {
    g(⟦1u¦1i⟧);
}
//// too-many-arguments
fn g(a: i32) {}
fn f() {
    g(1⟦, 2¦⟧);
}
//// void-as-value
fn g() {}
fn f() {
    ⟦let a = g();¦g();⟧
}
//// aliasing
fn g(p: ptr<function, i32>, q: ptr<function, i32>) { *p = *q; }
fn f() {
    var a = 1; var b = 2; g(&a, ⟦&a¦&b⟧);
}
//// assign-to-parameter
fn g(a: i32) { ⟦a = 1;¦_ = a;⟧ }
fn f() {
    
}
//// entry-called
@compute @workgroup_size(1) fn main() {}
fn f() {
    ⟦main();¦⟧
}
//// no-workgroup-size line=2
@compute ⟦¦@workgroup_size(1)⟧
fn main() {}
//// workgroup-size-zero
@compute @workgroup_size(⟦0¦1⟧)
fn main() {}
//// entry-with-plain-parameter
@compute @workgroup_size(1)
fn main(⟦¦@builtin(local_invocation_index) ⟧a: u32) {}
//// builtin-type
@compute @workgroup_size(1)
fn main(@builtin(global_invocation_id) a: ⟦vec2u¦vec3u⟧) {}
//// builtin-of-other-stage
@compute @workgroup_size(1)
fn main(@builtin(⟦vertex_index¦local_invocation_index⟧) a: u32) {}
//// vertex-without-position line=2
@vertex
fn main() -> ⟦@location(0)¦@builtin(position)⟧ vec4f { return vec4f(); }
//// location-twice
@fragment
fn main(@location(0) a: f32, @location(⟦0¦1⟧) b: f32) {}
//// derivative-in-compute
@compute @workgroup_size(1)
fn main() {
    let a = ⟦dpdx(1.0)¦1.0⟧;
}
//// binding-twice
@group(0) @binding(0) var<storage> a: i32;
@group(0) @binding(⟦0¦1⟧) var<storage> b: i32;
@compute @workgroup_size(1) fn main() { _ = a; _ = b; }
//// unknown-attribute
⟦@fast¦⟧ fn f() {}
//// attribute-twice
@compute ⟦@compute¦⟧ @workgroup_size(1) fn main() {}
//// function-as-value
fn g() {}
fn f() {
    let a = ⟦g¦1⟧;
}
