package protocol

import "pxos/abi"

// Ring is the model of the rings between guest and device: one guest CPU for
// each ring, one device that serves all, and a host that runs its jobs.
type Ring struct {
	Rings    int   // 1 or 2
	Entries  int   // of each half, at most maxEntries
	Commands int   // that each guest sends, at most 7
	Jobs     uint8 // bit k: command k is a GPU_EXECUTE that the host runs
	Sleeps   bool  // the guest may halt until the interrupt
	Resets   bool  // the guest writes RESET once, whenever it likes
	Weak     bool  // stores leave the buffers in any order that a release allows
	Bug      RingBug
}

const (
	maxRings   = 2
	maxEntries = 3
)

// Places in memory, from ring * ringPlaces on. Zero is what a reset leaves.
const (
	subPayload  = 0
	subNumber   = subPayload + maxEntries
	comPayload  = subNumber + maxEntries
	comNumber   = comPayload + maxEntries
	deviceSleep = comNumber + maxEntries
	guestWake   = deviceSleep + 1
	ringPlaces  = guestWake + 1
)

// Where a guest stands.
const (
	guestReady   = iota
	guestWrote   // the first half of a submission is written
	guestSent    // the whole submission is
	guestRings   // DeviceSleep was 1
	guestSaw     // the next completion's number is there
	guestWakes   // GuestWake is written
	guestHalting // the last look found nothing, only with BugHaltWindow
	guestHalted
	guestResets // RESET is on its way
)

// Where the device stands. It is parked when it polls no ring.
const (
	devicePolls  = iota
	deviceLooks  // DeviceSleep is written, the last look is going on
	deviceCopies // the next submission's number is there
	deviceAnswers
	devicePublishes // the first half of a completion is written
	deviceInforms   // the whole completion is
)

type ringGuest struct {
	at        uint8
	sent      uint8 // submissions written
	seen      uint8 // completions seen
	interrupt uint8 // one is pending
	out       buffer
}

// ringJob is the job of a ring, where abi.JobIdle and so on are its states.
type ringJob struct {
	state, payload, number uint8
}

// ringSide is what the device keeps of a ring.
type ringSide struct {
	next   uint8 // submissions copied
	done   uint8 // completions published
	polled uint8
	bell   uint8
	job    ringJob
}

// hostJob is a job in the hands of the host, with the epoch of its post.
type hostJob struct {
	busy, ring, payload, epoch uint8
}

// RingState is a state of the model Ring.
type RingState struct {
	memory [maxRings * ringPlaces]uint8
	guests [maxRings]ringGuest
	sides  [maxRings]ringSide
	host   [2]hostJob

	device, ring, look uint8 // where the device stands, ring in hand, ring of its last look
	payload, number    uint8 // of the command in hand
	out                buffer

	epoch, reset uint8
	broken       Property
}

// Steps of the model. Agent is the number of the guest or ring; the comments say
// what A and B are.
const (
	ringGuestStores    = iota // a store becomes visible: place, value
	ringDeviceStores          // place, value
	ringGuestWrites           // into its buffer: place, value
	ringSeesAwake             //
	ringSeesSleep             //
	ringRings                 //
	ringSeesNumber            // number
	ringReadsAnswer           // payload
	ringWantsWake             //
	ringFindsLate             // number
	ringHalts                 //
	ringFindsNone             //
	ringHaltsLate             //
	ringTakesInterrupt        //
	ringWritesReset           //
	ringDeviceWakes           //
	ringDrowses               //
	ringLooksWork             //
	ringLooksEmpty            //
	ringParks                 //
	ringFinds                 // number
	ringLoadsEarly            // payload
	ringCopies                // payload
	ringPosts                 // payload
	ringTakesAnswer           // payload
	ringDeviceWrites          // place, value
	ringInterrupts            //
	ringInterruptsNot         //
	ringHostTakes             // slot of the host, payload
	ringHostAnswers           // slot, payload
	ringHostDrops             // slot, payload
	ringResets                //
	ringStepNum
)

// deviceAgent stands for the device where a guest's number is expected.
const deviceAgent = -1

// Initial is power-on: all zero, the device asleep and saying so.
func (m *Ring) Initial() RingState {
	var s RingState
	m.clear(&s)
	return s
}

