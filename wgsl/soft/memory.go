package soft

import (
	"pxos/wasm"
	"pxos/wgsl/flat"
	"pxos/wgsl/types"
)

// load emits a Load; its parts get locals of their own.
func (g *generator) load(i *flat.Instr) {
	a := i.Access
	if g.constantPlace(a) {
		g.loadConstantPlace(i)
		return
	}
	base := g.temp(wasm.I32)
	offset := g.pushBase(a)
	rest := g.pushUniformTerms(a)
	g.Set(base)
	g.loadLanes(i, base, offset, rest)
	g.giveBack(wasm.I32, base)
}

// loadConstantPlace loads from a base and constant offsets.
func (g *generator) loadConstantPlace(i *flat.Instr) {
	a := i.Access
	base, offset := g.base(a)
	rest := varyingTerms(a)
	at := func(p int) uint32 { return offset + uint32(int64(p)*elementBytes(a.Mem, i.Kind)) }
	switch {
	case len(rest) > 0:
		g.loadRow(i, base, offset, rest)
	case isScalar(i):
		g.eachPart(i, func(p int) {
			g.Get(base)
			g.loadScalar(i.Kind, a.Mem, at(p))
		})
	case a.Mem.Kind == flat.Lane:
		g.eachPart(i, func(p int) {
			g.Get(base)
			g.Mem(wasm.V128Load, 4, at(p))
		})
	default:
		g.eachPart(i, func(p int) {
			g.Get(base)
			g.loadScalar(i.Kind, a.Mem, at(p))
			g.splat(i.Kind)
		})
	}
}

// loadRow loads a row of lanes from lane 0's place on: as one vector, or each lane
// by a constant offset.
func (g *generator) loadRow(i *flat.Instr, first int, offset uint32, rest []flat.Term) {
	if contiguous(i.Access, i.Kind, rest) && i.Parts == 1 {
		g.Get(first)
		g.Mem(wasm.V128Load, 2, offset)
		g.Set(g.partLocal(i, 0))
		return
	}
	distance, _ := row(i.Access, rest)
	g.gatherParts(i, func(lane int) (int, uint32) { return first, offset + uint32(lane)*distance })
}

// eachPart defines every part of a load by what push leaves on the stack. The
// last comes first: once its address was found inside of the memory, so are those
// below it, and the runtime does not ask again.
func (g *generator) eachPart(i *flat.Instr, push func(p int)) {
	for p := i.Parts - 1; p >= 0; p-- {
		push(p)
		g.Set(g.partLocal(i, p))
	}
}

// partLocal is the local of one part of a load.
func (g *generator) partLocal(i *flat.Instr, p int) int {
	key := partKey{i, p}
	l, ok := g.plan.parts[key]
	if !ok {
		t := wasm.V128
		if isScalar(i) {
			t = scalarType(i.Kind)
		}
		l = g.NewLocal(t)
		g.plan.parts[key] = l
		if i.Parts == 1 {
			g.alias(i, l)
		}
	}
	return l
}

// alias makes a local the home of a value.
func (g *generator) alias(i *flat.Instr, local int) {
	if isScalar(i) {
		g.scalars[i] = local
	} else {
		g.vectors[i] = local
	}
}

// loadScalar turns the address on the stack into the value there.
func (g *generator) loadScalar(k types.Scalar, m *flat.Memory, offset uint32) {
	switch {
	case k == types.F16 && elementBytes(m, k) == 2:
		g.Mem(wasm.I32Load16U, 1, offset)
		g.Do(wasm.I32x4Splat)
		g.Call(g.halfValue())
		g.Lane(wasm.F32x4Extract, 0)
	case isFloat(k):
		g.Mem(wasm.F32Load, 2, offset)
	default:
		g.Mem(wasm.I32Load, 2, offset)
	}
}

// loadLanes loads what lies in different places for the lanes: as one vector or
// by constant offsets from lane 0's place where no lane is clamped, else by an
// address for each lane.
func (g *generator) loadLanes(i *flat.Instr, base int, offset uint32, rest []flat.Term) {
	if _, inRow := row(i.Access, rest); !inRow {
		g.gather(i, base, offset, rest)
		return
	}
	// A row within its range lies at a constant place, so there is something to ask.
	g.pushUnclamped(i.Access.Mem, rest[0])
	g.If()
	first := g.pushFirst(base, rest[0])
	g.loadRow(i, first, offset, rest)
	g.giveBack(wasm.I32, first)
	g.Else()
	g.gather(i, base, offset, rest)
	g.End()
}

