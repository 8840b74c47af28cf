package abi

// The authority: which process may reach which memory, device and program. It
// lies in tables in VRAM that only the mailbox runtime changes.

// Rights of a capability.
const (
	RightRead  = 1 << 0
	RightWrite = 1 << 1
	RightExec  = 1 << 2
	RightGrant = 1 << 3 // the holder may derive capabilities for others
	RightsAll  = 15
)

// ExtentBytes is the unit in which RAM is granted.
const (
	ExtentBytes = 2 << 20
	AnyExtent   = ^uint64(0) // CallExtent: whichever is free
)

// What the kernel holds from the start: the extent that its image lies in, and
// the right to read the firmware's tables in the first one.
const (
	BootExtent        = 1
	FirmwareExtent    = 0
	CapBoot           = 1<<32 | 0 // capability of BootExtent: read, write, execute
	CapFirmware       = 1<<32 | 1 // capability of FirmwareExtent: read
	KernelProcess     = 0
	MaxProcessExtents = 0xFFFFFFFF
)

// Calls of SYSCALL. A capability is a slot (31:0) and a generation (63:32); a
// process is an index (7:0) and a generation (15:8). Arguments are Arg[1:].
const (
	CallVersion       = 0  // result = MailboxVersion
	CallCommands      = 1  // result = commands completed since reset
	CallTime          = 2  // result = ns since reset, as of the GPU's last look at the clock
	CallExtent        = 16 // (physical address or AnyExtent, rights): result = capability, extra = address
	CallReturn        = 17 // (capability): its holder gives it up
	CallDerive        = 18 // (capability, process, rights): result = capability for that process
	CallRevoke        = 19 // (capability): takes a derived capability back; result = revocation number
	CallRevokeAck     = 20 // (revocation number): all its mappings are gone
	CallQuery         = 21 // (capability): result = address, extra = rights 7:0, kind 15:8
	CallDeviceAdd     = 24 // (base, bytes, what): result = row; what = bus/device/function 15:0, BAR 23:16, Device* flags 31:24
	CallDeviceClaim   = 25 // (row, rights): result = capability, extra = base
	CallSeal          = 26 // no more devices can be added
	CallProcessCreate = 32 // (extents, VRAM pages, root of the page tables or 0): result = process
	CallProcessEnd    = 33 // (process): result = revocation number
	CallProcessRoot   = 34 // (process, root of the page tables): the kernel says where they are
	CallProgramAdd    = 40 // (byte offset of WGSL text in the caller's VRAM, bytes): result = program
	CallProgramDrop   = 41 // (program)
	CallNum           = 48
)

// Flags of a device's range.
const (
	DeviceCombining = 1 << 0 // may be mapped write-combining
	DevicePlatform  = 1 << 1 // not on the PCI bus: local APIC, ECAM, firmware tables
	DeviceFlags     = 3
)

// Programs of GPU_EXECUTE that are always there. Numbers from ProgramUser on are
// given to modules that a program registers.
const (
	ProgramPing    = 0  // result = payload (ring: Arg[1]) + 1, the mailbox's self-test
	ProgramUser    = 32 // 1 to 20 are the entry points of pxgpu/kernels, see docs/mailbox.md
	ProgramKernels = 20
	MaxPrograms    = 64
)

// The argument block of GPU_EXECUTE: workgroups x, y, z and the number of
// bindings, then for each binding of group 0 its number, byte offset, bytes and
// a zero.
const (
	ExecuteHeaderBytes  = 16
	ExecuteBindingBytes = 16
	ExecuteBindings     = 8
	ExecuteAlign        = 256 // of a binding's offset, WebGPU's minStorageBufferOffsetAlignment
	MaxProgramBytes     = 64 << 10
	MaxWorkgroups       = 65535
)

// The ring back from the GPU: RingEntries entries of RingEntryBytes.
const (
	RevokeKind      = 0             // uint32: RevokeCapability or RevokeProcess
	RevokeSeq       = 4             // uint32: number since reset, from 1; written last
	RevokeHolder    = 8             // uint32: process whose mappings must go
	RevokeObject    = 12            // uint32: ObjectExtent or ObjectDevice; 0 for a process
	RevokeBase      = 16            // uint64: physical address
	RevokeBytes     = 24            // uint64
	RevokeNumber    = 32            // uint64: the capability; 0 for a process
	RevokeBound     = 1_000_000_000 // ns until the guest is ended
	RevokeBoundMost = 4_000_000_000 // ns, where a kernel ran meanwhile and kept a ring from going on
	MaxRevocations  = RingEntries   // posted and not acknowledged

	RevokeCapability = 1
	RevokeProcess    = 2
)

// Kinds of objects.
const (
	ObjectExtent = 1
	ObjectDevice = 2
)

// Sizes of the tables.
const (
	MaxExtents      = 8192 // 16 GiB of physical addresses
	MaxCapabilities = 4096
	MaxProcesses    = 256
	MaxDevices      = 128
	MaxVRAMPages    = (BAR0Size - VRAMAllocBase) / VRAMPageBytes
	ConsoleBytes    = 16 << 10
	InputBytes      = 16 << 10
	LatencyBuckets  = 32 // bucket i counts round trips of [2^i, 2^(i+1)) ns
)

