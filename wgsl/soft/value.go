package soft

import (
	"pxos/wasm"
	"pxos/wgsl/flat"
	"pxos/wgsl/types"
)

// isScalar says whether a value is kept as a scalar: the same in all lanes, or
// the value of lane 0 and a stride.
func isScalar(i *flat.Instr) bool { return i.Level != flat.Varying && i.Level != flat.Unknown }

func scalarType(k types.Scalar) wasm.ValueType {
	if k == types.F32 || k == types.F16 {
		return wasm.F32
	}
	return wasm.I32
}

func isFloat(k types.Scalar) bool { return k == types.F32 || k == types.F16 }

// pushScalar pushes the value that all lanes share, or that of lane 0.
func (g *generator) pushScalar(i *flat.Instr) {
	switch i.Op {
	case flat.Const:
		if isFloat(i.Kind) {
			g.F32Const(i.Bits)
		} else {
			g.I32Const(int32(i.Bits))
		}
	case flat.Input:
		g.pushInput(i.Input)
	case flat.BufferSize:
		g.Get(g.buffers[g.binding(i.Access.Mem)].size)
	default:
		if local, ok := g.scalars[i]; ok {
			g.Get(local)
			return
		}
		g.Get(g.vectors[i])
		g.extract(i.Kind, 0)
	}
}

// extract turns the vector on the stack into the scalar of one lane.
func (g *generator) extract(k types.Scalar, lane int) {
	if isFloat(k) {
		g.Lane(wasm.F32x4Extract, lane)
		return
	}
	g.Lane(wasm.I32x4Extract, lane)
	if k == types.Bool {
		g.I32Const(1)
		g.Do(wasm.I32And)
	}
}

// pushVector pushes the values of the four lanes. A bool is all ones or zero.
func (g *generator) pushVector(i *flat.Instr) {
	if local, ok := g.vectors[i]; ok {
		g.Get(local)
		return
	}
	switch {
	case i.Op == flat.Const && i.Kind == types.Bool:
		g.V128Const(-i.Bits, -i.Bits, -i.Bits, -i.Bits)
	case i.Op == flat.Const:
		g.V128Const(i.Bits, i.Bits, i.Bits, i.Bits)
	case i.Op == flat.Input && i.Level == flat.Varying:
		g.Get(g.inputs[i.Input])
	case i.Op == flat.Input && g.lineLanes > 0 && g.isLine(i.Input):
		g.Get(g.lineLanes)
	default:
		g.pushScalar(i)
		g.splat(i.Kind)
		if i.Level == flat.Affine {
			s := uint32(i.Stride)
			g.V128Const(0, s, 2*s, 3*s)
			g.Do(wasm.I32x4Add)
		}
	}
}

// splat turns the scalar on the stack into a vector.
func (g *generator) splat(k types.Scalar) {
	switch {
	case isFloat(k):
		g.Do(wasm.F32x4Splat)
	case k == types.Bool:
		neg := g.temp(wasm.I32)
		g.Set(neg)
		g.I32Const(0)
		g.Get(neg)
		g.Do(wasm.I32Sub, wasm.I32x4Splat)
		g.giveBack(wasm.I32, neg)
	default:
		g.Do(wasm.I32x4Splat)
	}
}

// define pops the computed value into the instruction's local.
func (g *generator) define(i *flat.Instr) {
	if isScalar(i) {
		l, ok := g.scalars[i]
		if !ok {
			l = g.NewLocal(scalarType(i.Kind))
			g.scalars[i] = l
		}
		g.Set(l)
		g.spread(i)
		return
	}
	l, ok := g.vectors[i]
	if !ok {
		l = g.NewLocal(wasm.V128)
		g.vectors[i] = l
	}
	g.Set(l)
}

// spread keeps the lanes' values of an affine value that several instructions
// want as a vector, once it is computed. Another region would find those of
// another group.
func (g *generator) spread(i *flat.Instr) {
	if _, elsewhere := g.plan.values[i]; elsewhere || i.Level != flat.Affine || g.vectorUses[i] < 2 {
		return
	}
	l := g.NewLocal(wasm.V128)
	g.pushVector(i)
	g.Set(l)
	g.vectors[i] = l
}

// countVectorUses counts, for every affine value, the instructions that want it as
// a vector.
func (g *generator) countVectorUses(b *flat.Body) {
	for _, i := range b.Code {
		if i.Level == flat.Varying || i.Op == flat.Store || i.Op == flat.Set && !slotIsScalar(i.Slot) {
			for _, a := range i.Args {
				if a.Level == flat.Affine {
					g.vectorUses[a]++
				}
			}
		}
		for _, inner := range bodies(i) {
			g.countVectorUses(inner)
		}
	}
}

