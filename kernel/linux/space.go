package linux

import (
	"pxos/abi"
	"pxos/kernel/arch/amd64"
	"pxos/kernel/fs"
	"pxos/kernel/gpu"
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
	maxObjects = 16 // files that a space has mapped, its program the first
)

// space is an address space: what the GPU calls a process. Processes share one between
// vfork and exec.
type space struct {
	handle  uint32 // of the GPU
	users   int    // threads
	tables  *paging.Tables
	regions region.Map
	list    [maxRegions]region.Region
	pool    pool
	objects [maxObjects]*fs.Inode // held
	entry   uint64
	brk     uint64
	screen  bool // the GPU lets it have the pixels
	starved bool // there was no memory for a page that it may have
	next    *space
}

// keptSpaces are how many spaces that were buried are kept for the next: so many frames
// in a row take a search, and most of them need not be cleared.
const keptSpaces = 4

// spaceMemory finds memory for a space, in which what counts is zero.
func (s *System) spaceMemory() *space {
	if sp := s.spare; sp != nil {
		s.spare = sp.next
		s.spares--
		sp.pool.count, sp.pool.free, sp.pool.hint = 0, 0, 0
		sp.objects = [maxObjects]*fs.Inode{}
		sp.users, sp.entry, sp.brk, sp.screen, sp.starved, sp.next = 0, 0, 0, false, false, nil
		return sp
	}
	pa := s.Keeper.Frames.AllocRun(spaceFrames)
	if pa == 0 {
		s.Keeper.Grow(1)
		if pa = s.Keeper.Frames.AllocRun(spaceFrames); pa == 0 {
			return nil
		}
	}
	return spaceAt(phys.Virt(pa))
}

// spend gives the memory of a space back.
func (s *System) spend(sp *space) {
	if s.spares < keptSpaces {
		sp.next, s.spare = s.spare, sp
		s.spares++
		return
	}
	s.freeRun(phys.Of(sp.address()), spaceFrames)
}

// newSpace makes an empty address space, nil where the GPU or the kernel has no room.
func (s *System) newSpace() *space {
	sp := s.spaceMemory()
	if sp == nil {
		return nil
	}
	handle, err := s.Keeper.Create(maxPoolExtents, abi.MaxVRAMPages)
	if err != gpu.OK {
		s.spend(sp)
		return nil
	}
	sp.handle, sp.tables = handle, s.Keeper.Space(handle)
	sp.regions.Init(sp.list[:], userLow, userHigh)
	return sp
}

func (s *System) freeRun(pa, frames uint64) {
	for i := uint64(0); i < frames; i++ {
		s.Keeper.Frames.Release(pa + i*phys.PageBytes)
	}
}

// retire puts a space that nobody uses on the list of those to bury: a processor may
// still have its page tables, the one that is here first of all.
func (s *System) retire(sp *space) {
	sp.next = s.retired
	s.retired = sp
}

// bury gives the GPU back what spaces without users held. A space whose page tables a
// processor still has stays until that processor has looked here.
func (s *System) bury() {
	if c := s.here; c.space != nil && c.space.users == 0 {
		c.space = nil
		s.Keeper.Tables.Reload()
	}
	left := (*space)(nil)
	for s.retired != nil {
		sp := s.retired
		s.retired = sp.next
		if s.held(sp) || s.computing(sp.handle) {
			sp.next, left = left, sp
			continue
		}
		for _, i := range &sp.objects {
			if i != nil {
				s.Files.Drop(i)
			}
		}
		s.forgetCompute(sp.handle)
		s.Keeper.End(sp.handle)
		s.here.space = nil // the kernel's own page tables are in
		s.spend(sp)
	}
	s.retired = left
}

// held says whether another processor has the page tables of a space, and has it look.
func (s *System) held(sp *space) bool {
	for i := range s.processors[:s.count] {
		if c := &s.processors[i]; c != s.here && c.space == sp {
			s.nudge(c)
			return true
		}
	}
	return false
}

// touch makes the page at addr present, as its region wants it. It says no where the
// region does not allow the access, or there is no memory.
func (s *System) touch(sp *space, addr uint64, write, exec bool) bool {
	page := addr &^ (phys.PageBytes - 1)
	entry, level := sp.tables.Walk(page)
	if level != 0 && paging.Allows(entry, write, exec) {
		return true // by another thread meanwhile, or for the kernel's own access
	}
	r := sp.regions.Find(addr)
	if r == nil || r.Prot == 0 || write && r.Prot&region.Write == 0 || exec && r.Prot&region.Exec == 0 {
		return false
	}
	if level != 0 {
		return true
	}
	slot, err := sp.tables.Slot(page)
	if err != paging.OK {
		sp.starved = true
		return false
	}
	if pa := entry & paging.AddrMask; pa != 0 { // hidden: PROT_NONE had it
		sp.tables.Present(slot, page, pa, s.flagsOf(r))
		return true
	}
	if r.Kind == region.Device {
		return s.touchFrame(sp, slot, page, r)
	}
	pa := sp.pool.take(s.Keeper.GPU, sp.handle)
	if pa == 0 {
		sp.starved = true
		return false
	}
	// Filled before ring 3 can reach it: a thread on another processor would find what
	// somebody else left there, or have what it writes overwritten.
	sp.tables.Reserve(slot, pa)
	offset, n := r.Source(page)
	if n < phys.PageBytes {
		amd64.ClearUser(page, phys.PageBytes)
	}
	if n > 0 {
		s.fill(sp.objects[r.Object], page, offset, n)
	}
	sp.tables.Present(slot, page, pa, s.flagsOf(r))
	return true
}

