package linux

import (
	"pxos/abi"
	"pxos/kernel/report"
	"pxos/kernel/sys"
)

// call carries out the system call that a thread made, or makes once more a call that
// blocked.
func (s *System) call(t *thread) {
	c := &t.context
	if !t.started {
		s.Calls++
	}
	n := c.RAX
	a := arguments{c.RDI, c.RSI, c.RDX, c.R10, c.R8, c.R9}
	result, done := sys.ENOSYS.Result(), true
	if n >= callCount || calls[n].level == absent {
		s.note(n)
	} else {
		if s.shareCount > 0 && !t.started {
			if f, away := s.leadsAway(t, n, &a); away {
				s.depart(t, n, &a, f)
				return
			}
		}
		result, done = s.invoke(t, n, &a)
	}
	s.conclude(t, n, &a, result, done)
}

// conclude gives a thread the result of its call, where that is done.
func (s *System) conclude(t *thread, n uint64, a *arguments, result uint64, done bool) {
	if done {
		t.context.RAX, t.started, t.done = result, false, 0
	}
	if s.Traced && (done || t.state != stateBlocked) {
		s.trace(t, n, a)
	}
}

// arguments of a call, in the order of their registers.
type arguments [6]uint64

// invoke is the dispatch. done is false where the call has set the registers itself,
// or the thread waits and the call will be made again.
func (s *System) invoke(t *thread, n uint64, a *arguments) (result uint64, done bool) {
	sp := t.space
	switch groups[n] {
	case groupWaiting:
		return s.invokeWaiting(t, n, a)
	case groupPath:
		return s.invokePath(t, n, a), true
	case groupFile:
		return s.invokeFile(t, n, a)
	case groupSocket:
		return s.invokeSocket(t, n, a)
	case groupIdentity:
		return s.invokeIdentity(t, t.process, n, a), true
	}
	switch n {
	case sysMmap:
		return s.mmap(t, a), true
	case sysMunmap:
		return s.munmap(sp, a[0], a[1]), true
	case sysMprotect:
		return s.mprotect(sp, a[0], a[1], a[2]), true
	case sysMincore:
		return s.mincore(sp, a[0], a[1], a[2]), true
	case sysMadvise:
		return s.madvise(sp, a[0], a[1], a[2]), true
	case sysBrk:
		return sp.brk, true
	case sysRtSigaction:
		return s.sigaction(t, a[0], a[1], a[2]), true
	case sysRtSigprocmask:
		return s.sigprocmask(t, a[0], a[1], a[2]), true
	case sysRtSigpending:
		return s.sigpending(t, a[0]), true
	case sysSigaltstack:
		return s.sigaltstack(t, a[0], a[1]), true
	case sysTgkill:
		return s.tgkill(a[0], a[1], a[2]), true
	case sysTkill:
		return s.tgkill(0, a[0], a[1]), true
	case sysKill:
		return s.kill(t, a[0], a[1]), true
	case sysSetitimer:
		return s.setitimer(t, a[0], a[1], a[2], true), true
	case sysGetitimer:
		return s.setitimer(t, a[0], 0, a[1], false), true
	case sysGetrandom:
		return s.fillRandom(sp, transfer{addr: a[0], n: min(a[1], maxTransfer)}), true
	case sysClockGettime, sysGettimeofday, sysTime, sysClockGetres:
		return s.clock(sp, n, a[0], a[1]), true
	case sysArchPrctl:
		return s.archPrctl(t, a[0], a[1]), true
	case sysUname:
		return s.uname(sp, a[0]), true
	case sysPrlimit64:
		return s.prlimit(sp, a[1], a[2], a[3]), true
	case sysGetrlimit:
		return s.prlimit(sp, a[0], 0, a[1]), true
	case sysSetrlimit:
		return s.prlimit(sp, a[0], a[1], 0), true
	case sysSchedGetaffinity:
		return s.affinity(sp, a[1], a[2]), true
	case sysSysinfo:
		return s.sysinfo(sp, a[0]), true
	case sysGetrusage:
		return s.getrusage(t, a[0], a[1]), true
	}
	return 0, true // what is taken and has no effect, as the table says
}

