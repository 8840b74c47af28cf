package check

import (
	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
)

// behavior is a set of ways in which execution can leave a statement ("Statements
// Behavior Analysis").
type behavior uint8

const (
	bNext behavior = 1 << iota
	bBreak
	bContinue
	bReturn
)

// behaviorMap keeps what was found out for the uniformity analysis.
type behaviorMap map[ir.Stmt]behavior

// behaviors analyzes the body of a function: it must return on every path where a
// result is declared, and every loop must have an exit.
func (c *checker) behaviors(f *funcInfo) {
	b := c.blockBehavior(f.ir.Body)
	if b == 0 {
		return // a loop without exit, reported
	}
	if _, void := f.ir.Result.(types.Void); !void && b != bReturn {
		end := syntax.Span{Start: f.decl.Body.End - 1, End: f.decl.Body.End}
		d := c.errorf(end, "behaviors", "add a return statement", "the function %s can reach its end without returning %s", f.ir.Name, f.ir.Result)
		withNote(d, f.decl.Name.Span, "the function is declared here")
	}
}

// blockBehavior joins the statements of a sequence; 0 stands for an error that was
// reported.
func (c *checker) blockBehavior(b *ir.Block) behavior {
	if b == nil {
		return bNext
	}
	if known, ok := c.behaves[b]; ok {
		return known
	}
	out, reached := bNext, true
	for _, s := range b.Stmts {
		k := c.behavior(s)
		if k == 0 {
			return 0
		}
		if !reached {
			continue // analyzed for its errors; what it does is never done
		}
		out = out&^bNext | k
		reached = k&bNext != 0
	}
	c.behaves[b] = out
	return out
}

func (c *checker) behavior(s ir.Stmt) behavior {
	b := c.findBehavior(s)
	switch s.(type) {
	case *ir.If, *ir.Switch, *ir.Loop, *ir.Block:
		c.behaves[s] = b
	}
	return b
}

func (c *checker) findBehavior(s ir.Stmt) behavior {
	switch s := s.(type) {
	case *ir.Block:
		return c.blockBehavior(s)
	case *ir.If:
		then, other := c.blockBehavior(s.Then), c.blockBehavior(s.Else)
		if then == 0 || other == 0 {
			return 0
		}
		return then | other
	case *ir.Switch:
		return c.switchBehavior(s)
	case *ir.Loop:
		return c.loopBehavior(s)
	case *ir.Break:
		return bBreak
	case *ir.Continue:
		return bContinue
	case *ir.Return:
		return bReturn
	}
	return bNext
}

func (c *checker) switchBehavior(s *ir.Switch) behavior {
	var all behavior
	for _, k := range s.Cases {
		b := c.blockBehavior(k.Body)
		if b == 0 {
			return 0
		}
		all |= b
	}
	if all&bBreak != 0 {
		all = (all | bNext) &^ bBreak
	}
	return all
}

// loopBehavior follows the three rules of the table. A loop that no break,
// return or break-if leaves has no behavior, which is an error.
func (c *checker) loopBehavior(s *ir.Loop) behavior {
	body, continuing := c.blockBehavior(s.Body), c.blockBehavior(s.Continuing)
	if body == 0 || continuing == 0 {
		return 0
	}
	if s.BreakIf != nil {
		continuing = continuing&^bNext | bBreak | bNext
	}
	all := body | continuing
	switch {
	case body == bReturn:
		return bReturn
	case all&bBreak != 0:
		return (all | bNext) &^ (bBreak | bContinue)
	}
	all &^= bContinue | bNext
	if all == 0 {
		c.errorf(syntax.Span{Start: s.Span.Start, End: min(s.Span.End, s.Span.Start+4)}, "behaviors", "add a break, a return or `break if`", "the loop has no exit")
	}
	return all
}
