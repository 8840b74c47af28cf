// Mistakes beside their repair.
//// i32-literal-too-large section=numeric-literals says=`.2147483648i. does not fit i32, whose greatest value is 2147483647`
fn f() {
    let a = ⟦2147483648i¦2147483647i⟧;
}
//// u32-literal-too-large section=numeric-literals says=`.4294967296u. does not fit u32, whose greatest value is 4294967295`
fn f() {
    let a = ⟦4294967296u¦4294967295u⟧;
}
//// leading-zero section=numeric-literals says=`.01. is not a number`
fn f() {
    let a = ⟦01¦1⟧;
}
//// f32-literal-too-large section=numeric-literals says=`.1e39f. does not fit f32, whose greatest value is 3\.4028234663852886e\+38`
fn f() {
    let a = ⟦1e39f¦1e38f⟧;
}
//// reserved-word section=reserved-words says=`.class. is a reserved word and cannot be the name of a value`
fn f() {
    let ⟦class¦klass⟧ = 1;
}
//// keyword-as-name section=keywords says=`.loop. is a keyword and cannot be the name of a value`
fn f() {
    let ⟦loop¦loops⟧ = 1;
}
//// two-underscores section=identifiers says=`the name .__a. begins with two underscores`
fn f() {
    let ⟦__a¦_a⟧ = 1;
}
//// lone-underscore section=identifiers says=`._. cannot be the name of a value`
fn f() {
    let ⟦_¦a⟧ = 1;
}
//// missing-semicolon section=statements-summary says=`expected .;. after the declaration, found the keyword .let.`
fn f() {
    let a = 1⟦¦;⟧ let b = 2;
}
//// mixed-and-or section=operator-precedence-associativity says=`.\|\|. and .&&. cannot be mixed without parentheses`
fn f() {
    let a = true || ⟦false && true¦(false && true)⟧;
}
//// mixed-bit-operators section=operator-precedence-associativity says=`.\|. and .&. cannot be mixed without parentheses`
fn f() {
    let a = 1 ⟦| 2 & 3¦| (2 & 3)⟧;
}
//// chained-comparison section=operator-precedence-associativity says=`.<. cannot be repeated without parentheses`
fn f() {
    let a = ⟦1 < 2 < 3¦1 < 2⟧;
}
//// increment-in-expression section=increment-decrement says=`.\+\+. is a statement and has no value: it cannot be part of an expression`
fn f() {
    var a = 1; let b = ⟦a++¦a⟧;
}
//// no-ternary section=expression-grammar says=`there is no operator .\?:.`
fn f() {
    let a = ⟦true ? 1 : 2¦select(2, 1, true)⟧;
}
//// shift-of-sum section=operator-precedence-associativity says=`.<<. and .\+. cannot be mixed without parentheses`
fn f() {
    let a = ⟦1 << 2 + 3¦1 << (2 + 3)⟧;
}
//// enable-after-declaration section=directives says=`the directive .enable. stands after a declaration`
const a = 1;
⟦enable f16;¦⟧
//// unknown-extension section=enable-extensions-sec says=`the extension "quantum" is not supported`
⟦enable quantum;¦⟧
const a = 1;
//// unknown-feature section=language-extensions-sec says=`the language extension "time_travel" is not supported`
⟦requires time_travel;¦⟧
const a = 1;
