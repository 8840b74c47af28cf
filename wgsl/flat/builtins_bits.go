package flat

import (
	"pxos/wgsl/builtin"
	"pxos/wgsl/ir"
	"pxos/wgsl/types"
	"pxos/wgsl/value"
)

// bitcast reads the bits of scalars as those of another type.
func (l *lowerer) bitcast(to types.Type, x agg) agg {
	kind := types.Elem(to)
	if kind == types.F16 == (x[0].Kind == types.F16) {
		out := make(agg, len(x))
		for i := range out {
			out[i] = x[i]
			if x[i].Kind != kind {
				out[i] = l.op(Bitcast, kind, x[i])
			}
		}
		return out
	}
	var out agg
	if kind == types.F16 {
		for _, w := range x {
			word := l.bitcast(types.U32, agg{w})[0]
			high := l.op(Shr, types.U32, word, l.u32(16))
			low := l.op(And, types.U32, word, l.u32(0xffff))
			out = append(out, l.op(Bitcast, types.F16, low), l.op(Bitcast, types.F16, high))
		}
		return out
	}
	for i := 0; i+1 < len(x); i += 2 {
		low := l.op(Bitcast, types.U32, x[i])
		high := l.op(Shl, types.U32, l.op(Bitcast, types.U32, x[i+1]), l.u32(16))
		out = append(out, l.bitcast(kind, agg{l.op(Or, types.U32, low, high)})...)
	}
	return out
}

// firstLeadingBit is the position of the highest bit that is set, for a negative
// i32 of the highest that is not; all ones where there is none.
func firstLeadingBit(l *lowerer, _ *ir.Builtin, a []agg) agg {
	out := make(agg, len(a[0]))
	for i, x := range a[0] {
		bits := x
		if x.Kind == types.I32 {
			sign := l.op(Shr, types.I32, x, l.u32(31))
			bits = l.op(Bitcast, types.U32, l.op(Xor, types.I32, x, sign))
		}
		zeros := l.op(CountLeadingZeros, types.U32, bits)
		out[i] = l.op(Sub, types.U32, l.u32(31), zeros)
		if x.Kind == types.I32 {
			out[i] = l.op(Bitcast, types.I32, out[i])
		}
	}
	return out
}

// firstTrailingBit is the position of the lowest bit that is set; all ones where
// there is none.
func firstTrailingBit(l *lowerer, _ *ir.Builtin, a []agg) agg {
	out := make(agg, len(a[0]))
	for i, x := range a[0] {
		none := l.op(Eq, types.Bool, x, l.constBits(x.Kind, 0))
		out[i] = l.op(Select, x.Kind, none, l.constBits(x.Kind, 0xffffffff), l.op(CountTrailingZeros, x.Kind, x))
	}
	return out
}

// reverseBits swaps neighbours, then pairs, nibbles, bytes and halves.
func reverseBits(l *lowerer, _ *ir.Builtin, a []agg) agg {
	out := l.bitcast(types.U32, a[0])
	for i, x := range out {
		for _, step := range []struct{ by, mask uint32 }{{1, 0x55555555}, {2, 0x33333333}, {4, 0x0f0f0f0f}, {8, 0x00ff00ff}} {
			down := l.op(And, types.U32, l.op(Shr, types.U32, x, l.u32(step.by)), l.u32(step.mask))
			up := l.op(Shl, types.U32, l.op(And, types.U32, x, l.u32(step.mask)), l.u32(step.by))
			x = l.op(Or, types.U32, down, up)
		}
		out[i] = l.op(Or, types.U32, l.op(Shr, types.U32, x, l.u32(16)), l.op(Shl, types.U32, x, l.u32(16)))
	}
	return l.bitcast(a[0][0].Kind, out)
}

// field gives offset and count bounded to the word, and count ones.
func (l *lowerer) field(offset, count *Instr) (o, c *Instr) {
	o = l.op(Min, types.U32, offset, l.u32(32))
	c = l.op(Min, types.U32, count, l.op(Sub, types.U32, l.u32(32), o))
	return o, c
}

// extractBits shifts the field to the top and back, with the sign for i32.
func extractBits(l *lowerer, _ *ir.Builtin, a []agg) agg {
	o, c := l.field(a[1][0], a[2][0])
	down := l.op(Sub, types.U32, l.u32(32), c)
	up := l.op(Sub, types.U32, down, o)
	none := l.op(Eq, types.Bool, c, l.u32(0))
	out := make(agg, len(a[0]))
	for i, e := range a[0] {
		field := l.op(Shr, e.Kind, l.op(Shl, e.Kind, e, up), down)
		out[i] = l.op(Select, e.Kind, none, l.constBits(e.Kind, 0), field)
	}
	return out
}

// insertBits replaces count bits of e from offset on by the low bits of newbits.
func insertBits(l *lowerer, _ *ir.Builtin, a []agg) agg {
	o, c := l.field(a[2][0], a[3][0])
	down := l.op(Sub, types.U32, l.u32(32), c)
	ones := l.op(Shr, types.U32, l.u32(0xffffffff), down)
	mask := l.op(Shl, types.U32, ones, o)
	none := l.op(Eq, types.Bool, c, l.u32(0))
	out := make(agg, len(a[0]))
	for i, e := range a[0] {
		k := e.Kind
		m := mask
		if k != types.U32 {
			m = l.op(Bitcast, k, mask)
		}
		put := l.op(And, k, l.op(Shl, k, a[1][i], o), m)
		merged := l.op(Or, k, put, l.op(And, k, e, l.op(Not, k, m)))
		out[i] = l.op(Select, k, none, e, merged)
	}
	return out
}

