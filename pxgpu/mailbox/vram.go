package mailbox

import "pxos/abi"

// page is one page of VRAM: how many pages the allocation has that begins here,
// and whose it is.
type page struct {
	length uint32
	taken  bool
	owner  uint16
}

// covered checks that [at, at+n) is VRAM that a process owns.
func (m *Model) covered(process uint16, at, n uint64) uint32 {
	end := uint64(len(m.vram.bytes))
	if at < abi.VRAMAllocBase || at >= end || n == 0 || n > end-at {
		return abi.ErrArgument
	}
	for p := pageOf(at); p <= pageOf(at+n-1); p++ {
		if !m.pages[p].taken || m.pages[p].owner != process {
			return abi.ErrOwner
		}
	}
	return abi.ErrNone
}

func pageOf(at uint64) uint64 { return (at - abi.VRAMAllocBase) / abi.VRAMPageBytes }

// alloc takes args[0] neighbouring pages, lowest address first, and clears them.
func (m *Model) alloc(r request) result {
	n := r.args[0]
	owner := m.process(r.process)
	switch {
	case n == 0:
		return fail(abi.ErrArgument)
	case n > uint64(owner.pageQuota-owner.pages):
		return fail(abi.ErrQuota)
	case n > uint64(m.pagesFree):
		return fail(abi.ErrNoMemory)
	}
	first, ok := m.findPages(int(n))
	if !ok {
		return fail(abi.ErrNoMemory)
	}
	for i := range int(n) {
		m.pages[first+i] = page{taken: true, owner: r.process}
	}
	m.pages[first].length = uint32(n)
	m.pagesFree -= uint32(n)
	owner.pages += uint32(n)
	at := abi.VRAMAllocBase + first*abi.VRAMPageBytes
	clear(m.vram.bytes[at : at+int(n)*abi.VRAMPageBytes])
	return result{value: uint64(at)}
}

// findPages returns the first of n neighbouring free pages.
func (m *Model) findPages(n int) (first int, ok bool) {
	run := 0
	for i := range m.pages {
		if m.pages[i].taken {
			run = 0
			continue
		}
		if run++; run == n {
			return i - n + 1, true
		}
	}
	return 0, false
}

// release gives back the caller's allocation that begins at byte offset args[0].
func (m *Model) release(r request) result {
	at := r.args[0]
	if at%abi.VRAMPageBytes != 0 {
		return fail(abi.ErrArgument)
	}
	if at < abi.VRAMAllocBase || at >= uint64(len(m.vram.bytes)) || m.pages[pageOf(at)].length == 0 {
		return fail(abi.ErrNotFound)
	}
	first := pageOf(at)
	n := m.pages[first].length
	switch {
	case m.pages[first].owner != r.process:
		return fail(abi.ErrOwner)
	case m.jobUses(at, uint64(n)*abi.VRAMPageBytes):
		return fail(abi.ErrBusy)
	}
	m.freePages(first)
	return result{}
}

// freePages frees the allocation that begins at a page.
func (m *Model) freePages(first uint64) {
	n := m.pages[first].length
	m.process(m.pages[first].owner).pages -= n
	m.pagesFree += n
	clear(m.pages[first : first+uint64(n)])
}
