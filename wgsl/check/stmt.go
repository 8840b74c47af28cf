package check

import (
	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

var one = value.AbstractInt(1)

// loopInfo is an enclosing loop or switch, for break and continue.
type loopInfo struct {
	loop       bool // else a switch
	continuing bool // inside the continuing statement of the loop
	body       *scope
	// jumped is a continue statement that was seen; names declared after it in the
	// body may not be used in the continuing statement.
	jumped *syntax.Span
	late   map[*entity]syntax.Span
}

// body checks the statements of a function in the scope of its parameters.
func (c *checker) body(b *syntax.Block) *ir.Block {
	c.rangeFilters(b.Span, b.Attrs, "a compound statement")
	return c.stmts(b)
}

// block checks a compound statement in a scope of its own.
func (c *checker) block(b *syntax.Block) *ir.Block {
	c.push()
	defer c.pop()
	return c.body(b)
}

func (c *checker) stmts(b *syntax.Block) *ir.Block {
	out := &ir.Block{At: ir.At{Span: b.Span}}
	for _, s := range b.Stmts {
		if x := c.stmt(s); x != nil {
			out.Stmts = append(out.Stmts, x)
		}
	}
	return out
}

// stmt checks a statement; nil where nothing is left to execute.
func (c *checker) stmt(s syntax.Stmt) ir.Stmt {
	at := ir.At{Span: s.Range()}
	switch s := s.(type) {
	case *syntax.Block:
		return c.block(s)
	case *syntax.LetStmt:
		return c.let(s)
	case *syntax.DeclStmt:
		return c.declStmt(s)
	case *syntax.Assign:
		return c.assign(s)
	case *syntax.IncDec:
		return c.increment(s)
	case *syntax.CallStmt:
		o := c.call(s.Call, true)
		if o.bad() {
			return nil
		}
		return &ir.Evaluate{At: at, X: c.tree(c.concretize(o))}
	case *syntax.Return:
		return c.returns(s)
	case *syntax.Discard:
		c.fn.limit(s.Span, inFragment, "a discard statement")
		return &ir.Discard{At: at}
	}
	return c.control(s)
}

func (c *checker) let(s *syntax.LetStmt) ir.Stmt {
	var want types.Type
	known := true
	if s.Type != nil {
		want = c.typeOf(s.Type)
		known = want != nil
	}
	o := c.value(s.Init)
	if known && want == nil && !o.bad() {
		o = c.concretize(o)
	} else {
		o = c.coerce(o, want, "the value of "+s.Name.Name)
	}
	e := &entity{name: s.Name.Name, span: s.Name.Span, kind: kindLocal, typ: o.typ, bad: o.bad(), root: o.root}
	if !o.bad() {
		switch o.typ.(type) {
		case types.Pointer, types.Texture, types.Sampler:
		default:
			if !types.IsConstructible(o.typ) {
				c.errorf(o.span, "let-decls", "declare a pointer to it", "a let-declaration cannot have the type %s", o.typ)
				e.bad = true
			}
		}
	}
	if e.bad {
		c.bindLocal(e)
		return nil
	}
	e.local = &ir.Local{Span: e.span, Name: e.name, Type: o.typ, Index: len(c.fn.ir.Locals)}
	c.fn.ir.Locals = append(c.fn.ir.Locals, e.local)
	c.bindLocal(e)
	return &ir.DeclareLet{At: ir.At{Span: s.Span}, Local: e.local, Init: c.tree(o)}
}

// bindLocal declares a name and remembers whether a continue statement jumps over it.
func (c *checker) bindLocal(e *entity) {
	c.bind(e)
	if n := len(c.loops); n > 0 {
		if l := &c.loops[n-1]; l.loop && l.body == c.scope && l.jumped != nil {
			l.late[e] = *l.jumped
		}
	}
}

func (c *checker) declStmt(s *syntax.DeclStmt) ir.Stmt {
	switch d := s.Decl.(type) {
	case *syntax.ConstDecl:
		e := &entity{name: d.Name.Name, span: d.Name.Span, kind: kindConst}
		c.constDecl(e, d)
		c.bindLocal(e)
	case *syntax.ConstAssert:
		c.constAssert(d)
	case *syntax.VarDecl:
		return c.localVar(s, d)
	}
	return nil
}

func (c *checker) localVar(s *syntax.DeclStmt, d *syntax.VarDecl) ir.Stmt {
	c.attributes(d.Attrs, "a variable of function scope")
	e := &entity{name: d.Name.Name, span: d.Name.Span, kind: kindVar}
	space, _, ok := c.template(d)
	t, init := c.variableType(d)
	if ok && space != 0 && space != types.Function {
		c.errorf(d.Template[0].Range(), "var-decls", "declare it in module scope, or write var without an address space",
			"a variable in the address space %s must be declared in module scope", space)
		ok = false
	}
	span := d.Name.Span
	if d.Type != nil {
		span = d.Type.Span
	}
	if !ok || t == nil || !c.storeType(span, types.Pointer{Space: types.Function, Elem: t, Access: types.ReadWrite}) {
		e.bad = true
		c.bindLocal(e)
		return nil
	}
	v := &ir.Var{Span: d.Name.Span, Name: d.Name.Name, Space: types.Function, Access: types.ReadWrite, Type: t,
		Group: -1, Binding: -1, Func: c.fn.ir, Index: len(c.fn.ir.Vars)}
	if !init.bad() {
		v.Init = c.tree(init)
	}
	c.fn.ir.Vars = append(c.fn.ir.Vars, v)
	before := c.fn.bytes
	if c.fn.bytes += types.SizeOf(t); c.fn.bytes > maxFunctionBytes && before <= maxFunctionBytes {
		c.errorf(d.Name.Span, "limits", "use smaller arrays, or memory of the workgroup", "the variables of the function %s take %d bytes with this one, %d is the limit",
			c.fn.ir.Name, c.fn.bytes, maxFunctionBytes)
	}
	e.variable, e.typ = v, t
	c.bindLocal(e)
	return &ir.DeclareVar{At: ir.At{Span: s.Span}, Var: v}
}

func (c *checker) returns(s *syntax.Return) ir.Stmt {
	for i := range c.loops {
		if c.loops[i].continuing {
			c.errorf(s.Span, "return-statement", "use break if", "a return statement may not stand in a continuing statement")
			return nil
		}
	}
	out := &ir.Return{At: ir.At{Span: s.Span}}
	_, void := c.fn.ir.Result.(types.Void)
	switch {
	case s.Value == nil && void:
		return out
	case s.Value == nil && c.fn.decl.Result == nil:
		return out
	case s.Value == nil:
		c.errorf(s.Span, "return-statement", "write return with a value", "the function %s returns %s: a value is missing", c.fn.ir.Name, c.fn.ir.Result)
		return out
	}
	o := c.value(s.Value)
	if void {
		if c.fn.decl.Result == nil && !o.bad() {
			c.errorf(s.Value.Range(), "return-statement", "write `-> "+o.typ.String()+"` in the declaration, or return nothing", "the function %s returns no value", c.fn.ir.Name)
		}
		return out
	}
	if o = c.coerce(o, c.fn.ir.Result, "the returned value"); !o.bad() {
		out.Value = c.tree(o)
	}
	return out
}
