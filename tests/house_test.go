// Package tests holds the tests that cross folders: the rules of the house, boots
// of the real kernel, bad input from outside, and the corpora. Nothing imports it.
package tests

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// The rules of the house, as a test: what may import what, how long a file and
// a function may be, what must be documented, how files are named.

// order is the import order of the house: a folder may import itself and the
// folders before it.
var order = []string{"abi", "wasm", "pixel", "wgsl", "pixelvm", "llm", "models", "hypervisor", "kernel", "user", "pxgpu", "image",
	"machine", "fault", "memory", "architect", "examples", "cmd", "tests"}

// only narrows what a folder may import of this module beyond the order; the
// longest prefix counts.
var only = map[string][]string{
	"abi":              {"abi"},
	"kernel":           {"abi", "kernel"},
	"pxgpu":            {"abi", "pxgpu", "wgsl"},
	"wasm":             {},
	"pixel":            {"pixel"},
	"pixelvm":          {"pixel", "pixelvm", "wasm"},
	"pixelvm/shader":   {"pixelvm", "wgsl"},
	"wgsl":             {"wasm", "wgsl"},
	"llm":              {"llm", "wgsl"},
	"llm/kernel":       {"llm/kernel", "llm/quant"},
	"llm/gguf":         {"llm/gguf", "llm/quant"},
	"llm/train":        {"llm/gguf", "llm/kernel", "llm/model", "llm/quant", "llm/token", "llm/train"},
	"llm/score":        {"llm/gguf", "llm/model", "llm/quant", "llm/score", "llm/token"},
	"llm/generate":     {"llm/model", "llm/sample", "llm/token"},
	"models":           {"llm", "pixel"},
	"user/llm":         {"llm", "models"},
	"examples":         {"pixelvm"},
	"user/cart":        {"hypervisor"},
	"hypervisor":       {"pixel", "pixelvm", "wgsl", "hypervisor"},
	"pxgpu/kernels":    {"pxgpu/kernels", "wgsl"},
	"pxgpu/runtime":    {"abi", "wgsl", "pxgpu/runtime", "pxgpu/kernels"},
	"memory":           {},
	"pxgpu/vfiouser":   {},
	"architect/source": {},
	"image/gate":       {},
	"architect/search": {"architect/source", "fault"},
	"architect/trial":  {"abi", "fault", "image", "machine", "pxgpu"},
}

const (
	maxFileLines     = 600
	maxFunctionLines = 70
	// vectorTable is one line for each of 256 vectors: a table, not a function.
	vectorTable = "vectors"
	// instructionTable is one case for each instruction of an interpreter, which must be
	// one switch to be one jump.
	instructionTable = "interpret"
)

