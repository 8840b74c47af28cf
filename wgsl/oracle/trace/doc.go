// Package trace writes down what one invocation of a shader does, step by step: the
// debugger's view that `pxos gpu trace` shows.
//
// It observes the oracle and puts each event beside the line of the source that it
// comes from, as text for people or as JSON, one object a line. It may import the
// oracle, wgsl/eval, wgsl/syntax, wgsl/types and wgsl/value; it runs nothing itself.
// Invariants: steps are counted whether or not they are shown; what happens inside
// of a statement (a clamped index, an atomic) is a note of the step that the
// statement makes.
package trace
