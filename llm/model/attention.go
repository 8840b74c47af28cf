package model

import (
	"math"

	"pxos/llm/kernel"
)

// attention of a batch whose tokens follow those of the sequence.
func (s *Sequence) attention(n int, x [][]float32) [][]float32 {
	m, l := s.e.m, &s.e.m.Layers[n]
	a := s.rounded(x)
	queries, keys, values := s.multiplyRounded(forQueries, l.Query, a, l.QueryBias), s.multiplyRounded(forKeys, l.Key, a, l.KeyBias), s.multiplyRounded(forValues, l.Value, a, l.ValueBias)
	for i := range x {
		place := s.len + i
		s.turnAll(queries[i], l.QueryNorm, n, place)
		s.turnAll(keys[i], l.KeyNorm, n, place)
		copy(s.keys[n][place*len(keys[i]):], keys[i])
		copy(s.values[n][place*len(values[i]):], values[i])
	}
	out := s.vectors(forHeads, len(x), m.Heads*m.HeadValue)
	s.e.pool.Split(len(x)*m.Heads, 4, func(from, to int) {
		scores := make([]float32, s.len+len(x))
		for k := from; k < to; k++ {
			i, h := k/m.Heads, k%m.Heads
			clear(out[i][h*m.HeadValue:][:m.HeadValue])
			s.head(n, h, s.len+i, queries[i][h*m.HeadKey:][:m.HeadKey], scores, out[i][h*m.HeadValue:][:m.HeadValue])
		}
	})
	return s.multiply(forOutput, l.Output, out, nil)
}

// turnAll norms and turns the heads of a vector by its place.
func (s *Sequence) turnAll(x []float32, norm []float32, layer, place int) {
	m := s.e.m
	for ; len(x) > 0; x = x[m.HeadKey:] {
		head := x[:m.HeadKey]
		if norm != nil {
			normTo(head, head, norm, m.Epsilon)
		}
		for i, f := range s.turns[layer] {
			a, b := m.RoPE.pair(i)
			sin, cos := math.Sincos(float64(place) * f)
			c, d := float32(cos*m.RoPE.AttentionScale), float32(sin*m.RoPE.AttentionScale)
			head[a], head[b] = head[a]*c-head[b]*d, head[a]*d+head[b]*c
		}
	}
}

// head is what one head of a token sees, over scores as room to work.
func (s *Sequence) head(layer, h, place int, query, scores, out []float32) {
	m := s.e.m
	kv := h / (m.Heads / m.KV)
	first := 0
	if w := m.windowOf(layer); w > 0 {
		first = max(0, place+1-w)
	}
	width := m.KV * m.HeadKey
	scores = scores[:place+1-first]
	most := float32(math.Inf(-1))
	for i := range scores {
		v := kernel.DotFloats(query, s.keys[layer][(first+i)*width+kv*m.HeadKey:][:m.HeadKey]) * float32(m.AttentionScale)
		if m.AttentionCap > 0 {
			v = float32(m.AttentionCap * math.Tanh(float64(v)/m.AttentionCap))
		}
		scores[i], most = v, max(most, v)
	}
	sum := kernel.ExpSum(scores, most)
	width = m.KV * m.HeadValue
	for i, v := range scores {
		kernel.AddScaled(out, s.values[layer][(first+i)*width+kv*m.HeadValue:][:m.HeadValue], v/sum)
	}
}
