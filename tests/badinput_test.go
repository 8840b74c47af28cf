package tests

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"pxos/image/toolchain"
	"pxos/memory"
)

// What a user can do wrong or what can break under the laboratory: one clear
// line, the exit code of its kind, nothing left behind.

// scratch is a folder of the whole test run.
var scratch string

func TestMain(m *testing.M) {
	var err error
	if scratch, err = os.MkdirTemp("", "pxos-tests-*"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	code := m.Run()
	os.RemoveAll(scratch)
	os.Exit(code)
}

var buildCommand = sync.OnceValues(func() (string, error) {
	path := filepath.Join(scratch, "pxos")
	out, err := exec.Command("go", "build", "-buildvcs=false", "-o", path, "../cmd/pxos").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

// user is somebody with a repository, a cache and a place for temporary files
// of their own, so that all that a command leaves can be seen.
type user struct {
	t                 *testing.T
	command           string
	root, cache, temp string
	mark              string
	path              string
}

func newUser(t *testing.T) *user {
	t.Helper()
	command, err := buildCommand()
	if err != nil {
		t.Fatal(err)
	}
	u := &user{t: t, command: command, root: t.TempDir(), cache: t.TempDir(), temp: t.TempDir(), path: os.Getenv("PATH")}
	u.mark = "PXOS_TEST_MARK=" + filepath.Base(filepath.Dir(u.root)) + strconv.Itoa(os.Getpid())
	for _, dir := range []string{"kernel", "abi", "tests/corpus"} {
		if err := os.CopyFS(filepath.Join(u.root, dir), os.DirFS(filepath.Join("..", dir))); err != nil {
			t.Fatal(err)
		}
	}
	u.write("go.mod", []byte("module pxos\n\ngo 1.26\n"))
	return u
}

// withTools lends the user the tools of this machine.
func (u *user) withTools() *user {
	u.t.Helper()
	tools(u.t)
	cache, err := toolchain.CacheDir()
	if err != nil {
		u.t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(cache, "tools")); err == nil {
		if err := os.Symlink(filepath.Join(cache, "tools"), filepath.Join(u.cache, "tools")); err != nil {
			u.t.Fatal(err)
		}
	}
	return u
}

func (u *user) write(name string, text []byte) string {
	u.t.Helper()
	path := filepath.Join(u.root, name)
	if err := os.WriteFile(path, text, 0o644); err != nil {
		u.t.Fatal(err)
	}
	return path
}

// cmd prepares a command line. TMPDIR and the cache are the user's.
func (u *user) cmd(out, errors *bytes.Buffer, args ...string) *exec.Cmd {
	c := exec.Command(u.command, args...)
	c.Dir, c.Stdout, c.Stderr = u.root, out, errors
	c.Env = append(os.Environ(), "PXOS_CACHE="+u.cache, "TMPDIR="+u.temp, "PATH="+u.path, "XDG_RUNTIME_DIR=", "PXOS_LLM_URL=", u.mark)
	return c
}

// run runs a command line to its end.
func (u *user) run(args ...string) (code int, out, message string) {
	u.t.Helper()
	var o, e bytes.Buffer
	c := u.cmd(&o, &e, args...)
	if err := c.Run(); c.ProcessState == nil {
		u.t.Fatal(err)
	}
	return c.ProcessState.ExitCode(), o.String(), e.String()
}

// processes lists the running processes of this user's commands, by the mark in
// their environment.
func (u *user) processes() map[int]string {
	found := map[int]string{}
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, d := range dirs {
		environ, err := os.ReadFile(filepath.Join(d, "environ"))
		if err != nil || !bytes.Contains(environ, []byte(u.mark)) {
			continue
		}
		line, _ := os.ReadFile(filepath.Join(d, "cmdline"))
		if pid, err := strconv.Atoi(filepath.Base(d)); err == nil && len(line) > 0 {
			found[pid] = strings.ReplaceAll(string(line), "\x00", " ")
		}
	}
	return found
}

// files lists all files in the places where a command may leave some.
func (u *user) files() map[string]bool {
	found := map[string]bool{}
	for _, dir := range []string{u.root, u.cache, u.temp} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				found[path] = true
			}
			return nil
		})
		if err != nil {
			u.t.Fatal(err)
		}
	}
	return found
}

