package image

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"pxos/image/gate"
	"pxos/image/toolchain"
)

// Where the kernel is linked: the direct map's base plus 2 MiB. The Go linker
// takes the address as a signed number.
const (
	directMapBase = 0xFFFF800000000000
	linkAddress   = "-0x7fffffe00000"
	entrySymbol   = "main.kentry"
	kernelPackage = "./kernel"
	stubSource    = "kernel/arch/amd64/stub.asm"
)

// Stages of a build, as BuildError names them.
const (
	StageCompile  = "compile"
	StageAssemble = "assemble"
	StageGate     = "gate"
	StageJoin     = "join"
)

// BuildError says that the source does not make a kernel: which stage refused
// it and what that stage said.
type BuildError struct {
	Stage  string
	Output string
}

// Error is the stage and the first lines of what it said.
func (e *BuildError) Error() string {
	return fmt.Sprintf("%s: %s", e.Stage, strings.TrimSpace(e.Output))
}

// Options say what to build and where to.
type Options struct {
	Root  string // folder with go.mod, abi/ and kernel/
	Out   string // folder for the results; made if missing
	Tools *toolchain.Toolchain
	// Go is the go command; empty means the one on PATH.
	Go string

	work string // for files that are gone when the build ends, however it ends
}

// Kernel is a built kernel.
type Kernel struct {
	ELF       string // path of the bootable ELF64: Multiboot2 and PVH
	TextBytes int    // of ring-0 code
	Functions int    // ring-0 functions that the gate looked at
	Poisoned  int    // runtime functions overwritten with INT3
}

// Build makes the kernel.
func Build(ctx context.Context, o Options) (*Kernel, error) {
	if o.Go == "" {
		o.Go = "go"
	}
	out, err := filepath.Abs(o.Out)
	if err != nil {
		return nil, fmt.Errorf("find the output folder: %w", err)
	}
	o.Out = out // tools run in Root, so a relative path would mislead them
	if err := os.MkdirAll(o.Out, 0o755); err != nil {
		return nil, fmt.Errorf("make the output folder: %w", err)
	}
	work, err := os.MkdirTemp(o.Out, ".build-*")
	if err != nil {
		return nil, fmt.Errorf("make a work folder: %w", err)
	}
	defer os.RemoveAll(work)
	o.work = work

	raw := filepath.Join(work, "go.elf")
	if err := compile(ctx, o, raw); err != nil {
		return nil, err
	}
	if err := checkInitialisers(ctx, o); err != nil {
		return nil, err
	}
	stub, err := assembleStub(ctx, o, work)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(raw)
	if err != nil {
		return nil, fmt.Errorf("read the linked kernel: %w", err)
	}
	rules := gate.KernelRules(entrySymbol)
	result, err := gate.Check(text, rules)
	if err != nil {
		return nil, &BuildError{StageGate, err.Error()}
	}
	if len(result.Violations) > 0 {
		return nil, &BuildError{StageGate, gate.Describe(result.Violations)}
	}
	poisoned, err := gate.Poison(text, rules)
	if err != nil {
		return nil, &BuildError{StageGate, err.Error()}
	}
	joined, err := join(text, stub)
	if err != nil {
		return nil, &BuildError{StageJoin, err.Error()}
	}
	elf := filepath.Join(o.Out, "pxos.elf")
	if err := writeFile(elf, joined); err != nil {
		return nil, err
	}
	return &Kernel{ELF: elf, TextBytes: result.TextBytes, Functions: result.Functions, Poisoned: poisoned}, nil
}

// compile links the Go half of the kernel.
func compile(ctx context.Context, o Options, out string) error {
	cmd := goCommand(ctx, o, "build", "-trimpath", "-buildvcs=false",
		"-ldflags", "-w -T "+linkAddress+" -E "+entrySymbol, "-o", out, kernelPackage)
	return runStage(cmd, StageCompile)
}

// goCommand runs the go tool in the source tree, for the kernel's target and
// with nothing of the caller's flags.
func goCommand(ctx context.Context, o Options, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, o.Go, args...)
	cmd.Dir = o.Root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64", "GOAMD64=v1",
		"GOFLAGS=", "GOWORK=off", "GOEXPERIMENT=", "GO111MODULE=on",
		"GOTMPDIR="+o.work)
	return whole(cmd)
}

// whole makes the end of the context end a tool with all that it started: the
// go command alone would leave its compilers running.
func whole(cmd *exec.Cmd) *exec.Cmd {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 2 * time.Second
	return cmd
}

// runStage runs a tool. An exit status is the source's fault, anything else ours.
func runStage(cmd *exec.Cmd, stage string) error {
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	err := whole(cmd).Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &exit) && exit.Exited():
		if strings.Contains(output.String(), "no space left on device") {
			return fmt.Errorf("%s: the disk is full: free some space and run it again", stage)
		}
		return &BuildError{stage, output.String()}
	}
	return fmt.Errorf("%s: %s: %w", stage, filepath.Base(cmd.Path), err)
}

// checkInitialisers refuses package variables whose initial value is computed
// at start: ring 0 never runs them, so they would silently stay zero.
func checkInitialisers(ctx context.Context, o Options) error {
	list := goCommand(ctx, o, "list", "-trimpath", "-buildvcs=false", "-deps", "-export",
		"-ldflags", "-w -T "+linkAddress+" -E "+entrySymbol,
		"-f", "{{if not .Standard}}{{.ImportPath}} {{.Export}}{{end}}", kernelPackage)
	text, err := list.Output()
	if err != nil {
		return &BuildError{StageCompile, fmt.Sprintf("go list: %v", err)}
	}
	var archives []string
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) == 2 {
			archives = append(archives, f[1])
		}
	}
	nm := goCommand(ctx, o, append([]string{"tool", "nm", "-size"}, archives...)...)
	symbols, err := nm.Output()
	if err != nil {
		return fmt.Errorf("go tool nm: %w", err)
	}
	var found []string
	for line := range strings.Lines(string(symbols)) {
		f := strings.Fields(line)
		if len(f) < 4 || f[len(f)-2] != "T" {
			continue
		}
		name, size := f[len(f)-1], f[len(f)-3]
		// An init of one byte is a RET: every value was known at link time.
		if strings.HasSuffix(name, ".init") && size != "1" || strings.Contains(name, ".init.") {
			found = append(found, name)
		}
	}
	if len(found) > 0 {
		return &BuildError{StageGate, "these packages compute variables at start or have init functions, " +
			"which ring 0 never runs: " + strings.Join(found, ", ") +
			"\nwhat to do: make them constants, or assign them in start"}
	}
	return nil
}

// assembleStub gives the flat start stub.
func assembleStub(ctx context.Context, o Options, work string) ([]byte, error) {
	out := filepath.Join(work, "stub.bin")
	nasm := o.Tools.Tool(toolchain.NASM).Cmd(ctx, "-f", "bin", "-o", out, filepath.FromSlash(stubSource))
	nasm.Dir = o.Root
	if err := runStage(nasm, StageAssemble); err != nil {
		return nil, err
	}
	return os.ReadFile(out)
}

// writeFile writes by a temporary name beside the target, so that the target
// is whole at every moment.
func writeFile(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = f.Write(data)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
