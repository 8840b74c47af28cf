// Package search proposes repairs without a model: small edits of the source,
// aimed by a diagnosis and put in the order in which they are worth trying.
//
// Operators work on Go syntax trees with types, and on lines of assembly and C.
// It may import architect/source alone. It reads no file and runs nothing; the
// same tree, aim and seed give the same list.
package search

import (
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"unicode"

	"pxos/architect/source"
)

// Aim is what a diagnosis tells the search.
type Aim struct {
	Class int
	// Words are the vocabulary of the class: they score functions and names.
	Words []string
	// Places are functions that the evidence points at.
	Places []Place

	said map[string]bool // answers of mentions, for one search
}

// Place is a function or a line that the evidence points at.
type Place struct {
	Function string // full symbol, or its last part
	File     string // slash-separated, a suffix is enough
	Line     int    // 0 if unknown
	Weight   float64
}

// Candidate is one edit of one file.
type Candidate struct {
	Operator string
	Path     string
	Function string
	Line     int
	Note     string // what the edit does, in words
	Score    float64

	start, end int // byte offsets in the file
	text       string
	also       string // for two-part edits: text that goes in at alsoAt
	alsoAt     int
	hasAlso    bool
}

// Apply gives the tree with the edit made.
func (c *Candidate) Apply(t source.Tree) source.Tree {
	old, _ := t.File(c.Path)
	out := old[:c.start] + c.text + old[c.end:]
	if c.hasAlso {
		if c.alsoAt <= c.start {
			out = old[:c.alsoAt] + c.also + old[c.alsoAt:c.start] + c.text + old[c.end:]
		} else {
			out = old[:c.start] + c.text + old[c.end:c.alsoAt] + c.also + old[c.alsoAt:]
		}
	}
	return t.With(map[string]string{c.Path: out})
}

// editKey tells edits apart that were reached by different operators.
type editKey struct {
	path               string
	start, end, alsoAt int
	text               string
}

// Options bound the search.
type Options struct {
	// Module is the module path of the Go packages in the tree.
	Module string
	// Protected are path prefixes that no candidate may touch.
	Protected []string
	// Seed orders candidates of equal score.
	Seed uint64
	// Limit is the largest number of candidates to return.
	Limit int
}

func (o *Options) protects(path string) bool {
	return slices.ContainsFunc(o.Protected, func(p string) bool { return strings.HasPrefix(path, p) })
}

// Space is all candidates of a tree for an aim, best first.
type Space struct {
	Candidates []Candidate
	// Total is how many there were before the limit.
	Total int
	// GoError says why Go sources could not be analysed, if they could not.
	GoError error
}

// Find lists the candidates.
func Find(t source.Tree, aim Aim, o Options) *Space {
	s := &Space{}
	aim.said = map[string]bool{}
	seen := map[editKey]bool{}
	emit := func(c Candidate) {
		if o.protects(c.Path) {
			return
		}
		old, _ := t.File(c.Path)
		key := editKey{c.Path, c.start, c.end, c.alsoAt, c.text}
		if old[c.start:c.end] == c.text && !c.hasAlso || seen[key] {
			return
		}
		seen[key] = true
		s.Candidates = append(s.Candidates, c)
	}
	s.GoError = goCandidates(t, aim, o, emit)
	lineCandidates(t, aim, emit)
	shuffle := rand.New(rand.NewPCG(o.Seed, 0x7078))
	shuffle.Shuffle(len(s.Candidates), func(i, j int) {
		s.Candidates[i], s.Candidates[j] = s.Candidates[j], s.Candidates[i]
	})
	spread(s.Candidates)
	s.Total = len(s.Candidates)
	if o.Limit > 0 && len(s.Candidates) > o.Limit {
		s.Candidates = s.Candidates[:o.Limit]
	}
	return s
}

// Decay of a candidate's score with each better one of the same kind: trying
// eleven constants in one place first would starve all other places.
const (
	decayPlace    = 0.90  // same operator, same line
	decayFunction = 0.985 // same operator, same function
	decayFloor    = 0.35
)

// spread orders candidates by score, each weighed down by those of its kind
// that come before it.
func spread(list []Candidate) {
	byScore := func(i, j int) bool { return list[i].Score > list[j].Score }
	sort.SliceStable(list, byScore)
	type place struct {
		operator, path, function string
		line                     int
	}
	lines, functions := map[place]float64{}, map[place]float64{}
	for i := range list {
		c := &list[i]
		l := place{c.Operator, c.Path, c.Function, c.Line}
		f := place{c.Operator, c.Path, c.Function, 0}
		if lines[l] == 0 {
			lines[l] = 1
		}
		if functions[f] == 0 {
			functions[f] = 1
		}
		c.Score *= lines[l] * functions[f]
		lines[l] = max(decayFloor, lines[l]*decayPlace)
		functions[f] = max(decayFloor, functions[f]*decayFunction)
	}
	sort.SliceStable(list, byScore)
}

// words splits an identifier into its lower-case parts: "mapPage" is map, page.
func words(identifier string) []string {
	var out []string
	start := 0
	runes := []rune(identifier)
	flush := func(end int) {
		if end > start {
			out = append(out, strings.ToLower(string(runes[start:end])))
		}
		start = end
	}
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush(i)
			start = i + 1
		case i > 0 && unicode.IsUpper(r) && unicode.IsLower(runes[i-1]):
			flush(i)
		case i > 0 && i+1 < len(runes) && unicode.IsUpper(r) && unicode.IsUpper(runes[i-1]) && unicode.IsLower(runes[i+1]):
			flush(i)
		}
	}
	flush(len(runes))
	return out
}

// matches counts how many of the aim's words a set of words holds.
func (a *Aim) matches(has map[string]bool) float64 {
	n := 0.0
	for _, w := range a.Words {
		if has[w] {
			n++
		}
	}
	return n
}

// mentions says whether a text names one of the aim's words.
func (a *Aim) mentions(text string) bool {
	if len(a.Words) == 0 {
		return false
	}
	if yes, ok := a.said[text]; ok {
		return yes
	}
	yes := a.look(text)
	if a.said != nil {
		a.said[text] = yes
	}
	return yes
}

func (a *Aim) look(text string) bool {
	has := map[string]bool{}
	for _, f := range strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_'
	}) {
		for _, w := range words(f) {
			has[w] = true
		}
		has[strings.ToLower(f)] = true
	}
	return a.matches(has) > 0
}

// locality is how much the evidence and the vocabulary point at a function:
// about 0.1 for nothing at all, over 1 for the place itself.
func (a *Aim) locality(function, path string, first, last int, name, body map[string]bool) float64 {
	score := 0.1
	if len(a.Words) > 0 {
		score += min(1.2, 0.30*a.matches(name)+0.10*a.matches(body))
	}
	best := 0.0
	for _, p := range a.Places {
		w := 0.0
		if p.Function != "" && (p.Function == function || strings.HasSuffix(p.Function, "."+function) || strings.HasSuffix(function, "."+p.Function)) {
			w = p.Weight
		}
		if p.File != "" && strings.HasSuffix(path, p.File) && p.Line >= first && p.Line <= last {
			w = p.Weight
		}
		best = max(best, w)
	}
	return score + best
}
