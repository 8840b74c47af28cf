package vfiouser

import (
	"encoding/binary"
	"testing"
)

func read32(c *ConfigSpace, at uint64) uint32 {
	var b [4]byte
	c.Read(at, b[:])
	return binary.LittleEndian.Uint32(b[:])
}

func write32(c *ConfigSpace, at uint64, v uint32) {
	c.Write(at, binary.LittleEndian.AppendUint32(nil, v))
}

func testConfig(t *testing.T) *ConfigSpace {
	t.Helper()
	c, err := NewConfigSpace(Identity{Vendor: 0x5058, Device: 1, Class: 3},
		[]BAR{{Index: 0, Size: 16 << 20, Is64: true}, {Index: 4, Size: 0x1000}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.AddMSIX(16, 4, 0, 0x800); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestBARSizing(t *testing.T) {
	c := testConfig(t)
	for at, want := range map[uint64]uint32{0x10: 0xFF000004, 0x14: 0xFFFFFFFF, 0x18: 0, 0x20: 0xFFFFF000, 0x24: 0} {
		write32(c, at, 0xFFFFFFFF)
		if got := read32(c, at); got != want {
			t.Errorf("register %#x sizes as %#x, want %#x", at, got, want)
		}
	}
	write32(c, 0x10, 0xFD123456)
	if got := read32(c, 0x10); got != 0xFD000004 {
		t.Errorf("BAR0 = %#x", got)
	}
}

func TestReadOnlyRegistersStay(t *testing.T) {
	c := testConfig(t)
	before := [64]uint32{}
	for i := range before {
		before[i] = read32(c, uint64(4*i))
	}
	for i := range before {
		write32(c, uint64(4*i), ^before[i])
	}
	for _, at := range []uint64{0x00, 0x08, 0x2C, 0x34, 0x44, 0x48} {
		if got := read32(c, at); got != before[at/4] {
			t.Errorf("%#x changed from %#x to %#x", at, before[at/4], got)
		}
	}
	if got := read32(c, 0x04) & 0xFFFF; got != commandWritable {
		t.Errorf("command register took %#x, want %#x", got, commandWritable)
	}
	c.Reset()
	for i := range before {
		if got := read32(c, uint64(4*i)); got != before[i] {
			t.Errorf("after reset %#x is %#x, was %#x", 4*i, got, before[i])
		}
	}
}

func TestCapabilityChain(t *testing.T) {
	c := testConfig(t)
	second, err := c.AddCapability(0x09, []byte{1, 2, 3}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if read32(c, 4)>>16&statusCapList == 0 {
		t.Error("status does not announce capabilities")
	}
	first := read32(c, 0x34) & 0xFF
	if read32(c, uint64(first))&0xFF != capMSIX || read32(c, uint64(first))>>8&0xFF != uint32(second) {
		t.Errorf("chain: first at %#x = %#x", first, read32(c, uint64(first)))
	}
	if table := read32(c, uint64(first)+4); table != 4 {
		t.Errorf("table register %#x", table)
	}
	write32(c, uint64(first), 0xFFFF0000)
	if got := read32(c, uint64(first)) >> 16; got != msixControlEnable|msixControlMask|15 {
		t.Errorf("message control %#x", got)
	}
}

func TestImpossibleBARs(t *testing.T) {
	for _, bars := range [][]BAR{
		{{Index: 5, Size: 4096, Is64: true}}, {{Index: 6, Size: 4096}}, {{Index: 0, Size: 4097}},
		{{Index: 0, Size: 8}}, {{Index: 0, Size: 4096, Is64: true}, {Index: 1, Size: 4096}}, {{Index: 0, Size: 1 << 32}},
	} {
		if _, err := NewConfigSpace(Identity{}, bars); err == nil {
			t.Errorf("%+v accepted", bars)
		}
	}
}