// repository is the folder with go.mod.
func repository(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// sources lists the files of the repository with one of the endings, by path
// from its root. Hidden folders and results are passed over.
func sources(t *testing.T, endings ...string) []string {
	t.Helper()
	root := repository(t)
	var out []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		if d.IsDir() {
			if n := d.Name(); rel != "." && strings.HasPrefix(n, ".") || rel == "build" || rel == "out" || n == "testdata" {
				return filepath.SkipDir
			}
			return nil
		}
		for _, e := range endings {
			if strings.HasSuffix(path, e) {
				out = append(out, filepath.ToSlash(rel))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) == 0 {
		t.Fatalf("no file ends in %v below %s", endings, root)
	}
	return out
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository(t), filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// goFile is a parsed source file.
type goFile struct {
	path string
	set  *token.FileSet
	ast  *ast.File
}

func (f goFile) test() bool     { return strings.HasSuffix(f.path, "_test.go") }
func (f goFile) folder() string { return filepath.ToSlash(filepath.Dir(f.path)) }

func (f goFile) at(p token.Pos) string {
	return fmt.Sprintf("%s:%d", f.path, f.set.Position(p).Line)
}

func goFiles(t *testing.T) []goFile {
	t.Helper()
	var out []goFile
	for _, p := range sources(t, ".go") {
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, p, read(t, p), parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, goFile{p, set, file})
	}
	return out
}

// below says whether a folder is a prefix's folder or lies in it.
func below(folder, prefix string) bool {
	return folder == prefix || strings.HasPrefix(folder, prefix+"/")
}

// rank is the place of a folder in the order, -1 if it has none.
func rank(folder string) int {
	top, _, _ := strings.Cut(folder, "/")
	for i, o := range order {
		if o == top {
			return i
		}
	}
	return -1
}

// wrongImport says what is wrong with an import of this module, "" if nothing.
func wrongImport(from, to string) string {
	if rank(from) < 0 || rank(to) < 0 {
		return "the order of the house does not know one of them"
	}
	if rank(to) > rank(from) {
		return "a folder may import only folders above it"
	}
	rule := ""
	for r := range only {
		if below(from, r) && len(r) > len(rule) {
			rule = r
		}
	}
	if rule == "" || below(to, rule) {
		return ""
	}
	for _, allowed := range only[rule] {
		if below(to, allowed) {
			return ""
		}
	}
	return fmt.Sprintf("%s may import only %v", rule, only[rule])
}

func TestImportOrder(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.test() {
			continue
		}
		for _, i := range f.ast.Imports {
			path, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			to, ours := strings.CutPrefix(path, "pxos/")
			if !ours {
				continue
			}
			if why := wrongImport(f.folder(), to); why != "" {
				t.Errorf("%s imports %s: %s", f.at(i.Pos()), path, why)
			}
		}
	}
}

// TestImportOrderItself keeps the check able to fail.
func TestImportOrderItself(t *testing.T) {
	for _, c := range []struct {
		from, to string
		good     bool
	}{
		{"kernel/paging", "kernel/frame", true},
		{"kernel/gpu", "abi", true},
		{"kernel", "image", false},
		{"pxgpu", "kernel/gpu", false},
		{"pxgpu/vfiouser", "abi", false},
		{"pxgpu", "pxgpu/vfiouser", true},
		{"memory", "fault", false},
		{"architect", "memory", true},
		{"machine", "fault", false},
		{"elsewhere", "abi", false},
	} {
		if why := wrongImport(c.from, c.to); (why == "") != c.good {
			t.Errorf("%s imports %s: %q", c.from, c.to, why)
		}
	}
}

func TestLengths(t *testing.T) {
	for _, p := range sources(t, ".go", ".s", ".asm") {
		if n := strings.Count(read(t, p), "\n"); n >= maxFileLines {
			t.Errorf("%s has %d lines, %d is the bound: split it by subject", p, n, maxFileLines)
		}
	}
	for _, f := range goFiles(t) {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			fn, ok := n.(*ast.FuncDecl)
			if !ok {
				return true
			}
			if lines := f.set.Position(fn.End()).Line - f.set.Position(fn.Pos()).Line + 1; lines > maxFunctionLines && fn.Name.Name != instructionTable {
				t.Errorf("%s: %s has %d lines, %d is the bound", f.at(fn.Pos()), fn.Name.Name, lines, maxFunctionLines)
			}
			return true
		})
	}
	for _, p := range sources(t, ".s") {
		for name, lines := range textBlocks(read(t, p)) {
			if lines > maxFunctionLines && !strings.Contains(name, vectorTable) {
				t.Errorf("%s: %s has %d lines, %d is the bound", p, name, lines, maxFunctionLines)
			}
		}
	}
}

// textBlocks gives the length in lines of every TEXT block of a Go assembly
// file, blank lines and comments aside.
func textBlocks(text string) map[string]int {
	out := map[string]int{}
	name := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if rest, ok := strings.CutPrefix(line, "TEXT "); ok {
			name, _, _ = strings.Cut(rest, "(")
		}
		if name != "" && line != "" && !strings.HasPrefix(line, "//") {
			out[name]++
		}
	}
	return out
}

