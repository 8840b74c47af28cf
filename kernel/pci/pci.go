// Package pci finds the functions of the PCI bus and sizes their BARs.
//
// It may import arch/amd64, paging and phys. Configuration space is reached by
// ECAM where ACPI's MCFG names it, else by ports 0xCF8 and 0xCFC. PCI Local Bus
// Specification 3.0, chapter 6; PCI Express Base Specification 7.2.2.
package pci

import (
	"pxos/kernel/arch/amd64"
	"pxos/kernel/paging"
	"pxos/kernel/phys"
)

// Configuration space registers.
const (
	regID        = 0x00
	regCommand   = 0x04
	regClass     = 0x08
	regHeader    = 0x0C
	regBAR0      = 0x10
	regBusNumber = 0x18 // header type 1: primary, secondary, subordinate
	regSubsystem = 0x2C

	commandIO     = 1 << 0
	commandMemory = 1 << 1
	commandMaster = 1 << 2

	headerMulti  = 0x80
	headerBridge = 0x01
	classBridge  = 0x0604

	portAddress = 0xCF8
	portData    = 0xCFC

	busECAMBytes = 1 << 20
)

// Bounds of what is kept.
const (
	MaxDevices = 64
	maxDepth   = 8 // of bridges behind bridges
)

// BAR is a sized base address register.
type BAR struct {
	Base, Size uint64
	IO         bool
	Is64       bool
	Prefetch   bool
}

// Device is one PCI function.
type Device struct {
	Bus, Slot, Function uint8
	Vendor, ID          uint16
	Class               uint32 // class 23:16, subclass 15:8, programming interface 7:0
	Header              uint8  // header type without the multi-function bit
	BARs                [6]BAR
}

// Bus is configuration space and what was found in it.
type Bus struct {
	ecam     uint64 // physical base for bus 0, 0 when ports are used
	endBus   uint8
	mapped   [256]bool // buses whose ECAM megabyte is mapped
	tables   *paging.Tables
	Devices  [MaxDevices]Device
	Count    int
	Dropped  int // functions past MaxDevices
	MapError paging.Error
}

// Scan finds every function, starting at bus 0 and following bridges.
func (b *Bus) Scan(t *paging.Tables, ecam uint64, startBus, endBus uint8) {
	b.tables = t
	if ecam != 0 {
		b.ecam = ecam - uint64(startBus)*busECAMBytes
		b.endBus = endBus
	}
	b.scanBus(0, 0)
}

// UsesECAM says by which way configuration space is reached.
func (b *Bus) UsesECAM() bool { return b.ecam != 0 }

func (b *Bus) scanBus(bus uint8, depth int) {
	if depth > maxDepth || !b.open(bus) {
		return
	}
	for slot := uint8(0); slot < 32; slot++ {
		if b.read32(bus, slot, 0, regID)&0xFFFF == 0xFFFF {
			continue
		}
		functions := uint8(1)
		if b.read32(bus, slot, 0, regHeader)>>16&headerMulti != 0 {
			functions = 8
		}
		for fn := uint8(0); fn < functions; fn++ {
			if b.read32(bus, slot, fn, regID)&0xFFFF != 0xFFFF {
				b.add(bus, slot, fn, depth)
			}
		}
	}
}

// add keeps one function and goes on behind it if it is a bridge.
func (b *Bus) add(bus, slot, fn uint8, depth int) {
	if b.Count == MaxDevices {
		b.Dropped++
		return
	}
	d := &b.Devices[b.Count]
	b.Count++
	id := b.read32(bus, slot, fn, regID)
	*d = Device{Bus: bus, Slot: slot, Function: fn, Vendor: uint16(id), ID: uint16(id >> 16)}
	d.Class = b.read32(bus, slot, fn, regClass) >> 8
	d.Header = uint8(b.read32(bus, slot, fn, regHeader)>>16) &^ headerMulti
	switch d.Header {
	case 0:
		b.sizeBARs(d, 6)
	case headerBridge:
		b.sizeBARs(d, 2)
	}
	if d.Class>>8 == classBridge && d.Header == headerBridge {
		secondary := uint8(b.read32(bus, slot, fn, regBusNumber) >> 8)
		if secondary > bus { // a bridge that was not set up, or a loop
			b.scanBus(secondary, depth+1)
		}
	}
}

