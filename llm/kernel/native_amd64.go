package kernel

import (
	"golang.org/x/sys/cpu"

	"pxos/llm/quant"
)

// The kernels that are no Dot, where the CPU can run them.
var (
	dotFloats     = where(dotF32)
	addScaled     = where(addF32)
	roundQ8Native = where(roundQ8)
	expSumNative  = where(expSum)
	siluNative    = where(siluMultiply)
	geluNative    = where(geluMultiply)
	squaresNative = where(sumSquares)

	quadNative       = where(quad)
	lineNative       = where(line)
	softenNative     = where(soften)
	fadeNative       = where(fadeAdd)
	toHalvesNative   = where(floatsToHalves)
	fromHalvesNative = where(halvesToFloats)
	scaleEachNative  = where(bytesByEach)
	scaleAllNative   = where(bytesByOne)
)

// where is a kernel if this CPU can run it, else nil.
func where[F any](kernel F) (out F) {
	if hasKernels {
		return kernel
	}
	return out
}

var hasKernels = cpu.X86.HasAVX2 && cpu.X86.HasFMA

// hasWide says that there are registers of 64 bytes, and hasVNNI that they multiply bytes.
var (
	hasWide = hasKernels && cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512VL
	hasVNNI = hasWide && cpu.X86.HasAVX512VNNI
)

// HasAssembly says that this CPU computes with the kernels in assembly.
var HasAssembly = hasKernels

// nativeFours are the kernels for four vectors.
func nativeFours() map[quant.Type]Four {
	if !hasKernels {
		return nil
	}
	four := func(bytes int, f func(row *byte, q *[4]*int8, scales *[4]*float32, blocks int, out *[4]float32)) Four {
		return func(row []byte, a []*Activations, out *[4]float32) {
			n := len(a[0].Scales)
			row = row[:bytes*n] // so that what is read is there
			var q [4]*int8
			var scales [4]*float32
			for i, x := range a[:4] {
				q[i], scales[i] = &x.Q[:32*n][0], &x.Scales[:n][0]
			}
			f(&row[0], &q, &scales, n, out)
		}
	}
	out := map[quant.Type]Four{quant.Q8_0: four(34, fourQ8_0), quant.Q4_0: four(18, fourQ4_0),
		quant.F32: floatFour(4, fourF32, plainF32), quant.F16: floatFour(2, fourF16, plainF16), quant.BF16: floatFour(2, fourBF16, plainBF16)}
	if hasWide {
		out[quant.F32], out[quant.F16], out[quant.BF16] = floatFour(4, wideF32, plainF32), floatFour(2, wideF16, plainF16), floatFour(2, wideBF16, plainBF16)
	}
	return out
}

// floatFour is a kernel for weights of so many bytes, which takes groups of 8; the rest is for
// plain Go.
func floatFour(bytes int, f func(row *byte, x *[4]*float32, groups int, out *[4]float32), plain Dot) Four {
	return func(row []byte, a []*Activations, out *[4]float32) {
		n := len(a[0].Values) &^ 7
		if n == 0 {
			for i, v := range a[:4] {
				out[i] = plain(row, v)
			}
			return
		}
		row = row[:bytes*len(a[0].Values)]
		var x [4]*float32
		for i, v := range a[:4] {
			x[i] = &v.Values[:n][0]
		}
		f(&row[0], &x, n/8, out)
		for i, v := range a[:4] {
			out[i] += plain(row[bytes*n:], &Activations{Values: v.Values[n:]})
		}
	}
}

// nativeStrips are the kernels for rows that are unpacked.
func nativeStrips() map[quant.Type]strip {
	if !hasKernels {
		return nil
	}
	k, six := strip{unit: 8, more: 1, unpack: unpackQ4_K, one: stripK}, strip{unit: 8, more: 8, shift: 5, unpack: unpackQ6_K, one: stripQ6_K}
	out := map[quant.Type]strip{}
	if hasVNNI {
		k.four, six.four = gridK, gridQ6_K
		out[quant.Q8_0] = strip{unit: 1, shift: 7, unpack: unpackQ8_0, few: rowsQ8_0, four: grid32}
		out[quant.Q4_0] = strip{unit: 1, shift: 3, unpack: unpackQ4_0, few: rowsQ4_0, four: grid32}
		out[quant.Q5_0] = strip{unit: 1, shift: 4, unpack: unpackQ5_0, four: grid32}
	}
	out[quant.Q4_K], out[quant.Q6_K] = k, six
	k.unpack = unpackQ5_K
	out[quant.Q5_K] = k
	return out
}

// What makes and multiplies four rows of floats; nativeGrid where there are wide registers.
var (
	nativeGrid    = where(gridFloats)
	nativeHalves  = widenHalves
	nativeBFloats = widenBF16
)

// nativePack packs a panel.
var nativePack = packGrid

