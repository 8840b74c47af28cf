package spirv

import (
	"pxos/wgsl/flat"
	"pxos/wgsl/types"
)

// value is the id of a value.
func (w *writer) value(i *flat.Instr) id {
	switch i.Op {
	case flat.Const:
		return w.constant(i.Kind, i.Bits)
	case flat.Input:
		if v, ok := w.inputs[i.Input]; ok {
			return v
		}
		w.fail("an input of the shader")
		return w.u32(0)
	case flat.BufferSize:
		return w.bufferSize(i.Access.Mem)
	}
	return w.values[i]
}

func (w *writer) slot(s *flat.Slot) id {
	v, ok := w.slots[s]
	if !ok {
		v = w.variable(w.scalar[s.Kind])
		w.slots[s] = v
	}
	return v
}

// instr writes an instruction without bodies.
func (w *writer) instr(i *flat.Instr) {
	switch i.Op {
	case flat.Get:
		w.values[i] = w.emit(opLoad, w.scalar[i.Kind], w.slot(i.Slot))
	case flat.Set:
		w.code.put(opStore, w.slot(i.Slot), w.value(i.Args[0]))
	case flat.Load:
		w.load(i)
	case flat.Part:
		w.values[i] = w.parts[i.Args[0]][i.Index]
	case flat.Store:
		w.store(i)
	case flat.Zero:
		w.zero(i)
	case flat.Atomic:
		w.atomic(i)
	case flat.Exchanged:
		a := i.Args[0]
		w.values[i] = w.emit(opIEqual, w.scalar[types.Bool], w.value(a), w.value(a.Args[0]))
	case flat.Barrier:
		w.barrier()
	case flat.Subgroup:
		w.values[i] = w.subgroup(i)
	default:
		w.values[i] = w.compute(i)
	}
}

// opKey finds the instruction for an operation on a kind of argument.
type opKey struct {
	op   flat.Op
	kind types.Scalar
}

var simple = map[opKey]uint32{
	{flat.Add, types.F32}: opFAdd, {flat.Sub, types.F32}: opFSub, {flat.Mul, types.F32}: opFMul, {flat.Div, types.F32}: opFDiv,
	{flat.Neg, types.F32}: opFNegate, {flat.Eq, types.F32}: opFOrdEqual, {flat.Ne, types.F32}: opFUnordNotEqual,
	{flat.Lt, types.F32}: opFOrdLessThan, {flat.Le, types.F32}: opFOrdLessThanEqual,
	{flat.Gt, types.F32}: opFOrdGreaterThan, {flat.Ge, types.F32}: opFOrdGreaterThanEqual,

	{flat.Add, types.U32}: opIAdd, {flat.Sub, types.U32}: opISub, {flat.Mul, types.U32}: opIMul, {flat.Neg, types.U32}: opSNegate,
	{flat.And, types.U32}: opBitwiseAnd, {flat.Or, types.U32}: opBitwiseOr, {flat.Xor, types.U32}: opBitwiseXor,
	{flat.Not, types.U32}: opNot, {flat.Eq, types.U32}: opIEqual, {flat.Ne, types.U32}: opINotEqual,
	{flat.Lt, types.U32}: opULessThan, {flat.Le, types.U32}: opULessThanEqual, {flat.Gt, types.U32}: opUGreaterThan,
	{flat.Ge, types.U32}: opUGreaterThanEqual, {flat.CountOneBits, types.U32}: opBitCount,

	{flat.Lt, types.I32}: opSLessThan, {flat.Le, types.I32}: opSLessThanEqual, {flat.Gt, types.I32}: opSGreaterThan,
	{flat.Ge, types.I32}: opSGreaterThanEqual,

	{flat.And, types.Bool}: opLogicalAnd, {flat.Or, types.Bool}: opLogicalOr, {flat.Xor, types.Bool}: opLogicalNotEqual,
	{flat.Eq, types.Bool}: opLogicalEqual, {flat.Ne, types.Bool}: opLogicalNotEqual, {flat.Not, types.Bool}: opLogicalNot,
}

