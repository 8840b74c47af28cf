// Mistakes beside their repair.
//// i32-literal-too-large
fn f() {
    let a = ⟦2147483648i¦2147483647i⟧;
}
//// u32-literal-too-large
fn f() {
    let a = ⟦4294967296u¦4294967295u⟧;
}
//// leading-zero
fn f() {
    let a = ⟦01¦1⟧;
}
//// f32-literal-too-large
fn f() {
    let a = ⟦1e39f¦1e38f⟧;
}
//// reserved-word
fn f() {
    let ⟦class¦klass⟧ = 1;
}
//// keyword-as-name
fn f() {
    let ⟦loop¦loops⟧ = 1;
}
//// two-underscores
fn f() {
    let ⟦__a¦_a⟧ = 1;
}
//// lone-underscore
fn f() {
    let ⟦_¦a⟧ = 1;
}
//// missing-semicolon
fn f() {
    let a = 1⟦¦;⟧ let b = 2;
}
//// mixed-and-or
fn f() {
    let a = true || ⟦false && true¦(false && true)⟧;
}
//// mixed-bit-operators
fn f() {
    let a = 1 ⟦| 2 & 3¦| (2 & 3)⟧;
}
//// chained-comparison
fn f() {
    let a = ⟦1 < 2 < 3¦1 < 2⟧;
}
//// increment-in-expression
fn f() {
    var a = 1; let b = ⟦a++¦a⟧;
}
//// no-ternary
fn f() {
    let a = ⟦true ? 1 : 2¦select(2, 1, true)⟧;
}
//// shift-of-sum
fn f() {
    let a = ⟦1 << 2 + 3¦1 << (2 + 3)⟧;
}
//// enable-after-declaration
const a = 1;
⟦enable f16;¦⟧
//// unknown-extension
⟦enable quantum;¦⟧
const a = 1;
//// unknown-feature
⟦requires time_travel;¦⟧
const a = 1;
