package toolchain

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// aptWork is apt-get with sources, lists, archives and state of its own, in
// one folder. It reads nothing of the host's apt but proxy and date policy,
// and with host its sources and which packages are installed.
type aptWork struct {
	dir  string // <cache>/tools/apt, absolute
	from archive
	host bool // use the sources and the package status of the host instead of from
	log  func(string)
}

func (w aptWork) path(parts ...string) string {
	return filepath.Join(append([]string{w.dir}, parts...)...)
}

// prepare writes the configuration. It may be repeated at any time: lists and
// archives that are already there are kept.
func (w aptWork) prepare(ctx context.Context) error {
	for _, dir := range []string{"etc", "state", "lists/partial", "archives/partial", "none/partial", "tmp"} {
		if err := os.MkdirAll(w.path(dir), 0o755); err != nil {
			return err
		}
	}
	var sources strings.Builder
	fmt.Fprintf(&sources, "Types: deb\nURIs: %s\nSuites: %s\nComponents: %s\nArchitectures: amd64\n",
		w.from.uri, strings.Join(w.from.suites, " "), w.from.components)
	if w.from.keyring != "" {
		fmt.Fprintf(&sources, "Signed-By: %s\n", w.from.keyring)
	}
	files := map[string]string{
		"etc/archive.sources": sources.String(),
		"etc/preferences":     "",
		"state/status":        "", // nothing counts as installed: the closure is complete
		"etc/apt.conf":        w.config() + hostPolicy(ctx),
	}
	for name, text := range files {
		if err := os.WriteFile(w.path(name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// config is the APT_CONFIG file. apt's own parts are switched off because the
// host's may carry hooks that run programs as root.
func (w aptWork) config() string {
	quote := func(parts ...string) string { return `"` + w.path(parts...) + `"` }
	var own []string
	if !w.host {
		own = []string{
			`Dir::Etc::sourcelist ` + quote("etc/archive.sources") + `;`,
			`Dir::Etc::sourceparts "/dev/null";`,
			`Dir::State::status ` + quote("state/status") + `;`,
		}
	}
	return strings.Join(append(own,
		`Dir::Etc::main "/dev/null";`,
		`Dir::Etc::parts "/dev/null";`,
		`Dir::Etc::preferences `+quote("etc/preferences")+`;`,
		`Dir::Etc::preferencesparts "/dev/null";`,
		`Dir::State `+quote("state")+`;`,
		`Dir::State::lists `+quote("lists")+`;`,
		`Dir::Cache `+quote()+`;`,
		`Dir::Cache::archives `+quote("archives")+`;`,
		`Dir::Cache::pkgcache "";`,
		`Dir::Cache::srcpkgcache "";`,
		`Dir::Log `+quote("state")+`;`,
		`Acquire::Languages "none";`,
		`Acquire::Retries "3";`,
		`APT::Architecture "amd64";`,
		`APT::Architectures "amd64";`,
		`APT::Install-Recommends "false";`,
		`APT::Update::Error-Mode "any";`,
		// The host's lock files are not ours to take; tools/lock serves.
		`Debug::NoLocking "true";`,
		// Root would hand the download to user _apt, who cannot enter a
		// private folder. An ordinary user has no such right anyway.
		`APT::Sandbox::User "root";`,
	), "\n") + "\n"
}

// hostPolicy copies how the host reaches its mirror: proxies, time-outs, and
// whether it takes an archive of the past. Nothing that concerns signatures.
func hostPolicy(ctx context.Context) string {
	text, err := ask(ctx, "apt-config", "dump", "Acquire")
	if err != nil {
		return ""
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		for _, prefix := range []string{"Acquire::http", "Acquire::ftp", "Acquire::socks", "Acquire::Check-Valid-Until", "Acquire::Check-Date"} {
			if strings.HasPrefix(line, prefix) {
				b.WriteString(line)
				break
			}
		}
	}
	return b.String()
}

// update fetches the package lists; apt checks their signature.
func (w aptWork) update(ctx context.Context) error {
	if w.host {
		w.log("fetching the package lists of this system's sources")
	} else {
		w.log("fetching package lists of " + strings.Join(w.from.suites, ", ") + " from " + w.from.uri)
	}
	_, err := w.run(ctx, nil, "update")
	return err
}

// resolve returns the file names of all packages that the given ones need.
func (w aptWork) resolve(ctx context.Context, packages []string) ([]string, error) {
	// apt-get names only what it would fetch, so it must not see what an
	// earlier run has fetched.
	args := append([]string{"-o", "Dir::Cache::archives=" + w.path("none")}, w.install("--print-uris", packages)...)
	out, err := w.run(ctx, nil, args...)
	if err != nil {
		return nil, err
	}
	var files []string
	for line := range strings.Lines(out) {
		// 'URI' file-name size checksum
		fields := strings.Fields(line)
		if len(fields) >= 3 && strings.HasPrefix(fields[0], "'") {
			if filepath.Base(fields[1]) != fields[1] || !strings.HasSuffix(fields[1], ".deb") {
				return nil, fmt.Errorf("apt-get names an odd package file %q", fields[1])
			}
			files = append(files, fields[1])
		}
	}
	if len(files) == 0 {
		return nil, errors.New("apt-get resolved no packages")
	}
	return files, nil
}

// version returns the version that would be installed of a package.
func (w aptWork) version(files []string, name string) string {
	for _, file := range files {
		if rest, ok := strings.CutPrefix(file, name+"_"); ok {
			version, _, _ := strings.Cut(rest, "_")
			if _, after, epoch := strings.Cut(version, "%3a"); epoch {
				version = after
			}
			return version
		}
	}
	return ""
}

// download fetches the packages; apt checks each against the signed lists and
// goes on with what an earlier run left in archives/partial.
func (w aptWork) download(ctx context.Context, packages []string, files []string) error {
	got, told := 0, time.Now()
	progress := func(line string) {
		if !strings.HasPrefix(line, "Get:") {
			return
		}
		got++
		if time.Since(told) > 2*time.Second {
			told = time.Now()
			w.log(fmt.Sprintf("downloaded %d of %d packages", got-1, len(files)))
		}
	}
	if _, err := w.run(ctx, progress, w.install("--download-only", packages)...); err != nil {
		return err
	}
	for _, file := range files {
		if _, err := os.Stat(w.path("archives", file)); err != nil {
			return fmt.Errorf("apt-get reported success but left out %s", file)
		}
	}
	return nil
}

func (w aptWork) install(mode string, packages []string) []string {
	args := []string{"install", "-y", mode}
	if w.from.preferred != "" {
		args = append(args, "-t", w.from.preferred)
	}
	return append(args, packages...)
}

// run starts apt-get, hands each line of its output to onLine, and returns
// all of it. The error carries apt's own words.
func (w aptWork) run(ctx context.Context, onLine func(string), args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "apt-get", append([]string{"-q"}, args...)...)
	cmd.Env = append(os.Environ(), "APT_CONFIG="+w.path("etc/apt.conf"), "LC_ALL=C", "TMPDIR="+w.path("tmp"),
		"DEBIAN_FRONTEND=noninteractive")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	// SIGTERM lets apt keep its partial files in order.
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = 5 * time.Second
	reader, writer := io.Pipe()
	var all bytes.Buffer
	done := make(chan struct{})
	go func() {
		defer close(done)
		scanner := bufio.NewScanner(io.TeeReader(reader, &all))
		for scanner.Scan() {
			if onLine != nil {
				onLine(scanner.Text())
			}
		}
		io.Copy(io.Discard, reader)
	}()
	cmd.Stdout, cmd.Stderr = writer, writer
	err := runOnOneThread(cmd)
	writer.Close()
	<-done
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil {
		return "", fmt.Errorf("apt-get %s: %w%s", strings.Join(args, " "), err, complaints(all.String()))
	}
	return all.String(), nil
}

// complaints picks apt's error and warning lines, at most five.
func complaints(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		if (strings.HasPrefix(line, "E:") || strings.HasPrefix(line, "W:") || strings.HasPrefix(line, "Err:")) && len(lines) < 5 {
			lines = append(lines, "\n    "+strings.TrimSpace(line))
		}
	}
	return strings.Join(lines, "")
}
