package soft

import (
	"pxos/wasm"
	"pxos/wgsl/flat"
	"pxos/wgsl/types"
)

// vectorSimple are the operations that one vector instruction does.
var vectorSimple = map[opKey]wasm.Op{
	{flat.Abs, types.F32}: wasm.F32x4Abs, {flat.Floor, types.F32}: wasm.F32x4Floor, {flat.Ceil, types.F32}: wasm.F32x4Ceil,
	{flat.Trunc, types.F32}: wasm.F32x4Trunc, {flat.Round, types.F32}: wasm.F32x4Nearest, {flat.Sqrt, types.F32}: wasm.F32x4Sqrt,
	{flat.Neg, types.F32}: wasm.F32x4Neg,
	{flat.Add, types.F32}: wasm.F32x4Add, {flat.Sub, types.F32}: wasm.F32x4Sub, {flat.Mul, types.F32}: wasm.F32x4Mul,
	{flat.Div, types.F32}: wasm.F32x4Div, {flat.Min, types.F32}: wasm.F32x4Pmin, {flat.Max, types.F32}: wasm.F32x4Pmax,
	{flat.Eq, types.F32}: wasm.F32x4Eq, {flat.Ne, types.F32}: wasm.F32x4Ne, {flat.Lt, types.F32}: wasm.F32x4Lt,
	{flat.Le, types.F32}: wasm.F32x4Le, {flat.Gt, types.F32}: wasm.F32x4Gt, {flat.Ge, types.F32}: wasm.F32x4Ge,

	{flat.Add, types.U32}: wasm.I32x4Add, {flat.Sub, types.U32}: wasm.I32x4Sub, {flat.Mul, types.U32}: wasm.I32x4Mul,
	{flat.And, types.U32}: wasm.V128And, {flat.Or, types.U32}: wasm.V128Or, {flat.Xor, types.U32}: wasm.V128Xor,
	{flat.Not, types.U32}: wasm.V128Not, {flat.Neg, types.U32}: wasm.I32x4Neg,
	{flat.Eq, types.U32}: wasm.I32x4Eq, {flat.Ne, types.U32}: wasm.I32x4Ne, {flat.Lt, types.U32}: wasm.I32x4LtU,
	{flat.Le, types.U32}: wasm.I32x4LeU, {flat.Gt, types.U32}: wasm.I32x4GtU, {flat.Ge, types.U32}: wasm.I32x4GeU,
	{flat.Min, types.U32}: wasm.I32x4MinU, {flat.Max, types.U32}: wasm.I32x4MaxU,

	{flat.Lt, types.I32}: wasm.I32x4LtS, {flat.Le, types.I32}: wasm.I32x4LeS, {flat.Gt, types.I32}: wasm.I32x4GtS,
	{flat.Ge, types.I32}: wasm.I32x4GeS, {flat.Min, types.I32}: wasm.I32x4MinS, {flat.Max, types.I32}: wasm.I32x4MaxS,
	{flat.Abs, types.I32}: wasm.I32x4Abs,

	{flat.And, types.Bool}: wasm.V128And, {flat.Or, types.Bool}: wasm.V128Or, {flat.Xor, types.Bool}: wasm.V128Xor,
	{flat.Eq, types.Bool}: wasm.I32x4Eq, {flat.Ne, types.Bool}: wasm.V128Xor, {flat.Not, types.Bool}: wasm.V128Not,
}

// vectorOp pushes the result of an instruction on the values of the lanes.
func (g *generator) vectorOp(i *flat.Instr) {
	kind := i.Kind
	if len(i.Args) > 0 {
		kind = i.Args[0].Kind
	}
	if op, ok := find(vectorSimple, i.Op, kind); ok && !(i.Op == flat.Abs && kind == types.U32) {
		for _, a := range i.Args {
			g.pushVector(a)
		}
		g.Do(op)
		g.roundVector(i)
		return
	}
	switch i.Op {
	case flat.Abs:
		g.pushVector(i.Args[0])
	case flat.Select:
		g.vectorSelect(i)
	case flat.Fma:
		g.vectorFma(i)
	case flat.Shl, flat.Shr:
		g.vectorShift(i)
	case flat.Div, flat.Rem:
		g.vectorDivision(i)
	case flat.CountOneBits:
		g.pushVector(i.Args[0])
		g.Do(wasm.I8x16Popcnt, wasm.I16x8ExtaddU, wasm.I32x4ExtaddU)
	case flat.CountLeadingZeros:
		g.eachLane(i, wasm.I32Clz)
	case flat.CountTrailingZeros:
		g.eachLane(i, wasm.I32Ctz)
	case flat.Convert:
		g.vectorConvert(i)
	case flat.Bitcast:
		g.vectorBitcast(i)
	}
}

