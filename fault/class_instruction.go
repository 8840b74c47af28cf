package fault

import (
	"fmt"
	"strings"

	"golang.org/x/arch/x86/x86asm"
)

// instructionClasses are about what a single instruction wants of the CPU.
var instructionClasses = []*Class{
	{
		Number: 12, Name: "sse-disabled", Title: "SSE or AVX not enabled",
		Headline: "{{.insn}} is {{.set}}, which is switched off ({{.bit}})",
		Explain:  "The CPU refuses {{.set}} instructions until the kernel switches them on, and {{.bit}}. Compilers use them for ordinary code: copying, zeroing, floating point.",
		Do:       "Early in the start-up code: clear CR0.EM and CR0.TS, set CR0.MP, set CR4.OSFXSR and CR4.OSXMMEXCPT; for AVX also CR4.OSXSAVE and XCR0 (XSETBV). Or compile the kernel with -mgeneral-regs-only.",
		Suspects: []string{"cr4", "cr0", "sse", "fpu", "start", "entry", "boot", "cpu"},
		Match:    matchSSE,
	},
	{
		Number: 20, Name: "nil-dereference", Title: "nil or null dereference",
		Headline: "{{.function}} {{.did}} address {{.addr}}: a nil pointer",
		Explain:  "The address {{.addr}} is what a nil pointer gives{{.field}}. {{.operand}}",
		Do:       "Check where the pointer comes from: a lookup that found nothing, a field that was never set, a return value that was not checked.",
		Suspects: []string{"find", "lookup", "get", "new", "alloc", "init"},
		Match:    matchNil,
	},
	{
		Number: 21, Name: "non-canonical", Title: "non-canonical address",
		Headline: "{{.what}} {{.addr}} is not a canonical address",
		Explain: "In 64-bit mode bits 63 to 47 of an address must all be equal. {{.what}} {{.addr}} is not like that, so the CPU raised #GP (#SS for the stack) without a page fault. " +
			"Such values are usually no addresses at all: overwritten memory, a wrong offset, or a sign extension that is missing.",
		Do:       "See which register holds the value and where it was loaded from; a higher-half base that was truncated to 48 bits or added twice is the commonest cause. Before SYSRET check that RCX is canonical.",
		Suspects: []string{"virt", "phys", "directmap", "offset", "addr", "sysret", "map"},
		Match:    matchNonCanonical,
	},
	{
		Number: 36, Name: "runtime-trap", Title: "ring 0 reached a function of the Go runtime",
		Headline: "{{.caller}} called {{.target}} in ring 0: {{.meaning}}",
		Explain:  "The kernel has no Go runtime. Its link step puts a breakpoint at the start of every runtime function that ring 0 must not reach, and {{.target}} was called from {{.caller}}. {{.means}}",
		Do:       "{{.do}}",
		Suspects: []string{},
		Match:    matchRuntimeTrap,
	},
	{
		Number: 37, Name: "wild-jump", Title: "jump to an address that holds no code",
		Headline: "execution went to {{.addr}}, which holds no code",
		Explain:  "RIP is {{.addr}}, outside the kernel's code{{.how}}. A function pointer was not set or overwritten, or a RET found something else than its return address.",
		Do:       "Look at the caller in the backtrace: which pointer did it call? If the backtrace is empty, the stack was overwritten: look for a buffer on the stack that is written past its end.",
		Suspects: []string{"call", "handler", "callback", "table", "copy"},
		Match:    matchWildJump,
	},
	{
		Number: 38, Name: "divide-error", Title: "division by zero or quotient too large",
		Headline: "{{.insn}} in {{.function}} divides by zero or overflows",
		Explain:  "The CPU raised #DE: the divisor is 0, or the quotient does not fit its register.",
		Do:       "Check the divisor before dividing; clear (or sign-extend into) RDX before DIV (IDIV).",
		Suspects: []string{"div", "calib", "rate", "freq", "time"},
		Match:    matchDivide,
	},
}

func matchSSE(a *Analysis) Match {
	f := a.Fault()
	if f == nil || (f.Vector != vecUD && f.Vector != vecNM) {
		return no
	}
	r := &a.Regs
	set, bit := "", ""
	switch {
	case isAVX(a.Code.raw, a.Mode) && r.CR4&cr4OSXSAVE == 0:
		set, bit = "AVX", "CR4.OSXSAVE is 0"
	case isSSE(a.Code.raw) && f.Vector == vecUD && r.CR0&cr0EM != 0:
		set, bit = "SSE", "CR0.EM is 1"
	case isSSE(a.Code.raw) && f.Vector == vecUD && r.CR4&cr4OSFXSR == 0:
		set, bit = "SSE", "CR4.OSFXSR is 0"
	case f.Vector == vecNM && r.CR0&cr0TS != 0:
		set, bit = "FPU/SSE", "CR0.TS is 1"
	case f.Vector == vecNM && r.CR0&cr0EM != 0:
		set, bit = "FPU/SSE", "CR0.EM is 1"
	default:
		return no
	}
	text := a.text(a.Code, r.RIP)
	return Match{
		Certainty: 0.97, Detail: set, Facts: Facts{"insn": text, "set": set, "bit": bit},
		Evidence: []string{fmt.Sprintf("%s at %s: %s", VectorName(f.Vector), orHex(a.Sym.Name(r.RIP), r.RIP), text), bit},
	}
}