// clear is what a reset does to memory and to the device.
func (m *Ring) clear(s *RingState) {
	kept := s.memory
	s.memory = [maxRings * ringPlaces]uint8{}
	s.sides = [maxRings]ringSide{}
	s.device, s.ring, s.look, s.payload, s.number = devicePolls, 0, 0, 0, 0
	for r := range m.Rings {
		if m.Bug != BugResetAwake || s.epoch == 0 {
			s.memory[place(r, deviceSleep)] = 1
		}
		if m.Bug == BugResetKeepsEntries {
			copy(s.memory[place(r, subPayload):], kept[place(r, subPayload):place(r, comPayload)])
		}
	}
}

func place(ring, offset int) uint8 { return uint8(ring*ringPlaces + offset) }

// load is what an agent with this buffer reads.
func (s *RingState) load(own *buffer, at uint8) uint8 {
	if v, ok := own.newest(at); ok {
		return v
	}
	return s.memory[at]
}

// command is the payload of command k: no two of a run are equal.
func (s *RingState) command(k uint8) uint8 { return s.epoch<<4 | (k + 1) }

// entry is the entry of command k.
func (m *Ring) entry(k uint8) int { return int(k) % m.Entries }

func (m *Ring) isJob(payload uint8) bool { return m.Jobs>>(payload&15-1)&1 != 0 }

// Next lists what the guests, the device, the host and the buffers can do.
func (m *Ring) Next(s *RingState, out []Successor[RingState]) []Successor[RingState] {
	t := &steps[RingState]{s, out}
	for g := range m.Rings {
		m.drain(t, g, &s.guests[g].out)
		m.guestNext(t, g)
	}
	m.drain(t, deviceAgent, &s.out)
	m.deviceNext(t)
	m.hostNext(t)
	return t.out
}

// drain lets stores leave a buffer: that of guest g, or the device's.
func (m *Ring) drain(t *steps[RingState], g int, b *buffer) {
	for i := range int(b.n) {
		if !b.mayLeave(i, m.Weak) {
			continue
		}
		at, value := b.stores[i].at&^releaseStore, b.stores[i].value
		if g == deviceAgent {
			n := t.add(ringDeviceStores, 0, at, value)
			n.out.leave(i)
			n.memory[at] = value
			continue
		}
		n := t.add(ringGuestStores, g, at, value)
		n.guests[g].out.leave(i)
		n.memory[at] = value
	}
}

// Broken names the property that a step on the way broke.
func (m *Ring) Broken(s *RingState) Property { return s.broken }

// Done says that every command was answered, after the reset if there is one.
func (m *Ring) Done(s *RingState) bool {
	for g := range m.Rings {
		if s.guests[g].at != guestReady || int(s.guests[g].seen) != m.Commands {
			return false
		}
	}
	return !m.Resets || s.epoch == 1
}

// hostNext takes jobs that were posted and answers those it has, in any order.
func (m *Ring) hostNext(t *steps[RingState]) {
	s := t.from
	for r := range m.Rings {
		for h := range s.host {
			if s.sides[r].job.state != abi.JobPosted || s.host[h].busy != 0 {
				continue
			}
			n := t.add(ringHostTakes, r, uint8(h), s.sides[r].job.payload)
			n.sides[r].job.state = abi.JobRunning
			n.host[h] = hostJob{1, uint8(r), s.sides[r].job.payload, s.epoch}
			break
		}
	}
	for h, j := range s.host {
		if j.busy == 0 {
			continue
		}
		if j.epoch != s.epoch && m.Bug != BugOldEpoch {
			n := t.add(ringHostDrops, int(j.ring), uint8(h), j.payload)
			n.host[h] = hostJob{}
			// What a job writes is part of its answer: it must not reach VRAM either.
			if m.Bug == BugOldJobWrites {
				n.broken = NothingOld
			}
			continue
		}
		n := t.add(ringHostAnswers, int(j.ring), uint8(h), j.payload)
		n.host[h] = hostJob{}
		job := &n.sides[j.ring].job
		job.state, job.payload = abi.JobAnswered, j.payload
		if m.Bug != BugJobNoBell {
			n.sides[j.ring].bell = 1
		}
	}
}
