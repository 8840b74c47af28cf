package linux

import (
	"pxos/abi"
	"pxos/kernel/gpu"
	"pxos/kernel/phys"
)

// maxPoolExtents bounds the memory of a process: 512 MiB.
const maxPoolExtents = 256

// pool is the memory that the GPU granted to a process, page by page. The GPU is
// asked for an extent when the last page is taken, and told when one is empty again.
type pool struct {
	extents [maxPoolExtents]poolExtent
	count   int
	free    uint64 // pages
}

// poolExtent is 2 MiB of a process, none of it in the kernel's direct map.
type poolExtent struct {
	base, capability uint64
	used             [abi.ExtentBytes / phys.PageBytes / 64]uint64
}

const poolRights = abi.RightRead | abi.RightWrite | abi.RightExec

// take gives a page of memory, 0 where the process has all that it may have. What is
// in it is not known.
func (p *pool) take(g *gpu.GPU, process uint32) uint64 {
	if p.free == 0 && !p.grow(g, process) {
		return 0
	}
	for i := 0; i < p.count; i++ {
		e := &p.extents[i]
		for w := range e.used {
			if e.used[w] == ^uint64(0) {
				continue
			}
			bit := uint64(0)
			for e.used[w]>>bit&1 != 0 {
				bit++
			}
			e.used[w] |= 1 << bit
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
	p.count++
	p.free += abi.ExtentBytes / phys.PageBytes
	return true
}

// give takes a page back.
func (p *pool) give(pa uint64) {
	for i := 0; i < p.count; i++ {
		e := &p.extents[i]
		if pa-e.base < abi.ExtentBytes {
			page := (pa - e.base) / phys.PageBytes
			e.used[page/64] &^= 1 << (page % 64)
			p.free++
			return
		}
	}
}
