package fault

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"sort"
)

// Limits on the search for inlined functions.
const (
	inlineHosts    = 14      // functions whose code is looked through
	inlineMaxBytes = 8 << 10 // of one function
	inlineStep     = 4
)

// sourceIndex names the Go function around a line, as the linker would.
type sourceIndex struct {
	dirs  []string
	files map[string][]sourceFunc
}

type sourceFunc struct {
	name       string
	start, end int
}

// find gives the function at a line of a file as the symbols name it, "" if the
// source is not there.
func (x *sourceIndex) find(file string, line int) (name string, start int) {
	funcs, ok := x.files[file]
	if !ok {
		for _, dir := range x.dirs {
			if text := openBelow(dir, file); text != nil {
				funcs = parseFunctions(path.Dir(filepath.ToSlash(file)), text)
				break
			}
		}
		x.files[file] = funcs
	}
	for _, f := range funcs {
		if line >= f.start && line <= f.end {
			return f.name, f.start
		}
	}
	return "", 0
}

// parseFunctions lists the functions of a Go file; dir is its import path.
func parseFunctions(dir string, text []byte) []sourceFunc {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "", text, parser.SkipObjectResolution)
	if err != nil || file == nil {
		return nil
	}
	pkg := dir
	if file.Name.Name == "main" {
		pkg = "main"
	}
	var out []sourceFunc
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok {
			out = append(out, sourceFunc{
				pkg + "." + receiver(f) + f.Name.Name, set.Position(f.Pos()).Line, set.Position(f.End()).Line,
			})
		}
	}
	return out
}

// receiver gives "(*T)." or "T." for a method, "" for a function.
func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil || len(f.Recv.List) == 0 {
		return ""
	}
	switch t := f.Recv.List[0].Type.(type) {
	case *ast.StarExpr:
		if id, ok := t.X.(*ast.Ident); ok {
			return "(*" + id.Name + ")."
		}
	case *ast.Ident:
		return t.Name + "."
	}
	return ""
}

// addInlined finds the functions that the compiler inlined into the likeliest
// suspects: they have no symbol, but their lines are in the line table. Each
// gets a part of its host's score, and its name is judged like any other.
func (a *Analysis) addInlined(list []Suspect, dirs []string, words []string) []Suspect {
	if a.Sym.goTable == nil || len(dirs) == 0 {
		return list
	}
	x := &sourceIndex{dirs: dirs, files: map[string][]sourceFunc{}}
	known := map[string]int{}
	for i, s := range list {
		known[s.Function] = i
	}
	for _, host := range list[:min(len(list), inlineHosts)] {
		addr, ok := a.Sym.Named(host.Function)
		f := a.Sym.Func(addr)
		if !ok || f == nil {
			continue
		}
		end := min(f.End, f.Start+inlineMaxBytes)
		seen := map[string]bool{}
		for pc := f.Start; pc < end; pc += inlineStep {
			file, line := a.Sym.goLine(pc)
			name, start := "", 0
			if file != "" && !ofLanguage(file) {
				name, start = x.find(file, line)
			}
			if name == "" || name == host.Function || seen[name] {
				continue
			}
			seen[name] = true
			points := host.Score*0.35 + 0.6*nameFits(name, words)
			if i, ok := known[name]; ok {
				list[i].Score = max(list[i].Score, points)
				continue
			}
			known[name] = len(list)
			list = append(list, Suspect{Function: name, File: file, Line: start, Score: points, Why: "inlined into " + host.Function})
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].Score > list[j].Score })
	return list
}
