package wgsl

import (
	"context"
	"fmt"
	"strings"
	"time"

	"pxos/tests/webgpu"
	"pxos/wgsl"
	"pxos/wgsl/syntax"
)

// Failure is a case that did not do what it must.
type Failure struct{ Case, Why string }

// Report is what a run of the suite found.
type Report struct {
	Valid, Invalid int
	// Agreed counts, for each executor, the valid cases whose results are those of
	// Chromium.
	Agreed map[string]int
	// Known counts the cases in which Chromium is known to be wrong, or lacks a feature.
	Known    int
	Failures []Failure
}

func (r *Report) fail(id, format string, args ...any) {
	r.Failures = append(r.Failures, Failure{id, fmt.Sprintf(format, args...)})
}

// Refusals checks every invalid case: refused on its line, its twin accepted.
func Refusals(r *Report) error {
	cases, err := Invalid()
	if err != nil {
		return err
	}
	r.Invalid = len(cases)
	for _, c := range cases {
		wrong, right := c.Sides()
		if _, source, d := wgsl.Check(c.ID(), right); d.Failed() {
			r.fail(c.ID(), "the repaired twin is refused:\n%s", d.Render(source))
		}
		_, source, d := wgsl.Check(c.ID(), wrong)
		if line, message := firstError(source, d); line == 0 {
			r.fail(c.ID(), "the mistake is not refused")
		} else if line != c.Line {
			r.fail(c.ID(), "refused on line %d, the mistake is on line %d: %s", line, c.Line, message)
		}
	}
	return nil
}

func firstError(s *syntax.Source, d syntax.Diagnostics) (line int, message string) {
	for _, m := range d {
		if m.Severity == syntax.Error {
			return s.Position(m.Span.Start).Line, m.Message
		}
	}
	return 0, ""
}

// Agreement runs every valid case on the executors and compares them with each
// other, the first as the measure.
func Agreement(ctx context.Context, r *Report, backends []string) ([]*prepared, [][][]byte, error) {
	cases, err := Valid()
	if err != nil {
		return nil, nil, err
	}
	r.Valid = len(cases)
	r.Agreed = map[string]int{}
	var ready []*prepared
	var results [][][]byte
	for _, c := range cases {
		p, err := c.prepare()
		if err != nil {
			r.fail(c.ID(), "%v", err)
			continue
		}
		ready = append(ready, p)
		results = append(results, nil)
	}
	for n, backend := range backends {
		d, err := wgsl.Open(ctx, backend, wgsl.Options{})
		if err != nil {
			return nil, nil, err
		}
		for i, p := range ready {
			out, err := p.on(ctx, d)
			switch {
			case err != nil:
				r.fail(p.ID(), "%s: %v", backend, err)
			case n == 0 || results[i] == nil:
				results[i] = out
				r.Agreed[backend]++
			default:
				if why := p.compare(out, results[i]); why != "" {
					r.fail(p.ID(), "%s differs from %s: %s", backend, backends[0], why)
				} else {
					r.Agreed[backend]++
				}
			}
		}
		if err := d.Close(); err != nil {
			return nil, nil, err
		}
	}
	return ready, results, nil
}

// Against runs the valid cases in Chromium and compares each executor's result,
// and lets it judge the invalid ones.
func Against(ctx context.Context, r *Report, ready []*prepared, results [][][]byte, progress func(*webgpu.Result)) error {
	invalid, err := Invalid()
	if err != nil {
		return err
	}
	var jobs []webgpu.Job
	for _, p := range ready {
		jobs = append(jobs, p.job())
	}
	for _, c := range invalid {
		wrong, right := c.Sides()
		jobs = append(jobs, webgpu.Job{Name: c.ID(), Code: wrong, Features: c.Features}, webgpu.Job{Name: c.ID(), Code: right, Features: c.Features})
	}
	got, err := webgpu.Run(ctx, jobs, 2*time.Minute, progress)
	if err != nil {
		return err
	}
	r.Agreed["chromium"] = 0
	for i, p := range ready {
		r.judge(p, results[i], &got[i])
	}
	for i, c := range invalid {
		r.judgeRefusal(c, &got[len(ready)+2*i], &got[len(ready)+2*i+1])
	}
	return nil
}

// judge compares a valid case with what Chromium made of it.
func (r *Report) judge(p *prepared, ours [][]byte, theirs *webgpu.Result) {
	why := ""
	switch {
	case ours == nil:
		return
	case len(theirs.Errors) > 0:
		why = "refused: " + theirs.Errors[0].Text
	default:
		why = p.compare(ours, theirs.Data)
	}
	switch {
	case why == "":
		r.Agreed["chromium"]++
	case p.Chromium != "":
		r.Known++
	default:
		r.fail(p.ID(), "Chromium: %s", firstLine(why))
	}
}

// judgeRefusal asks that Chromium too refuses the mistake and takes the repair.
func (r *Report) judgeRefusal(c *Case, wrong, right *webgpu.Result) {
	why := ""
	if len(wrong.Errors) == 0 {
		why = "Chromium takes the mistake"
	}
	if len(right.Errors) > 0 {
		why = "Chromium refuses the repaired twin: " + right.Errors[0].Text
	}
	switch {
	case why == "":
	case c.Chromium != "":
		r.Known++
	default:
		r.fail(c.ID(), "%s", firstLine(why))
	}
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return s
}
