// "Textual Structure": words, names and enumerants that are checked and not run.
// section: keywords
//// every-keyword-in-its-place check-only section=keywords,keyword-summary
diagnostic(off, derivative_uniformity);
requires packed_4x8_integer_dot_product;
alias a = u32; struct b { c: a } const d = true; override e = false; const_assert d;
var<private> f: b;
fn g() -> u32 { var n = 0u; let o = n; switch o { case 1 { } default { } } for (;;) { if d { break; } else { continue; } } while false { } loop { n++; continuing { break if d; } } return n; }
@fragment fn h() { discard; }
//// like-a-reserved-word-and-not check-only section=reserved-words
const classes = 1; const Class = 2; const nullptr_ = 3; const typeDef = 4; const self_ = 5; const await2 = 6; const yields = 7; const asm_ = 8; const Default = 9; const importing = 10; const void_ = 11; const publicly = 12;
fn Main() -> i32 { let unsignedInt = classes + Class + nullptr_ + typeDef; return unsignedInt + self_ + await2 + yields + asm_ + Default + importing + void_ + publicly; }
//// text-is-unicode check-only section=textual-structure
// Ελληνικά, русский, 日本語, العربية, हिन्दी, emoji 🚀 in comments /* and ‮in block comments */
const π = 3.14159; const Ω = 2; const ℵ = 1; const ꘐꘑ = 5; const 𐊧𐋀 = 4;
fn f() -> f32 { return π * Ω + ℵ; }
//// enumerants-by-their-names check-only section=enumeration-types,predeclared-enumerants,enum-expr
@group(0) @binding(0) var<storage, read> a: u32; @group(0) @binding(1) var<storage, read_write> b: u32; @group(0) @binding(2) var c: texture_storage_2d<rgba8unorm, write>;
fn f(p: ptr<function, u32>, q: ptr<private, u32>, r: ptr<workgroup, u32>, s: ptr<uniform, u32>, t: ptr<storage, u32, read_write>) { var<function> v = 1; _ = v; }
fn g() { let read = 1; let rgba8unorm = read; { let private = rgba8unorm; _ = private; } }
//// types-by-their-names check-only section=type-expr,alltypes-type
alias Number = f32; alias V = vec3<Number>; alias Again = V; alias A = array<Again, 2>;
struct S { a: Again, b: A, c: mat2x2<Number>, d: atomic<u32> }
var<workgroup> w: S; var<private> v: array<vec2<Number>, 3>;
fn f(a: Again, p: ptr<workgroup, S>) -> A { let x = bitcast<vec3<u32>>(a); _ = vec2<Number>(Number(x.y)); return A(a, Again(V(1))); }
