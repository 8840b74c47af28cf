package flat

import (
	"pxos/wgsl/builtin"
	"pxos/wgsl/ir"
	"pxos/wgsl/types"
)

// A value of many scalars is not held as its scalars but in memory of its own, and
// is copied by loops: code that names every element would grow with the arrays.

// largeScalars is how many scalars a value may have that is held as its scalars.
const largeScalars = 512

func isLarge(t types.Type) bool {
	switch t := t.(type) {
	case types.Array:
		return !t.IsRuntimeSized() && leaves(t) > largeScalars
	case *types.Struct:
		return types.IsConstructible(t) && leaves(t) > largeScalars
	}
	return false
}

// largePlace evaluates an expression of a large type and gives the memory that
// holds the value, which is only good until something is stored.
func (l *lowerer) largePlace(e ir.Expr) place {
	switch e := e.(type) {
	case *ir.Const:
		return place{t: e.T, access: Access{Mem: l.table(e.Value)}}
	case *ir.Load:
		return l.place(e.Ptr)
	case *ir.LocalRef:
		return l.fn.large[e.Local]
	case *ir.Member:
		return l.memberPlace(l.largePlace(e.Base), e.Index)
	case *ir.Index:
		base := l.largePlace(e.Base)
		return l.indexPlace(base, l.expr(e.Index)[0])
	case *ir.Call:
		l.call(e)
		return l.largeResult
	case *ir.Construct:
		return l.largeConstruct(e)
	case *ir.Builtin:
		if e.ID == builtin.WorkgroupUniformLoad {
			return l.largeUniformLoad(e)
		}
	}
	l.fail(e.Range(), "a value of type %s is made in a way that this executor does not know (%T)", e.Type(), e)
	return place{}
}

// largeUniformLoad copies workgroup memory between two barriers.
func (l *lowerer) largeUniformLoad(e *ir.Builtin) place {
	from := l.place(e.Args[0])
	p := l.newPlace("a uniform load", e.T)
	barrier(l, e, nil)
	l.copyLarge(p, from)
	barrier(l, e, nil)
	return p
}

// largeConstruct fills memory with the parts of a value.
func (l *lowerer) largeConstruct(e *ir.Construct) place {
	p := l.newPlace("a value", e.T)
	if len(e.Args) == 0 {
		l.emit(&Instr{Op: Zero, Access: &Access{Mem: p.access.Mem}})
		return p
	}
	for i, a := range e.Args {
		part := place{}
		if _, ok := e.T.(*types.Struct); ok {
			part = l.memberPlace(p, i)
		} else {
			part = l.indexPlace(p, l.u32(uint32(i)))
		}
		l.assignTo(part, a)
	}
	return p
}

func (l *lowerer) newPlace(name string, t types.Type) place {
	return place{t: t, access: Access{Mem: l.laneMemory(name, t)}}
}

// assignTo evaluates an expression and stores it.
func (l *lowerer) assignTo(p place, e ir.Expr) {
	if isLarge(e.Type()) {
		l.copyLarge(p, l.largePlace(e))
		return
	}
	l.store(p, l.expr(e))
}

// keep evaluates an expression of a large type into memory that nothing else
// stores to.
func (l *lowerer) keep(name string, e ir.Expr) place {
	p := l.newPlace(name, e.Type())
	l.assignTo(p, e)
	return p
}

// copyLarge copies what a place holds, element by element.
func (l *lowerer) copyLarge(to, from place) {
	switch t := to.t.(type) {
	case *types.Struct:
		for i := range t.Members {
			l.copyLarge(l.memberPlace(to, i), l.memberPlace(from, i))
		}
	case types.Array:
		if leaves(t) <= largeScalars {
			l.store(to, l.load(from))
			return
		}
		l.countTo(uint32(t.Len), func(i *Instr) { l.copyLarge(l.indexPlace(to, i), l.indexPlace(from, i)) })
	default:
		l.store(to, l.load(from))
	}
}

// countTo emits a loop whose body is run with the numbers below n.
func (l *lowerer) countTo(n uint32, body func(i *Instr)) {
	next := l.newSlot("next element", types.U32)
	l.initSlot(next, l.u32(0))
	loop := &Instr{Op: Loop}
	loop.Body = l.within(loop, func() {
		i := l.get(next)
		l.ifThen(l.op(Ge, types.Bool, i, l.u32(n)), func() { l.breakOut(loop) }, nil)
		body(i)
		l.set(next, l.op(Add, types.U32, i, l.u32(1)))
	})
	l.emit(loop)
}
