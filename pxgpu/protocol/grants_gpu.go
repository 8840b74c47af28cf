package protocol

import "pxos/abi"

// The GPU's side of the authority: the commands, each of which changes
// everything or nothing.

// gpuNext lists what happens without a CPU of the kernel having begun it.
func (m *Grants) gpuNext(t *steps[GrantsState]) {
	s := t.from
	m.misuses(t)
	for p := range s.uncounted {
		if s.uncounted[p] != 0 {
			n := t.add(grantsCounts, 0, uint8(p), 0)
			n.processes[p].held += n.uncounted[p]
			n.uncounted[p] = 0
		}
	}
	if m.Deaf && m.Bug != BugNoBound && s.postedNum > 0 {
		t.add(grantsEnds, 0, 0, 0).ended = 1
	}
	for c := range s.cpus {
		if s.cpus[c].job == 0 {
			continue
		}
		t.add(grantsJobEnds, 0, uint8(c), 0).cpus[c].job = 0
		if m.Bug == BugAckBehindJob && s.cpus[c].at == cpuReports && s.cpus[c].task == taskRevoke {
			n := t.add(grantsEnds, 0, 0, 0)
			n.ended, n.broken = 1, ObedientLives
		}
	}
	if !m.HostRevokes {
		return
	}
	for slot := range m.Slots {
		if c := &s.caps[slot]; c.state == abi.CapabilityLive && c.parent != 0 && m.mayPost(s) {
			n := t.add(grantsHostRevokes, 0, uint8(slot), 0)
			m.revoke(n, uint8(slot))
			if m.Bug != BugHostNoInterrupt {
				n.interrupt = 1
			}
		}
	}
}

// misuses tries every capability that a process could make up, and every
// acknowledgement but the next. What is refused changes nothing and is no step.
func (m *Grants) misuses(t *steps[GrantsState]) {
	s := t.from
	for p := range uint8(processes) {
		for slot := range uint8(m.Slots) {
			for g := range m.Generations {
				if !m.valid(s, p, slot, g) {
					continue
				}
				if s.caps[slot].holder != p {
					t.add(grantsMisuse, 0, slot, p).broken = ForgedRefused
				} else if s.stale[slot]>>g&1 != 0 {
					t.add(grantsMisuse, 0, slot, p).broken = StaleRefused
				}
			}
		}
	}
	for number := uint8(2); number <= s.postedNum; number++ {
		if m.Bug == BugAckAnyOrder {
			m.acknowledge(t.add(grantsAckAnyOrder, 0, number, 0), number)
		}
	}
}

// valid is the check of every command that names a capability.
func (m *Grants) valid(s *GrantsState, p, slot, generation uint8) bool {
	c := &s.caps[slot]
	return c.state == abi.CapabilityLive && c.generation == generation && (c.holder == p || m.Bug == BugHolderIgnored)
}

// freeSlot is the lowest slot that can hold a new capability, -1 if none can.
func (m *Grants) freeSlot(s *GrantsState) int {
	for slot := range m.Slots {
		if s.caps[slot].state == abi.CapabilityFree && s.caps[slot].generation < m.Generations {
			return slot
		}
	}
	return -1
}

// drop frees a slot: its next capability is of another generation.
func (m *Grants) drop(s *GrantsState, slot uint8) {
	generation := s.caps[slot].generation
	s.stale[slot] |= 1 << generation
	switch {
	case m.Bug == BugGenerationWraps:
		generation = (generation + 1) % m.Generations
	case m.Bug != BugGenerationKept:
		generation++
	}
	s.caps[slot] = capability{generation: generation}
}

// mayExtent says whether EXTENT(e) on behalf of p succeeds.
func (m *Grants) mayExtent(s *GrantsState, p, e uint8) bool {
	x := &s.extents[e]
	free := x.state == abi.ExtentFree || m.Bug == BugRevokingIsFree && x.state == abi.ExtentRevoking
	return free && s.processes[p].state == abi.ProcessLive && s.processes[p].held < m.Quota && m.freeSlot(s) >= 0
}

func (m *Grants) extent(s *GrantsState, p, e uint8) {
	slot := m.freeSlot(s)
	s.caps[slot] = capability{state: abi.CapabilityLive, generation: s.caps[slot].generation, holder: p, extent: e}
	s.extents[e] = grantsExtent{abi.ExtentOwned, p}
	if m.Bug == BugQuotaLate {
		s.uncounted[p]++
		return
	}
	s.processes[p].held++
}

// children says whether anything is derived from a capability.
func (s *GrantsState) children(slot uint8) bool {
	for i := range s.caps {
		if s.caps[i].state != abi.CapabilityFree && s.caps[i].parent == slot+1 {
			return true
		}
	}
	return false
}

