package spirv

import (
	"pxos/wgsl/flat"
	"pxos/wgsl/types"
)

// word gives the pointer to a word of a memory.
func (w *writer) word(m *flat.Memory, index id) id {
	u := w.scalar[types.U32]
	switch m.Kind {
	case flat.Buffer, flat.Table:
		return w.emit(opAccessChain, w.pointer(classStorageBuffer, u), w.memories[m], w.u32(0), index)
	case flat.Workgroup:
		return w.emit(opAccessChain, w.pointer(classWorkgroup, u), w.memories[m], index)
	}
	return w.emit(opAccessChain, w.pointer(classFunction, u), w.memories[m], index)
}

// bytesPerUnit is what one unit of an access's offsets stands for.
func bytesPerUnit(m *flat.Memory) int64 {
	if m.Kind == flat.Lane {
		return 4
	}
	return 1
}

// address computes where an access begins, in units of so many bytes.
func (w *writer) address(a *flat.Access, unit int64) id {
	u, b := w.scalar[types.U32], bit{w}
	scale := bytesPerUnit(a.Mem)
	at := w.u32(a.Offset * scale / unit)
	for _, t := range a.Terms {
		index := w.value(t.Index)
		if t.Index.Kind == types.I32 {
			index = w.emit(opBitcast, u, index)
		}
		bound := w.u32(t.Count - 1)
		if t.Count == 0 {
			bound = w.lastIndex(a.Mem, t)
		}
		inside := w.emit(opULessThan, w.scalar[types.Bool], index, bound)
		index = b.op(opSelect, inside, index, bound)
		at = b.op(opIAdd, at, b.op(opIMul, index, w.u32(t.Stride*scale/unit)))
	}
	return at
}

// next is the place so many words on.
func (w *writer) next(at id, words int) id {
	if words == 0 {
		return at
	}
	return bit{w}.add(at, int64(words))
}

func (w *writer) load(i *flat.Instr) {
	if halfInMemory(i) {
		w.loadHalves(i)
		return
	}
	at := w.address(i.Access, 4)
	parts := make([]id, i.Parts)
	for p := range parts {
		parts[p] = w.fromWord(i.Kind, w.emit(opLoad, w.scalar[types.U32], w.word(i.Access.Mem, w.next(at, p))))
	}
	w.values[i] = parts[0]
	w.parts[i] = parts
}

func (w *writer) fromWord(k types.Scalar, word id) id {
	if k == types.U32 {
		return word
	}
	return w.emit(opBitcast, w.scalar[k], word)
}

func (w *writer) toWord(k types.Scalar, v id) id {
	if k == types.U32 {
		return v
	}
	return w.emit(opBitcast, w.scalar[types.U32], v)
}

func (w *writer) store(i *flat.Instr) {
	if halfInMemory(i) {
		w.storeHalves(i)
		return
	}
	at := w.address(i.Access, 4)
	for p, v := range i.Args {
		w.code.put(opStore, w.word(i.Access.Mem, w.next(at, p)), w.toWord(i.Kind, w.value(v)))
	}
}

// zero clears memory of the lane.
func (w *writer) zero(i *flat.Instr) {
	m := i.Access.Mem
	index := w.variable(w.scalar[types.U32])
	w.code.put(opStore, index, w.u32(0))
	w.loop(func(exit func(cond id)) {
		at := w.emit(opLoad, w.scalar[types.U32], index)
		exit(w.emit(opUGreaterThanEqual, w.scalar[types.Bool], at, w.u32(m.Size/4)))
		w.code.put(opStore, w.word(m, at), w.u32(0))
		w.code.put(opStore, index, w.emit(opIAdd, w.scalar[types.U32], at, w.u32(1)))
	})
}

// scopeOf is the scope of those who share a memory.
func scopeOf(m *flat.Memory) int64 {
	if m.Kind == flat.Workgroup {
		return scopeWorkgroup
	}
	return scopeDevice
}

// semanticsOf orders other accesses of the same memory around an atomic operation.
// WGSL asks for less (relaxed); a program that passes data to another agent by a
// number in the same buffer, as the mailbox runtime does, needs it.
func semanticsOf(i *flat.Instr) int64 {
	storage := int64(semanticsUniformMemory)
	if i.Access.Mem.Kind == flat.Workgroup {
		storage = semanticsWorkgroup
	}
	switch i.Atomic {
	case flat.AtomicLoad:
		return storage | semanticsAcquire
	case flat.AtomicStore:
		return storage | semanticsRelease
	}
	return storage | semanticsAcquireRelease
}

// atomic writes an atomic operation on a word.
func (w *writer) atomic(i *flat.Instr) {
	u := w.scalar[types.U32]
	where := []uint32{w.word(i.Access.Mem, w.address(i.Access, 4)), w.u32(scopeOf(i.Access.Mem)), w.u32(semanticsOf(i))}
	args := make([]id, len(i.Args))
	for k, a := range i.Args {
		args[k] = w.toWord(i.Kind, w.value(a))
	}
	signed := i.Kind == types.I32
	pick := func(s, un uint32) uint32 {
		if signed {
			return s
		}
		return un
	}
	var old id
	switch i.Atomic {
	case flat.AtomicStore:
		w.code.put(opAtomicStore, append(where, args[0])...)
		return
	case flat.AtomicLoad:
		old = w.emit(opAtomicLoad, u, where...)
	case flat.AtomicCompareExchange:
		old = w.emit(opAtomicCompareExch, u, append(where, w.u32(semanticsOf(i)&^semanticsAcquireRelease|semanticsAcquire), args[1], args[0])...)
	default:
		op := map[flat.AtomicOp]uint32{
			flat.AtomicAdd: opAtomicIAdd, flat.AtomicSub: opAtomicISub, flat.AtomicAnd: opAtomicAnd, flat.AtomicOr: opAtomicOr,
			flat.AtomicXor: opAtomicXor, flat.AtomicExchange: opAtomicExchange,
			flat.AtomicMin: pick(opAtomicSMin, opAtomicUMin), flat.AtomicMax: pick(opAtomicSMax, opAtomicUMax),
		}[i.Atomic]
		old = w.emit(op, u, append(where, args[0])...)
	}
	w.values[i] = w.fromWord(i.Kind, old)
}
