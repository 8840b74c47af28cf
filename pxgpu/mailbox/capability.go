package mailbox

import (
	"math"

	"pxos/abi"
)

// extent is 2 MiB of RAM.
type extent struct {
	state, rights uint8
	owner         uint16
	generation    uint32
	references    uint32 // live capabilities
}

// capability is a right of a holder to an object.
type capability struct {
	state        uint32
	generation   uint32
	kind, rights uint8
	holder       uint16
	object       uint32
	parent       uint32 // slot plus 1; 0: the owner's
	revocation   uint32
	derived      uint32 // capabilities derived from it
}

// newSlot finds the lowest free slot.
func (m *Model) newSlot() (uint32, bool) {
	for i := m.slotHint; i < abi.MaxCapabilities; i++ {
		if m.capabilities[i].state == abi.CapabilityFree {
			return i, true
		}
	}
	return 0, false
}

// grant fills a free slot, and gives the capability's number.
func (m *Model) grant(slot uint32, c capability) uint64 {
	c.state, c.generation = abi.CapabilityLive, m.capabilities[slot].generation+1
	m.capabilities[slot] = c
	m.slotHint = slot + 1
	m.process(c.holder).capabilities++
	if c.kind == abi.ObjectExtent {
		m.extents[c.object].references++
	}
	return uint64(c.generation)<<32 | uint64(slot)
}

// dropSlot frees a slot, and the object where the capability was its owner's.
func (m *Model) dropSlot(slot uint32) {
	c := &m.capabilities[slot]
	m.process(c.holder).capabilities--
	if c.kind == abi.ObjectExtent {
		m.extents[c.object].references--
	}
	switch {
	case c.parent != 0:
		m.capabilities[c.parent-1].derived--
	case c.kind == abi.ObjectExtent:
		m.process(c.holder).extents--
		e := &m.extents[c.object]
		*e = extent{state: abi.ExtentFree, generation: e.generation + 1}
		m.extentHint = min(m.extentHint, c.object)
	default:
		d := &m.devices[c.object]
		d.state, d.owner, d.generation = abi.DeviceFree, 0, d.generation+1
	}
	*c = capability{generation: c.generation}
	m.slotHint = min(m.slotHint, slot)
}

// find gives the slot of a live capability of any holder.
func (m *Model) find(number uint64) (uint32, bool) {
	slot, generation := uint32(number), uint32(number>>32)
	if slot >= abi.MaxCapabilities {
		return 0, false
	}
	c := &m.capabilities[slot]
	return slot, c.state == abi.CapabilityLive && c.generation == generation
}

// held gives the slot of a live capability of the caller.
func (m *Model) held(process uint16, number uint64) (uint32, bool) {
	slot, ok := m.find(number)
	return slot, ok && m.capabilities[slot].holder == process
}

// rightsOf checks rights that may be asked for.
func rightsOf(rights uint64, allowed uint8) bool {
	return rights&^uint64(allowed) == 0 && rights&abi.RightRead != 0
}

// requestExtent is CallExtent.
func (m *Model) requestExtent(r request) result {
	address, rights := r.args[1], r.args[2]
	if !rightsOf(rights, abi.RightsAll) {
		return fail(abi.ErrArgument)
	}
	any := address == abi.AnyExtent
	index := address / abi.ExtentBytes
	if !any {
		switch {
		case address%abi.ExtentBytes != 0 || index >= abi.MaxExtents:
			return fail(abi.ErrArgument)
		case m.extents[index].state == abi.ExtentAbsent:
			return fail(abi.ErrNotFound)
		case m.extents[index].state != abi.ExtentFree:
			return fail(abi.ErrOwned)
		}
	}
	if p := m.process(r.process); p.extents >= p.extentQuota {
		return fail(abi.ErrQuota)
	}
	if any {
		free, ok := m.freeExtent()
		if !ok {
			return fail(abi.ErrNoMemory)
		}
		index = uint64(free)
	}
	if _, ok := m.newSlot(); !ok {
		return fail(abi.ErrNoMemory)
	}
	if any {
		m.extentHint = uint32(index) + 1
	}
	return result{value: m.own(r.process, uint32(index), uint8(rights)), extra: index * abi.ExtentBytes}
}

// freeExtent finds the lowest free extent.
func (m *Model) freeExtent() (uint32, bool) {
	for i := m.extentHint; i < abi.MaxExtents; i++ {
		if m.extents[i].state == abi.ExtentFree {
			return i, true
		}
	}
	return 0, false
}

// own makes a process the owner of a free extent. There is a slot.
func (m *Model) own(process uint16, index uint32, rights uint8) uint64 {
	slot, _ := m.newSlot()
	e := &m.extents[index]
	e.state, e.rights, e.owner, e.generation = abi.ExtentOwned, rights, process, e.generation+1
	m.process(process).extents++
	return m.grant(slot, capability{kind: abi.ObjectExtent, rights: rights, holder: process, object: index})
}

