package search

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// unit is one Go function that can be edited.
type unit struct {
	program  *goProgram
	pkg      *goPackage
	path     string // file
	text     string // of the file
	file     *ast.File
	decl     *ast.FuncDecl
	symbol   string // as the linker names it
	locality float64
	blocks   []*block
	names    map[string]bool // identifiers in the function
	useCount map[types.Object]int
}

// block is a list of statements and where it stands.
type block struct {
	list   []ast.Stmt
	from   token.Pos
	end    token.Pos // behind the last statement: of the closing brace or the next case
	depth  int
	clause bool // of a switch
}

// units lists all functions with a body, with what the aim thinks of them.
func (p *goProgram) units(aim Aim) []*unit {
	var out []*unit
	for _, f := range p.tree.Paths() {
		for _, pkg := range p.packages {
			file, ok := pkg.files[f]
			if !ok {
				continue
			}
			text, _ := p.tree.File(f)
			for _, d := range file.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
					u := &unit{program: p, pkg: pkg, path: f, text: text, file: file, decl: fn}
					u.symbol = symbolOf(pkg, fn)
					u.score(aim)
					u.findBlocks()
					out = append(out, u)
				}
			}
		}
	}
	return out
}

// symbolOf is the name under which the linker knows a function.
func symbolOf(pkg *goPackage, fn *ast.FuncDecl) string {
	name := pkg.path
	if pkg.types.Name() == "main" {
		name = "main"
	}
	if fn.Recv == nil || len(fn.Recv.List) == 0 {
		return name + "." + fn.Name.Name
	}
	t := fn.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		return name + ".(*" + types.ExprString(star.X) + ")." + fn.Name.Name
	}
	return name + "." + types.ExprString(t) + "." + fn.Name.Name
}

func (u *unit) score(aim Aim) {
	name, body := map[string]bool{}, map[string]bool{}
	u.names = map[string]bool{}
	for _, w := range words(u.decl.Name.Name) {
		name[w] = true
	}
	for _, w := range words(u.pkg.types.Name()) {
		name[w] = true
	}
	if u.decl.Recv != nil && len(u.decl.Recv.List) > 0 {
		for _, w := range words(types.ExprString(u.decl.Recv.List[0].Type)) {
			name[w] = true
		}
	}
	ast.Inspect(u.decl, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			u.names[id.Name] = true
			for _, w := range words(id.Name) {
				if !name[w] {
					body[w] = true
				}
			}
		}
		return true
	})
	u.locality = aim.locality(u.symbol, u.path, u.line(u.decl.Pos()), u.line(u.decl.End()), name, body)
}

func (u *unit) findBlocks() {
	depth := 0
	var visit func(n ast.Node) bool
	visit = func(n ast.Node) bool {
		switch b := n.(type) {
		case *ast.BlockStmt:
			u.blocks = append(u.blocks, &block{b.List, b.Lbrace, b.Rbrace, depth, false})
			depth++
			for _, s := range b.List {
				ast.Inspect(s, visit)
			}
			depth--
			return false
		case *ast.CaseClause:
			end := b.End()
			u.blocks = append(u.blocks, &block{b.Body, b.Pos(), end, depth, true})
			for _, s := range b.Body {
				ast.Inspect(s, visit)
			}
			return false
		}
		return true
	}
	ast.Inspect(u.decl.Body, visit)
}

func (u *unit) line(p token.Pos) int   { return u.program.fset.Position(p).Line }
func (u *unit) offset(p token.Pos) int { return u.program.fset.Position(p).Offset }

// source is the text of a node.
func (u *unit) source(n ast.Node) string { return u.text[u.offset(n.Pos()):u.offset(n.End())] }

// replace makes a candidate that puts text in a node's place.
func (u *unit) replace(n ast.Node, text, operator, note string, prior float64) Candidate {
	return Candidate{
		Operator: operator, Path: u.path, Function: u.symbol, Line: u.line(n.Pos()), Note: note,
		Score: prior * u.locality, start: u.offset(n.Pos()), end: u.offset(n.End()), text: text,
	}
}

// insert makes a candidate that adds a statement before position i of a block.
func (u *unit) insert(b *block, i int, statement, operator, note string, prior float64) Candidate {
	c := Candidate{Operator: operator, Path: u.path, Function: u.symbol, Note: note, Score: prior * u.locality}
	if i < len(b.list) {
		at := u.offset(b.list[i].Pos())
		c.Line = u.line(b.list[i].Pos())
		c.start, c.end = at, at
		c.text = statement + "\n" + u.indent(at)
		return c
	}
	if len(b.list) > 0 {
		at := u.offset(b.list[len(b.list)-1].End())
		c.Line = u.line(b.list[len(b.list)-1].End())
		c.start, c.end = at, at
		c.text = "\n" + u.indent(u.offset(b.list[len(b.list)-1].Pos())) + statement
		return c
	}
	at := u.offset(b.end)
	c.Line = u.line(b.end)
	c.start, c.end = at, at
	c.text = statement + "\n"
	return c
}

// indent is the white space at the start of the line of an offset.
func (u *unit) indent(at int) string {
	start := strings.LastIndexByte(u.text[:at], '\n') + 1
	end := start
	for end < len(u.text) && (u.text[end] == '\t' || u.text[end] == ' ') {
		end++
	}
	return u.text[start:end]
}

// scopeAt is the innermost scope at a position.
func (u *unit) scopeAt(pos token.Pos) *types.Scope {
	if s := u.pkg.types.Scope().Innermost(pos); s != nil {
		return s
	}
	return u.pkg.types.Scope()
}

// variables lists variables that can be named at a position: locals first,
// then those of the package.
func (u *unit) variables(pos token.Pos) []*types.Var {
	var out []*types.Var
	seen := map[string]bool{}
	for s := u.scopeAt(pos); s != nil && s != types.Universe; s = s.Parent() {
		for _, name := range s.Names() {
			v, ok := s.Lookup(name).(*types.Var)
			if !ok || seen[name] || name == "_" {
				continue
			}
			if s != u.pkg.types.Scope() && v.Pos() >= pos {
				continue
			}
			seen[name] = true
			out = append(out, v)
		}
	}
	return out
}

// lookup finds what a name means at a position.
func (u *unit) lookup(name string, pos token.Pos) types.Object {
	_, obj := u.scopeAt(pos).LookupParent(name, pos)
	return obj
}

// importName is how the unit's file names a package, "" if it does not.
func (u *unit) importName(pkgPath string) string {
	if pkgPath == u.pkg.path {
		return ""
	}
	for _, im := range u.file.Imports {
		if strings.Trim(im.Path.Value, `"`) == pkgPath {
			if im.Name != nil {
				return im.Name.Name
			}
			return pkgPath[strings.LastIndexByte(pkgPath, '/')+1:]
		}
	}
	return "-"
}
