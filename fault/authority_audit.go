package fault

import (
	"fmt"
	"sort"

	"pxos/abi"
	"pxos/abi/tables"
	"pxos/machine"
)

// AuthoritySchema names the JSON form of an AuthorityAudit.
const AuthoritySchema = "pxos.audit/1"

// Bounds of an audit. What is beyond them is a finding, never passed over.
const (
	maxViolations  = 256
	maxAuditTables = 1 << 15 // page-table pages of all address spaces together
	maxAuditPieces = 1 << 21 // pieces of mappings with one fate
)

// AuthorityAudit is what an audit found, and how much it looked at.
type AuthorityAudit struct {
	Schema     string      `json:"schema"`
	Violations []Violation `json:"violations"` // at most 256, and a ViolationMore for the others
	Total      int         `json:"total"`      // findings, listed or not
	Spaces     int         `json:"spaces"`     // address spaces walked
	Tables     int         `json:"tables"`     // page-table pages read
	Bytes      uint64      `json:"bytes"`      // of virtual memory that is mapped, kernel halves that are shared once
}

// AuditAuthority walks every page table of every address space of a stopped
// machine and compares what is mapped with what the GPU's tables grant. No
// finding is what a healthy machine shows. See InspectAuthority.
func AuditAuthority(ev *machine.Evidence, t *tables.Tables, o Options) []Violation {
	return InspectAuthority(ev, t, o).Violations
}

// InspectAuthority is AuditAuthority with what it looked at. The address spaces
// are those whose root the tables name, and those that the CPUs are in. It
// reads the evidence's memory and changes nothing; it never fails: what cannot
// be read is a finding.
func InspectAuthority(ev *machine.Evidence, t *tables.Tables, o Options) *AuthorityAudit {
	x := newAuditor(newReading(ev, o), t)
	x.checkTogether()
	return x.inspect()
}

// inspect is the audit of everything but the tables among themselves.
func (x *auditor) inspect() *AuthorityAudit {
	x.checkRows()
	spaces := x.spaces()
	for _, s := range spaces {
		x.walk(s)
	}
	if len(spaces) == 0 {
		x.report(Violation{Kind: ViolationNothing, Text: "no process has told the root of its page tables, and no CPU has paging on"})
	}
	x.compareHalves(spaces)
	x.checkTables()
	x.out.Spaces = len(spaces)
	return x.finish()
}

// space is one address space.
type space struct {
	process tables.Handle
	root    uint64
	name    string // in texts
}

// auditor is the state of one audit.
type auditor struct {
	a      *Analysis
	t      *tables.Tables // nil: a kernel without the GPU's tables
	format pagingFormat
	caps   map[tables.Object][]tables.Capability
	gpu    *machine.PCIBAR // registers, rings and video memory of the pxGPU
	out    *AuthorityAudit
	last   map[mergeKey]mergeEnd
	pieces int
	left   int // page-table pages that may still be read
	cut    bool

	s        space
	halves   map[halfEntry]bool       // entries of kernel halves that were walked
	isTable  map[uint64]tables.Handle // page-table pages by physical address, and where each was met first
	writable []userMemory             // that ring 3 can write
	extents  map[int]*tables.Extent   // by number
	devices  []*tables.Device         // by base
	dead     map[uint64]tables.Handle // roots of processes that are ending
}

// mergeKey is what findings must share to become one.
type mergeKey struct {
	kind    ViolationKind
	process tables.Handle
	mapped  bool
	text    string
}

// mergeEnd is where the last finding of a key ended; index -1 is one that is
// counted and not listed.
type mergeEnd struct {
	index int
	end   uint64
}

type userMemory struct {
	process                  tables.Handle
	virtual, physical, bytes uint64
}

type halfEntry struct {
	index int
	value uint64
}

