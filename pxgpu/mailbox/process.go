package mailbox

import "pxos/abi"

// process is who commands come from.
type process struct {
	state, generation    uint32
	parent               uint16
	revocation           uint32
	extentQuota, extents uint32
	pageQuota, pages     uint32
	root                 uint64
	capabilities         uint32
	children             uint32
}

// process gives the entry of a handle that is known to be good.
func (m *Model) process(handle uint16) *process { return &m.processes[handle&0xFF] }

// lives says whether a handle names a process that lives.
func (m *Model) lives(handle uint64) bool {
	if handle > 0xFFFF {
		return false
	}
	p := m.process(uint16(handle))
	return p.state == abi.ProcessLive && p.generation == uint32(handle>>8)
}

// rootAllowed checks a root of page tables: a page of an extent of the kernel's.
func (m *Model) rootAllowed(root uint64) uint32 {
	e := root / abi.ExtentBytes
	switch {
	case root%abi.VRAMPageBytes != 0 || e >= abi.MaxExtents:
		return abi.ErrArgument
	case m.extents[e].state != abi.ExtentOwned || m.extents[e].owner != abi.KernelProcess:
		return abi.ErrOwner
	}
	return abi.ErrNone
}

// createProcess is CallProcessCreate.
func (m *Model) createProcess(r request) result {
	extents, pages, root := r.args[1], r.args[2], r.args[3]
	parent := m.process(r.process)
	if extents > uint64(parent.extentQuota) || pages > uint64(parent.pageQuota) {
		return fail(abi.ErrQuota)
	}
	if root != 0 {
		if r.process != abi.KernelProcess {
			return fail(abi.ErrRights)
		}
		if code := m.rootAllowed(root); code != abi.ErrNone {
			return fail(code)
		}
	}
	for i := 1; i < abi.MaxProcesses; i++ {
		p := &m.processes[i]
		if p.state != abi.ProcessFree {
			continue
		}
		*p = process{state: abi.ProcessLive, generation: (p.generation + 1) & 0xFF, parent: r.process,
			extentQuota: uint32(extents), pageQuota: uint32(pages), root: root}
		parent.children++
		return result{value: uint64(p.generation)<<8 | uint64(i)}
	}
	return fail(abi.ErrNoMemory)
}

// setRoot is CallProcessRoot.
func (m *Model) setRoot(r request) result {
	handle, root := r.args[1], r.args[2]
	switch {
	case r.process != abi.KernelProcess:
		return fail(abi.ErrRights)
	case !m.lives(handle):
		return fail(abi.ErrNotFound)
	}
	if code := m.rootAllowed(root); code != abi.ErrNone {
		return fail(code)
	}
	m.process(uint16(handle)).root = root
	return result{}
}

// endProcess is CallProcessEnd.
func (m *Model) endProcess(r request) result {
	handle := r.args[1]
	if !m.lives(handle) {
		return fail(abi.ErrNotFound)
	}
	p := m.process(uint16(handle))
	switch {
	case handle == abi.KernelProcess || p.parent != r.process:
		return fail(abi.ErrRights)
	case p.children != 0 || m.lends(uint16(handle)) || m.jobOf(uint16(handle)) || m.posted-m.acked == abi.MaxRevocations:
		return fail(abi.ErrBusy)
	}
	p.state, p.revocation = abi.ProcessEnding, m.posted+1
	for i := range m.capabilities {
		c := &m.capabilities[i]
		if c.state != abi.CapabilityLive || c.holder != uint16(handle) {
			continue
		}
		c.state, c.revocation = abi.CapabilityRevoking, m.posted+1
		if c.kind == abi.ObjectExtent && c.parent == 0 {
			m.extents[c.object].state = abi.ExtentRevoking
		}
	}
	m.post(revocation{kind: abi.RevokeProcess, object: uint32(handle & 0xFF)}, uint16(handle), capability{})
	return result{value: uint64(m.posted)}
}

