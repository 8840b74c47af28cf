// Mistakes beside their repair.
//// redeclared
const a = 1;
⟦const a = 2;¦const b = 2;⟧
//// redeclared-in-block
fn f() {
    let a = 1; ⟦let a = 2;¦{ let a = 2; }⟧
}
//// unknown-name
fn f() {
    let a = ⟦b¦1⟧;
}
//// recursion line=1
fn f() {
    ⟦f();¦⟧
}
//// cycle line=2
⟦const a = b;¦const a = 1;⟧
const b = a;
//// struct-contains-itself line=1
struct S {
    a: ⟦S¦i32⟧
}
//// duplicate-member
struct S {
    a: i32,
    ⟦a¦b⟧: i32
}
//// duplicate-parameter
fn f(a: i32, ⟦a¦b⟧: i32) {}
//// module-let
⟦let¦const⟧ a = 1;
//// var-without-space
⟦var¦var<private>⟧ a: i32;
//// const-from-let
fn f() {
    let a = 1; const b = ⟦a¦1⟧;
}
//// let-without-value
fn f() {
    ⟦let a: i32;¦var a: i32;⟧
}
//// assign-to-let line=3
fn f() {
    ⟦let¦var⟧ a = 1;
    a = 2;
}
//// var-of-nothing
fn f() {
    ⟦var a;¦var a: i32;⟧
}
//// wrong-initial-type
fn f() {
    var a: i32 = ⟦true¦1⟧;
}
//// override-of-vector
override a: ⟦vec2f¦f32⟧;
//// override-in-const
override a = 1;
const b = ⟦a¦1⟧;
//// override-id-twice
@id(1) override a = 1;
@id(⟦1¦2⟧) override b = 1;
//// workgroup-initial-value
var<workgroup> a: i32⟦ = 1¦⟧;
//// storage-without-binding
⟦¦@group(0) @binding(0)⟧ var<storage> a: i32;
//// storage-bool
@group(0) @binding(0) var<storage> a: ⟦bool¦u32⟧;
//// uniform-runtime-array
@group(0) @binding(0) var<⟦uniform¦storage⟧> a: array<i32>;
//// private-access-mode
var<private⟦, read_write¦⟧> a: i32;
//// type-as-value
const a = ⟦i32¦i32(1)⟧;
//// value-as-type
const n = 1;
var<private> a: ⟦n¦i32⟧;
//// const-assert-false
const_assert ⟦1 > 2¦2 > 1⟧;
//// const-assert-type
const_assert ⟦1¦true⟧;
//// let-type-mismatch
fn f() {
    let a: f32 = ⟦1i¦1f⟧;
}
//// use-before-declaration
fn f() {
    let a = ⟦b¦1⟧; let b = 2;
}
