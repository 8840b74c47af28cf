package mailbox

import (
	"encoding/binary"

	"pxos/abi"
)

// request is a command in the form that the rings have; one from the CMD
// register is brought into it.
type request struct {
	opcode   uint8
	process  uint16
	cookie   uint32
	args     [abi.SQEArgNum]uint64
	ring     int
	register bool // came by CMD
	invalid  bool // the payload holds what it must not
}

// result is a completion without its cookie.
type result struct {
	status       uint32
	value, extra uint64
}

func fail(code uint32) result { return result{status: code} }

// fromRegister spreads CMD's 16-bit payload into ring arguments.
func fromRegister(cmd uint32) request {
	r := request{opcode: uint8(cmd >> 24), register: true}
	payload := uint64(cmd & 0xFFFF)
	switch r.opcode {
	case abi.OpUARTWrite:
		r.args[0], r.args[1] = 1, payload
		r.invalid = payload > 0xFF
	case abi.OpMMIORead:
		r.args[0] = payload * 4
	case abi.OpFree:
		r.args[0] = payload * abi.VRAMPageBytes
	case abi.OpGPUExecute:
		r.args[0], r.args[1] = payload, payload
	default:
		r.args[0] = payload
	}
	return r
}

// execute carries out one command. waits is true where the host has to answer
// first. The order of checks is part of the contract: halted, opcode, process,
// arguments.
func (m *Model) execute(r request) (done result, waits bool) {
	op := operations[r.opcode]
	if op == nil {
		m.perf.opcodes[abi.PerfUnknown]++
	} else {
		m.perf.opcodes[r.opcode&15]++
	}
	switch {
	case m.halted:
		return fail(abi.ErrHalted), false
	case op == nil, r.register && r.opcode == abi.OpMMIOWrite:
		return fail(abi.ErrOpcode), false
	case !m.lives(uint64(r.process)):
		return fail(abi.ErrProcess), false
	case r.invalid:
		return fail(abi.ErrArgument), false
	}
	done = op(m, r)
	if done == waiting {
		return result{}, true
	}
	return done, false
}

// waiting stands for a result that only the host's answer will give.
var waiting = fail(^uint32(0))

// operations is the dispatch table. MMIO_WRITE has no register form: CMD's
// payload cannot hold an address and a value.
var operations [256]func(*Model, request) result

func init() {
	operations[abi.OpUARTWrite] = (*Model).uartWrite
	operations[abi.OpUARTRead] = (*Model).uartRead
	operations[abi.OpGPUExecute] = (*Model).gpuExecute
	operations[abi.OpMMIORead] = (*Model).mmioRead
	operations[abi.OpMMIOWrite] = (*Model).mmioWrite
	operations[abi.OpSyscall] = (*Model).syscall
	operations[abi.OpAlloc] = (*Model).alloc
	operations[abi.OpFree] = (*Model).release
	operations[abi.OpHalt] = (*Model).halt
}

// uartWrite sends args[0] bytes, at most 32, that lie in args[1:5].
func (m *Model) uartWrite(r request) result {
	n := r.args[0]
	if n > 32 {
		return fail(abi.ErrArgument)
	}
	var text [32]byte
	for i := range 4 {
		binary.LittleEndian.PutUint64(text[8*i:], r.args[1+i])
	}
	for _, c := range text[:n] {
		m.output[m.written%abi.ConsoleBytes] = c
		m.written++
	}
	m.console.Write(text[:n]) //nolint:errcheck // a console that is gone loses its text
	return result{value: n}
}

// uartRead takes the next character that waits.
func (m *Model) uartRead(request) result {
	if m.taken == m.queued {
		return result{value: abi.NoCharacter}
	}
	c := m.input[m.taken%abi.InputBytes]
	m.taken++
	return result{value: uint64(c)}
}

// mmioRead reads the word at byte offset args[0] of the caller's VRAM.
func (m *Model) mmioRead(r request) result {
	if code := m.word(r); code != abi.ErrNone {
		return fail(code)
	}
	return result{value: uint64(m.vram.Load(uint32(r.args[0])))}
}

// mmioWrite writes args[1] to the word at byte offset args[0] of the caller's VRAM.
func (m *Model) mmioWrite(r request) result {
	if r.args[1] > 0xFFFFFFFF {
		return fail(abi.ErrArgument)
	}
	if code := m.word(r); code != abi.ErrNone {
		return fail(code)
	}
	m.vram.Store(uint32(r.args[0]), uint32(r.args[1]))
	return result{}
}

// word checks that args[0] is an aligned word that the caller owns.
func (m *Model) word(r request) uint32 {
	if r.args[0]%4 != 0 {
		return abi.ErrArgument
	}
	return m.covered(r.process, r.args[0], 4)
}

// halt stops the device until it is reset. Only the kernel may.
func (m *Model) halt(r request) result {
	if r.process != abi.KernelProcess {
		return fail(abi.ErrRights)
	}
	m.halted = true
	return result{}
}

// calls is the dispatch table of SYSCALL.
var calls [abi.CallNum]func(*Model, request) result

func init() {
	calls[abi.CallVersion] = func(*Model, request) result { return result{value: abi.MailboxVersion} }
	calls[abi.CallCommands] = func(m *Model, _ request) result { return result{value: m.commands} }
	calls[abi.CallTime] = func(m *Model, _ request) result { return result{value: m.now} }
	calls[abi.CallExtent] = (*Model).requestExtent
	calls[abi.CallReturn] = (*Model).giveBack
	calls[abi.CallDerive] = (*Model).derive
	calls[abi.CallRevoke] = (*Model).revoke
	calls[abi.CallRevokeAck] = (*Model).acknowledge
	calls[abi.CallQuery] = (*Model).query
	calls[abi.CallDeviceAdd] = (*Model).addDevice
	calls[abi.CallDeviceClaim] = (*Model).claimDevice
	calls[abi.CallSeal] = (*Model).seal
	calls[abi.CallProcessCreate] = (*Model).createProcess
	calls[abi.CallProcessEnd] = (*Model).endProcess
	calls[abi.CallProcessRoot] = (*Model).setRoot
	calls[abi.CallProgramAdd] = (*Model).addProgram
	calls[abi.CallProgramDrop] = (*Model).dropProgram
}

// syscall answers call number args[0].
func (m *Model) syscall(r request) result {
	n := r.args[0]
	if n >= abi.CallNum || calls[n] == nil {
		return fail(abi.ErrNoSyscall)
	}
	m.perf.calls[n]++
	return calls[n](m, r)
}