var extended = map[opKey]uint32{
	{flat.Abs, types.F32}: glslFAbs, {flat.Floor, types.F32}: glslFloor, {flat.Ceil, types.F32}: glslCeil,
	{flat.Trunc, types.F32}: glslTrunc, {flat.Round, types.F32}: glslRoundEven, {flat.Sqrt, types.F32}: glslSqrt,
	{flat.Abs, types.I32}: glslSAbs, {flat.Fma, types.F32}: glslFma,
}

// find looks an operation up, f16 as f32 and i32 as u32 where they do not differ.
func find(table map[opKey]uint32, op flat.Op, kind types.Scalar) (uint32, bool) {
	if kind == types.F16 {
		kind = types.F32
	}
	if o, ok := table[opKey{op, kind}]; ok {
		return o, true
	}
	if kind != types.I32 {
		return 0, false
	}
	o, ok := table[opKey{op, types.U32}]
	return o, ok
}

func isFloat(k types.Scalar) bool { return k == types.F32 || k == types.F16 }

// compute writes an operation on values.
func (w *writer) compute(i *flat.Instr) id {
	args := make([]id, len(i.Args))
	for k, a := range i.Args {
		args[k] = w.value(a)
	}
	if lower, ok := w.bounds[i]; ok {
		args[1] = lower
	}
	kind, t := i.Kind, w.scalar[i.Kind]
	if len(i.Args) > 0 {
		kind = i.Args[0].Kind
	}
	if op, ok := find(simple, i.Op, kind); ok {
		v := w.emit(op, t, args...)
		if isFloat(i.Kind) {
			w.decorations.put(opDecorate, v, decorationNoContraction)
		}
		return w.rounded(i, v)
	}
	if op, ok := find(extended, i.Op, kind); ok {
		return w.rounded(i, w.glslOp(op, t, args...))
	}
	switch i.Op {
	case flat.Abs: // u32
		return args[0]
	case flat.Select:
		return w.emit(opSelect, t, args...)
	case flat.Min, flat.Max:
		return w.minMax(i, args)
	case flat.Shl, flat.Shr:
		return w.shift(i, args)
	case flat.Div, flat.Rem:
		return w.divide(i, args)
	case flat.CountLeadingZeros:
		msb := w.glslOp(glslFindUMsb, w.scalar[types.U32], w.toWord(kind, args[0]))
		return w.fromWord(i.Kind, w.emit(opISub, w.scalar[types.U32], w.u32(31), msb))
	case flat.CountTrailingZeros:
		lsb := w.glslOp(glslFindILsb, w.scalar[types.U32], w.toWord(kind, args[0]))
		none := w.emit(opIEqual, w.scalar[types.Bool], args[0], w.constant(kind, 0))
		return w.fromWord(i.Kind, w.emit(opSelect, w.scalar[types.U32], none, w.u32(32), lsb))
	case flat.Convert:
		return w.convert(i, args[0])
	case flat.Bitcast:
		return w.bitcast(i, args[0])
	}
	w.fail(w.describe(i))
	return w.u32(0)
}

func (w *writer) glslOp(op uint32, t id, args ...id) id {
	return w.emit(opExtInst, t, append([]uint32{w.glsl, op}, args...)...)
}

// minMax is b < a ? b : a for Min, a < b ? b : a for Max.
func (w *writer) minMax(i *flat.Instr, args []id) id {
	less, _ := find(simple, flat.Lt, i.Kind)
	a, b := args[0], args[1]
	x, y := b, a
	if i.Op == flat.Max {
		x, y = a, b
	}
	return w.emit(opSelect, w.scalar[i.Kind], w.emit(less, w.scalar[types.Bool], x, y), b, a)
}

func (w *writer) shift(i *flat.Instr, args []id) id {
	by := w.emit(opBitwiseAnd, w.scalar[types.U32], args[1], w.u32(31))
	op := uint32(opShiftLeftLogical)
	if i.Op == flat.Shr {
		op = opShiftRightLogical
		if i.Kind == types.I32 {
			op = opShiftRightArithmetic
		}
	}
	return w.emit(op, w.scalar[i.Kind], args[0], by)
}

