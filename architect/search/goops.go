package search

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"sort"
	"strconv"
	"strings"

	"pxos/architect/source"
)

// Priors: how often an operator's edit is the repair, as weights. They are
// guesses that the corpus runs hold against reality (docs/architect.md).
const (
	priorUncalled  = 8.0
	priorConstant  = 3.0
	priorErrorName = 0.2
	priorLiteral   = 1.2
	priorScale     = 2.6 // a number doubled or halved
	priorOperand   = 3.0
	priorUnwrap    = 2.5
	priorGraft     = 2.0
	priorGraftName = 0.6 // with a name re-bound
	priorCompare   = 1.2
	priorNegate    = 0.8
	priorVariable  = 0.8
	priorParameter = 2.4 // one parameter in place of another of its type
	priorDelete    = 0.5
	priorSwap      = 0.4
	classBonus     = 1.6 // the edit brings in a word of the class
)

type emitFunc func(Candidate)

// goCandidates runs all operators on all Go functions.
func goCandidates(t source.Tree, aim Aim, o Options, emit emitFunc) error {
	hasGo := false
	for _, p := range t.Paths() {
		hasGo = hasGo || strings.HasSuffix(p, ".go")
	}
	if !hasGo {
		return nil
	}
	p, err := loadGo(t, o.Module)
	if err != nil {
		return err
	}
	units := p.units(aim)
	open := slices.DeleteFunc(slices.Clone(units), func(u *unit) bool { return o.protects(u.path) })
	bonus := func(c Candidate) {
		if aim.mentions(c.text) {
			c.Score *= classBonus
		}
		emit(c)
	}
	for _, u := range open {
		u.expressions(bonus)
		u.statements(bonus)
	}
	nearest := slices.Clone(open)
	sort.SliceStable(nearest, func(i, j int) bool { return nearest[i].locality > nearest[j].locality })
	for _, u := range nearest[:min(len(nearest), maxGraftUnits)] {
		u.grafts(units, bonus)
	}
	insertUncalled(p, open, bonus)
	return nil
}

// expressions runs the operators that replace one expression.
func (u *unit) expressions(emit emitFunc) {
	literals := u.literals()
	ast.Inspect(u.decl.Body, func(n ast.Node) bool {
		switch e := n.(type) {
		case *ast.SelectorExpr:
			u.constantSiblings(e, e.Sel, emit)
			return !u.isPackageName(e.X)
		case *ast.Ident:
			u.constantSiblings(e, e, emit)
			u.otherVariables(e, emit)
		case *ast.BasicLit:
			u.otherLiterals(e, literals, emit)
		case *ast.BinaryExpr:
			u.operands(e, emit)
			u.comparisons(e, emit)
		case *ast.CallExpr:
			u.unwrap(e, emit)
		case *ast.IfStmt:
			u.negate(e, emit)
		}
		return true
	})
}

func (u *unit) isPackageName(x ast.Expr) bool {
	id, ok := x.(*ast.Ident)
	if !ok {
		return false
	}
	_, ok = u.pkg.info.Uses[id].(*types.PkgName)
	return ok
}

// constantSiblings replaces a constant by another one of its kind: the same
// named type, or the same const declaration for untyped ones.
func (u *unit) constantSiblings(whole ast.Expr, name *ast.Ident, emit emitFunc) {
	c, ok := u.pkg.info.Uses[name].(*types.Const)
	if !ok || c.Pkg() == nil {
		return
	}
	qualifier := strings.TrimSuffix(u.source(whole), name.Name)
	for _, s := range u.program.siblings(c) {
		if s == c || s.Pkg() != u.pkg.types && !s.Exported() || constant.Compare(s.Val(), token.EQL, c.Val()) {
			continue
		}
		prior := priorConstant
		if strings.HasPrefix(c.Name(), "Err") || strings.HasPrefix(s.Name(), "Err") {
			prior = priorErrorName // another word for a failure mends nothing
		}
		emit(u.replace(whole, qualifier+s.Name(), "replace-constant",
			fmt.Sprintf("replace constant %s by its sibling %s", c.Name(), s.Name()), prior))
	}
}

// siblings lists the constants that could stand where c stands.
func (p *goProgram) siblings(c *types.Const) []*types.Const {
	var out []*types.Const
	pkg := p.packages[c.Pkg().Path()]
	if pkg == nil {
		return nil
	}
	if _, named := c.Type().(*types.Named); named {
		for _, n := range pkg.types.Scope().Names() {
			if s, ok := pkg.types.Scope().Lookup(n).(*types.Const); ok && types.Identical(s.Type(), c.Type()) {
				out = append(out, s)
			}
		}
		return out
	}
	for _, f := range pkg.files {
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST || c.Pos() < g.Pos() || c.Pos() > g.End() {
				continue
			}
			for _, spec := range g.Specs {
				for _, id := range spec.(*ast.ValueSpec).Names {
					if s, ok := pkg.info.Defs[id].(*types.Const); ok {
						out = append(out, s)
					}
				}
			}
		}
	}
	return out
}

// literals lists the integer literals of the function.
func (u *unit) literals() []string {
	seen := map[string]bool{}
	var out []string
	ast.Inspect(u.decl, func(n ast.Node) bool {
		if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.INT && !seen[l.Value] {
			seen[l.Value] = true
			out = append(out, l.Value)
		}
		return true
	})
	return out
}

