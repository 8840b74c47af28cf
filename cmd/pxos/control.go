package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A machine that stays has a socket NAME.sock in a folder that only its user may
// enter. Whoever looks at the folder holds a lock on it, so that two machines
// never take one name and a socket is never taken for dead while it is made.

const (
	socketEnding  = ".sock"
	maxSocketPath = 107 // sun_path without its NUL, unix(7)
	dialLimit     = time.Second
)

var machineName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$`)

// controlDir makes the folder of the sockets, or says why it cannot be trusted.
func controlDir() (string, error) {
	dir := filepath.Join(os.TempDir(), "pxos-"+strconv.Itoa(os.Getuid()))
	if base := os.Getenv("XDG_RUNTIME_DIR"); base != "" {
		dir = filepath.Join(base, "pxos")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("folder for the control sockets: %w", err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return "", fmt.Errorf("folder for the control sockets: %w", err)
	}
	owner, known := info.Sys().(*syscall.Stat_t)
	if !info.IsDir() || info.Mode().Perm() != 0o700 || known && int(owner.Uid) != os.Getuid() {
		return "", fmt.Errorf("%s is not a folder of yours alone (mode 0700)\nwhat to do: remove it, or set XDG_RUNTIME_DIR", dir)
	}
	return dir, nil
}

// locked runs f while nobody else makes or removes sockets in dir.
func locked(dir string, f func() error) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	for {
		if err = unix.Flock(int(d.Fd()), unix.LOCK_EX); !errors.Is(err, unix.EINTR) {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("lock %s: %w", dir, err)
	}
	return f()
}

// listenAs makes the socket of a machine's name. Dead sockets, of this name or
// another, are removed.
func listenAs(dir, name string) (*net.UnixListener, error) {
	if !machineName.MatchString(name) {
		return nil, usage{fmt.Errorf("--name %q: use up to 32 letters, digits, dots and dashes", name)}
	}
	path := filepath.Join(dir, name+socketEnding)
	if len(path) > maxSocketPath {
		return nil, usage{fmt.Errorf("--name %q: the socket's path %s has %d bytes, %d are possible", name, path, len(path), maxSocketPath)}
	}
	var l *net.UnixListener
	err := locked(dir, func() error {
		for _, alive := range sweep(dir) {
			if alive == name {
				return usage{fmt.Errorf("a machine named %s is running: give another --name, or end that one", name)}
			}
		}
		var err error
		if l, err = net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"}); err != nil {
			return fmt.Errorf("control socket: %w", err)
		}
		return nil
	})
	return l, err
}

// running lists the machines that stay, by name.
func running(dir string) (names []string, err error) {
	err = locked(dir, func() error {
		names = sweep(dir)
		return nil
	})
	return names, err
}

// sweep removes sockets that nobody listens on and lists the others.
func sweep(dir string) []string {
	paths, _ := filepath.Glob(filepath.Join(dir, "*"+socketEnding)) // the pattern is well-formed
	var alive []string
	for _, p := range paths {
		conn, err := net.DialTimeout("unix", p, dialLimit)
		switch {
		case err == nil:
			conn.Close()
		case errors.Is(err, syscall.ECONNREFUSED):
			os.Remove(p) //nolint:errcheck // somebody else's turn to remove it
			continue
		}
		alive = append(alive, strings.TrimSuffix(filepath.Base(p), socketEnding))
	}
	sort.Strings(alive)
	return alive
}

// chooseMachine finds the socket of a name, or of the only machine that runs.
func chooseMachine(dir, name string) (chosen, socket string, err error) {
	names, err := running(dir)
	if err != nil {
		return "", "", err
	}
	const hint = "pxos boot --stay starts one"
	switch {
	case name == "" && len(names) == 0:
		return "", "", usage{errors.New("no machine is running; " + hint)}
	case name == "" && len(names) > 1:
		return "", "", usage{fmt.Errorf("%d machines are running; name one of them: %s", len(names), strings.Join(names, ", "))}
	case name == "":
		name = names[0]
	}
	for _, n := range names {
		if n == name {
			return n, filepath.Join(dir, n+socketEnding), nil
		}
	}
	if len(names) > 0 {
		return "", "", usage{fmt.Errorf("no machine and no file is named %s; these run: %s", name, strings.Join(names, ", "))}
	}
	return "", "", usage{fmt.Errorf("no machine and no file is named %s; %s", name, hint)}
}
