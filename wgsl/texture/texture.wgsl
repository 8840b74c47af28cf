// The texture built-in functions over buffers. The layout is told in doc.go. Every
// address is within its texture, whatever the coordinates are.

alias Texels = ptr<storage, array<vec4u>, read>;
alias Target = ptr<storage, array<vec4u>, read_write>;

fn levels(t: Texels) -> u32 { return (*t)[0].w; }
fn layers(t: Texels) -> u32 { return (*t)[0].z; }
fn cubes(t: Texels) -> u32 { return (*t)[0].z / 6u; }
fn samples(t: Texels) -> u32 { return (*t)[1].x; }

fn level_size(t: Texels, level: u32) -> vec3u {
    let base = (*t)[0];
    let flat = max(base.xy >> vec2u(level), vec2u(1));
    return vec3u(flat, select(base.z, max(base.z >> level, 1u), (*t)[1].y == 1u));
}

fn dimensions(t: Texels, level: i32) -> vec3u { return level_size(t, min(u32(level), levels(t) - 1u)); }

fn level_start(t: Texels, level: u32) -> u32 { return (*t)[2u + level / 4u][level % 4u]; }

fn texel(t: Texels, level: u32, size: vec3u, p: vec3i) -> vec4u {
    let at = vec3u(p);
    return (*t)[level_start(t, level) + (at.z * size.y + at.y) * size.x + at.x];
}

fn load(t: Texels, p: vec3i, level: i32) -> vec4u {
    if (u32(level) >= levels(t)) { return vec4u(); }
    let size = level_size(t, u32(level));
    if (any(vec3u(p) >= size)) { return vec4u(); }
    return texel(t, u32(level), size, p);
}

fn load_sample(t: Texels, p: vec3i, index: i32) -> vec4u {
    let size = (*t)[0];
    let count = samples(t);
    if (any(vec2u(p.xy) >= size.xy) || u32(index) >= count) { return vec4u(); }
    return (*t)[level_start(t, 0u) + (u32(p.y) * size.x + u32(p.x)) * count + u32(index)];
}

fn store(t: Target, p: vec3i, v: vec4u) {
    let size = (*t)[0].xyz;
    let at = vec3u(p);
    if (any(at >= size)) { return; }
    (*t)[(*t)[2].x + (at.z * size.y + at.y) * size.x + at.x] = v;
}

// What a value becomes in a format, by the kind and the bits of a channel.
fn to_unorm8(v: vec4f) -> vec4u { return bitcast<vec4u>(unpack4x8unorm(pack4x8unorm(v))); }
fn to_snorm8(v: vec4f) -> vec4u { return bitcast<vec4u>(unpack4x8snorm(pack4x8snorm(v))); }
fn to_unorm16(v: vec4f) -> vec4u {
    return bitcast<vec4u>(vec4f(unpack2x16unorm(pack2x16unorm(v.xy)), unpack2x16unorm(pack2x16unorm(v.zw))));
}
fn to_snorm16(v: vec4f) -> vec4u {
    return bitcast<vec4u>(vec4f(unpack2x16snorm(pack2x16snorm(v.xy)), unpack2x16snorm(pack2x16snorm(v.zw))));
}
fn to_float16(v: vec4f) -> vec4u { return bitcast<vec4u>(quantizeToF16(v)); }
fn to_float32(v: vec4f) -> vec4u { return bitcast<vec4u>(v); }
fn to_uint8(v: vec4u) -> vec4u { return min(v, vec4u(255)); }
fn to_uint16(v: vec4u) -> vec4u { return min(v, vec4u(65535)); }
fn to_uint32(v: vec4u) -> vec4u { return v; }
fn to_sint8(v: vec4i) -> vec4u { return bitcast<vec4u>(clamp(v, vec4i(-128), vec4i(127))); }
fn to_sint16(v: vec4i) -> vec4u { return bitcast<vec4u>(clamp(v, vec4i(-32768), vec4i(32767))); }
fn to_sint32(v: vec4i) -> vec4u { return bitcast<vec4u>(v); }
fn to_unorm10(v: vec4f) -> vec4u {
    let steps = vec4f(1023, 1023, 1023, 3);
    return bitcast<vec4u>(round(saturate(v) * steps) / steps);
}
fn to_uint10(v: vec4u) -> vec4u { return min(v, vec4u(1023, 1023, 1023, 3)); }
// Floats of 11, 11 and 10 bits have no sign and the exponent of f16; the rest of
// its mantissa is dropped.
fn to_ufloat11(v: vec4f) -> vec4u {
    let positive = max(v, vec4f(0));
    let rg = pack2x16float(positive.xy) & 0xfff0fff0u;
    let b = pack2x16float(vec2f(positive.z, 0)) & 0xffe0u;
    return bitcast<vec4u>(vec4f(unpack2x16float(rg), unpack2x16float(b).x, 1));
}

