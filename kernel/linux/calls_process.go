package linux

import "pxos/kernel/sys"

// Flags of clone, linux/sched.h.
const (
	cloneVM       = 0x100
	cloneVFork    = 0x4000
	cloneParent   = 0x8000
	cloneThread   = 0x10000
	cloneSetTLS   = 0x80000
	clonePIDFD    = 0x1000
	cloneSetTID   = 0x100000
	cloneClearTID = 0x200000
	cloneChildTID = 0x1000000
)

// clone starts a thread, or a process that shares its maker's memory until it runs a
// program or ends.
func (s *System) clone(t *thread, flags, stack, parentTID, childTID, tls uint64) (result uint64, done bool) {
	switch {
	case t.started: // a vfork whose child has let the space go
		return t.done, true
	case flags&cloneVM == 0, flags&clonePIDFD != 0:
		return sys.ENOSYS.Result(), true
	case flags&cloneSetTLS != 0 && !canonicalUser(tls), flags&cloneThread != 0 && stack == 0:
		return sys.EINVAL.Result(), true
	}
	p := t.process
	if flags&cloneThread == 0 {
		if flags&cloneVFork == 0 {
			return sys.ENOSYS.Result(), true
		}
		if p = s.fork(t.process); p == nil {
			return sys.EAGAIN.Result(), true
		}
	}
	child := s.newThread(p, t.context.RIP, stack)
	if child == nil {
		if p != t.process {
			s.endProcess(p, 0)
			p.state = processFree
		}
		return sys.EAGAIN.Result(), true
	}
	child.context = t.context
	child.context.RAX = 0
	s.identify(child)
	if stack != 0 {
		child.context.RSP = stack
	}
	child.mask, child.keepCaps = t.mask, t.keepCaps
	if flags&cloneSetTLS != 0 {
		child.context.FSBase = tls
	}
	if flags&cloneClearTID != 0 {
		child.clearTID = childTID
	}
	id := [4]byte{byte(child.id), byte(child.id >> 8), byte(child.id >> 16), byte(child.id >> 24)}
	if flags&cloneSetTID != 0 {
		t.space.copyOut(parentTID, id[:])
	}
	if flags&cloneChildTID != 0 {
		t.space.copyOut(childTID, id[:])
	}
	if flags&cloneThread != 0 {
		s.enqueue(child)
		return uint64(child.id), true
	}
	p.id, child.vfork = child.id, &p.children
	s.identify(child)
	s.enqueue(child)
	t.started, t.done = true, uint64(child.id)
	s.block(t, &p.children, never, 0)
	return 0, false
}

// fork makes a process like another, but for its threads; it shares the memory.
func (s *System) fork(of *process) *process {
	p := s.newProcess()
	if p == nil {
		return nil
	}
	p.group, p.session, p.parent, p.space = of.group, of.session, of, of.space
	p.umask, p.nameBytes = of.umask, of.nameBytes
	copy(p.name[:], of.name[:of.nameBytes])
	p.argument, p.arguments = of.argument, of.arguments
	p.actions = of.actions
	p.directory = of.directory
	s.Files.Hold(p.directory)
	if p.within = of.within; p.within != nil {
		p.within.refs++
	}
	for fd := range of.files {
		if f := of.files[fd].file; f != nil {
			f.refs++
			p.files[fd] = of.files[fd]
		}
	}
	return p
}

// Options of wait4 and waitid, linux/wait.h.
const (
	waitNoHang    = 1
	waitStopped   = 2
	waitExited    = 4
	waitContinued = 8
	waitKeep      = 0x1000000 // WNOWAIT
)

// matches says whether wait for target means a child; the meaning of target is wait4's.
func (p *process) matches(target uint64, of *process) bool {
	if p.parent != of {
		return false
	}
	switch id := int32(target); {
	case id == -1:
		return true
	case id > 0:
		return p.id == uint32(id)
	case id == 0:
		return p.group == of.group
	default:
		return p.group == uint32(-id)
	}
}

