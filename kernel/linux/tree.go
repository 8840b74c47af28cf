package linux

import (
	"pxos/abi"
	"pxos/kernel/fs"
	"pxos/kernel/gpu"
	"pxos/kernel/phys"
	"pxos/kernel/sys"
)

// treeShare is the part of RAM, one in so many, that the tree of files may take: the
// rest is for programs.
const treeShare = 3

// furnish makes what programs expect, where the archive has not brought it.
func (s *System) furnish() bool {
	for _, name := range [...]string{"/bin", "/dev", "/etc", "/home", "/mnt", "/proc", "/root", "/run", "/sbin", "/tmp", "/usr", "/usr/bin", "/var", "/var/tmp"} {
		if !s.make(name, fs.Directory, 0o755, 0) {
			return false
		}
	}
	if i, e := s.Files.Lookup(nil, texts("/tmp"), true); e == 0 {
		s.Files.Chmod(i, 0o1777, s.time())
	}
	for _, d := range [...]struct {
		name   string
		number uint64
	}{{"/dev/null", deviceNull}, {"/dev/zero", deviceZero}, {"/dev/full", deviceFull}, {"/dev/random", deviceRandom},
		{"/dev/urandom", deviceUrandom}, {"/dev/tty", deviceTTY}, {"/dev/console", deviceConsole}} {
		if !s.make(d.name, fs.Character, 0o666, d.number) {
			return false
		}
	}
	if s.Compute && !s.make(abi.ComputePath, fs.Character, 0o666, deviceCompute) {
		return false
	}
	if s.Screen != nil && s.Screen.Ready && !s.make("/dev/fb0", fs.Character, 0o660, deviceFrame) {
		return false
	}
	return s.Net == nil || s.make("/dev/net0", fs.Character, 0o600, deviceNet)
}

// Unpack fills the tree with the files of an archive, whose bytes stay where they are.
func (s *System) Unpack(archive []byte) bool {
	for s.Keeper.Frames.Free < uint64(len(archive))/archivePerFrame {
		if s.Keeper.Grow(supplyExtents) != gpu.OK {
			break // what is there may be enough
		}
	}
	return s.Files.Unpack(archive, s.time()) == 0 && s.furnish() && s.makeVDSO()
}

// archivePerFrame: of so many bytes of an archive each, a frame is had for inodes and
// names before it is unpacked. A file takes 1 KiB of it at least.
const archivePerFrame = 8 << 10

// nameBuffer is where make has its names: a string's bytes cannot be had without a
// heap.
var nameBuffer [64]byte

func texts(s string) []byte { return nameBuffer[:copy(nameBuffer[:], s)] }

func (s *System) make(name string, k fs.Kind, mode uint32, device uint64) bool {
	at, e := s.Files.Parent(nil, texts(name), false)
	if e != 0 {
		return false
	}
	_, e = s.Files.Create(at, k, mode, device, s.time())
	return e == 0 || e == sys.EEXIST
}

// nameless makes a file without a name, nil where there is no memory. It is there as long
// as it is held, once by the caller.
func (s *System) nameless(mode uint32) *fs.Inode {
	at, e := s.Files.Parent(nil, texts("/nameless"), false)
	if e != 0 {
		return nil
	}
	i, e := s.Files.Create(at, fs.Regular, mode, 0, s.time())
	if e != 0 {
		return nil
	}
	s.Files.Hold(i)
	s.Files.Unlink(at, s.time())
	return i
}

// The root's and the working directory's places among the buffers of paths: a call
// takes two paths at most.
var pathBuffers [2][]byte // sys.PATH_MAX each

// path reads a path of the program's memory.
func (s *System) path(sp *space, addr uint64) (path []byte, e sys.Errno) {
	return readPath(sp, addr, 0)
}

func readPath(sp *space, addr uint64, which int) (path []byte, e sys.Errno) {
	if path, ok := system.detoured(which); ok {
		return path, 0
	}
	b := pathBuffers[which]
	n, e := sp.copyText(b, addr)
	return b[:n], e
}

// atCWD is AT_FDCWD, linux/fcntl.h: relative to the working directory.
const atCWD = 0xFFFFFF9C

