// Package bootreport reads the machine-readable report that the kernel writes
// on its serial line (format: package abi, file report.go).
//
// It runs on the host and must not be linked into ring 0. It may import abi
// alone. Serial output is outside data: lines and fields are bounded, and a
// damaged line is reported, never guessed at.
package bootreport

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"

	"pxos/abi"
)

// Bounds on what one report may hold.
const (
	maxLines     = 4096
	maxLineBytes = 1024
	maxFields    = 32
)

// Line is one report line: its kind and its fields in order.
type Line struct {
	Kind   string
	Keys   []string
	Fields map[string]string
}

// Report is a parsed boot report.
type Report struct {
	Lines []Line
	// Complete says that the end line was seen and its CRC was right.
	Complete bool
	// Problem says in one sentence what is wrong with the report, if anything.
	Problem string
	Tests   []Test
}

// Test is the result of one self-test.
type Test struct {
	Name   string
	Checks int
	Failed int
	Detail string
}

// Parse finds the report in all that was sent on the serial line. Other text
// may stand between report lines. It never fails: what is missing is said in
// Report.Problem.
func Parse(serial []byte) *Report {
	r := &Report{}
	crc := crc32.NewIEEE()
	sawEnd := false
	for len(serial) > 0 && len(r.Lines) < maxLines {
		line, rest, _ := bytes.Cut(serial, []byte{'\n'})
		serial = rest
		line = bytes.TrimRight(line, "\r")
		if !bytes.HasPrefix(line, []byte(abi.ReportPrefix)) || len(line) > maxLineBytes {
			continue
		}
		l, err := parseLine(string(line[len(abi.ReportPrefix):]))
		if err != nil {
			r.note("line %q: %v", clip(string(line)), err)
			continue
		}
		if l.Kind == abi.ReportBoot && len(r.Lines) > 0 {
			// The machine started again: only the last start counts.
			*r = Report{}
			crc.Reset()
			sawEnd = false
		}
		r.Lines = append(r.Lines, l)
		if l.Kind == abi.ReportEnd {
			sawEnd = true
			r.checkEnd(l, crc.Sum32())
			continue
		}
		crc.Write(line)
		crc.Write([]byte{'\n'})
		if l.Kind == abi.ReportTest {
			r.Tests = append(r.Tests, Test{l.Fields["name"], int(l.Uint("checks")), int(l.Uint("failed")), l.Fields["detail"]})
		}
	}
	if !sawEnd {
		if len(r.Lines) == 0 {
			r.note("no report line was received")
		} else {
			r.note("the report stops after its %q line: no end line", r.Lines[len(r.Lines)-1].Kind)
		}
	}
	return r
}

func (r *Report) checkEnd(l Line, sum uint32) {
	if got := uint32(l.Uint("crc")); got != sum {
		r.note("checksum of the report is 0x%08x, its lines give 0x%08x: bytes were lost or changed on the serial line", got, sum)
		return
	}
	r.Complete = r.Problem == ""
}

func (r *Report) note(format string, args ...any) {
	if r.Problem == "" {
		r.Problem = fmt.Sprintf(format, args...)
	}
}

func clip(s string) string {
	if len(s) > 80 {
		return s[:80] + "…"
	}
	return s
}

// parseLine splits `kind k=v k="v w"` into its fields.
func parseLine(s string) (Line, error) {
	kind, rest, _ := strings.Cut(s, " ")
	l := Line{Kind: kind, Fields: map[string]string{}}
	if kind == "" {
		return l, fmt.Errorf("no kind after %q", abi.ReportPrefix)
	}
	for rest = strings.TrimLeft(rest, " "); rest != ""; rest = strings.TrimLeft(rest, " ") {
		key, after, ok := strings.Cut(rest, "=")
		if !ok || key == "" || strings.ContainsAny(key, " \"") {
			return l, fmt.Errorf("field %q has no key=value form", clip(rest))
		}
		var value string
		if strings.HasPrefix(after, `"`) {
			end := strings.IndexByte(after[1:], '"')
			if end < 0 {
				return l, fmt.Errorf("field %q: closing quote is missing", key)
			}
			value, rest = after[1:1+end], after[end+2:]
		} else {
			value, rest, _ = strings.Cut(after, " ")
		}
		if _, dup := l.Fields[key]; dup || len(l.Keys) == maxFields {
			return l, fmt.Errorf("field %q stands twice, or more than %d fields", key, maxFields)
		}
		l.Keys = append(l.Keys, key)
		l.Fields[key] = value
	}
	return l, nil
}

// Uint is a field as a number, decimal or 0x…; 0 if it is absent or no number.
func (l Line) Uint(key string) uint64 {
	v, err := strconv.ParseUint(l.Fields[key], 0, 64)
	if err != nil {
		return 0
	}
	return v
}

// Find gives the lines of one kind, in order.
func (r *Report) Find(kind string) []Line {
	var out []Line
	for _, l := range r.Lines {
		if l.Kind == kind {
			out = append(out, l)
		}
	}
	return out
}

// First gives the first line of a kind, and whether there is one.
func (r *Report) First(kind string) (Line, bool) {
	for _, l := range r.Lines {
		if l.Kind == kind {
			return l, true
		}
	}
	return Line{}, false
}

// Passed says that the report is whole and every self-test in it passed.
func (r *Report) Passed() bool {
	if !r.Complete || len(r.Tests) == 0 {
		return false
	}
	for _, t := range r.Tests {
		if t.Failed != 0 || t.Checks == 0 {
			return false
		}
	}
	return true
}
