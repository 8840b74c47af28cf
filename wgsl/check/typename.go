package check

import (
	"strings"

	"pxos/wgsl/builtin"
	"pxos/wgsl/ir"
	"pxos/wgsl/syntax"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

const ruleTypes = "type-checking-section"

// maxNestDepth is the nesting depth of a composite type that the section "Limits" asks for.
const maxNestDepth = 15

// typeOf gives the type that a type expression denotes, nil where it was wrong
// and has been reported ("Type Expressions").
func (c *checker) typeOf(t *syntax.TypeName) types.Type {
	if e := c.lookup(t.Name); e != nil {
		if e.kind != kindType {
			c.errorf(t.Span, ruleTypes, "write the name of a type here", "%q is not a type", t.Name.Name)
			return nil
		}
		if t.Args != nil {
			c.errorf(t.Span, ruleTypes, "remove the template list", "the type %s takes no template arguments", t.Name.Name)
			return nil
		}
		if e.bad {
			return nil
		}
		return e.typ
	}
	return c.predeclaredType(t)
}

func (c *checker) predeclaredType(t *syntax.TypeName) types.Type {
	name := t.Name.Name
	if plain := plainTypes[name]; plain != nil {
		if t.Args != nil {
			c.errorf(t.Span, ruleTypes, "remove the template list", "the type %s takes no template arguments", name)
			return nil
		}
		return c.allowed(t.Span, plain)
	}
	if !generators[name] {
		if what := predeclared(name); what != "" {
			c.errorf(t.Span, ruleTypes, "write the name of a type here", "%q is a %s, not a type", name, what)
		} else {
			c.unknown(t.Name, "the type")
		}
		return nil
	}
	if t.Args == nil {
		c.errorf(t.Span, ruleTypes, "write its template list, such as vec3<f32> or array<f32, 4>", "the type %s needs template arguments", name)
		return nil
	}
	switch {
	case name == "array":
		return c.arrayType(t)
	case name == "ptr":
		return c.pointerType(t)
	case strings.HasPrefix(name, "texture_storage_"):
		return c.storageTexture(t)
	}
	return c.elementType(t)
}

// allowed refuses types whose extension is not enabled.
func (c *checker) allowed(span syntax.Span, t types.Type) types.Type {
	if types.Elem(t) == types.F16 && !c.needs("f16", span, "the type "+t.String()) {
		return nil
	}
	return t
}

// arguments checks the number of template arguments.
func (c *checker) arguments(t *syntax.TypeName, least, most int) bool {
	n := len(t.Args)
	if n >= least && n <= most {
		return true
	}
	if least == most {
		c.errorf(t.Span, ruleTypes, "give as many as the type takes", "%s takes %d template arguments, not %d", t.Name.Name, least, n)
	} else {
		c.errorf(t.Span, ruleTypes, "give as many as the type takes", "%s takes %d to %d template arguments, not %d", t.Name.Name, least, most, n)
	}
	return false
}

// typeArgument reads a template argument that must be a type.
func (c *checker) typeArgument(e syntax.Expr) types.Type {
	t, ok := e.(*syntax.TypeName)
	if !ok {
		c.errorf(e.Range(), ruleTypes, "write a type", "a type is expected here")
		return nil
	}
	return c.typeOf(t)
}

// elementType reads vecN<T>, matCxR<T>, atomic<T> and the sampled textures.
func (c *checker) elementType(t *syntax.TypeName) types.Type {
	if !c.arguments(t, 1, 1) {
		return nil
	}
	arg := c.typeArgument(t.Args[0])
	if arg == nil {
		return nil
	}
	name := t.Name.Name
	elem, scalar := arg.(types.Scalar)
	allowed, made := "", types.Type(nil)
	switch {
	case strings.HasPrefix(name, "vec"):
		allowed, made = "bool, i32, u32, f32 or f16", types.Vector{N: int(name[3] - '0'), Elem: elem}
	case strings.HasPrefix(name, "mat"):
		allowed, made = "f32 or f16", types.Matrix{Cols: int(name[3] - '0'), Rows: int(name[5] - '0'), Elem: elem}
		scalar = scalar && elem.IsFloat()
	case name == "atomic":
		allowed, made = "i32 or u32", types.Atomic{Elem: elem}
		scalar = scalar && elem.IsInteger()
	default:
		allowed = "f32, i32 or u32"
		scalar = scalar && (elem.IsInteger() || elem == types.F32)
		x := types.Texture{Kind: types.Sampled, Dim: strings.TrimPrefix(name, "texture_"), Elem: elem, Access: types.Read}
		if name == "texture_multisampled_2d" {
			x.Kind, x.Dim = types.Multisampled, "2d"
		}
		made = x
	}
	if !scalar {
		c.errorf(t.Args[0].Range(), ruleTypes, "use "+allowed, "the component type of %s must be %s, not %s", name, allowed, arg)
		return nil
	}
	return made
}

// enumerant reads a template argument that must name an enumerant.
func enumerant[T any](c *checker, e syntax.Expr, table map[string]T, what, help string) (T, bool) {
	var none T
	t, ok := e.(*syntax.TypeName)
	if ok && t.Args == nil && c.lookup(t.Name) == nil {
		if v, known := table[t.Name.Name]; known {
			return v, true
		}
	}
	c.errorf(e.Range(), "predeclared-enumerants", help, "%s is expected here", what)
	return none, false
}

func (c *checker) storageTexture(t *syntax.TypeName) types.Type {
	if !c.arguments(t, 2, 2) {
		return nil
	}
	elem, ok := enumerant(c, t.Args[0], formats, "a texel format", "write one such as rgba8unorm or r32float")
	access, ok2 := enumerant(c, t.Args[1], accesses, "an access mode", "write read, write or read_write")
	if !ok || !ok2 {
		return nil
	}
	format := t.Args[0].(*syntax.TypeName).Name.Name
	return types.Texture{Kind: types.StorageTexture, Dim: strings.TrimPrefix(t.Name.Name, "texture_storage_"),
		Elem: elem, Format: format, Access: access}
}

// pointerType reads ptr<AS, T, AM>. The pointer must be one that a variable could
// have ("Reference and Pointer Types").
func (c *checker) pointerType(t *syntax.TypeName) types.Type {
	if !c.arguments(t, 2, 3) {
		return nil
	}
	space, ok := enumerant(c, t.Args[0], spaces, "an address space", "write function, private, workgroup, uniform or storage")
	elem := c.typeArgument(t.Args[1])
	if !ok || elem == nil {
		return nil
	}
	access := defaultAccess(space)
	if len(t.Args) == 3 {
		if space != types.Storage {
			c.errorf(t.Args[2].Range(), "address-space", "remove it", "an access mode may be written for the address space storage only")
			return nil
		}
		if access, ok = enumerant(c, t.Args[2], accesses, "an access mode", "write read or read_write"); !ok {
			return nil
		}
	}
	p := types.Pointer{Space: space, Elem: elem, Access: access}
	if !c.storeType(t.Args[1].Range(), p) {
		return nil
	}
	return p
}

// defaultAccess is the access mode of an address space where none is written.
func defaultAccess(s types.Space) types.Access {
	switch s {
	case types.Storage, types.Uniform, types.Handle, types.Immediate:
		return types.Read
	}
	return types.ReadWrite
}

// arrayType reads array<E, N> and array<E>.
func (c *checker) arrayType(t *syntax.TypeName) types.Type {
	if !c.arguments(t, 1, 2) {
		return nil
	}
	elem := c.typeArgument(t.Args[0])
	if elem == nil || !c.elementOfArray(t.Args[0].Range(), elem) {
		return nil
	}
	a := types.Array{Elem: elem}
	if len(t.Args) == 2 && !c.elementCount(t.Args[1], &a) {
		return nil
	}
	if types.Depth(a) > maxNestDepth {
		c.errorf(t.Span, "limits", "nest fewer arrays and structures", "the type nests deeper than %d", maxNestDepth)
		return nil
	}
	if types.SizeOf(a) > types.MaxSize {
		c.errorf(t.Span, "limits", "use a smaller element count", "the type array<%s, %d> is larger than 2 GiB", elem, a.Len)
		return nil
	}
	return a
}

func (c *checker) elementOfArray(span syntax.Span, t types.Type) bool {
	if types.IsPlain(t) && types.HasCreationFixedFootprint(t) {
		return true
	}
	c.errorf(span, "array-types", "use a scalar, vector, matrix, atomic, or an array or structure of a size known when the module is made",
		"%s cannot be the element type of an array", t)
	return false
}

// elementCount evaluates N of array<E, N>. A count that depends on overrides gets
// an object of its own; the same identifier gives the same object.
func (c *checker) elementCount(e syntax.Expr, a *types.Array) bool {
	lazy := c.lazy
	c.lazy = 0 // a static type is always determined
	n := c.value(e)
	c.lazy = lazy
	if n.bad() {
		return false
	}
	s, ok := n.typ.(types.Scalar)
	if !ok || !s.IsInteger() {
		c.errorf(e.Range(), "array-types", "write an i32 or u32", "the element count of an array must be an integer, not %s", n.typ)
		return false
	}
	switch n.stage {
	case runtimeStage:
		c.errorf(e.Range(), "array-types", "use a const-declaration or an override",
			"the element count of an array must be known when the pipeline is made; this value is not")
		return false
	case overrideStage:
		a.Size = c.overrideSize(e, n)
		return true
	}
	if n, ok = c.convert(n, builtin.Concretization(n.typ)); !ok {
		return false
	}
	a.Len = intOf(n.val)
	if a.Len <= 0 {
		c.errorf(e.Range(), "array-types", "use a count of at least 1", "the element count of an array must be greater than 0, this is %d", a.Len)
		return false
	}
	return true
}

func (c *checker) overrideSize(e syntax.Expr, n operand) *types.OverrideSize {
	text := c.file.Source.Text[e.Range().Start:e.Range().End]
	ref, ok := n.x.(*ir.OverrideRef)
	if _, name := e.(*syntax.TypeName); ok && name {
		if c.sizes[ref.Override] == nil {
			c.sizes[ref.Override] = &types.OverrideSize{Text: text}
			c.module.Sizes[c.sizes[ref.Override]] = n.x
		}
		return c.sizes[ref.Override]
	}
	size := &types.OverrideSize{Text: text}
	c.module.Sizes[size] = n.x
	return size
}

// intOf reads an integer constant.
func intOf(v value.Value) int64 {
	switch v := v.(type) {
	case value.I32:
		return int64(v)
	case value.U32:
		return int64(v)
	case value.AbstractInt:
		return int64(v)
	}
	return 0
}