// giveBack is CallReturn.
func (m *Model) giveBack(r request) result {
	slot, ok := m.held(r.process, r.args[1])
	if !ok {
		return fail(abi.ErrCapability)
	}
	if m.capabilities[slot].derived != 0 {
		return fail(abi.ErrBusy)
	}
	m.dropSlot(slot)
	return result{}
}

// derive is CallDerive.
func (m *Model) derive(r request) result {
	number, to, rights := r.args[1], r.args[2], r.args[3]
	if !rightsOf(rights, abi.RightsAll&^abi.RightGrant) {
		return fail(abi.ErrArgument)
	}
	slot, ok := m.held(r.process, number)
	if !ok {
		return fail(abi.ErrCapability)
	}
	c := m.capabilities[slot]
	switch {
	case c.parent != 0 || c.rights&abi.RightGrant == 0 || uint8(rights)&^c.rights != 0:
		return fail(abi.ErrRights)
	case !m.lives(to):
		return fail(abi.ErrNotFound)
	case to == uint64(r.process):
		return fail(abi.ErrArgument)
	}
	free, ok := m.newSlot()
	if !ok {
		return fail(abi.ErrNoMemory)
	}
	m.capabilities[slot].derived++
	return result{value: m.grant(free, capability{kind: c.kind, rights: uint8(rights), holder: uint16(to), object: c.object, parent: slot + 1})}
}

// query is CallQuery.
func (m *Model) query(r request) result {
	slot, ok := m.held(r.process, r.args[1])
	if !ok {
		return fail(abi.ErrCapability)
	}
	c := m.capabilities[slot]
	base, _ := m.place(c)
	return result{value: base, extra: uint64(c.kind)<<8 | uint64(c.rights)}
}

// place is where a capability's object lies.
func (m *Model) place(c capability) (base, bytes uint64) {
	if c.kind == abi.ObjectExtent {
		return uint64(c.object) * abi.ExtentBytes, abi.ExtentBytes
	}
	d := m.devices[c.object]
	return d.base, d.bytes
}

// device is a range of physical addresses of a device.
type device struct {
	state       uint32
	what        uint32
	base, bytes uint64
	owner       uint16
	generation  uint32
}

// physicalLimit is the end of physical addresses, SDM volume 3, 4.1.4.
const physicalLimit = 1 << 52

// addDevice is CallDeviceAdd.
func (m *Model) addDevice(r request) result {
	base, bytes, what := r.args[1], r.args[2], r.args[3]
	switch {
	case r.process != abi.KernelProcess:
		return fail(abi.ErrRights)
	case m.sealed:
		return fail(abi.ErrSealed)
	case base%abi.VRAMPageBytes != 0 || bytes%abi.VRAMPageBytes != 0 || bytes == 0,
		base >= physicalLimit || bytes > physicalLimit-base,
		what > math.MaxUint32 || what>>24 > abi.DeviceFlags:
		return fail(abi.ErrArgument)
	}
	for e := base / abi.ExtentBytes; e <= (base+bytes-1)/abi.ExtentBytes && e < abi.MaxExtents; e++ {
		if m.extents[e].state != abi.ExtentAbsent {
			return fail(abi.ErrOwned)
		}
	}
	for _, d := range m.devices {
		if base < d.base+d.bytes && d.base < base+bytes {
			return fail(abi.ErrOwned)
		}
	}
	if len(m.devices) == abi.MaxDevices {
		return fail(abi.ErrNoMemory)
	}
	m.devices = append(m.devices, device{state: abi.DeviceFree, what: uint32(what), base: base, bytes: bytes})
	return result{value: uint64(len(m.devices) - 1)}
}

// claimDevice is CallDeviceClaim.
func (m *Model) claimDevice(r request) result {
	row, rights := r.args[1], r.args[2]
	switch {
	case r.process != abi.KernelProcess:
		return fail(abi.ErrRights)
	case !rightsOf(rights, abi.RightsAll&^abi.RightExec):
		return fail(abi.ErrArgument)
	case row >= uint64(len(m.devices)):
		return fail(abi.ErrNotFound)
	case m.devices[row].state != abi.DeviceFree:
		return fail(abi.ErrOwned)
	}
	slot, ok := m.newSlot()
	if !ok {
		return fail(abi.ErrNoMemory)
	}
	d := &m.devices[row]
	d.state, d.owner, d.generation = abi.DeviceClaimed, r.process, d.generation+1
	number := m.grant(slot, capability{kind: abi.ObjectDevice, rights: uint8(rights), holder: r.process, object: uint32(row)})
	return result{value: number, extra: d.base}
}

// seal is CallSeal.
func (m *Model) seal(r request) result {
	switch {
	case r.process != abi.KernelProcess:
		return fail(abi.ErrRights)
	case m.sealed:
		return fail(abi.ErrSealed)
	}
	m.sealed = true
	return result{}
}
