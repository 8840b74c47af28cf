// Package builtin is the one table of WGSL's built-in functions: names,
// overloads, whether a call is a constant expression, what uniformity it asks and
// gives, which extension it needs, and where the specification defines it. The
// checker, the executors, the SPIR-V writer and the support table in the
// documentation all read it.
//
// It may import wgsl/types and nothing else of pxOS. Invariants: every ID but
// None has exactly one row; every overload of the specification is listed.
// Source: the WGSL specification, section "Built-in Functions".
package builtin
