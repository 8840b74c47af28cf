package linux

import "pxos/kernel/sys"

const second = 1_000_000_000

// getWords reads 64-bit words of the program's memory.
func getWords(p *process, to []uint64, addr uint64) bool {
	var b [64]byte
	if !p.copyIn(b[:8*len(to)], addr) {
		return false
	}
	for i := range to {
		to[i] = get(b[:], 8*i)
	}
	return true
}

// putWords writes 64-bit words to the program's memory.
func putWords(p *process, addr uint64, words []uint64) bool {
	var b [64]byte
	for i := range words {
		put(b[:], 8*i, words[i])
	}
	return p.copyOut(addr, b[:8*len(words)])
}

// clock is clock_gettime(id, at) and gettimeofday(at).
func (s *System) clock(p *process, call, a, b uint64) uint64 {
	now, at := s.now(), b
	unit := uint64(1)
	switch {
	case call == sysGettimeofday:
		now, at, unit = now+s.epoch, a, 1000
	case a == 0 || a == 5: // CLOCK_REALTIME, and its coarse one
		now += s.epoch
	case a > 7:
		return sys.EINVAL.Result()
	}
	if at == 0 {
		return 0
	}
	w := [2]uint64{now / second, now % second / unit}
	if !putWords(p, at, w[:]) {
		return sys.EFAULT.Result()
	}
	return 0
}

// duration reads a timespec as ns.
func duration(p *process, addr uint64) (ns uint64, e sys.Errno) {
	var w [2]uint64
	if !getWords(p, w[:], addr) {
		return 0, sys.EFAULT
	}
	if w[1] >= second || int64(w[0]) < 0 {
		return 0, sys.EINVAL
	}
	if w[0] > 1<<33 { // 272 years
		return 1 << 63, 0
	}
	return w[0]*second + w[1], 0
}

// sleep is nanosleep and clock_nanosleep, whose flag 1 means an absolute time.
func (s *System) sleep(t *thread, addr, flags uint64) (result uint64, done bool) {
	ns, e := duration(t.process, addr)
	if e != 0 {
		return e.Result(), true
	}
	t.state, t.until = stateSleep, s.now()+ns
	if flags&1 != 0 {
		t.until = ns
	}
	return 0, false
}

// Operations of futex, linux/futex.h.
const (
	futexWait    = 0
	futexWake    = 1
	futexPrivate = 128
)

func (s *System) futex(t *thread, addr, op, value, timeout uint64) uint64 {
	switch op &^ futexPrivate {
	case futexWait:
		until := uint64(never)
		if timeout != 0 {
			ns, e := duration(t.process, timeout)
			if e != 0 {
				return e.Result()
			}
			until = s.now() + ns
		}
		return s.futexWait(t, addr, uint32(value), until)
	case futexWake:
		return s.futexWake(t.process, addr, value)
	}
	return sys.ENOSYS.Result()
}

// random is 64 bits of the processor's, or of its clock where it has none.
func (s *System) random() uint64 {
	s.seed ^= s.now()*0x9E3779B97F4A7C15 + 1
	s.seed ^= s.seed << 13
	s.seed ^= s.seed >> 7
	s.seed ^= s.seed << 17
	return s.seed
}

func (s *System) getrandom(p *process, addr, n uint64) uint64 {
	n = min(n, 256)
	var b [256]byte
	for i := range b {
		b[i] = byte(s.random())
	}
	if !p.copyOut(addr, b[:n]) {
		return sys.EFAULT.Result()
	}
	return n
}
