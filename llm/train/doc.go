// Package train makes language models: a vocabulary by byte-level BPE, and a decoder-only
// transformer (RMSNorm, RoPE, SwiGLU, tied embedding) by AdamW.
//
// What comes out is a GGUF file of the architecture "llama". It may import llm/gguf,
// llm/kernel, llm/quant and llm/token. Invariants: one seed gives the same bits whatever
// the number of workers, and whether a run was interrupted or not; a checkpoint is replaced
// by a whole one.
package train
