package fs

import (
	"math/bits"

	"pxos/kernel/frame"
	"pxos/kernel/phys"
)

// shortName is the longest name that lies in a small slot.
const shortName = 31

// entry is a name in a directory. It is in one chain of the hash table and in the
// list of its directory. The name may go on past the array, in a large slot.
type entry struct {
	cookie     uint64 // grows along the list of a directory
	parent     ref    // the directory
	target     ref    // the inode
	chain      ref    // next in the bucket
	next, prev ref    // in the directory
	hash       uint32
	length     uint8
	name       [shortName]byte
}

// The cookie of "." is 1, of ".." 2: ReadDir tells them first.
const firstCookie = 3

// The hash table grows by a bucket at a time (linear hashing): no request has to
// wait until all is moved, and what it takes depends on the number of entries.
const (
	bucketsPerPage = pageBytes / 4
	maxBuckets     = 512 * bucketsPerPage
	perBucket      = 2 // entries, from which on it grows
)

func (s *System) entry(r ref) *entry { return entryAt(r.address()) }

// nameOf is the name of an entry, valid until the entry is removed.
func (s *System) nameOf(r ref) []byte {
	return phys.Bytes(r.address()+uint64(nameAt), int(s.entry(r).length))
}

func hashOf(dir ref, name []byte) uint32 {
	h := 2166136261 ^ uint32(dir)*0x9E3779B1
	for _, c := range name {
		h = (h ^ uint32(c)) * 16777619
	}
	h = (h ^ h>>16) * 0x85EBCA6B
	h = (h ^ h>>13) * 0xC2B2AE35
	return h ^ h>>16
}

// bucket is where the chain of a bucket begins: the low or the high half of a word.
func (s *System) bucket(n uint64) (word *uint64, shift uint64) {
	page := phys.Table(s.table)[n/bucketsPerPage&511]
	return &phys.Table(page)[n/2&511], n & 1 * 32
}

func (s *System) head(n uint64) ref {
	word, shift := s.bucket(n)
	return ref(*word >> shift)
}

func (s *System) setHead(n uint64, r ref) {
	word, shift := s.bucket(n)
	*word = *word&^(0xFFFFFFFF<<shift) | uint64(r)<<shift
}

// place is the bucket of a hash: by as many bits as the number of buckets has, or
// by one less where that bucket is not there yet.
func (s *System) place(hash uint32) uint64 {
	full := uint64(1) << bits.Len64(s.buckets-1)
	if n := uint64(hash) & (full - 1); n < s.buckets {
		return n
	}
	return uint64(hash) & (full/2 - 1)
}

// find gives the entry of a name in a directory, 0 if there is none.
func (s *System) find(dir *Inode, name []byte) ref {
	hash := hashOf(dir.id, name)
	for r := s.head(s.place(hash)); r != 0; {
		e := s.entry(r)
		if e.hash == hash && e.parent == dir.id && string(s.nameOf(r)) == string(name) {
			return r
		}
		r = e.chain
	}
	return 0
}

func (s *System) slabFor(length int) *slab {
	if length > shortName {
		return &s.longs
	}
	return &s.names
}

// attach gives an inode a name in a directory where that name is free. It counts no
// links. False: there is no memory.
func (s *System) attach(dir *Inode, name []byte, i *Inode) bool {
	r := s.take(s.slabFor(len(name)))
	if r == 0 {
		return false
	}
	e := s.entry(r)
	e.parent, e.target, e.hash, e.length = dir.id, i.id, hashOf(dir.id, name), uint8(len(name))
	copy(s.nameOf(r), name)
	e.cookie = dir.cookie
	dir.cookie++
	dir.size += entrySize
	if e.prev = dir.last; e.prev == 0 {
		dir.first = r
	} else {
		s.entry(e.prev).next = r
	}
	dir.last = r
	s.chain(r)
	s.entries++
	s.grow()
	if i.kind == Directory {
		i.parent, i.entry = dir.id, r
	}
	return true
}

// detach takes a name away. It counts no links, and what was named is not touched.
func (s *System) detach(dir *Inode, r ref) {
	e := s.entry(r)
	if e.prev == 0 {
		dir.first = e.next
	} else {
		s.entry(e.prev).next = e.next
	}
	if e.next == 0 {
		dir.last = e.prev
	} else {
		s.entry(e.next).prev = e.prev
	}
	dir.size -= entrySize
	n := s.place(e.hash)
	if at := s.head(n); at == r {
		s.setHead(n, e.chain)
	} else {
		for s.entry(at).chain != r {
			at = s.entry(at).chain
		}
		s.entry(at).chain = e.chain
	}
	if s.cursor == r {
		s.cursor = 0
	}
	s.give(s.slabFor(int(e.length)), r)
	s.entries--
	s.shrink()
}

// chain puts an entry into the bucket of its hash.
func (s *System) chain(r ref) {
	e := s.entry(r)
	n := s.place(e.hash)
	e.chain = s.head(n)
	s.setHead(n, r)
}

// grow adds a bucket where chains have become long. Without memory they stay so.
func (s *System) grow() {
	n := s.buckets
	if s.entries <= n*perBucket || n == maxBuckets {
		return
	}
	if n%bucketsPerPage == 0 {
		page := s.page()
		if page == frame.None {
			return
		}
		phys.Table(s.table)[n/bucketsPerPage&511] = page
	}
	old := n &^ (1 << (bits.Len64(n) - 1)) // whose entries the new one shares
	r := s.head(old)
	s.setHead(old, 0)
	s.buckets++
	for r != 0 {
		next := s.entry(r).chain
		s.chain(r)
		r = next
	}
}

// shrink takes a bucket away where there are more than entries.
func (s *System) shrink() {
	n := s.buckets - 1
	if s.entries >= n || n < bucketsPerPage {
		return
	}
	r := s.head(n)
	s.setHead(n, 0)
	s.buckets = n
	for r != 0 {
		next := s.entry(r).chain
		s.chain(r)
		r = next
	}
	if n%bucketsPerPage == 0 {
		s.release(phys.Table(s.table)[n/bucketsPerPage&511])
		phys.Table(s.table)[n/bucketsPerPage&511] = 0
	}
}

// dots is the names of a directory and its parent.
var dots = [2]byte{'.', '.'}

// Entry is one line of a directory.
type Entry struct {
	Name   []byte // valid until the tree changes
	Inode  *Inode
	Cookie uint64 // what ReadDir takes to go on behind this entry
}

// ReadDir tells the first entry behind a cookie; 0 is the beginning. A cookie stays
// good for ever: what is there during all of the reading is told exactly once,
// whatever is created or removed meanwhile. False: there is none, or it is no
// directory, or one that was removed.
func (s *System) ReadDir(dir *Inode, cookie uint64) (Entry, bool) {
	if dir.kind != Directory || dir.links == 0 {
		return Entry{}, false
	}
	switch cookie {
	case 0:
		return Entry{dots[:1], dir, 1}, true
	case 1:
		return Entry{dots[:2], s.inode(dir.parent), 2}, true
	}
	r := dir.first
	if c := s.cursor; c != 0 && s.entry(c).parent == dir.id && s.entry(c).cookie <= cookie {
		r = c
	}
	for r != 0 && s.entry(r).cookie <= cookie {
		r = s.entry(r).next
	}
	if r == 0 {
		return Entry{}, false
	}
	s.cursor = r
	e := s.entry(r)
	return Entry{s.nameOf(r), s.inode(e.target), e.cookie}, true
}
