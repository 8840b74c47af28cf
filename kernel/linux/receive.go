package linux

import "pxos/kernel/sys"

// receiveStream reads from a connection.
func (s *System) receiveStream(t *thread, f *file, m *message) (result uint64, done bool) {
	k := f.socket
	if !t.started {
		t.done = 0
	}
	switch {
	case m.flags&msgOOB != 0:
		return sys.EINVAL.Result(), true
	case k.state == socketNew && k.trouble != 0:
		e := k.fail()
		return e.Result(), true
	case k.state == socketNew || k.state == socketListening:
		if k.family == afUnix {
			return sys.EINVAL.Result(), true
		}
		return sys.ENOTCONN.Result(), true
	}
	if !m.data.skip(t.done) {
		return moved(t.done), true
	}
	d := delivery{from: &k.remote, kept: m.flags&msgPeek != 0}
	if k.tcp() {
		d.from = nil
	}
	room := k.in.room()
	got, e := s.takeBytes(k, m, &d, m.bytes-t.done)
	t.done += got
	if o := k.peer; o != nil && room < lowWater && k.in.room() >= lowWater {
		s.notify(&o.source)
	}
	ended := k.closedIn || k.trouble != 0
	all := m.flags&(msgWaitAll|msgPeek) == msgWaitAll && m.waits(f) && d.rights == nil && !ended && e == 0
	if t.done == m.bytes || t.done > 0 && !all {
		if x := s.deliverControl(t, k, m, &d); x != 0 {
			return x.Result(), true
		}
		return t.done, true
	}
	if e == 0 && k.trouble != 0 && !k.ended {
		e = k.fail()
	}
	switch {
	case e != 0:
		return e.Result(), true
	case k.closedIn:
		d.from = nil
		return s.deliverControl(t, k, m, &d).Result(), true
	case !m.waits(f):
		return sys.EAGAIN.Result(), true
	}
	late := sys.EAGAIN.Result()
	if t.done > 0 {
		late = t.done
	}
	s.block(t, &k.source, s.deadline(t, k.receiveTimeout), late)
	return 0, false
}

// takeBytes moves up to n bytes of a stream to a program. It stops behind bytes that
// files came with: they are told with these bytes and no others.
func (s *System) takeBytes(k *socket, m *message, d *delivery, n uint64) (got uint64, e sys.Errno) {
	for p := k.in.first; p != nil && got < n; {
		part := min(n-got, p.end-p.start)
		if !m.data.copyOut(p.memory()[p.start : p.start+part]) {
			return got, sys.EFAULT
		}
		got += part
		if d.process == 0 {
			d.process = p.process
		}
		if p.rights != nil {
			d.rights = p.rights
			if !d.kept {
				p.rights = nil
			}
		}
		rest := p.next
		switch {
		case d.kept:
		case part < p.end-p.start:
			p.start += part
			k.in.bytes -= part
		default:
			s.dropPacket(&k.in)
		}
		if d.rights != nil {
			break
		}
		p = rest
	}
	return got, 0
}

// receivePacket reads a packet; what of it does not fit is lost.
func (s *System) receivePacket(t *thread, f *file, m *message) (result uint64, done bool) {
	k := f.socket
	p := k.in.first
	switch {
	case m.flags&msgErrQueue != 0:
		return sys.EAGAIN.Result(), true
	case k.kind == sockSeqpacket && k.state != socketConnected:
		return sys.ENOTCONN.Result(), true
	case k.trouble != 0 && (p == nil || k.family != afUnix):
		e := k.fail()
		return e.Result(), true
	case p == nil && k.closedIn:
		d := delivery{}
		return s.deliverControl(t, k, m, &d).Result(), true
	case p == nil && !m.waits(f):
		return sys.EAGAIN.Result(), true
	case p == nil:
		s.block(t, &k.source, s.deadline(t, k.receiveTimeout), sys.EAGAIN.Result())
		return 0, false
	}
	size, _ := p.size()
	left := min(size, m.bytes)
	for part := p; part != nil && left > 0; part = part.more {
		n := min(left, part.end-part.start)
		if !m.data.copyOut(part.memory()[part.start : part.start+n]) {
			return sys.EFAULT.Result(), true
		}
		left -= n
	}
	result = min(size, m.bytes)
	if size > m.bytes {
		m.got |= msgTrunc
		if m.flags&msgTrunc != 0 {
			result = size
		}
	}
	if k.kind == sockSeqpacket {
		m.got |= msgEOR
	}
	d := delivery{from: &p.from, rights: p.rights, process: p.process, kept: m.flags&msgPeek != 0, to: p.to, port: p.port}
	if k.kind == sockSeqpacket {
		d.from = &k.remote
	}
	if !d.kept {
		p.rights = nil
	}
	e := s.deliverControl(t, k, m, &d)
	if !d.kept {
		s.dropPacket(&k.in)
		s.feed(k)
	}
	if e != 0 {
		return e.Result(), true
	}
	return result, true
}

// feed tells those who found a receiver of packets full that this one has room.
func (s *System) feed(k *socket) {
	if k.family != afUnix || s.network.starved == 0 {
		return
	}
	for o := s.network.all; o != nil; o = o.after {
		if o.starved {
			o.starved = false
			s.network.starved--
			s.notify(&o.source)
		}
	}
}
