package fault

import (
	"fmt"

	"pxos/abi"
	"pxos/machine"
)

// chainInfo is the part of the exception log that belongs to the end of the run.
type chainInfo struct {
	entries []*machine.Exception // in order, the root first
	root    *machine.Exception   // nil: no exception ended the run
	// inPlace says that root is followed by the same fault with an emptied IDT:
	// the kernel's handler reported it and then died on purpose.
	inPlace  bool
	handled  int // exceptions before root that the kernel survived
	reported bool
	why      string
}

// findChain tells the exceptions that ended the run from those that the kernel
// handled before.
func (a *Analysis) findChain() chainInfo {
	faults := make([]*machine.Exception, 0, len(a.Ev.Exceptions))
	for i := range a.Ev.Exceptions {
		if e := &a.Ev.Exceptions[i]; isFault(e) {
			faults = append(faults, e)
		}
	}
	start, why := -1, ""
	switch {
	case len(faults) == 0:
	case a.Ev.TripleFault:
		start, why = escalationStart(faults), "the run ended in a triple fault"
	default:
		start, why = a.liveFault(faults)
	}
	if start < 0 {
		return chainInfo{handled: countDistinct(faults)}
	}
	for !a.Ev.TripleFault && start > 0 && faults[start].OldVector >= 0 {
		start-- // the handler that ran is of the last escalation, not of the first fault
	}
	for start > 0 && deliveryOf(faults[start-1], faults[start]) {
		start--
	}
	c := chainInfo{root: faults[start], why: why}
	first := start
	if i := diedInPlace(faults, start); i >= 0 {
		first, c.inPlace = i, true
		c.root = faults[i]
	}
	for _, e := range faults[first:] {
		c.entries = append(c.entries, e)
	}
	c.handled = countDistinct(faults[:first])
	return c
}

// escalationStart walks back from the end of the log: an exception that was
// raised while another was being delivered names that one as old.
func escalationStart(faults []*machine.Exception) int {
	i := len(faults) - 1
	for i > 0 && (faults[i].OldVector >= 0 || !faults[i].HasState || faults[i].Vector == vecDF) {
		if faults[i].HasState && faults[i].OldVector < 0 && faults[i].Vector == vecDF && !sameSpot(faults[i], faults[i-1]) {
			break
		}
		i--
	}
	return i
}

// deliveryOf tells whether e was raised because before could not be delivered,
// although the CPU does not count before among those that escalate (#UD, #BP and
// interrupts do not): same instruction, same stack, and e blames the IDT.
func deliveryOf(before, e *machine.Exception) bool {
	if !before.HasState || !e.HasState || before.Registers.RIP != e.Registers.RIP || before.Registers.RSP != e.Registers.RSP ||
		before.Vector == e.Vector {
		return false
	}
	if e.Vector == vecPF {
		t := e.Registers.IDT
		return e.Registers.CR2-t.Base <= uint64(t.Limit)
	}
	for _, v := range DecodeError(e.Vector, e.ErrorCode).vectors() {
		if v == before.Vector && (e.Vector == vecGP || e.Vector == vecNP) {
			return true
		}
	}
	return false
}

// sameSpot tells whether two entries stand at the same instruction.
func sameSpot(a, b *machine.Exception) bool {
	return !a.HasState || !b.HasState || a.Registers.RIP == b.Registers.RIP
}

// diedInPlace finds an earlier fault with the same vector at the same place that
// was delivered through a valid IDT. A handler that reports, empties the IDT and
// returns with all registers restored leaves exactly this.
func diedInPlace(faults []*machine.Exception, start int) int {
	last := faults[start]
	if !last.HasState || idtServes(last) {
		return -1
	}
	for i := start - 1; i >= 0; i-- {
		e := faults[i]
		if !e.HasState {
			continue
		}
		if e.Vector == last.Vector && e.Registers.RIP == last.Registers.RIP && idtServes(e) {
			return i
		}
		if idtServes(e) {
			return -1
		}
	}
	return -1
}

// idtServes tells whether the IDT of an entry reaches to its vector.
func idtServes(e *machine.Exception) bool {
	width := uint32(8)
	if e.Registers.EFER&eferLMA != 0 {
		width = 16
	}
	return e.Registers.IDT.Limit >= uint32(e.Vector+1)*width-1
}

