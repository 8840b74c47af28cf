package main

import (
	"fmt"
	"io"
	"strings"

	"pxos/architect"
)

// watcher shows a cycle while it runs: a line for each phase, and for each
// candidate a line that is written over on a terminal.
type watcher struct {
	w       io.Writer
	live    bool
	verbose bool
	tried   int
	open    bool // a line that is being written over
}

func newWatcher(w io.Writer, verbose bool) *watcher {
	return &watcher{w: w, live: isTerminal(w), verbose: verbose}
}

// plainEvery is how often progress is told where lines cannot be written over.
const plainEvery = 25

func (v *watcher) event(e architect.Event) {
	if e.Attempt == nil {
		v.done()
		fmt.Fprintf(v.w, "%-9s %s\n", e.Phase, e.Text)
		return
	}
	a := e.Attempt
	v.tried++
	line := fmt.Sprintf("%-9s %4d  %s: %s", "fix", v.tried, a.Operator, a.Note)
	state := "refused at " + a.Gate
	if a.Accepted {
		state = "PROVEN"
	}
	switch {
	case v.verbose:
		fmt.Fprintf(v.w, "%s\n          %s: %s\n", line, state, firstLine(a.Reason))
	case a.Accepted:
		v.done()
		fmt.Fprintf(v.w, "%s\n          %s\n", line, state)
	case a.Proposer == "model":
		fmt.Fprintf(v.w, "%s\n          %s: %s\n", line, state, firstLine(a.Reason))
	case v.live:
		columns := width(v.w)
		if r := []rune(line); len(r) > columns-1 {
			line = string(r[:columns-2]) + "…"
		}
		fmt.Fprintf(v.w, "\r\x1b[K%s", line)
		v.open = true
	case v.tried%plainEvery == 0:
		fmt.Fprintln(v.w, line)
	}
}

// done ends a line that was being written over.
func (v *watcher) done() {
	if v.open {
		fmt.Fprint(v.w, "\r\x1b[K")
		v.open = false
	}
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}

// showRecord tells a finished cycle.
func showRecord(w io.Writer, r *architect.Record) {
	if d := r.Diagnosis; d != nil && !d.Healthy {
		fmt.Fprintf(w, "cause     %s\n", d.Title)
		if d.Location.Function != "" {
			fmt.Fprintf(w, "died in   %s\n", d.Location)
		}
	}
	refused := 0
	for _, a := range r.Attempts {
		if !a.Accepted {
			refused++
		}
		if a.Proposer == "model" && !a.Accepted {
			fmt.Fprintf(w, "model     refused at %s: %s\n", a.Gate, firstLine(a.Reason))
		}
	}
	switch r.Outcome {
	case architect.OutcomeHealthy:
		fmt.Fprintln(w, "outcome   healthy: nothing to repair")
		return
	case architect.OutcomeUnrepaired:
		fmt.Fprintf(w, "outcome   not repaired: %d candidates of %d were tried\n", refused, r.Space)
		return
	}
	a := r.Accepted()
	fmt.Fprintf(w, "outcome   %s by %s after %d refused candidates, %d boots, %.1f s\n", r.Outcome, a.Proposer, refused, r.Boots, float64(r.ElapsedMS)/1000)
	fmt.Fprintf(w, "repair    %s\n\n%s", a.Note, r.Diff)
	if r.ID != 0 {
		fmt.Fprintf(w, "\nkept as cycle %d", r.ID)
		if r.LessonID != 0 {
			fmt.Fprintf(w, ", lesson %d", r.LessonID)
		}
		fmt.Fprintln(w)
	}
}
