// Command bench-kernel measures what the kernel's services cost in guest instructions,
// under QEMU's -icount, and beside it the same program as init of Debian's Linux in the
// same QEMU, where that kernel can be had.
//
// It may import everything; nothing imports it.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"

	"pxos/architect/trial"
	"pxos/image"
	"pxos/image/toolchain"
)

// nullCallBound is the most that a system call that does nothing may take, in
// instructions.
const nullCallBound = 140

func main() {
	asJSON := flag.Bool("json", false, "print the report as JSON")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	code, err := run(ctx, *asJSON)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-kernel:", err)
		code = 3
	}
	os.Exit(code)
}

// figure is one service's cost in guest instructions; 0 where it was not measured.
type figure struct {
	Name        string
	PxOS, Linux float64
}

func run(ctx context.Context, asJSON bool) (int, error) {
	cache, err := toolchain.CacheDir()
	if err != nil {
		return 3, err
	}
	tools, err := toolchain.Find(cache)
	if err != nil {
		return 3, err
	}
	dir, err := os.MkdirTemp("", "bench-kernel-*")
	if err != nil {
		return 3, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a folder of ours
	l := &lab{tools: tools, cache: cache, dir: dir}
	if err := l.prepare(ctx); err != nil {
		return 3, err
	}
	binary, err := l.build(ctx, "bench")
	if err != nil {
		return 3, err
	}
	pxos, err := l.inPxOS(ctx, binary, 1, true)
	if err != nil {
		return 3, err
	}
	linux := map[string]float64{}
	if l.linux != "" {
		if linux, err = l.onLinux(ctx, binary, 1, true); err != nil {
			return 3, err
		}
	}
	var r results
	for _, name := range names {
		r.Instructions = append(r.Instructions, figure{name, pxos[name], linux[name]})
	}
	if r.Microseconds, err = l.stress(ctx); err != nil {
		return 3, err
	}
	return r.report(asJSON)
}

// lab is what the measurements have in common.
type lab struct {
	tools              *toolchain.Toolchain
	cache, dir, kernel string
	linux              string // "": it could not be had
}

func (l *lab) prepare(ctx context.Context) error {
	kernel, err := image.Build(ctx, image.Options{Root: ".", Out: filepath.Join(l.dir, "kernel"), Tools: l.tools})
	if err != nil {
		return err
	}
	l.kernel = kernel.ELF
	if l.linux, err = toolchain.EnsureLinux(ctx, l.cache, func(line string) { fmt.Fprintln(os.Stderr, line) }); err != nil {
		fmt.Fprintln(os.Stderr, "Linux is not measured:", err)
	}
	return nil
}

// build builds a program of testdata.
func (l *lab) build(ctx context.Context, name string) (string, error) {
	binary := filepath.Join(l.dir, name)
	return binary, image.BuildProgram(ctx, ".", "./tests/testdata/programs/"+name, binary)
}

// stress runs the collector's stress on two and four processors, three times on each
// kernel in turns, and gives the medians.
func (l *lab) stress(ctx context.Context) ([]figure, error) {
	binary, err := l.build(ctx, "gcstress")
	if err != nil {
		return nil, err
	}
	var all []figure
	for _, cpus := range []int{2, 4} {
		f := figure{Name: fmt.Sprintf("gc stress, %d CPUs", cpus)}
		var ours, theirs []float64
		for range 3 {
			got, err := l.inPxOS(ctx, binary, cpus, false)
			if err != nil {
				return nil, err
			}
			ours = append(ours, got["gc stress"])
			if l.linux != "" {
				if got, err = l.onLinux(ctx, binary, cpus, false); err != nil {
					return nil, err
				}
				theirs = append(theirs, got["gc stress"])
			}
		}
		slices.Sort(ours)
		slices.Sort(theirs)
		if f.PxOS = ours[1]; len(theirs) > 0 {
			f.Linux = theirs[1]
		}
		all = append(all, f)
	}
	return all, nil
}

// names are the services, in the order of the report.
var names = []string{"null call", "dispatched call", "page fault", "futex switch", "pipe round trip", "time.Now", "spawn and wait"}

// results is all that was measured.
type results struct {
	Instructions []figure // guest instructions, under -icount
	Microseconds []figure // of the host's time
}

func (r *results) report(asJSON bool) (int, error) {
	code := 0
	if n := r.Instructions[0].PxOS; n == 0 || n > nullCallBound {
		code = 1
	}
	if asJSON {
		return code, json.NewEncoder(os.Stdout).Encode(r)
	}
	table("guest instructions", r.Instructions)
	table("microseconds", r.Microseconds)
	if code != 0 {
		fmt.Printf("the null call takes more than %d\n", nullCallBound)
	}
	return code, nil
}

func table(unit string, all []figure) {
	fmt.Printf("%-20s %10s %10s %7s\n", unit, "pxOS", "Linux", "ratio")
	for _, f := range all {
		ratio := ""
		if f.Linux > 0 {
			ratio = fmt.Sprintf("%.2f", f.PxOS/f.Linux)
		}
		fmt.Printf("%-20s %10.0f %10.0f %7s\n", f.Name, f.PxOS, f.Linux, ratio)
	}
}

var benchLine = regexp.MustCompile(`bench: ([^:]+): (\d+)`)

func figures(console []byte) map[string]float64 {
	out := map[string]float64{}
	for _, m := range benchLine.FindAllSubmatch(console, -1) {
		out[string(m[1])], _ = strconv.ParseFloat(string(m[2]), 64)
	}
	return out
}

// icount makes a tick of the time-stamp counter an instruction: virtual time goes on by
// 1 ns with each, and the counter runs at 1 GHz.
var icount = []string{"-icount", "shift=0,sleep=off"}

// inPxOS runs a program as the first in pxOS.
func (l *lab) inPxOS(ctx context.Context, binary string, cpus int, counted bool) (map[string]float64, error) {
	program, err := os.ReadFile(binary)
	if err != nil {
		return nil, err
	}
	root, err := image.NewRoot()
	if err != nil {
		return nil, err
	}
	const path = "/bin/bench"
	if err := root.AddFile(path, 0o755, program); err != nil {
		return nil, err
	}
	archive, err := root.Bytes()
	if err != nil {
		return nil, err
	}
	module, err := image.Package(image.Program{Root: archive, Path: path, Arguments: []string{path}, Environment: []string{"PXOS_BENCH_INIT=no"}})
	if err != nil {
		return nil, err
	}
	file := filepath.Join(l.dir, "module")
	if err := os.WriteFile(file, module, 0o644); err != nil {
		return nil, err
	}
	cfg := trial.Config{Tools: l.tools, Kernel: l.kernel, Module: file, RAMBytes: ramBytes, CPUs: cpus, Quiet: true, Limit: limit, Cmdline: "program quick"}
	if counted {
		cfg.Icount, cfg.Args = true, icount
	}
	r, err := trial.Boot(ctx, cfg)
	if err != nil {
		return nil, err
	}
	f := figures(r.GPUConsole)
	if len(f) == 0 {
		return nil, fmt.Errorf("pxOS printed no figures: %s\n%s", r.Why(), r.GPUConsole)
	}
	return f, nil
}

// The machine of both kernels.
const (
	ramBytes = 512 << 20
	limit    = 5 * time.Minute
)
