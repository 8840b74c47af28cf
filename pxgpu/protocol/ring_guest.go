package protocol

// The guest's side of a ring.

// guestNext lists what guest g can do.
func (m *Ring) guestNext(t *steps[RingState], g int) {
	s := t.from
	me := &s.guests[g]
	switch me.at {
	case guestReady:
		m.guestBegins(t, g)
	case guestWrote:
		if me.out.room(1) {
			at, value := m.submission(s, g, m.Bug != BugNumberFirst)
			n := &t.add(ringGuestWrites, g, at&^releaseStore, value).guests[g]
			n.out.push(at, value)
			n.at = guestSent
		}
	case guestSent:
		// The fence is over when the buffer is empty; the load comes after it.
		if !me.out.empty() && m.Bug != BugNoFence {
			break
		}
		kind, then := uint8(ringSeesAwake), uint8(guestReady)
		if s.load(&me.out, place(g, deviceSleep)) != 0 {
			kind, then = ringSeesSleep, guestRings
		}
		n := &t.add(kind, g, 0, 0).guests[g]
		n.sent++
		n.at = then
	case guestRings:
		// A store to a trapped register leaves the processor after those before it.
		if me.out.empty() {
			n := t.add(ringRings, g, 0, 0)
			n.sides[g].bell = 1
			n.guests[g].at = guestReady
		}
	case guestSaw:
		answer := s.load(&me.out, place(g, comPayload+m.entry(me.seen)))
		n := t.add(ringReadsAnswer, g, answer, 0)
		n.judgeAnswer(me.seen, answer)
		n.guests[g].seen++
		n.guests[g].at = guestReady
	case guestWakes, guestHalting, guestHalted:
		m.guestSleeps(t, g)
	}
}

// guestBegins lists what a guest can begin when it is in the middle of nothing.
func (m *Ring) guestBegins(t *steps[RingState], g int) {
	s := t.from
	me := &s.guests[g]
	if s.guests[0].at == guestResets && m.Bug != BugResetOthersRun {
		return
	}
	inFlight, limit := int(me.sent-me.seen), m.Entries
	if m.Bug == BugReusedEarly {
		limit++
	}
	if int(me.sent) < m.Commands && inFlight < limit && me.out.room(1) {
		at, value := m.submission(s, g, m.Bug == BugNumberFirst)
		n := &t.add(ringGuestWrites, g, at&^releaseStore, value).guests[g]
		n.out.push(at, value)
		n.at = guestWrote
	}
	if inFlight > 0 && m.answered(s, g) {
		t.add(ringSeesNumber, g, me.seen+1, 0).guests[g].at = guestSaw
	}
	if inFlight > 0 && m.Sleeps && me.out.room(1) {
		n := &t.add(ringWantsWake, g, 0, 0).guests[g]
		n.out.push(place(g, guestWake), 1)
		n.at = guestWakes
	}
	if me.interrupt != 0 {
		t.add(ringTakesInterrupt, g, 0, 0).guests[g].interrupt = 0
	}
	if m.Resets && g == 0 && s.epoch == 0 && me.out.empty() && m.othersStopped(s) {
		n := t.add(ringWritesReset, g, 0, 0)
		n.reset = 1
		n.guests[g].at = guestResets
	}
}

// guestSleeps lists what a guest does around HLT. It keeps interrupts off from
// before the last look to HLT, so one that comes meanwhile ends the sleep at once.
func (m *Ring) guestSleeps(t *steps[RingState], g int) {
	me := &t.from.guests[g]
	switch me.at {
	case guestWakes:
		if !me.out.empty() && m.Bug != BugGuestWakeNoFence {
			return
		}
		if !m.answered(t.from, g) {
			if m.Bug == BugHaltWindow {
				t.add(ringFindsNone, g, 0, 0).guests[g].at = guestHalting
				return
			}
			t.add(ringHalts, g, 0, 0).guests[g].at = guestHalted
			return
		}
		if me.out.room(1) {
			n := &t.add(ringFindsLate, g, me.seen+1, 0).guests[g]
			n.out.push(place(g, guestWake), 0)
			n.at = guestSaw
		}
	case guestHalting:
		t.add(ringHaltsLate, g, 0, 0).guests[g].at = guestHalted
		if me.interrupt != 0 {
			t.add(ringTakesInterrupt, g, 0, 0).guests[g].interrupt = 0
		}
	case guestHalted:
		if me.interrupt != 0 && me.out.room(1) {
			n := &t.add(ringTakesInterrupt, g, 0, 0).guests[g]
			n.out.push(place(g, guestWake), 0)
			n.at, n.interrupt = guestReady, 0
		}
	}
}

// submission is one of the two stores of the guest's next submission: its
// payload, or its number, which is a release.
func (m *Ring) submission(s *RingState, g int, number bool) (at, value uint8) {
	k := s.guests[g].sent
	if !number {
		return place(g, subPayload+m.entry(k)), s.command(k)
	}
	at = place(g, subNumber+m.entry(k))
	if m.Bug != BugNoRelease {
		at |= releaseStore
	}
	return at, k + 1
}

// answered says whether the guest sees the number of its next completion.
func (m *Ring) answered(s *RingState, g int) bool {
	me := &s.guests[g]
	return s.load(&me.out, place(g, comNumber+m.entry(me.seen))) == me.seen+1
}

// othersStopped says whether all guests but the first are in the middle of
// nothing: RESET clears every ring, so the kernel stops the other CPUs first and
// lets them go on when it is through.
func (m *Ring) othersStopped(s *RingState) bool {
	for g := 1; g < m.Rings; g++ {
		if s.guests[g].at != guestReady || !s.guests[g].out.empty() {
			return m.Bug == BugResetOthersRun
		}
	}
	return true
}

// judgeAnswer compares what completion k carries with what it must.
func (s *RingState) judgeAnswer(k, answer uint8) {
	switch {
	case answer == s.command(k):
	case answer != 0 && answer>>4 != s.epoch:
		s.broken = NothingOld
	default:
		s.broken = OwnAnswer
	}
}
