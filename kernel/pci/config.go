package pci

// Capability registers of configuration space, PCI Local Bus Specification 3.0, 6.7.
const (
	regStatus       = 0x04 // upper half
	regCapabilities = 0x34
	statusList      = 1 << 4 << 16
	maxCapabilities = 48 // as many as fit between the header and the end
)

// Read reads a register of a function's configuration space. reg is a multiple of 4.
func (b *Bus) Read(d *Device, reg uint16) uint32 { return b.read32(d.Bus, d.Slot, d.Function, reg) }

// Write writes a register of a function's configuration space.
func (b *Bus) Write(d *Device, reg uint16, value uint32) {
	b.write32(d.Bus, d.Slot, d.Function, reg, value)
}

// Capability gives the offset of the next capability with an identity behind another, 0
// for the first; 0 where there is none.
func (b *Bus) Capability(d *Device, id uint8, after uint16) uint16 {
	if b.Read(d, regStatus)&statusList == 0 {
		return 0
	}
	at := uint16(b.Read(d, regCapabilities)) & 0xFC
	found := after == 0
	for n := 0; at >= 0x40 && n < maxCapabilities; n++ {
		head := b.Read(d, at)
		if found && uint8(head) == id {
			return at
		}
		found = found || at == after
		at = uint16(head>>8) & 0xFC
	}
	return 0
}

// Find gives the first function with an identity behind so many that are passed over,
// nil where there is none.
func (b *Bus) Find(vendor, id uint16, skip int) *Device {
	for i := 0; i < b.Count; i++ {
		if d := &b.Devices[i]; d.Vendor == vendor && d.ID == id {
			if skip == 0 {
				return d
			}
			skip--
		}
	}
	return nil
}
