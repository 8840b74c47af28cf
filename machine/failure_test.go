package machine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"pxos/image/toolchain"
)

// What goes wrong outside the guest, and boots that never reach a kernel.

func writeFile(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDiscWithoutBootRecord(t *testing.T) {
	for _, machine := range []string{"q35", "pc"} {
		_, e := bootAndInspect(t, Config{ISO: writeFile(t, "data.iso", make([]byte, 1<<20)), Machine: machine})
		if e.Termination != TerminationNoBoot || !strings.Contains(e.Message, "no El Torito boot record") {
			t.Errorf("%s: ended as %q: %s", machine, e.Termination, e.Message)
		}
		if !bytes.Contains(e.Firmware, []byte("No bootable device")) {
			t.Errorf("%s: firmware said %q", machine, e.Firmware)
		}
	}
}

func TestLoaderRefusesKernel(t *testing.T) {
	iso := disc(t, writeFile(t, "none.elf", bytes.Repeat([]byte{0x90}, 4096)))
	m, e := bootAndInspect(t, Config{ISO: iso, LoaderLimit: 2 * time.Second})
	if e.Termination != TerminationNoBoot || !strings.Contains(e.Message, "error:") {
		t.Fatalf("ended as %q: %s", e.Termination, e.Message)
	}
	if len(e.Exceptions) != 0 {
		t.Errorf("firmware left exceptions in the evidence: %+v", e.Exceptions)
	}
	path := filepath.Join(t.TempDir(), "screen.png")
	if err := m.Screendump(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if picture, err := png.DecodeConfig(f); err != nil || picture.Width < 640 {
		t.Errorf("screen dump: %+v, %v", picture, err)
	}
}

func TestBadBootFiles(t *testing.T) {
	good, err := os.ReadFile(assemble(t, "exit"))
	if err != nil {
		t.Fatal(err)
	}
	tiny := tinyKernel()
	arm := bytes.Clone(good)
	arm[18], arm[19] = 183, 0 // e_machine = EM_AARCH64
	headless := bytes.Replace(good, []byte{0x02, 0xB0, 0xAD, 0x1B}, []byte{1, 2, 3, 4}, 1)
	for name, test := range map[string]struct {
		cfg   Config
		words string
		cause error
	}{
		"no file":       {Config{Kernel: "/nonexistent/kernel"}, "correct the path", os.ErrNotExist},
		"empty":         {Config{Kernel: writeFile(t, "k", nil)}, "is no kernel", ErrBootMedium},
		"text":          {Config{Kernel: writeFile(t, "k", bytes.Repeat([]byte("text "), 100))}, "neither an ELF", ErrBootMedium},
		"other machine": {Config{Kernel: writeFile(t, "k", arm)}, "EM_AARCH64", ErrBootMedium},
		"cut tables":    {Config{Kernel: writeFile(t, "k", good[:len(good)-100])}, "truncated: its tables", ErrBootMedium},
		"cut segment":   {Config{Kernel: writeFile(t, "k", tiny[:len(tiny)-1])}, "truncated: segment 0", ErrBootMedium},
		"no header":     {Config{Kernel: writeFile(t, "k", headless)}, "no Multiboot header", ErrBootMedium},
		"no ISO":        {Config{ISO: "/nonexistent/iso"}, "build the image", os.ErrNotExist},
		"empty ISO":     {Config{ISO: writeFile(t, "i", nil)}, "empty", ErrBootMedium},
		"both":          {Config{ISO: "a", Kernel: "b"}, "not both", ErrConfig},
		"neither":       {Config{}, "one boot medium", ErrConfig},
		"machine":       {Config{Kernel: "k", Machine: "virt"}, "virt", ErrConfig},
		"memory":        {Config{Kernel: "k", RAMBytes: 1000}, "1000 bytes", ErrConfig},
		"GPU":           {Config{Kernel: "k", GPUSocket: "/nonexistent/gpu"}, "start the GPU", ErrGPUDied},
	} {
		t.Run(name, func(t *testing.T) {
			test.cfg.Tools = tools(t)
			m, err := Create(t.Context(), test.cfg)
			if err == nil {
				m.Close()
				t.Fatal("was accepted")
			}
			var lab *LabError
			if !errors.As(err, &lab) || !errors.Is(err, test.cause) || !strings.Contains(err.Error(), test.words) {
				t.Errorf("error %q", err)
			}
		})
	}
}

func TestEmulatorKilled(t *testing.T) {
	m := boot(t, Config{Kernel: assemble(t, "delay")})
	time.AfterFunc(300*time.Millisecond, func() { syscall.Kill(m.PID(), syscall.SIGKILL) })
	_, err := m.Run(t.Context())
	var lab *LabError
	if !errors.As(err, &lab) || !errors.Is(err, ErrEmulatorDied) || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("error %v", err)
	}
}

func TestGPUDies(t *testing.T) {
	died := make(chan error, 1)
	m := boot(t, Config{Kernel: assemble(t, "delay"), GPUDied: died})
	died <- errors.New("segmentation fault")
	_, err := m.Run(t.Context())
	if !errors.Is(err, ErrGPUDied) || !strings.Contains(err.Error(), "segmentation fault") {
		t.Fatalf("error %v", err)
	}
}

func TestMissingEmulator(t *testing.T) {
	empty := t.TempDir()
	t.Setenv("PXOS_CACHE", empty)
	t.Setenv("PATH", empty)
	if _, err := toolchain.Find(empty); err == nil {
		t.Skip("the host has every tool outside PATH as well")
	}
	kernel := writeFile(t, "k.elf", tinyKernel())
	_, err := Create(context.Background(), Config{Kernel: kernel})
	if !errors.Is(err, toolchain.ErrMissing) || !strings.Contains(err.Error(), "make setup") {
		t.Fatalf("error %v", err)
	}
}

// TestNothingIsLeft compares this process's children and descriptors, and the
// shared folders, before and after a run.
func TestNothingIsLeft(t *testing.T) {
	kernel := assemble(t, "exit")
	first := boot(t, Config{Kernel: kernel}) // warms up what stays open for good
	first.Close()
	before := leftovers(t)
	m, e := bootAndInspect(t, Config{Kernel: kernel, VGA: "std"})
	if err := e.Memory.ReadPhys(0xFFFFFFF0, make([]byte, 16)); err != nil { // through gdbstub
		t.Fatal(err)
	}
	pid := m.PID()
	m.Close()
	m.Close()
	if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("process %d: %v", pid, err)
	}
	if after := leftovers(t); after != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
}

