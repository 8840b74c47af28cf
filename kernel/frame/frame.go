// Package frame hands out 4 KiB frames of physical memory that the GPU granted.
//
// It may import abi, bootinfo and phys. Two bits stand for each frame of what was
// added: one is set for a frame that is used or is no RAM, the other for a frame
// that Alloc gave out. Invariant: a frame is handed out at most once until it is
// freed, and what Alloc did not give out can never be freed: holes, the kernel's
// image and device memory stay out for ever. What was not added stays out too: at
// the start there is the boot extent alone.
package frame

import (
	"pxos/abi"
	"pxos/kernel/bootinfo"
	"pxos/kernel/phys"
)

// None is what Alloc returns when there is no frame: physical 0 is never free.
const None = 0

// reservedLow keeps the first MiB (firmware data, option ROMs, start-up code
// of further processors) out of the allocator.
const reservedLow = 1 << 20

// maxUsed bounds the extents that must not be handed out.
const maxUsed = 16

// A group is the frames whose bits fill one frame: half of it says which are used,
// the other half which were given out.
const (
	groupFrames = phys.PageBytes * 8 / 2
	groupWords  = groupFrames / 64
	maxGroups   = abi.MaxExtents * (abi.ExtentBytes / phys.PageBytes) / groupFrames
)

// Allocator is the bitmaps and their counters.
type Allocator struct {
	in     *bootinfo.Info
	keep   [maxUsed]Extent
	groups [maxGroups]uint64 // where the bits of a group are; 0: nothing of it was added
	limit  uint64            // number of frames up to the end of RAM
	next   uint64            // where the next search starts
	Total  uint64            // frames of RAM
	Free   uint64            // frames that can be had now
}

// Extent is a range of physical memory.
type Extent struct{ Start, End uint64 }

// Init takes the memory map and what must not be handed out, and adds what is left
// of the boot extent.
func (a *Allocator) Init(in *bootinfo.Info, used []Extent, boot Extent) bool {
	if len(used) > maxUsed {
		return false
	}
	*a = Allocator{in: in}
	copy(a.keep[:], used)
	for i := 0; i < in.RegionCount; i++ {
		if r := &in.Regions[i]; r.Kind == bootinfo.KindRAM {
			a.limit = max(a.limit, r.End()/phys.PageBytes)
			if first, end := (r.Base+phys.PageBytes-1)/phys.PageBytes, r.End()/phys.PageBytes; end > first {
				a.Total += end - first
			}
		}
	}
	a.limit = min(a.limit, maxGroups*groupFrames)
	a.next = max(reservedLow, boot.Start) / phys.PageBytes
	return a.Add(boot) && a.Free > 0
}

// Add makes the frames of RAM in a range that was granted ones that can be had. A
// range must not be added twice. It is false where there is no frame for the bits.
func (a *Allocator) Add(e Extent) bool {
	if e.Start/phys.PageBytes >= a.limit {
		return true
	}
	last := min((e.End-1)/phys.PageBytes, a.limit-1) / groupFrames
	for g := e.Start / phys.PageBytes / groupFrames; g <= last; g++ {
		if a.groups[g] == 0 && !a.open(g, e) {
			return false
		}
	}
	for i := 0; i < a.in.RegionCount; i++ {
		if r := &a.in.Regions[i]; r.Kind == bootinfo.KindRAM {
			a.release(max(r.Base, e.Start), min(r.End(), e.End))
		}
	}
	// Where regions overlap, what is not RAM wins.
	for i := 0; i < a.in.RegionCount; i++ {
		if r := &a.in.Regions[i]; r.Kind != bootinfo.KindRAM {
			a.Reserve(max(r.Base, e.Start), min(r.End(), e.End))
		}
	}
	a.Reserve(e.Start, min(reservedLow, e.End))
	for i := range a.keep {
		a.Reserve(max(a.keep[i].Start, e.Start), min(a.keep[i].End, e.End))
	}
	for g := range a.groups {
		if at := a.groups[g]; at >= e.Start && at < e.End {
			a.Reserve(at, at+phys.PageBytes)
		}
	}
	return true
}

