package fs

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pxos/kernel/phys"
	"pxos/kernel/sys"
)

// small makes a tree with one of each.
func small(t *testing.T) *System {
	s := newSystem(t, 4096)
	make1(t, s, "/dir", Directory)
	make1(t, s, "/dir/sub", Directory)
	make1(t, s, "/dir/file", Regular)
	make1(t, s, "/empty", Directory)
	make1(t, s, "/file", Regular)
	make1(t, s, "/fifo", Fifo)
	for _, l := range [][2]string{{"/link", "dir"}, {"/loop", "loop"}, {"/dangling", "nothing"}, {"/root", "/"}, {"/up", "dir/../../dir/sub/"},
		{"/tofile", "file"}, {"/l0", "file"}} {
		if _, err := s.Symlink(at(t, s, l[0]), []byte(l[1]), 2); err != 0 {
			t.Fatal(err)
		}
	}
	for n := range 40 {
		if _, err := s.Symlink(at(t, s, fmt.Sprintf("/l%d", n+1)), []byte(fmt.Sprintf("l%d", n)), 2); err != 0 {
			t.Fatal(err)
		}
	}
	return s
}

func TestLookup(t *testing.T) {
	s := small(t)
	long := strings.Repeat("x", 256)
	for _, c := range []struct {
		path   string
		follow bool
		want   string // the same without anything to resolve
		err    sys.Errno
	}{
		{"", true, "", sys.ENOENT},
		{"/", true, "/", 0},
		{"//.//..", true, "/", 0},
		{"..", true, "/", 0},
		{"dir/../file", true, "/file", 0},
		{"file/", true, "", sys.ENOTDIR},
		{"file/.", true, "", sys.ENOTDIR},
		{"file/..", true, "", sys.ENOTDIR},
		{"file/" + long, true, "", sys.ENOTDIR},
		{"nothing/", true, "", sys.ENOENT},
		{"dir/", true, "/dir", 0},
		{"link", false, "/link", 0},
		{"link", true, "/dir", 0},
		{"link/", false, "/dir", 0},
		{"link/file", false, "/dir/file", 0},
		{"root/root/root/dir/", false, "/dir", 0},
		{"up/../file", false, "/dir/file", 0},
		{"up", true, "/dir/sub", 0},
		{"tofile/", true, "", sys.ENOTDIR},
		{"tofile", true, "/file", 0},
		{"dangling", true, "", sys.ENOENT},
		{"dangling", false, "/dangling", 0},
		{"loop", false, "/loop", 0},
		{"loop", true, "", sys.ELOOP},
		{"l39", true, "/file", 0},
		{"l40", true, "", sys.ELOOP},
		{long, true, "", sys.ENAMETOOLONG},
		{"dir/" + long + "/x", true, "", sys.ENAMETOOLONG},
		{strings.Repeat("/", 4095), true, "/", 0},
		{strings.Repeat("/", 4096), true, "", sys.ENAMETOOLONG},
		{strings.Repeat("root/", 40), true, "/", 0},
		{strings.Repeat("root/", 41), true, "", sys.ELOOP},
	} {
		i, err := s.Lookup(nil, []byte(c.path), c.follow)
		if err != c.err || err == 0 && i != lookup(t, s, c.want) {
			t.Errorf("%.40q: error %d, expected %d; or another inode", c.path, err, c.err)
		}
	}
}

// TestParent: what open with O_CREAT sees of a symlink at the end.
func TestParent(t *testing.T) {
	s := small(t)
	for _, c := range []struct {
		path, dir, name string
		follow, slash   bool
		err             sys.Errno
	}{
		{"dir/new", "/dir", "new", true, false, 0},
		{"link/new//", "/dir", "new", false, true, 0},
		{"dangling", "/", "dangling", false, false, 0},
		{"dangling", "/", "nothing", true, false, 0},
		{"dangling/", "/", "dangling", true, true, 0},
		{"root", "/", "", true, false, 0},
		{"loop", "", "", true, false, sys.ELOOP},
		{"nothing/new", "", "", true, false, sys.ENOENT},
		{"file/new", "", "", true, false, sys.ENOTDIR},
		{"dir/..", "/dir", "..", true, false, 0},
		{"/", "/", "", true, false, 0},
	} {
		p, err := s.Parent(nil, []byte(c.path), c.follow)
		if err != c.err || err == 0 && (p.Dir != lookup(t, s, c.dir) || string(p.Name) != c.name || p.Slash != c.slash) {
			t.Errorf("%q: %q, slash %v, error %d", c.path, p.Name, p.Slash, err)
		}
	}
}

