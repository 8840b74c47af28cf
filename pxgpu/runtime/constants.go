package runtime

import (
	"fmt"
	"strings"

	"pxos/abi"
)

// Sizes of what the program keeps beside VRAM.
const (
	maxPages     = (abi.BAR0Size - abi.VRAMAllocBase) / abi.VRAMPageBytes
	inputBytes   = 64 << 10
	consoleBytes = 16 << 10
	maxBatch     = abi.RingEntries // submissions of one dispatch
)

// Requests of the host to the program.
const (
	requestReset = iota
	requestRead
	requestWrite
	requestRing
)

// constant is a number of the interface by the name that the program knows it by.
type constant struct {
	name  string
	value uint32
}

func constants() []constant {
	return []constant{
		{"REG_CMD", abi.RegCMD}, {"REG_STATUS", abi.RegSTATUS}, {"REG_RESP", abi.RegRESP}, {"REG_DOORBELL", abi.RegDOORBELL},
		{"REG_ID", abi.RegID}, {"REG_VERSION", abi.RegVERSION}, {"REG_RINGS", abi.RegRINGS}, {"REG_VRAMSIZE", abi.RegVRAMSIZE},
		{"REG_RESET", abi.RegRESET}, {"MAILBOX_ID", abi.MailboxID}, {"MAILBOX_VERSION", abi.MailboxVersion}, {"RESET_KEY", abi.ResetKey},
		{"STATUS_READY", abi.StatusREADY}, {"STATUS_COMPLETE", abi.StatusCOMPLETE}, {"STATUS_ERROR", abi.StatusERROR},
		{"OP_UART_WRITE", abi.OpUARTWrite}, {"OP_UART_READ", abi.OpUARTRead}, {"OP_GPU_EXECUTE", abi.OpGPUExecute},
		{"OP_MMIO_READ", abi.OpMMIORead}, {"OP_MMIO_WRITE", abi.OpMMIOWrite}, {"OP_SYSCALL", abi.OpSyscall},
		{"OP_ALLOC", abi.OpAlloc}, {"OP_FREE", abi.OpFree}, {"OP_HALT", abi.OpHalt}, {"NO_CHARACTER", abi.NoCharacter},
		{"PROGRAM_PING", abi.ProgramPing}, {"SYSCALL_VERSION", abi.SyscallVersion}, {"SYSCALL_UPTIME", abi.SyscallUptime},
		{"ERR_NONE", abi.ErrNone}, {"ERR_OPCODE", abi.ErrOpcode}, {"ERR_ARGUMENT", abi.ErrArgument}, {"ERR_NO_MEMORY", abi.ErrNoMemory},
		{"ERR_NOT_FOUND", abi.ErrNotFound}, {"ERR_NO_PROGRAM", abi.ErrNoProgram}, {"ERR_NO_SYSCALL", abi.ErrNoSyscall},
		{"ERR_HALTED", abi.ErrHalted}, {"ERR_RING_BROKEN", abi.ErrRingBroken},
		{"REGISTER_PAGE_BYTES", abi.RegisterPageBytes}, {"MAX_RINGS", abi.MaxRings}, {"RING_ENTRIES", abi.RingEntries},
		{"RING_ENTRY_BYTES", abi.RingEntryBytes}, {"RING_BLOCK_BYTES", abi.RingBlockBytes}, {"RING_BASE", abi.RingBase},
		{"VRAM_ALLOC_BASE", abi.VRAMAllocBase}, {"VRAM_PAGE_BYTES", abi.VRAMPageBytes},
		{"RING_SQ_TAIL", abi.RingSQTail}, {"RING_SQ_HEAD", abi.RingSQHead}, {"RING_CQ_TAIL", abi.RingCQTail}, {"RING_CQ_HEAD", abi.RingCQHead},
		{"RING_DEVICE_SLEEP", abi.RingDeviceSleep}, {"RING_SQ_ENTRIES", abi.RingSQEntries}, {"RING_CQ_ENTRIES", abi.RingCQEntries},
		{"SQE_FLAGS", abi.SQEFlags}, {"SQE_COOKIE", abi.SQECookie}, {"SQE_ARGS", abi.SQEArgs}, {"SQE_ARG_NUM", abi.SQEArgNum},
		{"CQE_COOKIE", abi.CQECookie}, {"CQE_STATUS", abi.CQEStatus}, {"CQE_SEQ", abi.CQESeq}, {"CQE_RESULT", abi.CQEResult}, {"CQE_DATA", abi.CQEData},
		{"MAX_PAGES", maxPages}, {"INPUT_BYTES", inputBytes}, {"CONSOLE_BYTES", consoleBytes},
		{"REQUEST_RESET", requestReset}, {"REQUEST_READ", requestRead}, {"REQUEST_WRITE", requestWrite}, {"REQUEST_RING", requestRing},
	}
}

// source is the whole program.
func source() string {
	var b strings.Builder
	for _, c := range constants() {
		fmt.Fprintf(&b, "const %s = %du;\n", c.name, c.value)
	}
	return b.String() + program
}
