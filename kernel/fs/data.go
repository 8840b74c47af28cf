package fs

import (
	"pxos/kernel/frame"
	"pxos/kernel/phys"
	"pxos/kernel/sys"
)

// MaxFileBytes is the size that no file exceeds: what a tree of four levels holds.
const MaxFileBytes = pageBytes << (maxHeight * nodeBits)

const (
	nodeBits  = 9
	maxHeight = 4
)

// pages is how many pages so many bytes lie in.
func pages(bytes uint64) uint64 { return (bytes + pageBytes - 1) / pageBytes }

// leaf is where the address of a page of a file is noted, nil where no page of that
// part of the file is. With build it makes the nodes on the way; nil: no memory.
func (s *System) leaf(i *Inode, page uint64, build bool) *uint64 {
	if i.root == frame.None {
		i.height = 0
	}
	for page>>(nodeBits*uint(i.height)) != 0 {
		if !build {
			return nil
		}
		if i.root != frame.None {
			node := s.page()
			if node == frame.None {
				return nil
			}
			phys.Table(node)[0] = i.root
			i.root = node
		}
		i.height++
	}
	at := &i.root
	for h := uint(i.height); h > 0; h-- {
		if *at == frame.None {
			if !build {
				return nil
			}
			if *at = s.page(); *at == frame.None {
				return nil
			}
		}
		at = &phys.Table(*at)[page>>(nodeBits*(h-1))&511]
	}
	return at
}

// ReadAt copies from a regular file and says how many bytes there were. It does not
// change the time of access.
func (s *System) ReadAt(i *Inode, offset uint64, to []byte) int {
	if i.kind != Regular || offset >= i.size {
		return 0
	}
	to = to[:min(uint64(len(to)), i.size-offset)]
	for done := 0; done < len(to); {
		part := to[done:]
		part = part[:min(uint64(len(part)), pageBytes-offset%pageBytes)]
		if at := s.leaf(i, offset/pageBytes, false); at != nil && *at != frame.None {
			copy(part, phys.Bytes(*at, pageBytes)[offset%pageBytes:])
		} else {
			s.fromTar(i, offset, part)
		}
		done += len(part)
		offset += uint64(len(part))
	}
	return len(to)
}

// fromTar copies what the tar has of a file, then zeros.
func (s *System) fromTar(i *Inode, offset uint64, to []byte) {
	n := 0
	if offset < i.backed {
		n = copy(to, s.tar[i.at+offset:i.at+i.backed])
	}
	clear(to[n:])
}

// WriteAt writes to a regular file, past its end too: what lies between is zero and
// takes no memory. It says how many bytes were written: fewer than asked for if
// memory or the greatest size of a file comes to its end in the middle; if at the
// start, the error is ENOSPC or EFBIG. EINVAL: no regular file.
func (s *System) WriteAt(i *Inode, offset uint64, from []byte, now uint64) (int, sys.Errno) {
	if err := i.isRegular(); err != 0 || len(from) == 0 {
		return 0, err
	}
	if offset >= MaxFileBytes {
		return 0, sys.EFBIG
	}
	from = from[:min(uint64(len(from)), MaxFileBytes-offset)]
	done := 0
	for done < len(from) {
		part := from[done:]
		part = part[:min(uint64(len(part)), pageBytes-offset%pageBytes)]
		page := s.own(i, offset/pageBytes, len(part) == pageBytes)
		if page == frame.None {
			break
		}
		copy(phys.Bytes(page, pageBytes)[offset%pageBytes:], part)
		done += len(part)
		offset += uint64(len(part))
	}
	if done == 0 {
		return 0, sys.ENOSPC
	}
	i.size = max(i.size, offset)
	i.changed(now)
	return done, 0
}

// own gives a page of a file that may be written, copied from the tar if it was
// there; whole says that all of it will be written. None: no memory.
func (s *System) own(i *Inode, page uint64, whole bool) uint64 {
	at := s.leaf(i, page, true)
	if at == nil {
		return frame.None
	}
	if *at != frame.None {
		return *at
	}
	pa := s.page()
	if pa == frame.None {
		return frame.None
	}
	if page*pageBytes >= i.backed {
		i.present++
	} else if !whole {
		s.fromTar(i, page*pageBytes, phys.Bytes(pa, pageBytes))
	}
	*at, i.written = pa, true
	return pa
}

// isRegular says what is wrong with an inode that must be a regular file.
func (i *Inode) isRegular() sys.Errno {
	switch i.kind {
	case Regular:
		return 0
	case Directory:
		return sys.EISDIR
	}
	return sys.EINVAL
}

// Truncate gives a regular file another size. What is cut off is gone: if the file
// grows again there are zeros. EISDIR, EINVAL, EFBIG.
func (s *System) Truncate(i *Inode, size, now uint64) sys.Errno {
	if err := i.isRegular(); err != 0 {
		return err
	}
	if size > MaxFileBytes {
		return sys.EFBIG
	}
	if size < i.size {
		s.drain(i, size)
	}
	i.size = size
	i.changed(now)
	return 0
}

// drain takes away what data there is from a size on.
func (s *System) drain(i *Inode, size uint64) {
	keep := pages(size)
	if i.root != frame.None {
		i.root = s.trim(i, i.root, uint(i.height), 0, keep)
	}
	if size%pageBytes != 0 {
		if at := s.leaf(i, size/pageBytes, false); at != nil && *at != frame.None {
			clear(phys.Bytes(*at, pageBytes)[size%pageBytes:])
		}
	}
	if size < i.backed {
		i.present -= pages(i.backed) - keep
		i.backed = size
	}
}

// trim frees the pages from keep on of the part of a tree that begins with page
// first, and the nodes that are empty then. It gives what is left, None for nothing.
// It calls itself, maxHeight deep.
func (s *System) trim(i *Inode, pa uint64, height uint, first, keep uint64) uint64 {
	if height == 0 {
		if first < keep {
			return pa
		}
		if first*pageBytes >= i.backed {
			i.present--
		}
		s.release(pa)
		return frame.None
	}
	node := phys.Table(pa)
	step := uint64(1) << (nodeBits * (height - 1))
	empty := true
	for n := range node {
		if child := node[n]; child != frame.None {
			if at := first + uint64(n)*step; at+step > keep {
				node[n] = s.trim(i, child, height-1, at, keep)
			}
			empty = empty && node[n] == frame.None
		}
	}
	if !empty {
		return pa
	}
	s.release(pa)
	return frame.None
}

// Blocks is the room that the data of an inode takes, in units of 512 bytes, holes
// not counted. What lies in the tar counts too.
func (s *System) Blocks(i *Inode) uint64 { return i.present * (pageBytes / 512) }

// Data is the bytes of a regular file that was never written since the tar: they
// stay as they are for ever. Nil: there is no such slice.
func (s *System) Data(i *Inode) []byte {
	if i.kind != Regular || i.written || i.backed != i.size || i.size == 0 {
		return nil
	}
	return s.tar[i.at : i.at+i.size]
}

// Readlink is the target of a symlink, never empty; nil for anything else. It is
// valid until the link is freed.
func (s *System) Readlink(i *Inode) []byte {
	if i.kind != Symlink {
		return nil
	}
	if i.root != frame.None {
		return phys.Bytes(i.root, int(i.size))
	}
	return s.tar[i.at : i.at+i.size]
}
