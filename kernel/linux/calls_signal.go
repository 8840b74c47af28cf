package linux

import "pxos/kernel/sys"

func (s *System) sigaction(t *thread, signal, set, old uint64) uint64 {
	if signal == 0 || signal > signals || set != 0 && (signal == sigKILL || signal == sigSTOP) {
		return sys.EINVAL.Result()
	}
	a := &t.process.actions[signal-1]
	was := [4]uint64{a.handler, a.flags, a.restorer, a.mask}
	if set != 0 {
		var w [4]uint64
		if !getWords(t.space, w[:], set) {
			return sys.EFAULT.Result()
		}
		if !canonicalUser(w[0]) {
			return sys.EINVAL.Result()
		}
		*a = action{w[0], w[1], w[2], w[3] &^ unblockable}
	}
	if old != 0 && !putWords(t.space, old, was[:]) {
		return sys.EFAULT.Result()
	}
	return 0
}

func (s *System) sigprocmask(t *thread, how, set, old uint64) uint64 {
	before := t.mask
	if set != 0 {
		var w [1]uint64
		if !getWords(t.space, w[:], set) {
			return sys.EFAULT.Result()
		}
		switch how {
		case 0: // SIG_BLOCK
			t.mask |= w[0]
		case 1: // SIG_UNBLOCK
			t.mask &^= w[0]
		case 2: // SIG_SETMASK
			t.mask = w[0]
		default:
			return sys.EINVAL.Result()
		}
		t.mask &^= unblockable
	}
	if old != 0 {
		w := [1]uint64{before}
		if !putWords(t.space, old, w[:]) {
			t.mask = before
			return sys.EFAULT.Result()
		}
	}
	return 0
}

// sigpending tells the signals that came and are blocked.
func (s *System) sigpending(t *thread, addr uint64) uint64 {
	w := [1]uint64{(t.pending | t.process.pending) & t.mask}
	if !putWords(t.space, addr, w[:]) {
		return sys.EFAULT.Result()
	}
	return 0
}

func (s *System) sigaltstack(t *thread, set, old uint64) uint64 {
	was := t.stack
	if set != 0 {
		var w [3]uint64
		if !getWords(t.space, w[:], set) {
			return sys.EFAULT.Result()
		}
		t.stack = altStack{w[0], w[2], uint32(w[1]) & ssDisable}
	}
	if old != 0 {
		flags := uint64(was.flags)
		if was.size == 0 {
			flags = ssDisable
		}
		w := [3]uint64{was.base, flags, was.size}
		if !putWords(t.space, old, w[:]) {
			return sys.EFAULT.Result()
		}
	}
	return 0
}

// tgkill marks a signal for one thread; group is its process, 0 for any.
func (s *System) tgkill(group, id, signal uint64) uint64 {
	if signal > signals {
		return sys.EINVAL.Result()
	}
	for _, t := range &s.threads {
		if t != nil && t.state != stateFree && uint64(t.id) == id && (group == 0 || uint64(t.process.id) == group) {
			if signal != 0 {
				s.raise(t, signal)
			}
			return 0
		}
	}
	return sys.ESRCH.Result()
}

// kill marks a signal for a process, a group, or all.
func (s *System) kill(t *thread, target, signal uint64) uint64 {
	if signal > signals {
		return sys.EINVAL.Result()
	}
	n := 0
	switch id := int32(target); {
	case id > 0:
		if p := s.processOf(target); p != nil {
			if signal != 0 {
				s.signalProcess(p, signal)
			}
			n = 1
		}
	case id == 0:
		n = s.signalGroup(t.process.group, signal)
	case id == -1:
		for _, p := range &s.processes {
			if p != nil && p.state == processRuns && p != t.process && p != s.first {
				if signal != 0 {
					s.signalProcess(p, signal)
				}
				n++
			}
		}
	default:
		n = s.signalGroup(uint32(-id), signal)
	}
	if n == 0 {
		return sys.ESRCH.Result()
	}
	return 0
}

// timer is one of setitimer's.
type timer struct{ until, interval uint64 } // ns; until 0: not set

// microsecond and sliceNS, what a tick stands for, in ns.
const (
	microsecond = 1000
	sliceNS     = 2_000_000
)

// setitimer sets ITIMER_REAL, which counts time, or ITIMER_PROF, which counts what the
// process' threads run. at 0 only tells.
func (s *System) setitimer(t *thread, which, at, old uint64, set bool) uint64 {
	p := t.process
	m, now := &p.alarm, s.now()
	switch which {
	case 0:
	case 1, 2:
		m, now = &p.profile, p.used
	default:
		return sys.EINVAL.Result()
	}
	was := [4]uint64{m.interval / second, m.interval % second / microsecond, 0, 0}
	if m.until > now {
		left := m.until - now
		was[2], was[3] = left/second, left%second/microsecond
	}
	if set {
		var w [4]uint64
		if at != 0 && !getWords(t.space, w[:], at) {
			return sys.EFAULT.Result()
		}
		if w[1] >= 1_000_000 || w[3] >= 1_000_000 || w[0] > 1<<33 || w[2] > 1<<33 {
			return sys.EINVAL.Result()
		}
		*m = timer{0, w[0]*second + w[1]*microsecond}
		if first := w[2]*second + w[3]*microsecond; first != 0 {
			m.until = now + first
			if which == 0 {
				s.expect(m.until)
			}
		}
	}
	if old != 0 && !putWords(t.space, old, was[:]) {
		return sys.EFAULT.Result()
	}
	return 0
}

// expireTimers raises SIGALRM where the time of an ITIMER_REAL has come.
func (s *System) expireTimers(now uint64) {
	for _, p := range &s.processes {
		if p == nil || p.state != processRuns || p.alarm.until == 0 {
			continue
		}
		if p.alarm.until <= now {
			p.alarm.next(now)
			s.signalProcess(p, sigALRM)
		}
		if p.alarm.until != 0 {
			s.soonest = min(s.soonest, p.alarm.until)
		}
	}
}

// next sets a timer whose time has come for its next.
func (m *timer) next(now uint64) {
	if m.interval == 0 {
		m.until = 0
		return
	}
	m.until = now + m.interval
}

// armed says whether a timer will raise a signal.
func (s *System) armed() bool {
	for _, p := range &s.processes {
		if p != nil && p.state == processRuns && p.alarm.until != 0 {
			return true
		}
	}
	return false
}

// tick is a timer interrupt while a thread ran: its process has used a time slice.
func (s *System) tick(t *thread) {
	p := t.process
	p.used += sliceNS
	if p.profile.until != 0 && p.profile.until <= p.used {
		p.profile.next(p.used)
		s.raise(t, sigPROF)
	}
}
