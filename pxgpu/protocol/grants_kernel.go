package protocol

import "pxos/abi"

// The kernel's side of the authority, on two CPUs. One lock guards the page
// tables: whoever maps a grant has it shared, from the command until the mapping
// is there; whoever takes mappings away has it alone, until the GPU was told.

// cpuNext lists what CPU c can do.
func (m *Grants) cpuNext(t *steps[GrantsState], c int) {
	s := t.from
	me := &s.cpus[c]
	if me.ipi != 0 && me.at != cpuSpins {
		n := &t.add(grantsFlushed, c, 0, 0).cpus[c]
		n.tlb &^= n.ipi
		n.ipi = 0
		if n.at == cpuHalted {
			n.at = cpuRuns
		}
	}
	if me.at != cpuHalted {
		m.fills(t, c)
	}
	if s.interrupt != 0 && (me.at == cpuRuns || me.at == cpuHalted) {
		n := t.add(grantsInterrupted, c, 0, 0)
		n.interrupt, n.told = 0, n.postedNum
		n.cpus[c].at = cpuRuns
	}
	switch me.at {
	case cpuRuns:
		m.runs(t, c)
	case cpuGranted:
		n := t.add(grantsMaps, c, me.process, me.extent)
		n.tables |= mapping(me.process, me.extent)
		n.hear(me.number)
		n.cpus[c].idle()
	case cpuTold:
		if m.Bug == BugNumberIgnored {
			t.add(grantsHears, c, 1, 0).cpus[c].idle()
			break
		}
		n := t.add(grantsHears, c, 0, 0)
		n.hear(me.number)
		n.cpus[c].idle()
	case cpuSpins:
		if m.mayTakeAway(s, c) {
			t.add(grantsStopsSpinning, c, 0, 0).cpus[c].at = cpuRuns
		}
	default:
		m.takesAway(t, c)
	}
}

// hear notes the number of revocations posted that an answer carries.
func (s *GrantsState) hear(number uint8) { s.told = max(s.told, number) }

// idle ends what a CPU was doing; what hardware holds stays.
func (c *grantsCPU) idle() { *c = grantsCPU{tlb: c.tlb, ipi: c.ipi, job: c.job} }

// fills lets the CPU cache any translation that stands in the tables: it may do
// so at any time, of itself.
func (m *Grants) fills(t *steps[GrantsState], c int) {
	for p := range uint8(processes) {
		for e := range uint8(m.Extents) {
			if b := mapping(p, e); t.from.tables&b != 0 && t.from.cpus[c].tlb&b == 0 {
				t.add(grantsFills, c, p, e).cpus[c].tlb |= b
			}
		}
	}
}

// mayGrant and mayTakeAway say whether CPU c can have the lock, shared or alone.
func (m *Grants) mayGrant(s *GrantsState, c int) bool {
	at := s.cpus[1-c].at
	return at < cpuUnmaps || at > cpuReports || m.Bug == BugMapsLate
}

func (m *Grants) mayTakeAway(s *GrantsState, c int) bool {
	at := s.cpus[1-c].at
	return m.mayGrant(s, c) && (at != cpuGranted || m.Bug == BugMapsLate)
}

// runs lists what a CPU can begin. It halts only when the kernel knows of no
// revocation. While its ring waits for the host it can send nothing by it.
func (m *Grants) runs(t *steps[GrantsState], c int) {
	s := t.from
	free := s.cpus[c].job == 0
	if free && m.Jobs {
		t.add(grantsJobBegins, c, 0, 0).cpus[c].job = 1
	}
	if free {
		m.commands(t, c)
	}
	if s.told == 0 {
		t.add(grantsHalts, c, 0, 0).cpus[c].at = cpuHalted
	}
	if free && m.mayGrant(s, c) {
		m.grants(t, c)
	}
	if !m.mayTakeAway(s, c) {
		if m.Bug == BugSpinsDeaf {
			t.add(grantsSpins, c, 0, 0).cpus[c].at = cpuSpins
		}
		return
	}
	for slot := range uint8(m.Slots) {
		if x := s.caps[slot]; x.state == abi.CapabilityLive {
			n := &t.add(grantsReturns, c, x.holder, slot).cpus[c]
			n.task, n.process, n.extent, n.slot, n.generation = taskReturn, x.holder, x.extent, slot, x.generation
			n.target = mapping(x.holder, x.extent)
			n.at = m.phases(taskReturn)[0]
		}
	}
	if s.told > 0 && s.postedNum > 0 && !m.Deaf {
		r := s.posted[0]
		process := uint8(0)
		target := mapping(r.holder, r.extent)
		if r.kind == abi.RevokeProcess {
			process, target = 1, mappingsOf(r.holder)
		}
		n := &t.add(grantsServes, c, process, 0).cpus[c]
		n.task, n.process, n.target = taskRevoke, r.holder, target
		n.at = m.phases(taskRevoke)[0]
	}
}

