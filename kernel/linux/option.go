package linux

import (
	"pxos/kernel/sys"
)

// Levels and names of options: asm-generic/socket.h, linux/tcp.h, linux/in.h,
// linux/in6.h.
const (
	levelIP     = 0
	levelTCP    = 6
	levelIPv6   = 41
	levelSocket = 1

	soType       = 3
	soError      = 4
	soLinger     = 13
	soPeerCred   = 17
	soRcvTimeo   = 20
	soSndTimeo   = 21
	soAcceptConn = 30
	soProtocol   = 38
	soDomain     = 39

	ipOriginal      = 20 // IP_ORIGDSTADDR
	ipMulticastIf   = 32
	ipAddGroup      = 35
	ipDropGroup     = 36
	ipv6MulticastIf = 17
	ipv6AddGroup    = 20
	ipv6DropGroup   = 21
)

// Options whose value a socket keeps, by their places in options.
const (
	optionReuseAddress = iota
	optionReusePort
	optionBroadcast
	optionPassCred
	optionV6Only
	optionSendBuffer
	optionReceiveBuffer
	optionLinger
	optionLingerTime
	optionTransparent // may be bound to another machine's address
	optionOriginal    // the destination comes with a packet
	optionsKept       // the rest has no effect, and is told as it was set

	optionCount = optionsKept + 22
)

// option is one that has a number as its value.
type option struct {
	level, name          uint64
	least, most, initial int32
	yes                  bool // 0 or 1, whatever was given
}

const (
	anyLeast = -1 << 31
	anyMost  = 1<<31 - 1
)

var options = [optionCount]option{
	optionReuseAddress:  {levelSocket, 2, anyLeast, anyMost, 0, true},
	optionReusePort:     {levelSocket, 15, anyLeast, anyMost, 0, true},
	optionBroadcast:     {levelSocket, 6, anyLeast, anyMost, 0, true},
	optionPassCred:      {levelSocket, 16, anyLeast, anyMost, 0, true},
	optionV6Only:        {levelIPv6, 26, anyLeast, anyMost, 0, true},
	optionSendBuffer:    {levelSocket, 7, anyLeast, anyMost, queueBytes, false},
	optionReceiveBuffer: {levelSocket, 8, anyLeast, anyMost, queueBytes, false},
	optionLinger:        {level: ^uint64(0)}, // SO_LINGER has two numbers: see setLinger
	optionLingerTime:    {level: ^uint64(0)},
	optionTransparent:   {levelIP, 19, anyLeast, anyMost, 0, true},
	optionOriginal:      {levelIP, ipOriginal, anyLeast, anyMost, 0, true},
	optionsKept + 0:     {levelSocket, 9, anyLeast, anyMost, 0, true},  // SO_KEEPALIVE
	optionsKept + 1:     {levelSocket, 5, anyLeast, anyMost, 0, true},  // SO_DONTROUTE
	optionsKept + 2:     {levelSocket, 12, 0, 6, 0, false},             // SO_PRIORITY
	optionsKept + 3:     {levelTCP, 1, anyLeast, anyMost, 0, true},     // TCP_NODELAY
	optionsKept + 4:     {levelTCP, 3, anyLeast, anyMost, 0, true},     // TCP_CORK
	optionsKept + 5:     {levelTCP, 4, 1, 32767, 7200, false},          // TCP_KEEPIDLE
	optionsKept + 6:     {levelTCP, 5, 1, 32767, 75, false},            // TCP_KEEPINTVL
	optionsKept + 7:     {levelTCP, 6, 1, 127, 9, false},               // TCP_KEEPCNT
	optionsKept + 8:     {levelTCP, 9, anyLeast, anyMost, 0, false},    // TCP_DEFER_ACCEPT
	optionsKept + 9:     {levelTCP, 12, anyLeast, anyMost, 1, true},    // TCP_QUICKACK
	optionsKept + 10:    {levelTCP, 18, 0, anyMost, 0, false},          // TCP_USER_TIMEOUT
	optionsKept + 11:    {levelTCP, 23, anyLeast, anyMost, 0, false},   // TCP_FASTOPEN
	optionsKept + 12:    {levelIP, 1, 0, 255, 0, false},                // IP_TOS
	optionsKept + 13:    {levelIP, 2, -1, 255, 64, false},              // IP_TTL
	optionsKept + 14:    {levelIP, 33, -1, 255, 1, false},              // IP_MULTICAST_TTL
	optionsKept + 15:    {levelIP, 34, 0, 1, 1, false},                 // IP_MULTICAST_LOOP
	optionsKept + 16:    {levelIPv6, 16, -1, 255, 64, false},           // IPV6_UNICAST_HOPS
	optionsKept + 17:    {levelIPv6, 18, -1, 255, 1, false},            // IPV6_MULTICAST_HOPS
	optionsKept + 18:    {levelIPv6, 19, 0, 1, 1, false},               // IPV6_MULTICAST_LOOP
	optionsKept + 19:    {levelIPv6, 67, -1, 255, 0, false},            // IPV6_TCLASS
	optionsKept + 20:    {levelIP, 24, anyLeast, anyMost, 0, true},     // IP_BIND_ADDRESS_NO_PORT
	optionsKept + 21:    {levelSocket, 10, anyLeast, anyMost, 0, true}, // SO_OOBINLINE
}