func leftovers(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	descriptors, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(&b, len(descriptors), "descriptors")
	for _, pattern := range []string{"/dev/shm/*pxos*", filepath.Join(os.TempDir(), "*pxos-ram*"), filepath.Join(os.TempDir(), "*qemu*")} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&b, names)
	}
	return b.String()
}

// TestEmulatorDiesWithUs kills a process that runs a machine: this test binary
// once more, as helper.
func TestEmulatorDiesWithUs(t *testing.T) {
	if kernel := os.Getenv("MACHINE_TEST_HELPER"); kernel != "" {
		m := boot(t, Config{Kernel: kernel})
		fmt.Printf("pid %d\n", m.PID())
		m.Run(t.Context())
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestEmulatorDiesWithUs$")
	cmd.Env = append(os.Environ(), "MACHINE_TEST_HELPER="+assemble(t, "delay"))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 64)
	n, err := out.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(string(line[:n]), "pid ")))
	if err != nil {
		t.Fatalf("helper said %q", line[:n])
	}
	cmd.Process.Kill()
	cmd.Wait()
	for i := 0; ; i++ {
		// A killed orphan stays a zombie where no init collects it.
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return
		}
		if i == 500 {
			syscall.Kill(pid, syscall.SIGKILL)
			t.Fatalf("the emulator, process %d, outlived us", pid)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func TestRecordedEvidence(t *testing.T) {
	_, live := bootAndInspect(t, Config{Kernel: assemble(t, "pagefault")})
	Record(live)
	r := live.Registers[0]
	want := make([]byte, 8)
	if err := live.Memory.ReadPhys(r.CR3&^0xFFF, want); err != nil {
		t.Fatal(err)
	}
	code := make([]byte, 32)
	if err := live.Memory.ReadPhys(r.RIP, code); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "pagefault.json")
	if err := SaveEvidence(path, live); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(text, []byte(os.TempDir()+"/")) {
		t.Error("the fixture names a folder of this host")
	}
	back, err := LoadEvidence(path)
	if err != nil {
		t.Fatal(err)
	}
	got := make([]byte, 8)
	if err := back.Memory.ReadPhys(r.CR3&^0xFFF, got); err != nil || !bytes.Equal(got, want) {
		t.Errorf("page-map entry % x (%v), want % x", got, err, want)
	}
	if err := back.Memory.ReadPhys(1<<20+5<<20, got); !errors.Is(err, ErrNotRecorded) {
		t.Errorf("read of an unrecorded page: %v", err)
	}
	if err := back.Memory.ReadPhys(1<<45, got); !errors.Is(err, ErrNoMemory) {
		t.Errorf("read of a hole: %v", err)
	}
	if fmt.Sprint(back.Exceptions) != fmt.Sprint(live.Exceptions) || fmt.Sprint(back.Registers) != fmt.Sprint(live.Registers) ||
		fmt.Sprint(back.Regions) != fmt.Sprint(live.Regions) || fmt.Sprint(back.PCI) != fmt.Sprint(live.PCI) || string(back.Serial) != string(live.Serial) {
		t.Error("the recording differs from the live evidence")
	}
	checkPageFault(t, back)
}
