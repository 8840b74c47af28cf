package paging

import (
	"math/rand/v2"
	"testing"

	"pxos/kernel/bootinfo"
	"pxos/kernel/frame"
	"pxos/kernel/phys"
	"pxos/tests/arena"
)

// TestKernelSpaceAgainstOracle builds the kernel's own view of random memory
// maps and looks at every page of it.
func TestKernelSpaceAgainstOracle(t *testing.T) {
	arena.New(t, arenaBytes)
	r := rand.New(rand.NewPCG(9, 9))
	const end = 24 << 20
	for range 30 {
		in := &bootinfo.Info{}
		// The first MiB as firmware has it, then regions without overlap.
		add := func(base, length uint64, kind uint32) {
			in.Regions[in.RegionCount] = bootinfo.Region{Base: base, Length: length, Kind: kind}
			in.RegionCount++
		}
		add(0, 0x9FC00, bootinfo.KindRAM)
		add(0x9FC00, 0x400, bootinfo.KindReserved)
		for at := uint64(1 << 20); at < end; {
			length := min(Page4K*(1+r.Uint64N(2048)), end-at)
			if at == 1<<20 {
				length = 6 << 20 // room for the kernel
			}
			if kind := uint32(r.IntN(5)); kind != 0 {
				add(at, length, kind)
			} else if at == 1<<20 {
				add(at, length, bootinfo.KindRAM)
			}
			at += length
		}
		segments := []Segment{
			{2 << 20, 2<<20 + 40*Page4K, 4 | pfX}, {2<<20 + 40*Page4K, 2<<20 + 60*Page4K, 4}, {4 << 20, 4<<20 + 700*Page4K, 4 | pfW},
		}
		tables := fresh(t, 0)
		granted := frame.Extent{Start: 0, End: Page2M * (2 + r.Uint64N(end/Page2M-1))}
		if err := tables.BuildKernelSpace(in, segments, granted); err != OK {
			t.Fatal(err)
		}
		for pa := uint64(0); pa < end+4*Page4K; pa += Page4K {
			lookAtKernelPage(t, tables, in, segments, granted, pa)
		}
	}
}

// lookAtKernelPage holds one page against the memory map and the segments.
func lookAtKernelPage(t *testing.T, tables *Tables, in *bootinfo.Info, segments []Segment, granted frame.Extent, pa uint64) {
	t.Helper()
	var want *Flags
	for _, g := range in.Regions[:in.RegionCount] {
		if g.Base >= pa+Page4K || pa >= g.End() {
			continue
		}
		if g.Kind == bootinfo.KindRAM && pa < granted.End {
			want = &Flags{Write: true}
		}
	}
	for _, s := range segments {
		if s.Start <= pa && pa < s.End {
			want = &Flags{Write: s.Flags&pfW != 0, Exec: s.Flags&pfX != 0}
		}
	}
	if pa >= 0xE0000 && pa < 0x100000 {
		want = &Flags{}
	}
	e, level := tables.Walk(phys.Virt(pa))
	if (level != 0) != (want != nil) {
		t.Fatalf("physical %#x is mapped at level %d; wanted %+v", pa, level, want)
	}
	if want == nil {
		return
	}
	got := Flags{Write: e&PTE_RW != 0, Exec: e&PTE_NX == 0, Type: TypeOf(e, level)}
	if back, _ := tables.Translate(phys.Virt(pa) + 8); got != *want || back != pa+8 || e&PTE_US != 0 {
		t.Fatalf("physical %#x: %+v at %#x, entry %#x; wanted %+v", pa, got, back, e, *want)
	}
}

func TestMapPlatform(t *testing.T) {
	arena.New(t, arenaBytes)
	tables := fresh(t, 0)
	virt, err := tables.MapPlatform(0xFEE00000, Page4K, Flags{Write: true, Type: Uncached})
	if err != OK || virt != phys.Virt(0xFEE00000) {
		t.Fatalf("%#x, %v", virt, err)
	}
	if e, level := tables.Walk(virt); level != LevelPT || TypeOf(e, level) != Uncached || e&PTE_NX == 0 {
		t.Errorf("entry %#x at level %d", e, level)
	}
	for _, c := range []struct {
		pa, size uint64
		want     Error
	}{{0x1001, Page4K, ErrMisaligned}, {0x1000, 0, ErrEmpty}, {maxPhysical, Page4K, ErrPastMaxPhys}, {^uint64(0) - 0xFFF, 2 * Page4K, ErrEmpty}} {
		if _, err := tables.MapPlatform(c.pa, c.size, Flags{}); err != c.want {
			t.Errorf("%#x, %#x bytes: %q, want %q", c.pa, c.size, err, c.want)
		}
	}
}

func TestWordsForErrors(t *testing.T) {
	seen := map[string]Error{}
	for e := OK; e <= ErrWriteAndExec; e++ {
		if s := e.String(); s == "unknown" || s == "" {
			t.Errorf("error %d has no words", e)
		} else if other, dup := seen[s]; dup {
			t.Errorf("errors %d and %d have the same words", e, other)
		}
		seen[e.String()] = e
	}
}

// TestMapFile shows a file that begins and ends inside extents, over pages of which one
// is shown already: that one stays, the rest can be read and no more.
func TestMapFile(t *testing.T) {
	arena.New(t, arenaBytes)
	tables := fresh(t, 0)
	const base, size = 5*Page2M - 3*Page4K + 100, 4*Page2M + 5*Page4K
	const shown = 7*Page2M + 9*Page4K
	if _, err := tables.MapPlatform(shown, Page4K, Flags{Write: true}); err != OK {
		t.Fatal(err)
	}
	if err := tables.MapFile(base, size); err != OK {
		t.Fatal(err)
	}
	const first, end = base &^ (Page4K - 1), (base + size + Page4K - 1) &^ (Page4K - 1)
	for pa := uint64(first - Page4K); pa < end+Page4K; pa += Page4K {
		entry, level := tables.Walk(phys.Virt(pa))
		inside := pa >= first && pa < end
		want := 0
		switch {
		case inside && pa&^(Page2M-1) == shown&^(Page2M-1) || inside && (pa < 5*Page2M || pa >= 9*Page2M):
			want = LevelPT
		case inside:
			want = LevelPD
		}
		if level != want {
			t.Fatalf("%#x is shown by level %d, want %d", pa, level, want)
		}
		if inside && (entry&PTE_NX == 0 || entry&PTE_RW != 0 != (pa == shown)) {
			t.Fatalf("%#x is shown as %#x", pa, entry)
		}
	}
}
