package soft

import (
	"slices"
	"sort"

	"pxos/wgsl/flat"
	"pxos/wgsl/types"
)

// wrapTails gives what follows the last barrier of a Block a Block of its own to
// break out of: there, lanes may leave apart.
func wrapTails(b *flat.Body) {
	last := -1
	for k, i := range b.Code {
		if hasBarrier(i) {
			last = k
			for _, inner := range bodies(i) {
				wrapTails(inner)
			}
		}
	}
	if owner := b.Owner(); last >= 0 && owner != nil && owner.Op == flat.Block && last+1 < len(b.Code) {
		b.WrapTail(last + 1)
	}
}

// cutter finds the regions.
type cutter struct {
	plan  *plan
	whole map[*flat.Instr]bool // control flow taken by the whole workgroup
	// gone tells of a whole Block that lanes leave apart which of them have left;
	// left says that some may have, so that what follows must ask.
	gone map[*flat.Instr]*flat.Slot
	left map[*flat.Instr]bool
}

// leavesWhole says whether an instruction breaks out of control flow that the
// whole workgroup takes, and whether it does so for some lanes only.
func (c *cutter) leavesWhole(i *flat.Instr) (leaves, apart bool) {
	if i.Op == flat.Break {
		return c.whole[i.Target], false
	}
	for _, b := range bodies(i) {
		for _, x := range b.Code {
			l, a := c.leavesWhole(x)
			leaves, apart = leaves || l, apart || a || l && i.Split
		}
	}
	return leaves, apart
}

func (c *cutter) cut(code []*flat.Instr) []*node {
	var out []*node
	var run []*flat.Instr
	flush := func() {
		if len(run) > 0 {
			out = append(out, c.cutRun(run)...)
			run = nil
		}
	}
	for _, i := range code {
		leaves, apart := c.leavesWhole(i)
		switch {
		case i.Op == flat.Barrier:
			flush()
		case hasBarrier(i) || leaves && !apart:
			flush()
			out = append(out, c.wholeNode(i))
		default:
			run = append(run, i)
		}
	}
	flush()
	return out
}

// wholeNode makes the node of control flow that the workgroup takes as one.
func (c *cutter) wholeNode(i *flat.Instr) *node {
	n := &node{instr: i}
	if i.Op == flat.Break {
		return n
	}
	c.whole[i] = true
	n.then = c.cut(i.Body.Code)
	if s := c.gone[i]; s != nil {
		n.then = append([]*node{c.plan.region([]*flat.Instr{s.Init})}, n.then...)
	}
	if i.Else != nil {
		n.els = c.cut(i.Else.Code)
	}
	return n
}

// guarded makes a run of instructions safe where lanes leave a whole Block apart:
// who leaves is noted and waits at the end of the run, and what follows in the
// Block runs for those who have not left. No barrier follows there: uniform
// control flow forbids it.
func (c *cutter) guarded(run []*flat.Instr) []*flat.Instr {
	var asked []*flat.Slot
	for block, s := range c.gone {
		if c.left[block] {
			asked = append(asked, s)
		}
	}
	sort.Slice(asked, func(i, k int) bool { return asked[i].ID < asked[k].ID })
	block := &flat.Instr{Op: flat.Block, Split: true}
	leaving := false
	for _, i := range run {
		leaving = c.note(i, block) || leaving
	}
	if leaving {
		block.Body = flat.NewBody(block, run...)
		run = []*flat.Instr{block}
	}
	for _, s := range asked {
		get := &flat.Instr{Op: flat.Get, Kind: types.Bool, Slot: s, Level: flat.Varying}
		stays := &flat.Instr{Op: flat.Not, Kind: types.Bool, Args: []*flat.Instr{get}, Level: flat.Varying}
		guard := &flat.Instr{Op: flat.If, Args: []*flat.Instr{stays}, Split: true}
		guard.Body = flat.NewBody(guard, run...)
		run = []*flat.Instr{get, stays, guard}
	}
	return run
}

// note replaces the Breaks out of whole Blocks inside an instruction: the lanes
// are marked as gone, and break out of the run's own Block.
func (c *cutter) note(i, run *flat.Instr) (leaving bool) {
	for _, b := range bodies(i) {
		for k := 0; k < len(b.Code); k++ {
			x := b.Code[k]
			if x.Op != flat.Break || !c.whole[x.Target] {
				leaving = c.note(x, run) || leaving
				continue
			}
			leaving = true
			mark := &flat.Instr{Op: flat.Set, Kind: types.Bool, Slot: c.goneSlot(x.Target), Args: []*flat.Instr{boolean(1)}}
			x.Target = run
			b.Code = slices.Insert(b.Code, k, mark)
			k++
		}
	}
	return leaving
}

func boolean(bits uint32) *flat.Instr {
	return &flat.Instr{Op: flat.Const, Kind: types.Bool, Bits: bits, Level: flat.Uniform}
}

// goneSlot is the slot of a whole Block that says who has left it.
func (c *cutter) goneSlot(block *flat.Instr) *flat.Slot {
	s, ok := c.gone[block]
	if !ok {
		s = &flat.Slot{Name: "gone", Kind: types.Bool, Level: flat.Varying, ID: -1 - len(c.gone)}
		s.Init = &flat.Instr{Op: flat.Set, Kind: types.Bool, Slot: s, Args: []*flat.Instr{boolean(0)}, Whole: true}
		c.gone[block] = s
		c.plan.sharing.slots[s] = true
	}
	c.left[block] = true
	return s
}
