// Package llmoracle holds pxOS's readers of language models to those of others: files to
// gguf-parser-go's and Ollama's, tokens to Ollama's and llama.cpp's, the values of weights
// and the logits of models to llama.cpp's.
//
// It is a module of its own, so that what it needs is no need of pxOS, and has nothing but
// tests, and what times llama.cpp; `make oracle-llm` runs them. Invariant: a difference fails, unless it is of a class
// that is described and counted.
package llmoracle
