package fault

import (
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"pxos/abi/bootreport"
	"pxos/machine"
)

// fakeMemory is guest memory as a sparse set of quadwords.
type fakeMemory map[uint64]uint64

func (m fakeMemory) ReadPhys(addr uint64, b []byte) error {
	if addr >= 1<<32 {
		return errors.New("no memory there")
	}
	for addr%8 == 0 && len(b) >= 8 {
		binary.LittleEndian.PutUint64(b, m[addr])
		addr, b = addr+8, b[8:]
	}
	for i := range b {
		at := addr + uint64(i)
		b[i] = byte(m[at&^7] >> (8 * (at & 7)))
	}
	return nil
}

// longMode makes an analysis in 4-level paging with CR3 = 0x1000.
func longMode(mem fakeMemory) *Analysis {
	a := &Analysis{Ev: &machine.Evidence{}, Report: bootreport.Parse(nil), Sym: LoadSymbols(""), MaxPhyAddr: 40, Mode: 64, mem: memory{mem}}
	a.Regs.CR0 = cr0PE | cr0PG | cr0WP
	a.Regs.CR4 = cr4PAE
	a.Regs.EFER = eferLMA | eferNXE
	a.Regs.CR3 = 0x1000
	return a
}

// tables4 maps virtual 0x8080604000 (indices 1, 2, 3, 4) to 0xABC000.
func tables4() fakeMemory {
	return fakeMemory{0x1000 + 8: 0x2007, 0x2000 + 16: 0x3007, 0x3000 + 24: 0x4007, 0x4000 + 32: 0xABC067}
}

const mapped4 = 0x8080604000

func TestWalkSucceeds(t *testing.T) {
	a := longMode(tables4())
	w := a.walk(mapped4+0x123, Access{Write: true, User: true})
	if w.Failed || w.Phys != 0xABC123 || w.PageSize != 4096 || len(w.Entries) != 4 || !w.Writable || !w.UserOK {
		t.Fatalf("%+v", w)
	}
	for i, want := range []string{"PML4", "PDPT", "PD", "PT"} {
		if e := w.Entries[i]; e.Level != want || e.Index != i+1 || e.Failed {
			t.Errorf("entry %d: %+v", i, e)
		}
	}
	if flags := strings.Join(w.Entries[3].Flags, " "); flags != "P RW US A D" {
		t.Errorf("flags %q", flags)
	}
}

func TestWalkFailures(t *testing.T) {
	leaf, pd := uint64(0x4000+32), uint64(0x3000+24)
	for _, c := range []struct {
		name  string
		set   map[uint64]uint64
		regs  func(*machine.Registers)
		x     Access
		kind  string
		level string
	}{
		{"empty PT entry", map[uint64]uint64{leaf: 0}, nil, Access{}, "not-present", "PT"},
		{"not present with bits", map[uint64]uint64{leaf: 0xABC066}, nil, Access{}, "not-present", "PT"},
		{"missing table", map[uint64]uint64{0x2000 + 16: 0}, nil, Access{}, "not-present", "PDPT"},
		{"read-only", map[uint64]uint64{leaf: 0xABC065}, nil, Access{Write: true}, "read-only", "PT"},
		{"read-only above", map[uint64]uint64{pd: 0x4005}, nil, Access{Write: true}, "read-only", "PD"},
		{"read-only without WP", map[uint64]uint64{leaf: 0xABC065}, func(r *machine.Registers) { r.CR0 &^= cr0WP }, Access{Write: true}, "", ""},
		{"supervisor", map[uint64]uint64{pd: 0x4003}, nil, Access{User: true}, "supervisor", "PD"},
		{"no execute", map[uint64]uint64{leaf: 0xABC067 | pteNX}, nil, Access{Fetch: true}, "no-execute", "PT"},
		{"NX without NXE", map[uint64]uint64{leaf: 0xABC067 | pteNX}, func(r *machine.Registers) { r.EFER = eferLMA }, Access{}, "reserved", "PT"},
		{"SMEP", nil, func(r *machine.Registers) { r.CR4 |= cr4SMEP }, Access{Fetch: true}, "smep", "PT"},
		{"SMAP", nil, func(r *machine.Registers) { r.CR4 |= cr4SMAP }, Access{Write: true}, "smap", "PT"},
		{"SMAP with AC", nil, func(r *machine.Registers) { r.CR4 |= cr4SMAP; r.RFLAGS |= flagsAC }, Access{Write: true}, "", ""},
		{"PS in the PML4", map[uint64]uint64{0x1000 + 8: 0x2087}, nil, Access{}, "reserved", "PML4"},
		{"address too wide", map[uint64]uint64{leaf: 1<<44 | 0xABC067}, nil, Access{}, "reserved", "PT"},
		{"large page off its size", map[uint64]uint64{pd: 0x4087 | 1<<14}, nil, Access{}, "reserved", "PD"},
		{"table in a hole", map[uint64]uint64{pd: 0x9900000007}, nil, Access{}, "unreadable", "PT"},
	} {
		t.Run(c.name, func(t *testing.T) {
			mem := tables4()
			for k, v := range c.set {
				mem[k] = v
			}
			a := longMode(mem)
			if c.regs != nil {
				c.regs(&a.Regs)
			}
			w := a.walk(mapped4, c.x)
			if w.Kind != c.kind || w.Level != c.level || w.Failed != (c.kind != "") {
				t.Errorf("kind %q at %q (%s), want %q at %q", w.Kind, w.Level, w.Reason, c.kind, c.level)
			}
			if n := 0; w.Failed {
				for _, e := range w.Entries {
					if e.Failed {
						n++
					}
				}
				if n != 1 {
					t.Errorf("%d entries are marked", n)
				}
			}
		})
	}
}

