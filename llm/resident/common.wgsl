// What the shaders share. Sums go in the order of llm/kernel, whose results on the CPU these are
// to the bit where fma, division and roots are exact.

const lanes = 64u;
var<workgroup> part: array<f32, lanes>;

// The sum over the lanes, of which every one gets it.
fn sum_of(lane: u32, mine: f32) -> f32 {
    part[lane] = mine;
    for (var half = lanes / 2u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if (lane < half) {
            part[lane] += part[lane + half];
        }
    }
    workgroupBarrier();
    let sum = part[0];
    workgroupBarrier();
    return sum;
}

// e^a. Source: Cephes, expf.
fn exp_of(a: f32) -> f32 {
    let c = min(max(a, -87.3365478515625), 88.72283172607422);
    let n = round(c * 1.4426950216293335);
    let x = fma(-n, -0.00021219444170128554, fma(-n, 0.693359375, c));
    var p = fma(0.00019875691214110702, x, 0.001398199936375022);
    p = fma(p, x, 0.008333452045917511);
    p = fma(p, x, 0.04166579619050026);
    p = fma(p, x, 0.1666666567325592);
    p = fma(p, x, 0.5);
    p = fma(x * x, p, x) + 1.0;
    return bitcast<f32>(bitcast<u32>(p) + (bitcast<u32>(i32(n)) << 23u));
}

fn tanh_of(a: f32) -> f32 {
    let e = exp_of(-2.0 * abs(a));
    return sign(a) * ((1.0 - e) / (1.0 + e));
}