// liveFault finds the exception that a machine without triple fault still hangs
// on: one that the boot report names, or one whose frame is on the stack.
func (a *Analysis) liveFault(faults []*machine.Exception) (int, string) {
	if l, ok := a.Report.First(abi.ReportFault); ok {
		v, rip := int(l.Uint("vector")), l.Uint("rip")
		for i := len(faults) - 1; i >= 0; i-- {
			e := faults[i]
			at := e.Registers.RIP
			if e.HasState && e.Vector == v && (at == rip || at+1 == rip) {
				return i, "the kernel reported it (" + abi.ReportPrefix + abi.ReportFault + ")"
			}
		}
	}
	if a.Ev.Termination == machine.TerminationExit && a.Ev.ExitCode != abi.ExitKernelRefused && a.Ev.ExitCode != 0 {
		return -1, ""
	}
	for i := len(faults) - 1; i >= 0 && i >= len(faults)-8; i-- {
		if e := faults[i]; e.HasState && a.frameOnStack(e) {
			return i, fmt.Sprintf("its interrupt frame (RIP %s) is still on the stack: the handler never returned", hex(e.Registers.RIP))
		}
	}
	if n := repeats(faults); n >= 3 {
		return len(faults) - 1, fmt.Sprintf("it happened %d times in a row at the same instruction: the handler returns to it without mending anything", n)
	}
	return -1, ""
}

// repeats counts how often the last fault stands at the end of the log.
func repeats(faults []*machine.Exception) int {
	n := 0
	last := faults[len(faults)-1]
	for i := len(faults) - 1; i >= 0; i-- {
		e := faults[i]
		if e.Vector != last.Vector || !e.HasState || e.Registers.RIP != last.Registers.RIP || e.Registers.CR2 != last.Registers.CR2 {
			break
		}
		n++
	}
	return n
}

// frameOnStack looks for the RIP and CS that delivery pushed, from the stopped
// machine's stack pointer upwards.
func (a *Analysis) frameOnStack(e *machine.Exception) bool {
	if len(a.Ev.Registers) == 0 {
		return false
	}
	word := uint64(a.wordBytes())
	sp := a.Ev.Registers[0].RSP
	buf := make([]byte, 4096)
	buf = buf[:a.readVirtual(sp, buf)]
	for at := uint64(0); at+2*word <= uint64(len(buf)); at += word {
		if littleWord(buf[at:], word) == e.Registers.RIP && littleWord(buf[at+word:], word)&0xFFFF == uint64(e.Registers.CS.Selector) {
			return true
		}
	}
	return false
}

func littleWord(b []byte, n uint64) uint64 {
	v := uint64(0)
	for i := range n {
		v |= uint64(b[i]) << (8 * i)
	}
	return v
}

// countDistinct counts faults, an escalation counting once.
func countDistinct(faults []*machine.Exception) int {
	n := 0
	for _, e := range faults {
		if e.HasState && e.OldVector < 0 {
			n++
		}
	}
	return n
}

// chainSteps turns the chain into what the diagnosis shows; long chains lose
// their middle.
func (a *Analysis) chainSteps(limit int) []ChainStep {
	var out []ChainStep
	for i, e := range a.chain.entries {
		if len(a.chain.entries) > limit && i == limit/2 {
			out = append(out, ChainStep{Vector: -1, During: -1, Name: "…", Note: fmt.Sprintf("%d more", len(a.chain.entries)-limit)})
		}
		if len(a.chain.entries) > limit && i >= limit/2 && i < len(a.chain.entries)-limit/2 {
			continue
		}
		out = append(out, a.chainStep(e))
	}
	if a.Ev.TripleFault && len(out) > 0 {
		out = append(out, ChainStep{Vector: -1, During: vecDF, Name: "triple fault", Note: "the CPU gave up; a real machine resets here"})
	}
	return out
}

func (a *Analysis) chainStep(e *machine.Exception) ChainStep {
	s := ChainStep{
		Vector: e.Vector, Name: VectorName(e.Vector), Known: e.HasState, Hardware: e.Hardware, Software: e.Soft,
		During: e.OldVector, Root: e == a.chain.root,
	}
	if !e.HasState {
		s.Note = "raised while the CPU delivered " + VectorName(e.OldVector)
		if e.OldVector < 0 {
			s.Note = "its delivery failed"
		}
		return s
	}
	s.RIP, s.RSP = e.Registers.RIP, e.Registers.RSP
	if HasErrorCode(e.Vector) {
		code := DecodeError(e.Vector, e.ErrorCode)
		s.Error = &code
	}
	if e.Vector == vecPF {
		s.CR2 = e.Registers.CR2
	}
	s.Where = a.Sym.Name(e.Registers.RIP)
	switch {
	case s.Root && a.chain.inPlace:
		s.Note = "the first fault: the kernel's handler reported it, emptied the IDT and returned to it, to die in place"
	case s.Root:
		s.Note = "the first fault"
	case a.chain.inPlace && e.Vector == a.chain.root.Vector && e.Registers.RIP == a.chain.root.Registers.RIP:
		s.Note = "the same fault again, now on purpose without an IDT"
	case e.OldVector >= 0:
		s.Note = "raised while the CPU delivered " + VectorName(e.OldVector)
	}
	return s
}