// divide divides with a divisor of 1 in place of 0 and of what overflows.
func (w *writer) divide(i *flat.Instr, args []id) id {
	t, flag := w.scalar[i.Kind], w.scalar[types.Bool]
	x, y := args[0], args[1]
	exact := func(op uint32, a, b id) id {
		v := w.emit(op, t, a, b)
		w.decorations.put(opDecorate, v, decorationNoContraction)
		return w.rounded(i, v)
	}
	if isFloat(i.Kind) { // Rem: x - y*trunc(x/y)
		whole := w.glslOp(glslTrunc, t, exact(opFDiv, x, y))
		return exact(opFSub, x, exact(opFMul, y, whole))
	}
	bad := w.emit(opIEqual, flag, y, w.constant(i.Kind, 0))
	if i.Kind == types.I32 {
		least := w.emit(opIEqual, flag, x, w.constant(types.I32, 1<<31))
		minus := w.emit(opIEqual, flag, y, w.constant(types.I32, 0xffffffff))
		bad = w.emit(opLogicalOr, flag, bad, w.emit(opLogicalAnd, flag, least, minus))
	}
	y = w.emit(opSelect, t, bad, w.constant(i.Kind, 1), y)
	op := map[opKey]uint32{
		{flat.Div, types.U32}: opUDiv, {flat.Div, types.I32}: opSDiv, {flat.Rem, types.U32}: opUMod, {flat.Rem, types.I32}: opSRem,
	}[opKey{i.Op, i.Kind}]
	return w.emit(op, t, x, y)
}

// convert changes the kind with WGSL's meaning: floats are clamped to what the
// integer type can hold, and NaN becomes 0.
func (w *writer) convert(i *flat.Instr, x id) id {
	from, to, t := i.Args[0].Kind, i.Kind, w.scalar[i.Kind]
	switch {
	case to == types.Bool && isFloat(from):
		return w.emit(opFUnordNotEqual, t, x, w.constant(types.F32, 0))
	case to == types.Bool:
		return w.emit(opINotEqual, t, x, w.constant(from, 0))
	case from == types.Bool:
		one := uint32(1)
		if isFloat(to) {
			one = 0x3f800000
		}
		return w.emit(opSelect, t, x, w.constant(to, one), w.constant(to, 0))
	case isFloat(from) && isFloat(to):
		return w.rounded(i, x)
	case isFloat(to) && from == types.I32:
		return w.rounded(i, w.emit(opConvertSToF, t, x))
	case isFloat(to):
		return w.rounded(i, w.unsignedToFloat(x))
	}
	low, high, op := uint32(0), uint32(0x4f7fffff), uint32(opConvertFToU)
	if to == types.I32 {
		low, high, op = 0xcf000000, 0x4effffff, opConvertFToS
	}
	flag, f := w.scalar[types.Bool], w.scalar[types.F32]
	least, most := w.constant(types.F32, low), w.constant(types.F32, high)
	x = w.emit(opSelect, f, w.emit(opFOrdLessThan, flag, x, most), x,
		w.emit(opSelect, f, w.emit(opFOrdGreaterThanEqual, flag, x, most), most, w.constant(types.F32, 0)))
	x = w.emit(opSelect, f, w.emit(opFOrdGreaterThan, flag, x, least), x, least)
	return w.emit(op, t, x)
}

// unsignedToFloat converts a u32 to the nearest f32. From 2^31 on SwiftShader's
// conversion rounds twice; half of such a number, with the lost bit kept in the
// last one, rounds as the number does.
func (w *writer) unsignedToFloat(x id) id {
	b, f := bit{w}, w.scalar[types.F32]
	half := b.or(b.right(x, 1), b.and(x, 1))
	large := w.emit(opConvertSToF, f, w.fromWord(types.I32, half))
	large = w.emit(opFMul, f, large, w.constant(types.F32, 0x40000000))
	small := w.emit(opConvertSToF, f, w.fromWord(types.I32, x))
	is := w.emit(opULessThan, w.scalar[types.Bool], x, w.u32(1<<31))
	return w.emit(opSelect, f, is, small, large)
}

func (w *writer) bitcast(i *flat.Instr, x id) id {
	from, to := i.Args[0].Kind, i.Kind
	switch {
	case from == types.F16 && to != types.F16:
		return w.fromWord(to, w.halfBits(x))
	case to == types.F16 && from != types.F16:
		return w.halfValue(w.toWord(from, x))
	}
	return w.emit(opBitcast, w.scalar[to], x)
}