// A channel that the format lacks is 0, the last one 1.
fn channels1(v: vec4u, one: u32) -> vec4u { return vec4u(v.x, 0, 0, one); }
fn channels2(v: vec4u, one: u32) -> vec4u { return vec4u(v.xy, 0, one); }

fn wrap(i: i32, size: i32, mode: u32) -> i32 {
    switch mode {
        case 1u: { return (i % size + size) % size; }
        case 2u: {
            let p = (i % (2 * size) + 2 * size) % (2 * size);
            return select(p, 2 * size - 1 - p, p >= size);
        }
        default: { return clamp(i, 0, size - 1); }
    }
}

// Four texels and where between them the point lies: (0,0), (1,0), (0,1), (1,1).
struct Footprint { taps: array<vec4u, 4>, f: vec2f }

fn blend(p: Footprint) -> vec4f {
    let top = mix(bitcast<vec4f>(p.taps[0]), bitcast<vec4f>(p.taps[1]), p.f.x);
    let bottom = mix(bitcast<vec4f>(p.taps[2]), bitcast<vec4f>(p.taps[3]), p.f.x);
    return mix(top, bottom, p.f.y);
}

fn gathered(p: Footprint, component: i32) -> vec4u {
    let c = u32(component);
    return vec4u(p.taps[2][c], p.taps[3][c], p.taps[1][c], p.taps[0][c]);
}

fn compared(s: Texels, reference: f32, texel: vec4u) -> f32 {
    let d = bitcast<f32>(texel.x);
    let order = select(0u, 1u, reference < d) | select(0u, 2u, reference == d) | select(0u, 4u, reference > d);
    return select(0.0, 1.0, (order & (*s)[0].w) != 0u);
}

fn compared_all(s: Texels, reference: f32, p: Footprint) -> Footprint {
    var out = p;
    out.taps[0].x = bitcast<u32>(compared(s, reference, p.taps[0]));
    out.taps[1].x = bitcast<u32>(compared(s, reference, p.taps[1]));
    out.taps[2].x = bitcast<u32>(compared(s, reference, p.taps[2]));
    out.taps[3].x = bitcast<u32>(compared(s, reference, p.taps[3]));
    return out;
}

// The level of detail, clamped by the sampler and to the texture's levels.
fn clamped_level(t: Texels, s: Texels, level: f32) -> f32 {
    let limits = bitcast<vec4f>((*s)[2]);
    return clamp(clamp(level, limits.x, limits.y), 0.0, f32(levels(t) - 1u));
}
fn is_linear(s: Texels, level: f32) -> bool { return select((*s)[1].y, (*s)[1].x, level <= 0.0) == 1u; }
fn mixes_levels(s: Texels) -> bool { return (*s)[1].z == 1u; }

