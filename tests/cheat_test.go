package tests

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pxos/abi/tables"
	"pxos/architect/trial"
	"pxos/fault"
	"pxos/image"
	"pxos/machine"
)

// cheats are what the kernel of testdata/cheat plants by number, and what the audit
// must say: that, and nothing else. What is wrong in two ways is found twice.
var cheats = []struct {
	what string
	want []fault.ViolationKind
}{
	{"two processes, by the rules", nil},
	{"memory of nobody, in the kernel", []fault.ViolationKind{fault.ViolationKernelUncovered}},
	{"written, though granted for reading", []fault.ViolationKind{fault.ViolationWriteNotGranted}},
	{"executed, though granted for reading", []fault.ViolationKind{fault.ViolationExecNotGranted}},
	{"the kernel's text writable", []fault.ViolationKind{fault.ViolationWriteExec}},
	{"memory of nobody, in a process", []fault.ViolationKind{fault.ViolationUserUncovered}},
	{"another process' memory", []fault.ViolationKind{fault.ViolationUserForeign}},
	{"a grant that was revoked", []fault.ViolationKind{fault.ViolationStale}},
	{"a device that was not claimed", []fault.ViolationKind{fault.ViolationDeviceUngranted}},
	{"registers mapped write-back", []fault.ViolationKind{fault.ViolationDeviceType}},
	{"RAM mapped uncached", []fault.ViolationKind{fault.ViolationRAMType}},
	{"page tables that the GPU was not told of", []fault.ViolationKind{fault.ViolationRoot}},
	{"page tables writable for a process", []fault.ViolationKind{fault.ViolationTableWritable, fault.ViolationKernelReachable}},
	{"a mapping of nothing", []fault.ViolationKind{fault.ViolationHole}},
	{"the identity map", []fault.ViolationKind{fault.ViolationIdentity}},
	{"the kernel's memory for ring 3", []fault.ViolationKind{fault.ViolationKernelReachable, fault.ViolationKernelHalf}},
	{"a reserved bit", []fault.ViolationKind{fault.ViolationBadEntry}},
	{"a kernel half of its own", []fault.ViolationKind{fault.ViolationKernelHalf}},
	{"a process' memory, in the kernel", []fault.ViolationKind{fault.ViolationKernelUncovered}},
	{"page tables in memory of nobody", []fault.ViolationKind{fault.ViolationTablePlace}},
}

// cheatingKernel builds a copy of the kernel that cheats.
func cheatingKernel(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"go.mod", "go.sum"} {
		copyFile(t, filepath.Join("..", name), filepath.Join(dir, name))
	}
	for _, name := range []string{"kernel", "abi"} {
		if err := os.CopyFS(filepath.Join(dir, name), os.DirFS(filepath.Join("..", name))); err != nil {
			t.Fatal(err)
		}
	}
	copyFile(t, "testdata/cheat/cheat.go", filepath.Join(dir, "kernel", "cheat.go"))
	start := filepath.Join(dir, "kernel", "start.go")
	text, err := os.ReadFile(start)
	if err != nil {
		t.Fatal(err)
	}
	const before, after = "\trunProgram()\n", "\tcheat()\n\trunProgram()\n"
	if strings.Count(string(text), before) != 1 {
		t.Fatal("the kernel's start has no place for the cheat")
	}
	if err := os.WriteFile(start, []byte(strings.Replace(string(text), before, after, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	k, err := image.Build(t.Context(), image.Options{Root: dir, Out: filepath.Join(dir, "build"), Tools: tools(t)})
	if err != nil {
		t.Fatal(err)
	}
	return k.ELF
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, data, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// audited boots the cheating kernel and gives what the audit finds.
func audited(t *testing.T, kernel string, cheat int) []fault.Violation {
	t.Helper()
	var found []fault.Violation
	r, err := trial.Boot(t.Context(), trial.Config{Tools: tools(t), Kernel: kernel, Cmdline: fmt.Sprintf("bench=10 cheat=%d", cheat),
		Look: func(_ *machine.Machine, ev *machine.Evidence) error {
			granted, err := tables.Decode(ev.GPUTables)
			found = fault.AuditAuthority(ev, granted, fault.Options{})
			return err
		}})
	if err != nil {
		t.Fatal(err)
	}
	if !r.Report.Passed() {
		t.Fatalf("cheat %d: %s", cheat, r.Why())
	}
	if up := r.Up(); up != (len(found) == 0) {
		t.Errorf("cheat %d: %d findings, and the kernel counts as up: %v", cheat, len(found), up)
	}
	return found
}

// TestCheatingKernel has the audit find each planted violation, and invent none.
func TestCheatingKernel(t *testing.T) {
	kernel := cheatingKernel(t)
	var all []fault.ViolationKind
	for n, c := range cheats {
		all = append(all, c.want...)
		found := audited(t, kernel, n)
		if kinds := kindsOf(found); !slices.Equal(kinds, sortedKinds(c.want)) {
			t.Errorf("cheat %d, %s: found %v, planted %v\n%v", n, c.what, kinds, c.want, found)
			continue
		}
		t.Logf("%2d  %-42s %v", n, c.what, found)
	}
	if kinds := kindsOf(audited(t, kernel, 100)); !slices.Equal(kinds, sortedKinds(all)) {
		t.Errorf("all at once: found %v, planted %v", kinds, sortedKinds(all))
	}
}

// TestSilentKernel: a kernel that does not acknowledge a revocation is ended by the
// GPU, and the diagnosis says so.
func TestSilentKernel(t *testing.T) {
	r, err := trial.Boot(t.Context(), trial.Config{Tools: tools(t), Kernel: cheatingKernel(t), Cmdline: "bench=10 cheat=200"})
	if err != nil {
		t.Fatal(err)
	}
	if r.Outcome.Termination != machine.TerminationGPUEnded || r.Up() {
		t.Fatalf("the run ended as %s: %s", r.Outcome.Termination, r.Outcome.Message)
	}
	if d := r.Diagnosis; d.Class.Name != "gpu-ended" || !strings.Contains(d.Title, "revocation") {
		t.Errorf("the diagnosis is %q, class %v", d.Title, d.Class)
	}
}

func kindsOf(found []fault.Violation) []fault.ViolationKind {
	var kinds []fault.ViolationKind
	for _, v := range found {
		kinds = append(kinds, v.Kind)
	}
	return sortedKinds(kinds)
}

// sortedKinds gives each kind once.
func sortedKinds(kinds []fault.ViolationKind) []fault.ViolationKind {
	kinds = slices.Clone(kinds)
	slices.Sort(kinds)
	return slices.Compact(kinds)
}
