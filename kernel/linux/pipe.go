package linux

import (
	"pxos/kernel/fs"
	"pxos/kernel/phys"
	"pxos/kernel/sys"
)

// pipeBytes is what a pipe holds, pipeAtomic what is written whole or not at all: as
// on Linux.
const (
	pipeBytes  = 64 << 10
	pipeAtomic = 4096
)

// pipe is bytes on their way from its write ends to its read ends.
type pipe struct {
	source           source
	pages            [pipeBytes / phys.PageBytes]uint64
	head, tail       uint64 // bytes written and read since the start
	readers, writers int
	opened           [2]uint64 // how often, of a fifo: for reading, for writing
	fifo             *fs.Inode // nil for a pipe without a name
}

// pipe2 makes a pipe and opens both of its ends.
func (s *System) pipe2(p *process, sp *space, addr, flags uint64) uint64 {
	if flags&^(sys.O_CLOEXEC|sys.O_NONBLOCK|0x4000) != 0 { // O_DIRECT: packets, as bytes
		return sys.EINVAL.Result()
	}
	q := s.pipes.take(s)
	if q == nil {
		return sys.ENFILE.Result()
	}
	q.readers, q.writers = 1, 1
	var fds [2]uint64
	for end := range fds {
		k, access := kindReadEnd, uint64(sys.O_RDONLY)
		if end == 1 {
			k, access = kindWriteEnd, sys.O_WRONLY
		}
		f, fd := s.openEnd(p, q, k, access|flags&sys.O_NONBLOCK, flags)
		if f == nil {
			if end == 0 {
				q.writers--
				s.hangUp(q)
			} else {
				s.closeDescriptor(p, fds[0])
			}
			return fd
		}
		fds[end] = fd
	}
	var b [8]byte
	put(b[:], 0, fds[0]|fds[1]<<32)
	if !sp.copyOut(addr, b[:]) {
		s.closeDescriptor(p, fds[0])
		s.closeDescriptor(p, fds[1])
		return sys.EFAULT.Result()
	}
	return 0
}

// openEnd opens an end of a pipe, which counts it already. Where it cannot, the end is
// gone from the pipe.
func (s *System) openEnd(p *process, q *pipe, k kind, flags, cloexec uint64) (*file, uint64) {
	f := s.files.take(s)
	if f == nil {
		if k == kindReadEnd {
			q.readers--
		} else {
			q.writers--
		}
		s.hangUp(q)
		return nil, sys.ENFILE.Result()
	}
	f.kind, f.flags, f.pipe = k, flags, q
	fd := s.install(p, f, 0, cloexec)
	if fd >= maxDescriptors {
		return nil, fd
	}
	return f, fd
}

// hangUp is after an end was closed: the other side learns it; with the last end the
// pipe is gone.
func (s *System) hangUp(q *pipe) {
	if q.readers > 0 || q.writers > 0 {
		s.notify(&q.source)
		return
	}
	for _, pa := range &q.pages {
		if pa != 0 {
			s.Keeper.Frames.Release(pa)
		}
	}
	if q.fifo != nil {
		q.fifo.Extra = 0
	}
	s.pipes.give(q)
}

// closeEnd is when an open end of a pipe is closed; a fifo that is open for both is both.
func (s *System) closeEnd(f *file) {
	q := f.pipe
	if f.kind == kindReadEnd {
		q.readers--
	}
	if f.kind == kindWriteEnd || f.canWrite() {
		q.writers--
	}
	s.hangUp(q)
}

// part is the memory at a position of a pipe, up to the end of its page.
func (q *pipe) part(at uint64) []byte {
	pa := q.pages[at%pipeBytes/phys.PageBytes]
	return phys.Bytes(pa, phys.PageBytes)[at%phys.PageBytes:]
}

func (s *System) readPipe(t *thread, f *file, x transfer) (result uint64, done bool) {
	q := f.pipe
	if x.n == 0 {
		return 0, true
	}
	if q.head == q.tail {
		switch {
		case q.writers == 0:
			return 0, true
		case f.flags&sys.O_NONBLOCK != 0:
			return sys.EAGAIN.Result(), true
		}
		s.block(t, &q.source, never, 0)
		return 0, false
	}
	got := uint64(0)
	for got < x.n && q.tail < q.head {
		b := q.part(q.tail)
		n := min(x.chunk(got), uint64(len(b)), q.head-q.tail)
		if !t.space.copyOut(x.addr+got, b[:n]) {
			got = moved(got)
			break
		}
		q.tail += n
		got += n
	}
	s.notify(&q.source)
	return got, true
}

func (s *System) writePipe(t *thread, f *file, x transfer) (result uint64, done bool) {
	q := f.pipe
	if !t.started {
		t.done = 0
	}
	before := t.done
	for t.done < x.n {
		room := pipeBytes - (q.head - q.tail)
		if q.readers == 0 {
			if t.done > before {
				break
			}
			s.raise(t, sigPIPE)
			return sys.EPIPE.Result(), true
		}
		if room == 0 || x.n <= pipeAtomic && room < x.n {
			break
		}
		page := &q.pages[q.head%pipeBytes/phys.PageBytes]
		if *page == 0 {
			if *page = s.frame(); *page == 0 {
				return sys.ENOMEM.Result(), true
			}
		}
		b := q.part(q.head)
		n := min(x.chunk(t.done), uint64(len(b)), room)
		if !t.space.copyIn(b[:n], x.addr+t.done) {
			return moved(t.done), true
		}
		q.head += n
		t.done += n
	}
	if t.done > before {
		s.notify(&q.source)
	}
	switch {
	case t.done == x.n || t.done > 0 && f.flags&sys.O_NONBLOCK != 0:
		return t.done, true
	case f.flags&sys.O_NONBLOCK != 0:
		return sys.EAGAIN.Result(), true
	}
	t.started = true
	s.block(t, &q.source, never, 0)
	return 0, false
}
