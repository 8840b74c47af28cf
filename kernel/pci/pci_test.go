package pci

import (
	"encoding/binary"
	"testing"

	"pxos/kernel/bootinfo"
	"pxos/kernel/frame"
	"pxos/kernel/paging"
	"pxos/tests/arena"
)

const (
	arenaBytes = 1 << 28
	ecamAt     = 64 << 20
	lastBus    = 15
)

// configSpace is plain memory where ECAM would be: nothing reacts, so a BAR
// keeps all ones as a device without that BAR's hard-wired bits would.
type configSpace []byte

func newBus(t *testing.T) (*paging.Tables, configSpace) {
	t.Helper()
	memory := arena.New(t, arenaBytes)
	in := &bootinfo.Info{RegionCount: 1}
	in.Regions[0] = bootinfo.Region{Base: 1 << 20, Length: 8 << 20, Kind: bootinfo.KindRAM}
	var frames frame.Allocator
	tables := &paging.Tables{}
	if !frames.Init(in, nil, frame.Extent{Start: 0, End: 9 << 20}) || !tables.Init(&frames, 36) {
		t.Fatal("no memory for page tables")
	}
	space := configSpace(memory[ecamAt : ecamAt+(lastBus+1)<<20])
	for i := range space {
		space[i] = 0xFF
	}
	return tables, space
}

// function puts a function into configuration space.
func (c configSpace) function(bus, slot, fn int, id, class uint32, header byte) []byte {
	b := c[bus<<20|slot<<15|fn<<12:][:256]
	clear(b)
	binary.LittleEndian.PutUint32(b[regID:], id)
	binary.LittleEndian.PutUint32(b[regClass:], class<<8)
	b[regHeader+2] = header
	return b
}

func TestScanFollowsBridges(t *testing.T) {
	tables, space := newBus(t)
	space.function(0, 0, 0, 0x29C08086, 0x060000, 0)
	space.function(0, 3, 0, 0x00011AF4, 0x020000, headerMulti)
	space.function(0, 3, 5, 0x00021AF4, 0x020000, 0)
	space.function(0, 4, 1, 0x00031AF4, 0x020000, 0) // function 0 is missing: nobody may look
	bridge := func(bus, slot int, secondary byte) {
		space.function(bus, slot, 0, 0x00041B36, 0x060400, headerBridge)[regBusNumber+1] = secondary
	}
	bridge(0, 5, 2)
	bridge(2, 0, 3)
	space.function(3, 31, 0, 0x10011234, 0x030000, 0)
	bridge(3, 1, 0)   // not set up
	bridge(3, 2, 3)   // leads to itself
	bridge(3, 4, 200) // past the last bus
	var b Bus
	b.Scan(tables, ecamAt, 0, lastBus)
	if !b.UsesECAM() || b.Dropped != 0 || b.Count != 9 {
		t.Fatalf("%d functions, %d dropped: %+v", b.Count, b.Dropped, b.Devices[:b.Count])
	}
	vga := b.FindClass(3, 0, -1)
	if vga < 0 || b.Devices[vga].Bus != 3 || b.Devices[vga].Slot != 31 || b.Devices[vga].Vendor != 0x1234 || b.Devices[vga].ID != 0x1001 {
		t.Fatalf("the display behind two bridges: %d %+v", vga, b.Devices)
	}
	if b.FindClass(3, 0, vga) != -1 || b.FindClass(1, 1, -1) != -1 {
		t.Error("a class was found that is not there")
	}
	b.Enable(&b.Devices[vga])
	if got := space[3<<20|31<<15+regCommand] & (commandMemory | commandMaster); got != commandMemory|commandMaster {
		t.Errorf("command register %#x after Enable", got)
	}
}

func TestScanIsBounded(t *testing.T) {
	tables, space := newBus(t)
	for slot := range 32 {
		for fn := range 8 {
			space.function(0, slot, fn, 0x10001234, 0xFF0000, headerMulti)
		}
	}
	var b Bus
	b.Scan(tables, ecamAt, 0, lastBus)
	if b.Count != MaxDevices || b.Dropped != 256-MaxDevices {
		t.Errorf("%d kept, %d dropped of 256", b.Count, b.Dropped)
	}
}

func TestBridgeDepthIsBounded(t *testing.T) {
	tables, space := newBus(t)
	for bus := range lastBus {
		space.function(bus, 0, 0, 0x00041B36, 0x060400, headerBridge)[regBusNumber+1] = byte(bus + 1)
	}
	var b Bus
	b.Scan(tables, ecamAt, 0, lastBus)
	if b.Count != maxDepth+1 {
		t.Errorf("%d bridges behind one another were followed, %d is the bound", b.Count, maxDepth+1)
	}
}

// TestBARs: in plain memory every bit of a BAR sticks, so that the low bits of
// the value alone tell its form.
func TestBARs(t *testing.T) {
	tables, space := newBus(t)
	f := space.function(0, 0, 0, 0x10001234, 0xFF0000, 0)
	le := binary.LittleEndian
	for i, v := range []uint32{0xC001, 0xFD000008, 0xE000000C, 0x12, 0xFEB00000, 0} {
		le.PutUint32(f[regBAR0+4*i:], v)
	}
	var b Bus
	b.Scan(tables, ecamAt, 0, lastBus)
	got := b.Devices[0].BARs
	if !got[0].IO || got[0].Base != 0xC000 || got[1].IO || !got[1].Prefetch || got[1].Base != 0xFD000000 || got[1].Is64 {
		t.Errorf("BAR0 %+v, BAR1 %+v", got[0], got[1])
	}
	if !got[2].Is64 || got[2].Base != 0x12_E0000000 || got[3] != (BAR{}) || got[4].Base != 0xFEB00000 || got[4].Prefetch {
		t.Errorf("BAR2 %+v, BAR3 %+v, BAR4 %+v", got[2], got[3], got[4])
	}
	for i, v := range []uint32{0xC001, 0xFD000008, 0xE000000C, 0x12, 0xFEB00000, 0} {
		if left := le.Uint32(f[regBAR0+4*i:]); left != v {
			t.Errorf("BAR%d holds %#x after the probe, %#x before", i, left, v)
		}
	}
}

func TestAddresses(t *testing.T) {
	b := Bus{ecam: 0xB0000000}
	if got := b.ecamAddress(0x12, 0x1F, 7, 0x104); got != 0xB0000000+0x12<<20+0x1F<<15+7<<12+0x104 {
		t.Errorf("ECAM address %#x", got)
	}
	// PCI Local Bus Specification 3.0, figure 3-2.
	if got := portSelector(0x12, 0x1F, 7, 0x3D); got != 0x8012FF3C {
		t.Errorf("value for port 0xCF8: %#x", got)
	}
}
