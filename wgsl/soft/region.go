package soft

import (
	"pxos/wasm"
	"pxos/wgsl/flat"
	"pxos/wgsl/types"
)

// plan cuts a program at its barriers. A node is either a region, which runs for
// one group after the other, or control flow with a barrier inside, which is the
// same for the whole workgroup and is taken once.
type plan struct {
	nodes []*node
	// home is the region in which a value is computed; the values and slots that
	// several regions use have a place in the context of their group.
	home        map[*flat.Instr]int
	values      map[*flat.Instr]uint32
	slots       map[*flat.Slot]uint32
	contextSize uint32
	once        map[*flat.Instr]bool // values in once nodes: they live in locals
	sharing     *sharing
	prog        *flat.Program

	parts    map[partKey]int
	depth    int
	laneBase int // local: lane memory of the group
	context  int // local: context of the group
	regions  int
}

type partKey struct {
	load *flat.Instr
	part int
}

// node is code that is the same for all groups (once), or a region (instr nil), or
// an instruction that contains a barrier, or a Break out of one.
type node struct {
	id   int
	once []*flat.Instr
	code []*flat.Instr // region
	// uses and writes are of a region.
	uses   []*flat.Instr
	reads  []*flat.Slot
	writes map[*flat.Slot]bool

	instr     *flat.Instr
	then, els []*node
}

func newPlan(p *flat.Program) *plan {
	pl := &plan{
		prog: p,
		home: map[*flat.Instr]int{}, values: map[*flat.Instr]uint32{}, slots: map[*flat.Slot]uint32{},
		once: map[*flat.Instr]bool{}, parts: map[partKey]int{},
	}
	if !p.HasBarrier {
		pl.nodes = []*node{pl.region(p.Body.Code)}
		return pl
	}
	wrapTails(p.Body)
	pl.sharing = newSharing(p)
	c := &cutter{plan: pl, whole: map[*flat.Instr]bool{}, gone: map[*flat.Instr]*flat.Slot{}, left: map[*flat.Instr]bool{}}
	pl.nodes = c.cut(p.Body.Code)
	pl.placeContext()
	return pl
}

// hasBarrier says whether a barrier stands inside an instruction, or it is one.
func hasBarrier(i *flat.Instr) bool {
	if i.Op == flat.Barrier {
		return true
	}
	for _, b := range bodies(i) {
		for _, x := range b.Code {
			if hasBarrier(x) {
				return true
			}
		}
	}
	return false
}

// region makes a node of code without barriers and notes what it uses.
func (pl *plan) region(code []*flat.Instr) *node {
	if pl.prog.HasBarrier {
		code = pl.again(code)
	}
	n := &node{id: pl.regions, code: code, writes: map[*flat.Slot]bool{}}
	pl.regions++
	seen := map[*flat.Instr]bool{}
	slots := map[*flat.Slot]bool{}
	use := func(v *flat.Instr) {
		if !seen[v] {
			seen[v] = true
			n.uses = append(n.uses, v)
		}
	}
	var visit func([]*flat.Instr)
	visit = func(code []*flat.Instr) {
		for _, i := range code {
			if i.HasResult() {
				pl.home[i] = n.id
			}
			for _, a := range i.Args {
				use(a)
			}
			if i.Access != nil {
				for _, t := range i.Access.Terms {
					use(t.Index)
				}
			}
			if i.Slot != nil {
				if !slots[i.Slot] {
					slots[i.Slot] = true
					n.reads = append(n.reads, i.Slot)
				}
				if i.Op == flat.Set {
					n.writes[i.Slot] = true
				}
			}
			for _, b := range bodies(i) {
				visit(b.Code)
			}
		}
	}
	visit(code)
	return n
}

// ambient says whether a value stands in no region.
func ambient(i *flat.Instr) bool {
	return i.Op == flat.Const || i.Op == flat.Input || i.Op == flat.BufferSize
}

