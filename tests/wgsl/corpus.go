package wgsl

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"sort"
	"strings"
)

//go:embed valid invalid
var files embed.FS

// Case is one shader of the suite.
type Case struct {
	File, Name string
	Text       string // of an invalid case, with its marks
	Entry      string
	Workgroups [3]uint32
	Elements   int64
	Overrides  map[string]float64
	ULP        int64
	Abs        float64
	Features   []string
	// Sections are the anchors of the specification's sections that it is about.
	Sections []string
	// CheckOnly is a valid case that is accepted and not run.
	CheckOnly bool
	// Without names the executors that say that they cannot run it.
	Without []string
	// Pipeline is an invalid case whose mistake only making the pipeline can find.
	Pipeline bool
	Line     int            // invalid: where the error must be; -1 where it has no place
	Says     *regexp.Regexp // invalid: what its message must say
	Chromium string         // why Chromium is known to be wrong; "" where it is right
}

// ID names the case with its file.
func (c *Case) ID() string { return strings.TrimSuffix(c.File, ".wgsl") + "/" + c.Name }

// Valid loads the cases of valid/.
func Valid() ([]*Case, error) { return load("valid") }

// Invalid loads the cases of invalid/.
func Invalid() ([]*Case, error) { return load("invalid") }

func load(folder string) ([]*Case, error) {
	if err := sections().err; err != nil {
		return nil, err
	}
	names, err := fs.Glob(files, folder+"/*.wgsl")
	if err != nil {
		return nil, err
	}
	sort.Strings(names)
	var out []*Case
	seen := map[string]bool{}
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		cases, err := parse(path.Base(name), string(text))
		if err != nil {
			return nil, err
		}
		for _, c := range cases {
			if seen[c.ID()] {
				return nil, fmt.Errorf("%s: two cases have this name", c.ID())
			}
			seen[c.ID()] = true
			if err := c.complete(folder == "invalid"); err != nil {
				return nil, fmt.Errorf("%s: %w", c.ID(), err)
			}
			out = append(out, c)
		}
	}
	return out, nil
}

// complete checks what a case must have, and finds the place of its mistake.
func (c *Case) complete(invalid bool) error {
	if len(c.Sections) == 0 {
		return errors.New("no section: write section=ANCHOR, or `// section: ANCHOR` at the head of the file")
	}
	if !invalid {
		if c.Says != nil || c.Pipeline || c.Line != 0 {
			return errors.New("says, pipeline and line are keys of invalid cases")
		}
		return nil
	}
	if c.CheckOnly {
		return errors.New("check-only is a key of valid cases")
	}
	if c.Says == nil {
		return errors.New("no says: what must the message of the error say?")
	}
	return c.placeMark()
}

// The marks around a mistake and its repair; WGSL has no such tokens.
const (
	markOpen  = "⟦"
	markOr    = "¦"
	markClose = "⟧"
)

// placeMark finds the line of the first mark.
func (c *Case) placeMark() error {
	at := strings.Index(c.Text, markOpen)
	if at < 0 || !strings.Contains(c.Text[at:], markOr) || !strings.Contains(c.Text[at:], markClose) {
		return errors.New("no ⟦wrong¦right⟧ in it")
	}
	if c.Line == 0 {
		c.Line = strings.Count(c.Text[:at], "\n") + 1
	}
	return nil
}

// Sides gives the text of an invalid case with the mistake, and with the repair.
func (c *Case) Sides() (wrong, right string) {
	rest := c.Text
	for {
		before, after, ok := strings.Cut(rest, markOpen)
		wrong, right = wrong+before, right+before
		if !ok {
			return wrong, right
		}
		mark, tail, _ := strings.Cut(after, markClose)
		bad, good, _ := strings.Cut(mark, markOr)
		wrong, right = wrong+bad, right+good
		rest = tail
	}
}