// changedChild finds a child that target means and that has ended, stopped or gone on, as
// far as that is asked for. any says whether there is one at all that could.
func (s *System) changedChild(of *process, target, options uint64) (child *process, any bool) {
	for _, p := range &s.processes {
		if p == nil || p.state == processFree || !p.matches(target, of) {
			continue
		}
		any = true
		if p.state == processZombie && options&waitExited != 0 || p.news == stopped && options&waitStopped != 0 || p.news == continued && options&waitContinued != 0 {
			return p, true
		}
	}
	return nil, any
}

// ending is what siginfo has of a child: CLD_*, asm-generic/siginfo.h, and a status.
func (p *process) ending() (how, value uint64) {
	const exited, killed, stops, goesOn = 1, 2, 5, 6
	switch {
	case p.state != processZombie && p.news == stopped:
		return stops, p.stopSignal
	case p.state != processZombie:
		return goesOn, sigCONT
	case p.status&0x7F != 0:
		return killed, p.status & 0x7F
	}
	return exited, p.status >> 8
}

// tell is when a parent was told of a child: of one that has ended nothing is left.
func (s *System) tell(of, child *process) {
	child.news = nothing
	if child.state != processZombie {
		return
	}
	of.usedByDead += child.used + child.usedByDead
	child.state = processFree
}

func (s *System) wait4(t *thread, target, status, options, usage uint64) (result uint64, done bool) {
	p := t.process
	child, any := s.changedChild(p, target, options|waitExited)
	switch {
	case !any:
		return sys.ECHILD.Result(), true
	case child == nil && options&waitNoHang != 0:
		return 0, true
	case child == nil:
		s.block(t, &p.children, never, 0)
		return 0, false
	}
	if status != 0 {
		told := child.told()
		b := [4]byte{byte(told), byte(told >> 8)}
		if !t.space.copyOut(status, b[:]) {
			return sys.EFAULT.Result(), true
		}
	}
	if usage != 0 && !s.putUsage(t.space, usage, child.used+child.usedByDead) {
		return sys.EFAULT.Result(), true
	}
	s.tell(p, child)
	return uint64(child.id), true
}

// waitid is wait with a siginfo.
func (s *System) waitid(t *thread, kind, id, info, options, usage uint64) (result uint64, done bool) {
	p, target := t.process, uint64(0)
	switch kind {
	case 0: // P_ALL
		target = ^uint64(0)
	case 1: // P_PID
		target = id
	case 2: // P_PGID
		target = -id
	default:
		return sys.EINVAL.Result(), true
	}
	if options&(waitExited|waitStopped|waitContinued) == 0 {
		return sys.EINVAL.Result(), true
	}
	child, any := s.changedChild(p, target, options)
	var b [128]byte
	switch {
	case !any:
		return sys.ECHILD.Result(), true
	case child == nil && options&waitNoHang == 0:
		s.block(t, &p.children, never, 0)
		return 0, false
	case child != nil:
		put(b[:], 0, sigCHLD)
		put(b[:], 16, uint64(child.id))
		how, value := child.ending()
		put(b[:], 8, how)
		put(b[:], 24, value)
	}
	if info != 0 && !t.space.copyOut(info, b[:]) {
		return sys.EFAULT.Result(), true
	}
	if child != nil {
		if usage != 0 && !s.putUsage(t.space, usage, child.used+child.usedByDead) {
			return sys.EFAULT.Result(), true
		}
		if options&waitKeep == 0 {
			s.tell(p, child)
		}
	}
	return 0, true
}

// putUsage writes a struct rusage: the time, and nothing of what is not counted.
func (s *System) putUsage(sp *space, addr, ns uint64) bool {
	w := [8]uint64{ns / second, ns % second / microsecond}
	var rest [8]uint64
	if !putWords(sp, addr, w[:]) {
		return false
	}
	return putWords(sp, addr+64, rest[:]) && putWords(sp, addr+80, rest[:])
}

// getrusage tells the time that a process, its dead children, or a thread used.
func (s *System) getrusage(t *thread, who, addr uint64) uint64 {
	ns := t.process.used
	switch int32(who) {
	case 0, 1:
	case -1:
		ns = t.process.usedByDead
	default:
		return sys.EINVAL.Result()
	}
	if !s.putUsage(t.space, addr, ns) {
		return sys.EFAULT.Result()
	}
	return 0
}

