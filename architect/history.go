package architect

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	udiff "github.com/aymanbagabas/go-udiff"

	"pxos/architect/source"
	"pxos/image"
)

// GateProbe marks a combination of changes that delta debugging tried only to
// learn from it.
const GateProbe = "probe"

// History proposes to take back what was changed since a revision that came up,
// and only as much of it as needed: delta debugging over the hunks between both
// (ddmin; Zeller and Hildebrandt 2002). It proposes one candidate.
type History struct {
	// Good is the last revision that came up.
	Good source.Tree
	// WorkDir is where probes are built; default the system's temporary folder.
	WorkDir string
	// Probe says why a tree does not come up, "" if it does. The default builds
	// it and boots it once on the project's first machine.
	Probe func(ctx context.Context, t source.Tree) (why string, err error)
	// MaxProbes bounds the search, default 200.
	MaxProbes int
}

const defaultMaxProbes = 200

// Name is the proposer's name in records.
func (History) Name() string { return "history" }

// Open lists the hunks in which the broken source differs from the good one,
// inside the roots and outside what is protected.
func (h History) Open(_ context.Context, c *Case) (Session, error) {
	s := &historySession{h: h, c: c, parts: 2}
	for _, path := range h.Good.Changed(c.Broken) {
		if !source.Inside(path, c.Project.Roots) || protects(c.Project, path) {
			continue
		}
		s.all = append(s.all, hunksOf(path, c.Broken, h.Good)...)
	}
	s.kept = s.all
	if s.h.MaxProbes < 1 {
		s.h.MaxProbes = defaultMaxProbes
	}
	if s.h.Probe == nil {
		s.h.Probe = func(ctx context.Context, t source.Tree) (string, error) { return probe(ctx, c.Project, t, h.WorkDir) }
	}
	return s, nil
}

