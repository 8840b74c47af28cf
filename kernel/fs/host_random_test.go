package fs

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
	"pgregory.net/rapid"

	"pxos/kernel/phys"
	"pxos/tests/arena"
)

// TestAgainstHost makes random calls here and on the host's file system, and
// compares every result and both trees.
func TestAgainstHost(t *testing.T) {
	if os.Getuid() != 0 { // a root directory of one's own takes root, if only in one's own name space
		inNamespace(t)
		return
	}
	moreRandom(t)
	arena.New(t, 64*mib)
	base, n, worked := t.TempDir(), 0, map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		n++
		root := filepath.Join(base, strconv.Itoa(n))
		if err := os.Mkdir(root, 0o755); err != nil {
			t.Fatalf("%v", err)
		}
		frames := allFrames(t, 64*mib)
		free := frames.Free
		p := &pair{s: &System{}, h: newHost(t, root), dirLink: linksCountDirectories(t, base), worked: worked}
		if !p.s.Open(frames, 8192, 1) {
			t.Fatalf("no tree")
		}
		p.s.Hold(p.s.Root())
		p.handles = []handle{{p.s.Root(), p.h.root}}
		start := p.s.Used()
		p.plant(t)
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
	for _, what := range []string{"mkdir", "mknod", "symlink", "link", "unlink", "rmdir", "rename", "rename to nothing", "exchange", "open",
		"write", "read", "truncate", "chmod", "stat", "getcwd", "readlink"} {
		if worked[what] == 0 {
			t.Errorf("%s never worked: the test tests little", what)
		}
	}
	t.Logf("%d trees: %v", n, worked)
}

// plant makes something to begin with.
func (p *pair) plant(t *rapid.T) {
	for _, name := range []string{"/a", "/a/a", "/a/b", "/b", "/b/d"} {
		_, err := p.s.Create(at(t, p.s, name), Directory, 0o755, 0, 3)
		p.same(t, "plant", err, p.h.errno(func() error { return unix.Mkdir(name, 0o755) }))
	}
	for _, name := range []string{"/c", "/a/c", "/a/a/a"} {
		_, err := p.s.Create(at(t, p.s, name), Regular, 0o644, 0, 3)
		p.same(t, "plant", err, p.h.errno(func() error { return unix.Mknod(name, unix.S_IFREG|0o644, 0) }))
	}
}

// moreRandom lets package rapid do more than it does by itself, unless the command
// line says how much.
func moreRandom(t *testing.T) {
	said := map[string]bool{}
	flag.Visit(func(f *flag.Flag) { said[f.Name] = true })
	for name, value := range map[string]string{"rapid.checks": "100", "rapid.steps": "100"} {
		if said[name] {
			continue
		}
		old := flag.Lookup(name).Value.String()
		if err := flag.Set(name, value); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { flag.Set(name, old) })
	}
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
