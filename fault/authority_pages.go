package fault

import (
	"fmt"
	"sort"

	"pxos/abi"
	"pxos/abi/tables"
)

// page judges one run of pages: first by its bits alone, then piece by piece by
// what lies behind it.
func (x *auditor) page(m Mapping) {
	x.out.Bytes += m.Size
	v := Violation{Process: x.s.process, Virtual: m.Virtual, Physical: m.Phys, Bytes: m.Size, Mapped: true}
	say := func(k ViolationKind, text string) {
		v.Kind, v.Text = k, text
		x.report(v)
	}
	upper := m.Virtual>>63 != 0
	if m.Write && !m.NoExec {
		say(ViolationWriteExec, "can be written and executed")
	}
	switch {
	case x.t == nil && m.User:
		say(ViolationUserPage, "can be reached from ring 3, and there is no user program")
	case m.User && upper:
		say(ViolationKernelReachable, "lies in the kernel's half and can be reached from ring 3")
	}
	if !upper && m.Virtual == m.Phys && (x.t == nil || !m.User) {
		say(ViolationIdentity, "is mapped at its own physical address: the identity map was not dropped")
	}
	if x.t == nil {
		p := x.a.placeAt(m.Phys)
		x.checkTarget(m, v, p, p.Kind == "bar", false)
		return
	}
	if m.User && m.Write {
		x.writable = append(x.writable, userMemory{x.s.process, m.Virtual, m.Phys, m.Size})
	}
	x.split(m, v)
}

// split cuts a run where what lies behind it changes, and judges the pieces.
func (x *auditor) split(m Mapping, v Violation) {
	for at, end := m.Phys, m.Phys+m.Size; at < end; {
		if x.pieces++; x.pieces > maxAuditPieces {
			x.cut = true
			return
		}
		p, next := x.a.placePage(at)
		d, until := x.deviceAt(at)
		next = min(next, until, end)
		if d == nil && at/abi.ExtentBytes < abi.MaxExtents {
			next = min(next, (at/abi.ExtentBytes+1)*abi.ExtentBytes)
		}
		v.Virtual, v.Physical, v.Bytes = m.Virtual+(at-m.Phys), at, next-at
		x.piece(m, v, p, d)
		at = next
	}
}

// deviceAt finds the row of a physical address, and where the row or the gap
// before the next one ends.
func (x *auditor) deviceAt(at uint64) (d *tables.Device, until uint64) {
	i := sort.Search(len(x.devices), func(i int) bool { return x.devices[i].Base > at })
	until = ^uint64(0)
	if i < len(x.devices) {
		until = x.devices[i].Base
	}
	if i > 0 && x.devices[i-1].Holds(at) {
		return x.devices[i-1], min(until, x.devices[i-1].Base+x.devices[i-1].Bytes)
	}
	return nil, until
}

// piece judges pages that lie in one place, one extent and one device.
func (x *auditor) piece(m Mapping, v Violation, p Place, d *tables.Device) {
	registers := d != nil || p.Kind == "bar" || p.Kind == "device"
	x.checkTarget(m, v, p, registers, d != nil && d.Combining)
	switch {
	case p.Kind == "hole":
		return
	case d != nil:
		x.checkDeviceGrant(m, v, d)
	case registers:
		v.Kind, v.Text = ViolationDeviceUngranted, fmt.Sprintf("maps %s, which is not in the table of devices", p.Name)
		x.report(v)
	default:
		x.checkExtentGrant(m, v)
	}
}

// checkTarget compares a mapping with what lies behind it, without asking who
// may have it.
func (x *auditor) checkTarget(m Mapping, v Violation, p Place, registers, combining bool) {
	memtype, assumed := x.a.patType(m.PATIndex)
	cacheable := memtype != "UC" && memtype != "UC-" && memtype != "WC"
	say := func(k ViolationKind, format string, args ...any) {
		v.Kind, v.Text = k, fmt.Sprintf(format, args...)
		x.report(v)
	}
	switch {
	case p.Kind == "hole":
		say(ViolationHole, "leads to nothing: a hole in the physical address space")
	case registers && p.Kind == "ram": // checkRows says what is wrong there
	case registers && assumed && m.PATIndex != 0: // its type is not known
	case registers && cacheable:
		say(ViolationDeviceType, "maps %s as %s: device registers must be uncached", p.Name, memtype)
	case registers && memtype == "WC" && x.t != nil && x.uncombinable(m, v):
		say(ViolationDeviceType, "maps %s as WC, and the registers and rings of the pxGPU must be uncached", p.Name)
	case registers && memtype == "WC" && x.t != nil && !combining:
		say(ViolationDeviceType, "maps %s as WC, and its range does not allow that", p.Name)
	case p.Kind == "ram" && memtype != "WB" && !assumed:
		say(ViolationRAMType, "maps RAM as %s", memtype)
	}
}

// uncombinable says whether a piece holds registers or rings of the pxGPU: what
// lies below the memory that ALLOC hands out.
func (x *auditor) uncombinable(m Mapping, v Violation) bool {
	return x.gpu != nil && v.Physical >= x.gpu.Base && v.Physical-x.gpu.Base < min(abi.VRAMAllocBase, x.gpu.Size)
}

// needed are the rights that a mapping must have.
func needed(m Mapping) tables.Rights {
	need := tables.Rights(abi.RightRead)
	if m.Write {
		need |= abi.RightWrite
	}
	if !m.NoExec {
		need |= abi.RightExec
	}
	return need
}

// grant is what one process may do with an object by its capabilities.
type grant struct {
	whole    bool          // one capability has all that is needed
	rights   tables.Rights // of all live ones together
	live     bool
	revoking bool
}