func TestExportedNamesAreDocumented(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.test() {
			continue
		}
		for _, d := range f.ast.Decls {
			for _, name := range undocumented(d) {
				t.Errorf("%s: %s has no comment", f.at(name.Pos()), name.Name)
			}
		}
	}
}

// undocumented lists the exported names of a declaration without a comment.
func undocumented(d ast.Decl) []*ast.Ident {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Doc == nil && d.Name.IsExported() && exportedReceiver(d) && !ofStandardInterface(d) {
			return []*ast.Ident{d.Name}
		}
	case *ast.GenDecl:
		var out []*ast.Ident
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
					out = append(out, s.Name)
				}
			case *ast.ValueSpec:
				for _, n := range s.Names {
					if n.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
						out = append(out, n)
					}
				}
			}
		}
		return out
	}
	return nil
}

// ofStandardInterface says whether a method is that of fmt.Stringer or error,
// which say what it does.
func ofStandardInterface(d *ast.FuncDecl) bool {
	return d.Recv != nil && (d.Name.Name == "String" || d.Name.Name == "Error") && d.Type.Params.NumFields() == 0
}

// exportedReceiver says whether a function is no method, or one of an exported
// type.
func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	e := d.Recv.List[0].Type
	if star, ok := e.(*ast.StarExpr); ok {
		e = star.X
	}
	if generic, ok := e.(*ast.IndexExpr); ok {
		e = generic.X
	}
	id, ok := e.(*ast.Ident)
	return ok && id.IsExported()
}

func TestPackagesAreDescribed(t *testing.T) {
	described := map[string]bool{}
	for _, f := range goFiles(t) {
		if !f.test() {
			described[f.folder()] = described[f.folder()] || f.ast.Doc != nil
		}
	}
	for folder, ok := range described {
		if !ok {
			t.Errorf("%s has no package comment: say what it is for and what it must not import", folder)
		}
	}
}

func TestFileNames(t *testing.T) {
	hasGo := map[string]bool{}
	for _, f := range goFiles(t) {
		if !f.test() {
			hasGo[f.folder()] = true
		}
		unsafe := false
		for _, i := range f.ast.Imports {
			unsafe = unsafe || i.Path.Value == `"unsafe"`
		}
		named := strings.HasSuffix(strings.TrimSuffix(f.path, "_test.go"), "_unsafe") || strings.HasSuffix(f.path, "_unsafe.go")
		if unsafe && !named {
			t.Errorf("%s imports unsafe: name it *_unsafe.go", f.path)
		}
		if named && !unsafe {
			t.Errorf("%s is named for unsafe and does not import it", f.path)
		}
	}
	for _, p := range sources(t, ".s") {
		if !strings.HasSuffix(p, "_amd64.s") {
			t.Errorf("%s: name it *_amd64.s", p)
		}
		if folder := filepath.ToSlash(filepath.Dir(p)); !hasGo[folder] {
			t.Errorf("%s stands alone: no Go file beside it declares what it holds", p)
		}
	}
}

// unfinished finds words that say that something is left undone; homePath a
// path of somebody's machine. Neither may stand literally in this file.
var (
	unfinished = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X|HA` + `CK)\b`)
	homePath   = regexp.MustCompile("(^|[\"'`\\s(=:])/(home|root|work|Users)/[A-Za-z0-9_.]")
)

func TestNoLeftovers(t *testing.T) {
	for _, p := range sources(t, ".go", ".s", ".asm", ".wgsl", ".md", ".toml", ".sh", ".patch", "Makefile") {
		n := 0
		for line := range strings.Lines(read(t, p)) {
			n++
			if m := unfinished.FindString(line); m != "" {
				t.Errorf("%s:%d: %s: finish it, or state it in docs/caveats.md", p, n, m)
			}
			if m := homePath.FindString(line); m != "" {
				t.Errorf("%s:%d: %q is a path of one machine", p, n, strings.TrimSpace(m))
			}
		}
	}
}
