package linux

import (
	"pxos/kernel/p9"
	"pxos/kernel/sys"
)

// Calls that make, move and remove names in a share.

// proper says whether a name is one that an entry can have.
//
//go:noinline
func proper(name []byte) bool {
	switch string(name) {
	case "", ".", "..":
		return false
	}
	return true
}

// shareName has the calls that make or remove one name.
func (s *System) shareName(e *errand, at *spot) sys.Errno {
	a := &e.a
	switch e.n {
	case sysMkdir:
		return s.makeDirectory(e, at, a[1])
	case sysMkdirat:
		return s.makeDirectory(e, at, a[2])
	case sysMknod:
		return s.makeNode(e, at, a[1])
	case sysMknodat:
		return s.makeNode(e, at, a[2])
	case sysUnlink:
		return s.removeName(at, 0)
	case sysRmdir:
		return s.removeName(at, atRemoveDir)
	}
	return s.removeName(at, a[2])
}

func (s *System) makeDirectory(e *errand, at *spot, mode uint64) sys.Errno {
	if !proper(at.name) {
		return sys.EEXIST
	}
	var k talk
	err := s.begin(&k, at.h, p9.Mkdir, at.dir)
	if err != 0 {
		return err
	}
	k.request.Text(at.name)
	k.request.Word(uint32(mode&^e.thread.process.umask) & 0o1777)
	k.request.Word(0) // group
	return s.settle(&k)
}

// makeNode makes an empty file: of other nodes a share has none but the host's.
func (s *System) makeNode(e *errand, at *spot, mode uint64) sys.Errno {
	switch {
	case mode&sys.S_IFMT == sys.S_IFDIR:
		return s.makeDirectory(e, at, mode)
	case mode&sys.S_IFMT != 0 && mode&sys.S_IFMT != sys.S_IFREG:
		return sys.EPERM
	case !proper(at.name):
		return sys.EEXIST
	case at.slash:
		return s.noFile(at)
	}
	fid, err := s.another(at.h, at.dir)
	if err == 0 {
		err = s.create(at.h, fid, at.name, sys.O_CREAT|sys.O_EXCL|sys.O_WRONLY, mode&^e.thread.process.umask)
		s.letGo(at.h, fid)
	}
	return err
}

// removeName takes a name away, a directory's where flags say so.
func (s *System) removeName(at *spot, flags uint64) sys.Errno {
	directory := flags&atRemoveDir != 0
	switch {
	case flags&^atRemoveDir != 0:
		return sys.EINVAL
	case !directory && !proper(at.name):
		return sys.EISDIR
	case string(at.name) == ".":
		return sys.EINVAL
	case string(at.name) == "..":
		return sys.ENOTEMPTY
	case len(at.name) == 0:
		return sys.EBUSY
	}
	if at.slash && !directory {
		fid, qid, e := s.step(at.h, at.dir, at.name)
		if e != 0 {
			return e
		}
		s.letGo(at.h, fid)
		if qid.Type&p9.QidDirectory == 0 {
			return sys.ENOTDIR
		}
		return sys.EISDIR
	}
	var k talk
	e := s.begin(&k, at.h, p9.Unlinkat, at.dir)
	if e != 0 {
		return e
	}
	k.request.Text(at.name)
	k.request.Word(uint32(flags))
	return s.settle(&k)
}

// shareTwo has the calls with two paths, both in one share.
func (s *System) shareTwo(e *errand, from, to *spot) sys.Errno {
	switch e.n {
	case sysLink, sysLinkat:
		return s.linkShare(from, to)
	case sysRenameat2:
		return s.renameShare(from, to, e.a[4])
	}
	return s.renameShare(from, to, 0)
}

func (s *System) renameShare(from, to *spot, flags uint64) sys.Errno {
	switch {
	case flags&^sys.RENAME_NOREPLACE != 0:
		return sys.EINVAL
	case !proper(from.name):
		return sys.EBUSY
	case !proper(to.name) && flags != 0:
		return sys.EEXIST
	case !proper(to.name):
		return sys.EBUSY
	}
	if from.slash || to.slash || flags != 0 {
		if e := s.checkRename(from, to, flags); e != 0 {
			return e
		}
	}
	var k talk
	e := s.begin(&k, from.h, p9.Renameat, from.dir)
	if e != 0 {
		return e
	}
	k.request.Text(from.name)
	k.request.Word(to.dir)
	k.request.Text(to.name)
	return s.settle(&k)
}

// checkRename looks at what the server would not: slashes behind names, which only
// directories may have, and whether the new name is free.
func (s *System) checkRename(from, to *spot, flags uint64) sys.Errno {
	fid, qid, e := s.step(from.h, from.dir, from.name)
	if e != 0 {
		return e
	}
	s.letGo(from.h, fid)
	if (from.slash || to.slash) && qid.Type&p9.QidDirectory == 0 {
		return sys.ENOTDIR
	}
	if flags&sys.RENAME_NOREPLACE == 0 {
		return 0
	}
	return s.vacant(to)
}

// noFile is why nothing but a directory is made at a name with a slash behind it.
func (s *System) noFile(at *spot) sys.Errno {
	if e := s.vacant(at); e != 0 {
		return e
	}
	return sys.ENOENT
}

// vacant says why a name cannot be made that no name may be in the way of.
func (s *System) vacant(at *spot) sys.Errno {
	fid, _, e := s.step(at.h, at.dir, at.name)
	switch e {
	case 0:
		s.letGo(at.h, fid)
		return sys.EEXIST
	case sys.ENOENT:
		return 0
	}
	return e
}

func (s *System) linkShare(from, to *spot) sys.Errno {
	switch {
	case !from.found:
		return sys.ENOENT
	case !proper(to.name):
		return sys.EEXIST
	case to.slash:
		return s.noFile(to)
	case from.directory():
		if e := s.vacant(to); e != 0 {
			return e
		}
		return sys.EPERM
	}
	var k talk
	e := s.begin(&k, to.h, p9.Link, to.dir)
	if e != 0 {
		return e
	}
	k.request.Word(from.child)
	k.request.Text(to.name)
	return s.settle(&k)
}

// shareSymlink makes a link in a share.
func (s *System) shareSymlink(e *errand, at *spot) sys.Errno {
	n, err := e.thread.space.copyText(e.link, e.a[0])
	switch {
	case err != 0:
		return err
	case !proper(at.name):
		return sys.EEXIST
	case at.slash:
		return s.noFile(at)
	}
	var k talk
	err = s.begin(&k, at.h, p9.Symlink, at.dir)
	if err != 0 {
		return err
	}
	k.request.Text(at.name)
	k.request.Text(e.link[:n])
	k.request.Word(0) // group
	return s.settle(&k)
}