func (x *auditor) grant(o tables.Object, holder tables.Handle, need tables.Rights) grant {
	var g grant
	for _, c := range x.caps[o] {
		if c.Holder != holder {
			continue
		}
		switch c.State {
		case abi.CapabilityLive:
			g.live = true
			g.rights |= c.Rights
			g.whole = g.whole || c.Rights.Has(need)
		case abi.CapabilityRevoking:
			g.revoking = true
		}
	}
	return g
}

// holder is who must have the right to a page: supervisor pages are the kernel's
// in every address space.
func (x *auditor) holder(m Mapping) tables.Handle {
	if m.User {
		return x.s.process
	}
	return tables.Kernel
}

// checkRights says what a live grant lacks; false when it is no live grant.
func (x *auditor) checkRights(m Mapping, v Violation, g grant) bool {
	need := needed(m)
	lacks := need &^ g.rights
	switch {
	case !g.live || lacks&abi.RightRead != 0:
		return false
	case lacks == 0 && !g.whole:
		v.Kind, v.Text = ViolationWriteNotGranted, fmt.Sprintf("is mapped with rights (%s) that no single capability of %s holds", need, x.holder(m))
		x.report(v)
		return true
	}
	if lacks&abi.RightWrite != 0 {
		v.Kind, v.Text = ViolationWriteNotGranted, fmt.Sprintf("can be written, and %s has no right to write there", x.holder(m))
		x.report(v)
	}
	if lacks&abi.RightExec != 0 {
		v.Kind, v.Text = ViolationExecNotGranted, fmt.Sprintf("can be executed, and %s has no right to execute there", x.holder(m))
		x.report(v)
	}
	return true
}

// checkDeviceGrant asks whether a page of a device's range may be mapped.
func (x *auditor) checkDeviceGrant(m Mapping, v Violation, d *tables.Device) {
	g := x.grant(tables.Object{Kind: abi.ObjectDevice, Index: d.Row}, x.holder(m), needed(m))
	if x.kernelReachable(m, v, g.live || d.State == abi.DeviceClaimed && d.Owner == tables.Kernel) {
		return
	}
	if d.State == abi.DeviceClaimed && x.checkRights(m, v, g) {
		return
	}
	v.Kind = ViolationDeviceUngranted
	switch {
	case g.revoking:
		v.Kind, v.Text = ViolationStale, fmt.Sprintf("maps device row %d (%s) by a capability that is being revoked", d.Row, d.Name())
	case d.State != abi.DeviceClaimed:
		v.Text = fmt.Sprintf("maps device row %d (%s), which nobody has claimed", d.Row, d.Name())
	default:
		v.Text = fmt.Sprintf("maps device row %d (%s) of %s, and %s holds no capability of it", d.Row, d.Name(), d.Owner, x.holder(m))
	}
	x.report(v)
}

// checkExtentGrant asks whether a page of RAM may be mapped.
func (x *auditor) checkExtentGrant(m Mapping, v Violation) {
	number := extentNumber(v.Physical)
	e := x.extents[number]
	o := tables.Object{Kind: abi.ObjectExtent, Index: number}
	g := x.grant(o, x.holder(m), needed(m))
	if x.filling(m, o) {
		return
	}
	if x.kernelReachable(m, v, g.live || e != nil && e.Owned() && e.Owner == tables.Kernel) {
		return
	}
	ending := e != nil && e.State == abi.ExtentRevoking
	if !ending && x.checkRights(m, v, g) {
		return
	}
	switch owner := x.otherOwner(m, o, e); {
	case g.revoking || ending && g.live:
		v.Kind, v.Text = ViolationStale, "is mapped by a capability that is being revoked"
	case !m.User:
		v.Kind, v.Text = ViolationKernelUncovered, "is mapped for the kernel, which holds no capability of it: "+extentFate(e)
	case e != nil && e.Owned() && e.Owner == tables.Kernel:
		v.Kind, v.Text = ViolationKernelReachable, "is the kernel's memory, was not granted, and can be reached from ring 3"
	case owner != "":
		v.Kind, v.Text = ViolationUserForeign, "is memory of "+owner
	default:
		v.Kind, v.Text = ViolationUserUncovered, "can be reached from ring 3, and the process holds no capability of it: "+extentFate(e)
	}
	x.report(v)
}

// filling says whether a page is one of the process' own that the kernel is filling:
// ring 3 must not reach it before it is done.
func (x *auditor) filling(m Mapping, o tables.Object) bool {
	return !m.User && x.s.process != tables.Kernel && m.Virtual>>63 == 0 && x.grant(o, x.s.process, needed(m)).whole
}

// kernelReachable reports what is the kernel's and a user page in an address
// space that is no user process': nobody there could have been granted it.
func (x *auditor) kernelReachable(m Mapping, v Violation, ofKernel bool) bool {
	if !m.User || x.s.process != tables.Kernel || !ofKernel {
		return false
	}
	v.Kind, v.Text = ViolationKernelReachable, "is the kernel's and can be reached from ring 3 in "+x.s.name
	x.report(v)
	return true
}

// otherOwner names another process that has the extent, "" if none has.
func (x *auditor) otherOwner(m Mapping, o tables.Object, e *tables.Extent) string {
	holder := x.holder(m)
	if e != nil && e.Owned() && e.Owner != holder {
		return e.Owner.String()
	}
	for _, c := range x.caps[o] {
		if c.Holder != holder && c.State == abi.CapabilityLive {
			return c.Holder.String()
		}
	}
	return ""
}

func extentFate(e *tables.Extent) string {
	switch {
	case e == nil:
		return "it is no extent"
	case e.Owned():
		return "it is memory of " + e.Owner.String()
	}
	return "it is free"
}
