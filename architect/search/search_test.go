package search

import (
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"

	"pxos/architect/source"
)

func repoRoot(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Dir(filepath.Dir(dir))
}

func kernelTree(t testing.TB) source.Tree {
	t.Helper()
	tree, err := source.Load(repoRoot(t), []string{"kernel", "abi"}, func(p string) bool {
		return !strings.HasSuffix(p, "_test.go") && !strings.HasPrefix(p, "abi/bootreport") &&
			(strings.HasSuffix(p, ".go") || strings.HasSuffix(p, ".s") || strings.HasSuffix(p, ".asm"))
	})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// TestTrueFixIsProposed breaks the kernel in every way that the corpus knows
// and looks for the true repair among the candidates. The vocabulary of the
// right class, without any place, must bring the typical rank far to the front.
func TestTrueFixIsProposed(t *testing.T) {
	blind := ranks(t, false)
	aimed := ranks(t, true)
	if blind.found < 12 || aimed.found < 15 {
		t.Errorf("the exact repair is among the candidates of %d (blind) and %d (aimed) of %d bugs, want at least 12 and 15", blind.found, aimed.found, blind.bugs)
	}
	if aimed.median >= blind.median {
		t.Errorf("the aim does not help: median rank %d with it, %d without", aimed.median, blind.median)
	}
}

// unsearched is what the project of pxOS leaves alone: architect/project.go.
var unsearched = []string{"kernel/selftest/", "kernel/report/", "abi/", "kernel/elf/", "kernel/fs/", "kernel/linux/", "kernel/p9/", "kernel/program.go",
	"kernel/random/", "kernel/region/", "kernel/screen/", "kernel/terminal/", "kernel/virtio/"}

type rankResult struct{ bugs, found, median int }

func classOf(t testing.TB, dir string) int {
	t.Helper()
	var truth struct{ Class int }
	if _, err := toml.DecodeFile(filepath.Join(dir, "truth.toml"), &truth); err != nil {
		t.Fatal(err)
	}
	return truth.Class
}

func ranks(t *testing.T, aimed bool) rankResult {
	t.Helper()
	good := kernelTree(t)
	bugs, err := filepath.Glob(filepath.Join(repoRoot(t), "tests/corpus/*/bug.patch"))
	if err != nil || len(bugs) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	var all []int
	for _, path := range bugs {
		patch, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		bad, err := good.Apply(string(patch), []string{"."})
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		aim := Aim{}
		if aimed {
			aim.Words = Words(classOf(t, filepath.Dir(path)))
		}
		space := Find(bad, aim, Options{Module: "pxos", Seed: 1, Protected: unsearched})
		if space.GoError != nil {
			t.Fatalf("%s: %v", path, space.GoError)
		}
		broken := good.Changed(bad)[0]
		want := normal(good, broken)
		rank := -1
		for i := range space.Candidates {
			c := &space.Candidates[i]
			if c.Path == broken && normal(c.Apply(bad), broken) == want {
				rank = i
				break
			}
		}
		t.Logf("%-28s rank %5d of %d", filepath.Base(filepath.Dir(path)), rank, space.Total)
		if rank >= 0 {
			all = append(all, rank)
		}
	}
	sort.Ints(all)
	if len(all) == 0 {
		t.Fatal("no exact repair was found at all")
	}
	return rankResult{len(bugs), len(all), all[len(all)/2]}
}

// normal is a file's text without white space and comments at line ends.
func normal(t source.Tree, path string) string {
	var b strings.Builder
	text, _ := t.File(path)
	for line := range strings.Lines(text) {
		if i := strings.Index(line, " //"); i >= 0 {
			line = line[:i]
		}
		if i := strings.Index(line, " ;"); i >= 0 {
			line = line[:i]
		}
		b.WriteString(strings.Join(strings.Fields(line), ""))
	}
	return b.String()
}
