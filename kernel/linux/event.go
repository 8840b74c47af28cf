package linux

import "pxos/kernel/sys"

// efdSemaphore is EFD_SEMAPHORE, linux/eventfd.h.
const efdSemaphore = 1

func (s *System) eventfd(p *process, value, flags uint64) uint64 {
	if flags&^(efdSemaphore|sys.O_NONBLOCK|sys.O_CLOEXEC) != 0 {
		return sys.EINVAL.Result()
	}
	f, fd := s.openKind(p, kindEvent, flags)
	if f != nil {
		f.value, f.counts = value&0xFFFFFFFF, flags&efdSemaphore != 0
	}
	return fd
}

// readEvent takes the count of an eventfd.
func (s *System) readEvent(t *thread, f *file, x transfer) (result uint64, done bool) {
	if x.n < 8 {
		return sys.EINVAL.Result(), true
	}
	if f.value == 0 {
		if f.flags&sys.O_NONBLOCK != 0 {
			return sys.EAGAIN.Result(), true
		}
		s.block(t, &f.source, never, 0)
		return 0, false
	}
	w := [1]uint64{f.value}
	if f.counts {
		w[0] = 1
	}
	if !putWords(t.space, x.addr, w[:]) {
		return sys.EFAULT.Result(), true
	}
	f.value -= w[0]
	s.notify(&f.source)
	return 8, true
}

// writeEvent adds to the count of an eventfd.
func (s *System) writeEvent(t *thread, f *file, x transfer) (result uint64, done bool) {
	var w [1]uint64
	if x.n < 8 {
		return sys.EINVAL.Result(), true
	}
	if !getWords(t.space, w[:], x.addr) {
		return sys.EFAULT.Result(), true
	}
	if w[0] == ^uint64(0) {
		return sys.EINVAL.Result(), true
	}
	if f.value+w[0] < f.value || f.value+w[0] == ^uint64(0) {
		if f.flags&sys.O_NONBLOCK != 0 {
			return sys.EAGAIN.Result(), true
		}
		s.block(t, &f.source, never, 0)
		return 0, false
	}
	f.value += w[0]
	s.notify(&f.source)
	return 8, true
}
