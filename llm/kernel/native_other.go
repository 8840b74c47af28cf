//go:build !amd64

package kernel

import "pxos/llm/quant"

// hasWide says that there are registers of 64 bytes.
var hasWide = false

// HasAssembly says that this CPU computes with the kernels in assembly.
const HasAssembly = false

func native() map[quant.Type]Dot { return nil }

var dotFloats func(row *byte, x *float32, groups int) float32

func nativeStrips() map[quant.Type]strip { return nil }

var (
	nativePack    func(panel *byte, q *[gridVectors]*int8, scales *[gridVectors]*float32, blocks, shift int)
	nativeGrid    func(rows *float32, row int, x *[gridVectors]*float32, groups int, out *[gridRows * gridVectors]float32)
	nativeHalves  func(row *byte, to *float32, groups int)
	nativeBFloats func(row *byte, to *float32, groups int)
)

func nativeFours() map[quant.Type]Four { return nil }

var (
	roundQ8Native func(x *float32, q *int8, scales, sums *float32, blocks int)
	expSumNative  func(x *float32, most float32, groups int) float32
	siluNative    func(g, u *float32, groups int)
	geluNative    func(g, u *float32, groups int)
	squaresNative func(x *float32, groups int) float32
)

var addScaled func(to, x *float32, scale float32, groups int)

var (
	quadNative       func(deep int, a *float32, aRow int, b *float32, bRow int, out *float32, outRow int)
	lineNative       func(deep int, a, b *float32, bRow int, out *float32)
	softenNative     func(scores *float32, most float32, above, sum, fade *float32)
	fadeNative       func(to, x *float32, fade float32, groups int)
	toHalvesNative   func(dst *uint16, src *float32, groups int)
	fromHalvesNative func(dst *float32, src *uint16, groups int)
	scaleEachNative  func(dst *float32, q *int8, scales *float32, groups int)
	scaleAllNative   func(dst *float32, q *int8, scale float32, groups int)
)

func tilers() []tiler { return []tiler{plainTiler} }
