package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"pxos/abi"
	"pxos/architect/trial"
	"pxos/image"
	"pxos/machine"
)

// flags of every test binary, on both.
var flags = []string{"-test.v", "-test.short", "-test.timeout=0", "-test.parallel=2"}

// wantsSources are packages whose tests read sources of other packages.
var wantsSources = regexp.MustCompile(`^(go/|internal/(types|coverage|pkgbits|buildcfg|exportdata|gcimporter|godebug|trace)|index/|text/template|html/template|runtime|debug|log/slog|embed|testing|os$|net$|net/http|cmp|sort|compress|io|path|archive|mime|strings|bytes)`)

// environment is that of the tests, on both.
func (l *library) environment() []string {
	return []string{"PATH=/nowhere", "HOME=/root", "USER=root", "TMPDIR=/tmp", "GOROOT=" + l.root, "TZ=UTC", "GOTRACEBACK=single"}
}

// one runs the tests of a package on Linux and in pxOS.
func (b *bench) one(ctx context.Context, name string) (*result, error) {
	p := b.library.find(name)
	kernel, err := os.ReadFile(b.kernel)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(kernel)
	r := &result{Package: name, Kernel: hex.EncodeToString(sum[:8])}
	binary, why, err := b.library.build(ctx, p)
	if err != nil || why != "" {
		r.NotRun = why
		return r, err
	}
	out, status, err := b.onLinux(ctx, name, binary)
	if err != nil {
		return nil, err
	}
	r.Linux, r.LinuxStatus = tests(out), status
	start := time.Now()
	out, r.PxOSStatus, r.Trouble, err = b.inPxOS(ctx, name, binary)
	if err != nil {
		return nil, err
	}
	r.Seconds = time.Since(start).Seconds()
	r.PxOS = tests(out)
	r.Differences = differences(r.Linux, r.PxOS)
	log := filepath.Join(b.library.bin, strings.ReplaceAll(name, "/", "_")+".log")
	return r, os.WriteFile(log, out, 0o644)
}

// onLinux runs a test binary here.
func (b *bench) onLinux(ctx context.Context, name, binary string) (out []byte, status int, err error) {
	limited, cancel := context.WithTimeout(ctx, b.o.limit)
	defer cancel()
	c := exec.CommandContext(limited, binary, flags...)
	c.Dir, c.Env = b.library.directory(name), b.library.environment()
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
	c.WaitDelay = 10 * time.Second
	var console bytes.Buffer
	c.Stdout, c.Stderr = &console, &console
	err = c.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return nil, 0, ctx.Err()
	case err == nil:
	case errors.As(err, &exit):
		status = exit.ExitCode()
	default:
		return nil, 0, err
	}
	return console.Bytes(), status, nil
}

// module packs a test binary with the files that it reads.
func (b *bench) module(name, binary string) (string, error) {
	root, err := image.NewRoot()
	if err != nil {
		return "", err
	}
	data, err := os.ReadFile(binary)
	if err != nil {
		return "", err
	}
	l := b.library
	trees := []string{filepath.Join("src", name), "lib/time", "VERSION"}
	if wantsSources.MatchString(name) {
		trees[0] = "src"
	}
	for _, tree := range trees {
		if err := root.AddTree(filepath.Join(l.root, tree), filepath.Join(l.root, tree)); err != nil {
			return "", err
		}
	}
	if err := root.AddFile(binary, 0o755, data); err != nil {
		return "", err
	}
	archive, err := root.Bytes()
	if err != nil {
		return "", err
	}
	module, err := image.Package(image.Program{Root: archive, Path: binary, Directory: l.directory(name),
		Arguments: append([]string{binary}, flags...), Environment: l.environment()})
	if err != nil {
		return "", err
	}
	f, err := os.CreateTemp(b.o.dir, "module-*")
	if err != nil {
		return "", err
	}
	_, err = f.Write(module)
	return f.Name(), errors.Join(err, f.Close())
}

// inPxOS runs a test binary in a machine of its own.
func (b *bench) inPxOS(ctx context.Context, name, binary string) (out []byte, status int, trouble string, err error) {
	module, err := b.module(name, binary)
	if err != nil {
		return nil, 0, "", err
	}
	defer os.Remove(module) //nolint:errcheck // a file of ours
	r, err := trial.Boot(ctx, trial.Config{Tools: b.tools, Kernel: b.kernel, Module: module, RAMBytes: 3 << 30, CPUs: b.o.cpus, Quiet: true,
		Limit: b.o.limit, Cmdline: fmt.Sprintf("program quick epoch=%d", time.Now().Unix()), Console: io.Discard,
		OnMachine: func(m *machine.Machine) { go m.Send([]byte{abi.InputEscape, abi.InputEnd}) }})
	if err != nil {
		return nil, 0, "", err
	}
	end, ok := r.Report.First(abi.ReportProgram)
	switch {
	case !ok:
		trouble = r.Why()
	case end.Fields["error"] != "":
		trouble = end.Fields["error"]
	case len(r.Audit) > 0:
		trouble = "audit: " + r.Audit[0]
	}
	out = r.GPUConsole
	for _, call := range r.Report.Find(abi.ReportCall) {
		out = fmt.Appendf(out, "pxos: no system call %s %d\n", call.Fields["name"], call.Uint("number"))
	}
	return out, int(end.Uint("status")), trouble, nil
}

var testLine = regexp.MustCompile(`(?m)--- (PASS|FAIL|SKIP): (\S+) \(`)

// tests is the tests of a verbose run by name.
func tests(out []byte) map[string]string {
	all := map[string]string{}
	for _, m := range testLine.FindAllSubmatch(out, -1) {
		all[string(m[2])] = string(m[1])
	}
	return all
}

// differences names the tests that did not end alike.
func differences(linux, pxos map[string]string) []string {
	var out []string
	for name, how := range linux {
		if pxos[name] != how {
			out = append(out, fmt.Sprintf("%s: %s on Linux, %s in pxOS", name, how, orNothing(pxos[name])))
		}
	}
	for name, how := range pxos {
		if linux[name] == "" {
			out = append(out, fmt.Sprintf("%s: nothing on Linux, %s in pxOS", name, how))
		}
	}
	slices.Sort(out)
	return out
}

func orNothing(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}