// otherLiterals replaces a number by another one of the function, by its
// neighbours, its double and its half.
func (u *unit) otherLiterals(l *ast.BasicLit, others []string, emit emitFunc) {
	if l.Kind != token.INT {
		return
	}
	v, err := strconv.ParseInt(l.Value, 0, 64)
	if err != nil {
		return
	}
	for i, w := range []int64{v * 2, v / 2, v + 1, v - 1} {
		prior := priorScale
		if i > 1 {
			prior = priorLiteral / 2
		}
		if w >= 0 {
			emit(u.replace(l, strconv.FormatInt(w, 10), "replace-number", fmt.Sprintf("replace %s by %d", l.Value, w), prior))
		}
	}
	for _, o := range others {
		if o != l.Value {
			emit(u.replace(l, o, "replace-number", "replace "+l.Value+" by "+o+", which stands in the same function", priorLiteral))
		}
	}
}

// operands replaces x+y by x or by y, and a && b by a or by b.
func (u *unit) operands(e *ast.BinaryExpr, emit emitFunc) {
	whole := u.pkg.info.TypeOf(e)
	for _, side := range []ast.Expr{e.X, e.Y} {
		t := u.pkg.info.TypeOf(side)
		if t == nil || whole == nil || !types.AssignableTo(t, whole) {
			continue
		}
		if tv := u.pkg.info.Types[side]; tv.Value != nil && e.Op != token.LAND && e.Op != token.LOR {
			continue // a bare constant is rarely what was meant
		}
		emit(u.replace(e, u.source(side), "take-operand", "replace "+u.source(e)+" by its operand "+u.source(side), priorOperand))
	}
}

var otherComparisons = map[token.Token][]token.Token{
	token.LSS: {token.LEQ, token.GTR, token.GEQ}, token.LEQ: {token.LSS, token.GTR, token.GEQ},
	token.GTR: {token.GEQ, token.LSS, token.LEQ}, token.GEQ: {token.GTR, token.LSS, token.LEQ},
	token.EQL: {token.NEQ}, token.NEQ: {token.EQL},
	token.LAND: {token.LOR}, token.LOR: {token.LAND},
	token.ADD: {token.SUB}, token.SUB: {token.ADD}, token.SHL: {token.SHR}, token.SHR: {token.SHL},
	token.OR: {token.AND, token.AND_NOT}, token.AND: {token.OR, token.AND_NOT}, token.AND_NOT: {token.AND},
}

// comparisons replaces an operator by its relatives.
func (u *unit) comparisons(e *ast.BinaryExpr, emit emitFunc) {
	for _, op := range otherComparisons[e.Op] {
		text := u.source(e.X) + " " + op.String() + " " + u.source(e.Y)
		emit(u.replace(e, text, "replace-operator", fmt.Sprintf("replace %s by %s in %s", e.Op, op, u.source(e)), priorCompare))
	}
}

// unwrap replaces f(x) by x where that has the same type.
func (u *unit) unwrap(e *ast.CallExpr, emit emitFunc) {
	if len(e.Args) != 1 {
		return
	}
	inner, outer := u.pkg.info.TypeOf(e.Args[0]), u.pkg.info.TypeOf(e)
	if inner == nil || outer == nil || !types.Identical(inner, outer) {
		return
	}
	emit(u.replace(e, u.source(e.Args[0]), "unwrap-call", "replace "+u.source(e)+" by its argument "+u.source(e.Args[0]), priorUnwrap))
}

// negate turns a condition around.
func (u *unit) negate(s *ast.IfStmt, emit emitFunc) {
	emit(u.replace(s.Cond, "!("+u.source(s.Cond)+")", "negate-condition", "negate the condition "+u.source(s.Cond), priorNegate))
}

// otherVariables replaces a variable that is read by another one of its type.
func (u *unit) otherVariables(id *ast.Ident, emit emitFunc) {
	v, ok := u.pkg.info.Uses[id].(*types.Var)
	if !ok || v.IsField() {
		return
	}
	for _, w := range u.variables(id.Pos()) {
		if w != v && w.Parent() != u.pkg.types.Scope() && types.Identical(w.Type(), v.Type()) {
			prior := priorVariable
			if u.isParameter(v) && u.isParameter(w) {
				prior = priorParameter
			}
			emit(u.replace(id, w.Name(), "replace-variable", "use "+w.Name()+" in place of "+v.Name(), prior))
		}
	}
}

// isParameter says whether a variable is a parameter of the function.
func (u *unit) isParameter(v *types.Var) bool {
	f, ok := u.pkg.info.Defs[u.decl.Name].(*types.Func)
	if !ok {
		return false
	}
	params := f.Type().(*types.Signature).Params()
	for i := range params.Len() {
		if params.At(i) == v {
			return true
		}
	}
	return false
}

// statements deletes and swaps statements.
func (u *unit) statements(emit emitFunc) {
	for _, b := range u.blocks {
		for i, s := range b.list {
			switch s.(type) {
			case *ast.ExprStmt, *ast.AssignStmt, *ast.IncDecStmt, *ast.IfStmt:
				emit(u.replace(s, "", "delete-statement", "delete "+firstLine(u.source(s)), priorDelete))
			}
			if i+1 < len(b.list) {
				next := b.list[i+1]
				both := u.text[u.offset(s.End()):u.offset(next.Pos())]
				c := u.replace(s, u.source(next)+both+u.source(s), "swap-statements",
					"run "+firstLine(u.source(next))+" before "+firstLine(u.source(s)), priorSwap)
				c.end = u.offset(next.End())
				emit(c)
			}
		}
	}
}

func firstLine(s string) string {
	line, _, more := strings.Cut(s, "\n")
	if more {
		return line + " …"
	}
	return line
}
