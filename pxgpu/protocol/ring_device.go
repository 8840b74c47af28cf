package protocol

import "pxos/abi"

// The device's side of the rings. One thread serves them all; it polls those
// whose bell rang since it last parked.

// loadedEarly marks a payload that was read before its number, see BugNoAcquire.
const loadedEarly = 0x80

// deviceNext lists what the device can do.
func (m *Ring) deviceNext(t *steps[RingState]) {
	s := t.from
	if s.reset != 0 && (s.device == devicePolls && s.out.empty() || m.Bug == BugResetMidway) {
		m.resets(t.add(ringResets, 0, 0, 0))
	}
	switch s.device {
	case devicePolls:
		m.polls(t)
	case deviceLooks:
		m.looks(t)
	case deviceCopies:
		m.copies(t)
	case deviceAnswers, devicePublishes:
		m.answers(t)
	case deviceInforms:
		if !s.out.empty() && m.Bug != BugDeviceWakeNoFence {
			return
		}
		if s.load(&s.out, place(int(s.ring), guestWake)) == 0 || m.Bug == BugNoInterrupt {
			t.add(ringInterruptsNot, int(s.ring), 0, 0).putDown()
			return
		}
		n := t.add(ringInterrupts, int(s.ring), 0, 0)
		n.guests[n.ring].interrupt = 1
		n.putDown()
	}
}

// putDown lets the device go back to polling with nothing in hand.
func (s *RingState) putDown() {
	s.device, s.ring, s.look, s.payload, s.number = devicePolls, 0, 0, 0, 0
}

// waits says whether ring r has something for the device: the next submission,
// or an answer of the host. While a job is under way the ring does not go on.
func (m *Ring) waits(s *RingState, r int) (submission, answer bool) {
	side := &s.sides[r]
	answer = side.job.state == abi.JobAnswered
	if side.job.state != abi.JobIdle && m.Bug != BugJobOvertaken {
		return false, answer
	}
	number := s.load(&s.out, place(r, subNumber+m.entry(side.next)))
	if m.Bug == BugAnyNumber {
		return number != 0 && int(side.next) < m.Commands, answer
	}
	return number == side.next+1, answer
}

// polls lists what a device that is awake, or parked if it polls no ring, does
// next. It may try to sleep at any time: a model of its patience would only
// leave states out.
func (m *Ring) polls(t *steps[RingState]) {
	s := t.from
	awake := false
	for r := range m.Rings {
		side := &s.sides[r]
		if side.bell != 0 && s.out.room(1) {
			n := t.add(ringDeviceWakes, r, 0, 0)
			n.sides[r].bell, n.sides[r].polled = 0, 1
			n.out.push(place(r, deviceSleep), 0)
		}
		if side.polled == 0 {
			continue
		}
		awake = true
		submission, answer := m.waits(s, r)
		if answer {
			n := t.add(ringTakesAnswer, r, side.job.payload, 0)
			n.device, n.ring, n.payload, n.number = deviceAnswers, uint8(r), side.job.payload, side.job.number
			n.sides[r].job = ringJob{}
			if side.job.payload>>4 != s.epoch {
				n.broken = NothingOld
			}
		}
		if submission {
			n := t.add(ringFinds, r, side.next+1, 0)
			n.device, n.ring, n.number = deviceCopies, uint8(r), side.next+1
		}
		// Without acquire the payload may have been loaded before the number came.
		if m.Bug == BugNoAcquire && s.payload == 0 {
			early := s.load(&s.out, place(r, subPayload+m.entry(side.next)))
			t.add(ringLoadsEarly, r, early, 0).payload = loadedEarly | early
		}
	}
	if awake && s.out.room(m.Rings) {
		n := t.add(ringDrowses, 0, 0, 0)
		n.setSleep(1)
		n.device = deviceLooks
	}
}

