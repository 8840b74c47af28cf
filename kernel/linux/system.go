package linux

import (
	"pxos/abi"
	"pxos/kernel/apic"
	"pxos/kernel/arch/amd64"
	"pxos/kernel/authority"
	"pxos/kernel/gpu"
	"pxos/kernel/region"
	"pxos/kernel/trap"
)

// tickCount is the local APIC's count of a time slice, about 2 ms.
const tickCount = 125_000

// System is everything that runs in ring 3.
type System struct {
	Keeper *authority.Keeper
	Clock  *apic.Local

	threads [MaxThreads]*thread
	nextID  uint32
	start   uint64 // time-stamp counter at the start
	epoch   uint64 // ns since 1970 at the start
	process process
	Traced  bool   // system calls are reported
	Calls   uint64 // so far
	unknown [8]uint64
	seed    uint64
}

// system is the one that there is: page faults of copies need it.
var system *System

// Open makes ring 3 possible. It says no where the processor lacks what it takes.
func (s *System) Open(features *amd64.Features, epochNS uint64) bool {
	if !features.SMAP || !features.SMEP || !features.NX || !amd64.OpenExtended(features) {
		return false
	}
	trap.OpenUser()
	system = s
	s.nextID = 1
	s.start, s.epoch = amd64.Rdtsc(), epochNS
	return true
}

// now is ns since the start.
func (s *System) now() uint64 { return s.Clock.Nanoseconds(amd64.Rdtsc() - s.start) }

// create makes a process with an empty address space.
func (s *System) create(image []byte) (*process, bool) {
	p := &s.process
	const extents, pages = maxPoolExtents, abi.MaxVRAMPages
	handle, err := s.Keeper.Create(extents, pages)
	if err != gpu.OK {
		return nil, false
	}
	p.handle, p.space, p.image = handle, s.Keeper.Space(handle), image
	p.ended, p.starved, p.status, p.threads = false, false, 0, 0
	p.actions = [signals]action{}
	p.pool.count, p.pool.free = 0, 0
	p.openStandard()
	return p, p.regions.Init(p.list[:], userLow, userHigh) == region.OK
}

// Run runs the program until it ends, and gives its exit status.
func (s *System) Run() uint64 {
	p := &s.process
	p.space.Enter()
	s.Clock.StartTimer(trap.VectorTimer, tickCount)
	for at := 0; !p.ended; {
		t, n := s.next(at)
		if t == nil {
			s.idle()
			continue
		}
		at = n
		s.runThread(t)
	}
	s.Clock.StopTimer()
	s.bury(p)
	return p.status
}

// runThread lets a thread run until its time is over, it waits, or it ends.
func (s *System) runThread(t *thread) {
	for t.state == stateReady {
		if !s.deliver(t) {
			return
		}
		trap.Enter(&t.context)
		switch v := t.context.Vector; {
		case v == trap.VectorSyscall:
			s.call(t)
		case v >= trap.FirstInterrupt:
			trap.Acknowledge(v)
			return
		default:
			s.exception(t)
		}
	}
}

// idle waits for the timer where no thread can run. Where none ever will, the
// program has ended itself: Linux would let it hang.
func (s *System) idle() {
	if s.soonest() == never {
		s.say("pxos: every thread waits for another: the program is ended\n")
		s.endProcess(&s.process, 128+sigKILL)
		return
	}
	amd64.Sti()
	amd64.Hlt()
	amd64.Cli()
}

// exception handles what a thread did: a page that is to be filled in, or a mistake
// that becomes a signal.
func (s *System) exception(t *thread) {
	c := &t.context
	switch c.Vector {
	case trap.VectorPageFault:
		addr := amd64.ReadCR2()
		if addr < userHigh && s.touch(t.process, addr, c.Error&2 != 0, c.Error&16 != 0) {
			return
		}
		if t.process.starved {
			s.say("pxos: out of memory: the program is ended\n")
			s.endProcess(t.process, 128+sigKILL)
			return
		}
		t.fault, t.code = addr, 1+uint32(c.Error&1) // SEGV_MAPERR, SEGV_ACCERR
		t.force(sigSEGV)
	case trap.VectorDivideError, 16, 19:
		t.fault, t.code = c.RIP, 1
		t.force(sigFPE)
	case trap.VectorInvalidOpcode:
		t.fault, t.code = c.RIP, 1
		t.force(sigILL)
	case trap.VectorBreakpoint, 1:
		t.fault, t.code = c.RIP, 1
		t.force(sigTRAP)
	default:
		t.fault, t.code = 0, 0x80 // SI_KERNEL
		t.force(sigSEGV)
	}
}

// force is raise for what a thread did itself: blocked, it would do it for ever.
func (t *thread) force(signal uint64) {
	if t.mask>>(signal-1)&1 != 0 {
		t.mask &^= 1 << (signal - 1)
		t.process.actions[signal-1].handler = 0
	}
	t.raise(signal)
}

// say writes words of the kernel's own on the program's console.
func (s *System) say(text string) {
	for i := 0; i < len(text); i += chunkBytes {
		var b [chunkBytes]byte
		n := copy(b[:], text[i:])
		s.print(b[:n])
	}
}

// chunkBytes go with one UART_WRITE: Ask passes three words of them.
const chunkBytes = 24

// print sends up to chunkBytes to the console: by the GPU, as everything.
func (s *System) print(b []byte) {
	var w [3]uint64
	for i := range b {
		w[i/8] |= uint64(b[i]) << (8 * uint(i%8))
	}
	s.Keeper.GPU.Ask(abi.KernelProcess, abi.OpUARTWrite, uint64(len(b)), w[0], w[1], w[2])
}
