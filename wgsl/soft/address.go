package soft

import (
	"math"

	"pxos/wasm"
	"pxos/wgsl/flat"
	"pxos/wgsl/types"
)

// elementBytes is the distance between components in a memory.
func elementBytes(m *flat.Memory, k types.Scalar) int64 {
	if m.Kind == flat.Lane {
		return 4 * flat.Width
	}
	if m.Kind == flat.Buffer || m.Kind == flat.Workgroup {
		return int64(flat.ElemBits(k) / 8)
	}
	return 4
}

// scale is the number of bytes that one unit of an access's offsets stands for.
func scale(m *flat.Memory) int64 {
	if m.Kind == flat.Lane {
		return 4 * flat.Width
	}
	return 1
}

// pushBase pushes where a memory begins; offset must be added by the instruction
// that uses the address.
func (g *generator) pushBase(a *flat.Access) (offset uint32) {
	at := a.Offset * scale(a.Mem)
	g.pushStart(a.Mem)
	switch a.Mem.Kind {
	case flat.Workgroup:
		at += int64(g.layout.workgroup[a.Mem.ID])
	case flat.Lane:
		at += int64(g.layout.lane[a.Mem.ID])
	}
	return uint32(at)
}

// pushBound pushes the largest index that a term allows.
func (g *generator) pushBound(m *flat.Memory, t flat.Term) {
	if t.Count > 0 {
		g.I32Const(int32(t.Count - 1))
		return
	}
	g.Get(g.runtimeBound(m, t))
}

// inRange says whether an index, for all four lanes, is known to be within a term.
func (g *generator) inRange(t flat.Term) bool {
	return t.Count > 0 && g.upperBound(t.Index, 8) < t.Count
}

// upperBound is a bound on a value taken as u32, in any lane of a group.
func (g *generator) upperBound(i *flat.Instr, depth int) int64 {
	if depth == 0 {
		return math.MaxUint32
	}
	arg := func(k int) int64 { return g.upperBound(i.Args[k], depth-1) }
	bound := int64(math.MaxUint32)
	switch i.Op {
	case flat.Const:
		return int64(i.Bits)
	case flat.Input:
		return g.inputBound(i)
	case flat.Get:
		if i.Below > 0 {
			return i.Below - 1
		}
	case flat.And:
		bound = min(arg(0), arg(1))
	case flat.Min:
		if i.Kind == types.U32 {
			bound = min(arg(0), arg(1))
		}
	case flat.Shr:
		if i.Kind == types.U32 && i.Args[1].Op == flat.Const {
			bound = arg(0) >> (i.Args[1].Bits & 31)
		}
	case flat.Rem:
		if i.Kind == types.U32 && i.Args[1].Op == flat.Const && i.Args[1].Bits > 0 {
			bound = int64(i.Args[1].Bits) - 1
		}
	case flat.Add:
		bound = arg(0) + arg(1)
	case flat.Sub: // x - min(x, y) goes down and not below zero
		if m := i.Args[1]; m.Op == flat.Min && m.Kind == types.U32 && (m.Args[0] == i.Args[0] || m.Args[1] == i.Args[0]) {
			bound = arg(0)
		}
	case flat.Mul:
		x, y := arg(0), arg(1)
		if y == 0 || x <= math.MaxUint32/max(y, 1) {
			bound = x * y
		}
	case flat.Shl:
		if i.Args[1].Op == flat.Const {
			bound = arg(0) << (i.Args[1].Bits & 31)
		}
	case flat.Select:
		bound = max(arg(1), arg(2))
	case flat.Bitcast:
		if i.Args[0].Kind == types.I32 || i.Args[0].Kind == types.U32 {
			bound = arg(0)
		}
	}
	return min(bound, math.MaxUint32)
}

// inputBound bounds an input; lanes past the workgroup's end may pass its size.
func (g *generator) inputBound(i *flat.Instr) int64 {
	if g.lanes%flat.Width != 0 {
		return math.MaxUint32
	}
	switch i.Input {
	case flat.LocalX, flat.LocalY, flat.LocalZ:
		return int64(g.prog.WorkgroupSize[i.Input-flat.LocalX]) - 1
	case flat.LocalIndex:
		return int64(g.lanes) - 1
	case flat.LaneIndex:
		return flat.Width - 1
	}
	return math.MaxUint32
}

// pushUniformTerms adds the terms that are the same in all lanes to the address
// on the stack and gives the others.
func (g *generator) pushUniformTerms(a *flat.Access) (rest []flat.Term) {
	for _, t := range a.Terms {
		if t.Index.Level != flat.Uniform {
			rest = append(rest, t)
			continue
		}
		g.pushClamped(a.Mem, t)
		g.multiply(t.Stride * scale(a.Mem))
		g.Do(wasm.I32Add)
	}
	return rest
}

