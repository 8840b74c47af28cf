package selftest

import (
	"pxos/abi"
	"pxos/kernel/arch/amd64"
	"pxos/kernel/bootinfo"
	"pxos/kernel/frame"
	"pxos/kernel/paging"
	"pxos/kernel/phys"
	"pxos/kernel/trap"
)

// Free address space for the paging test: PML4 slot 400.
const (
	testArea  = 0xFFFFC80000000000
	largeArea = testArea + paging.Page2M
)

func (m *Machine) frames() {
	var c check
	var got [64]uint64
	before := m.Frames.Free
	for i := range got {
		got[i] = m.Frames.Alloc()
		c.that(got[i] != frame.None, "no frame could be had")
		c.that(m.isRAM(got[i]), "a frame outside RAM was handed out")
		for j := 0; j < i; j++ {
			if got[j] == got[i] {
				c.that(false, "a frame was handed out twice")
			}
		}
	}
	c.that(m.Frames.Free == before-uint64(len(got)), "the count of free frames is off")
	for i := range got {
		c.that(m.Frames.Release(got[i]), "a frame could not be given back")
	}
	c.that(m.Frames.Free == before, "freed frames were lost")
	c.that(!m.Frames.Release(got[0]), "a double free was not refused")
	c.that(!m.Frames.Release(0), "freeing physical 0 was not refused")
	c.report(abi.TestFrames)
}

func (m *Machine) isRAM(pa uint64) bool {
	ram := false
	for i := 0; i < m.Info.RegionCount; i++ {
		r := &m.Info.Regions[i]
		if pa < r.Base || pa >= r.End() {
			continue
		}
		if r.Kind != bootinfo.KindRAM {
			return false
		}
		ram = true
	}
	return ram
}

func (m *Machine) paging() {
	var c check
	m.mapAndReadBack(&c)
	m.refusals(&c)
	m.splitLargePage(&c)
	m.rights(&c)
	m.deviceTypes(&c)
	c.report(abi.TestPaging)
}

// mapAndReadBack writes through a new mapping and reads by the direct map.
func (m *Machine) mapAndReadBack(c *check) {
	t := m.Tables
	pa := m.Frames.Alloc()
	err := t.Map(testArea, pa, phys.PageBytes, paging.Flags{Write: true})
	c.that(err == paging.OK, "a page could not be mapped")
	c.that(trap.ProbeWrite(testArea+8, 0x5AFEC0DE), "a mapped page cannot be written")
	c.that(*phys.Word(pa + 8) == 0x5AFEC0DE, "a mapped page shows another frame")
	back, ok := t.Translate(testArea + 8)
	c.that(ok && back == pa+8, "the walk disagrees with the processor")
	c.that(t.Protect(testArea, phys.PageBytes, paging.Flags{}) == paging.OK, "a page could not be protected")
	c.that(!trap.ProbeWrite(testArea+8, 1), "a read-only page could be written")
	c.that(t.Unmap(testArea, phys.PageBytes) == paging.OK, "a page could not be unmapped")
	_, ok = trap.ProbeRead(testArea + 8)
	c.that(!ok, "an unmapped page could be read")
	c.that(m.Frames.Release(pa), "the test's frame was lost")
}

