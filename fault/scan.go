package fault

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

// scanner walks whole page tables.
type scanner struct {
	a      *Analysis
	f      pagingFormat
	tables int
	seen   map[uint64]bool // tables on the way down, against loops
	runs   []Mapping
}

// mappings lists all that the page tables map, in order of virtual address,
// within bounds. A table that maps itself is entered once.
func (a *Analysis) mappings() []Mapping {
	f, paging := a.format()
	if !paging || !f.wide {
		return nil
	}
	s := &scanner{a: a, f: f, seen: map[uint64]bool{}}
	table := a.Regs.CR3 &^ 0xFFF & (1<<52 - 1)
	if f.mode == "PAE" {
		table = a.Regs.CR3 &^ 0x1F & 0xFFFFFFFF
	}
	s.table(table, 0, 0, Mapping{Write: true, User: true})
	return s.runs
}

// table scans one table whose entries map addresses from base on.
func (s *scanner) table(phys uint64, level int, base uint64, inherited Mapping) {
	if s.tables++; s.tables > maxTables || s.seen[phys] {
		return
	}
	s.seen[phys] = true
	defer delete(s.seen, phys)
	l := s.f.levels[level]
	n := 1 << l.bits
	buf := make([]byte, n*8)
	if s.a.mem.phys(phys, buf) != nil {
		return
	}
	for i := range n {
		v := littleWord(buf[i*8:], 8)
		if v&pteP == 0 {
			continue
		}
		m := inherited
		m.Virtual = base | uint64(i)<<l.shift
		if top := s.f.levels[0]; level == 0 && s.f.mode != "PAE" && i >= n/2 {
			m.Virtual |= ^uint64(0) << (top.shift + top.bits)
		}
		if !l.noRW {
			m.Write = m.Write && v&pteRW != 0
			m.User = m.User && v&pteUS != 0
		}
		m.NoExec = m.NoExec || v&pteNX != 0
		large := l.large && v&ptePS != 0
		if !large && l.name != "PT" {
			s.table(v&s.a.addressMask()&^0xFFF, level+1, m.Virtual, m)
			continue
		}
		m.Size = 1 << l.shift
		m.PageSize = m.Size
		m.Phys = v & s.a.addressMask() &^ (m.Size - 1)
		m.PATIndex = patIndex(v, large)
		s.add(m)
	}
}

// add joins a page to the last run if it continues it.
func (s *scanner) add(m Mapping) {
	if n := len(s.runs); n > 0 {
		r := &s.runs[n-1]
		if r.Virtual+r.Size == m.Virtual && r.Phys+r.Size == m.Phys && r.PATIndex == m.PATIndex &&
			r.Write == m.Write && r.User == m.User && r.NoExec == m.NoExec {
			r.Size += m.Size
			if r.PageSize != m.PageSize {
				r.PageSize = 0
			}
			return
		}
	}
	if len(s.runs) < maxRuns {
		s.runs = append(s.runs, m)
	}
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
