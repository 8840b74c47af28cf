// Package trap is the way into and out of exceptions and interrupts, and the
// environment that compiled Go expects there (g and its stack bounds).
//
// It may import arch/amd64 and report. The handler never calls through a
// pointer and never allocates. Invariant: whatever is not expected ends in die.
package trap

import (
	"sync/atomic"

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
	VectorReschedule    = 0x31 // another processor has work for this one
	VectorShootdown     = 0x32 // another processor took translations away
	VectorDevice        = 0x33 // a device has something for its driver, which looks by itself
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
	localAPIC *uint32 // its EOI register; set before interrupts are let in
	command   *uint32 // its interrupt command register, low half
	commandTo *uint32 // high half: to whom
	dying     uint32  // 1 plus the ID of the processor that reports a fault
)

// SetEOI tells the interrupt path where to acknowledge interrupts: the local
// APIC's EOI register (Intel SDM volume 3, 11.8.5).
func SetEOI(register *uint32) { localAPIC = register }

// SetICR tells die how to stop the other processors: the halves of the local APIC's
// interrupt command register (Intel SDM volume 3, 11.6.1).
func SetICR(low, high *uint32) { command, commandTo = low, high }

// trap is called by trapCommon for every exception and interrupt.
func trap(f *Frame) {
	p := This()
	switch {
	case f.Vector >= FirstInterrupt:
		interrupt(f.Vector)
	case f.Vector == VectorNMI && atomic.LoadUint32(&p.nmiAwaited) != 0:
		p.nmis++
	case f.Vector == VectorBreakpoint && p.breakpointExpected:
		p.breakpoints++
	case p.probing && (f.Vector == VectorPageFault || f.Vector == VectorGeneral):
		// Act as the RET of the probing leaf function.
		p.probeHit = true
		p.probeVector = f.Vector
		f.RIP = *wordAt(f.RSP)
		f.RSP += 8
	default:
		die(f)
	}
}

func interrupt(vector uint64) {
	p := This()
	if amd64.Flags()&rflagsIF != 0 {
		p.openHandlers++
	}
	switch vector {
	case VectorTimer:
		p.ticks++
		acknowledge()
	case VectorReschedule:
		p.reschedules++
		acknowledge()
	case VectorShootdown:
		p.shootdowns++
		acknowledge()
	case VectorDevice:
		acknowledge()
	case VectorSpurious:
		// Has no EOI: Intel SDM volume 3, 11.9.
	default:
		p.strays++
		acknowledge()
	}
}

func acknowledge() { phys.Store32(localAPIC, 0) }

// die reports an exception that nobody expected and lets the machine die in
// place: the IDT is emptied and the faulting instruction runs again with every
// register as it was. It faults again, nothing can take the fault, and the
// machine resets (or is held by its laboratory) with its state untouched.
//
// The first processor that dies stops the others; one that dies meanwhile stops too.
func die(f *Frame) {
	p := This()
	if atomic.CompareAndSwapUint32(&dying, 0, p.ID+1) {
		stopOthers(p)
		reportFault(f, p.ID)
	} else if atomic.LoadUint32(&dying) != p.ID+1 {
		stand()
	}
	if f.Vector == VectorBreakpoint {
		f.RIP-- // a trap: the instruction is behind us
	}
	f.RFLAGS &^= rflagsIF
	amd64.EmptyIDT()
	if f.Vector == VectorNMI || f.Vector == VectorMachineCheck {
		amd64.Int3() // no instruction raised it: none would again
	}
}

// Fields of the interrupt command register, and a bound on the wait for it.
const (
	icrNMI     = 4<<8 | 1<<14
	icrPending = 1 << 12
	icrToShift = 24
	icrLimit   = 100_000
)

