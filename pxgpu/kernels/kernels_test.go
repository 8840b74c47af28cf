package kernels

import (
	"context"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"

	"pxos/wgsl"
	"pxos/wgsl/eval"
)

func runner(t testing.TB) *Runner {
	t.Helper()
	d, err := wgsl.Open(context.Background(), "soft", wgsl.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := NewRunner(d)
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		d.Close()
	})
	return r
}

func normal(rng *rand.Rand, n int) []float32 {
	out := make([]float32, n)
	for i := range out {
		out[i] = float32(rng.NormFloat64())
	}
	return out
}

// TestAttentionAgainstFloat64 tries random shapes: head sizes from 32 to 256,
// lengths that are no multiple of anything, shared heads, causal and not.
func TestAttentionAgainstFloat64(t *testing.T) {
	r := runner(t)
	rng := rand.New(rand.NewPCG(1, 1))
	worst := 0.0
	for n := range 40 {
		s := AttentionShape{KVHeads: 1 + rng.IntN(3), HeadDim: 32 + 4*rng.IntN(57), Causal: rng.IntN(2) == 0}
		s.Heads = s.KVHeads * (1 + rng.IntN(4))
		s.Keys = 1 + rng.IntN(150)
		s.Queries = 1 + rng.IntN(s.Keys)
		if n < 2 {
			s.Queries, s.Keys = 1, 1
		}
		q, k, v := normal(rng, s.Queries*s.Heads*s.HeadDim), normal(rng, s.Keys*s.KVHeads*s.HeadDim), normal(rng, s.Keys*s.KVHeads*s.HeadDim)
		got, err := r.Attention(context.Background(), q, k, v, s)
		if err != nil {
			t.Fatal(err)
		}
		var largest float64
		for _, x := range v {
			largest = max(largest, math.Abs(float64(x)))
		}
		for i, want := range AttentionReference(q, k, v, s) {
			e := math.Abs(float64(got[i])-want) / largest
			if !(e <= AttentionBound) {
				t.Fatalf("%+v: element %d is %g, want %g", s, i, got[i], want)
			}
			worst = max(worst, e)
		}
	}
	t.Logf("attention: worst error %.3g of the largest |v|, bound %.3g", worst, AttentionBound)
}

func TestActivationsAgainstFloat64(t *testing.T) {
	r := runner(t)
	for name := range activations {
		t.Run(name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(2, uint64(len(name))))
			worst := 0.0
			for range 20 {
				rows := &Rows{Count: 1 + rng.IntN(9), Width: 2 * (1 + rng.IntN(150)), Epsilon: 1e-5, RopeBase: 10000}
				rows.RopeDims = rows.Width
				if rows.Width%4 == 0 {
					rows.RopeDims /= 2
				}
				n := rows.Count * rows.Width
				rows.X, rows.Gate = normal(rng, n), normal(rng, n)
				scale := float32(math.Exp(4*rng.Float64() - 2))
				for i := range rows.X {
					rows.X[i] *= scale
				}
				rows.Weight, rows.Bias = normal(rng, rows.Width), normal(rng, rows.Width)
				for range rows.Count {
					rows.Positions = append(rows.Positions, rng.IntN(100000))
				}
				got, err := r.Activation(context.Background(), name, rows)
				if err != nil {
					t.Fatal(err)
				}
				magnitude := 1.0
				for i := range rows.X {
					magnitude = max(magnitude, math.Abs(float64(rows.X[i])), math.Abs(float64(rows.Gate[i])))
				}
				for i, want := range ActivationReference(name, rows) {
					e := math.Abs(float64(got[i])-want) / magnitude
					if !(e <= ActivationBound(name)) {
						t.Fatalf("%d x %d: element %d of x %g is %g, want %g", rows.Count, rows.Width, i, rows.X[i], got[i], want)
					}
					worst = max(worst, e)
				}
			}
			t.Logf("%s: worst error %.3g of the operands, bound %.3g", name, worst, ActivationBound(name))
		})
	}
}

// randomWeights makes N rows of K weights with scales of about 0.01.
func randomWeights(rng *rand.Rand, kind WeightType, n, k int) Weights {
	w := Weights{Type: kind, N: n, K: k}
	if kind == F32 {
		w.Data = bytesOf(normal(rng, n*k))
		return w
	}
	for range n * k / 32 {
		w.Data = binary.LittleEndian.AppendUint16(w.Data, eval.FloatToHalf(0.02*rng.Float64()-0.01))
		for range kind.blockBytes() - 2 {
			w.Data = append(w.Data, byte(rng.Uint32()))
		}
	}
	return w
}

func TestMatmulAgainstFloat64(t *testing.T) {
	r := runner(t)
	for _, kind := range []WeightType{F32, Q8_0, Q4_0} {
		t.Run(string(kind), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(3, 3))
			worst := 0.0
			for i := range 24 {
				m, n, k := 1+rng.IntN(50), 1+rng.IntN(80), 32*(1+rng.IntN(8))
				if kind == F32 {
					k = 1 + rng.IntN(300)
				}
				if i%3 == 0 {
					m = 1
				}
				x, w := normal(rng, m*k), randomWeights(rng, kind, n, k)
				got, err := r.Matmul(context.Background(), x, m, w)
				if err != nil {
					t.Fatal(err)
				}
				want, magnitude := MatmulReference(x, m, w)
				for i := range want {
					e := math.Abs(float64(got[i])-want[i]) / magnitude[i]
					if !(e <= MatmulBound) {
						t.Fatalf("%d x %d x %d: element %d is %g, want %g", m, n, k, i, got[i], want[i])
					}
					worst = max(worst, e)
				}
			}
			t.Logf("matmul %s: worst error %.3g of Σ|x||w|, bound %.3g", kind, worst, MatmulBound)
		})
	}
}

func TestShapesAreRefused(t *testing.T) {
	r := runner(t)
	ctx := context.Background()
	if _, err := r.Attention(ctx, make([]float32, 6), make([]float32, 6), make([]float32, 6),
		AttentionShape{Queries: 1, Keys: 1, Heads: 1, KVHeads: 1, HeadDim: 6}); err == nil {
		t.Error("a head of 6 was taken")
	}
	if _, err := r.Matmul(ctx, make([]float32, 33), 1, Weights{Type: Q8_0, N: 1, K: 33, Data: make([]byte, 34)}); err == nil {
		t.Error("33 columns of Q8_0 were taken")
	}
	if _, err := r.Activation(ctx, "swiglu", &Rows{Count: 1, Width: 2, X: make([]float32, 2)}); err == nil {
		t.Error("swiglu without a gate was taken")
	}
	if _, err := r.Activation(ctx, "swish", &Rows{}); err == nil {
		t.Error("an unknown activation was taken")
	}
}
