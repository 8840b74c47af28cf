package flat

import (
	"strings"

	"pxos/wgsl/types"
)

// optimize rewrites a program once from its start to its end: constants are
// folded, equal values computed once, slots read where they are set, and what
// does not change in a loop moved out of it. Then it drops what nobody uses.
func optimize(p *Program) {
	o := &optimizer{
		prog:    p,
		known:   map[*Slot]*Instr{},
		renamed: map[*Instr]*Instr{},
		epoch:   map[*Memory]int{},
		ambient: map[valueKey]*Instr{},
		effects: map[*Instr]*effects{},
	}
	old := p.Body
	p.Body = &Body{}
	o.scope = &scope{body: p.Body, values: map[valueKey]*Instr{}}
	o.rewrite(old)
	sweep(p)
}

type optimizer struct {
	prog    *Program
	scope   *scope
	known   map[*Slot]*Instr // what a slot holds here
	journal []change
	renamed map[*Instr]*Instr // an old instruction's new value
	epoch   map[*Memory]int   // raised when a memory may have changed
	ambient map[valueKey]*Instr
	effects map[*Instr]*effects
	ids     int
}

// change restores one entry of known.
type change struct {
	slot *Slot
	was  *Instr
}

// scope is a body being rewritten.
type scope struct {
	body   *Body
	parent *scope
	owner  *Instr // the old If, Block or Loop
	values map[valueKey]*Instr
}

// valueKey is equal for two instructions that compute the same value.
type valueKey struct {
	op      Op
	kind    types.Scalar
	bits    uint32
	input   InputID
	index   int
	a, b, c int
	access  string
	epoch   int
}

// effects is what an If, Block or Loop may change.
type effects struct {
	slots    map[*Slot]bool
	memories map[*Memory]bool
	barrier  bool
}

// effectsOf collects the effects of an instruction with bodies, once.
func (o *optimizer) effectsOf(i *Instr) *effects {
	if e, ok := o.effects[i]; ok {
		return e
	}
	e := &effects{slots: map[*Slot]bool{}, memories: map[*Memory]bool{}}
	for _, b := range []*Body{i.Body, i.Else} {
		if b == nil {
			continue
		}
		for _, x := range b.Code {
			o.addEffects(e, x)
		}
	}
	o.effects[i] = e
	return e
}

func (o *optimizer) addEffects(e *effects, x *Instr) {
	switch x.Op {
	case Set:
		e.slots[x.Slot] = true
	case Store, Zero, Atomic:
		e.memories[x.Access.Mem] = true
	case Barrier:
		e.barrier = true
	case If, Block, Loop:
		inner := o.effectsOf(x)
		for s := range inner.slots {
			e.slots[s] = true
		}
		for m := range inner.memories {
			e.memories[m] = true
		}
		e.barrier = e.barrier || inner.barrier
	}
}

// changes says whether the effects may change a memory.
func (e *effects) changes(m *Memory) bool {
	return e.memories[m] || e.barrier && !m.ReadOnly && m.Kind != Lane
}

// forget drops what is known of all that the effects change.
func (o *optimizer) forget(e *effects) {
	for s := range e.slots {
		o.know(s, nil)
	}
	for _, list := range [][]*Memory{o.prog.Buffers, o.prog.Workgroup, o.prog.Lane} {
		for _, m := range list {
			if e.changes(m) {
				o.epoch[m]++
			}
		}
	}
}

func (o *optimizer) know(s *Slot, v *Instr) {
	o.journal = append(o.journal, change{s, o.known[s]})
	if v == nil {
		delete(o.known, s)
	} else {
		o.known[s] = v
	}
}

// undo restores what was known when the journal had the given length.
func (o *optimizer) undo(mark int) {
	for len(o.journal) > mark {
		c := o.journal[len(o.journal)-1]
		o.journal = o.journal[:len(o.journal)-1]
		if c.was == nil {
			delete(o.known, c.slot)
		} else {
			o.known[c.slot] = c.was
		}
	}
}