// findOption finds the place of an option, -1 where it is none of a socket's.
func (k *socket) findOption(level, name uint64) int {
	switch {
	case level == levelTCP && !k.tcp():
		return -1
	case level == levelIP && !k.inet():
		return -1
	case level == levelIPv6 && k.family != afInet6:
		return -1
	}
	for i := range &options {
		if options[i].level == level && options[i].name == name {
			return i
		}
	}
	return -1
}

// unknownOption says what is wrong with an option that is not there.
func (k *socket) unknownOption(level uint64) sys.Errno {
	switch {
	case level == levelSocket, level == levelIP && k.inet(), level == levelTCP && k.tcp(), level == levelIPv6 && k.family == afInet6:
		return sys.ENOPROTOOPT
	}
	return sys.EOPNOTSUPP
}

// setsockopt is setsockopt(fd, level, name, value, size).
func (s *System) setsockopt(t *thread, k *socket, a *arguments) sys.Errno {
	level, name, addr, size := a[1]&0xFFFFFFFF, a[2]&0xFFFFFFFF, a[3], a[4]
	if int32(size) < 0 {
		return sys.EINVAL
	}
	if level == levelGateway {
		return s.setGateway(t, k, name, addr, size)
	}
	if level == levelSocket && (name == soLinger || name == soRcvTimeo || name == soSndTimeo) {
		return k.setPair(t.space, name, addr, size)
	}
	if level == levelIP && k.inet() || level == levelIPv6 && k.family == afInet6 {
		if e := k.setGroup(t.space, level, name, addr, size); e != sys.ENOPROTOOPT {
			return e
		}
	}
	i := k.findOption(level, name)
	if i < 0 {
		return k.unknownOption(level)
	}
	var b [4]byte
	n := 4
	if size < 4 {
		if level != levelIP || size == 0 {
			return sys.EINVAL
		}
		n = 1 // options of IP are taken as one byte, too
	}
	if !t.space.copyIn(b[:n], addr) {
		return sys.EFAULT
	}
	v := int32(uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24)
	o := &options[i]
	switch {
	case v < o.least || v > o.most:
		return sys.EINVAL
	case i == optionV6Only && k.bound:
		return sys.EINVAL
	case o.yes:
		if v != 0 {
			v = 1
		}
	case i == optionSendBuffer || i == optionReceiveBuffer: // Linux tells twice what was set
		v = max(2*min(v&anyMost, queueBytes), 4608)
	}
	k.values[i] = v
	return 0
}

// setPair sets an option whose value is two numbers: struct linger, struct timeval.
func (k *socket) setPair(sp *space, name, addr, size uint64) sys.Errno {
	var b [16]byte
	n := uint64(len(b))
	if name == soLinger {
		n = 8
	}
	if size < n {
		return sys.EINVAL
	}
	if !sp.copyIn(b[:n], addr) {
		return sys.EFAULT
	}
	x, y := get(b[:], 0), get(b[:], 8)
	if name == soLinger {
		k.values[optionLinger], k.values[optionLingerTime] = 0, int32(x>>32)
		if x&0xFFFFFFFF != 0 {
			k.values[optionLinger] = 1
		}
		return 0
	}
	if y >= 1_000_000 {
		return sys.EDOM
	}
	ns := uint64(never)
	if x|y != 0 && x < 1<<32 {
		ns = x*second + y*1000
	}
	if name == soRcvTimeo {
		k.receiveTimeout = ns
	} else {
		k.sendTimeout = ns
	}
	return 0
}

