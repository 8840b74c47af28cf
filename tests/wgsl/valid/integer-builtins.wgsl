// Built-in functions of i32 and u32.
//// abs-i32 section=abs-float-builtin
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
@group(0) @binding(1) var<storage, read> a: array<i32>;
@group(0) @binding(2) var<storage, read> b: array<i32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = abs(x);
}
//// abs-u32 section=abs-float-builtin
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@group(0) @binding(2) var<storage, read> b: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = abs(x);
}
//// abs-vectors elements=16 section=abs-float-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4u>;
@group(0) @binding(1) var<storage, read> a: array<vec4u>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let signed = abs(bitcast<vec3i>(v.yzw));
    out[id.x] = abs(v) ^ vec4u(abs(v.xy), bitcast<vec2u>(signed.xy));
}
//// countLeadingZeros-i32 section=countLeadingZeros-builtin
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
@group(0) @binding(1) var<storage, read> a: array<i32>;
@group(0) @binding(2) var<storage, read> b: array<i32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = countLeadingZeros(x);
}
//// countLeadingZeros-u32 section=countLeadingZeros-builtin
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@group(0) @binding(2) var<storage, read> b: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = countLeadingZeros(x);
}
//// countLeadingZeros-vectors elements=16 section=countLeadingZeros-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4u>;
@group(0) @binding(1) var<storage, read> a: array<vec4u>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let signed = countLeadingZeros(bitcast<vec3i>(v.yzw));
    out[id.x] = countLeadingZeros(v) ^ vec4u(countLeadingZeros(v.xy), bitcast<vec2u>(signed.xy));
}
//// countOneBits-i32 section=countOneBits-builtin
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
@group(0) @binding(1) var<storage, read> a: array<i32>;
@group(0) @binding(2) var<storage, read> b: array<i32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = countOneBits(x);
}
//// countOneBits-u32 section=countOneBits-builtin
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@group(0) @binding(2) var<storage, read> b: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = countOneBits(x);
}
//// countOneBits-vectors elements=16 section=countOneBits-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4u>;
@group(0) @binding(1) var<storage, read> a: array<vec4u>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let signed = countOneBits(bitcast<vec3i>(v.yzw));
    out[id.x] = countOneBits(v) ^ vec4u(countOneBits(v.xy), bitcast<vec2u>(signed.xy));
}
//// countTrailingZeros-i32 section=countTrailingZeros-builtin
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
@group(0) @binding(1) var<storage, read> a: array<i32>;
@group(0) @binding(2) var<storage, read> b: array<i32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = countTrailingZeros(x);
}
//// countTrailingZeros-u32 section=countTrailingZeros-builtin
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@group(0) @binding(2) var<storage, read> b: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = countTrailingZeros(x);
}
//// countTrailingZeros-vectors elements=16 section=countTrailingZeros-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4u>;
@group(0) @binding(1) var<storage, read> a: array<vec4u>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let signed = countTrailingZeros(bitcast<vec3i>(v.yzw));
    out[id.x] = countTrailingZeros(v) ^ vec4u(countTrailingZeros(v.xy), bitcast<vec2u>(signed.xy));
}
//// firstLeadingBit-i32 section=firstLeadingBit-signed-builtin
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
@group(0) @binding(1) var<storage, read> a: array<i32>;
@group(0) @binding(2) var<storage, read> b: array<i32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = firstLeadingBit(x);
}
//// firstLeadingBit-u32 section=firstLeadingBit-unsigned-builtin
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@group(0) @binding(2) var<storage, read> b: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = firstLeadingBit(x);
}
//// firstLeadingBit-vectors elements=16 section=firstLeadingBit-signed-builtin,firstLeadingBit-unsigned-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4u>;
@group(0) @binding(1) var<storage, read> a: array<vec4u>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let signed = firstLeadingBit(bitcast<vec3i>(v.yzw));
    out[id.x] = firstLeadingBit(v) ^ vec4u(firstLeadingBit(v.xy), bitcast<vec2u>(signed.xy));
}
//// firstTrailingBit-i32 section=firstTrailingBit-builtin
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
@group(0) @binding(1) var<storage, read> a: array<i32>;
@group(0) @binding(2) var<storage, read> b: array<i32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = firstTrailingBit(x);
}
//// firstTrailingBit-u32 section=firstTrailingBit-builtin
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@group(0) @binding(2) var<storage, read> b: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = firstTrailingBit(x);
}
//// firstTrailingBit-vectors elements=16 section=firstTrailingBit-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4u>;
@group(0) @binding(1) var<storage, read> a: array<vec4u>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let signed = firstTrailingBit(bitcast<vec3i>(v.yzw));
    out[id.x] = firstTrailingBit(v) ^ vec4u(firstTrailingBit(v.xy), bitcast<vec2u>(signed.xy));
}
//// reverseBits-i32 section=reverseBits-builtin
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
@group(0) @binding(1) var<storage, read> a: array<i32>;
@group(0) @binding(2) var<storage, read> b: array<i32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = reverseBits(x);
}
//// reverseBits-u32 section=reverseBits-builtin
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@group(0) @binding(2) var<storage, read> b: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = reverseBits(x);
}
//// reverseBits-vectors elements=16 section=reverseBits-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec4u>;
@group(0) @binding(1) var<storage, read> a: array<vec4u>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let v = a[id.x];
    let signed = reverseBits(bitcast<vec3i>(v.yzw));
    out[id.x] = reverseBits(v) ^ vec4u(reverseBits(v.xy), bitcast<vec2u>(signed.xy));
}
//// max-i32 section=max-float-builtin
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
@group(0) @binding(1) var<storage, read> a: array<i32>;
@group(0) @binding(2) var<storage, read> b: array<i32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = max(x, y);
}
//// max-u32 section=max-float-builtin
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@group(0) @binding(2) var<storage, read> b: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = max(x, y);
}
//// min-i32 section=min-float-builtin
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
@group(0) @binding(1) var<storage, read> a: array<i32>;
@group(0) @binding(2) var<storage, read> b: array<i32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = min(x, y);
}
//// min-u32 section=min-float-builtin
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@group(0) @binding(2) var<storage, read> b: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = min(x, y);
}
//// clamp-i32 section=clamp
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
@group(0) @binding(1) var<storage, read> a: array<i32>;
@group(0) @binding(2) var<storage, read> b: array<i32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = clamp(x, min(x, y), max(x, y) / 2 + min(x, y) / 2);
}
//// clamp-u32 section=clamp
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@group(0) @binding(2) var<storage, read> b: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = clamp(x, min(x, y), max(x, y) / 2 + min(x, y) / 2);
}
//// select-i32 section=select-builtin
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
@group(0) @binding(1) var<storage, read> a: array<i32>;
@group(0) @binding(2) var<storage, read> b: array<i32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = select(x, y, x > y);
}
//// select-u32 section=select-builtin
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@group(0) @binding(2) var<storage, read> b: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = select(x, y, x > y);
}
//// dot-i32 section=dot-builtin
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
@group(0) @binding(1) var<storage, read> a: array<i32>;
@group(0) @binding(2) var<storage, read> b: array<i32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = dot(vec2<i32>(x, y), vec2<i32>(y, i32(3)));
}
//// dot-u32 section=dot-builtin
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@group(0) @binding(2) var<storage, read> b: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = dot(vec2<u32>(x, y), vec2<u32>(y, u32(3)));
}
//// extractBits-i32 section=extractBits-signed-builtin
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
@group(0) @binding(1) var<storage, read> a: array<i32>;
@group(0) @binding(2) var<storage, read> b: array<i32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = extractBits(x, u32(y) % 40u, (u32(y) >> 8u) % 40u);
}
//// extractBits-u32 section=extractBits-unsigned-builtin
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@group(0) @binding(2) var<storage, read> b: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = extractBits(x, u32(y) % 40u, (u32(y) >> 8u) % 40u);
}
//// insertBits-i32 section=insertBits-builtin
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
@group(0) @binding(1) var<storage, read> a: array<i32>;
@group(0) @binding(2) var<storage, read> b: array<i32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = insertBits(x, y, u32(y) % 40u, (u32(x) >> 8u) % 40u);
}
//// insertBits-u32 section=insertBits-builtin
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@group(0) @binding(2) var<storage, read> b: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = insertBits(x, y, u32(y) % 40u, (u32(x) >> 8u) % 40u);
}
//// sign-i32 section=sign-builtin
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
@group(0) @binding(1) var<storage, read> a: array<i32>;
@group(0) @binding(2) var<storage, read> b: array<i32>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let y = b[id.x];
    out[id.x] = sign(x);
}
