package linux

import (
	"pxos/kernel/phys"
	"pxos/kernel/sys"
)

// mostBacklog is net.core.somaxconn, which /proc tells too.
const mostBacklog = 128

// listen has a socket take connections.
func (s *System) listen(k *socket, backlog uint64) sys.Errno {
	switch {
	case !k.stream():
		return sys.EOPNOTSUPP
	case k.state == socketListening:
	case k.state != socketNew || k.family == afUnix && !k.bound:
		return sys.EINVAL
	case k.family != afUnix:
		if !k.bound {
			var m name
			m.set(k.family == afInet, 0, 0)
			if e := s.bindInet(k, &m); e != 0 {
				return e
			}
		} else if s.conflict(k, &k.local) {
			return sys.EADDRINUSE
		}
	}
	k.state, k.backlog = socketListening, int(min(backlog&0xFFFFFFFF, mostBacklog))
	s.admit(k)
	s.notify(&k.source)
	return 0
}

// listenerFor finds who takes connections to an address, nil where nobody does.
func (s *System) listenerFor(to *name) *socket {
	var best *socket
	most := 0
	for o := s.network.ports[to.port%socketBuckets]; o != nil; o = o.beside {
		if o.state != socketListening {
			continue
		}
		if m := match(o, to); m > most {
			best, most = o, m
		}
	}
	return best
}

// connectStream is connect on a socket that has connections.
func (s *System) connectStream(t *thread, f *file, m *name) (result uint64, done bool) {
	k := f.socket
	switch k.state {
	case socketConnected, socketDead:
		if t.started && k.state == socketConnected {
			return 0, true
		}
		return sys.EISCONN.Result(), true
	case socketListening:
		if k.family == afUnix {
			return sys.EINVAL.Result(), true
		}
		return sys.EISCONN.Result(), true
	case socketConnecting:
		return s.awaitConnection(t, f)
	}
	if e := k.fail(); e != 0 {
		return e.Result(), true
	}
	if t.started {
		return sys.ECONNREFUSED.Result(), true
	}
	l, e := s.target(t, k, m)
	if e == 0 && l.waiting > l.backlog && k.family == afUnix && f.flags&sys.O_NONBLOCK != 0 {
		e = sys.EAGAIN
	}
	if e != 0 {
		if k.chosen {
			s.unbind(k)
			k.local = name{}
		}
		return e.Result(), true
	}
	k.remote = l.local
	if k.tcp() {
		k.remote = *m
		k.sender(m, &k.local)
	}
	k.partner = l.process
	if l.waiting <= l.backlog {
		if !s.establish(k, l) {
			return sys.ENOBUFS.Result(), true
		}
		s.notify(&k.source)
		if k.state == socketConnected {
			return 0, true
		}
		if f.flags&sys.O_NONBLOCK != 0 {
			return sys.EINPROGRESS.Result(), true
		}
		return s.awaitConnection(t, f)
	}
	k.state, k.listener, k.following = socketConnecting, l, nil
	if l.called == nil {
		l.calling = k
	} else {
		l.called.following = k
	}
	l.called = k
	if f.flags&sys.O_NONBLOCK != 0 {
		return sys.EINPROGRESS.Result(), true
	}
	return s.awaitConnection(t, f)
}

// target finds the listener that an address names. A socket of an Internet family has
// an address of its own then.
func (s *System) target(t *thread, k *socket, m *name) (*socket, sys.Errno) {
	if k.family == afUnix {
		l, e := s.findUnix(t, m, k.kind)
		if e == 0 && l.state != socketListening {
			e = sys.ECONNREFUSED
		}
		return l, e
	}
	m.toOwn()
	if e := k.reachable(m); e != 0 {
		return nil, e
	}
	if e := s.own(k, m); e != 0 {
		return nil, e
	}
	l := s.listenerFor(m)
	if !m.loopback() {
		l = s.network.gateway.listener
	}
	if l == nil {
		return nil, sys.ECONNREFUSED
	}
	return l, 0
}

// awaitConnection has a thread wait until its connection is there.
func (s *System) awaitConnection(t *thread, f *file) (result uint64, done bool) {
	k := f.socket
	if f.flags&sys.O_NONBLOCK != 0 {
		return sys.EALREADY.Result(), true
	}
	s.block(t, &k.source, s.deadline(t, k.sendTimeout), sys.EINPROGRESS.Result())
	return 0, false
}

