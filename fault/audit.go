package fault

import (
	"fmt"

	"pxos/machine"
)

// maxAuditFindings bounds what an audit lists.
const maxAuditFindings = 32

// Audit walks every page table of a stopped 64-bit kernel from outside and
// lists what no kernel should have: pages that are writable and executable,
// device registers mapped cacheable, RAM mapped uncached, translations to
// nothing, pages that ring 3 may reach while no user program exists, and an
// identity map that was never dropped. The order is that of the addresses.
func Audit(ev *machine.Evidence, o Options) []string {
	a := newAnalysis(ev, o)
	defer a.Sym.close()
	var out []string
	say := func(m Mapping, format string, args ...any) {
		if len(out) < maxAuditFindings {
			out = append(out, fmt.Sprintf("%s at %s (physical %s) ", size(m.Size), hex(m.Virtual), hex(m.Phys))+fmt.Sprintf(format, args...))
		}
	}
	for _, m := range a.maps {
		if m.Write && !m.NoExec {
			say(m, "can be written and executed")
		}
		if m.User {
			say(m, "can be reached from ring 3, and there is no user program")
		}
		if m.Virtual>>47 == 0 && m.Virtual == m.Phys {
			say(m, "is mapped at its own physical address: the identity map was not dropped")
		}
		a.auditTarget(m, say)
	}
	if len(a.maps) == 0 {
		out = append(out, "the page tables map nothing, or paging is off")
	}
	return out
}

// auditTarget compares a mapping with what lies behind it.
func (a *Analysis) auditTarget(m Mapping, say func(Mapping, string, ...any)) {
	p := a.placeAt(m.Phys)
	memtype, assumed := a.patType(m.PATIndex)
	cacheable := memtype == "WB" || memtype == "WT" || memtype == "WP"
	switch {
	case p.Kind == "hole":
		say(m, "leads to nothing: a hole in the physical address space")
	case p.Kind == "bar" && cacheable && (!assumed || m.PATIndex == 0):
		say(m, "maps %s as %s: device registers must be uncached", p.Name, memtype)
	case p.Kind == "ram" && !cacheable && !assumed:
		say(m, "maps RAM as %s", memtype)
	}
}