// TestErrors has the errors that random calls seldom meet.
func TestErrors(t *testing.T) {
	s := small(t)
	file, dir, root := lookup(t, s, "/file"), lookup(t, s, "/dir"), s.Root()
	place := func(path string) Place { return at(t, s, path) }
	first := func(_ *Inode, err sys.Errno) sys.Errno { return err }
	written := func(_ int, err sys.Errno) sys.Errno { return err }
	for _, c := range []struct {
		what string
		got  sys.Errno
		want sys.Errno
	}{
		{"make a file /", first(s.Create(place("/"), Regular, 0, 0, 3)), sys.EEXIST},
		{"make .", first(s.Create(place("dir/."), Directory, 0, 0, 3)), sys.EEXIST},
		{"make a file with a slash", first(s.Create(place("new/"), Regular, 0, 0, 3)), sys.ENOENT},
		{"make a file in a file", first(s.Create(Place{Dir: file, Name: []byte("x")}, Regular, 0, 0, 3)), sys.ENOTDIR},
		{"make what is no kind", first(s.Create(place("new"), 0, 0, 0, 3)), sys.EINVAL},
		{"make a symlink without a target", first(s.Create(place("new"), Symlink, 0, 0, 3)), sys.EINVAL},
		{"a long name", first(s.Create(place(strings.Repeat("x", 256)), Regular, 0, 0, 3)), sys.ENAMETOOLONG},
		{"an empty target", first(s.Symlink(place("new"), nil, 3)), sys.ENOENT},
		{"a long target", first(s.Symlink(place("new"), make([]byte, 4096), 3)), sys.ENAMETOOLONG},
		{"link a directory", s.Link(place("new"), dir, 3), sys.EPERM},
		{"link over", s.Link(place("fifo"), dir, 3), sys.EEXIST},
		{"unlink a directory", s.Unlink(place("dir"), 3), sys.EISDIR},
		{"unlink /", s.Unlink(place("/"), 3), sys.EISDIR},
		{"unlink file/", s.Unlink(place("file/"), 3), sys.ENOTDIR},
		{"rmdir /", s.Rmdir(place("/"), 3), sys.EBUSY},
		{"rmdir .", s.Rmdir(place("."), 3), sys.EINVAL},
		{"rmdir ..", s.Rmdir(place("dir/.."), 3), sys.ENOTEMPTY},
		{"rmdir a file", s.Rmdir(place("file"), 3), sys.ENOTDIR},
		{"rmdir a link", s.Rmdir(place("link/"), 3), sys.ENOTDIR},
		{"rmdir what is full", s.Rmdir(place("dir"), 3), sys.ENOTEMPTY},
		{"rename into itself", s.Rename(place("dir"), place("dir/sub/x"), 0, 3), sys.EINVAL},
		{"rename over what it is in", s.Rename(place("dir/sub"), place("dir"), 0, 3), sys.ENOTEMPTY},
		{"exchange with what it is in", s.Rename(place("dir/sub"), place("dir"), sys.RENAME_EXCHANGE, 3), sys.EINVAL},
		{"rename over what is full", s.Rename(place("empty"), place("dir"), 0, 3), sys.ENOTEMPTY},
		{"rename a directory over a file", s.Rename(place("empty"), place("file"), 0, 3), sys.ENOTDIR},
		{"rename a file over a directory", s.Rename(place("file"), place("empty"), 0, 3), sys.EISDIR},
		{"rename file/", s.Rename(place("file/"), place("new"), 0, 3), sys.ENOTDIR},
		{"rename to a file new/", s.Rename(place("file"), place("new/"), 0, 3), sys.ENOTDIR},
		{"rename .", s.Rename(place("dir/."), place("new"), 0, 3), sys.EBUSY},
		{"rename over ..", s.Rename(place("dir"), place("dir/.."), 0, 3), sys.EBUSY},
		{"do not replace ..", s.Rename(place("dir"), place("dir/.."), sys.RENAME_NOREPLACE, 3), sys.EEXIST},
		{"do not replace", s.Rename(place("file"), place("fifo"), sys.RENAME_NOREPLACE, 3), sys.EEXIST},
		{"exchange with nothing", s.Rename(place("file"), place("new"), sys.RENAME_EXCHANGE, 3), sys.ENOENT},
		{"two flags", s.Rename(place("file"), place("new"), 3, 3), sys.EINVAL},
		{"write to a directory", written(s.WriteAt(dir, 0, []byte{1}, 3)), sys.EISDIR},
		{"write to a fifo", written(s.WriteAt(lookup(t, s, "fifo"), 0, []byte{1}, 3)), sys.EINVAL},
		{"write past the greatest size", written(s.WriteAt(file, MaxFileBytes, []byte{1}, 3)), sys.EFBIG},
		{"write at the last address", written(s.WriteAt(file, ^uint64(0), []byte{1}, 3)), sys.EFBIG},
		{"truncate a directory", s.Truncate(dir, 0, 3), sys.EISDIR},
		{"truncate a link", s.Truncate(lookup(t, s, "link"), 0, 3), sys.EINVAL},
		{"truncate past the greatest size", s.Truncate(file, MaxFileBytes+1, 3), sys.EFBIG},
		{"where a file is", written(s.Path(file, nil)), sys.ENOTDIR},
		{"where the root is, in no room", written(s.Path(root, nil)), sys.ERANGE},
		{"where dir is, in too little", written(s.Path(dir, make([]byte, 3))), sys.ERANGE},
		{"unpack into what is not empty", s.Unpack(nil, 3), sys.EBUSY},
	} {
		if c.got != c.want {
			t.Errorf("%s: error %d, expected %d", c.what, c.got, c.want)
		}
	}
	check(t, s)
	if n := s.ReadAt(dir, 0, make([]byte, 10)); n != 0 || s.Readlink(file) != nil || s.Data(file) != nil {
		t.Error("there is data where there can be none")
	}
}