func matchNil(a *Analysis) Match {
	f := a.Fault()
	if f == nil || f.Vector != vecPF || !f.HasState || f.ErrorCode&1 != 0 || a.Regs.CR2 >= 0x10000 {
		return no
	}
	x := a.access()
	cr2 := a.Regs.CR2
	m := Match{Certainty: 0.92, Facts: Facts{"addr": hex(cr2), "field": "", "operand": "", "did": "read"}}
	if cr2 >= pageBytes {
		m.Certainty = 0.75
	}
	m.Facts["function"] = orHex(a.Sym.Locate(a.Regs.RIP).Function, a.Regs.RIP)
	if cr2 != 0 {
		m.Facts["field"] = fmt.Sprintf(" plus the offset %s of a field or element", hex(cr2))
	}
	if x.Write {
		m.Facts["did"] = "wrote"
	}
	m.Evidence = []string{fmt.Sprintf("#PF with CR2 = %s, below %s, page not present", hex(cr2), hex(uint64(0x10000)))}
	if x.Fetch {
		m.Facts["did"] = "executed"
		m.Facts["operand"] = "The CPU was to execute there: a call through a function pointer that is nil."
		m.Evidence = append(m.Evidence, "the access is an instruction fetch: RIP itself is nil")
		if caller := a.callerOf(); caller.Function != "" {
			m.At, m.Facts["function"] = &caller, caller.Function
		}
		return m
	}
	if o, ok := a.memOperand(a.Code); ok && o.addr == cr2 {
		m.Facts["operand"] = "The instruction " + a.text(a.Code, a.Regs.RIP) + " has " + o.base + "."
		m.Evidence = append(m.Evidence, "the operand's registers are "+o.base)
	}
	return m
}

func matchNonCanonical(a *Analysis) Match {
	f := a.Fault()
	if f == nil || !a.longMode() || (f.Vector != vecGP && f.Vector != vecSS) || f.ErrorCode != 0 || !f.HasState {
		return no
	}
	found := func(what string, v uint64) Match {
		return Match{
			Certainty: 0.95, Detail: strings.ReplaceAll(what, " ", "-"), Facts: Facts{"what": what, "addr": hex64(v)},
			Evidence: []string{fmt.Sprintf("%s with error code 0; %s = %s, whose bits 63 to 47 differ", VectorName(f.Vector), what, hex64(v))},
		}
	}
	if !a.canonical(a.Regs.RIP) {
		return found("RIP", a.Regs.RIP)
	}
	if o, ok := a.memOperand(a.Code); ok && !a.canonical(o.addr) && a.Code.inst.Op != x86asm.LEA && a.Code.inst.Op != x86asm.NOP {
		return found("the operand ("+o.base+")", o.addr)
	}
	if op := strip(a.Code.raw); len(op) > 1 && op[0] == 0x0F && op[1] == 0x07 && !a.canonical(a.Regs.RCX) {
		return found("RCX at sysret", a.Regs.RCX)
	}
	if !a.Code.valid {
		return no
	}
	switch a.Code.inst.Op {
	case x86asm.RET, x86asm.IRETQ:
		if v := a.slot(0, 8); !a.canonical(v) {
			return found("the return address on the stack", v)
		}
	case x86asm.CALL, x86asm.JMP:
		if r, ok := a.Code.inst.Args[0].(x86asm.Reg); ok {
			if v := regValue(&a.Regs, r, 0); !a.canonical(v) {
				return found("the target in "+r.String(), v)
			}
		}
		if o, ok := a.memOperand(a.Code); ok {
			if v, err := a.virtual64(o.addr); err == nil && !a.canonical(v) {
				return found("the target in memory", v)
			}
		}
	}
	if !a.canonical(a.Regs.RSP) {
		return found("RSP", a.Regs.RSP)
	}
	return no
}

