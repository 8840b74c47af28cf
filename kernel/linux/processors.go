package linux

import (
	"sync/atomic"

	"pxos/kernel/arch/amd64"
	"pxos/kernel/trap"
)

// The kernel is one room: a processor that comes in takes its lock, one that goes to
// ring 3 or to sleep gives it back. Everything of System is under it but the words that
// say so here. Interrupts are off inside, so the lock is never waited for by one who
// holds it.

// lock is taken by whoever finds it free. It is not fair on purpose: where processors
// are an emulator's threads, the one whose turn it would be may not be running, and all
// others would wait for the host to run it.
type lock struct{ held uint32 }

func (l *lock) acquire() {
	for !atomic.CompareAndSwapUint32(&l.held, 0, 1) {
		for atomic.LoadUint32(&l.held) != 0 {
			amd64.Pause()
		}
	}
}

func (l *lock) release() { atomic.StoreUint32(&l.held, 0) }

// enterKernel is what a processor does when it comes into the kernel. First it says
// that it no longer runs in ring 3: whoever holds the lock may wait for that. What it
// knows of page tables it drops before it looks at anything.
func (s *System) enterKernel(c *processor) {
	atomic.StoreUint32(&c.user, 0)
	s.room.acquire()
	s.here = c
	if c.stale {
		c.stale = false
		s.reload(c)
	}
}

// leaveKernel lets another in; user says whether this processor goes to ring 3.
func (s *System) leaveKernel(c *processor, user bool) {
	if user {
		atomic.StoreUint32(&c.user, 1)
	}
	s.room.release()
}

// reload drops what a processor knows of user halves.
func (s *System) reload(c *processor) {
	if c.space != nil {
		c.space.tables.Reload()
	} else {
		s.Keeper.Tables.Reload()
	}
}

// shoot has every other processor drop what it knows of a space's page tables, before
// what was mapped is used for something else: one round for all of a call's pages. One
// in ring 3 is interrupted, and waited for until it has left; one that is in the kernel
// or sleeps does it when it gets the lock.
func (s *System) shoot(sp *space) {
	for i := range s.processors[:s.count] {
		c := &s.processors[i]
		if c == s.here || c.space != sp {
			continue
		}
		c.stale = true
		if atomic.LoadUint32(&c.user) != 0 {
			s.send(c, trap.VectorShootdown)
		}
	}
	for i := range s.processors[:s.count] {
		for c := &s.processors[i]; c != s.here && c.space == sp && atomic.LoadUint32(&c.user) != 0; {
			amd64.Pause()
		}
	}
}

// nudge has a processor look at its queue and at its thread.
func (s *System) nudge(c *processor) {
	if c != s.here {
		s.send(c, trap.VectorReschedule)
	}
}

func (s *System) send(c *processor, vector uint32) { s.Clock.Send(trap.At(c.id).APIC, vector) }

// Work is what a processor does from when ring 3 is open to when it closes. Interrupts
// are off.
func (s *System) Work(id uint32) {
	c := &s.processors[id]
	s.enterKernel(c)
	s.working++
	s.Clock.StartTimer(trap.VectorTimer, s.sliceCount)
	for !s.closed {
		s.pollConsole()
		s.pollWire()
		s.pollShares()
		s.checkShares()
		s.pollCompute()
		s.expire()
		s.drawScreen(false)
		if s.retired != nil {
			s.bury()
		}
		if t := s.pick(c); t != nil {
			s.use(c, t.space)
			c.current = t
			s.runThread(c, t)
			c.current = nil
		} else {
			s.rest(c)
		}
	}
	s.Clock.StopTimer()
	c.space = nil
	s.Keeper.Tables.Reload()
	s.working--
	s.leaveKernel(c, false)
}

// close ends what still runs when the first program has ended: every processor but the
// first has then left ring 3 for good.
func (s *System) close() {
	c := &s.processors[0]
	s.enterKernel(c)
	s.drawnMemory = 0 // the last picture is of all that still ran
	s.drawScreen(true)
	s.abandon()
	for _, p := range &s.processes {
		if p != nil && p.state == processRuns {
			s.endProcess(p, sigKILL)
		}
	}
	for s.working > 0 {
		for i := range s.processors[:s.count] {
			s.nudge(&s.processors[i])
		}
		s.leaveKernel(c, false)
		amd64.Pause()
		s.enterKernel(c)
	}
	for s.bury(); s.retired != nil; s.bury() { // the GPU ends its jobs first
		s.leaveKernel(c, false)
		amd64.Pause()
		s.enterKernel(c)
		s.pollCompute()
	}
	s.leaveKernel(c, false)
}

// rest waits for an interrupt where no thread can run. Where none ever will, the
// program has ended itself: Linux would let it hang.
func (s *System) rest(c *processor) {
	if s.soonest == never && !s.expectsInput() && s.wire.waiters == nil && s.wire.watches == nil && s.allRest(c) && !s.armed() && !s.computing(0) {
		s.say("pxos: every thread waits for another: the program is ended\n")
		s.endProcess(s.first, sigKILL)
		return
	}
	s.drawScreen(true)
	c.idle = true
	s.setAlarm(c)
	s.leaveKernel(c, false)
	amd64.Wait()
	s.enterKernel(c)
	c.idle = false
	s.Clock.StartTimer(trap.VectorTimer, s.sliceCount)
}

// expect has somebody look when a time comes: the first processor, if it rests, sleeps
// no longer than to then.
func (s *System) expect(until uint64) {
	s.soonest = min(s.soonest, until)
	if c := &s.processors[0]; c.idle && c != s.here && until < s.alarm {
		s.alarm = until
		s.nudge(c)
	}
}

// setAlarm has a processor that rests woken when the next wait ends by itself, if it is
// the one that looks after that: the first, which also looks at the serial line. The
// others sleep until they are nudged.
func (s *System) setAlarm(c *processor) {
	if c.id != 0 {
		s.Clock.StopTimer()
		return
	}
	wait := uint64(longestRest)
	if s.expectsInput() || s.Net != nil || s.asksShares() {
		wait = sliceNS
	}
	now := s.now()
	if s.soonest != never {
		wait = min(wait, s.soonest-min(s.soonest, now))
	}
	s.alarm = now + wait
	s.Clock.Alarm(trap.VectorTimer, uint32(max(wait, 1000)*uint64(s.sliceCount)/sliceNS))
}

// longestRest is the longest that the first processor sleeps, in ns: the count of the
// timer has 32 bits.
const longestRest = 1_000_000_000

// allRest says whether no other processor runs a thread.
func (s *System) allRest(c *processor) bool {
	for i := range s.processors[:s.count] {
		if o := &s.processors[i]; o != c && (o.current != nil || o.first != nil) {
			return false
		}
	}
	return true
}