// establish makes the other end of a connection to a listener, which will accept it.
func (s *System) establish(k, l *socket) bool {
	b := s.newSocket(uint64(l.family), uint64(l.kind), uint64(l.protocol))
	if b == nil {
		return false
	}
	b.values = l.values
	b.sendTimeout, b.receiveTimeout = l.sendTimeout, l.receiveTimeout
	b.local, b.remote = k.remote, k.local
	b.process, b.partner = l.process, k.process
	k.state, b.state, k.peer, b.peer = socketConnected, socketConnected, b, k
	if l == s.network.gateway.listener && !k.remote.loopback() {
		k.state = socketConnecting // until the gateway says that it is there
	}
	b.listener = l
	if l.last == nil {
		l.first = b
	} else {
		l.last.following = b
	}
	l.last = b
	l.waiting++
	s.notify(&l.source)
	return true
}

// admit lets those in that wait for room in a listener's queue.
func (s *System) admit(l *socket) {
	for l.calling != nil && l.waiting <= l.backlog {
		k := l.calling
		s.leaveListener(k)
		if !s.establish(k, l) {
			k.state, k.trouble = socketNew, sys.ENOBUFS
		}
		s.notify(&k.source)
	}
}

// leaveListener takes a socket out of the list of those that wait for a listener.
func (s *System) leaveListener(k *socket) {
	l := k.listener
	if l == nil || k.state != socketConnecting {
		return
	}
	var before *socket
	for at := l.calling; at != nil; before, at = at, at.following {
		if at != k {
			continue
		}
		if before == nil {
			l.calling = k.following
		} else {
			before.following = k.following
		}
		if l.called == k {
			l.called = before
		}
		break
	}
	k.listener, k.following = nil, nil
}

// takeFirst takes the connection out of a listener's queue that came first.
func (l *socket) takeFirst() *socket {
	b := l.first
	l.first = b.following
	if l.first == nil {
		l.last = nil
	}
	l.waiting--
	b.listener, b.following = nil, nil
	return b
}

// stopListening ends a listener: connections that nobody has accepted are reset.
func (s *System) stopListening(l *socket) {
	if l.state != socketListening {
		return
	}
	for l.first != nil {
		b := l.takeFirst()
		b.abandoned = true
		s.closeSocket(b)
	}
	for l.calling != nil {
		k := l.calling
		s.leaveListener(k)
		k.state, k.trouble = socketNew, sys.ECONNREFUSED
		s.notify(&k.source)
	}
	l.state = socketNew
	s.notify(&l.source)
}

// accept is accept4(fd, address, size, flags).
func (s *System) accept(t *thread, f *file, addr, size, flags uint64) (result uint64, done bool) {
	l := f.socket
	switch {
	case flags&^(sys.O_NONBLOCK|sys.O_CLOEXEC) != 0:
		return sys.EINVAL.Result(), true
	case !l.stream():
		return sys.EOPNOTSUPP.Result(), true
	case l.state != socketListening:
		return sys.EINVAL.Result(), true
	case l.first == nil && f.flags&sys.O_NONBLOCK != 0:
		return sys.EAGAIN.Result(), true
	case l.first == nil:
		s.block(t, &l.source, s.deadline(t, l.receiveTimeout), sys.EAGAIN.Result())
		return 0, false
	}
	n, fd := s.openKind(t.process, kindSocket, flags)
	if n == nil {
		return fd, true
	}
	b := l.takeFirst()
	n.socket = b
	s.admit(l)
	if addr != 0 {
		if e := b.remote.writeName(t.space, b.family, addr, size); e != 0 {
			s.closeDescriptor(t.process, fd)
			return e.Result(), true
		}
	}
	return fd, true
}

// hangUpStream is when one side of a connection goes away. What it has not read, or a
// linger of no time, makes that a reset.
func (s *System) hangUpStream(k *socket) {
	o := k.peer
	if o == nil {
		return
	}
	k.peer, o.peer = nil, nil
	reset := k.in.first != nil || k.abandoned
	switch {
	case o.state == socketConnecting: // the gateway has given up
		o.state, o.trouble = socketNew, sys.ECONNREFUSED
	case !k.tcp():
		o.closedIn, o.closed = true, true
		if reset {
			o.trouble = sys.ECONNRESET
		}
	case reset || k.values[optionLinger] != 0 && k.values[optionLingerTime] == 0:
		o.reset()
	default:
		o.closedIn, o.ended = true, true
	}
	s.notify(&o.source)
}

// reset is what a TCP socket does about an RST.
func (k *socket) reset() {
	k.trouble = sys.ECONNRESET
	if k.ended {
		k.trouble = sys.EPIPE
	}
	k.closedIn, k.closed, k.state = true, true, socketDead
}

