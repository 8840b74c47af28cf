package fault

import (
	"fmt"

	"golang.org/x/arch/x86/x86asm"
)

// pagingClasses are about the page tables.
var pagingClasses = []*Class{
	{
		Number: 15, Name: "nx-without-nxe", Title: "NX used without EFER.NXE",
		Headline: "a page-table entry has NX set while EFER.NXE is 0",
		Explain:  "{{.entry}} on the way to {{.addr}} has bit 63 (NX) set. Without EFER.NXE that bit is reserved, so every access through the entry faults with the RSVD bit.",
		Do:       "Set EFER.NXE (MSR 0xC0000080, bit 11) before the first table with NX is loaded, on every CPU; check CPUID 0x80000001 EDX bit 20 first.",
		Suspects: []string{"efer", "nxe", "nx", "paging", "map", "longmode", "start", "protect"},
		Match:    matchNXE,
	},
	{
		Number: 16, Name: "reserved-bit", Title: "reserved or PS bit misused in a page-table entry",
		Headline: "{{.entry}} has reserved bits set",
		Explain:  "On the way to {{.addr}} the CPU met {{.entry}} = {{.value}}: {{.why}}.",
		Do:       "Mask the address to MAXPHYADDR (CPUID 0x80000008), keep it a multiple of the page's size, and set PS only at the PD and PDPT levels, for 2 MiB and 1 GiB pages.",
		Suspects: []string{"map", "pte", "entry", "large", "huge", "page", "split", "fill", "encode", "paging"},
		Match:    matchReserved,
	},
	{
		Number: 17, Name: "cr3-lacks-code-or-stack", Title: "new CR3 lacks the code or the stack",
		Headline: "after the page tables changed, the {{.what}} at {{.addr}} is not mapped",
		Explain:  "The tables at CR3 = {{.cr3}} do not map the {{.what}} that the CPU needs next ({{.addr}}): {{.why}}. {{.after}}",
		Do:       "Map the code that switches, its stack and the IDT, GDT and handlers at the same virtual addresses in the new tables before CR3 is loaded.",
		Suspects: []string{"cr3", "switch", "map", "paging", "table", "identity", "addrspace"},
		Match:    matchCR3,
	},
	{
		Number: 18, Name: "write-protected", Title: "write to a read-only page with CR0.WP",
		Headline: "{{.function}} writes to {{.addr}}, which is mapped read-only",
		Explain:  "The page is present, but {{.entry}} lacks the RW bit. With CR0.WP = 1 that holds for ring 0 as well. {{.place}}",
		Do:       "If the write is right, map the page writable (at every level); if the page is read-only on purpose (code, constants), the write is the bug.",
		Suspects: []string{"protect", "map", "rodata", "readonly", "wp", "section", "page", "paging", "build", "segment"},
		Match:    matchWriteProtected,
	},
	{
		Number: 19, Name: "user-bit-missing", Title: "U/S missing at an upper level",
		Headline: "user code cannot reach {{.addr}}: {{.entry}} lacks US",
		Explain:  "Ring 3 may use a page only if the US bit is set in every entry on the way. {{.entry}} lacks it{{.leaf}}.",
		Do:       "Set US in the PML4, PDPT and PD entries above user pages, not only in the last one; a helper that makes missing tables must pass the flag up.",
		Suspects: []string{"user", "map", "table", "next", "create", "walk"},
		Match:    matchUserBit,
	},
	{
		Number: 28, Name: "stale-tlb", Title: "missing INVLPG or TLB shootdown",
		Headline: "{{.addr}} faulted although its page tables allow the access",
		Explain:  "The walk of {{.addr}} succeeds now. Either the tables were changed after the CPU had cached the old entry and no INVLPG (or no shootdown on this CPU) followed, or they were changed after the fault.",
		Do:       "Execute INVLPG after changing a present entry (and after clearing one), reload CR3 after larger changes, and send a shootdown to the other CPUs.",
		Suspects: []string{"invlpg", "flush", "unmap", "map", "tlb", "protect"},
		Match:    matchStaleTLB,
	},
}

