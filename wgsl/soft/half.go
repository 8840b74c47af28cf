package soft

import "pxos/wasm"

// WebAssembly has no 16-bit floats. An f16 is kept as the f32 of the same value,
// and what an operation computes in f32 is rounded to the nearest f16, ties to
// even; for +, -, *, / and sqrt the two roundings give what one would, since f32
// has more than twice the bits of f16 and two more.

// halfHelpers are the functions, made when first needed.
type halfHelpers struct{ round, bits, value *wasm.Function }

func (g *generator) helper(f **wasm.Function, build func(*wasm.Function)) int {
	if *f == nil {
		v := []wasm.ValueType{wasm.V128}
		*f = g.module.NewFunction(v, v)
		build(*f)
	}
	return (*f).Index()
}

func same(n uint32) (a, b, c, d uint32) { return n, n, n, n }

// roundedMagnitude leaves |x| rounded to f16 as f32 in a local, infinity where it
// is too large. Subnormals of f16 are multiples of 2^-24, which is the last bit of
// a number from 0.5 to 1: adding and taking away 0.5 rounds to them.
func roundedMagnitude(f *wasm.Function) (magnitude int) {
	magnitude = f.NewLocal(wasm.V128)
	f.Get(0)
	f.Do(wasm.F32x4Abs)
	f.Set(magnitude)
	// Normal: add half of the last bit, and one less if the bit is 0; cut.
	f.Get(magnitude)
	f.Get(magnitude)
	f.I32Const(13)
	f.Do(wasm.I32x4ShrU)
	f.V128Const(same(1))
	f.Do(wasm.V128And)
	f.V128Const(same(0xfff))
	f.Do(wasm.I32x4Add, wasm.I32x4Add)
	f.V128Const(same(0xffffe000))
	f.Do(wasm.V128And)
	// Subnormal.
	f.Get(magnitude)
	f.V128Const(same(0x3f000000))
	f.Do(wasm.F32x4Add)
	f.V128Const(same(0x3f000000))
	f.Do(wasm.F32x4Sub)
	f.Get(magnitude)
	f.V128Const(same(0x38800000)) // 2^-14
	f.Do(wasm.F32x4Ge)
	bitselect(f, f.NewLocal(wasm.V128), f.NewLocal(wasm.V128))
	f.Set(magnitude)
	// Past 65504: infinity.
	f.V128Const(same(0x7f800000))
	f.Get(magnitude)
	f.Get(magnitude)
	f.V128Const(same(0x477fe000))
	f.Do(wasm.F32x4Gt)
	bitselect(f, f.NewLocal(wasm.V128), f.NewLocal(wasm.V128))
	f.Set(magnitude)
	return magnitude
}

// halfRound rounds four f32 to values of f16.
func (g *generator) halfRound() int {
	return g.helper(&g.halves.round, func(f *wasm.Function) {
		m := roundedMagnitude(f)
		f.Get(0) // NaN stays
		f.Get(m)
		f.Get(0)
		f.V128Const(same(0x80000000))
		f.Do(wasm.V128And, wasm.V128Or)
		f.Get(0)
		f.Get(0)
		f.Do(wasm.F32x4Ne)
		bitselect(f, f.NewLocal(wasm.V128), f.NewLocal(wasm.V128))
	})
}

// halfBits gives the binary16 patterns of four values of f16.
func (g *generator) halfBits() int {
	return g.helper(&g.halves.bits, func(f *wasm.Function) {
		m := roundedMagnitude(f)
		out := f.NewLocal(wasm.V128)
		// Normal: move the exponent's bias from 127 to 15.
		f.Get(m)
		f.I32Const(13)
		f.Do(wasm.I32x4ShrU)
		f.V128Const(same(112 << 10))
		f.Do(wasm.I32x4Sub)
		// Subnormal: the last bits of 0.5 + |x|.
		f.Get(m)
		f.V128Const(same(0x3f000000))
		f.Do(wasm.F32x4Add)
		f.V128Const(same(0x3f000000))
		f.Do(wasm.I32x4Sub)
		f.Get(m)
		f.V128Const(same(0x38800000))
		f.Do(wasm.F32x4Ge)
		bitselect(f, f.NewLocal(wasm.V128), f.NewLocal(wasm.V128))
		f.Set(out)
		f.V128Const(same(0x7c00))
		f.Get(out)
		f.Get(m)
		f.V128Const(same(0x7f800000))
		f.Do(wasm.I32x4Eq)
		bitselect(f, f.NewLocal(wasm.V128), f.NewLocal(wasm.V128))
		f.Set(out)
		f.V128Const(same(0x7e00))
		f.Get(out)
		f.Get(0)
		f.Get(0)
		f.Do(wasm.F32x4Ne)
		bitselect(f, f.NewLocal(wasm.V128), f.NewLocal(wasm.V128))
		f.Get(0)
		f.I32Const(16)
		f.Do(wasm.I32x4ShrU)
		f.V128Const(same(0x8000))
		f.Do(wasm.V128And, wasm.V128Or)
	})
}

// halfValue gives the values of four binary16 patterns in the low halves.
func (g *generator) halfValue() int {
	return g.helper(&g.halves.value, func(f *wasm.Function) {
		m := f.NewLocal(wasm.V128)
		out := f.NewLocal(wasm.V128)
		f.Get(0)
		f.V128Const(same(0x7fff))
		f.Do(wasm.V128And)
		f.Set(m)
		// Normal, and infinity and NaN with their exponent filled up.
		f.Get(m)
		f.I32Const(13)
		f.Do(wasm.I32x4Shl)
		f.V128Const(same(112 << 23))
		f.Do(wasm.I32x4Add)
		f.V128Const(same(112 << 23))
		f.Get(m)
		f.V128Const(same(0x7c00))
		f.Do(wasm.I32x4GeU, wasm.V128And, wasm.I32x4Add)
		// Subnormal: a multiple of 2^-24.
		f.Get(m)
		f.Do(wasm.F32x4ConvertI32x4U)
		f.V128Const(same(0x33800000))
		f.Do(wasm.F32x4Mul)
		f.Get(m)
		f.V128Const(same(0x0400))
		f.Do(wasm.I32x4GeU)
		bitselect(f, f.NewLocal(wasm.V128), f.NewLocal(wasm.V128))
		f.Set(out)
		f.Get(out)
		f.Get(0)
		f.V128Const(same(0x8000))
		f.Do(wasm.V128And)
		f.I32Const(16)
		f.Do(wasm.I32x4Shl, wasm.V128Or)
	})
}
