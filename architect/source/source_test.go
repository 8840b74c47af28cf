package source

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func tree() Tree {
	return New(map[string]string{
		"kernel/a.go":          "package a\n\nfunc one() int {\n\treturn 1\n}\n",
		"kernel/deep/b.go":     "package b\n\nvar x = 2\n",
		"abi/c.go":             "package abi\n",
		"kernel/no_newline.go": "package a\nvar end = 1",
	})
}

const good = `--- a/kernel/a.go
+++ b/kernel/a.go
@@ -1,5 +1,5 @@
 package a
 
 func one() int {
-	return 1
+	return 2
 }
`

func TestApply(t *testing.T) {
	before := tree()
	after, err := before.Apply(good, []string{"kernel"})
	if err != nil {
		t.Fatal(err)
	}
	if text, _ := after.File("kernel/a.go"); !strings.Contains(text, "return 2") {
		t.Errorf("the patch left %q", text)
	}
	if text, _ := before.File("kernel/a.go"); !strings.Contains(text, "return 1") {
		t.Error("the tree that was patched changed")
	}
	if got := before.Changed(after); len(got) != 1 || got[0] != "kernel/a.go" {
		t.Errorf("changed: %v", got)
	}
}

func TestApplyRefuses(t *testing.T) {
	edit := func(name string) string { return strings.ReplaceAll(good, "kernel/a.go", name) }
	head := "diff --git a/kernel/a.go b/kernel/a.go\n"
	many := ""
	for i := range maxPatchFiles + 1 {
		many += edit(fmt.Sprintf("kernel/a%d.go", i))
	}
	for _, c := range []struct{ name, patch, says string }{
		{"outside the roots", strings.ReplaceAll(strings.ReplaceAll(good, "kernel/a.go", "abi/c.go"), "package a\n", "package abi\n"), "outside the source roots"},
		{"above the root", edit("../kernel/a.go"), ""},
		{"a path that goes round", edit("kernel/../kernel/a.go"), "outside the source roots"},
		{"an absolute path", edit("/etc/passwd"), ""},
		{"a folder with the root's name in front", edit("kernelx/a.go"), "outside the source roots"},
		{"a file that is not there", edit("kernel/z.go"), "no source file"},
		{"a new file", head + "new file mode 100644\n--- /dev/null\n+++ b/kernel/a.go\n@@ -0,0 +1 @@\n+package a\n", "creates, deletes"},
		{"a deletion", "diff --git a/kernel/deep/b.go b/kernel/deep/b.go\ndeleted file mode 100644\n--- a/kernel/deep/b.go\n+++ /dev/null\n@@ -1,3 +0,0 @@\n-package b\n-\n-var x = 2\n", ""},
		{"a rename", "diff --git a/kernel/a.go b/kernel/z.go\nsimilarity index 100%\nrename from kernel/a.go\nrename to kernel/z.go\n", "renames"},
		{"a copy", "diff --git a/kernel/a.go b/kernel/z.go\nsimilarity index 100%\ncopy from kernel/a.go\ncopy to kernel/z.go\n", ""},
		{"a mode", head + "old mode 100644\nnew mode 100755\n", "mode"},
		{"a binary", head + "index 1234567..89abcde 100644\nGIT binary patch\nliteral 3\nKcmZQzWMT#Y01f~L\n\n", ""},
		{"another context", strings.Replace(good, "func one", "func two", 1), "does not fit"},
		{"another place", strings.Replace(good, "@@ -1,5 +1,5 @@", "@@ -2,5 +2,5 @@", 1), "does not fit"},
		{"an emptied file", "--- a/kernel/deep/b.go\n+++ b/kernel/deep/b.go\n@@ -1,3 +0,0 @@\n-package b\n-\n-var x = 2\n", ""},
		{"one file twice", good + good, "twice"},
		{"too many files", many, "at most"},
		{"too many bytes", good + strings.Repeat("# more\n", maxPatchBytes/6), "at most"},
		{"no patch", "I would change the return value.\n", "changes nothing"},
		{"nothing", "", "changes nothing"},
		{"a hunk cut short", good[:len(good)-12], ""},
	} {
		before := tree()
		after, err := before.Apply(c.patch, []string{"kernel"})
		var refused *PatchError
		if !errors.As(err, &refused) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s was to be refused with %q: %v", c.name, c.says, err)
		}
		if after.Hash() != before.Hash() {
			t.Errorf("%s changed the tree", c.name)
		}
	}
}

func TestInside(t *testing.T) {
	for _, c := range []struct {
		name  string
		roots []string
		want  bool
	}{
		{"kernel/a.go", []string{"kernel"}, true}, {"kernel", []string{"kernel/"}, true}, {"a", []string{"."}, true},
		{"kernelx/a.go", []string{"kernel"}, false}, {"../a", []string{"."}, false}, {"/a", []string{"."}, false},
		{"", []string{"."}, false}, {"kernel/./a", []string{"kernel"}, false}, {`kernel\..\a`, []string{"kernel"}, false},
		{"a", nil, false},
	} {
		if got := Inside(c.name, c.roots); got != c.want {
			t.Errorf("Inside(%q, %q) = %v", c.name, c.roots, got)
		}
	}
}

