// Package ir is the typed, structured tree that the checker makes of a WGSL
// module and that every executor and writer starts from.
//
// What the tree spells out, so that no backend needs to know a type rule: loads
// are explicit (Load); references and pointers are one thing, an expression of
// type types.Pointer, so address-of and indirection are gone; constants are
// folded (Const) and no abstract type is left; conversions are explicit
// (Convert); for and while are loops; names are resolved; enumerants are gone.
//
// It may import wgsl/syntax (for places), wgsl/types, wgsl/value and
// wgsl/builtin. Invariants: every expression has a type and a span; a node
// belongs to one tree; functions stand in an order in which callees come before
// callers (WGSL has no recursion).
package ir
