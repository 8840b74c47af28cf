// Package mailbox is the meaning of the pxGPU's mailbox, written to be read: the
// registers, rings and opcodes of abi/mailbox.go as a plain model over a slice
// of VRAM. It is the oracle that any faster mailbox runtime is tested against.
//
// It must not import anything of pxOS but abi, starts no goroutine and takes no
// lock: one caller at a time. Every opcode has one function, which checks all it
// was given before it changes anything.
//
// The guest may write any byte of VRAM at any time. The model therefore keeps
// the indices that it owns (SQHead, CQTail) to itself and only publishes them,
// copies a submission before it looks at it, and treats an index that cannot be
// true as a broken ring, never as a reason to fail itself.
package mailbox
