package wgsl

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"pxos/tests/webgpu"
	"pxos/wgsl"
)

// Failure is a case that did not do what it must.
type Failure struct {
	Case string `json:"case"`
	Why  string `json:"why"`
}

// Report is what a run of the suite found.
type Report struct {
	// Valid counts the cases that are run, Checked those that are only accepted.
	Valid   int `json:"valid"`
	Checked int `json:"checked"`
	Invalid int `json:"invalid"`
	// Agreed counts, for each executor, the valid cases whose results are those of
	// the first.
	Agreed map[string]int `json:"agreed"`
	// Without counts the runs that an executor is known to refuse.
	Without int `json:"without"`
	// Known lists the cases in which Chromium is known to differ, with the reason.
	Known []Failure `json:"known"`
	// Lacking lists the cases for which the browser's device lacks a feature.
	Lacking  []string  `json:"lacking"`
	Failures []Failure `json:"failures"`
}

// NewReport is a report of nothing yet; its lists are empty, not null in JSON.
func NewReport() *Report {
	return &Report{Agreed: map[string]int{}, Known: []Failure{}, Lacking: []string{}, Failures: []Failure{}}
}

func (r *Report) fail(id, format string, args ...any) {
	r.Failures = append(r.Failures, Failure{id, fmt.Sprintf(format, args...)})
}

// Suite is the cases of a run.
type Suite struct{ Valid, Invalid []*Case }

// Load reads the cases: those about the section with this anchor and the ones
// below it, whose names match. "" and nil stand for all.
func Load(section string, names *regexp.Regexp) (*Suite, error) {
	within, err := below(section)
	if err != nil {
		return nil, err
	}
	s := &Suite{}
	for _, part := range []struct {
		folder string
		to     *[]*Case
	}{{"valid", &s.Valid}, {"invalid", &s.Invalid}} {
		cases, err := load(part.folder)
		if err != nil {
			return nil, err
		}
		for _, c := range cases {
			if within(c) && (names == nil || names.MatchString(c.ID())) {
				*part.to = append(*part.to, c)
			}
		}
	}
	return s, nil
}

// below says of cases whether they are about a section or one inside it.
func below(section string) (func(*Case) bool, error) {
	if section == "" {
		return func(*Case) bool { return true }, nil
	}
	all := sections()
	outer, ok := all.byName[section]
	if !ok {
		return nil, fmt.Errorf("the specification has no section %q", section)
	}
	return func(c *Case) bool {
		for _, a := range c.Sections {
			if a == section || strings.HasPrefix(all.byName[a].Number, outer.Number+".") {
				return true
			}
		}
		return false
	}, nil
}

// Judge checks what needs no executor: that the invalid cases are refused and the
// valid ones accepted.
func (s *Suite) Judge(r *Report) {
	r.Invalid = len(s.Invalid)
	for _, c := range s.Invalid {
		c.judge(r)
	}
	for _, c := range s.Valid {
		if c.CheckOnly {
			r.Checked++
			if _, source, d := wgsl.Check(c.ID(), c.Text); d.Failed() {
				r.fail(c.ID(), "it is refused:\n%s", d.Render(source))
			}
		}
	}
}

// Agreement runs every valid case on the executors and compares them with each
// other, the first as the measure.
func (s *Suite) Agreement(ctx context.Context, r *Report, backends []string) ([]*prepared, [][][]byte, error) {
	var ready []*prepared
	for _, c := range s.Valid {
		if c.CheckOnly {
			continue
		}
		r.Valid++
		p, err := c.prepare()
		if err != nil {
			r.fail(c.ID(), "%v", err)
			continue
		}
		ready = append(ready, p)
	}
	results := make([][][]byte, len(ready))
	for n, backend := range backends {
		d, err := wgsl.Open(ctx, backend, wgsl.Options{})
		if err != nil {
			return nil, nil, err
		}
		for i, p := range ready {
			out, err := p.on(ctx, d)
			switch without := slices.Contains(p.Without, backend); {
			case without && err == nil:
				r.fail(p.ID(), "%s is said not to run it, and does", backend)
			case without:
				r.Without++
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

// Against runs the valid cases in Chromium and compares them with the results of
// the first executor, and lets Chromium judge the others.
func (s *Suite) Against(ctx context.Context, r *Report, ready []*prepared, results [][][]byte, progress func(*webgpu.Result)) error {
	var jobs []webgpu.Job
	var judges []func(got []webgpu.Result)
	add := func(judge func([]webgpu.Result), more ...webgpu.Job) {
		at := len(jobs)
		jobs = append(jobs, more...)
		judges = append(judges, func(got []webgpu.Result) { judge(got[at : at+len(more)]) })
	}
	for i, p := range ready {
		add(func(got []webgpu.Result) { r.judgeResult(p, results[i], &got[0]) }, p.job())
	}
	for _, c := range s.Valid {
		if c.CheckOnly {
			add(func(got []webgpu.Result) { r.judgeAccepted(c, &got[0]) }, webgpu.Job{Name: c.ID(), Code: c.Text, Features: c.Features})
		}
	}
	for _, c := range s.Invalid {
		wrong, right := c.jobs()
		add(func(got []webgpu.Result) { r.judgeRefusal(c, &got[0], &got[1]) }, wrong, right)
	}
	got, err := webgpu.Run(ctx, jobs, 2*time.Minute, progress)
	if err != nil {
		return err
	}
	r.Agreed["chromium"] = 0
	for _, judge := range judges {
		judge(got)
	}
	return nil
}
