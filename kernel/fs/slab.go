package fs

import (
	"pxos/kernel/frame"
	"pxos/kernel/phys"
)

// ref names an inode, an entry or a slab's page: its physical address in units of
// 64 bytes. 0 is none. Half the size of an address matters where there are tens of
// thousands of entries; memory above 256 GiB cannot be named and is not used.
type ref uint32

const unit = 64

// pageRefs is how many units a page has: the ref of a slot's page is the slot's
// without the low bits.
const pageRefs = pageBytes / unit

func (r ref) address() uint64 { return uint64(r) * unit }

// slab hands out slots of one size in pages. A page without a used slot is given
// back at once. Slots move never.
type slab struct {
	slot uint64 // bytes, a multiple of unit
	open ref    // first of the pages that have a free slot
	live uint64 // slots in use
}

// slabPage is the first unit of a slab's page.
type slabPage struct {
	next, prev ref    // pages with a free slot
	free       ref    // slots that were given back, each with the next in its first word
	used       uint32 // slots
	fresh      uint32 // slots that were handed out at least once
}

func (a *slab) capacity() uint32 { return uint32((pageBytes - unit) / a.slot) }

// take gives a slot, cleared, or 0.
func (s *System) take(a *slab) ref {
	if a.open == 0 {
		pa := s.page()
		if pa == frame.None {
			return 0
		}
		if pa/unit > uint64(^ref(0)) {
			s.release(pa)
			return 0
		}
		a.open = ref(pa / unit)
	}
	page := a.open
	p := pageAt(page.address())
	r := p.free
	if r != 0 {
		p.free = ref(*phys.Word(r.address()))
	} else {
		r = page + ref((unit+uint64(p.fresh)*a.slot)/unit)
		p.fresh++
	}
	phys.Clear(r.address(), int(a.slot))
	p.used++
	a.live++
	if p.used == a.capacity() {
		a.unlink(page)
	}
	return r
}

// give takes a slot back.
func (s *System) give(a *slab, r ref) {
	page := r &^ (pageRefs - 1)
	p := pageAt(page.address())
	if p.used == a.capacity() {
		if p.next = a.open; p.next != 0 {
			pageAt(p.next.address()).prev = page
		}
		p.prev, a.open = 0, page
	}
	p.used--
	a.live--
	if p.used == 0 {
		a.unlink(page)
		s.release(page.address())
		return
	}
	*phys.Word(r.address()) = uint64(p.free)
	p.free = r
}

// unlink takes a page out of those that have a free slot.
func (a *slab) unlink(page ref) {
	p := pageAt(page.address())
	if p.prev == 0 {
		a.open = p.next
	} else {
		pageAt(p.prev.address()).next = p.next
	}
	if p.next != 0 {
		pageAt(p.next.address()).prev = p.prev
	}
	p.next, p.prev = 0, 0
}
