package linux

// Signals that stop a process, asm-generic/signal.h.
const (
	sigTSTP = 20
	sigTTIN = 21
	sigTTOU = 22

	stopSignals = 1<<(sigSTOP-1) | 1<<(sigTSTP-1) | 1<<(sigTTIN-1) | 1<<(sigTTOU-1)
)

// news is what a parent can be told of a child that has not ended.
type news uint8

const (
	nothing news = iota
	stopped
	continued
)

// control is what a signal does at once, whether it is blocked or not: SIGCONT and
// SIGKILL have a stopped process go on, and stopping and going on undo each other.
func (s *System) control(p *process, signal uint64) {
	switch {
	case signal == sigCONT:
		s.drain(p, stopSignals)
		if p.stopped {
			s.goOn(p)
			p.news = continued
			s.tellParent(p)
		}
	case signal == sigKILL:
		s.goOn(p)
	case stopSignals&bit(signal) != 0:
		s.drain(p, bit(sigCONT))
	}
}

// drain takes signals away that came and were not delivered.
func (s *System) drain(p *process, which uint64) {
	p.pending &^= which
	for _, t := range &s.threads {
		if t != nil && t.state != stateFree && t.process == p {
			t.pending &^= which
		}
	}
}

// stop has a process stand still: each thread when it is about to run.
func (s *System) stop(p *process, signal uint64) {
	if p.stopped || p.ended {
		return
	}
	p.stopped, p.news, p.stopSignal = true, stopped, signal
	for _, t := range &s.threads {
		if t != nil && t.process == p && t.state == stateRunning && t != s.here.current {
			s.nudge(&s.processors[t.home])
		}
	}
	s.tellParent(p)
}

// goOn has the threads of a stopped process run again.
func (s *System) goOn(p *process) {
	p.stopped, p.news = false, nothing
	for _, t := range &s.threads {
		if t != nil && t.process == p && t.state == stateStopped {
			s.enqueue(t)
		}
	}
}

func (s *System) tellParent(p *process) {
	const noChildStop = 1 // SA_NOCLDSTOP
	if p.parent == nil {
		return
	}
	if p.parent.actions[sigCHLD-1].flags&noChildStop == 0 {
		s.signalProcess(p.parent, sigCHLD)
	}
	s.notify(&p.parent.children)
}

// told is the wait status of a child that has ended, or has news.
func (p *process) told() uint64 {
	switch {
	case p.state == processZombie:
	case p.news == stopped:
		return 0x7F | p.stopSignal<<8
	case p.news == continued:
		return 0xFFFF
	}
	return p.status
}