// setSleep writes DeviceSleep of every ring that is polled.
func (s *RingState) setSleep(value uint8) {
	for r := range s.sides {
		if s.sides[r].polled != 0 {
			s.out.push(place(r, deviceSleep), value)
		}
	}
}

// looks is the last look before parking, after the fence, one ring at a time.
func (m *Ring) looks(t *steps[RingState]) {
	s := t.from
	if !s.out.empty() && m.Bug != BugDeviceNoFence {
		return
	}
	r := int(s.look)
	if r == m.Rings || m.Bug == BugNoSecondLook {
		n := t.add(ringParks, 0, 0, 0)
		for r := range n.sides {
			if n.sides[r].polled != 0 && m.Bug == BugBellLost {
				n.sides[r].bell = 0
			}
			n.sides[r].polled = 0
		}
		n.putDown()
		return
	}
	submission, answer := m.waits(s, r)
	if s.sides[r].polled == 0 || !submission && !answer {
		t.add(ringLooksEmpty, r, 0, 0).look++
		return
	}
	if s.out.room(m.Rings) {
		n := t.add(ringLooksWork, r, 0, 0)
		n.setSleep(0)
		n.putDown()
	}
}

// copies takes the submission over and carries it out, or posts its job.
func (m *Ring) copies(t *steps[RingState]) {
	s := t.from
	r := int(s.ring)
	payload := s.load(&s.out, place(r, subPayload+m.entry(s.sides[r].next)))
	if s.payload != 0 {
		payload = s.payload &^ loadedEarly
	}
	if payload == 0 || !m.isJob(payload) {
		n := t.add(ringCopies, r, payload, 0)
		n.judgeCommand(r, payload)
		n.device, n.payload = deviceAnswers, payload
		return
	}
	if s.sides[r].job.state != abi.JobIdle {
		return
	}
	n := t.add(ringPosts, r, payload, 0)
	n.judgeCommand(r, payload)
	n.sides[r].job = ringJob{abi.JobPosted, payload, s.number}
	n.putDown()
}

// judgeCommand compares what the device copied with the command whose turn it
// is, and counts it.
func (s *RingState) judgeCommand(r int, payload uint8) {
	next := s.sides[r].next
	s.sides[r].next++
	switch k := payload&15 - 1; {
	case payload == 0:
		s.broken = WholePayload
	case payload>>4 != s.epoch:
		s.broken = NothingOld
	case k < next:
		s.broken = NotDoubled
	case k > next:
		s.broken = NotLost
	}
}

// answers writes the two halves of a completion, the number last.
func (m *Ring) answers(t *steps[RingState]) {
	s := t.from
	if !s.out.room(1) {
		return
	}
	r, k := int(s.ring), s.number-1
	first := s.device == deviceAnswers
	at, value := place(r, comPayload+m.entry(k)), s.payload
	if first == (m.Bug == BugAnswerNumberFirst) {
		at, value = place(r, comNumber+m.entry(k)), s.number
		if m.Bug != BugAnswerNoRelease {
			at |= releaseStore
		}
	}
	n := t.add(ringDeviceWrites, r, at&^releaseStore, value)
	n.out.push(at, value)
	if first {
		n.device = devicePublishes
		return
	}
	n.device = deviceInforms
	if n.sides[r].done++; n.sides[r].done != s.number {
		n.broken = InOrder
	}
}

// resets carries out RESET. The device does so between two commands, with its
// own stores out; the guest that wrote it waits, the others forget with it.
func (m *Ring) resets(n *RingState) {
	midway := *n
	n.epoch++
	m.clear(n)
	n.reset = 0
	for g := range m.Rings {
		me := &n.guests[g]
		me.sent, me.seen = 0, 0
		if g == 0 {
			me.at = guestReady
		}
	}
	if m.Bug == BugResetMidway {
		n.device, n.ring, n.payload, n.number = midway.device, midway.ring, midway.payload, midway.number
		n.sides[n.ring].polled = midway.sides[n.ring].polled
	}
}
