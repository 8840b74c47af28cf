package region

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

// page is what the oracle knows of a page.
type page struct {
	prot            Prot
	kind            Kind
	offset, fileEnd uint64
}

// oracle is the obvious map: page by page, from number to attributes.
type oracle map[uint64]page

const (
	lo = 16 * pageBytes
	hi = 48 * pageBytes
)

// put adds a region's pages.
func (o oracle) put(r Region) {
	for a := r.Start; a < r.End; a += pageBytes {
		p := page{prot: r.Prot, kind: r.Kind, fileEnd: r.FileEnd}
		if r.Kind != Anonymous {
			p.offset = r.Offset + a - r.Start
		}
		o[a] = p
	}
}

// regions joins the pages to as few regions as can be.
func (o oracle) regions() []Region {
	var out []Region
	for a := uint64(lo); a < hi; a += pageBytes {
		p, ok := o[a]
		if !ok {
			continue
		}
		if n := len(out); n > 0 {
			l := &out[n-1]
			next := p.kind == Anonymous || l.Offset+l.End-l.Start == p.offset
			if l.End == a && l.Prot == p.prot && l.Kind == p.kind && l.FileEnd == p.fileEnd && next {
				l.End += pageBytes
				continue
			}
		}
		out = append(out, Region{Start: a, End: a + pageBytes, Prot: p.prot, Kind: p.kind, Offset: p.offset, FileEnd: p.fileEnd})
	}
	return out
}

// free says whether no page of a range is there, all whether every one is.
func (o oracle) free(start, end uint64) bool {
	for a := start; a < end; a += pageBytes {
		if _, ok := o[a]; ok {
			return false
		}
	}
	return true
}

func (o oracle) all(start, end uint64) bool {
	for a := start; a < end; a += pageBytes {
		if _, ok := o[a]; !ok {
			return false
		}
	}
	return true
}

// gap tries every page.
func (o oracle) gap(size, hint uint64) (uint64, bool) {
	for _, from := range []uint64{max(hint, lo), lo} {
		for a := uint64(lo); a+size <= hi; a += pageBytes {
			if a >= from && o.free(a, a+size) {
				return a, true
			}
		}
	}
	return 0, false
}

// pair is a map and its oracle.
type pair struct {
	m    Map
	o    oracle
	room int
}

func newPair(t *testing.T, room int) *pair {
	p := &pair{o: oracle{}, room: room}
	if err := p.m.Init(make([]Region, room+Spare), lo, hi); err != OK {
		t.Fatal(err)
	}
	return p
}

// held are the regions of the map.
func (p *pair) held() []Region { return slices.Clone(p.m.space[:p.m.count]) }

// request does one on both: change is what it does to pages, err what the kernel
// said; want is what is wrong with the request, room aside.
func (p *pair) request(t *testing.T, name string, err, want Error, change func(o oracle)) {
	t.Helper()
	if want == OK {
		next := maps.Clone(p.o)
		change(next)
		if len(next.regions()) > p.room {
			want = ErrNoRoom
		} else {
			p.o = next
		}
	}
	if err != want {
		t.Fatalf("%s: %v; want: %v", name, err, want)
	}
	p.same(t, name)
}

// same holds all that the map says against the oracle.
func (p *pair) same(t *testing.T, name string) {
	t.Helper()
	want := p.o.regions()
	if got := p.held(); !slices.Equal(got, want) {
		t.Fatalf("%s:\ngot  %x\nwant %x", name, got, want)
	}
	if p.m.Count() != len(want) || p.m.Bytes() != uint64(len(p.o))*pageBytes {
		t.Fatalf("%s: %d regions of %d bytes", name, p.m.Count(), p.m.Bytes())
	}
	if p.m.At(-1) != nil || p.m.At(len(want)) != nil {
		t.Fatalf("%s: regions past the last", name)
	}
	for a := uint64(lo) - pageBytes; a <= hi; a += pageBytes {
		r, want := p.m.Find(a+5), p.o[a]
		if _, ok := p.o[a]; ok != (r != nil) {
			t.Fatalf("%s: %#x is found: %v", name, a, !ok)
		} else if !ok {
			continue
		}
		offset, n := r.Source(a + 5)
		valid := uint64(0)
		for want.kind == File && valid < pageBytes && want.offset+valid < want.fileEnd {
			valid += 512 // ends of files are multiples of it here
		}
		if valid == 0 {
			want.offset = 0
		}
		if r.Prot != want.prot || n != valid || offset != want.offset {
			t.Fatalf("%s: %#x: %d bytes at %#x, %+v; want %d, %+v", name, a, n, offset, r, valid, want)
		}
	}
}

