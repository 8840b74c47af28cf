package runtime

import (
	_ "embed" // the program's parts
	"fmt"
	"strings"

	"pxos/abi"
)

var (
	//go:embed mailbox_runtime.wgsl
	mailboxWGSL string
	//go:embed operations.wgsl
	operationsWGSL string
	//go:embed authority.wgsl
	authorityWGSL string
	//go:embed processes.wgsl
	processesWGSL string
	//go:embed perf.wgsl
	perfWGSL string
)

// Requests of the host to the program.
const (
	requestReset = iota
	requestRead
	requestWrite
	requestTick
	requestPark
	requestAnswer
	requestInput
	requestCommand
	requestRings
)

var requests = []string{"RESET", "READ", "WRITE", "TICK", "PARK", "ANSWER", "INPUT", "COMMAND", "RINGS"}

// constants are the numbers of the interface by the names that the program knows
// them by.
var constants = []struct {
	name  string
	value uint32
}{
	{"BOOT_EXTENT", abi.BootExtent}, {"CALL_COMMANDS", abi.CallCommands}, {"CALL_DERIVE", abi.CallDerive}, {"CALL_DEVICE_ADD", abi.CallDeviceAdd},
	{"CALL_DEVICE_CLAIM", abi.CallDeviceClaim}, {"CALL_EXTENT", abi.CallExtent}, {"CALL_NUM", abi.CallNum},
	{"CALL_PROCESS_CREATE", abi.CallProcessCreate}, {"CALL_PROCESS_END", abi.CallProcessEnd}, {"CALL_PROCESS_ROOT", abi.CallProcessRoot},
	{"CALL_PROGRAM_ADD", abi.CallProgramAdd}, {"CALL_PROGRAM_DROP", abi.CallProgramDrop}, {"CALL_QUERY", abi.CallQuery},
	{"CALL_RETURN", abi.CallReturn}, {"CALL_REVOKE", abi.CallRevoke}, {"CALL_REVOKE_ACK", abi.CallRevokeAck}, {"CALL_SEAL", abi.CallSeal},
	{"CALL_TIME", abi.CallTime}, {"CALL_VERSION", abi.CallVersion}, {"CAPABILITY_FREE", abi.CapabilityFree}, {"CAPABILITY_LIVE", abi.CapabilityLive},
	{"CAPABILITY_REVOKING", abi.CapabilityRevoking}, {"CONSOLE_BASE", abi.ConsoleBase}, {"CONSOLE_BYTES", abi.ConsoleBytes},
	{"DEVICE_CLAIMED", abi.DeviceClaimed}, {"DEVICE_FLAGS", abi.DeviceFlags}, {"DEVICE_FREE", abi.DeviceFree}, {"DEVICE_NONE", abi.DeviceNone},
	{"ENDED_REVOCATION", abi.EndedRevocation}, {"ERR_ARGUMENT", abi.ErrArgument}, {"ERR_BUSY", abi.ErrBusy}, {"ERR_CAPABILITY", abi.ErrCapability},
	{"ERR_HALTED", abi.ErrHalted}, {"ERR_NONE", abi.ErrNone}, {"ERR_NOT_FOUND", abi.ErrNotFound}, {"ERR_NO_MEMORY", abi.ErrNoMemory},
	{"ERR_NO_PROGRAM", abi.ErrNoProgram}, {"ERR_NO_SYSCALL", abi.ErrNoSyscall}, {"ERR_NUM", abi.ErrNum}, {"ERR_OPCODE", abi.ErrOpcode},
	{"ERR_OWNED", abi.ErrOwned}, {"ERR_OWNER", abi.ErrOwner}, {"ERR_PROCESS", abi.ErrProcess}, {"ERR_QUOTA", abi.ErrQuota},
	{"ERR_RIGHTS", abi.ErrRights}, {"ERR_SEALED", abi.ErrSealed}, {"EXECUTE_ALIGN", abi.ExecuteAlign}, {"EXECUTE_BINDINGS", abi.ExecuteBindings},
	{"EXECUTE_BINDING_BYTES", abi.ExecuteBindingBytes}, {"EXECUTE_HEADER_BYTES", abi.ExecuteHeaderBytes}, {"EXTENTS_BASE", abi.ExtentsBase},
	{"EXTENT_ABSENT", abi.ExtentAbsent}, {"EXTENT_BYTES", abi.ExtentBytes}, {"EXTENT_FREE", abi.ExtentFree}, {"EXTENT_OWNED", abi.ExtentOwned},
	{"EXTENT_REVOKING", abi.ExtentRevoking}, {"FIRMWARE_EXTENT", abi.FirmwareExtent}, {"INPUT_BASE", abi.InputBase}, {"INPUT_BYTES", abi.InputBytes},
	{"JOBS_BASE", abi.JobsBase}, {"JOB_ANSWERED", abi.JobAnswered}, {"JOB_BYTES", abi.JobBytes}, {"JOB_EXECUTE", abi.JobExecute},
	{"JOB_BINDINGS", abi.JobBindings}, {"JOB_IDLE", abi.JobIdle}, {"JOB_POSTED", abi.JobPosted}, {"JOB_REGISTER", abi.JobRegister},
	{"KERNEL_PROCESS", abi.KernelProcess}, {"LATENCY_BUCKETS", abi.LatencyBuckets}, {"MAILBOX_ID", abi.MailboxID},
	{"MAILBOX_VERSION", abi.MailboxVersion}, {"MAX_CAPABILITIES", abi.MaxCapabilities}, {"MAX_DEVICES", abi.MaxDevices},
	{"MAX_EXTENTS", abi.MaxExtents}, {"MAX_PROCESSES", abi.MaxProcesses}, {"MAX_PROGRAMS", abi.MaxPrograms}, {"MAX_PROGRAM_BYTES", abi.MaxProgramBytes},
	{"MAX_REVOCATIONS", abi.MaxRevocations}, {"MAX_RINGS", abi.MaxRings}, {"MAX_VRAM_PAGES", abi.MaxVRAMPages}, {"MAX_WORKGROUPS", abi.MaxWorkgroups},
	{"NO_CHARACTER", abi.NoCharacter}, {"OBJECT_DEVICE", abi.ObjectDevice}, {"OBJECT_EXTENT", abi.ObjectExtent}, {"OP_ALLOC", abi.OpAlloc},
	{"OP_FREE", abi.OpFree}, {"OP_GPU_EXECUTE", abi.OpGPUExecute}, {"OP_HALT", abi.OpHalt}, {"OP_MMIO_READ", abi.OpMMIORead},
	{"OP_MMIO_WRITE", abi.OpMMIOWrite}, {"OP_SYSCALL", abi.OpSyscall}, {"OP_UART_READ", abi.OpUARTRead}, {"OP_UART_WRITE", abi.OpUARTWrite},
	{"PERF_UNKNOWN", abi.PerfUnknown}, {"PROCESS_ENDING", abi.ProcessEnding}, {"PROCESS_FREE", abi.ProcessFree}, {"PROCESS_LIVE", abi.ProcessLive},
	{"PROGRAM_BUILTIN", abi.ProgramBuiltin}, {"PROGRAM_KERNELS", abi.ProgramKernels}, {"PROGRAM_NONE", abi.ProgramNone},
	{"PROGRAM_PING", abi.ProgramPing}, {"PROGRAM_READY", abi.ProgramReady}, {"PROGRAM_USER", abi.ProgramUser}, {"REG_DOORBELL", abi.RegDOORBELL},
	{"REG_ID", abi.RegID}, {"REG_RESP", abi.RegRESP}, {"REG_RINGS", abi.RegRINGS}, {"REG_STATUS", abi.RegSTATUS}, {"REG_VERSION", abi.RegVERSION},
	{"REG_VRAMSIZE", abi.RegVRAMSIZE}, {"REVOCATIONS_BASE", abi.RevocationsBase}, {"REVOKE_BOUND", abi.RevokeBound}, {"REVOKE_BOUND_MOST", abi.RevokeBoundMost},
	{"REVOKE_CAPABILITY", abi.RevokeCapability}, {"REVOKE_PROCESS", abi.RevokeProcess}, {"RIGHTS_ALL", abi.RightsAll}, {"RIGHT_EXEC", abi.RightExec},
	{"RIGHT_GRANT", abi.RightGrant}, {"RIGHT_READ", abi.RightRead}, {"RIGHT_WRITE", abi.RightWrite}, {"RING_BASE", abi.RingBase},
	{"RING_BLOCK_BYTES", abi.RingBlockBytes}, {"RING_CQ_ENTRIES", abi.RingCQEntries}, {"RING_ENTRIES", abi.RingEntries},
	{"RING_GUEST_WAKE", abi.RingGuestWake}, {"RING_SQ_ENTRIES", abi.RingSQEntries}, {"SQE_ARG_NUM", abi.SQEArgNum},
	{"STATUS_COMPLETE", abi.StatusCOMPLETE}, {"STATUS_ERROR", abi.StatusERROR}, {"STATUS_READY", abi.StatusREADY},
	{"VRAM_ALLOC_BASE", abi.VRAMAllocBase}, {"VRAM_PAGE_BYTES", abi.VRAMPageBytes},
}

// source is the whole program.
func source() string {
	var b strings.Builder
	for _, c := range constants {
		fmt.Fprintf(&b, "const %s = %du;\n", c.name, c.value)
	}
	for i, name := range requests {
		fmt.Fprintf(&b, "const REQUEST_%s = %du;\n", name, i)
	}
	fmt.Fprintf(&b, "const PROGRAM_HASHES = array<array<u32, 8>, %d>(\n", abi.ProgramKernels+1)
	for _, h := range Hashes() {
		b.WriteString("    array<u32, 8>(")
		for _, w := range h {
			fmt.Fprintf(&b, "%#xu, ", w)
		}
		b.WriteString("),\n")
	}
	b.WriteString(");\n")
	return b.String() + mailboxWGSL + operationsWGSL + authorityWGSL + processesWGSL + perfWGSL
}
