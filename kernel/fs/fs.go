// Package fs is the file tree of pxOS: a tar, the root image, with all that
// programs write over it, in memory.
//
// It may import kernel/frame, kernel/phys and kernel/sys. The caller holds the
// kernel's lock: nothing here is safe for use at the same time. Time comes in as
// ns since 1970. Who asks is always root, who may do everything.
//
// There is one tree of inodes. What the tar brought points at the tar's bytes,
// which never change, until it is written; then the 4 KiB pages that are written
// are copied, and no others. Everything else lies in frames of the allocator,
// named by number, never by pointer, so that no garbage collector of a host test
// needs to look there.
//
// Invariants: a request that is refused leaves the tree as it was, and no request
// takes more pages than Open allowed. Every inode but the root has as many
// directory entries as its link count says (a directory one, and its count is 2
// and its sub-directories). What has no entry and no holder is freed at once with
// its pages. Bytes of a page beyond the end of its file are zero. No walk goes below a
// directory where something is mounted, and such a directory keeps its name.
package fs

import (
	"pxos/kernel/frame"
	"pxos/kernel/phys"
	"pxos/kernel/sys"
)

const pageBytes = phys.PageBytes

// Kind is what an inode is.
type Kind uint8

// Kinds of inodes.
const (
	Regular Kind = 1 + iota
	Directory
	Symlink
	Character
	Block
	Fifo
	Socket
)

// Type is the kind as the mode of stat has it.
func (k Kind) Type() uint32 {
	switch k {
	case Regular:
		return sys.S_IFREG
	case Directory:
		return sys.S_IFDIR
	case Symlink:
		return sys.S_IFLNK
	case Character:
		return sys.S_IFCHR
	case Block:
		return sys.S_IFBLK
	case Fifo:
		return sys.S_IFIFO
	case Socket:
		return sys.S_IFSOCK
	}
	return 0
}

// System is a file tree. Open first.
type System struct {
	frames *frame.Allocator
	used   uint64 // pages taken from frames
	limit  uint64 // the most that may be
	tar    []byte // what Unpack took

	mounted    ref    // where the last walk left the tree
	beyond     uint64 // frame of the rest of its path
	beyondSize int

	root   ref
	number uint64 // the inode number given last; none is given twice
	inodes slab
	names  slab // entries with a short name
	longs  slab // entries with a long one

	table   uint64 // frame of the frames of buckets
	buckets uint64
	entries uint64
	cursor  ref // entry that ReadDir told last, 0 if it is gone
}

// Open makes an empty tree whose root directory is changed last at now. It never
// takes more than maxPages of 4 KiB, inodes and names included, and needs three at
// least. False: there is not that much memory; nothing is taken then.
func (s *System) Open(frames *frame.Allocator, maxPages, now uint64) bool {
	*s = System{frames: frames, limit: maxPages}
	s.inodes.slot, s.names.slot, s.longs.slot = inodeBytes, shortBytes, longBytes
	if s.table = s.page(); s.table == frame.None {
		return false
	}
	first := s.page()
	if first == frame.None {
		s.release(s.table)
		return false
	}
	phys.Table(s.table)[0] = first
	s.buckets = bucketsPerPage
	root := s.newInode(Directory, 0o755, now)
	if root == nil {
		s.release(first)
		s.release(s.table)
		return false
	}
	s.root, root.parent, root.links = root.id, root.id, 2
	return true
}

// Root is the root directory.
func (s *System) Root() *Inode { return s.inode(s.root) }

// Used is the number of 4 KiB pages that the tree takes, the tar aside.
func (s *System) Used() (pages uint64) { return s.used }

// Limit is the number of pages that it may take at most.
func (s *System) Limit() (pages uint64) { return s.limit }

// Inodes is the number of inodes there are, those that are open and have no name
// included.
func (s *System) Inodes() uint64 { return s.inodes.live }

// page takes a page, cleared; None when the limit is reached or memory is.
func (s *System) page() uint64 {
	if s.used >= s.limit {
		return frame.None
	}
	pa := s.frames.Alloc()
	if pa != frame.None {
		s.used++
	}
	return pa
}

func (s *System) release(pa uint64) {
	s.frames.Release(pa)
	s.used--
}