// failedEntry is the entry at which the walk of CR2 ended.
func (a *Analysis) failedEntry() *WalkEntry {
	if a.CR2 == nil {
		return nil
	}
	for i := range a.CR2.Entries {
		if a.CR2.Entries[i].Failed {
			return &a.CR2.Entries[i]
		}
	}
	return nil
}

func entryName(e *WalkEntry) string { return fmt.Sprintf("%s entry %d", e.Level, e.Index) }

// reservedFault finds the entry with reserved bits on the way to CR2.
func (a *Analysis) reservedFault() *WalkEntry {
	if a.vector() != vecPF || a.errorCode()&8 == 0 {
		return nil
	}
	if e := a.failedEntry(); e != nil && a.CR2.Kind == "reserved" {
		return e
	}
	return nil
}

func matchNXE(a *Analysis) Match {
	e := a.reservedFault()
	if e == nil || e.Reserved&pteNX == 0 {
		return no
	}
	m := Match{Certainty: 0.97, Detail: e.Level, Facts: Facts{"entry": entryName(e), "addr": hex(a.Regs.CR2)}}
	m.Evidence = []string{"#PF with the RSVD bit", e.Reason, "EFER = " + hex(a.Regs.EFER) + ": NXE is 0"}
	if e.Reserved != pteNX {
		m.Certainty = 0.6
	}
	return m
}

func matchReserved(a *Analysis) Match {
	if a.vector() != vecPF || a.errorCode()&8 == 0 {
		return no
	}
	e := a.reservedFault()
	if e == nil {
		return Match{
			Certainty: 0.5, Facts: Facts{"entry": "a page-table entry", "addr": hex(a.Regs.CR2), "value": "unknown", "why": "the walk does not show it any more"},
			Evidence: []string{"#PF with the RSVD bit, but the tables hold no reserved bit now"},
		}
	}
	if e.Reserved == pteNX {
		return no
	}
	return Match{
		Certainty: 0.96, Detail: e.Level, Facts: Facts{"entry": entryName(e), "addr": hex(a.Regs.CR2), "value": hex64(e.Value), "why": e.Reason},
		Evidence: []string{"#PF with the RSVD bit", e.Reason},
	}
}

// loadedCR3 tells whether the instruction before RIP wrote CR3, or CR0 (which
// switches paging on).
func (a *Analysis) loadedCR3() bool {
	b := a.code(a.Regs.RIP-3, 3)
	return len(b) == 3 && b[0] == 0x0F && b[1] == 0x22 && (b[2]&0xF8 == 0xD8 || b[2]&0xF8 == 0xC0)
}

// becomesStack tells whether the register that the faulting instruction goes
// through is about to become RSP.
func (a *Analysis) becomesStack() bool {
	o, ok := a.memOperand(a.Code)
	if !ok || o.addr != a.Regs.CR2 || o.mem.Base == 0 {
		return false
	}
	pc := a.Regs.RIP
	for range 6 {
		i := a.decodeAt(pc)
		if !i.valid {
			return false
		}
		if i.inst.Op == x86asm.MOV && (i.inst.Args[0] == x86asm.RSP || i.inst.Args[0] == x86asm.ESP) && i.inst.Args[1] == o.mem.Base {
			return true
		}
		pc += uint64(i.inst.Len)
	}
	return false
}

