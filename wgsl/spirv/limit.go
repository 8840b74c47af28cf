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
//
// An invocation that finds the status word set when it begins has one round left
// in all; a branch around everything would cost drivers for CPUs more than that.
type limit struct {
	left    map[bool]id // variables, by whether the loop has a barrier
	culprit id          // variable: the number of the loop from 1, 0 is none
	status  id          // the buffer of the status word
	shared  id          // variable of the workgroup: the status word for loops with barriers
	found   id          // the status word at the start
}

// StatusStop in the status word lets invocations that have not begun end soon.
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

// meets says whether a body has a loop with a barrier.
func meets(b *flat.Body) bool {
	for _, i := range b.Code {
		if i.Op == flat.Loop && hasBarrier(i) || i.Body != nil && meets(i.Body) || i.Else != nil && meets(i.Else) {
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
	l := &limit{left: map[bool]id{}, status: w.storageBuffer(w.module.StatusBinding(), "status"), culprit: w.variable(u)}
	w.limit = l
	if meets(w.prog.Body) {
		l.shared = w.fresh()
		w.types.put(opVariable, w.pointer(classWorkgroup, u), l.shared, classWorkgroup)
	}
}

// statusWord points to the status word.
func (w *writer) statusWord() id {
	u := w.scalar[types.U32]
	return w.emit(opAccessChain, w.pointer(classStorageBuffer, u), w.limit.status, w.u32(0), w.u32(0))
}

// readStatus reads the status word, and says whether the workgroup shares it, for
// which a barrier must follow.
func (w *writer) readStatus() bool {
	u, l := w.scalar[types.U32], w.limit
	l.found = w.emit(opLoad, u, w.statusWord(), memoryVolatile)
	// Whoever starts with it accuses no loop, and writes it back.
	w.code.put(opStore, l.culprit, l.found)
	if l.shared == 0 {
		return false
	}
	first := w.emit(opIEqual, w.scalar[types.Bool], w.inputs[flat.LocalIndex], w.u32(0))
	w.when(first, func() { w.code.put(opStore, l.shared, l.found) })
	return true
}

// report writes the loop that ran out into the status word.
func (w *writer) report() {
	culprit := w.emit(opLoad, w.scalar[types.U32], w.limit.culprit)
	w.when(w.emit(opINotEqual, w.scalar[types.Bool], culprit, w.u32(0)), func() {
		w.code.put(opAtomicStore, w.statusWord(), w.u32(scopeDevice), w.u32(0), culprit)
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
	if ok {
		return v
	}
	i, u := w.scalar[types.I32], w.scalar[types.U32]
	v = w.variable(i)
	w.limit.left[barrier] = v
	w.early(func() id {
		n, status := ParamRounds, w.limit.found
		if barrier {
			n, status = ParamMeetings, w.emit(opLoad, u, w.limit.shared)
		}
		free := w.emit(opIEqual, w.scalar[types.Bool], status, w.u32(0))
		rounds := w.fromWord(types.I32, w.param(n))
		w.code.put(opStore, v, w.emit(opSelect, i, free, rounds, w.constant(types.I32, 1)))
		return 0
	})
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
