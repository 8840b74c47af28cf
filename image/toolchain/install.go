package toolchain

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"sync"
	"syscall"
)

// setupBytes is the room that a set-up takes at its peak: lists, archives and
// the unpacked files of all groups.
const setupBytes = 700 << 20

// runOnOneThread starts the command and waits for it on the same locked
// thread: Linux sends the parent-death signal when the *thread* that started
// the child ends, and Go ends threads at will.
func runOnOneThread(cmd *exec.Cmd) error {
	result := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		result <- cmd.Run()
	}()
	return <-result
}

// install brings dir to a state that a stamp can describe, and writes it. The
// caller holds the lock.
func install(ctx context.Context, dir string, log func(string)) (stamp, error) {
	found, missing := probeHost(ctx, hostSearchPath())
	if err := ctx.Err(); err != nil {
		return stamp{}, &SetupError{Op: "look for tools", Err: err, Hint: "make setup"}
	}
	s := stamp{Format: stampFormat, Want: wantHash(), Tools: found}
	if len(missing) > 0 {
		root, err := installPrefix(ctx, dir, missing, log)
		if err != nil {
			return stamp{}, err
		}
		s.Root = root
		for _, m := range missing {
			for _, t := range m.group.tools {
				s.Tools[t.name] = toolFile{Prefix: true, Version: prefixVersion(ctx, filepath.Join(dir, root), t)}
			}
		}
		if err := linkBin(dir, root); err != nil {
			return stamp{}, &SetupError{Op: "link the wrappers", Err: err}
		}
	}
	if err := writeStamp(dir, s); err != nil {
		return stamp{}, &SetupError{Op: "write the stamp", Err: err, Hint: "free some disk space, then make setup"}
	}
	cleanUp(dir, s.Root)
	log("tools are ready")
	return s, nil
}

// prefixVersion asks an installed tool for its version.
func prefixVersion(ctx context.Context, root string, t tool) string {
	text, err := ask(ctx, filepath.Join(root, "bin", t.name), t.versionArg)
	if err != nil {
		return ""
	}
	return findVersion(text)
}

// installPrefix makes root-HASH hold the missing groups and returns its name.
// A folder of that name is complete, because it got the name last.
func installPrefix(ctx context.Context, dir string, missing []absent, log func(string)) (string, error) {
	packages := missingPackages(missing)
	release, err := os.ReadFile("/etc/os-release")
	if err != nil {
		return "", unsupported(err, packages)
	}
	for _, program := range []string{"apt-get", "dpkg-deb"} {
		if _, err := exec.LookPath(program); err != nil {
			return "", unsupported(err, packages)
		}
	}
	from, err := chooseArchive(parseOSRelease(string(release)), readAPTSources("/etc/apt"), "/usr/share/keyrings")
	if err != nil {
		return "", unsupported(err, packages)
	}
	name := "root-" + shortHash(fmt.Sprint(stampFormat, packages, from.suites))
	if info, err := os.Stat(filepath.Join(dir, name)); err == nil && info.IsDir() {
		return name, nil
	}
	for _, m := range missing {
		log(m.why + ": fetching it")
	}
	if err := needSpace(dir, setupBytes); err != nil {
		return "", &SetupError{Op: "set up the tools", Err: err, Hint: "free some disk space, or set PXOS_CACHE to a folder on another disk"}
	}
	work := aptWork{dir: filepath.Join(dir, "apt"), from: from, log: log}
	files, err := fetch(ctx, work, packages)
	if err != nil {
		return "", &SetupError{Op: "fetch " + strings.Join(packages, " "), Err: err,
			Hint: "check the network and apt's mirror, then make setup again: what was downloaded is kept"}
	}
	if err := buildRoot(ctx, dir, name, work, files, log); err != nil {
		return "", &SetupError{Op: "unpack the packages", Err: err,
			Hint: "check disk space, then make setup again: what was downloaded is kept"}
	}
	return name, nil
}

func fetch(ctx context.Context, work aptWork, packages []string) ([]string, error) {
	if err := work.prepare(ctx); err != nil {
		return nil, err
	}
	if err := work.update(ctx); err != nil {
		return nil, err
	}
	files, err := work.resolve(ctx, packages)
	if err != nil {
		return nil, err
	}
	if v := work.version(files, "qemu-system-x86"); v != "" && compareVersions(findVersion(v), minQEMU) < 0 {
		return nil, fmt.Errorf("the archive's QEMU is %s, %s is needed; %s", v, minQEMU, work.from.qemuHint)
	}
	work.log(fmt.Sprintf("downloading %d packages", len(files)))
	return files, work.download(ctx, packages, files)
}

