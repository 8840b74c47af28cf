package spirv

import (
	"pxos/wgsl/flat"
	"pxos/wgsl/types"
)

// forLoop is an innermost loop of the common form: a slot is compared with what
// does not change before anything else of a round, and grows by a constant at its
// end. Such a loop need not count: its rounds are what the slot grew by, and its
// bound can be lowered to the rounds that are left. So drivers may still unroll
// it.
type forLoop struct {
	slot *flat.Slot
	step int64 // positive
	// test compares the slot with the bound: >= leaves the loop, or < is needed to
	// stay.
	test *flat.Instr
	// known says that start and bound are constants, and that the slot does not pass
	// the end of its numbers; short that the rounds are few besides.
	known, short bool
}

// shortRounds is how often a loop may go round before anyone asks: as often as
// drivers unroll loops.
const shortRounds = 64

// asFor recognizes the form; nil if the loop has another. Before is the code in
// front of the loop, in its body.
func asFor(loop *flat.Instr, before []*flat.Instr) *forLoop {
	if hasLoop(loop.Body) || hasBarrier(loop) {
		return nil
	}
	cond := exitCondition(loop)
	if cond == nil {
		return nil
	}
	f := &forLoop{test: boundTest(cond, true)}
	if f.test == nil {
		return nil
	}
	at, bound := f.test.Args[0], f.test.Args[1]
	f.slot = at.Slot
	inside := map[*flat.Instr]bool{}
	collect(loop.Body, inside)
	if at.Kind != types.U32 && at.Kind != types.I32 || !inside[at] || inside[bound] && bound.Op != flat.Const {
		return nil
	}
	if f.step = growth(loop, f.slot, inside); f.step <= 0 {
		return nil
	}
	f.knowRounds(bound, before)
	// A variable bound near the end of the numbers may be stepped over.
	if f.step != 1 && !f.known {
		return nil
	}
	return f
}

func collect(b *flat.Body, into map[*flat.Instr]bool) {
	for _, i := range b.Code {
		into[i] = true
		for _, inner := range []*flat.Body{i.Body, i.Else} {
			if inner != nil {
				collect(inner, into)
			}
		}
	}
}

// boundTest finds the comparison of a slot without which a condition does not
// become that value.
func boundTest(cond *flat.Instr, leaves bool) *flat.Instr {
	both, compare := flat.And, flat.Lt
	if leaves {
		both, compare = flat.Or, flat.Ge
	}
	switch {
	case cond.Op == flat.Not:
		return boundTest(cond.Args[0], !leaves)
	case cond.Op == compare && cond.Args[0].Op == flat.Get:
		return cond
	case cond.Op == both && cond.Kind == types.Bool:
		if t := boundTest(cond.Args[0], leaves); t != nil {
			return t
		}
		return boundTest(cond.Args[1], leaves)
	}
	return nil
}

// exitCondition is the condition of the If that leaves the loop, where it comes before
// all other control flow of a round.
func exitCondition(loop *flat.Instr) *flat.Instr {
	code := loop.Body.Code
	for k := 0; k < len(code); k++ {
		switch i := code[k]; i.Op {
		case flat.Block:
			code, k = i.Body.Code, -1
		case flat.If:
			if i.Else == nil && len(i.Body.Code) == 1 && i.Body.Code[0].Op == flat.Break && i.Body.Code[0].Target == loop {
				return i.Args[0]
			}
			return nil
		case flat.Loop, flat.Break:
			return nil
		}
	}
	return nil
}

// growth is what a slot grows by in each whole round, 0 if that is not known: its
// only Set must stand in the loop's own body.
func growth(loop *flat.Instr, slot *flat.Slot, inside map[*flat.Instr]bool) int64 {
	var set *flat.Instr
	for i := range inside {
		if i.Op == flat.Set && i.Slot == slot {
			if set != nil {
				return 0
			}
			set = i
		}
	}
	own := false
	for _, i := range loop.Body.Code {
		own = own || i == set
	}
	if set == nil || !own {
		return 0
	}
	sum := set.Args[0]
	if sum.Op != flat.Add || sum.Args[0].Op != flat.Get || sum.Args[0].Slot != slot || !inside[sum.Args[0]] || sum.Args[1].Op != flat.Const {
		return 0
	}
	return int64(int32(sum.Args[1].Bits))
}

