// Package trap is the way into and out of exceptions and interrupts, and the
// environment that compiled Go expects there (g and its stack bounds).
//
// It may import arch/amd64 and report. The handler never calls through a
// pointer and never allocates. Invariant: whatever is not expected ends in die.
package trap

import (
	"pxos/abi"
	"pxos/kernel/arch/amd64"
	"pxos/kernel/phys"
	"pxos/kernel/report"
)

// Exception vectors, Intel SDM volume 3, table 6-1.
const (
	VectorDivideError   = 0x00
	VectorNMI           = 0x02
	VectorBreakpoint    = 0x03
	VectorInvalidOpcode = 0x06
	VectorDoubleFault   = 0x08
	VectorInvalidTSS    = 0x0A
	VectorNotPresent    = 0x0B
	VectorStack         = 0x0C
	VectorGeneral       = 0x0D
	VectorPageFault     = 0x0E
	VectorMachineCheck  = 0x12
	VectorTimer         = 0x30 // the local APIC's timer
	VectorSpurious      = 0x3F // the local APIC's spurious interrupt: low bits 1111 for old APICs
	FirstInterrupt      = 0x20 // below it: exceptions
	vectors             = 0x40 // gates that are filled: 32 exceptions, then interrupts
)

const rflagsIF = 1 << 9

// Frame is the interrupted state, in the order in which trapCommon and the CPU
// leave it on the stack.
type Frame struct {
	RAX, RBX, RCX, RDX, RSI, RDI, RBP uint64
	R8, R9, R10, R11, R12, R13, R14   uint64
	R15                               uint64
	Vector, Error                     uint64
	RIP, CS, RFLAGS, RSP, SS          uint64
}

var (
	ticks       uint64 // timer interrupts
	breakpoints uint64 // #BP while breakpointExpected was set

	breakpointExpected bool
	probing, probeHit  bool
	probeVector        uint64
	localAPIC          *uint32 // its EOI register; set before interrupts are let in
	strays             uint64  // interrupts that nobody asked for
	openHandlers       uint64  // interrupts whose handler ran with interrupts let in
	dying              bool
)

// SetEOI tells the interrupt path where to acknowledge interrupts: the local
// APIC's EOI register (Intel SDM volume 3, 11.8.5).
func SetEOI(register *uint32) { localAPIC = register }

// trap is called by trapCommon for every exception and interrupt.
func trap(f *Frame) {
	switch {
	case f.Vector >= FirstInterrupt:
		interrupt(f.Vector)
	case f.Vector == VectorBreakpoint && breakpointExpected:
		breakpoints++
	case probing && (f.Vector == VectorPageFault || f.Vector == VectorGeneral):
		// Act as the RET of the probing leaf function.
		probeHit = true
		probeVector = f.Vector
		f.RIP = *wordAt(f.RSP)
		f.RSP += 8
	default:
		die(f)
	}
}

func interrupt(vector uint64) {
	if amd64.Flags()&rflagsIF != 0 {
		openHandlers++
	}
	switch vector {
	case VectorTimer:
		ticks++
		acknowledge()
	case VectorSpurious:
		// Has no EOI: Intel SDM volume 3, 11.9.
	default:
		strays++
		acknowledge()
	}
}

func acknowledge() { phys.Store32(localAPIC, 0) }

// die reports an exception that nobody expected and lets the machine die in
// place: the IDT is emptied and the faulting instruction runs again with every
// register as it was. It faults again, nothing can take the fault, and the
// machine resets (or is held by its laboratory) with its state untouched.
func die(f *Frame) {
	if !dying {
		dying = true
		reportFault(f)
	}
	if f.Vector == VectorBreakpoint {
		f.RIP-- // a trap: the instruction is behind us
	}
	f.RFLAGS &^= rflagsIF
	amd64.EmptyIDT()
}

// TickCount is the number of timer interrupts so far. It changes under the
// caller's feet: it is read anew each time.
func TickCount() uint64 { return phys.Load64(&ticks) }

// Strays is the number of interrupts on vectors that no driver asked for.
func Strays() uint64 { return strays }

// OpenHandlers is the number of interrupts whose handler could itself have been
// interrupted: an interrupt gate must prevent that.
func OpenHandlers() uint64 { return openHandlers }

// LastProbeVector is the exception that the last failed probe met.
func LastProbeVector() uint64 { return probeVector }

// Breakpoint raises #BP and tells whether the handler saw it and came back.
func Breakpoint() bool {
	before := breakpoints
	breakpointExpected = true
	amd64.Int3()
	breakpointExpected = false
	return breakpoints == before+1
}

// reportFault writes the fault line of the boot report. It uses the report's
// own buffer-free writer and nothing else, so that it works on any stack that
// still has a few hundred bytes.
func reportFault(f *Frame) {
	report.Begin(abi.ReportFault)
	report.Uint("vector", f.Vector)
	report.Hex("error", f.Error)
	report.Hex("rip", f.RIP)
	report.Hex("rsp", f.RSP)
	report.Hex("cr2", amd64.ReadCR2())
	report.End()
}

// Install fills the IDT and makes it the processor's.
func Install() {
	base := vectorBase()
	for v := uint64(0); v < vectors; v++ {
		amd64.SetGate(v, base+v*16, istOf(v))
	}
	amd64.LoadIDT()
}

// istOf gives the vectors that may strike on a bad stack one of their own.
func istOf(vector uint64) uint8 {
	switch vector {
	case VectorNMI:
		return amd64.ISTNMI
	case VectorDoubleFault:
		return amd64.ISTDoubleFault
	case VectorMachineCheck:
		return amd64.ISTMachineCheck
	}
	return amd64.ISTNone
}

func probeLoad(addr uint64) uint64
func probeStore(addr, value uint64)
func probeJump(addr uint64)
func vectorBase() uint64

// ProbeRead reads 8 bytes and says whether that was possible.
func ProbeRead(addr uint64) (value uint64, ok bool) {
	probing, probeHit = true, false
	value = probeLoad(addr)
	probing = false
	return value, !probeHit
}

// ProbeWrite writes 8 bytes and says whether that was possible.
func ProbeWrite(addr, value uint64) bool {
	probing, probeHit = true, false
	probeStore(addr, value)
	probing = false
	return !probeHit
}

// ProbeExec runs the code at addr, which must begin with a RET, and says
// whether that was possible.
func ProbeExec(addr uint64) bool {
	probing, probeHit = true, false
	probeJump(addr)
	probing = false
	return !probeHit
}
