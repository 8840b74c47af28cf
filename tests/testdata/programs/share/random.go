package main

import (
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"syscall"
)

// names are few, so that calls meet each other's.
var names = []string{"a", "b", "c", "d", "a/a", "a/b", "b/a", "b/c/d", "c/", "d/.", "a/..", ".", "b/../c", "./d", "a/b/c", "l/x", "", "../" /* out and in again */, "a//b"}

// chooser chooses the same again for a seed.
type chooser struct {
	*rand.Rand
	dir   string
	files [4]*os.File
}

// path is a random one: relative to the directory, or absolute.
func (c *chooser) path() string {
	name := names[c.Intn(len(names))]
	if name == "../" {
		name = "../" + filepath.Base(c.dir) + "/" + names[c.Intn(4)]
	}
	if c.Intn(3) == 0 && name != "" {
		return c.dir + "/" + name
	}
	return name
}

// random makes n random calls and prints what each says: deep in a directory, so that what
// goes up stays in it.
func random(dir string, seed, n int) {
	dir = filepath.Join(dir, "in/here")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		fmt.Println(err)
		return
	}
	c := &chooser{Rand: rand.New(rand.NewSource(int64(seed))), dir: dir}
	if err := os.Chdir(dir); err != nil {
		fmt.Println(err)
		return
	}
	for i := range n {
		what, result := c.call()
		fmt.Println(i, strings.ReplaceAll(what, dir, "DIR"), result)
	}
}

// short is an error by its number.
func short(err error) string {
	if number, ok := err.(syscall.Errno); ok {
		return "error " + strconv.Itoa(int(number))
	}
	return fmt.Sprint(err)
}

// call makes one call.
func (c *chooser) call() (what, result string) {
	p, q := c.path(), c.path()
	switch c.Intn(18) {
	case 0, 1:
		return "mkdir " + p, short(syscall.Mkdir(p, 0o755))
	case 2:
		return "rmdir " + p, short(syscall.Rmdir(p))
	case 3:
		return "unlink " + p, short(syscall.Unlink(p))
	case 4, 5:
		return "rename " + p + " " + q, short(syscall.Rename(p, q))
	case 6:
		return "link " + p + " " + q, short(syscall.Link(p, q))
	case 7:
		return "symlink " + p + " " + q, short(syscall.Symlink(p, q))
	case 8:
		b := make([]byte, 300)
		n, err := syscall.Readlink(p, b)
		return "readlink " + p, short(err) + " " + strings.ReplaceAll(string(b[:max(n, 0)]), c.dir, "DIR")
	case 9, 10:
		return c.open(p)
	case 11:
		size := int64(c.Intn(20000))
		return fmt.Sprint("truncate ", p, " ", size), short(syscall.Truncate(p, size))
	case 12:
		return "chmod " + p, short(syscall.Chmod(p, uint32(0o600|c.Intn(2)*0o100|c.Intn(8))))
	case 13, 14:
		return c.stat(p)
	case 15:
		entries, err := os.ReadDir(p)
		var list []string
		for _, e := range entries {
			list = append(list, e.Name()+" "+e.Type().String())
		}
		sort.Strings(list)
		if pe, ok := err.(*os.PathError); ok {
			err = pe.Err
		}
		return "list " + p, short(err) + " " + strings.Join(list, ",")
	}
	return c.use()
}

func (c *chooser) stat(p string) (what, result string) {
	var st syscall.Stat_t
	what, err := "stat "+p, error(nil)
	if c.Intn(2) == 0 {
		what = "l" + what
		err = syscall.Lstat(p, &st)
	} else {
		err = syscall.Stat(p, &st)
	}
	if st.Mode&syscall.S_IFMT == syscall.S_IFDIR {
		st.Size, st.Nlink = 0, 0
	}
	if st.Mode&syscall.S_IFMT == syscall.S_IFLNK {
		st.Size = 0 // an absolute target is as long as the directory's name
	}
	return what, fmt.Sprintf("%s %o %d %d", short(err), st.Mode, st.Size, st.Nlink)
}

// open opens a file for some of the calls to come.
func (c *chooser) open(p string) (what, result string) {
	flags := []int{os.O_RDONLY, os.O_WRONLY, os.O_RDWR}[c.Intn(3)]
	for _, f := range []int{os.O_CREATE, os.O_EXCL, os.O_TRUNC, os.O_APPEND, syscall.O_NOFOLLOW, syscall.O_DIRECTORY} {
		if c.Intn(3) == 0 || f == os.O_CREATE && c.Intn(2) == 0 {
			flags |= f
		}
	}
	if flags&os.O_CREATE == 0 {
		flags &^= os.O_EXCL // without O_CREAT it has no meaning
	} else {
		flags &^= syscall.O_DIRECTORY // both together: Linux's versions differ
	}
	fd, err := syscall.Open(p, flags, 0o644)
	if err == nil {
		k := c.Intn(len(c.files))
		c.files[k].Close()
		c.files[k] = os.NewFile(uintptr(fd), "file")
	}
	return fmt.Sprintf("open %s %#x", p, flags), short(err)
}

// use does something with an open file.
func (c *chooser) use() (what, result string) {
	f := c.files[c.Intn(len(c.files))]
	if f == nil {
		return "nothing", ""
	}
	fd := int(f.Fd())
	b := make([]byte, c.Intn(9000))
	switch c.Intn(7) {
	case 0:
		c.Read(b)
		n, err := syscall.Write(fd, b)
		return fmt.Sprint("write ", len(b)), fmt.Sprint(n, " ", short(err))
	case 1:
		n, err := syscall.Read(fd, b)
		return fmt.Sprint("read ", len(b)), fmt.Sprintf("%d %s %x", n, short(err), b[:min(max(n, 0), 8)])
	case 2:
		at := int64(c.Intn(30000) - 1000)
		n, err := syscall.Pread(fd, b, at)
		return fmt.Sprint("pread ", len(b), " ", at), fmt.Sprintf("%d %s %x", n, short(err), b[:min(max(n, 0), 8)])
	case 3:
		at, whence := int64(c.Intn(30000)-3000), c.Intn(3)
		var st syscall.Stat_t
		if err := syscall.Fstat(fd, &st); err != nil || st.Mode&syscall.S_IFMT == syscall.S_IFDIR {
			return "seek", "of a directory"
		}
		to, err := syscall.Seek(fd, at, whence)
		return fmt.Sprint("seek ", at, " ", whence), fmt.Sprint(to, " ", short(err))
	case 4:
		size := int64(c.Intn(20000) - 100)
		return fmt.Sprint("ftruncate ", size), short(syscall.Ftruncate(fd, size))
	case 5:
		var st syscall.Stat_t
		err := syscall.Fstat(fd, &st)
		if st.Mode&syscall.S_IFMT == syscall.S_IFDIR {
			st.Size, st.Nlink = 0, 0
		}
		return "fstat", fmt.Sprintf("%s %o %d %d", short(err), st.Mode, st.Size, st.Nlink)
	}
	return "fsync", short(syscall.Fsync(fd))
}
