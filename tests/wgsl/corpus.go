package wgsl

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strconv"
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
	Line       int    // invalid: where the error must be
	Chromium   string // why Chromium is known to be wrong; "" where it is right
}

// ID names the case with its file.
func (c *Case) ID() string { return strings.TrimSuffix(c.File, ".wgsl") + "/" + c.Name }

// Valid loads the cases of valid/.
func Valid() ([]*Case, error) { return load("valid") }

// Invalid loads the cases of invalid/.
func Invalid() ([]*Case, error) { return load("invalid") }

func load(folder string) ([]*Case, error) {
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
			if folder == "invalid" {
				if err := c.placeMark(); err != nil {
					return nil, err
				}
			}
			out = append(out, c)
		}
	}
	return out, nil
}

const header = "//// "

// The marks around a mistake and its repair; WGSL has no such tokens.
const (
	markOpen  = "⟦"
	markOr    = "¦"
	markClose = "⟧"
)

func parse(file, text string) ([]*Case, error) {
	var out []*Case
	var c *Case
	for n, line := range strings.SplitAfter(text, "\n") {
		if rest, ok := strings.CutPrefix(line, header); ok {
			var err error
			if c, err = parseHeader(strings.TrimSpace(rest)); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", file, n+1, err)
			}
			c.File = file
			out = append(out, c)
			continue
		}
		if c == nil {
			if strings.TrimSpace(line) != "" && !strings.HasPrefix(line, "//") {
				return nil, fmt.Errorf("%s:%d: text before the first case", file, n+1)
			}
			continue
		}
		c.Text += line
	}
	return out, nil
}

func parseHeader(line string) (*Case, error) {
	line, reason, _ := strings.Cut(line, " chromium=")
	fields := strings.Fields(line)
	if len(fields) == 0 {
		return nil, fmt.Errorf("a case without a name")
	}
	c := &Case{Name: fields[0], Workgroups: [3]uint32{1, 1, 1}, Elements: 64, ULP: 4, Overrides: map[string]float64{}, Chromium: reason}
	for _, f := range fields[1:] {
		key, v, _ := strings.Cut(f, "=")
		if err := c.set(key, v); err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
	}
	return c, nil
}

func (c *Case) set(key, v string) (err error) {
	switch key {
	case "workgroups":
		for i, n := range strings.Split(v, ",") {
			x, e := strconv.ParseUint(n, 10, 32)
			if e != nil || i > 2 {
				return fmt.Errorf("not X,Y,Z")
			}
			c.Workgroups[i] = uint32(x)
		}
	case "elements":
		c.Elements, err = strconv.ParseInt(v, 10, 32)
	case "entry":
		c.Entry = v
	case "ulp":
		c.ULP, err = strconv.ParseInt(v, 10, 64)
	case "abs":
		c.Abs, err = strconv.ParseFloat(v, 64)
	case "features":
		c.Features = strings.Split(v, ",")
	case "line":
		c.Line, err = strconv.Atoi(v)
	case "overrides":
		for _, o := range strings.Split(v, ",") {
			name, x, _ := strings.Cut(o, ":")
			if c.Overrides[name], err = strconv.ParseFloat(x, 64); err != nil {
				return err
			}
		}
	default:
		return fmt.Errorf("no such key")
	}
	return err
}

// placeMark finds the line of the first mark.
func (c *Case) placeMark() error {
	at := strings.Index(c.Text, markOpen)
	if at < 0 || !strings.Contains(c.Text[at:], markOr) || !strings.Contains(c.Text[at:], markClose) {
		return fmt.Errorf("%s: no ⟦wrong¦right⟧ in it", c.ID())
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
