// Built-in functions: their arguments, and values that constants cannot have.
//// all-of-integers section=all-builtin says=`all cannot be called with \(vec3<u32>\)`
fn f(v: vec3u) { _ = all(v⟦¦ > vec3u()⟧); }
//// select-of-pointers section=select-builtin says=`select cannot be called with \(array<u32, 2>, array<u32, 2>, bool\)`
fn f(a: array<u32, 2>) { _ = select(⟦a, a¦a[0], a[1]⟧, true); }
//// select-by-a-longer-vector section=select-builtin says=`select cannot be called with \(vec2<f32>, vec2<f32>, vec3<bool>\)`
fn f(v: vec2f, c: vec3<bool>) { _ = select(v, v, c⟦¦.xy⟧); }
//// the-length-of-a-value section=arrayLength-builtin line=2 says=`arrayLength cannot be called with \(ptr<function, array<u32, 4>>\)`
fn f(p: ptr<⟦function, array<u32, 4>¦storage, array<u32>⟧>) -> u32 {
    return arrayLength(p);
}
//// a-count-at-module-scope section=arrayLength-builtin says=`arrayLength cannot be called in module scope: its value is not known before the shader runs`
@group(0) @binding(0) var<storage> a: array<u32>;
const n = ⟦arrayLength(&a)¦1u⟧;
//// asin-past-one section=asin-builtin says=`asin\(1\.0001\): the argument is outside the domain \[-1, 1\]`
const a = asin(⟦1.0001¦1.0⟧);
//// acos-of-an-integer-variable section=acos-builtin says=`acos cannot be called with \(u32\)`
fn f(x: u32) { _ = acos(⟦x¦f32(x)⟧); }
//// acosh-of-zero-vector section=acosh-builtin says=`acosh\(vec2<f32>\(1f, 0f\)\): the argument is outside the domain \[1, \+Inf\]`
const a = acosh(vec2f(1, ⟦0¦2⟧));
//// atanh-past-minus-one section=atanh-builtin says=`atanh\(-1\.5\): the argument is outside the domain \[-1, 1\]`
const a = atanh(-1⟦.5¦ + .5⟧);
//// clamp-with-a-vector-and-scalars section=clamp says=`clamp cannot be called with \(vec2<f32>, AbstractInt, AbstractInt\)`
fn f(v: vec2f) { _ = clamp(v, ⟦0, 1¦vec2f(0), vec2f(1)⟧); }
//// clamp-by-constants-in-reverse section=clamp says=`clamp\(…, 1f, -1f\): the low bound 1f is greater than the high bound -1f`
fn f(x: f32) { _ = clamp(x, ⟦1, -1¦-1, 1⟧); }
//// clamp-by-overrides-in-reverse pipeline overrides=low:5 section=clamp says=`clamp\(3i, 5i, 4i\): the low bound 5i is greater than the high bound 4i`
override low = 0; override c = clamp(3, ⟦low¦low - 4⟧, 4);
@compute @workgroup_size(1) fn main() { _ = c; }
//// cross-of-integers section=cross-builtin says=`cross cannot be called with \(vec3<i32>, vec3<i32>\)`
fn f(v: vec3i) { _ = cross(⟦v, v¦vec3f(v), vec3f(v)⟧); }
//// countOneBits-of-a-bool section=countOneBits-builtin says=`countOneBits cannot be called with \(bool\)`
fn f(b: bool) { _ = countOneBits(⟦b¦u32(b)⟧); }
//// distance-of-two-kinds section=distance-builtin says=`distance cannot be called with \(vec2<f32>, vec3<f32>\)`
fn f(a: vec2f, b: vec3f) { _ = distance(a, b⟦¦.xy⟧); }
//// dot-of-bools section=dot-builtin says=`dot cannot be called with \(vec2<bool>, vec2<bool>\)`
fn f(b: vec2<bool>) { _ = dot(⟦b, b¦vec2u(b), vec2u(b)⟧); }
//// dot-that-overflows section=dot-builtin says=`dot\(vec2<f32>\(3e\+38f, 1f\), vec2<f32>\(3f, 1f\)\): the result is past the finite range of f32 \(3\.4028234663852886e\+38\)`
const a = dot(vec2(3e38f, 1), vec2(⟦3¦1⟧, 1f));
//// packed-dot-of-vectors section=dot4U8Packed-builtin says=`dot4U8Packed cannot be called with \(vec4<u32>, vec4<u32>\)`
fn f(v: vec4u) { _ = dot4U8Packed(v⟦¦.x⟧, v⟦¦.y⟧); }
//// packed-dot-of-signed section=dot4I8Packed-builtin line=2 says=`dot4I8Packed cannot be called with \(i32, i32\)`
fn f(v: ⟦i32¦u32⟧) {
    _ = dot4I8Packed(v, v);
}
//// exp2-past-the-range section=exp2-builtin says=`exp2\(128f\): the result is past the finite range of f32 \(3\.4028234663852886e\+38\)`
const a = exp2(⟦128f¦127f⟧);
//// exp-of-an-abstract-past-the-range section=exp-builtin says=`exp\(vec3<AbstractFloat>\(1, 2, 710\)\): the result is past the finite range of AbstractFloat \(1\.7976931348623157e\+308\)`
const a = exp(vec3(1, 2, ⟦710¦709⟧));
//// signed-bits-past-the-end section=extractBits-signed-builtin says=`extractBits\(…, 30u, 3u\): offset 30u and count 3u pass the 32 bits of the value`
fn f(x: i32) { _ = extractBits(x, ⟦30u¦29u⟧, 3u); }
//// signed-offsets section=extractBits-signed-builtin says=`extractBits cannot be called with \(i32, i32, u32\)`
fn f(x: i32) { _ = extractBits(x, ⟦1i¦1u⟧, 3u); }
//// unsigned-bits-by-overrides pipeline overrides=n:33 section=extractBits-unsigned-builtin says=`extractBits\(…, 0u, 33u\): offset 0u and count 33u pass the 32 bits of the value`
override n = 1u;
@compute @workgroup_size(1) fn main() { var x = 7u; _ = extractBits(x, 0u, ⟦n¦min(n, 32u)⟧); }
//// inserted-bits-of-another-type section=insertBits-builtin says=`insertBits cannot be called with \(u32, i32, u32, u32\)`
fn f(x: u32, y: i32) { _ = insertBits(x, ⟦y¦u32(y)⟧, 0u, 1u); }
//// faceForward-of-scalars section=faceForward-builtin says=`faceForward cannot be called with \(f32, f32, f32\)`
fn f(x: f32) { _ = faceForward(⟦x, x, x¦vec2f(x), vec2f(x), vec2f(x)⟧); }
//// fma-of-mixed-shapes section=fma-builtin says=`fma cannot be called with \(vec3<f32>, vec3<f32>, f32\)`
fn f(v: vec3f) { _ = fma(v, v, v⟦.x¦⟧); }
//// fma-past-the-range section=fma-builtin says=`fma\(1e\+38f, 10f, 1f\): the result is past the finite range of f32 \(3\.4028234663852886e\+38\)`
const a = fma(1e38f, ⟦10f¦1f⟧, 1f);
//// frexp-of-an-integer section=frexp-builtin says=`frexp cannot be called with \(i32\)`
fn f(x: i32) { _ = frexp(⟦x¦f32(x)⟧).exp; }
//// frexp-has-no-such-member section=frexp-builtin says=`the structure __frexp_result_f32 has no member "whole"`
fn f(x: f32) { _ = frexp(x).⟦whole¦fract⟧; }
//// modf-given-to-a-structure section=modf-builtin says=`the assigned value must be of type S, but this is __modf_result_f32`
struct S { fract: f32, whole: f32 }
fn f(x: f32) { var s: S; ⟦s = modf(x)¦s.fract = modf(x).fract⟧; }
//// a-result-type-by-its-name section=modf-builtin says=`the name .__modf_result_f32. begins with two underscores`
fn f(x: f32) -> ⟦__modf_result_f32¦f32⟧ { return modf(x)⟦¦.whole⟧; }
//// ldexp-with-a-float section=ldexp-builtin says=`ldexp cannot be called with \(f32, AbstractFloat\)`
fn f(x: f32) { _ = ldexp(x, ⟦2.0¦2⟧); }
//// ldexp-known-to-be-too-large section=ldexp-builtin says=`ldexp\(…, 129i\): the exponent 129 is greater than 128`
fn f(x: f32) { _ = ldexp(x, ⟦129¦128⟧); }
//// length-that-overflows section=length-builtin says=`length\(vec2<f32>\(3e\+38f, 3e\+38f\)\): the result is past the finite range of f32 \(3\.4028234663852886e\+38\)`
const a = length(vec2f(⟦3e38, 3e38¦3e18, 3e18⟧));
//// log-of-a-negative section=log-builtin says=`log\(-1f\): the argument is outside the domain \[0, \+Inf\]`
const a = log(⟦-1f¦1f⟧);
//// log2-of-zero section=log2-builtin says=`log2\(vec2<f32>\(1f, 0f\)\): the result is past the finite range of f32 \(3\.4028234663852886e\+38\)`
const a = log2(vec2f(1, ⟦0¦2⟧));
//// max-of-a-vector-and-a-scalar section=max-float-builtin says=`max cannot be called with \(vec2<f32>, AbstractInt\)`
fn f(v: vec2f) { _ = max(v, ⟦0¦vec2f()⟧); }
//// min-of-bools section=min-float-builtin says=`min cannot be called with \(bool, bool\)`
fn f(b: bool) { _ = ⟦min(b, b)¦b & b⟧; }
//// mix-of-integers section=mix-builtin says=`mix cannot be called with \(i32, i32, AbstractFloat\)`
fn f(x: i32) { _ = mix(⟦x, x¦f32(x), 1⟧, 0.5); }
//// normalize-of-integers section=normalize-builtin says=`normalize cannot be called with \(vec2<i32>\)`
fn f(v: vec2i) { _ = normalize(⟦v¦vec2f(v)⟧); }
//// pow-of-a-negative section=pow-builtin says=`pow\(-1f, 0\.5f\): the base of pow is negative`
const a = pow(⟦-1f¦1f⟧, 0.5);
//// pow-of-zero-by-minus-one section=pow-builtin says=`pow\(0f, -1f\): the result is past the finite range of f32 \(3\.4028234663852886e\+38\)`
const a = pow(0f, ⟦-1f¦1f⟧);
//// quantized-past-the-range section=quantizeToF16-builtin says=`quantizeToF16\(65520f\): the value is past the finite range of f16`
const a = quantizeToF16(⟦65520f¦65503f⟧);
//// quantized-integers section=quantizeToF16-builtin says=`quantizeToF16 cannot be called with \(u32\)`
fn f(x: u32) { _ = quantizeToF16(⟦x¦f32(x)⟧); }
//// reflected-scalars section=reflect-builtin says=`reflect cannot be called with \(f32, f32\)`
fn f(x: f32) { _ = reflect(⟦x, x¦vec2f(x), vec2f(x)⟧); }
//// refracted-by-a-vector section=refract-builtin says=`refract cannot be called with \(vec3<f32>, vec3<f32>, vec3<f32>\)`
fn f(v: vec3f) { _ = refract(v, v, v⟦¦.x⟧); }
//// reversed-bits-of-a-float section=reverseBits-builtin says=`reverseBits cannot be called with \(f32\)`
fn f(x: f32) { _ = reverseBits(⟦x¦bitcast<u32>(x)⟧); }
//// smoothstep-of-one-edge section=smoothstep-builtin says=`smoothstep\(…, 1f, 1f\): the edges are equal`
fn f(x: f32) { _ = smoothstep(1, ⟦1¦2⟧, x); }
//// sqrt-of-a-negative-vector section=sqrt-builtin says=`sqrt\(vec2<f32>\(4f, -4f\)\): the argument is outside the domain \[0, \+Inf\]`
const a = sqrt(vec2f(4, ⟦-4¦4⟧));
//// step-of-one-argument section=step-builtin says=`step cannot be called with \(f32\)`
fn f(x: f32) { _ = step(x⟦¦, 0⟧); }
//// transpose-of-a-number section=transpose-builtin says=`transpose cannot be called with \(vec3<f32>\)`
fn f(m: mat2x3f) { _ = transpose(m⟦[0]¦⟧); }
//// determinant-of-a-vector section=determinant-builtin says=`determinant cannot be called with \(vec3<f32>\)`
fn f(m: mat3x3f) { _ = determinant(m⟦[1]¦⟧); }
//// sign-of-unsigned section=sign-builtin says=`sign cannot be called with \(u32\)`
fn f(x: u32) { _ = sign(⟦x¦i32(x)⟧); }
//// saturate-of-integers section=saturate-float-builtin says=`saturate cannot be called with \(i32\)`
fn f(x: i32) { _ = saturate(⟦x¦f32(x)⟧); }
//// abs-of-a-matrix section=abs-float-builtin says=`abs cannot be called with \(mat2x2<f32>\)`
fn f(m: mat2x2f) { _ = abs(m⟦¦[0]⟧); }
//// floor-of-bools section=floor-builtin says=`floor cannot be called with \(vec2<bool>\)`
fn f(b: vec2<bool>) { _ = floor(⟦b¦vec2f(b)⟧); }
//// firstLeadingBit-of-an-abstract-float section=firstLeadingBit-signed-builtin says=`firstLeadingBit cannot be called with \(AbstractFloat\)`
const a = firstLeadingBit(⟦1.0¦1⟧);
//// firstTrailingBit-of-two section=firstTrailingBit-builtin says=`firstTrailingBit cannot be called with \(u32, u32\)`
fn f(x: u32) { _ = firstTrailingBit(x⟦, x¦⟧); }
//// packed-from-integers section=pack4x8snorm-builtin says=`pack4x8snorm cannot be called with \(vec4<i32>\)`
fn f(v: vec4i) { _ = pack4x8snorm(⟦v¦vec4f(v)⟧); }
//// packed-signed-as-unsigned section=pack4xI8-builtin says=`pack4xI8 cannot be called with \(vec4<u32>\)`
fn f(v: vec4u) { _ = pack4xI8(⟦v¦vec4i(v)⟧); }
//// packed-unsigned-as-signed section=pack4xU8-builtin says=`pack4xU8 cannot be called with \(vec4<i32>\)`
fn f(v: vec4i) { _ = pack4xU8(⟦v¦vec4u(v)⟧); }
//// clamped-floats section=pack4xI8Clamp-builtin says=`pack4xI8Clamp cannot be called with \(vec4<f32>\)`
fn f(v: vec4f) { _ = pack4xI8Clamp(⟦v¦vec4i(v)⟧); }
//// clamped-into-a-signed section=pack4xU8Clamp-builtin line=2 says=`the returned value must be of type i32, but this is u32`
fn f(v: vec4u) -> ⟦i32¦u32⟧ {
    return pack4xU8Clamp(v);
}
//// packed-from-four section=pack2x16snorm-builtin says=`pack2x16snorm cannot be called with \(vec4<f32>\)`
fn f(v: vec4f) { _ = pack2x16snorm(v⟦¦.xy⟧); }
//// packed-and-dropped section=pack2x16unorm-builtin says=`the result of pack2x16unorm must be used`
fn f(v: vec2f) { ⟦¦_ = ⟧pack2x16unorm(v); }
//// packed-past-f16 section=pack2x16float-builtin says=`pack2x16float\(vec2<f32>\(65520f, 1f\)\): a value is past the finite range of f16`
const a = pack2x16float(vec2f(⟦65520¦65503⟧, 1));
//// unpacked-from-a-float section=unpack4x8snorm-builtin says=`unpack4x8snorm cannot be called with \(f32\)`
fn f(x: f32) { _ = unpack4x8snorm(⟦x¦bitcast<u32>(x)⟧); }
//// unpacked-to-unsigned section=unpack4xI8-builtin line=2 says=`the returned value must be of type vec4<u32>, but this is vec4<i32>`
fn f(x: u32) -> ⟦vec4u¦vec4i⟧ {
    return unpack4xI8(x);
}
//// unpacked-from-a-vector section=unpack4xU8-builtin says=`unpack4xU8 cannot be called with \(vec2<u32>\)`
fn f(x: vec2u) { _ = unpack4xU8(x⟦¦.y⟧); }
//// unpacked-to-four section=unpack2x16snorm-builtin line=2 says=`the returned value must be of type vec4<f32>, but this is vec2<f32>`
fn f(x: u32) -> ⟦vec4f¦vec2f⟧ {
    return unpack2x16snorm(x);
}
//// unpacked-without-a-use section=unpack2x16unorm-builtin says=`the result of unpack2x16unorm must be used`
fn f(x: u32) { ⟦¦_ = ⟧unpack2x16unorm(x); }
//// unpacked-infinity section=unpack2x16float-builtin says=`unpack2x16float\(31744u\): the result is past the finite range of f32 \(3\.4028234663852886e\+38\)`
const a = unpack2x16float(⟦0x7c00u¦0x7bffu⟧);
//// an-f32-that-is-not-finite section=domains-of-floating-point-expressions-and-builtins says=`vec2<f32>\(3e\+38f, 3e\+38f\) \+ vec2<f32>\(3e\+38f, 3e\+38f\): the result is past the finite range of f32 \(3\.4028234663852886e\+38\)`
const a = vec2f(3e38) ⟦+¦-⟧ vec2f(3e38);
//// outside-a-domain-when-the-pipeline-is-made pipeline overrides=x:2 section=domains-of-floating-point-expressions-and-builtins says=`asin\(2f\): the argument is outside the domain \[-1, 1\]`
override x = 0.5; override y = ⟦asin(x)¦sin(x)⟧;
@compute @workgroup_size(1) fn main() { _ = y; }
//// a-constant-by-a-function-that-runs section=const-funcs says=`the initial value of the const-declaration "a" must be a const-expression`
@fragment fn main(@location(0) x: f32) { const a = ⟦dpdx(1.0)¦sin(1.0)⟧; }
//// a-constant-of-a-running-argument section=const-funcs says=`the initial value of the const-declaration "a" must be a const-expression`
fn f(x: u32) { const a = countOneBits(⟦x¦7u⟧); }
//// const-on-a-function section=const-attr says=`the attribute @const may not stand on a function`
⟦@const¦⟧ fn f() -> u32 { return 1; }
//// a-builtin-with-a-template section=overload-resolution-section says=`sin<f32> cannot be called with \(f32\)`
fn f(x: f32) { _ = sin⟦<f32>¦⟧(x); }
