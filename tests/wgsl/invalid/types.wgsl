// Mistakes beside their repair.
//// array-of-zero section=array-types says=`the element count of an array must be greater than 0, this is 0`
var<private> a: array<i32, ⟦0¦1⟧>;
//// array-negative section=array-types says=`the element count of an array must be greater than 0, this is -1`
var<private> a: array<i32, ⟦-1¦1⟧>;
//// array-huge section=array-builtin says=`the type array<i32, 1000000000> is larger than 2 GiB`
const a = array<i32, ⟦1000000000¦10⟧>();
//// runtime-array-in-middle section=struct-types says=`a runtime-sized array must be the last member of a structure`
struct S {
    a: ⟦array<i32>¦i32⟧,
    b: i32
}
//// runtime-array-in-function section=fixed-footprint-types says=`memory in the address space function cannot hold array<i32>: the type is not constructible`
fn f() {
    var a: array<i32⟦¦, 4⟧>;
}
//// atomic-float section=atomic-types says=`the component type of atomic must be i32 or u32, not f32`
var<workgroup> a: atomic<⟦f32¦u32⟧>;
//// atomic-private section=atomic-types says=`memory in the address space private cannot hold atomic<u32>: the type is not constructible`
var<⟦private¦workgroup⟧> a: atomic<u32>;
//// vector-of-vector section=vector-types says=`the component type of vec2 must be bool, i32, u32, f32 or f16, not vec2<f32>`
var<private> a: vec2<⟦vec2f¦f32⟧>;
//// matrix-of-int section=matrix-types says=`the component type of mat2x2 must be f32 or f16, not i32`
var<private> a: mat2x2<⟦i32¦f32⟧>;
//// f16-not-enabled line=2 features=shader-f16 section=floating-point-types says=`the type f16 needs the extension f16`
⟦¦enable f16;⟧
var<private> a: f16;
//// pointer-of-pointer section=ref-ptr-types says=`memory in the address space function cannot hold ptr<function, i32>: the type is not constructible`
fn f(a: ptr<function, ⟦ptr<function, i32>¦i32⟧>) {}
//// align-not-power section=align-attr says=`the argument of @align must be a positive power of two, this is 3`
struct S {
    @align(⟦3¦4⟧) a: i32
}
//// size-too-small section=size-attr says=`the argument of @size must be at least 4, the size of i32; this is 2`
struct S {
    @size(⟦2¦4⟧) a: i32
}
//// template-count section=template-lists-sec says=`vec3 takes 1 template arguments, not 2`
var<private> a: vec3<f32⟦, 3¦⟧>;
//// template-missing section=type-specifiers says=`the type array needs template arguments`
var<private> a: ⟦array¦array<i32, 2>⟧;
//// pointer-space-missing section=ref-ptr-types says=`ptr takes 2 to 3 template arguments, not 1`
fn f() {
    var a = 1; let p: ptr<⟦i32¦function, i32⟧> = &a;
}
