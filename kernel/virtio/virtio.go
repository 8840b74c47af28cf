// Package virtio drives devices of the VIRTIO family over PCI: the transport with its
// queues, a network card, and the channel to a directory that the host shares.
//
// It may import apic's neighbours beneath the scheduler: arch/amd64, frame, paging, pci
// and phys. Virtual I/O Device (VIRTIO) Version 1.2, sections 2.7 (split virtqueues),
// 4.1 (PCI) and 5.1 (network device); the modern interface alone.
//
// What the device writes is not trusted: indices are taken modulo the queue, and lengths
// are bounded by the buffers.
package virtio

import (
	"pxos/kernel/paging"
	"pxos/kernel/pci"
	"pxos/kernel/phys"
)

// Vendor is the PCI vendor of all virtio devices; a modern device of type n has the
// identity deviceBase+n: 4.1.2.
const (
	Vendor     = 0x1AF4
	deviceBase = 0x1040
	NetworkID  = deviceBase + 1
	ShareID    = deviceBase + 9
)

// Vendor capabilities, 4.1.4.
const (
	capVendor = 0x09
	cfgCommon = 1
	cfgNotify = 2
	cfgDevice = 4
)

// Registers of the common configuration, 4.1.4.3.
const (
	deviceFeatureSelect = 0x00
	deviceFeature       = 0x04
	driverFeatureSelect = 0x08
	driverFeature       = 0x0C
	configMSIX          = 0x10 // 16 bits; beside it the number of queues
	deviceStatus        = 0x14 // 8 bits
	queueSelect         = 0x16 // 16 bits
	queueSize           = 0x18
	queueMSIX           = 0x1A
	queueEnable         = 0x1C
	queueNotifyOff      = 0x1E
	queueDesc           = 0x20 // 64 bits each
	queueDriver         = 0x28
	queueDevice         = 0x30
)

// Status bits, 2.1, and the one feature of the transport that we insist on, 6.
const (
	statusAcknowledge = 1
	statusDriver      = 2
	statusDriverOK    = 4
	statusFeaturesOK  = 8
	statusNeedsReset  = 64
	statusFailed      = 128
	featureVersion1   = 1 << 32
	noVector          = 0xFFFF
)

// Error says why a device cannot be used. 0 is no error.
type Error uint8

// Reasons.
const (
	OK Error = iota
	ErrAbsent
	ErrLayout
	ErrMap
	ErrFeatures
	ErrQueue
	ErrMemory
)

// String is the reason in words.
func (e Error) String() string {
	switch e {
	case OK:
		return "ok"
	case ErrAbsent:
		return "there is no such device"
	case ErrLayout:
		return "the device does not have the modern interface in a memory BAR"
	case ErrMap:
		return "its registers cannot be mapped"
	case ErrFeatures:
		return "it refuses the features of VIRTIO 1"
	case ErrQueue:
		return "a queue is missing or too short"
	case ErrMemory:
		return "there is no memory for its queues"
	}
	return "unknown"
}

// transport is how a device is reached: physical addresses of its registers.
type transport struct {
	bus            *pci.Bus
	device         *pci.Device
	common, notify uint64
	specific       uint64
	multiplier     uint64 // of a queue's notification offset
}

// open finds the registers of a device, behind so many of its kind, and maps them.
func (t *transport) open(b *pci.Bus, tables *paging.Tables, id uint16, skip int) Error {
	t.bus, t.device = b, b.Find(Vendor, id, skip)
	if t.device == nil {
		return ErrAbsent
	}
	b.Enable(t.device)
	for i := range t.device.BARs {
		bar := &t.device.BARs[i]
		if bar.IO || bar.Base == 0 || bar.Size < phys.PageBytes {
			continue
		}
		if _, err := tables.MapDevice(bar.Base, bar.Size, paging.Uncached); err != paging.OK {
			return ErrMap
		}
	}
	for at := b.Capability(t.device, capVendor, 0); at != 0; at = b.Capability(t.device, capVendor, at) {
		where, ok := t.place(at)
		if !ok {
			continue
		}
		switch kind := b.Read(t.device, at) >> 24; {
		case kind == cfgCommon && t.common == 0:
			t.common = where
		case kind == cfgNotify && t.notify == 0:
			t.notify = where
			t.multiplier = uint64(b.Read(t.device, at+16))
		case kind == cfgDevice && t.specific == 0:
			t.specific = where
		}
	}
	if t.common == 0 || t.notify == 0 {
		return ErrLayout
	}
	return OK
}

// place is where the registers lie that a capability names, and whether they lie in a
// BAR that is mapped.
func (t *transport) place(at uint16) (uint64, bool) {
	number := t.bus.Read(t.device, at+4) & 0xFF
	offset, length := uint64(t.bus.Read(t.device, at+8)), uint64(t.bus.Read(t.device, at+12))
	if number >= uint32(len(t.device.BARs)) {
		return 0, false
	}
	bar := &t.device.BARs[number]
	if bar.IO || bar.Base == 0 || bar.Size < phys.PageBytes || offset > bar.Size || length > bar.Size-offset {
		return 0, false
	}
	return bar.Base + offset, true
}

func (t *transport) read32(reg uint64) uint32 { return phys.Load32(phys.Register(t.common + reg)) }

func (t *transport) write32(reg uint64, v uint32) { phys.Store32(phys.Register(t.common+reg), v) }

// status reads and sets the device status.
func (t *transport) status() uint8 { return phys.Load8(t.common + deviceStatus) }

func (t *transport) setStatus(v uint8) { phys.Store8(t.common+deviceStatus, v) }

// negotiate resets the device and agrees on features: VIRTIO 1 and those of wanted that
// it has. 3.1.1.
func (t *transport) negotiate(wanted uint64) Error {
	t.setStatus(0)
	for n := 0; t.status() != 0; n++ {
		if n == resetLimit {
			return ErrFeatures
		}
	}
	t.setStatus(statusAcknowledge)
	t.setStatus(statusAcknowledge | statusDriver)
	offered := uint64(0)
	for half := uint32(0); half < 2; half++ {
		t.write32(deviceFeatureSelect, half)
		offered |= uint64(t.read32(deviceFeature)) << (32 * half)
	}
	agreed := offered & (wanted | featureVersion1)
	for half := uint32(0); half < 2; half++ {
		t.write32(driverFeatureSelect, half)
		t.write32(driverFeature, uint32(agreed>>(32*half)))
	}
	t.setStatus(statusAcknowledge | statusDriver | statusFeaturesOK)
	if agreed&featureVersion1 == 0 || t.status()&statusFeaturesOK == 0 {
		t.setStatus(statusFailed)
		return ErrFeatures
	}
	return OK
}

// resetLimit bounds the reads of the status until a reset is done.
const resetLimit = 1_000_000

// interrupt has the device raise a vector on a processor by its MSI-X table's first
// entry.
func (t *transport) interrupt(apicID, vector uint32) bool {
	ok := t.bus.Interrupt(t.device, 0, apicID, vector)
	if ok {
		phys.Store16(t.common+configMSIX, noVector)
	}
	return ok
}
