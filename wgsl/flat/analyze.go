package flat

import "pxos/wgsl/types"

// analyze finds out, for every value and slot, how it differs between the lanes
// of a group, and which control flow can split a group. It raises levels until
// nothing changes; levels only rise, so it ends.
func analyze(p *Program) {
	a := &analyzer{prog: p, ends: map[*Body]int{}}
	for _, s := range p.Slots {
		s.gets, s.sets = nil, nil
	}
	a.number(p.Body)
	for a.changed = true; a.changed; {
		a.changed = false
		a.visit(p.Body)
		for _, s := range p.Slots {
			a.slot(s)
		}
	}
	for _, s := range p.Slots {
		a.whole(s)
	}
}

// whole finds the sets that need not spare the lanes that are away: those not
// under split control flow since the slot's life began, of a slot that is read
// only where it lives. Lanes away there came not in, or left it for good.
func (a *analyzer) whole(s *Slot) {
	if s.Init == nil {
		return
	}
	for _, g := range s.gets {
		if g.order > a.ends[s.Init.home] {
			return
		}
	}
	for _, set := range s.sets {
		set.Whole = true
		for b := set.home; b != s.Init.home && b.owner != nil; b = b.owner.home {
			if b.owner.Split {
				set.Whole = false
			}
		}
	}
}

type analyzer struct {
	prog    *Program
	next    int
	ends    map[*Body]int
	changed bool
}

// number gives every instruction its place in the text of the program.
func (a *analyzer) number(b *Body) {
	for _, i := range b.Code {
		a.next++
		i.order = a.next
		i.home = b
		switch i.Op {
		case Get:
			i.Slot.gets = append(i.Slot.gets, i)
		case Set:
			i.Slot.sets = append(i.Slot.sets, i)
		}
		eachBody(i, a.number)
	}
	a.ends[b] = a.next
}

func (a *analyzer) raise(i *Instr, level Level, stride int32) {
	if level == Affine && stride == 0 {
		level = Uniform
	}
	if i.Level == Affine && level == Affine && i.Stride != stride {
		level = Varying
	}
	if level > i.Level {
		i.Level, i.Stride = level, stride
		a.changed = true
	}
}

func (a *analyzer) visit(b *Body) {
	for _, i := range b.Code {
		inputsOf(i, func(x *Instr) {
			switch x.Op {
			case Input:
				a.raise(x, a.inputLevel(x.Input), 1)
			case Const, BufferSize:
				a.raise(x, Uniform, 0)
			}
		})
		switch i.Op {
		case If:
			a.split(i, i.Args[0].Level > Uniform)
			eachBody(i, a.visit)
		case Block, Loop:
			a.visit(i.Body)
		case Break:
			a.breakOut(i)
		default:
			if i.HasResult() {
				level, stride := a.level(i)
				a.raise(i, level, stride)
			}
		}
	}
}

func (a *analyzer) split(i *Instr, yes bool) {
	if yes && !i.Split {
		i.Split = true
		a.changed = true
	}
}

// breakOut splits the Blocks and Loops that a Break leaves while other lanes stay:
// those around something that was split already, up to the target.
func (a *analyzer) breakOut(i *Instr) {
	apart := false
	for b := i.home; b.owner != nil; b = b.owner.home {
		if b.owner.Op != If {
			a.split(b.owner, apart)
		}
		if b.owner == i.Target {
			return
		}
		apart = apart || b.owner.Split
	}
}

// inputLevel tells how an input differs between four invocations with following
// local indices. Lanes past the workgroup's end do not count.
func (a *analyzer) inputLevel(id InputID) Level {
	x, y, z := a.prog.WorkgroupSize[0], a.prog.WorkgroupSize[1], a.prog.WorkgroupSize[2]
	if x*y*z == 1 {
		return Uniform
	}
	axis := func(below, size, above int) Level {
		switch {
		case below%Width == 0 || size == 1:
			return Uniform
		case below == 1 && (size%Width == 0 || above == 1):
			return Affine
		}
		return Varying
	}
	switch id {
	case LocalX:
		return axis(1, x, y*z)
	case LocalY:
		return axis(x, y, z)
	case LocalZ:
		return axis(x*y, z, 1)
	case LocalIndex, LaneIndex:
		return Affine
	}
	return Uniform
}