// mutate changes, adds and removes lines at random, always leaving some text.
func mutate(r *rand.Rand, text string) string {
	lines := strings.SplitAfter(text, "\n")
	for range 1 + r.IntN(4) {
		i := r.IntN(len(lines))
		switch r.IntN(3) {
		case 0:
			lines[i] = fmt.Sprintf("changed %d\n", r.IntN(100))
		case 1:
			lines = append(lines[:i:i], append([]string{fmt.Sprintf("new %d\n", r.IntN(100))}, lines[i:]...)...)
		default:
			if len(lines) > 2 {
				lines = append(lines[:i:i], lines[i+1:]...)
			}
		}
	}
	if out := strings.Join(lines, ""); out != "" {
		return out
	}
	return "left\n"
}

// TestDiffThenApply: the diff of two trees turns one into the other.
func TestDiffThenApply(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 11))
	base := tree().With(map[string]string{"kernel/long.go": strings.Repeat("a line\nanother\n", 60)})
	for round := range 500 {
		changes := map[string]string{}
		for _, p := range base.Paths() {
			if r.IntN(2) == 0 {
				text, _ := base.File(p)
				changes[p] = mutate(r, text)
			}
		}
		want := base.With(changes)
		diff := base.Diff(want)
		if want.Hash() == base.Hash() {
			if diff != "" {
				t.Fatalf("round %d: the diff of a tree with itself is %q", round, diff)
			}
			continue
		}
		got, err := base.Apply(diff, []string{"."})
		if err != nil {
			t.Fatalf("round %d: %v\n%s", round, err, diff)
		}
		if got.Hash() != want.Hash() {
			t.Fatalf("round %d: the patched tree is another one:\n%s\nleft: %s", round, diff, got.Diff(want))
		}
	}
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	first := tree()
	if err := first.Write(dir, Tree{}); err != nil {
		t.Fatal(err)
	}
	past := time.Now().Add(-time.Hour)
	for _, p := range first.Paths() {
		if err := os.Chtimes(filepath.Join(dir, p), past, past); err != nil {
			t.Fatal(err)
		}
	}
	second := first.With(map[string]string{"kernel/a.go": "package a\n", "abi/c.go": "", "kernel/new.go": "package a\n"})
	if err := second.Write(dir, first); err != nil {
		t.Fatal(err)
	}
	loaded, err := Load(dir, []string{"."}, func(string) bool { return true })
	if err != nil || loaded.Hash() != second.Hash() {
		t.Fatalf("the folder holds another tree: %v\n%s", err, second.Diff(loaded))
	}
	for p, changed := range map[string]bool{"kernel/a.go": true, "kernel/deep/b.go": false, "kernel/no_newline.go": false} {
		info, err := os.Stat(filepath.Join(dir, p))
		if err != nil || info.ModTime().After(past.Add(time.Minute)) != changed {
			t.Errorf("%s was written: %v, wanted %v (%v)", p, !changed, changed, err)
		}
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	for p, s := range map[string]string{"k/a.go": "a", "k/.hidden/b.go": "b", "k/c.txt": "c", "other/d.go": "d"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, p)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, p), []byte(s), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/etc/hostname", filepath.Join(dir, "k/link.go")); err != nil {
		t.Fatal(err)
	}
	goOnly := func(p string) bool { return strings.HasSuffix(p, ".go") }
	got, err := Load(dir, []string{"k"}, goOnly)
	if err != nil || strings.Join(got.Paths(), " ") != "k/a.go" {
		t.Errorf("%v, %v", got.Paths(), err)
	}
	if _, err := Load(dir, []string{"absent"}, goOnly); err == nil {
		t.Error("a root that is not there was read")
	}
	if _, err := Load(dir, []string{"k"}, func(string) bool { return false }); err == nil {
		t.Error("a source without a file was taken")
	}
	big := filepath.Join(dir, "k", "big.go")
	if err := os.WriteFile(big, make([]byte, maxFileBytes+1), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(dir, []string{"k"}, goOnly); err == nil || !strings.Contains(err.Error(), "big.go") {
		t.Errorf("a file past the bound: %v", err)
	}
}

func FuzzApply(f *testing.F) {
	f.Add(good)
	f.Add("diff --git a/kernel/a.go b/kernel/z.go\nrename from kernel/a.go\nrename to kernel/z.go\n")
	f.Add("--- /dev/null\n+++ b/abi/new.go\n@@ -0,0 +1 @@\n+x\n")
	f.Add("--- a/kernel/no_newline.go\n+++ b/kernel/no_newline.go\n@@ -1,2 +1,2 @@\n package a\n-var end = 1\n\\ No newline at end of file\n+var end = 2\n")
	f.Fuzz(func(t *testing.T, patch string) {
		before := tree()
		after, err := before.Apply(patch, []string{"kernel"})
		if err != nil {
			return
		}
		if strings.Join(before.Paths(), " ") != strings.Join(after.Paths(), " ") {
			t.Errorf("files came or went: %v", after.Paths())
		}
		for _, p := range before.Changed(after) {
			if !Inside(p, []string{"kernel"}) {
				t.Errorf("%s was changed", p)
			}
		}
	})
}
