package flat

import (
	"pxos/wgsl/builtin"
	"pxos/wgsl/ir"
	"pxos/wgsl/types"
)

// storage is where a variable lives: one slot for each scalar, or memory.
type storage struct {
	slots []*Slot
	mem   *Memory
}

// slotScalars bounds how many scalars a variable kept in slots may have.
const slotScalars = 128

// leaves is the number of scalars in a value of a type with fixed footprint.
func leaves(t types.Type) int64 {
	switch t := t.(type) {
	case types.Array:
		n := leaves(t.Elem)
		if n > 0 && t.Len > types.MaxSize/n {
			return types.MaxSize
		}
		return n * t.Len
	case *types.Struct:
		var n int64
		for i := range t.Members {
			n = min(n+leaves(t.Members[i].Type), types.MaxSize)
		}
		return n
	case types.Atomic:
		return 1
	}
	return int64(types.Components(t))
}

// eachLeaf calls f with the kind of every scalar of a type, in order.
func eachLeaf(t types.Type, f func(types.Scalar)) {
	switch t := t.(type) {
	case types.Array:
		for range t.Len {
			eachLeaf(t.Elem, f)
		}
	case *types.Struct:
		for i := range t.Members {
			eachLeaf(t.Members[i].Type, f)
		}
	case types.Atomic:
		f(t.Elem)
	default:
		for range types.Components(t) {
			f(types.Elem(t))
		}
	}
}

// findDynamicParams finds the pointers to arrays and matrices that are indexed
// with a value not known now: variables so used live in memory. Callees come
// before callers, so that what a callee does with a parameter is known.
func (l *lowerer) findDynamicParams() {
	for _, f := range l.module.Functions {
		lets := map[*ir.Local]ir.Expr{}
		ir.Statements(f.Body, func(s ir.Stmt) {
			if d, ok := s.(*ir.DeclareLet); ok {
				lets[d.Local] = d.Init
			}
		})
		ir.Everything(f.Body, func(e ir.Expr) {
			switch e := e.(type) {
			case *ir.Index:
				l.noteDynamic(e, lets)
			case *ir.Call:
				for i, a := range e.Args {
					if _, ok := a.Type().(types.Pointer); ok && l.dynamic[e.Func.Params[i]] {
						l.markRoot(a, lets)
					}
				}
			case *ir.Builtin:
				if e.ID >= builtin.AtomicLoad && e.ID <= builtin.AtomicCompareExchangeWeak {
					l.markRoot(e.Args[0], lets)
				}
			}
		})
	}
}

func (l *lowerer) noteDynamic(e *ir.Index, lets map[*ir.Local]ir.Expr) {
	p, ok := e.Base.Type().(types.Pointer)
	if !ok {
		return
	}
	if _, vector := p.Elem.(types.Vector); vector {
		return
	}
	if _, known := ir.ConstantValue(e.Index); !known {
		l.markRoot(e.Base, lets)
	}
}

// markRoot notes that what a pointer expression starts from must lie in memory.
func (l *lowerer) markRoot(e ir.Expr, lets map[*ir.Local]ir.Expr) {
	for {
		switch x := e.(type) {
		case *ir.Member:
			e = x.Base
			continue
		case *ir.Index:
			e = x.Base
			continue
		case *ir.LocalRef:
			if init, ok := lets[x.Local]; ok {
				e = init
				continue
			}
			l.dynamic[x.Local] = true
		case *ir.VarRef:
			l.inMemory(x.Var)
		}
		return
	}
}

func (l *lowerer) inMemory(v *ir.Var) {
	if l.memoryVars == nil {
		l.memoryVars = map[*ir.Var]bool{}
	}
	l.memoryVars[v] = true
}

// declareGlobals gives the variables of module scope that the entry point
// reaches their place, and starts the private ones.
func (l *lowerer) declareGlobals(f *ir.Function) {
	for _, v := range l.module.Resources(f) {
		l.span = v.Span
		switch v.Space {
		case types.Uniform, types.Storage:
			l.globals[v] = &storage{mem: l.bufferMemory(v)}
		case types.Workgroup:
			m := &Memory{Kind: Workgroup, Name: v.Name, Size: types.SizeOf(v.Type), ID: len(l.prog.Workgroup)}
			l.prog.Workgroup = append(l.prog.Workgroup, m)
			l.globals[v] = &storage{mem: m}
		case types.Private:
			l.globals[v] = l.newStorage(v)
			l.start(v, l.globals[v])
		default:
			l.fail(v.Span, "variable %s: address space %s cannot be run by this executor", v.Name, v.Space)
		}
	}
}

func (l *lowerer) bufferMemory(v *ir.Var) *Memory {
	m := &Memory{
		Kind: Buffer, Name: v.Name, Group: v.Group, Binding: v.Binding,
		ReadOnly: v.Access == types.Read, Size: types.SizeOf(v.Type), ID: len(l.prog.Buffers),
	}
	l.prog.Buffers = append(l.prog.Buffers, m)
	return m
}

// newStorage finds the place of a function-scope or private variable.
func (l *lowerer) newStorage(v *ir.Var) *storage {
	n := leaves(v.Type)
	if l.memoryVars[v] || n > slotScalars {
		m := &Memory{Kind: Lane, Name: v.Name, Size: n * 4, ID: len(l.prog.Lane)}
		l.prog.Lane = append(l.prog.Lane, m)
		return &storage{mem: m}
	}
	s := &storage{}
	eachLeaf(v.Type, func(k types.Scalar) { s.slots = append(s.slots, l.newSlot(v.Name, k)) })
	return s
}

// start gives a variable its initial value.
func (l *lowerer) start(v *ir.Var, s *storage) {
	if s.mem != nil && v.Init == nil {
		l.emit(&Instr{Op: Zero, Access: &Access{Mem: s.mem}})
		return
	}
	if isLarge(v.Type) {
		l.assignTo(l.placeOf(v.Type, s), v.Init)
		return
	}
	var init agg
	if v.Init != nil {
		init = l.expr(v.Init)
	} else {
		init = l.zero(v.Type)
	}
	if s.mem != nil {
		l.store(l.placeOf(v.Type, s), init)
		return
	}
	for i, slot := range s.slots {
		l.initSlot(slot, init[i])
	}
}

// zero is the zero value of a type.
func (l *lowerer) zero(t types.Type) agg {
	var out agg
	eachLeaf(t, func(k types.Scalar) { out = append(out, l.constBits(k, 0)) })
	return out
}
