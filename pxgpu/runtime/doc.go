// Package runtime answers the pxGPU's mailbox by a WGSL program,
// mailbox_runtime.wgsl, on any executor: registers, rings, allocator and console
// as pxgpu/mailbox means them, which is the model that it is run against.
//
// The program owns all state: VRAM and a state buffer that only it changes, but
// for the request and the console, which the host fills and drains. Each dispatch
// does a bounded piece of work and returns. Numbers of the interface come from
// abi/: constants.go writes them in front of the program, so none stands twice.
//
// It may import abi and the packages of wgsl/; not pxgpu, which it is to serve, and
// not the model, but in tests. Invariant: everything that a guest can write is read
// once, and checked before it is used.
package runtime