// fillBuffer is where a page of a file is put together.
var fillBuffer []byte // a page

// fill copies n bytes of a file to a page that is mapped.
func (s *System) fill(i *fs.Inode, page, offset, n uint64) {
	if data := s.Files.Data(i); uint64(len(data)) >= offset+n {
		amd64.CopyUser(page, addressOf(data[offset:offset+n]), n)
		return
	}
	got := s.Files.ReadAt(i, offset, fillBuffer[:n])
	clear(fillBuffer[got:n]) // the file is shorter by now
	amd64.CopyUser(page, addressOf(fillBuffer), n)
}

// reach makes n bytes from addr present for an access of the kernel's on behalf of
// the program.
func (sp *space) reach(addr, n uint64, write bool) bool {
	if n == 0 {
		return true
	}
	if addr+n-1 < addr || addr < userLow || addr+n-1 >= userHigh {
		return false
	}
	for page := addr &^ (phys.PageBytes - 1); page <= addr+n-1; page += phys.PageBytes {
		if !system.touch(sp, page, write, false) {
			return false
		}
	}
	return true
}

// copyIn copies from the program's memory.
func (sp *space) copyIn(to []byte, addr uint64) bool {
	if len(to) == 0 {
		return true
	}
	if !sp.reach(addr, uint64(len(to)), false) {
		return false
	}
	amd64.CopyUser(addressOf(to), addr, uint64(len(to)))
	return true
}

// copyOut copies to the program's memory.
func (sp *space) copyOut(addr uint64, from []byte) bool {
	if len(from) == 0 {
		return true
	}
	if !sp.reach(addr, uint64(len(from)), true) {
		return false
	}
	amd64.CopyUser(addr, addressOf(from), uint64(len(from)))
	return true
}

// copyText copies a text that a NUL ends from the program's memory. It gives its
// length without the NUL.
func (sp *space) copyText(to []byte, addr uint64) (n int, e sys.Errno) {
	for n < len(to) {
		chunk := min(uint64(len(to)-n), phys.PageBytes-(addr+uint64(n))%phys.PageBytes)
		if !sp.copyIn(to[n:n+int(chunk)], addr+uint64(n)) {
			return 0, sys.EFAULT
		}
		for end := n + int(chunk); n < end; n++ {
			if to[n] == 0 {
				return n, 0
			}
		}
	}
	return 0, sys.ENAMETOOLONG
}

// unmap takes a range out of a space: pages back to the pool, then the region.
func (s *System) unmap(sp *space, start, end uint64) sys.Errno {
	switch sp.regions.Remove(start, end) {
	case region.OK:
	case region.ErrNoRoom:
		return sys.ENOMEM
	default:
		return sys.EINVAL
	}
	s.drop(sp, start, end)
	return 0
}

// drop gives the pages of a range back; what is touched there later is new.
func (s *System) drop(sp *space, start, end uint64) {
	for page := start; page < end; {
		if pa, ok := sp.tables.Hidden(page); ok {
			sp.tables.Forsake(page)
			sp.pool.give(s.Keeper.GPU, sp.handle, pa)
		} else if pa, ok := sp.tables.Translate(page); ok {
			if sp.tables.Unmap(page, phys.PageBytes) == paging.OK {
				sp.pool.give(s.Keeper.GPU, sp.handle, pa)
			}
		} else {
			page = sp.tables.Skip(page)
			continue
		}
		page += phys.PageBytes
	}
	s.shoot(sp)
}

// protect changes the rights of a range; pages that are present follow.
func (s *System) protect(sp *space, start, end uint64, prot region.Prot) sys.Errno {
	switch sp.regions.Protect(start, end, prot) {
	case region.OK:
	case region.ErrNotMapped, region.ErrNoRoom:
		return sys.ENOMEM
	default:
		return sys.EINVAL
	}
	for page := start; page < end; {
		_, level := sp.tables.Walk(page)
		switch {
		case level == 0:
			page = sp.tables.Skip(page) // a hidden page is shown when it is touched
			continue
		case prot == 0:
			sp.tables.Hide(page)
		default:
			sp.tables.Protect(page, phys.PageBytes, s.flagsOf(sp.regions.Find(page)))
		}
		page += phys.PageBytes
	}
	s.shoot(sp)
	return 0
}
