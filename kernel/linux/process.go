package linux

import (
	"pxos/abi"
	"pxos/kernel/arch/amd64"
	"pxos/kernel/paging"
	"pxos/kernel/phys"
	"pxos/kernel/region"
	"pxos/kernel/sys"
)

// Limits of user space, and where mmap and the first stack lie. SDM volume 1, 3.3.7.1:
// the last page before the hole stays out, so that no SYSCALL returns to an address
// that is not canonical.
const (
	userLow    = 0x10000
	userHigh   = 0x00007FFFFFFFF000
	mmapBase   = 0x0000700000000000
	stackTop   = 0x00007FFFFF000000
	stackBytes = 8 << 20
	maxRegions = 1024
)

// process is a program that runs.
type process struct {
	handle  uint32 // of the GPU
	space   *paging.Tables
	regions region.Map
	list    [maxRegions]region.Region
	pool    pool
	image   []byte // the program's file, in the direct map
	actions [signals]action
	files   [maxDescriptors]descriptor
	threads int
	starved bool // there was no memory for a page that it may have
	ended   bool
	status  uint64
}

// flagsOf is how a page of a region is mapped.
func flagsOf(r *region.Region) paging.Flags {
	return paging.Flags{Write: r.Prot&region.Write != 0, Exec: r.Prot&region.Exec != 0, User: true}
}

// touch makes the page at addr present, as its region wants it. It says no where the
// region does not allow the access, or there is no memory.
func (s *System) touch(p *process, addr uint64, write, exec bool) bool {
	r := p.regions.Find(addr)
	if r == nil || r.Prot == 0 || write && r.Prot&region.Write == 0 || exec && r.Prot&region.Exec == 0 {
		return false
	}
	page := addr &^ (phys.PageBytes - 1)
	if _, level := p.space.Walk(page); level != 0 {
		return true
	}
	if pa, ok := p.space.Hidden(page); ok {
		return p.space.Show(page, pa, flagsOf(r)) == paging.OK
	}
	pa := p.pool.take(s.Keeper.GPU, p.handle)
	if pa == 0 {
		p.starved = true
		return false
	}
	// Filled before the program has it with the region's own rights.
	if p.space.Map(page, pa, phys.PageBytes, paging.Flags{Write: true, User: true}) != paging.OK {
		p.pool.give(pa)
		return false
	}
	amd64.ClearUser(page, phys.PageBytes)
	if offset, n := r.Source(page); n > 0 {
		amd64.CopyUser(page, addressOf(p.image[offset:offset+n]), n)
	}
	if f := flagsOf(r); !f.Write || f.Exec {
		return p.space.Protect(page, phys.PageBytes, f) == paging.OK
	}
	return true
}

// reach makes n bytes from addr present for an access of the kernel's on behalf of
// the program.
func (p *process) reach(addr, n uint64, write bool) bool {
	if n == 0 {
		return true
	}
	if addr+n-1 < addr || addr < userLow || addr+n-1 >= userHigh {
		return false
	}
	for page := addr &^ (phys.PageBytes - 1); page <= addr+n-1; page += phys.PageBytes {
		if !system.touch(p, page, write, false) {
			return false
		}
	}
	return true
}

// copyIn copies from the program's memory.
func (p *process) copyIn(to []byte, addr uint64) bool {
	if len(to) == 0 {
		return true
	}
	if !p.reach(addr, uint64(len(to)), false) {
		return false
	}
	amd64.CopyUser(addressOf(to), addr, uint64(len(to)))
	return true
}

// copyOut copies to the program's memory.
func (p *process) copyOut(addr uint64, from []byte) bool {
	if len(from) == 0 {
		return true
	}
	if !p.reach(addr, uint64(len(from)), true) {
		return false
	}
	amd64.CopyUser(addr, addressOf(from), uint64(len(from)))
	return true
}

// unmap takes a range out of a process: pages back to the pool, then the region.
func (s *System) unmap(p *process, start, end uint64) sys.Errno {
	if p.regions.Remove(start, end) != region.OK {
		return sys.EINVAL
	}
	s.drop(p, start, end)
	return 0
}

// drop gives the pages of a range back; what is touched there later is new.
func (s *System) drop(p *process, start, end uint64) {
	for page := start; page < end; {
		if pa, ok := p.space.Hidden(page); ok {
			p.space.Forsake(page)
			p.pool.give(pa)
		} else if pa, ok := p.space.Translate(page); ok {
			if p.space.Unmap(page, phys.PageBytes) == paging.OK {
				p.pool.give(pa)
			}
		} else {
			page = p.space.Skip(page)
			continue
		}
		page += phys.PageBytes
	}
}

// protect changes the rights of a range; pages that are present follow.
func (s *System) protect(p *process, start, end uint64, prot region.Prot) sys.Errno {
	switch p.regions.Protect(start, end, prot) {
	case region.OK:
	case region.ErrNotMapped, region.ErrNoRoom:
		return sys.ENOMEM
	default:
		return sys.EINVAL
	}
	for page := start; page < end; {
		_, level := p.space.Walk(page)
		switch {
		case level == 0:
			page = p.space.Skip(page) // a hidden page is shown when it is touched
			continue
		case prot == 0:
			p.space.Hide(page)
		default:
			p.space.Protect(page, phys.PageBytes, flagsOf(p.regions.Find(page)))
		}
		page += phys.PageBytes
	}
	return 0
}

// endProcess ends a process with a status: its threads, then all that it held.
func (s *System) endProcess(p *process, status uint64) {
	for _, t := range s.threads {
		if t != nil && t.state != stateFree && t.process == p {
			s.endThread(t)
		}
	}
	p.ended, p.status = true, status&0xFF
}

// bury gives back what an ended process held.
func (s *System) bury(p *process) {
	s.Keeper.Tables.Reload()
	s.Keeper.End(p.handle)
	p.handle = abi.KernelProcess
}
