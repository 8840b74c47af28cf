// Package resident computes models on devices of wgsl/gpu, as a model.Backend: the weights lie in
// the device's memory, packed for it, and so do keys and values; a batch of tokens is one
// submission.
//
// It may import llm/model, llm/quant and wgsl/. Invariants: what meets weights of fewer than 16
// bits is rounded as the CPU's engine does it, so that both give the same greedy tokens; a
// cache is of one backend.
package resident
