// SHA-256 of one 64-byte block a message (FIPS 180-4), padding given.
@group(0) @binding(0) var<storage, read> blocks: array<u32>;
@group(0) @binding(1) var<storage, read_write> digests: array<u32>;

const k = array<u32, 64>(
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2);

fn turn(x: u32, n: u32) -> u32 {
    return (x >> n) | (x << (32u - n));
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
    var w: array<u32, 64>;
    for (var i = 0u; i < 16u; i++) {
        w[i] = blocks[id.x * 16u + i];
    }
    for (var i = 16u; i < 64u; i++) {
        let s0 = turn(w[i - 15u], 7u) ^ turn(w[i - 15u], 18u) ^ (w[i - 15u] >> 3u);
        let s1 = turn(w[i - 2u], 17u) ^ turn(w[i - 2u], 19u) ^ (w[i - 2u] >> 10u);
        w[i] = w[i - 16u] + s0 + w[i - 7u] + s1;
    }
    var a = 0x6a09e667u;
    var b = 0xbb67ae85u;
    var c = 0x3c6ef372u;
    var d = 0xa54ff53au;
    var e = 0x510e527fu;
    var f = 0x9b05688cu;
    var g = 0x1f83d9abu;
    var h = 0x5be0cd19u;
    for (var i = 0u; i < 64u; i++) {
        let s1 = turn(e, 6u) ^ turn(e, 11u) ^ turn(e, 25u);
        let choice = (e & f) ^ (~e & g);
        let t1 = h + s1 + choice + k[i] + w[i];
        let s0 = turn(a, 2u) ^ turn(a, 13u) ^ turn(a, 22u);
        let majority = (a & b) ^ (a & c) ^ (b & c);
        let t2 = s0 + majority;
        h = g;
        g = f;
        f = e;
        e = d + t1;
        d = c;
        c = b;
        b = a;
        a = t1 + t2;
    }
    let out = id.x * 8u;
    digests[out] = a + 0x6a09e667u;
    digests[out + 1u] = b + 0xbb67ae85u;
    digests[out + 2u] = c + 0x3c6ef372u;
    digests[out + 3u] = d + 0xa54ff53au;
    digests[out + 4u] = e + 0x510e527fu;
    digests[out + 5u] = f + 0x9b05688cu;
    digests[out + 6u] = g + 0x1f83d9abu;
    digests[out + 7u] = h + 0x5be0cd19u;
}
