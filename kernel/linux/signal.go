package linux

import (
	"encoding/binary"

	"pxos/kernel/sys"
	"pxos/kernel/trap"
)

// Signals, asm-generic/signal.h.
const (
	sigINT  = 2
	sigQUIT = 3
	sigILL  = 4
	sigTRAP = 5
	sigBUS  = 7
	sigFPE  = 8
	sigKILL = 9
	sigSEGV = 11
	sigPIPE = 13
	sigALRM = 14
	sigCHLD = 17
	sigCONT = 18
	sigSTOP = 19
	sigURG  = 23
	sigPROF = 27
	sigWNCH = 28
	signals = 64
)

// Flags of sigaction and of the alternate stack.
const (
	saOnStack = 0x08000000
	saRestart = 0x10000000
	saNoDefer = 0x40000000
	ssOnStack = 1
	ssDisable = 2
)

// action is what rt_sigaction set; the layout is the kernel's of Linux.
type action struct{ handler, flags, restorer, mask uint64 }

// The frame of a signal, arch/x86/include/asm/sigframe.h: the return address,
// struct ucontext, siginfo; beyond it the extended state.
const (
	frameUcontext = 8
	frameStack    = frameUcontext + 16
	frameRegs     = frameUcontext + 40
	frameMask     = frameUcontext + 296
	frameInfo     = frameUcontext + 304
	frameBytes    = frameInfo + 128
	extendedBytes = 832
	regRIP        = 16 // index of RIP among the registers of sigcontext
	regFlags      = 17
	regState      = 23 // pointer to the extended state
	redZone       = 128
	unblockable   = 1<<(sigKILL-1) | 1<<(sigSTOP-1)
)

// deliverable are the signals that came and are not blocked.
func (t *thread) deliverable() uint64 { return (t.pending | t.process.pending) &^ t.mask }

// bit is a signal's in a mask.
func bit(signal uint64) uint64 { return 1 << (signal - 1) }

// ignored says whether a process does nothing about a signal.
func (p *process) ignored(signal uint64) bool {
	switch p.actions[signal-1].handler {
	case 0:
		return signal == sigURG || signal == sigCHLD || signal == sigCONT || signal == sigWNCH
	case 1: // SIG_IGN
		return true
	}
	return false
}

// raise marks a signal for a thread, and ends its wait.
func (s *System) raise(t *thread, signal uint64) {
	s.control(t.process, signal)
	if t.process.ignored(signal) && t.mask&bit(signal) == 0 {
		return
	}
	t.pending |= bit(signal)
	s.interrupt(t)
}

// interrupt has a thread that a signal came for look at it.
func (s *System) interrupt(t *thread) {
	if t.deliverable() == 0 || t.errand != nil {
		return // it looks when its call is back
	}
	switch t.state {
	case stateBlocked:
		if t.until == never && t.source == nil && t.context.RIP == 0 {
			return // not yet started
		}
		s.unlink(t)
		t.broken = true
		s.enqueue(t)
	case stateRunning:
		if t != s.here.current {
			s.nudge(&s.processors[t.home])
		}
	}
}

// signalProcess marks a signal for a process: a thread that does not block it takes it.
func (s *System) signalProcess(p *process, signal uint64) {
	if p.state != processRuns || p.ended {
		return
	}
	s.control(p, signal)
	for _, t := range &s.threads {
		if t != nil && t.state != stateFree && t.process == p && t.mask&bit(signal) == 0 {
			s.raise(t, signal)
			return
		}
	}
	p.pending |= bit(signal)
}

// signalGroup marks a signal for every process of a group. It says how many there are.
func (s *System) signalGroup(group uint32, signal uint64) (n int) {
	for _, p := range &s.processes {
		if p != nil && p.state == processRuns && p.group == group {
			if signal != 0 {
				s.signalProcess(p, signal)
			}
			n++
		}
	}
	return n
}

// force is raise for what a thread did itself: blocked or ignored, it would do it for
// ever.
func (s *System) force(t *thread, signal uint64) {
	a := &t.process.actions[signal-1]
	if t.mask&bit(signal) != 0 || a.handler == 1 {
		t.mask &^= bit(signal)
		a.handler = 0
	}
	t.pending |= bit(signal)
}

// deliver has a thread that is about to run take a signal: its handler runs next, or
// the process ends. It says whether the thread can still run.
func (s *System) deliver(t *thread) bool {
	for t.deliverable() != 0 {
		signal := uint64(1)
		for t.deliverable()&bit(signal) == 0 {
			signal++
		}
		if t.pending&bit(signal) != 0 {
			t.pending &^= bit(signal)
		} else {
			t.process.pending &^= bit(signal)
		}
		if s.Traced {
			s.traceSignal(t, signal)
		}
		a := &t.process.actions[signal-1]
		switch {
		case t.process.ignored(signal):
			continue
		case a.handler == 0 && stopSignals&bit(signal) != 0:
			s.stop(t.process, signal)
			if t.broken { // its call is made again when it goes on
				t.broken, t.retry = false, true
			}
			t.state = stateStopped
			return false
		case a.handler == 0:
			s.endProcess(t.process, signal)
			return false
		}
		s.breakCall(t, a.flags&saRestart != 0)
		if !s.pushFrame(t, signal, a) {
			s.endProcess(t.process, sigSEGV)
			return false
		}
		return true
	}
	if t.broken { // by a signal that was then ignored: as if it had not come
		t.broken, t.retry = false, true
		return s.resume(t)
	}
	return true
}