func TestWalkNonCanonical(t *testing.T) {
	a := longMode(tables4())
	for addr, canonical := range map[uint64]bool{0x7FFFFFFFFFFF: true, 0x800000000000: false, 0xFFFF7FFFFFFFFFFF: false, 0xFFFF800000000000: true} {
		if got := a.walk(addr, Access{}).Kind != "non-canonical"; got != canonical {
			t.Errorf("%#x canonical: %v", addr, got)
		}
	}
	a.Regs.CR4 |= cr4LA57
	if a.walk(0x800000000000, Access{}).Kind == "non-canonical" {
		t.Error("0x800000000000 is canonical with five levels")
	}
}

func TestWalkOtherModes(t *testing.T) {
	five := longMode(fakeMemory{0x1000 + 8: 0x2007, 0x2000: 0x3007, 0x3000: 0x4007, 0x4000: 0x5007, 0x5000: 0xABC067})
	five.Regs.CR4 |= cr4LA57
	if w := five.walk(1<<48, Access{}); w.Failed || w.Mode != "5-level" || len(w.Entries) != 5 || w.Phys != 0xABC000 {
		t.Errorf("5-level: %+v", w)
	}
	giant := longMode(fakeMemory{0x1000: 0x2007, 0x2000 + 8: 0x40000087})
	if w := giant.walk(0x40000000+0x12345678, Access{}); w.Failed || w.PageSize != 1<<30 || w.Phys != 0x40000000+0x12345678 {
		t.Errorf("1 GiB page: %+v", w)
	}
	pae := longMode(fakeMemory{0x1020 + 8: 0x2001, 0x2000: 0x3003, 0x3000 + 8: 0xABC003})
	pae.Regs.EFER, pae.Mode, pae.Regs.CR3 = 0, 32, 0x1020
	if w := pae.walk(0x40001000, Access{Write: true}); w.Failed || w.Mode != "PAE" || w.Phys != 0xABC000 || len(w.Entries) != 3 {
		t.Errorf("PAE: %+v", w)
	}
	legacy := longMode(fakeMemory{0x1000: 0x2003 | 0x400083<<32, 0x2000: 0xABC003 << 32})
	legacy.Regs.EFER, legacy.Regs.CR4, legacy.Mode = 0, cr4PSE, 32
	if w := legacy.walk(0x1010, Access{Write: true}); w.Failed || w.Mode != "32-bit" || w.Phys != 0xABC010 {
		t.Errorf("32-bit: %+v", w)
	}
	if w := legacy.walk(0x512345, Access{}); w.Failed || w.PageSize != 4<<20 || w.Phys != 0x512345 {
		t.Errorf("4 MiB page: %+v", w)
	}
	legacy.Regs.CR0 &^= cr0PG
	if w := legacy.walk(0x1234, Access{}); w.Failed || w.Mode != "off" || w.Phys != 0x1234 {
		t.Errorf("paging off: %+v", w)
	}
}

func TestMemoryTypes(t *testing.T) {
	a := longMode(tables4())
	for index, want := range []string{"WB", "WT", "UC-", "UC", "WB", "WT", "UC-", "UC"} {
		if got, assumed := a.patType(index); got != want || !assumed {
			t.Errorf("power-on PAT %d = %s, assumed %v", index, got, assumed)
		}
	}
	a.Ev.MSRs = map[uint32]uint64{msrPAT: 0x0100070406, msrMTRRDefType: 0xC06, 0x200: 0xC0000000, 0x201: 0xFFC0000800}
	if got, assumed := a.patType(4); got != "WC" || assumed {
		t.Errorf("PAT 4 = %s", got)
	}
	if got, known := a.mtrrType(0xFD000000); got != "UC" || !known {
		t.Errorf("MTRR of the PCI hole: %s", got)
	}
	if got, _ := a.mtrrType(0x1000); got != "WB" {
		t.Errorf("MTRR of RAM: %s", got)
	}
	for _, c := range [][3]string{{"WB", "UC", "UC"}, {"WB", "WB", "WB"}, {"WC", "UC", "WC"}, {"UC-", "WC", "WC"}, {"UC", "WB", "UC"}, {"WT", "UC", "UC"}} {
		if got := effectiveType(c[0], c[1]); got != c[2] {
			t.Errorf("PAT %s with MTRR %s is %s, want %s", c[0], c[1], got, c[2])
		}
	}
	if got := patIndex(1<<7|ptePWT, false); got != 5 {
		t.Errorf("PAT index of a small page %d", got)
	}
	if got := patIndex(1<<7|1<<12|ptePCD, true); got != 6 {
		t.Errorf("PAT index of a large page %d", got)
	}
}

