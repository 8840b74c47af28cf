package architect

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pxos/architect/source"
)

// linesTree is one file with n numbered lines; those in changed are different.
func linesTree(n int, changed ...int) source.Tree {
	var b strings.Builder
	for i := range n {
		text := fmt.Sprintf("line %d\n", i)
		for _, c := range changed {
			if c == i {
				text = fmt.Sprintf("changed %d\n", i)
			}
		}
		b.WriteString(text)
	}
	return source.New(map[string]string{"k/a.c": b.String()})
}

// drain runs a session to its end.
func drain(t *testing.T, s Session) []*Proposal {
	t.Helper()
	var out []*Proposal
	for {
		p, err := s.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if p == nil {
			return out
		}
		out = append(out, p)
		s.Told(&p.Attempt)
	}
}

// TestHistoryMinimal gives delta debugging many changes of which one, two far
// apart or all are to blame, and wants exactly those back, the same way twice.
func TestHistoryMinimal(t *testing.T) {
	var changed []int
	for i := range 16 {
		changed = append(changed, 3+i*6)
	}
	good, broken := linesTree(100), linesTree(100, changed...)
	for _, guilty := range [][]int{{45}, {3}, {93}, {9, 81}, {15, 21, 63}, changed} {
		judge := func(_ context.Context, tree source.Tree) (string, error) {
			text, _ := tree.File("k/a.c")
			for _, g := range guilty {
				if strings.Contains(text, fmt.Sprintf("changed %d\n", g)) {
					return fmt.Sprintf("line %d", g), nil
				}
			}
			return "", nil
		}
		var first string
		for range 2 {
			s, err := History{Good: good, Probe: judge}.Open(t.Context(), &Case{Project: &Project{Roots: []string{"k"}}, Broken: broken})
			if err != nil {
				t.Fatal(err)
			}
			all := drain(t, s)
			last := all[len(all)-1]
			if last.Attempt.Gate != "" {
				t.Fatalf("%v: the last proposal is a probe: %+v", guilty, last.Attempt)
			}
			rest := slices.DeleteFunc(slices.Clone(changed), func(c int) bool { return slices.Contains(guilty, c) })
			if want := linesTree(100, rest...); len(want.Changed(last.Tree)) != 0 {
				t.Errorf("%v: took back %s", guilty, last.Attempt.Note)
			}
			if !strings.HasPrefix(last.Attempt.Note, fmt.Sprintf("take back %d of 16", len(guilty))) {
				t.Errorf("%v: %s", guilty, last.Attempt.Note)
			}
			if why, _ := judge(t.Context(), last.Tree); why != "" {
				t.Errorf("%v: still broken: %s", guilty, why)
			}
			var log strings.Builder
			for _, p := range all {
				log.WriteString(p.Attempt.Note + p.Attempt.Reason + "\n")
			}
			if first != "" && log.String() != first {
				t.Errorf("%v: the second run differs", guilty)
			}
			first = log.String()
			t.Logf("%d guilty of %d: %d probes", len(guilty), len(changed), len(all)-1)
		}
	}
}

// TestHistoryGivesUp wants one probe and no proposal where the revision that is
// called good does not come up, and none where nothing was changed.
func TestHistoryGivesUp(t *testing.T) {
	never := func(context.Context, source.Tree) (string, error) { return "dead", nil }
	c := &Case{Project: &Project{Roots: []string{"k"}}, Broken: linesTree(20, 4, 10)}
	s, err := History{Good: linesTree(20), Probe: never}.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if all := drain(t, s); len(all) != 1 || all[0].Attempt.Gate != GateProbe {
		t.Errorf("%d proposals", len(all))
	}
	s, err = History{Good: c.Broken, Probe: never}.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if all := drain(t, s); len(all) != 0 {
		t.Errorf("%d proposals without a change", len(all))
	}
}

// TestHistoryRepairs mixes a bug of the corpus with two harmless edits of other
// files: only the bug is taken back, and proven by boots.
func TestHistoryRepairs(t *testing.T) {
	p, good, broken := brokenKernel(t, "05-idt-never-loaded")
	harmless := map[string]string{}
	for _, path := range []string{"kernel/paging/map.go", "kernel/selftest/devices.go", "kernel/apic/apic.go"} {
		text, ok := broken.File(path)
		if !ok {
			t.Fatalf("no %s", path)
		}
		harmless[path] = text + "\n// A remark that changes nothing.\n"
	}
	broken = broken.With(harmless)
	dir := t.TempDir()
	r, mended, err := Run(t.Context(), p, broken, Options{
		Seed: 1, WorkDir: dir, Proposers: []Proposer{History{Good: good, WorkDir: dir}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if r.Outcome != OutcomeRepaired {
		t.Fatalf("%s: %+v", r.Outcome, r.Attempts)
	}
	want := good.With(harmless)
	if changed := want.Changed(mended); len(changed) != 0 {
		t.Errorf("also taken back, or not: %v\n%s", changed, r.Diff)
	}
	t.Logf("%d attempts, %d boots of the gates, %d ms", len(r.Attempts), r.Boots, r.ElapsedMS)
}

// TestGitRevision reads a revision out of a repository made for it.
func TestGitRevision(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		if os.Getenv("PXOS_REQUIRE_TOOLS") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	root := t.TempDir()
	git := func(args ...string) {
		cmd := exec.Command("git", append([]string{"-C", root, "-c", "user.name=t", "-c", "user.email=t@example.com"}, args...)...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v %s", args, err, out)
		}
	}
	write := func(name, text string) {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	git("init", "-q")
	write("k/a.c", "good\n")
	write("k/a.md", "text\n")
	write("other/b.c", "b\n")
	git("add", ".")
	git("commit", "-q", "-m", "good")
	git("tag", "v1")
	write("k/a.c", "bad\n")
	git("commit", "-q", "-a", "-m", "bad")
	code := func(p string) bool { return strings.HasSuffix(p, ".c") }
	for _, rev := range []string{"v1", "HEAD~1"} {
		tree, err := GitRevision(t.Context(), root, rev, []string{"k"}, code)
		if err != nil {
			t.Fatal(err)
		}
		if text, _ := tree.File("k/a.c"); text != "good\n" || len(tree.Paths()) != 1 {
			t.Errorf("%s: %v, %q", rev, tree.Paths(), text)
		}
	}
	for rev, want := range map[string]string{"v9": "v9", "--output=x": "no name of a git revision", "": "no name"} {
		if _, err := GitRevision(t.Context(), root, rev, []string{"k"}, code); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q gave %v", rev, err)
		}
	}
}
