// Structures, layout attributes and where types may stand.
//// align-below-own
struct S {
    @align(⟦8¦16⟧) a: vec4f
}
@group(0) @binding(0) var<storage> b: S;
//// align-zero
struct S {
    @align(⟦0¦4⟧) a: i32
}
//// align-negative
struct S {
    @align(⟦-4¦4⟧) a: i32
}
//// align-float
struct S {
    @align(⟦4.0¦4⟧) a: i32
}
//// size-of-runtime-array
struct S {
    ⟦@size(64)¦⟧ a: array<i32>
}
//// size-negative
struct S {
    @size(⟦-8¦8⟧) a: i32
}
//// size-of-override line=2
⟦override¦const⟧ n = 8;
struct S { @size(n) a: i32 }
//// align-on-variable
⟦@align(16)¦⟧ var<private> a: i32;
//// empty-struct line=1
struct S {⟦¦ a: i32 ⟧}
//// member-pointer
struct S {
    a: ⟦ptr<function, i32>¦i32⟧
}
//// member-sampler
struct S {
    a: ⟦sampler¦i32⟧
}
//// array-of-texture
alias A = array<⟦texture_2d<f32>¦vec4f⟧, 2>;
//// array-of-runtime-array
alias A = array<⟦array<i32>¦array<i32, 3>⟧, 2>;
//// array-count-float
alias A = array<i32, ⟦2.5¦2⟧>;
//// array-count-let
var<private> n = 2;
alias A = array<i32, ⟦n¦2⟧>;
//// override-array-in-private
override n = 2;
var<⟦private¦workgroup⟧> a: array<i32, n>;
//// override-array-nested line=2
⟦override¦const⟧ n = 2;
var<workgroup> a: array<array<i32, n>, 2>;
//// uniform-bool-member line=2
struct S { a: ⟦bool¦u32⟧ }
@group(0) @binding(0) var<uniform> b: S;
//// uniform-atomic
@group(0) @binding(0) var<uniform> a: ⟦atomic<u32>¦u32⟧;
//// read-only-atomic
@group(0) @binding(0) var<storage, ⟦read¦read_write⟧> a: atomic<u32>;
//// private-runtime-array
var<private> a: array<i32⟦¦, 4⟧>;
//// workgroup-runtime-array
var<workgroup> a: array<i32⟦¦, 4⟧>;
//// parameter-runtime-array
fn f(a: ⟦array<i32>¦ptr<storage, array<i32>>⟧) {}
//// return-atomic
fn f(a: i32) -> ⟦atomic<i32>¦i32⟧ { return a; }
//// scalar-with-arguments
alias A = f32⟦<i32>¦⟧;
//// alias-of-itself
alias A = ⟦A¦i32⟧;
//// atomic-of-bool
var<workgroup> a: atomic<⟦bool¦i32⟧>;
