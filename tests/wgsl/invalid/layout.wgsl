// Structures, layout attributes and where types may stand.
//// align-below-own section=align-attr says=`the argument of @align must be a multiple of 16, the alignment of vec4<f32>; this is 8`
struct S {
    @align(⟦8¦16⟧) a: vec4f
}
@group(0) @binding(0) var<storage> b: S;
//// align-zero section=align-attr says=`the argument of @align must be a positive power of two, this is 0`
struct S {
    @align(⟦0¦4⟧) a: i32
}
//// align-negative section=align-attr says=`the argument of @align must be a positive power of two, this is -4`
struct S {
    @align(⟦-4¦4⟧) a: i32
}
//// align-float section=align-attr says=`the argument of @align must be a const-expression of type i32 or u32`
struct S {
    @align(⟦4.0¦4⟧) a: i32
}
//// size-of-runtime-array section=size-attr says=`@size may not stand on a member whose size is not fixed`
struct S {
    ⟦@size(64)¦⟧ a: array<i32>
}
//// size-negative section=size-attr says=`the argument of @size must be positive, this is -8`
struct S {
    @size(⟦-8¦8⟧) a: i32
}
//// size-of-override line=2 section=size-attr says=`the argument of @size must be a const-expression of type i32 or u32`
⟦override¦const⟧ n = 8;
struct S { @size(n) a: i32 }
//// align-on-variable section=align-attr says=`the attribute @align may not stand on a variable of module scope`
⟦@align(16)¦⟧ var<private> a: i32;
//// empty-struct line=1 section=struct-types says=`a structure needs at least one member`
struct S {⟦¦ a: i32 ⟧}
//// member-pointer section=struct-types says=`ptr<function, i32> cannot be the type of a member`
struct S {
    a: ⟦ptr<function, i32>¦i32⟧
}
//// member-sampler section=composite-types says=`sampler cannot be the type of a member`
struct S {
    a: ⟦sampler¦i32⟧
}
//// array-of-texture section=array-types says=`texture_2d<f32> cannot be the element type of an array`
alias A = array<⟦texture_2d<f32>¦vec4f⟧, 2>;
//// array-of-runtime-array section=fixed-footprint-types says=`array<i32> cannot be the element type of an array`
alias A = array<⟦array<i32>¦array<i32, 3>⟧, 2>;
//// array-count-float section=array-types says=`the element count of an array must be an integer, not AbstractFloat`
alias A = array<i32, ⟦2.5¦2⟧>;
//// array-count-let section=array-types says=`the element count of an array must be known when the pipeline is made; this`
var<private> n = 2;
alias A = array<i32, ⟦n¦2⟧>;
//// override-array-in-private section=storable-types says=`memory in the address space private cannot hold array<i32, n>: the type is not constructible`
override n = 2;
var<⟦private¦workgroup⟧> a: array<i32, n>;
//// override-array-nested line=2 section=fixed-footprint-types says=`array<i32, n> cannot be the element type of an array`
⟦override¦const⟧ n = 2;
var<workgroup> a: array<array<i32, n>, 2>;
//// uniform-bool-member line=2 section=host-shareable-types says=`memory in the address space uniform cannot hold S: the type must be constructible and host-shareable`
struct S { a: ⟦bool¦u32⟧ }
@group(0) @binding(0) var<uniform> b: S;
//// uniform-atomic section=constructible-types says=`memory in the address space uniform cannot hold atomic<u32>: the type must be constructible and host-shareable`
@group(0) @binding(0) var<uniform> a: ⟦atomic<u32>¦u32⟧;
//// read-only-atomic section=atomic-types says=`atomics need the access mode read_write`
@group(0) @binding(0) var<storage, ⟦read¦read_write⟧> a: atomic<u32>;
//// private-runtime-array section=storable-types says=`memory in the address space private cannot hold array<i32>: the type is not constructible`
var<private> a: array<i32⟦¦, 4⟧>;
//// workgroup-runtime-array section=address-space says=`memory in the address space workgroup cannot hold array<i32>`
var<workgroup> a: array<i32⟦¦, 4⟧>;
//// parameter-runtime-array section=function-restriction says=`a parameter cannot have the type array<i32>: it is not constructible`
fn f(a: ⟦array<i32>¦ptr<storage, array<i32>>⟧) {}
//// return-atomic section=function-restriction says=`a function cannot return atomic<i32>: the type is not constructible`
fn f(a: i32) -> ⟦atomic<i32>¦i32⟧ { return a; }
//// scalar-with-arguments section=type-specifiers says=`the type f32 takes no template arguments`
alias A = f32⟦<i32>¦⟧;
//// alias-of-itself section=type-aliases says=`the declaration of "A" depends on itself`
alias A = ⟦A¦i32⟧;
//// atomic-of-bool section=atomic-types says=`the component type of atomic must be i32 or u32, not bool`
var<workgroup> a: atomic<⟦bool¦i32⟧>;
