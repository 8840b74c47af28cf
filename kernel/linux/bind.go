package linux

import (
	"pxos/kernel/fs"
	"pxos/kernel/sys"
)

// Ports that the kernel chooses, as /proc/sys/net/ipv4/ip_local_port_range has them.
const (
	firstPort = 32768
	lastPort  = 60999
)

// enter puts a socket into the bucket of its name.
func (s *System) enter(k *socket, buckets *[socketBuckets]*socket, slot uint64) {
	k.slot, k.bound = uint8(slot%socketBuckets), true
	k.beside = buckets[k.slot]
	buckets[k.slot] = k
}

// unbind takes a socket's name away.
func (s *System) unbind(k *socket) {
	if !k.bound {
		return
	}
	at := &s.network.ports[k.slot]
	if k.family == afUnix {
		at = &s.network.names[k.slot]
	}
	for ; *at != nil; at = &(*at).beside {
		if *at == k {
			*at = k.beside
			break
		}
	}
	k.bound, k.chosen, k.beside = false, false, nil
	if k.inode != nil {
		s.Files.Drop(k.inode)
		k.inode = nil
	}
}

// bind is bind(fd, address).
func (s *System) bind(t *thread, k *socket, addr, size uint64) uint64 {
	var m name
	if e := k.readName(t.space, &m, addr, size); e != 0 {
		return e.Result()
	}
	switch {
	case k.family == afNetlink:
		return s.bindNetlink(k).Result()
	case k.family == afUnix:
		return s.bindUnix(t, k, &m).Result()
	case k.bound || k.state != socketNew:
		return sys.EINVAL.Result()
	}
	if k.family == afInet6 && k.values[optionV6Only] != 0 && m.mapped() {
		return sys.EINVAL.Result()
	}
	own := m.loopback() || s.network.gateway.owns(&m) || k.values[optionTransparent] != 0
	if !m.any() && !own && !(k.udp() && (m.multicast() || m.broadcast())) {
		return sys.EADDRNOTAVAIL.Result()
	}
	return s.bindInet(k, &m).Result()
}

// bindInet gives a socket an address of its own; port 0 is one that the kernel chooses.
func (s *System) bindInet(k *socket, m *name) sys.Errno {
	if m.port != 0 {
		if s.conflict(k, m) {
			return sys.EADDRINUSE
		}
	} else if !s.choosePort(k, m) {
		return sys.EADDRINUSE
	}
	k.local = *m
	s.enter(k, &s.network.ports, uint64(m.port))
	return 0
}

// choosePort finds a port that nobody has.
func (s *System) choosePort(k *socket, m *name) bool {
	for range lastPort - firstPort + 1 {
		m.port = uint16(firstPort + s.network.port%(lastPort-firstPort+1))
		s.network.port++
		free := true
		for o := s.network.ports[m.port%socketBuckets]; o != nil; o = o.beside {
			if o.local.port == m.port && o.protocol == k.protocol {
				free = false
				break
			}
		}
		if free {
			return true
		}
	}
	return false
}

// conflict says whether a socket cannot have a name because another has it.
func (s *System) conflict(k *socket, m *name) bool {
	for o := s.network.ports[m.port%socketBuckets]; o != nil; o = o.beside {
		if k.values[optionTransparent] != 0 || o.values[optionTransparent] != 0 {
			continue // one of them has an address that is not the machine's
		}
		if o == k || o.local.port != m.port || o.protocol != k.protocol || !overlap(k, m, o) {
			continue
		}
		if k.values[optionReusePort] != 0 && o.values[optionReusePort] != 0 {
			continue
		}
		if k.values[optionReuseAddress] != 0 && o.values[optionReuseAddress] != 0 && o.state != socketListening {
			continue
		}
		return true
	}
	return false
}

// overlap says whether a packet could be meant for both of two sockets.
func overlap(k *socket, m *name, o *socket) bool {
	if sameIP(m, &o.local) {
		return true
	}
	return m.any() && covers(k, m, &o.local) || o.local.any() && covers(o, &o.local, m)
}

// covers says whether what is for an address comes to a socket that is bound to every
// address: of its family, or of IPv4 too.
func covers(k *socket, own, m *name) bool {
	if own.mapped() {
		return m.mapped()
	}
	return !m.mapped() || k.family == afInet6 && k.values[optionV6Only] == 0
}

// match says how well a socket fits a destination: 0 not at all.
func match(k *socket, to *name) int {
	switch {
	case k.local.port != to.port:
		return 0
	case sameIP(&k.local, to), to.loopback() && system.network.gateway.owns(&k.local):
		return 3
	case !k.local.any() || !covers(k, &k.local, to):
		return 0
	case k.local.mapped():
		return 2
	}
	return 1
}

