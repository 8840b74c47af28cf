package golang

import (
	"go/ast"
	"go/token"
	"go/types"

	"pxos/pixelvm"
)

func (f *function) block(list []ast.Stmt) {
	for _, s := range list {
		f.statement(s)
	}
}

// statement compiles one statement. What cannot be reached is left out.
func (f *function) statement(s ast.Stmt) {
	if f.ends {
		if l, ok := s.(*ast.LabeledStmt); ok {
			f.c.fail(l, "the subset has no label behind what does not go on")
		}
		return
	}
	mark := len(f.used)
	defer f.release(mark)
	switch s := s.(type) {
	case *ast.EmptyStmt:
	case *ast.BlockStmt:
		f.block(s.List)
	case *ast.ExprStmt:
		f.drop(f.call(s.X))
	case *ast.DeclStmt:
		f.declaration(s.Decl.(*ast.GenDecl))
	case *ast.AssignStmt:
		f.assignment(s)
	case *ast.IncDecStmt:
		op := map[token.Token]token.Token{token.INC: token.ADD, token.DEC: token.SUB}[s.Tok]
		f.update(s, s.X, op, func() { f.constantOne(f.typeOf(s.X)) }, nil)
	case *ast.ReturnStmt:
		f.returns(s)
	case *ast.IfStmt:
		f.ifStatement(s)
	case *ast.ForStmt:
		f.forStatement(s)
	case *ast.RangeStmt:
		f.rangeStatement(s)
	case *ast.SwitchStmt:
		f.switchStatement(s)
	case *ast.LabeledStmt:
		f.label = s.Label.Name
		f.statement(s.Stmt)
		f.label = ""
	case *ast.BranchStmt:
		f.branch(s)
	default:
		f.c.fail(s, "the subset has no such statement (%T)", s)
	}
}

func (f *function) constantOne(t types.Type) {
	if isFloat(t) {
		f.wide(pixelvm.PUSHF, 0x3FF0000000000000)
	} else {
		f.number(1)
	}
}

func (f *function) declaration(d *ast.GenDecl) {
	if d.Tok != token.VAR {
		return // constants and types need no code
	}
	for _, spec := range d.Specs {
		s := spec.(*ast.ValueSpec)
		var targets []ast.Expr
		for _, name := range s.Names {
			targets = append(targets, name)
		}
		if len(s.Values) == 0 {
			for _, name := range s.Names {
				f.declare(name, f.c.info.Defs[name], f.c.info.Defs[name].Type())
			}
			continue
		}
		f.define(s, targets, s.Values)
	}
}

// define declares the targets that are new, and assigns.
func (f *function) define(n ast.Node, targets, values []ast.Expr) {
	// The values are computed before the variables are there: x := x names another x.
	var objects []types.Object
	for _, t := range targets {
		var object types.Object
		if id, ok := t.(*ast.Ident); ok && id.Name != "_" {
			object = f.c.info.Defs[id]
		}
		objects = append(objects, object)
	}
	if len(targets) == 1 && objects[0] != nil {
		v := f.prepare(n, objects[0], values[0])
		f.vars[objects[0]] = v
		return
	}
	f.tuple(n, targets, values, func(i int) {
		if objects[i] != nil {
			f.declare(n, objects[i], objects[i].Type())
		}
	})
}

// prepare makes a variable with its first value.
func (f *function) prepare(n ast.Node, object types.Object, value ast.Expr) variable {
	t := object.Type()
	list := f.c.values(n, t)
	if list != nil && !f.escaped[object] {
		f.converted(value, t)
		v := variable{typ: t, heap: -1, locals: make([]int, len(list))}
		for i := len(list) - 1; i >= 0; i-- {
			v.locals[i] = f.newLocal(list[i])
			f.emit(pixelvm.SET, v.locals[i])
		}
		return v
	}
	// It goes to memory: by way of a temporary, since the value may name another of its
	// name.
	old, had := f.vars[object]
	v := f.declare(n, object, t)
	if had {
		f.vars[object] = old
	}
	f.assign(f.placeOf(v), value)
	return v
}

func (f *function) assignment(s *ast.AssignStmt) {
	switch s.Tok {
	case token.DEFINE:
		f.define(s, s.Lhs, s.Rhs)
	case token.ASSIGN:
		if len(s.Lhs) == 1 {
			f.assign(f.lvalue(s.Lhs[0]), s.Rhs[0])
			return
		}
		f.tuple(s, s.Lhs, s.Rhs, func(int) {})
	default:
		op := s.Tok - (token.ADD_ASSIGN - token.ADD)
		f.update(s, s.Lhs[0], op, func() { f.expression(s.Rhs[0]) }, s.Rhs[0])
	}
}

// update is x op= value.
func (f *function) update(n ast.Node, x ast.Expr, op token.Token, value func(), count ast.Expr) {
	p := f.lvalue(x)
	p.fix(f)
	p.before(f)
	f.load(p)
	value()
	f.arithmetic(n, op, p.typ, count)
	f.keep(p)
}

