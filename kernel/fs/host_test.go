package fs

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
	"pgregory.net/rapid"

	"pxos/kernel/sys"
)

// host is the oracle: Linux itself, below a directory that a thread of its own has
// as its root.
type host struct {
	work chan func()
	root int
}

func newHost(t fataler, root string) *host {
	t.Helper()
	h := &host{work: make(chan func())}
	var err error
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with its root
		for f := range h.work {
			f()
		}
	}()
	h.do(func() {
		if err = unix.Unshare(unix.CLONE_FS); err == nil {
			err = unix.Chroot(root)
		}
		unix.Umask(0)
		if err == nil {
			err = unix.Chdir("/")
		}
		if err == nil {
			h.root, err = unix.Open("/", unix.O_PATH|unix.O_DIRECTORY, 0)
		}
	})
	if err != nil {
		t.Fatalf("%v", err)
	}
	return h
}

func (h *host) do(f func()) {
	done := make(chan bool)
	h.work <- func() { f(); close(done) }
	<-done
}

// errno runs a call and gives its error.
func (h *host) errno(f func() error) (e sys.Errno) {
	h.do(func() {
		if err := f(); err != nil {
			e = sys.Errno(err.(syscall.Errno))
		}
	})
	return e
}

// handle is an open file or directory, here and there.
type handle struct {
	i  *Inode
	fd int
}

// pair is a tree and the oracle.
type pair struct {
	s       *System
	h       *host
	handles []handle // the first is the root
	dirLink bool     // the host counts sub-directories in links
	worked  map[string]int
}

var (
	names = rapid.SampledFrom([]string{"a", "a", "a", "b", "b", "b", "c", "d", ".", "..", strings.Repeat("l", 255), strings.Repeat("m", 256),
		"a name of more than thirty-one letters"})
	slashes = rapid.SampledFrom([]string{"/", "/", "/", "//"})
	paths   = rapid.Custom(func(t *rapid.T) string {
		path := rapid.SampledFrom([]string{"", "", "/"}).Draw(t, "start")
		for n := rapid.SampledFrom([]int{0, 1, 1, 1, 1, 2, 2, 3, 4}).Draw(t, "components"); n > 0; n-- {
			path += names.Draw(t, "name")
			if n > 1 || rapid.IntRange(0, 7).Draw(t, "end") == 0 {
				path += slashes.Draw(t, "slash")
			}
		}
		return path
	})
	offsets = rapid.SampledFrom([]int64{0, 1, 100, 4095, 4096, 5000, 8192, 2<<20 - 1, 2 << 20, 3<<20 + 77, 1<<30 + 5})
)

// same holds an error of ours against the host's.
func (p *pair) same(t *rapid.T, what string, ours, theirs sys.Errno) bool {
	t.Helper()
	if ours != theirs {
		t.Fatalf("%s: error %d, the host gives %d (%v)", what, ours, theirs, syscall.Errno(theirs))
	}
	if ours == 0 {
		p.worked[what]++
	}
	return ours == 0
}

func (p *pair) any(t *rapid.T) handle {
	return p.handles[rapid.IntRange(0, len(p.handles)-1).Draw(t, "handle")]
}

// path draws a path: at random, of what is there, or a name beside that, for random
// ones seldom do anything.
func (p *pair) path(t *rapid.T, label string) string {
	how, all := rapid.IntRange(0, 2).Draw(t, "how"), p.all(p.s.Root(), "", nil)
	if how == 0 || len(all) == 0 {
		return paths.Draw(t, label)
	}
	path := all[rapid.IntRange(0, 1000).Draw(t, label)%len(all)]
	if how == 1 {
		path = filepath.Dir(path) + "/" + rapid.StringMatching("[a-h]").Draw(t, "name")
	}
	return path + rapid.SampledFrom([]string{"", "", "", "", "", "", "/", "/."}).Draw(t, "end")
}

// all is the paths of all that there is, as far as they are not too long.
func (p *pair) all(dir *Inode, path string, out []string) []string {
	for e, ok := p.s.ReadDir(dir, 2); ok; e, ok = p.s.ReadDir(dir, e.Cookie) {
		full := path + "/" + string(e.Name)
		if out = append(out, full); e.Inode.Kind() == Directory && len(full) < sys.PATH_MAX-300 {
			out = p.all(e.Inode, full, out)
		}
	}
	return out
}

