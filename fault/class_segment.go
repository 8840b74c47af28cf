package fault

import (
	"fmt"

	"golang.org/x/arch/x86/x86asm"
)

// segmentClasses are about the GDT, the TSS and far returns.
var segmentClasses = []*Class{
	{
		Number: 7, Name: "stale-ss", Title: "GDT without the data segment that SS names",
		Headline: "{{.insn}} loads SS = {{.selector}}, which is {{.is}}",
		Explain: "The stack segment that {{.insn}} wants, selector {{.selector}}, is {{.is}} in the GDT that is loaded now. " +
			"SS often still holds what the boot loader put there; it is saved with the first interrupt and fails when the handler returns.",
		Do:       "Put a writable data segment into the GDT, and load SS (and DS, ES) with its selector, or 0 in 64-bit mode, right after LGDT.",
		Suspects: []string{"gdt", "segment", "lgdt", "iret", "trap"},
		Match:    matchStaleSS,
	},
	{
		Number: 8, Name: "wrong-cs", Title: "wrong CS after LGDT",
		Headline: "{{.insn}} loads CS = {{.selector}}, which is {{.is}}",
		Explain:  "The code segment that {{.insn}} wants, selector {{.selector}}, is {{.is}} in the GDT that is loaded now.",
		Do:       "Compare the selector with the order of the GDT's entries (selector = index * 8); the target of a jump into 64-bit code needs a code segment with L = 1 and D = 0.",
		Suspects: []string{"gdt", "lgdt", "longmode", "segment", "start", "boot"},
		Match:    matchWrongCS,
	},
	{
		Number: 9, Name: "loader-gdt", Title: "trusting the boot loader's GDT",
		Headline: "a segment register is loaded with {{.selector}} from a GDT that is not the kernel's",
		Explain: "The kernel loads a segment register with selector {{.selector}}, which is {{.is}}. The GDT in use, at {{.base}}, is not part of the kernel's image: " +
			"it is the boot loader's, and Multiboot promises nothing about it.",
		Do:       "Load a GDT of your own with LGDT before any segment register is written.",
		Suspects: []string{"gdt", "lgdt", "start", "boot", "segment"},
		Match:    matchLoaderGDT,
	},
	{
		Number: 10, Name: "iretw", Title: "IRET without REX.W in 64-bit code",
		Headline: "32-bit iret in 64-bit code: the frame is read with the wrong width",
		Explain:  "The instruction is {{.bytes}}, which pops 4-byte words. In 64-bit mode the CPU pushed 8-byte words, so RIP, CS and RFLAGS are read from the wrong places.",
		Do:       "Use iretq (48 cf).",
		Suspects: []string{"iret", "trap", "isr", "interrupt", "handler"},
		Match:    matchIRETW,
	},
	{
		Number: 24, Name: "tss-rsp0", Title: "TSS or RSP0 unset",
		Headline: "no kernel stack for an entry from ring 3: {{.problem}}",
		Explain:  "{{.fault}} came in ring 3. The CPU then takes the kernel's stack from the TSS, but {{.problem}}. It could not push the frame, so the delivery failed.",
		Do:       "Make a TSS of at least 104 bytes, put its descriptor (16 bytes in long mode) into the GDT, set RSP0 to the top of a mapped kernel stack for each CPU and thread, and load TR with LTR.",
		Suspects: []string{"tss", "rsp0", "ltr", "setstack", "switch", "thread", "gdt"},
		Match:    matchTSS,
	},
	{
		Number: 25, Name: "ltr", Title: "LTR of a busy TSS or beyond the GDT",
		Headline: "ltr {{.selector}} failed: {{.is}}",
		Explain:  "LTR wants the selector of an available TSS (type 9). Selector {{.selector}} is {{.is}}.",
		Do:       "Make the GDT's limit reach to the end of the 16-byte TSS descriptor, write type 9 into it, and execute LTR once; to load it again set the type back to 9 first.",
		Suspects: []string{"tss", "ltr", "gdt", "loadtr"},
		Match:    matchLTR,
	},
}

