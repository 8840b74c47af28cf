package types

import "errors"

// MaxSize bounds the size of any type in bytes, so that no sum or product of
// sizes can overflow and no value is made that memory could not hold.
const MaxSize = 1 << 31

// ErrTooLarge says that a type passes MaxSize.
var ErrTooLarge = errors.New("the type is larger than 2 GiB")

// RoundUp gives the smallest multiple of align that is not below n.
func RoundUp(align, n int64) int64 { return (n + align - 1) / align * align }

// AlignOf is the alignment of a host-shareable or constructible type in bytes
// ("Alignment and Size"); bool counts as four bytes where memory is internal.
func AlignOf(t Type) int64 {
	switch t := t.(type) {
	case Scalar:
		if t == F16 {
			return 2
		}
		return 4
	case Atomic:
		return 4
	case Vector:
		if t.N == 3 {
			return 4 * AlignOf(t.Elem)
		}
		return int64(t.N) * AlignOf(t.Elem)
	case Matrix:
		return AlignOf(t.Column())
	case Array:
		return AlignOf(t.Elem)
	case *Struct:
		if t.laid != nil {
			return t.laid.align
		}
		align := int64(1)
		for _, m := range t.Members {
			align = max(align, m.align())
		}
		return align
	}
	return 4
}

func (m *Member) align() int64 {
	if m.Align != 0 {
		return m.Align
	}
	return AlignOf(m.Type)
}

func (m *Member) size() int64 {
	if m.Size != 0 {
		return m.Size
	}
	return SizeOf(m.Type)
}

// SizeOf is the size of a type in bytes ("Alignment and Size"). A runtime-sized
// array counts as one element, the smallest that a binding may have; so does an
// array whose count is not known yet. A type past MaxSize gives MaxSize+1.
func SizeOf(t Type) int64 {
	const scalar = 4
	switch t := t.(type) {
	case Scalar:
		return AlignOf(t)
	case Atomic:
		return scalar
	case Vector:
		return int64(t.N) * AlignOf(t.Elem)
	case Matrix:
		return int64(t.Cols) * Stride(t)
	case Array:
		stride, n := Stride(t), max(t.Len, 1)
		if stride != 0 && n > MaxSize/stride {
			return MaxSize + 1
		}
		return n * stride
	case *Struct:
		if len(t.Members) == 0 {
			return 0
		}
		last := &t.Members[len(t.Members)-1]
		end := last.Offset + last.size()
		if end > MaxSize {
			return MaxSize + 1
		}
		return RoundUp(AlignOf(t), end)
	}
	return scalar
}

// Stride is the distance in bytes between elements of an array, or between
// columns of a matrix.
func Stride(t Type) int64 {
	switch t := t.(type) {
	case Array:
		return RoundUp(AlignOf(t.Elem), SizeOf(t.Elem))
	case Matrix:
		return RoundUp(AlignOf(t.Column()), SizeOf(t.Column()))
	}
	return 0
}

// Lay sets the offsets of the members ("Structure Member Layout"); it is called
// once all members are known, and again after a member has changed.
func (s *Struct) Lay() error {
	var offset int64
	for i := range s.Members {
		m := &s.Members[i]
		offset = RoundUp(m.align(), offset)
		m.Offset = offset
		offset += m.size()
		if offset > MaxSize {
			return ErrTooLarge
		}
	}
	s.laid = nil
	s.laid = structFacts(s)
	return nil
}
