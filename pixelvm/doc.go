// Package pixelvm is a stack machine whose program is a picture: one instruction is one
// pixel, R the opcode, G, B and A a 24-bit operand; wide constants lie in the two pixels
// after. Values are 64-bit integers and floats; memory is counted in tiles of 65,536
// bytes.
//
// A program is verified first: the depth and types of the stack on every path, every
// jump, call and local. A verified program needs no check but bounds, fuel and depth, and
// every engine makes the same of it: Oracle interprets it plainly, Fast translates it to
// registers, Compiled to WebAssembly, which wazero makes native code of. Package shader has
// a fourth, in WGSL, which runs thousands of instances at once.
//
// It may import pixel and wasm, and no other folder of pxOS. Invariants: engines agree on
// results, output, fuel and traps; a program reaches nothing but its memory, its output and
// the host calls that it was granted; what is not verified does not run.
package pixelvm
