// Overloads of built-in functions, and const evaluation in them.
//// abs-of-bool section=overload-resolution-section says=`abs cannot be called with \(bool\)`
const a = abs(⟦true¦1⟧);
//// floor-of-int section=overload-resolution-section says=`floor cannot be called with \(i32\)`
fn f(x: i32) {
    let a = floor(⟦x¦f32(x)⟧);
}
//// pow-mixed section=pow-builtin says=`pow cannot be called with \(f32, i32\)`
fn f(x: f32) {
    let a = pow(x, ⟦2i¦2f⟧);
}
//// mix-by-bool section=mix-builtin says=`mix cannot be called with \(f32, f32, bool\)`
fn f(x: f32) {
    let a = mix(x, x, ⟦true¦0.5⟧);
}
//// determinant-of-oblong section=determinant-builtin says=`determinant cannot be called with \(mat2x3<f32>\)`
const a = determinant(⟦mat2x3f()¦mat2x2f()⟧);
//// pack-of-three section=pack4x8unorm-builtin says=`pack4x8unorm cannot be called with \(vec3<f32>\)`
const a = pack4x8unorm(⟦vec3f()¦vec4f()⟧);
//// unpack-of-int section=unpack4x8unorm-builtin says=`unpack4x8unorm cannot be called with \(i32\)`
fn f(x: i32) {
    let a = unpack4x8unorm(⟦x¦u32(x)⟧);
}
//// select-condition section=select-builtin says=`select cannot be called with \(AbstractInt, AbstractInt, AbstractInt\)`
const a = select(1, 2, ⟦1¦true⟧);
//// extract-past-end section=extractBits-unsigned-builtin says=`extractBits\(1u, 20u, 13u\): offset 20u and count 13u pass the 32 bits of the value`
const a = extractBits(1u, 20u, ⟦13u¦12u⟧);
//// insert-past-end section=insertBits-builtin says=`insertBits\(1u, 2u, 30u, 8u\): offset 30u and count 8u pass the 32 bits of the value`
const a = insertBits(1u, 2u, ⟦30u¦20u⟧, 8u);
//// smoothstep-order section=smoothstep-builtin says=`smoothstep\(1, 1, 0\.5\): the edges are equal`
const a = smoothstep(⟦1.0, 1.0¦0.0, 1.0⟧, 0.5);
//// log-of-zero section=log-builtin says=`log\(0\): the result is past the finite range of AbstractFloat \(1\.7976931348623157e\+308\)`
const a = log(⟦0.0¦1.0⟧);
//// inverse-sqrt-of-zero section=inverseSqrt-builtin says=`inverseSqrt\(0\): the result is past the finite range of AbstractFloat \(1\.7976931348623157e\+308\)`
const a = inverseSqrt(⟦0.0¦1.0⟧);
//// acosh-below-one section=acosh-builtin says=`acosh\(0\.5\): the argument is outside the domain \[1, \+Inf\]`
const a = acosh(⟦0.5¦1.5⟧);
//// atanh-of-one section=atanh-builtin says=`atanh\(1\): the result is past the finite range of AbstractFloat \(1\.7976931348623157e\+308\)`
const a = atanh(⟦1.0¦0.5⟧);
//// normalize-of-zero section=normalize-builtin says=`normalize\(vec2<f32>\(0f, 0f\)\): the vector has length 0`
const a = normalize(vec2f(⟦0¦1⟧));
//// exp-overflow section=exp-builtin says=`exp\(1000f\): the result is past the finite range of f32 \(3\.4028234663852886e\+38\)`
const a = exp(⟦1000f¦10f⟧);
//// ldexp-exponent section=ldexp-builtin says=`ldexp\(1f, 129i\): the exponent 129 is greater than 128`
const a = ldexp(1f, ⟦129¦127⟧);
//// bitcast-to-nan section=bitcast-builtin says=`bitcast\(2143289344u\): the result is not a number \(NaN\)`
const a = bitcast<f32>(⟦0x7fc00000u¦0x3f800000u⟧);
//// bitcast-of-bool section=bitcast-builtin says=`bitcast<u32> cannot be called with \(bool\)`
fn f(x: bool) {
    let a = ⟦bitcast<u32>(x)¦u32(x)⟧;
}
//// min-over-minus-one section=arithmetic-expr says=`-2147483648i / -1i: the result does not fit i32`
const a = (-2147483647i - 1i) / ⟦-1i¦1i⟧;
//// shift-overflow section=bit-expr says=`1i << 31u: bits are shifted out of i32`
const a = 1i << ⟦31u¦30u⟧;
//// shift-of-run-time-value section=bit-expr says=`>> 40u: the shift amount 40u is not below the bit width 32 of u32`
fn f(x: u32) {
    let a = x >> ⟦40u¦4u⟧;
}
//// divisor-zero-at-run-time section=arithmetic-expr says=`/ 0i: division by zero`
fn f(x: i32) {
    let a = x / ⟦0¦3⟧;
}
//// compound-divide-by-zero section=compound-assignment-sec says=`/ 0i: division by zero`
fn f() {
    var x = 1; x /= ⟦0¦2⟧;
}
//// negative-index section=array-access-expr says=`index -1 is out of bounds: array<i32, 3> has 3 components`
fn f(x: array<i32, 3>) {
    let a = x[⟦-1¦1⟧];
}
//// matrix-index section=matrix-access-expr says=`index 2 is out of bounds: mat2x3<f32> has 2 components`
fn f(x: mat2x3f) {
    let a = x[⟦2¦1⟧];
}
//// f32-vector-overflow section=floating-point-conversion says=`f32\(1e\+39\): the value is past the finite range of f32 \(3\.4028234663852886e\+38\)`
const a = vec2f(1.0, ⟦1e39¦1e38⟧);
//// const-of-user-function section=const-expr says=`a user-defined function cannot be called in module scope`
fn g() -> i32 { return 1; }
const a = ⟦g()¦1⟧;
//// atomic-store-result section=atomic-store says=`the function atomicStore returns no value`
var<workgroup> w: atomic<u32>;
fn f() {
    ⟦let a = ¦⟧atomicStore(&w, 1u);
}
//// atomic-of-private-pointer section=atomic-store says=`atomicStore cannot be called with \(ptr<function, u32>, u32\)`
fn f(p: ptr<⟦function, u32¦workgroup, atomic<u32>⟧>) { atomicStore(p, 1u); }
//// atomic-assigned section=atomic-types says=`a value of type atomic<u32> cannot be assigned`
var<workgroup> w: atomic<u32>;
fn f() {
    ⟦w = 1u¦atomicStore(&w, 1u)⟧;
}
//// atomic-exchange-count section=atomic-compare-exchange-weak says=`atomicCompareExchangeWeak cannot be called with \(ptr<workgroup, atomic<u32>>, u32\)`
var<workgroup> w: atomic<u32>;
fn f() {
    _ = atomicCompareExchangeWeak(&w, 1u⟦¦, 2u⟧);
}