func matchCR3(a *Analysis) Match {
	f := a.Fault()
	if f == nil || f.Vector != vecPF || !f.HasState || f.ErrorCode&9 != 0 || a.CR2 == nil || !a.CR2.Failed {
		return no
	}
	cr2, rip, rsp := a.Regs.CR2, a.Regs.RIP, a.Regs.RSP
	what := ""
	switch {
	case cr2 == rip || (cr2 > rip && cr2-rip < 16 && a.RIP.Failed):
		what = "code"
	case cr2 >= rsp-16 && cr2-(rsp-16) < 32:
		what = "stack"
	case a.becomesStack():
		what = "new stack"
	default:
		return no
	}
	after := a.loadedCR3()
	m := Match{Detail: what, Facts: Facts{"what": what, "addr": hex(cr2), "cr3": hex(a.Regs.CR3), "why": a.CR2.Reason, "after": ""}}
	m.Evidence = []string{fmt.Sprintf("#PF with CR2 = %s, which is %s", hex(cr2), map[string]string{"code": "RIP", "stack": "next to RSP", "new stack": "where the next instructions set RSP"}[what]), a.CR2.Reason}
	switch {
	case after:
		m.Certainty = 0.98
		m.Facts["after"] = "The instruction before RIP loaded CR3 (or switched paging on)."
		m.Evidence = append(m.Evidence, "the instruction before RIP is a MOV to CR3 or CR0")
	case what == "code" && a.inKernel(rip):
		m.Certainty = 0.9
		m.Evidence = append(m.Evidence, "RIP is in "+a.Sym.Name(rip)+", which is code of the kernel")
	case what == "new stack":
		m.Certainty = 0.93
		m.Evidence = append(m.Evidence, "the code is about to switch to this stack: "+a.text(a.Code, rip))
	case what == "stack" && a.Fault() != nil && matchStackOverflow(a).Certainty == 0:
		m.Certainty = 0.7
		m.Evidence = append(m.Evidence, "the pages around RSP are not mapped either, so this is no overflow")
	default:
		return no
	}
	return m
}

func matchWriteProtected(a *Analysis) Match {
	if a.vector() != vecPF || a.errorCode()&0xF != 3 {
		return no
	}
	m := Match{Certainty: 0.9, Facts: Facts{
		"function": orHex(a.Sym.Locate(a.Regs.RIP).Function, a.Regs.RIP), "addr": hex(a.Regs.CR2), "entry": "an entry on the way", "place": "",
	}}
	m.Evidence = []string{"#PF: a kernel write to a present page", "CR0.WP is 1"}
	if e := a.failedEntry(); e != nil && a.CR2.Kind == "read-only" {
		m.Certainty, m.Detail, m.Facts["entry"] = 0.96, e.Level, entryName(e)
		m.Evidence = append(m.Evidence, e.Reason)
	}
	if name := a.Sym.Name(a.Regs.CR2); name != "" {
		m.Facts["place"] = "The address is in " + name + ", which is code."
		m.Evidence = append(m.Evidence, m.Facts["place"])
	} else if name := a.Sym.section(a.Regs.CR2); name != "" {
		m.Facts["place"] = "The address is in " + name + "."
	}
	return m
}

func matchUserBit(a *Analysis) Match {
	if a.vector() != vecPF || a.errorCode()&5 != 5 || a.CR2 == nil || a.CR2.Kind != "supervisor" {
		return no
	}
	e := a.failedEntry()
	if e == nil {
		return no
	}
	m := Match{Certainty: 0.95, Detail: e.Level, Facts: Facts{"addr": hex(a.Regs.CR2), "entry": entryName(e), "leaf": ""}}
	m.Evidence = []string{"#PF from ring 3 on a present page", e.Reason}
	if last := a.CR2.Entries[len(a.CR2.Entries)-1]; !e.Leaf && last.Value&pteUS != 0 {
		m.Certainty = 0.98
		m.Facts["leaf"] = ", although the last entry has it"
		m.Evidence = append(m.Evidence, entryName(&last)+" has US: the page was meant for user code")
	}
	return m
}

func matchStaleTLB(a *Analysis) Match {
	if a.vector() != vecPF || a.CR2 == nil || a.CR2.Failed || a.errorCode()&8 != 0 {
		return no
	}
	return Match{
		Certainty: 0.6, Facts: Facts{"addr": hex(a.Regs.CR2)},
		Evidence: []string{"#PF, but the walk of CR2 succeeds with the tables as they are now"},
	}
}
