package linux

import "pxos/kernel/sys"

// A gateway is a program that carries what is for other machines: user/netd. It takes
// the connections of TCP by a listener, whose accepted sockets have the wanted address
// as their own, and says of each how the attempt ended; the packets of UDP come to a
// socket of its own, with their destinations (IP_RECVORIGDSTADDR), and it sends the
// answers by sockets that are bound to the other machine's address (IP_TRANSPARENT).

// Options of a gateway's sockets, at a level that Linux has not.
const (
	levelGateway  = 0x5058
	gatewayTake   = 1 // value: the machine's IPv4 address; on a listener, and on a socket of UDP
	gatewayAnswer = 2 // value: an errno, 0 where the connection is there; on an accepted socket
)

// gateway is who carries, nil where nobody does.
type gateway struct {
	listener, packets *socket
	address           [4]byte // the machine's, towards others
}

// setGateway sets an option of a gateway's sockets.
func (s *System) setGateway(t *thread, k *socket, option, addr, size uint64) sys.Errno {
	var b [4]byte
	if size < uint64(len(b)) || !t.space.copyIn(b[:], addr) {
		return sys.EINVAL
	}
	g := &s.network.gateway
	switch {
	case option == gatewayTake && k.tcp() && k.state == socketListening && g.listener == nil:
		g.listener, g.address = k, b
	case option == gatewayTake && k.udp() && k.bound && g.packets == nil:
		g.packets, g.address = k, b
	case option == gatewayTake:
		return sys.EBUSY
	case option == gatewayAnswer && k.peer != nil && k.peer.state == socketConnecting:
		s.answer(k, sys.Errno(uint32(b[0])|uint32(b[1])<<8|uint32(b[2])<<16|uint32(b[3])<<24))
	case option == gatewayAnswer:
		return sys.ENOTCONN // whoever asked has gone
	default:
		return sys.ENOPROTOOPT
	}
	return 0
}

// answer ends the attempt to connect that an accepted socket of the gateway stands for.
func (s *System) answer(k *socket, e sys.Errno) {
	o := k.peer
	if e == 0 {
		o.state = socketConnected
	} else {
		k.peer, o.peer, k.closedIn = nil, nil, true
		o.state, o.trouble = socketNew, e
	}
	s.notify(&o.source)
}

// close takes a socket that is closed from the gateway.
func (g *gateway) close(k *socket) {
	if g.listener == k {
		g.listener = nil
	}
	if g.packets == k {
		g.packets = nil
	}
}

// carries says whether the gateway takes what a socket sends to an address.
func (g *gateway) carries(k *socket, to *name) bool {
	if !to.mapped() || to.loopback() || to.multicast() || to.broadcast() {
		return false
	}
	return k.tcp() && g.listener != nil || k.udp() && g.packets != nil
}

// owns says whether an address is the machine's towards others.
func (g *gateway) owns(m *name) bool {
	return (g.listener != nil || g.packets != nil) && m.mapped() && string(m.text[12:ipBytes]) == string(g.address[:])
}

// putDestination tells where a packet was to go, where the receiver wants to know.
func (s *System) putDestination(sp *space, k *socket, m *message, d *delivery) uint64 {
	const whole = cmsgBytes + inetBytes
	if k.values[optionOriginal] == 0 || d.port == 0 {
		return 0
	}
	if m.controlSize < whole {
		m.got |= msgCTrunc
		return 0
	}
	address := uint64(d.to[0]) | uint64(d.to[1])<<8 | uint64(d.to[2])<<16 | uint64(d.to[3])<<24
	w := [4]uint64{whole, levelIP | ipOriginal<<32, afInet | uint64(d.port>>8|d.port<<8)<<16 | address<<32}
	if !putWords(sp, m.control, w[:]) {
		return 0
	}
	return whole
}
