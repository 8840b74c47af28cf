package mailbox

import "pxos/abi"

// pages hands out VRAM behind VRAMAllocBase, lowest address first. length[i] is
// the number of pages of the allocation that begins at page i, 0 where none
// begins, and taken marks every page in use.
type pages struct {
	length []uint32
	taken  []bool
	free   int
}

func newPages(vramBytes int) pages {
	n := (vramBytes - abi.VRAMAllocBase) / abi.VRAMPageBytes
	return pages{length: make([]uint32, n), taken: make([]bool, n), free: n}
}

func (p *pages) reset() {
	clear(p.length)
	clear(p.taken)
	p.free = len(p.taken)
}

// find returns the first of n neighbouring free pages.
func (p *pages) find(n int) (first int, ok bool) {
	run := 0
	for i, t := range p.taken {
		if t {
			run = 0
			continue
		}
		if run++; run == n {
			return i - n + 1, true
		}
	}
	return 0, false
}

func (p *pages) take(first, n int) {
	p.length[first] = uint32(n)
	p.free -= n
	for i := range n {
		p.taken[first+i] = true
	}
}

func (p *pages) give(first int) {
	n := int(p.length[first])
	p.length[first] = 0
	p.free += n
	for i := range n {
		p.taken[first+i] = false
	}
}