// TestLargeFile writes at both ends of the largest file that there can be.
func TestLargeFile(t *testing.T) {
	s := newSystem(t, 64)
	i := make1(t, s, "/f", Regular)
	used := s.Used()
	if n, err := s.WriteAt(i, MaxFileBytes-3, []byte("abcdef"), 7); n != 3 || err != 0 || i.Size() != MaxFileBytes || i.Mtime() != 7 {
		t.Errorf("%d bytes, error %d, size %d", n, err, i.Size())
	}
	if n, err := s.WriteAt(i, 1, []byte("x"), 8); n != 1 || err != 0 {
		t.Errorf("%d bytes, error %d", n, err)
	}
	if s.Blocks(i) != 16 {
		t.Errorf("%d blocks of two pages", s.Blocks(i))
	}
	check(t, s)
	b := make([]byte, 10)
	if n := s.ReadAt(i, MaxFileBytes-5, b); n != 5 || string(b[:5]) != "\x00\x00abc" {
		t.Errorf("%d bytes: %q", n, b)
	}
	if err := s.Truncate(i, 1, 9); err != 0 || s.Blocks(i) != 8 {
		t.Errorf("error %d, %d blocks", err, s.Blocks(i))
	}
	if err := s.Truncate(i, 100, 9); err != 0 || !slices.Equal(contents(s, i), make([]byte, 100)) {
		t.Errorf("error %d: what was cut off came back", err)
	}
	if err := s.Truncate(i, 0, 9); err != 0 || s.Used() != used || s.Blocks(i) != 0 {
		t.Errorf("error %d: %d pages are used, %d before", err, s.Used(), used)
	}
}

