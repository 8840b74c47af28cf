package architect

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pxos/architect/source"
	"pxos/fault"
)

const corpusDir = "../tests/corpus"

// TestCorpusFitsTheSource applies every bug to the kernel as it is: a kernel
// that moved on under the corpus is found here, in a second.
func TestCorpusFitsTheSource(t *testing.T) {
	bugs, err := LoadCorpus(corpusDir)
	if err != nil {
		t.Fatal(err)
	}
	if len(bugs) < 16 {
		t.Errorf("the corpus holds %d bugs, 16 are promised", len(bugs))
	}
	p := PxOS("..", nil)
	good, err := p.Load()
	if err != nil {
		t.Fatal(err)
	}
	known := map[int]bool{}
	for _, c := range fault.Classes {
		known[c.Number] = true
	}
	for _, b := range bugs {
		broken, err := good.Apply(b.Patch, p.Roots)
		if err != nil {
			t.Errorf("%s: %v", b.Name, err)
			continue
		}
		if changed := good.Changed(broken); len(changed) != 1 || changed[0] != b.Truth.File {
			t.Errorf("%s changes %v, its truth names %s", b.Name, changed, b.Truth.File)
		}
		text, _ := broken.File(b.Truth.File)
		if n := strings.Count(text, "\n"); b.Truth.Line < 1 || b.Truth.Line > n {
			t.Errorf("%s: line %d of %d", b.Name, b.Truth.Line, n)
		}
		if !known[b.Truth.Class] || b.Truth.Function == "" || b.Truth.Cause == "" || b.Truth.Fix == "" {
			t.Errorf("%s: the truth is incomplete: %+v", b.Name, b.Truth)
		}
	}
}

func TestLoadBugRefusals(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"no patch":      {"truth.toml": "class = 1\n"},
		"no truth":      {"bug.patch": "x"},
		"broken truth":  {"bug.patch": "x", "truth.toml": "class = \n"},
		"unknown key":   {"bug.patch": "x", "truth.toml": "klass = 1\n"},
		"class no word": {"bug.patch": "x", "truth.toml": "class = \"one\"\n"},
	} {
		dir := t.TempDir()
		for f, s := range files {
			if err := os.WriteFile(filepath.Join(dir, f), []byte(s), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := LoadBug(dir); err == nil {
			t.Errorf("%s: the bug was taken", name)
		}
	}
	if _, err := LoadCorpus(t.TempDir()); err == nil {
		t.Error("an empty folder is a corpus")
	}
}

func TestScoring(t *testing.T) {
	a := source.New(map[string]string{"k.go": "func f() {\n\tx = 1 // one\n}\n"})
	for text, want := range map[string]bool{
		"func f() {\n\tx = 1\n}\n": true, "func f() {\n    x   =  1\n\n}\n": true, "func f() {\n\tx = 2 // one\n}\n": false,
	} {
		if got := sameCode(a, source.New(map[string]string{"k.go": text})); got != want {
			t.Errorf("%q is the same code: %v", text, got)
		}
	}
	truth := Truth{File: "k.go", Function: "f", Also: []string{"g"}}
	for _, c := range []struct {
		a    Attempt
		want bool
	}{
		{Attempt{File: "k.go", Function: "f"}, true}, {Attempt{File: "k.go", Function: "g"}, true},
		{Attempt{File: "k.go", Function: "h"}, false}, {Attempt{File: "other.go", Function: "f"}, false},
	} {
		if got := placed(truth, &c.a); got != c.want {
			t.Errorf("%+v is placed: %v", c.a, got)
		}
	}
}
