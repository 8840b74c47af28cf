package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pxos/abi"
	"pxos/abi/bootreport"
	"pxos/architect/trial"
	"pxos/image"
)

// programExit is the exit status of a program that ran in pxOS: it becomes ours.
type programExit struct{ status int }

func (p programExit) Error() string { return fmt.Sprintf("the program left with status %d", p.status) }

// maxProgramBytes bounds the file of a program.
const maxProgramBytes = 256 << 20

// programRun are the flags of `run FILE`.
type programRun struct {
	machine machineFlags
	trace   bool
}

// run boots pxOS with a program in ring 3, passes on what it prints, and gives its
// exit status as a programExit.
func (f *programRun) run(c *cobra.Command, l *lab, file string, args []string) error {
	ram, err := f.machine.ram()
	if err != nil {
		return err
	}
	cpus, err := f.machine.processors()
	if err != nil {
		return err
	}
	program, err := readProgram(file)
	if err != nil {
		return usage{err}
	}
	module, err := image.Package(program, append([]string{filepath.Base(file)}, args...))
	if err != nil {
		return usage{err}
	}
	path := filepath.Join(l.work(), fmt.Sprintf("program-%d", os.Getpid()))
	if err := os.MkdirAll(l.work(), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(path, module, 0o600); err != nil {
		return err
	}
	defer os.Remove(path) //nolint:errcheck // a file of ours that is gone already is fine
	k, err := image.Build(c.Context(), image.Options{Root: l.root, Out: filepath.Join(l.root, "build"), Tools: l.tools})
	if err != nil {
		return err
	}
	cfg := trial.Config{Tools: l.tools, Kernel: k.ELF, Module: path, RAMBytes: ram, CPUs: cpus, Quiet: true, Limit: math.MaxInt64 / 2,
		Cmdline: fmt.Sprintf("program quick epoch=%d", time.Now().Unix()), Console: c.OutOrStdout(), SourceDirs: []string{l.root}}
	if f.trace {
		cfg.Cmdline += " trace"
		cfg.OnLine = func(line string) bool { showCall(c.ErrOrStderr(), line); return false }
	}
	r, err := trial.Boot(c.Context(), cfg)
	if err != nil {
		return err
	}
	return f.outcome(c, r)
}

func readProgram(file string) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if info.IsDir() || info.Size() > maxProgramBytes {
		return nil, fmt.Errorf("%s is no program of at most %d MiB", file, maxProgramBytes>>20)
	}
	return os.ReadFile(file)
}

// outcome says how the program ended.
func (f *programRun) outcome(c *cobra.Command, r *trial.Result) error {
	end, ok := r.Report.First(abi.ReportProgram)
	if !ok {
		return failed{"pxOS did not come to the program's end: " + r.Why() + "\nthe whole story: pxos boot, then pxos diagnose"}
	}
	sayMissing(c.ErrOrStderr(), r.Report.Find(abi.ReportCall))
	if why := end.Fields["error"]; why != "" {
		return usage{errors.New("the program cannot run: " + why)}
	}
	if len(r.Audit) > 0 {
		return failed{"the audit found what the GPU did not grant: " + strings.Join(r.Audit, "; ")}
	}
	if status := int(end.Uint("status")); status != 0 {
		return programExit{status}
	}
	return nil
}

// sayMissing names the system calls that the program wanted and that are not there.
func sayMissing(w io.Writer, calls []bootreport.Line) {
	const most = 8
	var numbers []string
	for _, call := range calls[:min(len(calls), most)] {
		numbers = append(numbers, fmt.Sprint(call.Uint("number")))
	}
	if more := len(calls) - most; more > 0 {
		numbers = append(numbers, fmt.Sprintf("and %d more", more))
	}
	if len(numbers) > 0 {
		fmt.Fprintf(w, "pxos: system calls that are not there, the program was told ENOSYS: %s\n", strings.Join(numbers, ", "))
	}
}

// showCall prints a line of the trace as strace would.
func showCall(w io.Writer, line string) {
	rest, ok := strings.CutPrefix(line, abi.ReportPrefix+abi.ReportTrace+" ")
	if !ok {
		return
	}
	l := bootreport.Parse([]byte(abi.ReportPrefix + abi.ReportTrace + " " + rest + "\n")).Lines
	if len(l) == 1 {
		f := l[0].Fields
		fmt.Fprintf(w, "[%s] %s(%s, %s, %s, %s)\n", f["thread"], f["call"], f["a"], f["b"], f["c"], f["d"])
	}
}