// places draws a path from a handle, and its place.
func (p *pair) places(t *rapid.T, label string) (h handle, path string, at Place, err sys.Errno) {
	h, path = p.any(t), p.path(t, label)
	at, err = p.s.Parent(h.i, []byte(path), false)
	return h, path, at, err
}

func (p *pair) mkdir(t *rapid.T) {
	h, path, at, err := p.places(t, "path")
	if err == 0 {
		_, err = p.s.Create(at, Directory, 0o755, 0, 3)
	}
	p.same(t, "mkdir", err, p.h.errno(func() error { return unix.Mkdirat(h.fd, path, 0o755) }))
}

func (p *pair) fifo(t *rapid.T) {
	h, path, at, err := p.places(t, "path")
	if err == 0 {
		_, err = p.s.Create(at, Fifo, 0o640, 0, 3)
	}
	p.same(t, "mknod", err, p.h.errno(func() error { return unix.Mknodat(h.fd, path, unix.S_IFIFO|0o640, 0) }))
}

func (p *pair) symlink(t *rapid.T) {
	h, path, at, err := p.places(t, "path")
	target := paths.Draw(t, "target")
	if target == "" {
		err = sys.ENOENT // getname comes before all
	} else if err == 0 {
		_, err = p.s.Symlink(at, []byte(target), 3)
	}
	p.same(t, "symlink", err, p.h.errno(func() error { return unix.Symlinkat(target, h.fd, path) }))
}

func (p *pair) link(t *rapid.T) {
	from, old := p.any(t), p.path(t, "old")
	follow := rapid.Bool().Draw(t, "follow")
	i, err := p.s.Lookup(from.i, []byte(old), follow)
	h, path, at, err2 := p.places(t, "path")
	if err == 0 {
		err = err2
	}
	if err == 0 {
		err = p.s.Link(at, i, 3)
	}
	flags := 0
	if follow {
		flags = unix.AT_SYMLINK_FOLLOW
	}
	p.same(t, "link", err, p.h.errno(func() error { return unix.Linkat(from.fd, old, h.fd, path, flags) }))
}

func (p *pair) unlink(t *rapid.T) {
	h, path, at, err := p.places(t, "path")
	if err == 0 {
		err = p.s.Unlink(at, 3)
	}
	p.same(t, "unlink", err, p.h.errno(func() error { return unix.Unlinkat(h.fd, path, 0) }))
}

func (p *pair) rmdir(t *rapid.T) {
	h, path, at, err := p.places(t, "path")
	if err == 0 {
		err = p.s.Rmdir(at, 3)
	}
	p.same(t, "rmdir", err, p.h.errno(func() error { return unix.Unlinkat(h.fd, path, unix.AT_REMOVEDIR) }))
}

func (p *pair) rename(t *rapid.T) {
	h1, path1, at1, err := p.places(t, "old")
	h2, path2, at2, err2 := p.places(t, "new")
	if err == 0 {
		err = err2
	}
	flags := rapid.SampledFrom([]uint32{0, 0, 0, sys.RENAME_NOREPLACE, sys.RENAME_NOREPLACE, sys.RENAME_EXCHANGE, sys.RENAME_EXCHANGE, 3}).Draw(t, "flags")
	if flags == 3 {
		err = sys.EINVAL
	} else if err == 0 {
		err = p.s.Rename(at1, at2, flags, 3)
	}
	p.same(t, [...]string{"rename", "rename to nothing", "exchange", "rename"}[flags], err, p.h.errno(func() error { return unix.Renameat2(h1.fd, path1, h2.fd, path2, uint(flags)) }))
}

// openHere is open as a kernel makes it of our calls.
func (p *pair) openHere(start *Inode, path string, flags int) (*Inode, sys.Errno) {
	i, err := p.find(start, path, flags)
	switch {
	case err != 0:
		return nil, err
	case i.Kind() == Symlink:
		return nil, sys.ELOOP
	case flags&unix.O_CREAT != 0 && i.Kind() == Directory:
		return nil, sys.EISDIR
	case flags&unix.O_DIRECTORY != 0 && i.Kind() != Directory:
		return nil, sys.ENOTDIR
	case flags&unix.O_ACCMODE != 0 && i.Kind() == Directory:
		return nil, sys.EISDIR
	case i.Kind() == Fifo && flags&unix.O_ACCMODE == unix.O_WRONLY:
		return nil, sys.ENXIO
	}
	return i, 0
}

