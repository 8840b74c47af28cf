package builtin

import (
	"strconv"
	"strings"

	"pxos/wgsl/types"
)

// pattern is a type with holes, as signatures write it: `vecN<S>`,
// `ptr<AS, atomic<T>, AM>`, `texture_storage_2d<F, AM>`. A name is a scalar type,
// a class or a variable of the signature's where clause, or a variable that takes
// any value.
type pattern struct {
	name string
	args []pattern
}

func (p pattern) String() string {
	if len(p.args) == 0 {
		return p.name
	}
	parts := make([]string, len(p.args))
	for i, a := range p.args {
		parts[i] = a.String()
	}
	return p.name + "<" + strings.Join(parts, ", ") + ">"
}

var scalarNames = map[string]types.Scalar{
	"bool": types.Bool, "i32": types.I32, "u32": types.U32, "f32": types.F32, "f16": types.F16,
	"AbstractInt": types.AbstractInt, "AbstractFloat": types.AbstractFloat,
}

// binding is what the variables of a signature stand for during one match:
// scalars by name, dimensions by letter, whole types by name.
type binding struct {
	types map[string]types.Type
	dims  map[string]int
}

func newBinding() *binding {
	return &binding{types: map[string]types.Type{}, dims: map[string]int{}}
}

func (b *binding) bindType(name string, t types.Type) bool {
	if old, ok := b.types[name]; ok {
		return old == t
	}
	b.types[name] = t
	return true
}

func (b *binding) bindDim(letter string, n int) bool {
	if d, err := strconv.Atoi(letter); err == nil {
		return d == n
	}
	if old, ok := b.dims[letter]; ok {
		return old == n
	}
	b.dims[letter] = n
	return true
}

// vectorDim gives the letter or digit of `vecN`, and matrixDims those of `matCxR`.
func (p pattern) vectorDim() (string, bool) {
	if len(p.name) == 4 && strings.HasPrefix(p.name, "vec") {
		return p.name[3:], true
	}
	return "", false
}

func (p pattern) matrixDims() (cols, rows string, ok bool) {
	if len(p.name) == 6 && strings.HasPrefix(p.name, "mat") && p.name[4] == 'x' {
		return p.name[3:4], p.name[5:6], true
	}
	return "", "", false
}

// shapes binds the parts of a pattern that no conversion changes: dimensions,
// pointers, textures and unconstrained variables. Scalar variables are left to
// the enumeration of their domains. It says whether the type can fit at all.
func (o *Overload) shapes(p pattern, t types.Type, b *binding) bool {
	if d, ok := p.vectorDim(); ok {
		v, is := t.(types.Vector)
		return is && b.bindDim(d, v.N)
	}
	if c, r, ok := p.matrixDims(); ok {
		m, is := t.(types.Matrix)
		return is && b.bindDim(c, m.Cols) && b.bindDim(r, m.Rows)
	}
	if _, ok := scalarNames[p.name]; ok || o.domains[p.name] != nil {
		_, is := t.(types.Scalar)
		return is
	}
	return o.exact(p, t, b)
}

// exact matches where no conversion can happen: inside pointers, for textures and
// for variables without a domain.
func (o *Overload) exact(p pattern, t types.Type, b *binding) bool {
	switch {
	case p.name == "ptr":
		q, ok := t.(types.Pointer)
		return ok && o.pointer(p, q, b)
	case p.name == "atomic":
		a, ok := t.(types.Atomic)
		return ok && o.exact(p.args[0], a.Elem, b)
	case p.name == "array":
		a, ok := t.(types.Array)
		return ok && a.IsRuntimeSized() && o.exact(p.args[0], a.Elem, b)
	case p.name == "sampler" || p.name == "sampler_comparison":
		s, ok := t.(types.Sampler)
		return ok && s.Comparison == (p.name == "sampler_comparison")
	case strings.HasPrefix(p.name, "texture_"):
		x, ok := t.(types.Texture)
		return ok && o.texture(p, x, b)
	}
	if s, ok := scalarNames[p.name]; ok {
		return t == s
	}
	if d := o.domains[p.name]; d != nil {
		s, ok := t.(types.Scalar)
		return ok && contains(d, s) && b.bindType(p.name, t)
	}
	if o.classes[p.name] == "constructible" && !(types.IsConstructible(t) && types.IsConcrete(t)) {
		return false
	}
	return b.bindType(p.name, t)
}

func contains(list []types.Scalar, s types.Scalar) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// pointer matches ptr<space, type, access>; space and access are a name, or a
// variable whose class lists names.
func (o *Overload) pointer(p pattern, q types.Pointer, b *binding) bool {
	if !o.oneOf(p.args[0].name, q.Space.String()) {
		return false
	}
	if len(p.args) > 2 && !o.oneOf(p.args[2].name, q.Access.String()) {
		return false
	}
	return o.exact(p.args[1], q.Elem, b)
}

func (o *Overload) oneOf(name, actual string) bool {
	if class, ok := o.classes[name]; ok {
		for _, alternative := range strings.Split(class, "|") {
			if strings.TrimSpace(alternative) == actual {
				return true
			}
		}
		return false
	}
	return name == actual
}

// texture matches a texture type by its spelling. The variable F of a storage
// texture gives CF, the channel type of its format.
func (o *Overload) texture(p pattern, x types.Texture, b *binding) bool {
	family, _, _ := strings.Cut(x.String(), "<")
	if family != p.name {
		return false
	}
	switch x.Kind {
	case types.StorageTexture:
		return o.oneOfOrAny(p.args[1].name, x.Access.String()) && b.bindType("CF", x.Elem)
	case types.Sampled, types.Multisampled:
		return o.exact(p.args[0], x.Elem, b)
	}
	return true
}

func (o *Overload) oneOfOrAny(name, actual string) bool {
	if _, ok := o.classes[name]; !ok && strings.ToUpper(name) == name {
		return true
	}
	return o.oneOf(name, actual)
}

// build makes the type of a pattern whose variables are all bound.
func (o *Overload) build(p pattern, b *binding) types.Type {
	elem := func() types.Scalar { s, _ := o.build(p.args[0], b).(types.Scalar); return s }
	if d, ok := p.vectorDim(); ok {
		return types.Vector{N: b.dim(d), Elem: elem()}
	}
	if c, r, ok := p.matrixDims(); ok {
		return types.Matrix{Cols: b.dim(c), Rows: b.dim(r), Elem: elem()}
	}
	switch p.name {
	case "":
		return types.Void{}
	case "__frexp_result":
		return FrexpResult(o.build(p.args[0], b))
	case "__modf_result":
		return ModfResult(o.build(p.args[0], b))
	case "__atomic_compare_exchange_result":
		return ExchangeResult(o.build(p.args[0], b))
	}
	if s, ok := scalarNames[p.name]; ok {
		return s
	}
	return b.types[p.name]
}

func (b *binding) dim(letter string) int {
	if n, err := strconv.Atoi(letter); err == nil {
		return n
	}
	return b.dims[letter]
}

// converts says whether a parameter of this pattern takes part in automatic
// conversions; the others were matched exactly.
func (o *Overload) converts(p pattern) bool {
	if _, ok := p.vectorDim(); ok {
		return true
	}
	if _, _, ok := p.matrixDims(); ok {
		return true
	}
	_, ok := scalarNames[p.name]
	return ok || o.domains[p.name] != nil
}