// missingPackages is the sorted package list of the missing groups.
func missingPackages(missing []absent) []string {
	var packages []string
	for _, m := range missing {
		packages = append(packages, m.group.packages...)
	}
	sort.Strings(packages)
	return packages
}

// unsupported names the packages for a person to install.
func unsupported(cause error, packages []string) error {
	return &SetupError{
		Op:  "fetch the missing tools",
		Err: cause,
		Hint: "install these yourself (Debian's names) and put them on PATH: " + strings.Join(packages, " ") +
			"; QEMU must be " + minQEMU + " or newer with the device vfio-user-pci",
	}
}

func needSpace(dir string, bytes uint64) error {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	if free := fs.Bavail * uint64(fs.Bsize); free < bytes {
		return fmt.Errorf("%s has %d MiB free, %d MiB are needed", dir, free>>20, bytes>>20)
	}
	return nil
}

// buildRoot unpacks into a fresh folder, adds the wrappers, and renames.
func buildRoot(ctx context.Context, dir, name string, work aptWork, files []string, log func(string)) error {
	for _, old := range globbed(dir, "new-*") {
		if err := os.RemoveAll(old); err != nil {
			return err
		}
	}
	fresh, err := os.MkdirTemp(dir, "new-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(fresh) // after the rename there is nothing left to remove
	if err := os.Chmod(fresh, 0o755); err != nil {
		return err
	}
	log(fmt.Sprintf("unpacking %d packages", len(files)))
	if err := unpackAll(ctx, work, files, fresh); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(fresh, prefixLoader)); err != nil {
		return fmt.Errorf("the packages hold no dynamic loader: %w", err)
	}
	if err := writeWrappers(fresh); err != nil {
		return err
	}
	return os.Rename(fresh, filepath.Join(dir, name))
}

// unpackAll runs dpkg-deb for every archive, one for each processor at a time.
func unpackAll(ctx context.Context, work aptWork, files []string, root string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	queue := make(chan string)
	workers := min(runtime.NumCPU(), 8)
	errs := make([]error, workers)
	var group sync.WaitGroup
	for i := range workers {
		group.Go(func() {
			for file := range queue {
				if errs[i] == nil {
					if errs[i] = unpackOne(ctx, work.path("archives", file), root); errs[i] != nil {
						cancel()
					}
				}
			}
		})
	}
	for _, file := range files {
		queue <- file
	}
	close(queue)
	group.Wait()
	return errors.Join(errs...)
}

func unpackOne(ctx context.Context, deb, root string) error {
	cmd := exec.CommandContext(ctx, "dpkg-deb", "-x", deb, root)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var text strings.Builder
	cmd.Stdout, cmd.Stderr = &text, &text
	if err := runOnOneThread(cmd); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("dpkg-deb -x %s: %w: %s", filepath.Base(deb), err, strings.TrimSpace(text.String()))
	}
	return nil
}

// linkBin points tools/bin at the wrappers of the prefix, in one step.
func linkBin(dir, root string) error {
	tmp := filepath.Join(dir, ".bin-new")
	if err := os.Remove(tmp); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := os.Symlink(filepath.Join(root, "bin"), tmp); err != nil {
		return err
	}
	return os.Rename(tmp, filepath.Join(dir, "bin"))
}

// cleanUp removes what the finished set-up no longer needs. A failure here
// costs disk space only, and the next set-up tries again.
func cleanUp(dir, root string) {
	old := append(globbed(dir, "new-*"), filepath.Join(dir, "apt"))
	for _, path := range globbed(dir, "root-*") {
		if filepath.Base(path) != root {
			old = append(old, path)
		}
	}
	for _, path := range append(old, globbed(dir, ".stamp-*")...) {
		os.RemoveAll(path)
	}
}

func globbed(dir, pattern string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var paths []string
	for _, entry := range entries {
		if ok, err := filepath.Match(pattern, entry.Name()); err == nil && ok {
			paths = append(paths, filepath.Join(dir, entry.Name()))
		}
	}
	return paths
}
