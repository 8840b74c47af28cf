package abi

// PCI identity of the pxGPU. 0x5058 is "PX" in ASCII and is not an assigned
// vendor; the class is what the kernel searches for, the pair below and
// MailboxID are what tells a pxGPU from a plain VGA adapter.
const (
	PCIVendorPXGPU    = 0x5058
	PCIDevicePXGPU    = 0x0001
	PCIClassDisplay   = 0x03 // PCI Code and ID Assignment 1.11, 1.4: display controller
	PCISubclassVGA    = 0x00
	PCIProgIFVGA      = 0x00
	BAR0Size          = 16 << 20
	RegisterPageBytes = 0x1000 // trapped; everything behind it is mapped memory
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
	MailboxVersion = 1
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
	OpGPUExecute = 0x82 // payload = program number (ring: Arg[0] = program, Arg[1:] = arguments)
	OpMMIORead   = 0x83 // 32-bit read of VRAM: payload = word index (ring: Arg[0] = byte offset)
	OpMMIOWrite  = 0x84 // 32-bit write of VRAM, ring only: Arg[0] = byte offset, Arg[1] = value
	OpSyscall    = 0x85 // payload = call number (ring: Arg[0] = number, Arg[1:] = arguments)
	OpAlloc      = 0x86 // payload = pages of 4 KiB (ring: Arg[0]); result = VRAM byte offset
	OpFree       = 0x87 // payload = page number of an allocation (ring: Arg[0] = byte offset)
	OpHalt       = 0x8F // the device takes no more commands until it is reset
)

// NoCharacter is UART_READ's result when the input is empty.
const NoCharacter = 0xFFFFFFFF

// Programs of GPU_EXECUTE that exist without a WGSL runtime.
const (
	ProgramPing = 0 // result = payload (ring: Arg[1]) + 1, the mailbox's self-test
)

// System calls that the device answers.
const (
	SyscallVersion = 0 // result = MailboxVersion
	SyscallUptime  = 1 // result = commands completed since reset
)

// Error codes: RESP when StatusERROR is set, Status in a completion.
const (
	ErrNone       = 0
	ErrOpcode     = 1 // unknown opcode
	ErrArgument   = 2 // argument out of range or misaligned
	ErrNoMemory   = 3 // VRAM exhausted
	ErrNotFound   = 4 // FREE of what was not allocated
	ErrNoProgram  = 5 // GPU_EXECUTE of a program that is not loaded
	ErrNoSyscall  = 6 // SYSCALL number not served
	ErrHalted     = 7 // device was halted
	ErrBusy       = 8 // CMD written while a command runs
	ErrRingBroken = 9 // a ring index moved out of range: the ring is stopped
)

// Layout of the mapped part of BAR0. One ring block for each CPU, then one
// block for the ring back from the GPU, then allocatable VRAM.
const (
	MaxRings        = 16
	RingEntries     = 256 // a power of two; indices run free modulo 2^32
	RingEntryBytes  = 64
	RingBlockBytes  = 0x10000
	RingBase        = 0x10000 // block i lies at RingBase + i*RingBlockBytes
	RevokeRingBase  = RingBase + MaxRings*RingBlockBytes
	VRAMAllocBase   = 0x200000 // 2 MiB: so that the kernel can map the rest with large pages
	VRAMPageBytes   = 0x1000
	RingSQTail      = 0x000 // uint32, written by the guest
	RingSQHead      = 0x040 // uint32, written by the device
	RingCQTail      = 0x080 // uint32, written by the device
	RingCQHead      = 0x0C0 // uint32, written by the guest
	RingDeviceSleep = 0x100 // uint32, written by the device: 1 = ring DOORBELL after moving SQTail
	RingGuestWake   = 0x140 // uint32, written by the guest: 1 = send MSI-X (vector = ring) on completion
	RingSQEntries   = 0x1000
	RingCQEntries   = RingSQEntries + RingEntries*RingEntryBytes
)

// Offsets inside a 64-byte submission entry.
const (
	SQEOpcode = 0  // uint32: opcode in 7:0, thread in 15:8
	SQEFlags  = 4  // uint32, must be zero
	SQECookie = 8  // uint64, returned in the completion
	SQEArgs   = 16 // 6 x uint64
	SQEArgNum = 6
)

// Offsets inside a 64-byte completion entry.
const (
	CQECookie = 0  // uint64
	CQEStatus = 8  // uint32, Err* code
	CQESeq    = 12 // uint32, number of this completion since reset, from 1; written last
	CQEResult = 16 // uint64
	CQEData   = 24 // 40 bytes, meaning by opcode
)