// level tells how an instruction's value differs between lanes.
func (a *analyzer) level(i *Instr) (Level, int32) {
	switch i.Op {
	case Get:
		return i.Slot.Level, i.Slot.Stride
	case Load:
		if i.Access.Mem.Kind == Lane {
			return a.alone(), 0
		}
		return accessLevel(i.Access), 0
	case Atomic, Exchanged:
		return a.alone(), 0
	case Subgroup:
		return a.subgroupLevel(i), 0
	}
	all := Uniform
	for _, x := range i.Args {
		if x.Level == Unknown {
			return Unknown, 0
		}
		all = max(all, x.Level)
	}
	if all == Affine {
		if s, ok := affine(i); ok {
			return Affine, s
		}
	}
	if all != Uniform {
		return Varying, 0
	}
	return Uniform, 0
}

// accessLevel tells whether all lanes load from the same place.
func accessLevel(access *Access) Level {
	all := Uniform
	for _, t := range access.Terms {
		if t.Index.Level == Unknown {
			return Unknown
		}
		all = max(all, t.Index.Level)
	}
	if all == Affine {
		return Varying
	}
	return all
}

// alone is Uniform in a workgroup of one invocation, else Varying.
func (a *analyzer) alone() Level {
	if s := a.prog.WorkgroupSize; s[0]*s[1]*s[2] == 1 {
		return Uniform
	}
	return Varying
}

func (a *analyzer) subgroupLevel(i *Instr) Level {
	switch i.Lanes {
	case SubgroupElect, SubgroupExclusiveAdd, SubgroupExclusiveMul, SubgroupInclusiveAdd, SubgroupInclusiveMul,
		SubgroupShuffleXor, SubgroupShuffleUp, SubgroupShuffleDown:
		return a.alone()
	case SubgroupShuffle:
		if i.Args[1].Level > Uniform {
			return Varying
		}
	}
	return Uniform
}

// affine gives the stride of an integer operation on affine values.
func affine(i *Instr) (stride int32, ok bool) {
	if !isWord(i.Kind) {
		return 0, false
	}
	of := func(k int) int32 {
		if i.Args[k].Level == Affine {
			return i.Args[k].Stride
		}
		return 0
	}
	switch i.Op {
	case Add:
		return of(0) + of(1), true
	case Sub:
		return of(0) - of(1), true
	case Neg:
		return -of(0), true
	case Bitcast:
		return of(0), isWord(i.Args[0].Kind)
	case Mul:
		if c := i.Args[1]; c.Op == Const {
			return of(0) * int32(c.Bits), true
		}
	case Shl:
		if c := i.Args[1]; c.Op == Const {
			return of(0) << (c.Bits & 31), true
		}
	case Select:
		return of(1), i.Args[0].Level == Uniform && of(1) == of(2)
	}
	return 0, false
}

// slot joins the levels of all that is set, and of the control flow that could
// leave lanes with the values of different times.
func (a *analyzer) slot(s *Slot) {
	level, stride := s.Level, s.Stride
	for _, set := range s.sets {
		v := set.Args[0]
		switch {
		case v.Level == Unknown || level == Varying:
		case a.apart(s, set):
			level = Varying
		case level == Unknown:
			level, stride = v.Level, v.Stride
		case level != v.Level || level == Affine && stride != v.Stride:
			level = Varying
		}
	}
	if level > s.Level {
		s.Level, s.Stride = level, stride
		a.changed = true
	}
}

// apart says whether a set under split control flow could be seen by lanes that
// did not take part in it. Lanes that left a body cannot come back to it before
// the body is entered anew, so the set is harmless if nothing reads the slot
// after the body, and if the slot starts anew before the body is entered again.
func (a *analyzer) apart(s *Slot, set *Instr) bool {
	if s.Init == nil {
		return true
	}
	for b := set.home; b != s.Init.home; b = b.owner.home {
		if b.owner == nil {
			return true
		}
		if !b.owner.Split {
			continue
		}
		if loopBetween(b.owner, s.Init.home) {
			return true
		}
		for _, g := range s.gets {
			if g.order > a.ends[b] {
				return true
			}
		}
	}
	return false
}

// loopBetween says whether a loop stands around x and inside of the outer body.
func loopBetween(x *Instr, outer *Body) bool {
	for b := x.home; b != outer && b.owner != nil; b = b.owner.home {
		if b.owner.Op == Loop {
			return true
		}
	}
	return false
}

// ElemBits is the number of bits of a scalar in memory.
func ElemBits(k types.Scalar) int {
	if k == types.F16 {
		return 16
	}
	return 32
}
