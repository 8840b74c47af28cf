// Package oracle runs compute shaders by plain interpretation, to say what is
// right where another executor must be fast.
//
// It walks the tree of a specialized module. All invocations of a workgroup go
// in lockstep: a statement is executed for every active invocation before the
// next one starts, so that a barrier has nothing left to do. Every operator,
// conversion and built-in function is computed by wgsl/eval, the same code that
// folds constants. Every variable is bytes, laid out as the host sees buffers: a
// load makes a value of them, which no later store can change.
//
// An observer can follow one invocation (OpenWatched); without one nothing is
// recorded.
//
// It must not import another executor, or what one is made of (wgsl/flat,
// wasm, wgsl/spirv). Invariants: every index is clamped to its array when a
// pointer or value is formed, so no pointer leads outside of its variable; a set
// of lanes is in ascending order; a slice of values has one entry for each
// invocation of the workgroup, of which only those of active lanes mean anything.
package oracle