// clean says that nothing is left: no process, no file but finished results.
func (u *user) clean(before map[string]bool, allowed ...string) {
	u.t.Helper()
	if left := u.processes(); len(left) != 0 {
		u.t.Errorf("processes are left: %v", left)
	}
next:
	for path := range u.files() {
		for _, a := range append(allowed, "build/pxos.elf", "build/pxos.iso") {
			if strings.HasSuffix(path, a) {
				continue next
			}
		}
		if !before[path] {
			u.t.Errorf("left behind: %s", path)
		}
	}
}

// clear says that a message is one for people: it names the program, is short,
// and is no trace of Go's.
func clearMessage(t *testing.T, message string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(message), "\n")
	last := lines[max(0, len(lines)-3):]
	found := false
	for _, l := range last {
		found = found || strings.HasPrefix(l, "pxos: ")
	}
	if !found || strings.Contains(message, "goroutine ") || strings.Contains(message, "panic") || strings.Contains(message, "Usage:") {
		t.Errorf("this is no clear message:\n%s", message)
	}
}

func TestWrongUse(t *testing.T) {
	u := newUser(t).withTools()
	before := u.files()
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"frob"}, "unknown command"},
		{[]string{"boot", "--frob"}, "unknown flag"},
		{[]string{"boot", "x"}, "unexpected argument"},
		{[]string{"boot", "--memory", "12K"}, "512M"},
		{[]string{"boot", "--smp", "many"}, "many"},
		{[]string{"boot", "--smp", "0"}, "1 to 8"},
		{[]string{"boot", "--smp", "9"}, "1 to 8"},
		{[]string{"run", "--smp", "-1", "no-such-file"}, "1 to 8"},
		{[]string{"diagnose"}, "give an ISO"},
		{[]string{"diagnose", "a", "b"}, "give an ISO"},
		{[]string{"diagnose", "no-such-file"}, "no such file"},
		{[]string{"evolve", "--bug", "a", "--corpus", "b"}, "none of the others"},
		{[]string{"evolve", "--bug", "no-such-folder"}, "no such file"},
		{[]string{"evolve", "--corpus", "no-such-folder"}, "bug.patch"},
		{[]string{"evolve", "--project", "no-such.toml"}, "no-such.toml"},
		{[]string{"evolve", "--budget", "0"}, "at least 1"},
		{[]string{"bench"}, "mailbox"},
		{[]string{"bench", "mailbox", "--repeats", "0"}, "at least 1"},
		{[]string{"soak", "-n", "0"}, "at least 1"},
		{[]string{"cycles", "x"}, "no cycle number"},
	} {
		code, out, message := u.run(c.args...)
		if code != 2 || !strings.Contains(message, c.says) || !strings.Contains(message, "what to do: ") || out != "" {
			t.Errorf("%v: exit code %d, want 2 and %q:\n%s%s", c.args, code, c.says, out, message)
		}
		clearMessage(t, message)
	}
	u.clean(before, "memory.db")
}

// emptyISO is an ISO 9660 image without a boot record.
func emptyISO() []byte {
	b := make([]byte, 20*2048)
	copy(b[16*2048:], "\x01CD001\x01")
	copy(b[17*2048:], "\xFFCD001\x01")
	return b
}

// TestUnbootableISO: an ISO is the thing under test, so that one that no
// firmware can start is diagnosed, not refused.
func TestUnbootableISO(t *testing.T) {
	u := newUser(t).withTools()
	path := u.write("none.iso", emptyISO())
	before := u.files()
	code, out, message := u.run("diagnose", path)
	if code != 1 || !strings.Contains(strings.Join(strings.Fields(out), " "), "no El Torito boot record") {
		t.Errorf("exit code %d:\n%s%s", code, out, message)
	}
	u.clean(before)
}