// refusals asks for what must be refused.
func (m *Machine) refusals(c *check) {
	t := m.Tables
	rw := paging.Flags{Write: true}
	c.that(t.Map(testArea+1, 0x200000, 4096, rw) == paging.ErrMisaligned, "a misaligned address was mapped")
	c.that(t.Map(testArea, 0x200001, 4096, rw) == paging.ErrMisaligned, "a misaligned frame was mapped")
	c.that(t.Map(testArea, 0x200000, 4095, rw) == paging.ErrMisaligned, "an odd size was mapped")
	c.that(t.Map(testArea, 0x200000, 0, rw) == paging.ErrEmpty, "an empty range was mapped")
	c.that(t.Map(testArea, 1<<52, 4096, rw) == paging.ErrPastMaxPhys, "an address past MAXPHYADDR was mapped")
	c.that(t.Map(0x0000800000000000, 0x200000, 4096, rw) == paging.ErrNonCanonical, "a non-canonical address was mapped")
	c.that(t.Map(phys.Virt(0x200000), 0x200000, 4096, rw) == paging.ErrOverlap, "an overlap was mapped")
	both := paging.Flags{Write: true, Exec: true}
	c.that(t.Map(testArea, 0x200000, 4096, both) == paging.ErrWriteAndExec, "a page both writable and executable was mapped")
	c.that(t.Protect(testArea, 4096, rw) == paging.ErrNotMapped, "an unmapped page was protected")
}

// splitLargePage maps 2 MiB, changes one page of it and looks at the others.
func (m *Machine) splitLargePage(c *check) {
	t := m.Tables
	const pa = 0x200000 // the kernel's own image, read-only here
	c.that(t.Map(largeArea, pa, paging.Page2M, paging.Flags{}) == paging.OK, "a large page could not be mapped")
	_, level := t.Walk(largeArea)
	c.that(level == paging.LevelPD, "2 MiB were not mapped by one entry")
	c.that(t.Unmap(largeArea+paging.Page4K, paging.Page4K) == paging.OK, "a large page could not be split")
	_, level = t.Walk(largeArea + paging.Page4K)
	c.that(level == 0, "the page taken out of a large page is still there")
	back, ok := t.Translate(largeArea + 2*paging.Page4K + 16)
	c.that(ok && back == pa+2*paging.Page4K+16, "splitting a large page moved its neighbours")
	want, ok1 := trap.ProbeRead(phys.Virt(pa + 2*paging.Page4K))
	got, ok2 := trap.ProbeRead(largeArea + 2*paging.Page4K)
	c.that(ok1 && ok2 && want == got, "a split page shows other memory")
	_, ok = trap.ProbeRead(largeArea + paging.Page4K)
	c.that(!ok, "the page taken out of a large page can be read")
	c.that(t.Unmap(largeArea, paging.Page2M) == paging.OK, "a split page could not be unmapped")
}

// rights tries what the kernel must not be able to do to itself.
func (m *Machine) rights(c *check) {
	for i := range m.Segments {
		s := &m.Segments[i]
		if s.Flags&2 == 0 {
			c.that(!trap.ProbeWrite(phys.Virt(s.Start), 0), "a read-only segment of the kernel can be written")
		}
	}
	pa := m.Frames.Alloc()
	phys.Bytes(pa, 1)[0] = 0xC3 // RET
	c.that(!trap.ProbeExec(phys.Virt(pa)), "data can be executed")
	c.that(m.Frames.Release(pa), "the test's frame was lost")
	_, ok := trap.ProbeRead(0)
	c.that(!ok, "address 0 can be read: the identity map is still there")
	_, ok = trap.ProbeRead(m.StackLo - 8)
	c.that(!ok, "the guard page under the stack can be read")
	c.that(amd64.ReadCR3()&paging.AddrMask == m.Tables.Root, "CR3 is not the kernel's table")
}

// deviceTypes reads back how the GPU's BAR is cached.
func (m *Machine) deviceTypes(c *check) {
	if m.GPU.Virt == 0 {
		return
	}
	entry, level := m.Tables.Walk(m.GPU.Virt)
	c.that(level != 0, "BAR0 is not mapped")
	c.that(paging.TypeOf(entry, level) == paging.Uncached, "the registers in BAR0 are mapped cacheable")
	entry, level = m.Tables.Walk(m.GPU.Virt + abi.VRAMAllocBase)
	c.that(level == paging.LevelPD, "VRAM is not mapped by large pages")
	c.that(paging.TypeOf(entry, level) == paging.WriteCombining, "VRAM is not mapped write-combining")
}