// native are the kernels that this CPU can run.
func native() map[quant.Type]Dot {
	if !hasKernels {
		return nil
	}
	return map[quant.Type]Dot{
		quant.F32: func(row []byte, a *Activations) float32 {
			n := len(a.Values) &^ 7
			if n == 0 || len(row) < 4*n {
				return plainF32(row, a)
			}
			return dotF32(&row[0], &a.Values[0], n/8) + plainF32(row[4*n:], &Activations{Values: a.Values[n:]})
		},
		quant.F16: func(row []byte, a *Activations) float32 {
			n := len(a.Values) &^ 7
			if n == 0 || len(row) < 2*n {
				return plainF16(row, a)
			}
			return dotF16(&row[0], &a.Values[0], n/8) + plainF16(row[2*n:], &Activations{Values: a.Values[n:]})
		},
		quant.BF16: func(row []byte, a *Activations) float32 {
			n := len(a.Values) &^ 7
			if n == 0 || len(row) < 2*n {
				return plainBF16(row, a)
			}
			return dotBF16(&row[0], &a.Values[0], n/8) + plainBF16(row[2*n:], &Activations{Values: a.Values[n:]})
		},
		quant.Q8_0: func(row []byte, a *Activations) float32 {
			n := len(a.Scales)
			if n == 0 || len(row) < 34*n {
				return plainQ8_0(row, a)
			}
			return dotQ8_0(&row[0], &a.Q[0], &a.Scales[0], n)
		},
		quant.Q4_1: withSums(quant.Q4_1, 1, 20, dotQ4_1),
		quant.Q5_0: withSums(quant.Q5_0, 1, 22, dotQ5_0),
		quant.Q5_1: withSums(quant.Q5_1, 1, 24, dotQ5_1),
		quant.Q4_K: withSums(quant.Q4_K, 8, 144, dotQ4_K),
		quant.Q5_K: withSums(quant.Q5_K, 8, 176, dotQ5_K),
		quant.Q6_K: withSums(quant.Q6_K, 8, 210, func(row *byte, q *int8, scales, _ *float32, blocks int) float32 {
			return dotQ6_K(row, q, scales, blocks)
		}),
		quant.Q4_0: func(row []byte, a *Activations) float32 {
			n := len(a.Scales)
			if n == 0 || len(row) < 18*n {
				return plainQ4_0(row, a)
			}
			return dotQ4_0(&row[0], &a.Q[0], &a.Scales[0], n)
		},
	}
}

// withSums is a kernel for blocks of so many times 32 values.
func withSums(t quant.Type, times, bytes int, f func(row *byte, q *int8, scales, sums *float32, blocks int) float32) Dot {
	return func(row []byte, a *Activations) float32 {
		n := len(a.Scales) / times
		if n == 0 || len(row) < bytes*n {
			return Plain[t](row, a)
		}
		return f(&row[0], &a.Q[0], &a.Scales[0], &a.Sums[0], n)
	}
}

// dotQ4_K, dotQ5_K and dotQ6_K take blocks of 256.
//
//go:noescape
func dotQ4_K(row *byte, q *int8, scales, sums *float32, blocks int) float32

//go:noescape
func dotQ5_K(row *byte, q *int8, scales, sums *float32, blocks int) float32

//go:noescape
func dotQ6_K(row *byte, q *int8, scales *float32, blocks int) float32

// dotQ4_1, dotQ5_0 and dotQ5_1 take blocks of 32.
//
//go:noescape
func dotQ4_1(row *byte, q *int8, scales, sums *float32, blocks int) float32

//go:noescape
func dotQ5_0(row *byte, q *int8, scales, sums *float32, blocks int) float32

//go:noescape
func dotQ5_1(row *byte, q *int8, scales, sums *float32, blocks int) float32

// dotF32 and dotF16 take groups of 8 weights, dotQ8_0 and dotQ4_0 blocks of 32. They read
// no further than that.
//
//go:noescape
func dotF32(row *byte, x *float32, groups int) float32

//go:noescape
func dotF16(row *byte, x *float32, groups int) float32

//go:noescape
func dotQ8_0(row *byte, q *int8, scales *float32, blocks int) float32

//go:noescape
func dotQ4_0(row *byte, q *int8, scales *float32, blocks int) float32

//go:noescape
func dotBF16(row *byte, x *float32, groups int) float32

// fourF32 and those that follow are dotF32 and its kin for four vectors, by AVX2 and by AVX-512.
//
//go:noescape
func fourF32(row *byte, x *[4]*float32, groups int, out *[4]float32)

//go:noescape
func fourF16(row *byte, x *[4]*float32, groups int, out *[4]float32)

//go:noescape
func fourBF16(row *byte, x *[4]*float32, groups int, out *[4]float32)

//go:noescape
func wideF32(row *byte, x *[4]*float32, groups int, out *[4]float32)

//go:noescape
func wideF16(row *byte, x *[4]*float32, groups int, out *[4]float32)

//go:noescape
func wideBF16(row *byte, x *[4]*float32, groups int, out *[4]float32)

// unpackQ8_0 and its kin take blocks of 32: see strip.
//
//go:noescape
func unpackQ8_0(row, q *byte, scales, more *float32, blocks int)

//go:noescape
func unpackQ4_0(row, q *byte, scales, more *float32, blocks int)

