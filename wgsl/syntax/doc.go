// Package syntax reads WGSL text: a scanner, a parser that goes on after an
// error, the syntax tree, and a printer that formats it.
//
// It knows the grammar and nothing of types or names: whether `a(b)` calls a
// function or makes a value is for the checker to say. It must not import any
// other package of pxOS. Invariants: every node has a span inside its source;
// the parser never panics, never recurses deeper than MaxNesting, MaxExprNesting and
// MaxElseIf let it, makes no tree of an expression higher than MaxExprHeight, and
// reports at most MaxErrors problems, each with its place, in the order of the
// text; a tree without errors, formatted, has the same tree again. Source: the WGSL specification
// (W3C), sections "Textual Structure" and "Grammar".
package syntax
