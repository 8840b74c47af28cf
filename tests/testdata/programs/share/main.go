// Command share does to a directory what programs do to directories. What it prints is
// the same on Linux and in a share of pxOS.
package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) == 2 {
		fmt.Println("run from the directory:", os.Args[1])
		return
	}
	dir := os.Args[2]
	switch os.Args[1] {
	case "all":
		all(dir)
	case "use":
		use(dir)
	case "read-only":
		readOnly(dir)
	case "stall":
		stall(dir)
	case "random":
		seed, _ := strconv.Atoi(os.Args[3])
		n, _ := strconv.Atoi(os.Args[4])
		random(dir, seed, n)
	}
}

func all(dir string) {
	files(dir)
	directories(dir)
	links(dir)
	attributes(dir)
	working(dir)
	odd(dir)
	threads(dir)
	mapped(dir)
	program(dir)
	large(dir)
}

// say prints a result; of an error what it is about and its number, not the whole path.
func say(what string, values ...any) {
	fmt.Print(what, ":")
	for _, v := range values {
		var number syscall.Errno
		if err, ok := v.(error); ok && errors.As(err, &number) {
			fmt.Printf(" error %d (%v)", int(number), number)
			continue
		}
		fmt.Printf(" %v", v)
	}
	fmt.Println()
}

func files(dir string) {
	name := filepath.Join(dir, "file")
	say("write", os.WriteFile(name, []byte("one\n"), 0o640))
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_APPEND, 0)
	say("append", err)
	f.WriteString("two\n")
	f.WriteString("three\n")
	say("close", f.Close())
	b, err := os.ReadFile(name)
	say("read", fmt.Sprintf("%q", b), err)
	_, err = os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	say("exclusive", err)
	f, err = os.OpenFile(name, os.O_RDWR, 0)
	say("open", err)
	at, err := f.Seek(-6, io.SeekEnd)
	say("seek", at, err)
	n, err := f.Write([]byte("THREE"))
	say("overwrite", n, err)
	b = make([]byte, 5)
	n, err = f.ReadAt(b, 4)
	say("read at", n, err, fmt.Sprintf("%q", b))
	n, err = f.WriteAt([]byte("end"), 100)
	say("write at", n, err)
	info, err := f.Stat()
	say("stat", info.Name(), info.Size(), info.Mode(), err)
	say("truncate", f.Truncate(8), f.Sync())
	say("unlink", os.Remove(name))
	info, err = f.Stat()
	b = make([]byte, 100)
	n, _ = f.ReadAt(b, 0)
	say("unlinked", info.Size(), err, fmt.Sprintf("%q", b[:n]))
	f.Close()
	_, err = os.Stat(name)
	say("gone", err)
	f, err = os.OpenFile(name, os.O_CREATE|os.O_RDWR|os.O_TRUNC, 0o644)
	say("create", err)
	io.Copy(f, strings.NewReader(strings.Repeat("x", 200_000)))
	size, _ := f.Seek(0, io.SeekCurrent)
	say("copied", size)
	f.Close()
	f, _ = os.OpenFile(name, os.O_RDWR|os.O_TRUNC, 0)
	info, _ = f.Stat()
	say("truncated by open", info.Size())
	f.Close()
	say("truncate by name", os.Truncate(name, 12345))
	info, _ = os.Stat(name)
	say("size", info.Size())
	say("rename", os.Rename(name, filepath.Join(dir, "other")))
	say("rename nothing", os.Rename(name, filepath.Join(dir, "other")))
}

func list(dir string) {
	entries, err := os.ReadDir(dir)
	var names []string
	for _, e := range entries {
		names = append(names, fmt.Sprint(e.Name(), " ", e.Type()))
	}
	say("list", strings.Join(names, ", "), err)
}