func TestScanFindsRuns(t *testing.T) {
	mem := tables4()
	mem[0x4000+40] = 0xABD067
	mem[0x4000+48] = 0xFFF067
	mem[0x1000+8*256] = 0x5003 // upper half
	mem[0x5000] = 0x83         // 1 GiB page
	mem[0x1000+8*510] = 0x1003 // the table maps itself
	runs := longMode(mem).mappings()
	want := []Mapping{
		{Virtual: mapped4, Phys: 0xABC000, Size: 0x2000, PageSize: 4096, Write: true, User: true},
		{Virtual: mapped4 + 0x2000, Phys: 0xFFF000, Size: 0x1000, PageSize: 4096, Write: true, User: true},
		{Virtual: 0xFFFF800000000000, Phys: 0, Size: 1 << 30, PageSize: 1 << 30, Write: true},
	}
	if len(runs) != len(want) {
		t.Fatalf("%d runs: %+v", len(runs), runs)
	}
	for i := range want {
		if runs[i] != want[i] {
			t.Errorf("run %d: %+v, want %+v", i, runs[i], want[i])
		}
	}
}

func TestDirectMapGuess(t *testing.T) {
	a := longMode(nil)
	a.maps = []Mapping{{Virtual: 0xFFFF800000000000, Phys: 0, Size: 1 << 30}, {Virtual: 0xFFFFC00000000000, Phys: 0x5000, Size: 0x4000}}
	if off, how := a.directMap(); off != 0xFFFF800000000000 || how == "" {
		t.Errorf("offset %#x from %q", off, how)
	}
	a.Report = bootreport.Parse([]byte("@px layout directmap=0xffff900000000000\n"))
	if off, how := a.directMap(); off != 0xFFFF900000000000 || !strings.Contains(how, "report") {
		t.Errorf("offset %#x from %q", off, how)
	}
}

func TestDescriptors(t *testing.T) {
	code := binary.LittleEndian.AppendUint64(nil, 0x00209A0000000000)
	if d := DecodeDescriptor(1, code); !d.Code() || !d.Long || !d.Present || d.DPL != 0 {
		t.Errorf("%+v", d)
	}
	flat := binary.LittleEndian.AppendUint64(nil, 0x00CF92000000FFFF)
	if d := DecodeDescriptor(2, flat); !d.WritableData() || d.Limit != 0xFFFFFFFF || d.Base != 0 {
		t.Errorf("%+v", d)
	}
	tss := append(binary.LittleEndian.AppendUint64(nil, 0x56008B1234000067), 0x78, 0x56, 0x34, 0x12, 0, 0, 0, 0)
	if d := DecodeDescriptor(5, tss); d.S || d.Type != 11 || d.Base != 0x1234567856123400 || d.Limit != 0x67 {
		t.Errorf("%+v base %#x", d, d.Base)
	}
	gate := []byte{0x34, 0x12, 0x08, 0, 3, 0x8E, 0x78, 0x56, 0xBC, 0x9A, 0, 0, 0, 0, 0, 0}
	if g := DecodeGate(8, gate); g.Offset != 0x9ABC56781234 || g.Selector != 8 || g.IST != 3 || g.Type != 0xE || !g.Present || g.Zero {
		t.Errorf("%+v", g)
	}
}

func TestErrorCodes(t *testing.T) {
	for _, c := range []struct {
		vector int
		code   uint64
		want   string
	}{
		{vecPF, 0x2, "kernel write, the page is not present"},
		{vecPF, 0x15, "user instruction fetch, the page is present but does not allow it"},
		{vecPF, 0x9, "a reserved bit is set"},
		{vecGP, 0, "no descriptor is to blame"},
		{vecGP, 0x28, "selector 0x28, entry 5 of the GDT"},
		{vecGP, 0x2C, "entry 5 of the LDT"},
		{vecGP, 14*8 + 2, "the IDT gate of vector 14"},
		{vecGP, 14*16 + 2, "14, as QEMU counts"},
	} {
		if got := DecodeError(c.vector, c.code); !strings.Contains(got.Words, c.want) {
			t.Errorf("vector %d code %#x: %q, want %q in it", c.vector, c.code, got.Words, c.want)
		}
	}
	if e := DecodeError(vecGP, 0x2B); !e.External || e.Table != "IDT" {
		t.Errorf("%+v", e)
	}
}
