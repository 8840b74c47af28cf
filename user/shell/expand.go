package main

import (
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

// value is a variable's.
func (sh *shell) value(name string) string {
	switch name {
	case "?":
		return strconv.Itoa(sh.status)
	case "$":
		return strconv.Itoa(sh.pid)
	case "#":
		return strconv.Itoa(len(sh.arguments))
	case "@", "*":
		return strings.Join(sh.arguments, " ")
	}
	if n, err := strconv.Atoi(name); err == nil {
		if n > 0 && n <= len(sh.arguments) {
			return sh.arguments[n-1]
		}
		return ""
	}
	return sh.variables[name]
}

// fill puts the values of variables into a text.
func (sh *shell) fill(text string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "$")
		b.WriteString(before)
		if !ok {
			break
		}
		name := ""
		if inner, after, ok := strings.Cut(strings.TrimPrefix(rest, "{"), "}"); ok && strings.HasPrefix(rest, "{") {
			name, text = inner, after
		} else {
			n := nameLength(rest)
			name, text = rest[:n], rest[n:]
		}
		if name == "" {
			b.WriteByte('$')
			continue
		}
		b.WriteString(sh.value(name))
	}
	return strings.ReplaceAll(b.String(), "\x00", "$")
}

// nameLength is how much of a text is the name of a variable.
func nameLength(s string) int {
	if s != "" && strings.IndexByte("?$!#@*0123456789", s[0]) >= 0 {
		return 1
	}
	n := 0
	for n < len(s) && (s[n] == '_' || s[n] >= 'a' && s[n] <= 'z' || s[n] >= 'A' && s[n] <= 'Z' || n > 0 && s[n] >= '0' && s[n] <= '9') {
		n++
	}
	return n
}

// field is a text that a word became; pattern is it with the meaning of what was quoted
// taken away, "" where it is none.
type field struct{ text, pattern string }

// add appends to a field.
func (f *field) add(text string, quoted bool) {
	f.text += text
	if quoted {
		text = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(text)
	}
	f.pattern += text
}

// fields makes of words what a program gets: variables filled in, unquoted values split
// at blanks, patterns replaced by the files that they match.
func (sh *shell) fields(words []word) []string {
	var out []string
	for _, w := range words {
		for _, f := range sh.split(w) {
			matches := []string(nil)
			if f.pattern != f.text || strings.ContainsAny(f.text, "*?[") {
				matches = sh.match(f.pattern)
			}
			if len(matches) == 0 {
				matches = []string{f.text}
			}
			out = append(out, matches...)
		}
	}
	return out
}

func (sh *shell) split(w word) []field {
	out := []field{}
	open := false // the last field goes on
	begin := func() {
		if !open {
			out = append(out, field{})
			open = true
		}
	}
	for i, p := range w {
		if p.literal || p.quoted {
			text := p.text
			if !p.literal {
				text = sh.fill(text)
			}
			begin()
			out[len(out)-1].add(text, true)
			continue
		}
		text := p.text
		if i == 0 && (text == "~" || strings.HasPrefix(text, "~/")) {
			text = sh.value("HOME") + text[1:]
		}
		filled := sh.fill(text)
		if filled == text {
			begin()
			out[len(out)-1].add(text, false)
			continue
		}
		if strings.HasPrefix(filled, " ") {
			open = false
		}
		for k, piece := range strings.Fields(filled) {
			open = open && k == 0
			begin()
			out[len(out)-1].add(piece, false)
		}
		open = open && !strings.HasSuffix(filled, " ")
	}
	return out
}

// match lists the files that a pattern matches, as they are named from where the shell is.
func (sh *shell) match(pattern string) []string {
	if path.IsAbs(pattern) {
		found, _ := filepath.Glob(pattern) // a bad pattern is a name
		return found
	}
	found, _ := filepath.Glob(path.Join(quotePattern(sh.dir), pattern))
	for i, f := range found {
		found[i] = strings.TrimPrefix(strings.TrimPrefix(f, sh.dir), "/")
	}
	return found
}

func quotePattern(s string) string {
	var f field
	f.add(s, true)
	return f.pattern
}

// assignment says whether a word sets a variable, and which.
func assignment(w word) (name string, value word, ok bool) {
	if len(w) == 0 || w[0].quoted {
		return "", nil, false
	}
	name, rest, found := strings.Cut(w[0].text, "=")
	if !found || name == "" || nameLength(name) != len(name) || name[0] <= '9' {
		return "", nil, false
	}
	return name, append(word{part{text: rest}}, w[1:]...), true
}

// text is a word as one text, without splitting.
func (sh *shell) text(w word) string {
	var b strings.Builder
	for _, p := range w {
		if p.literal {
			b.WriteString(p.text)
		} else {
			b.WriteString(sh.fill(p.text))
		}
	}
	return b.String()
}
