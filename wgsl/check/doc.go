// Package check makes a typed tree (wgsl/ir) of a syntax tree, or says what is
// wrong with it: names and scopes, types with overload resolution, constant
// evaluation, attributes, layouts, address spaces, entry points, behaviours,
// aliasing and uniformity. Specialize fixes the overrides of a checked module for
// one pipeline.
//
// It may import wgsl/syntax, wgsl/types, wgsl/value, wgsl/builtin, wgsl/ir and
// wgsl/eval, and nothing else of pxOS; no executor. Invariants: a module is
// returned only where no error was found; an erroneous type spreads silently, so
// that one mistake gives one message; messages are in the order of the source;
// time and memory are bounded whatever the text is. Source: the WGSL
// specification, all sections from "Directives" to "Uniformity".
package check