// TestSparse writes and cuts off single pages far from each other.
func TestSparse(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	for range 100 {
		s := newSystem(t, 2048)
		i := make1(t, s, "/f", Regular)
		there := map[uint64]byte{}
		for range 60 {
			page := r.Uint64N(1 << (1 + r.IntN(22)))
			if r.IntN(4) > 0 {
				there[page] = byte(1 + r.IntN(255))
				if n, err := s.WriteAt(i, page*pageBytes+7, []byte{there[page]}, 3); n != 1 || err != 0 {
					t.Fatalf("%d bytes, error %d", n, err)
				}
			} else if err := s.Truncate(i, page*pageBytes+r.Uint64N(2)*8, 3); err != 0 {
				t.Fatalf("error %d", err)
			}
			for page := range there {
				if page*pageBytes+7 >= i.Size() {
					delete(there, page)
				}
			}
			check(t, s)
		}
		for page, want := range there {
			b := make([]byte, 9)
			if n := s.ReadAt(i, page*pageBytes, b); n < 8 || b[7] != want || !zeros(b[:7]) || b[8] != 0 {
				t.Fatalf("page %d: %d bytes, %x", page, n, b)
			}
		}
	}
}

// TestAttributes sets what is told of an inode.
func TestAttributes(t *testing.T) {
	s := newSystem(t, 64)
	i := make1(t, s, "/f", Regular)
	s.Chmod(i, 0o107755, 5)
	if i.Mode() != 0o7755 || i.Ctime() != 5 || i.Atime() != 2 || i.Mtime() != 2 {
		t.Errorf("mode %o, times %d %d %d", i.Mode(), i.Atime(), i.Mtime(), i.Ctime())
	}
	s.SetTimes(i, 11, 12, 13)
	if i.Atime() != 11 || i.Mtime() != 12 || i.Ctime() != 13 {
		t.Errorf("times %d %d %d", i.Atime(), i.Mtime(), i.Ctime())
	}
	if s.Accessed(i, 14); i.Atime() != 14 || i.Ctime() != 13 {
		t.Errorf("times %d %d", i.Atime(), i.Ctime())
	}
	seen := map[uint32]bool{}
	for k := Regular; k <= Socket; k++ {
		if m := k.Type(); m == 0 || m&^sys.S_IFMT != 0 || seen[m] {
			t.Errorf("kind %d is %#x in a mode", k, m)
		} else {
			seen[m] = true
		}
	}
	number := i.Number()
	s.Unlink(at(t, s, "/f"), 3)
	if j := make1(t, s, "/f", Regular); j.Number() == number {
		t.Error("an inode number was given twice")
	}
}

// TestHeld: what is open lives on without a name, and no longer.
func TestHeld(t *testing.T) {
	s := newSystem(t, 256)
	used := s.Used()
	make1(t, s, "/a", Directory)
	b := make1(t, s, "/a/b", Directory)
	f := make1(t, s, "/a/b/f", Regular)
	s.WriteAt(f, 10000, []byte("words"), 3)
	s.Hold(f)
	s.Hold(b)
	empty(t, s, s.Root())
	check(t, s, f, b)
	if string(contents(s, f)[10000:]) != "words" || f.Links() != 0 || b.Links() != 0 {
		t.Error("an open file lost what is in it")
	}
	if i, err := s.Lookup(b, []byte("../.."), true); i != s.Root() || err != 0 {
		t.Errorf("../.. of a removed directory: error %d", err)
	}
	if _, err := s.Create(Place{Dir: b, Name: []byte("x")}, Regular, 0, 0, 3); err != sys.ENOENT {
		t.Errorf("make a file in a removed directory: error %d", err)
	}
	if err := s.Link(at(t, s, "/new"), f, 3); err != sys.ENOENT {
		t.Errorf("link what has no name: error %d", err)
	}
	if _, ok := s.ReadDir(b, 0); ok {
		t.Error("a removed directory is read")
	}
	if _, err := s.Path(b, make([]byte, 100)); err != sys.ENOENT {
		t.Errorf("where a removed directory is: error %d", err)
	}
	s.Drop(b)
	s.Drop(f)
	check(t, s)
	if s.Used() != used {
		t.Errorf("%d pages are used, %d at first", s.Used(), used)
	}
}

