package architect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"pxos/architect/source"
	"pxos/architect/trial"
	"pxos/fault"
	"pxos/image"
	"pxos/machine"
	"pxos/memory"
)

// Phases of a cycle, as events and records name them.
const (
	PhaseRecall   = "recall"
	PhaseBuild    = "build"
	PhaseBoot     = "boot"
	PhaseAnalyze  = "analyze"
	PhaseFix      = "fix"
	PhaseProve    = "prove"
	PhaseRemember = "remember"
)

// Event is one thing that happens in a cycle, for whoever watches.
type Event struct {
	Phase   string
	Text    string
	Result  *trial.Result // with PhaseBoot and PhaseAnalyze
	Attempt *Attempt      // with PhaseFix, when a candidate was judged
}

// Options steer a cycle.
type Options struct {
	Seed      uint64
	Label     string
	Workers   int // benches that work at once, default 2
	MaxBuilds int // candidates that may reach a build, default 400
	Proposers []Proposer
	Memory    *memory.Store
	// Forget keeps the cycle in Memory but asks it nothing.
	Forget  bool
	WorkDir string
	// Tests are the checks per self-test that a healthy boot is known to make.
	Tests map[string]int
	// GRUBFirst boots the broken kernel through the boot loader, as a user does.
	GRUBFirst bool
	Watch     func(Event)
	Now       func() time.Time // default time.Now
}

// cycle is one run of the loop.
type cycle struct {
	Options
	project *Project
	broken  source.Tree
	shop    *workshop
	record  *Record
	started time.Time
	builds  int
	used    []int64
	result  *trial.Result // of the broken kernel
	mended  source.Tree
}