// rewrite carries the instructions of an old body over to the current scope.
func (o *optimizer) rewrite(old *Body) {
	for _, i := range old.Code {
		if o.instr(i) {
			return
		}
	}
}

// instr carries one instruction over and says whether what follows is dead.
func (o *optimizer) instr(i *Instr) (dead bool) {
	args := make([]*Instr, len(i.Args))
	for k, a := range i.Args {
		args[k] = o.renamed[a]
	}
	switch i.Op {
	case Get:
		o.renamed[i] = o.getSlot(i)
	case Set:
		if o.known[i.Slot] == args[0] && i.Slot.Init != i {
			return false
		}
		n := o.append(i, args)
		if i.Slot.Init == i {
			i.Slot.Init = n
		}
		o.know(i.Slot, args[0])
	case Load:
		o.renamed[i] = o.load(i)
	case Store, Zero, Atomic:
		o.renamed[i] = o.append(i, args)
		o.epoch[i.Access.Mem]++
	case Barrier:
		o.append(i, nil)
		o.forget(&effects{barrier: true})
	case If:
		return o.ifInstr(i, args)
	case Block, Loop:
		o.nested(i)
	case Break:
		o.append(i, nil)
		return true
	case Subgroup, Exchanged:
		o.renamed[i] = o.append(i, args)
	default:
		o.renamed[i] = o.pure(i, args)
	}
	return false
}

// append copies an instruction with effects to the end of the current body.
func (o *optimizer) append(i *Instr, args []*Instr) *Instr {
	n := *i
	n.Args = args
	n.Access = o.access(i.Access)
	if i.Op == Break {
		n.Target = o.renamed[i.Target]
	}
	o.place(&n, o.scope)
	return &n
}

func (o *optimizer) place(n *Instr, s *scope) {
	if n.HasResult() {
		o.ids++
		n.ID = o.ids
		o.prog.Values = o.ids
	}
	n.home = s.body
	s.body.Code = append(s.body.Code, n)
}

func (o *optimizer) access(a *Access) *Access {
	if a == nil {
		return nil
	}
	n := *a
	n.Terms = nil
	for _, t := range a.Terms {
		t.Index = o.renamed[t.Index]
		if t.Index.Op == Const && t.Count > 0 {
			n.Offset += int64(min(uint64(t.Index.Bits), uint64(t.Count-1))) * t.Stride
			continue
		}
		n.Terms = append(n.Terms, t)
	}
	return &n
}

func (o *optimizer) getSlot(i *Instr) *Instr {
	if v, ok := o.known[i.Slot]; ok {
		return v
	}
	n := *i
	s := o.hoist(o.scope, nil, func(e *effects) bool { return !e.slots[i.Slot] })
	o.place(&n, s)
	o.know(i.Slot, &n)
	return &n
}

// hoist finds the scope where an instruction may stand: outside of the loops
// around that leave it unchanged and where its arguments are defined, but never
// outside of an If.
func (o *optimizer) hoist(s *scope, args []*Instr, free func(*effects) bool) *scope {
	best := s
	for t := s; t.parent != nil && t.owner.Op != If; t = t.parent {
		if !o.definedAbove(t, args) || free != nil && !free(o.effectsOf(t.owner)) {
			break
		}
		if t.owner.Op == Loop {
			best = t.parent
		}
	}
	return best
}

// definedAbove says whether all arguments are defined outside of a scope.
func (o *optimizer) definedAbove(t *scope, args []*Instr) bool {
	for _, a := range args {
		if a.home == nil {
			continue
		}
		found := false
		for u := t.parent; u != nil; u = u.parent {
			if u.body == a.home {
				found = true
				break
			}
		}
		if !found {
			return false
		}
	}
	return true
}

func argID(args []*Instr, k int) int {
	if k < len(args) {
		return args[k].ID
	}
	return 0
}

func (o *optimizer) lookup(key valueKey) *Instr {
	for s := o.scope; s != nil; s = s.parent {
		if v, ok := s.values[key]; ok {
			return v
		}
	}
	return nil
}

