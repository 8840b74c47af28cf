package linux

import (
	"pxos/kernel/fs"
	"pxos/kernel/phys"
	"pxos/kernel/sys"
)

// Flags of the calls that end in "at", linux/fcntl.h.
const (
	atSymlinkNoFollow = 0x100
	atEAccess         = 0x200
	atRemoveDir       = 0x200
	atSymlinkFollow   = 0x400
	atEmptyPath       = 0x1000
)

// statBytes is the size of struct stat, asm/stat.h.
const statBytes = 144

// putStat writes a struct stat.
func (s *System) putStat(sp *space, addr uint64, i *fs.Inode, kind, size uint64) uint64 {
	var b [statBytes]byte
	put(b[:], 56, phys.PageBytes) // st_blksize
	put(b[:], 16, 1)
	put(b[:], 24, kind)
	put(b[:], 48, size)
	if i != nil {
		put(b[:], 0, treeDevice)
		put(b[:], 8, i.Number())
		put(b[:], 16, uint64(i.Links()))
		put(b[:], 24, uint64(i.Kind().Type()|i.Mode()))
		put(b[:], 40, i.Device())
		put(b[:], 48, i.Size())
		put(b[:], 64, s.Files.Blocks(i))
		for k, ns := range [...]uint64{i.Atime(), i.Mtime(), i.Ctime()} {
			put(b[:], 72+16*k, ns/second)
			put(b[:], 80+16*k, ns%second)
		}
	}
	if !sp.copyOut(addr, b[:]) {
		return sys.EFAULT.Result()
	}
	return 0
}

// treeDevice is the st_dev of the tree: as a tmpfs has one without a major number.
const treeDevice = 0x19

// fstat tells of an open file.
func (s *System) fstat(t *thread, fd, addr uint64) uint64 {
	f := t.process.file(fd)
	if f == nil {
		return sys.EBADF.Result()
	}
	if f.inode != nil {
		return s.putStat(t.space, addr, f.inode, 0, 0)
	}
	kind := uint64(0o600)
	switch f.kind {
	case kindReadEnd, kindWriteEnd:
		kind |= sys.S_IFIFO
	case kindConsole:
		kind |= sys.S_IFCHR
	case kindGenerated:
		kind |= sys.S_IFREG
	case kindSocket:
		kind = sys.S_IFSOCK | 0o777
	case kindNumbers, kindProcesses, kindEntries:
		kind |= sys.S_IFDIR
	}
	return s.putStat(t.space, addr, nil, kind, 0)
}

// newfstatat tells of what a path names.
func (s *System) newfstatat(t *thread, fd, path, addr, flags uint64) uint64 {
	var first [1]byte
	if flags&atEmptyPath != 0 && (path == 0 || t.space.copyIn(first[:], path) && first[0] == 0) {
		if fd&0xFFFFFFFF == atCWD {
			return s.putStat(t.space, addr, t.process.directory, 0, 0)
		}
		return s.fstat(t, fd&0xFFFFFFFF, addr)
	}
	name, e := s.path(t.space, path)
	if e != 0 {
		return e.Result()
	}
	if g, e := s.generated(t.process, name); e == 0 {
		if g.link && flags&atSymlinkNoFollow != 0 {
			return s.putStat(t.space, addr, nil, sys.S_IFLNK|0o777, 0)
		}
		if !g.link {
			return s.putStat(t.space, addr, nil, g.kind, 0)
		}
		name = name[:copy(name[:cap(name)], g.text())]
	}
	dir, e := t.process.base(fd, name)
	if e != 0 {
		return e.Result()
	}
	i, e := s.Files.Lookup(dir, name, flags&atSymlinkNoFollow == 0)
	if e != 0 {
		return e.Result()
	}
	return s.putStat(t.space, addr, i, 0, 0)
}

// access says whether a path can be used: root may do all but run what nobody may.
func (s *System) access(t *thread, fd, path, mode, flags uint64) uint64 {
	i, e := s.lookup(t, fd, path, flags&atSymlinkNoFollow == 0)
	if e != 0 {
		return e.Result()
	}
	if mode&1 != 0 && i.Kind() == fs.Regular && i.Mode()&0o111 == 0 {
		return sys.EACCES.Result()
	}
	return 0
}

func (s *System) mkdirat(t *thread, fd, path, mode uint64) uint64 {
	return s.mknodat(t, fd, path, sys.S_IFDIR|mode&0o1777, 0)
}