// TestReadDir reads a directory in steps while entries come and go.
func TestReadDir(t *testing.T) {
	s := newSystem(t, 4096)
	dir := make1(t, s, "/d", Directory)
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 50 {
		stable := map[string]int{}
		var other []string
		for n := range 300 {
			name := fmt.Sprintf("%d-%d", round, n)
			make1(t, s, "/d/"+name, Regular)
			if n%3 == 0 {
				stable[name] = 0
			} else {
				other = append(other, name)
			}
		}
		seen := 0
		for e, ok := s.ReadDir(dir, 0); ok; e, ok = s.ReadDir(dir, e.Cookie) {
			seen++
			if _, there := stable[string(e.Name)]; there {
				stable[string(e.Name)]++
			}
			for range r.IntN(3) {
				if len(other) > 0 {
					n := r.IntN(len(other))
					if err := s.Unlink(at(t, s, "/d/"+other[n]), 3); err != 0 {
						t.Fatal(err)
					}
					other = slices.Delete(other, n, n+1)
				}
			}
			if seen < 200 {
				make1(t, s, fmt.Sprintf("/d/%d-new-%d", round, seen), Regular)
			}
			if seen%10 == 0 { // another reader
				s.ReadDir(s.Root(), 2)
				s.ReadDir(dir, uint64(r.IntN(100)))
			}
		}
		for name, n := range stable {
			if n != 1 {
				t.Fatalf("%s was told %d times", name, n)
			}
		}
		check(t, s)
		empty(t, s, dir)
	}
}

// TestManyEntries lets the hash table grow and shrink.
func TestManyEntries(t *testing.T) {
	s := newSystem(t, 4096)
	used := s.Used()
	file := make1(t, s, "/f", Regular)
	long := strings.Repeat("n", 100)
	const n = 20000
	for k := range n {
		if err := s.Link(at(t, s, fmt.Sprintf("/%s%d", long[:k%100], k)), file, 3); err != 0 {
			t.Fatal(err)
		}
	}
	if s.buckets < n/perBucket || file.Links() != n+1 {
		t.Errorf("%d buckets for %d entries", s.buckets, s.entries)
	}
	check(t, s)
	empty(t, s, s.Root())
	check(t, s)
	if s.Used() != used {
		t.Errorf("%d pages are used, %d at first", s.Used(), used)
	}
}

// TestOpenWithoutMemory: all or nothing.
func TestOpenWithoutMemory(t *testing.T) {
	frames := newFrames(t, 8*mib)
	free := frames.Free
	for limit := range uint64(3) {
		if s := (&System{}); s.Open(frames, limit, 1) || frames.Free != free {
			t.Errorf("%d pages: opened, or %d frames are lost", limit, free-frames.Free)
		}
	}
	if s := (&System{}); !s.Open(frames, 3, 1) {
		t.Error("three pages are not enough")
	}
}

// render is all that can be seen of a tree.
func render(t *testing.T, s *System, dir *Inode, path string, out *strings.Builder) {
	for e, ok := s.ReadDir(dir, 2); ok; e, ok = s.ReadDir(dir, e.Cookie) {
		i := e.Inode
		fmt.Fprintf(out, "%s/%s %d %d %d %o %d %q %q\n", path, e.Name, i.Kind(), i.Size(), i.Links(), i.Mode(), s.Blocks(i), contents(s, i), s.Readlink(i))
		if i.Kind() == Directory {
			render(t, s, i, path+"/"+string(e.Name), out)
		}
	}
}

