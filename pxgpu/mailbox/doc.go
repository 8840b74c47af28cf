// Package mailbox is the meaning of the pxGPU's mailbox and of its authority over
// memory, devices, programs and processes, written to be read: a plain model in Go.
// It is the oracle that the runtime in WGSL is tested against, and serves nobody.
//
// It must not import anything of pxOS but abi, starts no goroutine, reads no clock
// and takes no lock: one caller at a time. Every command is one function, which
// checks all it was given before it changes anything.
//
// The guest may write any byte of rings and VRAM at any time. The model therefore
// keeps what it owns in variables of its own (Image shows them as the tables in
// VRAM that the runtime keeps), and copies a submission before it looks at it.
package mailbox
