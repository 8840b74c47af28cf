package tests

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pxos/abi"
	"pxos/architect/trial"
	"pxos/image"
	"pxos/machine"
)

// TestProcessors boots with one processor and with several: all come, each passes the
// self-test, and an audit from outside finds nothing on any of them.
func TestProcessors(t *testing.T) {
	for _, cpus := range []int{1, 2, 4, 8} {
		for _, kind := range []string{"q35", "pc"} {
			t.Run(fmt.Sprintf("%d on %s", cpus, kind), func(t *testing.T) {
				bootProcessors(t, trial.Config{CPUs: cpus, Machine: kind})
			})
		}
	}
}

// TestProcessorsAgain boots with four processors ten times: a race in their start shows
// now and then.
func TestProcessorsAgain(t *testing.T) {
	for i := range 10 {
		t.Run(fmt.Sprint(i), func(t *testing.T) { bootProcessors(t, trial.Config{CPUs: 4}) })
	}
}

func bootProcessors(t *testing.T, cfg trial.Config) {
	t.Helper()
	cfg.Tools, cfg.Kernel = tools(t), kernel(t).elf
	r, err := trial.Boot(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Up() {
		t.Fatalf("not up: %s\n%s", r.Why(), r.Evidence.Serial)
	}
	if len(r.Audit) != 0 {
		t.Errorf("audit: %v", r.Audit)
	}
	n := uint64(cfg.CPUs)
	all, ok := r.Report.First(abi.ReportProcessors)
	if !ok || all.Uint("found") != n || all.Uint("up") != n || all.Uint("skew_ns") > 1000 {
		t.Errorf("processors: %v, %d were given", all.Fields, n)
	}
	if further := r.Report.Find(abi.ReportProcessor); uint64(len(further)) != n-1 {
		t.Errorf("%d further processors are reported: %v", len(further), further)
	}
	checks := 0
	for _, test := range r.Report.Tests {
		if test.Name == abi.TestProcessors {
			checks = test.Checks
		}
	}
	if checks < 12*cfg.CPUs {
		t.Errorf("the self-test made %d checks of %d processors", checks, n)
	}
	root := r.Evidence.Registers[0].CR3
	for i, cpu := range r.Evidence.Registers {
		if cpu.CR3 != root || cpu.GS.Base>>63 == 0 || i > 0 && cpu.GS.Base == r.Evidence.Registers[0].GS.Base {
			t.Errorf("CPU %d stopped with CR3 %#x and GS base %#x", i, cpu.CR3, cpu.GS.Base)
		}
	}
}

// change is a piece of a file of the kernel, and what is to stand there instead.
type change struct{ file, before, after string }

// changedKernel builds a copy of the kernel with changes.
func changedKernel(t *testing.T, changes ...change) string {
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
	for _, c := range changes {
		path := filepath.Join(dir, filepath.FromSlash(c.file))
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Count(string(text), c.before) != 1 {
			t.Fatalf("%s does not hold %q once", c.file, c.before)
		}
		if err := os.WriteFile(path, []byte(strings.Replace(string(text), c.before, c.after, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	k, err := image.Build(t.Context(), image.Options{Root: dir, Out: filepath.Join(dir, "build"), Tools: tools(t)})
	if err != nil {
		t.Fatal(err)
	}
	return k.ELF
}

// TestProcessorDies breaks a further processor in two ways. The kernel says which one
// and why, in a report line that is whole, whatever the others do.
func TestProcessorDies(t *testing.T) {
	for _, c := range []struct {
		name     string
		change   change
		vector   uint64
		function string
	}{
		{"page fault", change{"kernel/processors.go", "\tfor atomic.LoadUint32(&released) == 0 {\n",
			"\t*phys.Word(0x7000) = 1\n\tfor atomic.LoadUint32(&released) == 0 {\n"}, 14, "processorMain"},
		{"NMI that nobody awaits", change{"kernel/start.go", "\treportProcessors()\n",
			"\treportProcessors()\n\tlocal.SendNMI(trap.At(1).APIC)\n"}, 2, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			elf := changedKernel(t, c.change)
			r, err := trial.Boot(t.Context(), trial.Config{Tools: tools(t), Kernel: elf, CPUs: 3})
			if err != nil {
				t.Fatal(err)
			}
			f, ok := r.Report.First(abi.ReportFault)
			if !ok || f.Uint("vector") != c.vector || f.Uint("cpu") == 0 || r.Outcome.Termination != machine.TerminationTripleFault {
				t.Fatalf("ended as %s; fault %v\n%s", r.Outcome.Termination, f.Fields, r.Evidence.Serial)
			}
			if c.function != "" && !strings.Contains(r.Diagnosis.Location.Function, c.function) {
				t.Errorf("the diagnosis names %q: %s", r.Diagnosis.Location.Function, r.Diagnosis.Title)
			}
		})
	}
}

// TestProcessorSilent starts a processor that hangs on its way: it is reported and left
// out, and the next takes its place.
func TestProcessorSilent(t *testing.T) {
	elf := changedKernel(t, change{"kernel/processors.go", "\ttrap.Join()\n", "\ttrap.Join()\n\tfor p.APIC == 1 {\n\t}\n"})
	r, err := trial.Boot(t.Context(), trial.Config{Tools: tools(t), Kernel: elf, CPUs: 3})
	if err != nil {
		t.Fatal(err)
	}
	all, ok := r.Report.First(abi.ReportProcessors)
	if !ok || all.Uint("found") != 3 || all.Uint("up") != 2 || r.Outcome.Termination != machine.TerminationExit {
		t.Fatalf("ended as %s; processors %v\n%s", r.Outcome.Termination, all.Fields, r.Evidence.Serial)
	}
	silent := false
	for _, p := range r.Report.Find(abi.ReportProcessor) {
		silent = silent || p.Fields["error"] != "" && p.Uint("apic") == 1
	}
	if !silent || len(r.Audit) != 0 {
		t.Errorf("reported %v, audit %v", r.Report.Find(abi.ReportProcessor), r.Audit)
	}
}

// TestInterruptStorm has the further processors send NMIs and other interrupts to the
// first as fast as they can while a program runs there: they strike in ring 3, in ring
// 0, and between SYSCALL and SWAPGS. The program does not notice.
func TestInterruptStorm(t *testing.T) {
	elf := changedKernel(t,
		change{"kernel/processors.go", "\tfor atomic.LoadUint32(&released) == 0 {\n\t\tselftest.Attend(&local)\n\t\tamd64.Wait()\n", `	for {
		selftest.Attend(&local)
		trap.At(0).AwaitNMI(true)
		switch pause(5000 * uint64(id)); id {
		case 1:
			local.SendNMI(trap.At(0).APIC)
		case 2:
			local.Send(trap.At(0).APIC, trap.VectorReschedule)
		default:
			local.SendAllButSelf(trap.VectorShootdown)
		}
`},
		change{"kernel/reports.go", "func leave(passed bool) {\n", `func leave(passed bool) {
	report.Begin("storm")
	report.Uint("nmis", trap.This().NMIs())
	report.Uint("reschedules", trap.This().Reschedules())
	report.Uint("shootdowns", trap.This().Shootdowns())
	report.End()
`})
	want, err := exec.Command("go", "run", "./testdata/programs/work").Output()
	if want == nil {
		t.Fatal(err)
	}
	console, status, r := runInsideOn(t, trial.Config{Kernel: elf, CPUs: 4}, "work")
	// In a storm two timers 10 ms apart may both be late.
	timers := regexp.MustCompile(`(?m)^timers .*$`)
	if timers.ReplaceAllString(console, "") != timers.ReplaceAllString(string(want), "") || status != 7 {
		t.Errorf("status %d\n%s\nhere:\n%s", status, console, want)
	}
	storm, ok := r.Report.First("storm")
	if !ok || storm.Uint("nmis") < 100 || storm.Uint("reschedules") < 50 || storm.Uint("shootdowns") < 50 {
		t.Errorf("the storm was mild: %v", storm.Fields)
	}
	if r.Outcome.Termination != machine.TerminationExit || len(r.Audit) != 0 {
		t.Errorf("ended as %s, audit %v", r.Outcome.Termination, r.Audit)
	}
	t.Log(storm.Fields)
}
