package fault

import (
	"pxos/abi"
	"pxos/abi/bootreport"
	"pxos/machine"
)

// Analysis is everything that the matchers of the classes may look at.
type Analysis struct {
	Ev     *machine.Evidence
	Report *bootreport.Report
	Sym    *Symbols
	// Regs are the registers of the first fault, or of CPU 0 at the stop.
	Regs machine.Registers
	// Mode is 16, 32 or 64: how the code at the fault is decoded.
	Mode       int
	MaxPhyAddr uint
	// Code is the decoded instruction at RIP.
	Code insn
	// CR2, RIP and RSP are walks of those registers; CR2 is nil without #PF.
	CR2, RIP, RSP *Walk

	mem       memory
	chain     chainInfo
	maps      []Mapping
	direct    uint64
	directHow string
	frames    []Frame
}

// newAnalysis reads all that matchers need from the evidence.
func newAnalysis(ev *machine.Evidence, o Options) *Analysis {
	a := newReading(ev, o)
	path := o.KernelELF
	if path == "" {
		path = ev.KernelELF
	}
	a.Sym = LoadSymbols(path)
	a.Mode = modeOf(&a.Regs)
	a.chain = a.findChain()
	if r := a.chain.root; r != nil && r.HasState {
		a.Regs = r.Registers
		a.Mode = modeOf(&a.Regs)
	}
	a.maps = a.mappings()
	a.direct, a.directHow = a.directMap()
	a.Code = a.decodeAt(a.Regs.RIP)
	a.walkRegisters()
	a.frames = a.backtrace()
	return a
}

// newReading is an analysis without a diagnosis: registers of CPU 0 at the stop,
// memory and the boot report.
func newReading(ev *machine.Evidence, o Options) *Analysis {
	a := &Analysis{Ev: ev, Report: bootreport.Parse(ev.Serial), mem: memory{ev.Memory}, MaxPhyAddr: o.MaxPhyAddr}
	if a.MaxPhyAddr == 0 {
		a.MaxPhyAddr = defaultMaxPhyAddr
		if l, ok := a.Report.First(abi.ReportCPU); ok {
			if v := l.Uint("maxphyaddr"); v >= 32 && v <= 52 {
				a.MaxPhyAddr = uint(v)
			}
		}
	}
	a.MaxPhyAddr = min(max(a.MaxPhyAddr, 32), 52)
	if len(ev.Registers) > 0 {
		a.Regs = ev.Registers[0]
	}
	return a
}

// modeOf tells how wide code is, from the CS descriptor's L and D bits.
func modeOf(r *machine.Registers) int {
	switch {
	case r.CR0&cr0PE == 0:
		return 16
	case r.EFER&eferLMA != 0 && (r.CS.Flags&(1<<21) != 0 || r.CS.Flags == 0):
		return 64
	case r.CS.Flags != 0 && r.CS.Flags&(1<<22) == 0:
		return 16
	}
	return 32
}

// Fault is the first fault of the chain that ended the run, nil if none did.
func (a *Analysis) Fault() *machine.Exception { return a.chain.root }

// vector is the first fault's vector, -1 without one.
func (a *Analysis) vector() int {
	if a.chain.root == nil {
		return -1
	}
	return a.chain.root.Vector
}

func (a *Analysis) errorCode() uint64 {
	if a.chain.root == nil {
		return 0
	}
	return a.chain.root.ErrorCode
}

// access is what the first fault, a page fault, wanted. Without NX or SMEP the
// error code does not tell fetches; CR2 = RIP does.
func (a *Analysis) access() Access {
	code := a.errorCode()
	x := Access{Write: code&2 != 0, User: code&4 != 0, Fetch: code&16 != 0}
	x.Fetch = x.Fetch || (!x.Write && a.Regs.CR2 == a.Regs.RIP)
	return x
}

func (a *Analysis) walkRegisters() {
	r := &a.Regs
	user := r.CPL == 3
	a.RIP = a.walkTo("RIP", r.RIP, Access{Fetch: true, User: user})
	a.RSP = a.walkTo("RSP", r.RSP-1, Access{Write: true, User: user})
	if a.vector() == vecPF {
		a.CR2 = a.walkTo("CR2", r.CR2, a.access())
	}
}

// walkTo walks and tells what is at the end.
func (a *Analysis) walkTo(target string, addr uint64, x Access) *Walk {
	w := a.walk(addr, x)
	w.Target = target
	if w.PageSize != 0 {
		w.At = a.placeAt(w.Phys).String()
		a.setMemType(w)
	}
	return w
}

// deliveryFailed tells whether the CPU could not enter the handler of the first
// fault: another exception was raised while it was delivered.
func (a *Analysis) deliveryFailed() bool {
	if a.chain.root == nil || a.chain.inPlace {
		return false
	}
	return a.Ev.TripleFault || len(a.chain.entries) > 1 && a.chain.entries[1].OldVector >= 0
}

// inKernel tells whether an address lies in the text of the kernel's image.
func (a *Analysis) inKernel(addr uint64) bool { return a.Sym.Func(addr) != nil }

// stackBounds gives the stack that the boot report names, ok false without one.
func (a *Analysis) stackBounds() (lo, hi uint64, ok bool) {
	l, ok := a.Report.First(abi.ReportLayout)
	if !ok {
		return 0, 0, false
	}
	lo, hi = l.Uint("stack_lo"), l.Uint("stack_hi")
	return lo, hi, lo != 0 && hi > lo
}

// failedTests lists the self-tests of the boot report that failed.
func (a *Analysis) failedTests() []bootreport.Test {
	var out []bootreport.Test
	for _, t := range a.Report.Tests {
		if t.Failed != 0 {
			out = append(out, t)
		}
	}
	return out
}

// testFailed tells whether a self-test failed, and its detail.
func (a *Analysis) testFailed(name string) (detail string, failed bool) {
	for _, t := range a.failedTests() {
		if t.Name == name {
			return t.Detail, true
		}
	}
	return "", false
}

// healthy tells whether the run ended as a good boot does.
func (a *Analysis) healthy() bool {
	ev := a.Ev
	if ev.TripleFault || a.chain.root != nil {
		return false
	}
	switch ev.Termination {
	case machine.TerminationExit:
		if len(a.Report.Lines) == 0 {
			return ev.ExitCode == abi.ExitOK // another kernel that keeps to the exit code
		}
		return ev.ExitCode == abi.ExitOK && a.Report.Passed()
	case machine.TerminationReached:
		return len(a.failedTests()) == 0
	case machine.TerminationNone:
		return a.Report.Passed()
	}
	return false
}
