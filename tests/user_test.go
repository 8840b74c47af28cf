package tests

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pxos/abi"
	"pxos/architect/trial"
	"pxos/image"
	"pxos/machine"
)

// typist types a line at each prompt of a shell. It is the console that pxOS writes to.
type typist struct {
	mu      sync.Mutex
	machine *machine.Machine
	seen    bytes.Buffer
	lines   []string
	last    int // end of what was looked at
}

// prompt is the shell's, on a line of its own: while a line is edited it is shown anew.
var prompt = regexp.MustCompile(`\n\x1b\[36mpxos\x1b\[0m:[^\n]*?\$\x1b\[0m `)

func (y *typist) Write(b []byte) (int, error) {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.seen.Write(b)
	rest := y.seen.Bytes()[y.last:]
	at := prompt.FindIndex(rest)
	if at == nil || len(y.lines) == 0 {
		return len(b), nil
	}
	y.last += at[1]
	line := y.lines[0]
	y.lines = y.lines[1:]
	go func() {
		for _, part := range strings.SplitAfter(line, "…") { // a pause: a program must have begun
			_ = y.machine.Send([]byte(strings.TrimSuffix(part, "…"))) // a machine that has ended is told by the boot
			time.Sleep(2 * time.Second * time.Duration(strings.Count(part, "…")))
		}
	}()
	return len(b), nil
}

// userRoot is a root of files with init and the shell.
func userRoot(t *testing.T, manifest string) *image.Root {
	t.Helper()
	files, err := image.BuildUser(t.Context(), repository(t), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	root, err := image.NewRoot()
	if err != nil {
		t.Fatal(err)
	}
	if err := root.AddUser(files, manifest); err != nil {
		t.Fatal(err)
	}
	return root
}

// bootUser boots init, types lines at the shell's prompts, and gives what was shown.
func bootUser(t *testing.T, cfg trial.Config, root *image.Root, lines ...string) (shown string, status uint64, r *trial.Result) {
	t.Helper()
	archive, err := root.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	module, err := image.Package(image.Program{Root: archive, Path: "/bin/init", Arguments: []string{"init"}, Environment: []string{"PATH=/bin"}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "module")
	if err := os.WriteFile(file, module, 0o644); err != nil {
		t.Fatal(err)
	}
	y := &typist{lines: lines}
	cfg.Tools, cfg.Kernel, cfg.Module, cfg.Console = tools(t), kernel(t).elf, file, y
	cfg.Cmdline, cfg.Limit = "program quick tty columns=80 rows=24", 2*time.Minute
	cfg.OnMachine = func(m *machine.Machine) { y.machine = m }
	if r, err = trial.Boot(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	end, ok := r.Report.First(abi.ReportProgram)
	if !ok || end.Fields["error"] != "" {
		t.Fatalf("init did not run to its end: %v; %s\n%s", end.Fields, r.Why(), r.GPUConsole)
	}
	if len(r.Audit) != 0 {
		t.Errorf("audit: %v", r.Audit)
	}
	return string(r.GPUConsole), end.Uint("status"), r
}

// colours are escapes that a terminal shows nothing of.
var colours = regexp.MustCompile("\x1b\\[[0-9;]*[mKD]")

// visible is what a terminal shows of a text, line by line: what follows a carriage
// return is written over what was there.
func visible(text string) string {
	var out strings.Builder
	for line := range strings.Lines(colours.ReplaceAllString(text, "")) {
		parts := strings.Split(strings.TrimRight(line, "\r\n"), "\r")
		out.WriteString(parts[len(parts)-1] + "\n")
	}
	return out.String()
}

// TestShellCommands starts the shell under each name that it has in pxOS.
func TestShellCommands(t *testing.T) {
	files, err := image.BuildUser(t.Context(), repository(t), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	shell := files[slices.Index(image.UserPrograms, "shell")]
	for _, name := range image.ShellCommands {
		c := exec.CommandContext(t.Context(), shell, "-c", "echo this is the shell itself")
		c.Args[0] = name
		out, _ := c.CombinedOutput() // some of them complain of these arguments
		if strings.HasPrefix(string(out), "this is the shell itself") {
			t.Errorf("the shell is no %s", name)
		}
	}
	c := exec.CommandContext(t.Context(), shell, "one", "two")
	c.Args[0] = "echo"
	if out, err := c.Output(); string(out) != "one two\n" || err != nil {
		t.Errorf("echo: %q, %v", out, err)
	}
}

// TestShell types at the shell of a booted pxOS and compares all that the terminal shows.
func TestShell(t *testing.T) {
	shown, status, r := bootUser(t, trial.Config{CPUs: 2}, userRoot(t, image.InitManifest),
		"echo hello | cat\r",
		"X='a  b'; echo \"$X\" $X > f; cat f; false || echo $?\r",
		"cat\r…typed wrong\x15right\n\x04", // the terminal's own editing, then its end
		"sleep 1000\r…\x03",                // Ctrl-C ends the program, not the shell
		"echo $?\r",
		"ecoh\x7f\x7fho ok\x03",                 // Ctrl-C gives a line up
		"\x10\x10\x1b[A\x1b[A\x1b[D\x1b[C!!!\r", // DLE, as the host doubles it: Ctrl-P; then arrows
		"(sleep\r",
		"sh -c 'sleep 1000 & echo orphan'; ps\r",
		"exit 5\r")
	text := visible(shown)
	for _, want := range []string{
		"$ echo hello | cat\nhello\n", "a  b a b\n1\n", "right\nright\n", "sleep 1000\n^C\n", "echo $?\n130\n", "^C\npxos:~ $ ",
		"cat!!!\n", "shell: (sleep: no such command", "orphan\n", "init: shell ended with status 5\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the terminal does not show %q", want)
		}
	}
	if !regexp.MustCompile(`(?m)^ +\d+ +1 [RS] .* sleep 1000$`).MatchString(text) {
		t.Error("init did not take over the orphan")
	}
	if status != 5 {
		t.Errorf("pxOS ended with status %d", status)
	}
	if t.Failed() {
		t.Logf("%s\n%q", text, r.GPUConsole)
	}
}

// TestInitKeepsServices has init start one that ends at once, again and again, and
// another in the foreground.
func TestInitKeepsServices(t *testing.T) {
	shown, status, _ := bootUser(t, trial.Config{}, userRoot(t, `
[[program]]
name = "weak"
run = ["/bin/sh", "-c", "exit 1"]
restart = "failure"
[[program]]
name = "once"
run = ["/bin/sh", "-c", "echo in $PWD of $WHO"]
environment = ["WHO=me", "PWD=/tmp"]
directory = "/tmp"
[[program]]
name = "last"
run = ["/bin/sh", "-c", "sleep 3; exit 7"]
foreground = true
`))
	text := strings.ReplaceAll(shown, "\r\n", "\n")
	for _, want := range []string{"init: weak ended with status 1\n", "init: weak starts again in 100ms\n", "init: weak starts again in 200ms\n",
		"in /tmp of me\n", "init: once ended with status 0\n", "init: last ended with status 7\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("init does not say %q", want)
		}
	}
	if status != 7 || strings.Contains(text, "once starts again") {
		t.Errorf("status %d\n%s", status, text)
	}
}
