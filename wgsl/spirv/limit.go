package spirv

import (
	"pxos/wgsl/flat"
	"pxos/wgsl/types"
)

// limit ends shaders that go round too often. A loop counts at the end of a
// round, where the way back is taken anyway, and is left when nothing remains;
// what follows goes on, each later loop for one round, so that no invocation
// misses a barrier that the others wait at. Loops with barriers count apart: all
// invocations go round them together, and so leave them together. At the end the
// first loop that ran out is written into the status word.
type limit struct {
	left     map[bool]id // variables, by whether the loop has a barrier
	culprit  id          // variable: the number of the loop from 1, 0 is none
	status   id          // the pointer to the status word
	meets    id          // variable of the workgroup that shares the status word
	barriers bool
}

// StatusStop in the status word lets invocations that have not begun end at once.
// Any other number but 0 is that of a loop that ran out, from 1.
const StatusStop = 1<<32 - 1

// hasLoop says whether a body goes round anywhere.
func hasLoop(b *flat.Body) bool { return holds(b, flat.Loop) }

func hasBarrier(i *flat.Instr) bool { return holds(i.Body, flat.Barrier) }

// holds says whether a body has an operation, at any depth.
func holds(b *flat.Body, op flat.Op) bool {
	for _, i := range b.Code {
		if i.Op == op || i.Body != nil && holds(i.Body, op) || i.Else != nil && holds(i.Else, op) {
			return true
		}
	}
	return false
}

// declareLimit prepares the counting; a program without loops has none.
func (w *writer) declareLimit() {
	if !hasLoop(w.prog.Body) {
		return
	}
	u := w.scalar[types.U32]
	l := &limit{barriers: holds(w.prog.Body, flat.Barrier), left: map[bool]id{}}
	w.limit = l
	buffer := w.storageBuffer(w.module.StatusBinding(), "status")
	l.status = buffer
	if l.barriers {
		l.meets = w.fresh()
		w.types.put(opVariable, w.pointer(classWorkgroup, u), l.meets, classWorkgroup)
	}
	l.culprit = w.variable(u)
	w.early(func() id {
		w.code.put(opStore, l.culprit, w.u32(0))
		return 0
	})
}

// statusWord points to the status word.
func (w *writer) statusWord() id {
	u := w.scalar[types.U32]
	return w.emit(opAccessChain, w.pointer(classStorageBuffer, u), w.limit.status, w.u32(0), w.u32(0))
}

// readStatus reads the status word at the start; where there are barriers one
// invocation does so for all, before the barrier that the caller writes.
func (w *writer) readStatus() (status id) {
	u, scope := w.scalar[types.U32], w.u32(scopeDevice)
	read := func() id { return w.emit(opAtomicLoad, u, w.statusWord(), scope, w.u32(0)) }
	if !w.limit.barriers {
		return read()
	}
	first := w.emit(opIEqual, w.scalar[types.Bool], w.inputs[flat.LocalIndex], w.u32(0))
	w.when(first, func() { w.code.put(opStore, w.limit.meets, read()) })
	return 0
}

// limited writes a body that is left out where the dispatch is to stop, and the
// report behind it.
func (w *writer) limited(status id, body func()) {
	u, flag := w.scalar[types.U32], w.scalar[types.Bool]
	if w.limit.barriers {
		status = w.emit(opLoad, u, w.limit.meets)
	}
	w.when(w.emit(opIEqual, flag, status, w.u32(0)), func() {
		body()
		culprit := w.emit(opLoad, u, w.limit.culprit)
		w.when(w.emit(opINotEqual, flag, culprit, w.u32(0)), func() {
			w.code.put(opAtomicStore, w.statusWord(), w.u32(scopeDevice), w.u32(0), culprit)
		})
	})
}

// when writes what happens only where a condition holds.
func (w *writer) when(cond id, then func()) {
	yes, merge := w.fresh(), w.fresh()
	w.code.put(opSelectionMerge, merge, 0)
	w.code.put(opBranchConditional, cond, yes, merge)
	w.label(yes)
	then()
	w.code.put(opBranch, merge)
	w.label(merge)
}

// leftFor is the variable that a loop counts down.
func (w *writer) leftFor(loop *flat.Instr) id {
	barrier := hasBarrier(loop)
	v, ok := w.limit.left[barrier]
	if !ok {
		v = w.variable(w.scalar[types.I32])
		w.limit.left[barrier] = v
		n := ParamRounds
		if barrier {
			n = ParamMeetings
		}
		w.early(func() id {
			w.code.put(opStore, v, w.fromWord(types.I32, w.param(n)))
			return 0
		})
	}
	return v
}

// again writes the way back of a loop, with the count.
func (w *writer) again(left, head, merge id) {
	i := w.scalar[types.I32]
	n := w.emit(opISub, i, w.emit(opLoad, i, left), w.constant(types.I32, 1))
	w.code.put(opStore, left, n)
	more := w.emit(opSGreaterThan, w.scalar[types.Bool], n, w.constant(types.I32, 0))
	w.code.put(opBranchConditional, more, head, merge)
}

// accuse notes behind a loop that it was the first that ran out.
func (w *writer) accuse(loop *flat.Instr, left id) {
	u, flag, i := w.scalar[types.U32], w.scalar[types.Bool], w.scalar[types.I32]
	w.module.Loops = append(w.module.Loops, Loop{loop.Span, hasBarrier(loop)})
	culprit := w.emit(opLoad, u, w.limit.culprit)
	spent := w.emit(opSLessThanEqual, flag, w.emit(opLoad, i, left), w.constant(types.I32, 0))
	first := w.emit(opLogicalAnd, flag, spent, w.emit(opIEqual, flag, culprit, w.u32(0)))
	number := w.u32(int64(len(w.module.Loops)))
	w.code.put(opStore, w.limit.culprit, w.emit(opSelect, u, first, number, culprit))
}
