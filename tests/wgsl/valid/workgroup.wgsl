// "Compute Shaders and Workgroups" and synchronization.
//// reduce workgroups=2 elements=128 section=workgroupBarrier-builtin
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
var<workgroup> t: array<u32, 64>;
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) l: u32, @builtin(workgroup_id) g: vec3u, @builtin(global_invocation_id) id: vec3u) {
    t[l] = a[id.x] & 0xffffu;
    for (var h = 32u; h > 0u; h /= 2u) { workgroupBarrier(); if (l < h) { t[l] += t[l + h]; } }
    if (l == 0u) { out[g.x] = t[0]; }
}
//// scan workgroups=2 elements=128 section=workgroupBarrier-builtin
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
var<workgroup> t: array<u32, 64>;
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) l: u32, @builtin(workgroup_id) g: vec3u, @builtin(global_invocation_id) id: vec3u) {
    t[l] = a[id.x]; var s = t[l];
    for (var d = 1u; d < 64u; d *= 2u) {
        workgroupBarrier(); let add = select(0u, t[max(l, d) - d], l >= d);
        workgroupBarrier(); s += add; t[l] = s;
    }
    out[id.x] = s;
}
//// reverse-odd-size workgroups=3 elements=111 section=workgroup-size-attr
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
var<workgroup> t: array<u32, 37>;
@compute @workgroup_size(37)
fn main(@builtin(local_invocation_index) l: u32, @builtin(workgroup_id) g: vec3u, @builtin(global_invocation_id) id: vec3u) {
    t[l] = a[id.x]; workgroupBarrier(); out[id.x] = t[36u - l];
}
//// uniform-load workgroups=2 elements=128 section=workgroupUniformLoad-builtin
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
var<workgroup> t: array<u32, 64>;
var<workgroup> chosen: u32;
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) l: u32, @builtin(workgroup_id) g: vec3u, @builtin(global_invocation_id) id: vec3u) {
    if (l == 5u) { chosen = a[g.x * 64u + 3u]; }
    let c = workgroupUniformLoad(&chosen);
    if ((c & 1u) == 0u) { workgroupBarrier(); t[l] = l; } else { t[l] = 2u * l; }
    workgroupBarrier();
    out[id.x] = t[63u - l] + c;
}
//// zeroed workgroups=2 elements=128 section=var-decls
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
struct S { k: u32, v: vec2f }
var<workgroup> t: array<u32, 8>;
var<workgroup> s: S;
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) l: u32, @builtin(workgroup_id) g: vec3u, @builtin(global_invocation_id) id: vec3u) {
    if (l == 1u) { t[3] = s.k + 5u; } workgroupBarrier(); out[id.x] = t[l & 7u] + s.k + u32(s.v[l & 1u]);
}
//// bitonic-sort workgroups=2 elements=128 section=barrier
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
var<workgroup> t: array<u32, 64>;
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) l: u32, @builtin(workgroup_id) g: vec3u, @builtin(global_invocation_id) id: vec3u) {
    t[l] = a[id.x]; workgroupBarrier();
    for (var k = 2u; k <= 64u; k *= 2u) {
        for (var j = k / 2u; j > 0u; j /= 2u) {
            let p = l ^ j; let mine = t[l]; let other = t[p];
            let up = (l & k) == 0u; let low = l < p;
            let keep = select(max(mine, other), min(mine, other), up == low);
            workgroupBarrier(); t[l] = keep; workgroupBarrier();
        }
    }
    out[id.x] = t[l];
}
//// struct-and-matrix workgroups=2 elements=32 section=address-space
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
struct S { m: mat2x2f, b: bool }
var<workgroup> s: array<S, 16>;
@compute @workgroup_size(16)
fn main(@builtin(local_invocation_index) l: u32, @builtin(workgroup_id) g: vec3u, @builtin(global_invocation_id) id: vec3u) {
    s[l].m = mat2x2f(f32(l), 1.0, 2.0, 3.0); s[l].b = (l & 1u) == 1u; workgroupBarrier();
    let o = s[(l + 7u) % 16u]; out[id.x] = u32(o.m[0].x + o.m[1].y) + select(0u, 100u, o.b) + (a[id.x] & 1u);
}
//// return-after-barrier workgroups=2 elements=128 section=return-statement
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
var<workgroup> t: array<u32, 64>;
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) l: u32, @builtin(workgroup_id) g: vec3u, @builtin(global_invocation_id) id: vec3u) {
    t[l] = a[id.x]; workgroupBarrier();
    if (l % 3u == 0u) { return; }
    out[id.x] = t[l ^ 1u];
}
//// return-in-inner-block-after-barrier workgroups=2 elements=128 section=return-statement
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
var<workgroup> t: array<u32, 64>;
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) l: u32, @builtin(workgroup_id) g: vec3u, @builtin(global_invocation_id) id: vec3u) {
    t[l] = a[id.x];
    if (g.x < 5u) {
        workgroupBarrier();
        if (t[l ^ 1u] % 3u == 0u) { return; }
        out[id.x] = 7u;
        if (l == 9u) { return; }
    }
    out[id.x] += t[l ^ 1u];
    for (var k = 0u; k < 3u; k++) { if (l % 4u == k) { return; } out[id.x] += 1u; }
}
//// switch-break-after-barrier workgroups=2 elements=128 section=break-statement
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
var<workgroup> t: array<u32, 64>;
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) l: u32, @builtin(workgroup_id) g: vec3u, @builtin(global_invocation_id) id: vec3u) {
    for (var k = 0u; k < 4u; k++) {
        t[l] = a[id.x] + k; workgroupBarrier();
        let v = t[63u - l]; workgroupBarrier();
        out[id.x] += v;
        switch (v % 5u) { case 1u { if (l > 30u) { break; } out[id.x] += 100u; } default { out[id.x] += 3u; } }
    }
}
//// helper-returns-apart-after-barrier workgroups=2 elements=128 section=function-calls
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
var<workgroup> t: array<u32, 64>;
fn pick(k: u32) -> u32 { workgroupBarrier(); { let v = t[k ^ 3u]; if (v % 2u == 1u) { return v; } if (v > 1000u) { return 5u; } } return k; }
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) l: u32, @builtin(workgroup_id) g: vec3u, @builtin(global_invocation_id) id: vec3u) {
    t[l] = a[id.x];
    out[id.x] = pick(l) * 10u + pick(l ^ 5u);
}
//// barrier-in-function workgroups=2 elements=128 section=barrier
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
var<workgroup> t: array<u32, 64>;
fn exchange(k: u32) -> u32 { workgroupBarrier(); let v = t[63u - k]; workgroupBarrier(); return v; }
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) l: u32, @builtin(workgroup_id) g: vec3u, @builtin(global_invocation_id) id: vec3u) {
    t[l] = a[id.x]; out[id.x] = exchange(l) + exchange(63u - l);
}
//// storage-barrier workgroups=2 elements=128 section=storageBarrier-builtin
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) l: u32, @builtin(workgroup_id) g: vec3u, @builtin(global_invocation_id) id: vec3u) {
    out[id.x] = a[id.x] + 1u; storageBarrier(); let v = out[g.x * 64u + (63u - l)]; storageBarrier(); out[id.x] = v;
}
//// ids workgroups=2,3,2 elements=360 section=builtin-inputs-outputs,local-invocation-id-builtin-value,local-invocation-index-builtin-value,global-invocation-id-builtin-value,workgroup-id-builtin-value,num-workgroups-index-builtin-value
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@compute @workgroup_size(3, 5, 2)
fn main(@builtin(local_invocation_id) l: vec3u, @builtin(local_invocation_index) k: u32, @builtin(workgroup_id) g: vec3u, @builtin(num_workgroups) n: vec3u, @builtin(global_invocation_id) id: vec3u) {
    let at = (g.x + n.x * (g.y + n.y * g.z)) * 30u + k;
    out[at] = l.x + 10u * l.y + 100u * l.z + 1000u * g.x + 2000u * g.y + 4000u * g.z + 10000u * id.x + 100000u * id.y + 1000000u * id.z + (a[at] & 1u);
}
//// ids-in-struct workgroups=2,2 section=builtin-inputs-outputs,builtin-attr
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<u32>;
struct In { @builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) l: u32 }
@compute @workgroup_size(4, 4)
fn main(in: In) { out[in.id.y * 8u + in.id.x] = in.l * 100u + a[in.l]; }
