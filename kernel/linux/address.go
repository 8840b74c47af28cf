package linux

import (
	"pxos/kernel/sys"
)

// Sizes of addresses: struct sockaddr_in, sockaddr_in6, sockaddr_un, sockaddr_nl and
// sockaddr_storage.
const (
	inetBytes    = 16
	inet6Bytes   = 28
	inet6Least   = 24 // without the scope, RFC 2133
	netlinkBytes = 12
	unixBytes    = 110
	pathBytes    = unixBytes - 2
	storageBytes = 128
)

// name is the address of a socket. For the Internet families text begins with the IPv6
// address, where one of IPv4 is ::ffff:a.b.c.d; for AF_UNIX it is the path, or what is
// abstract with a first byte of 0.
type name struct {
	port uint16
	n    uint16 // bytes of text; 0: none
	text [pathBytes]byte
}

// ipBytes is the size of an IPv6 address.
const ipBytes = 16

// set makes an address of an Internet family: its last byte and, for IPv4, its first.
func (m *name) set(mapped bool, first, last byte) {
	m.n = ipBytes
	clear(m.text[:ipBytes])
	if mapped {
		m.text[10], m.text[11], m.text[12] = 0xFF, 0xFF, first
	}
	m.text[15] = last
}

// mapped says whether an address is one of IPv4.
func (m *name) mapped() bool {
	return m.text[10] == 0xFF && m.text[11] == 0xFF && zero(m.text[:10])
}

// any says whether an address is 0.0.0.0 or ::, and loopback whether it is one of the
// machine's own.
func (m *name) any() bool {
	if m.mapped() {
		return zero(m.text[12:ipBytes])
	}
	return zero(m.text[:ipBytes])
}

func (m *name) loopback() bool {
	if m.mapped() {
		return m.text[12] == 127
	}
	return m.text[15] == 1 && zero(m.text[:15])
}

// multicast says whether an address is that of a group.
func (m *name) multicast() bool {
	if m.mapped() {
		return m.text[12]>>4 == 14
	}
	return m.text[0] == 0xFF
}

// broadcast says whether an address is 255.255.255.255.
func (m *name) broadcast() bool {
	return m.mapped() && m.text[12]&m.text[13]&m.text[14]&m.text[15] == 0xFF
}

func zero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// sameIP says whether two addresses are the same, whatever their ports.
func sameIP(a, b *name) bool { return string(a.text[:ipBytes]) == string(b.text[:ipBytes]) }

// toOwn turns the unspecified address, and what the machine is towards others, into that
// of the machine itself, as Linux does for a destination.
func (m *name) toOwn() {
	if m.any() || system.network.gateway.owns(m) {
		if m.mapped() {
			m.set(true, 127, 1)
		} else {
			m.set(false, 0, 1)
		}
	}
}

// readName reads an address from a program's memory, for a socket of a family.
func (k *socket) readName(sp *space, to *name, addr, size uint64) sys.Errno {
	var b [storageBytes]byte
	if int32(size) < 0 || size&0xFFFFFFFF > storageBytes {
		return sys.EINVAL
	}
	n := int(size & 0xFFFFFFFF)
	if !sp.copyIn(b[:n], addr) {
		return sys.EFAULT
	}
	if n < 2 {
		return sys.EINVAL
	}
	family := uint64(b[0]) | uint64(b[1])<<8
	switch {
	case k.family == afUnix:
		return to.readUnix(b[:], n, family)
	case k.family == afNetlink:
		if n < netlinkBytes || family != afNetlink {
			return sys.EINVAL
		}
		return 0
	}
	return k.readInet(to, &b, n, family)
}

func (m *name) readUnix(b []byte, n int, family uint64) sys.Errno {
	if family != afUnix || n > unixBytes {
		return sys.EINVAL
	}
	b = b[2:n]
	if len(b) > 0 && b[0] != 0 { // a path ends at its first NUL
		for i := range b {
			if b[i] == 0 {
				b = b[:i]
				break
			}
		}
	}
	m.n = uint16(copy(m.text[:], b))
	return 0
}

func (k *socket) readInet(to *name, b *[storageBytes]byte, n int, family uint64) sys.Errno {
	to.port, to.n = uint16(b[2])<<8|uint16(b[3]), ipBytes
	switch {
	case k.family == afInet && n < inetBytes || k.family == afInet6 && n < inet6Least && !(family == afInet && k.udp()):
		return sys.EINVAL
	case family == afInet && (k.family == afInet || k.udp()) && n >= inetBytes:
		if k.family == afInet6 && k.values[optionV6Only] != 0 {
			return sys.ENETUNREACH
		}
		to.set(true, 0, 0)
		copy(to.text[12:ipBytes], b[4:8])
	case family == afInet6 && k.family == afInet6:
		copy(to.text[:ipBytes], b[8:24])
	default:
		return sys.EAFNOSUPPORT
	}
	return 0
}

// format writes an address as programs of a family have it, and gives its size.
func (m *name) format(family uint16, b *[storageBytes]byte) int {
	clear(b[:])
	b[0] = byte(family)
	switch family {
	case afInet:
		b[2], b[3] = byte(m.port>>8), byte(m.port)
		copy(b[4:8], m.text[12:ipBytes])
		return inetBytes
	case afInet6:
		b[2], b[3] = byte(m.port>>8), byte(m.port)
		copy(b[8:24], m.text[:ipBytes])
		return inet6Bytes
	case afNetlink:
		b[4], b[5], b[6], b[7] = byte(m.port), byte(m.port>>8), 0, 0
		return netlinkBytes
	}
	n := 2 + copy(b[2:], m.text[:m.n])
	if m.n > 0 && m.text[0] != 0 {
		n++ // the NUL
	}
	return n
}

// writeName gives an address to a program, which said at size how much room it has and
// is told there how much there would be.
func (m *name) writeName(sp *space, family uint16, addr, size uint64) sys.Errno {
	var b [storageBytes]byte
	n := m.format(family, &b)
	return writeSized(sp, b[:n], addr, size)
}

// writeSized gives bytes to a program, as many as fit, and says at size how many there
// are.
func writeSized(sp *space, b []byte, addr, size uint64) sys.Errno {
	var w [4]byte
	if !sp.copyIn(w[:], size) {
		return sys.EFAULT
	}
	room := uint32(w[0]) | uint32(w[1])<<8 | uint32(w[2])<<16 | uint32(w[3])<<24
	if int32(room) < 0 {
		return sys.EINVAL
	}
	if !sp.copyOut(addr, b[:min(uint64(room), uint64(len(b)))]) {
		return sys.EFAULT
	}
	w = [4]byte{byte(len(b)), byte(len(b) >> 8)}
	if !sp.copyOut(size, w[:]) {
		return sys.EFAULT
	}
	return 0
}
