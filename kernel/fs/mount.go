package fs

import (
	"pxos/kernel/frame"
	"pxos/kernel/phys"
	"pxos/kernel/sys"
)

// Mount has an empty directory that is not the root stand for something that is not of
// the tree. The number, which is not 0, is the caller's. EBUSY: something is mounted
// there.
func (s *System) Mount(dir *Inode, number uint8) sys.Errno {
	switch {
	case dir.kind != Directory:
		return sys.ENOTDIR
	case dir.first != 0:
		return sys.ENOTEMPTY
	case dir.mount != 0 || dir.id == s.root:
		return sys.EBUSY
	}
	if s.beyond == frame.None {
		if s.beyond = s.page(); s.beyond == frame.None {
			return sys.ENOMEM
		}
	}
	dir.mount = number
	s.Hold(dir)
	return 0
}

// Mounted is the number of what is mounted on an inode, 0 for nothing.
func (i *Inode) Mounted() uint8 { return i.mount }

// Beyond is where the last walk that ended in EREMOTE left the tree, and what was left of
// its path then: links that it had followed are in it. It is valid until the next walk.
func (s *System) Beyond() (mounted *Inode, path []byte) {
	return s.inode(s.mounted), phys.Bytes(s.beyond, s.beyondSize)
}

// leave notes what is left of a path: the rest of the link that is followed, then of those
// that wait, the last first.
func (s *System) leave(i *Inode, rest []byte, waiting [][]byte) sys.Errno {
	to := phys.Bytes(s.beyond, pageBytes)
	n := copy(to, rest)
	for k := len(waiting) - 1; k >= 0; k-- {
		if n+len(waiting[k]) > len(to) {
			return sys.ENAMETOOLONG
		}
		n += copy(to[n:], waiting[k])
	}
	s.mounted, s.beyondSize = i.id, n
	return sys.EREMOTE
}
