package architect

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"pxos/architect/source"
	"pxos/architect/trial"
	"pxos/image"
	"pxos/image/toolchain"
	"pxos/machine"
)

// projectFile is what a project's TOML may say. docs/architect.md has an
// example for each key.
type projectFile struct {
	Name     string   `toml:"name"`      // what records call the kernel
	Build    string   `toml:"build"`     // run by sh in a copy of the project's folder
	Image    string   `toml:"image"`     // ELF or ISO that the build gives
	Symbols  string   `toml:"symbols"`   // ELF with symbols, if the image has none
	Up       string   `toml:"up"`        // a serial line that matches says: up
	Exit     *int     `toml:"exit"`      // code at isa-debug-exit that says: up
	Roots    []string `toml:"roots"`     // files and folders that repairs may touch
	Protect  []string `toml:"protect"`   // path prefixes that they may not
	Machine  string   `toml:"machine"`   // "q35" or "pc"
	MemoryMB int      `toml:"memory_mb"` // in MiB
	CPUs     int      `toml:"cpus"`
	Args     []string `toml:"args"`    // more of QEMU's arguments
	LimitS   int      `toml:"limit_s"` // of one build and of one boot, in seconds
}

// ProjectError says what is wrong in a project file, where, and what to do.
type ProjectError struct {
	File string
	Line int // 0 if the whole file is meant
	What string
	Do   string
}

// Error is one line: where, what, what to do.
func (e *ProjectError) Error() string {
	where := e.File
	if e.Line > 0 {
		where = fmt.Sprintf("%s:%d", e.File, e.Line)
	}
	return fmt.Sprintf("%s: %s; %s", where, e.What, e.Do)
}

// Bounds on a project.
const (
	maxProjectBytes   = 64 << 10
	maxProjectMemory  = 64 << 10 // MiB
	defaultMemoryMB   = 128
	defaultLimitS     = 60
	maxLimitS         = 3600
	projectKnownNames = "name, build, image, symbols, up, exit, roots, protect, machine, memory_mb, cpus, args, limit_s"
)

// LoadProject reads a project file: a kernel that is not pxOS's own. The
// project's folder is the file's. Errors in the file are ProjectErrors.
func LoadProject(file string, tools *toolchain.Toolchain) (*Project, error) {
	f, up, err := readProject(file)
	if err != nil {
		return nil, err
	}
	root, err := filepath.Abs(filepath.Dir(file))
	if err != nil {
		return nil, fmt.Errorf("find the project's folder: %w", err)
	}
	b := &foreignBuild{file: f, tools: tools}
	first := Variant{Name: f.Machine, Machine: f.Machine, RAMBytes: uint64(f.MemoryMB) << 20, CPUs: f.CPUs, Args: f.Args}
	proof, more := first, first
	proof.Name, proof.GRUB = f.Machine+" through GRUB", true
	more.RAMBytes *= 2
	more.Name = fmt.Sprintf("%s, %d MiB", f.Machine, 2*f.MemoryMB)
	p := &Project{
		Name: f.Name, Root: root, Roots: f.Roots, Protected: f.Protect, Module: moduleOf(root), Tools: tools,
		NoGPU: true, First: first, Proof: proof, Matrix: []Variant{more}, Build: b.build, MakeISO: b.makeISO,
		Trouble: func(r *trial.Result) string { return foreignTrouble(r, up, f.Exit) },
	}
	p.Load = func() (source.Tree, error) { return source.Load(root, []string{"."}, b.isSource) }
	if up != nil && f.Exit == nil {
		p.OnLine = up.MatchString
	}
	return p, nil
}

// readProject reads the file, up to a limit.
func readProject(file string) (*projectFile, *regexp.Regexp, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, nil, &ProjectError{file, 0, "cannot be read: " + reasonOf(err), "give the path of a project's TOML file"}
	}
	if info.Size() > maxProjectBytes {
		return nil, nil, &ProjectError{file, 0, fmt.Sprintf("has %d bytes", info.Size()), fmt.Sprintf("a project file has at most %d", maxProjectBytes)}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, nil, &ProjectError{file, 0, "cannot be read: " + reasonOf(err), "give the path of a project's TOML file"}
	}
	return parseProject(file, string(text))
}