// setpgid moves a process into a group.
func (s *System) setpgid(t *thread, id, group uint64) uint64 {
	p := t.process
	if id != 0 && uint32(id) != p.id {
		if p = s.processOf(id); p == nil || p.parent != t.process {
			return sys.ESRCH.Result()
		}
	}
	switch {
	case int32(group) < 0:
		return sys.EINVAL.Result()
	case p.session == p.id || p.session != t.process.session:
		return sys.EPERM.Result()
	case group == 0:
		group = uint64(p.id)
	}
	p.group = uint32(group)
	return 0
}

func (s *System) setsid(p *process) uint64 {
	if p.group == p.id {
		return sys.EPERM.Result()
	}
	p.group, p.session = p.id, p.id
	return uint64(p.id)
}

// groupOf is getpgid and getsid of a process; 0 is the caller.
func (s *System) groupOf(t *thread, id uint64, session bool) uint64 {
	p := t.process
	if id != 0 {
		if p = s.processOf(id); p == nil {
			return sys.ESRCH.Result()
		}
	}
	if session {
		return uint64(p.session)
	}
	return uint64(p.group)
}

// archPrctl sets and tells the base of FS.
func (s *System) archPrctl(t *thread, code, addr uint64) uint64 {
	const setFS, getFS = 0x1002, 0x1003
	switch code {
	case setFS:
		if !canonicalUser(addr) {
			return sys.EPERM.Result()
		}
		t.context.FSBase = addr
		return 0
	case getFS:
		w := [1]uint64{t.context.FSBase}
		if !putWords(t.space, addr, w[:]) {
			return sys.EFAULT.Result()
		}
		return 0
	}
	return sys.EINVAL.Result()
}

// uname fills six names of 65 bytes each.
func (s *System) uname(sp *space, addr uint64) uint64 {
	const nameBytes = 65
	var b [6 * nameBytes]byte
	copy(b[0*nameBytes:], "Linux")
	copy(b[1*nameBytes:], "pxos")
	copy(b[2*nameBytes:], "6.1.0-pxos")
	copy(b[3*nameBytes:], "pxOS")
	copy(b[4*nameBytes:], "x86_64")
	if !sp.copyOut(addr, b[:]) {
		return sys.EFAULT.Result()
	}
	return 0
}

// prlimit tells limits. They cannot be set; setting one to what it is, is no change.
func (s *System) prlimit(sp *space, resource, set, old uint64) uint64 {
	const stack, nofile, resources = 3, 7, 16
	if resource >= resources {
		return sys.EINVAL.Result()
	}
	w := [2]uint64{^uint64(0), ^uint64(0)}
	switch resource {
	case nofile:
		w = [2]uint64{maxDescriptors, maxDescriptors}
	case stack:
		w[0] = stackBytes
	}
	if set != 0 {
		var want [2]uint64
		if !getWords(sp, want[:], set) {
			return sys.EFAULT.Result()
		}
		if want != w {
			return sys.EPERM.Result()
		}
	}
	if old != 0 && !putWords(sp, old, w[:]) {
		return sys.EFAULT.Result()
	}
	return 0
}

// affinity tells the processors that threads run on. One more is told than a single
// one: Go's collector makes the program wait where there is but one.
func (s *System) affinity(sp *space, n, addr uint64) uint64 {
	if n < 8 || n%8 != 0 {
		return sys.EINVAL.Result()
	}
	w := [1]uint64{1<<max(s.count, 2) - 1}
	if !putWords(sp, addr, w[:]) {
		return sys.EFAULT.Result()
	}
	return 8
}

// sysinfo tells of memory and time: struct sysinfo, sysinfo(2).
func (s *System) sysinfo(sp *space, addr uint64) uint64 {
	const bytes = 112
	var b [bytes]byte
	put(b[:], 0, s.now()/second)
	put(b[:], 32, s.Keeper.Frames.Total)
	put(b[:], 40, s.Keeper.Frames.Free)
	put(b[:], 80, uint64(s.countProcesses()))
	b[104], b[105] = 0, 0x10 // mem_unit: 4096
	if !sp.copyOut(addr, b[:]) {
		return sys.EFAULT.Result()
	}
	return 0
}

func (s *System) countProcesses() (n int) {
	for _, p := range &s.processes {
		if p != nil && p.state == processRuns {
			n++
		}
	}
	return n
}