func newAuditor(a *Analysis, t *tables.Tables) *auditor {
	x := &auditor{
		a: a, t: t, out: &AuthorityAudit{Schema: AuthoritySchema, Violations: []Violation{}}, last: map[mergeKey]mergeEnd{}, left: maxAuditTables,
		halves: map[halfEntry]bool{}, isTable: map[uint64]tables.Handle{}, caps: map[tables.Object][]tables.Capability{},
		extents: map[int]*tables.Extent{}, dead: map[uint64]tables.Handle{},
	}
	for i := range a.Ev.PCI {
		d := &a.Ev.PCI[i]
		for j := range d.BARs {
			if b := &d.BARs[j]; d.Vendor == abi.PCIVendorPXGPU && d.Device == abi.PCIDevicePXGPU && b.Index == 0 && b.Mapped {
				x.gpu = b
			}
		}
	}
	if t == nil {
		return x
	}
	for _, c := range t.Capabilities {
		x.caps[c.Object] = append(x.caps[c.Object], c)
	}
	for i := range t.Extents {
		x.extents[t.Extents[i].Number] = &t.Extents[i]
	}
	for i := range t.Devices {
		x.devices = append(x.devices, &t.Devices[i])
	}
	sort.SliceStable(x.devices, func(i, j int) bool { return x.devices[i].Base < x.devices[j].Base })
	return x
}

// report adds a finding, or lets the one before it grow.
func (x *auditor) report(v Violation) {
	at := v.Physical
	if v.Mapped {
		at = v.Virtual
	}
	key := mergeKey{v.Kind, v.Process, v.Mapped, v.Text}
	if before, ok := x.last[key]; ok && v.Bytes != 0 && before.end == at {
		if before.index >= 0 {
			x.out.Violations[before.index].Bytes += v.Bytes
		}
		x.last[key] = mergeEnd{before.index, at + v.Bytes}
		return
	}
	x.out.Total++
	index := -1
	if len(x.out.Violations) < maxViolations {
		index = len(x.out.Violations)
		x.out.Violations = append(x.out.Violations, v)
	}
	x.last[key] = mergeEnd{index, at + v.Bytes}
}

func (x *auditor) finish() *AuthorityAudit {
	if x.cut {
		x.out.Total++
		x.out.Violations = append(x.out.Violations, Violation{Kind: ViolationNotWhole, Text: fmt.Sprintf(
			"the audit ended early, after %d page-table pages: what lies behind them was not looked at", x.out.Tables)})
	}
	listed := len(x.out.Violations)
	if more := x.out.Total - listed; more > 0 {
		x.out.Violations = append(x.out.Violations, Violation{Kind: ViolationMore, Count: more, Text: fmt.Sprintf("%d more findings are not listed", more)})
	}
	return x.out
}

// spaces lists the roots to walk: the kernel's first, so that what all share is
// found as the kernel's.
func (x *auditor) spaces() []space {
	var out []space
	known := map[uint64]bool{}
	for _, p := range x.t.Processes {
		switch root := p.Root &^ 0xFFF; {
		case root == 0:
		case p.State == abi.ProcessEnding:
			x.dead[root] = p.Handle
		default:
			known[root] = true
			out = append(out, space{p.Handle, root, p.Handle.String()})
		}
	}
	for i, r := range x.a.Ev.Registers {
		if !x.inLongMode(i, r) {
			continue
		}
		root := r.CR3 &^ 0xFFF & (1<<52 - 1)
		if known[root] {
			continue
		}
		known[root] = true
		if h, ending := x.dead[root]; ending {
			x.report(Violation{Kind: ViolationStale, Process: h, Text: fmt.Sprintf("CPU %d is in the address space of %s, which is ending", i, h)})
			out = append(out, space{h, root, h.String()})
			continue
		}
		x.report(Violation{Kind: ViolationRoot, Text: fmt.Sprintf("CPU %d runs on the page tables at %s, which belong to no living process", i, hex(root))})
		out = append(out, space{tables.Kernel, root, "the address space at " + hex(root)})
	}
	if x.format.mode == "" {
		return nil // without a CPU in long mode no entry means anything
	}
	return out
}

