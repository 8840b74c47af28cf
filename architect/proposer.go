package architect

import (
	"context"
	"strings"

	"pxos/architect/search"
	"pxos/architect/source"
	"pxos/fault"
	"pxos/memory"
)

// Case is what a proposer knows of a cycle.
type Case struct {
	Project   *Project
	Broken    source.Tree
	Diagnosis *fault.Diagnosis
	Lessons   []memory.Lesson
	Seed      uint64
}

// Proposal is a candidate repair: a tree and where it came from.
type Proposal struct {
	Attempt Attempt
	Tree    source.Tree
}

// Proposer is a source of candidate repairs.
type Proposer interface {
	// Name is what the record calls it.
	Name() string
	// Open looks at the case. Next then gives the proposals, best first.
	Open(ctx context.Context, c *Case) (Session, error)
}

// Session gives the proposals for one case. Next returns nil when there are no
// more. Told says what became of the latest one, before Next is called again,
// when Serial is true; other sessions may be asked ahead.
type Session interface {
	Next(ctx context.Context) (*Proposal, error)
	Told(a *Attempt)
	Serial() bool
}

// Search proposes by operators on the source, aimed by the diagnosis.
type Search struct {
	// Limit is the largest number of candidates.
	Limit int
	// Space receives how many candidates there were.
	Space *int
}

// Name is the proposer's name in records.
func (s Search) Name() string { return "search" }

type searchSession struct {
	c     *Case
	space *search.Space
	next  int
}

// Open lists and orders the candidates.
func (s Search) Open(_ context.Context, c *Case) (Session, error) {
	space := search.Find(c.Broken, aimOf(c.Diagnosis, c.Project.Module), search.Options{
		Module: c.Project.Module, Protected: c.Project.protectedFromSearch(c.Broken), Seed: c.Seed, Limit: s.Limit,
	})
	if s.Space != nil {
		*s.Space = space.Total
	}
	return &searchSession{c: c, space: space}, nil
}

func (s *searchSession) Next(context.Context) (*Proposal, error) {
	if s.next >= len(s.space.Candidates) {
		return nil, nil
	}
	c := &s.space.Candidates[s.next]
	s.next++
	return &Proposal{
		Attempt: Attempt{Proposer: "search", Operator: c.Operator, Note: c.Note, File: c.Path, Function: c.Function, Line: c.Line, Score: c.Score},
		Tree:    c.Apply(s.c.Broken),
	}, nil
}

func (s *searchSession) Told(*Attempt) {}
func (s *searchSession) Serial() bool  { return false }

// protectedFromSearch lists what search must leave alone: protected folders, what no boot
// runs, and all files outside the roots.
func (p *Project) protectedFromSearch(t source.Tree) []string {
	out := append(append([]string{}, p.Protected...), p.Unsearched...)
	for _, path := range t.Paths() {
		if !source.Inside(path, p.Roots) {
			out = append(out, path)
		}
	}
	return out
}

// Weights of the places that a diagnosis names.
const (
	weightLocation = 0.8
	weightFrame    = 0.5
	weightSuspect  = 0.45 // times the suspect's own score, up to 2
)

// aimOf turns a diagnosis into an aim for the search.
func aimOf(d *fault.Diagnosis, module string) search.Aim {
	aim := search.Aim{Class: d.Class.Number, Words: search.Words(d.Class.Number)}
	if d.Location.Function != "" {
		aim.Places = append(aim.Places, search.Place{Function: d.Location.Function, File: inTree(d.Location.File, module), Line: d.Location.Line, Weight: weightLocation})
	}
	for i, f := range d.Backtrace {
		if i < 6 && f.Function != "" {
			aim.Places = append(aim.Places, search.Place{Function: f.Function, File: inTree(f.File, module), Line: f.Line, Weight: weightFrame / float64(i+1) * 2})
		}
	}
	for i, s := range d.Suspects {
		if i < 12 {
			aim.Places = append(aim.Places, search.Place{Function: s.Function, Weight: weightSuspect * min(s.Score, 2)})
		}
	}
	return aim
}

// inTree turns a file name of the line table into a path of the source tree:
// with -trimpath the Go toolchain puts the module's path before it.
func inTree(file, module string) string {
	if module == "" {
		return file
	}
	return strings.TrimPrefix(file, module+"/")
}
