package linux

import "pxos/kernel/sys"

const second = 1_000_000_000

// getWords reads 64-bit words of the program's memory.
func getWords(sp *space, to []uint64, addr uint64) bool {
	var b [64]byte
	if !sp.copyIn(b[:8*len(to)], addr) {
		return false
	}
	for i := range to {
		to[i] = get(b[:], 8*i)
	}
	return true
}

// putWords writes 64-bit words to the program's memory.
func putWords(sp *space, addr uint64, words []uint64) bool {
	var b [64]byte
	for i := range words {
		put(b[:], 8*i, words[i])
	}
	return sp.copyOut(addr, b[:8*len(words)])
}

// clock is clock_gettime(id, at), clock_getres(id, at), gettimeofday(at) and time(at).
func (s *System) clock(sp *space, call, a, b uint64) uint64 {
	now, at, unit := s.now(), b, uint64(1)
	switch {
	case call == sysTime:
		seconds := [1]uint64{s.time() / second}
		if a != 0 && !putWords(sp, a, seconds[:]) {
			return sys.EFAULT.Result()
		}
		return seconds[0]
	case call == sysGettimeofday:
		now, at, unit = s.time(), a, microsecond
	case a > 7:
		return sys.EINVAL.Result()
	case call == sysClockGetres:
		now = 1
	case a == 0 || a == 5: // CLOCK_REALTIME, and its coarse one
		now = s.time()
	}
	if at == 0 {
		return 0
	}
	w := [2]uint64{now / second, now % second / unit}
	if !putWords(sp, at, w[:]) {
		return sys.EFAULT.Result()
	}
	return 0
}

// duration reads a timespec as ns.
func duration(sp *space, addr uint64) (ns uint64, e sys.Errno) {
	var w [2]uint64
	if !getWords(sp, w[:], addr) {
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
	ns, e := duration(t.space, addr)
	if e != 0 {
		return e.Result(), true
	}
	until := s.now() + ns
	if flags&1 != 0 {
		until = ns
	}
	s.block(t, nil, until, 0)
	return 0, false
}

// Operations of futex, linux/futex.h.
const (
	futexWait       = 0
	futexWake       = 1
	futexWaitBitset = 9
	futexWakeBitset = 10
	futexPrivate    = 128
	futexRealtime   = 256
	futexAllBits    = 0xFFFFFFFF
)

func (s *System) futex(t *thread, a *arguments) (result uint64, done bool) {
	addr, op, value, timeout := a[0], a[1]&0xFFFFFFFF, a[2], a[3]
	plain := op &^ (futexPrivate | futexRealtime)
	if (plain == futexWaitBitset || plain == futexWakeBitset) && a[5]&futexAllBits != futexAllBits {
		return sys.ENOSYS.Result(), true
	}
	switch plain {
	case futexWait, futexWaitBitset:
		until := uint64(never)
		if timeout != 0 {
			ns, e := duration(t.space, timeout)
			if e != 0 {
				return e.Result(), true
			}
			switch {
			case plain == futexWait:
				until = s.now() + ns
			case op&futexRealtime != 0: // absolute
				until = ns - min(ns, s.epoch)
			default:
				until = ns
			}
		}
		return s.futexWait(t, addr, uint32(value), until)
	case futexWake, futexWakeBitset:
		return s.futexWake(t.space, addr, value&0xFFFFFFFF), true
	}
	return sys.ENOSYS.Result(), true
}