// base is the directory from which a path that a call named with a descriptor goes.
func (p *process) base(fd uint64, path []byte) (*fs.Inode, sys.Errno) {
	if len(path) > 0 && path[0] == '/' || fd&0xFFFFFFFF == atCWD {
		return p.directory, 0
	}
	f := p.file(fd & 0xFFFFFFFF)
	switch {
	case f == nil:
		return nil, sys.EBADF
	case f.kind != kindTree || f.inode.Kind() != fs.Directory:
		return nil, sys.ENOTDIR
	}
	return f.inode, 0
}

// lookup finds what a path of the program's memory names.
func (s *System) lookup(t *thread, fd, addr uint64, follow bool) (*fs.Inode, sys.Errno) {
	path, e := s.path(t.space, addr)
	if e != 0 {
		return nil, e
	}
	dir, e := t.process.base(fd, path)
	if e != 0 {
		return nil, e
	}
	return s.Files.Lookup(dir, path, follow)
}

// place resolves a path of the program's memory but for its last component.
func (s *System) place(t *thread, fd, addr uint64, which int) (fs.Place, sys.Errno) {
	path, e := readPath(t.space, addr, which)
	if e != 0 {
		return fs.Place{}, e
	}
	dir, e := t.process.base(fd, path)
	if e != 0 {
		return fs.Place{}, e
	}
	return s.Files.Parent(dir, path, false)
}

// openat opens a file by its path.
func (s *System) openat(t *thread, fd, addr, flags, mode uint64) (result uint64, done bool) {
	if t.started {
		return s.openedFifo(t)
	}
	p := t.process
	path, e := s.path(t.space, addr)
	if e != 0 {
		return e.Result(), true
	}
	if g, e := s.generated(p, path); e != sys.ENOENT {
		if e != 0 {
			return e.Result(), true
		}
		return s.openGenerated(t, g, flags), true
	}
	dir, e := p.base(fd, path)
	if e != 0 {
		return e.Result(), true
	}
	i, e := s.find(p, dir, path, flags, mode)
	if e == 0 {
		e = s.mayOpen(i, flags)
	}
	if e != 0 {
		return e.Result(), true
	}
	if i.Kind() == fs.Fifo && flags&sys.O_PATH == 0 {
		return s.openFifo(t, i, flags)
	}
	return s.openInode(t, i, flags), true
}

// find is the file that open means, which is made where it is wanted and is not there.
func (s *System) find(p *process, dir *fs.Inode, path []byte, flags, mode uint64) (*fs.Inode, sys.Errno) {
	if flags&sys.O_CREAT == 0 || flags&sys.O_PATH != 0 {
		return s.Files.Lookup(dir, path, flags&sys.O_NOFOLLOW == 0)
	}
	at, e := s.Files.Parent(dir, path, flags&(sys.O_EXCL|sys.O_NOFOLLOW) == 0)
	if e != 0 {
		return nil, e
	}
	i, e := s.Files.Child(at)
	switch {
	case e == 0 && flags&sys.O_EXCL != 0:
		return nil, sys.EEXIST
	case e == 0 && i.Kind() == fs.Directory:
		return nil, sys.EISDIR
	case e != sys.ENOENT:
		return i, e
	case at.Slash:
		return nil, sys.EISDIR
	}
	return s.Files.Create(at, fs.Regular, uint32(mode&^p.umask)&0o7777, 0, s.time())
}

// mayOpen says why a file cannot be opened with flags.
func (s *System) mayOpen(i *fs.Inode, flags uint64) sys.Errno {
	writes := flags&sys.O_ACCMODE != sys.O_RDONLY
	switch {
	case flags&sys.O_PATH != 0:
		return 0
	case i.Kind() == fs.Symlink:
		return sys.ELOOP
	case flags&sys.O_DIRECTORY != 0 && i.Kind() != fs.Directory:
		return sys.ENOTDIR
	case i.Kind() == fs.Directory && (writes || flags&sys.O_TRUNC != 0):
		return sys.EISDIR
	case i.Kind() == fs.Character && (i.Device() == deviceNet && s.Net == nil || i.Device() == deviceCompute && !s.Compute ||
		i.Device() == deviceFrame && (s.Screen == nil || !s.Screen.Ready) || i.Device() == deviceTTY && !s.input.terminal.there):
		return sys.ENXIO
	case i.Kind() == fs.Socket:
		return sys.ENXIO
	}
	if flags&sys.O_TRUNC != 0 && i.Kind() == fs.Regular {
		return s.Files.Truncate(i, 0, s.time())
	}
	return 0
}

