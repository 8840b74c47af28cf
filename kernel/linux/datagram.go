package linux

import "pxos/kernel/sys"

// Most bytes of a datagram: of UDP over IPv4 and IPv6.
const (
	udpBytes  = 65507
	udp6Bytes = 65527
)

// connectDatagram sets whom a datagram socket talks to.
func (s *System) connectDatagram(t *thread, k *socket, m *name) sys.Errno {
	if k.family == afUnix {
		o, e := s.findUnix(t, m, k.kind)
		switch {
		case e != 0:
			return e
		case o.peer != nil && o.peer != k:
			return sys.EPERM
		}
		s.disconnect(k)
		k.state, k.peer, k.remote, k.partner = socketConnected, o, o.local, o.process
		o.fans++
		s.notify(&k.source)
		return 0
	}
	m.toOwn()
	if m.port == 0 {
		return sys.EINVAL
	}
	if m.broadcast() && k.values[optionBroadcast] == 0 {
		return sys.EACCES
	}
	if e := k.reachable(m); e != 0 {
		return e
	}
	if e := s.own(k, m); e != 0 {
		return e
	}
	k.sender(m, &k.local)
	k.state, k.remote = socketConnected, *m
	s.notify(&k.source)
	return 0
}

// disconnect is connect to AF_UNSPEC: a datagram socket talks to everybody again.
func (s *System) disconnect(k *socket) {
	if k.state != socketConnected {
		return
	}
	k.state, k.remote = socketNew, name{}
	if k.peer != nil {
		k.peer.fans--
		k.peer = nil
		return
	}
	if k.family == afUnix {
		return
	}
	if k.chosen {
		s.unbind(k)
		k.local = name{}
	}
}

// disconnectDatagrams is when a datagram socket goes away: those that are connected to
// it learn it.
func (s *System) disconnectDatagrams(k *socket) {
	if k.family != afUnix {
		return
	}
	s.disconnect(k)
	for o := s.network.all; o != nil && k.fans > 0; o = o.after {
		if o.peer == k {
			o.peer = nil
			k.fans--
			s.notify(&o.source)
		}
	}
	s.feed(k)
}

// receiverFor finds who gets a packet of UDP, nil where nobody does: who is connected
// to its sender comes first.
func (s *System) receiverFor(to, from *name) *socket {
	var best *socket
	most := 0
	for o := s.network.ports[to.port%socketBuckets]; o != nil; o = o.beside {
		if !o.udp() {
			continue
		}
		m := match(o, to)
		if m > 0 && o.state == socketConnected {
			if o.remote.port != from.port || !sameIP(&o.remote, from) {
				continue
			}
			m += 4
		}
		if m > most {
			best, most = o, m
		}
	}
	return best
}

// sendDatagram sends a packet of UDP. Nobody waits for room: what does not fit at the
// receiver is lost.
func (s *System) sendDatagram(t *thread, k *socket, m *message) uint64 {
	to := k.remote
	switch {
	case m.flags&msgOOB != 0:
		return sys.EOPNOTSUPP.Result()
	case k.closed:
		_, _ = s.broken(t, m)
		return sys.EPIPE.Result()
	case m.size != 0:
		to = name{}
		if e := k.readName(t.space, &to, m.addr, m.size); e != 0 {
			return e.Result()
		}
		to.toOwn()
		if to.port == 0 {
			return sys.EINVAL.Result()
		}
	case k.state != socketConnected:
		return sys.EDESTADDRREQ.Result()
	}
	if e := k.fail(); e != 0 {
		return e.Result()
	}
	if m.bytes > udp6Bytes || to.mapped() && m.bytes > udpBytes {
		return sys.EMSGSIZE.Result()
	}
	if to.broadcast() && k.values[optionBroadcast] == 0 {
		return sys.EACCES.Result()
	}
	if !to.multicast() {
		if e := k.reachable(&to); e != 0 {
			return e.Result()
		}
	}
	if e := s.own(k, &to); e != 0 {
		return e.Result()
	}
	return s.deliverDatagram(t, k, &to, m)
}