// Where the tables lie in BAR0, and how long an entry is.
const (
	StateBase        = TablesBase
	PerfBase         = TablesBase + 0x1000
	JobsBase         = TablesBase + 0x2000
	ConsoleBase      = TablesBase + 0x8000
	InputBase        = ConsoleBase + ConsoleBytes
	ExtentsBase      = TablesBase + 0x20000
	ExtentEntry      = 16
	CapabilitiesBase = ExtentsBase + MaxExtents*ExtentEntry
	CapabilityEntry  = 32
	ProcessesBase    = CapabilitiesBase + MaxCapabilities*CapabilityEntry
	ProcessEntry     = 64
	DevicesBase      = ProcessesBase + MaxProcesses*ProcessEntry
	DeviceEntry      = 32
	ProgramsBase     = DevicesBase + MaxDevices*DeviceEntry
	ProgramEntry     = 64
	PagesBase        = ProgramsBase + MaxPrograms*ProgramEntry
	PageEntry        = 8
	RevocationsBase  = PagesBase + MaxVRAMPages*PageEntry
	RevocationEntry  = 16
	TablesEnd        = RevocationsBase + MaxRevocations*RevocationEntry
)

// Fields of the state, byte offsets from StateBase, uint32 each; 64-bit numbers
// have the low word first.
const (
	StateStatus     = 0
	StateResp       = 4
	StateHalted     = 8
	StateEnded      = 12 // Ended* reason why the GPU ended the guest, 0 = it did not
	StateSealed     = 16
	StateRings      = 20
	StateEpoch      = 24 // resets so far
	StateNow        = 32 // uint64, ns since reset
	StateCommands   = 40 // uint64
	StateFailed     = 48 // uint64
	StatePosted     = 56 // revocations posted
	StateAcked      = 60 // and acknowledged
	StateConsole    = 64 // characters written, free running
	StateInputHead  = 68 // characters read, free running
	StateInputTail  = 72 // characters queued, free running
	StatePagesFree  = 76
	StatePages      = 80
	StateExtentHint = 84  // no extent below it is free
	StateCapHint    = 88  // no capability slot below it is free
	StateJobEnd     = 96  // uint64, ns: when the last job was answered
	StateServed     = 128 // MaxRings x uint32: submissions carried out
)

// EndedRevocation: the guest did not acknowledge a revocation within
// RevokeBound.
const EndedRevocation = 1

// Fields of the counters, byte offsets from PerfBase: uint32 each, wrapping.
const (
	PerfOpcodes = 0                              // 16: opcode less 0x80; 9 counts unknown ones
	PerfErrors  = PerfOpcodes + 16*4             // ErrNum
	PerfCalls   = PerfErrors + ErrNum*4          // CallNum
	PerfLatency = PerfCalls + CallNum*4          // LatencyBuckets
	PerfRings   = PerfLatency + 4*LatencyBuckets // MaxRings: commands by ring
	PerfBytes   = PerfRings + 4*MaxRings
	PerfUnknown = 9
)

// An extent: state 7:0 and rights 15:8 of its owner, owner, generation, live
// capabilities.
const (
	ExtentAbsent   = 0 // no RAM
	ExtentFree     = 1
	ExtentOwned    = 2
	ExtentRevoking = 3 // its owner ended, and the CPU has not yet let go of it
)

// A capability: state, generation, kind 7:0 and rights 15:8, holder, object,
// slot of the one that it was derived from plus 1, revocation, capabilities derived
// from it.
const (
	CapabilityFree     = 0
	CapabilityLive     = 1
	CapabilityRevoking = 2
)

// A process: state, generation, parent, revocation, extents allowed and held,
// VRAM pages allowed and held, root of the page tables (64 bits), capabilities
// held, children, 4 reserved words.
const (
	ProcessFree   = 0
	ProcessLive   = 1
	ProcessEnding = 2
)

// A device's range: state, what, base (64 bits), bytes (64 bits), owner,
// generation.
const (
	DeviceNone    = 0
	DeviceFree    = 1
	DeviceClaimed = 2
)

// A program: state, owner, bytes, 5 reserved words, SHA-256 of its text.
const (
	ProgramNone    = 0
	ProgramBuiltin = 1
	ProgramReady   = 2
)

// A job is what a ring asks of the host: JobBytes for each ring. The runtime
// posts it, the host answers, the runtime completes the command.
const (
	JobBytes    = 256
	JobState    = 0  // uint32
	JobKind     = 4  // uint32
	JobProcess  = 8  // uint32
	JobProgram  = 12 // uint32: program, or byte offset of its text
	JobLength   = 16 // uint32: number of bindings, or bytes of text
	JobStatus   = 20 // uint32, Err* code of the answer
	JobResult   = 24 // uint32
	JobCookie   = 28 // uint32 of the command
	JobGroups   = 32 // 3 x uint32
	JobBindings = 48 // ExecuteBindings x (number, offset, bytes, 0)

	JobIdle     = 0
	JobPosted   = 1
	JobRunning  = 2 // set by the host
	JobAnswered = 3

	JobExecute  = 1
	JobRegister = 2
)
