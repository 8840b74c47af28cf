package oracle

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"pxos/wgsl/eval"
	"pxos/wgsl/ir"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

// cell is a variable that the host does not see.
type cell struct{ v value.Value }

// pointer views a part of a variable: bytes of a buffer from an offset on, or
// what a path leads to in the value of a cell.
type pointer struct {
	space types.Space
	elem  types.Type // what it views
	// Of a buffer:
	bytes  []byte // the whole binding
	offset int64
	// Of a cell:
	cell *cell
	path []int
}

// Type is the pointer's type; it does not tell the access mode.
func (p *pointer) Type() types.Type { return types.Pointer{Space: p.space, Elem: p.elem} }

func (p *pointer) String() string {
	if p.cell == nil {
		return fmt.Sprintf("%s at byte %d", p.Type(), p.offset)
	}
	return fmt.Sprintf("%s at %v", p.Type(), p.path)
}

// address is the address of a variable as a lane sees it.
func (f *frame) address(v *ir.Var, lane int) value.Value {
	p := &pointer{space: v.Space, elem: v.Type}
	switch v.Space {
	case types.Storage, types.Uniform:
		p.bytes = f.buffers[v]
	case types.Workgroup:
		p.cell = f.shared[v]
	case types.Private:
		p.cell = f.own[v][lane]
	case types.Function:
		p.cell = f.vars[v][lane]
	default:
		f.fail(v.Span, "the oracle has no variables in the address space %s", v.Space)
	}
	return p
}

// step is the pointer to component i of elem type, offset bytes further on.
func (p *pointer) step(elem types.Type, i int, offset int64) *pointer {
	q := *p
	q.elem = elem
	if p.cell == nil {
		q.offset += offset
	} else {
		q.path = append(slices.Clone(p.path), i)
	}
	return &q
}

func (p *pointer) member(i int) *pointer {
	m := &p.elem.(*types.Struct).Members[i]
	return p.step(m.Type, i, m.Offset)
}

// index steps into a vector, matrix or array. The index is clamped.
func (p *pointer) index(index value.Value) *pointer {
	elem, stride := element(p.elem)
	i := eval.ClampIndex(index, p.length())
	return p.step(elem, int(i), i*stride)
}

// element gives the type of the components of a vector, matrix or array, and
// their distance in bytes.
func element(t types.Type) (elem types.Type, stride int64) {
	switch t := t.(type) {
	case types.Vector:
		return t.Elem, types.SizeOf(t.Elem)
	case types.Matrix:
		return t.Column(), types.Stride(t)
	case types.Array:
		return t.Elem, types.Stride(t)
	}
	return nil, 0
}

// length is how many components the viewed composite has; that of a runtime-sized
// array is what fits into the rest of the binding ("arrayLength").
func (p *pointer) length() int64 {
	switch t := p.elem.(type) {
	case types.Vector:
		return int64(t.N)
	case types.Matrix:
		return int64(t.Cols)
	case types.Array:
		if t.IsRuntimeSized() {
			return (int64(len(p.bytes)) - p.offset) / types.Stride(t)
		}
		return t.Len
	}
	return 0
}

// load reads what the pointers view.
func (m *machine) load(pointers []value.Value, active lanes) []value.Value {
	return m.each(active, func(lane int) value.Value { return pointers[lane].(*pointer).load() })
}

func (p *pointer) load() value.Value {
	if p.cell == nil {
		return decode(p.elem, p.bytes[p.offset:])
	}
	v := p.cell.v
	for _, i := range p.path {
		v = v.(*value.Composite).Elems[i]
	}
	return v
}

func (p *pointer) store(v value.Value) {
	if p.cell == nil {
		encode(p.elem, p.bytes[p.offset:], v)
		return
	}
	p.cell.v = replaced(p.cell.v, p.path, v)
}

// replaced is the composite with another value at the end of the path.
func replaced(old value.Value, path []int, v value.Value) value.Value {
	if len(path) == 0 {
		return v
	}
	c := old.(*value.Composite)
	elems := slices.Clone(c.Elems)
	elems[path[0]] = replaced(elems[path[0]], path[1:], v)
	return &value.Composite{T: c.T, Elems: elems}
}

// decode reads a value of a type from the start of memory ("Internal Layout of
// Values").
func decode(t types.Type, b []byte) value.Value {
	word := binary.LittleEndian.Uint32
	switch t := t.(type) {
	case types.Atomic:
		return decode(t.Elem, b)
	case types.Scalar:
		switch t {
		case types.I32:
			return value.I32(word(b))
		case types.U32:
			return value.U32(word(b))
		case types.F32:
			return value.F32(math.Float32frombits(word(b)))
		case types.F16:
			return value.F16(eval.HalfToFloat(binary.LittleEndian.Uint16(b)))
		}
		return value.Bool(word(b) != 0)
	}
	c := &value.Composite{T: t}
	components(t, func(elem types.Type, offset int64) {
		c.Elems = append(c.Elems, decode(elem, b[offset:]))
	})
	return c
}

// encode writes a value of a type to the start of memory; padding keeps its bytes.
func encode(t types.Type, b []byte, v value.Value) {
	put := binary.LittleEndian.PutUint32
	switch v := v.(type) {
	case value.I32:
		put(b, uint32(v))
	case value.U32:
		put(b, uint32(v))
	case value.F32:
		put(b, math.Float32bits(float32(v)))
	case value.F16:
		binary.LittleEndian.PutUint16(b, eval.FloatToHalf(float64(v)))
	case value.Bool:
		put(b, 0)
		if v {
			put(b, 1)
		}
	case *value.Composite:
		i := 0
		components(t, func(elem types.Type, offset int64) {
			encode(elem, b[offset:], v.Elems[i])
			i++
		})
	}
}

// components calls f for each component of a composite type of fixed size, with
// its offset in bytes.
func components(t types.Type, f func(elem types.Type, offset int64)) {
	if s, ok := t.(*types.Struct); ok {
		for i := range s.Members {
			f(s.Members[i].Type, s.Members[i].Offset)
		}
		return
	}
	elem, stride := element(t)
	for i := range (&pointer{elem: t}).length() {
		f(elem, i*stride)
	}
}