// stopOthers raises an NMI that nobody awaits on each other processor that runs. Not
// on all by the shorthand: those that were not started stand in the firmware's code,
// which could not take it.
func stopOthers(p *Processor) {
	for id := uint32(0); command != nil && id < Online(); id++ {
		if id == p.ID {
			continue
		}
		phys.Store32(commandTo, processors[id].APIC<<icrToShift)
		phys.Store32(command, icrNMI)
		for n := 0; n < icrLimit && phys.Load32(command)&icrPending != 0; n++ {
			amd64.Pause()
		}
	}
}

// stand keeps a processor still for ever: another one is dying.
func stand() {
	for {
		amd64.Cli()
		amd64.Hlt()
	}
}

// TickCount is the number of timer interrupts of this processor so far. It changes
// under the caller's feet: it is read anew each time.
func TickCount() uint64 { return phys.Load64(&This().ticks) }

// Strays is the number of interrupts on vectors that no driver asked for, on all
// processors.
func Strays() uint64 {
	n := uint64(0)
	for i := range processors {
		n += phys.Load64(&processors[i].strays)
	}
	return n
}

// OpenHandlers is the number of interrupts whose handler could itself have been
// interrupted, on all processors: an interrupt gate must prevent that.
func OpenHandlers() uint64 {
	n := uint64(0)
	for i := range processors {
		n += phys.Load64(&processors[i].openHandlers)
	}
	return n
}

// LastProbeVector is the exception that this processor's last failed probe met.
func LastProbeVector() uint64 { return This().probeVector }

// Breakpoint raises #BP and tells whether the handler saw it and came back.
func Breakpoint() bool {
	p := This()
	before := p.breakpoints
	p.breakpointExpected = true
	amd64.Int3()
	p.breakpointExpected = false
	return p.breakpoints == before+1
}

// NMIWithUserBases raises vector 2 with the GS and FS bases of ring 3, as an NMI finds
// them that strikes between SYSCALL and SWAPGS, and says whether the handler saw it
// and left both as they were.
func NMIWithUserBases() bool {
	p := This()
	before := p.nmis
	p.AwaitNMI(true)
	kept := nmiWithUserBases()
	p.AwaitNMI(false)
	return kept && p.nmis == before+1
}

// reportFault writes the fault line of the boot report. It uses the report's
// own buffer-free writer and nothing else, so that it works on any stack that
// still has a few hundred bytes.
func reportFault(f *Frame, id uint32) {
	report.Port().EndLoop()
	report.Begin(abi.ReportFault)
	report.Uint("vector", f.Vector)
	report.Hex("error", f.Error)
	report.Hex("rip", f.RIP)
	report.Hex("rsp", f.RSP)
	report.Hex("cr2", amd64.ReadCR2())
	report.Uint("cpu", uint64(id))
	report.End()
}

// Install fills the IDT and makes it the first processor's.
func Install() {
	base := vectorBase()
	for v := uint64(0); v < vectors; v++ {
		amd64.SetGate(v, base+v*16, istOf(v))
	}
	amd64.LoadIDT()
	amd64.OpenGate(VectorBreakpoint) // INT3 of a program becomes its SIGTRAP
}

// Join makes the IDT, which Install filled, a further processor's.
func Join() { amd64.LoadIDT() }

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
func currentG() (slot, register uint64)
func nmiWithUserBases() bool
func adopt()
func fromUser()

// This is the processor that asks, by its GS base.
func This() *Processor

// ProbeRead reads 8 bytes and says whether that was possible.
func ProbeRead(addr uint64) (value uint64, ok bool) {
	p := This()
	p.probing, p.probeHit = true, false
	value = probeLoad(addr)
	p.probing = false
	return value, !p.probeHit
}

// ProbeWrite writes 8 bytes and says whether that was possible.
func ProbeWrite(addr, value uint64) bool {
	p := This()
	p.probing, p.probeHit = true, false
	probeStore(addr, value)
	p.probing = false
	return !p.probeHit
}

// ProbeExec runs the code at addr, which must begin with a RET, and says
// whether that was possible.
func ProbeExec(addr uint64) bool {
	p := This()
	p.probing, p.probeHit = true, false
	probeJump(addr)
	p.probing = false
	return !p.probeHit
}