// selectorFault tells whether the first fault blames a GDT selector.
func (a *Analysis) selectorFault() (uint16, bool) {
	f := a.Fault()
	if f == nil || (f.Vector != vecGP && f.Vector != vecNP && f.Vector != vecSS && f.Vector != vecTS) {
		return 0, false
	}
	code := DecodeError(f.Vector, f.ErrorCode)
	return uint16(f.ErrorCode &^ 3), code.Selector && code.Table == "GDT"
}

// isIRET tells whether the instruction is a return from interrupt, and the size
// of a word in its frame.
func (a *Analysis) isIRET() (word uint64, ok bool) {
	b := a.Code.raw
	switch {
	case len(b) > 1 && b[0] == 0x48 && b[1] == 0xCF:
		return 8, true
	case len(b) > 0 && b[0] == 0xCF:
		return 4, true
	case len(b) > 1 && b[0] == 0x66 && b[1] == 0xCF:
		return 2, true
	}
	return 0, false
}

// slot reads word n of the interrupt frame at RSP.
func (a *Analysis) slot(n, word uint64) uint64 {
	b := make([]byte, word)
	if a.readVirtual(a.Regs.RSP+n*word, b) != len(b) {
		return 0
	}
	return littleWord(b, word)
}

// segmentFact says what a selector is, as the GDT stands.
func (a *Analysis) segmentFact(sel uint16) string {
	d := a.descriptor(sel)
	if !d.Readable {
		return fmt.Sprintf("beyond the GDT, whose limit is %s", hex(uint64(a.Regs.GDT.Limit)))
	}
	return d.String()
}

func matchStaleSS(a *Analysis) Match {
	sel, ok := a.selectorFault()
	if !ok {
		return no
	}
	m := Match{Facts: Facts{"selector": hex(uint64(sel)), "is": a.segmentFact(sel)}}
	d := a.descriptor(sel)
	if d.Readable && d.Present && d.WritableData() {
		return no
	}
	m.Evidence = []string{fmt.Sprintf("the error code blames selector %s: %s", hex(uint64(sel)), m.Facts["is"])}
	if word, iret := a.isIRET(); iret {
		ss := uint16(a.slot(4, word)) &^ 3
		cs := uint16(a.slot(1, word)) &^ 3
		if ss != sel || cs == sel {
			return no
		}
		m.Certainty, m.Facts["insn"] = 0.95, "iret"
		m.Evidence = append(m.Evidence, fmt.Sprintf("the interrupt frame at RSP holds SS = %s and a valid CS = %s", hex(uint64(ss)), hex(uint64(cs))))
		return m
	}
	if a.loadsSegment() && a.gdtInKernel() {
		m.Certainty, m.Facts["insn"] = 0.9, a.text(a.Code, a.Regs.RIP)
		m.Evidence = append(m.Evidence, "the instruction loads a segment register: "+m.Facts["insn"])
		return m
	}
	return no
}

// loadsSegment tells whether the instruction is MOV or POP to a segment register.
func (a *Analysis) loadsSegment() bool {
	if !a.Code.valid || (a.Code.inst.Op != x86asm.MOV && a.Code.inst.Op != x86asm.POP) {
		return false
	}
	r, ok := a.Code.inst.Args[0].(x86asm.Reg)
	return ok && r >= x86asm.ES && r <= x86asm.GS
}

// gdtInKernel tells whether the GDT lies in the kernel's image (or that is not
// known).
func (a *Analysis) gdtInKernel() bool {
	base := a.Regs.GDT.Base
	if len(a.Sym.loads) == 0 {
		return true
	}
	for _, l := range a.Sym.loads {
		if (base >= l.vaddr && base-l.vaddr < l.size) || (base >= l.paddr && base-l.paddr < l.size) {
			return true
		}
	}
	return false
}

