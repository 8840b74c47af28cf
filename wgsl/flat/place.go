package flat

import (
	"pxos/wgsl/ir"
	"pxos/wgsl/types"
)

// agg is a value as its scalars, in the order of components, columns, elements
// and members.
type agg []*Instr

// place is what a pointer views: slots, one component of a vector in slots, or
// memory.
type place struct {
	t      types.Type
	slots  []*Slot
	choice *Instr // with slots of a vector: which one, already clamped
	access Access
}

func (l *lowerer) placeOf(t types.Type, s *storage) place {
	return place{t: t, slots: s.slots, access: Access{Mem: s.mem}}
}

// place lowers an expression of pointer type.
func (l *lowerer) place(e ir.Expr) place {
	switch e := e.(type) {
	case *ir.VarRef:
		if s, ok := l.fn.vars[e.Var]; ok {
			return l.placeOf(e.Var.Type, s)
		}
		return l.placeOf(e.Var.Type, l.globals[e.Var])
	case *ir.LocalRef:
		return l.fn.places[e.Local]
	case *ir.Member:
		return l.memberPlace(l.place(e.Base), e.Index)
	case *ir.Index:
		p := l.place(e.Base)
		return l.indexPlace(p, l.expr(e.Index)[0])
	}
	l.fail(e.Range(), "a pointer is made in a way that this executor does not know (%T)", e)
	return place{}
}

func (l *lowerer) memberPlace(p place, index int) place {
	s := p.t.(*types.Struct)
	m := &s.Members[index]
	var before int64
	for i := range index {
		before += leaves(s.Members[i].Type)
	}
	out := place{t: m.Type}
	if p.slots != nil {
		out.slots = p.slots[before : before+leaves(m.Type)]
		return out
	}
	out.access = p.access
	if p.access.Mem.Kind == Lane {
		out.access.Offset += before
	} else {
		out.access.Offset += m.Offset
	}
	return out
}

// element describes one step into a vector, matrix or array: the type of what is
// there, how many there are (0: runtime-sized), and their distance in bytes.
func element(t types.Type) (elem types.Type, count, stride int64) {
	switch t := t.(type) {
	case types.Vector:
		return t.Elem, int64(t.N), types.SizeOf(t.Elem)
	case types.Matrix:
		return t.Column(), int64(t.Cols), types.Stride(t)
	case types.Array:
		return t.Elem, t.Len, types.Stride(t)
	}
	return nil, 0, 0
}

func (l *lowerer) indexPlace(p place, index *Instr) place {
	elem, count, stride := element(p.t)
	out := place{t: elem}
	if p.slots != nil {
		if index.Op == Const {
			n := leaves(elem)
			i := int64(min(uint64(index.Bits), uint64(count-1)))
			out.slots = p.slots[i*n : (i+1)*n]
			return out
		}
		out.slots = p.slots
		out.choice = l.clampIndex(index, count)
		return out
	}
	out.access = p.access
	if p.access.Mem.Kind == Lane {
		stride = leaves(elem)
	}
	if index.Op == Const && int64(index.Bits) < count {
		out.access.Offset += int64(index.Bits) * stride
		return out
	}
	term := Term{Index: index, Count: count, Stride: stride}
	if count == 0 {
		term.Base = p.access.Offset
	}
	out.access.Terms = append(append([]Term(nil), p.access.Terms...), term)
	return out
}

func (l *lowerer) clampIndex(index *Instr, count int64) *Instr {
	if index.Kind != types.U32 {
		index = l.op(Bitcast, types.U32, index)
	}
	return l.op(Min, types.U32, index, l.u32(uint32(count-1)))
}

// load reads the value at a place.
func (l *lowerer) load(p place) agg {
	if p.choice != nil {
		values := make(agg, len(p.slots))
		for i, s := range p.slots {
			values[i] = l.get(s)
		}
		return agg{l.choose(values, p.choice)}
	}
	if p.slots != nil {
		out := make(agg, len(p.slots))
		for i, s := range p.slots {
			out[i] = l.get(s)
		}
		return out
	}
	var out agg
	l.eachRow(p, func(kind types.Scalar, n int, a Access) {
		out = append(out, l.loadRow(kind, n, a)...)
	})
	return out
}

// choose selects one of the values by a clamped index.
func (l *lowerer) choose(values agg, index *Instr) *Instr {
	out := values[len(values)-1]
	for i := len(values) - 2; i >= 0; i-- {
		is := l.op(Eq, types.Bool, index, l.u32(uint32(i)))
		out = l.op(Select, out.Kind, is, values[i], out)
	}
	return out
}

// eachRow calls f for every scalar or vector in a place in memory.
func (l *lowerer) eachRow(p place, f func(kind types.Scalar, n int, a Access)) {
	lane := p.access.Mem.Kind == Lane
	at := func(t types.Type, offset int64) {
		a := p.access
		a.Offset += offset
		l.eachRow(place{t: t, access: a}, f)
	}
	switch t := p.t.(type) {
	case types.Matrix, types.Array:
		elem, count, stride := element(t)
		if lane {
			stride = leaves(elem)
		}
		for i := range count {
			at(elem, i*stride)
		}
	case *types.Struct:
		var before int64
		for i := range t.Members {
			m := &t.Members[i]
			if lane {
				at(m.Type, before)
			} else {
				at(m.Type, m.Offset)
			}
			before += leaves(m.Type)
		}
	case types.Atomic:
		f(t.Elem, 1, p.access)
	default:
		f(types.Elem(t), types.Components(t), p.access)
	}
}

// loadRow loads n scalars. A bool is kept in memory as a u32, 0 or 1.
func (l *lowerer) loadRow(kind types.Scalar, n int, a Access) agg {
	stored := kind
	if kind == types.Bool {
		stored = types.U32
	}
	load := l.emit(&Instr{Op: Load, Kind: stored, Parts: n, Access: &a})
	out := make(agg, n)
	for i := range out {
		out[i] = load
		if n > 1 {
			out[i] = l.emit(&Instr{Op: Part, Kind: stored, Index: i, Args: []*Instr{load}})
		}
		if kind == types.Bool {
			out[i] = l.op(Ne, types.Bool, out[i], l.u32(0))
		}
	}
	return out
}

// store writes a value to a place.
func (l *lowerer) store(p place, v agg) {
	if p.choice != nil {
		for i, s := range p.slots {
			is := l.op(Eq, types.Bool, p.choice, l.u32(uint32(i)))
			l.set(s, l.op(Select, s.Kind, is, v[0], l.get(s)))
		}
		return
	}
	if p.slots != nil {
		for i, s := range p.slots {
			l.set(s, v[i])
		}
		return
	}
	next := 0
	l.eachRow(p, func(kind types.Scalar, n int, a Access) {
		parts := append([]*Instr(nil), v[next:next+n]...)
		next += n
		if kind == types.Bool {
			for i := range parts {
				parts[i] = l.op(Select, types.U32, parts[i], l.u32(1), l.u32(0))
			}
			kind = types.U32
		}
		l.emit(&Instr{Op: Store, Kind: kind, Parts: n, Args: parts, Access: &a})
	})
}
