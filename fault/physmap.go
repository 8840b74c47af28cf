package fault

import (
	"fmt"
	"sort"

	"pxos/machine"
)

// Place is what lies at a physical address.
type Place struct {
	Kind   string `json:"kind"` // "ram", "rom", "bar", "device", "hole"
	Name   string `json:"name"`
	Base   uint64 `json:"base"`
	Size   uint64 `json:"size"`
	device *machine.PCIDevice
	bar    *machine.PCIBAR
}

// String describes the place for people.
func (p Place) String() string {
	if p.Kind == "hole" {
		return "nothing (a hole in the physical address space)"
	}
	return fmt.Sprintf("%s, %s at %s", p.Name, size(p.Size), hex(p.Base))
}

// placeAt finds what lies at a physical address: a BAR before the region that
// the emulator made of it.
func (a *Analysis) placeAt(phys uint64) Place {
	if d, b := a.barAt(phys); b != nil {
		return Place{Kind: "bar", Name: barName(d, b), Base: b.Base, Size: b.Size, device: d, bar: b}
	}
	rs := a.Ev.Regions
	i := sort.Search(len(rs), func(i int) bool { return rs[i].End >= phys })
	if i == len(rs) || rs[i].Start > phys {
		return Place{Kind: "hole"}
	}
	return regionPlace(rs[i])
}

// regionPlace is what a region of the emulator's map is.
func regionPlace(r machine.MemoryRegion) Place {
	p := Place{Kind: "device", Name: r.Name, Base: r.Start, Size: r.End - r.Start + 1}
	switch {
	case r.Kind == "ram" && !r.ReadOnly:
		p.Kind, p.Name = "ram", "RAM ("+r.Name+")"
	case r.Kind == "rom" || r.Kind == "romd" || r.ReadOnly:
		p.Kind, p.Name = "rom", "ROM ("+r.Name+")"
	}
	return p
}

// barAt finds the memory BAR that holds a physical address.
func (a *Analysis) barAt(phys uint64) (*machine.PCIDevice, *machine.PCIBAR) {
	for i := range a.Ev.PCI {
		d := &a.Ev.PCI[i]
		for j := range d.BARs {
			b := &d.BARs[j]
			if !b.IO && b.Mapped && b.Size != 0 && phys >= b.Base && phys-b.Base < b.Size {
				return d, b
			}
		}
	}
	return nil, nil
}

func barName(d *machine.PCIDevice, b *machine.PCIBAR) string {
	return fmt.Sprintf("BAR%d of %s", b.Index, deviceName(d))
}

func deviceName(d *machine.PCIDevice) string {
	what := d.Description
	if what == "" {
		what = fmt.Sprintf("class 0x%04x", d.Class)
	}
	return fmt.Sprintf("PCI device %02x:%02x.%d (%04x:%04x, %s)", d.Bus, d.Slot, d.Function, d.Vendor, d.Device, what)
}
