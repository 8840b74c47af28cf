package paging

import (
	"pxos/kernel/frame"
	"pxos/kernel/phys"
)

// canonical says whether bits 63:47 are all alike, SDM volume 1, 3.3.7.1.
func canonical(virt uint64) bool {
	top := virt >> 47
	return top == 0 || top == 0x1FFFF
}

// checkRange refuses what no mapping can have.
func (t *Tables) checkRange(virt, pa, size uint64) Error {
	last := size - 1
	if size == 0 || virt+last < virt || pa+last < pa {
		return ErrEmpty
	}
	if (virt|pa|size)&(Page4K-1) != 0 {
		return ErrMisaligned
	}
	if pa+last >= t.maxPhysical {
		return ErrPastMaxPhys
	}
	if !canonical(virt) || !canonical(virt+last) {
		return ErrNonCanonical
	}
	return OK
}

// Map makes [virt, virt+size) show [pa, pa+size). It uses 2 MiB pages where
// both addresses allow, creates the tables that are missing, and refuses a
// range of which any page is mapped already.
func (t *Tables) Map(virt, pa, size uint64, f Flags) Error {
	if err := t.checkRange(virt, pa, size); err != OK {
		return err
	}
	if f.Write && f.Exec {
		return ErrWriteAndExec
	}
	if t.anyMapped(virt, size) {
		return ErrOverlap
	}
	for done := uint64(0); done < size; {
		level := LevelPT
		if (virt+done|pa+done)&(Page2M-1) == 0 && size-done >= Page2M && !t.hasTable(virt+done) {
			level = LevelPD
		}
		if err := t.mapPage(virt+done, pa+done, f, level); err != OK {
			t.Unmap(virt, done)
			return err
		}
		done += pageBytes(level)
	}
	return OK
}

// hasTable says whether a table of small pages already stands where a 2 MiB
// page would go; its entries are empty, but others may hold on to it.
func (t *Tables) hasTable(virt uint64) bool {
	table := phys.Table(t.Root)
	for l := levelPML4; l > LevelPD; l-- {
		e := table[index(virt, l)]
		if e&PTE_P == 0 {
			return false
		}
		table = phys.Table(e & AddrMask)
	}
	return table[index(virt, LevelPD)]&PTE_P != 0
}

// mapPage writes the leaf entry of one page.
func (t *Tables) mapPage(virt, pa uint64, f Flags, level int) Error {
	table, err := t.table(virt, level)
	if err != OK {
		return err
	}
	e := &table[index(virt, level)]
	if *e&PTE_P != 0 {
		return ErrOverlap
	}
	pte := encode(pa, f, level)
	*e = pte
	t.count(pte, level)
	t.flush(virt)
	return OK
}

// MapDevice maps a device's memory at its place in the direct map, which
// covers RAM only, and gives the virtual address.
func (t *Tables) MapDevice(pa, size uint64, m MemType) (uint64, Error) {
	virt := phys.Virt(pa)
	return virt, t.Map(virt, pa, size, Flags{Write: true, Type: m})
}

// anyMapped says whether a page of the range has a translation. It steps over
// what a missing table leaves out.
func (t *Tables) anyMapped(virt, size uint64) bool {
	for at := virt; at-virt < size; {
		if _, level := t.Walk(at); level != 0 {
			return true
		}
		at += Page4K
	}
	return false
}

// leaf gives the entry that translates virt and its level, 0 if there is none.
func (t *Tables) leaf(virt uint64) (*uint64, int) {
	table := phys.Table(t.Root)
	for l := levelPML4; l >= LevelPT; l-- {
		e := &table[index(virt, l)]
		if *e&PTE_P == 0 {
			return nil, 0
		}
		if l == LevelPT || *e&PTE_PS != 0 {
			return e, l
		}
		table = phys.Table(*e & AddrMask)
	}
	return nil, 0
}

// cut splits a large page that reaches over an edge of a range, so that the
// pages of the range are its own. It changes no translation.
func (t *Tables) cut(edge uint64) Error {
	for {
		e, level := t.leaf(edge)
		if level <= LevelPT || edge&(pageBytes(level)-1) == 0 {
			return OK
		}
		if err := t.split(e, edge, level); err != OK {
			return err
		}
	}
}

// cutOut splits the large pages that a range meets in part. What can fail in
// changing a mapped range fails here, before any translation is changed.
func (t *Tables) cutOut(virt, size uint64) Error {
	if err := t.cut(virt); err != OK {
		return err
	}
	return t.cut(virt + size)
}

// split replaces a large page by a table of 512 smaller ones that map the same
// memory in the same way.
func (t *Tables) split(e *uint64, virt uint64, level int) Error {
	pa := t.frames.Alloc()
	if pa == frame.None {
		return ErrNoFrame
	}
	small := pageBytes(level - 1)
	base := *e & AddrMask &^ (pageBytes(level) - 1)
	f := Flags{Write: *e&PTE_RW != 0, Exec: *e&PTE_NX == 0, User: *e&PTE_US != 0, Type: TypeOf(*e, level)}
	table := phys.Table(pa)
	for i := range table {
		table[i] = encode(base+uint64(i)*small, f, level-1)
	}
	*e = pa | PTE_P | PTE_RW | above(virt)
	t.flush(virt)
	return OK
}

// Protect changes what the pages of a mapped range allow and how they are
// cached. Large pages that are met in part are split.
func (t *Tables) Protect(virt, size uint64, f Flags) Error {
	if err := t.checkRange(virt, 0, size); err != OK {
		return err
	}
	if f.Write && f.Exec {
		return ErrWriteAndExec
	}
	for at := virt; at-virt < size; at += Page4K {
		if _, level := t.Walk(at); level == 0 {
			return ErrNotMapped
		}
	}
	if err := t.cutOut(virt, size); err != OK {
		return err
	}
	for at := virt; at-virt < size; {
		e, level := t.leaf(at)
		pte := encode(*e&AddrMask&^(pageBytes(level)-1), f, level)
		*e = pte
		t.flush(at)
		at += pageBytes(level)
	}
	return OK
}

// Unmap takes the translations of a range away. Large pages that are met in
// part are split. A page that has no translation is passed over.
func (t *Tables) Unmap(virt, size uint64) Error {
	if size == 0 {
		return OK
	}
	if err := t.checkRange(virt, 0, size); err != OK {
		return err
	}
	if err := t.cutOut(virt, size); err != OK {
		return err
	}
	for at := virt; at-virt < size; {
		e, level := t.leaf(at)
		if level == 0 {
			at += Page4K
			continue
		}
		*e = 0
		t.flush(at)
		at += pageBytes(level)
	}
	return OK
}
