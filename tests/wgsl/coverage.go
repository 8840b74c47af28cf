package wgsl

import (
	"fmt"
	"io"
	"strings"
)

// Coverage tells of one section which cases are about it.
type Coverage struct {
	Section
	// Run, Accepted and Refused are the names of the cases that are run, of those
	// that are only accepted, and of those that are refused.
	Run      []string `json:"run"`
	Accepted []string `json:"accepted"`
	Refused  []string `json:"refused"`
}

// Missing says what the section still wants; "" where it has all.
func (c *Coverage) Missing() string {
	var want []string
	switch {
	case c.Kind == SectionRun && len(c.Run) == 0:
		want = append(want, "a valid case that is run")
	case c.Kind == SectionCheck && len(c.Run)+len(c.Accepted) == 0:
		want = append(want, "a valid case")
	}
	if c.Rules && len(c.Refused) == 0 {
		want = append(want, "an invalid case")
	}
	return strings.Join(want, " and ")
}

// Coverage lists the sections of the specification with their cases.
func (s *Suite) Coverage() []Coverage {
	var out []Coverage
	at := map[string]int{}
	for _, section := range Sections() {
		at[section.Anchor] = len(out)
		out = append(out, Coverage{Section: section, Run: []string{}, Accepted: []string{}, Refused: []string{}})
	}
	for _, c := range append(append([]*Case{}, s.Valid...), s.Invalid...) {
		for _, a := range c.Sections {
			o := &out[at[a]]
			switch {
			case c.Says != nil:
				o.Refused = append(o.Refused, c.ID())
			case c.CheckOnly:
				o.Accepted = append(o.Accepted, c.ID())
			default:
				o.Run = append(o.Run, c.ID())
			}
		}
	}
	return out
}

// WriteChapters prints a line for each chapter: how many sections of each kind,
// how many cases, and what is missing.
func WriteChapters(w io.Writer, all []Coverage) {
	fmt.Fprintf(w, "%-4s%-40s%6s%6s%6s%8s%10s%9s\n", "", "chapter", "run", "check", "none", "run", "accepted", "refused")
	for i := 0; i < len(all); {
		j := i
		kinds := map[string]int{}
		var run, accepted, refused int
		for ; j < len(all) && all[j].Chapter() == all[i].Chapter(); j++ {
			c := &all[j]
			kinds[c.Kind]++
			run += len(c.Run)
			accepted += len(c.Accepted)
			refused += len(c.Refused)
		}
		fmt.Fprintf(w, "%-4s%-40.40s%6d%6d%6d%8d%10d%9d\n", all[i].Number, all[i].Title,
			kinds[SectionRun], kinds[SectionCheck], kinds[SectionNone], run, accepted, refused)
		i = j
	}
}

// WriteSections prints the sections with the cases of each.
func WriteSections(w io.Writer, all []Coverage) {
	for i := range all {
		c := &all[i]
		fmt.Fprintf(w, "%s %s (%s) %s\n", c.Number, c.Title, c.Anchor, c.Kind)
		if c.Why != "" {
			fmt.Fprintf(w, "    nothing to test: %s\n", c.Why)
		}
		for _, part := range []struct {
			what  string
			cases []string
		}{{"run", c.Run}, {"accepted", c.Accepted}, {"refused", c.Refused}} {
			for _, id := range part.cases {
				fmt.Fprintf(w, "    %-9s %s\n", part.what, id)
			}
		}
	}
}
