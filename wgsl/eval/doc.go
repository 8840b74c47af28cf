// Package eval computes WGSL expressions over values: operators, conversions,
// value constructors, decomposition, and every built-in function that a
// const-expression may call. The checker folds with it, pipeline creation folds
// with it, and the oracle runs with it, so that an expression has one meaning.
//
// It may import wgsl/syntax, wgsl/types, wgsl/value and wgsl/builtin, and nothing
// else of pxOS. Invariants: arguments have the types that overload resolution
// asked for; in mode Runtime nothing fails.
//
// What the specification leaves open is fixed here: every operation of f32 and
// f16 rounds to nearest, ties to even, and keeps subnormals; transcendental
// functions are computed in binary64 and rounded once; fma rounds the product and
// then the sum; min, max and clamp follow the comparisons of their definition, so
// that a NaN in the first argument is kept and one in the second is ignored.
// Sources: the WGSL specification, sections "Expressions", "Built-in Functions"
// and "Floating Point Evaluation".
package eval
