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

// variable is the memory of a variable: one for all invocations, or that of one.
type variable struct {
	*ir.Var
	bytes []byte
}

// pointer views a part of a variable: what lies at an offset of its bytes.
type pointer struct {
	root   *variable
	elem   types.Type // of the part
	offset int64
}

// share gives all lanes the address of a variable with these bytes.
func (m *machine) share(v *ir.Var, bytes []byte) []value.Value {
	return slices.Repeat([]value.Value{&pointer{&variable{v, bytes}, v.Type, 0}}, m.width())
}

// allocate makes a variable for each lane, all zero, and gives their addresses.
func (m *machine) allocate(v *ir.Var) []value.Value {
	size := types.SizeOf(v.Type)
	out, bytes := make([]value.Value, m.width()), make([]byte, size*int64(m.width()))
	roots, pointers := make([]variable, len(out)), make([]pointer, len(out))
	for lane := range out {
		at := int64(lane) * size
		roots[lane] = variable{v, bytes[at : at+size : at+size]}
		pointers[lane] = pointer{&roots[lane], v.Type, 0}
		out[lane] = &pointers[lane]
	}
	return out
}

// Type is the pointer's type; it does not tell the access mode.
func (p *pointer) Type() types.Type { return types.Pointer{Space: p.root.Space, Elem: p.elem} }

// String names the part as an expression does, such as a[3].x.
func (p *pointer) String() string {
	name, t, offset := p.root.Name, p.root.Type, p.offset
	// No type holds itself, so the first part of the right type and offset is it.
	for t != p.elem {
		i, at := 0, int64(0)
		if s, ok := t.(*types.Struct); ok {
			for i+1 < len(s.Members) && s.Members[i+1].Offset <= offset {
				i++
			}
			name += "." + s.Members[i].Name
			t, at = s.Members[i].Type, s.Members[i].Offset
		} else {
			elem, stride := element(t)
			i, at = int(offset/stride), offset/stride*stride
			if _, ok := t.(types.Vector); ok {
				name += "." + "xyzw"[i:i+1]
			} else {
				name += fmt.Sprintf("[%d]", i)
			}
			t = elem
		}
		offset -= at
	}
	return name
}

// address gives the address of a variable, which is declared, as the lanes see it.
func (f *frame) address(v *ir.Var) []value.Value {
	if v.Space == types.Function {
		return f.vars[v.Index]
	}
	return f.globals[v]
}

// pointers makes a pointer for each active lane.
func (m *machine) pointers(active lanes, f func(lane int) pointer) []value.Value {
	out, all := make([]value.Value, m.width()), make([]pointer, len(active))
	for i, lane := range active {
		all[i] = f(lane)
		out[lane] = &all[i]
	}
	return out
}

// member steps into a structure.
func (p *pointer) member(i int) pointer {
	m := &p.elem.(*types.Struct).Members[i]
	return pointer{p.root, m.Type, p.offset + m.Offset}
}

// index steps into a vector, matrix or array. The index is clamped.
func (p *pointer) index(index value.Value) pointer {
	elem, stride := element(p.elem)
	return pointer{p.root, elem, p.offset + eval.ClampIndex(index, p.length())*stride}
}

// element gives the type of the components of a vector, matrix or array, and
// their distance in bytes.
func element(t types.Type) (elem types.Type, stride int64) {
	switch a := t.(type) {
	case types.Vector:
		return a.Elem, types.SizeOf(a.Elem)
	case types.Matrix:
		return a.Column(), types.Stride(t)
	case types.Array:
		return a.Elem, types.Stride(t)
	}
	return nil, 0
}

// length is how many components the viewed composite has; that of a runtime-sized
// array is what fits into the rest of the binding ("arrayLength").
func (p *pointer) length() int64 {
	if a, ok := p.elem.(types.Array); ok && a.IsRuntimeSized() {
		return (int64(len(p.root.bytes)) - p.offset) / types.Stride(p.elem)
	}
	return int64(count(p.elem))
}

// count is how many components a composite type of fixed size has.
func count(t types.Type) int {
	switch t := t.(type) {
	case types.Vector:
		return t.N
	case types.Matrix:
		return t.Cols
	case types.Array:
		return int(t.Len)
	case *types.Struct:
		return len(t.Members)
	}
	return 0
}

// part gives the type of a component and its offset in bytes.
func part(t types.Type, i int) (elem types.Type, offset int64) {
	if s, ok := t.(*types.Struct); ok {
		return s.Members[i].Type, s.Members[i].Offset
	}
	elem, stride := element(t)
	return elem, int64(i) * stride
}

// load reads what the pointers view.
func (m *machine) load(pointers []value.Value, active lanes) []value.Value {
	return m.each(active, func(lane int) value.Value { return pointers[lane].(*pointer).load() })
}

func (p *pointer) load() value.Value { return decode(p.elem, p.root.bytes[p.offset:]) }

func (p *pointer) store(v value.Value) { encode(p.elem, p.root.bytes[p.offset:], v) }

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
	elems := make([]value.Value, count(t))
	for i := range elems {
		elem, offset := part(t, i)
		elems[i] = decode(elem, b[offset:])
	}
	return &value.Composite{T: t, Elems: elems}
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
		for i, e := range v.Elems {
			elem, offset := part(t, i)
			encode(elem, b[offset:], e)
		}
	}
}
