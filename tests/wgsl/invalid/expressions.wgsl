// Mistakes beside their repair.
//// add-int-float section=type-checking-section says=`the operator \+ cannot be applied to i32 and f32`
fn f() {
    let a = 1i + ⟦1f¦1i⟧;
}
//// add-bool section=arithmetic-expr says=`the operator \+ cannot be applied to bool and bool`
fn f() {
    let a = true ⟦+¦&⟧ true;
}
//// not-of-int section=logical-expr says=`the operator ! cannot be applied to i32`
fn f() {
    let a = ⟦!1i¦!true⟧;
}
//// negate-u32 section=arithmetic-expr says=`the operator - cannot be applied to u32`
fn f() {
    let a = ⟦-1u¦-1i⟧;
}
//// vector-sizes section=arithmetic-expr says=`the operator \+ cannot be applied to vec2<f32> and vec3<f32>`
fn f() {
    let a = vec2f() + ⟦vec3f()¦vec2f()⟧;
}
//// matrix-shapes section=arithmetic-expr says=`the operator \* cannot be applied to mat2x3<f32> and mat2x3<f32>`
fn f() {
    let a = mat2x3f() * ⟦mat2x3f()¦mat3x2f()⟧;
}
//// compare-structs section=comparison-expr says=`the operator == cannot be applied to S and S`
struct S { a: i32 }
fn f() {
    let a = S() ⟦== S()¦.a == 1⟧;
}
//// swizzle-mixed-names section=swizzle-names says=`"xg" does not select components of vec4<f32>`
fn f() {
    let a = vec4f().⟦xg¦xy⟧;
}
//// swizzle-past-end section=vector-access-expr says=`vec2<f32> has 2 components: "z" selects one past the end`
fn f() {
    let a = vec2f().⟦z¦y⟧;
}
//// unknown-member section=struct-access-expr says=`the structure S has no member "b"`
struct S { a: i32 }
fn f() {
    let a = S().⟦b¦a⟧;
}
//// float-index section=vector-single-component says=`an index must be an integer, not AbstractFloat`
fn f() {
    var v = vec3f(); let a = v[⟦1.5¦1⟧];
}
//// index-of-scalar section=composite-value-decomposition-expr says=`a value of type i32 cannot be indexed`
fn f() {
    let x = ⟦1i¦vec2i()⟧; let a = x[0];
}
//// address-of-let section=address-of-expr says=`the operand of & must be a reference to memory, not a value of type i32`
fn f() {
    ⟦let¦var⟧ a = 1; let p = &a;
}
//// address-of-component section=address-of-expr says=`the address of a component of a vector cannot be taken`
fn f() {
    var v = vec2f(); let p = &v⟦.x¦⟧;
}
//// deref-of-value section=indirection-expr says=`the operand of \* must be a pointer, not i32`
fn f() {
    var v = 1; let a = ⟦*v¦v⟧;
}
//// select-types section=select-builtin says=`select cannot be called with \(i32, u32, bool\)`
fn f() {
    let a = select(1i, ⟦2u¦2i⟧, true);
}
//// and-and-of-int section=logical-expr says=`the left operand of && must be of type bool, but this is AbstractInt`
fn f() {
    let a = ⟦1 && 2¦true && false⟧;
}
//// constructor-count section=vec3-builtin says=`vec3<f32> cannot be called with \(AbstractFloat, AbstractFloat\)`
fn f() {
    let a = vec3f(1.0, ⟦2.0¦2.0, 3.0⟧);
}
//// bitcast-size section=bitcast-builtin says=`bitcast<vec2<u32>> cannot be called with \(f32\)`
fn f() {
    let a = bitcast<⟦vec2u¦u32⟧>(1f);
}
//// unknown-function section=function-calls says=`the function "sine" is not declared`
fn f() {
    let a = ⟦sine¦sin⟧(1.0);
}
//// argument-count section=overload-resolution-section says=`max cannot be called with \(AbstractInt\)`
fn f() {
    let a = max(1⟦¦, 2⟧);
}
//// dot-of-scalars section=dot-builtin says=`dot cannot be called with \(AbstractFloat, AbstractFloat\)`
fn f() {
    let a = dot(⟦1.0, 2.0¦vec2f(), vec2f()⟧);
}
//// must-use section=must-use-attr says=`the result of max must be used`
fn f() {
    ⟦max(1, 2);¦_ = max(1, 2);⟧
}
//// cross-of-vec2 section=cross-builtin says=`cross cannot be called with \(vec2<f32>, vec2<f32>\)`
fn f() {
    let a = cross(⟦vec2f(), vec2f()¦vec3f(), vec3f()⟧);
}
//// transpose-of-vector section=transpose-builtin says=`transpose cannot be called with \(vec2<f32>\)`
fn f() {
    let a = transpose(⟦vec2f()¦mat2x2f()⟧);
}
//// bits-of-float section=countOneBits-builtin says=`countOneBits cannot be called with \(AbstractFloat\)`
fn f() {
    let a = countOneBits(⟦1.0¦1u⟧);
}
//// complement-of-float section=bit-expr says=`the operator ~ cannot be applied to AbstractFloat`
fn f() {
    let a = ~⟦1.0¦1⟧;
}
//// shift-by-i32 section=bit-expr says=`the operator << cannot be applied to AbstractInt and i32`
fn f() {
    let a = 1 << ⟦1i¦1u⟧;
}
//// vector-plus-matrix section=arithmetic-expr says=`the operator \+ cannot be applied to vec2<f32> and mat2x2<f32>`
fn f() {
    let a = ⟦vec2f()¦mat2x2f()⟧ + mat2x2f();
}
//// array-mixed-types section=array-builtin says=`the elements of an array have no common type: this is u32, another is i32`
fn f() {
    let a = array(1i, ⟦2u¦2i⟧);
}
//// struct-field-count section=value-constructor-builtin-function says=`S takes 2 values, not 1`
struct S { a: i32, b: i32 }
fn f() {
    let a = S(1⟦¦, 2⟧);
}
//// length-of-int section=length-builtin says=`length cannot be called with \(vec2<i32>\)`
fn f() {
    let a = length(⟦vec2i()¦vec2f()⟧);
}
//// any-of-int section=any-builtin says=`any cannot be called with \(vec2<i32>\)`
fn f() {
    let a = any(⟦vec2i()¦vec2<bool>()⟧);
}
