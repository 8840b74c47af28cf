package paging

import (
	"pxos/kernel/arch/amd64"
	"pxos/kernel/frame"
	"pxos/kernel/phys"
)

// kernelHalf is the first slot of the root that is the kernel's in every space.
const kernelHalf = 256

// NewSpace makes the address space of a process: an empty user half, and the
// kernel's half of k. Tables that k gets for new slots of its root later are not
// seen; the kernel fills all of its slots while it starts.
func (t *Tables) NewSpace(k *Tables) Error {
	root := k.frames.Alloc()
	if root == frame.None {
		return ErrNoFrame
	}
	*t = Tables{Root: root, frames: k.frames, maxPhysical: k.maxPhysical}
	own, kernel := phys.Table(root), phys.Table(k.Root)
	copy(own[kernelHalf:], kernel[kernelHalf:])
	return OK
}

// Reload drops every translation that the processor keeps and that is not global:
// those of user halves.
func (t *Tables) Reload() { amd64.WriteCR3(t.Root) }

// Enter makes the space the processor's; changes are flushed one by one from then
// on, until Reload of another.
func (t *Tables) Enter() {
	t.live = true
	amd64.WriteCR3(t.Root)
}

// Skip is the next address after a page without a translation at which there may be
// one: it steps over what a missing table leaves out.
func (t *Tables) Skip(virt uint64) uint64 {
	table := phys.Table(t.Root)
	for l := levelPML4; l > LevelPT; l-- {
		e := table[index(virt, l)]
		if e&PTE_P == 0 || e&PTE_PS != 0 {
			return (virt | (pageBytes(l) - 1)) + 1
		}
		table = phys.Table(e & AddrMask)
	}
	return virt + Page4K
}

// Hide takes the translation of a small page away and keeps its frame in the entry,
// where Hidden and Show find it.
func (t *Tables) Hide(virt uint64) {
	if e, level := t.leaf(virt); level == LevelPT {
		*e &^= PTE_P
		t.flush(virt)
	}
}

// Hidden gives the frame of a page that was hidden.
func (t *Tables) Hidden(virt uint64) (pa uint64, ok bool) {
	entry, level := t.Walk(virt)
	return entry & AddrMask, level == 0 && entry != 0
}

// Show gives a hidden page its translation back, with other rights.
func (t *Tables) Show(virt, pa uint64, f Flags) Error {
	table, err := t.table(virt, LevelPT)
	if err == OK {
		table[index(virt, LevelPT)] = encode(pa, f, LevelPT)
	}
	return err
}

// Forsake empties the entry of a hidden page.
func (t *Tables) Forsake(virt uint64) {
	if table, err := t.table(virt, LevelPT); err == OK {
		table[index(virt, LevelPT)] = 0
	}
}

// Drop takes everything out of a space's user half and frees its tables. The caller
// makes sure that no processor uses it any more.
func (t *Tables) Drop() {
	root := phys.Table(t.Root)
	for i := 0; i < kernelHalf; i++ {
		if root[i]&PTE_P != 0 {
			t.dropTable(root[i]&AddrMask, levelPML4-1)
			root[i] = 0
		}
	}
}

// dropTable frees a table and those beneath it, down to level 1. It calls itself at
// most twice.
func (t *Tables) dropTable(pa uint64, level int) {
	if level > LevelPT {
		table := phys.Table(pa)
		for i := range table {
			if e := table[i]; e&PTE_P != 0 && e&PTE_PS == 0 {
				t.dropTable(e&AddrMask, level-1)
			}
		}
	}
	t.frames.Release(pa)
}

// Free gives the root back, after Drop.
func (t *Tables) Free() {
	t.frames.Release(t.Root)
	t.Root = 0
}

// Forget takes out of the user half every page that shows memory of [pa, pa+size).
// It looks at all of them: nobody keeps where an object was mapped.
func (t *Tables) Forget(pa, size uint64) {
	root := phys.Table(t.Root)
	for i := 0; i < kernelHalf; i++ {
		if root[i]&PTE_P != 0 {
			forget(root[i]&AddrMask, levelPML4-1, pa, size)
		}
	}
}

// forget looks through a table and those beneath it. Large pages are no larger than
// the objects, and lie in one.
func forget(table uint64, level int, pa, size uint64) {
	entries := phys.Table(table)
	for i := range entries {
		e := entries[i]
		switch {
		case e&PTE_P == 0:
		case level > LevelPT && e&PTE_PS == 0:
			forget(e&AddrMask, level-1, pa, size)
		case e&AddrMask&^(pageBytes(level)-1)-pa < size:
			entries[i] = 0
		}
	}
}