fn taps_2d(t: Texels, s: Texels, uv: vec2f, layer: i32, level: u32, offset: vec2i) -> Footprint {
    let size = level_size(t, level);
    let n = vec2i(size.xy);
    let z = clamp(layer, 0, i32(size.z) - 1);
    let at = uv * vec2f(n) - 0.5;
    let low = floor(at);
    let p = vec2i(low) + offset;
    let modes = (*s)[0];
    let x = vec2i(wrap(p.x, n.x, modes.x), wrap(p.x + 1, n.x, modes.x));
    let y = vec2i(wrap(p.y, n.y, modes.y), wrap(p.y + 1, n.y, modes.y));
    return Footprint(array(texel(t, level, size, vec3i(x.x, y.x, z)), texel(t, level, size, vec3i(x.y, y.x, z)),
                           texel(t, level, size, vec3i(x.x, y.y, z)), texel(t, level, size, vec3i(x.y, y.y, z))), at - low);
}

fn nearest_2d(t: Texels, s: Texels, uv: vec2f, layer: i32, level: u32, offset: vec2i) -> vec4u {
    let size = level_size(t, level);
    let n = vec2i(size.xy);
    let p = vec2i(floor(uv * vec2f(n))) + offset;
    let modes = (*s)[0];
    return texel(t, level, size, vec3i(wrap(p.x, n.x, modes.x), wrap(p.y, n.y, modes.y), clamp(layer, 0, i32(size.z) - 1)));
}

fn level_2d(t: Texels, s: Texels, uv: vec2f, layer: i32, level: u32, linear: bool, offset: vec2i) -> vec4f {
    if (linear) { return blend(taps_2d(t, s, uv, layer, level, offset)); }
    return bitcast<vec4f>(nearest_2d(t, s, uv, layer, level, offset));
}

fn sample_2d(t: Texels, s: Texels, uv: vec2f, layer: i32, level: f32, offset: vec2i) -> vec4f {
    let lod = clamped_level(t, s, level);
    let linear = is_linear(s, lod);
    if (!mixes_levels(s)) { return level_2d(t, s, uv, layer, u32(floor(lod + 0.5)), linear, offset); }
    let low = floor(lod);
    var v = level_2d(t, s, uv, layer, u32(low), linear, offset);
    if (lod > low) { v = mix(v, level_2d(t, s, uv, layer, u32(low) + 1u, linear, offset), lod - low); }
    return v;
}

fn lod_of(x: f32, y: f32) -> f32 { return log2(max(x, y)); }

fn sample_grad_2d(t: Texels, s: Texels, uv: vec2f, layer: i32, ddx: vec2f, ddy: vec2f, offset: vec2i) -> vec4f {
    let size = vec2f((*t)[0].xy);
    return sample_2d(t, s, uv, layer, lod_of(length(ddx * size), length(ddy * size)), offset);
}

// Level 0, half a texel inside of the edges.
fn sample_clamped_2d(t: Texels, s: Texels, uv: vec2f) -> vec4f {
    let half = 0.5 / vec2f((*t)[0].xy);
    return level_2d(t, s, clamp(uv, half, 1 - half), 0, 0u, is_linear(s, 0.0), vec2i());
}

fn gather_2d(t: Texels, s: Texels, component: i32, uv: vec2f, layer: i32, offset: vec2i) -> vec4u {
    return gathered(taps_2d(t, s, uv, layer, 0u, offset), component);
}

fn gather_compare_2d(t: Texels, s: Texels, uv: vec2f, layer: i32, reference: f32, offset: vec2i) -> vec4f {
    return bitcast<vec4f>(gathered(compared_all(s, reference, taps_2d(t, s, uv, layer, 0u, offset)), 0));
}

fn compare_2d(t: Texels, s: Texels, uv: vec2f, layer: i32, reference: f32, offset: vec2i) -> f32 {
    if (is_linear(s, 0.0)) { return blend(compared_all(s, reference, taps_2d(t, s, uv, layer, 0u, offset))).x; }
    return compared(s, reference, nearest_2d(t, s, uv, layer, 0u, offset));
}

