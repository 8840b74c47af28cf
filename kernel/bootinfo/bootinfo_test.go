package bootinfo

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"reflect"
	"sort"
	"testing"

	"pxos/tests/arena"
)

var le = binary.LittleEndian

// said is what a loader says in these tests.
type said struct {
	regions []Region
	modules []Module
	cmdline string
	rsdp    []byte
}

func someone(r *rand.Rand) said {
	s := said{cmdline: fmt.Sprintf("stay bench=%d x", r.IntN(1e6)), rsdp: make([]byte, 36)}
	for range 1 + r.IntN(12) {
		s.regions = append(s.regions, Region{r.Uint64N(1 << 40), 1 + r.Uint64N(1<<34), 1 + r.Uint32N(5)})
	}
	for range r.IntN(4) {
		s.modules = append(s.modules, Module{uint64(r.Uint32N(1 << 30)), uint64(r.Uint32N(1 << 30))})
	}
	for i := range s.rsdp {
		s.rsdp[i] = byte(r.Uint32())
	}
	return s
}

// tag is a Multiboot2 tag with its padding.
func tag(kind uint32, body []byte) []byte {
	b := le.AppendUint32(nil, kind)
	b = le.AppendUint32(b, uint32(8+len(body)))
	b = append(b, body...)
	return append(b, make([]byte, -len(b)&7)...)
}

// multiboot2 writes the information as GRUB does: Multiboot2 2.0, 3.6.
func (s said) multiboot2() []byte {
	b := make([]byte, 8)
	b = append(b, tag(tagCmdline, append([]byte(s.cmdline), 0))...)
	for _, m := range s.modules {
		body := le.AppendUint32(le.AppendUint32(nil, uint32(m.Base)), uint32(m.Base+m.Length))
		b = append(b, tag(tagModule, append(body, "name\x00"...))...)
	}
	memory := le.AppendUint32(le.AppendUint32(nil, 24), 0)
	for _, g := range s.regions {
		memory = appendRegion(memory, g)
	}
	b = append(b, tag(tagMemory, memory)...)
	b = append(b, tag(9, []byte("a tag that nobody reads"))...)
	b = append(b, tag(tagRSDPv2, s.rsdp)...)
	b = append(b, tag(tagEnd, nil)...)
	le.PutUint32(b, uint32(len(b)))
	return b
}

func appendRegion(b []byte, g Region) []byte {
	b = le.AppendUint64(le.AppendUint64(b, g.Base), g.Length)
	return le.AppendUint32(le.AppendUint32(b, g.Kind), 0)
}

// pvh writes hvm_start_info of version 1 and what it names, at an address.
func (s said) pvh(pa uint64) []byte {
	b := make([]byte, 56)
	list := pa + uint64(len(b))
	for _, m := range s.modules {
		b = le.AppendUint64(le.AppendUint64(b, m.Base), m.Length)
		b = append(b, make([]byte, 16)...)
	}
	entries := pa + uint64(len(b))
	for _, g := range s.regions {
		b = appendRegion(b, g)
	}
	cmdline := pa + uint64(len(b))
	b = append(append(b, s.cmdline...), 0)
	rsdp := pa + uint64(len(b))
	b = append(b, s.rsdp...)
	le.PutUint32(b[0:], pvhMagic)
	le.PutUint32(b[4:], 1)
	le.PutUint32(b[12:], uint32(len(s.modules)))
	le.PutUint64(b[16:], list)
	le.PutUint64(b[24:], cmdline)
	le.PutUint64(b[32:], rsdp)
	le.PutUint64(b[40:], entries)
	le.PutUint32(b[48:], uint32(len(s.regions)))
	return b
}

// check compares what was read with what was said.
func (s said) check(t *testing.T, in *Info) {
	t.Helper()
	want := append([]Region(nil), s.regions...)
	sort.SliceStable(want, func(i, j int) bool { return want[i].Base < want[j].Base })
	if got := in.Regions[:in.RegionCount]; !reflect.DeepEqual(got, want) {
		t.Errorf("memory map %v, said was %v", got, want)
	}
	if got := in.Modules[:in.ModuleCount]; len(got)+len(s.modules) > 0 && !reflect.DeepEqual(got, append([]Module{}, s.modules...)) {
		t.Errorf("modules %v, said was %v", got, s.modules)
	}
	if string(in.Cmdline()) != s.cmdline || !bytes.Equal(in.RSDP[:], s.rsdp) {
		t.Errorf("command line %q, said was %q; RSDP % x, said was % x", in.Cmdline(), s.cmdline, in.RSDP, s.rsdp)
	}
}

const arenaBytes = 4 << 20

// atEnd puts bytes at the end of the arena, so that reading past them faults,
// and gives their address, which is a multiple of 8 as loaders have it.
func atEnd(memory, b []byte) uint64 {
	pa := (len(memory) - len(b)) &^ 7
	clear(memory[pa:])
	copy(memory[pa:], b)
	return uint64(pa)
}

