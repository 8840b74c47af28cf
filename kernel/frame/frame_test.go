package frame

import (
	"math/rand/v2"
	"testing"

	"pxos/kernel/bootinfo"
	"pxos/kernel/phys"
	"pxos/tests/arena"
)

const arenaBytes = 16 << 20

// memoryMap makes a map of 1 to 12 regions that may overlap, be odd in size and
// leave holes, as real firmware's do.
func memoryMap(r *rand.Rand) *bootinfo.Info {
	in := &bootinfo.Info{}
	kinds := []uint32{bootinfo.KindRAM, bootinfo.KindRAM, bootinfo.KindRAM, bootinfo.KindReserved, bootinfo.KindACPI, bootinfo.KindBad}
	for range 1 + r.IntN(12) {
		base := r.Uint64N(arenaBytes)
		size := 1 + r.Uint64N(4<<20)
		if r.IntN(2) == 0 {
			base, size = base&^0xFFF, (size+0xFFF)&^0xFFF
		}
		in.Regions[in.RegionCount] = bootinfo.Region{Base: base, Length: min(size, arenaBytes-base), Kind: kinds[r.IntN(len(kinds))]}
		in.RegionCount++
	}
	return in
}

func extents(r *rand.Rand) []Extent {
	var out []Extent
	for range r.IntN(5) {
		start := r.Uint64N(arenaBytes)
		out = append(out, Extent{start, start + 1 + r.Uint64N(1<<20)})
	}
	return out
}

// slowFree is the oracle: every frame on its own, held against every region.
func slowFree(in *bootinfo.Info, used []Extent) map[uint64]bool {
	out := map[uint64]bool{}
	for pa := uint64(reservedLow); pa < arenaBytes; pa += phys.PageBytes {
		ram, other := false, false
		for _, g := range in.Regions[:in.RegionCount] {
			if g.Kind == bootinfo.KindRAM {
				ram = ram || g.Base <= pa && pa+phys.PageBytes <= g.End()
			} else {
				other = other || g.Base < pa+phys.PageBytes && pa < g.End()
			}
		}
		for _, u := range used {
			other = other || u.Start < pa+phys.PageBytes && pa < u.End
		}
		if ram && !other {
			out[pa] = true
		}
	}
	return out
}

func TestAllocatorAgainstOracle(t *testing.T) {
	memory := arena.New(t, arenaBytes)
	r := rand.New(rand.NewPCG(1, 1))
	worked := 0
	for round := range 400 {
		in, used := memoryMap(r), extents(r)
		want := slowFree(in, used)
		var a Allocator
		if !a.Init(in, used, Extent{0, arenaBytes}) {
			continue
		}
		worked++
		for _, at := range a.groups {
			delete(want, at)
		}
		if a.Free != uint64(len(want)) {
			t.Fatalf("round %d: %d frames are free, %d by the oracle", round, a.Free, len(want))
		}
		got := map[uint64]bool{}
		var list []uint64
		for pa := a.Alloc(); pa != None; pa = a.Alloc() {
			if !want[pa] || got[pa] {
				t.Fatalf("round %d: %#x was handed out; free %v, given before %v", round, pa, want[pa], got[pa])
			}
			if memory[pa] != 0 || memory[pa+phys.PageBytes-1] != 0 {
				t.Fatalf("round %d: frame %#x was handed out with something in it", round, pa)
			}
			memory[pa], memory[pa+phys.PageBytes-1] = 0xEE, 0xEE
			got[pa], list = true, append(list, pa)
		}
		if len(got) != len(want) || a.Free != 0 {
			t.Fatalf("round %d: %d frames came of %d, %d are said to be left", round, len(got), len(want), a.Free)
		}
		giveBack(t, &a, r, list)
	}
	if worked < 100 {
		t.Errorf("only %d of the random maps had memory: the test tests little", worked)
	}
}

// giveBack releases frames in random order and takes them again.
func giveBack(t *testing.T, a *Allocator, r *rand.Rand, list []uint64) {
	t.Helper()
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	half := list[:len(list)/2]
	for _, pa := range half {
		if a.Release(pa + 1) {
			t.Fatalf("an address inside frame %#x was released", pa)
		}
		if !a.Release(pa) {
			t.Fatalf("%#x could not be given back", pa)
		}
		if a.Release(pa) {
			t.Fatalf("%#x was given back twice", pa)
		}
	}
	if a.Free != uint64(len(half)) {
		t.Fatalf("%d frames are free, %d were given back", a.Free, len(half))
	}
	again := map[uint64]bool{}
	for pa := a.Alloc(); pa != None; pa = a.Alloc() {
		again[pa] = true
	}
	for _, pa := range half {
		if !again[pa] {
			t.Fatalf("%#x was given back and never came again", pa)
		}
	}
	if len(again) != len(half) {
		t.Fatalf("%d frames came again, %d were given back", len(again), len(half))
	}
}

