package fs

import "pxos/kernel/sys"

// Unpack fills an empty tree from a tar, whose bytes must stay as they are for as
// long as the tree is used. Its entries are directories, regular files, links, both
// kinds of devices and fifos; names may be GNU's long ones or pax's. A directory
// that is missing is made, with now as its time; a later entry replaces an earlier
// one, but no directory. EINVAL: it is damaged, cut off before its end, or has
// something that is not known or leads out of the tree; ENOSPC; EBUSY: the tree is
// not empty. Whatever the error is, the tree is then as it was.
func (s *System) Unpack(tar []byte, now uint64) sys.Errno {
	if s.inodes.live != 1 {
		return sys.EBUSY
	}
	// All of it is looked at before the first page is taken.
	var r reader
	var it item
	r.tar = tar
	for {
		path, err := r.next(&it)
		if err != 0 {
			return err
		}
		if len(path) == 0 {
			break
		}
	}
	root := s.Root()
	mode, atime, mtime, ctime := root.mode, root.atime, root.mtime, root.ctime
	s.tar, r.at = tar, 0
	for {
		path, err := r.next(&it)
		if err == 0 && len(path) == 0 {
			return 0
		}
		if err == 0 {
			err = s.unpack(&r, &it, path, now)
		}
		if err != 0 {
			s.clear(now)
			s.tar = nil
			root.mode, root.atime, root.mtime, root.ctime = mode, atime, mtime, ctime
			return err
		}
	}
}

// clear removes everything, directories when they are empty.
func (s *System) clear(now uint64) {
	for dir := s.Root(); dir.id != s.root || dir.first != 0; {
		if dir.first == 0 {
			parent := s.inode(dir.parent)
			s.remove(parent, dir.entry, now)
			dir = parent
			continue
		}
		if i := s.inode(s.entry(dir.first).target); i.kind == Directory && i.first != 0 {
			dir = i
		} else {
			s.remove(dir, dir.first, now)
		}
	}
}

// unpack makes one entry of a tar. The time of its directory stays: an entry of
// that directory's own said it, or will.
func (s *System) unpack(r *reader, it *item, path []byte, now uint64) sys.Errno {
	dir, name, err := s.open(path, now)
	if err != 0 {
		return err
	}
	if len(name) == 0 { // the root itself
		if it.kind != Directory {
			return sys.EINVAL
		}
		dir.describe(it)
		return 0
	}
	link := (*Inode)(nil)
	if it.kind == 0 {
		if link, err = s.Lookup(nil, r.bytes(it.link), false); err != 0 || link.kind == Directory {
			return sys.EINVAL
		}
	}
	if old := s.find(dir, name); old != 0 {
		i := s.inode(s.entry(old).target)
		switch {
		case i.kind == Directory && it.kind == Directory:
			i.describe(it)
			return 0
		case i.kind == Directory:
			return sys.EINVAL
		case i == link:
			return 0
		}
		s.detach(dir, old)
		s.lose(dir, i, now)
	}
	if link == nil {
		return s.unpackNew(dir, name, it)
	}
	if !s.attach(dir, name, link) {
		return sys.ENOSPC
	}
	link.links++
	return 0
}

// unpackNew makes an inode where there is no name.
func (s *System) unpackNew(dir *Inode, name []byte, it *item) sys.Errno {
	i := s.newInode(it.kind, it.mode, it.mtime)
	if i == nil {
		return sys.ENOSPC
	}
	i.device = it.device
	data := it.data
	if it.kind == Symlink {
		data = it.link
	}
	if it.kind == Regular || it.kind == Symlink {
		i.at, i.backed, i.size, i.present = data.at, data.length, data.length, pages(data.length)
	}
	if !s.attach(dir, name, i) {
		s.collect(i)
		return sys.ENOSPC
	}
	i.links = 1
	if i.kind == Directory {
		i.links = 2
		dir.links++
	}
	return 0
}

// describe gives a directory that is there already what its entry says.
func (i *Inode) describe(it *item) {
	i.mode, i.atime, i.mtime, i.ctime = uint16(it.mode), it.mtime, it.mtime, it.mtime
}

// open gives the directory that a path's last component is in, with all of them
// made on the way, and that component; it is empty for the root itself.
func (s *System) open(path []byte, now uint64) (dir *Inode, name []byte, err sys.Errno) {
	dir = s.Root()
	for {
		next, rest := cut(path)
		if path = rest; string(next) == "." {
			continue
		}
		if len(next) == 0 {
			return dir, name, 0
		}
		if len(name) != 0 {
			if dir, err = s.below(dir, name, now); err != 0 {
				return nil, nil, err
			}
		}
		name = next
	}
}

// below is the directory of a name, made if there is nothing. A symlink to one is
// followed: it cannot lead out of the tree.
func (s *System) below(dir *Inode, name []byte, now uint64) (*Inode, sys.Errno) {
	if s.find(dir, name) == 0 {
		err := s.unpackNew(dir, name, &item{kind: Directory, mode: 0o755, mtime: now})
		if err != 0 {
			return nil, err
		}
	}
	i, err := s.Lookup(dir, name, true)
	if err != 0 || i.kind != Directory {
		return nil, sys.EINVAL
	}
	return i, 0
}
