package fault

import (
	"fmt"
	"strings"
)

// Bits of control registers and of page-table entries (Intel SDM volume 3,
// 2.5 and 4.5).
const (
	cr0PE = 1 << 0
	cr0EM = 1 << 2
	cr0TS = 1 << 3
	cr0WP = 1 << 16
	cr0PG = 1 << 31

	cr4PSE     = 1 << 4
	cr4PAE     = 1 << 5
	cr4OSFXSR  = 1 << 9
	cr4LA57    = 1 << 12
	cr4OSXSAVE = 1 << 18
	cr4SMEP    = 1 << 20
	cr4SMAP    = 1 << 21

	eferLMA = 1 << 10
	eferNXE = 1 << 11

	flagsIF = 1 << 9
	flagsAC = 1 << 18

	pteP   = 1 << 0
	pteRW  = 1 << 1
	pteUS  = 1 << 2
	ptePWT = 1 << 3
	ptePCD = 1 << 4
	pteA   = 1 << 5
	pteD   = 1 << 6
	ptePS  = 1 << 7
	pteG   = 1 << 8
	pteNX  = 1 << 63

	pageBytes         = 4096
	defaultMaxPhyAddr = 40
)

// Access is what the CPU wanted to do with an address.
type Access struct {
	Write bool `json:"write"`
	Fetch bool `json:"fetch"`
	User  bool `json:"user"`
}

// String says the access in words.
func (x Access) String() string {
	who, what := "kernel", "read"
	if x.User {
		who = "user"
	}
	if x.Write {
		what = "write"
	}
	if x.Fetch {
		what = "instruction fetch"
	}
	return who + " " + what
}

// WalkEntry is one page-table entry on the way to an address.
type WalkEntry struct {
	Level     string   `json:"level"` // PML5, PML4, PDPT, PD, PT
	Index     int      `json:"index"`
	EntryAddr uint64   `json:"entry_addr"` // physical address of the entry
	Value     uint64   `json:"value"`
	Address   uint64   `json:"address"` // what it points at
	Flags     []string `json:"flags"`   // P RW US PWT PCD A D PS G NX that are set
	Leaf      bool     `json:"leaf"`
	Failed    bool     `json:"failed"`
	Reason    string   `json:"reason,omitempty"`
	Reserved  uint64   `json:"reserved,omitempty"` // reserved bits that are set
}

// Walk is the translation of one virtual address.
type Walk struct {
	Target   string      `json:"target"` // "CR2", "RIP", "RSP", …
	Virtual  uint64      `json:"virtual"`
	Access   Access      `json:"access"`
	Mode     string      `json:"mode"` // "4-level", "5-level", "PAE", "32-bit", "off"
	Entries  []WalkEntry `json:"entries"`
	Failed   bool        `json:"failed"`
	Level    string      `json:"failed_level,omitempty"`
	Kind     string      `json:"failed_kind,omitempty"` // not-present, read-only, supervisor, no-execute, reserved, smep, smap, non-canonical, unreadable
	Reason   string      `json:"reason,omitempty"`
	Phys     uint64      `json:"phys,omitempty"`
	PageSize uint64      `json:"page_size,omitempty"`
	At       string      `json:"at,omitempty"` // what lies at Phys
	PATIndex int         `json:"pat_index"`
	PATType  string      `json:"pat_type,omitempty"`
	MemType  string      `json:"mem_type,omitempty"` // with the MTRRs
	Writable bool        `json:"writable"`
	UserOK   bool        `json:"user"`
	NoExec   bool        `json:"no_execute"`
}

// format describes one paging mode.
type pagingFormat struct {
	mode   string
	levels []pagingLevel
	wide   bool // 8-byte entries
}

type pagingLevel struct {
	name  string
	shift uint
	bits  uint
	large bool // PS makes it a leaf
	noRW  bool // entry has no RW and US bits (PAE's PDPT)
}

var (
	levels4 = []pagingLevel{
		{name: "PML4", shift: 39, bits: 9}, {name: "PDPT", shift: 30, bits: 9, large: true},
		{name: "PD", shift: 21, bits: 9, large: true}, {name: "PT", shift: 12, bits: 9},
	}
	format4   = pagingFormat{"4-level", levels4, true}
	format5   = pagingFormat{"5-level", append([]pagingLevel{{name: "PML5", shift: 48, bits: 9}}, levels4...), true}
	formatPAE = pagingFormat{"PAE", []pagingLevel{
		{name: "PDPT", shift: 30, bits: 2, noRW: true}, {name: "PD", shift: 21, bits: 9, large: true}, {name: "PT", shift: 12, bits: 9},
	}, true}
	format32 = pagingFormat{"32-bit", []pagingLevel{
		{name: "PD", shift: 22, bits: 10, large: true}, {name: "PT", shift: 12, bits: 10},
	}, false}
)