// pushClamped pushes a scalar index, at most its bound.
func (g *generator) pushClamped(m *flat.Memory, t flat.Term) {
	if g.inRange(t) {
		g.pushScalar(t.Index)
		return
	}
	g.pushScalar(t.Index)
	g.pushBound(m, t)
	g.pushScalar(t.Index)
	g.pushBound(m, t)
	g.Do(wasm.I32LtU, wasm.SelectOp)
}

// multiply multiplies the i32 on the stack by a constant.
func (g *generator) multiply(by int64) {
	if by == 1 {
		return
	}
	if by&(by-1) == 0 {
		n := int32(0)
		for ; by > 1; by >>= 1 {
			n++
		}
		g.I32Const(n)
		g.Do(wasm.I32Shl)
		return
	}
	g.I32Const(int32(by))
	g.Do(wasm.I32Mul)
}

// multiplyVector multiplies the vector on the stack by a constant. Native code
// adds faster than it shifts by a constant.
func (g *generator) multiplyVector(by int64) {
	switch {
	case by == 1:
	case by == 2 || by == 4:
		v := g.temp(wasm.V128)
		for ; by > 1; by >>= 1 {
			g.Tee(v)
			g.Get(v)
			g.Do(wasm.I32x4Add)
		}
		g.giveBack(wasm.V128, v)
	case by&(by-1) == 0:
		shift := int32(0)
		for ; by > 1; by >>= 1 {
			shift++
		}
		g.I32Const(shift)
		g.Do(wasm.I32x4Shl)
	default:
		b := uint32(by)
		g.V128Const(b, b, b, b)
		g.Do(wasm.I32x4Mul)
	}
}

// pushOffsets pushes the vector of what the varying terms add to the address.
func (g *generator) pushOffsets(m *flat.Memory, terms []flat.Term) {
	for n, t := range terms {
		g.pushVector(t.Index)
		if !g.inRange(t) {
			g.pushBound(m, t)
			g.Do(wasm.I32x4Splat, wasm.I32x4MinU)
		}
		g.multiplyVector(t.Stride * scale(m))
		if n > 0 {
			g.Do(wasm.I32x4Add)
		}
	}
}

// contiguous says whether the four lanes' words follow each other in memory, as
// long as none of them is clamped.
func contiguous(a *flat.Access, k types.Scalar, rest []flat.Term) bool {
	return len(rest) == 1 && a.Mem.Kind != flat.Lane && flat.ElemBits(k) == 32 &&
		rest[0].Index.Level == flat.Affine && int64(rest[0].Index.Stride)*rest[0].Stride == 4
}

// maxRowDistance bounds the bytes from lane to lane for which constant offsets
// from one address serve.
const maxRowDistance = 1 << 12

// row gives the distance in bytes from lane to lane where it is the same constant
// for all, as long as no lane is clamped.
func row(a *flat.Access, rest []flat.Term) (distance uint32, ok bool) {
	if len(rest) != 1 || a.Mem.Kind == flat.Lane || rest[0].Index.Level != flat.Affine || rest[0].Index.Stride <= 0 {
		return 0, false
	}
	d := int64(rest[0].Index.Stride) * rest[0].Stride
	return uint32(d), d <= maxRowDistance
}

// pushUnclamped pushes whether none of the four lanes of a row is clamped, and
// says whether that had to be asked at all.
func (g *generator) pushUnclamped(m *flat.Memory, t flat.Term) (asked bool) {
	if g.inRange(t) {
		return false
	}
	last := int64(t.Index.Stride) * (flat.Width - 1)
	g.pushScalar(t.Index)
	if t.Count > 0 {
		g.I32Const(int32(max(t.Count-last, 0)))
	} else {
		g.Get(g.rowStarts(m, t, int32(last)))
	}
	g.Do(wasm.I32LtU)
	return true
}

// rowStarts computes, once, how many indices of a runtime-sized array have last
// more behind them.
func (g *generator) rowStarts(m *flat.Memory, t flat.Term, last int32) int {
	return g.rows[rowKey{boundKey{m, t.Base, t.Stride}, last}]
}

// prepareRows computes the rowStarts of an access, if it may need them.
func (g *generator) prepareRows(a *flat.Access) {
	for _, t := range a.Terms {
		if t.Count > 0 || t.Index.Level != flat.Affine {
			continue
		}
		last := t.Index.Stride * (flat.Width - 1)
		key := rowKey{boundKey{a.Mem, t.Base, t.Stride}, last}
		if _, done := g.rows[key]; done || last <= 0 {
			continue
		}
		bound := g.runtimeBound(a.Mem, t)
		l := g.NewLocal(wasm.I32)
		g.Get(bound)
		g.I32Const(last - 1)
		g.Do(wasm.I32Sub)
		g.I32Const(0)
		g.Get(bound)
		g.I32Const(last)
		g.Do(wasm.I32GeU, wasm.SelectOp)
		g.Set(l)
		g.rows[key] = l
	}
}
