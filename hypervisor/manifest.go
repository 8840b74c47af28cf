package hypervisor

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// ErrCartridge is a file that is no valid cartridge.
var ErrCartridge = errors.New("not a valid cartridge")

// Files of a cartridge that are not programs.
const (
	ManifestFile  = "cartridge.toml"
	SignatureFile = "cartridge.sig"
)

// Manifest is what a cartridge says of itself.
type Manifest struct {
	Name         string            `toml:"name"`
	Version      string            `toml:"version"`
	About        string            `toml:"about,omitempty"`
	Entries      []Entry           `toml:"entry"`
	Limits       Limits            `toml:"limits"`
	Capabilities Capabilities      `toml:"capabilities"`
	Files        map[string]string `toml:"files"` // SHA-256 by name; pack fills it in
}

// Entry is something in a cartridge that can be run.
type Entry struct {
	Name   string `toml:"name"`
	Engine string `toml:"engine"` // pixelvm, wgsl, kernel or elf
	File   string `toml:"file"`
	// Of wgsl: the entry point, "x,y,z" workgroups, bindings as "pxos gpu run" has them,
	// with files of the cartridge, and the one that is written.
	Point      string   `toml:"point,omitempty"`
	Workgroups string   `toml:"workgroups,omitempty"`
	Bind       []string `toml:"bind,omitempty"`
	Out        string   `toml:"out,omitempty"`
}

// Limits bound a run. Zeros are the defaults.
type Limits struct {
	Fuel         int64 `toml:"fuel,omitempty"`       // instructions of the Pixel VM
	MemoryMiB    int   `toml:"memory_mib,omitempty"` // of the program
	OutputBytes  int   `toml:"output_bytes,omitempty"`
	ScratchBytes int   `toml:"scratch_bytes,omitempty"` // that a program of the Pixel VM may save
	Seconds      int   `toml:"seconds,omitempty"`       // of the clock on the wall
}

// Defaults of limits, and what no cartridge may ask beyond.
const (
	defaultFuel      = 1 << 36
	defaultMemoryMiB = 64
	defaultOutput    = 1 << 20
	defaultScratch   = 1 << 20
	defaultSeconds   = 60
	mostMemoryMiB    = 1 << 14
	mostSeconds      = 24 * 3600
	mostOutput       = 1 << 28
)

// Capabilities are what a program may reach beside its own files.
type Capabilities struct {
	Clock  bool `toml:"clock,omitempty"`
	Random bool `toml:"random,omitempty"`
	Input  bool `toml:"input,omitempty"` // what is given on standard input
	GPU    bool `toml:"gpu,omitempty"`   // WGSL on the host's executor
	// A folder of the caller's to read, and one for what is saved; of pixelvm and elf.
	Folder  bool `toml:"folder,omitempty"`
	Scratch bool `toml:"scratch,omitempty"`
}

var (
	namePattern    = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)
	versionPattern = regexp.MustCompile(`^[0-9]+\.[0-9]+\.[0-9]+$`)
	engines        = []string{"pixelvm", "wgsl", "kernel", "elf"}
)

// whole puts in the defaults.
func (l Limits) whole() Limits {
	if l.Fuel == 0 {
		l.Fuel = defaultFuel
	}
	if l.MemoryMiB == 0 {
		l.MemoryMiB = defaultMemoryMiB
	}
	if l.OutputBytes == 0 {
		l.OutputBytes = defaultOutput
	}
	if l.ScratchBytes == 0 {
		l.ScratchBytes = defaultScratch
	}
	if l.Seconds == 0 {
		l.Seconds = defaultSeconds
	}
	return l
}

// parseManifest reads a manifest strictly.
func parseManifest(text []byte) (m Manifest, err error) {
	meta, err := toml.NewDecoder(bytes.NewReader(text)).Decode(&m)
	if err != nil {
		return m, fmt.Errorf("%s: %w: %w", ManifestFile, err, ErrCartridge)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return m, fmt.Errorf("%s: there is no %q: %w", ManifestFile, unknown[0].String(), ErrCartridge)
	}
	if why := m.wrong(); why != "" {
		return m, fmt.Errorf("%s: %s: %w", ManifestFile, why, ErrCartridge)
	}
	return m, nil
}

// wrong says what is wrong with a manifest, "" for nothing.
func (m *Manifest) wrong() string {
	switch {
	case !namePattern.MatchString(m.Name):
		return fmt.Sprintf("name %q: want small letters, digits, and . _ - within", m.Name)
	case !versionPattern.MatchString(m.Version):
		return fmt.Sprintf("version %q: want three numbers, such as 1.0.0", m.Version)
	case len(m.Entries) == 0:
		return "there is no [[entry]]"
	}
	l := m.Limits
	if l.Fuel < 0 || l.MemoryMiB < 0 || l.MemoryMiB > mostMemoryMiB || l.OutputBytes < 0 || l.OutputBytes > mostOutput || l.ScratchBytes < 0 || l.ScratchBytes > mostOutput || l.Seconds < 0 || l.Seconds > mostSeconds {
		return fmt.Sprintf("limits: at most %d MiB of memory, %d bytes of output and of scratch, %d seconds, and nothing below 0", mostMemoryMiB, mostOutput, mostSeconds)
	}
	seen := map[string]bool{}
	for _, e := range m.Entries {
		switch {
		case !namePattern.MatchString(e.Name) || seen[e.Name]:
			return fmt.Sprintf("entry %q: the name is no name, or is there twice", e.Name)
		case !slices.Contains(engines, e.Engine):
			return fmt.Sprintf("entry %q: there is no engine %q, there are %s", e.Name, e.Engine, strings.Join(engines, ", "))
		case e.File == "":
			return fmt.Sprintf("entry %q has no file", e.Name)
		case e.Engine == "wgsl" && !m.Capabilities.GPU:
			return fmt.Sprintf("entry %q is WGSL, and [capabilities] has no gpu = true", e.Name)
		}
		seen[e.Name] = true
	}
	return ""
}

// checkFiles holds the files against the hashes of the manifest.
func (m *Manifest) checkFiles(files map[string][]byte) error {
	for name, want := range m.Files {
		data, ok := files[name]
		if !ok {
			return fmt.Errorf("%s names %q, which is not there: %w", ManifestFile, name, ErrCartridge)
		}
		if got := hashOf(data); got != want {
			return fmt.Errorf("%q has SHA-256 %s, %s says %s: %w", name, got, ManifestFile, want, ErrCartridge)
		}
	}
	for name := range files {
		if _, ok := m.Files[name]; !ok {
			return fmt.Errorf("%q is not in %s: %w", name, ManifestFile, ErrCartridge)
		}
	}
	for _, e := range m.Entries {
		if _, ok := files[e.File]; !ok {
			return fmt.Errorf("entry %q names the file %q, which is not there: %w", e.Name, e.File, ErrCartridge)
		}
	}
	return nil
}

func hashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
