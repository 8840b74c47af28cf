package paging

import (
	"math/rand/v2"
	"testing"

	"pxos/kernel/bootinfo"
	"pxos/kernel/frame"
	"pxos/tests/arena"
)

const arenaBytes = 32 << 20

// fresh makes empty tables with an allocator that has frames frames left, all
// of them if frames is 0.
func fresh(t testing.TB, frames int) *Tables {
	t.Helper()
	in := &bootinfo.Info{RegionCount: 1}
	in.Regions[0] = bootinfo.Region{Base: 1 << 20, Length: arenaBytes - 1<<20, Kind: bootinfo.KindRAM}
	a := &frame.Allocator{}
	if !a.Init(in, nil, frame.Extent{Start: 0, End: arenaBytes}) {
		t.Fatal("no memory for the allocator")
	}
	tables := &Tables{}
	if !tables.Init(a, 40) {
		t.Fatal("no frame for the root")
	}
	leave(t, a, frames)
	return tables
}

// leave takes frames until so many are left.
func leave(t testing.TB, a *frame.Allocator, frames int) {
	for frames != 0 && a.Free > uint64(frames) {
		if a.Alloc() == frame.None {
			t.Fatal("the allocator miscounts")
		}
	}
}

// page is what the oracle knows of a page.
type page struct {
	pa uint64
	f  Flags
}

// oracle maps page by page, in a map.
type oracle map[uint64]page

const maxPhysical = 1 << 40

// refusal is why a range can never be mapped, in the order of the kernel.
func refusal(virt, pa, size uint64) Error {
	switch {
	case size == 0 || virt+(size-1) < virt || pa+(size-1) < pa:
		return ErrEmpty
	case virt%Page4K != 0 || pa%Page4K != 0 || size%Page4K != 0:
		return ErrMisaligned
	case pa+(size-1) >= maxPhysical:
		return ErrPastMaxPhys
	}
	for _, v := range []uint64{virt, virt + (size - 1)} {
		if uint64(int64(v<<16)>>16) != v {
			return ErrNonCanonical
		}
	}
	return OK
}

func (o oracle) mapRange(virt, pa, size uint64, f Flags) Error {
	if err := refusal(virt, pa, size); err != OK {
		return err
	}
	if f.Write && f.Exec {
		return ErrWriteAndExec
	}
	for at := uint64(0); at < size; at += Page4K {
		if _, ok := o[virt+at]; ok {
			return ErrOverlap
		}
	}
	for at := uint64(0); at < size; at += Page4K {
		o[virt+at] = page{pa + at, f}
	}
	return OK
}

func (o oracle) protect(virt, size uint64, f Flags) Error {
	if err := refusal(virt, 0, size); err != OK {
		return err
	}
	if f.Write && f.Exec {
		return ErrWriteAndExec
	}
	for at := uint64(0); at < size; at += Page4K {
		if _, ok := o[virt+at]; !ok {
			return ErrNotMapped
		}
	}
	for at := uint64(0); at < size; at += Page4K {
		o[virt+at] = page{o[virt+at].pa, f}
	}
	return OK
}

func (o oracle) unmap(virt, size uint64) Error {
	if size == 0 {
		return OK
	}
	if err := refusal(virt, 0, size); err != OK {
		return err
	}
	for at := uint64(0); at < size; at += Page4K {
		delete(o, virt+at)
	}
	return OK
}

// windows are where random requests go: plain, across a PML4 entry, and in the
// upper half. Each has windowBytes.
var windows = []uint64{0x40000000, 0x8000000000 - 2*Page2M, 0xFFFFC90000000000}

const windowBytes = 4 * Page2M