fn level_3d(t: Texels, s: Texels, uvw: vec3f, level: u32, linear: bool, offset: vec3i) -> vec4f {
    let size = level_size(t, level);
    let n = vec3i(size);
    let modes = (*s)[0];
    if (!linear) {
        let p = vec3i(floor(uvw * vec3f(n))) + offset;
        return bitcast<vec4f>(texel(t, level, size, vec3i(wrap(p.x, n.x, modes.x), wrap(p.y, n.y, modes.y), wrap(p.z, n.z, modes.z))));
    }
    let z = uvw.z * f32(n.z) - 0.5;
    let low = floor(z);
    let p = i32(low) + offset.z;
    let near = blend(taps_2d(t, s, uvw.xy, wrap(p, n.z, modes.z), level, offset.xy));
    let far = blend(taps_2d(t, s, uvw.xy, wrap(p + 1, n.z, modes.z), level, offset.xy));
    return mix(near, far, z - low);
}

fn sample_3d(t: Texels, s: Texels, uvw: vec3f, level: f32, offset: vec3i) -> vec4f {
    let lod = clamped_level(t, s, level);
    let linear = is_linear(s, lod);
    if (!mixes_levels(s)) { return level_3d(t, s, uvw, u32(floor(lod + 0.5)), linear, offset); }
    let low = floor(lod);
    var v = level_3d(t, s, uvw, u32(low), linear, offset);
    if (lod > low) { v = mix(v, level_3d(t, s, uvw, u32(low) + 1u, linear, offset), lod - low); }
    return v;
}

fn sample_grad_3d(t: Texels, s: Texels, uvw: vec3f, ddx: vec3f, ddy: vec3f, offset: vec3i) -> vec4f {
    let size = vec3f((*t)[0].xyz);
    return sample_3d(t, s, uvw, lod_of(length(ddx * size), length(ddy * size)), offset);
}

// The face that a direction meets, 0 to 5 for +X -X +Y -Y +Z -Z, and the point on
// it with u, v from -1 to 1. Where two are as near, z comes before y before x.
struct OnFace { face: i32, point: vec2f }

fn on_face(d: vec3f) -> OnFace {
    let a = abs(d);
    if (a.z >= a.x && a.z >= a.y) {
        return OnFace(select(4, 5, d.z < 0), vec2f(select(d.x, -d.x, d.z < 0), -d.y) / a.z);
    }
    if (a.y >= a.x) {
        return OnFace(select(2, 3, d.y < 0), vec2f(d.x, select(d.z, -d.z, d.y < 0)) / a.y);
    }
    return OnFace(select(0, 1, d.x < 0), vec2f(select(-d.z, d.z, d.x < 0), -d.y) / a.x);
}

fn direction(face: i32, p: vec2f) -> vec3f {
    switch face {
        case 0: { return vec3f(1, -p.y, -p.x); }
        case 1: { return vec3f(-1, -p.y, p.x); }
        case 2: { return vec3f(p.x, 1, p.y); }
        case 3: { return vec3f(p.x, -1, -p.y); }
        case 4: { return vec3f(p.x, -p.y, 1); }
        default: { return vec3f(-p.x, -p.y, -1); }
    }
}

fn cube_texel(t: Texels, level: u32, size: vec3u, cube: i32, face: i32, p: vec2i) -> vec4u {
    let n = i32(size.x);
    let inside = clamp(p, vec2i(0), vec2i(n - 1));
    return texel(t, level, size, vec3i(inside, clamp(cube, 0, i32(size.z) / 6 - 1) * 6 + face));
}

// A texel beside a face is that of the face beside it.
fn cube_tap(t: Texels, level: u32, size: vec3u, cube: i32, face: i32, p: vec2i) -> vec4u {
    let n = f32(size.x);
    if (all(vec2u(p) < size.xy)) { return cube_texel(t, level, size, cube, face, p); }
    let other = on_face(direction(face, (vec2f(p) + 0.5) * 2 / n - 1));
    return cube_texel(t, level, size, cube, other.face, vec2i(floor((other.point + 1) * 0.5 * n)));
}