// parseProject checks a project file's text, and completes it with defaults.
func parseProject(file, text string) (*projectFile, *regexp.Regexp, error) {
	f := &projectFile{Machine: "q35", MemoryMB: defaultMemoryMB, CPUs: 1, LimitS: defaultLimitS}
	meta, err := toml.Decode(text, f)
	if err != nil {
		var at toml.ParseError
		if errors.As(err, &at) {
			return nil, nil, &ProjectError{file, at.Position.Line, at.Message + keyWord(at.LastKey), "the keys are " + projectKnownNames}
		}
		return nil, nil, &ProjectError{file, lineInError(err), strings.TrimPrefix(err.Error(), "toml: "), "the keys are " + projectKnownNames}
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, nil, &ProjectError{file, lineOfKey(text, unknown[0].String()), "unknown key " + unknown[0].String(), "the keys are " + projectKnownNames}
	}
	refuse := func(key, what, do string) (*projectFile, *regexp.Regexp, error) {
		return nil, nil, &ProjectError{file, lineOfKey(text, key), what, do}
	}
	if key, what, do := f.problem(); what != "" {
		return refuse(key, what, do)
	}
	if f.Up == "" {
		return f, nil, nil
	}
	up, err := regexp.Compile(f.Up)
	if err != nil {
		return refuse("up", "up is no regular expression: "+err.Error(), "write one that matches the serial line which says that the kernel is up")
	}
	return f, up, nil
}

// problem says what is wrong with the values, by key.
func (f *projectFile) problem() (key, what, do string) {
	for _, m := range []struct{ key, value, do string }{
		{"name", f.Name, `add name = "..."`},
		{"build", f.Build, `add build = "make" or whatever builds the kernel in its folder`},
		{"image", f.Image, "add image = the path of the ELF or ISO that the build gives"},
	} {
		if m.value == "" {
			return m.key, "the key " + m.key + " is missing", m.do
		}
	}
	for _, m := range []struct{ key, value string }{{"image", f.Image}, {"symbols", f.Symbols}} {
		if m.value != "" && !source.Inside(m.value, []string{"."}) {
			return m.key, m.key + " lies outside the project's folder", "give a path relative to the project file, without .."
		}
	}
	if len(f.Roots) == 0 {
		return "roots", "the key roots is missing", `add roots = ["src"], the files and folders that repairs may touch`
	}
	for _, r := range f.Roots {
		if !source.Inside(path.Clean(r), []string{"."}) {
			return "roots", fmt.Sprintf("the root %q lies outside the project's folder", r), "give paths relative to the project file, without .."
		}
	}
	switch {
	case f.Up == "" && f.Exit == nil:
		return "up", "neither up nor exit is given", `add up = "regular expression of the serial line that says up", or exit = the code at isa-debug-exit (port 0xF4)`
	case f.Exit != nil && (*f.Exit < 0 || *f.Exit > 0x7FFFFFFF):
		return "exit", fmt.Sprintf("exit = %d", *f.Exit), "give the value that the kernel writes to port 0xF4, from 0 on"
	case f.Machine != "q35" && f.Machine != "pc":
		return "machine", fmt.Sprintf("no machine %q", f.Machine), "use q35 or pc"
	case f.MemoryMB < 16 || f.MemoryMB > maxProjectMemory:
		return "memory_mb", fmt.Sprintf("memory_mb = %d", f.MemoryMB), fmt.Sprintf("give 16 to %d", maxProjectMemory)
	case f.CPUs < 1 || f.CPUs > 64:
		return "cpus", fmt.Sprintf("cpus = %d", f.CPUs), "give 1 to 64"
	case f.LimitS < 1 || f.LimitS > maxLimitS:
		return "limit_s", fmt.Sprintf("limit_s = %d", f.LimitS), fmt.Sprintf("give 1 to %d", maxLimitS)
	}
	return "", "", ""
}

// reasonOf is the part of a file error that says why.
func reasonOf(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

var tomlLine = regexp.MustCompile(`\bline (\d+)`)

// lineInError reads the line from the text of a TOML error that has it only
// there, 0 if there is none.
func lineInError(err error) int {
	if m := tomlLine.FindStringSubmatch(err.Error()); m != nil {
		n, _ := strconv.Atoi(m[1])
		return n
	}
	return 0
}

func keyWord(key string) string {
	if key == "" {
		return ""
	}
	return " (at " + key + ")"
}

// lineOfKey finds the line that sets a key, 0 if none does.
func lineOfKey(text, key string) int {
	first, _, _ := strings.Cut(key, ".")
	sets := regexp.MustCompile(`^\s*(\[+\s*)?"?` + regexp.QuoteMeta(first) + `"?\s*[=\].]`)
	n := 0
	for line := range strings.Lines(text) {
		n++
		if sets.MatchString(line) {
			return n
		}
	}
	return 0
}

// moduleOf reads the Go module path of a folder, "" if it is none.
func moduleOf(root string) string {
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "module "); ok {
			return strings.Trim(strings.TrimSpace(name), `"`)
		}
	}
	return ""
}