// placeContext gives every value and slot that several regions use its place.
func (pl *plan) placeContext() {
	users := map[*flat.Slot]map[int]bool{}
	place := func(scalar bool) uint32 {
		size := uint32(16)
		if scalar {
			size = 4
		}
		pl.contextSize = (pl.contextSize + size - 1) / size * size
		at := pl.contextSize
		pl.contextSize += size
		return at
	}
	var walk func([]*node)
	walk = func(nodes []*node) {
		for _, n := range nodes {
			for _, v := range n.uses {
				if _, done := pl.values[v]; !done && !ambient(v) && !pl.once[v] && pl.home[v] != n.id {
					pl.values[v] = place(isScalar(v))
				}
			}
			for _, s := range n.reads {
				if !pl.sharing.slots[s] {
					continue
				}
				if users[s] == nil {
					users[s] = map[int]bool{}
				}
				users[s][n.id] = true
				if _, done := pl.slots[s]; !done && len(users[s]) == 2 {
					pl.slots[s] = place(slotIsScalar(s))
				}
			}
			walk(n.then)
			walk(n.els)
		}
	}
	walk(pl.nodes)
	pl.contextSize = (pl.contextSize + 15) / 16 * 16
}

func (g *generator) nodes(nodes []*node) {
	for _, n := range nodes {
		switch {
		case n.once != nil:
			g.code(n.once)
		case n.instr == nil:
			g.region(n)
		case n.instr.Op == flat.Break:
			k := len(g.stack) - 1
			for g.stack[k].instr != n.instr.Target {
				k--
			}
			g.jump(g.stack[k].exit)
		case n.instr.Op == flat.If:
			g.pushScalar(n.instr.Args[0])
			g.openIf()
			g.nodes(n.then)
			if len(n.els) > 0 {
				g.Else()
				g.nodes(n.els)
			}
			g.close()
		default:
			g.wholeScope(n)
		}
	}
}

// wholeScope emits a Block or Loop that the workgroup takes as one.
func (g *generator) wholeScope(n *node) {
	c := construct{instr: n.instr, exit: g.openBlock()}
	g.stack = append(g.stack, c)
	if n.instr.Op == flat.Loop {
		r := g.openRounds(n.instr)
		g.nodes(n.then)
		g.closeRounds(r)
	} else {
		g.nodes(n.then)
	}
	g.stack = g.stack[:len(g.stack)-1]
	g.close()
}

// region emits code that runs for one group after the other.
func (g *generator) region(n *node) {
	g.I32Const(0)
	g.Set(g.group)
	g.firstGroup()
	top := 0
	if g.groups > 1 {
		top = g.openLoop()
	}
	g.enterGroup(n)
	g.regionID = n.id
	g.code(n.code)
	for _, s := range n.reads {
		if at, ok := g.plan.slots[s]; ok && n.writes[s] {
			g.Get(g.plan.context)
			g.Get(g.slotLocal(s))
			g.storeContext(slotIsScalar(s), s.Kind, at)
		}
	}
	if g.groups > 1 {
		g.nextGroup()
		g.Get(g.group)
		g.I32Const(1)
		g.Do(wasm.I32Add)
		g.Tee(g.group)
		g.I32Const(int32(g.groups))
		g.Do(wasm.I32LtU)
		g.jumpIf(top)
		g.close()
	}
}

// enterGroup sets up the mask, inputs, lane memory and what was computed before.
func (g *generator) enterGroup(n *node) {
	inputs := map[flat.InputID]*flat.Instr{}
	for _, v := range n.uses {
		if v.Op == flat.Input {
			inputs[v.Input] = v
		}
	}
	g.groupInputs(func(id flat.InputID) *flat.Instr { return inputs[id] })
	g.enterLine(inputs)
	g.enterMask()
	if g.plan.contextSize == 0 {
		return
	}
	g.touchContext(n)
	for _, v := range n.uses {
		if at, ok := g.plan.values[v]; ok && g.plan.home[v] != n.id {
			g.loadContext(isScalar(v), v.Kind, at)
			g.Set(g.valueLocal(v))
		}
	}
	for _, s := range n.reads {
		if at, ok := g.plan.slots[s]; ok {
			g.loadContext(slotIsScalar(s), s.Kind, at)
			g.Set(g.slotLocal(s))
		}
	}
}

