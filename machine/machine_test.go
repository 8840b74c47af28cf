package machine

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"pxos/image/toolchain"
)

// tools finds QEMU and the rest. A test that needs them is left out only where
// they are absent and PXOS_REQUIRE_TOOLS is not set.
func tools(t testing.TB) *toolchain.Toolchain {
	t.Helper()
	found, err := findTools()
	if err != nil {
		if os.Getenv("PXOS_REQUIRE_TOOLS") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	return found
}

// assemble builds testdata/NAME.asm to a 32-bit ELF with a Multiboot header.
func assemble(t testing.TB, name string) string {
	t.Helper()
	found := tools(t)
	dir := t.TempDir()
	object, kernel := filepath.Join(dir, name+".o"), filepath.Join(dir, name+".elf")
	run(t, found.Tool(toolchain.NASM).Cmd(t.Context(), "-f", "elf32", "-I", "testdata/", "-w-zext-reloc",
		"-o", object, filepath.Join("testdata", name+".asm")))
	run(t, found.Tool(toolchain.Linker).Cmd(t.Context(), "-m", "elf_i386", "-Ttext", "0x101000", "--section-start=.multiboot=0x100000",
		"-z", "noexecstack", "--no-warn-rwx-segments", "-N", "-o", kernel, object))
	return kernel
}

// disc puts a kernel and GRUB on an ISO image.
func disc(t testing.TB, kernel string) string {
	t.Helper()
	found := tools(t)
	root := filepath.Join(t.TempDir(), "root")
	if err := os.MkdirAll(filepath.Join(root, "boot/grub"), 0o755); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(kernel)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"boot/kernel.elf":    string(data),
		"boot/grub/grub.cfg": "set timeout=0\nmenuentry test {\n multiboot /boot/kernel.elf\n boot\n}\n",
	} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	iso := filepath.Join(t.TempDir(), "test.iso")
	run(t, found.Tool(toolchain.GRUBRescue).Cmd(t.Context(), "-o", iso, root))
	return iso
}

func run(t testing.TB, cmd *exec.Cmd) {
	t.Helper()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", cmd.Path, err, out)
	}
}

