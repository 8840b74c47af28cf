// Package shader runs programs of the Pixel VM by a WGSL interpreter, thousands of
// instances of a program at once: on a GPU, or on the CPU's vector units by wgsl/soft.
//
// Each invocation of the shader is one instance. It stops where it ends, where it needs
// what only the host has (a host call, the text of a float, a larger stack, room for
// output) and where its slice of fuel is used up; the host serves all that wait, and
// dispatches again. Integers of 64 bits are pairs of words and floats are made of integers,
// so the results are those of the other engines to the bit on any device.
//
// It may import pixelvm and wgsl. Invariants: what the table of instructions says about
// operands is generated from it, and an instruction without a section in arms.wgsl is a
// panic at the start of any test.
package shader