// mknodat makes a directory, an empty file, a fifo or a device.
func (s *System) mknodat(t *thread, fd, path, mode, device uint64) uint64 {
	at, e := s.place(t, fd, path, 0)
	if e != 0 {
		return e.Result()
	}
	k := fs.Regular
	switch mode & sys.S_IFMT {
	case 0, sys.S_IFREG:
	case sys.S_IFDIR:
		k = fs.Directory
	case sys.S_IFIFO:
		k = fs.Fifo
	case sys.S_IFCHR:
		k = fs.Character
	default:
		return sys.EPERM.Result()
	}
	_, e = s.Files.Create(at, k, uint32(mode&^t.process.umask)&0o7777, device, s.time())
	return e.Result()
}

func (s *System) unlinkat(t *thread, fd, path, flags uint64) uint64 {
	at, e := s.place(t, fd, path, 0)
	switch {
	case e != 0:
	case flags&^atRemoveDir != 0:
		e = sys.EINVAL
	case flags&atRemoveDir != 0:
		e = s.Files.Rmdir(at, s.time())
	default:
		e = s.Files.Unlink(at, s.time())
	}
	return e.Result()
}

func (s *System) renameat2(t *thread, fromFD, from, toFD, to, flags uint64) uint64 {
	a, e := s.place(t, fromFD, from, 0)
	if e != 0 {
		return e.Result()
	}
	b, e := s.place(t, toFD, to, 1)
	if e != 0 {
		return e.Result()
	}
	return s.Files.Rename(a, b, uint32(flags), s.time()).Result()
}

func (s *System) linkat(t *thread, fromFD, from, toFD, to, flags uint64) uint64 {
	i, e := s.lookup(t, fromFD, from, flags&atSymlinkFollow != 0)
	if e != 0 {
		return e.Result()
	}
	at, e := s.place(t, toFD, to, 1)
	if e != 0 {
		return e.Result()
	}
	return s.Files.Link(at, i, s.time()).Result()
}

func (s *System) symlinkat(t *thread, target, fd, path uint64) uint64 {
	text, e := readPath(t.space, target, 0)
	if e != 0 {
		return e.Result()
	}
	at, e := s.place(t, fd, path, 1)
	if e != 0 {
		return e.Result()
	}
	_, e = s.Files.Symlink(at, text, s.time())
	return e.Result()
}

func (s *System) readlinkat(t *thread, fd, path, addr, n uint64) uint64 {
	if int32(n) <= 0 {
		return sys.EINVAL.Result()
	}
	name, e := s.path(t.space, path)
	if e != 0 {
		return e.Result()
	}
	var text []byte
	if g, e := s.generated(t.process, name); e == 0 {
		if !g.link {
			return sys.EINVAL.Result()
		}
		text = g.text()
	} else {
		dir, e := t.process.base(fd, name)
		if e != 0 {
			return e.Result()
		}
		i, e := s.Files.Lookup(dir, name, false)
		if e != 0 {
			return e.Result()
		}
		if i.Kind() != fs.Symlink {
			return sys.EINVAL.Result()
		}
		text = s.Files.Readlink(i)
	}
	n = min(n&0x7FFFFFFF, uint64(len(text)))
	if !t.space.copyOut(addr, text[:n]) {
		return sys.EFAULT.Result()
	}
	return n
}

// truncate is truncate(path) and ftruncate(fd).
func (s *System) truncate(i *fs.Inode, size uint64) uint64 {
	switch {
	case int64(size) < 0:
		return sys.EINVAL.Result()
	case i.Kind() == fs.Directory:
		return sys.EISDIR.Result()
	case i.Kind() != fs.Regular:
		return sys.EINVAL.Result()
	}
	return s.Files.Truncate(i, size, s.time()).Result()
}

func (s *System) ftruncate(p *process, fd, size uint64) uint64 {
	f := p.file(fd)
	switch {
	case f == nil:
		return sys.EBADF.Result()
	case f.kind != kindTree || !f.canWrite():
		return sys.EINVAL.Result()
	}
	return s.truncate(f.inode, size)
}

