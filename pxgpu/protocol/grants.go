package protocol

import (
	"slices"

	"pxos/abi"
)

// Grants is the model of the authority: the GPU's tables, the ring back from it,
// and a kernel on two CPUs that maps what was granted and takes away what is
// revoked. A command is one step: nothing depends on it while it is on its way.
type Grants struct {
	Extents     int   // at most maxExtents
	Slots       int   // of the table of capabilities, at most maxSlots
	Generations uint8 // of each slot and process; a slot whose generations are used up rests
	Quota       uint8 // extents that each process may own
	Ring        int   // revocations posted and not acknowledged, at most maxPosted
	Deaf        bool  // the kernel never serves a revocation
	HostRevokes bool  // the GPU takes capabilities back without a command
	Jobs        bool  // a ring may be held up by a GPU_EXECUTE for as long as it likes
	Bug         GrantsBug
}

const (
	maxExtents   = 2
	maxSlots     = 4
	maxPosted    = 2
	processes    = 2 // the kernel aside, which is nobody's subject here
	cpus         = 2
	mappingsEach = maxExtents // bits of a process in a set of mappings
)

// mappings is a set of pairs of process and extent.
type mappings uint8

func mapping(process, extent uint8) mappings { return 1 << (process*mappingsEach + extent) }

func mappingsOf(process uint8) mappings {
	return (1<<mappingsEach - 1) << (process * mappingsEach)
}

// grantsExtent has states abi.ExtentFree to abi.ExtentRevoking.
type grantsExtent struct {
	state, owner uint8
}

// capability has states abi.CapabilityFree to abi.CapabilityRevoking. Its
// revocation is the place in the ring back, from 1: numbers are counted from the
// last one acknowledged, so that the model stays finite.
type capability struct {
	state, generation, holder, extent, parent, revocation uint8
}

// process has states abi.ProcessFree to abi.ProcessEnding.
type process struct {
	state, generation, held, revocation uint8
}

// revocation is an entry of the ring back.
type revocation struct {
	kind, holder, extent uint8
}

// Where a CPU stands in the kernel.
const (
	cpuRuns    = iota // user code, or choosing what to do
	cpuGranted        // the answer to EXTENT or DERIVE is on its way
	cpuTold           // the answer to REVOKE or PROCESS_END is
	cpuUnmaps         // has the lock, takes mappings out of the tables
	cpuFlushes        // its own TLB, and sends the interrupt to the other
	cpuWaits          // for the other CPU to have done so
	cpuReports        // sends what the work was for: RETURN or REVOKE_ACK
	cpuSpins          // waits for the lock with interrupts off, only with BugSpinsDeaf
	cpuHalted
)

type grantsCPU struct {
	at         uint8
	task       uint8 // taskReturn or taskRevoke
	process    uint8
	extent     uint8
	slot       uint8
	generation uint8
	number     uint8    // revocations posted, as the answer on its way says
	job        uint8    // its ring waits for the host
	target     mappings // to be taken away
	tlb        mappings
	ipi        mappings // asked by the other CPU to drop these
}

// What the lock is held for.
const (
	taskNone = iota
	taskReturn
	taskRevoke
)

// GrantsState is a state of the model Grants.
type GrantsState struct {
	extents   [maxExtents]grantsExtent
	caps      [maxSlots]capability
	processes [processes]process
	posted    [maxPosted]revocation
	postedNum uint8

	tables    mappings
	cpus      [cpus]grantsCPU
	told      uint8 // revocations that the kernel knows of and has not acknowledged
	interrupt uint8
	ended     uint8 // the GPU ended the guest

	uncounted [processes]uint8 // see BugQuotaLate
	stale     [maxSlots]uint8  // bit g: generation g of the slot was given and is over
	broken    Property
}

