package acpi

import (
	"encoding/binary"
	"testing"

	"pxos/abi"
	"pxos/kernel/bootinfo"
	"pxos/kernel/frame"
	"pxos/kernel/paging"
	"pxos/tests/arena"
)

var le = binary.LittleEndian

const (
	arenaBytes = 1 << 32 // all that a table of 32 address bits can map
	firmwareAt = 64 << 20
)

// world is a physical memory with firmware tables in it.
type world struct {
	memory []byte
	next   uint64
	tables *paging.Tables
	in     *bootinfo.Info
}

func newWorld(t testing.TB, memory []byte) *world {
	t.Helper()
	w := &world{memory: memory, next: firmwareAt, tables: &paging.Tables{}, in: &bootinfo.Info{RegionCount: 1}}
	w.in.Regions[0] = bootinfo.Region{Base: 1 << 20, Length: 2 << 20, Kind: bootinfo.KindRAM}
	var frames frame.Allocator
	if !frames.Init(w.in, nil, frame.Extent{Start: 0, End: 3 << 20}) || !w.tables.Init(&frames, 32) {
		t.Fatal("no memory for page tables")
	}
	return w
}

// seal makes a table's bytes sum to zero, with the sum at offset at.
func seal(b []byte, at int) {
	s := byte(0)
	b[at] = 0
	for _, c := range b {
		s += c
	}
	b[at] = -s
}

// put places a table and gives its address. Odd addresses are allowed and met.
func (w *world) put(signature string, body []byte) uint64 {
	b := make([]byte, headerBytes+len(body))
	copy(b, signature)
	le.PutUint32(b[4:], uint32(len(b)))
	copy(b[headerBytes:], body)
	seal(b, 9)
	at := w.next
	copy(w.memory[at:], b)
	w.next += uint64(len(b)) + 4099
	return at
}

// root writes the root pointer that names a root table.
func root(revision byte, rsdt uint32, xsdt uint64) []byte {
	b := make([]byte, 36)
	copy(b, "RSD PTR ")
	b[15] = revision
	le.PutUint32(b[16:], rsdt)
	le.PutUint32(b[20:], 36)
	le.PutUint64(b[24:], xsdt)
	seal(b[:20], 8)
	seal(b, 32)
	return b
}

func mcfg(base uint64, first, last byte) []byte {
	b := make([]byte, 8)
	b = le.AppendUint64(b, base)
	return append(b, 0, 0, first, last, 0, 0, 0, 0)
}

// madt names a local APIC and processors by their flags; every third one is an
// x2APIC entry, and an I/O APIC entry stands between.
func madt(flags ...uint32) []byte {
	b := le.AppendUint32(nil, 0xFEE00000)
	b = le.AppendUint32(b, 1)
	for i, f := range flags {
		if i%3 == 2 {
			b = append(b, 9, 16, 0, 0, byte(i), 0, 0, 0)
			b = le.AppendUint32(le.AppendUint32(b, f), uint32(i))
			continue
		}
		b = le.AppendUint32(append(b, 0, 8, byte(i), byte(i)), f)
		b = append(b, 1, 12, 0, 0, 0, 0, 0xC0, 0xFE, 0, 0, 0, 0)
	}
	return b
}

// full writes a whole set of tables, by RSDT or by XSDT.
func (w *world) full(xsdt bool) {
	m := w.put("MCFG", mcfg(0xB0000000, 2, 200))
	a := w.put("APIC", madt(1, 0, 1, 1, 3, 2))
	other := w.put("FACP", make([]byte, 200))
	if xsdt {
		body := le.AppendUint64(le.AppendUint64(le.AppendUint64(nil, other), m), a)
		copy(w.in.RSDP[:], root(2, 0, w.put("XSDT", body)))
		return
	}
	body := le.AppendUint32(le.AppendUint32(le.AppendUint32(nil, uint32(m)), uint32(other)), uint32(a))
	copy(w.in.RSDP[:], root(0, uint32(w.put("RSDT", body)), 0))
}

var want = Tables{Found: true, ECAM: 0xB0000000, StartBus: 2, EndBus: 200, CPUs: 4, LocalAPIC: 0xFEE00000,
	APICs: [abi.MaxProcessors]uint32{0, 2, 3, 4}, APICCount: 4}

func TestReadByEitherRoot(t *testing.T) {
	memory := arena.New(t, arenaBytes)
	for _, xsdt := range []bool{false, true} {
		w := newWorld(t, memory)
		w.full(xsdt)
		if got := facts(Read(w.in, w.tables)); got != want {
			t.Errorf("xsdt %v: %+v, want %+v", xsdt, got, want)
		}
	}
}

// facts are what tables say, without where they lie.
func facts(t Tables) Tables {
	t.Extents, t.Count = [maxExtents]uint64{}, 0
	return t
}

