package tests

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/BurntSushi/toml"

	"pxos/architect"
	"pxos/fault"
	"pxos/image/toolchain"
)

// foreignTools finds the toolchain; where it must be there, its lack is an error.
func foreignTools(t *testing.T) *toolchain.Toolchain {
	t.Helper()
	cache, err := toolchain.CacheDir()
	if err != nil {
		t.Fatal(err)
	}
	tools, err := toolchain.Find(cache)
	if err != nil {
		if os.Getenv("PXOS_REQUIRE_TOOLS") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	return tools
}

// foreignTruth reads what is known about a foreign kernel's bug.
func foreignTruth(t *testing.T, dir string) architect.Truth {
	t.Helper()
	var truth architect.Truth
	if _, err := toml.DecodeFile(filepath.Join(dir, "truth.toml"), &truth); err != nil {
		t.Fatal(err)
	}
	return truth
}

// named says whether a diagnosis names a function as the place, on the way to
// it or among the first suspects.
func named(d *fault.Diagnosis, function string) bool {
	if d.Location.Function == function {
		return true
	}
	if slices.ContainsFunc(d.Backtrace, func(f fault.Frame) bool { return f.Function == function }) {
		return true
	}
	return slices.ContainsFunc(d.Suspects[:min(len(d.Suspects), 3)], func(s fault.Suspect) bool { return s.Function == function })
}

// TestForeignKernels builds and boots kernels that know nothing of pxOS. The
// cause must be right, its function named, and a repair found and proven that
// is made in that function.
func TestForeignKernels(t *testing.T) {
	tools := foreignTools(t)
	for _, name := range []string{"mmio-c", "idt-c", "trap-asm"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join("foreign", name)
			truth := foreignTruth(t, dir)
			p, err := architect.LoadProject(filepath.Join(dir, "project.toml"), tools)
			if err != nil {
				t.Fatal(err)
			}
			broken, err := p.Load()
			if err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			r, mended, err := architect.Run(t.Context(), p, broken, architect.Options{
				Seed: 1, Workers: 2, WorkDir: t.TempDir(), Proposers: []architect.Proposer{architect.Search{}},
			})
			if err != nil {
				t.Fatal(err)
			}
			d := r.Diagnosis
			if d == nil || d.Class.Number != truth.Class || !named(d, truth.Function) {
				t.Fatalf("want class %d in %s, got class %d (%.2f) %s at %s; suspects %+v", truth.Class, truth.Function, d.Class.Number, d.Certainty, d.Title, d.Location, d.Suspects[:min(len(d.Suspects), 4)])
			}
			a := r.Accepted()
			if a == nil || r.Outcome != architect.OutcomeRepaired {
				t.Fatalf("%s after %d attempts and %d boots", r.Outcome, len(r.Attempts), r.Boots)
			}
			if a.File != truth.File || a.Function != truth.Function {
				t.Errorf("the repair is in %s of %s, the bug in %s of %s:\n%s", a.Function, a.File, truth.Function, truth.File, r.Diff)
			}
			if changed := broken.Changed(mended); len(changed) != 1 || changed[0] != truth.File {
				t.Errorf("the repair changes %v", changed)
			}
			t.Logf("%s: class %d, %d attempts, %d boots, %v\n%s", name, d.Class.Number, len(r.Attempts), r.Boots, time.Since(start).Round(time.Millisecond), r.Diff)
		})
	}
}
