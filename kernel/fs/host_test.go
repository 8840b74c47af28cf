package fs

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
	"pgregory.net/rapid"

	"pxos/kernel/phys"
	"pxos/kernel/sys"
	"pxos/tests/arena"
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
func same(t *rapid.T, what string, ours, theirs sys.Errno) bool {
	t.Helper()
	if ours != theirs {
		t.Fatalf("%s: error %d, the host gives %d (%v)", what, ours, theirs, syscall.Errno(theirs))
	}
	return ours == 0
}

func (p *pair) any(t *rapid.T) handle {
	return p.handles[rapid.IntRange(0, len(p.handles)-1).Draw(t, "handle")]
}

// places draws a path from a handle, and its place.
func (p *pair) places(t *rapid.T, label string) (h handle, path string, at Place, err sys.Errno) {
	h, path = p.any(t), paths.Draw(t, label)
	at, err = p.s.Parent(h.i, []byte(path), false)
	return h, path, at, err
}

func (p *pair) mkdir(t *rapid.T) {
	h, path, at, err := p.places(t, "path")
	if err == 0 {
		_, err = p.s.Create(at, Directory, 0o755, 0, 3)
	}
	same(t, "mkdir", err, p.h.errno(func() error { return unix.Mkdirat(h.fd, path, 0o755) }))
}

func (p *pair) fifo(t *rapid.T) {
	h, path, at, err := p.places(t, "path")
	if err == 0 {
		_, err = p.s.Create(at, Fifo, 0o640, 0, 3)
	}
	same(t, "mknod", err, p.h.errno(func() error { return unix.Mknodat(h.fd, path, unix.S_IFIFO|0o640, 0) }))
}

func (p *pair) symlink(t *rapid.T) {
	h, path, at, err := p.places(t, "path")
	target := paths.Draw(t, "target")
	if target == "" {
		err = sys.ENOENT // getname comes before all
	} else if err == 0 {
		_, err = p.s.Symlink(at, []byte(target), 3)
	}
	same(t, "symlink", err, p.h.errno(func() error { return unix.Symlinkat(target, h.fd, path) }))
}

func (p *pair) link(t *rapid.T) {
	from, old := p.any(t), paths.Draw(t, "old")
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
	same(t, "link", err, p.h.errno(func() error { return unix.Linkat(from.fd, old, h.fd, path, flags) }))
}

func (p *pair) unlink(t *rapid.T) {
	h, path, at, err := p.places(t, "path")
	if err == 0 {
		err = p.s.Unlink(at, 3)
	}
	same(t, "unlink", err, p.h.errno(func() error { return unix.Unlinkat(h.fd, path, 0) }))
}

func (p *pair) rmdir(t *rapid.T) {
	h, path, at, err := p.places(t, "path")
	if err == 0 {
		err = p.s.Rmdir(at, 3)
	}
	same(t, "rmdir", err, p.h.errno(func() error { return unix.Unlinkat(h.fd, path, unix.AT_REMOVEDIR) }))
}