// pushFirst computes the place of lane 0 into a borrowed local.
func (g *generator) pushFirst(base int, t flat.Term) int {
	first := g.temp(wasm.I32)
	g.Get(base)
	g.pushScalar(t.Index)
	g.multiply(t.Stride)
	g.Do(wasm.I32Add)
	g.Set(first)
	return first
}

// gather loads lane by lane, each clamped by itself.
func (g *generator) gather(i *flat.Instr, base int, offset uint32, rest []flat.Term) {
	m := i.Access.Mem
	offsets := g.temp(wasm.V128)
	g.pushOffsets(m, rest)
	g.Get(base)
	g.Do(wasm.I32x4Splat, wasm.I32x4Add)
	g.Set(offsets)
	var address [flat.Width]int
	for lane := range flat.Width {
		address[lane] = g.temp(wasm.I32)
		g.Get(offsets)
		g.Lane(wasm.I32x4Extract, lane)
		g.Set(address[lane])
	}
	g.gatherParts(i, func(lane int) (int, uint32) { return address[lane], offset + laneOffset(m, lane) })
	for _, l := range address {
		g.giveBack(wasm.I32, l)
	}
	g.giveBack(wasm.V128, offsets)
}

// gatherParts loads the parts of the lanes, each from the address in a local plus
// an offset. The highest come first, as in eachPart.
func (g *generator) gatherParts(i *flat.Instr, place func(lane int) (local int, offset uint32)) {
	m := i.Access.Mem
	half := i.Kind == types.F16 && elementBytes(m, i.Kind) == 2
	g.eachPart(i, func(p int) {
		part := uint32(int64(p) * elementBytes(m, i.Kind))
		word := g.partLocal(i, p)
		g.V128Const(0, 0, 0, 0)
		g.Set(word)
		for lane := flat.Width - 1; lane >= 0; lane-- {
			address, at := place(lane)
			if half {
				g.Get(word)
				g.Get(address)
				g.Mem(wasm.I32Load16U, 1, at+part)
				g.Lane(wasm.I32x4Replace, lane)
			} else {
				g.Get(address)
				g.Get(word)
				g.MemLane(wasm.V128Load32Lane, 2, at+part, lane)
			}
			g.Set(word)
		}
		g.Get(word)
		if half {
			g.Call(g.halfValue())
		}
	})
}

// laneOffset is where a lane's word lies in a row of lane memory.
func laneOffset(m *flat.Memory, lane int) uint32 {
	if m.Kind == flat.Lane {
		return uint32(4 * lane)
	}
	return 0
}

// store emits a Store for the active lanes.
func (g *generator) store(i *flat.Instr) {
	a := i.Access
	if len(varyingTerms(a)) == 0 && (a.Mem.Kind == flat.Lane || allUniform(i.Args)) {
		g.storeConstantPlace(i)
		return
	}
	base := g.temp(wasm.I32)
	offset := g.pushBase(a)
	rest := g.pushUniformTerms(a)
	g.Set(base)
	g.storeLanes(i, base, offset, rest)
	g.giveBack(wasm.I32, base)
}

// storeConstantPlace stores to one place that is the same for all lanes, or to a
// row of lane memory.
func (g *generator) storeConstantPlace(i *flat.Instr) {
	a := i.Access
	base, offset := g.base(a)
	if a.Mem.Kind == flat.Lane {
		g.storeRow(i, base, offset)
		return
	}
	for p := len(i.Args) - 1; p >= 0; p-- {
		g.Get(base)
		g.pushScalar(i.Args[p])
		g.storeScalar(i.Kind, a.Mem, offset+uint32(int64(p)*elementBytes(a.Mem, i.Kind)))
	}
}

func allUniform(args []*flat.Instr) bool {
	for _, a := range args {
		if a.Level != flat.Uniform {
			return false
		}
	}
	return true
}

// storeRow stores to lane memory where all lanes have the same index.
func (g *generator) storeRow(i *flat.Instr, base int, offset uint32) {
	for p, v := range i.Args {
		at := offset + uint32(p*4*flat.Width)
		g.Get(base)
		g.pushVector(v)
		if !g.full {
			g.Get(base)
			g.Mem(wasm.V128Load, 4, at)
			g.Get(g.mask)
			g.bitselect()
		}
		g.Mem(wasm.V128Store, 4, at)
	}
}

