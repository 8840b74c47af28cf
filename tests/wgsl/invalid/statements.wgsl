// Mistakes beside their repair.
//// assign-type
fn f() {
    var a = 1i; a = ⟦1u¦2i⟧;
}
//// assign-to-call
fn g() -> i32 { return 1; }
fn f() {
    ⟦g() = 1;¦_ = g();⟧
}
//// compound-type
fn f() {
    var a = 1i; a += ⟦1.5f¦1⟧;
}
//// increment-float
fn f() {
    var a = ⟦1.0¦1⟧; a++;
}
//// if-of-int
fn f() {
    if (⟦1¦true⟧) {}
}
//// switch-of-float
fn f() {
    switch (⟦1.0¦1⟧) { default: {} }
}
//// switch-without-default
fn f() {
    switch (1) {⟦ case 1: {} ¦ default: {} ⟧}
}
//// switch-duplicate
fn f() {
    switch (1) { case 1: {} case ⟦1¦2⟧: {} default: {} }
}
//// switch-selector-type
fn f() {
    switch (1i) { case ⟦1u¦1i⟧: {} default: {} }
}
//// break-outside
fn f() {
    ⟦break;¦⟧
}
//// continue-outside
fn f() {
    ⟦continue;¦⟧
}
//// endless-loop
fn f() {
    ⟦loop {}¦loop { break; }⟧
}
//// break-if-in-body
fn f() {
    loop {
        ⟦break if true;¦if (true) { break; }⟧
    }
}
//// return-in-continuing
fn f() {
    loop {
        if (true) { break; }
        continuing { ⟦return;¦⟧ }
    }
}
//// return-value-of-void
fn f() {
    return⟦ 1¦⟧;
}
//// missing-return line=3
fn f(a: bool) -> i32 {
    if (a) { return 1; }⟦¦ return 2;⟧
}
//// missing-return-value
fn f() -> i32 {
    return⟦¦ 1⟧;
}
//// read-only-store
@group(0) @binding(0) var<storage, read> a: i32;
fn f() {
    ⟦a = 1¦_ = a⟧;
}
//// uniform-store
@group(0) @binding(0) var<uniform> a: i32;
fn f() {
    ⟦a = 1¦_ = a⟧;
}
//// for-condition
fn f() {
    for (var i = 0; ⟦i¦i < 1⟧; i++) {}
}
//// switch-two-defaults
fn f() {
    switch (1) { default: {} ⟦default: {}¦⟧ }
}
//// while-of-float
fn f() {
    while (⟦1.0¦false⟧) {}
}
//// phony-of-void
fn g() {}
fn f() {
    _ = ⟦g()¦1⟧;
}
