package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

// line is a result in one line.
func (r *result) line() string {
	switch {
	case r.NotRun != "":
		return fmt.Sprintf("  %-36s not run: %s", r.Package, r.NotRun)
	case r.equal():
		return fmt.Sprintf("  %-36s equal, %d tests, %.1f s", r.Package, len(r.Linux), r.Seconds)
	}
	return fmt.Sprintf("  %-36s %s", r.Package, r.difference())
}

// difference says in one line how pxOS differs from Linux.
func (r *result) difference() string {
	var parts []string
	if r.Trouble != "" {
		parts = append(parts, r.Trouble)
	}
	if n := len(r.Differences); n > 0 {
		parts = append(parts, fmt.Sprintf("%d of %d tests differ, such as %s", n, len(r.Linux), r.Differences[0]))
	}
	if r.LinuxStatus != r.PxOSStatus {
		parts = append(parts, fmt.Sprintf("status %d, on Linux %d", r.PxOSStatus, r.LinuxStatus))
	}
	return strings.Join(parts, "; ")
}

// totals counts what is kept.
type totals struct {
	Packages, Run, Equal, Tests int
	Percent                     float64
}

func (b *bench) totals() (t totals) {
	for _, r := range b.results {
		t.Packages++
		if r.NotRun != "" {
			continue
		}
		t.Run++
		t.Tests += len(r.Linux)
		if r.equal() {
			t.Equal++
		}
	}
	if t.Run > 0 {
		t.Percent = 100 * float64(t.Equal) / float64(t.Run)
	}
	return t
}

// report prints all results that are kept, and judges them.
func (b *bench) report(w io.Writer) (int, error) {
	t := b.totals()
	if b.o.json {
		if err := json.NewEncoder(w).Encode(map[string]any{"totals": t, "packages": b.results}); err != nil {
			return 3, err
		}
	} else {
		for _, name := range slices.Sorted(maps.Keys(b.results)) {
			fmt.Fprintln(w, b.results[name].line())
		}
		fmt.Fprintf(w, "%d of %d packages equal, %.1f %%; %d tests; %d packages without tests that can be built\n",
			t.Equal, t.Run, t.Percent, t.Tests, t.Packages-t.Run)
	}
	if b.o.table != "" {
		if err := os.WriteFile(b.o.table+".new", []byte(b.markdown(t)), 0o644); err != nil {
			return 3, err
		}
		if err := os.Rename(b.o.table+".new", b.o.table); err != nil {
			return 3, err
		}
	}
	if t.Percent < b.o.least {
		return 1, nil
	}
	return 0, nil
}

// markdown is the table for the docs.
func (b *bench) markdown(t totals) string {
	var s strings.Builder
	fmt.Fprintf(&s, "# Go's own tests in pxOS\n\nWritten by `make conformance-go`: %d of %d packages equal (%.1f %%), %d tests.\n\n", t.Equal, t.Run, t.Percent, t.Tests)
	s.WriteString("| package | tests | equal |\n|---|---:|---|\n")
	for _, name := range slices.Sorted(maps.Keys(b.results)) {
		switch r := b.results[name]; {
		case r.NotRun != "":
			fmt.Fprintf(&s, "| %s | | not run: %s |\n", name, r.NotRun)
		case r.equal():
			fmt.Fprintf(&s, "| %s | %d | yes |\n", name, len(r.Linux))
		default:
			fmt.Fprintf(&s, "| %s | %d | no: %s |\n", name, len(r.Linux), strings.ReplaceAll(r.difference(), "|", "\\|"))
		}
	}
	return s.String()
}
