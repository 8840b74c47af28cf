package linux

import (
	"pxos/kernel/sys"
)

// invokeSocket has the calls on sockets, and splice and sendfile.
func (s *System) invokeSocket(t *thread, n uint64, a *arguments) (result uint64, done bool) {
	switch n {
	case sysSplice:
		return s.splice(t, a)
	case sysSendfile:
		return s.sendfile(t, a)
	case sysSocket:
		return s.socket(t.process, a[0]&0xFFFFFFFF, a[1]&0xFFFFFFFF, a[2]&0xFFFFFFFF), true
	case sysSocketpair:
		return s.socketpair(t, a[0]&0xFFFFFFFF, a[1]&0xFFFFFFFF, a[2]&0xFFFFFFFF, a[3]), true
	}
	f := t.process.file(a[0] & 0xFFFFFFFF)
	switch {
	case f == nil || f.flags&sys.O_PATH != 0:
		return sys.EBADF.Result(), true
	case f.kind != kindSocket:
		return sys.ENOTSOCK.Result(), true
	}
	switch n {
	case sysConnect:
		return s.connect(t, f, a[1], a[2])
	case sysAccept:
		return s.accept(t, f, a[1], a[2], 0)
	case sysAccept4:
		return s.accept(t, f, a[1], a[2], a[3]&0xFFFFFFFF)
	case sysSendto, sysRecvfrom, sysSendmsg, sysRecvmsg:
		return s.transmit(t, f, n, a)
	}
	return s.invokeName(t, f.socket, n, a), true
}

// invokeName has the calls that move nothing and do not wait.
func (s *System) invokeName(t *thread, k *socket, n uint64, a *arguments) uint64 {
	switch n {
	case sysBind:
		return s.bind(t, k, a[1], a[2])
	case sysListen:
		return s.listen(k, a[1]).Result()
	case sysShutdown:
		return s.shutdown(k, a[1]&0xFFFFFFFF).Result()
	case sysGetsockname:
		m := k.local
		if k.inet() && m.n == 0 {
			m.set(k.family == afInet, 0, 0)
		}
		return m.writeName(t.space, k.family, a[1], a[2]).Result()
	case sysGetpeername:
		if k.family != afNetlink && (k.state != socketConnected || k.udp() && k.remote.port == 0) {
			return sys.ENOTCONN.Result()
		}
		return k.remote.writeName(t.space, k.family, a[1], a[2]).Result()
	case sysSetsockopt:
		return s.setsockopt(t, k, a).Result()
	case sysGetsockopt:
		return s.getsockopt(t, k, a).Result()
	}
	return sys.ENOSYS.Result()
}

// connect is connect(fd, address).
func (s *System) connect(t *thread, f *file, addr, size uint64) (result uint64, done bool) {
	k := f.socket
	var head [2]byte
	if int32(size) >= 2 && t.space.copyIn(head[:], addr) && head[0] == afUnspec && head[1] == 0 {
		if k.stream() && k.state == socketConnected && k.tcp() {
			k.abandoned = true
			s.hangUpStream(k)
			k.reset()
			k.trouble = 0
			s.notify(&k.source)
		} else if !k.stream() {
			s.disconnect(k)
		}
		return 0, true
	}
	var m name
	if e := k.readName(t.space, &m, addr, size); e != 0 {
		return e.Result(), true
	}
	switch {
	case k.family == afNetlink:
		return 0, true
	case k.stream():
		return s.connectStream(t, f, &m)
	}
	return s.connectDatagram(t, k, &m).Result(), true
}

// transmit has the calls that send and receive.
func (s *System) transmit(t *thread, f *file, n uint64, a *arguments) (result uint64, done bool) {
	var m message
	switch n {
	case sysSendto, sysRecvfrom:
		if int64(a[2]) < 0 {
			a[2] = maxMessage
		}
		m.plain(t.space, a[1], a[2], a[3]&0xFFFFFFFF)
		if a[4] == 0 {
			break
		}
		m.addr = a[4]
		if n == sysRecvfrom {
			m.sizeAt = a[5]
		} else {
			m.size = a[5] & 0xFFFFFFFF
		}
	default:
		if e := m.readHeader(t.space, a[1], a[2]&0xFFFFFFFF); e != 0 {
			return e.Result(), true
		}
	}
	if n == sysSendto || n == sysSendmsg {
		return s.sendMessage(t, f, &m)
	}
	return s.receiveMessage(t, f, &m)
}