// TestReleaseOfWhatWasNeverGiven: what is no frame of ours stays out of the
// allocator, or device memory would be handed out as RAM.
func TestReleaseOfWhatWasNeverGiven(t *testing.T) {
	arena.New(t, arenaBytes)
	in := &bootinfo.Info{RegionCount: 3}
	in.Regions[0] = bootinfo.Region{Base: 0x100000, Length: 0x300000, Kind: bootinfo.KindRAM}
	in.Regions[1] = bootinfo.Region{Base: 0x400000, Length: 0x100000, Kind: bootinfo.KindReserved}
	in.Regions[2] = bootinfo.Region{Base: 0x600000, Length: 0x100000, Kind: bootinfo.KindRAM}
	var a Allocator
	if !a.Init(in, []Extent{{0x100000, 0x180000}}, Extent{0, arenaBytes}) {
		t.Fatal("no memory")
	}
	free := a.Free
	for _, c := range []struct {
		what string
		pa   uint64
	}{
		{"physical 0", 0}, {"the first MiB", 0x80000}, {"the kernel's image", 0x140000}, {"reserved memory", 0x400000},
		{"a hole in the map", 0x500000}, {"a frame past the end", 0x700000}, {"no possible address", 1 << 60},
		{"the allocator's own bitmap", a.groups[0]}, {"a free frame", 0x3FF000},
	} {
		if a.Release(c.pa) {
			t.Errorf("%s (%#x) could be released", c.what, c.pa)
		}
	}
	if a.Free != free {
		t.Errorf("%d frames are free after refusals, %d before", a.Free, free)
	}
}

// TestEndOfAddressSpace: a region up to the last byte that 64 bits can name is
// still kept out.
func TestEndOfAddressSpace(t *testing.T) {
	arena.New(t, arenaBytes)
	in := &bootinfo.Info{RegionCount: 2}
	in.Regions[0] = bootinfo.Region{Base: 0x100000, Length: 0xF00000, Kind: bootinfo.KindRAM}
	in.Regions[1] = bootinfo.Region{Base: 0x800000, Length: ^uint64(0) - 0x800000, Kind: bootinfo.KindReserved}
	var a Allocator
	if !a.Init(in, nil, Extent{0, arenaBytes}) {
		t.Fatal("no memory")
	}
	for pa := a.Alloc(); pa != None; pa = a.Alloc() {
		if pa >= 0x800000 {
			t.Fatalf("%#x is reserved and was handed out", pa)
		}
	}
}

// TestAdd adds granted ranges one after the other: never more than those can be had.
func TestAdd(t *testing.T) {
	arena.New(t, arenaBytes)
	in := &bootinfo.Info{RegionCount: 2}
	in.Regions[0] = bootinfo.Region{Base: 0x100000, Length: arenaBytes - 0x100000, Kind: bootinfo.KindRAM}
	in.Regions[1] = bootinfo.Region{Base: 0x700000, Length: 0x10000, Kind: bootinfo.KindReserved}
	var a Allocator
	const extent = 2 << 20
	if !a.Init(in, []Extent{{extent, extent + 0x20000}}, Extent{extent, 2 * extent}) {
		t.Fatal("no memory")
	}
	if want := uint64(512 - 32 - 1); a.Free != want {
		t.Errorf("%d frames of the boot extent are free, expected %d", a.Free, want)
	}
	given := map[uint64]bool{}
	for pa := a.Alloc(); pa != None; pa = a.Alloc() {
		given[pa] = true
		if pa < extent || pa >= 2*extent {
			t.Fatalf("%#x was not granted", pa)
		}
	}
	if !a.Add(Extent{3 * extent, 4 * extent}) {
		t.Fatal("an extent could not be added")
	}
	if a.Free != 512-16 {
		t.Errorf("%d frames of an extent with 16 reserved ones are free", a.Free)
	}
	for pa := a.Alloc(); pa != None; pa = a.Alloc() {
		if pa < 3*extent || pa >= 4*extent || pa >= 0x700000 && pa < 0x710000 || given[pa] {
			t.Fatalf("%#x was not granted, is reserved, or was had before", pa)
		}
	}
}
