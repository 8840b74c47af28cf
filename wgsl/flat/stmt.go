package flat

import (
	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
)

// argument is what a parameter is bound to: a value, or a place for a pointer or
// for a large value.
type argument struct {
	value agg
	place place
}

func (l *lowerer) call(e *ir.Call) agg {
	args := make([]argument, len(e.Args))
	for i, a := range e.Args {
		if _, ok := a.Type().(types.Pointer); ok {
			args[i].place = l.place(a)
		} else if isLarge(a.Type()) {
			args[i].place = l.keep(e.Func.Params[i].Name, a)
		} else {
			args[i].value = l.expr(a)
		}
	}
	return l.inlineCall(e.Func, args)
}

// inlineCall puts a function's body here and gives its result.
func (l *lowerer) inlineCall(f *ir.Function, args []argument) agg {
	in := &inline{
		f: f, outer: l.fn,
		vars: map[*ir.Var]*storage{}, values: map[*ir.Local]agg{}, places: map[*ir.Local]place{}, large: map[*ir.Local]place{},
	}
	for i, p := range f.Params {
		if _, ok := p.Type.(types.Pointer); ok {
			in.places[p] = args[i].place
		} else if isLarge(p.Type) {
			in.large[p] = args[i].place
		} else {
			in.values[p] = args[i].value
		}
	}
	if isLarge(f.Result) {
		in.memory = l.newPlace("result of "+f.Name, f.Result)
		defer func() { l.largeResult = in.memory }()
	}
	l.fn = in
	defer func() { l.fn = in.outer }()
	if returnsOnlyAtEnd(f) {
		l.block(f.Body)
		return in.result
	}
	if _, none := f.Result.(types.Void); !none && !isLarge(f.Result) {
		eachLeaf(f.Result, func(k types.Scalar) {
			s := l.newSlot("result of "+f.Name, k)
			l.initSlot(s, l.constBits(k, 0))
			in.results = append(in.results, s)
		})
	}
	in.exit = &Instr{Op: Block}
	in.exit.Body = l.within(in.exit, func() { l.block(f.Body) })
	l.emit(in.exit)
	out := make(agg, len(in.results))
	for i, s := range in.results {
		out[i] = l.get(s)
	}
	return out
}

// returnsOnlyAtEnd says whether a function has no return but, at most, the last
// statement of its body.
func returnsOnlyAtEnd(f *ir.Function) bool {
	returns := 0
	ir.Statements(f.Body, func(s ir.Stmt) {
		if _, ok := s.(*ir.Return); ok {
			returns++
		}
	})
	if returns == 0 {
		return true
	}
	_, last := f.Body.Stmts[len(f.Body.Stmts)-1].(*ir.Return)
	return returns == 1 && last
}

// block lowers statements until one that never goes on.
func (l *lowerer) block(b *ir.Block) {
	for _, s := range b.Stmts {
		if l.stmt(s) {
			return
		}
	}
}

// stmt lowers one statement and says whether what follows is out of reach.
func (l *lowerer) stmt(s ir.Stmt) (leaves bool) {
	l.span = s.Range()
	switch s := s.(type) {
	case *ir.Block:
		l.block(s)
	case *ir.DeclareVar:
		st := l.newStorage(s.Var)
		l.start(s.Var, st)
		l.fn.vars[s.Var] = st
	case *ir.DeclareLet:
		if _, ok := s.Local.Type.(types.Pointer); ok {
			l.fn.places[s.Local] = l.place(s.Init)
		} else if isLarge(s.Local.Type) {
			l.fn.large[s.Local] = l.keep(s.Local.Name, s.Init)
		} else {
			l.fn.values[s.Local] = l.expr(s.Init)
		}
	case *ir.Assign:
		l.assign(s)
	case *ir.Evaluate:
		if _, ok := s.X.Type().(types.Pointer); ok {
			l.place(s.X)
		} else if isLarge(s.X.Type()) {
			l.largePlace(s.X)
		} else {
			l.expr(s.X)
		}
	case *ir.If:
		l.ifStmt(s)
	case *ir.Switch:
		l.switchStmt(s)
	case *ir.Loop:
		l.loop(s)
	case *ir.Break:
		l.breakOut(l.fn.loops[len(l.fn.loops)-1].breakTo)
		return true
	case *ir.Continue:
		l.continueLoop()
		return true
	case *ir.Return:
		l.returnFrom(s)
		return true
	default:
		l.fail(s.Range(), "a statement of kind %T is not one of a compute shader", s)
	}
	return false
}

