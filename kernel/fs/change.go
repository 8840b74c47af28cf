package fs

import (
	"pxos/kernel/frame"
	"pxos/kernel/phys"
	"pxos/kernel/sys"
)

// vacant says why nothing can be made at a place, in Linux's order.
func (s *System) vacant(at Place, kind Kind) sys.Errno {
	if at.form() != normal {
		return sys.EEXIST
	}
	r, err := s.seek(at.Dir, at.Name)
	switch {
	case err != 0:
		return err
	case r != 0:
		return sys.EEXIST
	case at.Slash && kind != Directory:
		return sys.ENOENT
	}
	return 0
}

// enter gives a new inode its first name.
func (s *System) enter(at Place, i *Inode, now uint64) (*Inode, sys.Errno) {
	if !s.attach(at.Dir, at.Name, i) {
		s.collect(i)
		return nil, sys.ENOSPC
	}
	i.links = 1
	if i.kind == Directory {
		i.links = 2
		at.Dir.links++
	}
	at.Dir.changed(now)
	return i, 0
}

// Create makes an inode that is no symlink. Device counts for devices alone. The
// caller has applied the umask to mode. EEXIST, ENOENT (also where a slash follows
// the name of what is no directory), ENOTDIR, ENAMETOOLONG, ENOSPC; EINVAL for an
// unknown kind.
func (s *System) Create(at Place, kind Kind, mode uint32, device, now uint64) (*Inode, sys.Errno) {
	if kind == Symlink || kind.Type() == 0 {
		return nil, sys.EINVAL
	}
	if err := s.vacant(at, kind); err != 0 {
		return nil, err
	}
	i := s.newInode(kind, mode, now)
	if i == nil {
		return nil, sys.ENOSPC
	}
	if kind == Character || kind == Block {
		i.device = device
	}
	return s.enter(at, i, now)
}

// Symlink makes a symlink. ENOENT for an empty target, ENAMETOOLONG for one of 4096
// bytes or more, otherwise as Create.
func (s *System) Symlink(at Place, target []byte, now uint64) (*Inode, sys.Errno) {
	switch {
	case len(target) == 0:
		return nil, sys.ENOENT
	case len(target) >= sys.PATH_MAX:
		return nil, sys.ENAMETOOLONG
	}
	if err := s.vacant(at, Symlink); err != 0 {
		return nil, err
	}
	i := s.newInode(Symlink, 0o777, now)
	if i == nil {
		return nil, sys.ENOSPC
	}
	if i.root = s.page(); i.root == frame.None {
		s.collect(i)
		return nil, sys.ENOSPC
	}
	i.present, i.size = 1, uint64(copy(phys.Bytes(i.root, pageBytes), target))
	return s.enter(at, i, now)
}

// Link gives an inode one more name. EPERM for a directory, ENOENT for one that has
// no name any more, otherwise as Create.
func (s *System) Link(at Place, i *Inode, now uint64) sys.Errno {
	if err := s.vacant(at, Regular); err != 0 {
		return err
	}
	switch {
	case i.kind == Directory:
		return sys.EPERM
	case i.links == 0:
		return sys.ENOENT
	case i.links == ^uint32(0):
		return sys.EMLINK
	}
	if !s.attach(at.Dir, at.Name, i) {
		return sys.ENOSPC
	}
	i.links++
	i.ctime = now
	at.Dir.changed(now)
	return 0
}

// Unlink takes a name away that is no directory's; the inode goes with its last
// name and holder. EISDIR, ENOENT, ENOTDIR.
func (s *System) Unlink(at Place, now uint64) sys.Errno {
	if at.form() != normal {
		return sys.EISDIR
	}
	r, err := s.seek(at.Dir, at.Name)
	if err != 0 {
		return err
	}
	i := s.inode(r.target(s))
	switch {
	case i == nil:
		return sys.ENOENT
	case i.kind == Directory:
		return sys.EISDIR
	case at.Slash:
		return sys.ENOTDIR
	}
	s.remove(at.Dir, r, now)
	return 0
}

// Rmdir removes an empty directory. ENOTDIR, ENOENT, ENOTEMPTY (also for ".."),
// EINVAL for ".", EBUSY for "/".
func (s *System) Rmdir(at Place, now uint64) sys.Errno {
	switch at.form() {
	case dotdot:
		return sys.ENOTEMPTY
	case dot:
		return sys.EINVAL
	case itself:
		return sys.EBUSY
	}
	r, err := s.seek(at.Dir, at.Name)
	if err != 0 {
		return err
	}
	i := s.inode(r.target(s))
	switch {
	case i == nil:
		return sys.ENOENT
	case i.kind != Directory:
		return sys.ENOTDIR
	case i.first != 0:
		return sys.ENOTEMPTY
	case i.mount != 0:
		return sys.EBUSY
	}
	s.remove(at.Dir, r, now)
	return 0
}

// remove takes an entry away, and what it names if that was all.
func (s *System) remove(dir *Inode, r ref, now uint64) {
	i := s.inode(s.entry(r).target)
	s.detach(dir, r)
	dir.changed(now)
	s.lose(dir, i, now)
}

// lose counts down the links of an inode that lost its entry in a directory. If it
// is an empty directory, it is gone: only its ".." is left, for as long as it is
// held.
func (s *System) lose(dir, i *Inode, now uint64) {
	i.ctime = now
	if i.kind == Directory {
		i.links, i.entry = 0, 0
		dir.links--
		dir.references++
	} else {
		i.links--
	}
	s.collect(i)
}