// sendMessage sends a message on a socket.
func (s *System) sendMessage(t *thread, f *file, m *message) (result uint64, done bool) {
	k := f.socket
	switch {
	case k.family == afNetlink:
		return s.sendNetlink(t, k, m), true
	case k.kind == sockStream:
		return s.sendStream(t, f, m)
	case k.family == afUnix:
		return s.sendPacket(t, f, m)
	}
	return s.sendDatagram(t, k, m), true
}

// receiveMessage receives a message from a socket.
func (s *System) receiveMessage(t *thread, f *file, m *message) (result uint64, done bool) {
	if f.socket.kind == sockStream {
		return s.receiveStream(t, f, m)
	}
	return s.receivePacket(t, f, m)
}

// moveSocket has read and write of a socket.
func (s *System) moveSocket(t *thread, f *file, x transfer, reads bool) (result uint64, done bool) {
	var m message
	m.plain(t.space, x.addr, x.n, 0)
	if reads && x.n == 0 && f.socket.kind == sockStream {
		return 0, true
	}
	if reads {
		return s.receiveMessage(t, f, &m)
	}
	return s.sendMessage(t, f, &m)
}

// moveVectors has readv and writev of a socket: the pieces are one packet.
func (s *System) moveVectors(t *thread, f *file, a *arguments, reads bool) (result uint64, done bool) {
	var m message
	if a[2] > maxVectors {
		return sys.EINVAL.Result(), true
	}
	if e := m.pieces(t.space, a[1], a[2]); e != 0 {
		return e.Result(), true
	}
	if m.bytes == 0 && f.socket.kind == sockStream {
		return 0, true
	}
	if reads {
		return s.receiveMessage(t, f, &m)
	}
	return s.sendMessage(t, f, &m)
}

// Requests of ioctl, asm-generic/ioctls.h.
const (
	fionRead = 0x541B
	fionBIO  = 0x5421
	tiocOutq = 0x5411
)

// ioctl tells how many bytes wait, sets whether calls do, and has what a terminal takes.
func (s *System) ioctl(t *thread, f *file, request, addr uint64) uint64 {
	v := uint64(0)
	switch {
	case request == fionBIO:
		var b [4]byte
		if !t.space.copyIn(b[:], addr) {
			return sys.EFAULT.Result()
		}
		f.flags &^= sys.O_NONBLOCK
		if !zero(b[:]) {
			f.flags |= sys.O_NONBLOCK
		}
		return 0
	case request == fionRead && (f.kind == kindReadEnd || f.kind == kindWriteEnd):
		v = f.pipe.head - f.pipe.tail
	case request == fionRead && f.kind == kindSocket:
		k := f.socket
		switch {
		case k.state == socketListening:
			return sys.EINVAL.Result()
		case k.kind == sockStream || k.in.first == nil:
			v = k.in.bytes
		default:
			v, _ = k.in.first.size()
		}
	case request == tiocOutq && f.kind == kindSocket:
		if o := f.socket.peer; o != nil && f.socket.stream() {
			v = o.in.bytes
		}
	case f.kind == kindFrame:
		return s.ioctlFrame(t, request, addr)
	case f.kind == kindConsole:
		return s.ioctlConsole(t, request, addr)
	default:
		return sys.ENOTTY.Result()
	}
	b := [4]byte{byte(v), byte(v >> 8), byte(v >> 16), byte(v >> 24)}
	if !t.space.copyOut(addr, b[:]) {
		return sys.EFAULT.Result()
	}
	return 0
}

// forsake is after the last one closed a file: no epoll instance watches it any more,
// and no thread waits for it.
func (s *System) forsake(f *file) {
	src := s.changes(f)
	if src == nil {
		return
	}
	for at := src.watches; at != nil; {
		beside := at.beside
		if at.file == f {
			s.endWatch(at.epoll, at)
		}
		at = beside
	}
	s.notify(src)
}
