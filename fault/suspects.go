package fault

import (
	"fmt"
	"sort"
	"strings"
)

const maxSuspects = 40

// suspects ranks the functions that may hold the cause: those in the backtrace,
// those that they had called before the fault (a function that returned success
// and did nothing is no longer on the stack), and those whose name fits the
// class.
func (a *Analysis) suspects(c candidate, dirs []string) []Suspect {
	score := map[string]*Suspect{}
	add := func(f *Function, points float64, why string) {
		if f == nil || ofLanguage(f.Name) {
			return
		}
		s := score[f.Name]
		if s == nil {
			s = &Suspect{Function: f.Name, Why: why}
			s.File, s.Line = a.Sym.Line(f.Start)
			score[f.Name] = s
		}
		s.Score += points
		if !strings.Contains(s.Why, why) {
			s.Why += "; " + why
		}
	}
	weight := 1.0
	if a.Fault() == nil {
		weight = 0.1 // the backtrace shows where the run ended, not where it went wrong
	}
	for i, fr := range a.frames {
		if i >= 12 {
			break
		}
		f := a.Sym.Func(fr.Address - 1)
		if i == 0 {
			f = a.Sym.Func(fr.Address)
		}
		add(f, max(weight/float64(i+1), 0.4*weight), "in the backtrace")
	}
	a.suspectCallees(weight, add)
	for i := range a.Sym.funcs {
		f := &a.Sym.funcs[i]
		if p := nameFits(f.Name, c.class.Suspects); p > 0 {
			add(f, p, "its name fits the class")
		}
	}
	if c.match.At != nil {
		add(a.Sym.Func(c.match.At.Address), 2, "the cause points here")
	}
	out := make([]Suspect, 0, len(score))
	for _, s := range score {
		out = append(out, *s)
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].Score != out[j].Score {
			return out[i].Score > out[j].Score
		}
		return out[i].Function < out[j].Function
	})
	out = a.addInlined(out, dirs, c.class.Suspects)
	return out[:min(len(out), maxSuspects)]
}

// suspectCallees adds what the functions of the backtrace had called before,
// three levels deep, the latest calls first.
func (a *Analysis) suspectCallees(weight float64, add func(*Function, float64, string)) {
	seen := map[uint64]bool{}
	var down func(calls []*Function, points float64, from string, depth int)
	down = func(calls []*Function, points float64, from string, depth int) {
		for i, g := range calls {
			if i >= 12 || seen[g.Start] || len(seen) > 200 {
				return
			}
			seen[g.Start] = true
			add(g, points/(1+0.2*float64(i)), fmt.Sprintf("called by %s before the fault", from))
			if depth < 3 {
				down(a.calls(g.End-1), points*0.7, g.Name, depth+1)
			}
		}
	}
	for i, fr := range a.frames {
		if i >= 5 {
			return
		}
		if f := a.Sym.Func(fr.Address - 1); f != nil {
			down(a.calls(fr.Address), 0.8*weight/float64(i+1), f.Name, 1)
		}
	}
}

// ofLanguage tells whether a function belongs to the language's own support code
// and not to the kernel.
func ofLanguage(name string) bool {
	for _, p := range []string{
		"runtime.", "runtime/", "internal/", "sync.", "sync/", "reflect.", "errors.", "math.", "math/", "unicode", "type:", "go:",
		"gcWriteBarrier", "gosave", "_rt0", "memequal", "cmpbody", "indexbytebody", "aeshashbody", "debugCall", "callRet", "setg_gcc",
	} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// bestNamed is the function whose name fits the words best, for causes that
// leave no address behind.
func (a *Analysis) bestNamed(words ...string) *Location {
	best, points := -1, 0.0
	for i := range a.Sym.funcs {
		f := &a.Sym.funcs[i]
		if ofLanguage(f.Name) {
			continue
		}
		p := nameFits(f.Name, words)
		if p > points || (p == points && p > 0 && len(f.Name) < len(a.Sym.funcs[best].Name)) {
			best, points = i, p
		}
	}
	if best < 0 {
		return nil
	}
	l := a.Sym.Locate(a.Sym.funcs[best].Start)
	return &l
}

// nameFits scores a function's name against the words of a class: the earlier
// the word, the more.
func nameFits(name string, words []string) float64 {
	n := strings.ReplaceAll(strings.ToLower(name), "_", "")
	if i := strings.LastIndex(n, "/"); i >= 0 {
		n = n[i+1:]
	}
	for i, w := range words {
		if strings.Contains(n, w) {
			return 1 - 0.6*float64(i)/float64(len(words))
		}
	}
	return 0
}
