package linux

import (
	"pxos/kernel/fs"
	"pxos/kernel/sys"
)

// A fifo is a pipe with a name: while anybody has it open, its inode's Extra says where
// the pipe is.

// openFifo opens an end of a fifo. Without O_NONBLOCK it waits until the other end is
// opened: fifo(7).
func (s *System) openFifo(t *thread, i *fs.Inode, flags uint64) (result uint64, done bool) {
	access := flags & sys.O_ACCMODE
	q := s.pipeAt(i.Extra)
	if access == sys.O_WRONLY && flags&sys.O_NONBLOCK != 0 && (q == nil || q.readers == 0) {
		return sys.ENXIO.Result(), true
	}
	f := s.files.take(s)
	if f == nil {
		return sys.ENFILE.Result(), true
	}
	if q == nil {
		if q = s.pipes.take(s); q == nil {
			s.files.give(f)
			return sys.ENFILE.Result(), true
		}
		q.fifo, i.Extra = i, q.number()
	}
	f.kind, f.pipe, f.inode = kindReadEnd, q, i
	f.flags = flags & (sys.O_ACCMODE | sys.O_NONBLOCK)
	s.Files.Hold(i)
	other := q.opened[1]
	if access != sys.O_WRONLY {
		q.readers++
		q.opened[0]++
	} else {
		f.kind, other = kindWriteEnd, q.opened[0]
	}
	if access != sys.O_RDONLY {
		q.writers++
		q.opened[1]++
	}
	s.notify(&q.source)
	f.value = other
	fd := s.install(t.process, f, 0, flags)
	waits := access == sys.O_RDONLY && q.writers == 0 || access == sys.O_WRONLY && q.readers == 0
	if fd >= maxDescriptors || !waits || flags&sys.O_NONBLOCK != 0 {
		return fd, true
	}
	t.started, t.done = true, fd
	s.block(t, &q.source, never, 0)
	return 0, false
}

// openedFifo goes on with an open that waited for the other end.
func (s *System) openedFifo(t *thread) (result uint64, done bool) {
	f := t.process.file(t.done)
	if f == nil || f.pipe == nil {
		return sys.EBADF.Result(), true // another thread has closed it
	}
	other := 1
	if f.kind == kindWriteEnd {
		other = 0
	}
	if f.pipe.opened[other] == f.value {
		s.block(t, &f.pipe.source, never, 0)
		return 0, false
	}
	return t.done, true
}