// roundVector rounds what an f16 operation computed in f32.
func (g *generator) roundVector(i *flat.Instr) {
	if i.Kind == types.F16 {
		g.Call(g.halfRound())
	}
}

func (g *generator) vectorSelect(i *flat.Instr) {
	if isScalar(i.Args[0]) {
		g.pushVector(i.Args[1])
		g.pushVector(i.Args[2])
		g.pushScalar(i.Args[0])
		g.Do(wasm.SelectOp)
		return
	}
	g.pushVector(i.Args[1])
	g.pushVector(i.Args[2])
	g.pushVector(i.Args[0])
	g.bitselect()
}

// eachLane applies a scalar instruction lane by lane.
func (g *generator) eachLane(i *flat.Instr, op wasm.Op) {
	g.V128Const(0, 0, 0, 0)
	for lane := range flat.Width {
		for _, a := range i.Args {
			g.pushLane(a, lane)
		}
		g.Do(op)
		g.Lane(wasm.I32x4Replace, lane)
	}
}

// pushLane pushes one lane of an integer value.
func (g *generator) pushLane(i *flat.Instr, lane int) {
	switch {
	case i.Level == flat.Affine:
		g.pushScalar(i)
		if lane > 0 {
			g.I32Const(i.Stride * int32(lane))
			g.Do(wasm.I32Add)
		}
	case isScalar(i):
		g.pushScalar(i)
	default:
		g.pushVector(i)
		g.extract(i.Kind, lane)
	}
}

// vectorShift shifts by one amount where all lanes have the same.
func (g *generator) vectorShift(i *flat.Instr) {
	ops := [2]wasm.Op{wasm.I32x4Shl, wasm.I32Shl}
	if i.Op == flat.Shr {
		ops = [2]wasm.Op{wasm.I32x4ShrU, wasm.I32ShrU}
		if i.Kind == types.I32 {
			ops = [2]wasm.Op{wasm.I32x4ShrS, wasm.I32ShrS}
		}
	}
	if i.Args[1].Level == flat.Uniform {
		g.pushVector(i.Args[0])
		g.pushScalar(i.Args[1])
		g.Do(ops[0])
		return
	}
	g.eachLane(i, ops[1])
}

// vectorDivision divides integers as f64, which is exact for 32 bits; the divisor
// is made harmless first, as scalarDivision does.
func (g *generator) vectorDivision(i *flat.Instr) {
	x, y := i.Args[0], i.Args[1]
	if isFloat(i.Kind) { // x - y*trunc(x/y)
		g.pushVector(x)
		g.pushVector(y)
		g.pushVector(x)
		g.pushVector(y)
		g.Do(wasm.F32x4Div)
		g.roundVector(i)
		g.Do(wasm.F32x4Trunc, wasm.F32x4Mul)
		g.roundVector(i)
		g.Do(wasm.F32x4Sub)
		g.roundVector(i)
		return
	}
	convert, back := wasm.F64x2ConvertLowI32x4U, wasm.I32x4TruncSatF64x2UZero
	if i.Kind == types.I32 {
		convert, back = wasm.F64x2ConvertLowI32x4S, wasm.I32x4TruncSatF64x2SZero
	}
	divisor, quotient, dividend := g.temp(wasm.V128), g.temp(wasm.V128), g.temp(wasm.V128)
	g.pushVector(x)
	g.Set(dividend)
	g.V128Const(1, 1, 1, 1)
	g.pushVector(y)
	g.Tee(divisor)
	g.Get(divisor)
	g.V128Const(0, 0, 0, 0)
	g.Do(wasm.I32x4Eq)
	if i.Kind == types.I32 {
		g.Get(dividend)
		g.V128Const(1<<31, 1<<31, 1<<31, 1<<31)
		g.Do(wasm.I32x4Eq)
		g.Get(divisor)
		g.V128Const(^uint32(0), ^uint32(0), ^uint32(0), ^uint32(0))
		g.Do(wasm.I32x4Eq, wasm.V128And, wasm.V128Or)
	}
	g.bitselect()
	g.Set(divisor)
	half := func(high bool) {
		for _, v := range []int{dividend, divisor} {
			g.Get(v)
			if high {
				g.Get(v)
				g.Shuffle32([4]int{2, 3, 2, 3})
			}
			g.Do(convert)
		}
		g.Do(wasm.F64x2Div, back)
	}
	half(false)
	half(true)
	g.Shuffle32([4]int{0, 1, 4, 5})
	if i.Op == flat.Rem { // x - x/y*y
		g.Set(quotient)
		g.Get(dividend)
		g.Get(quotient)
		g.Get(divisor)
		g.Do(wasm.I32x4Mul, wasm.I32x4Sub)
	}
	for _, t := range []int{divisor, quotient, dividend} {
		g.giveBack(wasm.V128, t)
	}
}

