// Mistakes beside their repair.
//// redeclared section=declaration-and-scope says=`the name "a" is declared twice in module scope`
const a = 1;
⟦const a = 2;¦const b = 2;⟧
//// redeclared-in-block section=declaration-and-scope says=`the name "a" is declared twice in this scope`
fn f() {
    let a = 1; ⟦let a = 2;¦{ let a = 2; }⟧
}
//// unknown-name section=declaration-and-scope says=`the name "b" is not declared`
fn f() {
    let a = ⟦b¦1⟧;
}
//// recursion line=1 section=declaration-and-scope says=`the declaration of "f" depends on itself`
fn f() {
    ⟦f();¦⟧
}
//// cycle line=2 section=declaration-and-scope says=`the declaration of "b" depends on itself`
⟦const a = b;¦const a = 1;⟧
const b = a;
//// struct-contains-itself line=1 section=declaration-and-scope says=`the declaration of "S" depends on itself`
struct S {
    a: ⟦S¦i32⟧
}
//// duplicate-member section=struct-types says=`the structure S has two members "a"`
struct S {
    a: i32,
    ⟦a¦b⟧: i32
}
//// duplicate-parameter section=function-declaration-sec says=`the name "a" is declared twice in this scope`
fn f(a: i32, ⟦a¦b⟧: i32) {}
//// module-let section=let-decls says=`.let. can only stand in a function`
⟦let¦const⟧ a = 1;
//// var-without-space section=var-decls says=`the variable "a" of module scope needs an address space`
⟦var¦var<private>⟧ a: i32;
//// const-from-let section=const-decls says=`the initial value of the const-declaration "b" must be a const-expression`
fn f() {
    let a = 1; const b = ⟦a¦1⟧;
}
//// let-without-value section=let-decls says=`.let. needs a value`
fn f() {
    ⟦let a: i32;¦var a: i32;⟧
}
//// assign-to-let line=3 section=simple-assignment-section says=`the left side of an assignment must be a reference to memory, not a value of type i32`
fn f() {
    ⟦let¦var⟧ a = 1;
    a = 2;
}
//// var-of-nothing section=var-decls says=`the variable "a" has no type`
fn f() {
    ⟦var a;¦var a: i32;⟧
}
//// wrong-initial-type section=var-decls says=`the initial value of a must be of type i32, but this is bool`
fn f() {
    var a: i32 = ⟦true¦1⟧;
}
//// override-of-vector section=override-decls says=`an override must have a scalar type, not vec2<f32>`
override a: ⟦vec2f¦f32⟧;
//// override-in-const section=const-expr says=`the initial value of the const-declaration "b" must be a const-expression`
override a = 1;
const b = ⟦a¦1⟧;
//// override-id-twice section=id-attr says=`the pipeline constant ID 1 is used twice`
@id(1) override a = 1;
@id(⟦1¦2⟧) override b = 1;
//// workgroup-initial-value section=var-decls says=`a variable in the address space workgroup cannot have an initial value`
var<workgroup> a: i32⟦ = 1¦⟧;
//// storage-without-binding section=resource-interface says=`the resource "a" needs both @group and @binding`
⟦¦@group(0) @binding(0)⟧ var<storage> a: i32;
//// storage-bool section=host-shareable-types says=`memory in the address space storage cannot hold bool: the type is not host-shareable`
@group(0) @binding(0) var<storage> a: ⟦bool¦u32⟧;
//// uniform-runtime-array section=address-space-layout-constraints says=`memory in the address space uniform cannot hold array<i32>: the type must be constructible and host-shareable`
@group(0) @binding(0) var<⟦uniform¦storage⟧> a: array<i32>;
//// private-access-mode section=address-space says=`an access mode may be written for the address space storage only`
var<private⟦, read_write¦⟧> a: i32;
//// type-as-value section=alltypes-type says=`the type "i32" is used as a value`
const a = ⟦i32¦i32(1)⟧;
//// value-as-type section=type-expr says=`"n" is not a type`
const n = 1;
var<private> a: ⟦n¦i32⟧;
//// const-assert-false section=const-assert-statement says=`the assertion does not hold: 1 > 2`
const_assert ⟦1 > 2¦2 > 1⟧;
//// const-assert-type section=const-assert-statement says=`the condition of const_assert must be of type bool, but this is AbstractInt`
const_assert ⟦1¦true⟧;
//// let-type-mismatch section=let-decls says=`the value of a must be of type f32, but this is i32`
fn f() {
    let a: f32 = ⟦1i¦1f⟧;
}
//// use-before-declaration section=declaration-and-scope says=`the name "b" is not declared`
fn f() {
    let a = ⟦b¦1⟧; let b = 2;
}
