package architect

import (
	"context"
	"path/filepath"
	"strings"

	"pxos/abi"
	"pxos/architect/source"
	"pxos/architect/trial"
	"pxos/image"
	"pxos/image/toolchain"
	"pxos/machine"
)

// Artifact is what a build gives: something to boot, and its symbols.
type Artifact struct {
	Kernel  string // ELF for a direct boot, "" if there is none
	ISO     string // "" until one is made
	Symbols string
	// GRUBOnly says that Kernel cannot be booted without the boot loader (it has
	// a Multiboot2 header alone), NoISO that the boot loader cannot boot it.
	GRUBOnly, NoISO bool
}

// Variant is a machine on which a kernel must come up.
type Variant struct {
	Name     string
	Machine  string
	RAMBytes uint64
	CPUs     int
	Args     []string
	// GRUB boots the ISO through the boot loader, not the ELF by -kernel.
	GRUB bool
}

// Project is a kernel that the architect can work on.
type Project struct {
	Name string
	// Root is the user's folder. It is read only.
	Root string
	// Roots are the folders below Root that repairs may touch.
	Roots []string
	// Protected are path prefixes below Roots that they may not touch.
	Protected []string
	// Unsearched are path prefixes that search leaves alone: what the boots of First do
	// not run cannot keep them from coming up.
	Unsearched []string
	// Module is the Go module path of the sources, if they are Go.
	Module string
	// Load reads the source.
	Load func() (source.Tree, error)
	// Build builds what dir holds into out.
	Build func(ctx context.Context, dir, out string) (Artifact, error)
	// MakeISO packs an artifact for GRUB.
	MakeISO func(ctx context.Context, a *Artifact, out string) error
	// First is the machine on which bugs are looked for, Proof the boot that a
	// repair must survive, Matrix the machines after that.
	First, Proof Variant
	Matrix       []Variant
	// Trouble says why a boot does not count as up, "" if it does.
	Trouble func(*trial.Result) string
	// Tests are the self-tests that every healthy boot reports, with the least
	// number of checks that is known.
	Tests map[string]int
	// NoGPU boots without the pxGPU.
	NoGPU bool
	// OnLine ends a boot early, as trial.Config.OnLine.
	OnLine func(string) bool
	// Look sees the stopped machine of every boot, by several goroutines; nil does not.
	Look  func(*machine.Machine, *machine.Evidence) error
	Tools *toolchain.Toolchain
}

// rootPort puts a bridge on the bus, so that the scan behind bridges is run.
var rootPort = []string{"-device", "pcie-root-port,id=rp0"}

// PxOS is the kernel of this repository.
func PxOS(root string, tools *toolchain.Toolchain) *Project {
	p := &Project{
		Name: "pxos", Root: root, Roots: []string{"kernel"}, Module: "pxos", Tools: tools,
		Protected: []string{"kernel/selftest/", "kernel/report/"},
		Unsearched: []string{"kernel/elf/", "kernel/fs/", "kernel/linux/", "kernel/p9/", "kernel/program.go", "kernel/random/", "kernel/region/",
			"kernel/screen/", "kernel/terminal/", "kernel/virtio/"},
		First: Variant{Name: "q35", Machine: "q35", Args: rootPort},
		Proof: Variant{Name: "q35 through GRUB", Machine: "q35", Args: rootPort, GRUB: true},
		Matrix: []Variant{
			{Name: "pc", Machine: "pc"},
			{Name: "q35, 128 MiB", Machine: "q35", RAMBytes: 128 << 20},
			{Name: "q35, 6 GiB, 2 CPUs", Machine: "q35", RAMBytes: 6 << 30, CPUs: 2},
		},
		Trouble: (*trial.Result).Why,
		Tests: map[string]int{abi.TestPaging: 1, abi.TestFrames: 1, abi.TestException: 1, abi.TestTimer: 1,
			abi.TestPCI: 1, abi.TestMailbox: 1, abi.TestSerial: 1, abi.TestProcessors: 1},
	}
	p.Load = func() (source.Tree, error) {
		t, err := source.Load(root, []string{"kernel", "abi"}, kernelSource)
		if err != nil {
			return t, err
		}
		// The kernel needs no module but this one.
		return t.With(map[string]string{"go.mod": "module pxos\n\ngo 1.26\n"}), nil
	}
	p.Build = func(ctx context.Context, dir, out string) (Artifact, error) {
		k, err := image.Build(ctx, image.Options{Root: dir, Out: out, Tools: tools})
		if err != nil {
			return Artifact{}, err
		}
		return Artifact{Kernel: k.ELF, Symbols: k.ELF}, nil
	}
	p.MakeISO = func(ctx context.Context, a *Artifact, out string) error {
		a.ISO = filepath.Join(out, "pxos.iso")
		return image.MakeISO(ctx, image.ISOOptions{Kernel: a.Kernel, Out: a.ISO, Tools: tools})
	}
	return p
}

// kernelSource keeps what the kernel's build reads.
func kernelSource(path string) bool {
	if strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "abi/bootreport/") {
		return false
	}
	switch filepath.Ext(path) {
	case ".go", ".s", ".asm":
		return true
	}
	return false
}

// boot runs an artifact on a variant.
func (p *Project) boot(ctx context.Context, dir string, a Artifact, v Variant) (*trial.Result, error) {
	c := trial.Config{
		Tools: p.Tools, Symbols: a.Symbols, Machine: v.Machine, RAMBytes: v.RAMBytes, CPUs: v.CPUs, Args: v.Args,
		NoGPU: p.NoGPU, SourceDirs: []string{dir}, OnLine: p.OnLine, Look: p.Look,
	}
	if (v.GRUB && !a.NoISO) || a.Kernel == "" || a.GRUBOnly {
		c.ISO = a.ISO
	} else {
		c.Kernel = a.Kernel
	}
	return trial.Boot(ctx, c)
}
