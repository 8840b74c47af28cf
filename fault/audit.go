package fault

import "pxos/machine"

// maxAuditFindings bounds what an audit lists.
const maxAuditFindings = 32

// Audit walks every page table of a stopped 64-bit kernel from outside and
// lists what no kernel should have: pages that are writable and executable,
// device registers mapped cacheable, RAM mapped uncached, translations to
// nothing, malformed entries, pages that ring 3 may reach while no user program
// exists, and an identity map that was never dropped. It is for kernels that do
// not have the GPU's tables; AuditAuthority is for those that do.
func Audit(ev *machine.Evidence, o Options) []string {
	x := newAuditor(newReading(ev, o), nil)
	f, paging := x.a.format()
	if paging && f.wide {
		x.format = f
		x.walk(space{root: x.a.root(f, x.a.Regs.CR3)})
	}
	if x.out.Bytes == 0 {
		x.report(Violation{Kind: ViolationNothing, Text: "the page tables map nothing, or paging is off"})
	}
	var out []string
	for _, v := range x.finish().Violations {
		if len(out) < maxAuditFindings {
			out = append(out, v.String())
		}
	}
	return out
}
