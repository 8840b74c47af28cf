package main

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"pxos/abi"
	"pxos/abi/bootreport"
	"pxos/architect/trial"
	"pxos/image"
	"pxos/machine"
)

// programExit is the exit status of a program that ran in pxOS: it becomes ours.
type programExit struct{ status int }

func (p programExit) Error() string { return fmt.Sprintf("the program left with status %d", p.status) }

// maxProgramBytes bounds the file of a program.
const maxProgramBytes = 256 << 20

// programRun are the flags of `run FILE`.
type programRun struct {
	machine     machineFlags
	ramBytes    uint64
	cpus        int
	trace       bool
	environment []string
	add         []string
	directory   string
	volumes     []string
	shared      []volume
	network     network
	patience    int // Ctrl-C in a row that end the machine; 0: none do
}

// flags are those that run and shell have in common.
func (f *programRun) flags(c *cobra.Command) {
	c.Flags().StringVarP(&f.machine.memory, "memory", "m", "512M", "guest memory, such as 128M or 6G")
	c.Flags().StringArrayVarP(&f.environment, "env", "e", nil, "NAME=VALUE for the environment of the first program; may be repeated")
	c.Flags().StringArrayVar(&f.add, "add", nil, "DIR:PATH copies a directory or file of the host into pxOS; may be repeated")
	c.Flags().StringArrayVarP(&f.volumes, "volume", "v", nil, "DIR:PATH[:ro] shares a directory of the host, read-write or read-only; may be repeated")
	f.network.flags(c)
	f.machine.smpFlag(c)
	f.machine.screenFlags(c)
	c.Flags().BoolVar(&f.trace, "trace", false, "print the system calls of all programs")
}

// run boots pxOS with a program in ring 3, passes on what it prints, and gives its
// exit status as a programExit.
func (f *programRun) run(c *cobra.Command, l *lab, file string, args []string) error {
	root, err := f.root()
	if err != nil {
		return err
	}
	program, err := readProgram(file)
	if err != nil {
		return usage{err}
	}
	p := image.Program{Path: "/bin/" + filepath.Base(file), Directory: f.directory, Arguments: append([]string{filepath.Base(file)}, args...)}
	if err := root.AddFile(p.Path, 0o755, program); err != nil {
		return err
	}
	if f.network.wanted() { // the stack starts the program
		arguments, err := f.network.add(c.Context(), l, root)
		if err != nil {
			return err
		}
		p.Arguments = append(append(arguments, "--", p.Path), args...)
		p.Path = netd
	}
	f.environment = append([]string{"PATH=/bin:/usr/bin", "HOME=/root", "USER=root", "TERM=xterm-256color"}, f.environment...)
	f.patience = 3
	return f.boot(c, l, root, p)
}

// boot boots pxOS with a root of files and the first program, and passes on what is
// printed and typed until it ends.
func (f *programRun) boot(c *cobra.Command, l *lab, root *image.Root, p image.Program) error {
	p.Mounts = guests(f.shared)
	module, err := f.pack(root, p)
	if err != nil {
		return err
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
	ctx, attached := attach(c.Context(), c.InOrStdin(), c.OutOrStdout(), f.patience)
	defer attached.close()
	cfg := trial.Config{Tools: l.tools, Kernel: k.ELF, Module: path, RAMBytes: f.ramBytes, CPUs: f.cpus, Quiet: true, Limit: math.MaxInt64 / 2,
		Cmdline: fmt.Sprintf("program quick epoch=%d", time.Now().Unix()) + attached.cmdline(), Console: c.OutOrStdout(), SourceDirs: []string{l.root},
		Screen: f.machine.screen, Screenshot: f.machine.picture,
		OnMachine: func(m *machine.Machine) { attached.join(ctx, m) }}
	cfg.Args = append(cfg.Args, f.network.arguments()...)
	cfg.Args = append(cfg.Args, volumeArguments(f.shared)...)
	if f.trace {
		cfg.Cmdline += " trace"
		cfg.OnLine = func(line string) bool { showCall(lineEnds{c.ErrOrStderr(), attached.terminal}, line); return false }
	}
	r, err := trial.Boot(ctx, cfg)
	attached.close()
	if attached.gaveUp.Load() {
		return failed{"the machine was switched off"}
	}
	if err != nil {
		return err
	}
	return f.outcome(c, r)
}

// root reads the flags of the machine and of the shares, and makes the root of the files
// with what is to lie in it.
func (f *programRun) root() (*image.Root, error) {
	var err error
	if f.ramBytes, err = f.machine.ram(); err != nil {
		return nil, err
	}
	if f.cpus, err = f.machine.processors(); err != nil {
		return nil, err
	}
	if f.network.forwards, err = forwards(f.network.pairs); err != nil {
		return nil, usage{err}
	}
	if f.shared, err = volumes(f.volumes); err != nil {
		return nil, usage{err}
	}
	root, err := image.NewRoot()
	if err != nil {
		return nil, err
	}
	for _, pair := range f.add {
		from, to, ok := strings.Cut(pair, ":")
		if !ok || !strings.HasPrefix(to, "/") {
			return nil, usage{fmt.Errorf("--add %q: give a path of the host, a colon and an absolute path in pxOS", pair)}
		}
		if err := root.AddTree(from, to); err != nil {
			return nil, usage{fmt.Errorf("--add %s: %w", pair, err)}
		}
	}
	return root, nil
}

// pack puts the files, the program's arguments and its environment into a module.
func (f *programRun) pack(root *image.Root, p image.Program) ([]byte, error) {
	var err error
	if p.Root, err = root.Bytes(); err != nil {
		return nil, err
	}
	for _, e := range f.environment {
		if !strings.Contains(e, "=") {
			return nil, usage{fmt.Errorf("-e %q: give NAME=VALUE", e)}
		}
	}
	p.Environment = f.environment
	var seed [32]byte
	if _, err := rand.Read(seed[:]); err != nil {
		return nil, err
	}
	for i := range p.Seed {
		p.Seed[i] = binary.LittleEndian.Uint64(seed[8*i:])
	}
	return image.Package(p)
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
		name := call.Fields["name"]
		if name == "" {
			name = fmt.Sprint(call.Uint("number"))
		}
		numbers = append(numbers, name)
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
		if f["signal"] != "" {
			fmt.Fprintf(w, "[%s] --- %s {addr=%s, rip=%s}\n", f["thread"], unix.SignalName(syscall.Signal(l[0].Uint("signal"))), f["addr"], f["rip"])
			return
		}
		fmt.Fprintf(w, "[%s] %s(%s, %s, %s, %s) = %s\n", f["thread"], f["call"], f["a"], f["b"], f["c"], f["d"], callResult(l[0].Uint("result")))
	}
}

// callResult is a result as strace has it: an error by its name.
func callResult(v uint64) string {
	const lastErrno = 4095
	if e := -int64(v); e > 0 && e <= lastErrno {
		return fmt.Sprintf("-1 %s (%v)", unix.ErrnoName(syscall.Errno(e)), syscall.Errno(e))
	}
	return fmt.Sprintf("%#x", v)
}
