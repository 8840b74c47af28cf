package soft

import "pxos/wgsl/flat"

// sharing tells what is the same in all invocations of a workgroup, not only in a
// group of four, and at the top of control flow that the workgroup takes as one:
// that is computed once for all groups, and kept in locals. It starts with nothing
// that differs and adds until nothing changes.
type sharing struct {
	values  map[*flat.Instr]bool // differ
	slots   map[*flat.Slot]bool  // differ
	whole   map[*flat.Instr]bool // control flow taken as one
	prog    *flat.Program
	changed bool
}

func newSharing(p *flat.Program) *sharing {
	s := &sharing{values: map[*flat.Instr]bool{}, slots: map[*flat.Slot]bool{}, whole: map[*flat.Instr]bool{}, prog: p}
	s.markWhole(p.Body)
	for s.changed = true; s.changed; {
		s.changed = false
		s.visit(p.Body.Code, true)
	}
	return s
}

// markWhole finds control flow with a barrier inside that no lanes leave before
// the others.
func (s *sharing) markWhole(b *flat.Body) {
	for _, i := range b.Code {
		if !hasBarrier(i) {
			continue
		}
		s.whole[i] = !breaksApart(i, i.Split && i.Op != flat.If, map[*flat.Instr]bool{})
		for _, inner := range bodies(i) {
			s.markWhole(inner)
		}
	}
}

// breaksApart says whether lanes may leave an instruction, or something around
// it, before others do. Inside holds what stands within the instruction.
func breaksApart(i *flat.Instr, split bool, inside map[*flat.Instr]bool) bool {
	for _, b := range bodies(i) {
		for _, x := range b.Code {
			if x.Op == flat.Break {
				if split && !inside[x.Target] {
					return true
				}
				continue
			}
			inside[x] = true
			if breaksApart(x, split || x.Split, inside) {
				return true
			}
		}
	}
	return false
}

func (s *sharing) visit(code []*flat.Instr, whole bool) {
	for _, i := range code {
		switch {
		case i.Op == flat.Set:
			if !whole || i.Slot.Level != flat.Uniform || s.differs(i.Args[0]) {
				s.mark(s.slots[i.Slot], func() { s.slots[i.Slot] = true })
			}
		case i.HasResult() && !s.values[i] && s.computed(i):
			s.mark(false, func() { s.values[i] = true })
		}
		for _, b := range bodies(i) {
			s.visit(b.Code, whole && s.whole[i])
		}
	}
}

func (s *sharing) mark(already bool, set func()) {
	if !already {
		set()
		s.changed = true
	}
}

// differs says what is known of a value: whether it may differ between groups of
// a workgroup.
func (s *sharing) differs(i *flat.Instr) bool {
	switch i.Op {
	case flat.Const, flat.BufferSize:
		return false
	case flat.Input:
		return i.Level != flat.Uniform || i.Input <= flat.LocalIndex || i.Input == flat.LaneIndex || i.Input == flat.GroupIndex
	}
	return s.values[i]
}

// computed says the same of a value by what it is computed from.
func (s *sharing) computed(i *flat.Instr) bool {
	if i.Level != flat.Uniform {
		return true
	}
	switch i.Op {
	case flat.Get:
		return s.slots[i.Slot]
	case flat.Load:
		return !i.Access.Mem.ReadOnly && i.Access.Mem.Kind != flat.Table || s.termsDiffer(i.Access)
	case flat.Atomic, flat.Exchanged, flat.Subgroup:
		return true
	}
	for _, a := range i.Args {
		if s.differs(a) {
			return true
		}
	}
	return false
}

func (s *sharing) termsDiffer(a *flat.Access) bool {
	for _, t := range a.Terms {
		if s.differs(t.Index) {
			return true
		}
	}
	return false
}

// once says whether an instruction at the top of a run is computed once.
func (s *sharing) once(i *flat.Instr) bool {
	if i.Op == flat.Set {
		return !s.slots[i.Slot]
	}
	return i.HasResult() && !s.differs(i)
}

// cutRun makes the nodes of a run: what is computed once, then the region of the
// rest. A slot is not set before what still reads its old value.
func (c *cutter) cutRun(run []*flat.Instr) []*node {
	guarded := c.guarded(run)
	if len(guarded) != len(run) || guarded[0] != run[0] {
		return []*node{c.plan.region(guarded)}
	}
	var out []*node
	var once, rest []*flat.Instr
	flush := func() {
		if len(once) > 0 {
			out = append(out, &node{once: once})
			for _, i := range once {
				c.plan.once[i] = true
			}
		}
		if len(rest) > 0 {
			out = append(out, c.plan.region(rest))
		}
		once, rest = nil, nil
	}
	for _, i := range run {
		if !c.plan.sharing.once(i) {
			rest = append(rest, i)
			continue
		}
		if i.Op == flat.Set && getsInside(rest, i.Slot) {
			flush()
		}
		once = append(once, i)
	}
	flush()
	return out
}

// getsInside says whether code reads a slot, at any depth.
func getsInside(code []*flat.Instr, s *flat.Slot) bool {
	for _, i := range code {
		if i.Op == flat.Get && i.Slot == s {
			return true
		}
		for _, b := range bodies(i) {
			if getsInside(b.Code, s) {
				return true
			}
		}
	}
	return false
}
