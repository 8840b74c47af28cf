// Mistakes beside their repair.
//// assign-type section=simple-assignment-section says=`the assigned value must be of type i32, but this is u32`
fn f() {
    var a = 1i; a = ⟦1u¦2i⟧;
}
//// assign-to-call section=simple-assignment-section says=`the left side of an assignment must be a reference to memory, not a value of type i32`
fn g() -> i32 { return 1; }
fn f() {
    ⟦g() = 1;¦_ = g();⟧
}
//// compound-type section=compound-assignment-sec says=`the operator \+ cannot be applied to i32 and f32`
fn f() {
    var a = 1i; a += ⟦1.5f¦1⟧;
}
//// increment-float section=increment-decrement says=`\+\+ and -- apply to i32 and u32 only, not to f32`
fn f() {
    var a = ⟦1.0¦1⟧; a++;
}
//// if-of-int section=if-statement says=`the condition of if must be of type bool, but this is AbstractInt`
fn f() {
    if (⟦1¦true⟧) {}
}
//// switch-of-float section=switch-statement says=`a switch compares integers, not AbstractFloat`
fn f() {
    switch (⟦1.0¦1⟧) { default: {} }
}
//// switch-without-default section=switch-statement says=`the switch has no default clause`
fn f() {
    switch (1) {⟦ case 1: {} ¦ default: {} ⟧}
}
//// switch-duplicate section=switch-statement says=`the case selector 1 stands twice`
fn f() {
    switch (1) { case 1: {} case ⟦1¦2⟧: {} default: {} }
}
//// switch-selector-type section=switch-statement says=`the selector and the cases of a switch must have one type: this is u32, another is i32`
fn f() {
    switch (1i) { case ⟦1u¦1i⟧: {} default: {} }
}
//// break-outside section=break-statement says=`a break statement must stand in a loop or switch`
fn f() {
    ⟦break;¦⟧
}
//// continue-outside section=continue-statement says=`a continue statement must stand in a loop`
fn f() {
    ⟦continue;¦⟧
}
//// endless-loop section=behaviors-rules says=`the loop has no exit`
fn f() {
    ⟦loop {}¦loop { break; }⟧
}
//// break-if-in-body section=break-if-statement says=`.break if. can only be the last statement of .continuing.`
fn f() {
    loop {
        ⟦break if true;¦if (true) { break; }⟧
    }
}
//// return-in-continuing section=continuing-statement says=`a return statement may not stand in a continuing statement`
fn f() {
    loop {
        if (true) { break; }
        continuing { ⟦return;¦⟧ }
    }
}
//// return-value-of-void section=return-statement says=`the function f returns no value`
fn f() {
    return⟦ 1¦⟧;
}
//// missing-return line=3 section=behaviors-rules says=`the function f can reach its end without returning i32`
fn f(a: bool) -> i32 {
    if (a) { return 1; }⟦¦ return 2;⟧
}
//// missing-return-value section=return-statement says=`the function f returns i32: a value is missing`
fn f() -> i32 {
    return⟦¦ 1⟧;
}
//// read-only-store section=simple-assignment-section says=`memory in the address space storage with the access mode read cannot be written`
@group(0) @binding(0) var<storage, read> a: i32;
fn f() {
    ⟦a = 1¦_ = a⟧;
}
//// uniform-store section=simple-assignment-section says=`memory in the address space uniform with the access mode read cannot be written`
@group(0) @binding(0) var<uniform> a: i32;
fn f() {
    ⟦a = 1¦_ = a⟧;
}
//// for-condition section=for-statement says=`the condition of for must be of type bool, but this is i32`
fn f() {
    for (var i = 0; ⟦i¦i < 1⟧; i++) {}
}
//// switch-two-defaults section=switch-statement says=`the switch has more than one default clause`
fn f() {
    switch (1) { default: {} ⟦default: {}¦⟧ }
}
//// while-of-float section=while-statement says=`the condition of while must be of type bool, but this is AbstractFloat`
fn f() {
    while (⟦1.0¦false⟧) {}
}
//// phony-of-void section=phony-assignment-section says=`the function g returns no value`
fn g() {}
fn f() {
    _ = ⟦g()¦1⟧;
}