func protects(p *Project, path string) bool {
	for _, prefix := range p.Protected {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

// hunk is one change taken back: an edit of a file of the broken source, or the
// whole file where it was added or removed.
type hunk struct {
	path  string
	line  int // in the broken source
	edit  udiff.Edit
	whole bool
	text  string // with whole: the good text, "" if there was no file
}

func hunksOf(path string, broken, good source.Tree) []hunk {
	before, here := broken.File(path)
	after, there := good.File(path)
	if !here || !there {
		return []hunk{{path: path, line: 1, whole: true, text: after}}
	}
	var out []hunk
	for _, e := range udiff.Lines(before, after) {
		line := 1 + strings.Count(before[:e.Start], "\n")
		if n := len(out); n > 0 && out[n-1].edit.End == e.Start {
			out[n-1].edit.End, out[n-1].edit.New = e.End, out[n-1].edit.New+e.New
			continue
		}
		out = append(out, hunk{path: path, line: line, edit: e})
	}
	return out
}

// takeBack gives the broken tree with some hunks taken back.
func takeBack(broken source.Tree, hunks []hunk) (source.Tree, error) {
	edits := map[string][]udiff.Edit{}
	changes := map[string]string{}
	for _, h := range hunks {
		if h.whole {
			changes[h.path] = h.text
			continue
		}
		edits[h.path] = append(edits[h.path], h.edit)
	}
	for path, list := range edits {
		text, _ := broken.File(path)
		out, err := udiff.Apply(text, list)
		if err != nil {
			return broken, fmt.Errorf("history: %s: %w", path, err)
		}
		changes[path] = out
	}
	return broken.With(changes), nil
}

// historySession runs ddmin, one probe for each call of Next, so that the
// record shows every one.
type historySession struct {
	h      History
	c      *Case
	all    []hunk
	kept   []hunk // the smallest set so far that brings the kernel up
	parts  int
	at     int  // next of the subsets, then of the complements
	begun  bool // all hunks together were tried
	over   bool
	probes int
	known  map[string]string // by set of hunks, why it does not come up
}

// Serial says that each proposal hangs on the ones before it.
func (s *historySession) Serial() bool { return true }

// Told needs nothing: probes are judged by the session itself, so that a set
// which comes up can still be made smaller.
func (s *historySession) Told(*Attempt) {}

// Next gives the next probe, already judged, and at last the smallest set.
func (s *historySession) Next(ctx context.Context) (*Proposal, error) {
	if s.over || len(s.all) == 0 {
		return nil, nil
	}
	if !s.begun {
		s.begun = true
		p, why, err := s.try(ctx, s.all)
		if err != nil {
			return nil, err
		}
		if why != "" {
			s.over = true // the last good revision is not good
		}
		return p, nil
	}
	for len(s.kept) > 1 && s.probes < s.h.MaxProbes {
		set, ok := s.candidate()
		if !ok {
			break
		}
		if _, have := s.known[key(set)]; have {
			s.at++
			continue
		}
		p, why, err := s.try(ctx, set)
		if err != nil {
			return nil, err
		}
		s.learn(set, why == "")
		return p, nil
	}
	s.over = true
	return s.result()
}

// candidate is the set to try next: each part of what is kept, then what is
// kept less each part. It refines the parts when all were tried.
func (s *historySession) candidate() ([]hunk, bool) {
	for {
		n := min(s.parts, len(s.kept))
		if s.at < n {
			return part(s.kept, n, s.at), true
		}
		if i := s.at - n; n > 2 && i < n {
			return without(s.kept, n, i), true
		}
		if n >= len(s.kept) {
			return nil, false
		}
		s.parts, s.at = min(2*n, len(s.kept)), 0
	}
}

// learn takes a set that comes up as the new one to make smaller.
func (s *historySession) learn(set []hunk, up bool) {
	if !up {
		s.at++
		return
	}
	n := min(s.parts, len(s.kept))
	if s.at < n {
		s.parts = 2
	} else {
		s.parts = max(n-1, 2)
	}
	s.kept, s.at = set, 0
}

func bounds(total, n, i int) (int, int) { return total * i / n, total * (i + 1) / n }

func part(all []hunk, n, i int) []hunk {
	from, to := bounds(len(all), n, i)
	return all[from:to:to]
}

func without(all []hunk, n, i int) []hunk {
	from, to := bounds(len(all), n, i)
	return append(append([]hunk{}, all[:from]...), all[to:]...)
}

// key names a set of hunks.
func key(set []hunk) string { return describe(set) }

func describe(set []hunk) string {
	var out []string
	for _, h := range set {
		out = append(out, fmt.Sprintf("%s:%d", h.path, h.line))
	}
	sort.Strings(out)
	return strings.Join(out, ", ")
}

// try probes a set of hunks and tells it as a refused proposal.
func (s *historySession) try(ctx context.Context, set []hunk) (*Proposal, string, error) {
	tree, err := takeBack(s.c.Broken, set)
	if err != nil {
		return nil, "", err
	}
	why, err := s.h.Probe(ctx, tree)
	if err != nil {
		return nil, "", err
	}
	s.probes++
	if s.known == nil {
		s.known = map[string]string{}
	}
	s.known[key(set)] = why
	reason := "comes up; looking for a smaller set"
	if why != "" {
		reason = "does not come up: " + why
	}
	return &Proposal{Tree: tree, Attempt: Attempt{
		Proposer: "history", Operator: "revert-hunks", Gate: GateProbe, Reason: clip(reason, 400), Boots: 1,
		Note: clip(fmt.Sprintf("take back %d of %d changes: %s", len(set), len(s.all), describe(set)), 400),
		File: set[0].path, Line: set[0].line,
	}}, why, nil
}

// result proposes the smallest set found.
func (s *historySession) result() (*Proposal, error) {
	tree, err := takeBack(s.c.Broken, s.kept)
	if err != nil {
		return nil, err
	}
	first := s.kept[0]
	text, _ := s.c.Broken.File(first.path)
	return &Proposal{Tree: tree, Attempt: Attempt{
		Proposer: "history", Operator: "revert-hunks", File: first.path, Line: first.line,
		Function: functionAt(first.path, text, first.line, s.c.Project.Module),
		Note:     clip(fmt.Sprintf("take back %d of %d changes since the last good revision: %s", len(s.kept), len(s.all), describe(s.kept)), 400),
	}}, nil
}

// probe builds a tree and boots it once. What does not build does not come up.
func probe(ctx context.Context, p *Project, t source.Tree, base string) (string, error) {
	if base != "" {
		if err := os.MkdirAll(base, 0o755); err != nil {
			return "", fmt.Errorf("make the work folder: %w", err)
		}
	}
	dir, err := os.MkdirTemp(base, "probe-*")
	if err != nil {
		return "", fmt.Errorf("make the work folder: %w", err)
	}
	defer os.RemoveAll(dir)
	src := filepath.Join(dir, "src")
	if err := t.Write(src, source.Tree{}); err != nil {
		return "", fmt.Errorf("write a probe: %w", err)
	}
	a, err := p.Build(ctx, src, filepath.Join(dir, "out"))
	var refused *image.BuildError
	if errors.As(err, &refused) {
		return "it does not build: " + oneLine(refused.Output), nil
	}
	if err != nil {
		return "", err
	}
	r, err := p.boot(ctx, src, a, p.First)
	if err != nil {
		return "", err
	}
	return p.Trouble(r), nil
}
