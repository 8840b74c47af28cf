// Statements, functions, aliasing and uniformity.
//// a-loop-without-a-way-out section=loop-statement says=`the loop has no exit`
fn f() { var i = 0; ⟦loop { i++; }¦loop { i++; if i > 3 { break; } }⟧ }
//// a-continue-over-a-declaration section=loop-statement,continue-statement line=7 says=`the declaration of "n" is passed over by a continue statement, so it cannot be used in the continuing statement`
fn f() {
    var i = 0;
    loop {
        if i > 3 { ⟦continue¦break⟧; }
        let n = i * 2;
        i++;
        continuing { i += n; }
    }
}
//// a-continuing-in-the-middle section=continuing-statement says=`.continuing. must be the last statement of the loop`
fn f() { loop { ⟦continuing { } break;¦break; continuing { }⟧ } }
//// a-break-in-continuing section=continuing-statement,break-statement says=`a break statement may not leave a continuing statement`
fn f() { loop { if true { break; } continuing { ⟦break;¦⟧ } } }
//// a-continue-in-continuing section=continue-statement says=`a continue statement may not stand in the continuing statement of its loop`
fn f() { loop { break; continuing { ⟦continue;¦⟧ } } }
//// a-continue-in-a-switch-of-continuing section=continue-statement says=`a continue statement may not stand in the continuing statement of its loop`
fn f() { loop { break; continuing { switch 1 { default { ⟦continue;¦break;⟧ } } } } }
//// a-discard-in-continuing section=continuing-statement says=`a return statement may not stand in a continuing statement`
fn g() -> bool { return true; }
fn f() -> u32 { loop { if g() { break; } continuing { if g() { ⟦return 1;¦⟧ } } } return 2; }
//// a-break-if-that-is-not-last section=break-if-statement says=`.break if. must be the last statement of .continuing.`
fn f() { loop { continuing { ⟦break if true; let a = 1;¦let a = 1; break if true;⟧ } } }
//// a-break-if-of-a-number section=break-if-statement says=`the condition of break if must be of type bool, but this is AbstractInt`
fn f() { loop { continuing { break if ⟦1¦true⟧; } } }
//// a-break-if-outside section=break-if-statement says=`.break if. can only be the last statement of .continuing.`
fn f(a: bool) { ⟦break if a;¦⟧ }
//// a-break-in-a-block section=break-statement says=`a break statement must stand in a loop or switch`
fn f() { { ⟦break;¦⟧ } }
//// a-while-that-never-ends section=behaviors-examples says=`the function f can reach its end without returning u32`
fn f() -> u32 { while true { if false { break; } } ⟦¦return 1;⟧ }
//// a-for-without-an-end section=behaviors-examples,for-statement says=`the loop has no exit`
fn f() { ⟦for (;;) { }¦for (;;) { break; }⟧ }
//// a-switch-that-falls-out section=behaviors-examples says=`the function f can reach its end without returning u32`
fn f(n: u32) -> u32 { switch n { case 1 { return 1; } default { ⟦¦return 2;⟧ } } }
//// an-if-without-else section=behaviors-rules says=`the function f can reach its end without returning u32`
fn f(a: bool) -> u32 { if a { return 1; } else if !a { return 2; } ⟦¦return 3;⟧ }
//// a-for-of-two-updates section=for-statement says=`expected .\). after the head of .for., found .,.`
fn f() { for (var i = 0; i < 3; i++⟦, i++¦⟧) { } }
//// a-for-that-declares-a-const-without-a-name section=for-statement says=`.return. is a keyword and cannot be a name`
fn f() { for (⟦return¦var i = 0⟧; i < 3; i++) { } }
//// a-name-of-the-for-again section=for-statement,declaration-and-scope says=`the name "i" is declared twice in this scope` chromium=sections for-statement and declaration-and-scope: a name of the initializer is in scope until the end of the body, where the other one ends too; the browser lets the body hide it
fn f() { for (var i = 0; i < 3; i++) { ⟦let i = 1;¦let k = 1;⟧ } }
//// a-condition-of-a-vector section=if-statement says=`the condition of if must be of type bool, but this is vec2<bool>`
fn f(v: vec2<bool>) { if ⟦v¦all(v)⟧ { } }
//// an-else-without-braces section=if-statement says=`the body of .else. has no braces`
fn f(a: bool) { if a { } else ⟦return;¦{ return; }⟧ }
//// a-switch-of-a-bool section=switch-statement says=`a switch compares integers, not bool`
fn f(a: bool) { switch ⟦a¦u32(a)⟧ { default { } } }
//// a-case-that-is-no-constant section=switch-statement says=`a case selector must be a const-expression`
fn f(a: u32, b: u32) { switch a { case ⟦b¦3⟧ { } default { } } }
//// a-case-of-an-override section=switch-statement says=`a case selector must be a const-expression`
override n = 1u;
fn f(a: u32) { switch a { case ⟦n¦1u⟧ { } default { } } }
//// a-case-of-another-sign section=switch-statement says=`u32\(-1\): the value -1 does not fit u32`
fn f(a: u32) { switch a { case ⟦-1¦1⟧ { } default { } } }
//// a-fallthrough section=switch-statement says=`expected a statement, found the reserved word .fallthrough.`
fn f(a: u32) { switch a { case 1 { ⟦fallthrough;¦⟧ } default { } } }
//// a-while-of-an-integer section=while-statement says=`the condition of while must be of type bool, but this is u32`
fn f(n: u32) { while ⟦n¦n > 0⟧ { } }
//// a-value-returned-of-another-type section=return-statement says=`the returned value must be of type f32, but this is i32`
fn f() -> f32 { return ⟦1i¦1⟧; }
//// a-pointer-returned-by-inference section=return-statement says=`the returned value must be of type u32, but this is ptr<function, u32>`
fn f(p: ptr<function, u32>) -> u32 { return ⟦p¦*p⟧; }
//// a-store-to-a-constant section=simple-assignment-section says=`the left side of an assignment must be a reference to memory, not a value of type AbstractInt`
const c = 1;
fn f() { ⟦c = 2¦_ = c⟧; }
//// a-store-to-a-value-of-a-function section=simple-assignment-section says=`the left side of an assignment must be a reference to memory, not a value of type u32`
struct S { a: u32 }
fn g() -> S { return S(); }
fn f() { ⟦g().a = 1u¦_ = g().a⟧; }
//// a-store-to-an-array-without-end section=simple-assignment-section says=`a value of type array<u32> cannot be assigned`
@group(0) @binding(0) var<storage, read_write> a: array<u32>; @group(0) @binding(1) var<storage, read_write> b: array<u32>;
fn f() { ⟦a = b¦a[0] = b[0]⟧; }
//// a-phony-array-without-end section=phony-assignment-section says=`a value of type array<u32> cannot be loaded`
@group(0) @binding(0) var<storage> a: array<u32>;
fn f() { _ = ⟦a¦&a⟧; }
//// a-declared-phony section=phony-assignment-section says=`._. cannot be the name of a value`
fn f() { ⟦let _ = 1¦_ = 1⟧; }
//// a-compound-store-to-a-value section=compound-assignment-sec says=`the left side of an assignment must be a reference to memory, not a value of type u32`
fn f(a: u32) { ⟦a += 1u¦_ = a + 1u⟧; }
//// a-compound-store-that-changes-the-type section=compound-assignment-sec says=`vec2<f32> \*= mat3x2<f32> gives vec3<f32>, which cannot be assigned to vec2<f32>`
fn f() { var v = vec2f(1); v *= ⟦mat3x2f()¦mat2x2f()⟧; }
//// a-logical-compound section=compound-assignment-sec says=`an expression is not a statement`
fn f() { var a = true; a ⟦&&¦&⟧= false; }
//// a-counted-vector section=increment-decrement says=`\+\+ and -- apply to i32 and u32 only, not to vec2<u32>`
fn f() { var v = vec2u(); v⟦¦.x⟧++; }
//// a-counted-value section=increment-decrement says=`the left side of an assignment must be a reference to memory, not a value of type i32`
fn f() { let a = 1; ⟦a++;¦_ = a;⟧ }
//// counted-in-front section=increment-decrement says=`expected a statement, found .\+\+.`
fn f() { var a = 1; ⟦++a¦a++⟧; }
//// an-expression-as-a-statement section=statements-summary says=`an expression is not a statement`
fn f(a: u32) { ⟦¦_ =⟧ a + 1u; }
//// a-function-in-a-function section=statements-summary says=`expected .\}., found the keyword .fn., which stands in module scope only`
fn f() { ⟦fn g() {}¦⟧ }
//// a-result-dropped section=function-call-statement says=`the result of sqrt must be used`
fn f(x: f32) { ⟦¦_ =⟧ sqrt(x); }
//// a-type-called-as-a-statement section=function-call-statement says=`a value of u32 is made and not used`
fn f() { ⟦¦_ =⟧ u32(1.0); }
//// a-call-of-a-variable section=function-calls,function-call-expr says=`"g" cannot be called`
fn f() { var g = 1; _ = ⟦g()¦g⟧; }
//// a-template-on-a-function section=function-calls says=`the function g takes no template arguments`
fn g(a: u32) {}
fn f() { g⟦<u32>¦⟧(1); }
//// a-call-before-its-name-is-shadowed section=function-calls,declaration-and-scope line=3 says=`"g" cannot be called`
fn g() -> u32 { return 1; }
fn f() { ⟦let g = 2;¦let k = 2;⟧
    _ = g(); }
