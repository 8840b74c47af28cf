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
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
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
	binary := filepath.Join(dir, "bench")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", binary, "./tests/testdata/programs/bench")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64")
	if out, err := build.CombinedOutput(); err != nil {
		return 3, fmt.Errorf("%w: %s", err, out)
	}
	pxos, err := inPxOS(ctx, tools, dir, binary)
	if err != nil {
		return 3, err
	}
	linux, err := onLinux(ctx, tools, cache, dir, binary)
	if err != nil {
		fmt.Fprintln(os.Stderr, "Linux was not measured:", err)
	}
	var all []figure
	for _, name := range names {
		all = append(all, figure{name, pxos[name], linux[name]})
	}
	return report(all, asJSON)
}

// names are the services, in the order of the report.
var names = []string{"null call", "dispatched call", "page fault", "futex switch", "pipe round trip", "time.Now", "spawn and wait"}

func report(all []figure, asJSON bool) (int, error) {
	code := 0
	if all[0].PxOS == 0 || all[0].PxOS > nullCallBound {
		code = 1
	}
	if asJSON {
		return code, json.NewEncoder(os.Stdout).Encode(all)
	}
	fmt.Printf("%-18s %10s %10s %7s   guest instructions\n", "", "pxOS", "Linux", "ratio")
	for _, f := range all {
		ratio := ""
		if f.Linux > 0 {
			ratio = fmt.Sprintf("%.2f", f.PxOS/f.Linux)
		}
		fmt.Printf("%-18s %10.0f %10.0f %7s\n", f.Name, f.PxOS, f.Linux, ratio)
	}
	if code != 0 {
		fmt.Printf("the null call takes more than %d\n", nullCallBound)
	}
	return code, nil
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

func inPxOS(ctx context.Context, tools *toolchain.Toolchain, dir, binary string) (map[string]float64, error) {
	kernel, err := image.Build(ctx, image.Options{Root: ".", Out: filepath.Join(dir, "kernel"), Tools: tools})
	if err != nil {
		return nil, err
	}
	program, err := os.ReadFile(binary)
	if err != nil {
		return nil, err
	}
	root, err := image.NewRoot()
	if err != nil {
		return nil, err
	}
	if err := root.AddFile("/bin/bench", 0o755, program); err != nil {
		return nil, err
	}
	archive, err := root.Bytes()
	if err != nil {
		return nil, err
	}
	module, err := image.Package(image.Program{Root: archive, Path: "/bin/bench", Arguments: []string{"/bin/bench"}, Environment: []string{"PXOS_BENCH_INIT=no"}})
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "module")
	if err := os.WriteFile(file, module, 0o644); err != nil {
		return nil, err
	}
	r, err := trial.Boot(ctx, trial.Config{Tools: tools, Kernel: kernel.ELF, Module: file, RAMBytes: 512 << 20, Quiet: true, Limit: 5 * time.Minute,
		Cmdline: "program quick", Icount: true, Args: icount})
	if err != nil {
		return nil, err
	}
	f := figures(r.GPUConsole)
	if len(f) == 0 {
		return nil, fmt.Errorf("pxOS printed no figures: %s\n%s", r.Why(), r.GPUConsole)
	}
	return f, nil
}
