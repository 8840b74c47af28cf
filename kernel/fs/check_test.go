package fs

import (
	"bytes"
	"testing"

	"pxos/kernel/bootinfo"
	"pxos/kernel/frame"
	"pxos/kernel/phys"
	"pxos/kernel/sys"
	"pxos/tests/arena"
)

const mib = 1 << 20

// newFrames makes an allocator over a piece of address space.
func newFrames(t testing.TB, bytes int) *frame.Allocator {
	t.Helper()
	arena.New(t, bytes)
	return allFrames(t, bytes)
}

// allFrames makes an allocator over the arena there is.
func allFrames(t fataler, bytes int) *frame.Allocator {
	t.Helper()
	in := &bootinfo.Info{RegionCount: 1}
	in.Regions[0] = bootinfo.Region{Base: mib, Length: uint64(bytes) - mib, Kind: bootinfo.KindRAM}
	a := &frame.Allocator{}
	if !a.Init(in, nil, frame.Extent{End: uint64(bytes)}) {
		t.Fatalf("no memory")
	}
	return a
}

// newSystem makes an empty tree that may take so many pages.
func newSystem(t testing.TB, maxPages int) *System {
	t.Helper()
	s := &System{}
	if !s.Open(newFrames(t, maxPages*pageBytes+4*mib), uint64(maxPages), 1) {
		t.Fatal("no tree")
	}
	return s
}

// fataler is a test, or one that package rapid runs.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// census is what the checker counts.
type census struct {
	t         fataler
	s         *System
	slabs     map[ref]uint64  // pages, and the sizes of their slots
	held      map[*Inode]bool // inodes seen
	links     map[*Inode]uint32
	entries   uint64
	data      uint64 // pages
	slabPages uint64
}

// check goes through all of a tree: hash, lists, links, pages and counters must
// agree. Orphans are inodes without a name that somebody holds, each once.
func check(t fataler, s *System, orphans ...*Inode) {
	t.Helper()
	c := &census{t: t, s: s, slabs: map[ref]uint64{}, held: map[*Inode]bool{}, links: map[*Inode]uint32{}}
	c.links[s.Root()] = 2
	c.inode(s.Root())
	for _, i := range orphans {
		for ; !c.held[i]; i = s.inode(i.parent) { // of a removed directory the parent is held too
			if i.links != 0 {
				t.Fatalf("an orphan has %d links", i.links)
			}
			c.inode(i)
			if i.kind != Directory || s.inode(i.parent).links != 0 {
				break
			}
		}
	}
	for i := range c.held {
		if i.links != c.links[i] {
			t.Fatalf("inode %d, kind %d: %d links, %d by count", i.number, i.kind, i.links, c.links[i])
		}
	}
	if s.inodes.live != uint64(len(c.held)) || s.entries != c.entries || s.names.live+s.longs.live != c.entries {
		t.Fatalf("%d inodes, %d by count; %d entries, %d by count, %d in slabs", s.inodes.live, len(c.held), s.entries,
			c.entries, s.names.live+s.longs.live)
	}
	chained := uint64(0)
	for n := range s.buckets {
		for r := s.head(n); r != 0; r = s.entry(r).chain {
			if chained++; s.place(s.entry(r).hash) != n {
				t.Fatalf("an entry is in bucket %d of %d, its hash says %d", n, s.buckets, s.place(s.entry(r).hash))
			}
		}
	}
	if chained != s.entries {
		t.Fatalf("%d entries are in chains, there are %d", chained, s.entries)
	}
	for _, a := range []*slab{&s.inodes, &s.names, &s.longs} {
		c.slab(a)
	}
	if len(c.slabs) != 0 {
		t.Fatalf("%d pages of slabs are in none", len(c.slabs))
	}
	want := 1 + (s.buckets+bucketsPerPage-1)/bucketsPerPage + c.slabPages + c.data
	if s.used != want || s.used > s.limit {
		t.Fatalf("%d pages are used of %d, %d by count", s.used, s.limit, want)
	}
}

// slab looks at the pages of a slab: exactly those with a free slot are listed.
func (c *census) slab(a *slab) {
	c.t.Helper()
	open, prev, live := map[ref]bool{}, ref(0), uint64(0)
	for page := a.open; page != 0; page = pageAt(page.address()).next {
		if pageAt(page.address()).prev != prev {
			c.t.Fatalf("the list of open pages is broken")
		}
		prev, open[page] = page, true
	}
	for page, slot := range c.slabs {
		if slot != a.slot {
			continue
		}
		used := pageAt(page.address()).used
		if open[page] != (used < a.capacity()) {
			c.t.Fatalf("a page has %d slots in use of %d; listed: %v", used, a.capacity(), open[page])
		}
		delete(open, page)
		delete(c.slabs, page)
		c.slabPages++
		live += uint64(used)
	}
	if len(open) != 0 || live != a.live {
		c.t.Fatalf("%d empty pages; %d slots in use, %d by count", len(open), a.live, live)
	}
}

