package toolchain

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// CheckResult is one line of pxos doctor.
type CheckResult struct {
	Name    string
	OK      bool
	Version string // of a tool, or the measured figure
	Path    string
	Problem string // empty when OK
	Fix     string // what to type, empty when OK
}

const (
	minGo       = "1.26"
	minFree     = 1 << 30 // bytes: builds, ISO images and reports of one corpus run
	minProcs    = 64
	minOpen     = 256
	memfdTrial  = 1 << 20
	fixSetup    = "make setup"
	fixFreeDisk = "free some disk space, or set PXOS_CACHE to a folder on another disk"
)

// CheckAll looks for the tools without installing any and checks what else a
// run needs of the host. It works when nothing is set up.
func CheckAll(ctx context.Context, cacheDir string) []CheckResult {
	if t, err := Find(cacheDir); err == nil {
		return t.Check(ctx)
	}
	found, missing := probeHost(ctx, hostSearchPath())
	var results []CheckResult
	for _, g := range groups {
		for _, t := range g.tools {
			if file, ok := found[t.name]; ok {
				results = append(results, CheckResult{Name: t.name, OK: true, Version: file.Version, Path: file.Path})
			}
		}
	}
	for _, m := range missing {
		results = append(results, CheckResult{Name: m.tool.name, Problem: m.why, Fix: fixSetup})
	}
	return append(results, checkHost(ctx, cacheDir)...)
}

// Check starts every tool once and checks the host.
func (t *Toolchain) Check(ctx context.Context) []CheckResult {
	var results []CheckResult
	for _, g := range groups {
		for _, tool := range g.tools {
			results = append(results, t.checkTool(ctx, tool))
		}
	}
	return append(results, checkHost(ctx, filepath.Dir(t.dir))...)
}

func (t *Toolchain) checkTool(ctx context.Context, tool tool) CheckResult {
	path := t.Executable(tool.name)
	r := CheckResult{Name: tool.name, Path: path}
	text, err := ask(ctx, path, tool.versionArg)
	if err != nil {
		r.Problem = fmt.Sprintf("%s %s: %v: %s", path, tool.versionArg, err, firstLine(text))
		r.Fix = "rm -r " + filepath.Join(t.dir) + " && make setup"
		return r
	}
	r.OK, r.Version = true, findVersion(text)
	return r
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}

// checkHost checks everything but the tools.
func checkHost(ctx context.Context, cacheDir string) []CheckResult {
	return []CheckResult{
		checkGo(ctx), checkSpace("cache", cacheDir), checkSpace("temporary files", os.TempDir()), checkMemfd(),
		checkLimit("processes", unix.RLIMIT_NPROC, minProcs, "ulimit -u 4096"),
		checkLimit("open files", unix.RLIMIT_NOFILE, minOpen, "ulimit -n 1024"),
	}
}

func checkGo(ctx context.Context) CheckResult {
	r := CheckResult{Name: "go", Fix: "install Go " + minGo + " or newer and put it on PATH"}
	path, err := lookIn(hostSearchPath(), []string{"go"})
	if err != nil {
		r.Problem = err.Error()
		return r
	}
	text, err := ask(ctx, path, "env", "GOVERSION")
	version := strings.TrimPrefix(strings.TrimSpace(text), "go")
	r.Path, r.Version = path, version
	if err != nil || compareVersions(findVersion(version), minGo) < 0 {
		r.Problem = fmt.Sprintf("%s is version %q, %s or newer is needed", path, version, minGo)
		return r
	}
	r.OK, r.Fix = true, ""
	return r
}

// checkSpace looks at the nearest folder that exists: the cache may be absent.
func checkSpace(name, dir string) CheckResult {
	for {
		if _, err := os.Stat(dir); err == nil || dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	r := CheckResult{Name: "space for " + name, Path: dir}
	if err := needSpace(dir, minFree); err != nil {
		r.Problem, r.Fix = err.Error(), fixFreeDisk
		return r
	}
	if err := unix.Access(dir, unix.W_OK); err != nil {
		r.Problem, r.Fix = dir+" is not writable", "set PXOS_CACHE or TMPDIR to a folder that you may write"
		return r
	}
	r.OK = true
	return r
}

// checkMemfd makes, fills and seals a memory file, as the machine does for
// guest memory.
func checkMemfd() CheckResult {
	r := CheckResult{Name: "shared memory", Path: "memfd_create"}
	err := func() error {
		fd, err := unix.MemfdCreate("pxos-check", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
		if err != nil {
			return err
		}
		defer unix.Close(fd)
		if err := unix.Ftruncate(fd, memfdTrial); err != nil {
			return err
		}
		if _, err := unix.Pwrite(fd, []byte{1}, memfdTrial-1); err != nil {
			return err
		}
		_, err = unix.FcntlInt(uintptr(fd), unix.F_ADD_SEALS, unix.F_SEAL_SHRINK)
		return err
	}()
	if err != nil {
		r.Problem, r.Fix = err.Error(), "run where memfd_create is allowed (a container's seccomp profile may forbid it)"
		return r
	}
	r.OK = true
	return r
}

func checkLimit(name string, resource int, least uint64, fix string) CheckResult {
	r := CheckResult{Name: "limit of " + name}
	var limit unix.Rlimit
	if err := unix.Getrlimit(resource, &limit); err != nil {
		if errors.Is(err, syscall.EINVAL) {
			r.OK = true
			return r
		}
		r.Problem, r.Fix = err.Error(), fix
		return r
	}
	r.Version = fmt.Sprint(limit.Cur)
	if limit.Cur == unix.RLIM_INFINITY {
		r.Version = "unlimited"
	}
	if limit.Cur < least {
		r.Problem, r.Fix = fmt.Sprintf("the limit is %d, %d are needed", limit.Cur, least), fix
		return r
	}
	r.OK = true
	return r
}
