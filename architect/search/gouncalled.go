package search

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"math"
	"regexp"
	"sort"
	"strings"
)

// insertUncalled inserts calls of functions that are defined and never called:
// a set-up step that somebody wrote and nobody runs is the likeliest missing
// call there is.
func insertUncalled(p *goProgram, units []*unit, emit emitFunc) {
	uncalled := p.uncalled()
	for _, f := range uncalled {
		for _, u := range units {
			qualifier := ""
			if f.Pkg() != u.pkg.types {
				name := u.importName(f.Pkg().Path())
				if name == "-" || !f.Exported() {
					continue
				}
				qualifier = name + "."
			}
			if types.Object(f) == u.pkg.info.Defs[u.decl.Name] {
				continue
			}
			u.insertCall(f, qualifier, uncalled, emit)
		}
	}
}

// uncalled lists functions and methods of the program that nothing uses, in a
// stable order. What assembly names is used.
func (p *goProgram) uncalled() []*types.Func {
	used := map[types.Object]bool{}
	for _, pkg := range p.packages {
		for _, obj := range pkg.info.Uses {
			used[obj] = true
		}
		for _, sel := range pkg.info.Selections {
			used[sel.Obj()] = true
		}
	}
	var assembly strings.Builder
	for _, f := range p.tree.Paths() {
		if strings.HasSuffix(f, ".s") {
			text, _ := p.tree.File(f)
			assembly.WriteString(text)
		}
	}
	asm := assembly.String()
	var out []*types.Func
	for _, pkg := range p.packages {
		for _, obj := range pkg.info.Defs {
			f, ok := obj.(*types.Func)
			if !ok || used[f] || f.Name() == "main" || f.Name() == "init" || f.Name() == "String" {
				continue
			}
			if strings.Contains(asm, "CALL ·"+f.Name()+"(SB)") {
				continue
			}
			out = append(out, f)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].FullName() < out[j].FullName() })
	return out
}

// insertCall inserts a call of f at every place of a function where arguments
// for it can be had. Next to calls of the same package is likelier.
func (u *unit) insertCall(f *types.Func, qualifier string, uncalled []*types.Func, emit emitFunc) {
	sig := f.Type().(*types.Signature)
	if sig.Results().Len() > 0 && sig.Params().Len() == 0 {
		return // it only tells something: a call whose answer nobody takes mends nothing
	}
	for _, b := range u.blocks {
		for i := 0; i <= len(b.list); i++ {
			if i > 0 && ends(b.list[i-1]) {
				break
			}
			pos := b.end
			if i < len(b.list) {
				pos = b.list[i].Pos()
			}
			args, ok := u.arguments(sig, pos, uncalled)
			if !ok {
				continue
			}
			call := qualifier + f.Name() + "(" + args + ")"
			if sig.Recv() != nil {
				recv := u.receiver(sig.Recv().Type(), pos)
				if recv == "" {
					continue
				}
				call = recv + "." + f.Name() + "(" + args + ")"
			}
			fit := max(u.affinity(f, b, i), behindItsData(b, i, strings.TrimPrefix(call, qualifier)))
			prior := priorUncalled * fit * math.Pow(0.5, float64(b.depth)) * rarity(len(uncalled))
			emit(u.insert(b, i, call, "insert-call",
				fmt.Sprintf("call %s, which is defined and never called", shortName(f.FullName())), prior))
		}
	}
}

// behindItsData is how well a call fits behind a statement that works on what the
// call is given: what is prepared is then handed on. 0 where it does not.
func behindItsData(b *block, i int, call string) float64 {
	if i == 0 {
		return 0
	}
	given := map[string]bool{}
	for _, name := range identifiers.FindAllString(call, -1) {
		given[name] = true
	}
	found := false
	ast.Inspect(b.list[i-1], func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && given[id.Name] {
			found = true
		}
		return !found
	})
	if !found {
		return 0
	}
	return 0.6
}

// identifiers are the names in an expression: variables, methods, functions.
var identifiers = regexp.MustCompile(`[A-Za-z_]\w*`)

// rarity raises the weight of an uncalled function when there are few: in a
// source where nearly all is called, one that is not stands out.
func rarity(uncalled int) float64 { return 1 + 4/float64(max(1, uncalled)) }

// affinity is how well a call of f fits at a place: the neighbours call into
// the same package, or share a word with it.
func (u *unit) affinity(f *types.Func, b *block, i int) float64 {
	best := 0.25
	mine := map[string]bool{}
	for _, w := range words(f.Name()) {
		mine[w] = true
	}
	for k, near := range []int{i - 1, i} {
		if near < 0 || near >= len(b.list) {
			continue
		}
		ast.Inspect(b.list[near], func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			g := u.callee(call)
			if g == nil || g.Pkg() == nil {
				return true
			}
			score := 0.25
			if g.Pkg() == f.Pkg() && f.Pkg() != u.pkg.types {
				score = 0.8
			}
			for _, w := range words(g.Name()) {
				if mine[w] {
					score += 0.1
				}
			}
			if k == 0 {
				score += 0.05 // behind a relative rather than before it
			}
			best = max(best, score)
			return true
		})
	}
	return best
}

// callee is the function that a call names, nil if it is none.
func (u *unit) callee(call *ast.CallExpr) *types.Func {
	var id *ast.Ident
	switch f := call.Fun.(type) {
	case *ast.Ident:
		id = f
	case *ast.SelectorExpr:
		id = f.Sel
	default:
		return nil
	}
	f, _ := u.pkg.info.Uses[id].(*types.Func)
	return f
}

// arguments makes an argument list from what can be named at a position.
func (u *unit) arguments(sig *types.Signature, pos token.Pos, uncalled []*types.Func) (string, bool) {
	var args []string
	for i := 0; i < sig.Params().Len(); i++ {
		a := u.valueOf(sig.Params().At(i).Type(), pos, uncalled)
		if a == "" {
			return "", false
		}
		args = append(args, a)
	}
	return strings.Join(args, ", "), true
}

// valueOf names a value of a type: a variable, its address, or the result of a
// method that, too, nothing calls.
func (u *unit) valueOf(t types.Type, pos token.Pos, uncalled []*types.Func) string {
	vars := u.variables(pos)
	for _, v := range vars {
		if types.Identical(v.Type(), t) && !basic(t) {
			return v.Name()
		}
		if p, ok := t.(*types.Pointer); ok && types.Identical(p.Elem(), v.Type()) && !basic(v.Type()) {
			return "&" + v.Name()
		}
	}
	for _, f := range uncalled {
		sig := f.Type().(*types.Signature)
		if sig.Recv() == nil || sig.Params().Len() != 0 || sig.Results().Len() != 1 || !types.Identical(sig.Results().At(0).Type(), t) {
			continue
		}
		if recv := u.receiver(sig.Recv().Type(), pos); recv != "" {
			return recv + "." + f.Name() + "()"
		}
	}
	return ""
}

// basic says whether a type is so common that any variable would fit.
func basic(t types.Type) bool {
	_, ok := t.Underlying().(*types.Basic)
	return ok
}

// receiver names a variable that has a method of the receiver type.
func (u *unit) receiver(t types.Type, pos token.Pos) string {
	elem := t
	if p, ok := t.(*types.Pointer); ok {
		elem = p.Elem()
	}
	for _, v := range u.variables(pos) {
		if types.Identical(v.Type(), elem) || types.Identical(v.Type(), types.NewPointer(elem)) {
			return v.Name()
		}
	}
	return ""
}