func TestBadImages(t *testing.T) {
	k := kernel(t)
	u := newUser(t).withTools()
	good, err := os.ReadFile(k.elf)
	if err != nil {
		t.Fatal(err)
	}
	arm := bytes.Clone(good)
	binary.LittleEndian.PutUint16(arm[18:], 183)
	for _, c := range []struct {
		name string
		text []byte
		says string
	}{
		{"empty", nil, "0 bytes"},
		{"text", []byte(strings.Repeat("This is no kernel. ", 100)), "neither an ELF file"},
		{"arm.elf", arm, "EM_AARCH64"},
		{"cut.elf", good[:len(good)/2], "truncated"},
		{"head.elf", good[:100], "truncated"},
		{"short.elf", good[:20], "20 bytes"},
		{"evidence.json", []byte(`{"schema": "nothing"`), ""},
	} {
		path := u.write(c.name, c.text)
		before := u.files()
		code, out, message := u.run("diagnose", path)
		if want := 3; code != want && !(c.name == "evidence.json" && code == 2) {
			t.Errorf("%s: exit code %d, want %d:\n%s%s", c.name, code, want, out, message)
		}
		if !strings.Contains(message, c.says) || !strings.Contains(message, "what to do") && !strings.Contains(message, "give") {
			t.Errorf("%s: %q was to be said, with a remedy:\n%s", c.name, c.says, message)
		}
		clearMessage(t, message)
		u.clean(before)
	}
}

// TestMissingTools: without its tools the laboratory says how to get them.
func TestMissingTools(t *testing.T) {
	u := newUser(t)
	bin := t.TempDir()
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(goTool, filepath.Join(bin, "go")); err != nil {
		t.Fatal(err)
	}
	u.path = bin
	before := u.files()
	for _, args := range [][]string{{"boot"}, {"build"}, {"run"}, {"evolve"}, {"soak"}, {"diagnose", "go.mod"}, {"bench", "mailbox"}} {
		code, _, message := u.run(args...)
		if code != 3 || !strings.Contains(message, "make setup") {
			t.Errorf("%v: exit code %d:\n%s", args, code, message)
		}
		clearMessage(t, message)
	}
	u.clean(before)
	u.path, u.root = os.Getenv("PATH"), t.TempDir()
	u.withTools()
	if code, _, message := u.run("boot"); code != 3 || !strings.Contains(message, "repository") {
		t.Errorf("outside a repository: exit code %d:\n%s", code, message)
	}
}