// inode looks at one inode, and at what lies below it.
func (c *census) inode(i *Inode) {
	c.t.Helper()
	if c.held[i] {
		return
	}
	c.held[i] = true
	c.slabs[i.id&^(pageRefs-1)] = c.s.inodes.slot
	c.pages(i)
	if i.kind != Directory {
		return
	}
	if i.links == 0 && (i.first != 0 || i.entry != 0) {
		c.t.Fatalf("a removed directory has an entry")
	}
	size, prev, cookie := uint64(2*entrySize), ref(0), uint64(firstCookie-1)
	for r := i.first; r != 0; r = c.s.entry(r).next {
		e := c.s.entry(r)
		c.slabs[r&^(pageRefs-1)] = c.s.slabFor(int(e.length)).slot
		c.entries++
		size += entrySize
		name, child := c.s.nameOf(r), c.s.inode(e.target)
		if e.parent != i.id || e.prev != prev || e.cookie <= cookie || c.s.find(i, name) != r {
			c.t.Fatalf("entry %q is wrong: %+v", name, *e)
		}
		prev, cookie = r, e.cookie
		c.links[child]++
		if child.kind == Directory {
			c.links[child]++
			c.links[i]++
			if child.parent != i.id || child.entry != r {
				c.t.Fatalf("directory %q lies elsewhere", name)
			}
		}
		c.inode(child)
	}
	if i.last != prev || i.size != size || i.cookie <= cookie {
		c.t.Fatalf("a directory has a wrong end or size")
	}
}

// pages counts the pages of an inode's data.
func (c *census) pages(i *Inode) {
	c.t.Helper()
	there := map[uint64]bool{}
	for p := range pages(i.backed) {
		there[p] = true
	}
	var walk func(pa uint64, height uint, first uint64)
	walk = func(pa uint64, height uint, first uint64) {
		c.data++
		if height == 0 {
			there[first] = true
			if end := i.size; first*pageBytes >= end {
				c.t.Fatalf("page %d is past the end of a file of %d", first, end)
			} else if first == end/pageBytes && !zeros(phys.Bytes(pa, pageBytes)[end%pageBytes:]) && i.kind == Regular {
				c.t.Fatalf("the bytes past the end of a file are not zero")
			}
			return
		}
		for n, child := range phys.Table(pa) {
			if child != 0 {
				walk(child, height-1, first+uint64(n)<<(nodeBits*(height-1)))
			}
		}
	}
	if i.root != 0 {
		walk(i.root, uint(i.height), 0)
	}
	if i.present != uint64(len(there)) || i.backed > i.size {
		c.t.Fatalf("inode %d: %d pages are said to be there, %d are; %d bytes of %d in the tar", i.number, i.present, len(there), i.backed, i.size)
	}
}

// at is the place of a path from the root.
func at(t fataler, s *System, path string) Place {
	t.Helper()
	p, err := s.Parent(nil, []byte(path), false)
	if err != 0 {
		t.Fatalf("%q: error %d", path, err)
	}
	return p
}

// lookup finds what must be there.
func lookup(t fataler, s *System, path string) *Inode {
	t.Helper()
	i, err := s.Lookup(nil, []byte(path), false)
	if err != 0 {
		t.Fatalf("%q: error %d", path, err)
	}
	return i
}

// make1 makes what must be possible.
func make1(t fataler, s *System, path string, kind Kind) *Inode {
	t.Helper()
	i, err := s.Create(at(t, s, path), kind, 0o644, 0, 2)
	if err != 0 {
		t.Fatalf("%q: error %d", path, err)
	}
	return i
}

// list is the names of a directory in order, without the first two.
func list(t fataler, s *System, dir *Inode) []string {
	t.Helper()
	var out []string
	for e, ok := s.ReadDir(dir, 0); ok; e, ok = s.ReadDir(dir, e.Cookie) {
		out = append(out, string(e.Name))
	}
	if len(out) < 2 || out[0] != "." || out[1] != ".." {
		t.Fatalf("a directory begins with %q", out)
	}
	return out[2:]
}

// contents is all of a file.
func contents(s *System, i *Inode) []byte {
	out := bytes.Repeat([]byte{0xEE}, int(i.Size()))
	return out[:s.ReadAt(i, 0, out)]
}

// empty removes everything by the calls that programs have.
func empty(t fataler, s *System, dir *Inode) {
	t.Helper()
	for _, name := range list(t, s, dir) {
		p := Place{Dir: dir, Name: []byte(name)}
		i, err := s.Child(p)
		if err != 0 {
			t.Fatalf("%q: error %d", name, err)
		}
		if i.Kind() == Directory {
			empty(t, s, i)
			err = s.Rmdir(p, 9)
		} else {
			err = s.Unlink(p, 9)
		}
		if err != sys.Errno(0) {
			t.Fatalf("remove %q: error %d", name, err)
		}
	}
}
