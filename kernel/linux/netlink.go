package linux

import (
	"pxos/kernel/phys"
	"pxos/kernel/sys"
)

// NETLINK_ROUTE as far as a program needs it to list interfaces and addresses:
// linux/netlink.h, linux/rtnetlink.h, linux/if_link.h, linux/if_addr.h.
const (
	rtmNewLink  = 16
	rtmGetLink  = 18
	rtmNewAddr  = 20
	rtmGetAddr  = 22
	rtmGetRoute = 26
	nlmsgError  = 2
	nlmsgDone   = 3
	nlmMulti    = 2
	nlmDump     = 0x300

	netlinkHead = 16 // struct nlmsghdr
	loIndex     = 1
	loFlags     = 0x10049 // IFF_UP, IFF_LOOPBACK, IFF_RUNNING, IFF_LOWER_UP
	loMTU       = 65536
	loType      = 772 // ARPHRD_LOOPBACK
)

// bindNetlink gives a socket of AF_NETLINK its address, a number.
func (s *System) bindNetlink(k *socket) sys.Errno {
	if k.local.port == 0 {
		s.network.unnamed++
		k.local.port = uint16(s.network.unnamed | 1)
	}
	return 0
}

// answer is a message of netlink that is being put together in a page.
type answer struct {
	b     []byte
	n     int // bytes so far
	start int // of the message
	seq   uint64
	port  uint64
}

// begin starts a message with a fixed part of n bytes, which it gives.
func (a *answer) begin(kind, n int) []byte {
	a.start = a.n
	put(a.b, a.n, uint64(kind)<<32|nlmMulti<<48)
	put(a.b, a.n+8, a.seq|a.port<<32)
	a.n += netlinkHead + n
	return a.b[a.n-n : a.n]
}

// end sets the length of a message.
func (a *answer) end() {
	n := a.n - a.start
	a.b[a.start], a.b[a.start+1] = byte(n), byte(n>>8)
	a.n = (a.n + 3) &^ 3
}

// attribute adds a struct rtattr with n bytes, which it gives.
func (a *answer) attribute(kind, n int) []byte {
	b := a.b[a.n:]
	b[0], b[1], b[2] = byte(4+n), 0, byte(kind)
	a.n += (4 + n + 3) &^ 3
	return b[4 : 4+n]
}

func (a *answer) link() {
	head := a.begin(rtmNewLink, 16)
	head[2], head[3] = loType&0xFF, loType>>8
	head[4] = loIndex
	head[8], head[10] = loFlags&0xFF, loFlags>>16
	b := a.attribute(3, 3) // IFLA_IFNAME
	b[0], b[1] = 'l', 'o'
	b = a.attribute(4, 4) // IFLA_MTU
	b[2] = loMTU >> 16
	a.attribute(1, 6) // IFLA_ADDRESS: 00:00:00:00:00:00
	a.end()
}

func (a *answer) address(family, prefix byte, m *name) {
	head := a.begin(rtmNewAddr, 8)
	head[0], head[1], head[2], head[3], head[4] = family, prefix, 0x80, 254, loIndex // IFA_F_PERMANENT, RT_SCOPE_HOST
	text := m.text[:ipBytes]
	if family == afInet {
		text = m.text[12:ipBytes]
		copy(a.attribute(2, len(text)), text) // IFA_LOCAL
	}
	copy(a.attribute(1, len(text)), text) // IFA_ADDRESS
	if family == afInet {
		b := a.attribute(3, 3) // IFA_LABEL
		b[0], b[1] = 'l', 'o'
	}
	a.end()
}

// sendNetlink takes a request and puts the answer into the socket's own queue.
func (s *System) sendNetlink(t *thread, k *socket, m *message) uint64 {
	var b [netlinkHead + 4]byte
	n := min(m.bytes, uint64(len(b)))
	if n < netlinkHead {
		return m.bytes // Linux drops it, too
	}
	if !m.data.copyIn(b[:n]) {
		return sys.EFAULT.Result()
	}
	if k.in.full() {
		return sys.ENOBUFS.Result()
	}
	p := s.newPacket(true)
	if p == nil {
		return sys.ENOBUFS.Result()
	}
	s.bindNetlink(k)
	clear(p.memory())
	a := answer{b: p.memory()[:phys.PageBytes], seq: get(b[:], 8) & 0xFFFFFFFF, port: uint64(k.local.port)}
	kind, family := get(b[:], 0)>>32&0xFFFF, b[netlinkHead]
	dump := get(b[:], 0)>>48&nlmDump == nlmDump
	switch {
	case dump && kind == rtmGetLink:
		a.link()
	case dump && kind == rtmGetAddr:
		var own name
		if own.set(true, 127, 1); family != afInet6 {
			a.address(afInet, 8, &own)
		}
		if own.set(false, 0, 1); family != afInet {
			a.address(afInet6, 128, &own)
		}
	case dump && kind == rtmGetRoute: // there are none
	default:
		e := a.begin(nlmsgError, 20)
		put(e, 0, sys.EOPNOTSUPP.Result()&0xFFFFFFFF)
		copy(e[4:], b[:netlinkHead])
		a.end()
	}
	if dump {
		a.begin(nlmsgDone, 4)
		a.end()
	}
	p.end = uint64(a.n)
	k.in.push(p)
	s.notify(&k.source)
	return m.bytes
}