// openInode makes the open file of an inode.
func (s *System) openInode(t *thread, i *fs.Inode, flags uint64) uint64 {
	f := s.files.take(s)
	if f == nil {
		return sys.ENFILE.Result()
	}
	const kept = sys.O_ACCMODE | sys.O_APPEND | sys.O_NONBLOCK | sys.O_DIRECTORY | sys.O_PATH
	f.kind, f.flags, f.inode = kindTree, flags&kept, i
	if i.Kind() == fs.Character && flags&sys.O_PATH == 0 {
		f.kind, f.device = kindDevice, i.Device()
		switch f.device {
		case deviceTTY, deviceConsole:
			f.kind = kindConsole
		case deviceNet:
			f.kind = kindWire
		case deviceFrame:
			f.kind = kindFrame
			s.frames++
			s.Screen.Held = true
		case deviceCompute:
			if e := s.openCompute(t, f); e != 0 {
				s.files.give(f)
				return e.Result()
			}
			f.kind, f.flags = kindCompute, sys.O_RDWR
			flags |= sys.O_CLOEXEC // another program is another process to the GPU
		}
	}
	s.Files.Hold(i)
	return s.install(t.process, f, 0, flags)
}

// readTree reads a file of the tree.
func (s *System) readTree(sp *space, f *file, x transfer) uint64 {
	if f.inode.Kind() == fs.Directory {
		return sys.EISDIR.Result()
	}
	at := &f.offset
	if x.placed {
		at = &x.at
	}
	done := uint64(0)
	for done < x.n {
		n := min(x.chunk(done), phys.PageBytes)
		got := uint64(s.Files.ReadAt(f.inode, *at, fillBuffer[:n]))
		if got == 0 {
			break
		}
		if !sp.copyOut(x.addr+done, fillBuffer[:got]) {
			return moved(done)
		}
		*at += got
		done += got
	}
	return done
}

// writeTree writes a file of the tree.
func (s *System) writeTree(sp *space, f *file, x transfer) uint64 {
	at := &f.offset
	if x.placed {
		at = &x.at
	}
	if f.flags&sys.O_APPEND != 0 {
		*at = f.inode.Size()
	}
	now, done := s.time(), uint64(0)
	for done < x.n {
		n := x.chunk(done)
		if !sp.copyIn(fillBuffer[:n], x.addr+done) {
			return moved(done)
		}
		s.supply()
		wrote, e := s.Files.WriteAt(f.inode, *at, fillBuffer[:n], now)
		if e != 0 && done == 0 {
			return e.Result()
		}
		*at += uint64(wrote)
		done += uint64(wrote)
		if e != 0 || uint64(wrote) < n {
			break
		}
	}
	return done
}

// lseek moves the offset of an open file.
func (s *System) lseek(f *file, offset, whence uint64) uint64 {
	const set, current, end, data, hole = 0, 1, 2, 3, 4
	size := f.bytes
	switch f.kind {
	case kindTree:
		size = f.inode.Size()
	case kindGenerated, kindShare:
	case kindDevice:
		return 0
	default:
		return sys.ESPIPE.Result()
	}
	at := int64(offset)
	switch whence {
	case set:
	case current:
		at += int64(f.offset)
	case end:
		at += int64(size)
	case data, hole: // a file without holes, as far as told
		if at < 0 || uint64(at) >= size {
			return sys.ENXIO.Result()
		}
		if whence == hole {
			at = int64(size)
		}
	default:
		return sys.EINVAL.Result()
	}
	if at < 0 {
		return sys.EINVAL.Result()
	}
	f.offset = uint64(at)
	return f.offset
}