// format returns the paging mode of the registers; ok is false without paging.
func (a *Analysis) format() (f pagingFormat, ok bool) {
	r := &a.Regs
	switch {
	case r.CR0&cr0PG == 0:
		return pagingFormat{mode: "off"}, false
	case r.EFER&eferLMA != 0 && r.CR4&cr4LA57 != 0:
		return format5, true
	case r.EFER&eferLMA != 0:
		return format4, true
	case r.CR4&cr4PAE != 0:
		return formatPAE, true
	}
	return format32, true
}

// canonical tells whether an address is possible in the mode (64-bit: all bits
// above the highest translated one are copies of it).
func (a *Analysis) canonical(addr uint64) bool {
	if a.Regs.EFER&eferLMA == 0 {
		return addr>>32 == 0
	}
	top := uint(47)
	if a.Regs.CR4&cr4LA57 != 0 {
		top = 56
	}
	s := int64(addr) >> top
	return s == 0 || s == -1
}

// walk translates addr for the access and stops at the first entry that fails.
func (a *Analysis) walk(addr uint64, x Access) *Walk {
	f, paging := a.format()
	w := &Walk{Virtual: addr, Access: x, Mode: f.mode, PATIndex: -1}
	switch {
	case !paging:
		w.Phys, w.PageSize, w.Writable, w.UserOK = addr, pageBytes, true, true
		return w
	case !a.canonical(addr):
		w.fail("", "non-canonical", "the address is not canonical: no page table can translate it")
		return w
	}
	w.Writable, w.UserOK = true, true
	table := a.root(f, a.Regs.CR3)
	for _, l := range f.levels {
		e, done := a.step(w, f, l, table, addr)
		w.Entries = append(w.Entries, e)
		if w.Failed || done {
			break
		}
		table = e.Address
	}
	if !w.Failed {
		a.checkAccess(w)
	}
	return w
}

// step reads and judges one entry; done says that it is a leaf.
func (a *Analysis) step(w *Walk, f pagingFormat, l pagingLevel, table, addr uint64) (e WalkEntry, done bool) {
	e = WalkEntry{Level: l.name, Index: int(addr >> l.shift & (1<<l.bits - 1))}
	var err error
	if f.wide {
		e.EntryAddr = table + uint64(e.Index)*8
		e.Value, err = a.mem.phys64(e.EntryAddr)
	} else {
		var v uint32
		e.EntryAddr = table + uint64(e.Index)*4
		v, err = a.mem.phys32(e.EntryAddr)
		e.Value = uint64(v)
	}
	if err != nil {
		w.failEntry(&e, "unreadable", fmt.Sprintf("the %s entry at physical %s cannot be read: there is no memory there", l.name, hex(e.EntryAddr)))
		return e, true
	}
	large := l.large && e.Value&ptePS != 0 && (f.wide || a.Regs.CR4&cr4PSE != 0)
	e.Leaf = large || l.name == "PT"
	e.Flags = entryFlags(e.Value, e.Leaf, l.name)
	e.Address = e.Value & a.addressMask() &^ 0xFFF
	if large {
		e.Address &^= 1<<l.shift - 1
	}
	if e.Value&pteP == 0 {
		w.failEntry(&e, "not-present", notPresentReason(e))
		return e, true
	}
	if f.wide {
		a.checkReserved(w, &e, l, large)
	}
	if w.Failed {
		return e, true
	}
	if !l.noRW {
		w.Writable = w.Writable && e.Value&pteRW != 0
		w.UserOK = w.UserOK && e.Value&pteUS != 0
	}
	w.NoExec = w.NoExec || (f.wide && e.Value&pteNX != 0)
	if e.Leaf {
		w.PageSize = 1 << l.shift
		w.Phys = e.Address | addr&(w.PageSize-1)
		w.PATIndex = patIndex(e.Value, large)
	}
	return e, e.Leaf
}

func notPresentReason(e WalkEntry) string {
	if e.Value == 0 {
		return fmt.Sprintf("%s entry %d is empty (0): nothing was ever mapped here", e.Level, e.Index)
	}
	return fmt.Sprintf("%s entry %d holds %s but its present bit is 0", e.Level, e.Index, hex(e.Value))
}

func (a *Analysis) addressMask() uint64 { return 1<<a.MaxPhyAddr - 1 }

// patIndex is PAT<<2 | PCD<<1 | PWT; PAT is bit 12 in a large page, bit 7 in a
// 4 KiB page (Intel SDM volume 3, 4.9.2).
func patIndex(v uint64, large bool) int {
	i := int(v>>3) & 3
	if large {
		return i | int(v>>12&1)<<2
	}
	return i | int(v>>7&1)<<2
}

