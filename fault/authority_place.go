package fault

import (
	"fmt"
	"sort"
	"strings"

	"pxos/abi"
	"pxos/abi/tables"
)

// placePage finds what lies in the page at a physical address, and where that
// may end: pages from there to next, at least one, hold the same. A device whose
// registers fill a part of a page has all of it.
func (a *Analysis) placePage(page uint64) (p Place, next uint64) {
	page &^= pageBytes - 1
	next = ^uint64(0) &^ (pageBytes - 1)
	limit := func(at uint64) {
		if at > page && at < next {
			next = at
		}
	}
	for i := range a.Ev.PCI {
		d := &a.Ev.PCI[i]
		for j := range d.BARs {
			b := &d.BARs[j]
			if b.IO || !b.Mapped || b.Size == 0 || b.Base+b.Size-1 < b.Base {
				continue
			}
			first, last := b.Base&^(pageBytes-1), (b.Base+b.Size-1)|(pageBytes-1)
			limit(first)
			limit(last + 1)
			if p.bar == nil && page >= first && page <= last {
				p = Place{Kind: "bar", Name: barName(d, b), Base: b.Base, Size: b.Size, device: d, bar: b}
			}
		}
	}
	rs := a.Ev.Regions
	i := sort.Search(len(rs), func(i int) bool { return rs[i].End >= page })
	switch {
	case i == len(rs):
		if p.bar == nil {
			p = Place{Kind: "hole"}
		}
	case rs[i].Start > page|(pageBytes-1):
		limit(rs[i].Start &^ (pageBytes - 1))
		if p.bar == nil {
			p = Place{Kind: "hole"}
		}
	default:
		limit(rs[i].End&^(pageBytes-1) + pageBytes)
		if p.bar == nil {
			p = regionPlace(rs[i])
		}
	}
	return p, next
}

// checkTogether holds the tables against each other: a GPU that works keeps them so.
func (x *auditor) checkTogether() {
	if err := x.t.Check(); err != nil {
		for line := range strings.Lines(err.Error()) {
			x.report(Violation{Kind: ViolationTables, Text: "the GPU's tables: " + strings.TrimSpace(line)})
		}
	}
}

// checkRows compares devices and extents of the tables with the emulator's map.
func (x *auditor) checkRows() {
	for _, d := range x.devices {
		x.checkDevice(d)
	}
	for _, e := range x.t.Extents {
		x.checkExtent(e)
	}
}

func (x *auditor) checkDevice(d *tables.Device) {
	v := Violation{Kind: ViolationDeviceUnknown, Physical: d.Base, Bytes: d.Bytes}
	if d.State == abi.DeviceClaimed {
		v.Process = d.Owner
	}
	if !d.Platform && !x.isBAR(d) {
		v.Text = fmt.Sprintf("is row %d of the devices, %s, and the emulator has no such BAR there", d.Row, d.Name())
		x.report(v)
		return
	}
	end := d.Base + d.Bytes - 1
	for at := d.Base; ; {
		p, next := x.a.placePage(at)
		piece := v
		piece.Physical, piece.Bytes = at, min(next-1, end)-at+1
		switch p.Kind {
		case "hole":
			piece.Text = fmt.Sprintf("is in row %d of the devices (%s), and nothing is there", d.Row, d.Name())
			x.report(piece)
		case "ram":
			piece.Text = fmt.Sprintf("is in row %d of the devices (%s), and it is RAM", d.Row, d.Name())
			x.report(piece)
		}
		if next > end || next <= at {
			return
		}
		at = next
	}
}

// isBAR says whether a range lies in the BAR that it claims to be.
func (x *auditor) isBAR(d *tables.Device) bool {
	for _, p := range x.a.Ev.PCI {
		if p.Bus != d.Bus || p.Slot != d.Slot || p.Function != d.Function {
			continue
		}
		for _, b := range p.BARs {
			end := b.Base + (b.Size+pageBytes-1)&^(pageBytes-1)
			if b.Index == d.BAR && !b.IO && b.Mapped && d.Base >= b.Base&^(pageBytes-1) && d.Base+d.Bytes-1 < end {
				return true
			}
		}
	}
	return false
}

// checkExtent expects an extent to begin in RAM (or in ROM that the firmware keeps
// there). RAM may end within the last one: then nothing may follow that a device has
// claimed.
func (x *auditor) checkExtent(e tables.Extent) {
	v := Violation{Kind: ViolationExtentNoRAM}
	if e.Owned() {
		v.Process = e.Owner
	}
	for at, end := e.Base(), e.Base()+abi.ExtentBytes; at < end; {
		p, next := x.a.placePage(at)
		next = min(next, end)
		if p.Kind == "bar" || at == e.Base() && p.Kind != "ram" && p.Kind != "rom" {
			v.Physical, v.Bytes = at, next-at
			v.Text = fmt.Sprintf("is an extent in the tables, and in the emulator's map it is %s", p.what())
			x.report(v)
		}
		at = next
	}
}

// what names a place without its address, so that neighbours share it.
func (p Place) what() string {
	if p.Kind == "hole" {
		return "nothing"
	}
	return p.Name
}

// checkTablePlace expects a page-table page in memory that the kernel holds with
// the right to write, and nobody else holds.
func (x *auditor) checkTablePlace(phys uint64, process tables.Handle) {
	v := Violation{Kind: ViolationTablePlace, Process: process, Physical: phys, Bytes: pageBytes}
	say := func(format string, args ...any) {
		v.Text = "holds page tables and " + fmt.Sprintf(format, args...)
		x.report(v)
	}
	if p, _ := x.a.placePage(phys); p.Kind != "ram" {
		say("lies in %s, which is no RAM", p.what())
		return
	}
	number := extentNumber(phys)
	held := false
	for _, c := range x.caps[tables.Object{Kind: abi.ObjectExtent, Index: number}] {
		if c.Holder == tables.Kernel && c.State == abi.CapabilityLive && c.Rights.Has(abi.RightRead|abi.RightWrite) {
			held = true
		}
		if c.Holder != tables.Kernel {
			say("lies in memory that %s holds too", c.Holder)
			return
		}
	}
	if e := x.extents[number]; e != nil && e.Owned() && e.Owner != tables.Kernel {
		say("lies in memory of %s", e.Owner)
		return
	}
	if !held {
		say("lies in memory that the kernel does not hold with the right to write")
	}
}

// extentNumber is the extent of a physical address, -1 beyond the last one.
func extentNumber(phys uint64) int {
	if n := phys / abi.ExtentBytes; n < abi.MaxExtents {
		return int(n)
	}
	return -1
}
