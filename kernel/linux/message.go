package linux

import (
	"pxos/kernel/phys"
	"pxos/kernel/sys"
)

// Flags of send and recv, linux/socket.h.
const (
	msgPeek        = 0x2
	msgOOB         = 0x1
	msgCTrunc      = 0x8
	msgTrunc       = 0x20
	msgDontWait    = 0x40
	msgEOR         = 0x80
	msgWaitAll     = 0x100
	msgErrQueue    = 0x2000
	msgNoSignal    = 0x4000
	msgCmsgCloexec = 0x40000000
)

// Control messages, linux/socket.h.
const (
	solSocket      = 1
	scmRights      = 1
	scmCredentials = 2
	cmsgBytes      = 16 // of a struct cmsghdr
	msghdrBytes    = 56
	maxVectors     = 1024       // UIO_MAXIOV
	maxMessage     = 0x7FFFF000 // MAX_RW_COUNT
)

// cursor goes through the memory of a program that a call names: one piece, or what an
// array of struct iovec lists.
type cursor struct {
	space  *space
	vector uint64 // of those that come next
	left   uint64
	addr   uint64 // of the piece that it is in
	n      uint64
}

// next brings the cursor to a piece that is not empty. It says no at the end.
func (c *cursor) next() bool {
	for c.n == 0 {
		var w [2]uint64
		if c.left == 0 || !getWords(c.space, w[:], c.vector) {
			return false
		}
		c.addr, c.n = w[0], min(w[1], maxMessage)
		c.vector += 16
		c.left--
	}
	return true
}

func (c *cursor) step(n uint64) { c.addr, c.n = c.addr+n, c.n-n }

// skip passes over bytes that an earlier try has moved.
func (c *cursor) skip(n uint64) bool {
	for n > 0 {
		if !c.next() {
			return false
		}
		part := min(n, c.n)
		c.step(part)
		n -= part
	}
	return true
}

// copyIn takes the next bytes from the program, copyOut gives it some.
func (c *cursor) copyIn(b []byte) bool {
	for len(b) > 0 {
		if !c.next() {
			return false
		}
		n := min(c.n, uint64(len(b)), phys.PageBytes)
		if !c.space.copyIn(b[:n], c.addr) {
			return false
		}
		c.step(n)
		b = b[n:]
	}
	return true
}

func (c *cursor) copyOut(b []byte) bool {
	for len(b) > 0 {
		if !c.next() {
			return false
		}
		n := min(c.n, uint64(len(b)), phys.PageBytes)
		if !c.space.copyOut(c.addr, b[:n]) {
			return false
		}
		c.step(n)
		b = b[n:]
	}
	return true
}

// message is what a call sends or receives.
type message struct {
	data        cursor
	bytes       uint64 // of all pieces
	flags       uint64
	addr, size  uint64 // of the other side's address; sendmsg and sendto: as given
	sizeAt      uint64 // recvfrom: where its size is read and written
	control     uint64
	controlSize uint64
	header      uint64 // of recvmsg: the struct msghdr, where results go
	vectored    bool   // more than plain bytes may be wanted: sendmsg, recvmsg
	got         uint64 // flags that recvmsg tells
}

// plain makes a message of one piece of memory.
func (m *message) plain(sp *space, addr, n, flags uint64) {
	m.data = cursor{space: sp, addr: addr, n: min(n, maxMessage)}
	m.bytes, m.flags = m.data.n, flags
}

// pieces makes a message of an array of struct iovec.
func (m *message) pieces(sp *space, vector, count uint64) sys.Errno {
	if count > maxVectors {
		return sys.EMSGSIZE
	}
	m.data = cursor{space: sp, vector: vector, left: count}
	m.bytes = 0
	for i := range count {
		var w [2]uint64
		if !getWords(sp, w[:], vector+16*i) {
			return sys.EFAULT
		}
		if int64(w[1]) < 0 {
			return sys.EINVAL
		}
		m.bytes = min(m.bytes+min(w[1], maxMessage), maxMessage)
	}
	return 0
}