func (p *pair) rename(t *rapid.T) {
	h1, path1, at1, err := p.places(t, "old")
	h2, path2, at2, err2 := p.places(t, "new")
	if err == 0 {
		err = err2
	}
	flags := rapid.SampledFrom([]uint32{0, 0, 0, sys.RENAME_NOREPLACE, sys.RENAME_EXCHANGE, sys.RENAME_EXCHANGE, 3}).Draw(t, "flags")
	if flags == 3 {
		err = sys.EINVAL
	} else if err == 0 {
		err = p.s.Rename(at1, at2, flags, 3)
	}
	same(t, "rename", err, p.h.errno(func() error { return unix.Renameat2(h1.fd, path1, h2.fd, path2, uint(flags)) }))
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
	h, path := p.any(t), paths.Draw(t, "path")
	flags := rapid.SampledFrom([]int{unix.O_RDONLY, unix.O_RDWR, unix.O_RDWR | unix.O_CREAT, unix.O_RDWR | unix.O_CREAT,
		unix.O_RDWR | unix.O_CREAT | unix.O_EXCL, unix.O_RDONLY | unix.O_DIRECTORY, unix.O_RDONLY | unix.O_NOFOLLOW}).Draw(t, "flags")
	i, err := p.openHere(h.i, path, flags)
	fd := -1
	theirs := p.h.errno(func() (err error) {
		fd, err = unix.Openat(h.fd, path, flags|unix.O_NONBLOCK, 0o644)
		return err
	})
	if !same(t, "open "+path, err, theirs) {
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
	h := p.any(t)
	flags, err := unix.FcntlInt(uintptr(h.fd), unix.F_GETFL, 0)
	return h, err == nil && h.i.Kind() == Regular && flags&unix.O_ACCMODE == unix.O_RDWR
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
	same(t, "write", err, p.h.errno(func() (err error) { m, err = unix.Pwrite(h.fd, data, offset); return err }))
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
	same(t, "read", 0, p.h.errno(func() (err error) { m, err = unix.Pread(h.fd, theirs, offset); return err }))
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
	same(t, "truncate", p.s.Truncate(h.i, uint64(size), 3), p.h.errno(func() error { return unix.Ftruncate(h.fd, size) }))
}

func (p *pair) chmod(t *rapid.T) {
	h := p.any(t)
	if h.i.Kind() == Directory {
		return
	}
	mode := rapid.Uint32Range(0, 0o7777).Draw(t, "mode")
	p.s.Chmod(h.i, mode, 3)
	same(t, "chmod", 0, p.h.errno(func() error { return unix.Fchmod(h.fd, mode) }))
}

// stat looks at a path, and at a link's target.
func (p *pair) stat(t *rapid.T) {
	h, path := p.any(t), paths.Draw(t, "path")
	follow := rapid.Bool().Draw(t, "follow")
	flags := unix.AT_SYMLINK_NOFOLLOW
	if follow {
		flags = 0
	}
	i, err := p.s.Lookup(h.i, []byte(path), follow)
	var st unix.Stat_t
	if same(t, "stat "+path, err, p.h.errno(func() error { return unix.Fstatat(h.fd, path, &st, flags) })) {
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
	if same(t, "getcwd", err, e) && string(ours[:n]) != string(theirs[:m-1]) {
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
		same(t, "stat", 0, p.h.errno(func() error { return unix.Lstat(full, &st) }))
		p.compare(t, full, i, &st)
		switch i.Kind() {
		case Directory:
			p.trees(t, full, i)
		case Symlink:
			target := make([]byte, 8192)
			n := 0
			same(t, "readlink", 0, p.h.errno(func() (err error) { n, err = unix.Readlink(full, target); return err }))
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

// TestAgainstHost makes random calls here and on the host's file system, and
// compares every result and both trees.
func TestAgainstHost(t *testing.T) {
	if os.Getuid() != 0 { // a root directory of one's own takes root, if only in one's own name space
		inNamespace(t)
		return
	}
	arena.New(t, 64*mib)
	base, n := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		root := filepath.Join(base, strconv.Itoa(n))
		if err := os.Mkdir(root, 0o755); err != nil {
			t.Fatalf("%v", err)
		}
		frames := allFrames(t, 64*mib)
		free := frames.Free
		p := &pair{s: &System{}, h: newHost(t, root), dirLink: linksCountDirectories(t, base)}
		if !p.s.Open(frames, 8192, 1) {
			t.Fatalf("no tree")
		}
		p.s.Hold(p.s.Root())
		p.handles = []handle{{p.s.Root(), p.h.root}}
		start := p.s.Used()
		defer func() { // also when the test fails: it is tried again
			for _, h := range p.handles {
				unix.Close(h.fd)
			}
			close(p.h.work)
			os.RemoveAll(root)
		}()
		t.Repeat(map[string]func(*rapid.T){
			"mkdir": p.mkdir, "mkdir2": p.mkdir, "fifo": p.fifo, "symlink": p.symlink, "symlink2": p.symlink, "link": p.link,
			"unlink": p.unlink, "rmdir": p.rmdir, "rename": p.rename, "rename2": p.rename, "open": p.open, "open2": p.open, "close": p.close,
			"write": p.write, "write2": p.write, "read": p.read, "truncate": p.truncate, "chmod": p.chmod, "stat": p.stat, "cwd": p.cwd,
			"": func(t *rapid.T) { check(t, p.s, p.orphans()...) },
		})
		p.trees(t, "/", p.s.Root())
		for _, h := range p.handles {
			p.s.Drop(h.i)
		}
		empty(t, p.s, p.s.Root())
		check(t, p.s)
		if p.s.Used() != start {
			t.Fatalf("%d pages are used of an empty tree, %d at first", p.s.Used(), start)
		}
		giveAll(p.s)
		if frames.Free != free {
			t.Fatalf("%d frames are free, %d were", frames.Free, free)
		}
	})
}

// giveAll gives back what an empty tree takes.
func giveAll(s *System) {
	s.give(&s.inodes, s.root)
	s.release(phys.Table(s.table)[0])
	s.release(s.table)
}

// linksCountDirectories: not every file system of a host does.
func linksCountDirectories(t fataler, base string) bool {
	var st unix.Stat_t
	if err := unix.Stat(base, &st); err != nil {
		t.Fatalf("%v", err)
	}
	return st.Nlink == 3
}

// inNamespace runs the test again as the root of a user name space.
func inNamespace(t *testing.T) {
	c := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}, GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}}
	out, err := c.CombinedOutput()
	if c.ProcessState == nil {
		t.Skipf("no user name space here: %v", err)
	}
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