// tuple assigns several values at once.
func (f *function) tuple(n ast.Node, targets, values []ast.Expr, declare func(int)) {
	places := make([]place, len(targets))
	for i, t := range targets {
		if id, ok := t.(*ast.Ident); ok && (id.Name == "_" || f.c.info.Defs[id] != nil) {
			continue // not there yet, or nowhere
		}
		places[i] = f.lvalue(t)
		places[i].fix(f)
	}
	var kinds [][]pixelvm.Type
	if len(values) == 1 {
		results := f.typeOf(values[0]).(*types.Tuple)
		f.call(values[0])
		for i := range results.Len() {
			kinds = append(kinds, f.c.passed(n, results.At(i).Type()))
		}
	} else {
		for i, v := range values {
			t := f.typeOf(v)
			if id, ok := targets[i].(*ast.Ident); !ok || id.Name != "_" {
				t = f.typeOf(targets[i])
			}
			list := f.c.values(v, t)
			if list == nil {
				f.c.fail(v, "the subset assigns no %v beside others: assign it alone", t)
			}
			f.converted(v, t)
			kinds = append(kinds, list)
		}
	}
	temps := make([][]int, len(targets))
	for i := len(targets) - 1; i >= 0; i-- {
		temps[i] = f.popAll(kinds[i])
	}
	for i, t := range targets {
		declare(i)
		if id, ok := t.(*ast.Ident); ok {
			if id.Name == "_" {
				continue
			}
			if object := f.c.info.Defs[id]; object != nil {
				places[i] = f.placeOf(f.vars[object])
			}
		}
		places[i].before(f)
		f.pushAll(temps[i])
		f.keep(places[i])
	}
}

// popAll pops values into temporaries.
func (f *function) popAll(kinds []pixelvm.Type) []int {
	list := make([]int, len(kinds))
	for i := len(kinds) - 1; i >= 0; i-- {
		list[i] = f.temp(kinds[i])
		f.emit(pixelvm.SET, list[i])
	}
	return list
}

func (f *function) pushAll(locals []int) {
	for _, n := range locals {
		f.emit(pixelvm.GET, n)
	}
}

func (f *function) returns(s *ast.ReturnStmt) {
	switch {
	case len(s.Results) == 0:
		for _, v := range f.results {
			f.load(f.placeOf(v))
		}
	case len(s.Results) == 1 && len(f.results) > 1:
		f.call(s.Results[0])
	default:
		for i, e := range s.Results {
			f.converted(e, f.results[i].typ)
		}
	}
	f.leave()
}

func (f *function) ifStatement(s *ast.IfStmt) {
	if s.Init != nil {
		f.statement(s.Init)
	}
	otherwise, end := f.newLabel(), f.newLabel()
	f.condition(s.Cond, otherwise)
	f.statement(s.Body)
	if s.Else == nil {
		f.place(otherwise)
		return
	}
	ended := f.ends
	if !ended {
		f.jump(pixelvm.JMP, end)
	}
	f.place(otherwise)
	f.statement(s.Else)
	if f.ends && ended {
		return
	}
	f.place(end)
}

// loopHere starts a loop or switch with the label that stands before it.
func (f *function) loopHere(l loop) {
	l.label, f.label = f.label, ""
	f.loops = append(f.loops, l)
}

func (f *function) endLoop() { f.loops = f.loops[:len(f.loops)-1] }

func (f *function) forStatement(s *ast.ForStmt) {
	name := f.label
	f.label = ""
	if s.Init != nil {
		f.statement(s.Init)
	}
	f.label = name
	top, again, end := f.newLabel(), f.newLabel(), f.newLabel()
	f.loopHere(loop{end: end, again: again})
	f.place(top)
	if s.Cond != nil {
		f.condition(s.Cond, end)
	}
	f.statement(s.Body)
	f.place(again)
	if s.Post != nil {
		f.statement(s.Post)
	}
	f.jump(pixelvm.JMP, top)
	f.endLoop()
	f.placeIfUsed(end)
}

// placeIfUsed puts a label here; where no jump goes to it control does not come here.
func (f *function) placeIfUsed(label int) {
	for _, at := range f.jumps {
		if f.f.Code[at].Operand() == label {
			f.place(label)
			return
		}
	}
}