// own gives a socket that has none an address of its own, for what it sends to one.
func (s *System) own(k *socket, to *name) sys.Errno {
	if !k.bound {
		var m name
		m.set(k.family == afInet, 0, 0)
		if e := s.bindInet(k, &m); e != 0 {
			return sys.EAGAIN
		}
		k.chosen = true
	}
	return 0
}

// sender gives the address that a packet to another comes from.
func (k *socket) sender(to, from *name) {
	*from = k.local
	if !from.any() && !from.multicast() {
		return
	}
	from.set(to.mapped(), 127, 1)
	if g := &system.network.gateway; g.carries(k, to) {
		copy(from.text[12:ipBytes], g.address[:])
	}
}

// reachable says whether an address is one that packets can be sent to: the machine
// itself, and others where there is a gateway.
func (k *socket) reachable(to *name) sys.Errno {
	switch {
	case !to.loopback() && !system.network.gateway.carries(k, to):
		return sys.ENETUNREACH
	case k.family == afInet6 && k.values[optionV6Only] != 0 && to.mapped():
		return sys.ENETUNREACH
	case k.bound && !k.local.any() && k.local.mapped() != to.mapped():
		return sys.ENETUNREACH
	case k.bound && k.family == afInet6 && k.local.mapped() && !to.mapped():
		return sys.ENETUNREACH
	}
	return 0
}

// bindUnix gives a socket a path or an abstract name; without any, the kernel chooses
// an abstract one.
func (s *System) bindUnix(t *thread, k *socket, m *name) sys.Errno {
	if k.bound {
		return sys.EINVAL
	}
	if m.n == 0 {
		return s.chooseName(k)
	}
	if m.text[0] == 0 {
		if s.named(m, k.kind) != nil {
			return sys.EADDRINUSE
		}
		k.local = *m
		s.enter(k, &s.network.names, hashName(m))
		return 0
	}
	k.local = *m
	at, e := s.Files.Parent(t.process.directory, k.local.text[:k.local.n], false)
	if e == 0 {
		var i *fs.Inode
		i, e = s.Files.Create(at, fs.Socket, uint32(0o777&^t.process.umask), 0, s.time())
		if e == 0 {
			k.inode = i
			s.Files.Hold(i)
			s.enter(k, &s.network.names, i.Number())
			return 0
		}
	}
	k.local = name{}
	if e == sys.EEXIST {
		e = sys.EADDRINUSE
	}
	return e
}

// chooseName gives a socket an abstract name of five digits, as Linux does.
func (s *System) chooseName(k *socket) sys.Errno {
	for range 1 << 20 {
		m := name{n: 6}
		v := s.network.unnamed & 0xFFFFF
		s.network.unnamed++
		for i := range 5 {
			d := byte(v >> (16 - 4*uint(i)) & 0xF)
			m.text[1+i] = '0' + d
			if d > 9 {
				m.text[1+i] = 'a' + d - 10
			}
		}
		if s.named(&m, k.kind) == nil {
			k.local = m
			s.enter(k, &s.network.names, hashName(&m))
			return 0
		}
	}
	return sys.ENOSPC
}

func hashName(m *name) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range m.text[:m.n] {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h >> 32
}

// named finds the socket of a type with an abstract name, nil where there is none.
func (s *System) named(m *name, kind uint16) *socket {
	for o := s.network.names[hashName(m)%socketBuckets]; o != nil; o = o.beside {
		if o.inode == nil && o.kind == kind && string(o.local.text[:o.local.n]) == string(m.text[:m.n]) {
			return o
		}
	}
	return nil
}

// findUnix finds the socket behind a name.
func (s *System) findUnix(t *thread, m *name, kind uint16) (*socket, sys.Errno) {
	if m.n == 0 {
		return nil, sys.EINVAL
	}
	if m.text[0] == 0 {
		if o := s.named(m, kind); o != nil {
			return o, 0
		}
		return nil, sys.ECONNREFUSED
	}
	i, e := s.Files.Lookup(t.process.directory, m.text[:m.n], true)
	switch {
	case e != 0:
		return nil, e
	case i.Kind() != fs.Socket:
		return nil, sys.ECONNREFUSED
	}
	for o := s.network.names[i.Number()%socketBuckets]; o != nil; o = o.beside {
		if o.inode == i {
			if o.kind != kind {
				return nil, sys.EPROTOTYPE
			}
			return o, 0
		}
	}
	return nil, sys.ECONNREFUSED
}
