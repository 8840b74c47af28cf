package linux

import (
	"pxos/kernel/fs"
	"pxos/kernel/phys"
	"pxos/kernel/region"
	"pxos/kernel/sys"
)

// Arguments of mmap, mprotect and madvise, asm-generic/mman-common.h.
const (
	protRead     = 1
	protWrite    = 2
	protExec     = 4
	mapPrivate   = 2
	mapType      = 3
	mapFixed     = 0x10
	mapAnon      = 0x20
	mapNoReplace = 0x100000
	madvDontNeed = 4
	madvFree     = 8
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

// mmap maps memory: zeros, or a copy of a file's bytes as they are when a page is
// touched first.
func (s *System) mmap(t *thread, a *arguments) uint64 {
	sp, addr, size, flags, offset := t.space, a[0], a[1], a[3], a[5]
	rights, ok := rights(a[2])
	if !ok || size == 0 || flags&mapType == 0 {
		return sys.EINVAL.Result()
	}
	r := region.Region{Prot: rights}
	if flags&mapAnon == 0 {
		if e := s.mapped(t, &r, a[4]&0xFFFFFFFF, offset, flags); e != 0 {
			return e.Result()
		}
	}
	fixed := flags&(mapFixed|mapNoReplace) != 0
	if !fixed {
		addr &^= phys.PageBytes - 1
		if size > userHigh {
			return sys.ENOMEM.Result()
		}
		hint := addr
		if hint < userLow {
			hint = mmapBase
		}
		if addr, ok = sp.regions.Gap((size+phys.PageBytes-1)&^(phys.PageBytes-1), hint); !ok {
			return sys.ENOMEM.Result()
		}
	}
	end, ok := span(addr, size)
	if !ok || addr < userLow {
		return sys.EINVAL.Result()
	}
	if flags&mapFixed != 0 {
		if e := s.unmap(sp, addr, end); e != 0 {
			return e.Result()
		}
	}
	r.Start, r.End = addr, end
	switch sp.regions.Insert(r) {
	case region.OK:
		return addr
	case region.ErrOverlap:
		return sys.EEXIST.Result()
	}
	return sys.ENOMEM.Result()
}

// mapped has a region show a file. A page of it is a copy: what is written to it is
// not seen by others, which sharing would promise.
func (s *System) mapped(t *thread, r *region.Region, fd, offset, flags uint64) sys.Errno {
	f := t.process.file(fd)
	if f == nil {
		return sys.EBADF
	}
	i := f.inode
	if s.detour != nil {
		i = s.detour.fetched // a copy of the file of a share
	}
	switch {
	case f.kind == kindFrame:
		return s.mapFrame(t.space, r, offset, flags)
	case f.kind != kindTree && f.kind != kindShare || i == nil || i.Kind() != fs.Regular:
		return sys.ENODEV
	case !f.canRead():
		return sys.EACCES
	case offset%phys.PageBytes != 0:
		return sys.EINVAL
	case flags&mapType != mapPrivate && r.Prot&region.Write != 0:
		return sys.ENODEV
	}
	for k := 1; k < maxObjects; k++ {
		if o := t.space.objects[k]; o == nil || o == i {
			if o == nil {
				s.Files.Hold(i)
				t.space.objects[k] = i
			}
			r.Kind, r.Object, r.Offset, r.FileEnd = region.File, uint8(k), offset, i.Size()
			return 0
		}
	}
	return sys.ENFILE
}

func (s *System) munmap(sp *space, addr, size uint64) uint64 {
	end, ok := span(addr, size)
	if !ok {
		return sys.EINVAL.Result()
	}
	return s.unmap(sp, addr, end).Result()
}

func (s *System) mprotect(sp *space, addr, size, prot uint64) uint64 {
	if size == 0 && addr%phys.PageBytes == 0 {
		return 0
	}
	end, ok := span(addr, size)
	r, known := rights(prot)
	if !ok || !known {
		return sys.EINVAL.Result()
	}
	return s.protect(sp, addr, end, r).Result()
}

func (s *System) madvise(sp *space, addr, size, advice uint64) uint64 {
	if size == 0 && addr%phys.PageBytes == 0 {
		return 0
	}
	end, ok := span(addr, size)
	if !ok {
		return sys.EINVAL.Result()
	}
	if advice == madvDontNeed || advice == madvFree {
		s.drop(sp, addr, end)
	}
	return 0
}

// maxMincore bounds what one mincore looks at: a call is never preempted.
const maxMincore = 256 << 20

// mincore tells which pages of a range are in memory.
func (s *System) mincore(sp *space, addr, size, to uint64) uint64 {
	end, ok := span(addr, size)
	if !ok {
		if addr%phys.PageBytes == 0 && size == 0 {
			return 0
		}
		if addr%phys.PageBytes != 0 {
			return sys.EINVAL.Result()
		}
		return sys.ENOMEM.Result()
	}
	if end-addr > maxMincore {
		return sys.ENOMEM.Result()
	}
	for page := addr; page < end; page += phys.PageBytes {
		if sp.regions.Find(page) == nil {
			return sys.ENOMEM.Result()
		}
		var in [1]byte
		if _, level := sp.tables.Walk(page); level != 0 {
			in[0] = 1
		}
		if !sp.copyOut(to+(page-addr)/phys.PageBytes, in[:]) {
			return sys.EFAULT.Result()
		}
	}
	return 0
}
