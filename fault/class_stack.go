package fault

import (
	"fmt"
	"strings"

	"golang.org/x/arch/x86/x86asm"
)

// stackClasses are about the stack: its balance, alignment and end.
var stackClasses = []*Class{
	{
		Number: 11, Name: "unbalanced-stack", Title: "stack unbalanced at IRET, error code left on it",
		Headline: "iret finds a shifted frame: {{.what}}",
		Explain:  "IRET takes RIP and CS from the top of the stack. There it finds RIP = {{.rip}} and CS = {{.cs}}, which is no code segment: {{.what}}.",
		Do:       "Pop exactly what the entry pushed. For the vectors that push an error code (8, 10 to 14, 17, 21, 29, 30) add 8 to RSP before IRETQ; for all others push a 0 at the entry so that both frames look alike.",
		Suspects: []string{"iret", "trap", "isr", "stub", "handler", "interrupt", "common"},
		Match:    matchUnbalanced,
	},
	{
		Number: 13, Name: "misaligned-stack", Title: "misaligned operand of an aligned SSE instruction",
		Headline: "{{.insn}} needs an address that is a multiple of 16, got {{.addr}}",
		Explain: "The instruction accesses {{.addr}} ({{.regs}}), which is {{.off}} bytes past a multiple of 16, and raises #GP for that. {{.stack}}" +
			"Compilers rely on RSP being a multiple of 16 before each CALL. An emulator may let this pass where hardware does not, and the other way round.",
		Do:       "Align the stack to 16 before the first CALL into compiled code, in start-up code and in every interrupt entry (and rsp, -16 after saving the old one); align save areas of FXSAVE too.",
		Suspects: []string{"entry", "start", "trap", "isr", "stub", "stack", "switch"},
		Match:    matchMisaligned,
	},
	{
		Number: 22, Name: "stack-overflow", Title: "stack overflow into the guard page",
		Headline: "the stack overflowed in {{.function}}",
		Explain:  "RSP is {{.rsp}} and the access at {{.addr}} fell off the lower end of the stack{{.bounds}}: {{.why}}. {{.recursion}}",
		Do:       "Find the recursion or the big local variable (the backtrace names the functions that repeat); make it a loop, move the buffer out of the stack, or give the thread a larger stack.",
		Suspects: []string{"recurse", "walk", "print", "format", "parse", "stack"},
		Match:    matchStackOverflow,
	},
	{
		Number: 23, Name: "no-ist", Title: "no IST stack for #DF or #PF",
		Headline: "the double fault handler has no stack of its own (IST = 0)",
		Explain: "A fault came while RSP was unusable ({{.rsp}}). #PF and then #DF were to be pushed onto the same broken stack, because the gate of #DF has IST 0, so the CPU gave up. " +
			"The kernel's TSS has a stack for it ({{.ist}}) that the gate does not name.",
		Do:       "Set the IST field of the gates of #DF, NMI and #MC (and #PF, if it must survive stack overflow) to entries of the TSS that point at stacks of their own.",
		Suspects: []string{"ist", "gate", "idt", "tss", "doublefault", "trap"},
		Match:    matchNoIST,
	},
}

