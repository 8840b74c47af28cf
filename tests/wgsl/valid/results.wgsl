// Built-in functions that give structures.
//// modf-frexp elements=16 section=modf-builtin,frexp-builtin
struct Out { f: f32, w: f32, s: f32, e: i32, v: vec2f, ve: vec2i }
@group(0) @binding(0) var<storage, read_write> out: array<Out>;
@group(0) @binding(1) var<storage, read> a: array<vec2f>;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let x = a[id.x];
    let m = modf(x.x); let f = frexp(x.y); let vf = frexp(x); let vm = modf(x);
    out[id.x] = Out(m.fract, m.whole, f.fract, f.exp, vf.fract + vm.whole, vf.exp);
}
