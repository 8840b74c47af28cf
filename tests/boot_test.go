package tests

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"pxos/abi"
	"pxos/abi/bootreport"
	"pxos/architect/trial"
	"pxos/image"
	"pxos/image/toolchain"
	"pxos/machine"
)

// tools finds the toolchain; where it must be there, its lack is an error.
func tools(t testing.TB) *toolchain.Toolchain {
	t.Helper()
	cache, err := toolchain.CacheDir()
	if err != nil {
		t.Fatal(err)
	}
	found, err := toolchain.Find(cache)
	if err != nil {
		if os.Getenv("PXOS_REQUIRE_TOOLS") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	return found
}

// bootable is the kernel of this repository, built once for all tests.
type bootable struct{ elf, iso string }

var buildKernel = sync.OnceValues(func() (bootable, error) {
	cache, err := toolchain.CacheDir()
	if err != nil {
		return bootable{}, err
	}
	found, err := toolchain.Find(cache)
	if err != nil {
		return bootable{}, err
	}
	dir := filepath.Join(scratch, "kernel")
	k, err := image.Build(context.Background(), image.Options{Root: "..", Out: dir, Tools: found})
	if err != nil {
		return bootable{}, err
	}
	b := bootable{k.ELF, filepath.Join(dir, "pxos.iso")}
	return b, image.MakeISO(context.Background(), image.ISOOptions{Kernel: k.ELF, Out: b.iso, Tools: found})
})

func kernel(t testing.TB) bootable {
	t.Helper()
	tools(t)
	b, err := buildKernel()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// behindBridge puts a device behind a root port, so that the scan must follow
// the bridge.
var behindBridge = []string{"-device", "pcie-root-port,id=rp0,chassis=1", "-device", "virtio-rng-pci,bus=rp0"}

func TestKernelComesUp(t *testing.T) {
	k, found := kernel(t), tools(t)
	for _, c := range []struct {
		name string
		grub bool
		cfg  trial.Config
	}{
		{"q35 through GRUB", true, trial.Config{Machine: "q35"}},
		{"q35 direct, 128 MiB", false, trial.Config{Machine: "q35", RAMBytes: 128 << 20}},
		{"pc through GRUB, 2 CPUs, 6 GiB", true, trial.Config{Machine: "pc", CPUs: 2, RAMBytes: 6 << 30}},
		{"pc direct", false, trial.Config{Machine: "pc"}},
		{"q35 direct, 6 GiB, 2 CPUs, a bridge", false, trial.Config{Machine: "q35", RAMBytes: 6 << 30, CPUs: 2, Args: behindBridge}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := c.cfg
			cfg.Tools, cfg.Symbols = found, k.elf
			if c.grub {
				cfg.ISO = k.iso
			} else {
				cfg.Kernel = k.elf
			}
			r, err := trial.Boot(t.Context(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			if !r.Up() {
				t.Fatalf("not up: %s\n%s", r.Why(), r.Evidence.Serial)
			}
			lookAtReport(t, r, cfg)
		})
	}
}

// lookAtReport holds the boot report against the machine that was asked for.
func lookAtReport(t *testing.T, r *trial.Result, cfg trial.Config) {
	t.Helper()
	if cpu, ok := r.Report.First(abi.ReportCPU); !ok || cpu.Uint("count") != uint64(max(cfg.CPUs, 1)) {
		t.Errorf("processors: %v, %d were given", cpu.Fields, max(cfg.CPUs, 1))
	}
	ram := uint64(0)
	for _, m := range r.Report.Find(abi.ReportMem) {
		if m.Fields["type"] == "ram" {
			ram += m.Uint("length")
		}
	}
	if cfg.RAMBytes != 0 && (ram > cfg.RAMBytes || ram < cfg.RAMBytes-2<<20) {
		t.Errorf("%d bytes of RAM are reported, %d were given", ram, cfg.RAMBytes)
	}
	if g, ok := r.Report.First(abi.ReportGPU); !ok || g.Fields["error"] != "" || g.Fields["memtype"] != "UC" {
		t.Errorf("GPU: %v", g.Fields)
	}
	if string(r.GPUConsole) == "" || r.GPU == nil {
		t.Errorf("the GPU heard nothing: console %q, counters %v", r.GPUConsole, r.GPU)
	}
	var names []string
	for _, test := range r.Report.Tests {
		names = append(names, test.Name)
	}
	for _, want := range []string{abi.TestFrames, abi.TestPaging, abi.TestMailbox} {
		if !slices.Contains(names, want) {
			t.Errorf("self-test %s is not among %v", want, names)
		}
	}
	if cfg.Args != nil && !slices.ContainsFunc(r.Report.Find(abi.ReportPCI), func(l bootreport.Line) bool {
		return l.Uint("vendor") == 0x1AF4 && !strings.HasPrefix(l.Fields["bdf"], "00:")
	}) {
		t.Errorf("the device behind the bridge was not found: %v", r.Report.Find(abi.ReportPCI))
	}
}

// TestWithoutGPU: a plain VGA adapter is no pxGPU. The kernel says so, fails
// the self-tests of mailbox and authority and no other, and leaves with failure.
func TestWithoutGPU(t *testing.T) {
	k := kernel(t)
	r, err := trial.Boot(t.Context(), trial.Config{Tools: tools(t), Kernel: k.elf, NoGPU: true})
	if err != nil {
		t.Fatal(err)
	}
	if r.Up() {
		t.Fatal("the kernel says that it is up without a GPU")
	}
	if g, ok := r.Report.First(abi.ReportGPU); !ok || !strings.Contains(g.Fields["error"], "no pxGPU") {
		t.Errorf("GPU: %v", g.Fields)
	}
	if !r.Report.Complete || r.Outcome.Termination != machine.TerminationExit || r.Outcome.ExitCode == abi.ExitOK {
		t.Errorf("ended by %s with code %#x, report complete: %v", r.Outcome.Termination, r.Outcome.ExitCode, r.Report.Complete)
	}
	for _, test := range r.Report.Tests {
		if (test.Failed != 0) != (test.Name == abi.TestMailbox || test.Name == abi.TestAuthority) {
			t.Errorf("self-test %s: %d of %d failed: %s", test.Name, test.Failed, test.Checks, test.Detail)
		}
	}
	if len(r.Audit) != 0 {
		t.Errorf("audit: %v", r.Audit)
	}
}
