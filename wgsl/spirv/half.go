package spirv

import (
	"pxos/wgsl/flat"
	"pxos/wgsl/types"
)

// An f16 is kept as the f32 of its value. Rounding to f16 and its 16 bits are
// computed with integers: drivers may round PackHalf2x16 as they like, and may
// take subnormals of f16 for zero. In buffers and in workgroup memory an f16 is
// half of a word; no device needs to have 16-bit types.

// bit gives short names to operations on u32.
type bit struct{ w *writer }

func (b bit) op(op uint32, args ...id) id { return b.w.emit(op, b.w.scalar[types.U32], args...) }
func (b bit) and(x id, n int64) id        { return b.op(opBitwiseAnd, x, b.w.u32(n)) }
func (b bit) add(x id, n int64) id        { return b.op(opIAdd, x, b.w.u32(n)) }
func (b bit) sub(x id, n int64) id        { return b.op(opISub, x, b.w.u32(n)) }
func (b bit) right(x id, n int64) id      { return b.op(opShiftRightLogical, x, b.w.u32(n)) }
func (b bit) left(x id, n int64) id       { return b.op(opShiftLeftLogical, x, b.w.u32(n)) }
func (b bit) or(x, y id) id               { return b.op(opBitwiseOr, x, y) }

// pick is yes where x compares with n, else no.
func (b bit) pick(compare uint32, x id, n int64, yes, no id) id {
	is := b.w.emit(compare, b.w.scalar[types.Bool], x, b.w.u32(n))
	return b.op(opSelect, is, yes, no)
}

// helper is a function of the module, written when first called.
func (w *writer) helper(name string, param, result types.Scalar, body func(x id) id) id {
	if f, ok := w.helpers[name]; ok {
		return f
	}
	kind, f, x := w.functionType(param, result), w.fresh(), w.fresh()
	w.helpers[name] = f
	outer := w.code
	w.code = nil
	w.code.put(opFunction, w.scalar[result], f, 0, kind)
	w.code.put(opFunctionParameter, w.scalar[param], x)
	w.code.put(opLabel, w.fresh())
	w.code.put(opReturnValue, body(x))
	w.code.put(opFunctionEnd)
	w.functions = append(w.functions, w.code...)
	w.code = outer
	w.names.put(opName, append([]uint32{f}, text(name)...)...)
	return f
}

func (w *writer) functionType(param, result types.Scalar) id {
	key := [2]uint32{w.scalar[param], w.scalar[result]}
	t, ok := w.functionTypes[key]
	if !ok {
		t = w.fresh()
		w.functionTypes[key] = t
		w.types.put(opTypeFunction, t, w.scalar[result], w.scalar[param])
	}
	return t
}

// leastNormal are the bits, as f32, of 2^-14, below which an f16 is subnormal.
const leastNormal = 0x38800000

// subnormal gives how many times 2^-24 the magnitude m, below 2^-14, is, rounded
// to even.
func (w *writer) subnormal(m id) id {
	f := w.helper("half_subnormal", types.U32, types.U32, func(m id) id {
		b := bit{w}
		m = b.pick(opULessThan, m, leastNormal, m, w.u32(0))
		digits := b.or(b.and(m, 0x7fffff), w.u32(0x800000))
		drop := b.op(opISub, w.u32(126), b.right(m, 23))
		drop = b.pick(opULessThan, drop, 25, drop, w.u32(25))
		half := b.op(opShiftLeftLogical, w.u32(1), b.sub(drop, 1))
		odd := b.and(b.op(opShiftRightLogical, digits, drop), 1)
		sum := b.op(opIAdd, b.op(opIAdd, digits, b.sub(half, 1)), odd)
		return b.op(opShiftRightLogical, sum, drop)
	})
	return w.emit(opFunctionCall, w.scalar[types.U32], f, m)
}

// times24 is n times 2^-24, for n up to 2^11.
func (w *writer) times24(n id) id {
	f := w.emit(opConvertUToF, w.scalar[types.F32], n)
	return w.emit(opFMul, w.scalar[types.F32], f, w.constant(types.F32, 0x33800000))
}

// rounded rounds what an f16 operation computed in f32, unless its result is an
// f16 wherever its arguments are.
func (w *writer) rounded(i *flat.Instr, v id) id {
	switch i.Op {
	case flat.Neg, flat.Abs, flat.Floor, flat.Ceil, flat.Trunc, flat.Round:
		return v
	}
	if i.Kind != types.F16 {
		return v
	}
	return w.halfRound(v)
}

