// Package serve lets many clients share one model: texts are computed together, a token of
// each at a time, and spoken to by the HTTP interface of OpenAI.
//
// It may import llm/model, llm/sample and llm/token. Invariants: one goroutine computes;
// what a client gets depends on its request alone and not on the others; a client that
// goes frees its place; nothing waits for a client that does not read.
package serve
