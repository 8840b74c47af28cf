// A first few mistakes.
//// float-to-int section=conversion-rank says=`the value of a must be of type i32, but this is AbstractFloat`
fn f() {
    let a: i32 = ⟦1.5¦1⟧;
}
//// barrier-in-varying-flow line=4 section=workgroupBarrier-builtin says=`workgroupBarrier must be called from uniform control flow, but invocations may disagree about reaching it`
@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) i: u32) {
    if (⟦i¦7u⟧ > 3u) {
        workgroupBarrier();
    }
}