// resume makes the call once more whose wait was broken. It says whether the thread
// can still run.
func (s *System) resume(t *thread) bool {
	t.retry = false
	s.call(t)
	return t.state == stateRunning
}

// breakCall ends the call whose wait a signal broke: it is made again after the
// handler, or gives EINTR, or what it had done so far.
func (s *System) breakCall(t *thread, restart bool) {
	if !t.broken {
		return
	}
	const callBytes = 2 // of SYSCALL
	t.broken = false
	if n := t.context.RAX; t.started && (n == sysOpen || n == sysOpenat) {
		s.closeDescriptor(t.process, t.done) // a fifo whose other end nobody opened
	}
	switch n := t.context.RAX; {
	case t.started && t.done > 0 && (n == sysWrite || n == sysWritev || groups[n] == groupSocket):
		t.context.RAX = t.done
	case restart && restarts(n):
		t.context.RIP -= callBytes
	default:
		t.context.RAX = sys.EINTR.Result()
	}
	t.started, t.done = false, 0
}

// restarts says whether a call is made again after a handler with SA_RESTART:
// signal(7), "Interruption of system calls".
func restarts(n uint64) bool {
	switch n {
	case sysConnect, sysAccept, sysAccept4, sysSendto, sysRecvfrom, sysSendmsg, sysRecvmsg:
		return true
	case sysRead, sysWrite, sysReadv, sysWritev, sysWait4, sysWaitid, sysFutex, sysOpenat, sysOpen:
		return true
	}
	return false
}

// signalBuffer is where a frame is put together before it is copied out.
var signalBuffer [frameBytes]byte

func put(b []byte, at int, v uint64) { binary.LittleEndian.PutUint64(b[at:], v) }

func get(b []byte, at int) uint64 { return binary.LittleEndian.Uint64(b[at:]) }

// registers gives the registers of a context in the order of sigcontext.
func registers(c *trap.Context) [18]*uint64 {
	return [18]*uint64{&c.R8, &c.R9, &c.R10, &c.R11, &c.R12, &c.R13, &c.R14, &c.R15, &c.RDI, &c.RSI, &c.RBP, &c.RBX, &c.RDX, &c.RAX, &c.RCX,
		&c.RSP, &c.RIP, &c.RFLAGS}
}

// pushFrame builds the frame of a signal on the thread's stack and has the handler
// run on it.
func (s *System) pushFrame(t *thread, signal uint64, a *action) bool {
	c := &t.context
	sp := c.RSP - redZone
	if a.flags&saOnStack != 0 && t.stack.flags&ssDisable == 0 && t.stack.size != 0 && c.RSP-t.stack.base >= t.stack.size {
		sp = t.stack.base + t.stack.size
	}
	extended := (sp - extendedBytes) &^ 63
	frame := (extended-frameBytes)&^15 - 8
	b := signalBuffer[:]
	clear(b)
	put(b, 0, a.restorer)
	put(b, frameStack, t.stack.base)
	put(b, frameStack+8, uint64(t.stack.flags))
	put(b, frameStack+16, t.stack.size)
	regs := registers(c)
	for i := range regs {
		put(b, frameRegs+8*i, *regs[i])
	}
	put(b, frameRegs+8*18, 0x33|0x2B<<48) // CS and SS as Linux has them
	put(b, frameRegs+8*19, c.Error)
	put(b, frameRegs+8*22, t.fault) // CR2
	put(b, frameRegs+8*regState, extended)
	put(b, frameMask, t.mask)
	put(b, frameInfo, signal)
	put(b, frameInfo+8, uint64(t.code))
	if signal == sigSEGV || signal == sigBUS || signal == sigILL || signal == sigFPE {
		put(b, frameInfo+16, t.fault)
	}
	if !t.space.copyOut(extended, c.Extended[:]) || !t.space.copyOut(frame, b) {
		return false
	}
	t.mask |= a.mask
	if a.flags&saNoDefer == 0 {
		t.mask |= bit(signal)
	}
	c.RSP, c.RIP = frame, a.handler
	c.RDI, c.RSI, c.RDX, c.RAX = signal, frame+frameInfo, frame+frameUcontext, 0
	c.SetFlags(0)
	return true
}

// sigreturn goes back to where a signal came: rt_sigreturn.
func (s *System) sigreturn(t *thread) bool {
	c := &t.context
	b := signalBuffer[:]
	if !t.space.copyIn(b[:frameInfo], c.RSP-frameUcontext) {
		return false
	}
	regs := registers(c)
	for i := range regs {
		*regs[i] = get(b, frameRegs+8*i)
	}
	c.SetFlags(get(b, frameRegs+8*regFlags))
	t.mask = get(b, frameMask) &^ unblockable
	extended := get(b, frameRegs+8*regState)
	if extended != 0 && !t.space.copyIn(c.Extended[:], extended) {
		return false
	}
	return c.Sanitize() && canonicalUser(c.RIP)
}

// canonicalUser says whether ring 3 may go on at an address: IRETQ to any other is
// the kernel's fault, not the program's.
func canonicalUser(addr uint64) bool { return addr < 1<<47 }