func TestReadBothLoaders(t *testing.T) {
	memory := arena.New(t, arenaBytes)
	r := rand.New(rand.NewPCG(2, 2))
	for range 200 {
		s := someone(r)
		var in Info
		if !in.Read(LoaderMultiboot2, atEnd(memory, s.multiboot2())) {
			t.Fatal("no memory map was found in Multiboot2 information")
		}
		s.check(t, &in)
		in = Info{}
		at := uint64((arenaBytes - len(s.pvh(0))) &^ 7)
		if !in.Read(LoaderPVH, atEnd(memory, s.pvh(at))) {
			t.Fatal("no memory map was found in PVH information")
		}
		s.check(t, &in)
	}
}

func TestTooManyRegionsAreCounted(t *testing.T) {
	memory := arena.New(t, arenaBytes)
	s := said{rsdp: make([]byte, 36)}
	for i := range uint64(MaxRegions + 7) {
		s.regions = append(s.regions, Region{i << 20, 1 << 20, KindRAM})
	}
	s.regions = append(s.regions, Region{1 << 40, 0, KindRAM}, Region{^uint64(0) - 10, 100, KindRAM})
	for i := range uint64(MaxModules + 2) {
		s.modules = append(s.modules, Module{i << 20, 1})
	}
	var in Info
	if !in.Read(LoaderMultiboot2, atEnd(memory, s.multiboot2())) || in.RegionCount != MaxRegions || in.ModuleCount != MaxModules {
		t.Fatalf("%d regions and %d modules were kept", in.RegionCount, in.ModuleCount)
	}
	if in.Dropped != 7+2 {
		t.Errorf("%d are said to be dropped, 7 regions and 2 modules were; an empty one and one that wraps do not count", in.Dropped)
	}
}

func TestCmdline(t *testing.T) {
	var in Info
	in.setCmdline([]byte("stay  bench=120 bench2=7 empty= big=1234567890123456789 odd=12x"))
	for word, want := range map[string]bool{"stay": true, "sta": false, "bench": false, "stayx": false, "odd": false, "": true} {
		if got := in.Has(word); got != want {
			t.Errorf("Has(%q) = %v", word, got)
		}
	}
	for name, want := range map[string]uint64{"bench": 120, "bench2": 7} {
		if got, ok := in.Uint(name); !ok || got != want {
			t.Errorf("Uint(%q) = %d, %v", name, got, ok)
		}
	}
	for _, name := range []string{"stay", "empty", "big", "odd", "none"} {
		if got, ok := in.Uint(name); ok {
			t.Errorf("Uint(%q) = %d, it has no such number", name, got)
		}
	}
	in.setCmdline(bytes.Repeat([]byte("a"), 1000))
	if len(in.Cmdline()) != MaxCmdlineBytes {
		t.Errorf("a command line of 1000 bytes left %d", len(in.Cmdline()))
	}
}

// sound holds what was read against the bounds.
func sound(t *testing.T, in *Info) {
	t.Helper()
	if in.RegionCount > MaxRegions || in.ModuleCount > MaxModules || len(in.Cmdline()) > MaxCmdlineBytes {
		t.Errorf("%d regions, %d modules, %d bytes of command line", in.RegionCount, in.ModuleCount, len(in.Cmdline()))
	}
	last := uint64(0)
	for _, g := range in.Regions[:in.RegionCount] {
		if g.Base < last || g.Length == 0 || g.End() < g.Base {
			t.Errorf("region %+v after %#x", g, last)
		}
		last = g.Base
	}
}

func FuzzMultiboot2(f *testing.F) {
	r := rand.New(rand.NewPCG(3, 3))
	for range 4 {
		f.Add(someone(r).multiboot2())
	}
	f.Add(append(make([]byte, 8), tag(tagMemory, nil)...))
	f.Add(append(make([]byte, 8), tag(tagModule, []byte{1, 2, 3, 4})...))
	f.Add(append(make([]byte, 8), tag(tagCmdline, bytes.Repeat([]byte("x"), 400))...))
	memory := arena.New(f, arenaBytes)
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) < 8 || len(b) > 1<<16 {
			return
		}
		b = append([]byte(nil), b[:len(b)&^7]...)
		le.PutUint32(b, min(le.Uint32(b), uint32(len(b)))) // the loader's own size is its word
		var in Info
		in.Read(LoaderMultiboot2, atEnd(memory, b))
		sound(t, &in)
		le.PutUint32(b, uint32(len(b)))
		in = Info{}
		in.Read(LoaderMultiboot2, atEnd(memory, b))
		sound(t, &in)
	})
}

func FuzzPVH(f *testing.F) {
	r := rand.New(rand.NewPCG(4, 4))
	for range 4 {
		f.Add(someone(r).pvh(0x2000))
	}
	b := someone(r).pvh(0x2000)
	le.PutUint64(b[40:], 1<<63)
	f.Add(b)
	memory := arena.New(f, reach) // all that boot page tables reach
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) < 56 || len(b) > 1<<16 {
			return
		}
		clear(memory[:1<<17])
		copy(memory[0x2000:], b)
		var in Info
		in.Read(LoaderPVH, 0x2000)
		sound(t, &in)
	})
}
