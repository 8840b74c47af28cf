package search

import (
	"path"
	"regexp"
	"strings"

	"pxos/architect/source"
)

// dialect is what the line operators must know of a language.
type dialect struct {
	name     string
	start    *regexp.Regexp // first line of a function; group 1 is its name
	define   *regexp.Regexp // a named constant; group 1 is its name
	comment  string
	skip     *regexp.Regexp // lines inside a function that are no statements
	wholeTop bool           // lines before the first function belong to none
}

var dialects = map[string]*dialect{
	".s": {
		name:    "Go assembly",
		start:   regexp.MustCompile(`^TEXT\s+(?:·|)([\p{L}_0-9∕·]+)`),
		define:  regexp.MustCompile(`^#define\s+(\w+)\s+\S`),
		comment: "//",
		skip:    regexp.MustCompile(`^\s*(//.*)?$|^\w+:|^#|^TEXT|\\$`),
	},
	".asm": {
		name:    "NASM",
		start:   regexp.MustCompile(`^([A-Za-z_]\w*):`),
		define:  regexp.MustCompile(`^(?:%define\s+)?(\w+)\s+(?:equ\s+)?\S`),
		comment: ";",
		skip:    regexp.MustCompile(`^\s*(;.*)?$|^\s*\.?\w+:|^\w|^\s*(db|dw|dd|dq|align|times|resb|resd|bits|org|section|global|extern)\b|^%`),
	},
	".S": {
		name:    "GNU assembly",
		start:   regexp.MustCompile(`^([A-Za-z_]\w*):`),
		define:  regexp.MustCompile(`^(?:#define\s+|\s*\.(?:equ|set)\s+)(\w+)[\s,]+\S`),
		comment: "#",
		skip:    regexp.MustCompile(`^\s*(#.*|//.*|/\*.*|\*.*)?$|^\s*\.?\w+:|^\s*\.\w`),
	},
	".c": {
		name:    "C",
		start:   regexp.MustCompile(`^[A-Za-z_][\w\s\*]*?\b([A-Za-z_]\w*)\s*\([^;]*$`),
		define:  regexp.MustCompile(`^\s*#define\s+(\w+)\s+\S`),
		comment: "//",
		skip:    regexp.MustCompile(`^\s*(//.*|/\*.*|\*.*)?$|^\s*[{}]+\s*$|^#|^\s*(for|while|if|else|switch|do|case|default|return)\b.*\{\s*$|^\S`),
	},
}

var nasmConstant = regexp.MustCompile(`^(\w+)\s+equ\s|^%define\s+(\w+)\s`)

// lineFile is a source file seen as lines.
type lineFile struct {
	path      string
	dialect   *dialect
	lines     []string // with their line ends
	offsets   []int
	functions []*lineFunc
	constants []string // in order of definition
	uses      map[string]int
}

// lineFunc is a function's lines: [first, last) are indices into lines.
type lineFunc struct {
	name        string
	symbol      string
	first, last int
	locality    float64
	statements  []int
}

var identifier = regexp.MustCompile(`[A-Za-z_]\w*`)

// readLines splits a file into functions, statements and named constants.
func readLines(t source.Tree, p, module string) *lineFile {
	d := dialects[path.Ext(p)]
	if path.Ext(p) == ".h" {
		d = dialects[".c"]
	}
	if d == nil {
		return nil
	}
	text, _ := t.File(p)
	if path.Ext(p) == ".s" && !strings.Contains(text, "\nTEXT ") && !strings.HasPrefix(text, "TEXT ") {
		d = dialects[".S"]
	}
	f := &lineFile{path: p, dialect: d, lines: strings.SplitAfter(text, "\n"), uses: map[string]int{}}
	at := 0
	var current *lineFunc
	for i, line := range f.lines {
		f.offsets = append(f.offsets, at)
		at += len(line)
		if name := f.constantIn(line); name != "" {
			f.constants = append(f.constants, name)
		} else {
			for _, id := range identifier.FindAllString(f.code(line), -1) {
				f.uses[id]++
			}
		}
		if m := d.start.FindStringSubmatch(line); m != nil && f.constantIn(line) == "" {
			if current != nil {
				current.last = i
			}
			current = &lineFunc{name: m[1], symbol: symbolOfLine(d, p, module, m[1]), first: i, last: len(f.lines)}
			f.functions = append(f.functions, current)
		}
	}
	for _, fn := range f.functions {
		for i := fn.first + 1; i < fn.last; i++ {
			if !d.skip.MatchString(strings.TrimRight(f.lines[i], "\r\n")) {
				fn.statements = append(fn.statements, i)
			}
		}
	}
	return f
}

func symbolOfLine(d *dialect, p, module, name string) string {
	if d.name == "Go assembly" && module != "" {
		if path.Dir(p) == "kernel" {
			return "main." + name
		}
		return path.Join(module, path.Dir(p)) + "." + name
	}
	return name
}

// constantIn is the name of the constant that a line defines, "" if none.
func (f *lineFile) constantIn(line string) string {
	if f.dialect.name == "NASM" {
		if m := nasmConstant.FindStringSubmatch(line); m != nil {
			return m[1] + m[2]
		}
		return ""
	}
	if m := f.dialect.define.FindStringSubmatch(line); m != nil {
		return m[1]
	}
	return ""
}

// code is a line without its comment.
func (f *lineFile) code(line string) string {
	if i := strings.Index(line, f.dialect.comment); i >= 0 {
		return line[:i]
	}
	return line
}

// score sets what the aim thinks of each function.
func (f *lineFile) score(aim Aim) {
	for _, fn := range f.functions {
		name, body := map[string]bool{}, map[string]bool{}
		for _, w := range words(fn.name) {
			name[w] = true
		}
		for _, w := range words(strings.TrimSuffix(path.Base(f.path), path.Ext(f.path))) {
			name[w] = true
		}
		for _, line := range f.lines[fn.first:fn.last] {
			for _, id := range identifier.FindAllString(line, -1) {
				for _, w := range words(id) {
					if !name[w] {
						body[w] = true
					}
				}
			}
		}
		fn.locality = aim.locality(fn.symbol, f.path, fn.first+1, fn.last, name, body)
	}
}

// near is how close the evidence is to one line of a function.
func (f *lineFile) near(aim Aim, line int) float64 {
	best := 1.0
	for _, p := range aim.Places {
		if p.Line == 0 || !strings.HasSuffix(f.path, p.File) || p.File == "" {
			continue
		}
		d := p.Line - (line + 1)
		if d < 0 {
			d = -d
		}
		if d <= 6 {
			best = max(best, 1+float64(7-d)/7)
		}
	}
	if aim.mentions(f.lines[line]) {
		best *= 1.3
	}
	return best
}
