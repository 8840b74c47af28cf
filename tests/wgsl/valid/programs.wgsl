// Whole programs.
//// mandelbrot workgroups=2,2 elements=256 section=loop-statement,arithmetic-expr
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let c = vec2f(f32(id.x), f32(id.y)) / 8.0 - vec2f(1.5, 1.0);
    var z = vec2f(); var k = 0u;
    while (k < 40u && dot(z, z) <= 4.0) { z = vec2f(z.x * z.x - z.y * z.y, 2.0 * z.x * z.y) + c; k++; }
    out[id.y * 16u + id.x] = min(k, 12u);
}
//// matrix-product workgroups=3,3 elements=576 ulp=64 abs=1e-3 section=compute-shader-workgroups,for-statement
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
var<workgroup> ta: array<array<f32, 8>, 8>;
var<workgroup> tb: array<array<f32, 8>, 8>;
@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_id) l: vec3u) {
    var s = 0.0;
    for (var t = 0u; t < 3u; t++) {
        ta[l.y][l.x] = a[id.y * 24u + t * 8u + l.x];
        tb[l.y][l.x] = b[(t * 8u + l.y) * 24u + id.x];
        workgroupBarrier();
        for (var k = 0u; k < 8u; k++) { s += ta[l.y][k] * tb[k][l.x]; }
        workgroupBarrier();
    }
    out[id.y * 24u + id.x] = s;
}
//// life workgroups=4,4 section=array-access-expr,compute-shader-workgroups
@group(0) @binding(0) var<storage, read_write> out: array<u32, 256>;
@group(0) @binding(1) var<storage, read> a: array<u32, 256>;
fn alive(x: u32, y: u32) -> u32 { return a[(y % 16u) * 16u + x % 16u] & 1u; }
@compute @workgroup_size(4, 4)
fn main(@builtin(global_invocation_id) id: vec3u) {
    var n = 0u;
    for (var dy = 15u; dy <= 17u; dy++) { for (var dx = 15u; dx <= 17u; dx++) { if (dx != 16u || dy != 16u) { n += alive(id.x + dx, id.y + dy); } } }
    out[id.y * 16u + id.x] = select(0u, 1u, n == 3u || (n == 2u && alive(id.x, id.y) == 1u));
}
//// pcg-random section=bit-expr
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
fn pcg(v: ptr<function, u32>) -> u32 {
    let s = *v; *v = s * 747796405u + 2891336453u;
    let w = ((s >> ((s >> 28u) + 4u)) ^ s) * 277803737u;
    return (w >> 22u) ^ w;
}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
    var s = id.x; var r = 0u;
    for (var k = 0; k < 9; k++) { r ^= pcg(&s) + u32(k); }
    out[id.x] = r;
}
//// crc32 workgroups=2 section=bit-expr,const-decls
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    var c = ~0u;
    for (var b = 0u; b < 4u; b++) {
        c ^= (a[id.x] >> (b * 8u)) & 255u;
        for (var k = 0; k < 8; k++) { c = select(c >> 1u, (c >> 1u) ^ 0xedb88320u, (c & 1u) == 1u); }
    }
    out[id.x] = ~c;
}
//// n-body elements=32 workgroups=2 ulp=4096 abs=1e-3 section=vector-types,struct-types
struct Body { p: vec3f, m: f32, v: vec3f }
@group(0) @binding(0) var<storage, read_write> out: array<Body>;
@group(0) @binding(1) var<storage, read> a: array<Body>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    var b = a[id.x]; var f = vec3f();
    for (var k = 0u; k < arrayLength(&a); k++) {
        let d = a[k].p - b.p;
        f += d * (abs(a[k].m) / pow(dot(d, d) + 1.0, 1.5));
    }
    b.v += f * 0.01; b.p += b.v * 0.01;
    out[id.x] = b;
}
//// ray-sphere workgroups=2,2 elements=256 section=vector-types,function-calls
struct Ray { o: vec3f, d: vec3f }
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
fn hit(r: Ray, c: vec3f, radius: f32) -> f32 {
    let oc = r.o - c; let b = dot(oc, r.d); let q = dot(oc, oc) - radius * radius; let h = b * b - q;
    if (h < 0.0) { return -1.0; }
    return -b - sqrt(h);
}
@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let r = Ray(vec3f(0.0, 0.0, -4.0), normalize(vec3f(vec2f(id.xy) / 8.0 - 1.0, 1.5)));
    var best = 1e9; var which = 0u;
    for (var k = 0u; k < 3u; k++) { let t = hit(r, vec3f(f32(k) - 1.0, 0.0, f32(k)), 0.9); if (t > 0.0 && t < best) { best = t; which = k + 1u; } }
    out[id.y * 16u + id.x] = which;
}
//// floyd-warshall section=storageBarrier-builtin
var<workgroup> d: array<u32, 64>;
@group(0) @binding(0) var<storage, read_write> out: array<u32, 64>;
@group(0) @binding(1) var<storage, read> a: array<u32, 64>;
@compute @workgroup_size(8, 8)
fn main(@builtin(local_invocation_id) l: vec3u) {
    let at = l.y * 8u + l.x;
    d[at] = (a[at] & 63u) + 1u;
    for (var k = 0u; k < 8u; k++) {
        workgroupBarrier();
        let through = d[l.y * 8u + k] + d[k * 8u + l.x]; let direct = d[at];
        workgroupBarrier();
        d[at] = min(direct, through);
    }
    out[at] = d[at];
}
//// convolution workgroups=2,2 elements=256 ulp=64 abs=1e-4 section=array-access-expr
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
const kernel = array<array<f32, 3>, 3>(array(1.0, 2.0, 1.0), array(2.0, 4.0, 2.0), array(1.0, 2.0, 1.0));
@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    var s = 0.0;
    for (var y = 0u; y < 3u; y++) { for (var x = 0u; x < 3u; x++) {
        let p = clamp(vec2i(id.xy) + vec2i(i32(x), i32(y)) - 1, vec2i(), vec2i(15));
        s += kernel[y][x] * a[u32(p.y * 16 + p.x)];
    } }
    out[id.y * 16u + id.x] = s / 16.0;
}
//// base64 workgroups=4 section=bit-expr
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
fn letter(v: u32) -> u32 {
    switch (v) {
        case 62u: { return 43u; }
        case 63u: { return 47u; }
        default: { if (v < 26u) { return v + 65u; } if (v < 52u) { return v + 71u; } return v - 4u; }
    }
}
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    var w = 0u;
    for (var k = 0u; k < 4u; k++) { w |= letter((a[id.x] >> (k * 6u)) & 63u) << (k * 8u); }
    out[id.x] = w;
}
