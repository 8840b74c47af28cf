package soft

import (
	"pxos/wasm"
	"pxos/wgsl/flat"
	"pxos/wgsl/types"
)

var atomicRMW = map[flat.AtomicOp]byte{
	flat.AtomicAdd: wasm.AtomicAdd, flat.AtomicSub: wasm.AtomicSub, flat.AtomicAnd: wasm.AtomicAnd,
	flat.AtomicOr: wasm.AtomicOr, flat.AtomicXor: wasm.AtomicXor, flat.AtomicExchange: wasm.AtomicXchg,
}

var plainRMW = map[flat.AtomicOp]wasm.Op{
	flat.AtomicAdd: wasm.I32Add, flat.AtomicSub: wasm.I32Sub, flat.AtomicAnd: wasm.I32And,
	flat.AtomicOr: wasm.I32Or, flat.AtomicXor: wasm.I32Xor,
}

// atomic emits an atomic operation, one active lane after the other. Workgroup
// memory belongs to one goroutine, so there plain instructions do.
func (g *generator) atomic(i *flat.Instr) {
	if i.Atomic == flat.AtomicLoad {
		// An aligned word of a vector is loaded whole on every host of wazero.
		g.load(i)
		return
	}
	a := i.Access
	base, old := g.temp(wasm.I32), g.temp(wasm.I32)
	offset := g.pushBase(a)
	rest := g.pushUniformTerms(a)
	g.Set(base)
	if isScalar(i) {
		g.atomicLane(i, offset, base, old, func(v *flat.Instr) { g.pushScalar(v) })
		if i.HasResult() {
			g.Get(old)
			g.define(i)
		}
	} else {
		addresses := g.pushAddresses(a.Mem, base, rest)
		result := g.resultLocal(i)
		g.eachActive(func(lane int) {
			g.Get(addresses)
			g.Lane(wasm.I32x4Extract, lane)
			g.Set(base)
			g.atomicLane(i, offset, base, old, func(v *flat.Instr) { g.pushLane(v, lane) })
			if i.HasResult() && i.Uses > 0 {
				g.Get(result)
				g.Get(old)
				g.Lane(wasm.I32x4Replace, lane)
				g.Set(result)
			}
		})
		g.giveBack(wasm.V128, addresses)
	}
	g.giveBack(wasm.I32, base)
	g.giveBack(wasm.I32, old)
}

// resultLocal is the vector local of a value that is filled lane by lane.
func (g *generator) resultLocal(i *flat.Instr) int {
	l, ok := g.vectors[i]
	if !ok {
		l = g.NewLocal(wasm.V128)
		g.vectors[i] = l
	}
	return l
}

// atomicLane does the operation at the address in base and leaves the old value
// in old.
func (g *generator) atomicLane(i *flat.Instr, offset uint32, base, old int, push func(*flat.Instr)) {
	shared := i.Access.Mem.Kind == flat.Buffer
	switch {
	case i.Atomic == flat.AtomicStore && shared:
		g.Get(base)
		push(i.Args[0])
		g.Atomic(wasm.AtomicStore, offset)
	case i.Atomic == flat.AtomicStore:
		g.Get(base)
		push(i.Args[0])
		g.Mem(wasm.I32Store, 2, offset)
	case !shared:
		g.plainAtomic(i, offset, base, old, push)
	case i.Atomic == flat.AtomicCompareExchange:
		g.Get(base)
		push(i.Args[0])
		push(i.Args[1])
		g.Atomic(wasm.AtomicCmpxchg, offset)
		g.Set(old)
	case i.Atomic == flat.AtomicMin || i.Atomic == flat.AtomicMax:
		g.atomicExtreme(i, offset, base, old, push)
	default:
		g.Get(base)
		push(i.Args[0])
		g.Atomic(atomicRMW[i.Atomic], offset)
		g.Set(old)
	}
}

// plainAtomic reads, changes and writes memory that nobody else touches.
func (g *generator) plainAtomic(i *flat.Instr, offset uint32, base, old int, push func(*flat.Instr)) {
	g.Get(base)
	g.Get(base)
	g.Mem(wasm.I32Load, 2, offset)
	g.Set(old)
	g.newValue(i, old, push)
	g.Mem(wasm.I32Store, 2, offset)
}

// newValue pushes what an operation makes of the old value.
func (g *generator) newValue(i *flat.Instr, old int, push func(*flat.Instr)) {
	switch i.Atomic {
	case flat.AtomicExchange:
		push(i.Args[0])
	case flat.AtomicCompareExchange:
		push(i.Args[1])
		g.Get(old)
		g.Get(old)
		push(i.Args[0])
		g.Do(wasm.I32Eq, wasm.SelectOp)
	case flat.AtomicMin, flat.AtomicMax:
		less := wasm.I32LtU
		if i.Kind == types.I32 {
			less = wasm.I32LtS
		}
		g.Get(old)
		push(i.Args[0])
		if i.Atomic == flat.AtomicMin {
			g.Get(old)
			push(i.Args[0])
		} else {
			push(i.Args[0])
			g.Get(old)
		}
		g.Do(less, wasm.SelectOp)
	default:
		g.Get(old)
		push(i.Args[0])
		g.Do(plainRMW[i.Atomic])
	}
}

// atomicExtreme does min and max, which WebAssembly lacks, by compare-exchange
// until nobody came between; what changes nothing is not written.
func (g *generator) atomicExtreme(i *flat.Instr, offset uint32, base, old int, push func(*flat.Instr)) {
	made := g.temp(wasm.I32)
	g.Block()
	g.Loop()
	g.Get(base)
	g.Mem(wasm.I32Load, 2, offset) // aligned, so no less atomic, and cheaper
	g.Set(old)
	g.newValue(i, old, push)
	g.Tee(made)
	g.Get(old)
	g.Do(wasm.I32Eq)
	g.BrIf(1)
	g.Get(base)
	g.Get(old)
	g.Get(made)
	g.Atomic(wasm.AtomicCmpxchg, offset)
	g.Get(old)
	g.Do(wasm.I32Ne)
	g.BrIf(0)
	g.End()
	g.End()
	g.giveBack(wasm.I32, made)
}

// exchanged is whether a compare-exchange found what it compared with.
func (g *generator) exchanged(i *flat.Instr) {
	a := i.Args[0]
	if isScalar(i) {
		g.pushScalar(a)
		g.pushScalar(a.Args[0])
		g.Do(wasm.I32Eq)
	} else {
		g.pushVector(a)
		g.pushVector(a.Args[0])
		g.Do(wasm.I32x4Eq)
	}
	g.define(i)
}