// rangeStatement is a loop over a number, array or slice.
func (f *function) rangeStatement(s *ast.RangeStmt) {
	name := f.label
	f.label = ""
	count, i := f.newLocal(pixelvm.I64), f.newLocal(pixelvm.I64)
	var element func()
	t := f.typeOf(s.X)
	switch u := t.Underlying().(type) {
	case *types.Basic:
		f.converted(s.X, t)
		f.emit(pixelvm.SET, count)
	case *types.Slice:
		list := []int{f.newLocal(pixelvm.I64), count, f.newLocal(pixelvm.I64)}
		f.expression(s.X)
		for k := 2; k >= 0; k-- {
			f.emit(pixelvm.SET, list[k])
		}
		element = func() { f.elementAt(list[0], i, u.Elem()) }
	case *types.Array:
		base := f.newLocal(pixelvm.I64)
		f.expression(s.X)
		f.emit(pixelvm.SET, base)
		f.number(u.Len())
		f.emit(pixelvm.SET, count)
		element = func() { f.elementAt(base, i, u.Elem()) }
	default:
		f.c.fail(s.X, "the subset ranges over numbers, arrays and slices, not over %v", t)
	}
	f.number(0)
	f.emit(pixelvm.SET, i)
	top, again, end := f.newLabel(), f.newLabel(), f.newLabel()
	f.label = name
	f.loopHere(loop{end: end, again: again})
	f.place(top)
	f.emit(pixelvm.GET, i)
	f.emit(pixelvm.GET, count)
	f.emit(pixelvm.LT, 0)
	f.jump(pixelvm.JZ, end)
	f.rangeVariable(s, s.Key, func() { f.emit(pixelvm.GET, i) }, nil)
	if s.Value != nil {
		u := t.Underlying()
		elem := u.(interface{ Elem() types.Type }).Elem()
		f.rangeVariable(s, s.Value, element, elem)
	}
	f.statement(s.Body)
	f.place(again)
	f.emit(pixelvm.GET, i)
	f.number(1)
	f.emit(pixelvm.ADD, 0)
	f.emit(pixelvm.SET, i)
	f.jump(pixelvm.JMP, top)
	f.endLoop()
	f.place(end)
}

// elementAt pushes the element of a number, which is within bounds.
func (f *function) elementAt(base, i int, t types.Type) {
	f.emit(pixelvm.GET, base)
	f.emit(pixelvm.GET, i)
	f.scale(size(t))
	f.emit(pixelvm.ADD, 0)
	p := place{kind: inMemory, typ: t, local: f.temp(pixelvm.I64)}
	f.emit(pixelvm.SET, p.local)
	f.load(p)
}

// rangeVariable gives the variable of a loop its value.
func (f *function) rangeVariable(s *ast.RangeStmt, x ast.Expr, value func(), t types.Type) {
	id, ok := x.(*ast.Ident)
	if x == nil || ok && id.Name == "_" {
		return
	}
	if t != nil && f.c.values(x, t) == nil {
		f.c.fail(x, "the subset copies no %v in a loop: range over the index", t)
	}
	var p place
	if s.Tok == token.DEFINE {
		object := f.c.info.Defs[id]
		p = f.placeOf(f.declare(x, object, object.Type()))
	} else {
		p = f.lvalue(x)
		p.fix(f)
	}
	p.before(f)
	value()
	f.keep(p)
}

func (f *function) switchStatement(s *ast.SwitchStmt) {
	name := f.label
	f.label = ""
	if s.Init != nil {
		f.statement(s.Init)
	}
	tag := -1
	var t types.Type
	if s.Tag != nil {
		t = types.Default(f.typeOf(s.Tag))
		list := f.c.values(s.Tag, t)
		if len(list) != 1 {
			f.c.fail(s.Tag, "the subset switches on numbers and booleans")
		}
		tag = f.newLocal(list[0])
		f.converted(s.Tag, t)
		f.emit(pixelvm.SET, tag)
	}
	end := f.newLabel()
	f.label = name
	f.loopHere(loop{end: end, isSwitch: true})
	bodies := make([]int, len(s.Body.List))
	otherwise := end
	for i, c := range s.Body.List {
		clause := c.(*ast.CaseClause)
		bodies[i] = f.newLabel()
		if clause.List == nil {
			otherwise = bodies[i]
		}
		for _, e := range clause.List {
			if tag < 0 {
				f.expression(e)
			} else {
				f.emit(pixelvm.GET, tag)
				f.converted(e, t)
				f.comparison(e, token.EQL, t)
			}
			f.jump(pixelvm.JNZ, bodies[i])
		}
	}
	f.jump(pixelvm.JMP, otherwise)
	for i, c := range s.Body.List {
		f.place(bodies[i])
		list := c.(*ast.CaseClause).Body
		through := false
		if n := len(list); n > 0 {
			b, ok := list[n-1].(*ast.BranchStmt)
			if through = ok && b.Tok == token.FALLTHROUGH; through {
				list = list[:n-1]
			}
		}
		f.block(list)
		if !f.ends {
			to := end
			if through {
				to = bodies[i+1]
			}
			f.jump(pixelvm.JMP, to)
		}
	}
	f.endLoop()
	f.placeIfUsed(end)
}

func (f *function) branch(s *ast.BranchStmt) {
	for i := len(f.loops) - 1; i >= 0; i-- {
		l := f.loops[i]
		if s.Label != nil && l.label != s.Label.Name || s.Tok == token.CONTINUE && l.isSwitch {
			continue
		}
		switch s.Tok {
		case token.BREAK:
			f.jump(pixelvm.JMP, l.end)
			return
		case token.CONTINUE:
			f.jump(pixelvm.JMP, l.again)
			return
		}
	}
	f.c.fail(s, "the subset has no %v here", s.Tok)
}
