package linux

import (
	"pxos/kernel/fs"
	"pxos/kernel/sys"
)

// Families, types and protocols: linux/socket.h, linux/net.h, linux/in.h.
const (
	afUnspec      = 0
	afUnix        = 1
	afInet        = 2
	afInet6       = 10
	afNetlink     = 16
	sockStream    = 1
	sockDgram     = 2
	sockRaw       = 3
	sockSeqpacket = 5
	sockTypes     = 0xF // the rest of the type is flags
	protoICMP     = 1
	protoTCP      = 6
	protoUDP      = 17
	protoICMP6    = 58
)

// Bounds of all sockets together and of each: what they take is the kernel's memory.
const (
	maxSockets     = 4096
	maxSocketPages = 8192 // of what is on its way: 32 MiB
	maxSparePages  = 64
	maxFlight      = 1024      // open files on their way
	queueBytes     = 208 << 10 // that wait at a socket, as Linux' default is
	queuePages     = 256
	maxGroups      = 4        // of multicast that a socket is in
	lowWater       = 64 << 10 // room from which on a stream counts as writable
	socketBuckets  = 64
)

// socketState is how far a socket has come.
type socketState uint8

const (
	socketNew        socketState = iota // bound or not
	socketListening                     // takes connections
	socketConnecting                    // waits for room in a listener's queue
	socketConnected                     // a datagram socket: has one it talks to
	socketDead                          // was connected, and was reset
)

// network is what there is of sockets in the whole system.
type network struct {
	sockets  slab[socket]
	packets  slab[packet]
	rights   slab[passed]
	all      *socket                // every socket, the newest first
	ports    [socketBuckets]*socket // bound ones of the Internet families, by port
	names    [socketBuckets]*socket // bound ones of AF_UNIX, by inode or text
	port     uint64                 // counts the ports that the kernel chose
	pages    uint64                 // of memory in queues
	spare    [maxSparePages]uint64  // frames that were in queues and are used again; not cleared
	kept     int                    // of them
	flight   uint64                 // open files in queues
	dropped  *passed                // whose files are to be closed
	dropping bool                   // that is being done
	starved  uint64                 // sockets that found a receiver full
	unnamed  uint64                 // counts names that the kernel chose
	gateway  gateway
}

// socket is one end of a connection, a listener, or where packets come in. Its file
// closes it; one that waits to be accepted has no file yet, and its listener does.
type socket struct {
	source   source
	family   uint16
	kind     uint16 // SOCK_STREAM and its like
	protocol uint16
	state    socketState
	bound    bool
	chosen   bool // its port was not the program's choice
	closedIn bool // nothing more comes in, but what is here can be read
	ended    bool // TCP: the other side said that it has sent all
	closed   bool // out: nothing more may be sent
	starved  bool // it found a receiver full
	slot     uint8
	local    name
	remote   name
	in       queue
	peer     *socket   // of a connection; nil where the other side is gone
	fans     int       // datagram sockets that are connected to this one
	trouble  sys.Errno // SO_ERROR
	inode    *fs.Inode // held: the name of a socket in the tree
	process  uint32    // that made it, and that of the other side
	partner  uint32
	values   [optionCount]int32
	groups   [maxGroups]name // of multicast

	sendTimeout, receiveTimeout uint64 // ns

	backlog, waiting int
	first, last      *socket // connections that are not yet accepted
	calling, called  *socket // those that wait for room there, the first and the last
	listener         *socket // in whose list it is
	following        *socket // in that list
	abandoned        bool    // nobody will accept it: it ends with a reset
	before, after    *socket // in network.all
	beside           *socket // in its bucket
}

// newSocket makes a socket, nil where there is no room.
func (s *System) newSocket(family, kind, protocol uint64) *socket {
	if s.network.sockets.Used >= maxSockets {
		return nil
	}
	k := s.network.sockets.take(s)
	if k == nil {
		return nil
	}
	k.family, k.kind, k.protocol = uint16(family), uint16(kind), uint16(protocol)
	for i := range &options {
		k.values[i] = options[i].initial
	}
	k.sendTimeout, k.receiveTimeout = never, never
	k.after = s.network.all
	if k.after != nil {
		k.after.before = k
	}
	s.network.all = k
	return k
}

// inet says whether a socket is of one of the Internet families.
func (k *socket) inet() bool { return k.family == afInet || k.family == afInet6 }

// stream says whether a socket has connections to accept: SOCK_SEQPACKET too.
func (k *socket) stream() bool { return k.kind == sockStream || k.kind == sockSeqpacket }

// tcp and udp are a socket's protocol.
func (k *socket) tcp() bool { return k.inet() && k.kind == sockStream }
func (k *socket) udp() bool { return k.inet() && k.kind == sockDgram }

