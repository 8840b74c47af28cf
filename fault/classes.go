package fault

import (
	"bytes"
	"fmt"
	"sort"
	"text/template"
)

// Facts are the words that a matcher hands to its class's texts.
type Facts map[string]string

// Match is what a matcher found. Certainty 0 means that the class does not fit.
type Match struct {
	Certainty float64
	Evidence  []string // each a sentence about something that was seen
	Facts     Facts
	// Detail is the part of the signature that the class adds, such as the
	// level at which a walk failed.
	Detail string
	// At overrides the location (where the cause is known to be elsewhere).
	At *Location
}

// Class is one kind of bug: data, and a matcher that recognises it.
type Class struct {
	Number int
	Name   string
	Title  string // of the class, for tables
	// Headline, Explain and Do are templates (text/template) over the Facts:
	// one line, the cause in plain words, and what to do.
	Headline, Explain, Do string
	// Suspects are words that names of functions which can hold the cause
	// contain, lower case, the best first.
	Suspects []string
	// Silent says that the class is looked for in a boot that seems good, too:
	// its bugs raise no exception and fail no test.
	Silent bool
	Match  func(*Analysis) Match
}

// Ref names the class.
func (c *Class) Ref() ClassRef { return ClassRef{c.Number, c.Name, c.Title} }

// Classes is the catalogue, in order of number. To add one, append it to a
// family in its file; docs/fault.md shows how.
var Classes = sortClasses(interruptClasses, segmentClasses, gsClasses, stackClasses, instructionClasses, pagingClasses, deviceClasses, otherClasses)

func sortClasses(families ...[]*Class) []*Class {
	var all []*Class
	for _, f := range families {
		all = append(all, f...)
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].Number < all[j].Number })
	return all
}

// candidate is a class that fits.
type candidate struct {
	class *Class
	match Match
}

// classify runs every matcher and returns those that fit, the surest first.
func classify(a *Analysis) []candidate {
	var out []candidate
	for _, c := range Classes {
		if m := c.Match(a); m.Certainty > 0 {
			m.Certainty = min(m.Certainty, 0.99)
			out = append(out, candidate{c, m})
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].match.Certainty > out[j].match.Certainty })
	return out
}

// fill executes one of the class's templates.
func fill(text string, facts Facts) string {
	t, err := template.New("").Option("missingkey=zero").Parse(text)
	if err != nil {
		return fmt.Sprintf("(template of this class is broken: %v)", err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, map[string]string(facts)); err != nil {
		return fmt.Sprintf("(template of this class is broken: %v)", err)
	}
	return b.String()
}

// no is the match of a class that does not fit.
var no = Match{}

// evidence formats a sentence for Match.Evidence.
func evidence(format string, args ...any) string { return fmt.Sprintf(format, args...) }
