// Package spirv writes SPIR-V modules for Vulkan compute from flat code.
//
// Every buffer is an array of 32-bit words in the StorageBuffer class, uniform
// buffers too; slots are variables of the function, memory of lanes and of the
// workgroup arrays of words; an f16 in a buffer is half of a word. Addresses are
// clamped as flat code says, so accesses are robust whatever the driver does. A
// Break out of several constructs sets a flag and leaves them one by one, since
// SPIR-V lets a branch leave only the innermost. Loops are ended after a limit that
// the dispatch passes, and the loop is reported through a buffer of one word.
//
// It may import wgsl/flat and what flat imports; no executor. Invariant: what it
// writes passes spirv-val for Vulkan 1.1 and needs no optional feature but subgroup
// operations. Source: the SPIR-V Specification 1.3, and the Vulkan environment for
// SPIR-V.
package spirv
