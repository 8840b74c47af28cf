package kernel

import (
	"golang.org/x/sys/cpu"

	"pxos/llm/quant"
)

// dotFloats is dotF32 where the CPU can run it.
var dotFloats = func() func(*byte, *float32, int) float32 {
	if !cpu.X86.HasAVX2 || !cpu.X86.HasFMA {
		return nil
	}
	return dotF32
}()

// native are the kernels that this CPU can run.
func native() map[quant.Type]Dot {
	if !cpu.X86.HasAVX2 || !cpu.X86.HasFMA {
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
		quant.Q8_0: func(row []byte, a *Activations) float32 {
			n := len(a.Scales)
			if n == 0 || len(row) < 34*n {
				return plainQ8_0(row, a)
			}
			return dotQ8_0(&row[0], &a.Q[0], &a.Scales[0], n)
		},
		quant.Q4_0: func(row []byte, a *Activations) float32 {
			n := len(a.Scales)
			if n == 0 || len(row) < 18*n {
				return plainQ4_0(row, a)
			}
			return dotQ4_0(&row[0], &a.Q[0], &a.Scales[0], n)
		},
	}
}

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
