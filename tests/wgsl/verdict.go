package wgsl

import (
	"errors"
	"slices"
	"strings"

	"pxos/tests/webgpu"
	"pxos/wgsl"
	"pxos/wgsl/check"
	"pxos/wgsl/gpu"
	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
)

// judge asks that the mistake is refused where it stands and for what it is, and
// that the repaired twin passes.
func (c *Case) judge(r *Report) {
	wrong, right := c.Sides()
	if line, message, refused := c.refusal(right); refused {
		r.fail(c.ID(), "the repaired twin is refused on line %d: %s", line, message)
	}
	line, message, refused := c.refusal(wrong)
	switch {
	case !refused:
		r.fail(c.ID(), "the mistake is not refused")
	case line != max(c.Line, 0):
		r.fail(c.ID(), "refused on line %d, the mistake is on line %d: %s", line, c.Line, message)
	case !c.Says.MatchString(message):
		r.fail(c.ID(), "refused for another reason: %q does not match `%s`", message, c.Says)
	}
}

// refusal is the first error of a text. Of a case about pipelines it is that of
// the pipeline; then an error of the module is a refusal on line -1.
func (c *Case) refusal(text string) (line int, message string, refused bool) {
	m, source, d := wgsl.Check(c.ID(), text)
	if line, message, refused = firstError(source, d); refused {
		if c.Pipeline {
			line = -1
		}
		return line, message, true
	}
	if !c.Pipeline {
		return 0, "", false
	}
	_, err := check.Specialize(m.IR, c.computeEntry(m.IR), c.Overrides, gpu.SoftwareLimits().Limits)
	var p *check.PipelineError
	if errors.As(err, &p) {
		return position(p.Source, p.Diagnostic.Span), p.Diagnostic.Message, true
	}
	return 0, "", false
}

// computeEntry is the entry point that the case names, or the first for compute.
func (c *Case) computeEntry(m *ir.Module) string {
	if c.Entry != "" {
		return c.Entry
	}
	for _, f := range m.EntryPoints() {
		if f.Stage == ir.Compute {
			return f.Name
		}
	}
	return ""
}

func firstError(s *syntax.Source, d syntax.Diagnostics) (line int, message string, found bool) {
	for _, m := range d {
		if m.Severity == syntax.Error {
			return position(s, m.Span), m.Message, true
		}
	}
	return 0, "", false
}

// position is the line of a place, 0 of none.
func position(s *syntax.Source, at syntax.Span) int {
	if at == (syntax.Span{}) {
		return 0
	}
	return s.Position(at.Start).Line
}

// jobs are the two sides of an invalid case for the browser.
func (c *Case) jobs() (wrong, right webgpu.Job) {
	bad, good := c.Sides()
	wrong = webgpu.Job{Name: c.ID(), Code: bad, Features: c.Features}
	if c.Pipeline {
		if m, _, _ := wgsl.Check(c.ID(), good); m != nil {
			wrong.Entry = c.computeEntry(m.IR)
		}
		wrong.Constants, wrong.PipelineOnly = c.Overrides, true
	}
	right = wrong
	right.Code = good
	return wrong, right
}

// lacks notes a case for which the browser's device has no feature, and says
// whether it is one.
func (r *Report) lacks(c *Case, got *webgpu.Result) bool {
	if !slices.ContainsFunc(got.Errors, func(m webgpu.Message) bool { return m.Stage == "device" }) {
		return false
	}
	r.Lacking = append(r.Lacking, c.ID())
	return true
}

// verdict enters what is against Chromium: "" is nothing.
func (r *Report) verdict(c *Case, why string) {
	why, _, _ = strings.Cut(why, "\n")
	switch {
	case why == "" && c.Chromium != "":
		r.fail(c.ID(), "Chromium is said to be wrong, and is not: %s", c.Chromium)
	case why == "":
	case c.Chromium != "":
		r.Known = append(r.Known, Failure{c.ID(), c.Chromium})
	default:
		r.fail(c.ID(), "Chromium: %s", why)
	}
}

// judgeResult compares a valid case with what Chromium made of it.
func (r *Report) judgeResult(p *prepared, ours [][]byte, theirs *webgpu.Result) {
	if ours == nil || r.lacks(p.Case, theirs) {
		return
	}
	why := ""
	if len(theirs.Errors) > 0 {
		why = "refused: " + theirs.Errors[0].Text
	} else {
		why = p.compare(ours, p.decoded(theirs.Data))
	}
	if why == "" {
		r.Agreed["chromium"]++
	}
	r.verdict(p.Case, why)
}

// judgeAccepted asks that Chromium accepts a case that is not run.
func (r *Report) judgeAccepted(c *Case, got *webgpu.Result) {
	if r.lacks(c, got) {
		return
	}
	why := ""
	if len(got.Errors) > 0 {
		why = "refused: " + got.Errors[0].Text
	}
	r.verdict(c, why)
}

// judgeRefusal asks that Chromium too refuses the mistake, in the same phase, and
// takes the repair.
func (r *Report) judgeRefusal(c *Case, wrong, right *webgpu.Result) {
	if r.lacks(c, right) {
		return
	}
	stage := "shader"
	if c.Pipeline {
		stage = "pipeline"
	}
	why := ""
	switch {
	case len(right.Errors) > 0:
		why = "it refuses the repaired twin: " + right.Errors[0].Text
	case len(wrong.Errors) == 0:
		why = "it takes the mistake"
	case wrong.Errors[0].Stage != stage:
		why = "it finds the mistake in the phase " + wrong.Errors[0].Stage + ", not " + stage + ": " + wrong.Errors[0].Text
	}
	r.verdict(c, why)
}