// lends says whether others hold what a process gave them.
func (m *Model) lends(handle uint16) bool {
	for _, c := range m.capabilities {
		if c.state != abi.CapabilityFree && c.holder == handle && c.derived != 0 {
			return true
		}
	}
	return false
}

// revocation is one that waits for its acknowledgement.
type revocation struct {
	kind, objectKind uint8
	object           uint32 // slot of the capability, or index of the process
	at               uint64 // ns
}

// post writes an entry into the ring back from the GPU, its number last.
func (m *Model) post(v revocation, holder uint16, c capability) {
	v.objectKind, v.at = c.kind, m.now
	m.pending[m.posted%abi.MaxRevocations] = v
	at := uint32(abi.RevokeRingBase) + m.posted%abi.RingEntries*abi.RingEntryBytes
	m.posted++
	base, bytes, number := uint64(0), uint64(0), uint64(0)
	if c.kind != 0 {
		base, bytes = m.place(c)
		number = uint64(c.generation)<<32 | uint64(v.object)
	}
	m.vram.Store(at+abi.RevokeKind, uint32(v.kind))
	m.vram.Store(at+abi.RevokeHolder, uint32(holder))
	m.vram.Store(at+abi.RevokeObject, uint32(c.kind))
	m.vram.Store(at+abi.RevokeBase, uint32(base))
	m.vram.Store(at+abi.RevokeBase+4, uint32(base>>32))
	m.vram.Store(at+abi.RevokeBytes, uint32(bytes))
	m.vram.Store(at+abi.RevokeBytes+4, uint32(bytes>>32))
	m.vram.Store(at+abi.RevokeNumber, uint32(number))
	m.vram.Store(at+abi.RevokeNumber+4, uint32(number>>32))
	m.vram.Store(at+abi.RevokeSeq, m.posted)
}

// revoke is CallRevoke.
func (m *Model) revoke(r request) result {
	slot, ok := m.find(r.args[1])
	if !ok {
		return fail(abi.ErrCapability)
	}
	c := &m.capabilities[slot]
	if c.parent == 0 {
		return fail(abi.ErrArgument)
	}
	lender := m.capabilities[c.parent-1].holder
	switch {
	case lender != r.process && (lender == abi.KernelProcess || m.process(lender).parent != r.process):
		return fail(abi.ErrRights)
	case m.posted-m.acked == abi.MaxRevocations:
		return fail(abi.ErrBusy)
	}
	c.state, c.revocation = abi.CapabilityRevoking, m.posted+1
	m.post(revocation{kind: abi.RevokeCapability, object: slot}, c.holder, *c)
	return result{value: uint64(m.posted)}
}

// acknowledge is CallRevokeAck.
func (m *Model) acknowledge(r request) result {
	number := r.args[1]
	switch {
	case r.process != abi.KernelProcess:
		return fail(abi.ErrRights)
	case m.posted == m.acked || number != uint64(m.acked+1):
		return fail(abi.ErrArgument)
	}
	v := m.pending[m.acked%abi.MaxRevocations]
	m.acked++
	if v.kind == abi.RevokeCapability {
		m.dropSlot(v.object)
		return result{}
	}
	m.bury(v.object)
	return result{}
}

// bury frees all that an ended process had.
func (m *Model) bury(index uint32) {
	p := &m.processes[index]
	handle := uint16(p.generation<<8 | index)
	for i := range m.capabilities {
		if c := &m.capabilities[i]; c.state != abi.CapabilityFree && c.holder == handle {
			m.dropSlot(uint32(i))
		}
	}
	for i := range m.pages {
		if m.pages[i].length != 0 && m.pages[i].owner == handle {
			m.freePages(uint64(i))
		}
	}
	for i := range m.programs {
		if m.programs[i].state == abi.ProgramReady && m.programs[i].owner == handle {
			m.programs[i] = program{}
		}
	}
	m.process(p.parent).children--
	*p = process{generation: p.generation}
}
