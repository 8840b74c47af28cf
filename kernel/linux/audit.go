package linux

import (
	"pxos/abi"
	"pxos/kernel/paging"
	"pxos/kernel/phys"
	"pxos/kernel/region"
)

// census is what the page tables of a process say.
type census struct {
	present  uint64 // pages that ring 3 can reach
	outside  uint64 // of them, of no extent that was granted to the process
	unasked  uint64 // of them, in no region, or with more rights than it has
	writable uint64 // of them, writable and executable
}

// audit is /proc/audit: the kernel's own look at the page tables of all processes. It
// believes what it notes itself; `pxos audit` looks from outside and believes nothing.
func (s *System) audit(g *generation) {
	bad := uint64(0)
	for _, p := range &s.processes {
		if p == nil || p.state != processRuns || p.space == nil || g.n > len(generatedText)-256 {
			continue
		}
		n := s.count3(p.space)
		bad += n.outside + n.unasked + n.writable
		g.number(uint64(p.id), 10, 1)
		g.word(":\t")
		g.number(n.present, 10, 1)
		g.word(" pages, ")
		g.number(n.outside, 10, 1)
		g.word(" not granted, ")
		g.number(n.unasked, 10, 1)
		g.word(" not asked for, ")
		g.number(n.writable, 10, 1)
		g.word(" writable and executable\n")
	}
	g.word("Bad:\t")
	g.number(bad, 10, 1)
	g.word("\n")
}

// count3 walks the user half of a space.
func (s *System) count3(sp *space) (n census) {
	for page := uint64(0); page < userHigh; {
		entry, level := sp.tables.Walk(page)
		if level == 0 {
			page = sp.tables.Skip(page)
			continue
		}
		if entry&paging.PTE_US != 0 {
			s.countPage(sp, &n, page, entry)
		}
		page += phys.PageBytes
	}
	return n
}

func (s *System) countPage(sp *space, n *census, page, entry uint64) {
	write, exec := entry&paging.PTE_RW != 0, entry&paging.PTE_NX == 0
	n.present++
	if write && exec {
		n.writable++
	}
	r := sp.regions.Find(page)
	if r == nil || write && r.Prot&region.Write == 0 || exec && r.Prot&region.Exec == 0 {
		n.unasked++
		return
	}
	pa := entry & paging.AddrMask
	if r.Kind == region.Device {
		if !sp.screen || pa != s.Screen.Frame+r.Offset+page-r.Start {
			n.outside++
		}
		return
	}
	if !sp.pool.has(pa) {
		n.outside++
	}
}

// has says whether a page of an extent of the pool was taken.
func (p *pool) has(pa uint64) bool {
	if pa/abi.ExtentBytes >= abi.MaxExtents {
		return false
	}
	i := int(placeOf[pa/abi.ExtentBytes])
	if i >= p.count || pa-p.extents[i].base >= abi.ExtentBytes {
		return false
	}
	page := (pa - p.extents[i].base) / phys.PageBytes
	return p.extents[i].used[page/64]>>(page%64)&1 != 0
}
