// "Floating Point Evaluation".
// section: floating-point-accuracy
//// finite-values-of-all-sizes elements=16 ulp=0 section=overview-of-ieee-754
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
var<private> one = 1.0; var<private> big = 3.4028234663852886e38; var<private> small = 0x1p-126;
@compute @workgroup_size(1)
fn main() {
    out[0] = big * one; out[1] = -big * one; out[2] = small * one; out[3] = big / 2.0 + big / 2.0; out[4] = small * 0x1p126; out[5] = one + 0x1p-23; out[6] = one + 0x1p-25; out[7] = one - 0x1p-24;
    out[8] = 16777216.0 * one + 1.0; out[9] = 16777216.0 * one + 2.0; out[10] = (big - big * one) + one; out[11] = small / 0x1p-100; out[12] = 8388608.5 * one; out[13] = 33554431.0 * one - 1.0;
}
//// what-is-not-as-in-ieee-754 elements=8 section=differences-from-ieee754
// Conversions to integers clamp; -0 equals 0; no rounding mode but one of the two nearest.
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
var<private> f = vec4f(3.0e9, -5.0, 1.0e20, -0.0);
@compute @workgroup_size(1)
fn main() {
    out[0] = u32(f.x); out[1] = u32(f.y); out[2] = u32(f.z); out[3] = bitcast<u32>(i32(f.x)); out[4] = bitcast<u32>(i32(-f.z)); out[5] = u32(f.w == 0.0); out[6] = u32(f.w); out[7] = u32(0x1p24 + f.w + 1.0 >= 0x1p24);
}
//// sums-products-and-their-rounding ulp=1 elements=64 section=floating-point-rounding-and-overflow,floating-point-accuracy
@group(0) @binding(0) var<storage, read_write> out: array<f32>; @group(0) @binding(1) var<storage, read> a: array<f32>; @group(0) @binding(2) var<storage, read> b: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) { out[i] = a[i] + b[i]; out[i + 16u] = a[i] * b[i]; out[i + 32u] = a[i] - b[i + 1u]; out[i + 48u] = a[i] * 0x1.fffffep100; }
//// accuracy-of-the-functions ulp=4096 abs=1e-5 elements=64 section=concrete-float-accuracy,numeric-builtin-functions
@group(0) @binding(0) var<storage, read_write> out: array<f32>; @group(0) @binding(1) var<storage, read> a: array<f32>;
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = a[i]; let y = abs(x) + 0.5;
    out[i] = x / y + sqrt(y) + inverseSqrt(y); out[i + 16u] = exp2(x / 4.0) * log2(y); out[i + 32u] = fract(y) + floor(x) + ceil(x) + trunc(x) + round(x); out[i + 48u] = mix(x, y, 0.25) + fma(x, 2.0, y) + clamp(x, -1.0, 1.0) + step(x, 0.5) + min(x, y) * max(x, 0.0);
}
//// constants-are-computed-in-64-bits elements=8 ulp=0 section=abstract-float-accuracy
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
const third = 1.0 / 3.0; const tiny = 1.0 + 0x1p-40;
@compute @workgroup_size(1)
fn main() { out[0] = (tiny - 1.0) * 0x1p40; out[1] = third * 3.0; out[2] = (1.0e300 * 1.0e-290) / 1.0e9; out[3] = 16777217.0 - 16777216.0; out[4] = (0.1 + 0.2 - 0.3) * 0x1p54; out[5] = f32(tiny) - 1.0; }
//// converted-down-and-up elements=16 ulp=0 section=floating-point-conversion
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
var<private> f = array(2147483520.0, 2147483648.0, -2147483648.0, -2147483904.0, 4294967040.0, 4294967296.0, 0.99, -0.99, 1.0e30, -1.0e30);
@compute @workgroup_size(1)
fn main() {
    for (var i = 0u; i < 10u; i++) { out[i] = bitcast<u32>(i32(f[i])) ^ (u32(f[i]) * 3u); }
    var n = 16777216u; out[10] = bitcast<u32>(f32(n)); out[11] = bitcast<u32>(f32(n * 2u)); var s = i32(-2147483648); out[12] = bitcast<u32>(f32(s)); out[13] = u32(bool(f[6])) + 2u * u32(bool(f[6] - 0.99)); out[14] = bitcast<u32>(f32(true));
}
//// inside-the-domains elements=16 ulp=4096 abs=3e-4 section=domains-of-floating-point-expressions-and-builtins
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
var<private> one = 1.0; var<private> zero = 0.0;
@compute @workgroup_size(1)
fn main() {
    out[0] = acos(one); out[1] = acos(-one); out[2] = asin(one); out[3] = asin(-one); out[4] = acosh(one); out[5] = atanh(zero); out[6] = sqrt(zero); out[7] = log(one);
    out[8] = log2(0x1p-20 * one); out[9] = pow(zero, one); out[10] = atan2(one, zero); out[11] = atan2(zero, one); out[12] = exp(-30.0 * one); out[13] = exp2(20.0 * one); out[14] = inverseSqrt(4.0 * one); out[15] = smoothstep(zero, one, 0.25 * one);
}
