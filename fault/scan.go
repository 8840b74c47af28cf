package fault

import (
	"fmt"
	"strings"
)

// Mapping is a run of pages that are contiguous in both address spaces and have
// the same attributes.
type Mapping struct {
	Virtual  uint64
	Phys     uint64
	Size     uint64
	PageSize uint64 // of its pages; 0 when they differ
	PATIndex int
	Write    bool
	User     bool
	NoExec   bool
}

// Limits of a scan: tables read, and runs kept.
const (
	maxTables = 16384
	maxRuns   = 65536
)

// scanner walks whole page tables and tells what it meets. Of its calls only
// page must be set.
type scanner struct {
	mem       memory
	f         pagingFormat
	physBits  uint
	nxe       bool
	tables    int // that it may still read
	cut       bool
	path      map[uint64]bool // tables on the way down, against loops
	run       Mapping
	page      func(Mapping)                                // a run of pages, in order of virtual address
	table     func(phys uint64)                            // a table, before it is read
	skip      func(level, index int, value uint64) bool    // an entry that need not be followed
	malformed func(virtual, bytes, value uint64, w string) // an entry that translates nothing
}

func (a *Analysis) newScanner(f pagingFormat, page func(Mapping)) *scanner {
	return &scanner{mem: a.mem, f: f, physBits: a.MaxPhyAddr, nxe: a.Regs.EFER&eferNXE != 0, tables: maxTables,
		path: map[uint64]bool{}, page: page}
}

// mappings lists all that the page tables map, in order of virtual address,
// within bounds. A table that maps itself is entered once.
func (a *Analysis) mappings() []Mapping {
	f, paging := a.format()
	if !paging || !f.wide {
		return nil
	}
	var runs []Mapping
	s := a.newScanner(f, func(m Mapping) {
		if len(runs) < maxRuns {
			runs = append(runs, m)
		}
	})
	s.scan(a.root(f, a.Regs.CR3))
	return runs
}

// root is the physical address of the first table that CR3 names.
func (a *Analysis) root(f pagingFormat, cr3 uint64) uint64 {
	if f.mode == "PAE" {
		return cr3 &^ 0x1F & 0xFFFFFFFF
	}
	return cr3 &^ 0xFFF & (1<<52 - 1)
}

// scan walks all tables from root down.
func (s *scanner) scan(root uint64) {
	s.run = Mapping{}
	s.enter(root, 0, 0, Mapping{Write: true, User: true})
	s.flush()
}

func (s *scanner) flush() {
	if s.run.Size != 0 {
		s.page(s.run)
	}
	s.run = Mapping{}
}

// enter scans one table whose entries map addresses from base on.
func (s *scanner) enter(phys uint64, level int, base uint64, inherited Mapping) {
	l := s.f.levels[level]
	span := uint64(1) << l.shift << l.bits
	if s.path[phys] {
		s.bad(base, span, phys, "it leads back to a table above it")
		return
	}
	if s.tables == 0 {
		s.cut = true
		return
	}
	s.tables--
	s.path[phys] = true
	defer delete(s.path, phys)
	if s.table != nil {
		s.table(phys)
	}
	n := 1 << l.bits
	buf := make([]byte, n*8)
	if s.mem.phys(phys, buf) != nil {
		s.bad(base, span, phys, "it leads to a table where no memory can be read")
		return
	}
	for i := range n {
		v := littleWord(buf[i*8:], 8)
		if v&pteP == 0 || s.skip != nil && s.skip(level, i, v) {
			continue
		}
		virtual := base | uint64(i)<<l.shift
		if top := s.f.levels[0]; level == 0 && s.f.mode != "PAE" && i >= n/2 {
			virtual |= ^uint64(0) << (top.shift + top.bits)
		}
		s.entry(l, level, virtual, v, inherited)
	}
}

// entry follows one present entry.
func (s *scanner) entry(l pagingLevel, level int, virtual, v uint64, m Mapping) {
	large := l.large && v&ptePS != 0
	if s.malformed != nil {
		if bits, why := reservedBits(v, l, large, s.physBits, s.nxe); bits != 0 {
			s.malformed(virtual, 1<<l.shift, v, fmt.Sprintf("reserved bits %s in a %s entry: %s", hex(bits), l.name, strings.Join(why, "; ")))
			return
		}
	}
	m.Virtual = virtual
	if !l.noRW {
		m.Write = m.Write && v&pteRW != 0
		m.User = m.User && v&pteUS != 0
	}
	m.NoExec = m.NoExec || v&pteNX != 0
	mask := uint64(1)<<s.physBits - 1
	if !large && l.name != "PT" {
		s.enter(v&mask&^0xFFF, level+1, virtual, m)
		return
	}
	m.Size = 1 << l.shift
	m.PageSize = m.Size
	m.Phys = v & mask &^ (m.Size - 1)
	m.PATIndex = patIndex(v, large)
	s.add(m)
}

func (s *scanner) bad(virtual, bytes, value uint64, why string) {
	if s.malformed != nil {
		s.malformed(virtual, bytes, value, why)
	}
}

// add joins a page to the run if it continues it.
func (s *scanner) add(m Mapping) {
	r := &s.run
	if r.Size != 0 && r.Virtual+r.Size == m.Virtual && r.Phys+r.Size == m.Phys && r.PATIndex == m.PATIndex &&
		r.Write == m.Write && r.User == m.User && r.NoExec == m.NoExec {
		r.Size += m.Size
		if r.PageSize != m.PageSize {
			r.PageSize = 0
		}
		return
	}
	s.flush()
	s.run = m
}

// directMap guesses the distance between virtual and physical addresses of the
// kernel's map of all memory: from the boot report, or as the constant offset
// that covers the most mapped bytes of the upper half.
func (a *Analysis) directMap() (offset uint64, how string) {
	if l, ok := a.Report.First("layout"); ok {
		if v := l.Uint("directmap"); v != 0 {
			return v, "the boot report (directmap=" + hex(v) + ")"
		}
	}
	best := map[uint64]uint64{}
	for _, m := range a.maps {
		if off := m.Virtual - m.Phys; off != 0 {
			best[off] += m.Size
		}
	}
	var most uint64
	for off, n := range best {
		if n > most || (n == most && off < offset) {
			offset, most = off, n
		}
	}
	if most < 2<<20 {
		return 0, ""
	}
	return offset, "the page tables: " + size(most) + " are mapped at this constant distance"
}
