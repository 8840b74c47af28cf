// Package wasm writes WebAssembly modules in the binary format: types, imports,
// functions, globals, exports, and code with SIMD and atomics.
//
// It checks nothing; the runtime that loads a module validates it. It must not
// import any other package of pxOS. Source: the WebAssembly Core Specification
// 2.0, section "Binary Format", and the threads proposal.
package wasm