// sizeBARs writes ones to every BAR and reads back which bits stuck. Decoding
// is off meanwhile: the device must not answer at the address of the probe.
func (b *Bus) sizeBARs(d *Device, count int) {
	command := b.read32(d.Bus, d.Slot, d.Function, regCommand)
	b.write32(d.Bus, d.Slot, d.Function, regCommand, command&0xFFFF&^(commandIO|commandMemory))
	for i := 0; i < count; i++ {
		low, mask := b.probe(d, i)
		if mask == 0 {
			continue
		}
		bar := &d.BARs[i]
		if low&1 != 0 {
			bar.IO = true
			bar.Base = uint64(low &^ 3)
			bar.Size = uint64(^(mask&^3)+1) & 0xFFFF
			continue
		}
		bar.Prefetch = low&8 != 0
		bar.Base = uint64(low &^ 0xF)
		wide := 0xFFFFFFFF00000000 | uint64(mask&^0xF)
		if low>>1&3 == 2 && i+1 < count {
			bar.Is64 = true
			high, highMask := b.probe(d, i+1)
			bar.Base |= uint64(high) << 32
			wide = uint64(highMask)<<32 | uint64(mask&^0xF)
			i++
		}
		bar.Size = ^wide + 1
	}
	b.write32(d.Bus, d.Slot, d.Function, regCommand, command&0xFFFF)
}

// probe gives a BAR's value and the bits that can be written, and leaves the
// value as it was.
func (b *Bus) probe(d *Device, i int) (value, mask uint32) {
	reg := uint16(regBAR0 + 4*i)
	value = b.read32(d.Bus, d.Slot, d.Function, reg)
	b.write32(d.Bus, d.Slot, d.Function, reg, 0xFFFFFFFF)
	mask = b.read32(d.Bus, d.Slot, d.Function, reg)
	b.write32(d.Bus, d.Slot, d.Function, reg, value)
	return value, mask
}

// Enable lets a function answer at its memory BARs and reach memory itself.
func (b *Bus) Enable(d *Device) {
	command := b.read32(d.Bus, d.Slot, d.Function, regCommand) & 0xFFFF
	b.write32(d.Bus, d.Slot, d.Function, regCommand, command|commandMemory|commandMaster)
}

// FindClass gives the next function of a class and subclass after a position
// in Devices, or -1. Start with -1.
func (b *Bus) FindClass(class, subclass uint32, after int) int {
	for i := after + 1; i < b.Count; i++ {
		if b.Devices[i].Class>>8 == class<<8|subclass {
			return i
		}
	}
	return -1
}

// open makes a bus's configuration space reachable.
func (b *Bus) open(bus uint8) bool {
	if b.ecam == 0 || b.mapped[bus] {
		return true
	}
	if bus > b.endBus {
		return false
	}
	registers := paging.Flags{Write: true, Type: paging.Uncached}
	_, b.MapError = b.tables.MapPlatform(b.ecam+uint64(bus)*busECAMBytes, busECAMBytes, registers)
	b.mapped[bus] = b.MapError == paging.OK
	return b.mapped[bus]
}

func (b *Bus) read32(bus, slot, fn uint8, reg uint16) uint32 {
	if b.ecam != 0 {
		return phys.Load32(phys.Register(b.ecamAddress(bus, slot, fn, reg)))
	}
	amd64.Outl(portAddress, portSelector(bus, slot, fn, reg))
	return amd64.Inl(portData)
}

func (b *Bus) write32(bus, slot, fn uint8, reg uint16, value uint32) {
	if b.ecam != 0 {
		phys.Store32(phys.Register(b.ecamAddress(bus, slot, fn, reg)), value)
		return
	}
	amd64.Outl(portAddress, portSelector(bus, slot, fn, reg))
	amd64.Outl(portData, value)
}

// ecamAddress is where a register lies, PCI Express Base Specification 7.2.2.
func (b *Bus) ecamAddress(bus, slot, fn uint8, reg uint16) uint64 {
	return b.ecam + uint64(bus)<<20 + uint64(slot)<<15 + uint64(fn)<<12 + uint64(reg&0xFFC)
}

// portSelector is the value for 0xCF8, PCI Local Bus Specification 3.2.2.3.2.
func portSelector(bus, slot, fn uint8, reg uint16) uint32 {
	return 1<<31 | uint32(bus)<<16 | uint32(slot)<<11 | uint32(fn)<<8 | uint32(reg&0xFC)
}

// Window is where configuration space lies in memory, size 0 where it is reached by
// ports.
func (b *Bus) Window() (base, size uint64) {
	if b.ecam == 0 {
		return 0, 0
	}
	return b.ecam, (uint64(b.endBus) + 1) * busECAMBytes
}