// open finds a frame for the bits of a group: a free one, or one of what is added.
func (a *Allocator) open(g uint64, e Extent) bool {
	at := a.Alloc()
	if at == None {
		var ok bool
		if at, ok = place(a.in, a.keep[:], phys.PageBytes, e); !ok {
			return false
		}
		phys.Clear(at, phys.PageBytes)
	}
	words := phys.Words(at, groupWords)
	for i := range words {
		words[i] = ^uint64(0)
	}
	a.groups[g] = at
	return true
}

// place finds room for the bitmaps.
func place(in *bootinfo.Info, used []Extent, size uint64, boot Extent) (uint64, bool) {
	for i := 0; i < in.RegionCount; i++ {
		r := &in.Regions[i]
		if r.Kind != bootinfo.KindRAM {
			continue
		}
		at := max(r.Base, reservedLow, boot.Start)
		at = (at + phys.PageBytes - 1) &^ (phys.PageBytes - 1)
		for at+size <= min(r.End(), boot.End) {
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
			*a.bits(f, 0) &^= 1 << (f % 64)
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

// bits is the word that holds a frame's bit, in one of the two halves of a group
// that is there.
func (a *Allocator) bits(f, half uint64) *uint64 {
	return phys.Word(a.groups[f/groupFrames] + (half*groupWords+f%groupFrames/64)*8)
}

// used is also true of what was never added.
func (a *Allocator) used(f uint64) bool {
	return a.groups[f/groupFrames] == 0 || *a.bits(f, 0)&(1<<(f%64)) != 0
}

func (a *Allocator) take(f uint64) {
	*a.bits(f, 0) |= 1 << (f % 64)
	a.Free--
}

// Alloc gives one frame, cleared, or None.
func (a *Allocator) Alloc() uint64 {
	if a.Free == 0 {
		return None
	}
	for n := uint64(0); n < a.limit; n++ {
		f := a.next + n
		if f >= a.limit {
			f -= a.limit
		}
		if f%64 == 0 && n+64 < a.limit && (a.groups[f/groupFrames] == 0 || *a.bits(f, 0) == ^uint64(0)) {
			n += 63
			continue
		}
		if !a.used(f) {
			a.take(f)
			*a.bits(f, 1) |= 1 << (f % 64)
			a.next = f + 1
			phys.Clear(f*phys.PageBytes, phys.PageBytes)
			return f * phys.PageBytes
		}
	}
	return None
}

// AllocRun gives n frames in a row, cleared, or None. Each is released by itself.
func (a *Allocator) AllocRun(n uint64) uint64 {
	for f, run := uint64(0), uint64(0); f < a.limit && a.Free >= n && n > 0; f++ {
		if f%64 == 0 && run == 0 && (a.groups[f/groupFrames] == 0 || *a.bits(f, 0) == ^uint64(0)) {
			f += 63
			continue
		}
		if run++; a.used(f) {
			run = 0
		}
		if run < n {
			continue
		}
		first := f + 1 - n
		for k := first; k <= f; k++ {
			a.take(k)
			*a.bits(k, 1) |= 1 << (k % 64)
		}
		phys.Clear(first*phys.PageBytes, int(n*phys.PageBytes))
		return first * phys.PageBytes
	}
	return None
}

// Release gives a frame back. It says no to an address that is not a frame that
// Alloc gave out: a double free, or the release of what never was ours, is found
// here, not later.
func (a *Allocator) Release(pa uint64) bool {
	f := pa / phys.PageBytes
	if pa%phys.PageBytes != 0 || f >= a.limit || a.groups[f/groupFrames] == 0 || *a.bits(f, 1)&(1<<(f%64)) == 0 {
		return false
	}
	*a.bits(f, 1) &^= 1 << (f % 64)
	*a.bits(f, 0) &^= 1 << (f % 64)
	a.Free++
	return true
}