// invokeIdentity has the calls that tell and set who a process is.
func (s *System) invokeIdentity(t *thread, p *process, n uint64, a *arguments) uint64 {
	switch n {
	case sysGetpid:
		return uint64(p.id)
	case sysGettid:
		return uint64(t.id)
	case sysGetppid:
		return p.parentID()
	case sysSetpgid:
		return s.setpgid(t, a[0], a[1])
	case sysGetpgid:
		return s.groupOf(t, a[0], false)
	case sysGetpgrp:
		return uint64(p.group)
	case sysGetsid:
		return s.groupOf(t, a[0], true)
	case sysSetsid:
		return s.setsid(p)
	case sysSetTidAddress:
		t.clearTID = a[0]
		return uint64(t.id)
	case sysUmask:
		was := p.umask
		p.umask = a[0] & 0o777
		return was
	case sysSetuid, sysSetgid:
		if a[0]&0xFFFFFFFF != 0 {
			return sys.EPERM.Result() // there is nobody but root
		}
	case sysPrctl:
		return s.prctl(t, a[0], a[1])
	case sysGetpriority:
		return 20
	case sysTimes:
		return s.now() / (second / 100)
	case sysGetcpu:
		w := [4]byte{byte(s.here.id)}
		if a[0] != 0 && !t.space.copyOut(a[0], w[:]) {
			return sys.EFAULT.Result()
		}
	}
	return 0 // of user and group: there is root alone
}

// invokeWaiting has the calls that may wait, and those that do not return.
func (s *System) invokeWaiting(t *thread, n uint64, a *arguments) (result uint64, done bool) {
	switch n {
	case sysExit:
		if t.process.threads == 1 {
			t.process.status = a[0] & 0xFF << 8
		}
		s.endThread(t)
		return 0, false
	case sysExitGroup:
		s.endProcess(t.process, a[0]&0xFF<<8)
		return 0, false
	case sysRtSigreturn:
		if !s.sigreturn(t) {
			s.endProcess(t.process, sigSEGV)
		}
		return 0, false
	case sysOpen:
		return s.openat(t, atCWD, a[0], a[1], a[2])
	case sysOpenat:
		return s.openat(t, a[0], a[1], a[2], a[3])
	case sysExecve:
		return s.execve(t, a[0], a[1], a[2])
	case sysClone:
		return s.clone(t, a[0], a[1], a[2], a[3], a[4])
	case sysVfork:
		return s.clone(t, cloneVM|cloneVFork, 0, 0, 0, 0)
	case sysWait4:
		return s.wait4(t, a[0], a[1], a[2], a[3])
	case sysWaitid:
		return s.waitid(t, a[0], a[1], a[2], a[3], a[4])
	case sysFutex:
		return s.futex(t, a)
	case sysNanosleep:
		return s.sleep(t, a[0], 0)
	case sysClockNanosleep:
		return s.sleep(t, a[2], a[1])
	case sysEpollWait, sysEpollPwait:
		return s.epollWait(t, a[0], a[1], a[2], a[3]&0xFFFFFFFF)
	case sysPoll:
		return s.poll(t, a[0], a[1], milliseconds(a[2]))
	case sysPpoll:
		ns := uint64(never)
		if a[2] != 0 {
			var e sys.Errno
			if ns, e = duration(t.space, a[2]); e != 0 {
				return e.Result(), true
			}
		}
		return s.poll(t, a[0], a[1], ns)
	}
	return sys.ENOSYS.Result(), true
}

// note reports a call that is not there, once each.
func (s *System) note(n uint64) {
	if n < callCount {
		if s.unknown[n/64]>>(n%64)&1 != 0 {
			return
		}
		s.unknown[n/64] |= 1 << (n % 64)
	}
	report.Begin(abi.ReportCall)
	report.Uint("number", n)
	if n < callCount && calls[n].name != "" {
		report.String("name", calls[n].name)
	}
	report.End()
}

// traceSignal reports a signal that a thread takes.
func (s *System) traceSignal(t *thread, signal uint64) {
	report.Begin(abi.ReportTrace)
	report.Uint("thread", uint64(t.id))
	report.Uint("signal", signal)
	report.Hex("addr", t.fault)
	report.Hex("rip", t.context.RIP)
	report.End()
}

// trace reports a call, its arguments and its result.
func (s *System) trace(t *thread, n uint64, a *arguments) {
	report.Begin(abi.ReportTrace)
	report.Uint("thread", uint64(t.id))
	if n < callCount && calls[n].name != "" {
		report.String("call", calls[n].name)
	} else {
		report.Uint("call", n)
	}
	report.Hex("a", a[0])
	report.Hex("b", a[1])
	report.Hex("c", a[2])
	report.Hex("d", a[3])
	report.Hex("result", t.context.RAX)
	report.End()
}