// until waits for a process of the command whose command line holds a word, or
// for a text on its standard error, or for its end.
func (u *user) until(ended <-chan struct{}, errors *lockedBuffer, word string) int {
	for {
		for pid, line := range u.processes() {
			if strings.Contains(line, word) && !strings.HasPrefix(line, u.command) {
				return pid
			}
		}
		if strings.Contains(errors.String(), word) {
			return 0
		}
		select {
		case <-ended:
			return 0
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// lockedBuffer can be read while a command writes to it.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// during starts a command, does something to it when a word is seen, and gives
// how it ended.
func (u *user) during(word string, do func(c *exec.Cmd, pid int), args ...string) (code int, message string) {
	u.t.Helper()
	var out bytes.Buffer
	errors := &lockedBuffer{}
	c := u.cmd(&out, nil, args...)
	c.Stderr = errors
	if err := c.Start(); err != nil {
		u.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = c.Wait() // how it ended is in ProcessState
		close(ended)
	}()
	pid := u.until(ended, errors, word)
	do(c, pid)
	<-ended
	return c.ProcessState.ExitCode(), errors.String()
}

func TestInterrupted(t *testing.T) {
	bug := "tests/corpus/10-sse-off"
	for _, c := range []struct {
		name, word string
		args       []string
	}{
		{"build", "go build", []string{"build"}},
		{"pack the ISO", "grub-mkrescue", []string{"build"}},
		{"boot", "qemu-system", []string{"boot", "--direct"}},
		{"boot through GRUB", "qemu-system", []string{"boot"}},
		{"soak", "qemu-system", []string{"soak", "-n", "50"}},
		{"evolve, first build", "go build", []string{"evolve", "--no-history", "--bug", bug}},
		{"evolve, first boot", "qemu-system", []string{"evolve", "--no-history", "--bug", bug}},
		{"evolve, candidates", "analyze ", []string{"evolve", "--no-history", "--verbose", "--bug", bug}},
		{"run", "qemu-system", []string{"run"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			u := newUser(t).withTools()
			before := u.files()
			code, message := u.during(c.word, func(c *exec.Cmd, _ int) { _ = c.Process.Signal(os.Interrupt) }, c.args...)
			if code != 3 || !strings.Contains(message, "interrupted") {
				t.Errorf("exit code %d:\n%s", code, message)
			}
			clearMessage(t, message)
			u.clean(before, "memory.db", "memory.db-wal", "memory.db-shm", "story.db", "story.db-wal", "story.db-shm")
			memoryIntact(t, filepath.Join(u.cache, "memory.db"))
		})
	}
}

// memoryIntact opens a memory that a command was interrupted over.
func memoryIntact(t *testing.T, path string) {
	t.Helper()
	if _, err := os.Stat(path); err != nil {
		return
	}
	s, err := memory.Open(path)
	if err != nil {
		t.Errorf("the memory cannot be opened after an interruption: %v", err)
		return
	}
	defer s.Close()
	lessons, err := s.Lessons(context.Background(), "pxos")
	if err != nil || len(lessons) != 0 {
		t.Errorf("the memory holds %d lessons of an interrupted cycle, %v", len(lessons), err)
	}
}

// TestEmulatorKilled: QEMU dies under us. That is the laboratory's failure and
// no verdict about the kernel.
func TestEmulatorKilled(t *testing.T) {
	u := newUser(t).withTools()
	before := u.files()
	killed := false
	code, message := u.during("qemu-system", func(_ *exec.Cmd, pid int) {
		killed = pid != 0 && syscall.Kill(pid, syscall.SIGKILL) == nil
	}, "boot")
	if !killed {
		t.Fatalf("QEMU was not seen:\n%s", message)
	}
	if code != 3 || !strings.Contains(message, "emulator") {
		t.Errorf("exit code %d:\n%s", code, message)
	}
	clearMessage(t, message)
	u.clean(before)
}

// TestPlacesThatCannotBeWritten: a result that cannot be kept is an error, and
// no half of it stays.
func TestPlacesThatCannotBeWritten(t *testing.T) {
	k := kernel(t)
	u := newUser(t).withTools()
	file := u.write("file", []byte("a file, no folder"))
	before := u.files()
	for _, args := range [][]string{
		{"build", "--out", filepath.Join(file, "out")},
		{"evolve", "--memory", filepath.Join(file, "memory.db")},
		{"lessons", "--memory", file},
		{"diagnose", "--gpu", "--html", filepath.Join(file, "page.html"), k.elf},
		{"diagnose", "--gpu", "--save", filepath.Join(file, "evidence.json"), k.elf},
	} {
		code, _, message := u.run(args...)
		if code != 3 {
			t.Errorf("%v: exit code %d:\n%s", args, code, message)
		}
		clearMessage(t, message)
	}
	u.clean(before)
}

// TestDiskFull builds on a file system of 512 KiB, in a user name space where
// mounting one needs no rights.
func TestDiskFull(t *testing.T) {
	u := newUser(t).withTools()
	full := filepath.Join(u.root, "full")
	if err := os.Mkdir(full, 0o755); err != nil {
		t.Fatal(err)
	}
	const mount = `mount -t tmpfs -o size=512k none "$1" || exit 77; shift; "$@"; code=$?; ls -A full >&2; exit $code`
	try := exec.Command("unshare", "-rm", "sh", "-c", mount, "sh", full, "true")
	if out, err := try.CombinedOutput(); err != nil {
		t.Skipf("no small file system can be mounted here: %v %s", err, out)
	}
	var out, errors bytes.Buffer
	c := u.cmd(&out, &errors, "-rm", "sh", "-c", mount, "sh", full, u.command, "build", "--out", "full")
	c.Path, c.Args[0] = try.Path, "unshare"
	err := c.Run()
	if c.ProcessState.ExitCode() != 3 || !strings.Contains(errors.String(), "disk is full") && !strings.Contains(errors.String(), "no space left") {
		t.Errorf("%v:\n%s%s", err, out.String(), errors.String())
	}
	if strings.Contains(errors.String(), "pxos.elf\n") || strings.Contains(errors.String(), ".build-") {
		t.Errorf("half-written files stay on the full disk:\n%s", errors.String())
	}
}
