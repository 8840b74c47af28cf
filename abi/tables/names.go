package tables

import (
	"fmt"

	"pxos/abi"
)

var opcodeNames = map[int]string{
	abi.OpUARTWrite: "UART_WRITE", abi.OpUARTRead: "UART_READ", abi.OpGPUExecute: "GPU_EXECUTE", abi.OpMMIORead: "MMIO_READ",
	abi.OpMMIOWrite: "MMIO_WRITE", abi.OpSyscall: "SYSCALL", abi.OpAlloc: "ALLOC", abi.OpFree: "FREE", abi.OpHalt: "HALT",
}

var errorNames = [abi.ErrNum]string{
	abi.ErrNone: "none", abi.ErrOpcode: "opcode", abi.ErrArgument: "argument", abi.ErrNoMemory: "no-memory",
	abi.ErrNotFound: "not-found", abi.ErrNoProgram: "no-program", abi.ErrNoSyscall: "no-syscall", abi.ErrHalted: "halted",
	abi.ErrBusy: "busy", abi.ErrCapability: "capability", abi.ErrOwned: "owned", abi.ErrOwner: "owner", abi.ErrQuota: "quota",
	abi.ErrRights: "rights", abi.ErrProcess: "process", abi.ErrSealed: "sealed", abi.ErrRunaway: "runaway", abi.ErrKernel: "kernel",
}

var callNames = map[int]string{
	abi.CallVersion: "VERSION", abi.CallCommands: "COMMANDS", abi.CallTime: "TIME", abi.CallExtent: "EXTENT",
	abi.CallReturn: "RETURN", abi.CallDerive: "DERIVE", abi.CallRevoke: "REVOKE", abi.CallRevokeAck: "REVOKE_ACK",
	abi.CallQuery: "QUERY", abi.CallDeviceAdd: "DEVICE_ADD", abi.CallDeviceClaim: "DEVICE_CLAIM", abi.CallSeal: "SEAL",
	abi.CallProcessCreate: "PROCESS_CREATE", abi.CallProcessEnd: "PROCESS_END", abi.CallProcessRoot: "PROCESS_ROOT",
	abi.CallProgramAdd: "PROGRAM_ADD", abi.CallProgramDrop: "PROGRAM_DROP",
}

// OpcodeName is an opcode's name in the manual, "0x90" for one without.
func OpcodeName(op int) string {
	if n, ok := opcodeNames[op]; ok {
		return n
	}
	return fmt.Sprintf("%#x", op)
}

// ErrorName is a word for an error code, "error-99" for one without.
func ErrorName(code int) string {
	if code >= 0 && code < len(errorNames) && errorNames[code] != "" {
		return errorNames[code]
	}
	return fmt.Sprintf("error-%d", code)
}

// CallName is a call's name in the manual, "call-5" for one without.
func CallName(n int) string {
	if name, ok := callNames[n]; ok {
		return name
	}
	return fmt.Sprintf("call-%d", n)
}

// kernelNames are the programs that are always there, by number: ping, then the
// entry points of pxgpu/kernels.
var kernelNames = [abi.ProgramKernels + 1]string{
	"ping", "attention", "relu", "gelu", "gelu_tanh", "silu", "sigmoid", "tanh_rows", "swiglu", "geglu", "softmax", "rms_norm",
	"layer_norm", "rope_pairs", "rope_halves", "matvec_f32", "matvec_q8_0", "matvec_q4_0", "matmul_f32", "matmul_q8_0", "matmul_q4_0",
}

// ProgramName is the name of a program that is always there, "program 40" for one
// that a process registered.
func ProgramName(n int) string {
	if n >= 0 && n < len(kernelNames) {
		return kernelNames[n]
	}
	return fmt.Sprintf("program %d", n)
}
