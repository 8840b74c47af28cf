package architect

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/BurntSushi/toml"

	"pxos/architect/source"
)

// Truth is what is known about a seeded bug.
type Truth struct {
	Class    int
	Function string
	File     string
	Line     int
	Cause    string
	Fix      string
	// Also are other functions in which a repair is as good.
	Also []string
}

// Bug is one entry of a corpus: a patch that breaks the kernel, and the truth.
type Bug struct {
	Name  string
	Patch string
	Truth Truth
}

// LoadCorpus reads all bugs of a folder, in order of name.
func LoadCorpus(dir string) ([]Bug, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*", "bug.patch"))
	if err != nil || len(paths) == 0 {
		return nil, fmt.Errorf("%s holds no NAME/bug.patch", dir)
	}
	sort.Strings(paths)
	var out []Bug
	for _, p := range paths {
		b, err := LoadBug(filepath.Dir(p))
		if err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

// LoadBug reads one bug's folder.
func LoadBug(dir string) (Bug, error) {
	b := Bug{Name: filepath.Base(dir)}
	patch, err := os.ReadFile(filepath.Join(dir, "bug.patch"))
	if err != nil {
		return b, err
	}
	b.Patch = string(patch)
	meta, err := toml.DecodeFile(filepath.Join(dir, "truth.toml"), &b.Truth)
	if err != nil {
		return b, err
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return b, fmt.Errorf("%s/truth.toml: unknown key %s", dir, unknown[0])
	}
	return b, nil
}

// Score is how a cycle did against the truth.
type Score struct {
	Bug        string `json:"bug"`
	Class      int    `json:"class"` // the truth
	Said       int    `json:"said"`  // the diagnosis
	CauseRight bool   `json:"cause_right"`
	Outcome    string `json:"outcome"`
	Repaired   bool   `json:"repaired"`
	// Exact says that the repair gives back the original text, up to white
	// space and comments; Placed that it lies in the function of the true fix.
	Exact     bool   `json:"exact"`
	Placed    bool   `json:"placed"`
	Wrong     bool   `json:"wrong"` // accepted, and neither exact nor placed
	Proposer  string `json:"proposer,omitempty"`
	Note      string `json:"note,omitempty"`
	Attempts  int    `json:"attempts"`
	Boots     int    `json:"boots"`      // until the repair was found
	ProofBoot int    `json:"proof_boot"` // boots of proof and matrix, refused candidates' too
	ElapsedMS int64  `json:"elapsed_ms"`
	CycleID   int64  `json:"cycle_id"`
}

// RunBug breaks a good source with a bug, runs a cycle and scores it.
func RunBug(ctx context.Context, p *Project, good source.Tree, b Bug, o Options) (Score, *Record, error) {
	s := Score{Bug: b.Name, Class: b.Truth.Class}
	broken, err := good.Apply(b.Patch, []string{"."})
	if err != nil {
		return s, nil, fmt.Errorf("corpus: %s does not fit the source any more: %w", b.Name, err)
	}
	o.Label = b.Name
	r, mended, err := Run(ctx, p, broken, o)
	if err != nil {
		return s, r, err
	}
	s.Outcome, s.ElapsedMS, s.CycleID = r.Outcome, r.ElapsedMS, r.ID
	if r.Diagnosis != nil {
		s.Said = r.Diagnosis.Class.Number
		s.CauseRight = s.Said == b.Truth.Class
	}
	s.Attempts = len(r.Attempts)
	a := r.Accepted()
	s.Boots = searchBoots(r)
	s.ProofBoot = r.Boots - s.Boots
	if a != nil {
		s.Repaired, s.Proposer, s.Note = true, a.Proposer, a.Note
		s.Exact = sameCode(good, mended)
		s.Placed = placed(b.Truth, a)
		s.Wrong = !s.Exact && !s.Placed
	}
	return s, r, nil
}

// searchBoots counts the boots until the repair was found: that of the bug
// itself and the first one of each candidate. The others are proof.
func searchBoots(r *Record) int {
	n := 0
	if r.Diagnosis != nil {
		n++
	}
	for _, a := range r.Attempts {
		if a.Boots > 0 {
			n++
		}
	}
	return n
}

// placed says whether a repair lies where the true fix does.
func placed(t Truth, a *Attempt) bool {
	if a.File != t.File && !strings.HasPrefix(a.Function, "main.") {
		return false
	}
	for _, f := range append([]string{t.Function}, t.Also...) {
		if a.Function == f {
			return true
		}
	}
	return false
}

// sameCode compares two trees up to white space and comments.
func sameCode(a, b source.Tree) bool {
	for _, path := range a.Changed(b) {
		x, _ := a.File(path)
		y, _ := b.File(path)
		if squeeze(x) != squeeze(y) {
			return false
		}
	}
	return true
}

func squeeze(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(strings.ReplaceAll(fold(line), " ", ""))
	}
	return b.String()
}