func (p *pair) find(start *Inode, path string, flags int) (*Inode, sys.Errno) {
	if flags&unix.O_CREAT == 0 {
		return p.s.Lookup(start, []byte(path), flags&unix.O_NOFOLLOW == 0)
	}
	at, err := p.s.Parent(start, []byte(path), flags&(unix.O_EXCL|unix.O_NOFOLLOW) == 0)
	if err != 0 {
		return nil, err
	}
	if at.Slash && at.form() == normal {
		return nil, sys.EISDIR
	}
	i, err := p.s.Child(at)
	if err == 0 && flags&unix.O_EXCL != 0 {
		return nil, sys.EEXIST
	}
	if err == sys.ENOENT {
		return p.s.Create(at, Regular, 0o644, 0, 3)
	}
	return i, err
}

func (p *pair) open(t *rapid.T) {
	h, path := p.any(t), p.path(t, "path")
	flags := rapid.SampledFrom([]int{unix.O_RDONLY, unix.O_RDWR, unix.O_RDWR | unix.O_CREAT, unix.O_RDWR | unix.O_CREAT,
		unix.O_RDWR | unix.O_CREAT | unix.O_EXCL, unix.O_RDONLY | unix.O_DIRECTORY, unix.O_RDONLY | unix.O_NOFOLLOW}).Draw(t, "flags")
	i, err := p.openHere(h.i, path, flags)
	fd := -1
	theirs := p.h.errno(func() (err error) {
		fd, err = unix.Openat(h.fd, path, flags|unix.O_NONBLOCK, 0o644)
		return err
	})
	if !p.same(t, "open", err, theirs) {
		return
	}
	p.s.Hold(i)
	p.handles = append(p.handles, handle{i, fd})
	if len(p.handles) > 6 {
		p.close(t)
	}
}

func (p *pair) close(t *rapid.T) {
	if len(p.handles) == 1 {
		return
	}
	n := rapid.IntRange(1, len(p.handles)-1).Draw(t, "closed")
	unix.Close(p.handles[n].fd)
	p.s.Drop(p.handles[n].i)
	p.handles = slices.Delete(p.handles, n, n+1)
}

// file draws an open regular file that may be written.
func (p *pair) file(t *rapid.T) (handle, bool) {
	var files []handle
	for _, h := range p.handles {
		flags, err := unix.FcntlInt(uintptr(h.fd), unix.F_GETFL, 0)
		if err == nil && h.i.Kind() == Regular && flags&unix.O_ACCMODE == unix.O_RDWR {
			files = append(files, h)
		}
	}
	if len(files) == 0 {
		return handle{}, false
	}
	return rapid.SampledFrom(files).Draw(t, "file"), true
}

func (p *pair) write(t *rapid.T) {
	h, ok := p.file(t)
	if !ok {
		return
	}
	offset := offsets.Draw(t, "offset")
	data := make([]byte, rapid.SampledFrom([]int{0, 1, 10, 4095, 4096, 4097, 9000, 20000}).Draw(t, "length"))
	fill := rapid.Byte().Draw(t, "fill")
	for n := range data {
		data[n] = fill + byte(n/7)
	}
	n, err := p.s.WriteAt(h.i, uint64(offset), data, 3)
	var m int
	p.same(t, "write", err, p.h.errno(func() (err error) { m, err = unix.Pwrite(h.fd, data, offset); return err }))
	if n != m {
		t.Fatalf("%d bytes are written, %d there", n, m)
	}
}

func (p *pair) read(t *rapid.T) {
	h, ok := p.file(t)
	if !ok {
		return
	}
	offset := max(0, offsets.Draw(t, "offset")+rapid.Int64Range(-3, 3).Draw(t, "shift"))
	ours := make([]byte, rapid.IntRange(0, 9000).Draw(t, "length"))
	theirs := make([]byte, len(ours))
	n := p.s.ReadAt(h.i, uint64(offset), ours)
	var m int
	p.same(t, "read", 0, p.h.errno(func() (err error) { m, err = unix.Pread(h.fd, theirs, offset); return err }))
	if n != m || !slices.Equal(ours, theirs) {
		t.Fatalf("read at %d: %d bytes, %d there, or others", offset, n, m)
	}
}

func (p *pair) truncate(t *rapid.T) {
	h, ok := p.file(t)
	if !ok {
		return
	}
	size := max(0, offsets.Draw(t, "size")+rapid.Int64Range(-3, 3).Draw(t, "shift"))
	p.same(t, "truncate", p.s.Truncate(h.i, uint64(size), 3), p.h.errno(func() error { return unix.Ftruncate(h.fd, size) }))
}