// boot creates a machine that is closed with the test.
func boot(t testing.TB, cfg Config) *Machine {
	t.Helper()
	cfg.Tools = tools(t)
	cfg.RAMBytes = orDefault(cfg.RAMBytes, 128<<20)
	m, err := Create(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

// bootAndInspect runs a machine to its end.
func bootAndInspect(t testing.TB, cfg Config) (*Machine, *Evidence) {
	t.Helper()
	m := boot(t, cfg)
	outcome, err := m.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	e, err := m.Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s after %s: %s", outcome.Termination, outcome.Elapsed.Round(time.Millisecond), outcome.Message)
	return m, e
}

// checkPageFault expects the chain of testdata/pagefault.asm.
func checkPageFault(t *testing.T, e *Evidence) {
	t.Helper()
	if e.Termination != TerminationTripleFault || !e.TripleFault {
		t.Fatalf("ended as %q, triple fault %v", e.Termination, e.TripleFault)
	}
	type entry struct {
		vector, old int
		state       bool
	}
	want := []entry{{14, -1, true}, {13, 14, false}, {8, 13, true}, {13, 8, false}}
	if len(e.Exceptions) != len(want) {
		t.Fatalf("%d exceptions, want %d: %+v", len(e.Exceptions), len(want), e.Exceptions)
	}
	for i, x := range e.Exceptions {
		if got := (entry{x.Vector, x.OldVector, x.HasState}); got != want[i] || x.Hardware || x.Soft || x.SMM {
			t.Errorf("exception %d is %+v, want %+v", i, x, want[i])
		}
	}
	fault := e.Exceptions[0]
	if fault.ErrorCode != 2 || fault.Registers.CR2 != 0xDEADB000 || fault.Registers.RAX != 0xDEADB000 {
		t.Errorf("page fault: error %#x, CR2 %#x, RAX %#x", fault.ErrorCode, fault.Registers.CR2, fault.Registers.RAX)
	}
	code := make([]byte, 4)
	if err := e.Memory.ReadPhys(fault.Registers.RIP, code); err != nil || !bytes.Equal(code, []byte{0x48, 0x89, 0x00, 0xF4}) {
		t.Errorf("code at %#x is % x (%v), want mov [rax],rax; hlt", fault.Registers.RIP, code, err)
	}
	r := e.Registers[0]
	if r.RIP != fault.Registers.RIP || r.CR3 == 0 || r.EFER != 0x500 || r.CS.Selector != 8 || r.GDT.Limit != 23 {
		t.Errorf("registers at the stop: %+v", r)
	}
	if string(e.Serial) != "before the fault\n" {
		t.Errorf("serial is %q", e.Serial)
	}
}

func TestTripleFaultByKernel(t *testing.T) {
	for _, machine := range []string{"q35", "pc"} {
		t.Run(machine, func(t *testing.T) {
			_, e := bootAndInspect(t, Config{Kernel: assemble(t, "pagefault"), Machine: machine})
			checkPageFault(t, e)
		})
	}
}

func TestTripleFaultByISO(t *testing.T) {
	_, e := bootAndInspect(t, Config{ISO: disc(t, assemble(t, "pagefault")), CPUs: 2})
	checkPageFault(t, e)
	if len(e.Registers) != 2 {
		t.Errorf("%d register sets for 2 CPUs", len(e.Registers))
	}
}

func TestFailedDeliveryOfMissingGate(t *testing.T) {
	_, e := bootAndInspect(t, Config{Kernel: assemble(t, "badgate")})
	if len(e.Exceptions) < 2 || e.Exceptions[0].Vector != 14 || e.Exceptions[1].Vector != 11 || e.Exceptions[1].OldVector != 14 || e.Exceptions[1].HasState {
		t.Fatalf("exceptions: %+v", e.Exceptions)
	}
}

func TestExitKeepsMemory(t *testing.T) {
	m, e := bootAndInspect(t, Config{Kernel: assemble(t, "exit")})
	if e.Termination != TerminationExit || e.ExitCode != 0x2A {
		t.Fatalf("ended as %q with %#x", e.Termination, e.ExitCode)
	}
	if e.Registers[0].RBX != 0x600DF00D {
		t.Errorf("RBX is %#x", e.Registers[0].RBX)
	}
	if len(e.Exceptions) != 0 {
		t.Errorf("a healthy run has exceptions: %+v", e.Exceptions)
	}
	head := make([]byte, 4)
	if err := e.Memory.ReadPhys(0x100000, head); err != nil || !bytes.Equal(head, []byte{2, 0xB0, 0xAD, 0x1B}) {
		t.Errorf("Multiboot header in memory: % x, %v", head, err)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	if err := e.Memory.ReadPhys(0x100000, head); !errors.Is(err, ErrClosed) {
		t.Errorf("reading after Close: %v", err)
	}
}

func TestHangs(t *testing.T) {
	for _, test := range []struct {
		name   string
		halted bool
		words  string
	}{
		{"halt", true, "interrupts off"}, {"spin", false, "endless"}, {"poll", false, "endless"}, {"idle", true, "none has come"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, e := bootAndInspect(t, Config{Kernel: assemble(t, test.name)})
			if e.Termination != TerminationHang || e.Halted != test.halted || !strings.Contains(e.Message, test.words) {
				t.Fatalf("ended as %q, halted %v: %s", e.Termination, e.Halted, e.Message)
			}
			if len(e.RIPSamples) < 2 {
				t.Errorf("%d instruction pointers sampled", len(e.RIPSamples))
			}
		})
	}
}

func TestDelayIsNoHang(t *testing.T) {
	_, e := bootAndInspect(t, Config{Kernel: assemble(t, "delay")})
	if e.Termination != TerminationExit || e.ExitCode != 1 {
		t.Fatalf("ended as %q with %#x: %s", e.Termination, e.ExitCode, e.Message)
	}
}

func TestTimeoutWhileRunning(t *testing.T) {
	_, e := bootAndInspect(t, Config{Kernel: assemble(t, "delay"), Limit: 900 * time.Millisecond})
	if e.Termination != TerminationTimeout {
		t.Fatalf("ended as %q: %s", e.Termination, e.Message)
	}
}

func TestReached(t *testing.T) {
	var mu sync.Mutex
	var lines []string
	m, e := bootAndInspect(t, Config{
		Kernel: assemble(t, "lines"), ExpectLine: regexp.MustCompile(`^ready: \d+$`),
		OnSerialLine: func(line string) bool {
			mu.Lock()
			defer mu.Unlock()
			lines = append(lines, line)
			return false
		},
	})
	if e.Termination != TerminationReached {
		t.Fatalf("ended as %q: %s", e.Termination, e.Message)
	}
	if got := strings.Join(lines, "|"); got != "first line|ready: 42" {
		t.Errorf("lines %q", got)
	}
	outcome, err := m.Run(t.Context())
	if err != nil || outcome.Termination != TerminationHang {
		t.Errorf("run further: %+v, %v", outcome, err)
	}
}

// TestIcount: counted instructions make two runs of a guest say the same. The
// registers are left out: the guest runs a few instructions past the OUT that
// ends it until the emulator stops, and how many is not counted.
func TestIcount(t *testing.T) {
	kernel := assemble(t, "exit")
	_, first := bootAndInspect(t, Config{Kernel: kernel, Icount: true})
	_, second := bootAndInspect(t, Config{Kernel: kernel, Icount: true})
	if first.Termination != TerminationExit || second.Termination != TerminationExit || first.ExitCode != second.ExitCode ||
		string(first.Serial) != string(second.Serial) || first.Registers[0].RSP != second.Registers[0].RSP {
		t.Errorf("%q %#x, then %q %#x", first.Termination, first.ExitCode, second.Termination, second.ExitCode)
	}
}

// TestHangOfTwoCPUs: the second CPU waits for its start-up interrupt.
func TestHangOfTwoCPUs(t *testing.T) {
	_, e := bootAndInspect(t, Config{Kernel: assemble(t, "halt"), CPUs: 2, Machine: "pc", RAMBytes: 6 << 30})
	if e.Termination != TerminationHang || len(e.Registers) != 2 {
		t.Errorf("ended as %q: %s", e.Termination, e.Message)
	}
}

func TestKeyboardReset(t *testing.T) {
	_, e := bootAndInspect(t, Config{Kernel: assemble(t, "resetkbd")})
	if e.Termination != TerminationShutdown || e.TripleFault {
		t.Fatalf("ended as %q: %s", e.Termination, e.Message)
	}
}

// TestMemoryAgreesWithGDB reads every kind of memory by both roads.
func TestMemoryAgreesWithGDB(t *testing.T) {
	for _, cfg := range []Config{{Machine: "q35", RAMBytes: 6 << 30, VGA: "std"}, {Machine: "pc", RAMBytes: 5 << 30}} {
		t.Run(cfg.Machine, func(t *testing.T) {
			cfg.Kernel = assemble(t, "pagefault")
			m, e := bootAndInspect(t, cfg)
			ramBytes := uint64(0)
			for _, r := range e.Regions {
				if r.Kind == "i/o" {
					if err := e.Memory.ReadPhys(r.Start, make([]byte, 1)); !errors.Is(err, ErrNoMemory) {
						t.Errorf("read of %s at %#x: %v", r.Name, r.Start, err)
					}
					continue
				}
				if r.Name == ramName {
					ramBytes += r.End - r.Start + 1
				}
				for _, at := range []uint64{r.Start, r.End - 15, r.Start + (r.End-r.Start)/2} {
					fast, slow := make([]byte, 16), make([]byte, 16)
					if err := errors.Join(e.Memory.ReadPhys(at, fast), m.gdbRead(t.Context(), at, slow, true)); err != nil {
						t.Fatalf("%s at %#x: %v", r.Name, at, err)
					}
					if !bytes.Equal(fast, slow) {
						t.Errorf("%s at %#x: % x, gdbstub says % x", r.Name, at, fast, slow)
					}
				}
			}
			if missing := cfg.RAMBytes - ramBytes; missing > 0x20000 {
				t.Errorf("regions hold %#x bytes of RAM, the machine %#x", ramBytes, cfg.RAMBytes)
			}
			virtual, physical := make([]byte, 64), make([]byte, 64)
			rip := e.Registers[0].RIP
			if err := errors.Join(m.ReadVirtual(t.Context(), rip, virtual), e.Memory.ReadPhys(rip, physical)); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(virtual, physical) {
				t.Error("the identity map shows other bytes than memory holds")
			}
			if err := e.Memory.ReadPhys(1<<45, virtual); !errors.Is(err, ErrNoMemory) {
				t.Errorf("read past all memory: %v", err)
			}
		})
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	m := boot(t, Config{Kernel: assemble(t, "delay")})
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(300*time.Millisecond, cancel)
	if _, err := m.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("run with a cancelled context: %v", err)
	}
}

func TestCloseInterruptsRun(t *testing.T) {
	m := boot(t, Config{Kernel: assemble(t, "delay")})
	time.AfterFunc(300*time.Millisecond, func() { m.Close() })
	if _, err := m.Run(t.Context()); !errors.Is(err, ErrClosed) {
		t.Fatalf("run of a closed machine: %v", err)
	}
	if _, err := m.Inspect(t.Context()); !errors.Is(err, ErrClosed) {
		t.Fatalf("inspection of a closed machine: %v", err)
	}
}
