package check

import (
	"pxos/wgsl/builtin"
	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

const inFragment = builtin.InFragment

// maxCases is the number of case selectors that the section "Limits" asks for.
const maxCases = 1023

// control checks a statement that directs the flow of control.
func (c *checker) control(s syntax.Stmt) ir.Stmt {
	switch s := s.(type) {
	case *syntax.If:
		c.rangeFilters(s.Span, s.Attrs, "an if statement")
		return c.ifStmt(s)
	case *syntax.Switch:
		return c.switchStmt(s)
	case *syntax.Loop:
		return c.loop(s)
	case *syntax.For:
		return c.forLoop(s)
	case *syntax.While:
		return c.while(s)
	case *syntax.Break:
		return c.breakStmt(s)
	case *syntax.Continue:
		return c.continueStmt(s)
	}
	return nil
}

// condition checks an expression that must be bool.
func (c *checker) condition(e syntax.Expr, what string) ir.Expr {
	o := c.coerce(c.value(e), types.Bool, what)
	if o.bad() {
		return nil
	}
	return c.tree(o)
}

func (c *checker) ifStmt(s *syntax.If) ir.Stmt {
	out := &ir.If{At: ir.At{Span: s.Span}, Cond: c.condition(s.Cond, "the condition of if")}
	out.Then = c.block(s.Then)
	switch e := s.Else.(type) {
	case *syntax.Block:
		if e != nil {
			out.Else = c.block(e)
		}
	case *syntax.If:
		if e != nil {
			out.Else = &ir.Block{At: ir.At{Span: e.Span}, Stmts: []ir.Stmt{c.ifStmt(e)}}
		}
	}
	return out
}

func (c *checker) switchStmt(s *syntax.Switch) ir.Stmt {
	c.rangeFilters(s.Span, s.Attrs, "a switch statement")
	if len(s.BodyAttrs) > 0 {
		body := syntax.Span{Start: s.BodyAttrs[0].Span.End, End: s.Span.End}
		c.rangeFilters(body, s.BodyAttrs, "the body of a switch statement")
	}
	sel := c.value(s.Selector)
	selectors, common := c.caseSelectors(s, sel)
	out := &ir.Switch{At: ir.At{Span: s.Span}}
	if common != nil {
		if sel = c.coerce(sel, common, "the selector"); !sel.bad() {
			out.Selector = c.tree(sel)
		}
	}
	seen := map[int64]syntax.Span{}
	defaults, count := 0, 0
	c.loops = append(c.loops, loopInfo{})
	for i, k := range s.Clauses {
		one := &ir.Case{At: ir.At{Span: k.Span}, Default: k.Default}
		if k.Default {
			if defaults++; defaults == 2 {
				c.errorf(k.Span, "switch-statement", "keep one", "the switch has more than one default clause")
			}
		}
		count += len(selectors[i])
		for _, o := range selectors[i] {
			c.caseValue(one, o, common, seen)
		}
		one.Body = c.block(k.Body)
		out.Cases = append(out.Cases, one)
	}
	c.loops = c.loops[:len(c.loops)-1]
	if defaults == 0 {
		c.errorf(s.Selector.Range(), "switch-statement", "add `default: {}`", "the switch has no default clause")
	}
	if count+defaults > maxCases {
		c.errorf(s.Selector.Range(), "limits", "split it", "the switch has %d case selectors, %d is the limit", count+defaults, maxCases)
	}
	return out
}

// caseSelectors evaluates the selectors and finds the type that they have in
// common with the value: i32 or u32, nil where something is wrong.
func (c *checker) caseSelectors(s *syntax.Switch, sel operand) ([][]operand, types.Type) {
	good := !sel.bad()
	var common types.Type
	join := func(o operand) {
		t, ok := o.typ.(types.Scalar)
		switch {
		case !ok || !t.IsInteger():
			c.errorf(o.span, "switch-statement", "use an i32 or u32", "a switch compares integers, not %s", o.typ)
			good = false
		case t.IsAbstract():
		case common != nil && common != t:
			c.errorf(o.span, "switch-statement", "use one type for all", "the selector and the cases of a switch must have one type: this is %s, another is %s", t, common)
			good = false
		default:
			common = t
		}
	}
	if good {
		join(sel)
	}
	out := make([][]operand, len(s.Clauses))
	for i, k := range s.Clauses {
		for _, e := range k.Selectors {
			o := c.value(e)
			switch {
			case o.bad():
				good = false
			case o.stage != constStage:
				c.errorf(o.span, "switch-statement", "use constants only", "a case selector must be a const-expression")
				good = false
			default:
				join(o)
				out[i] = append(out[i], o)
			}
		}
	}
	if !good {
		return out, nil
	}
	if common == nil {
		common = types.I32
	}
	return out, common
}

func (c *checker) caseValue(k *ir.Case, o operand, common types.Type, seen map[int64]syntax.Span) {
	if common == nil {
		return
	}
	if o = c.coerce(o, common, "the case selector"); o.bad() {
		return
	}
	n := intOf(o.val)
	if old, twice := seen[n]; twice {
		d := c.errorf(o.span, "switch-statement", "remove one", "the case selector %d stands twice", n)
		withNote(d, old, "the first is here")
	}
	seen[n] = o.span
	k.Values = append(k.Values, o.val)
}

// loop checks a loop statement. The names of its body are visible in the
// continuing statement.
func (c *checker) loop(s *syntax.Loop) ir.Stmt {
	c.rangeFilters(s.Span, s.Attrs, "a loop statement")
	out := &ir.Loop{At: ir.At{Span: s.Span}}
	c.push()
	defer c.pop()
	c.enterLoop()
	out.Body = c.body(s.Body)
	if s.Continuing != nil {
		c.inContinuing(func() {
			c.push()
			c.rangeFilters(s.Continuing.Span, s.Continuing.Attrs, "a continuing statement")
			out.Continuing = c.stmts(s.Continuing)
			if s.BreakIf != nil {
				out.BreakIf = c.condition(s.BreakIf, "the condition of break if")
			}
			c.pop()
		})
	}
	c.leaveLoop()
	return out
}

func (c *checker) enterLoop() {
	c.loops = append(c.loops, loopInfo{loop: true, body: c.scope, late: map[*entity]syntax.Span{}})
}

func (c *checker) leaveLoop() { c.loops = c.loops[:len(c.loops)-1] }

func (c *checker) inContinuing(f func()) {
	n := len(c.loops) - 1
	c.loops[n].continuing = true
	f()
	c.loops[n].continuing = false
}

// forLoop desugars for: the body and the initial statement share a scope, and the
// update statement is the continuing part.
func (c *checker) forLoop(s *syntax.For) ir.Stmt {
	c.rangeFilters(s.Span, s.Attrs, "a for statement")
	out := &ir.Block{At: ir.At{Span: s.Span}}
	c.push()
	defer c.pop()
	if s.Init != nil {
		if init := c.stmt(s.Init); init != nil {
			out.Stmts = append(out.Stmts, init)
		}
	}
	loop := &ir.Loop{At: ir.At{Span: s.Span}, Body: &ir.Block{At: ir.At{Span: s.Body.Span}}}
	c.enterLoop()
	if s.Cond != nil {
		loop.Body.Stmts = append(loop.Body.Stmts, c.exitUnless(s.Cond, "the condition of for"))
	}
	if s.Update != nil {
		// The update statement cannot see the names of the body.
		c.inContinuing(func() {
			loop.Continuing = &ir.Block{At: ir.At{Span: s.Update.Range()}}
			if u := c.stmt(s.Update); u != nil {
				loop.Continuing.Stmts = append(loop.Continuing.Stmts, u)
			}
		})
	}
	body := c.body(s.Body)
	loop.Body.Stmts = append(loop.Body.Stmts, body)
	c.leaveLoop()
	out.Stmts = append(out.Stmts, loop)
	return out
}

// exitUnless is `if !cond { break; }`.
func (c *checker) exitUnless(e syntax.Expr, what string) ir.Stmt {
	cond := c.condition(e, what)
	at := ir.At{Span: e.Range()}
	out := &ir.If{At: at, Then: &ir.Block{At: at, Stmts: []ir.Stmt{&ir.Break{At: at}}}}
	if cond != nil {
		if v, ok := ir.ConstantValue(cond); ok {
			out.Cond = c.tree(constant(e.Range(), !v.(value.Bool)))
		} else {
			out.Cond = &ir.Unary{Info: ir.Info{Span: e.Range(), T: types.Bool}, Op: syntax.Not, X: cond}
		}
	}
	return out
}

func (c *checker) while(s *syntax.While) ir.Stmt {
	c.rangeFilters(s.Span, s.Attrs, "a while statement")
	out := &ir.Loop{At: ir.At{Span: s.Span}, Body: &ir.Block{At: ir.At{Span: s.Body.Span}}}
	c.push()
	defer c.pop()
	c.enterLoop()
	out.Body.Stmts = append(out.Body.Stmts, c.exitUnless(s.Cond, "the condition of while"), c.block(s.Body))
	c.leaveLoop()
	return out
}

func (c *checker) breakStmt(s *syntax.Break) ir.Stmt {
	n := len(c.loops) - 1
	switch {
	case n < 0:
		c.errorf(s.Span, "break-statement", "remove it, or use return", "a break statement must stand in a loop or switch")
		return nil
	case c.loops[n].continuing:
		c.errorf(s.Span, "break-statement", "write `break if …;` as the last statement", "a break statement may not leave a continuing statement")
		return nil
	}
	return &ir.Break{At: ir.At{Span: s.Span}}
}

func (c *checker) continueStmt(s *syntax.Continue) ir.Stmt {
	n := len(c.loops) - 1
	for n >= 0 && !c.loops[n].loop {
		n--
	}
	switch {
	case n < 0:
		c.errorf(s.Span, "continue-statement", "remove it", "a continue statement must stand in a loop")
		return nil
	case c.loops[n].continuing:
		c.errorf(s.Span, "continue-statement", "remove it", "a continue statement may not stand in the continuing statement of its loop")
		return nil
	}
	if c.loops[n].jumped == nil {
		span := s.Span
		c.loops[n].jumped = &span
	}
	return &ir.Continue{At: ir.At{Span: s.Span}}
}