// slotLocal is the local of a slot.
func (g *generator) slotLocal(s *flat.Slot) int {
	l, ok := g.slots[s]
	if !ok {
		t := wasm.V128
		if slotIsScalar(s) {
			t = scalarType(s.Kind)
		}
		l = g.NewLocal(t)
		g.slots[s] = l
	}
	return l
}

func slotIsScalar(s *flat.Slot) bool { return s.Level == flat.Uniform || s.Level == flat.Affine }

// set stores into a slot, in the active lanes only.
func (g *generator) set(i *flat.Instr) {
	l := g.slotLocal(i.Slot)
	if slotIsScalar(i.Slot) {
		g.pushScalar(i.Args[0])
		g.Set(l)
		return
	}
	g.pushVector(i.Args[0])
	if !g.full && !i.Whole {
		g.Get(l)
		g.Get(g.mask)
		g.bitselect()
	}
	g.Set(l)
}

// compute emits an instruction that computes a value from its arguments.
func (g *generator) compute(i *flat.Instr) {
	if isScalar(i) {
		g.scalarOp(i)
	} else {
		g.vectorOp(i)
	}
	g.define(i)
}

// pushInput pushes an input's scalar.
func (g *generator) pushInput(id flat.InputID) {
	switch id {
	case flat.WorkgroupX, flat.WorkgroupY, flat.WorkgroupZ:
		g.Get(paramWorkgroup + int(id-flat.WorkgroupX))
	case flat.CountX, flat.CountY, flat.CountZ:
		g.Get(paramCount + int(id-flat.CountX))
	case flat.LaneIndex:
		g.I32Const(0)
	case flat.LaneCount:
		g.I32Const(flat.Width)
	case flat.GroupIndex:
		g.Get(g.group)
	case flat.GroupCount:
		g.I32Const(int32(g.groups))
	case flat.LocalIndex:
		g.Get(g.group)
		g.I32Const(2)
		g.Do(wasm.I32Shl)
	default:
		g.Get(g.inputs[id])
	}
}

// isLine says whether an input counts the invocations of the workgroup one by one.
func (g *generator) isLine(id flat.InputID) bool {
	return id == flat.LocalIndex || id == flat.LocalX && g.prog.WorkgroupSize[0] == g.lanes
}

// groupInputs computes local_invocation_id for the group that starts.
func (g *generator) groupInputs(used func(flat.InputID) *flat.Instr) {
	size := g.prog.WorkgroupSize
	below := 1
	for axis := range 3 {
		id := flat.LocalX + flat.InputID(axis)
		i := used(id)
		if i == nil {
			below *= size[axis]
			continue
		}
		if isScalar(i) {
			if g.inputs[id] < 0 {
				g.inputs[id] = g.NewLocal(wasm.I32)
			}
			g.axisOf(below, size[axis], func() { g.pushInput(flat.LocalIndex) })
			g.Set(g.inputs[id])
		} else {
			if g.inputs[id] < 0 {
				g.inputs[id] = g.NewLocal(wasm.V128)
			}
			g.axisVector(below, size[axis])
			g.Set(g.inputs[id])
		}
		below *= size[axis]
	}
}

// axisOf pushes (index / below) % size, constants both.
func (g *generator) axisOf(below, size int, index func()) {
	if size == 1 {
		g.I32Const(0)
		return
	}
	index()
	if below > 1 {
		g.I32Const(int32(below))
		g.Do(wasm.I32DivU)
	}
	if below*size < g.groups*flat.Width {
		g.I32Const(int32(size))
		g.Do(wasm.I32RemU)
	}
}

// axisVector pushes the same for the four invocations of a group; those past the
// workgroup's end count as its last one.
func (g *generator) axisVector(below, size int) {
	index := g.temp(wasm.I32)
	g.V128Const(0, 0, 0, 0)
	for lane := range flat.Width {
		g.pushInput(flat.LocalIndex)
		g.I32Const(int32(lane))
		g.Do(wasm.I32Add)
		g.Set(index)
		g.axisOf(below, size, func() {
			g.Get(index)
			g.I32Const(int32(g.lanes - 1))
			g.Get(index)
			g.I32Const(int32(g.lanes - 1))
			g.Do(wasm.I32LtU, wasm.SelectOp)
		})
		g.Lane(wasm.I32x4Replace, lane)
	}
	g.giveBack(wasm.I32, index)
}
