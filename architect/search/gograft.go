package search

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// maxGraftsPerUnit bounds what is grafted into one function.
const maxGraftsPerUnit = 600

// maxGraftUnits is how many functions, nearest to the evidence first, get
// grafts: there are too many of them to try everywhere.
const maxGraftUnits = 40

// grafts inserts statements that stand elsewhere in the package (Barr 2014:
// 43 % of changes can be built from lines of the same code base). Names keep
// their meaning where the same name has the same type at the new place; else
// one name at a time is bound anew to a variable of the type.
func (u *unit) grafts(units []*unit, emit emitFunc) {
	budget := maxGraftsPerUnit
	for _, donor := range units {
		if donor.pkg != u.pkg {
			continue
		}
		for _, b := range donor.blocks {
			for _, s := range b.list {
				if graftable(s) {
					u.graft(donor, s, &budget, emit)
				}
				if budget <= 0 {
					return
				}
			}
		}
	}
}

// graftable says whether a statement is worth copying.
func graftable(s ast.Stmt) bool {
	switch g := s.(type) {
	case *ast.ExprStmt:
		_, call := g.X.(*ast.CallExpr)
		return call
	case *ast.AssignStmt:
		return g.Tok != token.DEFINE
	case *ast.IncDecStmt:
		return true
	case *ast.IfStmt:
		return g.Else == nil && len(g.Body.List) == 1
	}
	return false
}

func (u *unit) graft(donor *unit, s ast.Stmt, budget *int, emit emitFunc) {
	text := donor.source(s)
	if strings.Count(text, "\n") > 4 {
		return
	}
	for _, b := range u.blocks {
		if holds(u, b, text) {
			continue
		}
		for i := 0; i <= len(b.list); i++ {
			if i > 0 && ends(b.list[i-1]) {
				break
			}
			pos := b.end
			if i < len(b.list) {
				pos = b.list[i].Pos()
			}
			bound, renamed, ok := u.bind(donor, s, pos)
			if !ok {
				continue
			}
			prior := priorGraft
			if renamed > 0 {
				prior = priorGraftName
			}
			prior *= u.kinship(donor, s, b)
			if u.usesIdle(donor, s, pos) {
				prior *= idleBonus
			}
			*budget--
			emit(u.insert(b, i, bound, "graft-statement",
				fmt.Sprintf("insert %s, as in %s", firstLine(bound), shortName(donor.symbol)), prior))
		}
	}
}

// idleBonus raises grafts that use a local variable which the function computes
// and then hardly uses: what was computed was meant for something.
const idleBonus = 2.0

// usesIdle says whether a statement names a local variable of the target that
// is read at most once there.
func (u *unit) usesIdle(donor *unit, s ast.Stmt, pos token.Pos) bool {
	if donor == u {
		return false
	}
	idle := false
	ast.Inspect(s, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok || idle {
			return !idle
		}
		v, ok := u.lookup(id.Name, pos).(*types.Var)
		if ok && v.Parent() != u.pkg.types.Scope() && !u.isParameter(v) && u.uses(v) == 1 {
			idle = true
		}
		return true
	})
	return idle
}

// uses counts how often the function names a variable after its definition.
func (u *unit) uses(v *types.Var) int {
	if u.useCount == nil {
		u.useCount = map[types.Object]int{}
		ast.Inspect(u.decl.Body, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				if obj := u.pkg.info.Uses[id]; obj != nil {
					u.useCount[obj]++
				}
			}
			return true
		})
	}
	return u.useCount[v]
}

// kinship is how likely a statement of one function is to be missing in
// another: alike functions forget alike statements. Inside one function only
// another branch of a switch may miss what its neighbours do.
func (u *unit) kinship(donor *unit, s ast.Stmt, b *block) float64 {
	if donor != u {
		common := 0
		for w := range u.names {
			if donor.names[w] {
				common++
			}
		}
		return 0.4 + 2*float64(common)/float64(max(1, len(u.names)+len(donor.names)-common))
	}
	if b.clause && (s.Pos() < b.from || s.Pos() >= b.end) {
		return 1.8
	}
	return 0.2
}

// holds says whether a block has the statement already.
func holds(u *unit, b *block, text string) bool {
	for _, s := range b.list {
		if u.source(s) == text {
			return true
		}
	}
	return false
}

// ends says whether nothing behind a statement is ever run.
func ends(s ast.Stmt) bool {
	switch s.(type) {
	case *ast.ReturnStmt, *ast.BranchStmt:
		return true
	}
	return false
}

// bind rewrites a statement's names for another place. It gives up when more
// than one name has no counterpart.
func (u *unit) bind(donor *unit, s ast.Stmt, pos token.Pos) (text string, renamed int, ok bool) {
	type edit struct {
		from, to int
		name     string
	}
	var edits []edit
	renames := map[string]string{}
	base := donor.offset(s.Pos())
	good := true
	local := map[types.Object]bool{}
	ast.Inspect(s, func(n ast.Node) bool {
		if sel, isSel := n.(*ast.SelectorExpr); isSel {
			ast.Inspect(sel.X, func(m ast.Node) bool { return true })
		}
		id, isID := n.(*ast.Ident)
		if !isID || !good {
			return good
		}
		if d := donor.pkg.info.Defs[id]; d != nil {
			local[d] = true
			return true
		}
		obj := donor.pkg.info.Uses[id]
		v, isVar := obj.(*types.Var)
		if obj == nil || local[obj] || !isVar || v.IsField() {
			if pn, isPkg := obj.(*types.PkgName); isPkg && u.importName(pn.Imported().Path()) == "-" {
				good = false
			}
			return good
		}
		if here, isVar := u.lookup(id.Name, pos).(*types.Var); isVar && types.Identical(here.Type(), v.Type()) {
			return true
		}
		name, have := renames[id.Name]
		if !have {
			name = u.sameType(v.Type(), pos)
			renames[id.Name] = name
		}
		if name == "" || len(renames) > 1 {
			good = false
			return false
		}
		at := donor.offset(id.Pos()) - base
		edits = append(edits, edit{at, at + len(id.Name), name})
		return true
	})
	if !good {
		return "", 0, false
	}
	text = donor.source(s)
	for i := len(edits) - 1; i >= 0; i-- {
		text = text[:edits[i].from] + edits[i].name + text[edits[i].to:]
	}
	return text, len(renames), true
}

// sameType names the nearest variable of a type at a position, "" if none.
func (u *unit) sameType(t types.Type, pos token.Pos) string {
	for _, v := range u.variables(pos) {
		if v.Parent() != u.pkg.types.Scope() && types.Identical(v.Type(), t) {
			return v.Name()
		}
	}
	return ""
}

// shortName is a symbol without the folders of its package.
func shortName(symbol string) string {
	short := symbol[strings.LastIndexByte(symbol, '/')+1:]
	if strings.HasPrefix(symbol, "(") {
		return "(" + short
	}
	return short
}