// TestExhaustion lets memory end at every page that a request takes: it gives
// ENOSPC and has done nothing, or a part of what was to be written.
func TestExhaustion(t *testing.T) {
	data := bytes.Repeat([]byte("0123456789abcdef"), 1024)
	long := strings.Repeat("y", 200)
	first := func(_ *Inode, err sys.Errno) sys.Errno { return err }
	requests := map[string]func(s *System) sys.Errno{
		"create":  func(s *System) sys.Errno { return first(s.Create(at(t, s, "/new"), Regular, 0, 0, 3)) },
		"mkdir":   func(s *System) sys.Errno { return first(s.Create(at(t, s, "/new"), Directory, 0, 0, 3)) },
		"long":    func(s *System) sys.Errno { return first(s.Create(at(t, s, "/"+long), Directory, 0, 0, 3)) },
		"symlink": func(s *System) sys.Errno { return first(s.Symlink(at(t, s, "/new"), []byte("target"), 3)) },
		"link":    func(s *System) sys.Errno { return s.Link(at(t, s, "/new"), lookup(t, s, "/f"), 3) },
		"rename":  func(s *System) sys.Errno { return s.Rename(at(t, s, "/f"), at(t, s, "/d/"+long), 0, 3) },
		"move":    func(s *System) sys.Errno { return s.Rename(at(t, s, "/d"), at(t, s, "/"+long), 0, 3) },
		"write": func(s *System) sys.Errno {
			i := lookup(t, s, "/f")
			n, err := s.WriteAt(i, 3<<20-5000, data, 3)
			if (err != 0) != (n == 0) || n > 0 && i.Size() != 3<<20-5000+uint64(n) {
				t.Fatalf("%d bytes, error %d, size %d", n, err, i.Size())
			}
			if n > 0 && n < len(data) && s.Used() != s.Limit() {
				t.Fatalf("%d bytes were written, and %d pages are left", n, s.Limit()-s.Used())
			}
			return err
		},
	}
	for fill := range 64 {
		for what, request := range requests {
			s := newSystem(t, 128)
			make1(t, s, "/f", Regular)
			s.WriteAt(lookup(t, s, "/f"), 0, []byte("hello"), 3)
			make1(t, s, "/d", Directory)
			for n := range fill {
				make1(t, s, fmt.Sprintf("/d/%d", n), Regular)
			}
			var before, after strings.Builder
			render(t, s, s.Root(), "", &before)
			refused := 0
			for s.limit = s.used; ; s.limit++ {
				err := request(s)
				check(t, s)
				if err == 0 {
					break
				}
				refused++
				after.Reset()
				if render(t, s, s.Root(), "", &after); err != sys.ENOSPC || before.String() != after.String() {
					t.Fatalf("%s: error %d\n%s\nbefore:\n%s", what, err, after.String(), before.String())
				}
			}
			if what == "write" && refused == 0 {
				t.Fatalf("%s never lacks memory", what)
			}
			empty(t, s, s.Root())
			check(t, s)
		}
	}
}

// TestFramesRunOut: the allocator may have less than the tree may take.
func TestFramesRunOut(t *testing.T) {
	frames := newFrames(t, 2*mib)
	s := &System{}
	if !s.Open(frames, 1<<30, 1) {
		t.Fatal("no tree")
	}
	i := make1(t, s, "/f", Regular)
	n, err := s.WriteAt(i, 0, make([]byte, 4*mib), 2)
	if err != 0 || n == 0 || n%pageBytes != 0 || frames.Free != 0 {
		t.Errorf("%d bytes, error %d, %d frames left", n, err, frames.Free)
	}
	if n, err := s.WriteAt(i, uint64(n), []byte{1}, 2); n != 0 || err != sys.ENOSPC {
		t.Errorf("%d bytes, error %d", n, err)
	}
	check(t, s)
	if err := s.Unlink(at(t, s, "/f"), 3); err != 0 || frames.Free < uint64(n/phys.PageBytes) {
		t.Errorf("error %d, %d frames are free", err, frames.Free)
	}
	check(t, s)
}