func (p *pair) chmod(t *rapid.T) {
	h := p.any(t)
	if h.i.Kind() == Directory {
		return
	}
	mode := rapid.Uint32Range(0, 0o7777).Draw(t, "mode")
	p.s.Chmod(h.i, mode, 3)
	p.same(t, "chmod", 0, p.h.errno(func() error { return unix.Fchmod(h.fd, mode) }))
}

// stat looks at a path, and at a link's target.
func (p *pair) stat(t *rapid.T) {
	h, path := p.any(t), p.path(t, "path")
	follow := rapid.Bool().Draw(t, "follow")
	flags := unix.AT_SYMLINK_NOFOLLOW
	if follow {
		flags = 0
	}
	i, err := p.s.Lookup(h.i, []byte(path), follow)
	var st unix.Stat_t
	if p.same(t, "stat", err, p.h.errno(func() error { return unix.Fstatat(h.fd, path, &st, flags) })) {
		p.compare(t, path, i, &st)
	}
}

// cwd is getcwd in an open directory.
func (p *pair) cwd(t *rapid.T) {
	h := p.any(t)
	if h.i.Kind() != Directory {
		return
	}
	ours, theirs := make([]byte, 4096), make([]byte, 4096)
	n, err := p.s.Path(h.i, ours)
	m := 0
	e := p.h.errno(func() error {
		if err := unix.Fchdir(h.fd); err != nil {
			return err
		}
		defer unix.Chdir("/")
		var err error
		m, err = unix.Getcwd(theirs)
		return err
	})
	if p.same(t, "getcwd", err, e) && string(ours[:n]) != string(theirs[:m-1]) {
		t.Fatalf("%q, there %q", ours[:n], theirs[:m-1])
	}
}

// compare holds an inode against what stat says.
func (p *pair) compare(t *rapid.T, path string, i *Inode, st *unix.Stat_t) {
	t.Helper()
	if i.Kind().Type()|i.Mode() != st.Mode {
		t.Fatalf("%q: mode %o, there %o", path, i.Kind().Type()|i.Mode(), st.Mode)
	}
	if i.Kind() != Directory && (i.Size() != uint64(st.Size) || uint64(i.Links()) != uint64(st.Nlink)) {
		t.Fatalf("%q: size %d, there %d; links %d, there %d", path, i.Size(), st.Size, i.Links(), st.Nlink)
	}
	if i.Kind() == Directory && p.dirLink && uint64(i.Links()) != uint64(st.Nlink) {
		t.Fatalf("%q: links %d, there %d", path, i.Links(), st.Nlink)
	}
}

// trees compares everything there is below a directory.
func (p *pair) trees(t *rapid.T, path string, dir *Inode) {
	t.Helper()
	ours := list(t, p.s, dir)
	var theirs []string
	p.h.do(func() {
		entries, err := os.ReadDir(path)
		if err != nil {
			panic(err)
		}
		for _, e := range entries {
			theirs = append(theirs, e.Name())
		}
	})
	slices.Sort(ours)
	slices.Sort(theirs)
	if !slices.Equal(ours, theirs) {
		t.Fatalf("%q has %q, there %q", path, ours, theirs)
	}
	for _, name := range ours {
		full := filepath.Join(path, name)
		if len(full) >= sys.PATH_MAX {
			continue
		}
		i := lookup(t, p.s, full)
		var st unix.Stat_t
		p.same(t, "stat", 0, p.h.errno(func() error { return unix.Lstat(full, &st) }))
		p.compare(t, full, i, &st)
		switch i.Kind() {
		case Directory:
			p.trees(t, full, i)
		case Symlink:
			target := make([]byte, 8192)
			n := 0
			p.same(t, "readlink", 0, p.h.errno(func() (err error) { n, err = unix.Readlink(full, target); return err }))
			if string(p.s.Readlink(i)) != string(target[:n]) {
				t.Fatalf("%q leads to %q, there to %q", full, p.s.Readlink(i), target[:n])
			}
		case Regular:
			if i.Size() > 4*mib {
				continue
			}
			var data []byte
			p.h.do(func() { data, _ = os.ReadFile(full) })
			if string(contents(p.s, i)) != string(data) {
				t.Fatalf("%q has other bytes", full)
			}
		}
	}
}

// orphans is what is open and has no name.
func (p *pair) orphans() []*Inode {
	var out []*Inode
	for _, h := range p.handles {
		if h.i.Links() == 0 {
			out = append(out, h.i)
		}
	}
	return out
}
