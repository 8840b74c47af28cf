package abi

// /dev/gpu0 is how a program of ring 3 reaches the mailbox: the kernel passes its
// commands on in the process' name, and the GPU says what that process may. The
// program's buffers are VRAM that it allocated; pread and pwrite at their byte offsets
// move what is in them.

// ComputePath is the device.
const ComputePath = "/dev/gpu0"

// Requests of ioctl on it.
const (
	ComputeAlloc    = 0x5000 // argument: pages; result = byte offset of as many cleared ones
	ComputeFree     = 0x5001 // argument: byte offset where an allocation began
	ComputeDrop     = 0x5002 // argument: program that this process registered
	ComputeRegister = 0x5003 // argument: address of 2 uint64, byte offset and bytes of WGSL text; result = job
	ComputeExecute  = 0x5004 // argument: address of 3 uint64, program, byte offset and bytes of an argument block; result = job
	ComputeWait     = 0x5005 // argument: address of ComputeWaitWords uint64, the first of them a job; waits for its end
)

// Words of ComputeWait. A job is a number from 1 on in the order of their submission, in
// which they are done; the answers of the last ComputeJobs are kept.
const (
	ComputeWaitJob    = 0
	ComputeWaitStatus = 1 // Err* code
	ComputeWaitResult = 2 // of ComputeRegister: the program
	ComputeWaitWords  = 3
	ComputeJobs       = RingEntries
)
