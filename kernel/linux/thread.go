package linux

import (
	"pxos/kernel/frame"
	"pxos/kernel/phys"
	"pxos/kernel/sys"
	"pxos/kernel/trap"
)

// MaxThreads bounds the threads of all processes.
const MaxThreads = 512

// state of a thread.
type state uint8

const (
	stateFree    state = iota
	stateReady         // in a run queue
	stateRunning       // on a processor
	stateBlocked       // waits for a source, or for a time
	stateStopped       // of a process that stands still
)

// never is a time that does not come.
const never = ^uint64(0)

// thread is one thread of ring 3. It lies in a frame of its own, at its start.
type thread struct {
	context  trap.Context
	state    state
	retry    bool // the call is made once more when the thread runs
	started  bool // a call that was made before and blocked: what follows is kept
	broken   bool // a signal ended the wait for the call that RAX still names
	doomed   bool // ends as soon as it leaves ring 3
	traced   bool // the call was reported
	keepCaps bool // PR_SET_KEEPCAPS: told, no effect
	id       uint32
	home     uint32 // processor where it ran last
	process  *process
	space    *space

	next          *thread // in a run queue
	source        *source // that it is blocked on
	before, after *thread // among those who are
	until         uint64  // ns: when a wait ends by itself
	late          uint64  // result of the call then
	done          uint64  // bytes of a call that blocked in the middle
	futex         uint64  // user address that is waited at
	vfork         *source // who waits for this thread to let the space go
	errand        *errand // its call, which waits in its middle

	mask     uint64 // blocked signals, bit signal-1
	saved    uint64 // mask to be put back after a call that changed it
	pending  uint64 // signals that came
	fault    uint64 // address of the last SIGSEGV
	code     uint32 // its si_code
	clearTID uint64 // user word that is cleared at the end: CLONE_CHILD_CLEARTID
	stack    altStack
}

// altStack is what sigaltstack set.
type altStack struct {
	base, size uint64
	flags      uint32
}

// newThread makes a thread that starts at rip; nil where there is no room. It is not
// yet ready to run.
func (s *System) newThread(p *process, rip, rsp uint64) *thread {
	for i := range &s.threads {
		if s.threads[i] != nil && s.threads[i].state != stateFree {
			continue
		}
		if s.threads[i] == nil {
			pa := s.frame()
			if pa == frame.None {
				return nil
			}
			s.threads[i] = threadAt(phys.Virt(pa))
		}
		t := s.threads[i]
		t.clear()
		t.state, t.until, t.id, t.home = stateBlocked, never, s.nextID, s.here.id
		t.process, t.space = p, p.space
		t.context.Reset(rip, rsp)
		s.identify(t)
		s.nextID++
		p.threads++
		p.space.users++
		return t
	}
	return nil
}

// identify tells the door who a thread is, unless its calls are to be seen.
func (s *System) identify(t *thread) {
	t.context.Process, t.context.Thread = uint64(t.process.id), uint64(t.id)
	if s.Traced {
		t.context.Process, t.context.Thread = 0, 0
	}
}

// endThread takes a thread out that no processor runs, or the one that is in the
// kernel for it. Its process ends with the last one.
func (s *System) endThread(t *thread) {
	switch t.state {
	case stateFree:
		return
	case stateReady:
		s.forget(t)
	case stateBlocked:
		s.unlink(t)
	}
	if t.clearTID != 0 && !t.process.ended {
		var zero [4]byte
		if t.space.copyOut(t.clearTID, zero[:]) {
			s.futexWake(t.space, t.clearTID, 1)
		}
	}
	t.state = stateFree
	p := t.process
	p.threads--
	s.leaveSpace(t)
	if p.threads == 0 {
		s.finish(p)
	}
}

// leaveSpace has a thread give up its address space; its maker by vfork may go on.
func (s *System) leaveSpace(t *thread) {
	if t.vfork != nil {
		s.notify(t.vfork)
		t.vfork = nil
	}
	t.space.users--
	if t.space.users == 0 {
		s.retire(t.space)
	}
	t.space = nil
}

// doom ends a thread of a process that is ending: now, or when its processor next
// leaves ring 3.
func (s *System) doom(t *thread) {
	if t.errand != nil { // when it is back: what it has taken is given back then
		t.doomed = true
		return
	}
	if t.state == stateRunning && s.here.current != t {
		t.doomed = true
		s.nudge(&s.processors[t.home])
		return
	}
	s.endThread(t)
}

// futexBuckets is a power of two.
const futexBuckets = 64

// bucket is where threads wait that wait at an address of a space.
func (s *System) bucket(sp *space, addr uint64) *source {
	h := (addr>>2 ^ uint64(sp.handle)*0x9E3779B97F4A7C15) * 0xD6E8FEB86659FD93
	return &s.futexes[h>>32%futexBuckets]
}

// futexWait has a thread wait at an address, while the word there has a value.
func (s *System) futexWait(t *thread, addr uint64, value uint32, until uint64) (result uint64, done bool) {
	if addr%4 != 0 {
		return sys.EINVAL.Result(), true
	}
	var word [4]byte
	if !t.space.copyIn(word[:], addr) {
		return sys.EFAULT.Result(), true
	}
	if uint32(word[0])|uint32(word[1])<<8|uint32(word[2])<<16|uint32(word[3])<<24 != value {
		return sys.EAGAIN.Result(), true
	}
	t.futex = addr
	s.block(t, s.bucket(t.space, addr), until, sys.ETIMEDOUT.Result())
	return 0, false
}

// futexWake wakes at most n threads that wait at an address of a space.
func (s *System) futexWake(sp *space, addr, n uint64) uint64 {
	woken := uint64(0)
	for t := s.bucket(sp, addr).waiters; t != nil && woken < n; {
		after := t.after
		if t.space == sp && t.futex == addr {
			s.release(t, 0)
			woken++
		}
		t = after
	}
	return woken
}