func matchUnbalanced(a *Analysis) Match {
	f := a.Fault()
	word, iret := a.isIRET()
	if f == nil || !iret || (a.Mode == 64 && word != 8) {
		return no
	}
	switch f.Vector {
	case vecGP, vecNP, vecSS, vecPF:
	default:
		return no
	}
	s := [4]uint64{a.slot(0, word), a.slot(1, word), a.slot(2, word), a.slot(3, word)}
	cs := a.descriptor(uint16(s[1]))
	if s[1] <= 0xFFFF && cs.Readable && cs.Present && cs.Code() && (a.inKernel(s[0]) || !a.walk(s[0], Access{Fetch: true, User: s[1]&3 == 3}).Failed) {
		return no
	}
	m := Match{Certainty: 0.82, Facts: Facts{"rip": hex(s[0]), "cs": hex(s[1]), "what": "the stack is not where the handler's entry left it"}}
	m.Evidence = []string{
		"the instruction is iret",
		fmt.Sprintf("the frame at RSP reads RIP = %s, CS = %s, which is no code segment", hex(s[0]), hex(s[1])),
	}
	for shift := 1; shift <= 2; shift++ {
		d := a.descriptor(uint16(s[shift+1]))
		if s[shift+1] <= 0xFFFF && d.Readable && d.Code() && s[shift+1]&^3 != 0 && !a.walk(s[shift], Access{}).Failed && s[shift] >= pageBytes {
			m.Certainty = 0.96
			m.Detail = fmt.Sprint(shift)
			m.Facts["what"] = fmt.Sprintf("%d word(s) too many are on the stack", shift)
			if shift == 1 && s[0] <= 0xFFFF {
				m.Facts["what"] = fmt.Sprintf("the error code %s is still on the stack", hex(s[0]))
			}
			m.Evidence = append(m.Evidence, fmt.Sprintf("%d word(s) higher the frame makes sense: RIP = %s, CS = %s", shift, orHex(a.Sym.Name(s[shift]), s[shift]), hex(s[shift+1])))
			break
		}
	}
	return m
}

// aligned16 are the instructions that demand a multiple of 16 by themselves; all
// other SSE instructions with a 16-byte memory operand do as well.
var aligned16 = map[x86asm.Op]bool{
	x86asm.MOVAPS: true, x86asm.MOVAPD: true, x86asm.MOVDQA: true, x86asm.MOVNTDQ: true, x86asm.MOVNTPS: true, x86asm.MOVNTPD: true,
	x86asm.MOVNTDQA: true, x86asm.FXSAVE: true, x86asm.FXSAVE64: true, x86asm.FXRSTOR: true, x86asm.FXRSTOR64: true,
}

func matchMisaligned(a *Analysis) Match {
	f := a.Fault()
	if f == nil || f.Vector != vecGP || f.ErrorCode != 0 {
		return no
	}
	o, ok := a.memOperand(a.Code)
	if !ok || !a.canonical(o.addr) || o.addr%16 == 0 || !(aligned16[a.Code.inst.Op] || (isSSE(a.Code.raw) && a.Code.inst.MemBytes == 16)) {
		return no
	}
	m := Match{Certainty: 0.9, Facts: Facts{
		"insn": strings.ToLower(a.Code.inst.Op.String()), "addr": hex(o.addr), "regs": o.base, "off": fmt.Sprint(o.addr % 16), "stack": "",
	}}
	m.Evidence = []string{fmt.Sprintf("#GP with error code 0 at %s, whose operand is at %s", a.text(a.Code, a.Regs.RIP), hex(o.addr))}
	switch o.mem.Base {
	case x86asm.RSP, x86asm.ESP, x86asm.RBP, x86asm.EBP:
		m.Certainty, m.Detail = 0.97, "stack"
		m.Facts["stack"] = "The address comes from the stack pointer, so the stack itself is misaligned. "
		m.Evidence = append(m.Evidence, fmt.Sprintf("RSP = %s, so the stack itself is misaligned", hex(a.Regs.RSP)))
	}
	return m
}

// stackEnd tells whether an address just below RSP fell off the end of a stack,
// and why that is known.
func (a *Analysis) stackEnd(addr uint64) (why string, ok bool) {
	if lo, hi, known := a.stackBounds(); known && addr < lo && lo-addr <= 64<<10 && a.Regs.RSP < hi {
		return fmt.Sprintf("the boot report gives the stack as %s to %s", hex(lo), hex(hi)), true
	}
	near := addr-(a.Regs.RSP-8*pageBytes) < 8*pageBytes+256
	if !near {
		return "", false
	}
	above := a.walk((addr|(pageBytes-1))+1, Access{Write: true})
	if above.Failed || a.maps == nil {
		return "", false
	}
	return "the page below the stack is not mapped and the page above it is: a guard page", true
}

