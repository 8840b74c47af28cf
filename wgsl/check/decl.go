package check

import (
	"pxos/wgsl/builtin"
	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

// declareAll enters the names of module scope.
func (c *checker) declareAll() {
	for _, d := range c.file.Decls {
		e := &entity{decl: d}
		var name syntax.Ident
		switch d := d.(type) {
		case *syntax.ConstDecl:
			e.kind, name = kindConst, d.Name
		case *syntax.OverrideDecl:
			e.kind, name = kindOverride, d.Name
		case *syntax.VarDecl:
			e.kind, name = kindVar, d.Name
		case *syntax.FuncDecl:
			e.kind, name = kindFunction, d.Name
		case *syntax.AliasDecl:
			e.kind, name = kindType, d.Name
		case *syntax.StructDecl:
			e.kind, name = kindType, d.Name
		}
		e.name, e.span = name.Name, name.Span
		c.order = append(c.order, e)
		if e.name == "" {
			continue // a const assertion
		}
		if old := c.names[e.name]; old != nil {
			d := c.errorf(e.span, "declaration-and-scope", "give one of them another name", "the name %q is declared twice in module scope", e.name)
			withNote(d, old.span, "the first declaration is here")
			continue
		}
		c.names[e.name] = e
	}
}

// resolveAll checks every declaration and collects the results in the order of
// the source.
func (c *checker) resolveAll() {
	for _, e := range c.sorted() {
		c.resolve(e, e.span)
	}
	for _, e := range c.order {
		switch {
		case e.bad:
		case e.override != nil:
			c.module.Overrides = append(c.module.Overrides, e.override)
		case e.variable != nil:
			e.variable.Index = len(c.module.Globals)
			c.module.Globals = append(c.module.Globals, e.variable)
		case e.kind == kindType:
			if _, isStruct := e.decl.(*syntax.StructDecl); isStruct && e.typ != nil {
				c.module.Structs = append(c.module.Structs, e.typ.(*types.Struct))
			}
		}
	}
	c.uniqueIDs()
}

// resolve checks a declaration of module scope the first time that it is needed.
// A declaration that needs itself is a cycle.
func (c *checker) resolve(e *entity, from syntax.Span) {
	switch e.state {
	case resolved:
		return
	case resolving:
		if !e.cyclic {
			d := c.errorf(e.span, "declaration-and-scope", "break the cycle", "the declaration of %q depends on itself", e.name)
			withNote(d, from, "it is used here, on the way back to its own declaration")
		}
		e.bad, e.cyclic = true, true
		return
	}
	if c.depth > maxChain {
		c.errorf(from, "limits", "order the declarations so that each comes after what it uses", "declarations depend on each other in a chain longer than %d", maxChain)
		e.bad = true
		return
	}
	e.state = resolving
	saved := c.context
	c.context = context{}
	c.depth++
	c.moduleDecl(e)
	c.depth--
	c.context = saved
	e.bad = e.bad || e.cyclic
	e.state = resolved
}

func (c *checker) moduleDecl(e *entity) {
	switch d := e.decl.(type) {
	case *syntax.ConstDecl:
		c.constDecl(e, d)
	case *syntax.OverrideDecl:
		c.overrideDecl(e, d)
	case *syntax.VarDecl:
		c.globalVar(e, d)
	case *syntax.FuncDecl:
		c.function(e, d)
	case *syntax.AliasDecl:
		e.typ = c.typeOf(d.Type)
		e.bad = e.bad || e.typ == nil
	case *syntax.StructDecl:
		c.structDecl(e, d)
	case *syntax.ConstAssert:
		c.constAssert(d)
	}
}

// constDecl checks a const-declaration of either scope.
func (c *checker) constDecl(e *entity, d *syntax.ConstDecl) {
	var want types.Type
	if d.Type != nil {
		if want = c.typeOf(d.Type); want == nil {
			c.value(d.Init)
			e.bad = true
			return
		}
	}
	o := c.value(d.Init)
	if d.Type != nil {
		o = c.coerce(o, want, "the initial value of "+d.Name.Name)
	}
	switch {
	case o.bad():
	case o.stage != constStage:
		c.errorf(o.span, "const-decls", "use let in a function, or override in module scope",
			"the initial value of the const-declaration %q must be a const-expression", d.Name.Name)
	case !types.IsConstructible(o.typ):
		c.errorf(o.span, "const-decls", "use a constructible type", "a const-declaration cannot have the type %s", o.typ)
	default:
		e.typ, e.val = o.typ, o.val
		return
	}
	e.bad = true
}

// overrideDecl checks a pipeline-overridable constant.
func (c *checker) overrideDecl(e *entity, d *syntax.OverrideDecl) {
	e.bad = true
	o := &ir.Override{Span: d.Name.Span, Name: d.Name.Name, ID: -1}
	c.overrideID(o, d.Attrs)
	var want types.Type
	if d.Type != nil {
		if want = c.typeOf(d.Type); want == nil {
			return
		}
	}
	if d.Init != nil {
		init := c.value(d.Init)
		if want == nil && !init.bad() {
			want = builtin.Concretization(init.typ)
		}
		init = c.coerce(init, want, "the initial value of "+d.Name.Name)
		if init.bad() {
			return
		}
		if init.stage == runtimeStage {
			c.errorf(init.span, "override-decls", "use constants and other overrides only",
				"the initial value of the override %q must be an override-expression", d.Name.Name)
			return
		}
		o.Init = c.tree(init)
	}
	s, ok := want.(types.Scalar)
	switch {
	case want == nil:
		c.errorf(d.Span, "override-decls", "write its type or an initial value", "the override %q has no type", d.Name.Name)
	case !ok:
		c.errorf(d.Span, "override-decls", "use bool, i32, u32, f32 or f16", "an override must have a scalar type, not %s", want)
	default:
		o.Type = s
		e.override, e.typ, e.bad = o, s, false
	}
}

func (c *checker) overrideID(o *ir.Override, attrs []*syntax.Attribute) {
	for _, a := range c.attributes(attrs, "an override", "id") {
		if n, ok := c.attributeInt(a, 0); ok {
			if n < 0 || n > 65535 {
				c.errorf(a.Span, "override-decls", "use a number from 0 to 65535", "the pipeline constant ID %d is out of range", n)
			}
			o.ID = int(n)
		}
	}
}

// uniqueIDs refuses two overrides with the same number.
func (c *checker) uniqueIDs() {
	used := map[int]*ir.Override{}
	for _, o := range c.module.Overrides {
		if o.ID < 0 {
			continue
		}
		if old := used[o.ID]; old != nil {
			d := c.errorf(o.Span, "override-decls", "give each its own number", "the pipeline constant ID %d is used twice", o.ID)
			withNote(d, old.Span, "the other override is here")
		}
		used[o.ID] = o
	}
}

// constAssert checks a const assertion of either scope.
func (c *checker) constAssert(d *syntax.ConstAssert) {
	o := c.coerce(c.value(d.Cond), types.Bool, "the condition of const_assert")
	switch {
	case o.bad():
	case o.stage != constStage:
		c.errorf(o.span, "const-assert-statement", "use constants only", "the condition of const_assert must be a const-expression")
	case !bool(o.val.(value.Bool)):
		c.errorf(d.Span, "const-assert-statement", "change the constants or the assertion", "the assertion does not hold: %s", assertText(c, d.Cond))
	}
}

// assertText spells a failed condition with the values of its two sides.
func assertText(c *checker, e syntax.Expr) string {
	text := c.file.Source.Text[e.Range().Start:e.Range().End]
	for {
		p, ok := e.(*syntax.Paren)
		if !ok {
			break
		}
		e = p.X
	}
	b, ok := e.(*syntax.Binary)
	if !ok || b.Op < syntax.Equal {
		return text
	}
	x, y := c.value(b.X), c.value(b.Y)
	if x.val == nil || y.val == nil {
		return text
	}
	values := x.val.String() + " " + b.Op.String() + " " + y.val.String()
	if values == text {
		return text
	}
	return text + " is " + values
}
