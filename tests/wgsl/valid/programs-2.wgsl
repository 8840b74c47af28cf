// More whole programs.
// section: expressions
//// sha256 elements=32 section=bit-expr,const-decls,array-types
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> message: array<u32>;
const K = array<u32, 64>(
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2);
fn rotate(x: u32, n: u32) -> u32 { return (x >> n) | (x << (32u - n)); }
@compute @workgroup_size(4)
fn main(@builtin(local_invocation_index) lane: u32) {
    var w: array<u32, 64>;
    for (var i = 0u; i < 16u; i++) { w[i] = message[(lane * 5u + i) % 32u]; }
    for (var i = 16u; i < 64u; i++) {
        let a = w[i - 15u]; let b = w[i - 2u];
        w[i] = w[i - 16u] + w[i - 7u] + (rotate(a, 7u) ^ rotate(a, 18u) ^ (a >> 3u)) + (rotate(b, 17u) ^ rotate(b, 19u) ^ (b >> 10u));
    }
    let start = array<u32, 8>(0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19);
    var h = start;
    for (var i = 0u; i < 64u; i++) {
        let t = h[7] + (rotate(h[4], 6u) ^ rotate(h[4], 11u) ^ rotate(h[4], 25u)) + ((h[4] & h[5]) ^ (~h[4] & h[6])) + K[i] + w[i];
        let u = (rotate(h[0], 2u) ^ rotate(h[0], 13u) ^ rotate(h[0], 22u)) + ((h[0] & h[1]) ^ (h[0] & h[2]) ^ (h[1] & h[2]));
        h = array(t + u, h[0], h[1], h[2], h[3] + t, h[4], h[5], h[6]);
    }
    for (var i = 0u; i < 8u; i++) { out[lane * 8u + i] = start[i] + h[i]; }
}
//// fourier-transform elements=64 ulp=4096 abs=0.05 section=workgroupBarrier-builtin,vec2-builtin
@group(0) @binding(0) var<storage, read_write> out: array<vec2f>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
const N = 64u;
var<workgroup> x: array<vec2f, N>;
@compute @workgroup_size(N / 2)
fn main(@builtin(local_invocation_index) i: u32) {
    x[reverseBits(i) >> 26u] = vec2f(a[i], 0); x[reverseBits(i + N / 2) >> 26u] = vec2f(a[i + N / 2], 0);
    for (var half = 1u; half < N; half *= 2u) {
        workgroupBarrier();
        let k = i % half; let at = (i / half) * half * 2u + k;
        let angle = -3.14159265 * f32(k) / f32(half); let w = vec2f(cos(angle), sin(angle));
        let p = x[at]; let q = x[at + half]; let t = vec2f(q.x * w.x - q.y * w.y, q.x * w.y + q.y * w.x);
        x[at] = p + t; x[at + half] = p - t;
    }
    workgroupBarrier();
    out[i] = x[i]; out[i + N / 2] = x[i + N / 2];
}
//// sieve elements=64 section=loop-statement,bit-expr
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
var<private> bits: array<u32, 64>;
fn composite(n: u32) -> bool { return extractBits(bits[n / 32u], n % 32u, 1u) == 1u; }
@compute @workgroup_size(1)
fn main() {
    var count = 0u; var n = 2u;
    loop {
        if n >= 2048u { break; }
        if !composite(n) { count++; for (var k = n * n; k < 2048u; k += n) { bits[k / 32u] |= 1u << (k % 32u); } }
        continuing { n++; }
    }
    for (var i = 0u; i < 63u; i++) { out[i] = bits[i]; } out[63] = count;
}
//// quicksort elements=48 section=while-statement,array-access-expr
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
@group(0) @binding(1) var<storage, read> a: array<i32>;
struct Range { low: i32, high: i32 }
var<private> stack: array<Range, 32>;
fn swap(p: ptr<function, array<i32, 48>>, i: i32, j: i32) { let t = (*p)[i]; (*p)[i] = (*p)[j]; (*p)[j] = t; }
@compute @workgroup_size(1)
fn main() {
    var v: array<i32, 48>; for (var i = 0; i < 48; i++) { v[i] = a[i]; }
    var top = 1; stack[0] = Range(0, 47);
    while top > 0 {
        top--; let r = stack[top]; if r.low >= r.high { continue; }
        swap(&v, (r.low + r.high) / 2, r.high);
        var at = r.low; for (var i = r.low; i < r.high; i++) { if v[i] < v[r.high] { swap(&v, i, at); at++; } }
        swap(&v, at, r.high);
        let left = Range(r.low, at - 1); let right = Range(at + 1, r.high); let small = left.high - left.low < right.high - right.low;
        if small { stack[top] = right; stack[top + 1] = left; } else { stack[top] = left; stack[top + 1] = right; } top += 2;
    }
    for (var i = 0; i < 48; i++) { out[i] = v[i]; }
}
//// edit-distance elements=16 section=array-access-expr,min-float-builtin
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>; @group(0) @binding(2) var<storage, read> b: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) lane: u32) {
    var row: array<u32, 17>; for (var i = 0u; i < 17u; i++) { row[i] = i; }
    for (var i = 0u; i < 12u; i++) {
        var diagonal = row[0]; row[0] = i + 1u;
        for (var j = 0u; j < 16u; j++) {
            let same = (a[(i + lane) % 16u] & 3u) == (b[j] & 3u); let cost = diagonal + select(1u, 0u, same);
            diagonal = row[j + 1u]; row[j + 1u] = min(cost, min(row[j], row[j + 1u]) + 1u);
        }
    }
    out[lane] = row[16] * 100u + row[8];
}
//// factorial-of-many-digits elements=40 section=arithmetic-expr,for-statement
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(1)
fn main() {
    var digits: array<u32, 40>; digits[0] = 1; var used = 1u;
    for (var n = 2u; n <= 60u; n++) {
        var carry = 0u;
        for (var i = 0u; i < used || carry > 0u; i++) { let x = select(0u, digits[i], i < used) * n + carry; digits[i] = x % 10000u; carry = x / 10000u; used = max(used, i + 1u); }
    }
    for (var i = 0u; i < 40u; i++) { out[i] = digits[i]; }
}
//// queens elements=9 section=bit-expr,continue-statement
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) n: u32) {
    let all = (1u << n) - 1u; var column: array<u32, 9>; var left: array<u32, 9>; var right: array<u32, 9>; var free: array<u32, 9>;
    var depth = 0i; var count = 0u; free[0] = all;
    loop {
        if depth < 0 { break; }
        let d = depth; if free[d] == 0u { depth--; continue; }
        let bit = free[d] & (~free[d] + 1u); free[d] ^= bit;
        if u32(d) + 1u == n { count++; continue; }
        column[d + 1] = column[d] | bit; left[d + 1] = ((left[d] | bit) << 1u) & all; right[d + 1] = (right[d] | bit) >> 1u;
        free[d + 1] = all & ~(column[d + 1] | left[d + 1] | right[d + 1]); depth++;
    }
    out[n] = count;
}
//// cosine-transform elements=64 ulp=4096 abs=0.03 section=workgroupBarrier-builtin,cos-builtin
@group(0) @binding(0) var<storage, read_write> out: array<f32>; @group(0) @binding(1) var<storage, read> a: array<f32>;
var<workgroup> m: array<array<f32, 8>, 8>; var<workgroup> rows: array<array<f32, 8>, 8>;
fn basis(k: u32, i: u32) -> f32 { let n = (2u * i + 1u) * k % 32u; return cos(3.14159265 / 16.0 * f32(min(n, 32u - n))) * select(0.5, 0.35355339, k == 0u); }
@compute @workgroup_size(8, 8)
fn main(@builtin(local_invocation_id) l: vec3u) {
    m[l.y][l.x] = a[l.y * 8u + l.x]; workgroupBarrier();
    var s = 0.0; for (var i = 0u; i < 8u; i++) { s += m[l.y][i] * basis(l.x, i); } rows[l.y][l.x] = s; workgroupBarrier();
    s = 0.0; for (var i = 0u; i < 8u; i++) { s += rows[i][l.x] * basis(l.y, i); } out[l.y * 8u + l.x] = s;
}
//// noise workgroups=2,2 elements=256 ulp=256 abs=1e-4 section=mix-builtin,floor-builtin,function-calls
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
fn hash(p: vec2i) -> f32 { var h = bitcast<u32>(p.x * 374761393i + p.y * 668265263i); h = (h ^ (h >> 13u)) * 1274126177u; return f32((h ^ (h >> 16u)) & 0xffffu) / 65535.0; }
fn smooth_(t: vec2f) -> vec2f { return t * t * (3.0 - 2.0 * t); }
fn noise(p: vec2f) -> f32 { let i = vec2i(floor(p)); let f = smooth_(fract(p)); return mix(mix(hash(i), hash(i + vec2i(1, 0)), f.x), mix(hash(i + vec2i(0, 1)), hash(i + vec2i(1, 1)), f.x), f.y); }
@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) g: vec3u) {
    var p = vec2f(g.xy) / 4.0 - 1.5; var sum = 0.0; var weight = 0.5; const turn = mat2x2f(0.8, 0.6, -0.6, 0.8);
    for (var octave = 0; octave < 4; octave++) { sum += weight * noise(p); p = turn * p * 2.0 + 0.25; weight *= 0.5; } out[g.y * 16u + g.x] = sum;
}
//// run-lengths elements=64 section=struct-access-expr,switch-statement
@group(0) @binding(0) var<storage, read_write> out: array<u32>; @group(0) @binding(1) var<storage, read> a: array<u32>;
struct Run { value: u32, length: u32 }
@compute @workgroup_size(1)
fn main() {
    var runs: array<Run, 64>; var n = 0u;
    for (var i = 0u; i < 64u; i++) { var v = 0u; switch a[i] & 7u { case 0, 1, 2, 3: { v = 1u; } case 4, 5: { v = 2u; } default: { v = 3u; } } if n > 0u && runs[n - 1u].value == v { runs[n - 1u].length++; } else { runs[n] = Run(v, 1u); n++; } }
    var at = 0u; for (var r = 0u; r < n; r++) { let run = runs[r]; for (var k = 0u; k < run.length; k++) { out[at] = run.value * 1000u + run.length; at++; } }
}
//// joined-sets elements=32 section=while-statement,formal-parameter-expr
@group(0) @binding(0) var<storage, read_write> out: array<u32>; @group(0) @binding(1) var<storage, read> edges: array<vec2u>;
fn root(p: ptr<function, array<u32, 32>>, x: u32) -> u32 { var r = x; while (*p)[r] != r { (*p)[r] = (*p)[(*p)[r]]; r = (*p)[r]; } return r; }
@compute @workgroup_size(1)
fn main() {
    var parent: array<u32, 32>; for (var i = 0u; i < 32u; i++) { parent[i] = i; }
    for (var e = 0u; e < 20u; e++) { let a = root(&parent, edges[e].x % 32u); let b = root(&parent, edges[e].y % 32u); if a != b { parent[max(a, b)] = min(a, b); } }
    for (var i = 0u; i < 32u; i++) { out[i] = root(&parent, i); }
}
//// shortest-paths elements=16 section=compound-assignment-sec,break-statement
@group(0) @binding(0) var<storage, read_write> out: array<u32>; @group(0) @binding(1) var<storage, read> weights: array<u32>;
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) source: u32) {
    var distance_: array<u32, 16>; var done = 0u; for (var i = 0u; i < 16u; i++) { distance_[i] = 0xffffffffu; } distance_[source] = 0u;
    loop {
        var best = 16u; for (var i = 0u; i < 16u; i++) { if ((done >> i) & 1u) == 0u && (best == 16u || distance_[i] < distance_[best]) { best = i; } }
        if best == 16u || distance_[best] == 0xffffffffu { break; } done |= 1u << best;
        for (var i = 0u; i < 16u; i++) { let w = weights[(best * 16u + i) % 64u] & 63u; if w > 20u && i != best { distance_[i] = min(distance_[i], distance_[best] + w); } }
    }
    var sum = 0u; for (var i = 0u; i < 16u; i++) { sum = sum * 31u + distance_[i]; } out[source] = sum;
}