// grants lists the commands that give something.
func (m *Grants) grants(t *steps[GrantsState], c int) {
	s := t.from
	granted := func(n *GrantsState, p, e uint8) {
		me := &n.cpus[c]
		me.at, me.process, me.extent, me.number = cpuGranted, p, e, n.postedNum
	}
	for p := range uint8(processes) {
		for e := range uint8(m.Extents) {
			if m.mayExtent(s, p, e) {
				n := t.add(grantsExtentGiven, c, p, e)
				m.extent(n, p, e)
				granted(n, p, e)
			}
		}
		for slot := range uint8(m.Slots) {
			if m.mayDerive(s, slot, p) {
				n := t.add(grantsDerives, c, slot, p)
				m.derive(n, slot, p)
				granted(n, p, s.caps[slot].extent)
			}
		}
	}
}

// commands lists the commands that need no lock.
func (m *Grants) commands(t *steps[GrantsState], c int) {
	s := t.from
	told := func(n *GrantsState) { n.cpus[c].at, n.cpus[c].number = cpuTold, n.postedNum }
	for slot := range uint8(m.Slots) {
		if x := &s.caps[slot]; x.state == abi.CapabilityLive && x.parent != 0 && m.mayPost(s) {
			n := t.add(grantsRevokes, c, slot, 0)
			m.revoke(n, slot)
			told(n)
		}
	}
	for p := range uint8(processes) {
		if m.mayEnd(s, p) {
			n := t.add(grantsProcessEnd, c, p, 0)
			m.endProcess(n, p)
			told(n)
		}
		if x := &s.processes[p]; x.state == abi.ProcessFree && x.generation < m.Generations {
			t.add(grantsCreates, c, p, 0).processes[p].state = abi.ProcessLive
		}
	}
}

// phases is the order in which mappings are taken away.
func (m *Grants) phases(task uint8) [4]uint8 {
	switch {
	case m.Bug == BugAckFirst && task == taskRevoke:
		return [4]uint8{cpuUnmaps, cpuReports, cpuFlushes, cpuWaits}
	case m.Bug == BugReturnFirst && task == taskReturn:
		return [4]uint8{cpuReports, cpuUnmaps, cpuFlushes, cpuWaits}
	case m.Bug == BugFlushFirst:
		return [4]uint8{cpuFlushes, cpuWaits, cpuUnmaps, cpuReports}
	}
	return [4]uint8{cpuUnmaps, cpuFlushes, cpuWaits, cpuReports}
}

// takesAway goes through the phases; the lock is held meanwhile.
func (m *Grants) takesAway(t *steps[GrantsState], c int) {
	s := t.from
	me := s.cpus[c]
	var n *GrantsState
	switch me.at {
	case cpuUnmaps:
		n = t.add(grantsUnmaps, c, 0, 0)
		n.tables &^= me.target
	case cpuFlushes:
		if m.Bug == BugOneCPU {
			n = t.add(grantsFlushes, c, 1, 0)
		} else {
			n = t.add(grantsFlushes, c, 0, 0)
			n.cpus[1-c].ipi = me.target
		}
		n.cpus[c].tlb &^= me.target
	case cpuWaits:
		if s.cpus[1-c].ipi != 0 {
			return
		}
		n = t.add(grantsWaited, c, 0, 0)
	case cpuReports:
		if !m.maySend(&me) {
			return
		}
		n = m.reports(t, c)
	default:
		return
	}
	phases := m.phases(me.task)
	for i, phase := range phases {
		if phase != me.at {
			continue
		}
		if i+1 == len(phases) {
			n.cpus[c].idle()
		} else {
			n.cpus[c].at = phases[i+1]
		}
	}
}

// maySend says whether what a CPU has to report can be sent now. REVOKE_ACK has a
// bound, so it takes a ring that no job holds up.
func (m *Grants) maySend(me *grantsCPU) bool {
	return me.job == 0 || me.task == taskRevoke && m.Bug != BugAckBehindJob
}

// reports tells the GPU that the mappings are gone.
func (m *Grants) reports(t *steps[GrantsState], c int) *GrantsState {
	me := t.from.cpus[c]
	if me.task == taskRevoke {
		n := t.add(grantsAcks, c, 0, 0)
		m.acknowledge(n, 1)
		return n
	}
	n := t.add(grantsReturned, c, me.slot, 0)
	if !m.release(n, me.process, me.slot, me.generation) {
		t.out[len(t.out)-1].Step.B = 1
	}
	return n
}