// foreignTrouble says why a boot of a foreign kernel does not count as up: its
// line or its exit code is missing, or the diagnosis names a fault.
func foreignTrouble(r *trial.Result, up *regexp.Regexp, exit *int) string {
	switch {
	case r.Evidence.TripleFault || (!r.Diagnosis.Healthy && r.Diagnosis.Class.Number != 0):
		return r.Diagnosis.Title
	case exit != nil && r.Outcome.Termination != machine.TerminationExit:
		if !r.Diagnosis.Healthy {
			return r.Diagnosis.Title
		}
		return r.Outcome.Message
	case exit != nil && r.Outcome.ExitCode != *exit:
		return fmt.Sprintf("the kernel left with code %#x, not %#x", r.Outcome.ExitCode, *exit)
	case up != nil && !anyLine(r.Evidence.Serial, up):
		if !r.Diagnosis.Healthy {
			return r.Diagnosis.Title
		}
		return fmt.Sprintf("no line of COM1 matches %q", up)
	}
	return ""
}

func anyLine(text []byte, want *regexp.Regexp) bool {
	for line := range strings.Lines(string(text)) {
		if want.MatchString(strings.TrimRight(line, "\r\n")) {
			return true
		}
	}
	return false
}

// limit is how long one build may take.
func (f *projectFile) limit() time.Duration { return time.Duration(f.LimitS) * time.Second }

// generated are the endings of what builds leave behind.
var generated = map[string]bool{
	".o": true, ".a": true, ".d": true, ".obj": true, ".elf": true, ".iso": true, ".bin": true, ".img": true, ".so": true,
	".png": true, ".jpg": true, ".gz": true, ".xz": true, ".zip": true,
}

// foreignBuild builds a foreign kernel.
type foreignBuild struct {
	file  *projectFile
	tools *toolchain.Toolchain
}

// isSource keeps everything that a build can need, less what builds leave.
func (b *foreignBuild) isSource(name string) bool {
	return !generated[strings.ToLower(path.Ext(name))] && name != path.Clean(b.file.Image) && name != path.Clean(b.file.Symbols)
}

// build runs the build command in dir and tells what it gave.
func (b *foreignBuild) build(ctx context.Context, dir, out string) (Artifact, error) {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return Artifact{}, fmt.Errorf("make the output folder: %w", err)
	}
	product := filepath.Join(dir, filepath.FromSlash(b.file.Image))
	// What an earlier build left must not pass for the result of this one.
	if err := os.Remove(product); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Artifact{}, fmt.Errorf("remove the last image: %w", err)
	}
	if err := runBuild(ctx, b.file.Build, dir, b.tools, b.file.limit()); err != nil {
		return Artifact{}, err
	}
	a := Artifact{Kernel: product, Symbols: product}
	if b.file.Symbols != "" {
		a.Symbols = filepath.Join(dir, filepath.FromSlash(b.file.Symbols))
		if _, err := os.Stat(a.Symbols); err != nil {
			return Artifact{}, &image.BuildError{Stage: image.StageCompile, Output: "the build gave no " + b.file.Symbols + " (key symbols)"}
		}
	}
	text, err := os.ReadFile(product)
	if err != nil {
		return Artifact{}, &image.BuildError{Stage: image.StageCompile, Output: "the build gave no " + b.file.Image + " (key image): " + reasonOf(err)}
	}
	if isISO(text) {
		a.Kernel, a.ISO = "", product
		if b.file.Symbols == "" {
			a.Symbols = ""
		}
		return a, nil
	}
	protocol, err := image.BootProtocol(text)
	if err != nil {
		return Artifact{}, &image.BuildError{Stage: image.StageCompile, Output: b.file.Image + ": " + err.Error()}
	}
	a.NoISO = protocol == image.PVH
	if protocol == image.Multiboot2 {
		a.GRUBOnly = true
		return a, b.makeISO(ctx, &a, out)
	}
	return a, nil
}

// isISO tells an ISO 9660 image by its volume descriptor (ECMA-119, 8.1).
func isISO(text []byte) bool {
	return len(text) > 0x8006 && string(text[0x8001:0x8006]) == "CD001"
}

// makeISO packs the kernel for GRUB.
func (b *foreignBuild) makeISO(ctx context.Context, a *Artifact, out string) error {
	if a.NoISO {
		return nil
	}
	a.ISO = filepath.Join(out, "kernel.iso")
	return image.MakeISO(ctx, image.ISOOptions{Kernel: a.Kernel, Out: a.ISO, Tools: b.tools})
}
