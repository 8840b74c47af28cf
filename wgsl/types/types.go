// Package types holds the types of WGSL, their identity and their layout in
// memory.
//
// Types are plain comparable values: two types are the same type exactly when
// they compare equal with ==. Structures and override-sized arrays are compared
// by the declaration that they come from. The package must not import any other
// package of pxOS. Source: the WGSL specification, sections "Types" and "Memory
// Layout".
package types

import (
	"fmt"
	"strconv"
	"strings"
)

// Type is a type of WGSL; its String is how the specification spells it.
type Type interface {
	String() string
	isType()
}

// Scalar is a scalar type.
type Scalar uint8

// The scalar types. The abstract ones exist only while a module is checked.
const (
	Bool Scalar = iota + 1
	I32
	U32
	F32
	F16
	AbstractInt
	AbstractFloat
)

// String spells the type; the abstract ones as the specification names them.
func (s Scalar) String() string {
	return [...]string{"invalid", "bool", "i32", "u32", "f32", "f16", "AbstractInt", "AbstractFloat"}[s]
}

// IsFloat says whether the type is f32, f16 or AbstractFloat.
func (s Scalar) IsFloat() bool { return s == F32 || s == F16 || s == AbstractFloat }

// IsInteger says whether the type is i32, u32 or AbstractInt.
func (s Scalar) IsInteger() bool { return s == I32 || s == U32 || s == AbstractInt }

// IsAbstract says whether the type is AbstractInt or AbstractFloat.
func (s Scalar) IsAbstract() bool { return s == AbstractInt || s == AbstractFloat }

// Vector is vecN<Elem>, N from 2 to 4.
type Vector struct {
	N    int
	Elem Scalar
}

func (v Vector) String() string { return fmt.Sprintf("vec%d<%s>", v.N, v.Elem) }

// Matrix is matCxR<Elem>: Cols column vectors of Rows components each.
type Matrix struct {
	Cols, Rows int
	Elem       Scalar
}

func (m Matrix) String() string { return fmt.Sprintf("mat%dx%d<%s>", m.Cols, m.Rows, m.Elem) }

// Column is the type of one column.
func (m Matrix) Column() Vector { return Vector{m.Rows, m.Elem} }

// Array is array<Elem, Len>, array<Elem, an override expression> where Size is
// set, or the runtime-sized array<Elem> where neither is.
type Array struct {
	Elem Type
	Len  int64
	Size *OverrideSize
}

// OverrideSize stands for an element count that is known when the pipeline is
// made. Two such arrays are the same type only if the count is the same object:
// the same override declaration, or the same place in the source.
type OverrideSize struct{ Text string }

func (a Array) String() string {
	switch {
	case a.Size != nil:
		return fmt.Sprintf("array<%s, %s>", a.Elem, a.Size.Text)
	case a.Len == 0:
		return fmt.Sprintf("array<%s>", a.Elem)
	}
	return fmt.Sprintf("array<%s, %d>", a.Elem, a.Len)
}

// IsRuntimeSized says whether the element count is taken from the bound buffer.
func (a Array) IsRuntimeSized() bool { return a.Len == 0 && a.Size == nil }

// Struct is a structure; its identity is the pointer.
type Struct struct {
	Name    string
	Members []Member

	// laid is what Lay found out, so that no walk over nested structures is
	// repeated for every use of an outer one.
	laid *facts
}

// Member is a member of a structure. Align and Size are what the attributes ask,
// 0 where there is none; Offset is set by Struct.Lay.
type Member struct {
	Name   string
	Type   Type
	Align  int64
	Size   int64
	Offset int64
	IO     *IO // nil where the member has no input or output attribute
}

// IO is the attribute set of a shader input or output.
type IO struct {
	Builtin       string // "" where a location is given
	Location      int    // -1 where a built-in is given
	BlendSrc      int    // -1 where not given
	Interpolation string // type, and sampling after a comma; "" where not given
	Invariant     bool
	DepthMode     string
}

func (s *Struct) String() string { return s.Name }

// Member finds a member by name.
func (s *Struct) Member(name string) (index int, ok bool) {
	for i := range s.Members {
		if s.Members[i].Name == name {
			return i, true
		}
	}
	return 0, false
}

// Atomic is atomic<Elem>, Elem i32 or u32.
type Atomic struct{ Elem Scalar }

