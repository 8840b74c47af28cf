package fault

import (
	"fmt"

	"golang.org/x/arch/x86/x86asm"
)

// gsClasses are about the per-CPU segment base.
var gsClasses = []*Class{{
	Number: 26, Name: "swapgs", Title: "SWAPGS imbalance",
	Headline: "{{.function}} reads per-CPU data at gs:{{.offset}} while the GS base is {{.base}}",
	Explain: "The kernel finds its per-CPU data through GS, but the GS base is {{.base}}, so gs:{{.offset}} is the address {{.addr}}. " +
		"Either the base was never set, or one SWAPGS too many or too few was executed on the way in.",
	Do:       "Set IA32_GS_BASE (MSR 0xC0000101) on each CPU before the first use, and execute SWAPGS exactly once on each entry from and return to ring 3: look at the saved CS to decide.",
	Suspects: []string{"swapgs", "gsbase", "percpu", "currentcpu", "syscall", "entry", "trap"},
	Match:    matchSwapGS,
}}

func matchSwapGS(a *Analysis) Match {
	o, ok := a.memOperand(a.Code)
	if a.vector() != vecPF || !ok || o.mem.Segment != x86asm.GS || a.Regs.CS.Selector&3 != 0 || a.Regs.GS.Base >= 1<<47 {
		return no
	}
	offset := o.addr - a.Regs.GS.Base
	return Match{
		Certainty: 0.95,
		Facts: Facts{
			"function": orHex(a.Sym.Locate(a.Regs.RIP).Function, a.Regs.RIP), "offset": hex(offset),
			"base": hex(a.Regs.GS.Base), "addr": hex(o.addr),
		},
		Evidence: []string{
			"the instruction goes through GS: " + a.text(a.Code, a.Regs.RIP),
			fmt.Sprintf("the GS base is %s, which is no address of a kernel's per-CPU data", hex(a.Regs.GS.Base)),
		},
	}
}
