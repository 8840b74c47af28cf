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

// address computes the word that an access begins at; f16 in buffers, which may
// begin inside of a word, are not written.
func (w *writer) address(a *flat.Access) id {
	u := w.scalar[types.U32]
	at := w.u32(a.Offset * bytesPerUnit(a.Mem) / 4)
	for _, t := range a.Terms {
		index := w.value(t.Index)
		if t.Index.Kind == types.I32 {
			index = w.emit(opBitcast, u, index)
		}
		bound := w.u32(t.Count - 1)
		if t.Count == 0 {
			rest := w.emit(opISub, u, w.bufferSize(a.Mem), w.u32(t.Base))
			bound = w.emit(opISub, u, w.emit(opUDiv, u, rest, w.u32(t.Stride)), w.u32(1))
		}
		inside := w.emit(opULessThan, w.scalar[types.Bool], index, bound)
		index = w.emit(opSelect, u, inside, index, bound)
		at = w.emit(opIAdd, u, at, w.emit(opIMul, u, index, w.u32(t.Stride*bytesPerUnit(a.Mem)/4)))
	}
	return at
}

// bufferSize is the number of bytes bound to a buffer.
func (w *writer) bufferSize(m *flat.Memory) id {
	u := w.scalar[types.U32]
	return w.emit(opIMul, u, w.emit(opArrayLength, u, w.memories[m], 0), w.u32(4))
}

// halfInMemory says whether an access is of f16 that take two bytes.
func halfInMemory(i *flat.Instr) bool {
	return i.Kind == types.F16 && (i.Access.Mem.Kind == flat.Buffer || i.Access.Mem.Kind == flat.Workgroup)
}

func (w *writer) load(i *flat.Instr) {
	if halfInMemory(i) {
		w.fail("f16 in buffers")
	}
	u := w.scalar[types.U32]
	at := w.address(i.Access)
	parts := make([]id, i.Parts)
	for p := range parts {
		index := at
		if p > 0 {
			index = w.emit(opIAdd, u, at, w.u32(int64(p)))
		}
		parts[p] = w.fromWord(i.Kind, w.emit(opLoad, u, w.word(i.Access.Mem, index)))
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
		w.fail("f16 in buffers")
	}
	u := w.scalar[types.U32]
	at := w.address(i.Access)
	for p, v := range i.Args {
		index := at
		if p > 0 {
			index = w.emit(opIAdd, u, at, w.u32(int64(p)))
		}
		w.code.put(opStore, w.word(i.Access.Mem, index), w.toWord(i.Kind, w.value(v)))
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

// atomic writes an atomic operation on a word.
func (w *writer) atomic(i *flat.Instr) {
	u := w.scalar[types.U32]
	scope := int64(scopeDevice)
	if i.Access.Mem.Kind == flat.Workgroup {
		scope = scopeWorkgroup
	}
	where := []uint32{w.word(i.Access.Mem, w.address(i.Access)), w.u32(scope), w.u32(0)}
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
		old = w.emit(opAtomicCompareExch, u, append(where, w.u32(0), args[1], args[0])...)
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
