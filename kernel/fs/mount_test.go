package fs

import (
	"testing"

	"pxos/kernel/sys"
)

// TestMount has paths leave the tree where something is mounted, and nowhere else.
func TestMount(t *testing.T) {
	s := small(t)
	root := s.Root()
	make := func(path string) *Inode {
		at, e := s.Parent(root, []byte(path), false)
		if e != 0 {
			t.Fatal(path, e)
		}
		i, e := s.Create(at, Directory, 0o755, 0, 1)
		if e != 0 {
			t.Fatal(path, e)
		}
		return i
	}
	link := func(path, target string) {
		at, e := s.Parent(root, []byte(path), false)
		if e != 0 {
			t.Fatal(path, e)
		}
		if _, e := s.Symlink(at, []byte(target), 1); e != 0 {
			t.Fatal(path, e)
		}
	}
	make("/m")
	dir := make("/m/share")
	link("/m/to", "share/in")
	link("/there", "/m/./to/deep")
	if e := s.Mount(root, 1); e != sys.ENOTEMPTY {
		t.Errorf("on the root: %d", e)
	}
	if e := s.Mount(dir, 7); e != 0 || dir.Mounted() != 7 {
		t.Fatal(e)
	}
	if e := s.Mount(dir, 8); e != sys.EBUSY {
		t.Errorf("twice: %d", e)
	}
	for path, rest := range map[string]string{
		"/m/share": "", "/m/share/": "/", "/m/share/a//b/": "/a//b/", "m/../m/share/..": "/..", "/m/to": "/in", "/there/x/y": "/in/deep/x/y",
	} {
		_, e := s.Lookup(root, []byte(path), true)
		mounted, got := s.Beyond()
		if e != sys.EREMOTE || mounted != dir || string(got) != rest {
			t.Errorf("%s: %d, %q left", path, e, got)
		}
	}
	for _, path := range []string{"/m", "/m/share/..", "/nothing/share", "/m/to/"} {
		if at, e := s.Parent(root, []byte(path), false); path == "/m/share/.." && e != sys.EREMOTE || path == "/m" && e != 0 {
			t.Errorf("%s: %d %v", path, e, at)
		}
	}
	at, e := s.Parent(root, []byte("/m/share"), false)
	if e != 0 {
		t.Fatal(e)
	}
	if e := s.Rmdir(at, 1); e != sys.EBUSY {
		t.Errorf("rmdir: %d", e)
	}
	other := at
	other.Name = []byte("other")
	if e := s.Rename(at, other, 0, 1); e != sys.EBUSY {
		t.Errorf("rename: %d", e)
	}
	long := []byte("/there/")
	for len(long) < sys.PATH_MAX-1 {
		long = append(long, 'x')
	}
	if _, e := s.Lookup(root, long, true); e != sys.ENAMETOOLONG {
		t.Errorf("a path that grows too long: %d", e)
	}
}
