package fs

import "pxos/kernel/sys"

// permissions are the bits of a mode that are no type.
const permissions = 0o7777

// entrySize is what an entry adds to the size of its directory, as Linux's tmpfs
// has it; "." and ".." count too.
const entrySize = 20

// Inode is a file, a directory or whatever else has a name. It stays where it is
// until it is freed: see Hold.
type Inode struct {
	number              uint64
	size                uint64
	atime, mtime, ctime uint64
	device              uint64

	// Data of a regular file, target of a symlink: the page at root (height 0), or
	// a tree of nodes with 512 children each. Where it has no page, the first backed
	// bytes are those of the tar from at on, and the rest is zero.
	root, at, backed uint64
	present          uint64 // pages that are in the tree or, at least in part, in the tar

	cookie     uint64 // directories: of the next entry
	id         ref
	parent     ref // directories: of the root, itself
	entry      ref // directories: the one that names it; 0: removed, or the root
	first      ref // directories: entries, the oldest first
	last       ref
	links      uint32
	references uint32
	// Extra is the caller's, say the number of the pipe behind a fifo. It is 0 at
	// first.
	Extra   uint32
	mode    uint16
	kind    Kind
	height  uint8
	written bool // a page was copied or added since the tar
	mount   uint8
}

// Number is the inode number. No other inode has had it or will have it.
func (i *Inode) Number() uint64 { return i.number }

// Kind is what the inode is.
func (i *Inode) Kind() Kind { return i.kind }

// Mode is the permission bits, with set-user-ID, set-group-ID and sticky.
func (i *Inode) Mode() uint32 { return uint32(i.mode) }

// Size is in bytes: of data, of a link's target; of a directory a number that grows
// with its entries.
func (i *Inode) Size() uint64 { return i.size }

// Links is the number of names; of a directory 2 and its sub-directories. 0: removed.
func (i *Inode) Links() uint32 { return i.links }

// Device is the number of a device, as the caller gave it.
func (i *Inode) Device() uint64 { return i.device }

// Atime is when the caller last said that the inode was read, ns since 1970.
func (i *Inode) Atime() uint64 { return i.atime }

// Mtime is when data or entries changed, ns since 1970.
func (i *Inode) Mtime() uint64 { return i.mtime }

// Ctime is when anything changed, ns since 1970.
func (i *Inode) Ctime() uint64 { return i.ctime }

// inode is the one that a ref names, nil for 0.
func (s *System) inode(r ref) *Inode {
	if r == 0 {
		return nil
	}
	return inodeAt(r.address())
}

// newInode makes an inode without a name; nil: there is no memory.
func (s *System) newInode(kind Kind, mode uint32, now uint64) *Inode {
	r := s.take(&s.inodes)
	if r == 0 {
		return nil
	}
	i := s.inode(r)
	s.number++
	i.id, i.number, i.kind, i.mode = r, s.number, kind, uint16(mode&permissions)
	i.atime, i.mtime, i.ctime = now, now, now
	if kind == Directory {
		i.size, i.cookie = 2*entrySize, firstCookie
	}
	return i
}

// Hold keeps an inode from being freed until Drop, whatever becomes of its names:
// for an open file, a working directory, or while it is waited for.
func (s *System) Hold(i *Inode) { i.references++ }

// Drop ends one Hold. If it was the last and the inode has no name, the inode is
// freed and must not be used again.
func (s *System) Drop(i *Inode) {
	if i.references == 0 {
		return
	}
	i.references--
	s.collect(i)
}

// collect frees an inode that nobody names or holds. A directory that was removed
// holds what was its parent, for its "..", so one may lead to the next.
func (s *System) collect(i *Inode) {
	for i != nil && i.links == 0 && i.references == 0 {
		var parent *Inode
		if i.kind == Directory {
			if parent = s.inode(i.parent); parent != nil {
				parent.references--
			}
		}
		s.drain(i, 0)
		s.give(&s.inodes, i.id)
		i = parent
	}
}

// Chmod sets the permission bits.
func (s *System) Chmod(i *Inode, mode uint32, now uint64) {
	i.mode, i.ctime = uint16(mode&permissions), now
}

// SetTimes sets both times; to leave one, pass what it is.
func (s *System) SetTimes(i *Inode, atime, mtime, now uint64) {
	i.atime, i.mtime, i.ctime = atime, mtime, now
}

// Accessed notes that the inode was read.
func (s *System) Accessed(i *Inode, now uint64) { i.atime = now }

// changed notes that entries or data changed.
func (i *Inode) changed(now uint64) { i.mtime, i.ctime = now, now }

// isDirectory says what is wrong with an inode that must be a directory.
func (i *Inode) isDirectory() sys.Errno {
	if i.kind != Directory {
		return sys.ENOTDIR
	}
	return 0
}
