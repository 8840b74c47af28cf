package fault

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"pxos/abi"
	"pxos/machine"
)

// interruptClasses are about the IDT, the interrupt controllers and EOI.
var interruptClasses = []*Class{
	{
		Number: 1, Name: "no-idt", Title: "no interrupt descriptor table",
		Headline: "no IDT is loaded: {{.fault}} could not be handled",
		Explain: "The CPU met {{.fault}} and looked for a handler, but {{.state}}. So delivering it raised #GP, delivering that raised #DF, " +
			"and when that failed too the CPU gave up (triple fault).",
		Do:       "Build an IDT with a gate for all 32 exceptions and load it with LIDT before anything can fault; check that LIDT's operand holds size-1 and the virtual base.",
		Suspects: []string{"lidt", "idt", "loadidt", "trap", "exception", "interrupt", "init"},
		Match:    matchNoIDT,
	},
	{
		Number: 2, Name: "bad-idt-gate", Title: "bad gate in the IDT",
		Headline: "the IDT gate of vector {{.vector}} is wrong",
		Explain:  "The CPU wanted to enter the handler of {{.name}} and could not: {{.problem}}. The failed delivery became an exception of its own.",
		Do:       "Correct the gate: type 0xE (interrupt) or 0xF (trap), present bit, the selector of a 64-bit code segment in the GDT that is loaded now, and all three parts of the handler's address.",
		Suspects: []string{"gate", "idt", "trap", "vector", "exception", "interrupt"},
		Match:    matchBadGate,
	},
	{
		Number: 3, Name: "pic-not-remapped", Title: "PIC not remapped",
		Headline: "IRQ {{.irq}} arrives as vector {{.vector}}, which is {{.name}}",
		Explain: "The interrupt controller still uses the vectors that the PC's BIOS gave it (8 to 15). IRQ {{.irq}} therefore looks like {{.name}}, " +
			"but no error code was pushed, so a handler for the exception reads its frame wrongly.",
		Do:       "Before STI, initialise both 8259 PICs with ICW2 = 0x20 and 0x28 (or mask them with 0xFF to ports 0x21 and 0xA1 and use the APIC).",
		Suspects: []string{"remap", "pic", "8259", "irq", "apic", "interrupt"},
		Match:    matchPICNotRemapped,
	},
	{
		Number: 5, Name: "missing-eoi", Title: "missing EOI",
		Headline: "vector {{.vector}} is still in service: no EOI was sent",
		Explain: "The interrupt controller delivered vector {{.vector}} {{.count}} and waits for an end of interrupt, so it holds back every interrupt of the same or lower priority. " +
			"The program runs on (interrupts are {{.if}}), but no further tick will come.",
		Do:       "End each interrupt handler with an EOI: write 0 to the local APIC's register 0xB0, or 0x20 to port 0x20 (and 0xA0 for IRQs 8 to 15) with the PIC.",
		Suspects: []string{"eoi", "timer", "tick", "irq", "apic", "interrupt", "pic"},
		Silent:   false,
		Match:    matchMissingEOI,
	},
}

// deliberate tells whether a function's name says that it faults on purpose.
func deliberate(name string) bool {
	n := strings.ToLower(name)
	for _, w := range []string{"test", "expect", "provoke", "breakpoint", "trigger", "probe"} {
		if strings.Contains(n, w) {
			return true
		}
	}
	return false
}

