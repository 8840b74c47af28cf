package architect

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pxos/architect/source"
	"pxos/memory"
)

// TestCycleLearns takes bugs of the corpus through the loop twice: the first
// time they are repaired and proven, the second time the lesson mends them
// before the bug is ever booted.
func TestCycleLearns(t *testing.T) {
	for _, bug := range []string{"10-sse-off", "03-bar0-write-back"} {
		t.Run(bug, func(t *testing.T) {
			p, good, broken := brokenKernel(t, bug)
			tests, _, err := Known(t.Context(), p, good, t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			store, err := memory.Open(filepath.Join(t.TempDir(), "memory.db"))
			if err != nil {
				t.Fatal(err)
			}
			defer store.Close()
			work := t.TempDir()
			o := Options{Seed: 1, Memory: store, WorkDir: work, Tests: tests, Proposers: []Proposer{Lessons{}, Search{Limit: 5000}}}
			first, mended, err := Run(t.Context(), p, broken, o)
			if err != nil {
				t.Fatal(err)
			}
			if first.Outcome != OutcomeRepaired || !sameLineSet(good, mended) {
				t.Fatalf("%s, and the repair is\n%s", first.Outcome, first.Diff)
			}
			wholeRecord(t, first, broken, mended)
			keptRecord(t, store, first)
			second, again, err := Run(t.Context(), p, broken, o)
			if err != nil {
				t.Fatal(err)
			}
			preventedWithoutTheBug(t, second, first.LessonID, p)
			if again.Hash() != mended.Hash() {
				t.Errorf("the lesson made another repair:\n%s", mended.Diff(again))
			}
			if left, _ := os.ReadDir(work); len(left) != 0 {
				t.Errorf("benches were left: %v", left)
			}
		})
	}
}

// sameLineSet says whether two trees hold the same lines: where in a run of
// independent instructions the missing one goes is not decided by a boot.
func sameLineSet(a, b source.Tree) bool {
	sorted := func(t source.Tree, path string) string {
		text, _ := t.File(path)
		var lines []string
		for line := range strings.Lines(text) {
			lines = append(lines, fold(line))
		}
		slices.Sort(lines)
		return strings.Join(lines, "\n")
	}
	for _, path := range a.Changed(b) {
		if sorted(a, path) != sorted(b, path) {
			return false
		}
	}
	return true
}

// wholeRecord holds a record against what was done.
func wholeRecord(t *testing.T, r *Record, broken, mended source.Tree) {
	t.Helper()
	if r.Schema != Schema || r.Source != broken.Hash() || r.Seed != 1 || r.ID == 0 || r.LessonID == 0 || r.Signature == "" || r.Diagnosis == nil {
		t.Errorf("the record is incomplete: %+v", r)
	}
	if r.Diagnosis != nil && r.Diagnosis.Healthy {
		t.Error("the diagnosis of a broken kernel is: healthy")
	}
	if got, err := broken.Apply(r.Diff, []string{"kernel"}); err != nil || got.Hash() != mended.Hash() {
		t.Errorf("the recorded repair does not mend the source: %v", err)
	}
	a := r.Accepted()
	if a == nil || a.Boots != 5 || a.Gate != "" || r.Boots < 6 {
		t.Fatalf("accepted: %+v after %d boots; two machines of proof and three of the matrix are wanted", a, r.Boots)
	}
	accepted := 0
	for _, x := range r.Attempts {
		if x.Accepted {
			accepted++
		} else if x.Gate != "" && x.Reason == "" {
			t.Errorf("refused without a reason: %+v", x)
		}
		if x.Proposer == "" || x.Diff == "" && x.Gate != GateParse {
			t.Errorf("an attempt is recorded in part: %+v", x)
		}
	}
	if accepted != 1 {
		t.Errorf("%d attempts are accepted", accepted)
	}
	var phases []string
	for _, s := range r.Steps {
		phases = append(phases, s.Phase)
	}
	if got := strings.Join(phases, " "); !strings.HasPrefix(got, "build boot analyze") || !strings.HasSuffix(got, "fix") {
		t.Errorf("phases: %s", got)
	}
}

// keptRecord reads the record back from memory.
func keptRecord(t *testing.T, store *memory.Store, r *Record) {
	t.Helper()
	kept, err := store.Cycle(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	var back Record
	if err := json.Unmarshal(kept.Record, &back); err != nil {
		t.Fatal(err)
	}
	if back.Outcome != r.Outcome || back.Diff != r.Diff || len(back.Attempts) != len(r.Attempts) || back.Signature != r.Signature || back.Source != r.Source {
		t.Errorf("the kept record differs:\n%+v\n%+v", back, r)
	}
}

// preventedWithoutTheBug: the only boots are those that prove the repair.
func preventedWithoutTheBug(t *testing.T, r *Record, lesson int64, p *Project) {
	t.Helper()
	if r.Outcome != OutcomePrevented || r.LessonID != lesson {
		t.Fatalf("%s by lesson %d; lesson %d was learned", r.Outcome, r.LessonID, lesson)
	}
	if r.Diagnosis != nil || len(r.Attempts) != 1 || r.Boots != 2+len(p.Matrix) {
		t.Errorf("%d attempts, %d boots, diagnosis %v", len(r.Attempts), r.Boots, r.Diagnosis)
	}
}

// TestCycleOfAHealthyKernel changes nothing and keeps no lesson.
func TestCycleOfAHealthyKernel(t *testing.T) {
	p := PxOS("..", toolsFor(t))
	good, err := p.Load()
	if err != nil {
		t.Fatal(err)
	}
	r, mended, err := Run(t.Context(), p, good, Options{WorkDir: t.TempDir(), Proposers: []Proposer{Search{Limit: 10}}})
	if err != nil || r.Outcome != OutcomeHealthy || mended.Hash() != good.Hash() || len(r.Attempts) != 0 || r.Boots != 1 {
		t.Errorf("%v, %+v", err, r)
	}
}

// TestCycleOfASourceThatDoesNotBuild says so and boots nothing.
func TestCycleOfASourceThatDoesNotBuild(t *testing.T) {
	p := PxOS("..", toolsFor(t))
	good, err := p.Load()
	if err != nil {
		t.Fatal(err)
	}
	text, _ := good.File("kernel/start.go")
	broken := good.With(map[string]string{"kernel/start.go": text + "\nfunc {\n"})
	r, _, err := Run(t.Context(), p, broken, Options{WorkDir: t.TempDir()})
	if err != nil || r.Outcome != OutcomeUnrepaired || r.Boots != 0 || len(r.Steps) == 0 || !strings.Contains(r.Steps[0].Text, "does not build") {
		t.Errorf("%v, %+v", err, r)
	}
}
