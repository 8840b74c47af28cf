// Floats of 64 bits by integers (IEEE 754, to nearest, ties to even). Inside, a finite
// number is a sign, the exponent field that it would have, and 63 bits of which the
// highest, bit 62, is the leading one: the ten lowest are for rounding, and the last of
// them stands for all below it.

const NAN = vec2u(0, 0x7FF80000u);
const INFINITY = vec2u(0, 0x7FF00000u);
const SIGN = 0x80000000u;

fn is_nan(a: vec2u) -> bool {
    return less64(INFINITY, vec2u(a.x, a.y & ~SIGN));
}

fn is_inf(a: vec2u) -> bool {
    return a.x == 0 && (a.y & ~SIGN) == INFINITY.y;
}

fn is_zero(a: vec2u) -> bool {
    return (a.x | (a.y & ~SIGN)) == 0;
}

fn canonical(a: vec2u) -> vec2u {
    return select(a, NAN, is_nan(a));
}

struct Unpacked {
    exponent: i32,
    bits: vec2u,
}

// unpack takes a finite number apart; one below the normal ones has no leading one yet.
fn unpack(a: vec2u) -> Unpacked {
    let field = (a.y >> 20) & 0x7FF;
    let bits = shl64(vec2u(a.x, (a.y & 0xFFFFF) | select(0u, 0x100000u, field != 0)), 10);
    return Unpacked(max(i32(field), 1), bits);
}

// normal moves the leading one to its place; the number is not 0.
fn normal(u: Unpacked) -> Unpacked {
    let n = clz64(u.bits) - 1;
    return Unpacked(u.exponent - i32(n), shl64(u.bits, n));
}

// round makes a float of a sign (the highest bit of it), an exponent and bits.
fn round64(sign: u32, u: Unpacked) -> vec2u {
    if u.exponent >= 0x7FF {
        return vec2u(0, sign | INFINITY.y);
    }
    var bits = u.bits;
    var field = u.exponent;
    if field <= 0 {
        bits = shr64_sticky(bits, u32(1 - field));
        field = 1;
    }
    let below = bits.x & 0x3FF;
    var r = shr64(add64(bits, vec2u(0x200, 0)), 10);
    if below == 0x200 {
        r.x &= ~1u;
    }
    // The leading one adds one to the field, and a carry by rounding another.
    return vec2u(r.x, sign | (r.y + (u32(field - 1) << 20)));
}

fn fadd(a: vec2u, b: vec2u) -> vec2u {
    if is_nan(a) || is_nan(b) || (is_inf(a) && is_inf(b) && a.y != b.y) {
        return NAN;
    }
    if is_inf(a) || is_inf(b) {
        return select(b, a, is_inf(a));
    }
    let swap = less64(vec2u(a.x, a.y & ~SIGN), vec2u(b.x, b.y & ~SIGN));
    let more = select(a, b, swap);
    let less = select(b, a, swap);
    let x = unpack(more);
    let y = unpack(less);
    let moved = shr64_sticky(y.bits, u32(x.exponent - y.exponent));
    var sum = Unpacked(x.exponent, add64(x.bits, moved));
    if ((a.y ^ b.y) & SIGN) != 0 {
        sum.bits = sub64(x.bits, moved);
        if zero64(sum.bits) {
            return vec2u();
        }
    }
    if sum.bits.y >= SIGN {
        sum = Unpacked(sum.exponent + 1, shr64_sticky(sum.bits, 1));
    } else if !zero64(sum.bits) {
        sum = normal(sum);
    }
    return round64(more.y & SIGN, sum);
}

fn fmul(a: vec2u, b: vec2u) -> vec2u {
    let sign = (a.y ^ b.y) & SIGN;
    if is_nan(a) || is_nan(b) || (is_inf(a) && is_zero(b)) || (is_zero(a) && is_inf(b)) {
        return NAN;
    }
    if is_inf(a) || is_inf(b) {
        return vec2u(0, sign | INFINITY.y);
    }
    if is_zero(a) || is_zero(b) {
        return vec2u(0, sign);
    }
    let x = normal(unpack(a));
    let y = normal(unpack(b));
    var product = Unpacked(x.exponent + y.exponent - 1022, mul64_high_sticky(x.bits, shl64(y.bits, 1)));
    if (product.bits.y & 0x40000000u) == 0 {
        product = Unpacked(product.exponent - 1, shl64(product.bits, 1));
    }
    return round64(sign, product);
}

