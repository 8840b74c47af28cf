package pci

import "pxos/kernel/phys"

// Capability MSI-X: PCI Local Bus Specification 3.0, 6.8.2.
const (
	capMSIX         = 0x11
	msixEnable      = 1 << 31
	msixEntryBytes  = 16
	msixLastEntry   = 0x7FF // of bits 26:16
	messageBase     = 0xFEE00000
	messageAPIC     = 12 // where the destination stands, Intel SDM volume 3, 11.11.1
	vectorNotMasked = 0
)

// Interrupt has a function raise a vector on a processor by an entry of its MSI-X table,
// whose BAR is mapped. It is false where the function has no such entry.
func (b *Bus) Interrupt(d *Device, entry, apicID, vector uint32) bool {
	at := b.Capability(d, capMSIX, 0)
	if at == 0 {
		return false
	}
	head, table := b.Read(d, at), b.Read(d, at+4)
	if entry > head>>16&msixLastEntry {
		return false
	}
	number := table & 7
	if number >= uint32(len(d.BARs)) {
		return false
	}
	bar, offset := &d.BARs[number], uint64(table&^7)+uint64(entry)*msixEntryBytes
	if bar.IO || bar.Base == 0 || bar.Size < phys.PageBytes || offset+msixEntryBytes > bar.Size {
		return false
	}
	phys.Store32(phys.Register(bar.Base+offset), messageBase|apicID<<messageAPIC)
	phys.Store32(phys.Register(bar.Base+offset+4), 0)
	phys.Store32(phys.Register(bar.Base+offset+8), vector)
	phys.Store32(phys.Register(bar.Base+offset+12), vectorNotMasked)
	b.Write(d, at, head|msixEnable)
	return true
}
