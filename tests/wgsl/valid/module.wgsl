// "WGSL Module", "Textual Structure" and "Directives".
// section: wgsl-module
//// declarations-in-any-order elements=8
@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) i: u32) { out[i] = helper(i) + table[i % N]; }
fn helper(x: u32) -> u32 { return x * factor(); }
const_assert N == 4u;
fn factor() -> u32 { return F; }
const table = array<u32, N>(5, 6, 7, 8);
const F = N + 1;
const N = 4u;
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
;
//// other-entry-points-are-stripped elements=4 entry=main section=shader-lifecycle
// The value of `never` is missing, which only the entry point `broken` would need;
// `huge` would be too large for any device.
override never: u32;
override here: u32 = 3;
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(0) var<storage, read_write> outOther: array<f32>;
var<workgroup> big: array<u32, never>;
@compute @workgroup_size(never) fn broken() { big[0] = never; outOther[0] = f32(big[0]); }
@compute @workgroup_size(1024, 1024, 64) fn huge() { outOther[0] = 1.0; }
@compute @workgroup_size(4) fn main(@builtin(local_invocation_index) i: u32) { out[i] = here * i; }
//// error-in-code-not-reached elements=4 entry=main section=errors
// 1 / zero is an error of pipelines, of those only that reach it.
override zero: u32 = 0;
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
fn unused() -> u32 { return 1u / zero; }
@compute @workgroup_size(1) fn other() { out[0] = unused(); }
@compute @workgroup_size(4) fn main(@builtin(local_invocation_index) i: u32) { out[i] = i + zero + 7u; }
//// comments-are-blanks elements=8 section=parsing,comments
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@compute/**/@workgroup_size(/* one */1/*,2*/)fn/*
over lines */main(){// to the end of the line /* not opened
out[0]=1u/*/*nested*/still*/+2u;out[1]=8u//
/2u;
let a/**/=/***/3u;out[2]=a/**/-/*/ * /*/ */ */1u; // */ is no end
out[3] = 7u /* // */ ; out[4] = 9u;
}
//// template-or-comparison elements=8 section=parsing,template-lists-sec
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
fn pick(a: bool, b: bool) -> u32 { return select(0u, 1u, a) + select(0u, 2u, b); }
@compute @workgroup_size(1)
fn main() {
    let a = 3; let b = 7; let c = 2; let d = 9;
    out[0] = pick((a < b), c > d);
    out[1] = pick(a < (b), (d > c));
    out[2] = array<u32, select(1, 4, (5 > 4))>(1, 2, 3, 4)[3];
    out[3] = select(1u, 2u, a<b);
    out[4] = arrayed(array<vec2<u32>,2>(vec2<u32>(1,2),vec2<u32>(3,4)));
    out[5] = u32(a<<1u) >> 1u;
    out[6] = bitcast<u32>(bitcast<i32>(bitcast<u32>(77)));
    var v: vec3<array_t>=vec3<array_t>(1,2,3);
    v.x>>=0u; out[7]=v.y;
}
alias array_t=u32;
fn arrayed(a: array<vec2<u32>,2>) -> u32 { return a[1].x; }
//// every-blank elements=8 section=blankspace-and-line-breaks
@group(0)	@binding(0)var<storage, read_write>out:array<u32>;
@compute‎@workgroup_size(1)‏fn main() {
    out[0] =	1u;
    out[1]
=
2u; // ended by a line separator out[2] = 3u;
    // by a paragraph separator out[3] = 4u;
    // by a vertical tabout[4] = 5u;
    // by a form feedout[5] = 6u;
    // by a next lineout[6] = 7u;
    // by a carriage return
out[7] = 8u;
}
//// longest-token-that-fits elements=8 section=tokens,syntactic-tokens
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(1)
fn main() {
    var a=5; let b=- - -a; a--; a+=-1; a-=-b;
    out[0]=u32(a+100);
    var u=1u; u<<=3u; u>>=1u; u|=1u; u&=~4u; u^=0xffu; u%=200u; u*=3u; u/=2u;
    out[1]=u;
    out[2]=select(0u,1u,!(a!=b)||(!!(a<=b)&&true==(a>=b)));
    let x=array<array<u32,1>,2>(array<u32,1>(6),array<u32,1>(7));out[3]=x[1][0];
    out[4]=u32(1.-.5+1.5e+1);
    let p=&out[5];*p=u32(0x1p4);
    out[6]=u32(vec2(1,2).xy.y);
    out[7]=u32((7&-7)|(8^(1)));
}
//// literals-of-all-kinds elements=8 section=literals,literal-expressions
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(1)
fn main() {
    out[0] = f32(1u) + f32(-2i) + 3f + 4.5;
    out[1] = f32(0x10) + f32(0XFFu) + f32(0x7fffffffi / 65536);
    out[2] = 1e3 + 1E-3 + 1.e2 + .5 + 0.f + 12.25e0f;
    out[3] = 0x1.8p3 + 0x.8p-1 + 0X1P+2 + 0xA.p0f + 0x1p-10f;
    out[4] = select(0.0, 1.0, true) + select(2.0, 4.0, false);
    out[5] = f32(4294967295u) + f32(2147483647) + f32(-2147483648);
    out[6] = 1.17549435e-38f; out[7] = 3.4028234663852886e38 * -1.0;
}
//// booleans elements=4 section=boolean-literals
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
const yes = true;
var<private> flag = false;
@compute @workgroup_size(1)
fn main() {
    out[0] = u32(true); out[1] = u32(false) + 4u; out[2] = select(1u, 2u, yes != flag);
    flag = true; if flag { out[3] = 9u; }
}
//// integers-at-their-ends elements=8 section=numeric-literals
@group(0) @binding(0) var<storage, read_write> out: array<i32>;
const big = 9223372036854775807;
const low = -9223372036854775807 - 1;
@compute @workgroup_size(1)
fn main() {
    out[0] = 2147483647i; out[1] = -2147483648; out[2] = i32(0xffffffffu); out[3] = 0x7fffffff;
    out[4] = i32(big / 4294967296); out[5] = i32(low >> 33u); out[6] = 0; out[7] = i32(0x7fffffffffffffff % 1000);
}
//// floats-round-to-nearest elements=8 ulp=0 section=numeric-literals
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(1)
fn main() {
    out[0] = 16777217.0f; out[1] = 0.1f; out[2] = 0x1.000001p0; out[3] = 0x1.000002p0f;
    out[4] = 1.00000017881393432617187499; out[5] = 340282346638528859811704183484516925440.0;
    out[6] = 123456789012345678901234567890.0; out[7] = 0x1.fffffep127f;
}
//// letters-of-many-scripts elements=8 section=identifiers
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
const Δέλτα = 1u; const réflexion = 2u; const Кызыл = 3u; const 朝焼け = 4u; const سلام = 5u; const गुलाबी = 6u;
const _a = 7u; const a_ = 8u; const A__B = 9u; const _1 = 10u;
@compute @workgroup_size(1)
fn main() {
    out[0] = Δέλτα + réflexion * 10u; out[1] = Кызыл + 朝焼け * 10u; out[2] = سلام + गुलाबी * 10u;
    out[3] = _a + a_ * 10u; out[4] = A__B + _1 * 10u;
}
//// composed-and-decomposed elements=4 section=identifier-comparison
// The two names look the same; they have other code points and are two names.
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
const café = 1u;
const café = 2u;
const CAFÉ = 3u;
@compute @workgroup_size(1)
fn main() { out[0] = café; out[1] = café; out[2] = CAFÉ; }
//// names-of-contexts-are-free elements=8 section=context-dependent-names,attribute-names,builtin-value-names
// What names an attribute, a built-in value or a severity may name a declaration too.
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
const group = 0; const binding = 1u; const workgroup_size = 2u; const builtin = 3u; const position = 4u; const compute = 5u;
const local_invocation_index = 6u; const off = 7u; const flat = 8u; const center = 9u; const info = 10u; const rgba = 11u;
struct align { @align(16) size: u32, @size(16) location: u32 }
fn vertex(id: u32) -> u32 { return id + 1u; }
@compute @workgroup_size(workgroup_size)
fn main(@builtin(local_invocation_index) interpolate: u32) {
    var severity = align(1, 2);
    severity.size += vertex(interpolate);
    out[interpolate] = severity.size * 100u + binding + builtin + position + compute;
    out[interpolate + 2u] = local_invocation_index + off + flat + center + info + rgba + u32(group);
}
//// swizzle-letters elements=8 section=swizzle-names
@group(0) @binding(0) var<storage, read_write> out: array<vec4u>;
struct xyzw { x: u32, rgb: u32, xy: u32 }
@compute @workgroup_size(1)
fn main() {
    let v = vec4u(1, 2, 3, 4);
    let s = xyzw(5, 6, 7);
    out[0] = v.wzyx; out[1] = v.abgr; out[2] = vec4u(v.xxyy); out[3] = vec4u(v.rg, v.ba);
    out[4] = vec4u(v.x, v.g, v.z, v.a); out[5] = vec4u(s.x, s.rgb, s.xy, 0); out[6] = v.zzz.xyxy; out[7] = vec4u(v.www, v.bgr.z);
}
//// enable-lists-may-repeat elements=4 features=subgroups section=extension-names,enable-extensions-sec
enable subgroups, subgroups,;
enable subgroups;
requires packed_4x8_integer_dot_product, pointer_composite_access;
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(1)
fn main() { out[0] = subgroupAdd(3u); out[1] = dot4U8Packed(0x01020304u, 0x01010101u); }
//// names-of-extensions-are-free elements=4 section=extension-names
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
const subgroups = 3u; const clip_distances = 4u; const linear_indexing = 5u;
@compute @workgroup_size(1) fn main() { out[0] = subgroups * 100u + clip_distances * 10u + linear_indexing; }
//// requires-changes-nothing elements=4 section=language-extensions-sec
requires readonly_and_readwrite_storage_textures, packed_4x8_integer_dot_product, unrestricted_pointer_parameters,
    pointer_composite_access, uniform_buffer_standard_layout, subgroup_id, texture_and_sampler_let, texture_formats_tier1,
    linear_indexing, immediate_address_space, fragment_depth, subgroup_uniformity,;
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
struct S { a: array<u32, 4> }
fn put(p: ptr<storage, u32, read_write>, x: u32) { *p = x; }
@compute @workgroup_size(1)
fn main() {
    var s = S(); let p = &s; p.a[2] = 5u;
    put(&out[1], p.a[2]); out[0] = pack4xU8(vec4u(1, 2, 3, 260));
}