// Steps of the model. Agent is the number of the CPU; the comments say what A and
// B are.
const (
	grantsMisuse        = iota // a command with a capability that is not the process': slot, process
	grantsAckAnyOrder          // number
	grantsHostRevokes          // slot
	grantsJobEnds              // CPU
	grantsCounts               // process
	grantsEnds                 //
	grantsFlushed              //
	grantsFills                // process, extent
	grantsInterrupted          //
	grantsExtentGiven          // process, extent
	grantsDerives              // slot, process
	grantsReturns              // process, slot: the kernel begins
	grantsRevokes              // slot
	grantsProcessEnd           // process
	grantsCreates              // process
	grantsServes               // 1 = a process' revocation
	grantsHalts                //
	grantsSpins                //
	grantsStopsSpinning        //
	grantsJobBegins            //
	grantsMaps                 // process, extent
	grantsHears                // 1 = the number is ignored
	grantsUnmaps               //
	grantsFlushes              // 1 = the other CPU is not asked
	grantsWaited               //
	grantsReturned             // slot, 1 = refused
	grantsAcks                 //
	grantsStepNum
)

// Initial is power-on: nobody owns anything, both processes live.
func (m *Grants) Initial() GrantsState {
	var s GrantsState
	for e := range m.Extents {
		s.extents[e].state = abi.ExtentFree
	}
	for p := range s.processes {
		s.processes[p].state = abi.ProcessLive
	}
	return s
}

// Next lists what the GPU and the CPUs can do.
func (m *Grants) Next(s *GrantsState, out []Successor[GrantsState]) []Successor[GrantsState] {
	t := &steps[GrantsState]{s, out}
	if s.ended != 0 {
		return out
	}
	m.gpuNext(t)
	for c := range s.cpus {
		m.cpuNext(t, c)
	}
	return t.out
}

// Done says that nothing is half done, or that the guest was ended for good.
func (m *Grants) Done(s *GrantsState) bool {
	if s.ended != 0 {
		return true
	}
	for c := range s.cpus {
		if s.cpus[c].at != cpuRuns && s.cpus[c].at != cpuHalted {
			return false
		}
	}
	for i := range s.caps {
		if s.caps[i].state == abi.CapabilityRevoking {
			return false
		}
	}
	for p := range s.processes {
		if s.processes[p].state == abi.ProcessEnding {
			return false
		}
	}
	return s.postedNum == 0
}

// Broken judges a state: what each CPU could reach now, and what the tables say.
func (m *Grants) Broken(s *GrantsState) Property {
	if s.broken != None || s.ended != 0 {
		return s.broken // a guest that was ended runs no more
	}
	usable := s.tables
	for c := range s.cpus {
		usable |= s.cpus[c].tlb
	}
	var owned [processes]uint8
	for e := range uint8(m.Extents) {
		x := s.extents[e]
		if x.state != abi.ExtentFree {
			owned[x.owner]++
			if s.processes[x.owner].state == abi.ProcessFree {
				return NothingOfTheDead
			}
		}
		for p := range uint8(processes) {
			if usable&mapping(p, e) != 0 && !s.covers(p, e) {
				return NoUseAfterAck
			}
		}
	}
	if slices.Max(owned[:]) > m.Quota {
		return WithinQuota
	}
	return m.brokenCapability(s)
}

// brokenCapability judges the table of capabilities.
func (m *Grants) brokenCapability(s *GrantsState) Property {
	var owners [maxExtents]int
	for i := range s.caps {
		c := &s.caps[i]
		if c.state == abi.CapabilityFree {
			continue
		}
		if s.processes[c.holder].state == abi.ProcessFree {
			return NothingOfTheDead
		}
		if c.parent == 0 {
			if owners[c.extent]++; owners[c.extent] > 1 {
				return OneOwner
			}
			continue
		}
		parent := &s.caps[c.parent-1]
		if parent.state == abi.CapabilityFree || parent.extent != c.extent || parent.parent != 0 {
			return ParentLives
		}
	}
	return None
}

// covers says whether a process may use an extent: a capability names it that is
// live, or revoked and not yet acknowledged, and the extent is still its owner's.
func (s *GrantsState) covers(p, e uint8) bool {
	if s.extents[e].state == abi.ExtentFree {
		return false
	}
	for i := range s.caps {
		c := &s.caps[i]
		if c.state == abi.CapabilityFree || c.holder != p || c.extent != e {
			continue
		}
		if c.parent != 0 || s.extents[e].owner == p {
			return true
		}
	}
	return false
}
