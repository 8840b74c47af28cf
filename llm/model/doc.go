// Package model is a language model's weights and what is computed with them: decoder-only
// transformers of the llama family, as GGUF files describe them.
//
// Reference computes in float64, plainly, and is what faster engines are held to. It may
// import llm/gguf and llm/quant. Invariants: a Model's tensors have the shapes that its
// Config says; a file that disagrees with itself is refused, with the name of what is
// wrong, before anything is computed.
package model