// TestScan finds the root pointer by itself when the loader gave none, and
// passes over one whose sum is wrong.
func TestScan(t *testing.T) {
	memory := arena.New(t, arenaBytes)
	w := newWorld(t, memory)
	w.full(true)
	copy(memory[0xF5AB0:], w.in.RSDP[:])
	copy(memory[0xE0010:], w.in.RSDP[:])
	memory[0xE0010+17]++
	w.in.RSDP = [36]byte{}
	got := Read(w.in, w.tables)
	if facts(got) != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got.Count != 1 || got.Extents[0] != firmwareAt&^(2<<20-1) {
		t.Errorf("tables are said to lie in %#x", got.Extents[:got.Count])
	}
	memory[0xF5AB0+17]++
	w = newWorld(t, memory)
	if got := Read(w.in, w.tables); got.Found {
		t.Errorf("%+v came of root pointers that are all damaged", got)
	}
}

// TestEveryDamagedByte changes each byte of each table: a table whose sum is
// wrong is as if it were not there.
func TestEveryDamagedByte(t *testing.T) {
	memory := arena.New(t, arenaBytes)
	w := newWorld(t, memory)
	w.full(true)
	end := w.next
	for at := uint64(firmwareAt); at < end; at++ {
		old := memory[at]
		if old == 0 && at%7 != 0 {
			continue // most of the gaps between tables
		}
		memory[at] ^= 0x41
		got := Read(w.in, w.tables)
		ecam, cpus := got.ECAM == want.ECAM && got.EndBus == want.EndBus, got.CPUs == want.CPUs && got.LocalAPIC == want.LocalAPIC
		if !ecam && got.ECAM != 0 || !cpus && got.CPUs != 0 {
			t.Fatalf("byte %#x changed: %+v was believed", at, got)
		}
		memory[at] = old
	}
}

func TestImpossibleTables(t *testing.T) {
	memory := arena.New(t, arenaBytes)
	for name, address := range map[string]uint64{
		"none": 0, "past the addresses there are": 1 << 40, "at the very end": arenaBytes - 8, "wraps around": ^uint64(0) - 7,
	} {
		w := newWorld(t, memory)
		copy(w.in.RSDP[:], root(2, 0, w.put("XSDT", le.AppendUint64(nil, address))))
		if got := facts(Read(w.in, w.tables)); got != (Tables{Found: true}) {
			t.Errorf("a table %s: %+v", name, got)
		}
		w = newWorld(t, memory)
		copy(w.in.RSDP[:], root(2, 0, address))
		if address != 0 {
			if got := facts(Read(w.in, w.tables)); got != (Tables{}) {
				t.Errorf("a root table %s: %+v", name, got)
			}
		}
	}
	for name, body := range map[string][]byte{
		"cut":              madt(1, 1)[:4],
		"entry of size 0":  append(madt(1), 0, 0, 1, 1, 1, 0, 0, 0),
		"entry past end":   append(madt(1), 0, 80, 1, 1, 1, 0, 0, 0),
		"entry too short":  append(madt(1), 0, 2, 0, 3, 1, 1),
		"one byte too few": append(madt(1), 0, 8, 1, 1, 1, 0, 0),
	} {
		w := newWorld(t, memory)
		copy(w.in.RSDP[:], root(0, uint32(w.put("RSDT", le.AppendUint32(nil, uint32(w.put("APIC", body))))), 0))
		if got := Read(w.in, w.tables); got.CPUs > 1 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func FuzzTables(f *testing.F) {
	f.Add(mcfg(0xB0000000, 0, 255), madt(1, 1), uint64(firmwareAt), true)
	f.Add(mcfg(1, 2, 3)[:9], madt(1)[:9], ^uint64(0)-7, true)
	f.Add([]byte{}, []byte{0, 0}, uint64(arenaBytes-20), false)
	memory := arena.New(f, arenaBytes)
	f.Fuzz(func(t *testing.T, one, two []byte, address uint64, fit bool) {
		if len(one) > 4096 || len(two) > 4096 {
			return
		}
		w := newWorld(t, memory)
		m, a := w.put("MCFG", one), w.put("APIC", two)
		if !fit {
			le.PutUint32(memory[a+4:], uint32(address)) // a length of the fuzzer's choice
		}
		body := le.AppendUint64(le.AppendUint64(le.AppendUint64(nil, m), a), address)
		copy(w.in.RSDP[:], root(2, 0, w.put("XSDT", body)))
		got := Read(w.in, w.tables)
		if !got.Found || got.CPUs > maxTables*maxTableBytes/8 {
			t.Errorf("%+v", got)
		}
		clear(memory[firmwareAt:w.next])
	})
}
