package toolchain

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// stampFormat changes when the layout of the prefix or of the stamp does.
const stampFormat = 2

const (
	stampName     = "stamp.json"
	stampMaxBytes = 1 << 20
)

// stamp records a finished set-up.
type stamp struct {
	Format int
	Want   string              // wantHash of the table it satisfies
	Root   string              // folder name of the prefix, "" if none is used
	Tools  map[string]toolFile // by tool name
}

// toolFile is where one tool lies. A host tool is described closely enough to
// notice that it was replaced.
type toolFile struct {
	Prefix  bool   // lies in the prefix; Path is then empty
	Path    string `json:",omitempty"`
	Version string
	Data    string `json:",omitempty"` // GRUB's module folder on the host
	Size    int64  `json:",omitempty"`
	MtimeNS int64  `json:",omitempty"`
}

var errNoStamp = errors.New("not set up")

// readStamp returns the stamp if everything it names is still there.
func readStamp(dir string) (stamp, error) {
	var s stamp
	path := filepath.Join(dir, stampName)
	info, err := os.Stat(path)
	if err != nil || info.Size() > stampMaxBytes {
		return s, errNoStamp
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return s, errNoStamp
	}
	if err := json.Unmarshal(text, &s); err != nil {
		return s, errNoStamp
	}
	if s.Format != stampFormat || s.Want != wantHash() {
		return s, errNoStamp
	}
	for _, g := range groups {
		for _, t := range g.tools {
			entry, ok := s.Tools[t.name]
			if !ok || !entry.present(filepath.Join(dir, s.Root), t.name) {
				return s, fmt.Errorf("%s is gone: %w", t.name, errNoStamp)
			}
		}
	}
	return s, nil
}

func (f toolFile) present(root, name string) bool {
	if f.Prefix {
		_, err := os.Stat(filepath.Join(root, prefixProgram(name)))
		return err == nil
	}
	info, err := os.Stat(f.Path)
	return err == nil && info.Size() == f.Size && info.ModTime().UnixNano() == f.MtimeNS
}

// writeStamp replaces the stamp in one step.
func writeStamp(dir string, s stamp) error {
	text, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(dir, ".stamp-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if _, err := tmp.Write(append(text, '\n')); err != nil {
		tmp.Close()
		return err
	}
	if err := errors.Join(tmp.Chmod(0o644), tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), filepath.Join(dir, stampName))
}

// lockDir takes the set-up lock. The kernel drops it if this process dies.
func lockDir(ctx context.Context, dir string, log func(string)) (unlock func(), err error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, &SetupError{Op: "lock the tools folder", Err: err, Hint: "set PXOS_CACHE to a folder that you may write"}
	}
	told := false
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { f.Close() }, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			f.Close()
			return nil, &SetupError{Op: "lock the tools folder", Err: err, Hint: "put the cache on a local disk with PXOS_CACHE"}
		}
		if !told {
			log("another set-up is running in " + dir + "; waiting for it")
			told = true
		}
		select {
		case <-ctx.Done():
			f.Close()
			return nil, &SetupError{Op: "wait for another set-up", Err: ctx.Err(), Hint: "make setup"}
		case <-time.After(100 * time.Millisecond):
		}
	}
}
