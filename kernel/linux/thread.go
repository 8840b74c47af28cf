package linux

import (
	"pxos/kernel/frame"
	"pxos/kernel/phys"
	"pxos/kernel/sys"
	"pxos/kernel/trap"
)

// MaxThreads bounds the threads of all processes.
const MaxThreads = 128

// state of a thread.
type state uint8

const (
	stateFree state = iota
	stateReady
	stateFutex // waits for a wake-up, or for its time
	stateSleep // waits for its time
	stateEpoll // waits for events, or for its time
)

// never is a time that does not come.
const never = ^uint64(0)

// thread is one thread of ring 3. It lies in a frame of its own, at its start.
type thread struct {
	context trap.Context
	state   state
	id      uint32
	process *process
	until   uint64 // ns: when a wait ends by itself
	futex   uint64 // user address that is waited at
	mask    uint64 // blocked signals, bit signal-1
	pending uint64 // signals that came
	fault   uint64 // address of the last SIGSEGV
	code    uint32 // its si_code
	stack   altStack
	wait    [3]uint64 // of epoll_wait: instance, address, most
}

// altStack is what sigaltstack set.
type altStack struct {
	base, size uint64
	flags      uint32
}

// newThread makes a thread that starts at rip; nil where there is no room.
func (s *System) newThread(p *process, rip, rsp uint64) *thread {
	for i := range s.threads {
		if s.threads[i] != nil && s.threads[i].state != stateFree {
			continue
		}
		if s.threads[i] == nil {
			pa := s.Keeper.Frames.Alloc()
			if pa == frame.None {
				return nil
			}
			s.threads[i] = threadAt(phys.Virt(pa))
		}
		t := s.threads[i]
		*t = thread{state: stateReady, id: s.nextID, process: p}
		t.context.Reset(rip, rsp)
		s.nextID++
		p.threads++
		return t
	}
	return nil
}

// endThread takes a thread out. Its process ends with the last one.
func (s *System) endThread(t *thread) {
	t.state = stateFree
	t.process.threads--
}

// next picks the thread that runs after t, nil where none can. Waits that are over
// end here.
func (s *System) next(after int) (*thread, int) {
	now := s.now()
	for i := range s.threads {
		n := (after + 1 + i) % MaxThreads
		t := s.threads[n]
		if t == nil {
			continue
		}
		if t.state == stateEpoll {
			s.pollAgain(t)
		}
		if t.waits() && (t.until <= now || t.deliverable() != 0) {
			s.wakeByTime(t, now)
		}
		if t.state == stateReady {
			return t, n
		}
	}
	return nil, after
}

// waits says whether a thread waits for anything.
func (t *thread) waits() bool { return t.state > stateReady }

// wakeByTime ends a wait that nobody ended: by time-out or by a signal.
func (s *System) wakeByTime(t *thread, now uint64) {
	switch {
	case t.until > now:
		t.context.RAX = sys.EINTR.Result()
	case t.state == stateFutex:
		t.context.RAX = sys.ETIMEDOUT.Result()
	default:
		t.context.RAX = 0
	}
	t.state = stateReady
}

// soonest is when the next wait ends by itself; never where none does.
func (s *System) soonest() uint64 {
	best := uint64(never)
	for _, t := range s.threads {
		if t != nil && t.waits() {
			best = min(best, t.until)
		}
	}
	return best
}

// futexWait has a thread wait at an address, while the word there has a value.
func (s *System) futexWait(t *thread, addr uint64, value uint32, until uint64) uint64 {
	if addr%4 != 0 {
		return sys.EINVAL.Result()
	}
	var word [4]byte
	if !t.process.copyIn(word[:], addr) {
		return sys.EFAULT.Result()
	}
	if uint32(word[0])|uint32(word[1])<<8|uint32(word[2])<<16|uint32(word[3])<<24 != value {
		return sys.EAGAIN.Result()
	}
	t.state, t.futex, t.until = stateFutex, addr, until
	return 0
}

// futexWake wakes at most n threads that wait at an address of a process.
func (s *System) futexWake(p *process, addr, n uint64) uint64 {
	woken := uint64(0)
	for _, t := range s.threads {
		if woken < n && t != nil && t.state == stateFutex && t.process == p && t.futex == addr {
			t.state = stateReady
			t.context.RAX = 0
			woken++
		}
	}
	return woken
}
