package linux

import (
	"pxos/kernel/fs"
	"pxos/kernel/phys"
	"pxos/kernel/sys"
)

// spliceNonblock is SPLICE_F_NONBLOCK, linux/splice.h; the other flags are advice.
const (
	spliceNonblock = 2
	spliceFlags    = 0xF
)

// conduit is one side of splice and sendfile: a pipe, a stream socket or a file.
type conduit struct {
	file  *file
	at    uint64 // where in a file of the tree
	given bool   // the program said where: the file's own offset stays
}

// splice moves bytes from one file to another of which one is a pipe, without a
// program's memory between. It may move fewer than were wanted.
func (s *System) splice(t *thread, a *arguments) (result uint64, done bool) {
	in, out := conduit{file: t.process.file(a[0] & 0xFFFFFFFF)}, conduit{file: t.process.file(a[2] & 0xFFFFFFFF)}
	switch {
	case a[5]&^spliceFlags != 0:
		return sys.EINVAL.Result(), true
	case in.file == nil || out.file == nil || !in.file.canRead() || !out.file.canWrite():
		return sys.EBADF.Result(), true
	case !in.file.piped() && !out.file.piped() || in.file.pipe != nil && in.file.pipe == out.file.pipe:
		return sys.EINVAL.Result(), true
	case out.file.flags&sys.O_APPEND != 0 || !in.carries() || !out.carries():
		return sys.EINVAL.Result(), true
	}
	if e := in.place(t.space, a[1]); e != 0 {
		return e.Result(), true
	}
	if e := out.place(t.space, a[3]); e != 0 {
		return e.Result(), true
	}
	result, done = s.carry(t, &in, &out, a[4], a[5]&spliceNonblock != 0)
	if done && int64(result) > 0 && !(in.leave(t.space, a[1]) && out.leave(t.space, a[3])) {
		return sys.EFAULT.Result(), true
	}
	return result, done
}

// sendfile moves bytes from a file of the tree to another file, as splice does.
func (s *System) sendfile(t *thread, a *arguments) (result uint64, done bool) {
	out, in := conduit{file: t.process.file(a[0] & 0xFFFFFFFF)}, conduit{file: t.process.file(a[1] & 0xFFFFFFFF)}
	switch {
	case in.file == nil || out.file == nil || !in.file.canRead() || !out.file.canWrite():
		return sys.EBADF.Result(), true
	case in.file.kind != kindTree || !in.carries() || !out.carries() || out.file.flags&sys.O_APPEND != 0 || int64(a[3]) < 0:
		return sys.EINVAL.Result(), true
	}
	if e := in.place(t.space, a[2]); e != 0 {
		return e.Result(), true
	}
	out.at = out.file.offset
	result, done = s.carry(t, &in, &out, a[3], false)
	if done && int64(result) > 0 && !(in.leave(t.space, a[2]) && out.leave(t.space, 0)) {
		return sys.EFAULT.Result(), true
	}
	return result, done
}

// piped says whether a file is an end of a pipe.
func (f *file) piped() bool { return f.kind == kindReadEnd || f.kind == kindWriteEnd }

// carries says whether splice knows a file.
func (c *conduit) carries() bool {
	f := c.file
	switch f.kind {
	case kindReadEnd, kindWriteEnd:
		return true
	case kindSocket:
		return f.socket.kind == sockStream && f.socket.family != afNetlink
	case kindDevice:
		return f.device == deviceNull
	case kindTree:
		return f.inode.Kind() == fs.Regular
	}
	return false
}

// place finds where in a file a conduit begins; leave tells where it has ended.
func (c *conduit) place(sp *space, addr uint64) sys.Errno {
	var w [1]uint64
	switch {
	case addr == 0:
		c.at = c.file.offset
		return 0
	case c.file.kind != kindTree:
		return sys.ESPIPE
	case !getWords(sp, w[:], addr):
		return sys.EFAULT
	case int64(w[0]) < 0:
		return sys.EINVAL
	}
	c.at, c.given = w[0], true
	return 0
}

func (c *conduit) leave(sp *space, addr uint64) bool {
	if c.given {
		w := [1]uint64{c.at}
		return putWords(sp, addr, w[:])
	}
	if c.file.kind == kindTree {
		c.file.offset = c.at
	}
	return true
}