// pure carries over an instruction that depends on its arguments alone.
func (o *optimizer) pure(i *Instr, args []*Instr) *Instr {
	n := *i
	n.Args = args
	n.Access = o.access(i.Access)
	if v := simplify(&n, o.constant); v != nil {
		return v
	}
	key := valueKey{op: n.Op, kind: n.Kind, bits: n.Bits, input: n.Input, index: n.Index,
		a: argID(n.Args, 0), b: argID(n.Args, 1), c: argID(n.Args, 2)}
	if n.Access != nil {
		key.access = n.Access.Mem.Name
		key.bits = uint32(n.Access.Mem.ID)
	}
	if len(n.Args) == 0 {
		return o.ambientValue(key, &n)
	}
	if v := o.lookup(key); v != nil {
		return v
	}
	s := o.hoist(o.scope, n.Args, nil)
	o.place(&n, s)
	s.values[key] = &n
	return &n
}

// ambientValue is a value that stands in no body: a constant, an input or the
// size of a buffer.
func (o *optimizer) ambientValue(key valueKey, n *Instr) *Instr {
	if v, ok := o.ambient[key]; ok {
		return v
	}
	o.ids++
	n.ID = o.ids
	o.prog.Values = o.ids
	o.ambient[key] = n
	return n
}

func (o *optimizer) constant(kind types.Scalar, bits uint32) *Instr {
	n := &Instr{Op: Const, Kind: kind, Bits: bits}
	return o.ambientValue(valueKey{op: Const, kind: kind, bits: bits}, n)
}

// load carries over a Load, once for each state of its memory.
func (o *optimizer) load(i *Instr) *Instr {
	n := *i
	n.Access = o.access(i.Access)
	m := n.Access.Mem
	key := valueKey{op: Load, kind: n.Kind, index: n.Parts, access: n.Access.key(), epoch: o.epoch[m]}
	if v := o.lookup(key); v != nil {
		return v
	}
	var args []*Instr
	for _, t := range n.Access.Terms {
		args = append(args, t.Index)
	}
	s := o.hoist(o.scope, args, func(e *effects) bool { return !e.changes(m) })
	o.place(&n, s)
	s.values[key] = &n
	return &n
}

// key spells an access so that equal ones are equal.
func (a *Access) key() string {
	var b strings.Builder
	put := func(n int64) {
		for range 8 {
			b.WriteByte(byte(n))
			n >>= 8
		}
	}
	put(int64(a.Mem.Kind))
	put(int64(a.Mem.ID))
	put(a.Offset)
	for _, t := range a.Terms {
		put(int64(t.Index.ID))
		put(t.Count)
		put(t.Base)
		put(t.Stride)
	}
	return b.String()
}

// ifInstr carries over an If; one that is decided becomes its branch.
func (o *optimizer) ifInstr(i *Instr, args []*Instr) (dead bool) {
	if args[0].Op == Const {
		branch := i.Else
		if args[0].Bits != 0 {
			branch = i.Body
		}
		if branch == nil {
			return false
		}
		for _, x := range branch.Code {
			if o.instr(x) {
				return true
			}
		}
		return false
	}
	n := *i
	n.Args = args
	n.Body = o.body(&n, i, i.Body)
	if i.Else != nil {
		n.Else = o.body(&n, i, i.Else)
	}
	o.forget(o.effectsOf(i))
	o.place(&n, o.scope)
	return false
}

// nested carries over a Block or Loop.
func (o *optimizer) nested(i *Instr) {
	n := *i
	o.renamed[i] = &n
	if i.Op == Loop {
		o.forget(o.effectsOf(i))
	}
	n.Body = o.body(&n, i, i.Body)
	o.forget(o.effectsOf(i))
	o.place(&n, o.scope)
}

// body rewrites a body in a scope of its own. What it came to know ends with it.
func (o *optimizer) body(owner, oldOwner *Instr, old *Body) *Body {
	made := &Body{owner: owner}
	o.scope = &scope{body: made, parent: o.scope, owner: oldOwner, values: map[valueKey]*Instr{}}
	mark := len(o.journal)
	o.rewrite(old)
	o.undo(mark)
	o.scope = o.scope.parent
	return made
}
