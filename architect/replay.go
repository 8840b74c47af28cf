package architect

import (
	"context"
	"encoding/json"
	"fmt"

	"pxos/architect/source"
	"pxos/memory"
)

// Recorded proposes again what a recorded cycle proposed, in its order, whoever
// proposed it then: a model's answers are replayed without the model.
type Recorded struct{ Attempts []Attempt }

// Name is the proposer's name in records.
func (Recorded) Name() string { return "recorded" }

type recordedSession struct {
	c    *Case
	list []Attempt
}

// Open begins with the first attempt.
func (r Recorded) Open(_ context.Context, c *Case) (Session, error) {
	return &recordedSession{c, r.Attempts}, nil
}

// Next gives the next attempt as a proposal. One that never was a patch is
// refused again for the recorded reason.
func (s *recordedSession) Next(context.Context) (*Proposal, error) {
	if len(s.list) == 0 {
		return nil, nil
	}
	a := s.list[0]
	s.list = s.list[1:]
	fresh := Attempt{Proposer: a.Proposer, Operator: a.Operator, Note: a.Note, File: a.File, Function: a.Function, Line: a.Line, Score: a.Score}
	if a.Diff == "" {
		fresh.Gate, fresh.Reason = a.Gate, a.Reason
		return &Proposal{Attempt: fresh, Tree: s.c.Broken}, nil
	}
	t, err := s.c.Broken.Apply(a.Diff, []string{"."})
	if err != nil {
		return nil, fmt.Errorf("replay: the recorded patch does not fit the recorded source: %w", err)
	}
	return &Proposal{Attempt: fresh, Tree: t}, nil
}

func (s *recordedSession) Told(*Attempt) {}
func (s *recordedSession) Serial() bool  { return true }

// Replay runs a recorded cycle again from its kept source and tells in which
// attempts the gates now answer otherwise; none is what should be.
func Replay(ctx context.Context, p *Project, kept memory.Cycle, o Options) (*Record, []string, error) {
	var old Record
	if err := json.Unmarshal(kept.Record, &old); err != nil {
		return nil, nil, fmt.Errorf("cycle %d: %w", kept.ID, err)
	}
	broken, err := source.Unpack(kept.Files)
	if err != nil {
		return nil, nil, fmt.Errorf("cycle %d: %w", kept.ID, err)
	}
	o.Memory, o.Seed, o.Label = nil, old.Seed, old.Label
	o.Proposers = []Proposer{Recorded{old.Attempts}}
	now, _, err := Run(ctx, p, broken, o)
	if err != nil {
		return now, nil, err
	}
	return now, differences(&old, now), nil
}

// differences compares two records of one cycle.
func differences(old, now *Record) []string {
	var out []string
	if old.Signature != now.Signature && old.Outcome != OutcomePrevented {
		out = append(out, fmt.Sprintf("the diagnosis was %q and is %q", old.Signature, now.Signature))
	}
	for i := range old.Attempts {
		if i >= len(now.Attempts) {
			if now.Accepted() != nil {
				break // what was judged beside the accepted one
			}
			out = append(out, fmt.Sprintf("%d attempts were recorded, %d were judged", len(old.Attempts), len(now.Attempts)))
			break
		}
		was, is := &old.Attempts[i], &now.Attempts[i]
		if was.Gate != is.Gate || was.Accepted != is.Accepted {
			out = append(out, fmt.Sprintf("candidate %d (%s): was %s, is %s", i+1, was.Note, verdict(was), verdict(is)))
		}
	}
	return out
}

func verdict(a *Attempt) string {
	if a.Accepted {
		return "accepted"
	}
	if a.Gate == "" {
		return "passed behind an earlier one"
	}
	return "refused at " + a.Gate
}