// readHeader reads a struct msghdr.
func (m *message) readHeader(sp *space, addr, flags uint64) sys.Errno {
	var w [7]uint64
	if !getWords(sp, w[:], addr) {
		return sys.EFAULT
	}
	m.addr, m.size = w[0], w[1]&0xFFFFFFFF
	m.control, m.controlSize = w[4], w[5]
	m.header, m.vectored, m.flags, m.got = addr, true, flags, flags&msgCmsgCloexec
	if m.addr == 0 {
		m.size = 0
	}
	if int32(m.size) < 0 {
		return sys.EINVAL
	}
	m.size = min(m.size, storageBytes)
	return m.pieces(sp, w[2], w[3])
}

// writeHeader tells the results of recvmsg: sizes of the address and of the control
// messages, and flags.
func (m *message) writeHeader(sp *space, nameSize, controlUsed uint64) bool {
	var b [8]byte
	put(b[:], 0, nameSize)
	if !sp.copyOut(m.header+8, b[:4]) {
		return false
	}
	put(b[:], 0, controlUsed)
	if !sp.copyOut(m.header+40, b[:]) {
		return false
	}
	put(b[:], 0, m.got)
	return sp.copyOut(m.header+48, b[:4])
}

// waits says whether a call on a file is to wait.
func (m *message) waits(f *file) bool {
	return f.flags&sys.O_NONBLOCK == 0 && m.flags&msgDontWait == 0
}

// readControl reads the control messages of sendmsg. Files that are to be passed on
// come held.
func (s *System) readControl(t *thread, k *socket, m *message) (*passed, sys.Errno) {
	if m.controlSize > 20480 { // net.core.optmem_max
		return nil, sys.ENOBUFS
	}
	var r *passed
	for at := uint64(0); at+cmsgBytes <= m.controlSize; {
		var w [2]uint64
		e := sys.Errno(0)
		if !getWords(t.space, w[:], m.control+at) {
			e = sys.EFAULT
		} else if w[0] < cmsgBytes || w[0] > m.controlSize-at {
			e = sys.EINVAL
		} else if k.family == afUnix && w[1]&0xFFFFFFFF == solSocket {
			switch w[1] >> 32 {
			case scmRights:
				r, e = s.holdRights(t, r, m.control+at+cmsgBytes, (w[0]-cmsgBytes)/4)
			case scmCredentials:
				e = checkCredentials(t, m.control+at+cmsgBytes, w[0]-cmsgBytes)
			default:
				e = sys.EINVAL
			}
		}
		if e != 0 {
			if r != nil {
				s.dropRights(r)
			}
			return nil, e
		}
		at += (w[0] + 7) &^ 7
	}
	return r, 0
}

// holdRights adds open files of a program to those that are to be passed on.
func (s *System) holdRights(t *thread, r *passed, addr, count uint64) (*passed, sys.Errno) {
	for i := range count {
		var b [4]byte
		if !t.space.copyIn(b[:], addr+4*i) {
			return r, sys.EFAULT
		}
		f := t.process.file(uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24)
		switch {
		case f == nil:
			return r, sys.EBADF
		case s.network.flight >= maxFlight:
			return r, sys.ETOOMANYREFS
		case r == nil:
			if r = s.network.rights.take(s); r == nil {
				return nil, sys.ENOMEM
			}
		case r.count == maxRights:
			return r, sys.EINVAL
		}
		f.refs++
		s.network.flight++
		r.files[r.count] = f
		r.count++
	}
	return r, 0
}

// checkCredentials looks at a struct ucred that a program sends: root may say what it
// likes, but a process that is not there cannot have sent it.
func checkCredentials(t *thread, addr, n uint64) sys.Errno {
	var b [12]byte
	if n != uint64(len(b)) {
		return sys.EINVAL
	}
	if !t.space.copyIn(b[:], addr) {
		return sys.EFAULT
	}
	if get(b[:], 0)&0xFFFFFFFF != uint64(t.process.id) || get(b[:], 4) != 0 {
		return sys.EPERM
	}
	return 0
}

