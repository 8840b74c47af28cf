package linux

import "pxos/kernel/sys"

// maxDescriptors bounds the open files of a process, maxInterest what one epoll
// instance watches.
const (
	maxDescriptors = 64
	maxInterest    = 16
)

// kind of an open file.
type kind uint8

const (
	kindClosed kind = iota
	kindConsole
	kindEvent // eventfd
	kindEpoll
)

// descriptor is an open file.
type descriptor struct {
	kind      kind
	nonblock  bool
	semaphore bool
	value     uint64 // of an eventfd
	interest  [maxInterest]interest
}

// interest is what an epoll instance watches: events 0 is a free place.
type interest struct {
	fd     uint32
	events uint32
	data   uint64
}

// Flags and events, linux/eventfd.h and linux/eventpoll.h.
const (
	efdSemaphore = 1
	oNonblock    = 0x800
	epollIn      = 1
	epollOut     = 4
	epollAdd     = 1
	epollDel     = 2
	epollMod     = 3
	eventBytes   = 12 // of a struct epoll_event, packed
)

// openStandard opens the console as standard input, output and error.
func (p *process) openStandard() {
	p.files = [maxDescriptors]descriptor{}
	for i := range 3 {
		p.files[i].kind = kindConsole
	}
}

// file gives an open file of a kind, nil where fd is none.
func (p *process) file(fd uint64, k kind) *descriptor {
	if fd >= maxDescriptors || p.files[fd].kind != k {
		return nil
	}
	return &p.files[fd]
}

// open takes the lowest descriptor that is free.
func (p *process) open(k kind, flags uint64) (*descriptor, uint64) {
	for i := range p.files {
		if p.files[i].kind == kindClosed {
			p.files[i] = descriptor{kind: k, nonblock: flags&oNonblock != 0}
			return &p.files[i], uint64(i)
		}
	}
	return nil, sys.EMFILE.Result()
}

func (s *System) close(p *process, fd uint64) uint64 {
	if fd >= maxDescriptors || p.files[fd].kind == kindClosed {
		return sys.EBADF.Result()
	}
	p.files[fd].kind = kindClosed
	for i := range p.files { // what is closed is watched no more
		for k := range p.files[i].interest {
			if p.files[i].interest[k].fd == uint32(fd) {
				p.files[i].interest[k].events = 0
			}
		}
	}
	return 0
}

func (s *System) eventfd(p *process, value, flags uint64) uint64 {
	f, fd := p.open(kindEvent, flags)
	if f != nil {
		f.value, f.semaphore = value&0xFFFFFFFF, flags&efdSemaphore != 0
	}
	return fd
}

// readEvent takes the count of an eventfd.
func (p *process) readEvent(f *descriptor, addr, n uint64) uint64 {
	if n < 8 {
		return sys.EINVAL.Result()
	}
	if f.value == 0 {
		return sys.EAGAIN.Result()
	}
	w := [1]uint64{f.value}
	if f.semaphore {
		w[0] = 1
	}
	if !putWords(p, addr, w[:]) {
		return sys.EFAULT.Result()
	}
	f.value -= w[0]
	return 8
}

// writeEvent adds to the count of an eventfd.
func (p *process) writeEvent(f *descriptor, addr, n uint64) uint64 {
	var w [1]uint64
	if n < 8 {
		return sys.EINVAL.Result()
	}
	if !getWords(p, w[:], addr) {
		return sys.EFAULT.Result()
	}
	if w[0] == ^uint64(0) {
		return sys.EINVAL.Result()
	}
	if f.value+w[0] < f.value || f.value+w[0] == ^uint64(0) {
		return sys.EAGAIN.Result()
	}
	f.value += w[0]
	return 8
}

// epollCtl changes what an epoll instance watches.
func (s *System) epollCtl(p *process, ep, op, fd, event uint64) uint64 {
	f := p.file(ep, kindEpoll)
	if f == nil || fd >= maxDescriptors || p.files[fd].kind == kindClosed {
		return sys.EBADF.Result()
	}
	if fd == ep || p.files[fd].kind == kindEpoll {
		return sys.EINVAL.Result()
	}
	var b [eventBytes]byte
	if op != epollDel && !p.copyIn(b[:], event) {
		return sys.EFAULT.Result()
	}
	at, free := -1, -1
	for i := range f.interest {
		switch {
		case f.interest[i].events == 0:
			free = i
		case f.interest[i].fd == uint32(fd):
			at = i
		}
	}
	events := uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
	watch := interest{uint32(fd), events | 1<<27, get(b[:], 4)} // a bit of ours: never 0
	switch {
	case op == epollAdd && at >= 0:
		return sys.EEXIST.Result()
	case op == epollAdd && free < 0:
		return sys.ENOMEM.Result()
	case op == epollAdd:
		f.interest[free] = watch
	case at < 0:
		return sys.ENOENT.Result()
	case op == epollMod:
		f.interest[at] = watch
	case op == epollDel:
		f.interest[at].events = 0
	default:
		return sys.EINVAL.Result()
	}
	return 0
}

// ready is which of the events that are wanted have come for a file.
func (p *process) ready(fd, events uint32) uint32 {
	f := &p.files[fd]
	now := uint32(epollOut)
	if f.kind == kindEvent && f.value > 0 {
		now |= epollIn
	}
	return now & events
}

// epollWait has a thread wait for events; poll answers it when there are some.
func (s *System) epollWait(t *thread, ep, events, most, timeout uint64) (result uint64, done bool) {
	f := t.process.file(ep, kindEpoll)
	if f == nil {
		return sys.EBADF.Result(), true
	}
	if int32(most) <= 0 {
		return sys.EINVAL.Result(), true
	}
	if n := s.poll(t.process, f, events, most); n != 0 || timeout == 0 {
		return n, true
	}
	t.state, t.until = stateEpoll, never
	if int32(timeout) > 0 {
		t.until = s.now() + (timeout&0x7FFFFFFF)*1_000_000
	}
	t.wait = [3]uint64{ep, events, most}
	return 0, false
}

// poll writes the events that have come, and gives how many.
func (s *System) poll(p *process, f *descriptor, addr, most uint64) uint64 {
	n := uint64(0)
	for i := range f.interest {
		w := &f.interest[i]
		if w.events == 0 || n == most {
			continue
		}
		come := p.ready(w.fd, w.events)
		if come == 0 {
			continue
		}
		var b [eventBytes]byte
		b[0] = byte(come)
		put12(&b, w.data)
		if !p.copyOut(addr+n*eventBytes, b[:]) {
			return sys.EFAULT.Result()
		}
		n++
	}
	return n
}

// put12 puts the data of an event behind its bits.
func put12(b *[eventBytes]byte, data uint64) {
	for i := 0; i < 8; i++ {
		b[4+i] = byte(data >> (8 * uint(i)))
	}
}

// pollAgain ends the wait of a thread for whose epoll instance something has come.
func (s *System) pollAgain(t *thread) {
	f := t.process.file(t.wait[0], kindEpoll)
	if f == nil {
		t.state, t.context.RAX = stateReady, sys.EBADF.Result()
		return
	}
	if n := s.poll(t.process, f, t.wait[1], t.wait[2]); n != 0 {
		t.state, t.context.RAX = stateReady, n
	}
}