func matchNoIDT(a *Analysis) Match {
	f := a.Fault()
	if f == nil || !f.HasState || !a.deliveryFailed() || a.Regs.CR0&cr0PE == 0 {
		return no
	}
	t := a.Regs.IDT
	m := Match{Facts: Facts{"fault": VectorName(f.Vector)}}
	switch {
	case t.Limit == 0:
		m.Facts["state"] = fmt.Sprintf("the IDT register is empty (base %s, limit 0)", hex(t.Base))
	case realModeIDT(t):
		m.Facts["state"] = fmt.Sprintf("the IDT register still has its power-on value (base 0, limit %s): that is the real-mode vector table", hex(uint64(t.Limit)))
	case a.presentGates() == 0:
		m.Facts["state"] = fmt.Sprintf("the table that the IDT register names (base %s, limit %s) holds no present gate that can be read", hex(t.Base), hex(uint64(t.Limit)))
	default:
		return no
	}
	m.Evidence = append(m.Evidence, m.Facts["state"])
	m.Certainty = 0.72
	var why string
	code := DecodeError(f.Vector, f.ErrorCode)
	switch fn := a.Sym.Func(a.Regs.RIP); {
	case f.Vector == vecBP || f.Vector == vecDB:
		why = "the first fault is a breakpoint, which a kernel raises on purpose"
	case code.Table == "IDT":
		why = "the first fault's error code blames the IDT: " + code.Words
	case fn != nil && deliberate(fn.Name):
		why = "the first fault happened in " + fn.Name + ", which faults on purpose"
	default:
		m.Evidence = append(m.Evidence, "the first fault, "+VectorName(f.Vector)+", has a cause of its own; the missing IDT only made it fatal")
		return m
	}
	m.Certainty = 0.97
	m.Evidence = append(m.Evidence, why)
	return m
}

func matchBadGate(a *Analysis) Match {
	f := a.Fault()
	if f == nil || !f.HasState || a.presentGates() == 0 || matchNoIDT(a).Certainty > 0 {
		return no
	}
	vectors := DecodeError(f.Vector, f.ErrorCode).vectors()
	if f.Vector != vecGP && f.Vector != vecNP && f.Vector != vecTS {
		vectors = nil
	}
	blamed := len(vectors) > 0
	if a.deliveryFailed() {
		vectors = append(vectors, f.Vector)
	}
	for _, e := range a.chain.entries {
		if code := DecodeError(e.Vector, e.ErrorCode); e.HasState && e != f && (e.Vector == vecGP || e.Vector == vecNP) {
			vectors = append(vectors, code.vectors()...)
		}
	}
	for _, v := range vectors {
		problem := a.gateProblem(a.gate(v))
		if problem == "" {
			continue
		}
		m := Match{Certainty: 0.9, Detail: fmt.Sprint(v), Facts: Facts{"vector": fmt.Sprint(v), "name": VectorName(v), "problem": problem}}
		m.Evidence = append(m.Evidence, problem)
		if blamed {
			m.Certainty = 0.95
			m.Evidence = append(m.Evidence, fmt.Sprintf("the error code %s of %s blames the IDT", hex(f.ErrorCode), VectorName(f.Vector)))
		}
		return m
	}
	return a.matchWildHandler()
}

// matchWildHandler finds a gate whose handler is the very address that could not
// be executed.
func (a *Analysis) matchWildHandler() Match {
	f := a.Fault()
	if f.Vector != vecPF || a.CR2 == nil || !a.CR2.Access.Fetch {
		return no
	}
	for v := range 32 {
		if g := a.gate(v); g.Present && g.Offset == a.Regs.CR2 {
			return Match{
				Certainty: 0.93, Detail: fmt.Sprint(v),
				Facts:    Facts{"vector": fmt.Sprint(v), "name": VectorName(v), "problem": "its handler's address " + hex(g.Offset) + " cannot be executed"},
				Evidence: []string{fmt.Sprintf("the gate of vector %d points at %s, and fetching there failed: %s", v, hex(g.Offset), a.CR2.Reason)},
			}
		}
	}
	return no
}

var picBase = regexp.MustCompile(`pic0:.*irq_base=([0-9a-fA-F]+)`)