// release is RETURN. It is false when it is refused.
func (m *Grants) release(s *GrantsState, p, slot, generation uint8) bool {
	if !m.valid(s, p, slot, generation) || s.children(slot) && m.Bug != BugParentReturned {
		return false
	}
	if c := s.caps[slot]; c.parent == 0 {
		s.extents[c.extent] = grantsExtent{state: abi.ExtentFree}
		s.processes[p].held--
	}
	m.drop(s, slot)
	return true
}

// mayDerive says whether DERIVE(slot, q) on behalf of the slot's holder succeeds.
func (m *Grants) mayDerive(s *GrantsState, slot, q uint8) bool {
	c := &s.caps[slot]
	return c.state == abi.CapabilityLive && c.parent == 0 && c.holder != q &&
		s.processes[q].state == abi.ProcessLive && m.freeSlot(s) >= 0
}

func (m *Grants) derive(s *GrantsState, slot, q uint8) {
	to := m.freeSlot(s)
	s.caps[to] = capability{state: abi.CapabilityLive, generation: s.caps[to].generation, holder: q,
		extent: s.caps[slot].extent, parent: slot + 1}
}

// mayPost says whether the ring back has room: without it, REVOKE and
// PROCESS_END are refused.
func (m *Grants) mayPost(s *GrantsState) bool {
	return int(s.postedNum) < m.Ring || m.Bug == BugRingDrops
}

// post writes an entry and gives its number.
func (m *Grants) post(s *GrantsState, r revocation) uint8 {
	if int(s.postedNum) == m.Ring {
		return maxPosted + 1 // BugRingDrops: no entry has this number
	}
	s.posted[s.postedNum] = r
	s.postedNum++
	return s.postedNum
}

func (m *Grants) revoke(s *GrantsState, slot uint8) {
	c := &s.caps[slot]
	c.state = abi.CapabilityRevoking
	c.revocation = m.post(s, revocation{abi.RevokeCapability, c.holder, c.extent})
}

// mayEnd says whether PROCESS_END(p) succeeds: what others derived from its
// objects must be gone.
func (m *Grants) mayEnd(s *GrantsState, p uint8) bool {
	if s.processes[p].state != abi.ProcessLive || !m.mayPost(s) {
		return false
	}
	for slot := range s.caps {
		c := &s.caps[slot]
		if c.state != abi.CapabilityFree && c.holder == p && c.parent == 0 && s.children(uint8(slot)) {
			return false
		}
	}
	return true
}

func (m *Grants) endProcess(s *GrantsState, p uint8) {
	number := m.post(s, revocation{abi.RevokeProcess, p, 0})
	s.processes[p].state, s.processes[p].revocation = abi.ProcessEnding, number
	for slot := range s.caps {
		c := &s.caps[slot]
		if c.state != abi.CapabilityLive || c.holder != p || m.Bug == BugDeadKeepDerived && c.parent != 0 {
			continue
		}
		c.state, c.revocation = abi.CapabilityRevoking, number
		if c.parent != 0 {
			continue
		}
		s.extents[c.extent].state = abi.ExtentRevoking
		if m.Bug == BugFreedAtEnd {
			s.extents[c.extent] = grantsExtent{state: abi.ExtentFree}
		}
	}
}

// acknowledge is REVOKE_ACK(number), counted from the last acknowledged one.
// Whatever still has a higher number moves up.
func (m *Grants) acknowledge(s *GrantsState, number uint8) {
	copy(s.posted[number-1:], s.posted[number:])
	s.postedNum--
	s.posted[s.postedNum] = revocation{}
	if s.told > 0 {
		s.told--
	}
	for c := range s.cpus {
		if s.cpus[c].number > 0 {
			s.cpus[c].number--
		}
	}
	for slot := range s.caps {
		switch c := &s.caps[slot]; {
		case c.revocation == number:
			m.drop(s, uint8(slot))
		case c.revocation > number && c.revocation <= maxPosted:
			c.revocation--
		}
	}
	for p := range s.processes {
		switch x := &s.processes[p]; {
		case x.revocation == number:
			*x = process{state: abi.ProcessFree, generation: x.generation + 1}
			s.freeExtents(uint8(p))
		case x.revocation > number && x.revocation <= maxPosted:
			x.revocation--
		}
	}
}

// freeExtents gives the extents of a process that ended back to the GPU.
func (s *GrantsState) freeExtents(p uint8) {
	for e := range s.extents {
		if s.extents[e].state == abi.ExtentRevoking && s.extents[e].owner == p {
			s.extents[e] = grantsExtent{state: abi.ExtentFree}
		}
	}
}
