package oracle

import (
	"slices"

	"pxos/wgsl/eval"
	"pxos/wgsl/ir"
	"pxos/wgsl/value"
)

// block executes statements for the active lanes and gives those that go on
// behind the block.
func (f *frame) block(b *ir.Block, active lanes) lanes {
	if b == nil {
		return active
	}
	for _, s := range b.Stmts {
		if len(active) == 0 {
			return nil
		}
		active = f.stmt(s, active)
	}
	return active
}

// stmt executes a statement for the active lanes, at least one, and gives those
// that go on behind it.
func (f *frame) stmt(s ir.Stmt, active lanes) lanes {
	switch s := s.(type) {
	case *ir.Block:
		return f.block(s, active)
	case *ir.DeclareVar:
		f.declare(s.Var, active)
		if f.sees(active) {
			p := f.own(f.address(s.Var)).(*pointer)
			f.tell(Event{Kind: Declare, Span: s.Span, Name: s.Var.Name, Value: p.load()})
		}
	case *ir.DeclareLet:
		f.locals[s.Local.Index] = f.eval(s.Init, active)
		if f.sees(active) {
			f.tell(Event{Kind: Let, Span: s.Span, Name: s.Local.Name, Value: f.own(f.locals[s.Local.Index])})
		}
	case *ir.Assign:
		f.assign(s, active)
	case *ir.Evaluate:
		values := f.eval(s.X, active)
		if f.sees(active) {
			f.tellEvaluate(s, values)
		}
	case *ir.If:
		yes, no := f.split(s.Cond, active)
		if f.sees(active) {
			f.tellIf(s, yes)
		}
		if len(yes) > 0 {
			yes = f.block(s.Then, yes)
		}
		if len(no) > 0 {
			no = f.block(s.Else, no)
		}
		return join(yes, no)
	case *ir.Switch:
		return f.choose(s, active)
	case *ir.Loop:
		return f.loop(s, active)
	case *ir.Break:
		if f.sees(active) {
			f.tell(Event{Kind: Break, Span: s.Span})
		}
		f.broken = join(f.broken, active)
		return nil
	case *ir.Continue:
		if f.sees(active) {
			f.tell(Event{Kind: Continue, Span: s.Span})
		}
		f.continued = join(f.continued, active)
		return nil
	case *ir.Return:
		f.leave(s, active)
		return nil
	default:
		f.fail(s.Range(), "a statement of kind %T reached the oracle", s)
	}
	return active
}

// leave keeps the values of a return.
func (f *frame) leave(s *ir.Return, active lanes) {
	if s.Value != nil {
		values := f.eval(s.Value, active)
		for _, lane := range active {
			f.results[lane] = values[lane]
		}
	}
	if f.sees(active) {
		f.tell(Event{Kind: Return, Span: s.Span, Value: f.own(f.results)})
	}
}

// join merges two sets without a lane in common.
func join(a, b lanes) lanes {
	switch {
	case len(a) == 0:
		return b
	case len(b) == 0:
		return a
	}
	out := slices.Concat(a, b)
	slices.Sort(out)
	return out
}

// split divides the lanes by a condition.
func (f *frame) split(cond ir.Expr, active lanes) (yes, no lanes) {
	values := f.eval(cond, active)
	n := 0
	for _, lane := range active {
		if values[lane] == value.Bool(true) {
			n++
		}
	}
	switch n {
	case len(active):
		return active, nil
	case 0:
		return nil, active
	}
	yes, no = make(lanes, 0, n), make(lanes, 0, len(active)-n)
	for _, lane := range active {
		if values[lane] == value.Bool(true) {
			yes = append(yes, lane)
		} else {
			no = append(no, lane)
		}
	}
	return yes, no
}

// declare starts the life of a variable in each lane. A pointer to it cannot live
// longer than it does, so the memory is that of the round before.
func (f *frame) declare(v *ir.Var, active lanes) {
	var values []value.Value
	if v.Init != nil {
		values = f.eval(v.Init, active)
	}
	if f.vars[v.Index] == nil {
		f.vars[v.Index] = f.allocate(v)
	}
	for _, lane := range active {
		if p := f.vars[v.Index][lane].(*pointer); values == nil {
			clear(p.root.bytes)
		} else {
			p.store(values[lane])
		}
	}
}

// assign stores for one lane after the other, once all have their values.
func (f *frame) assign(s *ir.Assign, active lanes) {
	pointers := f.eval(s.Ptr, active)
	var old []value.Value
	if s.Compound {
		old = f.load(pointers, active)
	}
	values := f.eval(s.Value, active)
	if s.Compound {
		operands := values
		values = f.each(active, func(lane int) value.Value {
			return f.at(s.Span).must(eval.Binary(eval.Runtime, s.Op, old[lane], operands[lane]))
		})
	}
	for _, lane := range active {
		pointers[lane].(*pointer).store(values[lane])
	}
	if f.sees(active) {
		f.tellAssign(s, pointers, f.own(values))
	}
}

// choose executes a switch, its cases in the order of the source.
func (f *frame) choose(s *ir.Switch, active lanes) lanes {
	selectors := f.eval(s.Selector, active)
	sets := make([]lanes, len(s.Cases))
	byDefault := slices.IndexFunc(s.Cases, func(c *ir.Case) bool { return c.Default })
	for _, lane := range active {
		chosen := slices.IndexFunc(s.Cases, func(c *ir.Case) bool { return slices.Contains(c.Values, selectors[lane]) })
		if chosen < 0 {
			chosen = byDefault
		}
		sets[chosen] = append(sets[chosen], lane)
	}
	if f.sees(active) {
		f.tellSelect(s, f.own(selectors), sets)
	}
	outer := f.broken
	f.broken = nil
	var behind lanes
	for i, c := range s.Cases {
		if len(sets[i]) > 0 {
			behind = join(behind, f.block(c.Body, sets[i]))
		}
	}
	behind = join(behind, f.broken)
	f.broken = outer
	return behind
}

// loop goes round until no lane is left in it.
func (f *frame) loop(s *ir.Loop, active lanes) lanes {
	broken, continued, outer := f.broken, f.continued, f.round
	f.broken = nil
	for round := int64(1); len(active) > 0; round++ {
		f.countRound(s.Span)
		f.continued, f.round = nil, round
		if f.sees(active) {
			f.tellRound(s)
		}
		active = f.block(s.Body, active)
		active = join(active, f.continued)
		active = f.block(s.Continuing, active)
		if s.BreakIf != nil && len(active) > 0 {
			var leave lanes
			all := active
			leave, active = f.split(s.BreakIf, all)
			if f.sees(all) {
				f.tell(Event{Kind: BreakIf, Span: s.BreakIf.Range(), Value: value.Bool(f.sees(leave))})
			}
			f.broken = join(f.broken, leave)
		}
	}
	behind := f.broken
	f.broken, f.continued, f.round = broken, continued, outer
	return behind
}
