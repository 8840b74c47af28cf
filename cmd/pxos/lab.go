package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"pxos/abi"
	"pxos/image/toolchain"
	"pxos/machine"
)

// lab is where a command works: the repository, its cache and its tools.
type lab struct {
	root  string // with go.mod and kernel/
	cache string
	tools *toolchain.Toolchain
}

// openLab finds the repository and the tools; it installs nothing.
func openLab() (*lab, error) {
	cache, err := toolchain.CacheDir()
	if err != nil {
		return nil, err
	}
	tools, err := toolchain.Find(cache)
	if err != nil {
		return nil, err
	}
	root, err := findRoot()
	if err != nil {
		return nil, err
	}
	return &lab{root, cache, tools}, nil
}

// findRoot walks up to the repository.
func findRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for d := dir; ; d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, "kernel", "kentry_amd64.s")); err == nil {
			return d, nil
		}
		if d == filepath.Dir(d) {
			return "", fmt.Errorf("no pxOS repository in %s or above it\nwhat to do: change into it", dir)
		}
	}
}

func (l *lab) work() string   { return filepath.Join(l.cache, "work") }
func (l *lab) memory() string { return filepath.Join(l.cache, "memory.db") }

// machineFlags are those of every command that boots.
type machineFlags struct {
	machine string
	memory  string
	cpus    int
	args    []string
	screen  bool
	picture string // file for a picture of the screen
}

var sizePattern = regexp.MustCompile(`^(\d+)([MG])$`)

// ram reads a size such as 128M or 6G, in bytes; 0 for none given.
func (f *machineFlags) ram() (uint64, error) {
	if f.memory == "" {
		return 0, nil
	}
	m := sizePattern.FindStringSubmatch(strings.ToUpper(f.memory))
	if m == nil {
		return 0, usage{fmt.Errorf("--memory %q: give a number with M or G, such as 512M", f.memory)}
	}
	n, err := strconv.ParseUint(m[1], 10, 32)
	if err != nil {
		return 0, usage{fmt.Errorf("--memory %q: %w", f.memory, err)}
	}
	if m[2] == "G" {
		n <<= 10
	}
	return n << 20, nil
}

// screenFlags adds --screen and --screenshot.
func (f *machineFlags) screenFlags(c *cobra.Command) {
	c.Flags().BoolVar(&f.screen, "screen", false, "add a display, on which the kernel shows its console and who owns memory")
	c.Flags().StringVar(&f.picture, "screenshot", "", "write what the display shows at the end to this PNG file; implies --screen")
}

// smpFlag adds --smp to a command that boots pxOS. --cpus is its older name.
func (f *machineFlags) smpFlag(c *cobra.Command) {
	flags := c.Flags()
	flags.IntVar(&f.cpus, "smp", 1, fmt.Sprintf("processors, 1 to %d", abi.MaxProcessors))
	flags.IntVar(&f.cpus, "cpus", 1, "processors")
	_ = flags.MarkHidden("cpus") // it is there: the line above made it
}

// processors gives the number of processors that pxOS is to run on.
func (f *machineFlags) processors() (int, error) {
	if f.cpus < 1 || f.cpus > abi.MaxProcessors {
		return 0, usage{fmt.Errorf("--smp %d: pxOS runs on 1 to %d processors", f.cpus, abi.MaxProcessors)}
	}
	return f.cpus, nil
}

// width is the terminal's, within what renders well.
func width(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if columns, _, err := term.GetSize(int(f.Fd())); err == nil {
			return min(max(columns, 40), 160)
		}
	}
	return 100
}

// isTerminal says whether colour and rewriting of lines make sense.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("NO_COLOR") == ""
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// writeWhole writes a file by a temporary name beside it.
func writeWhole(path string, write func(io.Writer) error) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if err := write(f); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Chmod(f.Name(), 0o644); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// isISO tells an ISO 9660 image from a kernel file by its content: the primary
// volume descriptor at sector 16 (ECMA-119, 8.4).
func isISO(path string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, usage{err}
	}
	defer f.Close()
	id := make([]byte, 5)
	if _, err := f.ReadAt(id, 16*2048+1); err != nil && err != io.EOF {
		return false, &machine.LabError{Op: "read " + path, Err: err, Hint: "give a file"}
	}
	return string(id) == "CD001", nil
}
