// Command processes runs itself: os/exec, pipes, exit statuses, signals, files. What it
// prints is the same on Linux and in pxOS.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) > 1 {
		child(os.Args[1])
		return
	}
	status()
	pipes()
	killed()
	stopped()
	many()
	signals()
	files()
	descriptors()
}

// stopped has a child stand still and go on, and ends one that stands still.
func stopped() {
	c := exec.Command(os.Args[0], "sleep")
	if err := c.Start(); err != nil {
		fmt.Println(err)
		return
	}
	told := func(options int) {
		var w syscall.WaitStatus
		_, err := syscall.Wait4(c.Process.Pid, &w, options, nil)
		fmt.Println(w.Stopped(), w.Continued(), w.Signaled(), w.StopSignal(), err)
	}
	for _, signal := range []syscall.Signal{syscall.SIGSTOP, syscall.SIGCONT, syscall.SIGSTOP, syscall.SIGKILL} {
		fmt.Println(signal, c.Process.Signal(signal))
		told(syscall.WUNTRACED | syscall.WCONTINUED)
	}
	_, err := syscall.Wait4(c.Process.Pid, nil, syscall.WNOHANG, nil)
	fmt.Println(err)
}

// child is what a child does.
func child(what string) {
	switch what {
	case "status":
		os.Exit(5)
	case "cat":
		io.Copy(os.Stdout, os.Stdin)
	case "environment":
		wd, _ := os.Getwd()
		fmt.Println(os.Getenv("WHAT"), wd, os.Args[2:])
	case "sleep":
		time.Sleep(time.Hour)
	case "panic":
		panic("of a child")
	case "grandchild":
		out, err := exec.Command(os.Args[0], "environment", "deep").CombinedOutput()
		fmt.Printf("%s%v\n", out, err)
	case "extra":
		f := os.NewFile(3, "extra")
		b, err := io.ReadAll(f)
		fmt.Printf("%q %v\n", b, err)
	}
}

func status() {
	err := exec.Command(os.Args[0], "status").Run()
	fmt.Println("status:", err)
	err = exec.Command("/nowhere/at/all").Run()
	fmt.Println("nowhere:", errors.Is(err, os.ErrNotExist))
	text := filepath.Join(os.TempDir(), "text")
	os.WriteFile(text, []byte("no program"), 0o755)
	fmt.Println("text:", errors.Is(exec.Command(text).Run(), syscall.ENOEXEC))
	os.Remove(text)
	out, _ := exec.Command(os.Args[0], "panic").CombinedOutput()
	fmt.Println("panic:", strings.HasPrefix(string(out), "panic: of a child"))
}

func pipes() {
	c := exec.Command(os.Args[0], "cat")
	text := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	c.Stdin = bytes.NewReader(text)
	out, err := c.Output()
	fmt.Println("cat:", bytes.Equal(out, text), err)
	c = exec.Command(os.Args[0], "environment", "a", "b c")
	c.Env, c.Dir = []string{"WHAT=this"}, "/tmp"
	out, err = c.Output()
	fmt.Printf("environment: %q %v\n", out, err)
	out, err = exec.Command(os.Args[0], "grandchild").Output()
	fmt.Println("grandchild:", strings.Contains(string(out), "[deep]"), err)
	r, w, _ := os.Pipe()
	c = exec.Command(os.Args[0], "extra")
	c.ExtraFiles = []*os.File{r}
	w.WriteString("by another pipe")
	w.Close()
	out, err = c.Output()
	fmt.Printf("extra: %s %v\n", bytes.TrimSpace(out), err)
}

func killed() {
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	fmt.Println("killed:", exec.CommandContext(ctx, os.Args[0], "sleep").Run())
	c := exec.Command(os.Args[0], "sleep")
	c.Start()
	c.Process.Signal(syscall.SIGTERM)
	err := c.Wait()
	fmt.Println("terminated:", err)
	fmt.Println("gone:", c.Process.Signal(syscall.SIGTERM))
}

// many runs children at the same time.
func many() {
	var wg sync.WaitGroup
	var mu sync.Mutex
	good := 0
	for i := range 12 {
		wg.Go(func() {
			c := exec.Command(os.Args[0], "cat")
			want := strings.Repeat(fmt.Sprint(i), 1000)
			c.Stdin = strings.NewReader(want)
			if out, err := c.Output(); err == nil && string(out) == want {
				mu.Lock()
				good++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	fmt.Println("many:", good)
}

func signals() {
	c := make(chan os.Signal, 4)
	signal.Notify(c, syscall.SIGUSR1, syscall.SIGALRM)
	syscall.Kill(os.Getpid(), syscall.SIGUSR1)
	fmt.Println("signal:", <-c)
	signal.Ignore(syscall.SIGUSR2)
	fmt.Println("ignored:", syscall.Kill(os.Getpid(), syscall.SIGUSR2))
	func() {
		defer func() { fmt.Println("recovered:", recover()) }()
		var p *int
		*p = 1
	}()
}

func files() {
	dir, err := os.MkdirTemp("", "files")
	fmt.Println("made:", err)
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "a")
	f, _ := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o640)
	f.WriteString("one ")
	f.WriteString("two")
	f.Truncate(5)
	f.Sync()
	st, _ := f.Stat()
	fmt.Println("stat:", st.Size(), st.Mode(), st.Name())
	f.Close()
	os.Symlink("a", filepath.Join(dir, "link"))
	os.Link(path, filepath.Join(dir, "hard"))
	os.Mkdir(filepath.Join(dir, "sub"), 0o755)
	os.Rename(filepath.Join(dir, "hard"), filepath.Join(dir, "sub", "b"))
	var names []string
	filepath.Walk(dir, func(p string, i os.FileInfo, err error) error {
		names = append(names, strings.TrimPrefix(p, dir)+" "+i.Mode().Type().String())
		return nil
	})
	sort.Strings(names)
	fmt.Println(names)
	b, err := os.ReadFile(filepath.Join(dir, "link"))
	fmt.Printf("read: %q %v\n", b, err)
	sparse, _ := os.Create(filepath.Join(dir, "sparse"))
	sparse.WriteAt([]byte("end"), 1<<30)
	st, _ = sparse.Stat()
	fmt.Println("sparse:", st.Size(), st.Sys().(*syscall.Stat_t).Blocks < 100)
	sparse.Close()
	full, _ := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	_, err = full.Write([]byte{0})
	fmt.Println("full:", errors.Is(err, syscall.ENOSPC))
	fmt.Println("not empty:", errors.Is(os.Remove(dir), syscall.ENOTEMPTY))
	exe, err := os.Executable()
	fmt.Println("executable:", filepath.Base(exe) == filepath.Base(os.Args[0]), err)
}

func descriptors() {
	before := open()
	for range 100 {
		r, w, err := os.Pipe()
		if err != nil {
			fmt.Println(err)
			return
		}
		r.Close()
		w.Close()
	}
	fmt.Println("left open:", open()-before)
}

func open() int {
	d, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		fmt.Println(err)
	}
	return len(d)
}
