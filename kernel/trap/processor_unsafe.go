package trap

import (
	"sync/atomic"
	"unsafe"

	"pxos/abi"
	"pxos/kernel/arch/amd64"
	"pxos/kernel/phys"
)

// Processor is what a processor has for itself. In ring 0 the GS base is its address;
// in ring 3 it is 0, and SWAPGS brings it back. Assembly knows the fields by go_asm.h,
// which the compiler writes, so that a change moves both.
type Processor struct {
	self     *Processor // at gs:0
	tls      *goG       // where compiled Go finds g: the FS base of ring 0 is the address behind
	current  *Context   // whose ring-3 code runs, or ran last
	kernelSP uint64     // where Enter's caller goes on
	userSP   uint64     // RSP between SYSCALL and the context
	stackTop uint64     // where the processor's first function begins
	_        [2]uint64
	kernG    goG // of the kernel's stack
	trapG    goG // of exceptions and interrupts of ring 0: its stack guard is 0

	ID               uint32 // its place among those that run, 0 for the first
	APIC             uint32 // the number of its local APIC
	state            uint32
	nmiAwaited       uint32
	StackLo, StackHi uint64
	Stacks           amd64.Stacks
	// Of the start of a further processor: how long it took, by how much its time-stamp
	// counter is off for sure, and by how much at most.
	StartNS, SkewNS, RoundNS uint64
	Descriptors              amd64.Descriptors

	ticks, strays, openHandlers   uint64 // timer interrupts; unasked ones; with interrupts let in
	reschedules, shootdowns, nmis uint64
	breakpoints                   uint64 // #BP while breakpointExpected was set
	breakpointExpected            bool
	probing, probeHit             bool
	probeVector                   uint64
	_                             [64]byte // the next one's words lie in other cache lines
}

// StackTopOffset is where the entry of a further processor finds its stack.
const StackTopOffset = unsafe.Offsetof(Processor{}.stackTop)

// The block's own address is at gs:0, whoever reads it there.
const _ = uint(0 - unsafe.Offsetof(Processor{}.self))

// States of a processor.
const (
	StateAbsent  = iota // never started, or given up
	StateStarted        // in Go, on its own stack
	StateParked         // all is set up; it waits to be released
)

var (
	processors [abi.MaxProcessors]Processor
	online     uint32 // processors that run: IDs 0 to online-1
)

// At gives the block of a processor, 0 the first.
func At(id uint32) *Processor { return &processors[id] }

// Online is the number of processors that run. Their IDs are 0 to Online-1.
func Online() uint32 { return atomic.LoadUint32(&online) }

// SetOnline says how many processors run.
func SetOnline(n uint32) { atomic.StoreUint32(&online, n) }

// Address is where the block lies: the GS base of its processor.
func (p *Processor) Address() uint64 { return uint64(uintptr(unsafe.Pointer(p))) }

// State is how far the processor's start has come.
func (p *Processor) State() uint32 { return atomic.LoadUint32(&p.state) }

// SetState says how far the processor's start has come.
func (p *Processor) SetState(state uint32) { atomic.StoreUint32(&p.state, state) }

// Reschedules is the number of VectorReschedule that the processor has taken.
func (p *Processor) Reschedules() uint64 { return phys.Load64(&p.reschedules) }

// Shootdowns is the number of VectorShootdown that the processor has taken.
func (p *Processor) Shootdowns() uint64 { return phys.Load64(&p.shootdowns) }

// NMIs is the number of NMIs that were awaited and came.
func (p *Processor) NMIs() uint64 { return phys.Load64(&p.nmis) }

// AwaitNMI says whether an NMI is asked for: one that is not ends in die.
func (p *Processor) AwaitNMI(on bool) {
	n := uint32(0)
	if on {
		n = 1
	}
	atomic.StoreUint32(&p.nmiAwaited, n)
}

// OwnG says whether compiled Go runs here with the g of p: in the word at fs:-8, in
// R14, and with the FS base that p is to have.
func (p *Processor) OwnG() bool {
	slot, register := currentG()
	own := uint64(uintptr(unsafe.Pointer(&p.kernG)))
	base := uint64(uintptr(unsafe.Pointer(&p.tls))) + 8
	return slot == own && register == own && amd64.Rdmsr(amd64.IA32_FS_BASE) == base
}