// vectorFma multiplies and adds as f64, two lanes at a time.
func (g *generator) vectorFma(i *flat.Instr) {
	var args [3]int
	for n, a := range i.Args {
		args[n] = g.temp(wasm.V128)
		g.pushVector(a)
		g.Set(args[n])
	}
	for _, high := range []bool{false, true} {
		for n, v := range args {
			g.Get(v)
			if high {
				g.Get(v)
				g.Shuffle32([4]int{2, 3, 2, 3})
			}
			g.Do(wasm.F64x2PromoteLowF32x4)
			if n == 1 {
				g.Do(wasm.F64x2Mul)
			}
		}
		g.Do(wasm.F64x2Add, wasm.F32x4DemoteF64x2Zero)
	}
	g.Shuffle32([4]int{0, 1, 4, 5})
	g.roundVector(i)
	for _, v := range args {
		g.giveBack(wasm.V128, v)
	}
}

func (g *generator) vectorConvert(i *flat.Instr) {
	x := i.Args[0]
	from, to := x.Kind, i.Kind
	g.pushVector(x)
	switch {
	case to == types.Bool && isFloat(from):
		g.V128Const(0, 0, 0, 0)
		g.Do(wasm.F32x4Ne)
	case to == types.Bool:
		g.V128Const(0, 0, 0, 0)
		g.Do(wasm.I32x4Ne)
	case from == types.Bool && isFloat(to):
		one := uint32(0x3f800000)
		g.V128Const(one, one, one, one)
		g.Do(wasm.V128And)
	case from == types.Bool:
		g.V128Const(1, 1, 1, 1)
		g.Do(wasm.V128And)
	case isFloat(to) && isFloat(from):
		g.roundVector(i)
	case isFloat(to) && from == types.I32:
		g.Do(wasm.F32x4ConvertI32x4S)
		g.roundVector(i)
	case isFloat(to):
		g.Do(wasm.F32x4ConvertI32x4U)
		g.roundVector(i)
	case isFloat(from) && to == types.I32:
		g.clampVectorFloat(maxI32Float)
		g.Do(wasm.I32x4TruncSatF32x4S)
	case isFloat(from):
		g.clampVectorFloat(maxU32Float)
		g.Do(wasm.I32x4TruncSatF32x4U)
	}
}

// clampVectorFloat bounds the vector on the stack from above: pmin gives its
// first operand where they do not compare, so NaN passes.
func (g *generator) clampVectorFloat(bits uint32) {
	g.V128Const(bits, bits, bits, bits)
	g.Do(wasm.F32x4Pmin)
}

func (g *generator) vectorBitcast(i *flat.Instr) {
	g.pushVector(i.Args[0])
	switch {
	case i.Args[0].Kind == types.F16:
		g.Call(g.halfBits())
	case i.Kind == types.F16:
		g.Call(g.halfValue())
	}
}