var protections = []Prot{0, Read, Read | Write, Read | Exec, Exec, Write | Exec, 7, 8}

// wrong says what is wrong with rights.
func wrong(p Prot) Error {
	switch {
	case p > 7:
		return ErrAttributes
	case p&Write != 0 && p&Exec != 0:
		return ErrWriteAndExec
	}
	return OK
}

// step does one random request. Few attributes, so that neighbours often join.
func (p *pair) step(t *testing.T, r *rand.Rand) {
	start := lo + r.Uint64N(32)*pageBytes
	end := min(start+(1+r.Uint64N(1+r.Uint64N(10)))*pageBytes, hi)
	prot := protections[r.IntN(3)]
	if r.IntN(8) == 0 {
		prot = protections[r.IntN(len(protections))]
	}
	switch r.IntN(4) {
	case 0, 1:
		in := Region{Start: start, End: end, Prot: prot}
		if r.IntN(2) == 0 { // all parts of one file: the same offset at the same page
			in.Kind, in.Offset, in.FileEnd = Kind(1+r.IntN(2)), start-lo, 7*pageBytes+r.Uint64N(2)*1536
			if r.IntN(6) == 0 {
				in.Offset += pageBytes
			}
		}
		want := wrong(prot)
		if want == OK && !p.o.free(start, end) {
			want = ErrOverlap
		}
		p.request(t, "insert", p.m.Insert(in), want, func(o oracle) { o.put(in) })
	case 2:
		p.request(t, "remove", p.m.Remove(start, end), OK, func(o oracle) {
			for a := start; a < end; a += pageBytes {
				delete(o, a)
			}
		})
	case 3:
		want := wrong(prot)
		if want == OK && !p.o.all(start, end) {
			want = ErrNotMapped
		}
		p.request(t, "protect", p.m.Protect(start, end, prot), want, func(o oracle) {
			for a := start; a < end; a += pageBytes {
				q := o[a]
				q.prot = prot
				o[a] = q
			}
		})
	}
	size, hint := (1+r.Uint64N(6))*pageBytes, r.Uint64N(60*pageBytes)
	at, ok := p.m.Gap(size, hint)
	if wantAt, wantOK := p.o.gap(size, hint); at != wantAt || ok != wantOK {
		t.Fatalf("gap of %#x from %#x: %#x %v, want %#x %v", size, hint, at, ok, wantAt, wantOK)
	}
}

// TestAgainstOracle is short of room for most of the time in the small maps.
func TestAgainstOracle(t *testing.T) {
	for _, room := range []int{1, 2, 3, 5, 8, 32} {
		for seed := range uint64(20) {
			r := rand.New(rand.NewPCG(seed, uint64(room)))
			p := newPair(t, room)
			for range 500 {
				p.step(t, r)
			}
		}
	}
}

// FuzzMap is the same with requests that the fuzzer seeds.
func FuzzMap(f *testing.F) {
	f.Add(uint64(1), uint8(4))
	f.Add(uint64(99), uint8(1))
	f.Fuzz(func(t *testing.T, seed uint64, room uint8) {
		p := newPair(t, 1+int(room%33))
		r := rand.New(rand.NewPCG(seed, 0))
		for range 100 {
			p.step(t, r)
		}
	})
}

