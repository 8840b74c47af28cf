package wgsl

import (
	_ "embed" // the table of sections
	"fmt"
	"strings"
	"sync"
)

// sectionTable has a line for each section of the specification: number, anchor,
// kind, title and a reason, parted by tabs. It is renewed by
// tests/cmd/wgsl-sections; the kinds and reasons are judgements made by reading.
//
//go:embed sections.txt
var sectionTable string

// The kinds of sections. A kind may be followed by "+rules": then the section says
// what a module must or must not do, and wants an invalid case.
const (
	// SectionRun is a section whose statements a compute shader's result can show.
	SectionRun = "run"
	// SectionCheck is a section that says only what modules are accepted, or is
	// about what no executor here runs.
	SectionCheck = "check"
	// SectionNone is a section that says nothing that a shader could show; the
	// table gives the reason.
	SectionNone = "none"
)

// Section is a section of the specification.
type Section struct {
	Number string `json:"number"`
	Anchor string `json:"anchor"`
	Title  string `json:"title"`
	Kind   string `json:"kind"`
	// Rules says that an invalid case is wanted.
	Rules bool `json:"rules"`
	// Why is the reason of SectionNone.
	Why string `json:"why,omitempty"`
}

// Chapter is the first part of the number.
func (s Section) Chapter() string {
	chapter, _, _ := strings.Cut(s.Number, ".")
	return chapter
}

// Line is the section's line in the table.
func (s Section) Line() string {
	kind := s.Kind
	if s.Rules {
		kind += "+rules"
	}
	return strings.TrimRight(strings.Join([]string{s.Number, s.Anchor, kind, s.Title, s.Why}, "\t"), "\t")
}

// Sections lists the sections of the specification in their order.
func Sections() []Section { return sections().list }

type table struct {
	list   []Section
	byName map[string]Section
	err    error
}

var sections = sync.OnceValue(func() table {
	t := table{byName: map[string]Section{}}
	for n, line := range strings.Split(strings.TrimSpace(sectionTable), "\n") {
		s, err := parseSection(line)
		if _, twice := t.byName[s.Anchor]; twice && err == nil {
			err = fmt.Errorf("the anchor %s stands twice", s.Anchor)
		}
		if err != nil && t.err == nil {
			t.err = fmt.Errorf("sections.txt:%d: %w", n+1, err)
		}
		t.list = append(t.list, s)
		t.byName[s.Anchor] = s
	}
	return t
})

func parseSection(line string) (Section, error) {
	f := strings.Split(line, "\t")
	if len(f) < 4 || len(f) > 5 {
		return Section{}, fmt.Errorf("%d columns", len(f))
	}
	s := Section{Number: f[0], Anchor: f[1], Title: f[3]}
	s.Kind, s.Rules = strings.CutSuffix(f[2], "+rules")
	if len(f) == 5 {
		s.Why = f[4]
	}
	switch s.Kind {
	case SectionRun, SectionCheck:
		if s.Why != "" {
			return s, fmt.Errorf("%s: only a section of the kind none has a reason", s.Anchor)
		}
	case SectionNone:
		if s.Why == "" || s.Rules {
			return s, fmt.Errorf("%s: the kind none needs a reason, and has no rules", s.Anchor)
		}
	default:
		return s, fmt.Errorf("%s: the kind is %q, not run, check or none", s.Anchor, f[2])
	}
	return s, nil
}

// anchors parses a comma-separated list of known anchors.
func anchors(list string) ([]string, error) {
	var out []string
	for _, a := range strings.Split(list, ",") {
		s, ok := sections().byName[a]
		if !ok {
			return nil, fmt.Errorf("the specification has no section %q", a)
		}
		if s.Kind == SectionNone {
			return nil, fmt.Errorf("the section %q is said to have nothing to test: %s", a, s.Why)
		}
		out = append(out, a)
	}
	return out, nil
}
