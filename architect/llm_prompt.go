package architect

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"strings"

	"pxos/fault"
)

// Bounds on what a model is shown.
const (
	promptDiagnosisBytes = 12 << 10
	promptSourceBytes    = 28 << 10
	promptFunctions      = 12
	promptFunctionLines  = 120
	promptLessons        = 6
)

// modelTask says what is wanted, and in what form.
const modelTask = `You repair operating-system kernels. You get the diagnosis of a kernel that did not come up, the source of the functions involved, and lessons from earlier repairs.
Answer with one JSON object and nothing else: {"patch": "...", "reason": "..."}.
"patch" is a unified diff against the shown source, with paths as shown (--- a/PATH, +++ b/PATH) and three lines of context copied exactly. Change as little as possible.
"reason" says in one sentence what was wrong.
Files may be edited only, not created, deleted or renamed. Never remove, weaken or skip a check, a self-test or a report line: such a patch is refused.
Your patch is applied to a copy, built and booted; if it is refused you are told why and may try again.`

// modelQuestion is the first request: what is known of the case, bounded.
func modelQuestion(c *Case) string {
	var b strings.Builder
	var text strings.Builder
	fault.Render(&text, c.Diagnosis, 100, false)
	fmt.Fprintf(&b, "Project: %s. Files that may be changed lie below: %s.", c.Project.Name, strings.Join(c.Project.Roots, ", "))
	if len(c.Project.Protected) > 0 {
		fmt.Fprintf(&b, " Protected: %s.", strings.Join(c.Project.Protected, ", "))
	}
	fmt.Fprintf(&b, "\n\nDIAGNOSIS\n%s\n\nSOURCE\n", clip(text.String(), promptDiagnosisBytes))
	left := promptSourceBytes
	for _, e := range excerpts(c) {
		if len(e) > left {
			continue
		}
		left -= len(e)
		b.WriteString(e)
	}
	n := 0
	for _, l := range c.Lessons {
		if l.Class != c.Diagnosis.Class.Number || n == promptLessons {
			continue
		}
		if n == 0 {
			b.WriteString("\nLESSONS\n")
		}
		n++
		fmt.Fprintf(&b, "- %s\n  before:\n%s\n  after:\n%s\n", clip(l.Text, 400), clip(l.Before, 800), clip(l.After, 800))
	}
	return b.String()
}

// excerpts is the source of the functions that the diagnosis names, the place
// of the fault first, then its callers and the suspects.
func excerpts(c *Case) []string {
	d := c.Diagnosis
	places := []fault.Location{d.Location}
	for i, f := range d.Backtrace {
		if i < 4 {
			places = append(places, f.Location)
		}
	}
	for _, s := range d.Suspects {
		places = append(places, fault.Location{Function: s.Function, File: s.File, Line: s.Line})
	}
	seen := map[string]bool{}
	var out []string
	for _, p := range places {
		name := findInTree(c, p.File)
		if name == "" || p.Line <= 0 || len(out) >= promptFunctions {
			continue
		}
		text, _ := c.Broken.File(name)
		first, last := functionLines(name, text, p.Line)
		key := fmt.Sprintf("%s:%d", name, first)
		if seen[key] {
			continue
		}
		seen[key] = true
		lines := strings.Split(text, "\n")
		last = min(last, len(lines), first+promptFunctionLines-1)
		out = append(out, fmt.Sprintf("=== %s, lines %d to %d (%s)\n%s\n", name, first, last, p.Function, strings.Join(lines[first-1:last], "\n")))
	}
	return out
}

// findInTree finds the file of the source that a symbol table's path means: the
// longest tail of the path that there is.
func findInTree(c *Case, file string) string {
	parts := strings.Split(path.Clean(strings.ReplaceAll(file, "\\", "/")), "/")
	for i := range parts {
		name := strings.Join(parts[i:], "/")
		if _, ok := c.Broken.File(name); ok {
			return name
		}
	}
	return ""
}

// functionLines is the first and last line of the function around a line.
func functionLines(name, text string, line int) (first, last int) {
	lines := strings.Split(text, "\n")
	line = min(max(line, 1), len(lines))
	if strings.HasSuffix(name, ".go") {
		if _, from, to, ok := goFunctionAt(text, line); ok {
			return from, to
		}
	}
	// C and assembly: from the last line that starts a function to the next.
	first = line
	for first > 1 && !startsFunction(lines[first-1]) {
		first--
	}
	last = line
	for last < len(lines) && !startsFunction(lines[last]) {
		last++
	}
	return first, last
}

var functionStart = regexp.MustCompile(`^(?:TEXT\s+·?([\p{L}\w∕·]+)|([A-Za-z_]\w*):|[A-Za-z_][\w\s*]*?\b([A-Za-z_]\w*)\s*\([^;]*$)`)

func startsFunction(line string) bool { return functionStart.MatchString(line) }

// goFunctionAt finds the Go function around a line, with its comment.
func goFunctionAt(text string, line int) (fn *ast.FuncDecl, first, last int, ok bool) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "", text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, 0, 0, false
	}
	for _, d := range file.Decls {
		f, isFunc := d.(*ast.FuncDecl)
		if !isFunc {
			continue
		}
		first, last = set.Position(f.Pos()).Line, set.Position(f.End()).Line
		if f.Doc != nil {
			first = set.Position(f.Doc.Pos()).Line
		}
		if line >= first && line <= last {
			return f, first, last, true
		}
	}
	return nil, 0, 0, false
}

// functionAt is the symbol of the function around a line, "" if there is none.
func functionAt(name, text string, line int, module string) string {
	if !strings.HasSuffix(name, ".go") {
		lines := strings.Split(text, "\n")
		for i := min(line, len(lines)) - 1; i >= 0; i-- {
			if m := functionStart.FindStringSubmatch(lines[i]); m != nil {
				return m[1] + m[2] + m[3]
			}
		}
		return ""
	}
	f, _, _, ok := goFunctionAt(text, line)
	if !ok {
		return ""
	}
	prefix := path.Join(module, path.Dir(name))
	if regexp.MustCompile(`(?m)^package main$`).MatchString(text) {
		prefix = "main"
	}
	if f.Recv == nil || len(f.Recv.List) == 0 {
		return prefix + "." + f.Name.Name
	}
	switch r := f.Recv.List[0].Type.(type) {
	case *ast.StarExpr:
		if id, isIdent := r.X.(*ast.Ident); isIdent {
			return prefix + ".(*" + id.Name + ")." + f.Name.Name
		}
	case *ast.Ident:
		return prefix + "." + r.Name + "." + f.Name.Name
	}
	return prefix + "." + f.Name.Name
}