func addPacking() {
	pack := func(bits uint32, lane func(l *lowerer, x *Instr) *Instr) builtinFunc {
		return func(l *lowerer, _ *ir.Builtin, a []agg) agg {
			var word *Instr
			mask := uint32(1)<<bits - 1
			for i, x := range a[0] {
				part := l.op(And, types.U32, lane(l, x), l.u32(mask))
				part = l.op(Shl, types.U32, part, l.u32(uint32(i)*bits))
				if word == nil {
					word = part
				} else {
					word = l.op(Or, types.U32, word, part)
				}
			}
			return agg{word}
		}
	}
	normal := func(low, factor float32) func(l *lowerer, x *Instr) *Instr {
		return func(l *lowerer, x *Instr) *Instr {
			c := l.clamp(agg{x}, agg{l.f32(low)}, agg{l.f32(1)})[0]
			r := l.op(Floor, types.F32, l.op(Add, types.F32, l.f32(0.5), l.op(Mul, types.F32, l.f32(factor), c)))
			return l.op(Bitcast, types.U32, l.op(Convert, types.I32, r))
		}
	}
	composed[builtin.Pack4x8snorm] = pack(8, normal(-1, 127))
	composed[builtin.Pack4x8unorm] = pack(8, normal(0, 255))
	composed[builtin.Pack2x16snorm] = pack(16, normal(-1, 32767))
	composed[builtin.Pack2x16unorm] = pack(16, normal(0, 65535))
	composed[builtin.Pack4xU8] = pack(8, func(_ *lowerer, x *Instr) *Instr { return x })
	composed[builtin.Pack4xI8] = pack(8, func(l *lowerer, x *Instr) *Instr { return l.op(Bitcast, types.U32, x) })
	composed[builtin.Pack4xU8Clamp] = pack(8, func(l *lowerer, x *Instr) *Instr {
		return l.op(Min, types.U32, x, l.u32(255))
	})
	composed[builtin.Pack4xI8Clamp] = pack(8, func(l *lowerer, x *Instr) *Instr {
		low, high := l.constBits(types.I32, 0xffffff80), l.constBits(types.I32, 127)
		return l.op(Bitcast, types.U32, l.clamp(agg{x}, agg{low}, agg{high})[0])
	})
	composed[builtin.Pack2x16float] = pack(16, func(l *lowerer, x *Instr) *Instr {
		return l.op(Bitcast, types.U32, l.op(Convert, types.F16, x))
	})
	addUnpacking()
}

// bitField is bits of a word from position i*bits on, as u32, or with its sign as i32.
func (l *lowerer) bitField(word *Instr, i, bits uint32, signed bool) *Instr {
	kind := types.U32
	if signed {
		kind = types.I32
		word = l.op(Bitcast, kind, word)
	}
	up := l.op(Shl, kind, word, l.u32(32-bits*(i+1)))
	return l.op(Shr, kind, up, l.u32(32-bits))
}

func addUnpacking() {
	unpack := func(n, bits uint32, signed bool, lane func(l *lowerer, x *Instr) *Instr) builtinFunc {
		return func(l *lowerer, _ *ir.Builtin, a []agg) agg {
			var out agg
			for i := range n {
				out = append(out, lane(l, l.bitField(a[0][0], i, bits, signed)))
			}
			return out
		}
	}
	same := func(_ *lowerer, x *Instr) *Instr { return x }
	unorm := func(max float32) func(l *lowerer, x *Instr) *Instr {
		return func(l *lowerer, x *Instr) *Instr {
			return l.op(Div, types.F32, l.op(Convert, types.F32, x), l.f32(max))
		}
	}
	snorm := func(max float32) func(l *lowerer, x *Instr) *Instr {
		return func(l *lowerer, x *Instr) *Instr {
			return l.op(Max, types.F32, unorm(max)(l, x), l.f32(-1))
		}
	}
	composed[builtin.Unpack4x8snorm] = unpack(4, 8, true, snorm(127))
	composed[builtin.Unpack4x8unorm] = unpack(4, 8, false, unorm(255))
	composed[builtin.Unpack2x16snorm] = unpack(2, 16, true, snorm(32767))
	composed[builtin.Unpack2x16unorm] = unpack(2, 16, false, unorm(65535))
	composed[builtin.Unpack4xI8] = unpack(4, 8, true, same)
	composed[builtin.Unpack4xU8] = unpack(4, 8, false, same)
	composed[builtin.Unpack2x16float] = unpack(2, 16, false, func(l *lowerer, x *Instr) *Instr {
		return l.op(Convert, types.F32, l.op(Bitcast, types.F16, x))
	})
	composed[builtin.Dot4U8Packed] = dot4(false)
	composed[builtin.Dot4I8Packed] = dot4(true)
}

func dot4(signed bool) builtinFunc {
	return func(l *lowerer, _ *ir.Builtin, a []agg) agg {
		var x, y agg
		for i := range uint32(4) {
			x = append(x, l.bitField(a[0][0], i, 8, signed))
			y = append(y, l.bitField(a[1][0], i, 8, signed))
		}
		return agg{l.dot(x, y)}
	}
}

// encodeValue lays a constant out as a Table: four bytes a scalar, in order.
func encodeValue(v value.Value) []byte {
	if c, ok := v.(*value.Composite); ok {
		var out []byte
		for _, e := range c.Elems {
			out = append(out, encodeValue(e)...)
		}
		return out
	}
	b := scalarBits(v)
	return []byte{byte(b), byte(b >> 8), byte(b >> 16), byte(b >> 24)}
}
