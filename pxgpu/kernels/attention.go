package kernels

import (
	"context"
	"fmt"
	"math"
)

// AttentionShape is the shape of an attention: q [Queries, Heads, HeadDim], k and
// v [Keys, KVHeads, HeadDim], all f32 and row-major. With Causal, the queries are
// the last of the keys' positions.
type AttentionShape struct {
	Queries, Keys, Heads, KVHeads, HeadDim int
	Causal                                 bool
}

// Scale is what scores are multiplied by: 1 / sqrt(HeadDim).
func (s AttentionShape) Scale() float64 { return 1 / math.Sqrt(float64(s.HeadDim)) }

func (s AttentionShape) check(q, k, v []float32) error {
	switch {
	case s.Queries < 1 || s.Keys < 1 || s.Heads < 1 || s.KVHeads < 1:
		return fmt.Errorf("attention: %+v has an empty dimension", s)
	case s.Heads%s.KVHeads != 0:
		return fmt.Errorf("attention: %d heads cannot share %d key-value heads evenly", s.Heads, s.KVHeads)
	case s.HeadDim%4 != 0 || s.HeadDim < 4 || s.HeadDim > 256:
		return fmt.Errorf("attention: head size %d is not a multiple of 4 from 4 to 256", s.HeadDim)
	case s.Causal && s.Queries > s.Keys:
		return fmt.Errorf("attention: causal with %d queries over %d keys", s.Queries, s.Keys)
	case len(q) != s.Queries*s.Heads*s.HeadDim || len(k) != s.Keys*s.KVHeads*s.HeadDim || len(v) != len(k):
		return fmt.Errorf("attention: %d, %d and %d numbers in q, k and v do not fit %+v", len(q), len(k), len(v), s)
	}
	return nil
}

// Attention computes softmax(Q Kᵀ scale + mask) V, [Queries, Heads, HeadDim]. Its
// error against AttentionReference is at most AttentionBound of the largest |v|.
func (r *Runner) Attention(ctx context.Context, q, k, v []float32, s AttentionShape) ([]float32, error) {
	if err := s.check(q, k, v); err != nil {
		return nil, err
	}
	p, err := r.Pipeline(ctx, "attention.wgsl", AttentionWGSL, "attention")
	if err != nil {
		return nil, err
	}
	causal := uint32(0)
	if s.Causal {
		causal = 1
	}
	shape := words(uint32(s.Queries), uint32(s.Keys), uint32(s.Heads), uint32(s.KVHeads), uint32(s.HeadDim), causal,
		math.Float32bits(float32(s.Scale())), 0)
	return r.run(ctx, call{
		pipeline:   p,
		bindings:   map[int][]byte{0: bytesOf(q), 1: bytesOf(k), 2: bytesOf(v), 3: make([]byte, 4*len(q)), 4: shape},
		out:        3,
		workgroups: [3]uint32{groupsOf(s.Queries, 64), uint32(s.Heads), 1},
	})
}

// AttentionBound bounds the error of Attention, as a share of the largest |v|,
// where no score passes 32: the scores' rounding counts through exp.
const AttentionBound = 2e-6

// AttentionReference is the same in float64, plainly: all scores, then the
// softmax, then the sum.
func AttentionReference(q, k, v []float32, s AttentionShape) []float64 {
	out := make([]float64, len(q))
	group := s.Heads / s.KVHeads
	scores := make([]float64, s.Keys)
	for i := range s.Queries {
		visible := s.Keys
		if s.Causal {
			visible = i + 1 + s.Keys - s.Queries
		}
		for h := range s.Heads {
			row := q[(i*s.Heads+h)*s.HeadDim:][:s.HeadDim]
			highest, total := math.Inf(-1), 0.0
			for j := range visible {
				key := k[(j*s.KVHeads+h/group)*s.HeadDim:][:s.HeadDim]
				scores[j] = dot64(row, key) * s.Scale()
				highest = max(highest, scores[j])
			}
			for j := range visible {
				scores[j] = math.Exp(scores[j] - highest)
				total += scores[j]
			}
			sum := out[(i*s.Heads+h)*s.HeadDim:][:s.HeadDim]
			for j := range visible {
				value := v[(j*s.KVHeads+h/group)*s.HeadDim:][:s.HeadDim]
				for c := range sum {
					sum[c] += scores[j] / total * float64(value[c])
				}
			}
		}
	}
	return out
}

func dot64(a, b []float32) float64 {
	var sum float64
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}