func (s *System) deliverDatagram(t *thread, k *socket, to *name, m *message) uint64 {
	if m.control != 0 {
		if r, e := s.readControl(t, k, m); e != 0 || r != nil {
			return e.Result()
		}
	}
	p, e := s.fillPacket(&m.data, m.bytes)
	if e != 0 {
		return e.Result()
	}
	p.process = t.process.id
	k.sender(to, &p.from)
	if to.multicast() {
		s.deliverGroup(to, p)
		return m.bytes
	}
	o := s.receiverFor(to, &p.from)
	if !to.loopback() {
		o, p.port = s.network.gateway.packets, to.port
		copy(p.to[:], to.text[12:ipBytes])
	}
	switch {
	case o == nil:
		s.freePacket(p)
		if k.state == socketConnected { // as an ICMP message has it
			k.trouble = sys.ECONNREFUSED
			s.notify(&k.source)
		}
	case o.in.full() || o.closedIn:
		s.freePacket(p)
	default:
		o.in.push(p)
		s.notify(&o.source)
	}
	return m.bytes
}

// deliverGroup gives a packet to the first socket that is bound to its port and in its
// group.
func (s *System) deliverGroup(to *name, p *packet) {
	for o := s.network.ports[to.port%socketBuckets]; o != nil; o = o.beside {
		if !o.udp() || o.local.port != to.port || o.in.full() {
			continue
		}
		for i := range o.groups {
			if o.groups[i].n != 0 && sameIP(&o.groups[i], to) {
				o.in.push(p)
				s.notify(&o.source)
				return
			}
		}
	}
	s.freePacket(p)
}

// sendPacket sends a packet of AF_UNIX: SOCK_DGRAM and SOCK_SEQPACKET. It waits where
// the receiver has no room.
func (s *System) sendPacket(t *thread, f *file, m *message) (result uint64, done bool) {
	k := f.socket
	o, e := s.receiver(t, k, m)
	switch {
	case m.flags&msgOOB != 0:
		return sys.EOPNOTSUPP.Result(), true
	case e == sys.EPIPE:
		return s.broken(t, m)
	case e != 0:
		return e.Result(), true
	case m.bytes > queueBytes:
		return sys.EMSGSIZE.Result(), true
	case o.in.full() || o.in.first != nil && o.in.bytes+m.bytes > queueBytes:
		if !k.starved {
			k.starved = true
			s.network.starved++
		}
		if !m.waits(f) {
			return sys.EAGAIN.Result(), true
		}
		s.block(t, &k.source, s.deadline(t, k.sendTimeout), sys.EAGAIN.Result())
		return 0, false
	}
	var r *passed
	if m.control != 0 {
		if r, e = s.readControl(t, k, m); e != 0 {
			return e.Result(), true
		}
	}
	p, e := s.fillPacket(&m.data, m.bytes)
	if e != 0 {
		if r != nil {
			s.dropRights(r)
		}
		return e.Result(), true
	}
	p.rights, p.process, p.from = r, t.process.id, k.local
	o.in.push(p)
	s.notify(&o.source)
	return m.bytes, true
}

// receiver says to whom a socket of AF_UNIX sends a packet.
func (s *System) receiver(t *thread, k *socket, m *message) (*socket, sys.Errno) {
	if k.kind == sockSeqpacket {
		switch {
		case k.state != socketConnected:
			return nil, sys.ENOTCONN
		case k.closed || k.peer == nil:
			return nil, sys.EPIPE
		}
		return k.peer, 0
	}
	o := k.peer
	if m.size != 0 {
		var to name
		e := k.readName(t.space, &to, m.addr, m.size)
		if e == 0 {
			o, e = s.findUnix(t, &to, k.kind)
		}
		if e != 0 {
			return nil, e
		}
	}
	switch {
	case k.closed:
		return nil, sys.EPIPE
	case o == nil && k.state == socketConnected: // it was closed, which is told once
		k.state, k.remote = socketNew, name{}
		return nil, sys.ECONNREFUSED
	case o == nil:
		return nil, sys.ENOTCONN
	case o.peer != nil && o.peer != k:
		return nil, sys.EPERM
	case o.closedIn:
		return nil, sys.EPIPE
	}
	return o, 0
}