//go:noescape
func unpackQ5_0(row, q *byte, scales, more *float32, blocks int)

// grid32 multiplies four rows of them, the rows' values of a vector together.
//
//go:noescape
func grid32(q *byte, scales, more *float32, panel *byte, sums *float32, blocks int, out *[gridRows * gridVectors]float32)

// rowsQ8_0 and rowsQ4_0 multiply four rows by a vector.
//
//go:noescape
func rowsQ8_0(rows *byte, rowBytes int, panel *byte, blocks int, out *[gridRows]float32)

//go:noescape
func rowsQ4_0(rows *byte, rowBytes int, panel *byte, blocks int, out *[gridRows]float32)

// gridFloats multiplies four rows of floats; widenBF16 and widenHalves make them.
//
//go:noescape
func gridFloats(rows *float32, row int, x *[gridVectors]*float32, groups int, out *[gridRows * gridVectors]float32)

//go:noescape
func widenBF16(row *byte, to *float32, groups int)

func widenHalves(row *byte, to *float32, groups int) { halvesToFloats(to, halvesAt(row), groups) }

// unpackQ4_K and its kin take blocks of 256: see strip.
//
//go:noescape
func unpackQ4_K(row, q *byte, scales, more *float32, blocks int)

//go:noescape
func unpackQ5_K(row, q *byte, scales, more *float32, blocks int)

//go:noescape
func unpackQ6_K(row, q *byte, scales, more *float32, blocks int)

// stripK and stripQ6_K multiply a row, gridK and gridQ6_K four.
//
//go:noescape
func stripK(q *byte, scales, more *float32, panel *byte, sums *float32, blocks int, out *[gridVectors]float32)

//go:noescape
func stripQ6_K(q *byte, scales, more *float32, panel *byte, sums *float32, blocks int, out *[gridVectors]float32)

//go:noescape
func gridK(q *byte, scales, more *float32, panel *byte, sums *float32, blocks int, out *[gridRows * gridVectors]float32)

//go:noescape
func gridQ6_K(q *byte, scales, more *float32, panel *byte, sums *float32, blocks int, out *[gridRows * gridVectors]float32)

// packGrid makes a panel of four vectors.
//
//go:noescape
func packGrid(panel *byte, q *[gridVectors]*int8, scales *[gridVectors]*float32, blocks, shift int)

// addF32 adds groups of 8 values, scaled.
//
//go:noescape
func addF32(to, x *float32, scale float32, groups int)

// fourQ8_0 and fourQ4_0 are dotQ8_0 and dotQ4_0 for four vectors.
//
//go:noescape
func fourQ8_0(row *byte, q *[4]*int8, scales *[4]*float32, blocks int, out *[4]float32)

//go:noescape
func fourQ4_0(row *byte, q *[4]*int8, scales *[4]*float32, blocks int, out *[4]float32)

// roundQ8 takes blocks of 32.
//
//go:noescape
func roundQ8(x *float32, q *int8, scales, sums *float32, blocks int)

// expSum makes e^(x - most) of groups of 8, and gives their sum.
//
//go:noescape
func expSum(x *float32, most float32, groups int) float32

// siluMultiply makes gate * up / (1 + e^-gate) of groups of 8.
//
//go:noescape
func siluMultiply(gate, up *float32, groups int)

// geluMultiply makes gate * up / (1 + e^-z) of groups of 8, where z is of GELU by the tangent.
//
//go:noescape
func geluMultiply(gate, up *float32, groups int)

// sumSquares takes groups of 8: see SumSquares.
//
//go:noescape
func sumSquares(x *float32, groups int) float32

// tilers are those that this CPU can run, the best last.
func tilers() []tiler {
	list := []tiler{plainTiler}
	if hasKernels {
		list = append(list, tiler{16, tile16})
	}
	if hasKernels && cpu.X86.HasAVX512F {
		list = append(list, tiler{32, tile32})
	}
	return list
}

// tile16 and tile32 are tilers, by the registers of AVX2 and of AVX-512.
//
//go:noescape
func tile16(deep int, a, b, c *float32, row int)

//go:noescape
func tile32(deep int, a, b, c *float32, row int)

// quad and line make rows of a product: see MultiplyRows.
//
//go:noescape
func quad(deep int, a *float32, aRow int, b *float32, bRow int, out *float32, outRow int)

//go:noescape
func line(deep int, a, b *float32, bRow int, out *float32)

// soften takes the 64 scores of a page: see Soften.
//
//go:noescape
func soften(scores *float32, most float32, above, sum, fade *float32)

// fadeAdd and those that follow take groups of 8.
//
//go:noescape
func fadeAdd(to, x *float32, fade float32, groups int)

//go:noescape
func floatsToHalves(dst *uint16, src *float32, groups int)

//go:noescape
func halvesToFloats(dst *float32, src *uint16, groups int)

//go:noescape
func bytesByEach(dst *float32, q *int8, scales *float32, groups int)

//go:noescape
func bytesByOne(dst *float32, q *int8, scale float32, groups int)