fn fdiv(a: vec2u, b: vec2u) -> vec2u {
    let sign = (a.y ^ b.y) & SIGN;
    if is_nan(a) || is_nan(b) || (is_inf(a) && is_inf(b)) || (is_zero(a) && is_zero(b)) {
        return NAN;
    }
    if is_inf(a) || is_zero(b) {
        return vec2u(0, sign | INFINITY.y);
    }
    if is_zero(a) || is_inf(b) {
        return vec2u(0, sign);
    }
    let x = normal(unpack(a));
    let y = normal(unpack(b));
    var exponent = x.exponent - y.exponent + 1023;
    var rest = x.bits;
    if less64(rest, y.bits) {
        rest = shl64(rest, 1);
        exponent -= 1;
    }
    // 55 bits of the quotient, the first of them one.
    var quotient = vec2u();
    for (var i = 0; i < 55; i++) {
        quotient = shl64(quotient, 1);
        if !less64(rest, y.bits) {
            rest = sub64(rest, y.bits);
            quotient.x |= 1;
        }
        rest = shl64(rest, 1);
    }
    quotient = shl64(quotient, 8);
    quotient.x |= u32(!zero64(rest));
    return round64(sign, Unpacked(exponent, quotient));
}

fn fsqrt(a: vec2u) -> vec2u {
    if is_zero(a) || is_nan(a) || all(a == INFINITY) {
        return a;
    }
    if a.y >= SIGN {
        return NAN;
    }
    let x = normal(unpack(a));
    // The root of the bits, taken as a number from 1 to below 4: 55 bits of it, from two
    // bits of the radicand each.
    let odd = u32(x.exponent + 1) & 1;
    var radicand = shl64(x.bits, odd);
    var rest = vec2u();
    var root = vec2u();
    for (var i = 0; i < 55; i++) {
        rest = shl64(rest, 2);
        rest.x |= radicand.y >> 30;
        radicand = shl64(radicand, 2);
        let trial = vec2u((root.x << 2) | 1, (root.y << 2) | (root.x >> 30));
        root = shl64(root, 1);
        if !less64(rest, trial) {
            rest = sub64(rest, trial);
            root.x |= 1;
        }
    }
    root = shl64(root, 8);
    root.x |= u32(!zero64(rest));
    return round64(0, Unpacked(((x.exponent - 1023 - i32(odd)) >> 1u) + 1023, root));
}

// whole rounds to a whole number: down by 0, up by 1, toward zero by 2.
fn whole(a: vec2u, direction: u32) -> vec2u {
    let exponent = i32((a.y >> 20) & 0x7FF) - 1023;
    let away = (direction == 0 && a.y >= SIGN) || (direction == 1 && a.y < SIGN);
    if exponent >= 52 || is_zero(a) {
        return a;
    }
    if exponent < 0 {
        return vec2u(0, (a.y & SIGN) | select(0u, 0x3FF00000u, away));
    }
    let unit = shl64(vec2u(1, 0), u32(52 - exponent));
    let below = sub64(unit, vec2u(1, 0));
    if zero64(a & below) {
        return a;
    }
    return select(a, add64(a, unit), away) & ~below;
}

// fless compares; neither is a NaN.
fn fless(a: vec2u, b: vec2u) -> bool {
    return !(is_zero(a) && is_zero(b)) && less64(ordered(a), ordered(b));
}

fn fequal(a: vec2u, b: vec2u) -> bool {
    return all(a == b) || (is_zero(a) && is_zero(b));
}

// ordered is a number without sign that is in the order of floats, -0 below 0.
fn ordered(a: vec2u) -> vec2u {
    return select(a ^ vec2u(0, SIGN), ~a, a.y >= SIGN);
}

fn itof(a: vec2u) -> vec2u {
    if zero64(a) {
        return a;
    }
    let sign = a.y & SIGN;
    let magnitude = select(a, neg64(a), sign != 0);
    let n = clz64(magnitude);
    // 63 bits and no more, but -2^63, whose 64 have nothing to lose.
    let bits = select(shl64(magnitude, n - 1), shr64(magnitude, 1), n == 0);
    return round64(sign, Unpacked(1023 + 63 - i32(n), bits));
}

fn ftoi(a: vec2u) -> vec2u {
    let exponent = i32((a.y >> 20) & 0x7FF) - 1023;
    if is_nan(a) || exponent < 0 {
        return vec2u();
    }
    if exponent >= 63 {
        return select(vec2u(0xFFFFFFFFu, 0x7FFFFFFFu), vec2u(0, SIGN), a.y >= SIGN);
    }
    let bits = vec2u(a.x, (a.y & 0xFFFFF) | 0x100000);
    let magnitude = select(shl64(bits, u32(exponent - 52)), shr64(bits, u32(52 - exponent)), exponent < 52);
    return select(magnitude, neg64(magnitude), a.y >= SIGN);
}
