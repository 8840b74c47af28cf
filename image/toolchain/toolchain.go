package toolchain

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Names of the tools, as Tool takes them.
const (
	QEMU        = "qemu-system-x86_64"
	GRUBRescue  = "grub-mkrescue"
	GRUBFile    = "grub-file"
	Xorriso     = "xorriso"
	Mformat     = "mformat"
	Mcopy       = "mcopy"
	Mmd         = "mmd"
	NASM        = "nasm"
	GCC         = "gcc"
	Assembler   = "as"
	Linker      = "ld"
	ObjectCopy  = "objcopy"
	ObjectDump  = "objdump"
	toolsFolder = "tools"
)

// Toolchain knows where every tool is. It is read-only after Find or Ensure.
type Toolchain struct {
	dir   string // <cache>/tools, absolute
	stamp stamp
}

// Command is a program ready to be started: Path, the arguments that must come
// first, and environment entries that are added to the caller's.
type Command struct {
	Path string
	Args []string
	Env  []string
}

// Cmd returns an exec.Cmd for the program with its fixed arguments, then args.
// It is not started and has no process attributes yet.
func (c Command) Cmd(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c.Path, append(append([]string{}, c.Args...), args...)...)
	cmd.Env = append(os.Environ(), c.Env...)
	return cmd
}

// SetupError is a failure to find or install the tools: what was attempted,
// what went wrong, and what the person can type.
type SetupError struct {
	Op   string
	Err  error
	Hint string
}

// Error says what was attempted, what went wrong and what to do.
func (e *SetupError) Error() string {
	s := "tools: " + e.Op + ": " + e.Err.Error()
	if e.Hint != "" {
		s += "\n  what to do: " + e.Hint
	}
	return s
}

// Unwrap returns the cause.
func (e *SetupError) Unwrap() error { return e.Err }

// ErrMissing is wrapped by Find's error when at least one tool is absent.
var ErrMissing = errors.New("tools are missing")

// CacheDir returns the cache folder: PXOS_CACHE if set, otherwise .cache
// beside the go.mod of module pxos, searched from the working directory
// upwards.
func CacheDir() (string, error) {
	if dir := os.Getenv("PXOS_CACHE"); dir != "" {
		return filepath.Abs(dir)
	}
	start, err := os.Getwd()
	if err != nil {
		return "", &SetupError{Op: "find the repository", Err: err, Hint: "set PXOS_CACHE to a folder of yours"}
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if isPxosModule(filepath.Join(dir, "go.mod")) {
			return filepath.Join(dir, ".cache"), nil
		}
		if dir == filepath.Dir(dir) {
			return "", &SetupError{
				Op:   "find the repository",
				Err:  fmt.Errorf("no go.mod of module pxos in %s or above it", start),
				Hint: "run this inside the pxOS repository, or set PXOS_CACHE",
			}
		}
	}
}

func isPxosModule(path string) bool {
	text, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) == 2 && fields[0] == "module" {
			return fields[1] == "pxos"
		}
	}
	return false
}

// Find locates all tools and installs nothing. The usual case reads the stamp
// of an earlier set-up and starts no program. The error wraps ErrMissing when
// a tool is absent.
func Find(cacheDir string) (*Toolchain, error) {
	dir, err := toolsDir(cacheDir)
	if err != nil {
		return nil, err
	}
	if s, err := readStamp(dir); err == nil {
		return &Toolchain{dir: dir, stamp: s}, nil
	}
	found, missing := probeHost(context.Background(), hostSearchPath())
	if len(missing) > 0 {
		return nil, &SetupError{
			Op:   "find " + strings.Join(missingNames(missing), ", "),
			Err:  ErrMissing,
			Hint: "make setup",
		}
	}
	return &Toolchain{dir: dir, stamp: stamp{Format: stampFormat, Want: wantHash(), Tools: found}}, nil
}

// Ensure is Find, and installs what is missing into cacheDir/tools. It is
// silent and starts no program when nothing is missing. log receives one line
// of progress at a time and may be nil. Two set-ups at once wait for each
// other. Cancelling ctx ends the running download; the next call goes on
// where it stopped.
func Ensure(ctx context.Context, cacheDir string, log func(string)) (*Toolchain, error) {
	if log == nil {
		log = func(string) {}
	}
	dir, err := toolsDir(cacheDir)
	if err != nil {
		return nil, err
	}
	if s, err := readStamp(dir); err == nil {
		return &Toolchain{dir: dir, stamp: s}, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, &SetupError{Op: "make the cache folder", Err: err, Hint: "set PXOS_CACHE to a folder that you may write"}
	}
	unlock, err := lockDir(ctx, dir, log)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if s, err := readStamp(dir); err == nil { // another set-up finished while this one waited
		return &Toolchain{dir: dir, stamp: s}, nil
	}
	s, err := install(ctx, dir, log)
	if err != nil {
		return nil, err
	}
	return &Toolchain{dir: dir, stamp: s}, nil
}

// toolsDir returns the absolute tools folder and refuses a path that the
// dynamic loader's --library-path cannot express.
func toolsDir(cacheDir string) (string, error) {
	abs, err := filepath.Abs(cacheDir)
	if err != nil {
		return "", &SetupError{Op: "find the cache folder", Err: err, Hint: "set PXOS_CACHE to an absolute path"}
	}
	if strings.ContainsAny(abs, ":;\n") {
		return "", &SetupError{
			Op:   "use the cache folder " + abs,
			Err:  errors.New("its path contains ':' or ';', which separate library folders"),
			Hint: "move the repository, or set PXOS_CACHE to another folder",
		}
	}
	return filepath.Join(abs, toolsFolder), nil
}

// Tool returns how to start a tool. An unknown name gives a Command whose Path
// is the name itself, so that starting it fails with the usual message.
func (t *Toolchain) Tool(name string) Command {
	entry, ok := t.stamp.Tools[name]
	if !ok {
		return Command{Path: name}
	}
	c := Command{Path: entry.Path}
	if entry.Prefix {
		c = prefixCommand(filepath.Join(t.dir, t.stamp.Root), name)
	}
	if name == GRUBRescue {
		c.Args = append(c.Args, "-d", t.grubModules(), "--xorriso="+t.Executable(Xorriso))
	}
	c.Env = append(c.Env, "PATH="+t.searchPath())
	return c
}

// BinDir is the folder with the wrapper scripts of privately installed tools,
// or "" when everything comes from the host.
func (t *Toolchain) BinDir() string {
	if t.stamp.Root == "" {
		return ""
	}
	return filepath.Join(t.dir, t.stamp.Root, "bin")
}

// Executable is a path that another program may exec to get the tool.
func (t *Toolchain) Executable(name string) string {
	if entry := t.stamp.Tools[name]; !entry.Prefix {
		return entry.Path
	}
	return filepath.Join(t.BinDir(), name)
}

func (t *Toolchain) grubModules() string {
	if t.stamp.Tools[GRUBRescue].Prefix {
		return filepath.Join(t.dir, t.stamp.Root, "usr/lib/grub/i386-pc")
	}
	return t.stamp.Tools[GRUBRescue].Data
}

func (t *Toolchain) searchPath() string {
	path := os.Getenv("PATH")
	if bin := t.BinDir(); bin != "" {
		return bin + string(os.PathListSeparator) + path
	}
	return path
}
