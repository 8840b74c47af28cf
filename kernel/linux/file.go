package linux

import (
	"pxos/kernel/fs"
	"pxos/kernel/phys"
	"pxos/kernel/sys"
)

// maxDescriptors bounds the open files of a process.
const maxDescriptors = 1024

// kind of an open file.
type kind uint8

const (
	kindConsole   kind = iota + 1
	kindTree           // a file or directory of the tree
	kindReadEnd        // of a pipe
	kindWriteEnd       // of a pipe
	kindEvent          // eventfd
	kindEpoll          // epoll instance
	kindDevice         // /dev/null and its like
	kindGenerated      // of /proc: a text that was made when it was opened
	kindNumbers        // /proc/self/fd, a directory
	kindWire           // /dev/net0
	kindSocket
	kindShare     // a file or directory of a share
	kindProcesses // /proc itself
	kindEntries   // /proc/PID
	kindCompute   // /dev/gpu0
	kindFrame     // /dev/fb0
)

// file is an open file: what Linux calls an open file description. Descriptors that
// dup and fork made share it.
type file struct {
	kind    kind
	flags   uint64 // O_ACCMODE, O_APPEND, O_NONBLOCK, O_DIRECTORY, O_PATH
	refs    int
	offset  uint64
	inode   *fs.Inode
	pipe    *pipe
	socket  *socket
	compute *compute
	device  uint64
	share   *share
	folder  *folder // of a directory of a share
	value   uint64  // of an eventfd; of kindShare: its fid; of kindGenerated: its frame; of a fifo: how often the other end had been opened
	bytes   uint64  // of kindGenerated
	counts  bool    // an eventfd with EFD_SEMAPHORE
	source  source  // of an eventfd or an epoll instance
	watches *watch  // of an epoll instance: what it watches
}

// descriptor is what a number of a process stands for.
type descriptor struct {
	file    *file
	cloexec bool
}

// changes is the source that tells of a file's changes, nil where it is always ready.
func (s *System) changes(f *file) *source {
	switch f.kind {
	case kindReadEnd, kindWriteEnd:
		return &f.pipe.source
	case kindEvent, kindEpoll:
		return &f.source
	case kindSocket:
		if f.socket != nil { // nil: it got no descriptor
			return &f.socket.source
		}
	case kindConsole:
		return &s.input.source
	case kindWire:
		return &s.wire
	case kindCompute:
		return &f.compute.source
	}
	return nil
}

// openStandard opens the console as standard input, output and error.
func (s *System) openStandard(p *process) bool {
	f := s.files.take(s)
	if f == nil {
		return false
	}
	f.kind, f.flags, f.refs = kindConsole, sys.O_RDWR, 3
	for i := range 3 {
		p.files[i].file = f
	}
	return true
}

// file gives the open file behind a descriptor, nil where there is none.
func (p *process) file(fd uint64) *file {
	if fd >= maxDescriptors {
		return nil
	}
	return p.files[fd].file
}

// install gives a new file the lowest descriptor from least on. Where there is none
// the file is closed.
func (s *System) install(p *process, f *file, least, flags uint64) uint64 {
	for fd := least; fd < maxDescriptors; fd++ {
		if p.files[fd].file == nil {
			p.files[fd] = descriptor{f, flags&sys.O_CLOEXEC != 0}
			f.refs++
			return fd
		}
	}
	if f.refs == 0 {
		f.refs = 1
		s.closeFile(f)
	}
	return sys.EMFILE.Result()
}

// openKind makes an open file of a kind and a descriptor for it.
func (s *System) openKind(p *process, k kind, flags uint64) (f *file, fd uint64) {
	f = s.files.take(s)
	if f == nil {
		return nil, sys.ENFILE.Result()
	}
	f.kind, f.flags = k, sys.O_RDWR|flags&sys.O_NONBLOCK
	fd = s.install(p, f, 0, flags)
	if fd >= maxDescriptors {
		return nil, fd
	}
	return f, fd
}

// closeDescriptor takes a descriptor away.
func (s *System) closeDescriptor(p *process, fd uint64) sys.Errno {
	f := p.file(fd)
	if f == nil {
		return sys.EBADF
	}
	s.unwatch(p, f, fd)
	p.files[fd] = descriptor{}
	s.closeFile(f)
	return 0
}

// closeFile takes away one of those who have a file open; with the last it is closed.
func (s *System) closeFile(f *file) {
	if f.refs--; f.refs > 0 {
		return
	}
	s.forsake(f)
	switch f.kind {
	case kindReadEnd, kindWriteEnd:
		s.closeEnd(f)
	case kindSocket:
		if f.socket != nil {
			s.closeSocket(f.socket)
		}
	case kindEpoll:
		for f.watches != nil {
			s.endWatch(f, f.watches)
		}
	case kindGenerated:
		s.Keeper.Frames.Release(f.value)
	case kindShare:
		s.closeShare(f)
	case kindFrame:
		s.frames--
	case kindCompute:
		f.compute.closed = true
		s.pollCompute()
	}
	if f.inode != nil {
		s.Files.Drop(f.inode)
	}
	s.files.give(f)
}

