// Package spirv writes SPIR-V modules for Vulkan compute from flat code.
//
// Every buffer is an array of 32-bit words in the StorageBuffer class, uniform
// buffers too; slots are variables of the function, memory of lanes and of the
// workgroup arrays of words. Addresses are clamped as flat code says, so accesses
// are robust whatever the driver does. A Break out of several constructs sets a
// flag and leaves them one by one, since SPIR-V lets a branch leave only the
// innermost.
//
// It may import wgsl/flat and what flat imports; no executor. Invariant: what it
// writes passes spirv-val for Vulkan 1.1. Source: the SPIR-V Specification 1.3,
// and the Vulkan environment for SPIR-V.
package spirv
