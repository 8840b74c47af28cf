package linux

import "pxos/kernel/trap"

// Signals, asm-generic/signal.h.
const (
	sigILL  = 4
	sigTRAP = 5
	sigBUS  = 7
	sigFPE  = 8
	sigKILL = 9
	sigSEGV = 11
	sigPIPE = 13
	sigCHLD = 17
	sigCONT = 18
	sigSTOP = 19
	sigURG  = 23
	sigWNCH = 28
	signals = 64
)

// Flags of sigaction and of the alternate stack.
const (
	saOnStack  = 0x08000000
	saRestorer = 0x04000000
	saNoDefer  = 0x40000000
	ssOnStack  = 1
	ssDisable  = 2
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
)

// deliverable are the signals that came and are not blocked.
func (t *thread) deliverable() uint64 { return t.pending &^ t.mask }

// raise marks a signal for a thread.
func (t *thread) raise(signal uint64) { t.pending |= 1 << (signal - 1) }

// deliver has a thread that is about to run take a signal: its handler runs next, or
// the process ends. It says whether the thread can still run.
func (s *System) deliver(t *thread) bool {
	for t.deliverable() != 0 {
		signal := uint64(1)
		for t.deliverable()>>(signal-1)&1 == 0 {
			signal++
		}
		t.pending &^= 1 << (signal - 1)
		a := &t.process.actions[signal-1]
		switch a.handler {
		case 0:
			if signal == sigURG || signal == sigCHLD || signal == sigCONT || signal == sigWNCH {
				continue
			}
			s.endProcess(t.process, 128+signal)
			return false
		case 1: // SIG_IGN
			continue
		}
		if !s.pushFrame(t, signal, a) {
			s.endProcess(t.process, 128+sigSEGV)
			return false
		}
		return true
	}
	return true
}

// signalBuffer is where a frame is put together before it is copied out.
var signalBuffer [frameBytes]byte

func put(b []byte, at int, v uint64) {
	for i := 0; i < 8; i++ {
		b[at+i] = byte(v >> (8 * uint(i)))
	}
}

func get(b []byte, at int) uint64 {
	v := uint64(0)
	for i := 7; i >= 0; i-- {
		v = v<<8 | uint64(b[at+i])
	}
	return v
}

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
	p := t.process
	if !p.copyOut(extended, c.Extended[:]) || !p.copyOut(frame, b) {
		return false
	}
	t.mask |= a.mask
	if a.flags&saNoDefer == 0 {
		t.mask |= 1 << (signal - 1)
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
	if !t.process.copyIn(b[:frameInfo], c.RSP-frameUcontext) {
		return false
	}
	regs := registers(c)
	for i := range regs {
		*regs[i] = get(b, frameRegs+8*i)
	}
	c.SetFlags(get(b, frameRegs+8*regFlags))
	t.mask = get(b, frameMask) &^ (1<<(sigKILL-1) | 1<<(sigSTOP-1))
	extended := get(b, frameRegs+8*regState)
	if extended != 0 && !t.process.copyIn(c.Extended[:], extended) {
		return false
	}
	return c.Sanitize() && canonicalUser(c.RIP)
}

// canonicalUser says whether ring 3 may go on at an address: IRETQ to any other is
// the kernel's fault, not the program's.
func canonicalUser(addr uint64) bool { return addr < 1<<47 }
