package texture

import (
	_ "embed" // the functions
	"fmt"
	"strings"
	"sync"

	"pxos/wgsl/builtin"
	"pxos/wgsl/check"
	"pxos/wgsl/ir"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

//go:embed texture.wgsl
var text string

// functions are those of texture.wgsl, callees first.
var functions = sync.OnceValues(func() ([]*ir.Function, error) {
	m, source, messages := check.Source("texture.wgsl", text, check.Options{})
	if messages.Failed() {
		return nil, fmt.Errorf("the texture functions do not check:\n%s", messages.Render(source))
	}
	for _, f := range m.Functions {
		f.Hidden = true
	}
	return m.Functions, nil
})

// Memory is the type of the buffer that stands for a texture or sampler.
var Memory = types.Array{Elem: types.Vector{N: 4, Elem: types.U32}}

var (
	vec2f = types.Vector{N: 2, Elem: types.F32}
	vec2i = types.Vector{N: 2, Elem: types.I32}
	vec3i = types.Vector{N: 3, Elem: types.I32}
	vec4u = types.Vector{N: 4, Elem: types.U32}
)

// Lower changes a specialized module so that it has no textures and samplers left;
// the variables that stand for them tell by ir.Var.Handle what they were. The
// module must belong to the caller (check.Specialize makes a new one).
func Lower(m *ir.Module) error {
	l := &lowerer{module: m, locals: map[*ir.Local]types.Type{}, used: map[string]*ir.Function{}}
	for _, v := range m.Globals {
		if v.Space == types.Handle {
			v.Handle, v.Type, v.Space, v.Access = v.Type, Memory, types.Storage, Access(v.Type)
			l.found = true
		}
	}
	if !l.found {
		return nil
	}
	list, err := functions()
	if err != nil {
		return err
	}
	l.library = map[string]*ir.Function{}
	for _, f := range list {
		l.library[f.Name] = f
	}
	for _, f := range m.Functions {
		l.function(f)
	}
	var added []*ir.Function
	for _, f := range list {
		if l.used[f.Name] != nil {
			added = append(added, f)
		}
	}
	m.Functions = append(added, m.Functions...)
	return nil
}

// Access is how a shader reaches the buffer of a texture or sampler.
func Access(t types.Type) types.Access {
	if t, ok := t.(types.Texture); ok && t.Kind == types.StorageTexture && t.Access&types.Write != 0 {
		return types.ReadWrite
	}
	return types.Read
}

func pointer(t types.Type) types.Pointer {
	return types.Pointer{Space: types.Storage, Elem: Memory, Access: Access(t)}
}

func isHandle(t types.Type) bool {
	switch t.(type) {
	case types.Texture, types.Sampler:
		return true
	}
	return false
}

type lowerer struct {
	module  *ir.Module
	found   bool
	library map[string]*ir.Function
	used    map[string]*ir.Function
	locals  map[*ir.Local]types.Type // parameters and lets: what they were
	into    *ir.Function             // whose body is rewritten
}

func (l *lowerer) function(f *ir.Function) {
	for _, local := range f.Locals {
		if isHandle(local.Type) {
			l.locals[local] = local.Type
			local.Type = pointer(local.Type)
		}
	}
	l.into = f
	ir.RewriteBlock(f.Body, l.expr)
}

// expr rewrites an expression whose parts were rewritten.
func (l *lowerer) expr(e ir.Expr) ir.Expr {
	switch e := e.(type) {
	case *ir.VarRef:
		if e.Var.Handle != nil {
			e.T = e.Var.Pointer()
		}
	case *ir.LocalRef:
		if t, ok := l.locals[e.Local]; ok {
			e.T = pointer(t)
		}
	case *ir.Load:
		if isHandle(e.T) {
			return e.Ptr
		}
	case *ir.Builtin:
		if e.ID.IsTexture() {
			return (&call{lowerer: l, Builtin: e, rest: e.Args}).lower()
		}
	}
	return e
}

// handle is the type that an argument had before it was rewritten.
func (l *lowerer) handle(e ir.Expr) types.Type {
	switch e := e.(type) {
	case *ir.VarRef:
		return e.Var.Handle
	case *ir.LocalRef:
		return l.locals[e.Local]
	}
	return nil
}

// use notes that a function of the library is called from the body that is
// rewritten, and with it those that it calls.
func (l *lowerer) use(name string) *ir.Function {
	f, ok := l.library[name]
	if !ok {
		panic(fmt.Sprintf("texture.wgsl has no function %s", name))
	}
	l.mark(f)
	for _, c := range l.into.Calls {
		if c == f {
			return f
		}
	}
	l.into.Calls = append(l.into.Calls, f)
	return f
}

func (l *lowerer) mark(f *ir.Function) {
	if l.used[f.Name] == nil {
		l.used[f.Name] = f
		for _, c := range f.Calls {
			l.mark(c)
		}
	}
}

// call is one call of a texture built-in function. Rest are the arguments that
// were not taken yet.
type call struct {
	*lowerer
	*ir.Builtin
	rest []ir.Expr

	texture    ir.Expr
	t          types.Texture
	sampler    ir.Expr
	component  ir.Expr
	coords     ir.Expr
	arrayIndex ir.Expr
}

func (c *call) take() ir.Expr {
	e := c.rest[0]
	c.rest = c.rest[1:]
	return e
}

func (c *call) taken() bool { return len(c.rest) == 0 }

// lower takes the arguments apart in their order and calls the function for them.
func (c *call) lower() ir.Expr {
	if c.handle(c.rest[0]) == nil {
		c.component = c.take()
	}
	c.t = c.handle(c.rest[0]).(types.Texture)
	c.texture = c.take()
	switch c.ID {
	case builtin.TextureDimensions:
		return c.dimensions()
	case builtin.TextureNumLayers:
		if strings.HasPrefix(c.t.Dim, "cube") {
			return c.to("cubes", c.texture)
		}
		return c.to("layers", c.texture)
	case builtin.TextureNumLevels:
		return c.to("levels", c.texture)
	case builtin.TextureNumSamples:
		return c.to("samples", c.texture)
	}
	if _, ok := c.handle(c.rest[0]).(types.Sampler); ok {
		c.sampler = c.take()
	}
	c.coords = c.take()
	if strings.HasSuffix(c.t.Dim, "_array") {
		c.arrayIndex = c.take()
	}
	switch c.ID {
	case builtin.TextureLoad:
		return c.load()
	case builtin.TextureStore:
		return c.store()
	case builtin.TextureGather, builtin.TextureGatherCompare:
		return c.gather()
	}
	return c.sample()
}

// to calls a function of the library.
func (c *call) to(name string, args ...ir.Expr) ir.Expr {
	f := c.use(name)
	return &ir.Call{Info: ir.Info{Span: c.Span, T: f.Result}, Func: f, Args: args}
}

func (c *call) info(t types.Type) ir.Info { return ir.Info{Span: c.Span, T: t} }

func (c *call) constant(v value.Value) ir.Expr { return &ir.Const{Info: c.info(v.Type()), Value: v} }

// convert gives a value the scalar type.
func (c *call) convert(e ir.Expr, to types.Scalar) ir.Expr {
	if types.Elem(e.Type()) == to {
		return e
	}
	return &ir.Convert{Info: c.info(types.WithElem(e.Type(), to)), X: e}
}

func (c *call) construct(t types.Type, parts ...ir.Expr) ir.Expr {
	return &ir.Construct{Info: c.info(t), Args: parts}
}

// bits views a vec4u as values of the type that the built-in gives.
func (c *call) bits(e ir.Expr) ir.Expr {
	of := types.Vector{N: 4, Elem: types.Elem(c.T)}
	if of.Elem != types.U32 {
		e = &ir.Builtin{Info: c.info(of), ID: builtin.Bitcast, Args: []ir.Expr{e}}
	}
	return c.depth(e)
}

// depth is the first component, where the built-in gives a scalar.
func (c *call) depth(e ir.Expr) ir.Expr {
	if s, ok := c.T.(types.Scalar); ok && e.Type() != c.T {
		return &ir.Index{Info: c.info(s), Base: e, Index: c.constant(value.U32(0))}
	}
	return e
}

// dimensions gives as many components as the texture has dimensions.
func (c *call) dimensions() ir.Expr {
	level := c.constant(value.I32(0))
	if !c.taken() {
		level = c.convert(c.take(), types.I32)
	}
	size := c.to("dimensions", c.texture, level)
	switch t := c.T.(type) {
	case types.Scalar:
		return &ir.Index{Info: c.info(t), Base: size, Index: c.constant(value.U32(0))}
	case types.Vector:
		if t.N == 2 {
			return &ir.Swizzle{Info: c.info(t), Base: size, Comps: []int{0, 1}}
		}
	}
	return size
}

// index is the array index as an i32, 0 where the texture is no array.
func (c *call) index() ir.Expr {
	if c.arrayIndex == nil {
		return c.constant(value.I32(0))
	}
	return c.convert(c.arrayIndex, types.I32)
}

// texel is the place of a texel: x, y, and z or layer.
func (c *call) texel() ir.Expr {
	p := c.convert(c.coords, types.I32)
	switch types.Components(p.Type()) {
	case 1:
		return c.construct(vec3i, p, c.constant(value.I32(0)), c.constant(value.I32(0)))
	case 2:
		return c.construct(vec3i, p, c.index())
	}
	return p
}

func (c *call) load() ir.Expr {
	switch {
	case c.t.Kind == types.Multisampled || c.t.Kind == types.DepthMultisampled:
		return c.bits(c.to("load_sample", c.texture, c.texel(), c.convert(c.take(), types.I32)))
	case c.taken():
		return c.bits(c.to("load", c.texture, c.texel(), c.constant(value.I32(0))))
	}
	return c.bits(c.to("load", c.texture, c.texel(), c.convert(c.take(), types.I32)))
}

// store writes what the value becomes in the texture's format.
func (c *call) store() ir.Expr {
	f, ok := FormatOf(c.t.Format)
	if !ok {
		panic("no format " + c.t.Format)
	}
	texel := c.to(f.quantizer(), c.take())
	one := value.U32(1)
	if c.t.Elem == types.F32 {
		one = 0x3f800000
	}
	switch f.Channels {
	case 1:
		texel = c.to("channels1", texel, c.constant(one))
	case 2:
		texel = c.to("channels2", texel, c.constant(one))
	}
	return c.to("store", c.texture, c.texel(), texel)
}

// point gives the coordinates of a sampling function, and the name of the family
// of functions that takes them.
func (c *call) point() (ir.Expr, string) {
	switch {
	case c.t.Dim == "1d":
		return c.construct(vec2f, c.coords, c.constant(value.F32(0.5))), "2d"
	case c.t.Dim == "3d":
		return c.coords, "3d"
	case strings.HasPrefix(c.t.Dim, "cube"):
		return c.coords, "cube"
	}
	return c.coords, "2d"
}

// offset is the last argument, or none.
func (c *call) offset(family string) []ir.Expr {
	switch {
	case !c.taken():
		return []ir.Expr{c.take()}
	case family == "2d":
		return []ir.Expr{c.constant(value.Zero(vec2i))}
	case family == "3d":
		return []ir.Expr{c.constant(value.Zero(vec3i))}
	}
	return nil
}

func (c *call) gather() ir.Expr {
	point, family := c.point()
	if c.ID == builtin.TextureGatherCompare {
		args := []ir.Expr{c.texture, c.sampler, point, c.index(), c.take()}
		return c.to("gather_compare_"+family, append(args, c.offset(family)...)...)
	}
	component := c.constant(value.I32(0))
	if c.component != nil {
		component = c.convert(c.component, types.I32)
	}
	args := []ir.Expr{c.texture}
	if family == "2d" {
		args = append(args, c.sampler)
	}
	args = append(args, component, point, c.index())
	return c.bits(c.to("gather_"+family, append(args, c.offset(family)...)...))
}

// sample lowers the functions that filter.
func (c *call) sample() ir.Expr {
	point, family := c.point()
	args := []ir.Expr{c.texture, c.sampler, point}
	if family != "3d" {
		args = append(args, c.index())
	}
	name := "sample_"
	switch c.ID {
	case builtin.TextureSampleBaseClampToEdge:
		return c.to("sample_clamped_2d", c.texture, c.sampler, point)
	case builtin.TextureSampleLevel:
		args = append(args, c.convert(c.take(), types.F32))
	case builtin.TextureSampleGrad:
		name = "sample_grad_"
		args = append(args, c.take(), c.take())
	case builtin.TextureSampleCompareLevel:
		name = "compare_"
		args = append(args, c.take())
	default:
		panic(fmt.Sprintf("%s is for fragment shaders", c.ID))
	}
	return c.depth(c.to(name+family, append(args, c.offset(family)...)...))
}
