// Mistakes beside their repair.
//// add-int-float
fn f() {
    let a = 1i + ⟦1f¦1i⟧;
}
//// add-bool
fn f() {
    let a = true ⟦+¦&⟧ true;
}
//// not-of-int
fn f() {
    let a = ⟦!1i¦!true⟧;
}
//// negate-u32
fn f() {
    let a = ⟦-1u¦-1i⟧;
}
//// vector-sizes
fn f() {
    let a = vec2f() + ⟦vec3f()¦vec2f()⟧;
}
//// matrix-shapes
fn f() {
    let a = mat2x3f() * ⟦mat2x3f()¦mat3x2f()⟧;
}
//// compare-structs
struct S { a: i32 }
fn f() {
    let a = S() ⟦== S()¦.a == 1⟧;
}
//// swizzle-mixed-names
fn f() {
    let a = vec4f().⟦xg¦xy⟧;
}
//// swizzle-past-end
fn f() {
    let a = vec2f().⟦z¦y⟧;
}
//// unknown-member
struct S { a: i32 }
fn f() {
    let a = S().⟦b¦a⟧;
}
//// float-index
fn f() {
    var v = vec3f(); let a = v[⟦1.5¦1⟧];
}
//// index-of-scalar
fn f() {
    let x = ⟦1i¦vec2i()⟧; let a = x[0];
}
//// address-of-let
fn f() {
    ⟦let¦var⟧ a = 1; let p = &a;
}
//// address-of-component
fn f() {
    var v = vec2f(); let p = &v⟦.x¦⟧;
}
//// deref-of-value
fn f() {
    var v = 1; let a = ⟦*v¦v⟧;
}
//// select-types
fn f() {
    let a = select(1i, ⟦2u¦2i⟧, true);
}
//// and-and-of-int
fn f() {
    let a = ⟦1 && 2¦true && false⟧;
}
//// constructor-count
fn f() {
    let a = vec3f(1.0, ⟦2.0¦2.0, 3.0⟧);
}
//// bitcast-size
fn f() {
    let a = bitcast<⟦vec2u¦u32⟧>(1f);
}
//// unknown-function
fn f() {
    let a = ⟦sine¦sin⟧(1.0);
}
//// argument-count
fn f() {
    let a = max(1⟦¦, 2⟧);
}
//// dot-of-scalars
fn f() {
    let a = dot(⟦1.0, 2.0¦vec2f(), vec2f()⟧);
}
//// must-use
fn f() {
    ⟦max(1, 2);¦_ = max(1, 2);⟧
}
//// cross-of-vec2
fn f() {
    let a = cross(⟦vec2f(), vec2f()¦vec3f(), vec3f()⟧);
}
//// transpose-of-vector
fn f() {
    let a = transpose(⟦vec2f()¦mat2x2f()⟧);
}
//// bits-of-float
fn f() {
    let a = countOneBits(⟦1.0¦1u⟧);
}
//// complement-of-float
fn f() {
    let a = ~⟦1.0¦1⟧;
}
//// shift-by-i32
fn f() {
    let a = 1 << ⟦1i¦1u⟧;
}
//// vector-plus-matrix
fn f() {
    let a = ⟦vec2f()¦mat2x2f()⟧ + mat2x2f();
}
//// array-mixed-types
fn f() {
    let a = array(1i, ⟦2u¦2i⟧);
}
//// struct-field-count
struct S { a: i32, b: i32 }
fn f() {
    let a = S(1⟦¦, 2⟧);
}
//// length-of-int
fn f() {
    let a = length(⟦vec2i()¦vec2f()⟧);
}
//// any-of-int
fn f() {
    let a = any(⟦vec2i()¦vec2<bool>()⟧);
}
