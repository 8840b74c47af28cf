package protocol

import "pxos/abi"

// Phases: what a picture of the protocols shows of a state. The picture's arrows
// are the changes of phase that the explorer meets.

// change is a change of phase by a kind of step.
type change struct {
	from, to string
	kind     uint8
}

// Phases of an entry of a ring.
const (
	phaseGuests    = "guest's"
	phaseSubmitted = "submitted"
	phaseDevices   = "executing"
	phasePosted    = "job posted"
	phaseRunning   = "job running"
	phaseAnswered  = "job answered"
	phaseCompleted = "completed"
)

// entryPhase is where the first entry of the first ring stands, as memory says.
func (m *Ring) entryPhase(s *RingState) string {
	side := &s.sides[0]
	completed := s.memory[place(0, comNumber)]
	first := func(number uint8) bool { return number != 0 && m.entry(number-1) == 0 }
	switch {
	case side.job.state == abi.JobPosted && first(side.job.number):
		return phasePosted
	case side.job.state == abi.JobRunning && first(side.job.number):
		return phaseRunning
	case side.job.state == abi.JobAnswered && first(side.job.number):
		return phaseAnswered
	case s.device >= deviceCopies && first(s.number) && completed != s.number:
		return phaseDevices
	case completed > s.guests[0].seen:
		return phaseCompleted
	case s.memory[place(0, subNumber)] > side.next:
		return phaseSubmitted
	}
	return phaseGuests
}

// Phases of the device.
const (
	phaseParked = "parked"
	phaseAwake  = "awake"
	phaseDrowsy = "about to sleep"
)

func (m *Ring) devicePhase(s *RingState) string {
	switch {
	case s.device == deviceLooks:
		return phaseDrowsy
	case s.device == devicePolls && s.sides[0].polled == 0:
		return phaseParked
	}
	return phaseAwake
}

// Phases of a slot of the table of capabilities.
const (
	phaseFree       = "free"
	phaseLive       = "live"
	phaseRevoked    = "posted"
	phaseUnmapped   = "unmapped"
	phaseShotDown   = "shot down"
	phaseGuestEnded = "guest ended"
)

// slotPhase is where the second slot stands: it holds what was derived, and in
// its turn what was granted.
func (m *Grants) slotPhase(s *GrantsState) string {
	c := &s.caps[1]
	switch {
	case s.ended != 0:
		return phaseGuestEnded
	case c.state == abi.CapabilityFree:
		return phaseFree
	case c.state == abi.CapabilityLive:
		return phaseLive
	}
	for i := range s.cpus {
		me := &s.cpus[i]
		if me.task != taskRevoke || c.revocation != 1 || me.at == cpuUnmaps {
			continue
		}
		if me.at == cpuReports || me.at == cpuWaits && s.cpus[1-i].ipi == 0 {
			return phaseShotDown
		}
		return phaseUnmapped
	}
	return phaseRevoked
}

// observe explores a model and notes every change of phase.
func observe[S comparable](m Model[S], phase func(*S) string, into map[change]bool) {
	Explore(m, Options[S]{Observe: func(before *S, step Step, after *S) {
		if from, to := phase(before), phase(after); from != to {
			into[change{from, to, step.Kind}] = true
		}
	}})
}

// observeAll gives the changes of phase of an entry, of the device and of a slot.
func observeAll() (entry, device, slot map[change]bool) {
	entry, device, slot = map[change]bool{}, map[change]bool{}, map[change]bool{}
	ring := &Ring{Rings: 1, Entries: 2, Commands: 3, Jobs: 0b001, Sleeps: true, Resets: true}
	observe[RingState](ring, ring.entryPhase, entry)
	observe[RingState](ring, ring.devicePhase, device)
	grants := &Grants{Extents: 1, Slots: 2, Generations: 2, Quota: 1, Ring: 1}
	observe[GrantsState](grants, grants.slotPhase, slot)
	deaf := *grants
	deaf.Deaf, deaf.Generations = true, 1
	observe[GrantsState](&deaf, deaf.slotPhase, slot)
	return entry, device, slot
}