// Run takes a source through one cycle. The error is the laboratory's; what
// became of the kernel is in the record.
func Run(ctx context.Context, p *Project, broken source.Tree, o Options) (*Record, source.Tree, error) {
	if o.Workers < 1 {
		o.Workers = 2
	}
	if o.MaxBuilds < 1 {
		o.MaxBuilds = 400
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Watch == nil {
		o.Watch = func(Event) {}
	}
	c := &cycle{Options: o, project: p, broken: broken, started: o.Now(), mended: broken}
	c.record = &Record{Schema: Schema, Project: p.Name, Label: o.Label, Started: c.started, Seed: o.Seed,
		Source: broken.Hash(), Attempts: []Attempt{}, Steps: []Step{}}
	if o.Tests == nil {
		o.Tests = p.Tests
	}
	shop, err := newWorkshop(p, broken, o.Tests, o.WorkDir, o.Workers)
	if err != nil {
		return nil, broken, err
	}
	c.shop = shop
	defer shop.close()
	if err := c.run(ctx); err != nil {
		return c.record, broken, err
	}
	c.record.ElapsedMS = c.Now().Sub(c.started).Milliseconds()
	c.record.Boots = shop.boots
	return c.record, c.mended, c.remember(ctx)
}

func (c *cycle) run(ctx context.Context) error {
	var lessons []memory.Lesson
	if c.Memory != nil && !c.Forget {
		var err error
		if lessons, err = c.Memory.Lessons(ctx, c.project.Name); err != nil {
			return err
		}
	}
	if done, err := c.prevent(ctx, lessons); done || err != nil {
		return err
	}
	ok, err := c.reproduce(ctx)
	if ok || err != nil {
		return err
	}
	k := &Case{Project: c.project, Broken: c.broken, Diagnosis: c.record.Diagnosis, Lessons: lessons, Seed: c.Seed}
	for _, p := range c.Proposers {
		accepted, err := c.consult(ctx, p, k)
		if err != nil {
			return err
		}
		if accepted {
			c.record.Outcome = OutcomeRepaired
			return nil
		}
	}
	c.record.Outcome = OutcomeUnrepaired
	return nil
}

// step notes a phase and how long it took.
func (c *cycle) step(phase string, since time.Time, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	c.record.Steps = append(c.record.Steps, Step{phase, text, c.Now().Sub(since).Milliseconds()})
	c.Watch(Event{Phase: phase, Text: text, Result: c.result})
}

// prevent mends what a lesson recognises before anything is booted, and proves
// the result.
func (c *cycle) prevent(ctx context.Context, lessons []memory.Lesson) (bool, error) {
	start := c.Now()
	for i := range lessons {
		t, ok := useLesson(c.broken, &lessons[i])
		if !ok {
			continue
		}
		l := &lessons[i]
		a := Attempt{Proposer: "lesson", Operator: l.Operator, Note: l.Text, File: l.File, Function: l.Function, LessonID: l.ID}
		if err := c.shop.judge(ctx, t, &a); err != nil {
			return false, err
		}
		c.record.Attempts = append(c.record.Attempts, a)
		c.Watch(Event{Phase: PhaseFix, Attempt: &a})
		if a.Accepted {
			c.used = append(c.used, l.ID)
			c.mended, c.record.Diff, c.record.Outcome = t, a.Diff, OutcomePrevented
			c.record.Signature = l.Signature
			c.record.LessonID = l.ID
			c.step(PhaseRecall, start, "lesson %d recognises this source: mended before it was booted", l.ID)
			return true, nil
		}
	}
	if len(lessons) > 0 {
		c.step(PhaseRecall, start, "%d lessons known, none of them recognises this source", len(lessons))
	}
	return false, nil
}

// reproduce builds and boots the source as it is and reads the evidence. It
// says whether there is nothing to repair (or nothing that can be).
func (c *cycle) reproduce(ctx context.Context) (bool, error) {
	b := <-c.shop.benches
	defer func() { c.shop.benches <- b }()
	start := c.Now()
	x, err := c.shop.build(ctx, b, c.broken)
	if err != nil {
		var refused *image.BuildError
		if !errors.As(err, &refused) {
			return false, err
		}
		c.record.Outcome = OutcomeUnrepaired
		c.step(PhaseBuild, start, "the source does not build: %v", err)
		return true, nil
	}
	c.shop.twin(x.artifact, "the kernel as it was")
	c.step(PhaseBuild, start, "kernel built")
	start = c.Now()
	v := c.project.First
	if c.GRUBFirst {
		v = c.project.Proof
	}
	r, err := c.shop.boot(ctx, x, v)
	if err != nil {
		return false, err
	}
	c.result = r
	c.record.Diagnosis, c.record.Signature = r.Diagnosis, r.Diagnosis.Signature()
	c.step(PhaseBoot, start, "%s after %d ms on %s", r.Outcome.Termination, r.Outcome.Elapsed.Milliseconds(), v.Name)
	trouble := c.project.Trouble(r)
	if trouble == "" {
		c.record.Outcome = OutcomeHealthy
		c.step(PhaseAnalyze, start, "the kernel is well: nothing to repair")
		return true, nil
	}
	c.step(PhaseAnalyze, start, "%s", trouble)
	return false, nil
}

// consult tries one proposer's candidates until one passes every gate.
func (c *cycle) consult(ctx context.Context, p Proposer, k *Case) (bool, error) {
	start := c.Now()
	session, err := p.Open(ctx, k)
	if err != nil {
		return false, fmt.Errorf("%s: %w", p.Name(), err)
	}
	if s, ok := session.(*searchSession); ok {
		c.record.Space = s.space.Total
	}
	tried := 0
	for c.builds < c.MaxBuilds {
		batch, err := c.batch(ctx, session)
		if err != nil {
			return false, err
		}
		if len(batch) == 0 {
			break
		}
		tried += len(batch)
		accepted, err := c.judgeAll(ctx, batch, session)
		if err != nil {
			return false, err
		}
		if accepted {
			c.step(PhaseFix, start, "%s: repaired at candidate %d", p.Name(), tried)
			return true, nil
		}
	}
	if tried > 0 {
		c.step(PhaseFix, start, "%s: %d candidates, none passed", p.Name(), tried)
	}
	return false, nil
}

// batch takes as many proposals as there are benches; one at a time from a
// session that learns from each answer.
func (c *cycle) batch(ctx context.Context, s Session) ([]*Proposal, error) {
	n := c.Workers
	if s.Serial() {
		n = 1
	}
	var out []*Proposal
	for len(out) < n {
		p, err := s.Next(ctx)
		if err != nil {
			return nil, err
		}
		if p == nil {
			break
		}
		out = append(out, p)
	}
	return out, nil
}

// judgeAll judges a batch at once and accepts the first of those that pass, in
// the order of proposal, so that the result does not hang on timing.
func (c *cycle) judgeAll(ctx context.Context, batch []*Proposal, s Session) (bool, error) {
	errs := make([]error, len(batch))
	var wg sync.WaitGroup
	for i, p := range batch {
		if p.Attempt.Gate != "" {
			continue // refused by the proposer itself, with its reason
		}
		wg.Go(func() { errs[i] = c.shop.judge(ctx, p.Tree, &p.Attempt) })
	}
	wg.Wait()
	won := false
	for i, p := range batch {
		if errs[i] != nil {
			return false, errs[i]
		}
		a := &p.Attempt
		if won {
			a.Accepted = false
		}
		if a.Gate != GateParse && a.Gate != GateIntegrity {
			c.builds++
		}
		if a.Accepted {
			won = true
			c.mended, c.record.Diff = p.Tree, a.Diff
			if a.LessonID != 0 {
				c.used = append(c.used, a.LessonID)
			}
		}
		c.record.Attempts = append(c.record.Attempts, *a)
		s.Told(a)
		c.Watch(Event{Phase: PhaseFix, Attempt: a})
	}
	return won, nil
}

// remember keeps the cycle and its lesson.
func (c *cycle) remember(ctx context.Context) error {
	if c.Memory == nil {
		return nil
	}
	var lesson *memory.Lesson
	if a := c.record.Accepted(); a != nil && a.LessonID == 0 {
		lesson = newLesson(c.project, c.broken, c.mended, c.record.Diagnosis, a)
	}
	class := 0
	if c.record.Diagnosis != nil {
		class = c.record.Diagnosis.Class.Number
	}
	text, err := json.Marshal(c.record)
	if err != nil {
		return fmt.Errorf("write the record: %w", err)
	}
	files, err := c.broken.Pack()
	if err != nil {
		return err
	}
	kept := &memory.Cycle{Files: files, Started: c.started, Project: c.project.Name, Source: c.record.Source,
		Signature: c.record.Signature, Class: class, Outcome: c.record.Outcome, Record: text}
	if err := c.Memory.Keep(ctx, kept, lesson, c.used); err != nil {
		return err
	}
	c.record.ID = kept.ID
	if lesson != nil {
		c.record.LessonID = lesson.ID
		c.Watch(Event{Phase: PhaseRemember, Text: lesson.Text})
	}
	return nil
}

// Known boots a source that is well and gives the checks of its self-tests, for
// Options.Tests.
func Known(ctx context.Context, p *Project, t source.Tree, workDir string) (map[string]int, *trial.Result, error) {
	r, err := BootOn(ctx, p, t, p.First, workDir)
	if err != nil {
		return nil, r, err
	}
	return checksOf(r.Report), r, nil
}

// BootOn builds a source that should be well and boots it on one machine. A
// kernel that does not come up is a *NotWell, with the result beside it.
func BootOn(ctx context.Context, p *Project, t source.Tree, v Variant, workDir string) (*trial.Result, error) {
	shop, err := newWorkshop(p, t, nil, workDir, 1)
	if err != nil {
		return nil, err
	}
	defer shop.close()
	x, err := shop.build(ctx, <-shop.benches, t)
	if err != nil {
		return nil, err
	}
	r, err := shop.boot(ctx, x, v)
	if err != nil {
		return nil, err
	}
	if why := p.Trouble(r); why != "" {
		return r, &NotWell{why, r.Outcome.Termination, r.Diagnosis}
	}
	return r, nil
}

// NotWell says that a kernel which should be the measure does not come up.
type NotWell struct {
	Why         string
	Termination machine.Termination
	Diagnosis   *fault.Diagnosis
}

// Error is the reason.
func (e *NotWell) Error() string { return "the kernel does not come up: " + e.Why }
