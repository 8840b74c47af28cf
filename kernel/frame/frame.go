// Package frame hands out 4 KiB frames of physical memory.
//
// It may import bootinfo and phys. Two bits stand for each frame up to the end
// of RAM: one is set for a frame that is used or is no RAM, the other for a frame
// that Alloc gave out. Invariant: a frame is handed out at most once until it is
// freed, and what Alloc did not give out can never be freed: holes, the kernel's
// image and device memory stay out for ever.
package frame

import (
	"pxos/kernel/bootinfo"
	"pxos/kernel/phys"
)

// None is what Alloc returns when there is no frame: physical 0 is never free.
const None = 0

// reservedLow keeps the first MiB (firmware data, option ROMs, start-up code
// of further processors) out of the allocator.
const reservedLow = 1 << 20

// Allocator is the bitmaps and their counters.
type Allocator struct {
	bitmap []uint64 // used, or no RAM
	given  []uint64 // handed out by Alloc
	limit  uint64   // number of frames that the bitmap covers
	next   uint64   // where the next search starts
	Total  uint64   // frames of RAM
	Free   uint64   // frames that can be had now
}

// Extent is a range of physical memory that must not be handed out.
type Extent struct{ Start, End uint64 }

// Init builds the bitmaps from the memory map. They themselves are placed in RAM
// below ceiling (what the boot page tables reach) outside the used extents.
func (a *Allocator) Init(in *bootinfo.Info, used []Extent, ceiling uint64) bool {
	end := uint64(0)
	for i := 0; i < in.RegionCount; i++ {
		if r := &in.Regions[i]; r.Kind == bootinfo.KindRAM && r.End() > end {
			end = r.End()
		}
	}
	a.limit = end / phys.PageBytes
	words := (a.limit + 63) / 64
	at, ok := place(in, used, words*16, ceiling)
	if !ok {
		return false
	}
	a.bitmap = phys.Words(at, int(words))
	a.given = phys.Words(at+words*8, int(words))
	for i := range a.bitmap {
		a.bitmap[i] = ^uint64(0)
		a.given[i] = 0
	}
	a.Total, a.Free = 0, 0
	for i := 0; i < in.RegionCount; i++ {
		if r := &in.Regions[i]; r.Kind == bootinfo.KindRAM {
			a.release(r.Base, r.End())
		}
	}
	a.Total = a.Free
	// Where regions overlap, what is not RAM wins.
	for i := 0; i < in.RegionCount; i++ {
		if r := &in.Regions[i]; r.Kind != bootinfo.KindRAM {
			a.Reserve(r.Base, r.End())
		}
	}
	a.Reserve(0, reservedLow)
	a.Reserve(at, at+words*16)
	for i := range used {
		a.Reserve(used[i].Start, used[i].End)
	}
	a.next = reservedLow / phys.PageBytes
	return a.Free > 0
}

// place finds room for the bitmaps.
func place(in *bootinfo.Info, used []Extent, size, ceiling uint64) (uint64, bool) {
	for i := 0; i < in.RegionCount; i++ {
		r := &in.Regions[i]
		if r.Kind != bootinfo.KindRAM {
			continue
		}
		at := max(r.Base, reservedLow)
		at = (at + phys.PageBytes - 1) &^ (phys.PageBytes - 1)
		for at+size <= min(r.End(), ceiling) {
			hit := overlap(used, at, at+size)
			if hit == 0 {
				return at, true
			}
			at = (hit + phys.PageBytes - 1) &^ (phys.PageBytes - 1)
		}
	}
	return 0, false
}

// overlap gives the end of an extent that meets [start, end), or 0.
func overlap(used []Extent, start, end uint64) uint64 {
	for i := range used {
		if used[i].Start < end && start < used[i].End {
			return used[i].End
		}
	}
	return 0
}

// release marks whole frames inside [start, end) as free.
func (a *Allocator) release(start, end uint64) {
	first := (start + phys.PageBytes - 1) / phys.PageBytes
	for f := first; f < end/phys.PageBytes && f < a.limit; f++ {
		if a.used(f) {
			a.bitmap[f/64] &^= 1 << (f % 64)
			a.Free++
		}
	}
}

// Reserve takes every frame that touches [start, end) out of the allocator.
func (a *Allocator) Reserve(start, end uint64) {
	if end <= start {
		return
	}
	last := (end - 1) / phys.PageBytes // end itself may be the end of all addresses
	for f := start / phys.PageBytes; f <= last && f < a.limit; f++ {
		if !a.used(f) {
			a.take(f)
		}
	}
}

func (a *Allocator) used(f uint64) bool { return a.bitmap[f/64]&(1<<(f%64)) != 0 }

func (a *Allocator) take(f uint64) {
	a.bitmap[f/64] |= 1 << (f % 64)
	a.Free--
}

// Alloc gives one frame, cleared, or None.
func (a *Allocator) Alloc() uint64 {
	for n := uint64(0); n < a.limit; n++ {
		f := a.next + n
		if f >= a.limit {
			f -= a.limit
		}
		if f%64 == 0 && a.bitmap[f/64] == ^uint64(0) && n+64 < a.limit {
			n += 63
			continue
		}
		if !a.used(f) {
			a.take(f)
			a.given[f/64] |= 1 << (f % 64)
			a.next = f + 1
			phys.Clear(f*phys.PageBytes, phys.PageBytes)
			return f * phys.PageBytes
		}
	}
	return None
}

// Release gives a frame back. It says no to an address that is not a frame that
// Alloc gave out: a double free, or the release of what never was ours, is found
// here, not later.
func (a *Allocator) Release(pa uint64) bool {
	f := pa / phys.PageBytes
	if pa%phys.PageBytes != 0 || f >= a.limit || a.given[f/64]&(1<<(f%64)) == 0 {
		return false
	}
	a.given[f/64] &^= 1 << (f % 64)
	a.bitmap[f/64] &^= 1 << (f % 64)
	a.Free++
	return true
}
