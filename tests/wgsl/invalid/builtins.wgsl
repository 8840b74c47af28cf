// Overloads of built-in functions, and const evaluation in them.
//// abs-of-bool
const a = abs(⟦true¦1⟧);
//// floor-of-int
fn f(x: i32) {
    let a = floor(⟦x¦f32(x)⟧);
}
//// pow-mixed
fn f(x: f32) {
    let a = pow(x, ⟦2i¦2f⟧);
}
//// mix-by-bool
fn f(x: f32) {
    let a = mix(x, x, ⟦true¦0.5⟧);
}
//// determinant-of-oblong
const a = determinant(⟦mat2x3f()¦mat2x2f()⟧);
//// pack-of-three
const a = pack4x8unorm(⟦vec3f()¦vec4f()⟧);
//// unpack-of-int
fn f(x: i32) {
    let a = unpack4x8unorm(⟦x¦u32(x)⟧);
}
//// select-condition
const a = select(1, 2, ⟦1¦true⟧);
//// extract-past-end
const a = extractBits(1u, 20u, ⟦13u¦12u⟧);
//// insert-past-end
const a = insertBits(1u, 2u, ⟦30u¦20u⟧, 8u);
//// smoothstep-order
const a = smoothstep(⟦1.0, 1.0¦0.0, 1.0⟧, 0.5);
//// log-of-zero
const a = log(⟦0.0¦1.0⟧);
//// inverse-sqrt-of-zero
const a = inverseSqrt(⟦0.0¦1.0⟧);
//// acosh-below-one
const a = acosh(⟦0.5¦1.5⟧);
//// atanh-of-one
const a = atanh(⟦1.0¦0.5⟧);
//// normalize-of-zero
const a = normalize(vec2f(⟦0¦1⟧));
//// exp-overflow
const a = exp(⟦1000f¦10f⟧);
//// ldexp-exponent
const a = ldexp(1f, ⟦129¦127⟧);
//// bitcast-to-nan
const a = bitcast<f32>(⟦0x7fc00000u¦0x3f800000u⟧);
//// bitcast-of-bool
fn f(x: bool) {
    let a = ⟦bitcast<u32>(x)¦u32(x)⟧;
}
//// min-over-minus-one
const a = (-2147483647i - 1i) / ⟦-1i¦1i⟧;
//// shift-overflow
const a = 1i << ⟦31u¦30u⟧;
//// shift-of-run-time-value
fn f(x: u32) {
    let a = x >> ⟦40u¦4u⟧;
}
//// divisor-zero-at-run-time
fn f(x: i32) {
    let a = x / ⟦0¦3⟧;
}
//// compound-divide-by-zero
fn f() {
    var x = 1; x /= ⟦0¦2⟧;
}
//// negative-index
fn f(x: array<i32, 3>) {
    let a = x[⟦-1¦1⟧];
}
//// matrix-index
fn f(x: mat2x3f) {
    let a = x[⟦2¦1⟧];
}
//// f32-vector-overflow
const a = vec2f(1.0, ⟦1e39¦1e38⟧);
//// const-of-user-function
fn g() -> i32 { return 1; }
const a = ⟦g()¦1⟧;
//// atomic-store-result
var<workgroup> w: atomic<u32>;
fn f() {
    ⟦let a = ¦⟧atomicStore(&w, 1u);
}
//// atomic-of-private-pointer
fn f(p: ptr<⟦function, u32¦workgroup, atomic<u32>⟧>) { atomicStore(p, 1u); }
//// atomic-assigned
var<workgroup> w: atomic<u32>;
fn f() {
    ⟦w = 1u¦atomicStore(&w, 1u)⟧;
}
//// atomic-exchange-count
var<workgroup> w: atomic<u32>;
fn f() {
    _ = atomicCompareExchangeWeak(&w, 1u⟦¦, 2u⟧);
}