// dup is dup, dup2 and dup3: another descriptor for the same file. to is the number
// wanted, or any from least on where exact is not set.
func (s *System) dup(p *process, fd, to uint64, exact bool, flags uint64) uint64 {
	f := p.file(fd)
	if f == nil {
		return sys.EBADF.Result()
	}
	if !exact {
		if to >= maxDescriptors {
			return sys.EINVAL.Result()
		}
		return s.install(p, f, to, flags)
	}
	if to >= maxDescriptors {
		return sys.EBADF.Result()
	}
	f.refs++
	s.closeDescriptor(p, to)
	p.files[to] = descriptor{f, flags&sys.O_CLOEXEC != 0}
	return to
}

// Commands of fcntl, asm-generic/fcntl.h and linux/fcntl.h.
const (
	fDupFD        = 0
	fGetFD        = 1
	fSetFD        = 2
	fGetFL        = 3
	fSetFL        = 4
	fSetLk        = 6
	fSetLkW       = 7
	fDupFDCloexec = 1030
	fGetPipeSize  = 1032
	fdCloexec     = 1
)

func (s *System) fcntl(p *process, fd, command, argument uint64) uint64 {
	f := p.file(fd)
	if f == nil {
		return sys.EBADF.Result()
	}
	switch command {
	case fDupFD:
		return s.dup(p, fd, argument, false, 0)
	case fDupFDCloexec:
		return s.dup(p, fd, argument, false, sys.O_CLOEXEC)
	case fGetFD:
		if p.files[fd].cloexec {
			return fdCloexec
		}
		return 0
	case fSetFD:
		p.files[fd].cloexec = argument&fdCloexec != 0
		return 0
	case fGetFL:
		return f.flags | largeFile(f)
	case fSetFL:
		const settable = sys.O_APPEND | sys.O_NONBLOCK
		f.flags = f.flags&^settable | argument&settable
		return 0
	case fSetLk, fSetLkW:
		return 0 // advisory, and one process' locks never hinder itself
	case fGetPipeSize:
		if f.kind == kindReadEnd || f.kind == kindWriteEnd {
			return pipeBytes
		}
		return sys.EBADF.Result()
	}
	return sys.EINVAL.Result()
}

// largeFile is a flag that Linux sets by itself where files have 64-bit offsets.
func largeFile(f *file) uint64 {
	const oLargeFile = 0x8000
	if f.kind == kindTree || f.kind == kindShare {
		return oLargeFile
	}
	return 0
}

// canRead and canWrite are about how a file was opened.
func (f *file) canRead() bool {
	return f.flags&sys.O_ACCMODE != sys.O_WRONLY && f.flags&sys.O_PATH == 0
}

func (f *file) canWrite() bool { return f.flags&sys.O_ACCMODE != sys.O_RDONLY }

// transfer is one read or write of a program's memory.
type transfer struct {
	addr, n uint64
	at      uint64 // offset in the file where positioned
	placed  bool   // pread, pwrite
}

// maxTransfer bounds what one call moves: a call is never preempted.
const maxTransfer = 1 << 20

// read moves from a file to a program. done is false where the thread waits.
func (s *System) read(t *thread, f *file, x transfer) (result uint64, done bool) {
	x.n = min(x.n, maxTransfer)
	switch f.kind {
	case kindTree:
		return s.readTree(t.space, f, x), true
	case kindShare:
		return s.readShare(t, f, x), true
	case kindReadEnd:
		return s.readPipe(t, f, x)
	case kindEvent:
		return s.readEvent(t, f, x)
	case kindConsole:
		return s.readConsole(t, f, x)
	case kindWire:
		return s.readWire(t, f, x)
	case kindCompute:
		return s.moveCompute(t, f, x, true), true
	case kindFrame:
		return s.moveFrame(t, f, x, true), true
	case kindDevice:
		return s.readDevice(t.space, f, x), true
	case kindGenerated:
		return s.readGenerated(t.space, f, x), true
	case kindSocket:
		return s.moveSocket(t, f, x, true)
	}
	return sys.EINVAL.Result(), true
}

// write moves from a program to a file.
func (s *System) write(t *thread, f *file, x transfer) (result uint64, done bool) {
	x.n = min(x.n, maxTransfer)
	switch f.kind {
	case kindTree:
		return s.writeTree(t.space, f, x), true
	case kindShare:
		return s.writeShare(t, f, x), true
	case kindWriteEnd, kindReadEnd: // a fifo may be open for both
		return s.writePipe(t, f, x)
	case kindEvent:
		return s.writeEvent(t, f, x)
	case kindConsole:
		return s.writeConsole(t.space, x), true
	case kindWire:
		return s.writeWire(t, x), true
	case kindCompute:
		return s.moveCompute(t, f, x, false), true
	case kindFrame:
		return s.moveFrame(t, f, x, false), true
	case kindDevice:
		return s.writeDevice(f, x), true
	case kindSocket:
		return s.moveSocket(t, f, x, false)
	}
	return sys.EINVAL.Result(), true
}

// chunk is how much of a transfer, of which done bytes are moved, lies in one page of
// the program.
func (x *transfer) chunk(done uint64) uint64 {
	return min(x.n-done, phys.PageBytes-(x.addr+done)%phys.PageBytes)
}

// moved is the result of a transfer that met a bad address.
func moved(done uint64) uint64 {
	if done == 0 {
		return sys.EFAULT.Result()
	}
	return done
}