func (l *lowerer) assign(s *ir.Assign) {
	p := l.place(s.Ptr)
	if isLarge(s.Value.Type()) {
		l.assignTo(p, s.Value)
		return
	}
	v := l.expr(s.Value)
	if s.Compound {
		old := l.load(p)
		if s.Op == syntax.AndAnd || s.Op == syntax.OrOr {
			l.fail(s.Span, "%s is not a compound assignment", s.Op)
		}
		v = l.binary(s.Op, p.t, s.Value.Type(), old, v)
	}
	l.store(p, v)
}

// ifThen emits an If; otherwise may be nil.
func (l *lowerer) ifThen(cond *Instr, then, otherwise func()) {
	i := &Instr{Op: If, Args: []*Instr{cond}}
	i.Body = l.within(i, then)
	if otherwise != nil {
		i.Else = l.within(i, otherwise)
	}
	l.emit(i)
}

func (l *lowerer) ifStmt(s *ir.If) {
	var otherwise func()
	if s.Else != nil {
		otherwise = func() { l.block(s.Else) }
	}
	l.ifThen(l.expr(s.Cond)[0], func() { l.block(s.Then) }, otherwise)
}

// switchStmt makes a chain of Ifs in a Block that break leaves.
func (l *lowerer) switchStmt(s *ir.Switch) {
	selector := l.expr(s.Selector)[0]
	exit := &Instr{Op: Block}
	outer := target{breakTo: exit}
	l.fn.loops = append(l.fn.loops, outer)
	exit.Body = l.within(exit, func() { l.cases(selector, s.Cases) })
	l.fn.loops = l.fn.loops[:len(l.fn.loops)-1]
	l.emit(exit)
}

func (l *lowerer) cases(selector *Instr, cases []*ir.Case) {
	var fallback *ir.Case
	var rest []*ir.Case
	for _, c := range cases {
		if c.Default {
			fallback = c
		} else {
			rest = append(rest, c)
		}
	}
	var chain func(cases []*ir.Case)
	chain = func(cases []*ir.Case) {
		if len(cases) == 0 {
			if fallback != nil {
				l.block(fallback.Body)
			}
			return
		}
		c := cases[0]
		var any *Instr
		for _, v := range c.Values {
			is := l.op(Eq, types.Bool, selector, l.constBits(selector.Kind, scalarBits(v)))
			if any == nil {
				any = is
			} else {
				any = l.op(Or, types.Bool, any, is)
			}
		}
		l.ifThen(any, func() { l.block(c.Body) }, func() { chain(cases[1:]) })
	}
	chain(rest)
}

func (l *lowerer) loop(s *ir.Loop) {
	loop, span := &Instr{Op: Loop}, l.span
	loop.Body = l.within(loop, func() {
		t := target{breakTo: loop}
		if continues(s.Body) {
			again := &Instr{Op: Block}
			t.continueTo = again
			l.fn.loops = append(l.fn.loops, t)
			again.Body = l.within(again, func() { l.block(s.Body) })
			l.emit(again)
		} else {
			l.fn.loops = append(l.fn.loops, t)
			l.block(s.Body)
		}
		if s.Continuing != nil {
			l.block(s.Continuing)
		}
		if s.BreakIf != nil {
			l.ifThen(l.expr(s.BreakIf)[0], func() { l.breakOut(loop) }, nil)
		}
		l.fn.loops = l.fn.loops[:len(l.fn.loops)-1]
	})
	l.span = span
	l.emit(loop)
}

// continues says whether a continue in a block belongs to the loop around it.
func continues(b *ir.Block) bool {
	for _, s := range b.Stmts {
		switch s := s.(type) {
		case *ir.Continue:
			return true
		case *ir.Loop:
			continue
		default:
			_, blocks := ir.Parts(s)
			for _, inner := range blocks {
				if continues(inner) {
					return true
				}
			}
		}
	}
	return false
}

func (l *lowerer) breakOut(to *Instr) {
	l.emit(&Instr{Op: Break, Target: to})
}

// continueLoop leaves the body of the innermost loop; a switch between is left too.
func (l *lowerer) continueLoop() {
	for i := len(l.fn.loops) - 1; i >= 0; i-- {
		if t := l.fn.loops[i].continueTo; t != nil {
			l.breakOut(t)
			return
		}
	}
	l.fail(l.span, "continue outside of a loop")
}

func (l *lowerer) returnFrom(s *ir.Return) {
	var v agg
	if s.Value != nil && isLarge(s.Value.Type()) {
		l.assignTo(l.fn.memory, s.Value)
	} else if s.Value != nil {
		v = l.expr(s.Value)
	}
	if l.fn.exit == nil {
		l.fn.result = v
		return
	}
	for i, slot := range l.fn.results {
		l.set(slot, v[i])
	}
	l.breakOut(l.fn.exit)
}
