// Mistakes beside their repair.
//// overflow
fn f() {
    const a = 9223372036854775807 ⟦+ 1¦- 1⟧;
}
//// divide-by-zero
fn f() {
    const a = 1 / ⟦0¦1⟧;
}
//// remainder-by-zero
fn f() {
    let x = 7; let a = x % ⟦0¦2⟧;
}
//// shift-too-far
fn f() {
    let a = 1u << ⟦32u¦31u⟧;
}
//// float-overflow
fn f() {
    const a = 1e38f * ⟦10f¦1f⟧;
}
//// conversion-range
fn f() {
    const a: u32 = ⟦-1¦1⟧;
}
//// index-past-end
fn f() {
    let a = array(1, 2, 3)[⟦3¦2⟧];
}
//// vector-index-past-end
fn f() {
    var v = vec2f(); let a = v[⟦2¦1⟧];
}
//// sqrt-of-negative
fn f() {
    const a = sqrt(⟦-1.0¦1.0⟧);
}
//// acos-domain
fn f() {
    const a = acos(⟦2.0¦1.0⟧);
}
//// clamp-order
fn f() {
    const a = clamp(1, ⟦3, 2¦2, 3⟧);
}
