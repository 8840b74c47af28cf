package search

import (
	"fmt"
	"regexp"
	"strings"
)

// priorUseUnused is high: who computes a value and never uses it has forgotten
// a statement.
const priorUseUnused = 6.0

var (
	cLocal     = regexp.MustCompile(`^\s*(?:(?:static|const|volatile|unsigned|signed|struct|long|short)\s+)*[A-Za-z_]\w*\s*[\s*]\s*\**([a-z_]\w*)\s*(?:=|;|\[)`)
	cParameter = regexp.MustCompile(`([a-z_]\w*)\s*(?:\[\w*\])?\s*[,)]`)
	cKeyword   = regexp.MustCompile(`^\s*(return|goto|break|continue|else|case)\b`)
)

// declared lists the parameters and local variables of a C function by name,
// with the line that declares each.
func (f *lineFile) declared(fn *lineFunc) map[string]int {
	out := map[string]int{}
	head := f.code(f.lines[fn.first])
	if at := strings.IndexByte(head, '('); at >= 0 {
		for _, m := range cParameter.FindAllStringSubmatch(head[at:], -1) {
			out[m[1]] = fn.first
		}
	}
	for i := fn.first + 1; i < fn.last; i++ {
		code := f.code(f.lines[i])
		if m := cLocal.FindStringSubmatch(code); m != nil && !cKeyword.MatchString(code) {
			if _, have := out[m[1]]; !have {
				out[m[1]] = i
			}
		}
	}
	return out
}

// useUnused grafts statements that use a variable which a C function declares
// and never uses. All other variables of the statement must be known there by
// the same name.
func (f *lineFile) useUnused(aim Aim, fn *lineFunc, emit emitFunc) {
	if f.dialect.name != "C" {
		return
	}
	known := f.declared(fn)
	uses := map[string]int{}
	for i := fn.first; i < fn.last; i++ {
		for _, id := range identifier.FindAllString(f.code(f.lines[i]), -1) {
			uses[id]++
		}
	}
	for _, donor := range f.functions {
		if donor == fn {
			continue
		}
		foreign := f.declared(donor)
		for _, k := range donor.statements {
			text := strings.TrimSpace(f.code(f.lines[k]))
			if !f.worthCopying(text) || cKeyword.MatchString(text) {
				continue
			}
			names, unused, first := 0, []string{}, 0
			for _, id := range unique(identifier.FindAllString(text, -1)) {
				at, here := known[id]
				if _, theirs := foreign[id]; !here && theirs {
					names = -1
					break
				}
				if here {
					names++
					first = max(first, at)
				}
				if here && uses[id] == 1 {
					unused = append(unused, id)
				}
			}
			if names <= 0 || len(unused) == 0 {
				continue
			}
			f.insertAfter(aim, fn, donor, text, unused, first, emit)
		}
	}
}

// insertAfter offers a statement at every place behind a line, the last first:
// results are stored at the end.
func (f *lineFile) insertAfter(aim Aim, fn, donor *lineFunc, text string, unused []string, first int, emit emitFunc) {
	for n, i := range fn.statements {
		if i <= first {
			continue
		}
		score := priorUseUnused * float64(len(unused)) * f.near(aim, i) * (0.7 + 0.3*float64(n+1)/float64(len(fn.statements)))
		line := f.lines[i]
		indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		emit(f.edit(fn, i, i, indent+text+"\n", "use-unused",
			fmt.Sprintf("insert %s before line %d, as in %s; never used there: %s", text, i+1, donor.name, strings.Join(unused, ", ")), score))
	}
}

func unique(names []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, n := range names {
		if !seen[n] {
			seen[n] = true
			out = append(out, n)
		}
	}
	return out
}
