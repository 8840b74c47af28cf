package abi

// PCI identity of the pxGPU. 0x5058 is "PX" in ASCII and is not an assigned
// vendor; the class is what the kernel searches for, the pair below and
// MailboxID are what tells a pxGPU from a plain VGA adapter.
const (
	PCIVendorPXGPU    = 0x5058
	PCIDevicePXGPU    = 0x0001
	PCIVendorScreen   = 0x1234 // QEMU's bochs-display, which only shows
	PCIDeviceScreen   = 0x1111
	PCIClassDisplay   = 0x03 // PCI Code and ID Assignment 1.11, 1.4: display controller
	PCISubclassVGA    = 0x00
	PCIProgIFVGA      = 0x00
	BAR0Size          = 16 << 20
	RegisterPageBytes = 0x1000 // trapped
)

// Mailbox registers, byte offsets in BAR0, 32 bits each, little-endian. They
// lie in the trapped page: every access reaches the device as a message.
const (
	RegCMD      = 0x00 // opcode 31:24, thread 23:16, payload 15:0; a write starts the command
	RegSTATUS   = 0x04 // Status* bits, read-only
	RegRESP     = 0x08 // result of the last command, or an Err* code when StatusERROR is set
	RegDOORBELL = 0x0C // write: number of the ring that has work
	RegID       = 0x10 // reads MailboxID
	RegVERSION  = 0x14 // reads MailboxVersion
	RegRINGS    = 0x18 // number of ring pairs
	RegVRAMSIZE = 0x1C // bytes of BAR0, the trapped page included
	RegRESET    = 0x20 // write ResetKey: device state and rings return to power-on
)

// Values of the identifying registers.
const (
	MailboxID      = 0x31475850 // "PXG1" read as bytes in memory order
	MailboxVersion = 2
	ResetKey       = 0x52455345
)

// STATUS bits.
const (
	StatusREADY    = 1 << 0
	StatusBUSY     = 1 << 1
	StatusCOMPLETE = 1 << 2
	StatusERROR    = 1 << 31
)

// Opcodes of the mailbox, the same in CMD and in ring entries.
const (
	OpUARTWrite  = 0x80 // payload 7:0 = character (ring: Arg[0] = count <= 32, bytes in Arg[1:5])
	OpUARTRead   = 0x81 // result = next character, NoCharacter if none waits
	OpGPUExecute = 0x82 // payload = program (ring: Arg[0] = program, Arg[1] = byte offset of an argument block, Arg[2] = its bytes; ping: Arg[1] = number)
	OpMMIORead   = 0x83 // 32-bit read of the caller's VRAM: payload = word index (ring: Arg[0] = byte offset)
	OpMMIOWrite  = 0x84 // 32-bit write of the caller's VRAM, ring only: Arg[0] = byte offset, Arg[1] = value
	OpSyscall    = 0x85 // payload = Call* number (ring: Arg[0] = number, Arg[1:] = arguments)
	OpAlloc      = 0x86 // payload = pages of 4 KiB (ring: Arg[0]); result = VRAM byte offset
	OpFree       = 0x87 // payload = page number of an allocation (ring: Arg[0] = byte offset)
	OpHalt       = 0x8F // the device takes no more commands until it is reset
)

// NoCharacter is UART_READ's result when the input is empty.
const NoCharacter = 0xFFFFFFFF

// Error codes: RESP when StatusERROR is set, Status in a completion. A command
// that fails changes nothing but counters.
const (
	ErrNone       = 0
	ErrOpcode     = 1  // unknown opcode
	ErrArgument   = 2  // argument out of range or misaligned
	ErrNoMemory   = 3  // no extent, VRAM page or table entry is left
	ErrNotFound   = 4  // there is no such object
	ErrNoProgram  = 5  // GPU_EXECUTE of a program that is not there
	ErrNoSyscall  = 6  // SYSCALL number not served
	ErrHalted     = 7  // device was halted
	ErrBusy       = 8  // what is asked for is in use: children, derived capabilities, a running kernel
	ErrCapability = 9  // forged or stale capability, or not the caller's
	ErrOwned      = 10 // the object belongs to somebody already
	ErrOwner      = 11 // the object belongs to somebody else
	ErrQuota      = 12 // the caller has all that it may have
	ErrRights     = 13 // more rights than the caller has, or a call that is not the caller's
	ErrProcess    = 14 // the entry names a process that does not live
	ErrSealed     = 15 // devices can no longer be added
	ErrRunaway    = 16 // the kernel did not come to an end and was ended
	ErrKernel     = 17 // the kernel's text or its bindings are wrong
	ErrNum        = 18 // number of codes
)

// Layout of BAR0. One ring block for each CPU and the ring back from the GPU
// are mapped memory; the tables, which only the GPU changes, are not: reads of
// them are trapped, writes have no effect. VRAM that ALLOC hands out follows.
const (
	MaxRings       = 16
	RingEntries    = 256 // a power of two
	RingEntryBytes = 64
	RingBlockBytes = 0x10000
	RingBase       = 0x10000 // block i lies at RingBase + i*RingBlockBytes
	RevokeRingBase = RingBase + MaxRings*RingBlockBytes
	TablesBase     = RevokeRingBase + RingBlockBytes
	VRAMAllocBase  = 0x200000 // 2 MiB: so that the kernel can map the rest with large pages
	VRAMPageBytes  = 0x1000
)

// Offsets inside a ring block. A ring has no head and no tail: entry k mod
// RingEntries of both halves belongs to submission k, and the sequence number
// in the entry, written last, passes the entry on. The guest writes submission
// k only after it has seen completion k - RingEntries.
const (
	RingDeviceSleep = 0x000 // uint32, written by the device: 1 = write DOORBELL after a submission
	RingGuestWake   = 0x040 // uint32, written by the guest: 1 = send MSI-X (vector = ring) on completion
	RingSQEntries   = 0x1000
	RingCQEntries   = RingSQEntries + RingEntries*RingEntryBytes
)

// Offsets inside a 64-byte submission entry. The number and all that stands in the
// first 16 bytes can be written by one 16-byte store, after the arguments: a device
// that polls the number takes the cache line away from a guest that writes word by
// word.
const (
	SQECookie  = 0  // uint32, returned in the completion
	SQELatency = 4  // uint32: ns that an earlier command took, as the guest measured it; 0 = none
	SQECommand = 8  // uint32: opcode 7:0, thread 15:8, process 31:16
	SQESeq     = 12 // uint32: number of this submission since reset, from 1; written last
	SQEArgs    = 16 // 6 x uint64
	SQEArgNum  = 6
)

// Offsets inside a 64-byte completion entry. What follows is zero.
const (
	CQECookie  = 0  // uint32
	CQERevoked = 4  // uint32: revocations posted since reset
	CQEStatus  = 8  // uint32, Err* code
	CQESeq     = 12 // uint32: number of the submission that this answers; written last
	CQEResult  = 16 // uint64
	CQEExtra   = 24 // uint64, second result
)
