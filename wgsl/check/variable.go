package check

import (
	"pxos/wgsl/builtin"
	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
)

// template reads var<space, access>; the space is 0 where none is written.
func (c *checker) template(d *syntax.VarDecl) (space types.Space, access types.Access, ok bool) {
	if len(d.Template) == 0 {
		return 0, 0, true
	}
	if len(d.Template) > 2 {
		c.errorf(d.Template[2].Range(), "var-decls", "write an address space, and for storage an access mode", "var takes at most 2 template arguments")
		return 0, 0, false
	}
	space, ok = enumerant(c, d.Template[0], spaces, "an address space", "write function, private, workgroup, uniform or storage")
	if !ok {
		return 0, 0, false
	}
	access = defaultAccess(space)
	if len(d.Template) == 2 {
		access, ok = enumerant(c, d.Template[1], accesses, "an access mode", "write read or read_write")
		if ok && space != types.Storage {
			c.errorf(d.Template[1].Range(), "var-decls", "remove it", "an access mode may be written for the address space storage only")
			return 0, 0, false
		}
	}
	return space, access, ok
}

// globalVar checks a variable of module scope.
func (c *checker) globalVar(e *entity, d *syntax.VarDecl) {
	attrs := c.attributes(d.Attrs, "a variable of module scope", "group", "binding")
	space, access, ok := c.template(d)
	t, init := c.variableType(d)
	if !ok || t == nil {
		e.bad = true
		return
	}
	_, texture := t.(types.Texture)
	_, sampler := t.(types.Sampler)
	switch {
	case (texture || sampler) && space == 0:
		space, access = types.Handle, types.Read
	case space == 0:
		c.errorf(d.Name.Span, "var-decls", "write var<private>, var<workgroup>, var<uniform> or var<storage>", "the variable %q of module scope needs an address space", d.Name.Name)
		e.bad = true
		return
	case space == types.Function:
		c.errorf(d.Template[0].Range(), "var-decls", "use private", "a variable of module scope cannot be in the address space function")
		e.bad = true
		return
	}
	v := &ir.Var{Span: d.Name.Span, Name: d.Name.Name, Space: space, Access: access, Type: t, Group: -1, Binding: -1}
	span := d.Name.Span
	if d.Type != nil {
		span = d.Type.Span
	}
	if !c.storeType(span, v.Pointer()) || !c.initial(v, init) {
		e.bad = true
		return
	}
	c.binding(v, attrs, d)
	e.variable, e.typ = v, t
}

// variableType is the store type and the converted initial value.
func (c *checker) variableType(d *syntax.VarDecl) (types.Type, operand) {
	var t types.Type
	if d.Type != nil {
		if t = c.typeOf(d.Type); t == nil {
			if d.Init != nil {
				c.value(d.Init)
			}
			return nil, operand{}
		}
	}
	if d.Init == nil {
		if t == nil {
			c.errorf(d.Name.Span, "var-decls", "write its type or an initial value", "the variable %q has no type", d.Name.Name)
		}
		return t, operand{}
	}
	init := c.value(d.Init)
	if t == nil && !init.bad() {
		t = builtin.Concretization(init.typ)
	}
	if init = c.coerce(init, t, "the initial value of "+d.Name.Name); init.bad() {
		return nil, init
	}
	return t, init
}

// initial sets the initial value of a variable of module scope.
func (c *checker) initial(v *ir.Var, init operand) bool {
	if init.bad() {
		return true
	}
	if v.Space != types.Private {
		c.errorf(init.span, "var-decls", "assign to it in a function", "a variable in the address space %s cannot have an initial value", v.Space)
		return false
	}
	if init.stage == runtimeStage {
		c.errorf(init.span, "var-decls", "use constants and overrides only", "the initial value of a variable of module scope must be a const- or override-expression")
		return false
	}
	v.Init = c.tree(init)
	return true
}

// binding checks @group and @binding: resources have both, others none.
func (c *checker) binding(v *ir.Var, attrs []*syntax.Attribute, d *syntax.VarDecl) {
	resource := v.Space == types.Uniform || v.Space == types.Storage || v.Space == types.Handle
	for _, a := range attrs {
		if !resource {
			c.errorf(a.Span, attrRule(a), "remove @group and @binding", "@%s may stand on resources only, and %q is in the address space %s", a.Name.Name, v.Name, v.Space)
			return
		}
		n, ok := c.nonNegative(a)
		if !ok {
			n = 0
		}
		if a.Name.Name == "group" {
			v.Group = n
		} else {
			v.Binding = n
		}
	}
	if resource && !c.failedAttributes(attrs) && (v.Group < 0 || v.Binding < 0) {
		c.errorf(d.Name.Span, "resource-interface", "write @group(…) and @binding(…) before it", "the resource %q needs both @group and @binding", v.Name)
	}
}

// failedAttributes says whether one of the attributes was reported already.
func (c *checker) failedAttributes(attrs []*syntax.Attribute) bool {
	for _, a := range attrs {
		for _, arg := range a.Args {
			if c.seen[arg.Range()] != "" {
				return true
			}
		}
	}
	return false
}

// storeType checks that memory of an address space and access mode can hold a
// type ("var Declarations", "Address Spaces").
func (c *checker) storeType(span syntax.Span, p types.Pointer) bool {
	t := p.Elem
	fail := func(help, format string, args ...any) bool {
		c.errorf(span, "var-decls", help, format, args...)
		return false
	}
	switch p.Space {
	case types.Handle:
		return true
	case types.Function, types.Private:
		if !types.IsConstructible(t) {
			return fail("use a constructible type", "memory in the address space %s cannot hold %s: the type is not constructible", p.Space, t)
		}
	case types.Workgroup:
		if !types.IsPlain(t) || !types.HasFixedFootprint(t) {
			return fail("use a plain type of a fixed size", "memory in the address space workgroup cannot hold %s", t)
		}
	case types.Uniform, types.Immediate:
		if !types.IsConstructible(t) || !types.IsHostShareable(t) {
			return fail("use a constructible type without bool", "memory in the address space %s cannot hold %s: the type must be constructible and host-shareable", p.Space, t)
		}
		if p.Space == types.Immediate && types.HasArray(t) {
			return fail("use scalars, vectors, matrices and structures of them", "memory in the address space immediate cannot hold an array")
		}
	case types.Storage:
		if !types.IsHostShareable(t) {
			return fail("use numbers, vectors, matrices, atomics, arrays and structures of them", "memory in the address space storage cannot hold %s: the type is not host-shareable", t)
		}
		if p.Access == types.Write {
			return fail("use read_write", "memory in the address space storage cannot have the access mode write")
		}
		if types.HasAtomic(t) && p.Access != types.ReadWrite {
			return fail("write var<storage, read_write>", "atomics need the access mode read_write")
		}
	}
	return true
}