func TestRefused(t *testing.T) {
	const page = pageBytes
	top := ^uint64(0) &^ (page - 1)
	for _, c := range []struct {
		name string
		r    Region
		want Error
	}{
		{"empty", Region{Start: lo, End: lo}, ErrEmpty},
		{"backwards", Region{Start: lo + page, End: lo}, ErrEmpty},
		{"wraps", Region{Start: top, End: 0}, ErrEmpty},
		{"start", Region{Start: lo + 1, End: lo + page}, ErrMisaligned},
		{"end", Region{Start: lo, End: lo + 1}, ErrMisaligned},
		{"below", Region{Start: lo - page, End: lo + page}, ErrLimits},
		{"above", Region{Start: hi - page, End: hi + page}, ErrLimits},
		{"the kernel's", Region{Start: 0xFFFF800000000000, End: top}, ErrLimits},
		{"kind", Region{Start: lo, End: hi, Kind: 3}, ErrAttributes},
		{"rights", Region{Start: lo, End: hi, Prot: 8}, ErrAttributes},
		{"write and exec", Region{Start: lo, End: hi, Prot: Write | Exec}, ErrWriteAndExec},
		{"offset of nothing", Region{Start: lo, End: hi, Offset: page}, ErrAttributes},
		{"end of nothing", Region{Start: lo, End: hi, FileEnd: 1}, ErrAttributes},
		{"offset", Region{Start: lo, End: hi, Kind: File, Offset: 1}, ErrMisaligned},
		{"offset wraps", Region{Start: lo, End: hi, Kind: File, Offset: top}, ErrAttributes},
		{"overlap", Region{Start: 40 * page, End: hi}, ErrOverlap},
	} {
		p := newPair(t, 4)
		mine := Region{Start: 40 * page, End: 41 * page, Prot: Read}
		p.request(t, "the first", p.m.Insert(mine), OK, func(o oracle) { o.put(mine) })
		p.request(t, c.name, p.m.Insert(c.r), c.want, nil)
		if c.want == ErrEmpty || c.want == ErrMisaligned && c.r.Kind != File || c.want == ErrLimits {
			p.request(t, c.name, p.m.Remove(c.r.Start, c.r.End), c.want, nil)
			p.request(t, c.name, p.m.Protect(c.r.Start, c.r.End, Read), c.want, nil)
		}
	}
}

func TestInit(t *testing.T) {
	space := make([]Region, 8)
	for _, c := range []struct {
		name   string
		space  []Region
		lo, hi uint64
		want   Error
	}{
		{"good", space, lo, hi, OK},
		{"empty", space, lo, lo, ErrEmpty},
		{"lo", space, lo + 1, hi, ErrMisaligned},
		{"hi", space, lo, hi + 1, ErrMisaligned},
		{"no room", space[:Spare], lo, hi, ErrNoRoom},
		{"none", nil, lo, hi, ErrNoRoom},
	} {
		var m Map
		if err := m.Init(c.space, c.lo, c.hi); err != c.want {
			t.Errorf("%s: %v, want: %v", c.name, err, c.want)
		}
		if c.want == OK {
			continue
		}
		if err := m.Insert(Region{Start: lo, End: hi}); err != ErrLimits {
			t.Errorf("%s: insert: %v", c.name, err)
		}
		if _, ok := m.Gap(pageBytes, lo); ok || m.Find(lo) != nil {
			t.Errorf("%s: something is there", c.name)
		}
	}
}

func TestGapRefuses(t *testing.T) {
	p := newPair(t, 4)
	for _, size := range []uint64{0, 1, pageBytes + 1, hi - lo + pageBytes, ^uint64(0), ^uint64(pageBytes - 1)} {
		if at, ok := p.m.Gap(size, 0); ok {
			t.Errorf("size %#x: %#x", size, at)
		}
	}
	if at, ok := p.m.Gap(hi-lo, ^uint64(0)); at != lo || !ok {
		t.Errorf("all of it: %#x %v", at, ok)
	}
}

// TestReservation is what a Go program does with its heap: it takes addresses
// without rights, and allows parts of them.
func TestReservation(t *testing.T) {
	var m Map
	if err := m.Init(make([]Region, 16), 0x10000, 0x7FFFFFFFF000); err != OK {
		t.Fatal(err)
	}
	base := uint64(0xC000000000)
	for _, err := range []Error{
		m.Insert(Region{Start: base, End: base + 64<<20}),
		m.Protect(base, base+4<<20, Read|Write),
		m.Protect(base+4<<20, base+8<<20, Read|Write),
	} {
		if err != OK {
			t.Fatal(err)
		}
	}
	if m.Count() != 2 || m.At(0).End != base+8<<20 || m.At(1).Prot != 0 {
		t.Errorf("%+v", m.space[:m.count])
	}
}

func TestErrorsHaveSentences(t *testing.T) {
	seen := map[string]bool{}
	for e := OK; e <= ErrNoRoom; e++ {
		if s := e.String(); s == "unknown" || seen[s] {
			t.Errorf("error %d: %q", e, s)
		} else {
			seen[s] = true
		}
	}
}
