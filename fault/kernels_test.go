package fault_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"pxos/fault"
	"pxos/image/toolchain"
	"pxos/machine"
)

// recordFixtures, when set, makes the tests that boot kernels rewrite the
// evidence in testdata/evidence.
var recordFixtures = os.Getenv("PXOS_RECORD") != ""

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

func run(t testing.TB, cmd *exec.Cmd) {
	t.Helper()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", cmd.Path, err, out)
	}
}

// assemble builds testdata/kernels/NAME.asm to a 32-bit ELF for Multiboot 1.
func assemble(t testing.TB, name string) string {
	t.Helper()
	found := tools(t)
	dir := t.TempDir()
	object, kernel := filepath.Join(dir, name+".o"), filepath.Join(dir, name+".elf")
	run(t, found.Tool(toolchain.NASM).Cmd(t.Context(), "-f", "elf32", "-I", "testdata/kernels/", "-w-zext-reloc",
		"-o", object, filepath.Join("testdata/kernels", name+".asm")))
	run(t, found.Tool(toolchain.Linker).Cmd(t.Context(), "-m", "elf_i386", "-Ttext", "0x100000", "--section-start=.multiboot=0xff000",
		"-z", "noexecstack", "--no-warn-rwx-segments", "-N", "-o", kernel, object))
	return kernel
}

// header reads "; key: value" from the top of a test kernel.
func header(t testing.TB, name, key string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata/kernels", name+".asm"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if v, ok := strings.CutPrefix(line, "; "+key+": "); ok {
			return strings.TrimSpace(v)
		}
	}
	t.Fatalf("%s.asm has no %q line", name, key)
	return ""
}

// evidenceOf boots a kernel and gives what is left of it, memory readable until
// the test ends.
func evidenceOf(t testing.TB, kernel string) *machine.Evidence {
	t.Helper()
	m, err := machine.Create(t.Context(), machine.Config{
		Tools: tools(t), Kernel: kernel, KernelELF: kernel, RAMBytes: 128 << 20, VGA: "std", Limit: 30 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	if _, err := m.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	ev, err := m.Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return ev
}

func kernels(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/kernels/*.asm")
	if err != nil || len(files) == 0 {
		t.Fatalf("no test kernels: %v", err)
	}
	var names []string
	for _, f := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(f), ".asm"))
	}
	return names
}

// TestKernels boots each small kernel and expects its class and function.
func TestKernels(t *testing.T) {
	for _, name := range kernels(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kernel := assemble(t, name)
			ev := evidenceOf(t, kernel)
			if recordFixtures {
				ev.Memory = machine.Record(ev)
			}
			d, err := fault.Diagnose(ev, fault.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if recordFixtures {
				record(t, name, ev)
			}
			checkDiagnosis(t, d, header(t, name, "class"), header(t, name, "function"))
		})
	}
}

func checkDiagnosis(t *testing.T, d *fault.Diagnosis, class, function string) {
	t.Helper()
	bad := false
	if class == "healthy" {
		bad = !d.Healthy
	} else {
		number, err := strconv.Atoi(class)
		if err != nil {
			t.Fatal(err)
		}
		bad = d.Healthy || d.Class.Number != number || (function != "-" && d.Location.Function != function)
		bad = bad || d.Title == "" || d.Cause == "" || d.WhatToDo == "" || len(d.Found) == 0
	}
	for _, text := range []string{d.Title, d.Cause, d.WhatToDo} {
		bad = bad || strings.Contains(text, "<no value>") || strings.Contains(text, "template of this class")
	}
	if bad {
		var b bytes.Buffer
		fault.Render(&b, d, 120, false)
		t.Errorf("want class %s in %s, got class %d (%s) in %q, healthy %v\n%s",
			class, function, d.Class.Number, d.Class.Name, d.Location.Function, d.Healthy, b.String())
	}
}