// carry moves up to n bytes, and waits where none can be moved now.
func (s *System) carry(t *thread, in, out *conduit, n uint64, nonblock bool) (result uint64, done bool) {
	n = min(n, maxTransfer)
	moved := uint64(0)
	for moved < n {
		room, e := s.roomIn(out)
		if e == sys.EPIPE && moved == 0 {
			s.raise(t, sigPIPE)
		}
		part, wait := uint64(0), s.changes(out.file)
		if e == 0 && room > 0 {
			part, e = s.fetch(in, fillBuffer[:min(n-moved, room, phys.PageBytes)])
			wait = s.changes(in.file)
			if e == 0 && part == 0 {
				return moved, true // the end of what there is
			}
		}
		if part > 0 {
			part, e = s.deposit(t, out, fillBuffer[:part])
			s.consume(in, part)
			moved += part
		}
		switch {
		case part > 0:
		case moved > 0:
			return moved, true
		case e != 0 && e != sys.EAGAIN:
			return e.Result(), true
		case nonblock || in.file.flags&sys.O_NONBLOCK != 0 && wait == s.changes(in.file) || out.file.flags&sys.O_NONBLOCK != 0 && wait == s.changes(out.file):
			return sys.EAGAIN.Result(), true
		default:
			s.block(t, wait, never, 0)
			return 0, false
		}
	}
	return moved, true
}

// roomIn is how much a file takes now.
func (s *System) roomIn(c *conduit) (uint64, sys.Errno) {
	f := c.file
	switch f.kind {
	case kindWriteEnd, kindReadEnd:
		if f.pipe.readers == 0 {
			return 0, sys.EPIPE
		}
		return pipeBytes - (f.pipe.head - f.pipe.tail), 0
	case kindSocket:
		k := f.socket
		switch {
		case k.state == socketConnecting:
			return 0, sys.EAGAIN
		case k.tcp() && k.trouble != 0:
			return 0, k.fail()
		case k.state != socketConnected || k.closed || k.peer == nil:
			return 0, sys.EPIPE
		}
		return k.peer.in.room(), 0
	}
	return phys.PageBytes, 0
}

// fetch copies what comes next in a file, and leaves it there. None without an error is
// the end, EAGAIN that there is none now.
func (s *System) fetch(c *conduit, b []byte) (uint64, sys.Errno) {
	f := c.file
	switch f.kind {
	case kindReadEnd, kindWriteEnd:
		q := f.pipe
		if q.head == q.tail {
			if q.writers == 0 {
				return 0, 0
			}
			return 0, sys.EAGAIN
		}
		n := min(uint64(len(b)), q.head-q.tail)
		return uint64(copy(b[:n], q.part(q.tail))), 0
	case kindSocket:
		k := f.socket
		if p := k.in.first; p != nil {
			return uint64(copy(b, p.memory()[p.start:p.end])), 0
		}
		switch {
		case k.trouble != 0 && !k.ended:
			return 0, k.fail()
		case k.closedIn:
			return 0, 0
		case k.state != socketConnected:
			return 0, sys.ENOTCONN
		}
		return 0, sys.EAGAIN
	case kindDevice:
		return 0, 0
	}
	return uint64(s.Files.ReadAt(f.inode, c.at, b)), 0
}

// consume takes away what was fetched and could be put elsewhere.
func (s *System) consume(c *conduit, n uint64) {
	f := c.file
	switch f.kind {
	case kindReadEnd, kindWriteEnd:
		f.pipe.tail += n
		s.notify(&f.pipe.source)
	case kindSocket:
		k := f.socket
		room := k.in.room()
		if p := k.in.first; n < p.end-p.start {
			p.start += n
			k.in.bytes -= n
		} else {
			s.dropPacket(&k.in) // with files that came with it: they have no receiver
		}
		if o := k.peer; o != nil && room < lowWater && k.in.room() >= lowWater {
			s.notify(&o.source)
		}
	default:
		c.at += n
	}
}

// deposit adds bytes to a file, and says how many.
func (s *System) deposit(t *thread, c *conduit, b []byte) (uint64, sys.Errno) {
	f := c.file
	switch f.kind {
	case kindWriteEnd, kindReadEnd:
		q := f.pipe
		page := &q.pages[q.head%pipeBytes/phys.PageBytes]
		if *page == 0 {
			if *page = s.frame(); *page == 0 {
				return 0, sys.ENOMEM
			}
		}
		n := uint64(copy(q.part(q.head), b))
		q.head += n
		s.notify(&q.source)
		return n, 0
	case kindSocket:
		o := f.socket.peer
		n, e := s.keep(&o.in, b, t.process.id)
		if n > 0 {
			s.notify(&o.source)
		}
		return n, e
	case kindDevice:
		return uint64(len(b)), 0
	}
	s.supply()
	n, e := s.Files.WriteAt(f.inode, c.at, b, s.time())
	c.at += uint64(n)
	return uint64(n), e
}

// keep adds bytes of the kernel's to a stream.
func (s *System) keep(q *queue, b []byte, process uint32) (uint64, sys.Errno) {
	p := q.last
	if p == nil || p.end == phys.PageBytes || p.rights != nil || p.process != process {
		if p = s.newPacket(true); p == nil {
			return 0, sys.ENOBUFS
		}
		p.process = process
		q.push(p)
	}
	n := uint64(copy(p.memory()[p.end:], b))
	p.end += n
	q.bytes += n
	return n, 0
}
