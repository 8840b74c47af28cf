package linux

import (
	"math/bits"

	"pxos/abi"
	"pxos/kernel/gpu"
	"pxos/kernel/phys"
)

// maxPoolExtents bounds the memory of a space: 2 GiB.
const maxPoolExtents = 1024

// keptPages is how many free pages a pool keeps before it gives an empty extent back:
// a program that frees and takes again does not ask the GPU each time.
const keptPages = 4 * extentPages

const extentPages = abi.ExtentBytes / phys.PageBytes

// pool is the memory that the GPU granted to a space, page by page. The GPU is asked
// for an extent when the last page is taken, and told when one is empty that is not
// needed.
type pool struct {
	extents [maxPoolExtents]poolExtent
	count   int
	free    uint64 // pages
	hint    int    // no extent before this one has a free page
}

// poolExtent is 2 MiB of a space, none of it in the kernel's direct map.
type poolExtent struct {
	base, capability uint64
	used             [extentPages / 64]uint64
	taken            uint64 // bits set in used
}

// placeOf says where in its pool an extent is, by its number. An extent is in one pool
// at most.
var placeOf []uint16 // abi.MaxExtents

const poolRights = abi.RightRead | abi.RightWrite | abi.RightExec

// take gives a page of memory, 0 where the space has all that it may have. What is in
// it is not known.
func (p *pool) take(g *gpu.GPU, process uint32) uint64 {
	if p.free == 0 && !p.grow(g, process) {
		return 0
	}
	for ; p.hint < p.count; p.hint++ {
		e := &p.extents[p.hint]
		if e.taken == extentPages {
			continue
		}
		for w := range e.used {
			if e.used[w] == ^uint64(0) {
				continue
			}
			bit := uint64(bits.TrailingZeros64(^e.used[w]))
			e.used[w] |= 1 << bit
			e.taken++
			p.free--
			return e.base + (uint64(w)*64+bit)*phys.PageBytes
		}
	}
	return 0
}

func (p *pool) grow(g *gpu.GPU, process uint32) bool {
	if p.count == maxPoolExtents {
		return false
	}
	r, err := g.System(process, abi.CallExtent, abi.AnyExtent, poolRights, 0)
	if err != gpu.OK {
		return false
	}
	p.extents[p.count] = poolExtent{base: r.Extra, capability: r.Value}
	placeOf[r.Extra/abi.ExtentBytes] = uint16(p.count)
	p.hint = min(p.hint, p.count)
	p.count++
	p.free += extentPages
	return true
}

// give takes a page back.
func (p *pool) give(g *gpu.GPU, process uint32, pa uint64) {
	if pa/abi.ExtentBytes >= abi.MaxExtents {
		return // a device's
	}
	i := int(placeOf[pa/abi.ExtentBytes])
	if i >= p.count || pa-p.extents[i].base >= abi.ExtentBytes {
		return // not a page of this pool
	}
	e := &p.extents[i]
	page := (pa - e.base) / phys.PageBytes
	if e.used[page/64]>>(page%64)&1 == 0 {
		return
	}
	e.used[page/64] &^= 1 << (page % 64)
	e.taken--
	p.free++
	p.hint = min(p.hint, i)
	if e.taken == 0 && p.free > keptPages {
		system.empty = true // given back when no processor can have a translation to it
	}
}

// giveBack has the GPU take the extents that a call has emptied. Every processor has
// dropped what it knew of their pages by then.
func (s *System) giveBack(t *thread) {
	if s.empty && t.space != nil {
		s.empty = false
		t.space.pool.shrink(s.Keeper.GPU, t.space.handle)
	}
}

// shrink gives empty extents back, as long as enough is left.
func (p *pool) shrink(g *gpu.GPU, process uint32) {
	for i := p.count - 1; i >= 0 && p.free > keptPages; i-- {
		e := &p.extents[i]
		if e.taken != 0 {
			continue
		}
		if _, err := g.System(process, abi.CallReturn, e.capability, 0, 0); err != gpu.OK {
			return
		}
		p.count--
		p.free -= extentPages
		*e = p.extents[p.count]
		placeOf[e.base/abi.ExtentBytes] = uint16(i)
		p.hint = 0
	}
}