// enterLine keeps the lanes' places in the workgroup where they are wanted often.
func (g *generator) enterLine(inputs map[flat.InputID]*flat.Instr) {
	uses := 0
	for id, v := range inputs {
		if g.isLine(id) && isScalar(v) {
			uses += g.vectorUses[v]
		}
	}
	g.lineLanes = 0
	if uses < 2 {
		return
	}
	line := g.NewLocal(wasm.V128)
	g.pushInput(flat.LocalIndex)
	g.Do(wasm.I32x4Splat)
	g.V128Const(0, 1, 2, 3)
	g.Do(wasm.I32x4Add)
	g.Set(line)
	g.lineLanes = line
}

// firstGroup points at the memory of group 0.
func (g *generator) firstGroup() {
	point := func(local int, start uint32) {
		g.Get(paramWork)
		g.I32Const(int32(start))
		g.Do(wasm.I32Add)
		g.Set(local)
	}
	if len(g.prog.Lane) > 0 {
		point(g.plan.laneBase, g.layout.laneStart)
	}
	if g.plan.contextSize > 0 {
		point(g.plan.context, g.layout.context)
	}
}

// nextGroup points at the memory of the group that follows.
func (g *generator) nextGroup() {
	advance := func(local int, by uint32) {
		g.Get(local)
		g.I32Const(int32(by))
		g.Do(wasm.I32Add)
		g.Set(local)
	}
	if len(g.prog.Lane) > 0 && g.prog.HasBarrier {
		advance(g.plan.laneBase, g.layout.laneSize)
	}
	if g.plan.contextSize > 0 {
		advance(g.plan.context, g.plan.contextSize)
	}
}

// touchContext loads the last word of the group's context and drops it, if the
// region uses it at more than one place: the runtime then knows that all of the
// context lies inside of the memory, and does not ask at each.
func (g *generator) touchContext(n *node) {
	places := 0
	for _, v := range n.uses {
		if _, ok := g.plan.values[v]; ok {
			places++
		}
	}
	for _, s := range n.reads {
		if _, ok := g.plan.slots[s]; ok {
			places++
		}
	}
	if places > 1 {
		g.Get(g.plan.context)
		g.Mem(wasm.I32Load, 2, g.plan.contextSize-4)
		g.Do(wasm.Drop)
	}
}

// enterMask activates all lanes but those past the workgroup's end.
func (g *generator) enterMask() {
	g.full = g.lanes%flat.Width == 0
	if g.full {
		g.V128Const(same(^uint32(0)))
		g.Set(g.mask)
		return
	}
	g.V128Const(0, 1, 2, 3)
	g.I32Const(int32(g.lanes))
	g.pushInput(flat.LocalIndex)
	g.Do(wasm.I32Sub, wasm.I32x4Splat, wasm.I32x4LtS)
	g.Set(g.mask)
}

// valueLocal is the local of a value, made if it has none yet.
func (g *generator) valueLocal(v *flat.Instr) int {
	table, t := g.vectors, wasm.V128
	if isScalar(v) {
		table, t = g.scalars, scalarType(v.Kind)
	}
	l, ok := table[v]
	if !ok {
		l = g.NewLocal(t)
		table[v] = l
	}
	return l
}

// spill keeps a value that another region uses.
func (g *generator) spill(i *flat.Instr) {
	at, ok := g.plan.values[i]
	if !ok {
		return
	}
	g.Get(g.plan.context)
	g.Get(g.valueLocal(i))
	g.storeContext(isScalar(i), i.Kind, at)
}

func (g *generator) storeContext(scalar bool, k types.Scalar, at uint32) {
	switch {
	case !scalar:
		g.Mem(wasm.V128Store, 4, at)
	case isFloat(k):
		g.Mem(wasm.F32Store, 2, at)
	default:
		g.Mem(wasm.I32Store, 2, at)
	}
}

func (g *generator) loadContext(scalar bool, k types.Scalar, at uint32) {
	g.Get(g.plan.context)
	switch {
	case !scalar:
		g.Mem(wasm.V128Load, 4, at)
	case isFloat(k):
		g.Mem(wasm.F32Load, 2, at)
	default:
		g.Mem(wasm.I32Load, 2, at)
	}
}
