package soft

import (
	"pxos/wasm"
	"pxos/wgsl/flat"
	"pxos/wgsl/types"
)

// opKey finds the instruction for an operation on a kind of argument.
type opKey struct {
	op   flat.Op
	kind types.Scalar
}

// scalarSimple are the operations that one instruction does.
var scalarSimple = map[opKey]wasm.Op{
	{flat.Abs, types.F32}: wasm.F32Abs, {flat.Floor, types.F32}: wasm.F32Floor, {flat.Ceil, types.F32}: wasm.F32Ceil,
	{flat.Trunc, types.F32}: wasm.F32Trunc, {flat.Round, types.F32}: wasm.F32Nearest, {flat.Sqrt, types.F32}: wasm.F32Sqrt,
	{flat.Neg, types.F32}: wasm.F32Neg,
	{flat.Add, types.F32}: wasm.F32Add, {flat.Sub, types.F32}: wasm.F32Sub, {flat.Mul, types.F32}: wasm.F32Mul,
	{flat.Div, types.F32}: wasm.F32Div, {flat.Eq, types.F32}: wasm.F32Eq, {flat.Ne, types.F32}: wasm.F32Ne,
	{flat.Lt, types.F32}: wasm.F32Lt, {flat.Le, types.F32}: wasm.F32Le, {flat.Gt, types.F32}: wasm.F32Gt, {flat.Ge, types.F32}: wasm.F32Ge,

	{flat.Add, types.U32}: wasm.I32Add, {flat.Sub, types.U32}: wasm.I32Sub, {flat.Mul, types.U32}: wasm.I32Mul,
	{flat.And, types.U32}: wasm.I32And, {flat.Or, types.U32}: wasm.I32Or, {flat.Xor, types.U32}: wasm.I32Xor,
	{flat.Shl, types.U32}: wasm.I32Shl, {flat.Shr, types.U32}: wasm.I32ShrU,
	{flat.Eq, types.U32}: wasm.I32Eq, {flat.Ne, types.U32}: wasm.I32Ne, {flat.Lt, types.U32}: wasm.I32LtU,
	{flat.Le, types.U32}: wasm.I32LeU, {flat.Gt, types.U32}: wasm.I32GtU, {flat.Ge, types.U32}: wasm.I32GeU,
	{flat.CountLeadingZeros, types.U32}: wasm.I32Clz, {flat.CountTrailingZeros, types.U32}: wasm.I32Ctz,
	{flat.CountOneBits, types.U32}: wasm.I32Popcnt,

	{flat.Shr, types.I32}: wasm.I32ShrS, {flat.Lt, types.I32}: wasm.I32LtS, {flat.Le, types.I32}: wasm.I32LeS,
	{flat.Gt, types.I32}: wasm.I32GtS, {flat.Ge, types.I32}: wasm.I32GeS,

	{flat.And, types.Bool}: wasm.I32And, {flat.Or, types.Bool}: wasm.I32Or, {flat.Xor, types.Bool}: wasm.I32Xor,
	{flat.Eq, types.Bool}: wasm.I32Eq, {flat.Ne, types.Bool}: wasm.I32Ne, {flat.Not, types.Bool}: wasm.I32Eqz,
}

// find looks an operation up, f16 as f32 and i32 as u32 where they do not differ.
func find(table map[opKey]wasm.Op, op flat.Op, kind types.Scalar) (wasm.Op, bool) {
	if w, ok := table[opKey{op, kind}]; ok {
		return w, true
	}
	switch kind {
	case types.F16:
		kind = types.F32
	case types.I32:
		kind = types.U32
	}
	w, ok := table[opKey{op, kind}]
	return w, ok
}

// scalarOp pushes the result of an instruction on scalars.
func (g *generator) scalarOp(i *flat.Instr) {
	kind := i.Kind
	if len(i.Args) > 0 {
		kind = i.Args[0].Kind
	}
	operation, args := turnAnd(i)
	if op, ok := find(scalarSimple, operation, kind); ok {
		for _, a := range args {
			g.pushScalar(a)
		}
		g.Do(op)
		g.roundScalar(i)
		return
	}
	switch i.Op {
	case flat.Neg:
		g.I32Const(0)
		g.pushScalar(i.Args[0])
		g.Do(wasm.I32Sub)
	case flat.Not:
		g.pushScalar(i.Args[0])
		g.I32Const(-1)
		g.Do(wasm.I32Xor)
	case flat.Select:
		g.pushScalar(i.Args[1])
		g.pushScalar(i.Args[2])
		g.pushScalar(i.Args[0])
		g.Do(wasm.SelectOp)
	case flat.Fma:
		for n, a := range i.Args {
			g.pushScalar(a)
			g.Do(wasm.F64PromoteF32)
			if n == 1 {
				g.Do(wasm.F64Mul)
			}
		}
		g.Do(wasm.F64Add, wasm.F32DemoteF64)
		g.roundScalar(i)
	case flat.Min, flat.Max:
		g.scalarMinMax(i)
	case flat.Abs:
		g.scalarAbs(i)
	case flat.Div, flat.Rem:
		g.scalarDivision(i)
	case flat.Convert:
		g.scalarConvert(i)
	case flat.Bitcast:
		g.scalarBitcast(i)
	}
}

// turned are comparisons with their sides changed.
var turned = map[flat.Op]flat.Op{flat.Lt: flat.Gt, flat.Gt: flat.Lt, flat.Le: flat.Ge, flat.Ge: flat.Le}

