// 64-bit integers as vec2u, x the lower half.

fn add64(a: vec2u, b: vec2u) -> vec2u {
    let low = a.x + b.x;
    return vec2u(low, a.y + b.y + u32(low < a.x));
}

fn sub64(a: vec2u, b: vec2u) -> vec2u {
    return vec2u(a.x - b.x, a.y - b.y - u32(a.x < b.x));
}

fn neg64(a: vec2u) -> vec2u {
    return sub64(vec2u(), a);
}

fn less64(a: vec2u, b: vec2u) -> bool {
    return a.y < b.y || (a.y == b.y && a.x < b.x);
}

fn signed_less64(a: vec2u, b: vec2u) -> bool {
    return less64(a ^ vec2u(0, 0x80000000u), b ^ vec2u(0, 0x80000000u));
}

fn zero64(a: vec2u) -> bool {
    return (a.x | a.y) == 0;
}

// Shifts by n of 0 to 63. WGSL takes the lower five bits of an amount.
fn shl64(a: vec2u, n: u32) -> vec2u {
    if n >= 32 {
        return vec2u(0, a.x << (n & 31));
    }
    return vec2u(a.x << n, (a.y << n) | select(a.x >> (32 - n), 0u, n == 0));
}

fn shr64(a: vec2u, n: u32) -> vec2u {
    if n >= 32 {
        return vec2u(a.y >> (n & 31), 0);
    }
    return vec2u((a.x >> n) | select(a.y << (32 - n), 0u, n == 0), a.y >> n);
}

fn sar64(a: vec2u, n: u32) -> vec2u {
    let sign = bitcast<u32>(bitcast<i32>(a.y) >> 31u);
    return shr64(a ^ vec2u(sign), n) ^ vec2u(sign);
}

// shr64_sticky shifts right by any n; the lowest bit says whether ones were lost.
fn shr64_sticky(a: vec2u, n: u32) -> vec2u {
    if n >= 64 {
        return vec2u(u32(!zero64(a)), 0);
    }
    let r = shr64(a, n);
    let lost = any(shl64(r, n) != a);
    return vec2u(r.x | u32(lost), r.y);
}

fn clz64(a: vec2u) -> u32 {
    return select(countLeadingZeros(a.y), 32 + countLeadingZeros(a.x), a.y == 0);
}

fn ctz64(a: vec2u) -> u32 {
    return select(countTrailingZeros(a.x), 32 + countTrailingZeros(a.y), a.x == 0);
}

// mul32 is the whole product of two halves.
fn mul32(a: u32, b: u32) -> vec2u {
    let low = (a & 0xFFFF) * (b & 0xFFFF);
    let mid = (a >> 16) * (b & 0xFFFF) + (low >> 16);
    let cross = (a & 0xFFFF) * (b >> 16) + (mid & 0xFFFF);
    return vec2u((cross << 16) | (low & 0xFFFF), (a >> 16) * (b >> 16) + (mid >> 16) + (cross >> 16));
}

fn mul64(a: vec2u, b: vec2u) -> vec2u {
    let low = mul32(a.x, b.x);
    return vec2u(low.x, low.y + a.x * b.y + a.y * b.x);
}

// mul64_high_sticky is the upper half of the 128 bits; the lowest bit says whether there
// are ones below.
fn mul64_high_sticky(a: vec2u, b: vec2u) -> vec2u {
    let low = mul32(a.x, b.x);
    let mid = add64(mul32(a.x, b.y), vec2u(low.y, 0));
    let cross = add64(mul32(a.y, b.x), vec2u(mid.x, 0));
    let high = add64(add64(mul32(a.y, b.y), vec2u(mid.y, 0)), vec2u(cross.y, 0));
    return vec2u(high.x | u32((low.x | cross.x) != 0), high.y);
}

// divide64 is the quotient and the remainder, without signs; b is not 0.
fn divide64(a: vec2u, b: vec2u) -> array<vec2u, 2> {
    if (a.y | b.y) == 0 {
        return array(vec2u(a.x / b.x, 0), vec2u(a.x % b.x, 0));
    }
    var quotient = vec2u();
    var rest = a;
    if !less64(a, b) {
        var n = clz64(b) - clz64(a);
        var divisor = shl64(b, n);
        loop {
            quotient = shl64(quotient, 1);
            if !less64(rest, divisor) {
                rest = sub64(rest, divisor);
                quotient.x |= 1;
            }
            if n == 0 {
                break;
            }
            n -= 1;
            divisor = shr64(divisor, 1);
        }
    }
    return array(quotient, rest);
}

// tenth is a number divided by ten, and the digit that is left.
fn tenth(a: vec2u) -> vec3u {
    let q3 = a.y / 10;
    let q2 = ((a.y % 10) << 16) | (a.x >> 16);
    let q1 = ((q2 % 10) << 16) | (a.x & 0xFFFF);
    return vec3u(((q2 / 10) << 16) | (q1 / 10), q3, q1 % 10);
}
