package linux

import (
	"pxos/abi"
	"pxos/kernel/report"
	"pxos/kernel/sys"
)

// level is how much of a call there is.
type level uint8

const (
	absent  level = iota
	partial       // what programs use; the gap says what is missing
	full
)

// entry is a line of the table of calls.
type entry struct {
	name  string
	level level
	gap   string
}

// Numbers of system calls, arch/x86/entry/syscalls/syscall_64.tbl.
const (
	sysRead             = 0
	sysWrite            = 1
	sysClose            = 3
	sysMmap             = 9
	sysMprotect         = 10
	sysMunmap           = 11
	sysBrk              = 12
	sysRtSigaction      = 13
	sysRtSigprocmask    = 14
	sysRtSigreturn      = 15
	sysIoctl            = 16
	sysSchedYield       = 24
	sysMadvise          = 28
	sysNanosleep        = 35
	sysGetpid           = 39
	sysClone            = 56
	sysExit             = 60
	sysUname            = 63
	sysFcntl            = 72
	sysGettimeofday     = 96
	sysGetuid           = 102
	sysGetgid           = 104
	sysGeteuid          = 107
	sysGetegid          = 108
	sysSigaltstack      = 131
	sysPrctl            = 157
	sysArchPrctl        = 158
	sysGettid           = 186
	sysFutex            = 202
	sysSchedGetaffinity = 204
	sysClockGettime     = 228
	sysClockNanosleep   = 230
	sysExitGroup        = 231
	sysEpollWait        = 232
	sysEpollCtl         = 233
	sysTgkill           = 234
	sysOpenat           = 257
	sysEpollPwait       = 281
	sysEventfd2         = 290
	sysEpollCreate1     = 291
	sysPrlimit64        = 302
	sysGetrandom        = 318
	callCount           = 512
)

// calls is the table: what there is of each call, and what is not.
var calls = [callCount]entry{
	sysRead:             {"read", partial, "eventfds; standard input is at its end; there are no files"},
	sysWrite:            {"write", partial, "eventfds; standard output and error go to the GPU's console; there are no files"},
	sysClose:            {"close", full, ""},
	sysMmap:             {"mmap", partial, "private anonymous memory; no files, no sharing, never writable and executable"},
	sysMprotect:         {"mprotect", full, ""},
	sysMunmap:           {"munmap", full, ""},
	sysBrk:              {"brk", partial, "the break never moves: mmap has memory"},
	sysRtSigaction:      {"rt_sigaction", partial, "no SA_RESTART, no SA_NOCLDSTOP"},
	sysRtSigprocmask:    {"rt_sigprocmask", full, ""},
	sysRtSigreturn:      {"rt_sigreturn", full, ""},
	sysIoctl:            {"ioctl", partial, "the console is no terminal"},
	sysSchedYield:       {"sched_yield", full, ""},
	sysMadvise:          {"madvise", partial, "MADV_DONTNEED; other advice is taken and has no effect"},
	sysNanosleep:        {"nanosleep", partial, "the time that is left is not told"},
	sysGetpid:           {"getpid", full, ""},
	sysClone:            {"clone", partial, "threads; no processes"},
	sysExit:             {"exit", full, ""},
	sysUname:            {"uname", full, ""},
	sysFcntl:            {"fcntl", partial, "F_GETFL and F_GETFD of the standard files"},
	sysGettimeofday:     {"gettimeofday", full, ""},
	sysGetuid:           {"getuid", full, ""},
	sysGetgid:           {"getgid", full, ""},
	sysGeteuid:          {"geteuid", full, ""},
	sysGetegid:          {"getegid", full, ""},
	sysSigaltstack:      {"sigaltstack", full, ""},
	sysPrctl:            {"prctl", partial, "answers sys.EINVAL: nothing that it sets is there"},
	sysArchPrctl:        {"arch_prctl", partial, "ARCH_SET_FS and ARCH_GET_FS"},
	sysGettid:           {"gettid", full, ""},
	sysFutex:            {"futex", partial, "FUTEX_WAIT and FUTEX_WAKE"},
	sysSchedGetaffinity: {"sched_getaffinity", partial, "two processors are told, one runs: Go's collector wants two"},
	sysClockGettime:     {"clock_gettime", partial, "processor time is the time since the start"},
	sysClockNanosleep:   {"clock_nanosleep", partial, "the time that is left is not told"},
	sysExitGroup:        {"exit_group", full, ""},
	sysEpollWait:        {"epoll_wait", partial, "eventfds; edges are told as levels"},
	sysEpollCtl:         {"epoll_ctl", partial, "16 files an instance; no sys.EPOLLONESHOT"},
	sysTgkill:           {"tgkill", full, ""},
	sysOpenat:           {"openat", partial, "there are no files: sys.ENOENT"},
	sysEpollPwait:       {"epoll_pwait", partial, "as epoll_wait; the mask is not taken"},
	sysEventfd2:         {"eventfd2", partial, "never blocks: sys.EAGAIN"},
	sysEpollCreate1:     {"epoll_create1", full, ""},
	sysPrlimit64:        {"prlimit64", partial, "tells RLIMIT_NOFILE; the others are without a limit; nothing can be set"},
	sysGetrandom:        {"getrandom", full, ""},
}

