package linux

import (
	"pxos/kernel/phys"
	"pxos/kernel/region"
	"pxos/kernel/sys"
)

// Arguments of mmap, mprotect and madvise, asm-generic/mman-common.h.
const (
	protRead     = 1
	protWrite    = 2
	protExec     = 4
	mapShared    = 1
	mapFixed     = 0x10
	mapAnon      = 0x20
	mapNoReplace = 0x100000
	madvDontNeed = 4
)

// span rounds a range to pages. It says no to one that is empty, wraps, or begins
// within a page.
func span(addr, size uint64) (end uint64, ok bool) {
	if addr%phys.PageBytes != 0 || size == 0 || size > userHigh {
		return 0, false
	}
	end = addr + (size+phys.PageBytes-1)&^(phys.PageBytes-1)
	return end, end > addr && end <= userHigh
}

// rights turns PROT_* into the rights of a region.
func rights(prot uint64) (region.Prot, bool) {
	if prot&^(protRead|protWrite|protExec) != 0 || prot&protWrite != 0 && prot&protExec != 0 {
		return 0, false
	}
	r := region.Prot(0)
	if prot&(protRead|protWrite|protExec) != 0 {
		r |= region.Read // x86 cannot forbid reading alone
	}
	if prot&protWrite != 0 {
		r |= region.Write
	}
	if prot&protExec != 0 {
		r |= region.Exec
	}
	return r, true
}

func (s *System) mmap(p *process, addr, size, prot, flags uint64) uint64 {
	rights, ok := rights(prot)
	if !ok || flags&mapAnon == 0 || flags&mapShared != 0 {
		return sys.EINVAL.Result()
	}
	fixed := flags&(mapFixed|mapNoReplace) != 0
	if !fixed {
		addr &^= phys.PageBytes - 1
		if size == 0 || size > userHigh {
			return sys.ENOMEM.Result()
		}
		hint := addr
		if hint < userLow {
			hint = mmapBase
		}
		if addr, ok = p.regions.Gap((size+phys.PageBytes-1)&^(phys.PageBytes-1), hint); !ok {
			return sys.ENOMEM.Result()
		}
	}
	end, ok := span(addr, size)
	if !ok || addr < userLow {
		return sys.EINVAL.Result()
	}
	if flags&mapFixed != 0 {
		if e := s.unmap(p, addr, end); e != 0 {
			return e.Result()
		}
	}
	switch p.regions.Insert(region.Region{Start: addr, End: end, Prot: rights}) {
	case region.OK:
		return addr
	case region.ErrOverlap:
		return sys.EEXIST.Result()
	}
	return sys.ENOMEM.Result()
}

func (s *System) munmap(p *process, addr, size uint64) uint64 {
	end, ok := span(addr, size)
	if !ok {
		return sys.EINVAL.Result()
	}
	return s.unmap(p, addr, end).Result()
}

func (s *System) mprotect(p *process, addr, size, prot uint64) uint64 {
	if size == 0 && addr%phys.PageBytes == 0 {
		return 0
	}
	end, ok := span(addr, size)
	r, known := rights(prot)
	if !ok || !known {
		return sys.EINVAL.Result()
	}
	return s.protect(p, addr, end, r).Result()
}

func (s *System) madvise(p *process, addr, size, advice uint64) uint64 {
	if size == 0 && addr%phys.PageBytes == 0 {
		return 0
	}
	end, ok := span(addr, size)
	if !ok {
		return sys.EINVAL.Result()
	}
	if advice == madvDontNeed {
		s.drop(p, addr, end)
	}
	return 0
}