// delivery is what goes with the bytes of one receive.
type delivery struct {
	from    *name // nil: nobody's
	rights  *passed
	process uint32
	kept    bool // MSG_PEEK: the files stay where they are, too
	to      [4]byte
	port    uint16 // 0: where it was to go is the receiver itself
}

// deliverControl ends a receive: the sender's address, files, credentials and flags go
// to the program. What does not fit is said to be cut off, and closed.
func (s *System) deliverControl(t *thread, k *socket, m *message, d *delivery) sys.Errno {
	nameSize, e := deliverName(t.space, k, m, d)
	if e != 0 || !m.vectored {
		if d.rights != nil && !d.kept {
			s.dropRights(d.rights)
		}
		return e
	}
	used := s.putCredentials(t.space, k, m, d) + s.putDestination(t.space, k, m, d)
	if d.rights != nil {
		used += s.installRights(t, m, d, used)
	}
	if !m.writeHeader(t.space, nameSize, used) {
		return sys.EFAULT
	}
	return 0
}

// deliverName tells the sender's address: to recvfrom with its size, to recvmsg without.
func deliverName(sp *space, k *socket, m *message, d *delivery) (size uint64, e sys.Errno) {
	var b [storageBytes]byte
	n := 0
	if d.from != nil && !(k.family == afUnix && d.from.n == 0) {
		n = d.from.format(k.family, &b)
	}
	if m.sizeAt != 0 {
		return 0, writeSized(sp, b[:n], m.addr, m.sizeAt)
	}
	if m.addr == 0 {
		return 0, 0
	}
	if !sp.copyOut(m.addr, b[:min(uint64(n), m.size)]) {
		return 0, sys.EFAULT
	}
	return uint64(n), 0
}

// putCredentials tells who sent a packet, where the receiver wants to know.
func (s *System) putCredentials(sp *space, k *socket, m *message, d *delivery) uint64 {
	const whole = cmsgBytes + 16
	if k.family != afUnix || k.values[optionPassCred] == 0 {
		return 0
	}
	if m.controlSize < whole {
		m.got |= msgCTrunc
		return 0
	}
	w := [4]uint64{cmsgBytes + 12, solSocket | scmCredentials<<32, uint64(d.process)}
	if !putWords(sp, m.control, w[:]) {
		return 0
	}
	return whole
}

// installRights gives a program descriptors for files that came, and says how many
// bytes of control messages tell of them.
func (s *System) installRights(t *thread, m *message, d *delivery, used uint64) uint64 {
	r, fits := d.rights, uint64(0)
	if m.controlSize >= used+cmsgBytes {
		fits = (m.controlSize - used - cmsgBytes) / 4
	}
	cloexec := uint64(0)
	if m.flags&msgCmsgCloexec != 0 {
		cloexec = sys.O_CLOEXEC
	}
	at, n := m.control+used, uint64(0)
	for n < min(fits, uint64(r.count)) {
		fd := s.install(t.process, r.files[n], 0, cloexec)
		if fd >= maxDescriptors {
			break
		}
		b := [4]byte{byte(fd), byte(fd >> 8)}
		if !t.space.copyOut(at+cmsgBytes+4*n, b[:]) {
			s.closeDescriptor(t.process, fd)
			break
		}
		n++
	}
	if n < uint64(r.count) {
		m.got |= msgCTrunc
	}
	if !d.kept {
		s.dropRights(r)
	}
	w := [2]uint64{cmsgBytes + 4*n, solSocket | scmRights<<32}
	if n == 0 || !putWords(t.space, at, w[:]) {
		return 0
	}
	return min((w[0]+7)&^7, m.controlSize-used)
}
