// Memory views, declarations and expressions that name memory.
//// an-index-past-the-end-of-memory section=out-of-bounds-access-sec says=`index 4 is out of bounds: array<u32, 4> has 4 components`
var<workgroup> w: array<u32, 4>;
fn f() { w[⟦4¦3⟧] = 1; }
//// an-override-past-the-end pipeline overrides=n:9 section=out-of-bounds-access-sec,array-access-expr says=`index 9 is out of bounds: array<u32, 8> has 8 components`
override n = 2;
var<private> a: array<u32, 8>;
@compute @workgroup_size(1) fn main() {
    a[⟦n¦n - 2⟧] = 1;
}
//// a-pointer-from-a-choice section=forming-references-and-pointers says=`select cannot be called with \(ptr<function, i32>, ptr<function, i32>, bool\)`
fn f(a: bool) { var x = 1; var y = 2; let p = ⟦select(&x, &y, a)¦&x⟧; *p = 3; }
//// a-reference-to-several-components section=vector-multi-component,forming-references-and-pointers says=`the left side of an assignment must be a reference to memory, not a value of type vec2<f32>` chromium=section vector-multi-component: only a value has several components at once; the browser has an extension of its own, swizzle_assignment
fn f() { var v = vec4f(); ⟦v.xy¦v.x⟧ = ⟦vec2f(1)¦1⟧; }
//// a-pointer-to-a-component section=component-reference-from-vector-memory-view says=`the address of a component of a vector cannot be taken`
fn f() { var v = vec4f(); let p = ⟦&v[1]¦&v⟧; }
//// a-pointer-to-a-component-by-name section=component-reference-from-vector-memory-view line=4 says=`the address of a component of a vector cannot be taken`
struct S { v: vec3u }
var<private> s: S;
fn g(p: ptr<private, ⟦u32¦vec3u⟧>) {}
fn f() { g(&s.v⟦.z¦⟧); }
//// letters-of-five section=vector-multi-component says=`"xyzwx" does not select components of vec4<f32>`
fn f(v: vec4f) { _ = v.⟦xyzwx¦xyzw⟧; }
//// a-name-of-no-component section=vector-access-expr says=`"length" does not select components of vec4<f32>`
fn f(v: vec4f) { _ = v.⟦length¦w⟧; }
//// three-template-arguments-of-var section=var-and-value-decl-grammar says=`var takes at most 2 template arguments`
@group(0) @binding(0) var<storage, read⟦, write¦⟧> a: u32;
//// a-variable-without-a-name section=var-and-value-decl-grammar says=`expected the name of a variable, found .:.`
var<private> ⟦: u32¦a: u32⟧;
//// an-override-in-a-function section=var-and-value,override-decls says=`expected .\}., found the keyword .override., which stands in module scope only`
fn f() { ⟦override¦const⟧ a = 1; }
//// a-const-without-a-value section=const-decls says=`a constant needs a value`
const a: u32⟦¦ = 1⟧;
//// an-override-without-type section=override-decls says=`the override "a" has no type`
override a⟦¦: f32⟧;
//// an-attribute-of-overrides-on-a-variable section=id-attr says=`the attribute @id may not stand on a variable of module scope`
⟦@id(3)¦⟧ var<private> a: u32;
//// an-initial-value-that-runs section=var-decls says=`the initial value of a variable of module scope must be a const- or override-expression`
var<private> a = 1u;
var<private> b = ⟦a¦1u⟧;
//// a-texture-with-an-initial-value section=var-decls says=`a variable in the address space handle cannot have an initial value`
@group(0) @binding(0) var t: texture_2d<f32>;
@group(0) @binding(1) var u: texture_2d<f32>⟦ = t¦⟧;
//// immediate-data-with-an-array section=address-space,var-decls says=`memory in the address space immediate cannot hold an array`
var<immediate> a: ⟦array<u32, 4>¦vec4u⟧;
//// two-immediate-variables section=var-decls,address-space line=2 says=`the shader main uses more than one immediate variable`
var<immediate> a: u32;
var<immediate> b: u32;
@compute @workgroup_size(1) fn main() { _ = a⟦ + b¦⟧; }
//// a-binding-of-immediate-data section=binding-attr says=`@binding may stand on resources only, and "a" is in the address space immediate`
⟦@binding(0)¦⟧ var<immediate> a: u32;
//// an-enumerant-as-a-value section=enum-expr says=`the enumerant "read_write" is no value`
fn f() { let a = ⟦read_write¦1⟧; }
//// an-enumerant-hidden-by-a-name section=enumeration-types,predeclared-enumerants line=2 says=`an access mode is expected here`
const ⟦read¦readable⟧ = 1;
@group(0) @binding(0) var<storage, read> a: u32;
//// an-enumerant-called section=enum-expr says=`the enumerant "private" cannot be called`
const a = ⟦private¦u32⟧(1);
//// a-number-for-an-enumerant section=enumeration-types says=`an address space is expected here`
@group(0) @binding(0) var<⟦1¦storage⟧> a: u32;
//// a-shadowed-type section=type-expr says=`"u32" is not a type`
fn f() { ⟦let u32¦let u⟧ = 1; var a: u32; _ = a; }
//// an-expression-of-overrides-that-fails pipeline overrides=n:31 section=override-expr says=`4194304i << 31u: bits are shifted out of i32`
override n: u32; override half = 4194304i << (⟦n¦n - 23⟧);
@compute @workgroup_size(1) fn main() { _ = half; }
//// an-override-divided-by-zero pipeline overrides=n:0 section=override-expr,arithmetic-expr says=`5i / 0i: division by zero`
override n: i32;
@compute @workgroup_size(1) fn main() { _ = 5 ⟦/ n¦+ n⟧; }
//// an-override-logarithm pipeline overrides=n:-1 section=override-expr says=`log\(-1f\): the argument is outside the domain \[0, \+Inf\]`
override n = 1.0; override b = ⟦log(n)¦log(abs(n))⟧;
@compute @workgroup_size(1) fn main() { _ = b; }
//// an-override-without-a-value pipeline section=override-decls says=`the override "n" has no value`
override n: u32⟦¦ = 1⟧;
@compute @workgroup_size(1) fn main() { _ = n; }
//// an-override-that-does-not-fit pipeline overrides=n:-1 section=override-decls says=`the value -1 given for the override "n" does not fit u32`
override n: ⟦u32¦i32⟧;
@compute @workgroup_size(1) fn main() { _ = n; }
//// an-override-past-the-range pipeline overrides=n:1e40 section=override-decls says=`the value 1e\+40 given for the override "n" does not fit f32`
override n: ⟦f32¦bool⟧;
@compute @workgroup_size(1) fn main() { _ = n; }
//// an-override-that-is-none pipeline overrides=m:1 section=override-decls line=none says=`no override is named "m"`
override ⟦n¦m⟧ = 1;
@compute @workgroup_size(1) fn main() {}
//// an-override-by-name-beside-its-number pipeline overrides=n:1 section=id-attr line=none says=`no override is named "n"`
⟦@id(3)¦⟧ override n = 1;
@compute @workgroup_size(1) fn main() { _ = n; }
//// a-variable-of-a-buffer-in-a-function section=address-space says=`a variable in the address space storage must be declared in module scope`
fn f() { var⟦<storage>¦<function>⟧ a: u32; }
//// a-read-of-what-is-a-reference section=ref-ptr-types says=`the value of b must be of type ptr<function, i32>, but this is i32`
fn f() { var a: i32; let b: ptr<function, i32> = ⟦a¦&a⟧; }
//// a-plain-read-of-atomics section=atomic-types,atomic-builtin-functions says=`a value of type S cannot be loaded`
struct S { a: atomic<u32>, b: u32 }
var<workgroup> w: S;
fn f() { ⟦let s = w;¦let s = w.b;⟧ }
