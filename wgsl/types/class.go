package types

// The classes of types that the specification's rules name.

// facts are what a walk over all members of a structure finds out.
type facts struct {
	align         int64
	constructible bool
	hostShareable bool
	storable      bool
	fixed         bool // creation-fixed footprint
	overridable   bool // fixed footprint: an override may set a count inside
	atomic        bool
	f16           bool
	array         bool
	depth         int
	scalars       int64
}

func structFacts(s *Struct) *facts {
	f := &facts{align: AlignOf(s), constructible: true, hostShareable: true, storable: true, fixed: true, overridable: true}
	for i := range s.Members {
		t := s.Members[i].Type
		f.constructible = f.constructible && IsConstructible(t)
		f.hostShareable = f.hostShareable && IsHostShareable(t)
		f.storable = f.storable && IsPlain(t) && IsConcrete(t)
		f.fixed = f.fixed && HasCreationFixedFootprint(t)
		f.overridable = f.overridable && HasFixedFootprint(t)
		f.atomic = f.atomic || HasAtomic(t)
		f.f16 = f.f16 || HasF16(t)
		f.array = f.array || HasArray(t)
		f.depth = max(f.depth, Depth(t))
		f.scalars = min(f.scalars+Scalars(t), MaxSize)
	}
	f.depth++
	return f
}

func (s *Struct) facts() *facts {
	if s.laid == nil {
		return structFacts(s)
	}
	return s.laid
}

// IsConcrete says whether a type is not abstract and has no abstract component
// ("Abstract Numeric Types").
func IsConcrete(t Type) bool {
	switch t := t.(type) {
	case Scalar, Vector, Matrix:
		return !Elem(t).IsAbstract()
	case Array:
		return IsConcrete(t.Elem)
	case *Struct:
		for i := range t.Members {
			if e := t.Members[i].Type; Elem(e).IsAbstract() {
				return false
			}
		}
	}
	return true
}

// IsPlain says whether a type is a plain type ("Plain Types").
func IsPlain(t Type) bool {
	switch t.(type) {
	case Scalar, Vector, Matrix, Atomic, Array, *Struct:
		return true
	}
	return false
}

// IsConstructible says whether values of the type can be made, loaded, stored,
// passed and returned ("Constructible Types").
func IsConstructible(t Type) bool {
	switch t := t.(type) {
	case Scalar, Vector, Matrix:
		return true
	case Array:
		return t.Size == nil && t.Len > 0 && IsConstructible(t.Elem)
	case *Struct:
		return t.facts().constructible
	}
	return false
}

// IsStorable says whether a variable can have the store type ("Storable Types").
func IsStorable(t Type) bool {
	switch t := t.(type) {
	case Scalar, Vector, Matrix:
		return IsConcrete(t)
	case Array:
		return IsStorable(t.Elem)
	case *Struct:
		return t.facts().storable
	case Atomic, Texture, Sampler:
		return true
	}
	return false
}

// IsHostShareable says whether the type can lie in a buffer ("Host-shareable Types").
func IsHostShareable(t Type) bool {
	switch t := t.(type) {
	case Scalar, Vector, Matrix:
		return Elem(t) != Bool && IsConcrete(t)
	case Atomic:
		return true
	case Array:
		return t.Size == nil && IsHostShareable(t.Elem)
	case *Struct:
		return t.facts().hostShareable
	}
	return false
}

// HasCreationFixedFootprint says whether the size is known when the module is
// made ("Fixed-Footprint Types").
func HasCreationFixedFootprint(t Type) bool {
	switch t := t.(type) {
	case Scalar, Vector, Matrix, Atomic:
		return true
	case Array:
		return t.Size == nil && t.Len > 0 && HasCreationFixedFootprint(t.Elem)
	case *Struct:
		return t.facts().fixed
	}
	return false
}

// HasFixedFootprint says whether the size is known when the pipeline is made
// ("Fixed-Footprint Types").
func HasFixedFootprint(t Type) bool {
	switch t := t.(type) {
	case Array:
		return !t.IsRuntimeSized() && HasFixedFootprint(t.Elem)
	case *Struct:
		return t.facts().overridable
	}
	return HasCreationFixedFootprint(t)
}

// HasAtomic says whether the type is atomic or contains an atomic.
func HasAtomic(t Type) bool {
	switch t := t.(type) {
	case Atomic:
		return true
	case Array:
		return HasAtomic(t.Elem)
	case *Struct:
		return t.facts().atomic
	}
	return false
}

// HasF16 says whether f16 is part of the type.
func HasF16(t Type) bool {
	switch t := t.(type) {
	case Array:
		return HasF16(t.Elem)
	case *Struct:
		return t.facts().f16
	case Pointer:
		return HasF16(t.Elem)
	}
	return Elem(t) == F16
}

// HasArray says whether the type is an array or contains one.
func HasArray(t Type) bool {
	switch t := t.(type) {
	case Array:
		return true
	case *Struct:
		return t.facts().array
	}
	return false
}

// Depth is the nesting depth of a composite type ("Composite Types"): 1 for a
// vector, 2 for a matrix, one more than its deepest component for the others,
// 0 for what is no composite.
func Depth(t Type) int {
	switch t := t.(type) {
	case Vector:
		return 1
	case Matrix:
		return 2
	case Array:
		return 1 + Depth(t.Elem)
	case *Struct:
		return t.facts().depth
	}
	return 0
}

// Scalars is the number of scalars in a value of the type, at most MaxSize.
func Scalars(t Type) int64 {
	switch t := t.(type) {
	case Vector, Matrix:
		return int64(Components(t))
	case Array:
		n := Scalars(t.Elem)
		if n != 0 && t.Len > MaxSize/n {
			return MaxSize
		}
		return n * t.Len
	case *Struct:
		return t.facts().scalars
	}
	return 1
}
