// Package grammar says which tokens may come next, so that what a model writes is in a
// language: a grammar in the manner of GBNF, or the JSON that a JSON Schema describes.
//
// A grammar becomes an automaton over bytes, built as far as it is walked; for each of its
// states the tokens that may come are found once and kept. It may import llm/token.
// Invariants: an allowed token leads to a state from which the language can be ended; the
// end is allowed where, and only where, the text so far is in the language.
package grammar
