// Package kernel computes what a language model spends its time on: matrices of weights by
// vectors of activations.
//
// Activations are rounded to 8 bits in blocks of 32 with a scale each, where the weights
// are of fewer bits, as llama.cpp does; weights of 16 and 32 bits meet activations of 32.
// Plain Go is the oracle; amd64 with AVX2 and FMA has assembly, which is chosen where the
// CPU has both. It may import llm/quant. Invariants: the same input gives the same output
// whatever the number of workers; kernels read within the rows that they are given.
package kernel