//// a-parameter-without-a-type section=function-declaration-sec says=`expected .:. and the type after the name, found .\).`
fn f(a⟦¦: u32⟧) {}
//// a-body-that-redeclares-a-parameter section=function-declaration-sec says=`the name "a" is declared twice in this scope`
fn f(a: u32) { ⟦let a = 1;¦{ let a = 1; }⟧ }
//// a-function-without-a-body section=function-declaration-sec says=`expected .\{. before the body of the function, found .;.`
fn f()⟦;¦ {}⟧
//// two-functions-of-one-name section=declaration-and-scope says=`the name "f" is declared twice in module scope`
fn f() {}
fn ⟦f¦g⟧(a: u32) {}
//// functions-that-call-each-other section=declaration-and-scope,functions says=`the declaration of "b" depends on itself`
fn a(n: u32) { b(n); }
fn b(n: u32) { ⟦a(n);¦⟧ }
//// a-structure-of-a-structure-of-itself section=declaration-and-scope says=`the declaration of "B" depends on itself`
struct A { b: B }
struct B { ⟦a: array<A, 2>¦n: u32⟧ }
//// a-name-used-in-its-own-value section=declaration-and-scope says=`the name "a" is not declared`
fn f() { let a = ⟦a¦1⟧ + 1; }
//// a-name-that-left-its-block section=declaration-and-scope says=`the name "a" is not declared`
fn f() { { let a = 1; } _ = ⟦a¦1⟧; }
//// an-override-that-depends-on-itself section=declaration-and-scope says=`the declaration of "b" depends on itself`
override a = b;
override b = ⟦a¦1⟧;
//// a-pointer-and-its-element section=aliasing says=`two arguments point into the same variable, and the function writes through one of them`
fn g(p: ptr<function, array<u32, 2>>, q: ptr<function, u32>) { (*p)[0] = *q; }
fn f() { var a: array<u32, 2>; var b = 1u; g(&a, ⟦&a[1]¦&b⟧); }
//// aliased-two-calls-down section=aliasing says=`two arguments point into the same variable, and the function writes through one of them`
fn h(p: ptr<function, u32>, q: ptr<function, u32>) { *p = *q; }
fn g(p: ptr<function, u32>, q: ptr<function, u32>) { h(q, p); }
fn f() { var a = 1u; var b = 2u; g(&a, &⟦a¦b⟧); }
//// a-global-written-below-and-read-through section=aliasing says=`the argument points into a variable that the function also writes by its name`
var<private> x: u32; var<private> y: u32;
fn h() { x = 1; }
fn g(p: ptr<private, u32>) -> u32 { h(); return *p; }
fn f() { _ = g(&⟦x¦y⟧); }
//// a-global-read-and-written-through section=aliasing says=`the argument points into a variable that the function also reads by its name, and it writes through the pointer`
var<private> x: array<u32, 2>; var<private> y: array<u32, 2>;
fn g(p: ptr<private, u32>) { *p = x[0]; }
fn f() { g(&⟦x¦y⟧[1]); }
//// aliased-through-names section=root-ident-sec says=`two arguments point into the same variable, and the function writes through one of them`
fn g(p: ptr<function, u32>, q: ptr<function, u32>) { *p += *q; }
fn f() { var a = array(1u, 2u); var b = 1u; let p = &a; let q = &(*p)[1]; g(q, ⟦&(*p)[0]¦&b⟧); }
//// aliased-by-atomics section=aliasing says=`two arguments point into the same variable, and the function writes through one of them`
var<workgroup> w: array<atomic<u32>, 2>; var<workgroup> v: array<atomic<u32>, 2>;
fn g(p: ptr<workgroup, atomic<u32>>, q: ptr<workgroup, atomic<u32>>) { atomicAdd(p, atomicLoad(q)); }
fn f() { g(&w[0], &⟦w¦v⟧[1]); }
//// a-barrier-after-a-loop-that-ends-apart section=uniformity line=2 says=`workgroupBarrier must be called from uniform control flow, but invocations may disagree about reaching it`
@compute @workgroup_size(4) fn main(@builtin(local_invocation_index) i: u32) { loop { if ⟦i¦3u⟧ > 2 { return; } break; }
    workgroupBarrier(); }
