package search

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"sort"
	"strings"

	"pxos/architect/source"
)

// goPackage is a type-checked package of the tree.
type goPackage struct {
	path  string
	files map[string]*ast.File // by tree path
	types *types.Package
	info  *types.Info
}

// goProgram is all Go packages of a tree.
type goProgram struct {
	tree     source.Tree
	module   string
	fset     *token.FileSet
	packages map[string]*goPackage
	std      types.Importer
	busy     map[string]bool
}

// loadGo parses and type-checks every Go package of a tree.
func loadGo(t source.Tree, module string) (*goProgram, error) {
	p := &goProgram{tree: t, module: module, fset: token.NewFileSet(), packages: map[string]*goPackage{}, busy: map[string]bool{}}
	p.std = importer.ForCompiler(p.fset, "source", nil)
	dirs := map[string]bool{}
	for _, f := range t.Paths() {
		if strings.HasSuffix(f, ".go") && !strings.HasSuffix(f, "_test.go") {
			dirs[path.Dir(f)] = true
		}
	}
	names := make([]string, 0, len(dirs))
	for d := range dirs {
		names = append(names, d)
	}
	sort.Strings(names)
	for _, d := range names {
		if _, err := p.Import(path.Join(module, d)); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// Import is types.Importer: packages of the tree from the tree, others from the
// Go installation.
func (p *goProgram) Import(name string) (*types.Package, error) {
	if name == "unsafe" {
		return types.Unsafe, nil
	}
	if name != p.module && !strings.HasPrefix(name, p.module+"/") {
		return p.std.Import(name)
	}
	if pkg, ok := p.packages[name]; ok {
		return pkg.types, nil
	}
	if p.busy[name] {
		return nil, fmt.Errorf("import cycle through %s", name)
	}
	p.busy[name] = true
	defer delete(p.busy, name)
	pkg, err := p.check(name)
	if err != nil {
		return nil, err
	}
	p.packages[name] = pkg
	return pkg.types, nil
}

func (p *goProgram) check(name string) (*goPackage, error) {
	dir := strings.TrimPrefix(strings.TrimPrefix(name, p.module), "/")
	pkg := &goPackage{path: name, files: map[string]*ast.File{}}
	var files []*ast.File
	for _, f := range p.tree.Paths() {
		if path.Dir(f) != dir || !strings.HasSuffix(f, ".go") || strings.HasSuffix(f, "_test.go") {
			continue
		}
		text, _ := p.tree.File(f)
		file, err := parser.ParseFile(p.fset, f, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		pkg.files[f] = file
		files = append(files, file)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no Go files of %s in the source tree", name)
	}
	pkg.info = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, Scopes: map[ast.Node]*types.Scope{},
	}
	conf := types.Config{Importer: p}
	tp, err := conf.Check(name, p.fset, files, pkg.info)
	if err != nil {
		return nil, err
	}
	pkg.types = tp
	return pkg, nil
}

// Checker tells cheaply whether an edited Go file still parses and type-checks,
// before a compiler is started.
type Checker struct{ program *goProgram }

// NewChecker analyses a tree once.
func NewChecker(t source.Tree, module string) (*Checker, error) {
	p, err := loadGo(t, module)
	if err != nil {
		return nil, err
	}
	return &Checker{p}, nil
}

// Check checks the package of one changed file against the other packages as
// they were. Files that are no Go are always right here.
func (c *Checker) Check(changed source.Tree, file string) error {
	if !strings.HasSuffix(file, ".go") {
		return nil
	}
	name := path.Join(c.program.module, path.Dir(file))
	q := &goProgram{tree: changed, module: c.program.module, fset: token.NewFileSet(),
		packages: map[string]*goPackage{}, std: c.program.std, busy: map[string]bool{}}
	for n, pkg := range c.program.packages {
		if n != name {
			q.packages[n] = pkg
		}
	}
	_, err := q.check(name)
	return err
}
