package kernels

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"

	"pxos/wgsl/eval"
)

// WeightType is how weights are stored.
type WeightType string

// The types of weights, by GGUF's names.
const (
	F32  WeightType = "f32"
	Q8_0 WeightType = "q8_0"
	Q4_0 WeightType = "q4_0"
)

// blockBytes is the size of a block of 32 weights.
func (t WeightType) blockBytes() int { return map[WeightType]int{F32: 128, Q8_0: 34, Q4_0: 18}[t] }

// Weights are N rows of K weights; Data is as GGUF stores them.
type Weights struct {
	Type WeightType
	N, K int
	Data []byte
}

func (w Weights) check() error {
	want := w.N * w.K * 4
	if w.Type != F32 {
		if w.Type.blockBytes() == 0 {
			return fmt.Errorf("weights of type %q; f32, q8_0 and q4_0 are known", w.Type)
		}
		if w.K%32 != 0 {
			return fmt.Errorf("weights of type %s: %d columns are not a multiple of 32", w.Type, w.K)
		}
		want = w.N * w.K / 32 * w.Type.blockBytes()
	}
	if w.N < 1 || w.K < 1 || len(w.Data) != want {
		return fmt.Errorf("%d x %d weights of type %s take %d bytes, there are %d", w.N, w.K, w.Type, want, len(w.Data))
	}
	return nil
}

// Row decodes one row of weights.
func (w Weights) Row(n int) []float32 {
	if w.Type == F32 {
		return floatsOf(w.Data[4*n*w.K:][:4*w.K])
	}
	size := w.Type.blockBytes()
	out := make([]float32, 0, w.K)
	for b := range w.K / 32 {
		block := w.Data[(n*w.K/32+b)*size:][:size]
		scale := eval.HalfToFloat(binary.LittleEndian.Uint16(block))
		for i := range 32 {
			q := int(int8(block[2+i%(size-2)]))
			if w.Type == Q4_0 {
				q = int(block[2+i%16]>>(4*(i/16))&15) - 8
			}
			out = append(out, scale*float32(q))
		}
	}
	return out
}

// Matmul computes out[m, n] = Σ x[m, k] w[n, k] for M rows of x; one row runs the
// matrix-vector kernel. Its error is at most MatmulBound of Σ |x| |w|.
func (r *Runner) Matmul(ctx context.Context, x []float32, m int, w Weights) ([]float32, error) {
	if err := w.check(); err != nil {
		return nil, err
	}
	if m < 1 || len(x) != m*w.K {
		return nil, fmt.Errorf("%d numbers are not %d rows of %d", len(x), m, w.K)
	}
	entry, groups := "matmul_", [3]uint32{groupsOf(w.N, 32), groupsOf(m, 16), 1}
	if m == 1 {
		entry, groups = "matvec_", [3]uint32{uint32(min(w.N, 65535)), groupsOf(w.N, 65535), 1}
	}
	p, err := r.Pipeline(ctx, "matmul.wgsl", MatmulWGSL, entry+string(w.Type))
	if err != nil {
		return nil, err
	}
	return r.run(ctx, call{
		pipeline: p,
		bindings: map[int][]byte{0: bytesOf(x), 1: w.Data, 2: make([]byte, 4*m*w.N),
			3: words(uint32(m), uint32(w.N), uint32(w.K), 0), 4: w.Data},
		out: 2, workgroups: groups,
	})
}

// MatmulBound bounds the error of Matmul as a share of Σ |x| |w|: rounding of
// sums of k products, for k up to 4096.
const MatmulBound = 2e-6

// MatmulReference is the same in float64, with the sum of magnitudes that the
// bound refers to.
func MatmulReference(x []float32, m int, w Weights) (out, magnitude []float64) {
	out, magnitude = make([]float64, m*w.N), make([]float64, m*w.N)
	for n := range w.N {
		row := w.Row(n)
		for i := range m {
			for k, v := range row {
				p := float64(v) * float64(x[i*w.K+k])
				out[i*w.N+n] += p
				magnitude[i*w.N+n] += math.Abs(p)
			}
		}
	}
	return out, magnitude
}
