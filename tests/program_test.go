package tests

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"pxos/abi"
	"pxos/architect/trial"
	"pxos/image"
	"pxos/machine"
)

// buildProgram builds a program of testdata/programs.
func buildProgram(t *testing.T, name string) (binary string) {
	t.Helper()
	binary = filepath.Join(t.TempDir(), name)
	c := exec.Command("go", "build", "-o", binary, "./testdata/programs/"+name)
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return binary
}

// runInside builds a program of testdata/programs and runs it in pxOS.
func runInside(t *testing.T, name string, args ...string) (console string, status uint64, r *trial.Result) {
	t.Helper()
	return runInsideOn(t, trial.Config{Kernel: kernel(t).elf}, name, args...)
}

// runInsideOn is runInside with a kernel and a machine of the caller's.
func runInsideOn(t *testing.T, cfg trial.Config, name string, args ...string) (console string, status uint64, r *trial.Result) {
	t.Helper()
	program, err := os.ReadFile(buildProgram(t, name))
	if err != nil {
		t.Fatal(err)
	}
	root, err := image.NewRoot()
	if err != nil {
		t.Fatal(err)
	}
	if err := root.AddFile("/bin/"+name, 0o755, program); err != nil {
		t.Fatal(err)
	}
	archive, err := root.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	module, err := image.Package(image.Program{Root: archive, Path: "/bin/" + name, Arguments: append([]string{name}, args...), Environment: []string{"PATH=/bin"}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "module")
	if err := os.WriteFile(file, module, 0o644); err != nil {
		t.Fatal(err)
	}
	cfg.Tools, cfg.Module, cfg.Cmdline = tools(t), file, "program quick "+os.Getenv("PXOS_CMDLINE")
	cfg.OnMachine = func(m *machine.Machine) { go m.Send([]byte{abi.InputEscape, abi.InputEnd}) }
	r, err = trial.Boot(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	end, ok := r.Report.First(abi.ReportProgram)
	if !ok || end.Fields["error"] != "" {
		t.Fatalf("%s did not run: %v; %s\n%s\n%s", name, end.Fields, r.Why(), r.Evidence.Serial, r.GPUConsole)
	}
	return string(r.GPUConsole), end.Uint("status"), r
}

// TestHelloInRing3 runs an ordinary Go program.
func TestHelloInRing3(t *testing.T) {
	console, status, r := runInside(t, "hello", "one", "two")
	if want := "hello from 3 arguments: [\"hello\" \"one\" \"two\"]\n"; console != want || status != 42 {
		t.Errorf("status %d, console %q", status, console)
	}
	if len(r.Audit) != 0 {
		t.Errorf("audit: %v", r.Audit)
	}
	if calls := r.Report.Find(abi.ReportCall); len(calls) > 0 {
		t.Logf("calls that are not there: %v", calls)
	}
}

// TestSameAsHere runs programs that print what does not depend on where they run, in
// pxOS and on this host: the same output and status.
func TestSameAsHere(t *testing.T) {
	for name, status := range map[string]uint64{
		"work":      7, // goroutines, timers, garbage, maps, JSON, compression, hashes, signatures, HTTP, TLS
		"processes": 0, // os/exec, pipes, signals, files
	} {
		t.Run(name, func(t *testing.T) {
			c := exec.Command("go", "run", "./testdata/programs/"+name)
			want, err := c.Output()
			if c.ProcessState == nil {
				t.Fatal(err)
			}
			console, got, r := runInside(t, name)
			if console != string(want) || got != status {
				t.Errorf("status %d\n%s\nhere:\n%s", got, console, want)
			}
			if len(r.Audit) != 0 {
				t.Errorf("audit: %v", r.Audit)
			}
		})
	}
}

// TestCrash has a program dereference nil, here and in pxOS: the same words and
// traceback, but for where the stack lies and who started what.
func TestCrash(t *testing.T) {
	c := exec.Command(buildProgram(t, "work"), "crash")
	want, _ := c.CombinedOutput()
	console, status, r := runInside(t, "work", "crash")
	clean := func(s string) string {
		return regexp.MustCompile(`\(0x[0-9a-f]+\?\)|goid [0-9]+|[0-9a-f]{12}`).ReplaceAllString(s, "…")
	}
	if clean(console) != clean(string(want)) || status != uint64(c.ProcessState.ExitCode()) {
		t.Errorf("status %d\n%s\nhere: status %d\n%s", status, console, c.ProcessState.ExitCode(), want)
	}
	for _, line := range []string{"panic: runtime error: invalid memory address or nil pointer dereference", "goroutine 1 [running]:", "main.main()"} {
		if !strings.Contains(console, line) {
			t.Errorf("the traceback lacks %q", line)
		}
	}
	if len(r.Audit) != 0 {
		t.Errorf("audit: %v", r.Audit)
	}
}

// TestHostilePrograms runs programs that try what they must not: each is ended or
// told no, the kernel stands, and no page table says more than the GPU granted.
func TestHostilePrograms(t *testing.T) {
	for name, status := range map[string]uint64{
		"hlt": 2, "cli": 2, "out": 2, "wrmsr": 2, "mov-cr3": 2, "lidt": 2, "int-14": 2, "int-80": 2, "iret": 2, "ud2": 2, "sysret": 2,
		"swapgs": 2, "jump-kernel": 2, "non-canon": 2, "stack-kernel": 139, "call-rsp-bad": 139, "trap-flag": 2, "iopl": 2, "fs-kernel": 2,
		"read-kernel": 2, "write-kernel": 2, "write-text": 2, "selectors": 2, "handler-bad": 2, "memory": 137, "threads": 2, "regions": 3, "descriptors": 3, "console": 0, "gpu": 3,
	} {
		t.Run(name, func(t *testing.T) {
			console, got, r := runInside(t, "hostile", name)
			if got != status {
				t.Errorf("status %d, expected %d; it said %.300q", got, status, console)
			}
			if r.Outcome.Termination != machine.TerminationExit || len(r.Audit) != 0 {
				t.Errorf("ended as %s, audit %v", r.Outcome.Termination, r.Audit)
			}
		})
	}
}

// TestRandomCalls makes random system calls; PXOS_CALLS says how many. The kernel stands,
// no memory is lost, and the GPU has all extents back.
func TestRandomCalls(t *testing.T) {
	n := "20000"
	if s := os.Getenv("PXOS_CALLS"); s != "" {
		n = s
	}
	cfg := trial.Config{Kernel: kernel(t).elf, Limit: time.Hour} // a million take more than the usual minute
	console, status, r := runInsideOn(t, cfg, "hostile", "lost", n, "88172645463325252")
	var frames [3]int
	if _, err := fmt.Sscanf(console, "frames in use: %d\nframes in use: %d\nframes in use: %d\n", &frames[0], &frames[1], &frames[2]); err != nil || status != 3 {
		t.Fatalf("status %d, %v: %.500q", status, err, console)
	}
	t.Logf("%s calls; frames of the kernel's in use after each child: %v; audit: %d", n, frames, len(r.Audit))
	const grown = 64 // lists of free objects are as long as they ever had to be
	if frames[2] > frames[1]+grown {
		t.Errorf("memory is lost: %v", frames)
	}
	for _, e := range r.Tables.Extents {
		if e.Owned() && e.Owner != abi.KernelProcess {
			t.Errorf("extent %d still belongs to process %d", e.Number, e.Owner)
		}
	}
	if r.Outcome.Termination != machine.TerminationExit || len(r.Audit) != 0 {
		t.Errorf("ended as %s, audit %v", r.Outcome.Termination, r.Audit)
	}
}
