// Mistakes beside their repair.
//// atomic-read section=atomic-load says=`a value of type atomic<u32> cannot be loaded`
var<workgroup> w: atomic<u32>;
var<workgroup> u: u32;
fn f() {
    let a = ⟦w¦atomicLoad(&w)⟧;
}
//// atomic-value section=atomic-add says=`atomicAdd cannot be called with \(ptr<workgroup, atomic<u32>>, i32\)`
var<workgroup> w: atomic<u32>;
var<workgroup> u: u32;
fn f() {
    atomicAdd(&w, ⟦1i¦1u⟧);
}
//// atomic-of-plain section=atomic-builtin-functions says=`atomicAdd cannot be called with \(ptr<workgroup, u32>, u32\)`
var<workgroup> w: atomic<u32>;
var<workgroup> u: u32;
fn f() {
    atomicAdd(&⟦u¦w⟧, 1u);
}
//// barrier-in-if line=6 section=barrier says=`workgroupBarrier must be called from uniform control flow, but invocations may disagree about reaching it`
var<workgroup> w: atomic<u32>;
var<workgroup> u: u32;
@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) i: u32) {
    if (⟦i > 2u¦true⟧) {
        workgroupBarrier();
    }
}
//// barrier-in-loop line=6 section=uniformity-statements says=`workgroupBarrier must be called from uniform control flow, but invocations may disagree about reaching it`
var<workgroup> w: atomic<u32>;
var<workgroup> u: u32;
@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) i: u32) {
    for (var k = 0u; k < ⟦i¦4u⟧; k++) {
        workgroupBarrier();
    }
}
//// barrier-after-return line=6 section=uniformity-statements says=`workgroupBarrier must be called from uniform control flow, but invocations may disagree about reaching it`
var<workgroup> w: atomic<u32>;
var<workgroup> u: u32;
@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) i: u32) {
    if (⟦i == 0u¦false⟧) { return; }
    workgroupBarrier();
}
//// uniform-load-in-if line=6 section=workgroupUniformLoad-builtin says=`workgroupUniformLoad must be called from uniform control flow, but invocations may disagree about reaching it`
var<workgroup> w: atomic<u32>;
var<workgroup> u: u32;
@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) i: u32) {
    if (⟦i > 2u¦true⟧) {
        _ = workgroupUniformLoad(&u);
    }
}
//// barrier-by-memory line=6 section=uniformity-expressions says=`workgroupBarrier must be called from uniform control flow, but invocations may disagree about reaching it`
var<workgroup> w: atomic<u32>;
var<workgroup> u: u32;
@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) i: u32) {
    if (⟦u > 2u¦workgroupUniformLoad(&u) > 2u⟧) {
        workgroupBarrier();
    }
}
