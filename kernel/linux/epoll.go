package linux

import "pxos/kernel/sys"

// Events and operations, linux/eventpoll.h; poll.h has the same bits.
const (
	epollIn      = 0x1
	epollOut     = 0x4
	epollErr     = 0x8
	epollHup     = 0x10
	epollRdHup   = 0x2000
	epollOneShot = 1 << 30
	epollEdge    = 1 << 31
	epollAdd     = 1
	epollDel     = 2
	epollMod     = 3
	eventBytes   = 12 // of a struct epoll_event, packed
	pollBytes    = 8  // of a struct pollfd
)

// watch is a file that an epoll instance watches.
type watch struct {
	epoll  *file
	file   *file
	fd     uint64
	events uint32 // 0: taken out until it is changed, EPOLLONESHOT
	data   uint64
	seen   uint64 // edge of the source that was told last, and 1
	next   *watch // of the epoll instance
	beside *watch // of the source
}

// ready is what can be done with a file now.
func (s *System) ready(f *file) uint32 {
	switch f.kind {
	case kindReadEnd:
		return choose(f.pipe.head != f.pipe.tail, epollIn) | choose(f.pipe.writers == 0, epollHup)
	case kindWriteEnd:
		return choose(pipeBytes-(f.pipe.head-f.pipe.tail) >= pipeAtomic, epollOut) | choose(f.pipe.readers == 0, epollErr)
	case kindEvent:
		return choose(f.value > 0, epollIn) | choose(f.value < ^uint64(1), epollOut)
	case kindEpoll:
		for w := f.watches; w != nil; w = w.next {
			if s.come(w) != 0 {
				return epollIn
			}
		}
		return 0
	case kindWire:
		return choose(s.Net.Pending(), epollIn) | epollOut
	case kindSocket:
		return s.readySocket(f.socket)
	case kindConsole:
		return choose(s.input.ready(), epollIn) | epollOut
	}
	return epollIn | epollOut
}

func choose(yes bool, events uint32) uint32 {
	if yes {
		return events
	}
	return 0
}

// come is which events have come for a watch and were not told.
func (s *System) come(w *watch) uint32 {
	if w.events&epollEdge != 0 && w.seen == s.changes(w.file).edge+1 {
		return 0
	}
	return s.ready(w.file) & (w.events | epollErr | epollHup) & choose(w.events&^(epollEdge|epollOneShot) != 0, ^uint32(0))
}

// epollCtl changes what an epoll instance watches.
func (s *System) epollCtl(t *thread, ep, op, fd, event uint64) uint64 {
	p := t.process
	e, f := p.file(ep), p.file(fd)
	if e == nil || f == nil {
		return sys.EBADF.Result()
	}
	if e.kind != kindEpoll || e == f || f.kind == kindEpoll {
		return sys.EINVAL.Result()
	}
	if s.changes(f) == nil {
		return sys.EPERM.Result() // always ready: as Linux has it for files
	}
	var b [eventBytes]byte
	if op != epollDel && !t.space.copyIn(b[:], event) {
		return sys.EFAULT.Result()
	}
	w := e.watches
	for w != nil && (w.file != f || w.fd != fd) {
		w = w.next
	}
	switch {
	case op == epollAdd && w != nil:
		return sys.EEXIST.Result()
	case op == epollAdd:
		if w = s.watches.take(s); w == nil {
			return sys.ENOMEM.Result()
		}
		src := s.changes(f)
		w.epoll, w.file, w.fd = e, f, fd
		w.next, e.watches = e.watches, w
		w.beside, src.watches = src.watches, w
	case w == nil:
		return sys.ENOENT.Result()
	case op == epollDel:
		s.endWatch(e, w)
		return 0
	case op != epollMod:
		return sys.EINVAL.Result()
	}
	w.events = uint32(get(b[:], 0))
	w.data, w.seen = get(b[:], 4), 0
	s.notify(&e.source)
	return 0
}

// endWatch takes a watch out of its epoll instance and off its source.
func (s *System) endWatch(e *file, w *watch) {
	for at := &e.watches; *at != nil; at = &(*at).next {
		if *at == w {
			*at = w.next
			break
		}
	}
	for at := &s.changes(w.file).watches; *at != nil; at = &(*at).beside {
		if *at == w {
			*at = w.beside
			break
		}
	}
	s.watches.give(w)
}

// unwatch ends the watches of a file whose last descriptor closes. (Linux keeps those
// of a file that another descriptor has still open; so do we.)
func (s *System) unwatch(p *process, f *file, fd uint64) {
	src := s.changes(f)
	if src == nil || f.refs > 1 {
		return
	}
	for at := src.watches; at != nil; {
		beside := at.beside
		if at.file == f {
			s.endWatch(at.epoll, at)
		}
		at = beside
	}
}

// epollWait has a thread wait for events.
func (s *System) epollWait(t *thread, ep, addr, most, timeout uint64) (result uint64, done bool) {
	e := t.process.file(ep)
	switch {
	case e == nil:
		return sys.EBADF.Result(), true
	case e.kind != kindEpoll || int32(most) <= 0:
		return sys.EINVAL.Result(), true
	}
	n := uint64(0)
	for w := e.watches; w != nil && n < most; w = w.next {
		come := s.come(w)
		if come == 0 {
			continue
		}
		var b [eventBytes]byte
		put(b[:], 4, w.data)
		b[0], b[1], b[2], b[3] = byte(come), byte(come>>8), byte(come>>16), byte(come>>24)
		if !t.space.copyOut(addr+n*eventBytes, b[:]) {
			return sys.EFAULT.Result(), true
		}
		w.seen = s.changes(w.file).edge + 1
		if w.events&epollOneShot != 0 {
			w.events = epollOneShot
		}
		n++
	}
	if n != 0 || timeout == 0 {
		return n, true
	}
	s.block(t, &e.source, s.deadline(t, milliseconds(timeout)), 0)
	return 0, false
}

// milliseconds is a time-out of poll and epoll_wait in ns: for ever where negative.
func milliseconds(timeout uint64) uint64 {
	if int32(timeout) < 0 {
		return never
	}
	return timeout & 0x7FFFFFFF * 1_000_000
}

// deadline is when a wait of so many ns ends. A call that is made again keeps the one
// it had.
func (s *System) deadline(t *thread, ns uint64) uint64 {
	if t.started {
		return t.until
	}
	t.started = true
	if now := s.now(); ns < never-now {
		return now + ns
	}
	return never
}

// poll is poll and ppoll: the events of n struct pollfd.
func (s *System) poll(t *thread, addr, n, ns uint64) (result uint64, done bool) {
	if n > maxDescriptors {
		return sys.EINVAL.Result(), true
	}
	found := uint64(0)
	for i := uint64(0); i < n; i++ {
		var b [pollBytes]byte
		at := addr + i*pollBytes
		if !t.space.copyIn(b[:], at) {
			return sys.EFAULT.Result(), true
		}
		w := get(b[:], 0)
		fd, events, come := w&0xFFFFFFFF, uint32(w>>32)&0xFFFF, uint32(0)
		switch f := t.process.file(fd); {
		case int32(fd) < 0:
		case f == nil:
			come = 0x20 // POLLNVAL
		default:
			come = s.ready(f) & (events | epollErr | epollHup)
		}
		b[6], b[7] = byte(come), byte(come>>8)
		if !t.space.copyOut(at+6, b[6:8]) {
			return sys.EFAULT.Result(), true
		}
		if come != 0 {
			found++
		}
	}
	if found != 0 || ns == 0 {
		return found, true
	}
	s.block(t, &s.pollers, s.deadline(t, ns), 0)
	return 0, false
}
