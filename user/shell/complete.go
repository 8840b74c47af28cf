package main

import (
	"os"
	"path"
	"slices"
	"strings"
)

// complete gives what the last word of a line could become: commands where a command
// stands, else files.
func (sh *shell) complete(line string) (start int, candidates []string) {
	start = strings.LastIndexAny(line, " \t|&;<>") + 1
	word := line[start:]
	before := strings.TrimRight(line[:start], " \t")
	first := before == "" || strings.ContainsAny(before[len(before)-1:], "|&;")
	if first && !strings.Contains(word, "/") {
		return start, sh.commands(word)
	}
	return start, sh.files(word)
}

func (sh *shell) commands(prefix string) []string {
	var out []string
	for name := range builtins {
		if strings.HasPrefix(name, prefix) {
			out = append(out, name)
		}
	}
	for _, dir := range strings.Split(sh.value("PATH"), ":") {
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue // PATH may name what is not there
		}
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), prefix) {
				out = append(out, e.Name())
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (sh *shell) files(word string) []string {
	dir, prefix := path.Split(word)
	entries, err := os.ReadDir(sh.path(dir))
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), prefix) || prefix == "" && strings.HasPrefix(e.Name(), ".") {
			continue
		}
		name := dir + e.Name()
		if e.IsDir() {
			name += "/"
		}
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}
