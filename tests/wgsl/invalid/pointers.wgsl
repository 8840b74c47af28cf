// Pointers, references, address spaces and access modes.
//// storage-write-only
@group(0) @binding(0) var<storage, ⟦write¦read_write⟧> a: u32;
//// space-unknown
var<⟦global¦private⟧> a: i32;
//// access-unknown
@group(0) @binding(0) var<storage, ⟦readwrite¦read_write⟧> a: u32;
//// function-at-module
var<⟦function¦private⟧> a: i32;
//// private-in-function
fn f() {
    var<⟦private¦function⟧> a: i32;
}
//// pointer-access-mode line=3
fn g(a: ptr<storage, i32⟦, read_write¦⟧>) { }
@group(0) @binding(0) var<storage> b: i32;
fn f() { g(&b); }
//// pointer-of-bool
fn f(a: ptr<⟦uniform¦private⟧, bool>) {}
//// pointer-returned
fn f(a: ptr<function, i32>) -> ⟦ptr<function, i32>¦i32⟧ { return ⟦¦*⟧a; }
//// pointer-in-var
fn f() {
    var a = 1; ⟦var¦let⟧ p = &a;
}
//// pointer-passed-value
fn g(p: ptr<function, i32>) {}
fn f() {
    var a = 1; g(⟦a¦&a⟧);
}
//// pointer-space-differs line=2
fn g(p: ptr<⟦private¦function⟧, i32>) { *p = 1; }
fn f() { var a = 1; g(&a); }
//// pointer-compared
fn f() {
    var a = 1; let p = &a; let b = ⟦p == p¦*p == *p⟧;
}
//// address-of-literal
fn f() {
    let p = ⟦&1¦1⟧;
}
//// address-of-parameter
fn f(a: i32) {
    let b = ⟦&a¦a⟧;
}
//// store-through-read-pointer
@group(0) @binding(0) var<storage> b: i32;
fn f() {
    let p = &b; ⟦*p = 1¦_ = *p⟧;
}
//// alias-of-global
var<private> g: i32; var<private> k: i32;
fn h(p: ptr<private, i32>) { g = *p; }
fn f() {
    h(&⟦g¦k⟧);
}
//// alias-of-elements
fn h(p: ptr<function, i32>, q: ptr<function, i32>) { *p = *q; }
fn f() {
    var a: array<i32, 2>; var b: array<i32, 2>; h(&a[0], &⟦a¦b⟧[1]);
}
//// array-length-of-fixed line=2
@group(0) @binding(0) var<storage> a: array<i32⟦, 4¦⟧>;
fn f() -> u32 { return arrayLength(&a); }
//// array-length-of-value
@group(0) @binding(0) var<storage> a: array<i32>;
fn f() -> u32 { return arrayLength(⟦a¦&a⟧); }
