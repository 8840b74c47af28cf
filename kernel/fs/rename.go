package fs

import "pxos/kernel/sys"

// Rename gives what is at a place the name of another, at once. What was there goes,
// as with Unlink or Rmdir; with sys.RENAME_NOREPLACE it must not be there, with
// sys.RENAME_EXCHANGE it must, and the two change places. If both are names of one
// inode, nothing happens. Errors are Linux's, in its order; ENOSPC where the new
// name finds no memory.
func (s *System) Rename(from, to Place, flags uint32, now uint64) sys.Errno {
	const both = sys.RENAME_NOREPLACE | sys.RENAME_EXCHANGE
	if flags&^both != 0 || flags == both {
		return sys.EINVAL
	}
	exchange := flags == sys.RENAME_EXCHANGE
	old, was, err := s.renamed(from, to, flags)
	if err != 0 {
		return err
	}
	i, other := s.inode(old.target(s)), s.inode(was.target(s))
	switch {
	case i.mount != 0 || other != nil && other.mount != 0:
		return sys.EBUSY
	case from.Slash && i.kind != Directory, !exchange && to.Slash && i.kind != Directory:
		return sys.ENOTDIR
	case s.above(i, to.Dir):
		return sys.EINVAL
	case s.above(other, from.Dir) && exchange:
		return sys.EINVAL
	case s.above(other, from.Dir):
		return sys.ENOTEMPTY
	case i == other:
		return 0
	}
	if exchange {
		s.swap(from.Dir, to.Dir, old, was, now)
		return 0
	}
	if other == nil {
		if !s.attach(to.Dir, to.Name, i) {
			return sys.ENOSPC
		}
	} else if err := replaceable(i, other); err != 0 {
		return err
	} else {
		s.point(to.Dir, was, i)
	}
	s.detach(from.Dir, old)
	if i.kind == Directory {
		from.Dir.links--
		to.Dir.links++
	}
	from.Dir.changed(now)
	to.Dir.changed(now)
	i.ctime = now
	if other != nil {
		s.lose(to.Dir, other, now)
	}
	return 0
}

// renamed finds both entries, of which the second may be none.
func (s *System) renamed(from, to Place, flags uint32) (old, was ref, err sys.Errno) {
	switch {
	case from.form() != normal:
		return 0, 0, sys.EBUSY
	case to.form() != normal && flags == sys.RENAME_NOREPLACE:
		return 0, 0, sys.EEXIST
	case to.form() != normal:
		return 0, 0, sys.EBUSY
	}
	if old, err = s.seek(from.Dir, from.Name); err != 0 {
		return 0, 0, err
	}
	if old == 0 {
		return 0, 0, sys.ENOENT
	}
	if was, err = s.seek(to.Dir, to.Name); err != 0 {
		return 0, 0, err
	}
	switch {
	case was != 0 && flags == sys.RENAME_NOREPLACE:
		return 0, 0, sys.EEXIST
	case was == 0 && flags == sys.RENAME_EXCHANGE:
		return 0, 0, sys.ENOENT
	case flags == sys.RENAME_EXCHANGE && to.Slash && s.inode(was.target(s)).kind != Directory:
		return 0, 0, sys.ENOTDIR
	}
	return old, was, 0
}

// above says whether an inode (nil: no) is a directory or one that it lies in.
func (s *System) above(i, dir *Inode) bool {
	if i == nil || i.kind != Directory {
		return false
	}
	for dir != i && dir.id != s.root {
		dir = s.inode(dir.parent)
	}
	return dir == i
}

// replaceable says why an inode cannot take the place of another.
func replaceable(i, other *Inode) sys.Errno {
	switch {
	case i.kind == Directory && other.kind != Directory:
		return sys.ENOTDIR
	case i.kind != Directory && other.kind == Directory:
		return sys.EISDIR
	case other.kind == Directory && other.first != 0:
		return sys.ENOTEMPTY
	}
	return 0
}

// point makes an entry of a directory name another inode.
func (s *System) point(dir *Inode, r ref, i *Inode) {
	s.entry(r).target = i.id
	if i.kind == Directory {
		i.parent, i.entry = dir.id, r
	}
}

// swap exchanges what two entries name.
func (s *System) swap(a, b *Inode, ra, rb ref, now uint64) {
	x, y := s.inode(s.entry(ra).target), s.inode(s.entry(rb).target)
	s.point(a, ra, y)
	s.point(b, rb, x)
	if x.kind == Directory {
		a.links--
		b.links++
	}
	if y.kind == Directory {
		b.links--
		a.links++
	}
	x.ctime, y.ctime = now, now
	a.changed(now)
	b.changed(now)
}
