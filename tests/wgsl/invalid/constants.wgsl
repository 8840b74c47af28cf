// Mistakes beside their repair.
//// overflow section=abstract-types says=`9223372036854775807 \+ 1: the result does not fit AbstractInt`
fn f() {
    const a = 9223372036854775807 ⟦+ 1¦- 1⟧;
}
//// divide-by-zero section=arithmetic-expr says=`1 / 0: division by zero`
fn f() {
    const a = 1 / ⟦0¦1⟧;
}
//// remainder-by-zero section=arithmetic-expr says=`% 0i: division by zero`
fn f() {
    let x = 7; let a = x % ⟦0¦2⟧;
}
//// shift-too-far section=bit-expr says=`1u << 32u: the shift amount 32 is not below the bit width 32 of u32`
fn f() {
    let a = 1u << ⟦32u¦31u⟧;
}
//// float-overflow section=floating-point-rounding-and-overflow says=`1e\+38f \* 10f: the result is past the finite range of f32 \(3\.4028234663852886e\+38\)`
fn f() {
    const a = 1e38f * ⟦10f¦1f⟧;
}
//// conversion-range section=conversion-rank says=`u32\(-1\): the value -1 does not fit u32`
fn f() {
    const a: u32 = ⟦-1¦1⟧;
}
//// index-past-end section=array-access-expr says=`index 3 is out of bounds: array<AbstractInt, 3> has 3 components`
fn f() {
    let a = array(1, 2, 3)[⟦3¦2⟧];
}
//// vector-index-past-end section=vector-single-component says=`index 2 is out of bounds: vec2<f32> has 2 components`
fn f() {
    var v = vec2f(); let a = v[⟦2¦1⟧];
}
//// sqrt-of-negative section=sqrt-builtin says=`sqrt\(-1\): the argument is outside the domain \[0, \+Inf\]`
fn f() {
    const a = sqrt(⟦-1.0¦1.0⟧);
}
//// acos-domain section=acos-builtin says=`acos\(2\): the argument is outside the domain \[-1, 1\]`
fn f() {
    const a = acos(⟦2.0¦1.0⟧);
}
//// clamp-order section=clamp says=`clamp\(1, 3, 2\): the low bound 3 is greater than the high bound 2`
fn f() {
    const a = clamp(1, ⟦3, 2¦2, 3⟧);
}
