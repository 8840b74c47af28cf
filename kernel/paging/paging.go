// Package paging builds and changes the kernel's four-level page tables.
//
// It may import arch/amd64, bootinfo, frame and phys. Names and bits follow the
// Intel SDM volume 3, 4.5 (4-level paging) and 11.12 (PAT).
//
// Invariants: no page is both writable and executable; only RAM is mapped
// write-back; a request is checked whole before the first entry changes, so a
// refused request leaves the tables as they were.
package paging

import (
	"pxos/kernel/arch/amd64"
	"pxos/kernel/frame"
	"pxos/kernel/phys"
)

// Entry bits, Intel SDM volume 3, tables 4-15 to 4-20.
const (
	PTE_P    = 1 << 0
	PTE_RW   = 1 << 1
	PTE_US   = 1 << 2
	PTE_PWT  = 1 << 3
	PTE_PCD  = 1 << 4
	PTE_A    = 1 << 5
	PTE_D    = 1 << 6
	PTE_PS   = 1 << 7  // levels 2 and 3: a large page
	PTE_PAT  = 1 << 7  // level 1
	PTE_G    = 1 << 8  // survives a CR3 load
	PDE_PAT  = 1 << 12 // level 2 and 3 large pages
	PTE_NX   = 1 << 63
	AddrMask = 0x000FFFFFFFFFF000
)

// Page sizes of the levels that can hold a page here.
const (
	Page4K = 1 << 12
	Page2M = 1 << 21
)

// Levels of the walk: 4 is the root (PML4), 1 holds 4 KiB pages.
const (
	levelPML4 = 4
	LevelPD   = 2
	LevelPT   = 1
)

// MemType is a caching mode; the values are PAT indices as setPAT arranges them.
type MemType uint64

// Caching modes. WriteBack is for RAM; Uncached for device registers;
// WriteCombining for device memory that is written in bulk.
const (
	WriteBack      MemType = 0
	WriteThrough   MemType = 1
	UncachedMinus  MemType = 2
	Uncached       MemType = 3
	WriteCombining MemType = 4
)

// patValue gives each PAT index its type (SDM volume 3, table 11-10):
// 0 WB, 1 WT, 2 UC-, 3 UC as at reset; 4 WC, 5 WP, 6 UC-, 7 UC.
const patValue = 0x00_07_05_01_00_07_04_06

// Flags say what a mapping allows and how it is cached.
type Flags struct {
	Write, Exec bool
	User        bool // ring 3 may use it
	Type        MemType
}

// Error says why a request was refused. 0 is no error.
type Error uint8

// Reasons for a refusal.
const (
	OK Error = iota
	ErrEmpty
	ErrMisaligned
	ErrPastMaxPhys
	ErrNonCanonical
	ErrOverlap
	ErrNoFrame
	ErrNotMapped
	ErrWriteAndExec
)

// String is the reason in words.
func (e Error) String() string {
	switch e {
	case OK:
		return "ok"
	case ErrEmpty:
		return "the range is empty or wraps around"
	case ErrMisaligned:
		return "address or size is no multiple of 4 KiB"
	case ErrPastMaxPhys:
		return "physical address past MAXPHYADDR"
	case ErrNonCanonical:
		return "virtual address is not canonical"
	case ErrOverlap:
		return "a part of the range is mapped already"
	case ErrNoFrame:
		return "no frame left for a page table"
	case ErrNotMapped:
		return "a part of the range is not mapped"
	case ErrWriteAndExec:
		return "a page may not be both writable and executable"
	}
	return "unknown"
}

// Tables is one set of page tables.
type Tables struct {
	Root        uint64 // physical address of the PML4
	frames      *frame.Allocator
	maxPhysical uint64 // first physical address that cannot exist
	live        bool   // the processor uses these tables: changes must be flushed
	// Pages counts leaf entries written, by memory type.
	Pages [8]uint64
}

// Init prepares empty tables.
func (t *Tables) Init(frames *frame.Allocator, maxPhysAddrBits uint8) bool {
	t.frames = frames
	t.maxPhysical = 1 << maxPhysAddrBits
	t.Root = frames.Alloc()
	return t.Root != frame.None
}

// Activate makes the tables the processor's, with the kernel's PAT.
func (t *Tables) Activate() {
	setPAT()
	t.live = true
	amd64.WriteCR3(t.Root)
}