// same compares tables and oracle on every page of the windows.
func (o oracle) same(t *testing.T, tables *Tables, when string) {
	t.Helper()
	for _, w := range windows {
		for at := w; at < w+windowBytes; at += Page4K {
			e, level := tables.Walk(at)
			want, ok := o[at]
			if (level != 0) != ok {
				t.Fatalf("%s: %#x is mapped at level %d, by the oracle %v", when, at, level, ok)
			}
			if !ok {
				continue
			}
			got := Flags{Write: e&PTE_RW != 0, Exec: e&PTE_NX == 0, Type: TypeOf(e, level)}
			pa, _ := tables.Translate(at + 0x123)
			if pa != want.pa+0x123 || got != want.f {
				t.Fatalf("%s: %#x shows %#x %+v, by the oracle %#x %+v (level %d)", when, at, pa, got, want.pa, want.f, level)
			}
			if got.Write && got.Exec {
				t.Fatalf("%s: %#x is writable and executable", when, at)
			}
		}
	}
}

// request draws a range: mostly sensible, sometimes impossible.
func request(r *rand.Rand) (virt, pa, size uint64) {
	w := windows[r.IntN(len(windows))]
	virt = w + r.Uint64N(windowBytes)&^0xFFF
	size = (1 + r.Uint64N(40)) * Page4K
	pa = r.Uint64N(maxPhysical) &^ 0xFFF
	switch r.IntN(12) {
	case 0, 1, 2: // large pages
		virt, pa, size = virt&^(Page2M-1), pa&^(Page2M-1), Page2M*(1+r.Uint64N(2))
	case 3: // large addresses, odd size
		virt, pa, size = virt&^(Page2M-1), pa&^(Page2M-1), Page2M+Page4K
	case 4:
		virt += r.Uint64N(Page4K)
	case 5:
		size += r.Uint64N(Page4K)
	case 6:
		pa = maxPhysical - Page4K*r.Uint64N(3)
	case 7:
		switch r.IntN(4) {
		case 0:
			virt = 0x0000800000000000 - Page4K
		case 1:
			virt = 0xFFFF7FFFFFFFF000
		case 2:
			virt, size = ^uint64(0)&^0xFFF, 2*Page4K
		case 3:
			size = 0
		}
	}
	if size > Page4K && virt < w+windowBytes && virt+size > w+windowBytes {
		size = max(w+windowBytes-virt, Page4K)
	}
	return virt, pa, size
}

func flags(r *rand.Rand) Flags {
	return Flags{Write: r.IntN(2) == 0, Exec: r.IntN(4) == 0, Type: MemType(r.IntN(5))}
}

func TestTablesAgainstOracle(t *testing.T) {
	arena.New(t, arenaBytes)
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 7))
		tables, o := fresh(t, 0), oracle{}
		outcomes := map[Error]int{}
		for n := range 1500 {
			virt, pa, size := request(r)
			f := flags(r)
			var got, want Error
			op := r.IntN(5)
			switch op {
			case 0, 1:
				got, want = tables.Map(virt, pa, size, f), o.mapRange(virt, pa, size, f)
			case 2:
				got, want = tables.Protect(virt, size, f), o.protect(virt, size, f)
			default:
				got, want = tables.Unmap(virt, size), o.unmap(virt, size)
			}
			if got != want {
				t.Fatalf("seed %d, operation %d (kind %d) on %#x to %#x, %#x bytes, %+v: %q, by the oracle %q", seed, n, op, virt, pa, size, f, got, want)
			}
			outcomes[got]++
			if n%25 == 0 {
				o.same(t, tables, "while working")
			}
		}
		o.same(t, tables, "at the end")
		for _, e := range []Error{OK, ErrEmpty, ErrMisaligned, ErrPastMaxPhys, ErrNonCanonical, ErrOverlap, ErrNotMapped, ErrWriteAndExec} {
			if outcomes[e] == 0 {
				t.Errorf("seed %d never met %q", seed, e)
			}
		}
	}
}