// checkReserved fails the entry for bits that must be zero.
func (a *Analysis) checkReserved(w *Walk, e *WalkEntry, l pagingLevel, large bool) {
	bits, why := reservedBits(e.Value, l, large, a.MaxPhyAddr, a.Regs.EFER&eferNXE != 0)
	if e.Reserved = bits; bits != 0 {
		w.failEntry(e, "reserved", fmt.Sprintf("%s entry %d has reserved bits %s: %s", e.Level, e.Index, hex(bits), strings.Join(why, "; ")))
	}
}

// reservedBits are the bits of an entry that are set and must be zero, and why
// (SDM volume 3, 4.5.4).
func reservedBits(v uint64, l pagingLevel, large bool, physBits uint, nxe bool) (bits uint64, why []string) {
	if bits = v & (1<<52 - 1) &^ (1<<physBits - 1); bits != 0 {
		why = append(why, fmt.Sprintf("address bits above MAXPHYADDR (%d) are set", physBits))
	}
	if v&pteNX != 0 && !nxe {
		bits |= pteNX
		why = append(why, "NX (bit 63) is set while EFER.NXE is 0")
	}
	if v&ptePS != 0 && !l.large && l.name != "PT" {
		bits |= ptePS
		why = append(why, "PS (bit 7) must be 0 in a "+l.name+" entry")
	}
	if large {
		if low := v & (1<<l.shift - 1) &^ 0x1FFF; low != 0 {
			bits |= low
			why = append(why, fmt.Sprintf("the address of a %s page is not a multiple of its size", size(1<<l.shift)))
		}
	}
	return bits, why
}

// checkAccess applies the permissions of all levels together (SDM volume 3, 4.6).
func (a *Analysis) checkAccess(w *Walk) {
	x := w.Access
	r := &a.Regs
	switch {
	case x.User && !w.UserOK:
		w.blame(pteUS, "supervisor", "user code reaches this address, but %s entry %d lacks US (user)")
	case x.Write && !w.Writable && (x.User || r.CR0&cr0WP != 0):
		w.blame(pteRW, "read-only", "the page is read-only: %s entry %d lacks RW, and CR0.WP is 1")
	case x.Fetch && w.NoExec && r.EFER&eferNXE != 0:
		w.blameSet(pteNX, "no-execute", "the page is not executable: %s entry %d has NX")
	case x.Fetch && !x.User && w.UserOK && r.CR4&cr4SMEP != 0:
		w.failLeaf("smep", "the kernel executes a user page while CR4.SMEP is 1")
	case !x.Fetch && !x.User && w.UserOK && r.CR4&cr4SMAP != 0 && r.RFLAGS&flagsAC == 0 && (x.Write || w.Target == "CR2"):
		w.failLeaf("smap", "the kernel touches a user page while CR4.SMAP is 1 and RFLAGS.AC is 0")
	}
}

// blame fails the walk at the first entry that lacks bit.
func (w *Walk) blame(bit uint64, kind, format string) {
	for i := range w.Entries {
		if e := &w.Entries[i]; e.Value&bit == 0 {
			w.failEntry(e, kind, fmt.Sprintf(format, e.Level, e.Index))
			return
		}
	}
}

// blameSet fails the walk at the first entry that has bit.
func (w *Walk) blameSet(bit uint64, kind, format string) {
	for i := range w.Entries {
		if e := &w.Entries[i]; e.Value&bit != 0 {
			w.failEntry(e, kind, fmt.Sprintf(format, e.Level, e.Index))
			return
		}
	}
}

func (w *Walk) failLeaf(kind, reason string) {
	if n := len(w.Entries); n > 0 {
		w.failEntry(&w.Entries[n-1], kind, reason)
	}
}

func (w *Walk) failEntry(e *WalkEntry, kind, reason string) {
	e.Failed, e.Reason = true, reason
	w.fail(e.Level, kind, reason)
}

func (w *Walk) fail(level, kind, reason string) {
	w.Failed, w.Level, w.Kind, w.Reason = true, level, kind, reason
}

// entryFlags names the bits that are set, in the order of the manuals.
func entryFlags(v uint64, leaf bool, level string) []string {
	names := []struct {
		bit  uint64
		name string
	}{{pteP, "P"}, {pteRW, "RW"}, {pteUS, "US"}, {ptePWT, "PWT"}, {ptePCD, "PCD"}, {pteA, "A"}}
	if leaf {
		names = append(names, struct {
			bit  uint64
			name string
		}{pteD, "D"})
	}
	ps := "PS"
	if level == "PT" {
		ps = "PAT"
	}
	names = append(names, struct {
		bit  uint64
		name string
	}{ptePS, ps})
	var out []string
	for _, n := range names {
		if v&n.bit != 0 {
			out = append(out, n.name)
		}
	}
	if leaf && level != "PT" && v&(1<<12) != 0 {
		out = append(out, "PAT")
	}
	if leaf && v&pteG != 0 {
		out = append(out, "G")
	}
	if v&pteNX != 0 {
		out = append(out, "NX")
	}
	return out
}
