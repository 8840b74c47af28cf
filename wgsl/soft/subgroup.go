package soft

import (
	"math"

	"pxos/wasm"
	"pxos/wgsl/flat"
	"pxos/wgsl/types"
)

// subgroup emits an operation over the active lanes of the group.
func (g *generator) subgroup(i *flat.Instr) {
	switch i.Lanes {
	case flat.SubgroupBallot:
		g.pushVector(i.Args[0])
		g.Get(g.mask)
		g.Do(wasm.V128And, wasm.I32x4Bitmask)
		g.give(i)
	case flat.SubgroupElect:
		g.V128Const(0, 1, 2, 3)
		g.pushFirstLane()
		g.Do(wasm.I32x4Splat, wasm.I32x4Eq)
		g.giveVector(i)
	case flat.SubgroupFirst:
		g.toScratch(i.Args[0])
		g.Get(paramWork)
		g.pushFirstLane()
		g.multiply(4)
		g.Do(wasm.I32Add)
		g.Mem(wasm.V128Load32Splat, 2, 0)
		g.giveVector(i)
	case flat.SubgroupShuffle, flat.SubgroupShuffleXor, flat.SubgroupShuffleUp, flat.SubgroupShuffleDown:
		g.shuffle(i)
	case flat.SubgroupExclusiveAdd, flat.SubgroupExclusiveMul, flat.SubgroupInclusiveAdd, flat.SubgroupInclusiveMul:
		g.scan(i)
	default:
		g.reduce(i)
	}
}

// give takes the scalar on the stack, which all lanes share.
func (g *generator) give(i *flat.Instr) {
	if !isScalar(i) {
		g.splat(i.Kind)
	}
	g.define(i)
}

// giveVector takes the vector on the stack.
func (g *generator) giveVector(i *flat.Instr) {
	if isScalar(i) {
		g.extract(i.Kind, 0)
	}
	g.define(i)
}

// pushFirstLane pushes the lowest active lane.
func (g *generator) pushFirstLane() {
	g.Get(g.mask)
	g.Do(wasm.I32x4Bitmask, wasm.I32Ctz)
}

// toScratch writes a value where lanes can be read by number.
func (g *generator) toScratch(v *flat.Instr) {
	g.Get(paramWork)
	g.pushVector(v)
	g.Mem(wasm.V128Store, 4, 0)
}

// shuffle reads other lanes; a number past the subgroup wraps, as its result is
// any value.
func (g *generator) shuffle(i *flat.Instr) {
	g.toScratch(i.Args[0])
	result := g.NewLocal(wasm.V128)
	g.V128Const(0, 0, 0, 0)
	g.Set(result)
	for lane := range flat.Width {
		g.Get(paramWork)
		n := i.Args[1]
		switch i.Lanes {
		case flat.SubgroupShuffle:
			g.pushLane(n, lane)
		case flat.SubgroupShuffleXor:
			g.pushLane(n, lane)
			g.I32Const(int32(lane))
			g.Do(wasm.I32Xor)
		case flat.SubgroupShuffleUp:
			g.I32Const(int32(lane))
			g.pushLane(n, lane)
			g.Do(wasm.I32Sub)
		default:
			g.I32Const(int32(lane))
			g.pushLane(n, lane)
			g.Do(wasm.I32Add)
		}
		g.I32Const(flat.Width - 1)
		g.Do(wasm.I32And)
		g.multiply(4)
		g.Do(wasm.I32Add)
		g.Get(result)
		g.MemLane(wasm.V128Load32Lane, 2, 0, lane)
		g.Set(result)
	}
	g.Get(result)
	g.giveVector(i)
}

// combination is how two lanes are combined, and what changes nothing.
type combination struct {
	op       flat.Op
	identity uint32
}

func (g *generator) combinationOf(i *flat.Instr) combination {
	one := uint32(1)
	if isFloat(i.Kind) {
		one = math.Float32bits(1)
	}
	switch i.Lanes {
	case flat.SubgroupMul, flat.SubgroupExclusiveMul, flat.SubgroupInclusiveMul:
		return combination{flat.Mul, one}
	case flat.SubgroupMin:
		return combination{flat.Min, map[types.Scalar]uint32{
			types.I32: math.MaxInt32, types.U32: math.MaxUint32, types.F32: 0x7f800000, types.F16: 0x7f800000}[i.Kind]}
	case flat.SubgroupMax:
		return combination{flat.Max, map[types.Scalar]uint32{
			types.I32: 1 << 31, types.U32: 0, types.F32: 0xff800000, types.F16: 0xff800000}[i.Kind]}
	case flat.SubgroupAnd:
		return combination{flat.And, math.MaxUint32}
	case flat.SubgroupOr:
		return combination{flat.Or, 0}
	case flat.SubgroupXor:
		return combination{flat.Xor, 0}
	}
	return combination{flat.Add, 0}
}

// activeOrIdentity leaves the argument in a new local, inactive lanes neutral.
func (g *generator) activeOrIdentity(i *flat.Instr, c combination) int {
	v := g.NewLocal(wasm.V128)
	g.pushVector(i.Args[0])
	if !g.full {
		g.V128Const(same(c.identity))
		g.Get(g.mask)
		g.bitselect()
	}
	g.Set(v)
	return v
}

func (g *generator) combine(i *flat.Instr, c combination) {
	op, _ := find(vectorSimple, c.op, i.Kind)
	g.Do(op)
	g.roundVector(i)
}

// reduce combines all lanes.
func (g *generator) reduce(i *flat.Instr) {
	c := g.combinationOf(i)
	v := g.activeOrIdentity(i, c)
	for _, order := range [][4]int{{1, 0, 3, 2}, {2, 3, 0, 1}} {
		g.Get(v)
		g.Get(v)
		g.Get(v)
		g.Shuffle32(order)
		g.combine(i, c)
		g.Set(v)
	}
	g.Get(v)
	g.giveVector(i)
}

// scan combines each lane with those before it.
func (g *generator) scan(i *flat.Instr) {
	c := g.combinationOf(i)
	v := g.activeOrIdentity(i, c)
	shift := func(order [4]int) {
		g.V128Const(same(c.identity))
		g.Get(v)
		g.Shuffle32(order)
	}
	if i.Lanes == flat.SubgroupExclusiveAdd || i.Lanes == flat.SubgroupExclusiveMul {
		shift([4]int{0, 4, 5, 6})
		g.Set(v)
	}
	for _, order := range [][4]int{{0, 4, 5, 6}, {0, 1, 4, 5}} {
		g.Get(v)
		shift(order)
		g.combine(i, c)
		g.Set(v)
	}
	g.Get(v)
	g.giveVector(i)
}