// utimensat sets the times of what a path names, or of an open file.
func (s *System) utimensat(t *thread, fd, path, times, flags uint64) uint64 {
	const utimeNow, utimeOmit = 0x3FFFFFFF, 0x3FFFFFFE
	var i *fs.Inode
	if path == 0 {
		f := t.process.file(fd & 0xFFFFFFFF)
		if f == nil || f.inode == nil {
			return sys.EBADF.Result()
		}
		i = f.inode
	} else {
		var e sys.Errno
		if i, e = s.lookup(t, fd, path, flags&atSymlinkNoFollow == 0); e != 0 {
			return e.Result()
		}
	}
	now := s.time()
	set := [2]uint64{now, now}
	if times != 0 {
		var w [4]uint64
		if !getWords(t.space, w[:], times) {
			return sys.EFAULT.Result()
		}
		was := [2]uint64{i.Atime(), i.Mtime()}
		for k := range set {
			switch ns := w[2*k+1]; {
			case ns == utimeNow:
			case ns == utimeOmit:
				set[k] = was[k]
			case ns >= second:
				return sys.EINVAL.Result()
			default:
				set[k] = w[2*k]*second + ns
			}
		}
	}
	s.Files.SetTimes(i, set[0], set[1], now)
	return 0
}

// chmodat changes the permissions of what a path names.
func (s *System) chmodat(t *thread, fd, path, mode, flags uint64) uint64 {
	i, e := s.lookup(t, fd, path, flags&atSymlinkNoFollow == 0)
	if e != 0 {
		return e.Result()
	}
	if i.Kind() == fs.Symlink {
		return sys.EOPNOTSUPP.Result() // a link has no mode of its own
	}
	s.Files.Chmod(i, uint32(mode)&0o7777, s.time())
	return 0
}

// inodeOf is the inode of an open file.
func (p *process) inodeOf(fd uint64) (*fs.Inode, sys.Errno) {
	f := p.file(fd)
	if f == nil || f.flags&sys.O_PATH != 0 {
		return nil, sys.EBADF
	}
	if f.inode == nil {
		return nil, sys.EINVAL
	}
	return f.inode, 0
}

// chdir makes a directory the working directory.
func (s *System) chdir(p *process, i *fs.Inode, e sys.Errno) uint64 {
	switch {
	case e != 0:
		return e.Result()
	case i.Kind() != fs.Directory:
		return sys.ENOTDIR.Result()
	}
	s.Files.Hold(i)
	s.Files.Drop(p.directory)
	s.dropFolder(p.within)
	p.directory, p.within = i, nil
	return 0
}

func (s *System) getcwd(t *thread, addr, n uint64) uint64 {
	b := pathBuffers[0]
	length, e := s.whereIs(t.process, b[:len(b)-1])
	switch {
	case e != 0:
		return e.Result()
	case n < uint64(length)+1:
		return sys.ERANGE.Result()
	}
	b[length] = 0
	if !t.space.copyOut(addr, b[:length+1]) {
		return sys.EFAULT.Result()
	}
	return uint64(length) + 1
}

// getdents64 reads a directory: struct linux_dirent64, getdents(2).
func (s *System) getdents64(t *thread, fd, addr, n uint64) uint64 {
	const head, alignment = 19, 8
	f := t.process.file(fd)
	switch {
	case f == nil:
		return sys.EBADF.Result()
	case f.kind == kindNumbers || f.kind == kindProcesses || f.kind == kindEntries:
		return s.list(t, f, addr, n)
	case f.kind != kindTree || f.inode.Kind() != fs.Directory:
		return sys.ENOTDIR.Result()
	}
	done := uint64(0)
	for {
		entry, ok := s.Files.ReadDir(f.inode, f.offset)
		if !ok {
			return done
		}
		var b [head + sys.NAME_MAX + 1 + alignment]byte
		size := (head + uint64(len(entry.Name)) + alignment) &^ (alignment - 1)
		if done+size > n {
			if done == 0 {
				return sys.EINVAL.Result()
			}
			return done
		}
		put(b[:], 0, entry.Inode.Number())
		put(b[:], 8, entry.Cookie)
		b[16], b[17] = byte(size), byte(size>>8)
		b[18] = byte(entry.Inode.Kind().Type() >> 12)
		copy(b[head:], entry.Name)
		if !t.space.copyOut(addr+done, b[:size]) {
			return moved(done)
		}
		f.offset = entry.Cookie
		done += size
	}
}

// statfs tells of the tree: struct statfs, statfs(2).
func (s *System) statfs(sp *space, addr uint64) uint64 {
	const tmpfsMagic = 0x01021994
	limit, used := s.Files.Limit(), s.Files.Used()
	w := [15]uint64{tmpfsMagic, phys.PageBytes, limit, limit - used, limit - used, limit, limit - used, 0, sys.NAME_MAX, phys.PageBytes}
	for i := 0; i < len(w); i += 5 {
		if !putWords(sp, addr+8*uint64(i), w[i:i+5]) {
			return sys.EFAULT.Result()
		}
	}
	return 0
}