// call carries out the system call that a thread made.
func (s *System) call(t *thread) {
	c := &t.context
	s.Calls++
	if s.Traced {
		s.trace(t)
	}
	n := c.RAX
	if n >= callCount || calls[n].level == absent {
		s.note(n)
		c.RAX = sys.ENOSYS.Result()
		return
	}
	if result, done := s.invoke(t, n); done {
		c.RAX = result
	}
}

// invoke is the dispatch. done is false where the call has set the registers itself.
func (s *System) invoke(t *thread, n uint64) (result uint64, done bool) {
	c, p := &t.context, t.process
	a, b, d := c.RDI, c.RSI, c.RDX
	switch n {
	case sysExit:
		s.endThread(t)
		if p.threads == 0 {
			s.endProcess(p, a)
		}
		return 0, false
	case sysExitGroup:
		s.endProcess(p, a)
		return 0, false
	case sysRtSigreturn:
		if !s.sigreturn(t) {
			s.endProcess(p, 128+sigSEGV)
		}
		return 0, false
	case sysWrite:
		return s.write(p, a, b, d), true
	case sysRead:
		return s.read(p, a, b, d), true
	case sysClose:
		return s.close(p, a), true
	case sysFcntl:
		return s.fcntl(p, a, b), true
	case sysEventfd2:
		return s.eventfd(p, a, b), true
	case sysEpollCreate1:
		_, fd := p.open(kindEpoll, 0)
		return fd, true
	case sysEpollCtl:
		return s.epollCtl(p, a, b, d, c.R10), true
	case sysEpollWait, sysEpollPwait:
		return s.epollWait(t, a, b, d, c.R10&0xFFFFFFFF)
	case sysOpenat:
		return sys.ENOENT.Result(), true
	case sysIoctl:
		return sys.ENOTTY.Result(), true
	case sysClone:
		return s.clone(t, a, b, c.R8), true
	case sysGetpid:
		return 1, true
	case sysGettid:
		return uint64(t.id), true
	case sysGetuid, sysGetgid, sysGeteuid, sysGetegid:
		return 0, true
	case sysPrctl:
		return sys.EINVAL.Result(), true
	case sysArchPrctl:
		return s.archPrctl(t, a, b), true
	case sysUname:
		return s.uname(p, a), true
	case sysSchedYield:
		return 0, true
	case sysPrlimit64:
		return s.prlimit(p, b, d, c.R10), true
	case sysSchedGetaffinity:
		return s.affinity(p, b, d), true
	}
	return s.invokeMore(t, n)
}

// invokeMore has the calls for memory, time and signals.
func (s *System) invokeMore(t *thread, n uint64) (result uint64, done bool) {
	c, p := &t.context, t.process
	a, b, d := c.RDI, c.RSI, c.RDX
	switch n {
	case sysMmap:
		return s.mmap(p, a, b, d, c.R10), true
	case sysMunmap:
		return s.munmap(p, a, b), true
	case sysMprotect:
		return s.mprotect(p, a, b, d), true
	case sysMadvise:
		return s.madvise(p, a, b, d), true
	case sysBrk:
		return program.Break, true
	case sysFutex:
		return s.futex(t, a, b, d, c.R10), true
	case sysClockGettime, sysGettimeofday:
		return s.clock(p, n, a, b), true
	case sysNanosleep:
		return s.sleep(t, a, 0)
	case sysClockNanosleep:
		return s.sleep(t, d, b)
	case sysRtSigaction:
		return s.sigaction(p, a, b, d), true
	case sysRtSigprocmask:
		return s.sigprocmask(t, a, b, d), true
	case sysSigaltstack:
		return s.sigaltstack(t, a, b), true
	case sysTgkill:
		return s.tgkill(p, b, d), true
	case sysGetrandom:
		return s.getrandom(p, a, b), true
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
	report.End()
}

// trace reports a call and its first arguments.
func (s *System) trace(t *thread) {
	c := &t.context
	report.Begin(abi.ReportTrace)
	report.Uint("thread", uint64(t.id))
	if c.RAX < callCount && calls[c.RAX].name != "" {
		report.String("call", calls[c.RAX].name)
	} else {
		report.Uint("call", c.RAX)
	}
	report.Hex("a", c.RDI)
	report.Hex("b", c.RSI)
	report.Hex("c", c.RDX)
	report.Hex("d", c.R10)
	report.End()
}
