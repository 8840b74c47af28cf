// Built-in functions of WGSL that are written in WGSL. Polynomials and the
// constants of the range reductions are those of the Cephes library (S. Moshier,
// single precision). The accuracy that each must have is in the section
// "Floating Point Accuracy"; a test holds them against float64.

fn infinity() -> f32 {
    var bits = 0x7f800000u;
    return bitcast<f32>(bits);
}

fn nan() -> f32 {
    var bits = 0x7fc00000u;
    return bitcast<f32>(bits);
}

// 2^n for n from -126 to 127.
fn power_of_two(n: i32) -> f32 {
    return bitcast<f32>((n + 127) << 23u);
}

// f * 2^e, in two steps, so that a subnormal result is rounded once.
fn ldexp(f: f32, e: i32) -> f32 {
    let n = clamp(e, -280, 280);
    let first = clamp(n, -126, 127);
    let second = clamp(n - first, -126, 127);
    let third = n - first - second;
    return f * power_of_two(first) * power_of_two(second) * power_of_two(third);
}

// The exponent that brings |x| into [0.5, 1); 0 for zero, infinity and NaN.
fn frexp_exp(x: f32) -> i32 {
    let magnitude = bitcast<u32>(x) & 0x7fffffffu;
    let small = magnitude < 0x00800000u;
    let scaled = select(x, x * 16777216.0, small);
    let exponent = i32((bitcast<u32>(scaled) >> 23u) & 0xffu) - 126 - select(0, 24, small);
    return select(exponent, 0, magnitude == 0u || magnitude >= 0x7f800000u);
}

fn frexp_fract(x: f32) -> f32 {
    let magnitude = bitcast<u32>(x) & 0x7fffffffu;
    let small = magnitude < 0x00800000u;
    let scaled = select(x, x * 16777216.0, small);
    let part = bitcast<f32>((bitcast<u32>(scaled) & 0x807fffffu) | 0x3f000000u);
    return select(part, x, magnitude == 0u || magnitude >= 0x7f800000u);
}

fn exp(x: f32) -> f32 {
    let n = round(clamp(x, -104.0, 89.0) * 1.44269504088896341);
    let r = clamp(x, -104.0, 89.0) - n * 0.693359375 + n * 2.12194440e-4;
    var p = 1.9875691500e-4;
    p = p * r + 1.3981999507e-3;
    p = p * r + 8.3334519073e-3;
    p = p * r + 4.1665795894e-2;
    p = p * r + 1.6666665459e-1;
    p = p * r + 5.0000001201e-1;
    p = p * r * r + r + 1.0;
    let half = i32(n) / 2;
    let y = p * power_of_two(half) * power_of_two(i32(n) - half);
    return select(y, x, x != x);
}

fn exp2(x: f32) -> f32 {
    let bounded = clamp(x, -151.0, 129.0);
    let n = round(bounded);
    let r = bounded - n;
    var p = 1.535336188319500e-4;
    p = p * r + 1.339887440266574e-3;
    p = p * r + 9.618437357674640e-3;
    p = p * r + 5.550332471162809e-2;
    p = p * r + 2.402264791363012e-1;
    p = p * r + 6.931472028550421e-1;
    p = p * r + 1.0;
    let half = i32(n) / 2;
    let y = p * power_of_two(half) * power_of_two(i32(n) - half);
    return select(y, x, x != x);
}

// ln(1+m) - m for the m of log_parts.
fn log_tail(m: f32) -> f32 {
    let z = m * m;
    var p = 7.0376836292e-2;
    p = p * m - 1.1514610310e-1;
    p = p * m + 1.1676998740e-1;
    p = p * m - 1.2420140846e-1;
    p = p * m + 1.4249322787e-1;
    p = p * m - 1.6668057665e-1;
    p = p * m + 2.0000714765e-1;
    p = p * m - 2.4999993993e-1;
    p = p * m + 3.3333331174e-1;
    return m * z * p - 0.5 * z;
}

// x is 2^e * (1+m), 1+m from sqrt(0.5) to sqrt(2): (m, e).
fn log_parts(x: f32) -> vec2f {
    let f = frexp_fract(x);
    let e = f32(frexp_exp(x));
    let low = f < 0.707106781186547524;
    return vec2f(select(f - 1.0, f + f - 1.0, low), select(e, e - 1.0, low));
}

fn log_edges(x: f32, y: f32) -> f32 {
    var out = select(y, x, x == infinity());
    out = select(out, -infinity(), x == 0.0);
    return select(nan(), out, x >= 0.0);
}

fn log(x: f32) -> f32 {
    let parts = log_parts(x);
    let tail = log_tail(parts.x) - 2.12194440e-4 * parts.y;
    return log_edges(x, parts.x + tail + 0.693359375 * parts.y);
}

fn log2(x: f32) -> f32 {
    let parts = log_parts(x);
    let tail = log_tail(parts.x);
    // log2(e) - 1 = 0.44269504…: the whole part is added last.
    let low = tail * 0.44269504088896340736 + parts.x * 0.44269504088896340736;
    return log_edges(x, low + tail + parts.x + parts.y);
}

fn pow(x: f32, y: f32) -> f32 {
    let p = exp2(y * log2(x));
    return select(p, 1.0, y == 0.0 || x == 1.0);
}

// Quadrant and remainder of an angle: (r, n) with x = n*pi/2 + r.
fn quadrant(x: f32) -> vec2f {
    let n = round(x * 0.636619772367581343);
    let r = x - n * 1.5703125 - n * 4.837512969970703125e-4 - n * 7.54978995489188216e-8;
    return vec2f(r, n);
}

