package linux

import "pxos/kernel/trap"

// processor is one processor's part of the schedule: the threads that wait for it
// alone, in the order in which they became ready.
type processor struct {
	id          uint32
	current     *thread // that it runs, nil where it is in the kernel for itself
	first, last *thread // ready to run here
	length      int
	space       *space // whose page tables it uses
	idle        bool   // waits for an interrupt
	stale       bool   // knows what page tables no longer say
	user        uint32 // in ring 3, or on the way there; read without the lock
	sp          uint64 // of its own stack, while it is on an errand's
}

// source is something that threads wait for: a pipe, a child, a futex's bucket.
type source struct {
	waiters *thread // blocked on it, newest first
	edge    uint64  // grows with each change: what epoll's EPOLLET looks at
	watches *watch  // of epoll instances
}

// enqueue has a ready thread run: on the processor where it ran last, so that its
// caches are warm, or on one that has nothing to do.
func (s *System) enqueue(t *thread) {
	t.state = stateReady
	c := &s.processors[t.home]
	if !c.idle {
		for i := range s.processors[:s.count] {
			if s.processors[i].idle {
				c = &s.processors[i]
				break
			}
		}
	}
	t.home = c.id
	t.next = nil
	if c.last == nil {
		c.first = t
	} else {
		c.last.next = t
	}
	c.last = t
	c.length++
	if c.idle {
		c.idle = false
		s.nudge(c)
	}
}

// pick takes the thread that a processor runs next: the first of its own queue, else
// the first of the longest. nil where none is ready.
func (s *System) pick(c *processor) *thread {
	from := c
	if from.first == nil {
		for i := range s.processors[:s.count] {
			if s.processors[i].length > from.length {
				from = &s.processors[i]
			}
		}
	}
	t := from.first
	if t == nil {
		return nil
	}
	from.first = t.next
	if from.first == nil {
		from.last = nil
	}
	from.length--
	t.next, t.home, t.state = nil, c.id, stateRunning
	return t
}

// forget takes a ready thread out of its queue: it is ended.
func (s *System) forget(t *thread) {
	c := &s.processors[t.home]
	var before *thread
	for at := c.first; at != nil; before, at = at, at.next {
		if at != t {
			continue
		}
		if before == nil {
			c.first = t.next
		} else {
			before.next = t.next
		}
		if c.last == t {
			c.last = before
		}
		c.length--
		t.next = nil
		return
	}
}

// block has the running thread wait for a source, or for a time alone where the source
// is nil. Woken by the source it makes its call again; when its time is over the call's
// result is late.
func (s *System) block(t *thread, src *source, until, late uint64) {
	t.state, t.until, t.late = stateBlocked, until, late
	t.source = src
	if src != nil {
		t.before, t.after = nil, src.waiters
		if src.waiters != nil {
			src.waiters.before = t
		}
		src.waiters = t
	}
	s.expect(until)
}

// unlink takes a blocked thread off its source.
func (s *System) unlink(t *thread) {
	if src := t.source; src != nil {
		if t.before == nil {
			src.waiters = t.after
		} else {
			t.before.after = t.after
		}
		if t.after != nil {
			t.after.before = t.before
		}
		t.source, t.before, t.after = nil, nil, nil
	}
}

// release ends a thread's wait with a result.
func (s *System) release(t *thread, result uint64) {
	s.unlink(t)
	t.context.RAX = result
	t.started = false
	s.enqueue(t)
}

// again ends a thread's wait: it makes its call once more.
func (s *System) again(t *thread) {
	s.unlink(t)
	t.retry = true
	s.enqueue(t)
}

// notify tells all who wait for a source that something changed.
func (s *System) notify(src *source) {
	src.edge++
	for src.waiters != nil {
		s.again(src.waiters)
	}
	for w := src.watches; w != nil; w = w.beside {
		for w.epoll.source.waiters != nil {
			s.again(w.epoll.source.waiters)
		}
	}
	for s.pollers.waiters != nil {
		s.again(s.pollers.waiters)
	}
}

// expire ends the waits whose time is over.
func (s *System) expire() {
	now := s.now()
	if now < s.soonest {
		return
	}
	s.soonest = never
	for _, t := range &s.threads {
		if t == nil || t.state != stateBlocked {
			continue
		}
		if t.until <= now {
			s.release(t, t.late)
		} else {
			s.soonest = min(s.soonest, t.until)
		}
	}
	s.expireTimers(now)
}

// use gives a processor the page tables of a space.
func (s *System) use(c *processor, sp *space) {
	if c.space != sp {
		c.space = sp
		sp.tables.Enter()
	}
}

// runThread lets a thread run until its time is over, it waits, or it ends.
func (s *System) runThread(c *processor, t *thread) {
	for t.state == stateRunning {
		if t.errand != nil {
			t.retry = false
			s.travel(t)
			continue
		}
		if t.process.stopped && !t.doomed {
			t.state = stateStopped
			return
		}
		if t.retry {
			t.retry = false
			s.call(t)
			continue
		}
		if !s.deliver(t) {
			return
		}
		s.leaveKernel(c, true)
		trap.Enter(&t.context)
		s.enterKernel(c)
		switch v := t.context.Vector; {
		case t.doomed:
			s.endThread(t)
		case v == trap.VectorSyscall:
			s.supply()
			s.call(t)
			s.giveBack(t)
		case v >= trap.FirstInterrupt:
			trap.Acknowledge(v)
			switch v {
			case trap.VectorTimer:
				s.tick(t)
				s.enqueue(t)
			case trap.VectorDevice:
				s.pollShares()
			}
		default:
			s.supply()
			s.exception(t)
		}
	}
}