// getsockopt is getsockopt(fd, level, name, value, size).
func (s *System) getsockopt(t *thread, k *socket, a *arguments) sys.Errno {
	level, name := a[1]&0xFFFFFFFF, a[2]&0xFFFFFFFF
	var b [16]byte
	n := 4
	v := uint64(0)
	if i := k.findOption(level, name); i >= 0 {
		v = uint64(uint32(k.values[i]))
	} else if level != levelSocket {
		return k.unknownOption(level)
	} else {
		switch name {
		case soType:
			v = uint64(k.kind)
		case soError:
			v = uint64(k.fail())
		case soAcceptConn:
			v = uint64(choose(k.state == socketListening, 1))
		case soProtocol:
			v = uint64(k.protocol)
		case soDomain:
			v = uint64(k.family)
		case soLinger:
			v, n = uint64(uint32(k.values[optionLinger]))|uint64(uint32(k.values[optionLingerTime]))<<32, 8
		case soRcvTimeo, soSndTimeo:
			ns := k.receiveTimeout
			if name == soSndTimeo {
				ns = k.sendTimeout
			}
			if n = 16; ns != never {
				v = ns / second
				put(b[:], 8, ns%second/1000)
			}
		case soPeerCred:
			if k.family != afUnix {
				return sys.ENOPROTOOPT
			}
			if v, n = uint64(k.partner), 12; v == 0 {
				put(b[:], 4, ^uint64(0)) // nobody: uid and gid are -1
			}
		default:
			return sys.ENOPROTOOPT
		}
	}
	if n == 12 {
		b[0], b[1], b[2], b[3] = byte(v), byte(v>>8), byte(v>>16), byte(v>>24)
	} else {
		put(b[:], 0, v)
	}
	return writeOption(t.space, b[:n], a[3], a[4])
}

// writeOption gives a program the value of an option, cut to the room that it has; the
// size told is that of what was written.
func writeOption(sp *space, b []byte, addr, size uint64) sys.Errno {
	var w [4]byte
	if !sp.copyIn(w[:], size) {
		return sys.EFAULT
	}
	room := uint32(w[0]) | uint32(w[1])<<8 | uint32(w[2])<<16 | uint32(w[3])<<24
	if int32(room) < 0 {
		return sys.EINVAL
	}
	b = b[:min(uint64(room), uint64(len(b)))]
	w = [4]byte{byte(len(b))}
	if !sp.copyOut(addr, b) || !sp.copyOut(size, w[:]) {
		return sys.EFAULT
	}
	return 0
}

// setGroup has a socket join and leave groups of multicast, which are here for the
// loopback alone. ENOPROTOOPT: it is another option.
func (k *socket) setGroup(sp *space, level, option, addr, size uint64) sys.Errno {
	var b [20]byte
	n, join, leave := min(size, uint64(len(b))), uint64(ipAddGroup), uint64(ipDropGroup)
	if level == levelIPv6 {
		join, leave = ipv6AddGroup, ipv6DropGroup
	}
	switch {
	case level == levelIP && option == ipMulticastIf || level == levelIPv6 && option == ipv6MulticastIf:
		if size < 4 {
			return sys.EINVAL
		}
		return 0
	case option != join && option != leave:
		return sys.ENOPROTOOPT
	case k.tcp():
		return sys.EPROTO
	case level == levelIP && size < 8 || level == levelIPv6 && size < 20:
		return sys.EINVAL
	case !sp.copyIn(b[:n], addr):
		return sys.EFAULT
	}
	var m name
	if level == levelIP {
		m.set(true, 0, 0)
		copy(m.text[12:ipBytes], b[:4])
	} else {
		m.n = ipBytes
		copy(m.text[:ipBytes], b[:ipBytes])
	}
	if !m.multicast() {
		return sys.EINVAL
	}
	return k.changeGroup(&m, option == join)
}

func (k *socket) changeGroup(m *name, join bool) sys.Errno {
	free := -1
	for i := range k.groups {
		g := &k.groups[i]
		switch {
		case g.n == 0:
			free = i
		case sameIP(g, m):
			if join {
				return sys.EADDRINUSE
			}
			g.n = 0
			return 0
		}
	}
	switch {
	case !join:
		return sys.EADDRNOTAVAIL
	case free < 0:
		return sys.ENOBUFS
	}
	k.groups[free] = *m
	return 0
}