// inLongMode says whether a CPU translates as all should, and reports what it
// does without. One that has paging off has not been started.
func (x *auditor) inLongMode(i int, r machine.Registers) bool {
	say := func(k ViolationKind, text string) {
		x.report(Violation{Kind: k, Text: fmt.Sprintf("CPU %d %s", i, text)})
	}
	switch {
	case r.CR0&cr0PG == 0:
		return false
	case r.EFER&eferLMA == 0:
		say(ViolationRoot, "has paging on outside long mode")
		return false
	}
	first := x.a.Regs
	if x.a.Regs = r; x.format.mode == "" {
		first = r
		x.format, _ = x.a.format()
	}
	f, _ := x.a.format()
	x.a.Regs = first
	if r.CR0&cr0WP == 0 {
		say(ViolationProtection, "has CR0.WP off: the kernel can write pages that are mapped read only")
	}
	if r.EFER&eferNXE == 0 {
		say(ViolationProtection, "has EFER.NXE off: no page can be kept from being executed")
	}
	if f.mode != x.format.mode {
		say(ViolationProtection, "uses "+f.mode+" paging, and another "+x.format.mode)
		return false
	}
	return true
}

// walk audits one address space.
func (x *auditor) walk(s space) {
	x.s = s
	sc := x.a.newScanner(x.format, x.page)
	sc.tables = x.left
	half := 1 << x.format.levels[0].bits / 2
	sc.skip = func(level, index int, value uint64) bool {
		if x.cut {
			return true
		}
		if level != 0 || index < half || x.t == nil {
			return false
		}
		e := halfEntry{index, value & entryMeaning}
		if x.halves[e] {
			return true
		}
		x.halves[e] = true
		return false
	}
	sc.table = func(phys uint64) {
		x.out.Tables++
		if _, known := x.isTable[phys]; !known {
			x.isTable[phys] = s.process
		}
	}
	sc.malformed = func(virtual, bytes, value uint64, why string) {
		v := Violation{Kind: ViolationBadEntry, Process: s.process, Virtual: virtual, Physical: value & (1<<52 - 1) &^ 0xFFF, Bytes: bytes, Mapped: true}
		v.Text = "has a malformed entry: " + why
		x.report(v)
	}
	sc.scan(s.root)
	x.left = sc.tables
	x.cut = x.cut || sc.cut
}

// entryMeaning are the bits of an entry that translation looks at: not accessed,
// dirty and those that are the kernel's own to use.
const entryMeaning = pteNX | (1<<52-1)&^0xFFF | pteP | pteRW | pteUS | ptePWT | ptePCD | ptePS

// compareHalves compares the upper halves of all roots with the kernel's.
func (x *auditor) compareHalves(spaces []space) {
	if len(spaces) < 2 {
		return
	}
	top := x.format.levels[0]
	n := 1 << top.bits
	read := func(root uint64) []byte {
		b := make([]byte, n*8)
		if x.a.mem.phys(root, b) != nil {
			return nil // the walk has said so
		}
		return b
	}
	want := read(spaces[0].root)
	for _, s := range spaces[1:] {
		got := read(s.root)
		if want == nil || got == nil {
			continue
		}
		for i := n / 2; i < n; i++ {
			w, g := littleWord(want[i*8:], 8), littleWord(got[i*8:], 8)
			if w&pteP == 0 && g&pteP == 0 || w&entryMeaning == g&entryMeaning {
				continue
			}
			x.report(Violation{Kind: ViolationKernelHalf, Process: s.process, Mapped: true, Virtual: uint64(i)<<top.shift | ^uint64(0)<<(top.shift+top.bits),
				Physical: g & (1<<52 - 1) &^ 0xFFF, Bytes: 1 << top.shift,
				Text: fmt.Sprintf("is mapped differently in %s and in %s", s.name, spaces[0].name)})
		}
	}
}

// checkTables looks where page-table pages lie, and for those that ring 3 can
// write.
func (x *auditor) checkTables() {
	places := make([]uint64, 0, len(x.isTable))
	for p := range x.isTable {
		places = append(places, p)
	}
	sort.Slice(places, func(i, j int) bool { return places[i] < places[j] })
	for _, p := range places {
		x.checkTablePlace(p, x.isTable[p])
	}
	for _, w := range x.writable {
		i := sort.Search(len(places), func(i int) bool { return places[i] >= w.physical })
		for ; i < len(places) && places[i]-w.physical < w.bytes; i++ {
			x.report(Violation{Kind: ViolationTableWritable, Process: w.process, Mapped: true, Virtual: w.virtual + places[i] - w.physical,
				Physical: places[i], Bytes: pageBytes, Text: "is a page-table page, and ring 3 can write it"})
		}
	}
}