// storeScalar stores the scalar on the stack at the address beneath it.
func (g *generator) storeScalar(k types.Scalar, m *flat.Memory, offset uint32) {
	switch {
	case k == types.F16 && elementBytes(m, k) == 2:
		g.Do(wasm.F32x4Splat)
		g.Call(g.halfBits())
		g.Lane(wasm.I32x4Extract, 0)
		g.Mem(wasm.I32Store16, 1, offset)
	case isFloat(k):
		g.Mem(wasm.F32Store, 2, offset)
	default:
		g.Mem(wasm.I32Store, 2, offset)
	}
}

// storeLanes stores to different places for the lanes, by the same choice as
// loadLanes; the short ways want all lanes to be active besides.
func (g *generator) storeLanes(i *flat.Instr, base int, offset uint32, rest []flat.Term) {
	distance, inRow := row(i.Access, rest)
	half := elementBytes(i.Access.Mem, i.Kind) == 2
	if !inRow || half || distance < uint32(4*len(i.Args)) {
		g.scatter(i, base, offset, rest)
		return
	}
	asked := g.pushUnclamped(i.Access.Mem, rest[0])
	if !g.full {
		g.Get(g.mask)
		g.Do(wasm.I32x4AllTrue)
		if asked {
			g.Do(wasm.I32And)
		}
		asked = true
	}
	if asked {
		g.If()
	}
	first := g.pushFirst(base, rest[0])
	if contiguous(i.Access, i.Kind, rest) && len(i.Args) == 1 {
		g.Get(first)
		g.pushVector(i.Args[0])
		g.Mem(wasm.V128Store, 2, offset)
	} else {
		g.storeRows(i, first, offset, distance)
	}
	g.giveBack(wasm.I32, first)
	if asked {
		g.Else()
		g.scatter(i, base, offset, rest)
		g.End()
	}
}

// storeRows stores all parts of all lanes by constant offsets from lane 0's place.
func (g *generator) storeRows(i *flat.Instr, first int, offset, distance uint32) {
	for lane := flat.Width - 1; lane >= 0; lane-- {
		for p := len(i.Args) - 1; p >= 0; p-- {
			g.Get(first)
			g.pushVector(i.Args[p])
			g.MemLane(wasm.V128Store32Lane, 2, offset+uint32(lane)*distance+uint32(4*p), lane)
		}
	}
}

// eachActive emits body once for every lane, for the active ones only.
func (g *generator) eachActive(body func(lane int)) {
	for lane := range flat.Width {
		if !g.full {
			g.Get(g.mask)
			g.Lane(wasm.I32x4Extract, lane)
			g.If()
		}
		body(lane)
		if !g.full {
			g.End()
		}
	}
}

// scatter stores lane by lane.
func (g *generator) scatter(i *flat.Instr, base int, offset uint32, rest []flat.Term) {
	m := i.Access.Mem
	addresses := g.pushAddresses(m, base, rest)
	half := i.Kind == types.F16 && elementBytes(m, i.Kind) == 2
	values := make([]int, len(i.Args))
	for p, v := range i.Args {
		values[p] = g.temp(wasm.V128)
		g.pushVector(v)
		if half {
			g.Call(g.halfBits())
		}
		g.Set(values[p])
	}
	g.eachActive(func(lane int) {
		for p := len(i.Args) - 1; p >= 0; p-- {
			at := offset + uint32(int64(p)*elementBytes(m, i.Kind)) + laneOffset(m, lane)
			g.Get(addresses)
			g.Lane(wasm.I32x4Extract, lane)
			g.Get(values[p])
			if half {
				g.Lane(wasm.I32x4Extract, lane)
				g.Mem(wasm.I32Store16, 1, at)
			} else {
				g.MemLane(wasm.V128Store32Lane, 2, at, lane)
			}
		}
	})
	for _, v := range values {
		g.giveBack(wasm.V128, v)
	}
	g.giveBack(wasm.V128, addresses)
}

// pushAddresses computes the four lanes' addresses into a borrowed local.
func (g *generator) pushAddresses(m *flat.Memory, base int, rest []flat.Term) int {
	addresses := g.temp(wasm.V128)
	g.Get(base)
	g.Do(wasm.I32x4Splat)
	if len(rest) > 0 {
		g.pushOffsets(m, rest)
		g.Do(wasm.I32x4Add)
	}
	g.Set(addresses)
	return addresses
}

// zero clears a variable in lane memory; inactive lanes are outside of its life.
func (g *generator) zero(i *flat.Instr) {
	m := i.Access.Mem
	g.Get(g.plan.laneBase)
	g.I32Const(int32(g.layout.lane[m.ID]))
	g.Do(wasm.I32Add)
	g.I32Const(0)
	g.I32Const(int32(m.Size * flat.Width))
	g.MemoryFill()
}
