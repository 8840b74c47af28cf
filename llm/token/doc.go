// Package token turns text into the tokens of a model and back: byte-level BPE and
// SentencePiece, as GGUF files carry them.
//
// It may import llm/gguf. Invariants: decoding what was encoded gives the text again, but
// for what SentencePiece changes by its rules (a space before); a Decoder never gives a
// part of a rune; encoding takes time that grows with the text nearly as the text does.
package token
