// Pointers, references, address spaces and access modes.
//// storage-write-only section=address-space says=`memory in the address space storage cannot have the access mode write`
@group(0) @binding(0) var<storage, ⟦write¦read_write⟧> a: u32;
//// space-unknown section=predeclared-enumerants says=`an address space is expected here`
var<⟦global¦private⟧> a: i32;
//// access-unknown section=predeclared-enumerants says=`an access mode is expected here`
@group(0) @binding(0) var<storage, ⟦readwrite¦read_write⟧> a: u32;
//// function-at-module section=var-decls says=`a variable of module scope cannot be in the address space function`
var<⟦function¦private⟧> a: i32;
//// private-in-function section=var-decls says=`a variable in the address space private must be declared in module scope`
fn f() {
    var<⟦private¦function⟧> a: i32;
}
//// pointer-access-mode line=3 section=function-restriction says=`argument 1 of g must be of type ptr<storage, i32, read_write>, but this is ptr<storage, i32, read>`
fn g(a: ptr<storage, i32⟦, read_write¦⟧>) { }
@group(0) @binding(0) var<storage> b: i32;
fn f() { g(&b); }
//// pointer-of-bool section=ref-ptr-types says=`memory in the address space uniform cannot hold bool: the type must be constructible and host-shareable`
fn f(a: ptr<⟦uniform¦private⟧, bool>) {}
//// pointer-returned section=function-restriction says=`a function cannot return ptr<function, i32>: the type is not constructible`
fn f(a: ptr<function, i32>) -> ⟦ptr<function, i32>¦i32⟧ { return ⟦¦*⟧a; }
//// pointer-in-var section=constructible-types says=`memory in the address space function cannot hold ptr<function, i32>: the type is not constructible`
fn f() {
    var a = 1; ⟦var¦let⟧ p = &a;
}
//// pointer-passed-value section=function-calls says=`argument 1 of g must be of type ptr<function, i32>, but this is i32`
fn g(p: ptr<function, i32>) {}
fn f() {
    var a = 1; g(⟦a¦&a⟧);
}
//// pointer-space-differs line=2 section=function-restriction says=`argument 1 of g must be of type ptr<private, i32>, but this is ptr<function, i32>`
fn g(p: ptr<⟦private¦function⟧, i32>) { *p = 1; }
fn f() { var a = 1; g(&a); }
//// pointer-compared section=comparison-expr says=`the operator == cannot be applied to ptr<function, i32> and ptr<function, i32>`
fn f() {
    var a = 1; let p = &a; let b = ⟦p == p¦*p == *p⟧;
}
//// address-of-literal section=address-of-expr says=`the operand of & must be a reference to memory, not a value of type AbstractInt`
fn f() {
    let p = ⟦&1¦1⟧;
}
//// address-of-parameter section=address-of-expr says=`the operand of & must be a reference to memory, not a value of type i32`
fn f(a: i32) {
    let b = ⟦&a¦a⟧;
}
//// store-through-read-pointer section=simple-assignment-section says=`memory in the address space storage with the access mode read cannot be written`
@group(0) @binding(0) var<storage> b: i32;
fn f() {
    let p = &b; ⟦*p = 1¦_ = *p⟧;
}
//// alias-of-global section=aliasing says=`the argument points into a variable that the function also writes by its name`
var<private> g: i32; var<private> k: i32;
fn h(p: ptr<private, i32>) { g = *p; }
fn f() {
    h(&⟦g¦k⟧);
}
//// alias-of-elements section=root-ident-sec says=`two arguments point into the same variable, and the function writes through one of them`
fn h(p: ptr<function, i32>, q: ptr<function, i32>) { *p = *q; }
fn f() {
    var a: array<i32, 2>; var b: array<i32, 2>; h(&a[0], &⟦a¦b⟧[1]);
}
//// array-length-of-fixed line=2 section=arrayLength-builtin says=`arrayLength cannot be called with \(ptr<storage, array<i32, 4>, read>\)`
@group(0) @binding(0) var<storage> a: array<i32⟦, 4¦⟧>;
fn f() -> u32 { return arrayLength(&a); }
//// array-length-of-value section=arrayLength-builtin says=`a value of type array<i32> cannot be loaded`
@group(0) @binding(0) var<storage> a: array<i32>;
fn f() -> u32 { return arrayLength(⟦a¦&a⟧); }