func directories(dir string) {
	say("mkdir", os.Mkdir(filepath.Join(dir, "d"), 0o755), os.MkdirAll(filepath.Join(dir, "a/b/c/d"), 0o755))
	say("again", os.Mkdir(filepath.Join(dir, "d"), 0o755))
	list(dir)
	for i := range 300 {
		os.WriteFile(filepath.Join(dir, "d", fmt.Sprintf("file number %03d with a long name", i)), nil, 0o644)
	}
	f, _ := os.Open(filepath.Join(dir, "d"))
	total := 0
	for {
		names, err := f.Readdirnames(7)
		total += len(names)
		if err != nil {
			say("entries", total, err)
			break
		}
	}
	f.Seek(0, io.SeekStart)
	names, err := f.Readdirnames(-1)
	sort.Strings(names)
	say("once more", len(names), names[299], err)
	f.Close()
	say("not empty", os.Remove(filepath.Join(dir, "d")))
	say("remove all", os.RemoveAll(filepath.Join(dir, "d")))
	say("move", os.Rename(filepath.Join(dir, "a/b"), filepath.Join(dir, "moved")))
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(dir, path)
		say("walk", rel, d.IsDir(), err)
		return nil
	})
	say("into itself", os.Rename(filepath.Join(dir, "moved"), filepath.Join(dir, "moved/c/x")))
	say("file for a directory", os.Rename(filepath.Join(dir, "other"), filepath.Join(dir, "moved")))
	say("rmdir", syscall.Rmdir(filepath.Join(dir, "a")), syscall.Rmdir(filepath.Join(dir, "other")), syscall.Unlink(filepath.Join(dir, "moved")))
	_, err = os.Open(filepath.Join(dir, "other/x"))
	say("below a file", err)
}

func links(dir string) {
	link := filepath.Join(dir, "link")
	say("symlink", os.Symlink("moved/c", link), os.Symlink("nowhere", filepath.Join(dir, "dangling")))
	target, err := os.Readlink(link)
	say("readlink", target, err)
	say("through", os.WriteFile(filepath.Join(link, "../c/./under"), []byte("here"), 0o600))
	b, err := os.ReadFile(filepath.Join(dir, "moved/c/under"))
	say("under", string(b), err)
	info, err := os.Lstat(link)
	say("lstat", info.Mode(), err)
	info, err = os.Stat(link)
	say("stat", info.IsDir(), err)
	_, err = os.Stat(filepath.Join(dir, "dangling"))
	say("dangling", err)
	say("create through a link", os.WriteFile(filepath.Join(dir, "dangling"), []byte("made"), 0o600))
	b, err = os.ReadFile(filepath.Join(dir, "nowhere"))
	say("made", string(b), err)
	os.Symlink("loop2", filepath.Join(dir, "loop1"))
	os.Symlink("loop1", filepath.Join(dir, "loop2"))
	_, err = os.Open(filepath.Join(dir, "loop1"))
	say("loop", err)
	os.Symlink("/etc/../proc/self/", filepath.Join(dir, "out"))
	_, err = os.Stat(filepath.Join(dir, "out/nothing"))
	say("out", err)
	say("link", os.Link(filepath.Join(dir, "nowhere"), filepath.Join(dir, "hard")))
	a, _ := os.Stat(filepath.Join(dir, "nowhere"))
	c, err := os.Stat(filepath.Join(dir, "hard"))
	say("same file", os.SameFile(a, c), c.Sys().(*syscall.Stat_t).Nlink, err)
	say("link of a directory", os.Link(filepath.Join(dir, "moved"), filepath.Join(dir, "hard2")))
	say("across", os.Rename(filepath.Join(dir, "hard"), "/proc/hard"))
	for _, name := range []string{"link", "dangling", "loop1", "loop2", "out", "hard", "nowhere"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			say("remove", name, err)
		}
	}
	list(dir)
}

func attributes(dir string) {
	name := filepath.Join(dir, "other")
	when := time.Date(2001, 2, 3, 4, 5, 6, 789_000_000, time.UTC)
	say("chmod", os.Chmod(name, 0o751))
	say("chtimes", os.Chtimes(name, when.Add(time.Hour), when))
	info, err := os.Stat(name)
	say("stat", info.Mode(), info.ModTime().UTC(), info.Size(), err)
	f, _ := os.Open(name)
	say("fchmod", f.Chmod(0o600))
	f.Close()
	info, _ = os.Stat(name)
	say("stat", info.Mode())
	var space syscall.Statfs_t
	say("statfs", syscall.Statfs(dir, &space), space.Bsize > 0, space.Blocks >= space.Bfree, space.Namelen)
	say("access", syscall.Access(name, 4), syscall.Access(name, 1))
}