// runtimeMeanings say what a call of a runtime function means, by the start of
// its name.
var runtimeMeanings = []struct{ prefix, meaning, means, do string }{
	{"runtime.panicIndex", "index out of range", "The compiler calls it where an index is not below the length.", "Check the index against the length before the access."},
	{"runtime.panicSlice", "slice bounds out of range", "The compiler calls it where slice bounds are not in order or past the capacity.", "Check the bounds before slicing."},
	{"runtime.panicBounds", "index or slice bounds out of range", "The compiler calls it where an index or slice bound is out of range.", "Check the index against the length before the access."},
	{"runtime.goPanic", "index or slice bounds out of range", "The compiler calls it where an index or slice bound is out of range.", "Check the index against the length before the access."},
	{"runtime.panicdivide", "division by zero", "The compiler calls it before a division by zero.", "Check the divisor."},
	{"runtime.panicshift", "negative shift", "The compiler calls it before a shift by a negative number.", "Make the shift count unsigned."},
	{"runtime.panicmem", "nil dereference", "The runtime calls it for a nil pointer.", "Check the pointer."},
	{"runtime.sigpanic", "memory fault", "It turns a fault into a panic.", "Check the pointer."},
	{"runtime.panicnil", "nil dereference", "The compiler calls it for a nil pointer.", "Check the pointer."},
	{"runtime.gopanic", "panic", "The code calls panic.", "Return an error value instead of calling panic; ring 0 cannot unwind."},
	{"runtime.throw", "throw", "The runtime gave up.", "See the caller."},
	{"runtime.newobject", "heap allocation", "A variable escapes to the heap, and ring 0 has none.", "Keep the variable on the stack or in a package-level array (go build -gcflags=-m shows why it escapes)."},
	{"runtime.mallocgc", "heap allocation", "Something is allocated on the heap, and ring 0 has none.", "Use fixed arrays."},
	{"runtime.makeslice", "heap allocation", "make was called for a slice whose size is not constant.", "Use fixed arrays."},
	{"runtime.growslice", "append beyond capacity", "append had to grow the slice.", "Use a fixed array and check its length."},
}

func matchRuntimeTrap(a *Analysis) Match {
	f := a.Fault()
	if f == nil || f.Vector != vecBP || !f.HasState {
		return no
	}
	fn := a.Sym.Func(a.Regs.RIP)
	if fn == nil || !strings.HasPrefix(fn.Name, "runtime.") || strings.HasPrefix(fn.Name, "runtime.morestack") {
		return no
	}
	m := Match{Certainty: 0.97, Detail: fn.Name, Facts: Facts{
		"target": fn.Name, "meaning": "not available", "means": "The runtime is not there to serve it.", "do": "Avoid the language feature that needs it.",
	}}
	for _, x := range runtimeMeanings {
		if strings.HasPrefix(fn.Name, x.prefix) {
			m.Facts["meaning"], m.Facts["means"], m.Facts["do"] = x.meaning, x.means, x.do
			break
		}
	}
	caller := a.callerOf()
	m.Facts["caller"] = orHex(caller.Function, caller.Address)
	m.At = &caller
	m.Evidence = []string{
		fmt.Sprintf("the breakpoint is at %s", a.Sym.Name(a.Regs.RIP)),
		fmt.Sprintf("the return address on the stack is %s", caller),
	}
	return m
}

func matchWildJump(a *Analysis) Match {
	f := a.Fault()
	if f == nil || !f.HasState || len(a.Sym.funcs) == 0 {
		return no
	}
	rip := a.Regs.RIP
	if a.inKernel(rip) || a.Regs.CS.Selector&3 == 3 || rip < pageBytes {
		return no
	}
	m := Match{Certainty: 0.7, Facts: Facts{"addr": hex(rip), "how": ""}}
	switch f.Vector {
	case vecPF:
		if !a.access().Fetch && a.Regs.CR2 != rip {
			return no
		}
		m.Certainty = 0.85
	case vecUD, vecGP:
	default:
		return no
	}
	m.Evidence = []string{"RIP = " + hex(rip) + " lies in no function of the image", fmt.Sprintf("there is: %s", a.RIP.At)}
	if caller := a.callerOf(); caller.Function != "" {
		m.At = &caller
		m.Facts["how"] = ", called from " + caller.String()
		m.Evidence = append(m.Evidence, "the return address on the stack is in "+caller.Function)
	}
	return m
}

func matchDivide(a *Analysis) Match {
	f := a.Fault()
	if f == nil || f.Vector != vecDE || !f.HasState {
		return no
	}
	return Match{
		Certainty: 0.95,
		Facts:     Facts{"insn": a.text(a.Code, a.Regs.RIP), "function": orHex(a.Sym.Locate(a.Regs.RIP).Function, a.Regs.RIP)},
		Evidence:  []string{"the first fault is #DE"},
	}
}
