// Types: what a type may be made of, and what converts to what.
//// a-vector-of-five section=vector-types says=`the type "vec5f" is not declared`
var<private> a: ⟦vec5f¦vec4f⟧;
//// a-matrix-of-one-column section=matrix-types says=`the type "mat1x2" is not declared`
var<private> a: ⟦mat1x2<f32>¦mat2x2<f32>⟧;
//// a-matrix-of-bool section=matrix-types says=`the component type of mat2x2 must be f32 or f16, not bool`
var<private> a: mat2x2<⟦bool¦f32⟧>;
//// an-atomic-in-a-function section=atomic-types says=`memory in the address space function cannot hold atomic<u32>: the type is not constructible`
fn f() { var a: ⟦atomic<u32>¦u32⟧; }
//// an-atomic-in-a-parameter section=atomic-types,constructible-types says=`a parameter cannot have the type atomic<u32>: it is not constructible`
fn f(a: ⟦atomic<u32>¦ptr<workgroup, atomic<u32>>⟧) {}
//// a-member-behind-a-runtime-array section=struct-types,fixed-footprint-types says=`S cannot be the type of a member`
struct S { a: array<u32> }
struct T { ⟦s: S¦t: u32⟧ }
//// an-array-of-structures-without-end section=array-types says=`S cannot be the element type of an array`
struct S { a: u32, b: array<u32> }
@group(0) @binding(0) var<storage> a: array<⟦S¦u32⟧>;
//// an-array-of-pointers section=array-types says=`ptr<function, u32> cannot be the element type of an array`
alias A = array<⟦ptr<function, u32>¦u32⟧, 2>;
//// an-array-of-an-override-in-a-structure section=struct-types says=`array<u32, n> cannot be the type of a member`
override n = 4u;
struct S { a: array<u32, ⟦n¦4⟧> }
//// an-array-of-an-override-without-elements pipeline overrides=n:0 section=array-types says=`the element count of an array must be greater than 0, n is 0`
override n = 4;
var<workgroup> a: array<u32, n⟦¦ + 1⟧>;
@compute @workgroup_size(1) fn main() { a[0] = 1; }
//// a-count-of-a-bool section=array-types says=`the element count of an array must be an integer, not bool`
var<private> a: array<u32, ⟦true¦1⟧>;
//// two-arrays-of-overrides-differ section=array-types,type-checking-section line=4 says=`argument 1 of f must be of type ptr<workgroup, array<u32, n \+ 0>>, but this is ptr<workgroup, array<u32, n>>`
override n = 4;
var<workgroup> a: array<u32, n>;
fn f(p: ptr<workgroup, array<u32, ⟦n + 0¦n⟧>>) {}
fn g() { f(&a); }
//// a-trailing-comma-alone section=struct-types says=`expected the name of a member, found .,.`
struct S { a: u32,⟦,¦⟧ }
//// structures-of-the-same-members section=type-checking-section says=`the assigned value must be of type T, but this is S`
struct S { a: u32 } struct T { a: u32 }
fn f(s: S) { var t: T; t = ⟦s¦T(s.a)⟧; }
//// an-i32-where-u32-is-wanted section=conversion-rank says=`argument 1 of g must be of type u32, but this is i32`
fn g(a: u32) {}
fn f(a: i32) { g(⟦a¦u32(a)⟧); }
//// an-abstract-float-for-an-integer section=conversion-rank says=`the initial value of a must be of type vec2<u32>, but this is vec2<AbstractFloat>`
var<private> a: vec2<u32> = ⟦vec2(1.0)¦vec2(1)⟧;
//// an-f32-for-an-abstract-float section=conversion-rank says=`the initial value of a must be of type array<f32, 2>, but this is array<u32, 2>`
const a: array<f32, 2> = array(1, ⟦2u¦2⟧);
//// no-overload-for-mixed-vectors section=overload-resolution-section says=`max cannot be called with \(vec2<i32>, vec2<u32>\)`
fn f(a: vec2i, b: vec2u) { _ = max(a, ⟦b¦vec2i(b)⟧); }
//// an-abstract-value-too-large section=abstract-types says=`i32\(4294967296\): the value 4294967296 does not fit i32`
const a: i32 = ⟦4294967296¦4294967296 / 4⟧;
//// an-abstract-float-too-large section=abstract-types,floating-point-rounding-and-overflow says=`1e\+308 \* 10: the result is past the finite range of AbstractFloat \(1\.7976931348623157e\+308\)`
const a = 1e308 * ⟦10¦1⟧;
//// an-f16-too-large features=shader-f16 section=floating-point-types,floating-point-conversion says=`f16\(65520\): the value is past the finite range of f16 \(65504\)`
enable f16;
const a = f16(⟦65520.0¦65503.0⟧);
//// an-f16-beside-an-f32 features=shader-f16 section=type-checking-section says=`the operator \+ cannot be applied to f32 and f16`
enable f16;
fn f(a: f32, b: f16) { _ = a + ⟦b¦f32(b)⟧; }
//// a-bool-shared-with-the-host section=host-shareable-types line=2 says=`memory in the address space storage cannot hold S: the type is not host-shareable`
struct S { a: u32, b: vec2<⟦bool¦u32⟧> }
@group(0) @binding(0) var<storage> a: S;
//// a-pointer-of-a-texture section=ref-ptr-types says=`memory in the address space private cannot hold texture_2d<f32>: the type is not constructible`
fn f(p: ptr<⟦private, texture_2d<f32>¦private, vec4f⟧>) {}
//// a-pointer-to-a-handle section=ref-ptr-types says=`an address space is expected here`
fn f(p: ptr<⟦handle¦private⟧, u32>) {}
//// a-pointer-with-an-access-mode-of-workgroups section=address-space says=`an access mode may be written for the address space storage only`
fn f(p: ptr<workgroup, u32⟦, read_write¦⟧>) {}
//// an-alias-with-arguments section=type-aliases says=`the type V takes no template arguments`
alias V = vec2f;
var<private> v: V⟦<f32>¦⟧;
//// an-alias-in-a-function section=type-aliases says=`expected .\}., found the keyword .alias., which stands in module scope only`
fn f() { ⟦alias A = u32;¦⟧ }
//// an-alias-without-a-type section=type-aliases says=`expected a type, found the number .1.`
alias A = ⟦1¦u32⟧;
//// a-structure-with-arguments section=type-specifiers says=`the type S takes no template arguments`
struct S { a: u32 }
var<private> s: S⟦<u32>¦⟧;
//// a-function-as-a-type section=alltypes-type,type-expr says=`"g" is not a type`
fn g() {}
var<private> a: ⟦g¦u32⟧;
//// a-generator-as-a-value section=alltypes-type says=`the type-generator "vec2" is used as a value`
const a = ⟦vec2¦vec2f(1)⟧;
//// a-multisampled-texture-of-three-dimensions section=multisampled-texture-type says=`the type "texture_multisampled_3d" is not declared`
@group(0) @binding(0) var t: ⟦texture_multisampled_3d<f32>¦texture_multisampled_2d<f32>⟧;
//// a-multisampled-texture-of-bool section=multisampled-texture-type says=`the component type of texture_multisampled_2d must be f32, i32 or u32, not bool`
@group(0) @binding(0) var t: texture_multisampled_2d<⟦bool¦i32⟧>;
//// an-external-texture-with-a-type section=external-texture-type says=`the type texture_external takes no template arguments`
@group(0) @binding(0) var t: texture_external⟦<f32>¦⟧;
//// an-external-texture-in-memory section=external-texture-type says=`memory in the address space private cannot hold texture_external: the type is not constructible`
⟦var<private> t: texture_external¦@group(0) @binding(0) var t: texture_external⟧;
//// a-storage-texture-of-cubes section=texture-storage says=`the type "texture_storage_cube" is not declared`
@group(0) @binding(0) var t: ⟦texture_storage_cube¦texture_storage_3d⟧<rgba8unorm, write>;
//// a-format-that-is-a-type section=texel-formats,texture-storage says=`a texel format is expected here`
@group(0) @binding(0) var t: texture_storage_2d<⟦u32¦r32uint⟧, write>;
//// a-format-that-is-no-storage-format section=texel-formats says=`a texel format is expected here`
@group(0) @binding(0) var t: texture_storage_2d<⟦bgra8unorm_srgb¦bgra8unorm⟧, write>;
//// a-depth-texture-of-three-dimensions section=texture-depth says=`the type "texture_depth_3d" is not declared`
@group(0) @binding(0) var t: ⟦texture_depth_3d¦texture_depth_2d⟧;
//// a-sampler-in-a-structure section=sampler-type,composite-types says=`sampler_comparison cannot be the type of a member`
struct S { a: ⟦sampler_comparison¦u32⟧ }
//// a-sampler-with-a-type section=sampler-type says=`the type sampler takes no template arguments`
@group(0) @binding(0) var s: sampler⟦<f32>¦⟧;
//// a-texture-assigned section=texture-sampler-types says=`memory in the address space handle with the access mode read cannot be written`
@group(0) @binding(0) var t: texture_2d<f32>;
@group(0) @binding(1) var u: texture_2d<f32>;
fn f() { ⟦t = u¦_ = u⟧; }
//// the-address-of-a-texture section=texture-sampler-types,address-of-expr says=`the address of a texture or sampler cannot be taken`
@group(0) @binding(0) var t: texture_2d<f32>;
fn f() { let p = ⟦&t¦t⟧; }
//// a-texture-with-a-space section=texture-sampler-types says=`memory in the address space storage cannot hold texture_depth_2d: the type is not host-shareable`
@group(0) @binding(0) var⟦<storage>¦⟧ t: texture_depth_2d;
