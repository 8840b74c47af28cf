// Mistakes beside their repair.
//// array-of-zero
var<private> a: array<i32, ⟦0¦1⟧>;
//// array-negative
var<private> a: array<i32, ⟦-1¦1⟧>;
//// array-huge
const a = array<i32, ⟦1000000000¦10⟧>();
//// runtime-array-in-middle
struct S {
    a: ⟦array<i32>¦i32⟧,
    b: i32
}
//// runtime-array-in-function
fn f() {
    var a: array<i32⟦¦, 4⟧>;
}
//// atomic-float
var<workgroup> a: atomic<⟦f32¦u32⟧>;
//// atomic-private
var<⟦private¦workgroup⟧> a: atomic<u32>;
//// vector-of-vector
var<private> a: vec2<⟦vec2f¦f32⟧>;
//// matrix-of-int
var<private> a: mat2x2<⟦i32¦f32⟧>;
//// f16-not-enabled line=2 chromium=the browser has no f16 here (section Enable Extensions)
⟦¦enable f16;⟧
var<private> a: f16;
//// pointer-of-pointer
fn f(a: ptr<function, ⟦ptr<function, i32>¦i32⟧>) {}
//// align-not-power
struct S {
    @align(⟦3¦4⟧) a: i32
}
//// size-too-small
struct S {
    @size(⟦2¦4⟧) a: i32
}
//// template-count
var<private> a: vec3<f32⟦, 3¦⟧>;
//// template-missing
var<private> a: ⟦array¦array<i32, 2>⟧;
//// pointer-space-missing
fn f() {
    var a = 1; let p: ptr<⟦i32¦function, i32⟧> = &a;
}
