package soft

import (
	"pxos/wasm"
	"pxos/wgsl/flat"
)

// construct is an If branch, Block or Loop whose code is being emitted.
type construct struct {
	instr *flat.Instr
	split bool
	exit  int // what a uniform Break jumps to: the number of open constructs there
	join  int // where lanes that have gone on meet the others again
	live  int // local, split Block or Loop: lanes that have not left it
}

// open counts the WebAssembly constructs around the code being emitted.
func (g *generator) openBlock() int {
	g.Block()
	g.plan.depth++
	return g.plan.depth
}

func (g *generator) openLoop() int {
	g.Loop()
	g.plan.depth++
	return g.plan.depth
}

func (g *generator) openIf() int {
	g.If()
	g.plan.depth++
	return g.plan.depth
}

func (g *generator) close() {
	g.End()
	g.plan.depth--
}

// jump branches to a construct by the number that opening it gave.
func (g *generator) jump(to int) { g.Br(g.plan.depth - to) }

// jumpIf branches if the condition on the stack holds. Behind a branch of its own
// the jump leaves the comparison beside its test, so that native code has one
// instruction for both; br_if to a loop has not.
func (g *generator) jumpIf(to int) {
	g.openIf()
	g.jump(to)
	g.close()
}

// jumpIfNone branches if the mask on the stack has no lane. The bit mask and the
// empty branch make one test and one jump of native code.
func (g *generator) jumpIfNone(to int) {
	g.Do(wasm.I32x4Bitmask)
	g.openIf()
	g.Else()
	g.jump(to)
	g.close()
}

// body emits the instructions of a body.
func (g *generator) body(b *flat.Body) { g.code(b.Code) }

func (g *generator) code(code []*flat.Instr) {
	g.openScope(code)
	for _, i := range code {
		g.instr(i)
	}
	g.closeScope()
}

func (g *generator) instr(i *flat.Instr) {
	switch i.Op {
	case flat.Set:
		g.set(i)
	case flat.Get:
		g.Get(g.slotLocal(i.Slot))
		g.define(i)
	case flat.Load:
		g.load(i)
	case flat.Part:
		g.alias(i, g.partLocal(i.Args[0], i.Index))
	case flat.Store:
		g.store(i)
	case flat.Zero:
		g.zero(i)
	case flat.Atomic:
		g.atomic(i)
	case flat.Exchanged:
		g.exchanged(i)
	case flat.Subgroup:
		g.subgroup(i)
	case flat.If:
		if i.Split {
			g.splitIf(i)
		} else {
			g.uniformIf(i)
		}
	case flat.Block:
		g.block(i)
	case flat.Loop:
		g.loop(i)
	case flat.Break:
		g.breakOut(i)
	default:
		g.compute(i)
	}
	g.spill(i)
}

// uniformIf branches for all lanes at once. Not all of them need come out of it:
// lanes may leave something around it, as by a return in a split If inside. (A
// Block or Loop that lanes leave apart is split itself.)
func (g *generator) uniformIf(i *flat.Instr) {
	g.pushScalar(i.Args[0])
	entered := g.full
	g.openIf()
	g.body(i.Body)
	left := g.full
	g.full = entered
	if i.Else != nil && len(i.Else.Code) > 0 {
		g.Else()
		g.body(i.Else)
	}
	g.close()
	g.full = g.full && left
}

// splitIf runs each branch for the lanes that take it.
func (g *generator) splitIf(i *flat.Instr) {
	entry, taken := g.NewLocal(wasm.V128), g.NewLocal(wasm.V128)
	full := g.full
	g.Get(g.mask)
	g.Set(entry)
	g.pushVector(i.Args[0])
	if !full {
		g.Get(entry)
		g.Do(wasm.V128And)
	}
	g.Tee(taken)
	g.Tee(g.mask)
	g.branch(i, i.Body)
	if i.Else != nil && len(i.Else.Code) > 0 {
		g.Get(entry)
		g.Get(taken)
		g.Do(wasm.V128AndNot)
		g.Tee(g.mask)
		g.branch(i, i.Else)
	}
	g.rejoin(i, entry, full)
}

// branch runs a body if the mask on the stack has a lane.
func (g *generator) branch(i *flat.Instr, b *flat.Body) {
	g.Do(wasm.I32x4Bitmask)
	at := g.openIf()
	g.full = false
	g.stack = append(g.stack, construct{instr: i, split: true, exit: at, join: at})
	g.body(b)
	g.stack = g.stack[:len(g.stack)-1]
	g.close()
}

