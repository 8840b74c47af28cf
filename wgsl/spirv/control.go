package spirv

import (
	"pxos/wgsl/flat"
	"pxos/wgsl/types"
)

// scope is a Block or Loop being written; a Block is a loop of one round, since
// only loops can be left from inside of Ifs.
type scope struct {
	instr *flat.Instr // nil for a loop of our own
	merge id
	// flag is a bool variable that says that something around is being left; 0
	// where nothing inside leaves more than this scope.
	flag id
}

func (w *writer) label(l id) { w.code.put(opLabel, l) }

// loop writes a loop of our own; exit leaves it where its condition holds.
func (w *writer) loop(body func(exit func(cond id))) {
	head, start, next, merge := w.fresh(), w.fresh(), w.fresh(), w.fresh()
	w.code.put(opBranch, head)
	w.label(head)
	w.code.put(opLoopMerge, merge, next, 0)
	w.code.put(opBranch, start)
	w.label(start)
	body(func(cond id) {
		on := w.fresh()
		w.code.put(opBranchConditional, cond, merge, on)
		w.label(on)
	})
	w.code.put(opBranch, next)
	w.label(next)
	w.code.put(opBranch, head)
	w.label(merge)
}

// body writes the instructions of a body and says whether its end is reached.
func (w *writer) body(b *flat.Body) (falls bool) {
	for k, i := range b.Code {
		switch i.Op {
		case flat.If:
			w.ifInstr(i)
		case flat.Block:
			w.scopeInstr(i)
		case flat.Loop:
			w.loopInstr(i, b.Code[:k])
		case flat.Break:
			w.breakOut(i)
			return false
		default:
			w.instr(i)
		}
	}
	return true
}

func (w *writer) ifInstr(i *flat.Instr) {
	then, otherwise, merge := w.fresh(), w.fresh(), w.fresh()
	if i.Else == nil {
		otherwise = merge
	}
	cond := w.value(i.Args[0])
	w.code.put(opSelectionMerge, merge, 0)
	w.code.put(opBranchConditional, cond, then, otherwise)
	w.label(then)
	if w.body(i.Body) {
		w.code.put(opBranch, merge)
	}
	if i.Else != nil {
		w.label(otherwise)
		if w.body(i.Else) {
			w.code.put(opBranch, merge)
		}
	}
	w.label(merge)
}

// loopInstr writes a loop whose rounds are counted.
func (w *writer) loopInstr(i *flat.Instr, before []*flat.Instr) {
	left := w.leftFor(i)
	f := asFor(i, before)
	if f == nil {
		w.scopeWith(i, func(head, merge id) { w.again(left, head, merge) }, func() { w.accuse(i, left) })
		return
	}
	from := w.enterFor(f, left)
	w.scopeWith(i, func(head, _ id) { w.code.put(opBranch, head) }, func() {
		w.leaveFor(f, left, from)
		w.accuse(i, left)
	})
}

func (w *writer) scopeInstr(i *flat.Instr) {
	w.scopeWith(i, func(head, _ id) { w.code.put(opBranch, head) }, func() {})
}

// scopeWith writes a Block or Loop, with its way back and what comes behind it,
// and then the branches on to what a Break inside of it leaves beyond it.
func (w *writer) scopeWith(i *flat.Instr, back func(head, merge id), behind func()) {
	head, start, next, merge := w.fresh(), w.fresh(), w.fresh(), w.fresh()
	s := &scope{instr: i, merge: merge}
	beyond := leavesBeyond(i)
	if len(beyond) > 0 {
		s.flag = w.variable(w.scalar[types.U32])
		w.code.put(opStore, s.flag, w.u32(0))
	}
	w.code.put(opBranch, head)
	w.label(head)
	w.code.put(opLoopMerge, merge, next, 0)
	w.code.put(opBranch, start)
	w.label(start)
	w.open = append(w.open, s)
	if w.body(i.Body) {
		if i.Op == flat.Loop {
			w.code.put(opBranch, next)
		} else {
			w.code.put(opBranch, merge)
		}
	}
	w.open = w.open[:len(w.open)-1]
	w.label(next)
	back(head, merge)
	w.label(merge)
	behind()
	for depth := len(w.open) - 1; depth >= 0 && len(beyond) > 0; depth-- {
		// The flag holds 1 + the depth of the scope that is left.
		if !beyond[w.open[depth].instr] {
			continue
		}
		leave, on := w.fresh(), w.fresh()
		flag := w.emit(opLoad, w.scalar[types.U32], s.flag)
		is := w.emit(opIEqual, w.scalar[types.Bool], flag, w.u32(int64(depth+1)))
		w.code.put(opSelectionMerge, on, 0)
		w.code.put(opBranchConditional, is, leave, on)
		w.label(leave)
		w.leave(depth)
		w.label(on)
	}
}

// leavesBeyond finds the scopes around an instruction that Breaks inside leave.
func leavesBeyond(i *flat.Instr) map[*flat.Instr]bool {
	out := map[*flat.Instr]bool{}
	inside := map[*flat.Instr]bool{}
	var search func(*flat.Instr)
	search = func(x *flat.Instr) {
		inside[x] = true
		if x.Op == flat.Break && !inside[x.Target] {
			out[x.Target] = true
		}
		for _, b := range []*flat.Body{x.Body, x.Else} {
			if b != nil {
				for _, y := range b.Code {
					search(y)
				}
			}
		}
	}
	search(i)
	return out
}

func (w *writer) breakOut(i *flat.Instr) {
	for depth := len(w.open) - 1; depth >= 0; depth-- {
		if w.open[depth].instr == i.Target {
			w.leave(depth)
			return
		}
	}
}

// leave branches out of the innermost scope, and says in its flag if more are to
// be left.
func (w *writer) leave(depth int) {
	inner := w.open[len(w.open)-1]
	if depth < len(w.open)-1 {
		w.code.put(opStore, inner.flag, w.u32(int64(depth+1)))
	}
	w.code.put(opBranch, inner.merge)
}