fn sine_part(r: f32) -> f32 {
    let z = r * r;
    return ((-1.9515295891e-4 * z + 8.3321608736e-3) * z - 1.6666654611e-1) * z * r + r;
}

fn cosine_part(r: f32) -> f32 {
    let z = r * r;
    return ((2.443315711809948e-5 * z - 1.388731625493765e-3) * z + 4.166664568298827e-2) * z * z - 0.5 * z + 1.0;
}

// The sine of r + n*pi/2.
fn turned(r: f32, n: i32) -> f32 {
    let y = select(sine_part(r), cosine_part(r), (n & 1) == 1);
    return select(y, -y, (n & 2) == 2);
}

fn sin(x: f32) -> f32 {
    let q = quadrant(x);
    return turned(q.x, i32(q.y));
}

fn cos(x: f32) -> f32 {
    let q = quadrant(x);
    return turned(q.x, i32(q.y) + 1);
}

fn tan(x: f32) -> f32 {
    let q = quadrant(x);
    let n = i32(q.y);
    return turned(q.x, n) / turned(q.x, n + 1);
}

fn with_sign(magnitude: f32, x: f32) -> f32 {
    return bitcast<f32>(bitcast<u32>(magnitude) | (bitcast<u32>(x) & 0x80000000u));
}

fn atan(x: f32) -> f32 {
    let a = abs(x);
    let far = a > 2.414213562373095;
    let middle = a > 0.4142135623730950;
    let t = select(select(a, (a - 1.0) / (a + 1.0), middle), -1.0 / a, far);
    let start = select(select(0.0, 0.785398163397448309, middle), 1.57079632679489662, far);
    let z = t * t;
    let p = ((8.05374449538e-2 * z - 1.38776856032e-1) * z + 1.99777106478e-1) * z - 3.33329491539e-1;
    return select(with_sign(start + (p * z * t + t), x), x, x != x);
}

fn atan2(y: f32, x: f32) -> f32 {
    const pi = 3.14159265358979324;
    let a = atan(abs(y) / abs(x));
    let both = abs(y) == abs(x);
    let first = select(a, select(0.785398163397448309, 0.0, x == 0.0), both);
    let negative = (bitcast<u32>(x) & 0x80000000u) != 0u;
    return with_sign(select(first, pi - first, negative), y);
}

// asin for |x| up to 0.5, from x and x*x.
fn asin_part(x: f32, z: f32) -> f32 {
    var p = 4.2163199048e-2;
    p = p * z + 2.4181311049e-2;
    p = p * z + 4.5470025998e-2;
    p = p * z + 7.4953002686e-2;
    p = p * z + 1.6666752422e-1;
    return p * z * x + x;
}

fn asin(x: f32) -> f32 {
    let a = abs(x);
    let outer = a > 0.5;
    let z = select(a * a, 0.5 * (1.0 - a), outer);
    let y = asin_part(select(a, sqrt(z), outer), z);
    return with_sign(select(y, 1.57079632679489662 - (y + y), outer), x);
}

fn acos(x: f32) -> f32 {
    let a = abs(x);
    let outer = a > 0.5;
    let z = select(a * a, 0.5 * (1.0 - a), outer);
    let y = asin_part(select(x, sqrt(z), outer), z);
    let far = select(y + y, 3.14159265358979324 - (y + y), x < 0.0);
    return select(1.57079632679489662 - y, far, outer);
}

fn sinh(x: f32) -> f32 {
    let a = abs(x);
    let z = x * x;
    let near = ((2.03721912945e-4 * z + 8.33028376239e-3) * z + 1.66667160211e-1) * z * x + x;
    // exp(a) alone would pass the largest f32 before its half does.
    let e = exp(a - 0.693147180559945309);
    let far = with_sign(e - 0.25 / e, x);
    return select(near, far, a > 1.0);
}

fn cosh(x: f32) -> f32 {
    let e = exp(abs(x) - 0.693147180559945309);
    return e + 0.25 / e;
}

fn tanh(x: f32) -> f32 {
    let a = abs(x);
    let z = x * x;
    var p = -5.70498872745e-3;
    p = p * z + 2.06390887954e-2;
    p = p * z - 5.37397155531e-2;
    p = p * z + 1.33314422036e-1;
    p = p * z - 3.33332819422e-1;
    let near = p * z * x + x;
    let far = with_sign(1.0 - 2.0 / (exp(a + a) + 1.0), x);
    return select(near, far, a > 0.625);
}

fn asinh(x: f32) -> f32 {
    let a = abs(x);
    let z = x * x;
    var p = 2.0122003309e-2;
    p = p * z - 4.2699340972e-2;
    p = p * z + 7.4847586088e-2;
    p = p * z - 1.6666288134e-1;
    let near = p * z * x + x;
    let root = select(sqrt(z + 1.0), a, a > 1.0e9);
    return select(near, with_sign(log(a + root), x), a > 0.5);
}

fn acosh(x: f32) -> f32 {
    let root = select(sqrt(x - 1.0) * sqrt(x + 1.0), x, x > 1.0e9);
    return log(x + root);
}

fn atanh(x: f32) -> f32 {
    let a = abs(x);
    let z = x * x;
    var p = 1.81740078349e-1;
    p = p * z + 8.24370301058e-2;
    p = p * z + 1.46691431730e-1;
    p = p * z + 1.99782164500e-1;
    p = p * z + 3.33337300303e-1;
    let near = p * z * x + x;
    let far = with_sign(0.5 * log((1.0 + a) / (1.0 - a)), x);
    return select(near, far, a > 0.5);
}