// TestOutOfFramesChangesNothing runs every kind of request with every number of
// frames that is too small: what is refused must leave no trace.
func TestOutOfFramesChangesNothing(t *testing.T) {
	arena.New(t, arenaBytes)
	w := windows[0]
	requests := map[string]func(*Tables, oracle) Error{
		"map small":           func(s *Tables, _ oracle) Error { return s.Map(windows[2], 0x5000, 3*Page4K, Flags{}) },
		"map large and small": func(s *Tables, _ oracle) Error { return s.Map(w+2*Page2M, Page2M, Page2M+Page4K, Flags{}) },
		"map across slots":    func(s *Tables, _ oracle) Error { return s.Map(windows[1], 0x5000, windowBytes, Flags{}) },
		"protect a part":      func(s *Tables, _ oracle) Error { return s.Protect(w+Page4K, 2*Page2M-2*Page4K, Flags{Write: true}) },
		"unmap a part":        func(s *Tables, _ oracle) Error { return s.Unmap(w+Page4K, 2*Page2M-2*Page4K) },
	}
	for name, ask := range requests {
		refused := 0
		for frames := 4; frames < 14; frames++ {
			tables, o := fresh(t, frames+1), oracle{}
			if err := tables.Map(w, 1<<30, 2*Page2M, Flags{}); err != OK {
				continue
			}
			o.mapRange(w, 1<<30, 2*Page2M, Flags{})
			leave(t, tables.frames, max(1, frames-4))
			if frames == 4 {
				tables.frames.Alloc()
			}
			if err := ask(tables, o); err == ErrNoFrame {
				refused++
				o.same(t, tables, name)
			} else if err != OK {
				t.Fatalf("%s with %d frames: %v", name, frames, err)
			}
		}
		if refused == 0 {
			t.Errorf("%s was never refused: the test tests nothing", name)
		}
	}
}

// TestWholeLargePagesNeedNoFrame: what covers a large page whole need not split
// it.
func TestWholeLargePagesNeedNoFrame(t *testing.T) {
	arena.New(t, arenaBytes)
	tables := fresh(t, 0)
	w := windows[0]
	if err := tables.Map(w, 1<<30, 2*Page2M, Flags{}); err != OK {
		t.Fatal(err)
	}
	if tables.Pages[WriteBack] != 2 {
		t.Fatalf("4 MiB took %d entries", tables.Pages[WriteBack])
	}
	free := tables.frames.Free
	if err := tables.Protect(w, 2*Page2M, Flags{Write: true, Type: WriteCombining}); err != OK {
		t.Fatal(err)
	}
	e, level := tables.Walk(w + Page2M)
	if level != LevelPD || TypeOf(e, level) != WriteCombining || e&PTE_RW == 0 {
		t.Errorf("entry %#x at level %d after Protect of all of it", e, level)
	}
	if err := tables.Unmap(w, 2*Page2M); err != OK {
		t.Fatal(err)
	}
	if tables.frames.Free != free {
		t.Errorf("%d frames were used to change whole large pages", free-tables.frames.Free)
	}
}

func TestNewStack(t *testing.T) {
	arena.New(t, arenaBytes)
	tables := fresh(t, 0)
	for slot := range uint64(3) {
		lo, hi, err := tables.NewStack(slot, 4)
		if err != OK || hi-lo != 4*Page4K {
			t.Fatalf("slot %d: %#x to %#x, %v", slot, lo, hi, err)
		}
		for _, at := range []uint64{lo - 8, hi} {
			if _, ok := tables.Translate(at); ok {
				t.Errorf("slot %d: %#x, beside the stack, is mapped", slot, at)
			}
		}
		for at := lo; at < hi; at += Page4K {
			if e, level := tables.Walk(at); level != LevelPT || e&PTE_RW == 0 || e&PTE_NX == 0 {
				t.Errorf("slot %d: entry %#x at level %d", slot, e, level)
			}
		}
	}
	for _, pages := range []uint64{0, stackSlotBytes / Page4K} {
		if _, _, err := tables.NewStack(7, pages); err != ErrEmpty {
			t.Errorf("a stack of %d pages: %v", pages, err)
		}
	}
}
