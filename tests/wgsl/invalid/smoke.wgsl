// A first few mistakes.
//// float-to-int
fn f() {
    let a: i32 = ⟦1.5¦1⟧;
}
//// barrier-in-varying-flow line=4
@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) i: u32) {
    if (⟦i¦7u⟧ > 3u) {
        workgroupBarrier();
    }
}
