// "Constructor Built-in Functions": what makes no value.
//// a-value-of-a-sampler section=constructor-builtin-function says=`a value of type sampler cannot be made`
fn f() { _ = ⟦sampler¦u32⟧(); }
//// a-value-made-and-dropped section=constructor-builtin-function says=`a value of vec2u is made and not used`
fn f() { ⟦¦_ = ⟧vec2u(1, 2); }
//// a-value-of-atomics section=constructor-builtin-function,zero-value-builtin-function says=`a value of type S cannot be made`
struct S { a: atomic<u32> }
fn f() { _ = ⟦S()¦1⟧; }
//// a-value-without-end section=zero-value-builtin-function says=`a value of type array<u32> cannot be made`
fn f() { _ = array<u32⟦¦, 4⟧>(); }
//// an-array-of-nothing section=array-builtin says=`the type of an array without elements is not known`
fn f() { _ = array⟦¦<u32, 2>⟧(); }
//// an-array-with-too-few section=array-builtin says=`array<u32, 3> takes 3 values, not 2`
const a = array<u32, 3>(1, 2⟦¦, 3⟧);
//// an-array-of-references section=array-builtin says=`ptr<private, i32> cannot be the element type of an array value`
var<private> p = 1;
fn f() { _ = array(⟦&p, &p¦p, p⟧); }
//// an-array-of-an-override section=array-builtin says=`a value of type array<u32, n> cannot be made`
override n = 2;
fn f() { _ = array<u32, ⟦n¦2⟧>(1, 2); }
//// a-structure-of-another section=structures-builtin says=`the member s of T must be of type S, but this is vec2<u32>`
struct S { a: vec2u } struct T { s: S }
const t = T(⟦vec2u()¦S(vec2u())⟧);
//// a-bool-of-a-vector section=bool-builtin says=`bool cannot be called with \(vec2<u32>\)`
fn f(v: vec2u) { _ = bool(⟦v¦v.x⟧); }
//// an-f32-of-a-matrix section=f32-builtin says=`f32 cannot be called with \(mat2x2<f32>\)`
fn f(m: mat2x2f) { _ = f32(m⟦¦[0][0]⟧); }
//// an-i32-past-its-range section=i32-builtin says=`i32\(2147483648\): the value 2147483648 does not fit i32`
const a = i32(⟦2147483648¦2147483648.0⟧);
//// a-u32-of-a-negative section=u32-builtin says=`u32\(-1\): the value -1 does not fit u32`
const a = u32(⟦-1¦1⟧);
//// an-f16-of-a-structure features=shader-f16 section=f16-builtin says=`f16 cannot be called with \(S\)`
enable f16;
struct S { a: f16 }
fn f(s: S) { _ = f16(s⟦¦.a⟧); }
//// one-component-for-a-matrix section=mat2x2-builtin says=`mat2x2<f32> cannot be called with \(AbstractInt\)`
const a = mat2x2f(⟦1¦1, 2, 3, 4⟧);
//// columns-too-long section=mat2x3-builtin says=`mat2x3<f32> cannot be called with \(vec4<f32>, vec4<f32>\)`
fn f(v: vec4f) { _ = mat2x3f(v⟦¦.xyz⟧, v⟦¦.xyz⟧); }
//// seven-components-of-eight section=mat2x4-builtin says=`mat2x4 cannot be called with \(AbstractInt, AbstractInt, AbstractInt, AbstractInt, AbstractInt, AbstractInt, AbstractInt\)`
const a = mat2x4(1, 2, 3, 4, 5, 6, 7⟦¦, 8⟧);
//// two-columns-of-three section=mat3x2-builtin says=`mat3x2<f32> cannot be called with \(vec2<f32>, vec2<f32>\)`
fn f(v: vec2f) { _ = mat3x2f(v, v⟦¦, v⟧); }
//// columns-of-integers section=mat3x3-builtin line=2 says=`mat3x3<f32> cannot be called with \(vec3<i32>, vec3<i32>, vec3<i32>\)`
fn f(v: ⟦vec3i¦vec3f⟧) {
    _ = mat3x3f(v, v, v);
}
//// a-matrix-of-another-shape section=mat3x4-builtin line=2 says=`mat3x4<f32> cannot be called with \(mat4x3<f32>\)`
fn f(m: ⟦mat4x3f¦mat3x4f⟧) {
    _ = mat3x4f(m);
}
//// columns-and-components-mixed section=mat4x2-builtin says=`mat4x2<f32> cannot be called with \(vec2<f32>, vec2<f32>, vec2<f32>, AbstractInt, AbstractInt\)`
fn f(v: vec2f) { _ = mat4x2f(v, v, v, ⟦1, 2¦v⟧); }
//// a-matrix-of-bools section=mat4x3-builtin says=`mat4x3<f32> cannot be called with \(vec3<f32>, vec3<f32>, vec3<f32>, vec3<bool>\)`
fn f(b: bool, v: vec3f) { _ = mat4x3f(v, v, v, ⟦vec3<bool>(b)¦v⟧); }
//// sixteen-and-one section=mat4x4-builtin says=`mat4x4 cannot be called with \(AbstractInt, AbstractInt, AbstractInt, AbstractInt, AbstractInt, AbstractInt,`
const a = mat4x4(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16⟦, 17¦⟧);
//// a-vector-of-three-for-two section=vec2-builtin says=`vec2<f32> cannot be called with \(vec3<f32>\)`
fn f(v: vec3f) { _ = vec2f(v⟦¦.xy⟧); }
//// a-vector-of-mixed-numbers section=vec2-builtin says=`vec2 cannot be called with \(i32, u32\)`
fn f(a: i32, b: u32) { _ = vec2(a, ⟦b¦i32(b)⟧); }
//// a-vector-of-five-parts section=vec4-builtin says=`vec4<u32> cannot be called with \(vec3<u32>, vec3<u32>\)`
fn f(v: vec3u) { _ = vec4u(v, v⟦¦.x⟧); }
//// a-vector-from-a-scalar-converted section=vec3-builtin says=`vec3<f32> cannot be called with \(i32\)`
fn f(a: i32) { _ = vec3f(⟦a¦f32(a)⟧); }
//// a-conversion-that-does-not-fit section=vec4-builtin,floating-point-conversion says=`vec4<f32>\(vec4<AbstractFloat>\(0, 1, 1e\+39, 3\)\): the value is past the finite range of f32 \(3\.4028234663852886e\+38\)`
const a = vec4<f32>(vec4(0, 1, ⟦1e39¦1e38⟧, 3));
//// an-abstract-minus-one-as-u32 section=bitcast-builtin says=`bitcast\(-1\): the value -1 does not fit u32` chromium=section bitcast-builtin: bitcast<u32> of an AbstractInt is u32(e), an error where it does not fit; the browser gives 4294967295
const a = bitcast<u32>(⟦-1¦-1i⟧);
//// a-bitcast-to-bool section=bitcast-builtin says=`bitcast<bool> cannot be called with \(u32\)`
fn f(a: u32) { _ = bitcast<⟦bool¦f32⟧>(a); }
//// a-bitcast-to-infinity section=bitcast-builtin says=`bitcast\(2139095040u\): the result is past the finite range of f32 \(3\.4028234663852886e\+38\)`
const a = bitcast<f32>(⟦0x7f800000u¦0x7f7fffffu⟧);
//// a-bitcast-of-a-matrix section=bitcast-builtin says=`bitcast<mat2x2<f32>> cannot be called with \(mat2x2<f32>\)`
fn f(m: mat2x2f) { _ = bitcast<⟦mat2x2f¦vec2f⟧>(m⟦¦[0]⟧); }