fn taps_cube(t: Texels, d: vec3f, cube: i32, level: u32) -> Footprint {
    let size = level_size(t, level);
    let hit = on_face(d);
    let at = (hit.point + 1) * 0.5 * f32(size.x) - 0.5;
    let low = floor(at);
    let p = clamp(vec2i(low), vec2i(-1), vec2i(i32(size.x) - 1));
    var out = Footprint(array(cube_tap(t, level, size, cube, hit.face, p), cube_tap(t, level, size, cube, hit.face, p + vec2i(1, 0)),
                              cube_tap(t, level, size, cube, hit.face, p + vec2i(0, 1)), cube_tap(t, level, size, cube, hit.face, p + vec2i(1, 1))), at - low);
    // Three faces meet at a corner: the texel that is not there is their mean.
    let outside = vec4<bool>((p.x < 0), (p.y < 0), (p.x + 1 >= i32(size.x)), (p.y + 1 >= i32(size.x)));
    if ((outside.x || outside.z) && (outside.y || outside.w)) {
        let missing = select(0u, 1u, outside.z) + select(0u, 2u, outside.w);
        let sum = bitcast<vec4f>(out.taps[missing ^ 1u]) + bitcast<vec4f>(out.taps[missing ^ 2u]) + bitcast<vec4f>(out.taps[missing ^ 3u]);
        out.taps[missing] = bitcast<vec4u>(sum / 3);
    }
    return out;
}

fn nearest_cube(t: Texels, d: vec3f, cube: i32, level: u32) -> vec4u {
    let size = level_size(t, level);
    let hit = on_face(d);
    return cube_texel(t, level, size, cube, hit.face, vec2i(floor((hit.point + 1) * 0.5 * f32(size.x))));
}

fn level_cube(t: Texels, d: vec3f, cube: i32, level: u32, linear: bool) -> vec4f {
    if (linear) { return blend(taps_cube(t, d, cube, level)); }
    return bitcast<vec4f>(nearest_cube(t, d, cube, level));
}

fn sample_cube(t: Texels, s: Texels, d: vec3f, cube: i32, level: f32) -> vec4f {
    let lod = clamped_level(t, s, level);
    let linear = is_linear(s, lod);
    if (!mixes_levels(s)) { return level_cube(t, d, cube, u32(floor(lod + 0.5)), linear); }
    let low = floor(lod);
    var v = level_cube(t, d, cube, u32(low), linear);
    if (lod > low) { v = mix(v, level_cube(t, d, cube, u32(low) + 1u, linear), lod - low); }
    return v;
}

// How the point on the face moves as the direction does.
fn on_face_derivative(d: vec3f, dd: vec3f) -> vec2f {
    let hit = on_face(d);
    let axis = hit.face / 2;
    let side = select(1.0, -1.0, hit.face % 2 == 1);
    let major = select(select(d.x, d.y, axis == 1), d.z, axis == 2) * side;
    let moved = select(select(dd.x, dd.y, axis == 1), dd.z, axis == 2) * side;
    var p: vec2f;
    switch axis {
        case 0: { p = vec2f(-dd.z * side, -dd.y); }
        case 1: { p = vec2f(dd.x, dd.z * side); }
        default: { p = vec2f(dd.x * side, -dd.y); }
    }
    return (p - hit.point * moved) / major;
}

fn sample_grad_cube(t: Texels, s: Texels, d: vec3f, cube: i32, ddx: vec3f, ddy: vec3f) -> vec4f {
    let half = f32((*t)[0].x) * 0.5;
    return sample_cube(t, s, d, cube, lod_of(length(on_face_derivative(d, ddx)) * half, length(on_face_derivative(d, ddy)) * half));
}

fn gather_cube(t: Texels, component: i32, d: vec3f, cube: i32) -> vec4u {
    return gathered(taps_cube(t, d, cube, 0u), component);
}

fn gather_compare_cube(t: Texels, s: Texels, d: vec3f, cube: i32, reference: f32) -> vec4f {
    return bitcast<vec4f>(gathered(compared_all(s, reference, taps_cube(t, d, cube, 0u)), 0));
}

fn compare_cube(t: Texels, s: Texels, d: vec3f, cube: i32, reference: f32) -> f32 {
    if (is_linear(s, 0.0)) { return blend(compared_all(s, reference, taps_cube(t, d, cube, 0u))).x; }
    return compared(s, reference, nearest_cube(t, d, cube, 0u));
}