// repeatedFunctions counts how often the commonest function is in the backtrace.
func (a *Analysis) repeatedFunctions() (name string, n int) {
	count := map[string]int{}
	for _, f := range a.frames {
		if f.Function == "" {
			continue
		}
		count[f.Function]++
		if c := count[f.Function]; c > n || (c == n && f.Function < name) {
			name, n = f.Function, c
		}
	}
	return name, n
}

func matchStackOverflow(a *Analysis) Match {
	f := a.Fault()
	if f == nil || !f.HasState {
		return no
	}
	fn := a.Sym.Locate(a.Regs.RIP).Function
	m := Match{Facts: Facts{"rsp": hex(a.Regs.RSP), "function": orHex(fn, a.Regs.RIP), "bounds": "", "recursion": ""}}
	if name, n := a.repeatedFunctions(); n >= 8 {
		m.Facts["recursion"] = fmt.Sprintf("%s is in the backtrace %d times: it recurses without end.", name, n)
		m.Evidence = append(m.Evidence, m.Facts["recursion"])
	}
	if f.Vector == vecBP && strings.HasPrefix(fn, "runtime.morestack") {
		m.Certainty = 0.95
		m.Facts["addr"], m.Facts["why"] = hex(a.Regs.RSP), "Go's own check at the start of a function found too little room and called "+fn
		m.Evidence = append(m.Evidence, "the breakpoint is at "+fn+", which the check at the start of Go functions calls when the stack is used up")
		if caller := a.callerOf(); caller.Function != "" {
			m.At, m.Facts["function"] = &caller, caller.Function
		}
		return m
	}
	addr := a.Regs.RSP - 8
	switch {
	case f.Vector == vecPF && a.errorCode()&1 == 0 && !a.access().Fetch:
		addr = a.Regs.CR2
	case f.Vector == vecDF || f.Vector == vecSS:
		if a.RSP == nil || !a.RSP.Failed {
			return no
		}
	default:
		return no
	}
	why, ok := a.stackEnd(addr)
	if !ok || a.loadedCR3() {
		return no
	}
	m.Certainty = 0.9
	m.Facts["addr"], m.Facts["why"] = hex(addr), why
	if lo, hi, known := a.stackBounds(); known {
		m.Facts["bounds"] = fmt.Sprintf(" (%s to %s)", hex(lo), hex(hi))
	}
	m.Evidence = append(m.Evidence, fmt.Sprintf("the access to %s is next to RSP = %s", hex(addr), hex(a.Regs.RSP)), why)
	if m.Facts["recursion"] != "" {
		m.Certainty = 0.97
	}
	return m
}

// callerOf is where the function at the fault was called from.
func (a *Analysis) callerOf() Location {
	for _, f := range a.frames[1:] {
		return f.Location
	}
	return Location{}
}

func matchNoIST(a *Analysis) Match {
	f := a.Fault()
	if f == nil || !f.HasState || !a.deliveryFailed() || !a.longMode() || a.RSP == nil || !a.RSP.Failed && matchStackOverflow(a).Certainty == 0 {
		return no
	}
	g := a.gate(vecDF)
	t := a.tss()
	if !g.Present || g.IST != 0 || !t.Readable || a.gateProblem(g) != "" {
		return no
	}
	ist := ""
	for n := 1; n < 8 && ist == ""; n++ {
		if t.IST[n] != 0 && !a.walk(t.IST[n]-8, Access{Write: true}).Failed {
			ist = fmt.Sprintf("IST%d = %s", n, hex(t.IST[n]))
		}
	}
	if ist == "" {
		return no
	}
	return Match{
		Certainty: 0.98, Facts: Facts{"rsp": hex(a.Regs.RSP), "ist": ist},
		Evidence: []string{
			"the chain is a fault, #DF, triple fault, with RSP = " + hex(a.Regs.RSP) + " unusable",
			"the gate of #DF has IST 0 while the TSS has " + ist,
		},
	}
}
