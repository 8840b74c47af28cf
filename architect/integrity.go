package architect

import (
	"fmt"
	"regexp"
	"sort"
	"strings"

	"pxos/abi/bootreport"
	"pxos/architect/source"
)

// guards are the lines that check something: a repair may move them, add to
// them or correct them, but there may not be fewer of a kind afterwards.
var guards = []struct {
	name    string
	pattern *regexp.Regexp
}{
	{"refusal", regexp.MustCompile(`\breturn\b[^\n]*\bErr[A-Z]\w*`)},
	{"call that ends with a reason", regexp.MustCompile(`\brefuse\(`)},
	{"self-test check", regexp.MustCompile(`\.that\(`)},
	{"report line", regexp.MustCompile(`\breport\.(Begin|Test|Finish)\(`)},
	{"assertion", regexp.MustCompile(`\b(assert|panic|BUG_ON|ASSERT)\s*\(`)},
	{"self-test", regexp.MustCompile(`\bselftest\.Run\(`)},
}

// integrity says why a candidate is no repair but a removal of the check that
// found the bug, "" if it is none.
func (p *Project) integrity(before, after source.Tree) string {
	changed := before.Changed(after)
	if len(changed) == 0 {
		return "it changes nothing"
	}
	for _, path := range changed {
		if !source.Inside(path, p.Roots) {
			return path + " lies outside the source roots " + strings.Join(p.Roots, ", ")
		}
		for _, protected := range p.Protected {
			if strings.HasPrefix(path, protected) {
				return path + " belongs to the self-tests or the report, which a repair may not touch"
			}
		}
	}
	for _, g := range guards {
		was, is := count(before, changed, g.pattern), count(after, changed, g.pattern)
		if is < was {
			return fmt.Sprintf("it removes a %s (%d before, %d after)", g.name, was, is)
		}
	}
	return ""
}

func count(t source.Tree, paths []string, pattern *regexp.Regexp) int {
	n := 0
	for _, p := range paths {
		text, _ := t.File(p)
		n += len(pattern.FindAllString(text, -1))
	}
	return n
}

// checksOf is the number of checks of each self-test in a report.
func checksOf(r *bootreport.Report) map[string]int {
	out := map[string]int{}
	for _, t := range r.Tests {
		out[t.Name] = t.Checks
	}
	return out
}

// fewerTests compares the self-tests of a boot with those that a healthy boot
// of the same machine is known to report. It says what is missing.
func fewerTests(want, got map[string]int) string {
	var names []string
	for n := range want {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		if _, ok := got[n]; !ok {
			return "self-test " + n + " is no longer reported"
		}
		if got[n] < want[n] {
			return fmt.Sprintf("self-test %s makes %d checks, %d are known", n, got[n], want[n])
		}
	}
	return ""
}