func working(dir string) {
	home, _ := os.Getwd()
	say("chdir", os.Chdir(filepath.Join(dir, "moved/c")))
	wd, err := os.Getwd()
	rel, _ := filepath.Rel(dir, wd)
	say("here", rel, err)
	b, err := os.ReadFile("under")
	say("relative", string(b), err)
	_, err = os.Stat("../../other")
	say("above", err)
	say("up", os.Chdir("../../.."))
	wd, err = os.Getwd()
	say("parent", wd == filepath.Dir(dir), err)
	d, _ := os.Open(filepath.Join(dir, "moved"))
	say("fchdir", d.Chdir())
	d.Close()
	list(".")
	say("mkdir", os.Mkdir("here", 0o700))
	root, err := os.OpenRoot(".")
	say("root", err)
	say("in root", root.WriteFile("here/x", []byte("y"), 0o600), root.RemoveAll("here"))
	_, err = root.Open("../other")
	say("escape", err != nil)
	root.Close()
	say("back", os.Chdir(home))
}

// odd has what is seldom right.
func odd(dir string) {
	name := filepath.Join(dir, "other")
	long := strings.Repeat("n", 256)
	_, err := os.Stat(filepath.Join(dir, long))
	say("long name", err)
	_, err = os.Stat(dir + strings.Repeat("/moved/..", 500))
	say("long path", err)
	_, err = os.Stat(name + "/")
	say("slash", err)
	_, err = os.OpenFile(dir, os.O_RDWR, 0)
	say("open a directory to write", err)
	_, err = syscall.Open(name, syscall.O_DIRECTORY, 0)
	say("open a file as a directory", err)
	f, _ := os.Open(dir)
	_, err = f.Read(make([]byte, 1))
	say("read a directory", err)
	f.Close()
	f, _ = os.Open(name)
	_, err = f.Write([]byte("x"))
	say("write what is open to read", err)
	fd := int(f.Fd())
	_, err = syscall.Pread(fd, make([]byte, 1), -1)
	say("pread at -1", err)
	_, err = syscall.Seek(fd, -1, 0)
	say("seek to -1", err)
	n, err := syscall.Pread(fd, make([]byte, 10), 1<<40)
	say("read behind the end", n, err)
	f.Close()
	say("mkdir .", os.Mkdir(dir+"/.", 0o700), os.Mkdir(dir+"/moved/..", 0o700))
	say("rmdir .", syscall.Rmdir(dir+"/."), syscall.Rmdir(dir+"/moved/.."))
	say("unlink a directory", syscall.Unlink(dir+"/moved") != nil)
	say("fifo", syscall.Mknod(dir+"/moved/fifo", syscall.S_IFREG|0o600, 0))
	say("names", os.WriteFile(dir+"/moved/name with ünïcode\n", nil, 0o600))
	list(dir + "/moved")
}

// threads use files at the same time.
func threads(dir string) {
	var all sync.WaitGroup
	var failed sync.Map
	for i := range 16 {
		all.Go(func() {
			name := filepath.Join(dir, fmt.Sprint("thread", i))
			for round := range 10 {
				text := strings.Repeat(fmt.Sprint(i, round, " "), 1000*(i+1))
				if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
					failed.Store(i, err)
				}
				if b, err := os.ReadFile(name); err != nil || string(b) != text {
					failed.Store(i, fmt.Sprint(err, len(b)))
				}
			}
			if err := os.Remove(name); err != nil {
				failed.Store(i, err)
			}
		})
	}
	all.Wait()
	failed.Range(func(k, v any) bool { say("thread", k, v); return true })
	say("threads are done")
}

func mapped(dir string) {
	name := filepath.Join(dir, "mapped")
	os.WriteFile(name, []byte(strings.Repeat("0123456789", 1000)), 0o600)
	f, _ := os.Open(name)
	defer f.Close()
	b, err := syscall.Mmap(int(f.Fd()), 4096, 5904, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE)
	say("mmap", err)
	if err == nil {
		say("mapped", string(b[:4]), string(b[5900:]))
		b[0] = 'x'
		say("unmap", syscall.Munmap(b))
	}
	say("remove", os.Remove(name))
}

