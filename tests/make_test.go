package tests

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// makeTargets gives, for each target of a Makefile, whether there is anything to do
// for it: a recipe, or something that it needs.
func makeTargets(text string) map[string]bool {
	out := map[string]bool{}
	target := ""
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "\t") {
			if target != "" {
				out[target] = true
			}
			continue
		}
		target = ""
		name, needs, ok := strings.Cut(line, ":")
		if !ok || strings.ContainsAny(name, " #=?$") || strings.HasPrefix(needs, "=") || strings.HasPrefix(name, ".") {
			continue
		}
		target = name
		out[target] = out[target] || strings.TrimSpace(needs) != ""
	}
	return out
}

// TestMakeTargets: a target that is declared does something, and a page names no
// target that is not there. (A recipe was once lost in a merge, and `make` called that
// success.)
func TestMakeTargets(t *testing.T) {
	makefile := read(t, "Makefile")
	targets := makeTargets(makefile)
	phony := regexp.MustCompile(`(?m)^\.PHONY: (.*)$`).FindStringSubmatch(makefile)
	if phony == nil {
		t.Fatal("the Makefile declares no .PHONY")
	}
	for _, name := range strings.Fields(phony[1]) {
		if !targets[name] {
			t.Errorf("make %s does nothing", name)
		}
	}
	named := regexp.MustCompile("(?:`|^\\s*)make ([a-z][a-z-]*)")
	for _, page := range sources(t, ".md") {
		for _, m := range named.FindAllStringSubmatch(read(t, page), -1) {
			if _, ok := targets[m[1]]; !ok {
				t.Errorf("%s names make %s; the Makefile has %v", page, m[1], slices.Sorted(maps.Keys(targets)))
			}
		}
	}
}
