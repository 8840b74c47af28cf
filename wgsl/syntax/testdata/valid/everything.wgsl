// Every production of the grammar at least once.
enable f16, subgroups,;
requires readonly_and_readwrite_storage_textures;
diagnostic(off, derivative_uniformity);
diagnostic(warning, vendor.rule,);

/* a block /* in a block */ comment */
alias Pair = vec2<f32>;
alias Grid = array<array<vec4<f32>, 4>, (8 >> 1)>;

struct Light {
    @align(16) position: vec3<f32>, // where it is
    @size(16) colour: vec3f,
    falloff: f32
};

struct Out {
    @builtin(position) @invariant clip: vec4f,
    @location(0) @interpolate(flat, either) id: u32,
    @location(1) @blend_src(0,) tint: vec4<f32>,
}

@group(0) @binding(0) var<uniform> light: Light;
@group(0) @binding(1) var<storage, read_write> cells: array<atomic<u32>>;
@group(0) @binding(2) var picture: texture_2d<f32>;
var<private> seed: u32 = 0x9e3779b9u;
var<workgroup> tile: array<f32, 64>;
@id(1) override block: u32 = 8;
override scale: f32;
const a = 4;
const ab: i32 = -4;
const less = a < ab;
const_assert a < 5 && (a > 3);
;

@vertex
fn vs(@builtin(vertex_index) i: u32, @location(0) p: vec3<f32>,) -> Out {
    var o: Out;
    o.clip = vec4f(p, 1.0);
    o.id = i;
    return o;
}

@fragment fn fs(in: Out) -> @location(0) vec4<f32> { if in.id == 0u { discard; } return in.tint; }

fn helper(p: ptr<function, array<i32, 4>>, n: i32) -> i32 @diagnostic(off, derivative_uniformity) {
    (*p)[0] = n;
    *&(*p)[1] += n;
    p[2]++;
    (((*p)[3]))--;
    return (*p)[0] + n;
}

@compute @workgroup_size(8, 8,)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    var x = 1;
    var<function> y: i32 = x--x;
    let z = - -x + --y;
    const two = 2u;
    const_assert two == 2;
    _ = helper(&xs, 1,);
    helper(&xs, 2);
    vec2<f32>(1, 2).x = 3;
    x += 1; x -= 1; x *= 2; x /= 2; x %= 3; x &= 7; x |= 8; x ^= 1; x >>= 1u; x <<= two;
    if x < y && z > y { } else if (x == 3) { } else { }
    @diagnostic(off, derivative_uniformity) if !(x != 3 || y <= 4 || z >= 5) { }
    switch (x) @diagnostic(off, a.b) {
        case 1, 2,: { }
        case 3, default { break; }
        case 4i { }
    }
    switch x { default: { } }
    loop @diagnostic(info, a) {
        if x > 3 { break; }
        continue;
        continuing @diagnostic(info, b) {
            x++;
            break if x > 4;
        }
    }
    loop { break; }
    loop { continuing { } }
    for (var i = 0; i < 4; i++) { }
    for (x = 0; ; x += 2) { break; }
    for (helper(&xs, 1); ; helper(&xs, 2)) { break; }
    for (;;) { break; }
    while x < 4 @diagnostic(error, c) { x++; }
    { @diagnostic(off, d) { ; } }
    let flags = x & 3 & ~y;
    let either = x | y | -z;
    let one = x ^ !y;
    let shifted = x << 2u < y >> two;
    let sum = 1 + 2 * 3 % 4 / 5 - 6;
    let all = a < b && b != c && true;
    let any = false || a >= b || c <= d;
    let deep = f(a[1][2].xyz.x, (b), c<d>(e), array<i32, select(2, 3, a > b)>())[0].r;
    let Δέλτα = réflexion + 朝焼け;
    storageBarrier();
    return;
}