//// a-parameter-that-must-be-uniform section=uniformity-function,uniformity-example5 line=1 says=`workgroupBarrier needs a value here that is the same for all invocations`
fn wants(a: u32) { if a > 1 { workgroupBarrier(); } }
@compute @workgroup_size(4) fn main(@builtin(local_invocation_index) i: u32) {
    wants(⟦i¦4⟧);
}
//// a-result-that-is-not-uniform section=uniformity-function-calls says=`workgroupBarrier must be called from uniform control flow, but invocations may disagree about reaching it`
@group(0) @binding(0) var<storage, read_write> b: u32;
fn load() -> u32 { return b; }
@compute @workgroup_size(4) fn main() {
    if ⟦load()¦4u⟧ > 3 { workgroupBarrier(); }
}
//// a-call-that-must-be-reached-by-all section=uniformity-function-calls line=1 says=`workgroupBarrier must be called from uniform control flow, but invocations may disagree about reaching it`
fn sync() { workgroupBarrier(); }
@compute @workgroup_size(4) fn main(@builtin(local_invocation_index) i: u32) {
    if ⟦i¦1u⟧ > 2 { sync(); }
}
//// a-pointer-that-carries-what-differs section=pointer-desugar line=1 says=`workgroupBarrier needs a value here that is the same for all invocations`
fn wants(p: ptr<function, u32>) { if *p > 1 { workgroupBarrier(); } }
@compute @workgroup_size(4) fn main(@builtin(local_invocation_index) i: u32) {
    var x = ⟦i¦4u⟧; wants(&x);
}
//// a-pointer-written-with-what-differs section=pointer-desugar says=`workgroupBarrier must be called from uniform control flow, but invocations may disagree about reaching it`
fn sets(p: ptr<function, u32>, a: u32) { *p = a; }
@compute @workgroup_size(4) fn main(@builtin(local_invocation_index) i: u32) {
    var x = 0u; let p = &x; sets(p, ⟦i¦3⟧); if x > 1 { workgroupBarrier(); }
}
//// a-variable-changed-in-a-branch section=func-var-value-analysis says=`workgroupBarrier must be called from uniform control flow, but invocations may disagree about reaching it`
@compute @workgroup_size(4) fn main(@builtin(local_invocation_index) i: u32) {
    var x = 0; if ⟦i¦1u⟧ > 2 { x = 1; } if x > 0 { workgroupBarrier(); }
}
//// a-sample-under-a-varying-condition section=uniformity-example1 says=`textureSample must be called from uniform control flow, but invocations may disagree about reaching it`
@group(0) @binding(0) var t: texture_2d<f32>; @group(0) @binding(1) var s: sampler; @group(0) @binding(2) var<uniform> lit: f32;
@fragment fn main(@location(0) c: vec2f) -> @location(0) vec4f { var r = vec4f(); if ⟦c.x¦lit⟧ > 0.5 { r = textureSample(t, s, c); } return r; }
//// a-variable-that-is-not-uniform-any-more section=uniformity-example2 says=`workgroupBarrier must be called from uniform control flow, but invocations may disagree about reaching it`
@group(0) @binding(0) var<uniform> u: u32; @group(0) @binding(1) var<storage, read_write> b: u32;
@compute @workgroup_size(4) fn main() {
    var x = u; x ⟦+=¦=⟧ ⟦b¦u⟧; if x > 1 { workgroupBarrier(); }
}
//// one-member-spoils-the-structure section=uniformity-example3 says=`workgroupBarrier must be called from uniform control flow, but invocations may disagree about reaching it`
struct S { a: u32, b: u32 } @group(0) @binding(0) var<uniform> u: S; @group(0) @binding(1) var<storage, read_write> b: u32;
@compute @workgroup_size(4) fn main() {
    var s = u; s.b = ⟦b¦7⟧; if s.a > 1 { workgroupBarrier(); }
}
//// rounds-that-differ section=uniformity-example4 says=`workgroupBarrier must be called from uniform control flow, but invocations may disagree about reaching it`
@compute @workgroup_size(4) fn main(@builtin(local_invocation_index) i: u32) {
    var n = 0u; loop { if n >= ⟦i¦4u⟧ { break; } workgroupBarrier(); continuing { n++; } }
}
//// a-barrier-in-continuing section=uniformity-statements says=`workgroupBarrier must be called from uniform control flow, but invocations may disagree about reaching it`
@compute @workgroup_size(4) fn main(@builtin(local_invocation_index) i: u32) {
    var n = 0u; loop { if n > 3 { break; } if ⟦i > 2¦n > 2⟧ { continue; } n++; continuing { n++; workgroupBarrier(); } }
}
//// a-barrier-in-a-while section=uniformity-statements says=`workgroupBarrier must be called from uniform control flow, but invocations may disagree about reaching it`
@compute @workgroup_size(4) fn main(@builtin(local_invocation_index) i: u32) {
    var n = ⟦i¦3u⟧; while n > 0 { workgroupBarrier(); n--; }
}
//// a-barrier-on-the-right-of-or section=uniformity-expressions line=1 says=`workgroupBarrier must be called from uniform control flow, but invocations may disagree about reaching it`
fn sync() -> bool { workgroupBarrier(); return true; }
@compute @workgroup_size(4) fn main(@builtin(local_invocation_index) i: u32) {
    _ = ⟦i¦1u⟧ > 2 && sync();
}
