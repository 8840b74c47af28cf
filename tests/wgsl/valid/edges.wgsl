// Built-in functions at the edges of their arguments.
// section: numeric-builtin-functions
//// counting-bits-i32 elements=64 section=countLeadingZeros-builtin,countTrailingZeros-builtin,countOneBits-builtin,reverseBits-builtin
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
var<private> e = array(0i, 1, -1, 2147483647, i32(-2147483648), -2147483647, 1431655765, -1431655766, 255, 65536, -65536, 1073741824, 12345, -12345, 7, -8);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = countLeadingZeros(x);
    out[i + 16u] = countTrailingZeros(x);
    out[i + 32u] = countOneBits(x);
    out[i + 48u] = reverseBits(x);
}
//// counting-bits-u32 elements=64 section=countLeadingZeros-builtin,countTrailingZeros-builtin,countOneBits-builtin,reverseBits-builtin
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
var<private> e = array(0u, 1u, 2u, 0xffffffffu, 0x80000000u, 0x7fffffffu, 0x55555555u, 0xaaaaaaaau, 255u, 65536u, 0xffff0000u, 0x40000000u, 12345u, 0x00f000f0u, 7u, 0xfffffff8u);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = countLeadingZeros(x);
    out[i + 16u] = countTrailingZeros(x);
    out[i + 32u] = countOneBits(x);
    out[i + 48u] = reverseBits(x);
}
//// finding-bits-i32 elements=64 section=firstTrailingBit-builtin,firstLeadingBit-signed-builtin
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
var<private> e = array(0i, 1, -1, 2147483647, i32(-2147483648), -2147483647, 1431655765, -1431655766, 255, 65536, -65536, 1073741824, 12345, -12345, 7, -8);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = firstLeadingBit(x);
    out[i + 16u] = firstTrailingBit(x);
    out[i + 32u] = firstLeadingBit(x ^ y);
    out[i + 48u] = firstTrailingBit(x & y);
}
//// finding-bits-u32 elements=64 section=firstTrailingBit-builtin,firstLeadingBit-unsigned-builtin
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
var<private> e = array(0u, 1u, 2u, 0xffffffffu, 0x80000000u, 0x7fffffffu, 0x55555555u, 0xaaaaaaaau, 255u, 65536u, 0xffff0000u, 0x40000000u, 12345u, 0x00f000f0u, 7u, 0xfffffff8u);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = firstLeadingBit(x);
    out[i + 16u] = firstTrailingBit(x);
    out[i + 32u] = firstLeadingBit(x ^ y);
    out[i + 48u] = firstTrailingBit(x & y);
}
//// ordering-i32 elements=64 section=abs-float-builtin,min-float-builtin,max-float-builtin,clamp
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
var<private> e = array(0i, 1, -1, 2147483647, i32(-2147483648), -2147483647, 1431655765, -1431655766, 255, 65536, -65536, 1073741824, 12345, -12345, 7, -8);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = abs(x);
    out[i + 16u] = min(x, y);
    out[i + 32u] = max(x, y);
    out[i + 48u] = clamp(x, min(y, z), max(y, z));
}
//// ordering-u32 elements=64 section=abs-float-builtin,min-float-builtin,max-float-builtin,clamp
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
var<private> e = array(0u, 1u, 2u, 0xffffffffu, 0x80000000u, 0x7fffffffu, 0x55555555u, 0xaaaaaaaau, 255u, 65536u, 0xffff0000u, 0x40000000u, 12345u, 0x00f000f0u, 7u, 0xfffffff8u);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = abs(x);
    out[i + 16u] = min(x, y);
    out[i + 32u] = max(x, y);
    out[i + 48u] = clamp(x, min(y, z), max(y, z));
}
//// fields-of-bits-i32 elements=64 section=extractBits-signed-builtin,insertBits-builtin
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
var<private> e = array(0i, 1, -1, 2147483647, i32(-2147483648), -2147483647, 1431655765, -1431655766, 255, 65536, -65536, 1073741824, 12345, -12345, 7, -8);
// Past the width: the offset is cut to 32, the count to what is left.
var<private> at = array(0u, 1u, 31u, 32u, 33u, 16u, 8u, 4294967295u, 0u, 24u, 30u, 5u, 31u, 0u, 12u, 3u);
var<private> many = array(0u, 32u, 1u, 4u, 4u, 16u, 40u, 4294967295u, 4294967295u, 8u, 5u, 0u, 31u, 31u, 9u, 29u);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = extractBits(x, at[i], many[i]);
    out[i + 16u] = insertBits(x, y, at[i], many[i]);
    out[i + 32u] = extractBits(y, many[i] % 33u, at[i] % 7u);
    out[i + 48u] = insertBits(x, z, at[i] % 32u, 1u);
}
//// fields-of-bits-u32 elements=64 section=extractBits-unsigned-builtin,insertBits-builtin
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
var<private> e = array(0u, 1u, 2u, 0xffffffffu, 0x80000000u, 0x7fffffffu, 0x55555555u, 0xaaaaaaaau, 255u, 65536u, 0xffff0000u, 0x40000000u, 12345u, 0x00f000f0u, 7u, 0xfffffff8u);
// Past the width: the offset is cut to 32, the count to what is left.
var<private> at = array(0u, 1u, 31u, 32u, 33u, 16u, 8u, 4294967295u, 0u, 24u, 30u, 5u, 31u, 0u, 12u, 3u);
var<private> many = array(0u, 32u, 1u, 4u, 4u, 16u, 40u, 4294967295u, 4294967295u, 8u, 5u, 0u, 31u, 31u, 9u, 29u);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = extractBits(x, at[i], many[i]);
    out[i + 16u] = insertBits(x, y, at[i], many[i]);
    out[i + 32u] = extractBits(y, many[i] % 33u, at[i] % 7u);
    out[i + 48u] = insertBits(x, z, at[i] % 32u, 1u);
}
//// sign-of-integers elements=64 section=sign-builtin,dot-builtin
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
var<private> e = array(0i, 1, -1, 2147483647, i32(-2147483648), -2147483647, 1431655765, -1431655766, 255, 65536, -65536, 1073741824, 12345, -12345, 7, -8);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = sign(x);
    out[i + 16u] = sign(vec3i(x, y, z)).z;
    out[i + 32u] = dot(vec4i(x, y, z, 1), vec4i(y, 1, x, z));
    out[i + 48u] = dot(vec2i(x, z), vec2i(3, y));
}
//// rounding elements=64 ulp=0 section=round-builtin,trunc-builtin,floor-builtin,ceil-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
var<private> e = array(0.0, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 0.49999997, 8388607.5, -8388607.5, 16777215.0, -0.99999994, 1.0e-30, -1.0e-30, 123456.789, -3.0);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = round(x);
    out[i + 16u] = trunc(x);
    out[i + 32u] = floor(x);
    out[i + 48u] = ceil(x);
}
//// parts-of-numbers elements=64 ulp=1 section=fract-builtin,sign-builtin,abs-float-builtin,saturate-float-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
var<private> e = array(0.0, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 0.49999997, 8388607.5, -8388607.5, 16777215.0, -0.99999994, 1.0e-30, -1.0e-30, 123456.789, -3.0);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = fract(x);
    out[i + 16u] = sign(x);
    out[i + 32u] = abs(x);
    out[i + 48u] = saturate(x);
}
//// choosing-floats elements=64 ulp=0 section=step-builtin,min-float-builtin,max-float-builtin,clamp
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
var<private> e = array(0.0, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 0.49999997, 8388607.5, -8388607.5, 16777215.0, -0.99999994, 1.0e-30, -1.0e-30, 123456.789, -3.0);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = step(x, y);
    out[i + 16u] = min(x, y);
    out[i + 32u] = max(x, y);
    out[i + 48u] = clamp(x, min(y, z), max(y, z));
}
//// remainders-of-floats elements=64 abs=1e-5 section=arithmetic-expr
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
var<private> e = array(0.0, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 0.49999997, 8388607.5, -8388607.5, 16777215.0, -0.99999994, 1.0e-30, -1.0e-30, 123456.789, -3.0);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = x % 2.0;
    out[i + 16u] = x % -0.75;
    out[i + 32u] = abs(x) % (abs(y) + 1.0);
    out[i + 48u] = -x % 1.0;
}
//// angles elements=64 ulp=4100 abs=1e-6 section=atan-builtin,atan2-builtin,degrees-builtin,radians-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
var<private> e = array(0.0, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 0.49999997, 8388607.5, -8388607.5, 16777215.0, -0.99999994, 1.0e-30, -1.0e-30, 123456.789, -3.0);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = atan(x);
    out[i + 16u] = atan2(y + 0.25, x + 0.125);
    out[i + 32u] = degrees(x / 1000.0);
    out[i + 48u] = radians(x);
}
//// exponents-taken-apart elements=64 ulp=1 section=frexp-builtin,ldexp-builtin,modf-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
var<private> e = array(0.0, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 0.49999997, 8388607.5, -8388607.5, 16777215.0, -0.99999994, 1.0e-30, -1.0e-30, 123456.789, -3.0);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = frexp(x).fract;
    out[i + 16u] = f32(frexp(x).exp);
    out[i + 32u] = ldexp(x, i32(i) - 8);
    out[i + 48u] = modf(x).whole + 0.25 * modf(x).fract;
}
//// exponents-of-vectors elements=64 ulp=1 section=frexp-builtin,ldexp-builtin,modf-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
var<private> e = array(0.0, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 0.49999997, 8388607.5, -8388607.5, 16777215.0, -0.99999994, 1.0e-30, -1.0e-30, 123456.789, -3.0);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = frexp(vec3f(x, y, z)).fract.y;
    out[i + 16u] = f32(frexp(vec2f(y, x)).exp.x);
    out[i + 32u] = ldexp(vec4f(x, y, z, 1), vec4i(1, -2, 3, 100)).z;
    out[i + 48u] = modf(vec2f(x, y)).fract.y;
}
//// halves-of-floats elements=64 ulp=8192 section=quantizeToF16-builtin,pack2x16float-builtin,unpack2x16float-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
var<private> e = array(0.0, 1.0, -1.0, 65504.0, -65504.0, 0.333251953125, 1024.5, 2048.0, 2049.0, 0x1p-14, 0.1, -0.7, 3.14159, 100.03, 5.96e-2, 40000.0);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = quantizeToF16(x);
    out[i + 16u] = unpack2x16float(pack2x16float(vec2f(quantizeToF16(x), y))).x;
    out[i + 32u] = quantizeToF16(vec3f(x, y, z)).y;
    out[i + 48u] = quantizeToF16(quantizeToF16(x)) - quantizeToF16(x);
}
//// directions elements=64 ulp=4096 abs=1e-4 section=cross-builtin,reflect-builtin,refract-builtin,faceForward-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
var<private> e = array(0.0, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 0.4, 3.0, -0.1, 1.0, -1.0, 0.25, 0.75, -2.0, 2.0);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = dot(cross(vec3f(x, y, z), vec3f(1, x, y)), vec3f(1, 2, 4));
    out[i + 16u] = reflect(vec2f(x, y), vec2f(0.6, 0.8)).y;
    out[i + 32u] = refract(normalize(vec2f(x + 4.0, -3.0)), vec2f(0.0, 1.0), 0.5).x;
    out[i + 48u] = faceForward(vec4f(x, y, z, 1), vec4f(y, z, x, 0.5), vec4f(z, 1, y, x)).x;
}
//// lengths-and-distances elements=64 ulp=64 abs=1e-5 section=length-builtin,distance-builtin,normalize-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
var<private> e = array(3.0, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 0.4, 3.0, -0.1, 1.0, -1.0, 0.25, 0.75, -2.0, 2.0);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = length(vec4f(x, y, z, 1)) + length(x);
    out[i + 16u] = distance(vec3f(x, y, z), vec3f(y, z, x)) + distance(x, y);
    out[i + 32u] = normalize(vec3f(x, y, z)).z;
    out[i + 48u] = length(vec2f(x, y)) * length(normalize(vec4f(y, z, x, 1)));
}
//// mixed-and-smoothed elements=64 ulp=256 abs=1e-4 section=mix-builtin,smoothstep-builtin,fma-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
var<private> e = array(0.0, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 0.4, 3.0, -0.1, 1.0, -1.0, 0.25, 0.75, -2.0, 2.0);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = mix(x, y, z);
    out[i + 16u] = mix(vec3f(x, y, z), vec3f(y, z, x), 0.75).y + mix(vec2f(x, y), vec2f(1), vec2f(0, 1)).y;
    out[i + 32u] = smoothstep(-1.0, 2.0, x) + smoothstep(2.0, -1.0, y);
    out[i + 48u] = fma(x, y, z) + fma(vec2f(x), vec2f(y), vec2f(z)).y;
}
//// dots-of-packed-bytes elements=64 section=dot4U8Packed-builtin,dot4I8Packed-builtin,unpack4xI8-builtin,unpack4xU8-builtin
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
var<private> e = array(0u, 0xffffffffu, 0x80808080u, 0x7f7f7f7fu, 0x01020304u, 0xfffefdfcu, 0x00ff00ffu, 0x80007fffu, 0x12345678u, 0x87654321u, 0xdeadbeefu, 0x000000ffu, 0xff000000u, 0x7fff8000u, 0x00010001u, 0x81818181u);
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) i: u32) {
    let x = e[i]; let y = e[(i * 7u + 3u) % 16u]; let z = e[(i * 5u + 9u) % 16u];
    out[i + 0u] = i32(dot4U8Packed(x, y));
    out[i + 16u] = dot4I8Packed(x, y);
    out[i + 32u] = unpack4xI8(x).w * 256 + unpack4xI8(x).x;
    out[i + 48u] = i32(unpack4xU8(x).z * 256u + unpack4xU8(y).y);
}