// shutdown is shutdown(fd, how).
func (s *System) shutdown(k *socket, how uint64) sys.Errno {
	in, out := how == 0 || how == 2, how == 1 || how == 2
	switch {
	case how > 2:
		return sys.EINVAL
	case k.state == socketListening:
		if in {
			s.stopListening(k)
		}
		return 0
	case k.family != afUnix && k.state != socketConnected:
		return sys.ENOTCONN
	}
	k.closedIn, k.closed = k.closedIn || in, k.closed || out
	if o := k.peer; o != nil && k.stream() {
		if out {
			o.closedIn, o.ended = true, k.tcp() || o.ended
		}
		if in && k.family == afUnix {
			o.closed = true
		}
		s.notify(&o.source)
	}
	s.notify(&k.source)
	return 0
}

// broken ends a call that sends to nobody: EPIPE, and SIGPIPE where it is not refused.
func (s *System) broken(t *thread, m *message) (result uint64, done bool) {
	if t.done > 0 {
		return t.done, true
	}
	if m.flags&msgNoSignal == 0 {
		s.raise(t, sigPIPE)
	}
	return sys.EPIPE.Result(), true
}

// sendStream sends on a connection.
func (s *System) sendStream(t *thread, f *file, m *message) (result uint64, done bool) {
	k := f.socket
	if !t.started {
		t.done = 0
	}
	switch {
	case k.state == socketConnecting && m.waits(f):
		s.block(t, &k.source, s.deadline(t, k.sendTimeout), sys.EAGAIN.Result())
		return 0, false
	case k.state == socketConnecting:
		return sys.EAGAIN.Result(), true
	case m.flags&msgOOB != 0:
		return sys.EOPNOTSUPP.Result(), true
	case k.tcp() && k.trouble != 0 && t.done == 0:
		if e := k.fail(); e != sys.EPIPE {
			return e.Result(), true
		}
		return s.broken(t, m)
	case k.family == afUnix && k.state != socketConnected:
		return sys.ENOTCONN.Result(), true
	case k.family == afUnix && m.size != 0:
		return sys.EISCONN.Result(), true
	case k.closed || k.state != socketConnected:
		return s.broken(t, m)
	case k.peer == nil: // it has closed: what is sent comes back as a reset
		k.reset()
		s.notify(&k.source)
		return min(m.bytes, queueBytes), true
	}
	return s.stream(t, f, m)
}

// stream puts bytes into the other side's queue, and waits where there is no room.
func (s *System) stream(t *thread, f *file, m *message) (result uint64, done bool) {
	k := f.socket
	var r *passed
	var e sys.Errno
	if t.done == 0 && m.control != 0 {
		if r, e = s.readControl(t, k, m); e != 0 {
			return e.Result(), true
		}
	}
	before := t.done
	if !m.data.skip(before) {
		return moved(before), true
	}
	for t.done < m.bytes && e == 0 {
		n := uint64(0)
		if n, e = s.addBytes(&k.peer.in, m, t, r); n == 0 {
			break
		}
		r = nil
		t.done += n
	}
	if r != nil {
		s.dropRights(r)
	}
	if t.done > before {
		s.notify(&k.peer.source)
	}
	switch {
	case t.done == m.bytes || t.done > 0 && (e != 0 || !m.waits(f)):
		return t.done, true
	case e != 0:
		return e.Result(), true
	case !m.waits(f):
		return sys.EAGAIN.Result(), true
	}
	late := sys.EAGAIN.Result()
	if t.done > 0 {
		late = t.done
	}
	s.block(t, &k.source, s.deadline(t, k.sendTimeout), late)
	return 0, false
}

// addBytes adds the next bytes of a message to a queue, up to a page, and says how many:
// none where there is no room.
func (s *System) addBytes(q *queue, m *message, t *thread, r *passed) (n uint64, e sys.Errno) {
	n = min(q.room(), m.bytes-t.done)
	if n == 0 {
		return 0, 0
	}
	if p := q.last; r == nil && p != nil && p.end < phys.PageBytes && p.rights == nil && p.process == t.process.id {
		n = min(n, phys.PageBytes-p.end)
		if !m.data.copyIn(p.memory()[p.end : p.end+n]) {
			return 0, sys.EFAULT
		}
		p.end += n
		q.bytes += n
		return n, 0
	}
	n = min(n, phys.PageBytes)
	p, e := s.fillPacket(&m.data, n)
	if e != 0 {
		return 0, e
	}
	p.rights, p.process = r, t.process.id
	q.push(p)
	return n, 0
}
