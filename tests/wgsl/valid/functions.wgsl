// "Functions".
// section: functions
//// calls-in-calls workgroups=4 section=function-calls
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
fn g(x: u32) -> u32 { return x * x; }
fn f(a: u32, b: u32) -> u32 { return g(a) + 3u * b; }
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = f(f(x, 2u), f(3u, x));
}
//// many-returns workgroups=4 section=return-statement
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
fn grade(x: u32) -> u32 {
    if (x < 10u) { return 1u; }
    for (var k = 2u; k < 9u; k++) { if (x < k * 10u) { return k; } }
    return 99u;
}
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = grade(x % 100u);
}
//// struct-results workgroups=4 section=struct-types,function-call-expr
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
struct R { q: u32, r: u32 }
fn divide(a: u32, b: u32) -> R { return R(a / b, a % b); }
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    let r = divide(x, (i & 7u) + 1u);
    out[i] = r.q * 16u + r.r;
}
//// array-by-value workgroups=4 section=formal-parameter-expr
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
fn sum(v: array<u32, 4>) -> u32 { var w = v; w[0] = 1000u; return w[0] + w[1] + v[2] + v[3]; }
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    var t = array<u32, 4>(x, x + 1u, x + 2u, x + 3u);
    out[i] = sum(t) + t[0];
}
//// pointer-parameters workgroups=4 section=ref-ptr-types,function-calls
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
fn fill(p: ptr<function, array<u32, 5>>, s: u32) { for (var k = 0u; k < 5u; k++) { (*p)[k] = s + k; } }
fn swap(p: ptr<function, u32>, q: ptr<function, u32>) { let t = *p; *p = *q; *q = t; }
fn add(p: ptr<function, vec3u>) { (*p).y += (*p).x; p.z *= 3u; }
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    var v = vec3u(x, 1u, 2u); var arr = array<u32, 5>(); var other = 9u;
    fill(&arr, x & 255u); swap(&arr[1], &other); arr[3] = other; add(&v);
    out[i] = arr[0] + arr[1] * 2u + arr[3] * 3u + v.x + v.y + v.z;
}
//// storage-pointer-parameters workgroups=4 section=function-restriction
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
fn pick(p: ptr<storage, array<u32>, read>, k: u32) -> u32 { return (*p)[k % arrayLength(p)]; }
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    let p = &a; out[i] = pick(p, x) + pick(&a, i);
}
//// declared-after-use workgroups=4
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
const k = m * 2u;
const m = 21u;
fn later(x: u32) -> T { return x ^ k; }
alias T = u32;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = later(x) + k;
}
//// must-use-and-const-functions workgroups=4 section=must-use-attr
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@must_use fn twice(x: u32) -> u32 { return 2u * x; }
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = twice(x) + u32(clamp(7, 1, 5)) + u32(max(2.5, 1.0) * 2.0);
}
//// alias-and-shadowed-builtins workgroups=4 section=type-aliases,declaration-and-scope
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
fn max(x: u32) -> u32 { return x + 5u; }
const min = 9u;
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let i = id.x;
    let x = a[i];
    out[i] = max(x) + min;
}
