package mailbox

import (
	"encoding/binary"

	"pxos/abi"
)

// request is a command in the form that the rings have; one from the CMD
// register is brought into it.
type request struct {
	opcode   uint8
	thread   uint8
	args     [abi.SQEArgNum]uint64
	register bool // came by CMD
	invalid  bool // reserved bits were set
}

// result is a completion without its cookie.
type result struct {
	status uint32
	value  uint64
}

func fail(code uint32) result { return result{status: code} }

// fromRegister spreads CMD's 16-bit payload into ring arguments.
func fromRegister(cmd uint32) request {
	r := request{opcode: uint8(cmd >> 24), thread: uint8(cmd >> 16), register: true}
	payload := uint64(cmd & 0xFFFF)
	switch r.opcode {
	case abi.OpUARTWrite:
		r.args[0], r.args[1] = 1, payload
		r.invalid = payload > 0xFF
	case abi.OpMMIORead:
		r.args[0] = payload * 4
	case abi.OpFree:
		r.args[0] = payload * abi.VRAMPageBytes
	default:
		r.args[0], r.args[1] = payload, payload
	}
	return r
}

// execute carries out one command. Its order of checks is part of the contract:
// halted, opcode, reserved bits, arguments.
func (m *Model) execute(r request) result {
	done := m.dispatch(r)
	m.completed++
	if done.status != abi.ErrNone {
		m.failed++
	}
	return done
}

func (m *Model) dispatch(r request) result {
	if m.halted {
		return fail(abi.ErrHalted)
	}
	op := operations[r.opcode]
	if op == nil || (r.register && r.opcode == abi.OpMMIOWrite) {
		return fail(abi.ErrOpcode)
	}
	if r.invalid {
		return fail(abi.ErrArgument)
	}
	return op(m, r)
}

// operations is the dispatch table. MMIO_WRITE has no register form: CMD's
// payload cannot hold an address and a value.
var operations = [256]func(*Model, request) result{
	abi.OpUARTWrite:  (*Model).uartWrite,
	abi.OpUARTRead:   (*Model).uartRead,
	abi.OpGPUExecute: (*Model).gpuExecute,
	abi.OpMMIORead:   (*Model).mmioRead,
	abi.OpMMIOWrite:  (*Model).mmioWrite,
	abi.OpSyscall:    (*Model).syscall,
	abi.OpAlloc:      (*Model).alloc,
	abi.OpFree:       (*Model).release,
	abi.OpHalt:       (*Model).halt,
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
	m.console.Write(text[:n]) //nolint:errcheck // a console that is gone loses its text
	return result{value: n}
}

// uartRead takes the next character that waits.
func (m *Model) uartRead(request) result {
	if len(m.input) == 0 {
		return result{value: abi.NoCharacter}
	}
	c := m.input[0]
	m.input = m.input[1:]
	return result{value: uint64(c)}
}

// gpuExecute runs program args[0] on args[1:]. Without a WGSL runtime there is
// one program, which adds 1.
func (m *Model) gpuExecute(r request) result {
	if r.args[0] != abi.ProgramPing {
		return fail(abi.ErrNoProgram)
	}
	return result{value: r.args[1] + 1}
}

// mappedWord tells whether offset is an aligned word of the mapped part of BAR0.
func (m *Model) mappedWord(offset uint64) bool {
	return offset%4 == 0 && offset >= abi.RegisterPageBytes && offset < uint64(len(m.vram.bytes))
}

// mmioRead reads the word at byte offset args[0].
func (m *Model) mmioRead(r request) result {
	if !m.mappedWord(r.args[0]) {
		return fail(abi.ErrArgument)
	}
	return result{value: uint64(m.vram.Load(uint32(r.args[0])))}
}

// mmioWrite writes args[1] to the word at byte offset args[0]. The words behind
// which the device keeps state of its own (ring indices) are only copies of it.
func (m *Model) mmioWrite(r request) result {
	if !m.mappedWord(r.args[0]) || r.args[1] > 0xFFFFFFFF {
		return fail(abi.ErrArgument)
	}
	m.vram.Store(uint32(r.args[0]), uint32(r.args[1]))
	return result{}
}

// syscall answers call number args[0].
func (m *Model) syscall(r request) result {
	switch r.args[0] {
	case abi.SyscallVersion:
		return result{value: abi.MailboxVersion}
	case abi.SyscallUptime:
		return result{value: m.completed}
	}
	return fail(abi.ErrNoSyscall)
}

// alloc takes args[0] neighbouring pages, lowest address first, and clears them.
func (m *Model) alloc(r request) result {
	n := r.args[0]
	if n == 0 {
		return fail(abi.ErrArgument)
	}
	if n > uint64(m.pages.free) {
		return fail(abi.ErrNoMemory)
	}
	first, ok := m.pages.find(int(n))
	if !ok {
		return fail(abi.ErrNoMemory)
	}
	m.pages.take(first, int(n))
	at := abi.VRAMAllocBase + first*abi.VRAMPageBytes
	clear(m.vram.bytes[at : at+int(n)*abi.VRAMPageBytes])
	return result{value: uint64(at)}
}

// release gives back the allocation that begins at byte offset args[0].
func (m *Model) release(r request) result {
	at := r.args[0]
	if at%abi.VRAMPageBytes != 0 {
		return fail(abi.ErrArgument)
	}
	if at < abi.VRAMAllocBase || at >= uint64(len(m.vram.bytes)) {
		return fail(abi.ErrNotFound)
	}
	first := int(at-abi.VRAMAllocBase) / abi.VRAMPageBytes
	if m.pages.length[first] == 0 {
		return fail(abi.ErrNotFound)
	}
	m.pages.give(first)
	return result{}
}

// halt stops the device until it is reset.
func (m *Model) halt(request) result {
	m.halted = true
	return result{}
}
