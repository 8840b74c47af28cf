// Command model-check explores every state of the models of pxgpu/protocol: the
// healthy ones, which must keep every property, and those with a seeded bug,
// which must break one. Exit code 1 if a healthy instance has a violation or a
// seeded bug is not caught.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"pxos/pxgpu/protocol"
)

// quiet is how long the command says nothing before it tells how far it is.
const quiet = 2 * time.Second

// collectAt is the garbage collector's percentage: what an exploration leaves
// behind is most of the memory, so it is worth taking early.
const collectAt = 25

func main() {
	asJSON := flag.Bool("json", false, "print the report as JSON")
	trace := flag.String("trace", "", "print the shortest counterexample of the seeded bug with this name")
	svg := flag.String("svg", "", "write the picture of the states to this file, and do nothing else")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "model-check: %q is left over; there are only flags\n", flag.Args())
		os.Exit(2)
	}
	debug.SetGCPercent(collectAt)
	code, err := 0, error(nil)
	switch {
	case *svg != "":
		err = writePicture(*svg)
	case *trace != "":
		code, err = printTrace(os.Stdout, *trace)
	default:
		code, err = check(os.Stdout, *asJSON)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "model-check:", err)
		code = max(code, 2)
	}
	os.Exit(code)
}

func writePicture(path string) error {
	picture, err := protocol.Picture()
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(picture), 0o666)
}

func printTrace(w io.Writer, name string) (int, error) {
	var names []string
	for _, bug := range protocol.Seeded() {
		names = append(names, bug.Name)
		if bug.Name != name {
			continue
		}
		r := bug.Explore(nil)
		fmt.Fprintf(w, "%s: %s\n", bug.Name, bug.About)
		if r.Shortest == nil {
			fmt.Fprintf(w, "not caught in %d states\n", r.States)
			return 1, nil
		}
		for i, step := range r.Shortest.Trace {
			fmt.Fprintf(w, "%4d  %s\n", i+1, step)
		}
		fmt.Fprintf(w, "broken: %s\n", r.Shortest.Property)
		return 0, nil
	}
	return 2, fmt.Errorf("no seeded bug is named %q; there are %s", name, strings.Join(names, ", "))
}

// line is one instance in the report.
type line struct {
	Name           string   `json:"name"`
	About          string   `json:"about"`
	States         int      `json:"states"`
	Transitions    int      `json:"transitions"`
	Depth          int      `json:"depth"`
	Violations     int      `json:"violations"`
	Seconds        float64  `json:"seconds"`
	Caught         *bool    `json:"caught,omitempty"` // of a seeded bug
	Property       string   `json:"property,omitempty"`
	Counterexample []string `json:"counterexample,omitempty"`
}

type report struct {
	Healthy []line  `json:"healthy"`
	Seeded  []line  `json:"seeded"`
	Failed  int     `json:"failed"`
	Seconds float64 `json:"seconds"`
}

func explore(i protocol.Instance) (line, bool) {
	start, said := time.Now(), time.Now()
	r := i.Explore(func(states int) {
		if time.Since(said) > quiet {
			fmt.Fprintf(os.Stderr, "%-16s %d states so far\n", i.Name, states)
			said = time.Now()
		}
	})
	l := line{Name: i.Name, About: i.About, States: r.States, Transitions: r.Transitions, Depth: r.Depth,
		Violations: r.Violations, Seconds: time.Since(start).Seconds()}
	if r.Shortest != nil {
		l.Property, l.Counterexample = r.Shortest.Property.String(), r.Shortest.Trace
	}
	if len(i.Wants) == 0 {
		return l, r.Violations == 0
	}
	caught := i.Caught(&r)
	l.Caught = &caught
	return l, caught
}

func check(w io.Writer, asJSON bool) (int, error) {
	r := report{Healthy: []line{}, Seeded: []line{}}
	text := w
	if asJSON {
		w = io.Discard
	}
	start := time.Now()
	fmt.Fprintf(w, "%-16s %10s %12s %6s %11s %7s\n", "healthy", "states", "transitions", "depth", "violations", "time")
	for _, i := range protocol.Healthy() {
		l, good := explore(i)
		r.Healthy = append(r.Healthy, l)
		fmt.Fprintf(w, "%-16s %10d %12d %6d %11d %6.1fs  %s\n", l.Name, l.States, l.Transitions, l.Depth, l.Violations, l.Seconds, l.About)
		if !good {
			r.Failed++
			fmt.Fprintf(w, "FAIL %s: %s\n     %s\n", l.Name, l.Property, strings.Join(l.Counterexample, "\n     "))
		}
	}
	fmt.Fprintf(w, "\n%-21s %-6s %5s  %s\n", "seeded bug", "caught", "steps", "broken property")
	for _, i := range protocol.Seeded() {
		l, good := explore(i)
		r.Seeded = append(r.Seeded, l)
		caught := "yes"
		if !good {
			r.Failed++
			caught = "NO"
		}
		fmt.Fprintf(w, "%-21s %-6s %5d  %-46s %s\n", l.Name, caught, len(l.Counterexample), l.Property, l.About)
	}
	r.Seconds = time.Since(start).Seconds()
	fmt.Fprintf(w, "\nhealthy   %d instances, seeded %d bugs, failures %d, %.1f s\n", len(r.Healthy), len(r.Seeded), r.Failed, r.Seconds)
	return min(r.Failed, 1), writeJSON(text, asJSON, r)
}

func writeJSON(w io.Writer, wanted bool, r report) error {
	if !wanted {
		return nil
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(r)
}