// Join makes tables that are in use a further processor's, with the kernel's PAT.
func (t *Tables) Join() {
	setPAT()
	amd64.WriteCR3(t.Root)
}

// setPAT programs the types that MemType names. Caches are written back before
// and translations dropped after it, SDM volume 3, 11.12.4.
func setPAT() {
	amd64.Wbinvd()
	amd64.Wrmsr(amd64.IA32_PAT, patValue)
	amd64.Wbinvd()
}

// index is the slot of a virtual address in the table of a level.
func index(virt uint64, level int) uint64 {
	return virt >> (12 + 9*uint(level-1)) & 511
}

// pageBytes is the size of a page whose entry lies in a level.
func pageBytes(level int) uint64 { return 1 << (12 + 9*uint(level-1)) }

// encode builds the leaf entry of a page.
func encode(pa uint64, f Flags, level int) uint64 {
	e := pa | PTE_P | PTE_A
	if f.User {
		e |= PTE_US
	} else {
		e |= PTE_G // the kernel's half is the same in every space
	}
	if f.Write {
		e |= PTE_RW | PTE_D
	}
	if !f.Exec {
		e |= PTE_NX
	}
	if f.Type&1 != 0 {
		e |= PTE_PWT
	}
	if f.Type&2 != 0 {
		e |= PTE_PCD
	}
	if level == LevelPT {
		if f.Type&4 != 0 {
			e |= PTE_PAT
		}
		return e
	}
	e |= PTE_PS
	if f.Type&4 != 0 {
		e |= PDE_PAT
	}
	return e
}

// TypeOf is the caching mode that a leaf entry selects.
func TypeOf(entry uint64, level int) MemType {
	m := MemType(0)
	if entry&PTE_PWT != 0 {
		m |= 1
	}
	if entry&PTE_PCD != 0 {
		m |= 2
	}
	pat := uint64(PTE_PAT)
	if level != LevelPT {
		pat = PDE_PAT
	}
	if entry&pat != 0 {
		m |= 4
	}
	return m
}

// String is the short name of a caching mode.
func (m MemType) String() string {
	switch m {
	case WriteBack:
		return "WB"
	case WriteThrough:
		return "WT"
	case UncachedMinus:
		return "UC-"
	case Uncached:
		return "UC"
	case WriteCombining:
		return "WC"
	case 5:
		return "WP"
	}
	return "UC"
}

// table gives the table that holds a virtual address's entry of a level, and
// creates the tables above it that are missing.
func (t *Tables) table(virt uint64, level int) (*[512]uint64, Error) {
	table := phys.Table(t.Root)
	for l := levelPML4; l > level; l-- {
		e := &table[index(virt, l)]
		if *e&PTE_P == 0 {
			pa := t.frames.Alloc()
			if pa == frame.None {
				return nil, ErrNoFrame
			}
			*e = pa | PTE_P | PTE_RW | above(virt)
		}
		if *e&PTE_PS != 0 {
			return nil, ErrOverlap
		}
		table = phys.Table(*e & AddrMask)
	}
	return table, OK
}

// above is what the entries above a page's must allow: ring 3 in its own half.
func above(virt uint64) uint64 {
	if virt>>47 == 0 {
		return PTE_US
	}
	return 0
}

// Walk finds the leaf entry of a virtual address. Level 0 means that there is
// none; entry is then the one that is not present.
func (t *Tables) Walk(virt uint64) (entry uint64, level int) {
	table := phys.Table(t.Root)
	for l := levelPML4; l >= LevelPT; l-- {
		entry = table[index(virt, l)]
		if entry&PTE_P == 0 {
			return entry, 0
		}
		if l == LevelPT || entry&PTE_PS != 0 {
			return entry, l
		}
		table = phys.Table(entry & AddrMask)
	}
	return 0, 0
}

// Translate gives the physical address behind a virtual one.
func (t *Tables) Translate(virt uint64) (uint64, bool) {
	entry, level := t.Walk(virt)
	if level == 0 {
		return 0, false
	}
	size := pageBytes(level)
	return entry&AddrMask&^(size-1) | virt&(size-1), true
}

// count keeps the number of pages of each memory type.
func (t *Tables) count(pte uint64, level int) {
	t.Pages[TypeOf(pte, level)&7]++
}

// flush drops the translation of a page that the processor may have cached.
func (t *Tables) flush(virt uint64) {
	if t.live {
		amd64.Invlpg(virt)
	}
}
