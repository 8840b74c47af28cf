package paging

import (
	"pxos/kernel/bootinfo"
	"pxos/kernel/frame"
	"pxos/kernel/phys"
)

// Segment is a part of the kernel's image, as the ELF program header has it.
type Segment struct {
	Start, End uint64 // physical
	Flags      uint64 // PF_X 1, PF_W 2, PF_R 4
}

// ELF program header flags, System V ABI, figure 5-3.
const (
	pfX = 1
	pfW = 2
)

// BuildKernelSpace fills fresh tables with the kernel's own view at the start: the
// boot extent's RAM in the direct map, writable and never executable, and the
// kernel's image in its place there with the rights of its segments. There is
// nothing to refuse yet, so whole runs of entries are written. Further extents come
// when the GPU grants them, devices by Map.
func (t *Tables) BuildKernelSpace(in *bootinfo.Info, segments []Segment, boot frame.Extent) Error {
	if err := t.AddRAM(in, segments, boot); err != OK {
		return err
	}
	for i := range segments {
		s := &segments[i]
		f := Flags{Write: s.Flags&pfW != 0, Exec: s.Flags&pfX != 0}
		if err := t.fillSmall(s.Start, s.End, f); err != OK {
			return err
		}
	}
	// The firmware's area, for ACPI's root pointer.
	return t.fillSmall(0xE0000, 0x100000, Flags{})
}

// AddRAM adds the RAM of a range that was granted to the direct map.
func (t *Tables) AddRAM(in *bootinfo.Info, segments []Segment, e frame.Extent) Error {
	for i := 0; i < in.RegionCount; i++ {
		r := &in.Regions[i]
		start, end := max(r.Base, e.Start), min(r.End(), e.End)
		if r.Kind != bootinfo.KindRAM || start >= end {
			continue
		}
		if err := t.fill(start, end, Flags{Write: true}, segments); err != OK {
			return err
		}
	}
	return OK
}

// fill maps [start, end) of physical memory in the direct map, with 2 MiB
// pages where no segment of the kernel needs other rights. Parts of pages at
// the edges are mapped whole: a page is the smallest thing there is.
func (t *Tables) fill(start, end uint64, f Flags, segments []Segment) Error {
	at := start &^ (Page4K - 1)
	for at < end {
		if at&(Page2M-1) == 0 && end-at >= Page2M && !touches(segments, at, at+Page2M) {
			table, err := t.table(phys.Virt(at), LevelPD)
			if err != OK {
				return err
			}
			table[index(phys.Virt(at), LevelPD)] = encode(at, f, LevelPD)
			at += Page2M
			continue
		}
		if err := t.fillSmall(at, at+Page4K, f); err != OK {
			return err
		}
		at += Page4K
	}
	return OK
}

// fillSmall maps 4 KiB pages of the direct map over whatever fill left there.
func (t *Tables) fillSmall(start, end uint64, f Flags) Error {
	for at := start &^ (Page4K - 1); at < end; at += Page4K {
		if err := t.fillPage(phys.Virt(at), at, f); err != OK {
			return err
		}
	}
	return OK
}

// fillPage writes the entry of one 4 KiB page, whatever was there.
func (t *Tables) fillPage(virt, pa uint64, f Flags) Error {
	table, err := t.table(virt, LevelPT)
	if err != OK {
		return err
	}
	table[index(virt, LevelPT)] = encode(pa, f, LevelPT)
	return OK
}

// MapPlatform adds registers or tables whose place the processor or the
// firmware tells (local APIC, ECAM, ACPI) to the direct map. What PCI devices
// claim in their BARs goes through Map, which checks it.
func (t *Tables) MapPlatform(pa, size uint64, f Flags) (uint64, Error) {
	if err := t.checkRange(phys.Virt(pa), pa, size); err != OK {
		return 0, err
	}
	if t.anyMapped(phys.Virt(pa), size) {
		return 0, ErrOverlap // firmware that points at RAM must not remap the kernel
	}
	return phys.Virt(pa), t.fill(pa, pa+size, f, nil)
}

// MapFile shows [pa, pa+size) of RAM in the direct map for reading, in 2 MiB pages where
// nothing stands in their way. What is shown already stays as it is.
func (t *Tables) MapFile(pa, size uint64) Error {
	start := pa &^ (Page4K - 1)
	end := (pa + size + Page4K - 1) &^ (Page4K - 1)
	if err := t.checkRange(phys.Virt(start), start, end-start); err != OK {
		return err
	}
	for at := start; at < end; {
		step := uint64(Page4K)
		if _, level := t.Walk(phys.Virt(at)); level == 0 {
			if at&(Page2M-1) == 0 && end-at >= Page2M && !t.hasTable(phys.Virt(at)) {
				step = Page2M
			}
			if err := t.fill(at, at+step, Flags{}, nil); err != OK {
				return err
			}
		}
		at += step
	}
	return OK
}

// touches says whether a segment meets [start, end).
func touches(segments []Segment, start, end uint64) bool {
	for i := range segments {
		if segments[i].Start < end && start < segments[i].End {
			return true
		}
	}
	return false
}