// supported says what is wrong with the arguments of socket, and which protocol they
// mean.
func supported(family, kind, protocol uint64) (uint64, sys.Errno) {
	switch family {
	case afUnix:
		if protocol != 0 && protocol != afUnix {
			return 0, sys.EPROTONOSUPPORT
		}
		switch kind {
		case sockStream, sockDgram, sockSeqpacket:
			return 0, 0
		}
		return 0, sys.ESOCKTNOSUPPORT
	case afInet, afInet6:
		switch {
		case kind == sockStream && (protocol == 0 || protocol == protoTCP):
			return protoTCP, 0
		case kind == sockDgram && (protocol == 0 || protocol == protoUDP):
			return protoUDP, 0
		case kind == sockStream || kind == sockDgram:
			return 0, sys.EPROTONOSUPPORT
		case kind == sockRaw && protocol != 0:
			return 0, sys.EPERM // there is no network for it to look into
		case kind == sockRaw:
			return 0, sys.EPROTONOSUPPORT
		}
		return 0, sys.ESOCKTNOSUPPORT
	case afNetlink:
		if kind != sockRaw && kind != sockDgram {
			return 0, sys.ESOCKTNOSUPPORT
		}
		if protocol != 0 { // NETLINK_ROUTE
			return 0, sys.EPROTONOSUPPORT
		}
		return 0, 0
	}
	return 0, sys.EAFNOSUPPORT
}

// socket is socket(family, type, protocol).
func (s *System) socket(p *process, family, kind, protocol uint64) uint64 {
	flags := kind &^ sockTypes
	if flags&^(sys.O_NONBLOCK|sys.O_CLOEXEC) != 0 {
		return sys.EINVAL.Result()
	}
	kind &= sockTypes
	protocol, e := supported(family, kind, protocol)
	if e != 0 {
		return e.Result()
	}
	k := s.newSocket(family, kind, protocol)
	if k == nil {
		return sys.ENFILE.Result()
	}
	k.process = p.id
	return s.openSocket(p, k, flags)
}

// openSocket gives a socket a file and a descriptor; where it cannot, the socket is
// closed.
func (s *System) openSocket(p *process, k *socket, flags uint64) uint64 {
	f, fd := s.openKind(p, kindSocket, flags)
	if f == nil {
		s.closeSocket(k)
		return fd
	}
	f.socket = k
	return fd
}

// socketpair makes two sockets that are connected to each other.
func (s *System) socketpair(t *thread, family, kind, protocol, addr uint64) uint64 {
	p, flags := t.process, kind&^sockTypes
	kind &= sockTypes
	if flags&^(sys.O_NONBLOCK|sys.O_CLOEXEC) != 0 {
		return sys.EINVAL.Result()
	}
	if _, e := supported(family, kind, protocol); e != 0 {
		return e.Result()
	}
	if family != afUnix {
		return sys.EOPNOTSUPP.Result()
	}
	a, b := s.newSocket(family, kind, 0), s.newSocket(family, kind, 0)
	if a == nil || b == nil {
		if a != nil {
			s.closeSocket(a)
		}
		return sys.ENFILE.Result()
	}
	a.process, b.process, a.partner, b.partner = p.id, p.id, p.id, p.id
	a.state, b.state, a.peer, b.peer = socketConnected, socketConnected, b, a
	if kind == sockDgram {
		a.fans, b.fans = 1, 1
	}
	first := s.openSocket(p, a, flags)
	if first >= maxDescriptors {
		s.closeSocket(b)
		return first
	}
	second := s.openSocket(p, b, flags)
	if second >= maxDescriptors {
		s.closeDescriptor(p, first)
		return second
	}
	var w [8]byte
	put(w[:], 0, first|second<<32)
	if !t.space.copyOut(addr, w[:]) {
		s.closeDescriptor(p, first)
		s.closeDescriptor(p, second)
		return sys.EFAULT.Result()
	}
	return 0
}

// closeSocket takes a socket away: the other side learns it, names and memory are
// given back. Who waits for it finds at its next try that the descriptor is gone.
func (s *System) closeSocket(k *socket) {
	s.network.gateway.close(k)
	s.stopListening(k)
	s.leaveListener(k)
	if k.stream() {
		s.hangUpStream(k)
	} else {
		s.disconnectDatagrams(k)
	}
	s.unbind(k)
	for k.in.first != nil {
		s.dropPacket(&k.in)
	}
	if k.starved {
		s.network.starved--
	}
	if k.before == nil {
		s.network.all = k.after
	} else {
		k.before.after = k.after
	}
	if k.after != nil {
		k.after.before = k.before
	}
	s.notify(&k.source)
	s.network.sockets.give(k)
}

// fail takes the error that waits at a socket, 0 where none does.
func (k *socket) fail() sys.Errno {
	e := k.trouble
	k.trouble = 0
	return e
}

// readySocket is what can be done with a socket now, as poll has it.
func (s *System) readySocket(k *socket) uint32 {
	come := choose(k.trouble != 0, epollErr) | choose(k.closedIn && k.closed, epollHup) | choose(k.closedIn, epollIn|epollRdHup)
	switch {
	case k.state == socketListening:
		return choose(k.first != nil, epollIn)
	case k.state == socketConnecting:
		return come
	case !k.stream():
		full := k.family == afUnix && k.peer != nil && k.peer.in.full()
		return come | choose(k.in.first != nil, epollIn) | choose(!full, epollOut)
	case k.state != socketConnected:
		come |= epollHup
	}
	open := k.peer == nil || k.peer.in.room() >= lowWater
	return come | choose(k.in.first != nil, epollIn) | choose(k.closed || open, epollOut)
}
