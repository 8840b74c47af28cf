//go:build !amd64

package kernel

import "pxos/llm/quant"

func native() map[quant.Type]Dot { return nil }

var dotFloats func(row *byte, x *float32, groups int) float32

func nativeFours() map[quant.Type]Four { return nil }

var (
	roundQ8Native func(x *float32, q *int8, scales, sums *float32, blocks int)
	expSumNative  func(x *float32, most float32, groups int) float32
	siluNative    func(g, u *float32, groups int)
)

var addScaled func(to, x *float32, scale float32, groups int)

func tilers() []tiler { return []tiler{plainTiler} }
