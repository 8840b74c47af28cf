package linux

import (
	"pxos/kernel/phys"
	"pxos/kernel/sys"
)

// fcntl tells the flags of an open file.
func (s *System) fcntl(p *process, fd, command uint64) uint64 {
	if fd >= maxDescriptors || p.files[fd].kind == kindClosed {
		return sys.EBADF.Result()
	}
	switch command {
	case 1, 2: // F_GETFD, F_SETFD: nothing is executed that could inherit
		return 0
	case 3: // F_GETFL
		const oRDWR = 2
		if p.files[fd].nonblock {
			return oRDWR | oNonblock
		}
		return oRDWR
	}
	return sys.EINVAL.Result()
}

// read takes from an eventfd; standard input is at its end.
func (s *System) read(p *process, fd, addr, n uint64) uint64 {
	if f := p.file(fd, kindEvent); f != nil {
		return p.readEvent(f, addr, n)
	}
	if p.file(fd, kindConsole) == nil {
		return sys.EBADF.Result()
	}
	return 0
}

// write sends to the console, page by page, so that what lies before a bad page is
// written as on Linux.
func (s *System) write(p *process, fd, addr, n uint64) uint64 {
	if f := p.file(fd, kindEvent); f != nil {
		return p.writeEvent(f, addr, n)
	}
	if p.file(fd, kindConsole) == nil {
		return sys.EBADF.Result()
	}
	var b [chunkBytes]byte
	done := uint64(0)
	for n = min(n, 1<<20); done < n; {
		chunk := min(n-done, chunkBytes)
		if left := phys.PageBytes - (addr+done)%phys.PageBytes; chunk > left {
			chunk = left
		}
		if !p.copyIn(b[:chunk], addr+done) {
			if done == 0 {
				return sys.EFAULT.Result()
			}
			break
		}
		s.print(b[:chunk])
		done += chunk
	}
	return done
}

// Flags of clone, linux/sched.h.
const (
	cloneVM     = 0x100
	cloneThread = 0x10000
	cloneSetTLS = 0x80000
)

// clone starts a thread that goes on where its maker is, on another stack.
func (s *System) clone(t *thread, flags, stack, tls uint64) uint64 {
	if flags&cloneVM == 0 || flags&cloneThread == 0 || stack == 0 {
		return sys.ENOSYS.Result()
	}
	if flags&cloneSetTLS != 0 && !canonicalUser(tls) {
		return sys.EINVAL.Result()
	}
	child := s.newThread(t.process, t.context.RIP, stack)
	if child == nil {
		return sys.EAGAIN.Result()
	}
	child.context = t.context
	child.context.RAX, child.context.RSP = 0, stack
	child.mask = t.mask
	if flags&cloneSetTLS != 0 {
		child.context.FSBase = tls
	}
	return uint64(child.id)
}

// archPrctl sets and tells the base of FS.
func (s *System) archPrctl(t *thread, code, addr uint64) uint64 {
	const setFS, getFS = 0x1002, 0x1003
	switch code {
	case setFS:
		if !canonicalUser(addr) {
			return sys.EINVAL.Result()
		}
		t.context.FSBase = addr
		return 0
	case getFS:
		w := [1]uint64{t.context.FSBase}
		if !putWords(t.process, addr, w[:]) {
			return sys.EFAULT.Result()
		}
		return 0
	}
	return sys.EINVAL.Result()
}

// uname fills six names of 65 bytes each.
func (s *System) uname(p *process, addr uint64) uint64 {
	const nameBytes = 65
	var b [6 * nameBytes]byte
	copy(b[0*nameBytes:], "Linux")
	copy(b[1*nameBytes:], "pxos")
	copy(b[2*nameBytes:], "6.1.0-pxos")
	copy(b[3*nameBytes:], "pxOS")
	copy(b[4*nameBytes:], "x86_64")
	if !p.copyOut(addr, b[:]) {
		return sys.EFAULT.Result()
	}
	return 0
}

// prlimit tells limits.
func (s *System) prlimit(p *process, resource, set, old uint64) uint64 {
	const nofile, resources = 7, 16
	if resource >= resources {
		return sys.EINVAL.Result()
	}
	if set != 0 {
		return sys.EPERM.Result()
	}
	w := [2]uint64{^uint64(0), ^uint64(0)}
	if resource == nofile {
		w = [2]uint64{maxDescriptors, maxDescriptors}
	}
	if old != 0 && !putWords(p, old, w[:]) {
		return sys.EFAULT.Result()
	}
	return 0
}

// affinity tells two processors.
func (s *System) affinity(p *process, n, addr uint64) uint64 {
	if n < 8 {
		return sys.EINVAL.Result()
	}
	w := [1]uint64{3}
	if !putWords(p, addr, w[:]) {
		return sys.EFAULT.Result()
	}
	return 8
}

func (s *System) sigaction(p *process, signal, set, old uint64) uint64 {
	if signal == 0 || signal > signals || set != 0 && (signal == sigKILL || signal == sigSTOP) {
		return sys.EINVAL.Result()
	}
	a := &p.actions[signal-1]
	if old != 0 {
		w := [4]uint64{a.handler, a.flags, a.restorer, a.mask}
		if !putWords(p, old, w[:]) {
			return sys.EFAULT.Result()
		}
	}
	if set != 0 {
		var w [4]uint64
		if !getWords(p, w[:], set) {
			return sys.EFAULT.Result()
		}
		if !canonicalUser(w[0]) {
			return sys.EINVAL.Result()
		}
		*a = action{w[0], w[1], w[2], w[3] &^ (1<<(sigKILL-1) | 1<<(sigSTOP-1))}
	}
	return 0
}

func (s *System) sigprocmask(t *thread, how, set, old uint64) uint64 {
	before := t.mask
	if set != 0 {
		var w [1]uint64
		if !getWords(t.process, w[:], set) {
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
		t.mask &^= 1<<(sigKILL-1) | 1<<(sigSTOP-1)
	}
	if old != 0 {
		w := [1]uint64{before}
		if !putWords(t.process, old, w[:]) {
			t.mask = before
			return sys.EFAULT.Result()
		}
	}
	return 0
}

func (s *System) sigaltstack(t *thread, set, old uint64) uint64 {
	was := t.stack
	if set != 0 {
		var w [3]uint64
		if !getWords(t.process, w[:], set) {
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
		if !putWords(t.process, old, w[:]) {
			return sys.EFAULT.Result()
		}
	}
	return 0
}

func (s *System) tgkill(p *process, id, signal uint64) uint64 {
	if signal > signals {
		return sys.EINVAL.Result()
	}
	for _, t := range s.threads {
		if t != nil && t.state != stateFree && t.process == p && uint64(t.id) == id {
			if signal != 0 {
				t.raise(signal)
			}
			return 0
		}
	}
	return sys.ESRCH.Result()
}