func matchWrongCS(a *Analysis) Match {
	sel, ok := a.selectorFault()
	if !ok || !a.Code.valid {
		return no
	}
	d := a.descriptor(sel)
	switch a.Code.inst.Op {
	case x86asm.LJMP, x86asm.LCALL, x86asm.LRET:
	case x86asm.IRET, x86asm.IRETD, x86asm.IRETQ:
		word, _ := a.isIRET()
		if word == 0 || uint16(a.slot(1, word))&^3 != sel || a.slot(0, word) < pageBytes || !a.inKernel(a.slot(0, word)) {
			return no // class 11: the frame itself is off
		}
	default:
		return no
	}
	m := Match{Certainty: 0.93, Facts: Facts{"insn": a.text(a.Code, a.Regs.RIP), "selector": hex(uint64(sel)), "is": a.segmentFact(sel)}}
	m.Evidence = []string{fmt.Sprintf("the instruction is a far transfer, and its selector %s is: %s", hex(uint64(sel)), d)}
	return m
}

func matchLoaderGDT(a *Analysis) Match {
	sel, ok := a.selectorFault()
	if !ok || a.gdtInKernel() {
		return no
	}
	far := a.Code.valid && (a.Code.inst.Op == x86asm.LJMP || a.Code.inst.Op == x86asm.LRET)
	if !a.loadsSegment() && !far {
		return no
	}
	return Match{
		Certainty: 0.94,
		Facts:     Facts{"selector": hex(uint64(sel)), "is": a.segmentFact(sel), "base": hex(a.Regs.GDT.Base)},
		Evidence: []string{
			"the instruction loads a segment register: " + a.text(a.Code, a.Regs.RIP),
			fmt.Sprintf("the GDT at %s lies outside the kernel's image", hex(a.Regs.GDT.Base)),
		},
	}
}

func matchIRETW(a *Analysis) Match {
	f := a.Fault()
	word, iret := a.isIRET()
	if f == nil || !iret || a.Mode != 64 || word == 8 || (f.Vector != vecGP && f.Vector != vecSS && f.Vector != vecNP) {
		return no
	}
	return Match{
		Certainty: 0.96, Facts: Facts{"bytes": fmt.Sprintf("% x", a.Code.raw[:min(2, len(a.Code.raw))])},
		Evidence: []string{fmt.Sprintf("the instruction at RIP is an iret with %d-byte words in 64-bit code", word)},
	}
}

func matchTSS(a *Analysis) Match {
	f := a.Fault()
	if f == nil || !f.HasState || a.Regs.CS.Selector&3 != 3 || !a.deliveryFailed() {
		return no
	}
	t := a.tss()
	m := Match{Certainty: 0.94, Facts: Facts{"fault": VectorName(f.Vector)}}
	problem := ""
	switch {
	case t.Selector&^3 == 0:
		problem = "TR is 0: no TSS was ever loaded"
	case !a.longMode():
		return no
	case !t.Readable:
		problem = fmt.Sprintf("the TSS at %s is not mapped", hex(t.Base))
	case t.Limit < 0x67:
		problem = fmt.Sprintf("the TSS's limit is %s, less than 0x67", hex(uint64(t.Limit)))
	case t.RSP0 == 0:
		problem = "RSP0 in the TSS is 0"
	default:
		w := a.walk(t.RSP0-8, Access{Write: true})
		if !w.Failed {
			return no
		}
		problem = fmt.Sprintf("RSP0 = %s is not usable: %s", hex(t.RSP0), w.Reason)
	}
	m.Facts["problem"] = problem
	m.Evidence = []string{"the first fault was raised in ring 3 (CS = " + hex(uint64(a.Regs.CS.Selector)) + ")", problem}
	return m
}

func matchLTR(a *Analysis) Match {
	sel, ok := a.selectorFault()
	op := strip(a.Code.raw)
	if !ok || len(op) < 3 || op[0] != 0x0F || op[1] != 0x00 || op[2]>>3&7 != 3 {
		return no
	}
	d := a.descriptor(sel)
	is := a.segmentFact(sel)
	if d.Readable && !d.S && d.Type == 11 {
		is = "a TSS that is busy already (type 11)"
	}
	return Match{
		Certainty: 0.97, Facts: Facts{"selector": hex(uint64(sel)), "is": is},
		Evidence: []string{"the instruction is ltr", fmt.Sprintf("selector %s is %s", hex(uint64(sel)), is)},
	}
}