// halfRound rounds an f32 to the nearest value of f16, ties to even.
func (w *writer) halfRound(v id) id {
	f := w.helper("half_round", types.F32, types.F32, func(x id) id {
		b := bit{w}
		bits := w.toWord(types.F32, x)
		m := b.and(bits, 0x7fffffff)
		odd := b.and(b.right(m, 13), 1)
		normal := b.and(b.op(opIAdd, b.add(m, 0xfff), odd), 0xffffe000)
		normal = b.pick(opUGreaterThan, normal, 0x477fe000, w.u32(0x7f800000), normal)
		small := w.toWord(types.F32, w.times24(w.subnormal(m)))
		out := b.pick(opULessThan, m, leastNormal, small, normal)
		out = b.pick(opUGreaterThan, m, 0x7f800000, m, out) // NaN stays
		return w.fromWord(types.F32, b.or(out, b.and(bits, 1<<31)))
	})
	return w.emit(opFunctionCall, w.scalar[types.F32], f, v)
}

// halfBits are the 16 bits of a value of f16; every NaN has the same.
func (w *writer) halfBits(v id) id {
	f := w.helper("half_bits", types.F32, types.U32, func(x id) id {
		b := bit{w}
		bits := w.toWord(types.F32, x)
		m := b.and(bits, 0x7fffffff)
		normal := b.sub(b.right(m, 13), 112<<10)
		out := b.pick(opULessThan, m, leastNormal, w.subnormal(m), normal)
		out = b.pick(opUGreaterThanEqual, m, 0x7f800000, w.u32(0x7c00), out)
		out = b.pick(opUGreaterThan, m, 0x7f800000, w.u32(0x7e00), out)
		return b.or(out, b.and(b.right(bits, 16), 0x8000))
	})
	return w.emit(opFunctionCall, w.scalar[types.U32], f, v)
}

// halfValue is the value of the low 16 bits.
func (w *writer) halfValue(bits id) id {
	f := w.helper("half_value", types.U32, types.F32, func(x id) id {
		b := bit{w}
		m := b.and(x, 0x7fff)
		out := b.add(b.left(m, 13), 112<<23)
		// Infinity and NaN have their exponent filled up.
		out = b.pick(opUGreaterThanEqual, m, 0x7c00, b.add(out, 112<<23), out)
		out = b.pick(opULessThan, m, 0x0400, w.toWord(types.F32, w.times24(m)), out)
		return w.fromWord(types.F32, b.or(out, b.left(b.and(x, 0x8000), 16)))
	})
	return w.emit(opFunctionCall, w.scalar[types.F32], f, bits)
}

// halfInMemory says whether an access is of f16 that take two bytes.
func halfInMemory(i *flat.Instr) bool {
	return i.Kind == types.F16 && (i.Access.Mem.Kind == flat.Buffer || i.Access.Mem.Kind == flat.Workgroup)
}

// halfAddress computes the word in which an f16 lies, and by how many bits it is
// shifted there.
func (w *writer) halfAddress(a *flat.Access) (word, shift id) {
	for _, t := range a.Terms {
		if t.Stride%4 != 0 {
			b, at := bit{w}, w.address(a, 2)
			return b.right(at, 1), b.left(b.and(at, 1), 4)
		}
	}
	return w.address(a, 4), w.u32(a.Offset % 4 * 8)
}

func (w *writer) loadHalves(i *flat.Instr) {
	b, m := bit{w}, i.Access.Mem
	at, shift := w.halfAddress(i.Access)
	parts := make([]id, i.Parts)
	var word id
	for p := range parts {
		if p%2 == 0 {
			word = w.emit(opLoad, w.scalar[types.U32], w.word(m, w.next(at, p/2)))
		}
		by := shift
		if len(parts) > 1 { // vectors begin with a word
			by = w.u32(int64(p % 2 * 16))
		}
		parts[p] = w.halfValue(b.op(opShiftRightLogical, word, by))
	}
	w.values[i] = parts[0]
	w.parts[i] = parts
}

// storeHalves stores pairs as whole words. A half alone is put into its word by
// two atomic operations, since another invocation may be storing the other half.
func (w *writer) storeHalves(i *flat.Instr) {
	b, m := bit{w}, i.Access.Mem
	at, shift := w.halfAddress(i.Access)
	bits := make([]id, len(i.Args))
	for p, v := range i.Args {
		bits[p] = w.halfBits(w.value(v))
	}
	for len(bits) > 1 {
		w.code.put(opStore, w.word(m, at), b.or(bits[0], b.left(bits[1], 16)))
		at, bits, shift = b.add(at, 1), bits[2:], w.u32(0)
	}
	if len(bits) == 0 {
		return
	}
	w.coherent(m)
	pointer, scope := w.word(m, at), w.u32(scopeOf(m))
	others := b.op(opNot, b.op(opShiftLeftLogical, w.u32(0xffff), shift))
	b.op(opAtomicAnd, pointer, scope, w.u32(0), others)
	b.op(opAtomicOr, pointer, scope, w.u32(0), b.op(opShiftLeftLogical, bits[0], shift))
}

// coherent makes plain loads see what atomic operations stored in the same
// buffer: without it a cache may keep the old word.
func (w *writer) coherent(m *flat.Memory) {
	if m.Kind == flat.Buffer && !w.coherents[m] {
		w.coherents[m] = true
		w.decorations.put(opDecorate, w.memories[m], decorationCoherent)
	}
}