func (a Atomic) String() string { return "atomic<" + a.Elem.String() + ">" }

// Space is an address space.
type Space uint8

// The address spaces.
const (
	Function Space = iota + 1
	Private
	Workgroup
	Uniform
	Storage
	Handle
	Immediate
)

func (s Space) String() string {
	return [...]string{"", "function", "private", "workgroup", "uniform", "storage", "handle", "immediate"}[s]
}

// Access is a memory access mode, as a set of bits.
type Access uint8

// The access modes.
const (
	Read      Access = 1
	Write     Access = 2
	ReadWrite Access = Read | Write
)

func (a Access) String() string { return [...]string{"", "read", "write", "read_write"}[a] }

// Pointer is ptr<Space, Elem, Access>: a view of memory that holds an Elem.
// The checker's references become pointers in the tree.
type Pointer struct {
	Space  Space
	Elem   Type
	Access Access
}

func (p Pointer) String() string {
	if p.Space == Storage {
		return fmt.Sprintf("ptr<%s, %s, %s>", p.Space, p.Elem, p.Access)
	}
	return fmt.Sprintf("ptr<%s, %s>", p.Space, p.Elem)
}

// TextureKind tells the families of textures apart.
type TextureKind uint8

// The families of textures.
const (
	Sampled TextureKind = iota + 1
	Multisampled
	DepthTexture
	DepthMultisampled
	StorageTexture
	ExternalTexture
)

// Texture is a texture type. Dim is "1d", "2d", "2d_array", "3d", "cube" or
// "cube_array"; Elem is the sampled type, or the channel type of Format.
type Texture struct {
	Kind   TextureKind
	Dim    string
	Elem   Scalar
	Format string
	Access Access
}

func (t Texture) String() string {
	switch t.Kind {
	case Multisampled:
		return fmt.Sprintf("texture_multisampled_%s<%s>", t.Dim, t.Elem)
	case DepthTexture:
		return "texture_depth_" + t.Dim
	case DepthMultisampled:
		return "texture_depth_multisampled_" + t.Dim
	case StorageTexture:
		return fmt.Sprintf("texture_storage_%s<%s, %s>", t.Dim, t.Format, t.Access)
	case ExternalTexture:
		return "texture_external"
	}
	return fmt.Sprintf("texture_%s<%s>", t.Dim, t.Elem)
}

// Sampler is sampler, or sampler_comparison.
type Sampler struct{ Comparison bool }

func (s Sampler) String() string {
	if s.Comparison {
		return "sampler_comparison"
	}
	return "sampler"
}

// Void is the type of a call that gives no value.
type Void struct{}

func (Void) String() string { return "no value" }

func (Scalar) isType()  {}
func (Vector) isType()  {}
func (Matrix) isType()  {}
func (Array) isType()   {}
func (*Struct) isType() {}
func (Atomic) isType()  {}
func (Pointer) isType() {}
func (Texture) isType() {}
func (Sampler) isType() {}
func (Void) isType()    {}

// Elem is the scalar type of a scalar, vector or matrix; 0 for anything else.
func Elem(t Type) Scalar {
	switch t := t.(type) {
	case Scalar:
		return t
	case Vector:
		return t.Elem
	case Matrix:
		return t.Elem
	}
	return 0
}

// WithElem is the same shape of scalar, vector or matrix with another scalar type.
func WithElem(t Type, s Scalar) Type {
	switch t := t.(type) {
	case Vector:
		return Vector{t.N, s}
	case Matrix:
		return Matrix{t.Cols, t.Rows, s}
	}
	return s
}

// Components is the number of scalars in a scalar, vector or matrix; 0 for
// anything else.
func Components(t Type) int {
	switch t := t.(type) {
	case Scalar:
		return 1
	case Vector:
		return t.N
	case Matrix:
		return t.Cols * t.Rows
	}
	return 0
}

// Describe spells a structure with its members and offsets, one on a line.
func (s *Struct) Describe() string {
	var b strings.Builder
	b.WriteString("struct " + s.Name + " {\n")
	for _, m := range s.Members {
		b.WriteString("    " + m.Name + ": " + m.Type.String() + ", // offset " + strconv.FormatInt(m.Offset, 10) + "\n")
	}
	b.WriteString("}")
	return b.String()
}