func matchPICNotRemapped(a *Analysis) Match {
	if a.healthy() {
		return no
	}
	for i := range a.Ev.Exceptions {
		e := &a.Ev.Exceptions[i]
		if e.SMM || !e.HasState || e.Registers.CR0&cr0PE == 0 || e.Vector < 8 || e.Vector > 15 || e.Soft {
			continue
		}
		spontaneous := e.Vector == vecDF && e.OldVector < 0 && e.ErrorCode == 0 && e.Registers.RFLAGS&flagsIF != 0 &&
			(i == 0 || !sameSpot(&a.Ev.Exceptions[i-1], e))
		if !e.Hardware && !spontaneous || e.ErrorCode != 0 {
			continue // an interrupt pushes no error code
		}
		at := a.Sym.Locate(e.Registers.RIP)
		m := Match{Certainty: 0.94, Detail: fmt.Sprint(e.Vector), At: &at, Facts: Facts{
			"irq": fmt.Sprint(e.Vector - 8), "vector": fmt.Sprint(e.Vector), "name": VectorName(e.Vector),
		}}
		m.Evidence = append(m.Evidence, fmt.Sprintf("vector %d came at %s with interrupts on, while nothing was being delivered and without an error code", e.Vector, orHex(a.Sym.Name(e.Registers.RIP), e.Registers.RIP)))
		if e.Hardware {
			m.Evidence = append(m.Evidence, "the log says that a device raised it")
		}
		if p := picBase.FindStringSubmatch(a.Ev.PIC); p != nil && p[1] == "08" {
			m.Certainty = 0.98
			m.Evidence = append(m.Evidence, "the first PIC's vector base is 0x08")
		}
		return m
	}
	return no
}

func orHex(name string, addr uint64) string {
	if name != "" {
		return name
	}
	return hex(addr)
}

var (
	lapicISR = regexp.MustCompile(`(?m)^ISR\s+(.*)$`)
	picISR   = regexp.MustCompile(`pic([01]):.*\bisr=([0-9a-fA-F]+).*irq_base=([0-9a-fA-F]+)`)
	number   = regexp.MustCompile(`\d+`)
)

// inService lists vectors that an interrupt controller thinks are being served,
// with the controller's name.
func (a *Analysis) inService() map[int]string {
	out := map[int]string{}
	if m := lapicISR.FindStringSubmatch(a.Ev.LocalAPIC); m != nil {
		for _, n := range number.FindAllString(m[1], -1) {
			if v, err := strconv.Atoi(n); err == nil && v < 256 {
				out[v] = "local APIC"
			}
		}
	}
	for _, m := range picISR.FindAllStringSubmatch(a.Ev.PIC, -1) {
		isr, err1 := strconv.ParseUint(m[2], 16, 8)
		base, err2 := strconv.ParseUint(m[3], 16, 8)
		for bit := range 8 {
			if err1 == nil && err2 == nil && isr>>bit&1 != 0 && !(m[1] == "0" && bit == 2) {
				out[int(base)+bit] = "8259 PIC"
			}
		}
	}
	return out
}

func matchMissingEOI(a *Analysis) Match {
	if a.Fault() != nil || len(a.Ev.Registers) == 0 {
		return no
	}
	r := &a.Ev.Registers[0]
	detail, timer := a.testFailed(abi.TestTimer)
	if r.RFLAGS&flagsIF == 0 && a.Ev.Termination != machine.TerminationExit && !timer {
		return no // it may just be in the handler
	}
	best := no
	for v, where := range a.inService() {
		count := 0
		for i := range a.Ev.Exceptions {
			if e := &a.Ev.Exceptions[i]; e.Vector == v && !e.Soft {
				count++
			}
		}
		at := a.Sym.Locate(a.gate(v).Offset)
		m := Match{Certainty: 0.75, Detail: fmt.Sprint(v), At: &at, Facts: Facts{"vector": fmt.Sprint(v), "count": "before", "if": "off"}}
		m.Evidence = append(m.Evidence, fmt.Sprintf("the %s has vector %d in service", where, v))
		if r.RFLAGS&flagsIF != 0 {
			m.Facts["if"] = "on"
			m.Evidence = append(m.Evidence, "interrupts are on (RFLAGS.IF), so its handler has returned")
		}
		if count == 1 {
			m.Certainty, m.Facts["count"] = 0.93, "once"
			m.Evidence = append(m.Evidence, fmt.Sprintf("the log shows vector %d once and never again", v))
		}
		if timer {
			m.Certainty = 0.96
			m.Evidence = append(m.Evidence, "the kernel's timer self-test failed: "+detail)
		}
		if a.healthy() {
			m.Certainty = 0
		}
		if m.Certainty > best.Certainty || (m.Certainty == best.Certainty && m.Detail < best.Detail) {
			best = m
		}
	}
	return best
}