// rejoin sets the mask after a split construct: the lanes that entered it, but
// for those that broke out of something around it. If none is left, it goes to
// where others may be.
func (g *generator) rejoin(i *flat.Instr, entry int, full bool) {
	g.Get(entry)
	if !breaksOut(i) {
		g.Set(g.mask)
		g.full = full
		return
	}
	g.full = false
	for k := len(g.stack) - 1; k >= 0; k-- {
		if c := g.stack[k]; c.split && c.instr.Op != flat.If {
			g.Get(c.live)
			g.Do(wasm.V128And)
			break
		}
	}
	g.Tee(g.mask)
	g.jumpIfNone(g.innermostSplit().join)
}

// breaksOut says whether something inside an instruction breaks to outside of it.
func breaksOut(i *flat.Instr) bool {
	inside := map[*flat.Instr]bool{}
	var search func(*flat.Instr) bool
	search = func(x *flat.Instr) bool {
		if x.Op == flat.Break {
			return !inside[x.Target]
		}
		inside[x] = true
		for _, b := range bodies(x) {
			for _, y := range b.Code {
				if search(y) {
					return true
				}
			}
		}
		return false
	}
	return search(i)
}

func (g *generator) innermostSplit() construct {
	for k := len(g.stack) - 1; k >= 0; k-- {
		if g.stack[k].split {
			return g.stack[k]
		}
	}
	return construct{join: 1}
}

func (g *generator) block(i *flat.Instr) {
	c := construct{instr: i, split: i.Split}
	full := g.full
	entry := 0
	if i.Split {
		entry, c.live = g.NewLocal(wasm.V128), g.NewLocal(wasm.V128)
		g.Get(g.mask)
		g.Tee(entry)
		g.Set(c.live)
	}
	c.exit = g.openBlock()
	c.join = c.exit
	g.stack = append(g.stack, c)
	g.body(i.Body)
	g.stack = g.stack[:len(g.stack)-1]
	g.close()
	if i.Split {
		g.rejoin(i, entry, full)
	}
}

func (g *generator) loop(i *flat.Instr) {
	c := construct{instr: i, split: i.Split}
	full := g.full
	entry := 0
	if i.Split {
		entry, c.live = g.NewLocal(wasm.V128), g.NewLocal(wasm.V128)
		g.Get(g.mask)
		g.Tee(entry)
		g.Set(c.live)
	}
	c.exit = g.openBlock()
	rounds := g.openRounds(i)
	if i.Split {
		g.Get(c.live)
		g.Set(g.mask)
		g.full = false
		c.join = g.openBlock()
	}
	g.stack = append(g.stack, c)
	g.body(i.Body)
	g.stack = g.stack[:len(g.stack)-1]
	if i.Split {
		g.close()
		g.Get(c.live)
		g.jumpIfNone(c.exit)
	}
	g.closeRounds(rounds)
	g.close()
	if i.Split {
		g.rejoin(i, entry, full)
	}
}

// rounds are the two WebAssembly loops that make a loop of the program: the inner
// one goes round until the fuel is used up, the outer one asks for more. So the
// call stands outside of the inner loop, and does not drive its values out of
// their registers.
type rounds struct{ outer, inner int }

// openRounds opens both. The host is asked whether the program may go on, and is
// told the loop; no fuel ends the program.
func (g *generator) openRounds(i *flat.Instr) rounds {
	var r rounds
	r.outer = g.openLoop()
	g.Get(g.fuel)
	g.Do(wasm.I32Eqz)
	g.If()
	g.I32Const(int32(len(g.loops)))
	g.Call(g.refuel)
	g.Tee(g.fuel)
	g.Do(wasm.I32Eqz)
	g.If()
	g.Do(wasm.Unreachable)
	g.End()
	g.End()
	g.loops = append(g.loops, i.Span)
	r.inner = g.openLoop()
	return r
}

// closeRounds counts a round and begins the next one.
func (g *generator) closeRounds(r rounds) {
	g.Get(g.fuel)
	g.I32Const(1)
	g.Do(wasm.I32Sub)
	g.Tee(g.fuel)
	g.jumpIf(r.inner)
	g.jump(r.outer)
	g.close()
	g.close()
}

// breakOut leaves the target: with a jump where all lanes go together, else by
// leaving the masks on the way.
func (g *generator) breakOut(i *flat.Instr) {
	k := len(g.stack) - 1
	for g.stack[k].instr != i.Target {
		k--
	}
	if !i.Target.Split {
		g.jump(g.stack[k].exit)
		return
	}
	for n := len(g.stack) - 1; n >= k; n-- {
		c := g.stack[n]
		if c.split && c.instr.Op != flat.If {
			g.Get(c.live)
			g.Get(g.mask)
			g.Do(wasm.V128AndNot)
			g.Set(c.live)
		}
	}
	g.jump(g.innermostSplit().join)
}