// turnAnd puts the result of an And on the left of a comparison: of "0 < (a & b)" wazero
// 1.12 makes a test of a & b with the flags of "(a & b) < 0", on amd64 and arm64.
func turnAnd(i *flat.Instr) (flat.Op, []*flat.Instr) {
	if op, ok := turned[i.Op]; ok && i.Args[1].Op == flat.And && i.Args[0].Op != flat.And {
		return op, []*flat.Instr{i.Args[1], i.Args[0]}
	}
	return i.Op, i.Args
}

// roundScalar rounds what an f16 operation computed in f32.
func (g *generator) roundScalar(i *flat.Instr) {
	if i.Kind == types.F16 {
		g.Do(wasm.F32x4Splat)
		g.Call(g.halfRound())
		g.Lane(wasm.F32x4Extract, 0)
	}
}

// scalarMinMax is b < a ? b : a for Min, a < b ? b : a for Max.
func (g *generator) scalarMinMax(i *flat.Instr) {
	less, _ := find(scalarSimple, flat.Lt, i.Kind)
	a, b := i.Args[0], i.Args[1]
	g.pushScalar(b)
	g.pushScalar(a)
	if i.Op == flat.Min {
		g.pushScalar(b)
		g.pushScalar(a)
	} else {
		g.pushScalar(a)
		g.pushScalar(b)
	}
	g.Do(less, wasm.SelectOp)
}

func (g *generator) scalarAbs(i *flat.Instr) {
	if i.Kind == types.U32 {
		g.pushScalar(i.Args[0])
		return
	}
	g.I32Const(0)
	g.pushScalar(i.Args[0])
	g.Do(wasm.I32Sub)
	g.pushScalar(i.Args[0])
	g.pushScalar(i.Args[0])
	g.I32Const(0)
	g.Do(wasm.I32LtS, wasm.SelectOp)
}

// scalarDivision divides with a divisor that cannot trap: 1 in place of 0 and of
// what overflows. x%0 and MIN%-1 are then 0, x/0 is x and MIN/-1 is MIN.
func (g *generator) scalarDivision(i *flat.Instr) {
	x, y := i.Args[0], i.Args[1]
	if isFloat(i.Kind) { // x - y*trunc(x/y)
		g.pushScalar(x)
		g.pushScalar(y)
		g.pushScalar(x)
		g.pushScalar(y)
		g.Do(wasm.F32Div)
		g.roundScalar(i)
		g.Do(wasm.F32Trunc, wasm.F32Mul)
		g.roundScalar(i)
		g.Do(wasm.F32Sub)
		g.roundScalar(i)
		return
	}
	g.pushScalar(x)
	g.I32Const(1)
	g.pushScalar(y)
	g.pushScalar(y)
	g.Do(wasm.I32Eqz)
	if i.Kind == types.I32 {
		g.pushScalar(x)
		g.I32Const(-1 << 31)
		g.Do(wasm.I32Eq)
		g.pushScalar(y)
		g.I32Const(-1)
		g.Do(wasm.I32Eq, wasm.I32And, wasm.I32Or)
	}
	g.Do(wasm.SelectOp)
	switch {
	case i.Op == flat.Div && i.Kind == types.I32:
		g.Do(wasm.I32DivS)
	case i.Op == flat.Div:
		g.Do(wasm.I32DivU)
	case i.Kind == types.I32:
		g.Do(wasm.I32RemS)
	default:
		g.Do(wasm.I32RemU)
	}
}

// The largest f32 that i32 and u32 can hold.
const (
	maxI32Float = 0x4effffff
	maxU32Float = 0x4f7fffff
)

func (g *generator) scalarConvert(i *flat.Instr) {
	x := i.Args[0]
	from, to := x.Kind, i.Kind
	switch {
	case to == types.Bool:
		g.pushScalar(x)
		if isFloat(from) {
			g.F32Const(0)
			g.Do(wasm.F32Ne)
		} else {
			g.I32Const(0)
			g.Do(wasm.I32Ne)
		}
	case isFloat(to) && isFloat(from):
		g.pushScalar(x)
		g.roundScalar(i)
	case isFloat(to):
		g.pushScalar(x)
		if from == types.I32 {
			g.Do(wasm.F32ConvertI32S)
		} else {
			g.Do(wasm.F32ConvertI32U)
		}
		g.roundScalar(i)
	case isFloat(from) && to == types.I32:
		g.pushScalar(x)
		g.clampScalarFloat(maxI32Float)
		g.Do(wasm.I32TruncSatF32S)
	case isFloat(from):
		g.pushScalar(x)
		g.clampScalarFloat(maxU32Float)
		g.Do(wasm.I32TruncSatF32U)
	default:
		g.pushScalar(x)
	}
}

// clampScalarFloat bounds the scalar on the stack from above, and lets NaN pass.
func (g *generator) clampScalarFloat(bits uint32) {
	t := g.temp(wasm.F32)
	g.Set(t)
	g.F32Const(bits)
	g.Get(t)
	g.Get(t)
	g.F32Const(bits)
	g.Do(wasm.F32Gt, wasm.SelectOp)
	g.giveBack(wasm.F32, t)
}

func (g *generator) scalarBitcast(i *flat.Instr) {
	x := i.Args[0]
	g.pushScalar(x)
	switch {
	case x.Kind == types.F16:
		g.Do(wasm.F32x4Splat)
		g.Call(g.halfBits())
		g.Lane(wasm.I32x4Extract, 0)
	case i.Kind == types.F16:
		g.Do(wasm.I32x4Splat)
		g.Call(g.halfValue())
		g.Lane(wasm.F32x4Extract, 0)
	case isFloat(i.Kind) && !isFloat(x.Kind):
		g.Do(wasm.F32ReinterpretI32)
	case !isFloat(i.Kind) && isFloat(x.Kind):
		g.Do(wasm.I32ReinterpretF32)
	}
}
