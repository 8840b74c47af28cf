package architect

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"pxos/architect/search"
	"pxos/architect/source"
	"pxos/architect/trial"
	"pxos/image"
)

// bench is a place to work: a copy of the source and a folder for results. One
// goroutine at a time uses it.
type bench struct {
	dir  string
	held source.Tree // what dir holds
}

// workshop holds candidates against the gates, on several benches at once.
type workshop struct {
	project *Project
	broken  source.Tree
	checker *search.Checker
	tests   map[string]int // checks that a healthy boot is known to report
	benches chan *bench
	root    string

	mu    sync.Mutex
	seen  map[[32]byte]string // hash of a kernel file to the note of its candidate
	boots int
}

// newWorkshop makes the benches in a folder of its own below base.
func newWorkshop(p *Project, broken source.Tree, tests map[string]int, base string, workers int) (*workshop, error) {
	if err := os.MkdirAll(base, 0o755); err != nil {
		return nil, fmt.Errorf("make the work folder: %w", err)
	}
	root, err := os.MkdirTemp(base, "cycle-*")
	if err != nil {
		return nil, fmt.Errorf("make the work folder: %w", err)
	}
	w := &workshop{project: p, broken: broken, tests: tests, root: root, seen: map[[32]byte]string{}, benches: make(chan *bench, workers)}
	for i := range workers {
		w.benches <- &bench{dir: filepath.Join(root, fmt.Sprintf("w%d", i))}
	}
	if p.Module != "" {
		// Sources that do not type-check are for the compiler to refuse.
		w.checker, _ = search.NewChecker(broken, p.Module)
	}
	return w, nil
}

func (w *workshop) close() error { return os.RemoveAll(w.root) }

// built is a built candidate on its bench.
type built struct {
	bench    *bench
	artifact Artifact
}

// build writes a tree to a bench and builds it.
func (w *workshop) build(ctx context.Context, b *bench, t source.Tree) (*built, error) {
	if err := t.Write(filepath.Join(b.dir, "src"), b.held); err != nil {
		return nil, fmt.Errorf("write a candidate: %w", err)
	}
	b.held = t
	a, err := w.project.Build(ctx, filepath.Join(b.dir, "src"), filepath.Join(b.dir, "out"))
	if err != nil {
		return nil, err
	}
	return &built{b, a}, nil
}

// boot boots what was built.
func (w *workshop) boot(ctx context.Context, x *built, v Variant) (*trial.Result, error) {
	if v.GRUB && x.artifact.ISO == "" {
		if err := w.project.MakeISO(ctx, &x.artifact, filepath.Join(x.bench.dir, "out")); err != nil {
			return nil, err
		}
	}
	w.mu.Lock()
	w.boots++
	w.mu.Unlock()
	return w.project.boot(ctx, filepath.Join(x.bench.dir, "src"), x.artifact, v)
}

// judge holds a tree against all gates, cheapest first, and fills in the
// attempt. The error is the laboratory's.
func (w *workshop) judge(ctx context.Context, t source.Tree, a *Attempt) error {
	refuse := func(gate, format string, args ...any) error {
		a.Gate, a.Reason = gate, fmt.Sprintf(format, args...)
		return nil
	}
	a.Diff = w.broken.Diff(t)
	if w.checker != nil {
		for _, path := range w.broken.Changed(t) {
			if err := w.checker.Check(t, path); err != nil {
				return refuse(GateParse, "%v", err)
			}
		}
	}
	if why := w.project.integrity(w.broken, t); why != "" {
		return refuse(GateIntegrity, "%s", why)
	}
	b := <-w.benches
	defer func() { w.benches <- b }()
	x, err := w.build(ctx, b, t)
	if err != nil {
		var refused *image.BuildError
		if errors.As(err, &refused) {
			return refuse(GateBuild, "%v", err)
		}
		return err
	}
	if twin := w.twin(x.artifact, a.Note); twin != "" {
		return refuse(GateSame, "the machine code is that of: %s", twin)
	}
	return w.prove(ctx, x, a)
}

// prove boots a candidate on every machine that it must survive.
func (w *workshop) prove(ctx context.Context, x *built, a *Attempt) error {
	variants := append([]Variant{w.project.First, w.project.Proof}, w.project.Matrix...)
	for i, v := range variants {
		a.Boots++
		r, err := w.boot(ctx, x, v)
		if err != nil {
			return err
		}
		gate := GateMatrix
		switch {
		case i == 0 && len(r.Audit) > 0 && r.Report.Passed():
			gate = GateAudit
		case i == 0 && len(r.Report.Tests) > 0 && r.Report.Complete && !r.Report.Passed():
			gate = GateSelfTests
		case i == 0:
			gate = GateBoot
		case i == 1:
			gate = GateProof
		}
		if why := w.project.Trouble(r); why != "" {
			a.Gate, a.Reason = gate, v.Name+": "+why
			return nil
		}
		if why := fewerTests(w.tests, checksOf(r.Report)); i == 0 && why != "" {
			a.Gate, a.Reason = GateSelfTests, why
			return nil
		}
	}
	a.Accepted = true
	return nil
}

// twin finds an earlier candidate with the same machine code.
func (w *workshop) twin(a Artifact, note string) string {
	path := a.Kernel
	if path == "" {
		path = a.ISO
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	w.mu.Lock()
	defer w.mu.Unlock()
	if earlier, ok := w.seen[sum]; ok {
		return earlier
	}
	w.seen[sum] = note
	return ""
}
