// Barriers in control flow that is not uniform.
//// barrier-in-switch line=4 section=uniformity-statements says=`workgroupBarrier must be called from uniform control flow, but invocations may disagree about reaching it`
@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) i: u32) {
    switch (⟦i¦2u⟧) {
        case 1u: { workgroupBarrier(); }
        default: {}
    }
}
//// storage-barrier-in-if line=3 section=storageBarrier-builtin says=`storageBarrier must be called from uniform control flow, but invocations may disagree about reaching it`
@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) i: u32) {
    if (⟦i¦1u⟧ > 2u) { storageBarrier(); }
}
//// barrier-after-break line=5 section=uniformity-statements says=`workgroupBarrier must be called from uniform control flow, but invocations may disagree about reaching it`
@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) i: u32) {
    loop {
        if (⟦i¦4u⟧ > 3u) { break; }
        workgroupBarrier();
    }
}
//// barrier-by-written-storage line=3 section=uniformity-expressions says=`workgroupBarrier must be called from uniform control flow, but invocations may disagree about reaching it`
@group(0) @binding(0) var<storage⟦, read_write¦⟧> b: u32;
@compute @workgroup_size(8) fn main() {
    if (b > 1u) { workgroupBarrier(); }
}
//// barrier-by-private line=3 section=uniformity-expressions says=`workgroupBarrier must be called from uniform control flow, but invocations may disagree about reaching it`
var<private> p: u32;
@compute @workgroup_size(8) fn main() {
    if (⟦p¦1u⟧ > 1u) { workgroupBarrier(); }
}
//// barrier-by-variable line=4 section=func-var-value-analysis says=`workgroupBarrier must be called from uniform control flow, but invocations may disagree about reaching it`
@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) i: u32, @builtin(workgroup_id) g: vec3u) {
    var x = ⟦i¦g.x⟧;
    if (x > 1u) { workgroupBarrier(); }
}
//// barrier-by-short-circuit line=3 section=uniformity-expressions says=`workgroupBarrier must be called from uniform control flow, but invocations may disagree about reaching it`
@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) i: u32, @builtin(workgroup_id) g: vec3u) {
    if (g.x > 0u || ⟦i¦g.y⟧ > 2u) { workgroupBarrier(); }
}
//// barrier-by-atomic line=3 section=uniformity-function-calls says=`workgroupBarrier must be called from uniform control flow, but invocations may disagree about reaching it`
var<workgroup> w: atomic<u32>;
@compute @workgroup_size(8) fn main() {
    if (⟦atomicLoad(&w)¦workgroupUniformLoad(&w)⟧ > 1u) { workgroupBarrier(); }
}
//// uniform-load-by-lane line=4 section=workgroupUniformLoad-builtin says=`workgroupUniformLoad needs a value here that is the same for all invocations`
var<workgroup> w: array<u32, 8>;
@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) i: u32) {
    _ = workgroupUniformLoad(&w[⟦i¦2⟧]);
}
//// uniform-load-of-private line=2 section=workgroupUniformLoad-builtin says=`workgroupUniformLoad cannot be called with \(ptr<private, u32>\)`
var<⟦private¦workgroup⟧> p: u32;
@compute @workgroup_size(8) fn main() { _ = workgroupUniformLoad(&p); }