// program copies this program to the directory and runs it there.
func program(dir string) {
	self, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		self, err = os.ReadFile(os.Args[0])
	}
	say("self", err)
	name := filepath.Join(dir, "program")
	say("install", os.WriteFile(name, self, 0o644))
	_, err = exec.Command(name, "argument").Output()
	say("not executable", err)
	say("chmod", os.Chmod(name, 0o755))
	c := exec.Command("./program", "argument")
	c.Dir = dir
	out, err := c.CombinedOutput()
	say("ran", strings.TrimSpace(string(out)), err)
	say("remove", os.Remove(name))
}

// large reads what is there before, and writes what is looked at afterwards.
func large(dir string) {
	b, err := os.ReadFile(filepath.Join(dir, "given"))
	say("given", len(b), fmt.Sprintf("%x", sha256.Sum256(b)), err)
	f, err := os.Open(filepath.Join(dir, "given"))
	say("open", err)
	h := sha256.New()
	n, err := io.Copy(h, f)
	say("in parts", n, fmt.Sprintf("%x", h.Sum(nil)), err)
	f.Close()
	for i := range b {
		b[i] ^= byte(i)
	}
	say("result", os.WriteFile(filepath.Join(dir, "result"), b, 0o644), fmt.Sprintf("%x", sha256.Sum256(b)))
}

// use goes on using a directory until it is gone, and after that.
func use(dir string) {
	f, err := os.Create(filepath.Join(dir, "open"))
	fmt.Println("open:", err)
	fmt.Println("ready")
	failed := 0
	for range 100_000 {
		if err := os.WriteFile(filepath.Join(dir, "written"), []byte("x"), 0o600); err != nil {
			if failed++; failed == 1 {
				fmt.Println("first error:", errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.EIO) || errors.Is(err, syscall.ESTALE))
			}
			if failed == 20 {
				break
			}
		}
		time.Sleep(time.Millisecond)
	}
	_, err = f.Write([]byte("still"))
	fmt.Println("the open file:", err == nil || errors.Is(err, syscall.EIO) || errors.Is(err, fs.ErrNotExist))
	names, err := os.ReadDir(dir)
	fmt.Println("list:", err != nil || len(names) == 0)
	fmt.Println("elsewhere:", os.WriteFile("/tmp/elsewhere", []byte("x"), 0o600))
	os.Exit(7)
}

// stall writes to a directory whose server stops answering, while others go on.
func stall(dir string) {
	start, ticks := time.Now(), 0
	done := make(chan error)
	go func() {
		for {
			if err := os.WriteFile(filepath.Join(dir, "stalled"), make([]byte, 100_000), 0o600); err != nil {
				done <- err
				return
			}
		}
	}()
	for {
		select {
		case err := <-done:
			fmt.Println("stalled:", errors.Is(err, syscall.EIO), time.Since(start) > 20*time.Second, ticks > 1000)
			_, err = os.Stat(dir)
			fmt.Println("after that:", errors.Is(err, syscall.EIO))
			fmt.Println("elsewhere:", os.WriteFile("/tmp/elsewhere", []byte("x"), 0o600))
			return
		case <-time.After(10 * time.Millisecond):
			ticks++
		}
	}
}

func readOnly(dir string) {
	b, err := os.ReadFile(filepath.Join(dir, "given"))
	say("read", string(b), err)
	say("write", os.WriteFile(filepath.Join(dir, "given"), []byte("x"), 0o600))
	say("create", os.WriteFile(filepath.Join(dir, "new"), []byte("x"), 0o600))
	say("mkdir", os.Mkdir(filepath.Join(dir, "d"), 0o700))
	say("remove", os.Remove(filepath.Join(dir, "given")))
	say("rename", os.Rename(filepath.Join(dir, "given"), filepath.Join(dir, "x")))
	say("chmod", os.Chmod(filepath.Join(dir, "given"), 0o600))
}
