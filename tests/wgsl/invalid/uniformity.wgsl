// Barriers in control flow that is not uniform.
//// barrier-in-switch line=4
@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) i: u32) {
    switch (⟦i¦2u⟧) {
        case 1u: { workgroupBarrier(); }
        default: {}
    }
}
//// storage-barrier-in-if line=3
@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) i: u32) {
    if (⟦i¦1u⟧ > 2u) { storageBarrier(); }
}
//// barrier-after-break line=5
@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) i: u32) {
    loop {
        if (⟦i¦4u⟧ > 3u) { break; }
        workgroupBarrier();
    }
}
//// barrier-by-written-storage line=3
@group(0) @binding(0) var<storage⟦, read_write¦⟧> b: u32;
@compute @workgroup_size(8) fn main() {
    if (b > 1u) { workgroupBarrier(); }
}
//// barrier-by-private line=3
var<private> p: u32;
@compute @workgroup_size(8) fn main() {
    if (⟦p¦1u⟧ > 1u) { workgroupBarrier(); }
}
//// barrier-by-variable line=4
@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) i: u32, @builtin(workgroup_id) g: vec3u) {
    var x = ⟦i¦g.x⟧;
    if (x > 1u) { workgroupBarrier(); }
}
//// barrier-by-short-circuit line=3
@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) i: u32, @builtin(workgroup_id) g: vec3u) {
    if (g.x > 0u || ⟦i¦g.y⟧ > 2u) { workgroupBarrier(); }
}
//// barrier-by-atomic line=3
var<workgroup> w: atomic<u32>;
@compute @workgroup_size(8) fn main() {
    if (⟦atomicLoad(&w)¦workgroupUniformLoad(&w)⟧ > 1u) { workgroupBarrier(); }
}
//// uniform-load-by-lane line=4
var<workgroup> w: array<u32, 8>;
@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) i: u32) {
    _ = workgroupUniformLoad(&w[⟦i¦2⟧]);
}
//// uniform-load-of-private line=2
var<⟦private¦workgroup⟧> p: u32;
@compute @workgroup_size(8) fn main() { _ = workgroupUniformLoad(&p); }
