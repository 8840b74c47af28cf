package wgsl

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// How a file and its cases begin.
const (
	header        = "//// "
	sectionOfFile = "// section: "
)

// parse cuts a file into its cases.
func parse(file, text string) ([]*Case, error) {
	var out []*Case
	var c *Case
	var sections []string
	for n, line := range strings.SplitAfter(text, "\n") {
		fail := func(err error) ([]*Case, error) { return nil, fmt.Errorf("%s:%d: %w", file, n+1, err) }
		var err error
		if rest, ok := strings.CutPrefix(line, header); ok {
			if c, err = parseHeader(strings.TrimSpace(rest)); err != nil {
				return fail(err)
			}
			c.File = file
			if c.Sections == nil {
				c.Sections = sections
			}
			out = append(out, c)
			continue
		}
		if c != nil {
			c.Text += line
			continue
		}
		if rest, ok := strings.CutPrefix(line, sectionOfFile); ok {
			if sections, err = anchors(strings.TrimSpace(rest)); err != nil {
				return fail(err)
			}
		} else if strings.TrimSpace(line) != "" && !strings.HasPrefix(line, "//") {
			return fail(errors.New("text before the first case"))
		}
	}
	return out, nil
}

func parseHeader(line string) (*Case, error) {
	line, reason, _ := strings.Cut(line, " chromium=")
	name, rest, _ := strings.Cut(line, " ")
	if name == "" {
		return nil, errors.New("a case without a name")
	}
	c := &Case{Name: name, Workgroups: [3]uint32{1, 1, 1}, Elements: 64, ULP: 4, Overrides: map[string]float64{}, Chromium: reason}
	for rest = strings.TrimSpace(rest); rest != ""; rest = strings.TrimSpace(rest) {
		var field string
		var err error
		if field, rest, err = cutField(rest); err != nil {
			return nil, err
		}
		key, v, _ := strings.Cut(field, "=")
		if err := c.set(key, v); err != nil {
			return nil, fmt.Errorf("%s: %w", field, err)
		}
	}
	return c, nil
}

// cutField takes key=value off a header; a value in quotes may have spaces.
func cutField(s string) (field, rest string, err error) {
	key, v, ok := strings.Cut(s, "=")
	if !ok || !strings.HasPrefix(v, "`") || strings.Contains(key, " ") {
		field, rest, _ = strings.Cut(s, " ")
		return field, rest, nil
	}
	v, rest, ok = strings.Cut(v[1:], "`")
	if !ok {
		return "", "", fmt.Errorf("%s: the quote has no end", key)
	}
	return key + "=" + v, rest, nil
}

// features are WebGPU's names of the features that a case may ask for.
var features = []string{"shader-f16", "subgroups", "subgroup-size-control", "clip-distances", "dual-source-blending", "primitive-index",
	"texture-formats-tier1"}

func (c *Case) set(key, v string) (err error) {
	switch key {
	case "workgroups":
		return c.setWorkgroups(v)
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
		for _, f := range c.Features {
			if !slices.Contains(features, f) {
				return errors.New("no such feature")
			}
		}
	case "section":
		c.Sections, err = anchors(v)
	case "check-only":
		c.CheckOnly = true
	case "without":
		c.Without = strings.Split(v, ",")
	case "pipeline":
		c.Pipeline = true
	case "says":
		c.Says, err = regexp.Compile(v)
	case "line":
		if v == "none" {
			c.Line = -1
			return nil
		}
		c.Line, err = strconv.Atoi(v)
	case "overrides":
		return c.setOverrides(v)
	default:
		return errors.New("no such key")
	}
	return err
}

func (c *Case) setWorkgroups(v string) error {
	for i, n := range strings.Split(v, ",") {
		x, err := strconv.ParseUint(n, 10, 32)
		if err != nil || i > 2 {
			return errors.New("not X,Y,Z")
		}
		c.Workgroups[i] = uint32(x)
	}
	return nil
}

func (c *Case) setOverrides(v string) (err error) {
	for _, o := range strings.Split(v, ",") {
		name, x, _ := strings.Cut(o, ":")
		if c.Overrides[name], err = strconv.ParseFloat(x, 64); err != nil {
			return err
		}
	}
	return nil
}