// knowRounds judges a loop whose start and bound are constants.
func (f *forLoop) knowRounds(bound *flat.Instr, before []*flat.Instr) {
	first := f.first(before)
	if bound.Op != flat.Const || first == nil || first.Op != flat.Const {
		return
	}
	from, to, end := int64(first.Bits), int64(bound.Bits), int64(1)<<32
	if f.slot.Kind == types.I32 {
		from, to, end = int64(int32(first.Bits)), int64(int32(bound.Bits)), int64(1)<<31
	}
	f.known = to-from < mostSpan && to+f.step < end
	f.short = f.known && (to-from)/f.step < shortRounds
}

// mostSpan bounds how far the slot of a loop with a step may go.
const mostSpan = 1 << 30

// first is the value that the slot has before the loop, nil if it is not plain.
func (f *forLoop) first(before []*flat.Instr) *flat.Instr {
	for k := len(before) - 1; k >= 0; k-- {
		i := before[k]
		if i.Op == flat.Set && i.Slot == f.slot {
			return i.Args[0]
		}
		inside := map[*flat.Instr]bool{}
		for _, b := range []*flat.Body{i.Body, i.Else} {
			if b != nil {
				collect(b, inside)
			}
		}
		for x := range inside {
			if x.Op == flat.Set && x.Slot == f.slot {
				return nil
			}
		}
	}
	return nil
}

// enterFor writes what comes before such a loop, and gives the slot's value there.
func (w *writer) enterFor(f *forLoop, left id) (from id) {
	u, i, flag := w.scalar[types.U32], w.scalar[types.I32], w.scalar[types.Bool]
	kind := f.slot.Kind
	value := w.emit(opLoad, w.scalar[kind], w.slot(f.slot))
	from = w.toWord(kind, value)
	if f.short {
		return from
	}
	// The bound becomes at most the start and the rounds left, one at least.
	b := bit{w}
	rounds := w.emit(opLoad, i, left)
	some := w.emit(opSGreaterThan, flag, rounds, w.constant(types.I32, 0))
	span := w.toWord(types.I32, w.emit(opSelect, i, some, rounds, w.constant(types.I32, 1)))
	if f.step != 1 {
		most := mostSpan/f.step + 1
		span = b.op(opIMul, b.pick(opULessThan, span, most, span, w.u32(most)), w.u32(f.step))
	}
	bound := w.value(f.test.Args[1])
	greater := uint32(opUGreaterThan)
	if kind == types.I32 {
		greater = opSGreaterThan
	}
	far := w.emit(opUGreaterThan, flag, b.op(opISub, w.toWord(kind, bound), from), span)
	far = w.emit(opLogicalAnd, flag, far, w.emit(greater, flag, bound, value))
	w.bounds[f.test] = w.fromWord(kind, w.emit(opSelect, u, far, b.op(opIAdd, from, span), w.toWord(kind, bound)))
	return from
}

// leaveFor takes the rounds that such a loop went from those that were left.
func (w *writer) leaveFor(f *forLoop, left, from id) {
	i, b := w.scalar[types.I32], bit{w}
	to := w.toWord(f.slot.Kind, w.emit(opLoad, w.scalar[f.slot.Kind], w.slot(f.slot)))
	rounds := b.op(opISub, to, from)
	if f.step != 1 {
		rounds = b.op(opUDiv, rounds, w.u32(f.step))
	}
	w.code.put(opStore, left, w.emit(opISub, i, w.emit(opLoad, i, left), w.fromWord(types.I32, rounds)))
}
