package model

import (
	"math"

	"pxos/llm/kernel"
)

// attention of a batch; each token sees its own sequence.
func (e *Engine) attention(n int, tokens []token, x [][]float32) [][]float32 {
	m, l := e.m, &e.m.Layers[n]
	a := e.rounded(x)
	queries, keys, values := e.multiplyRounded(forQueries, l.Query, a, l.QueryBias), e.multiplyRounded(forKeys, l.Key, a, l.KeyBias), e.multiplyRounded(forValues, l.Value, a, l.ValueBias)
	longest := 0
	for i, t := range tokens {
		turns := t.turns[m.Local(n)]
		m.turnAll(queries[i], l.QueryNorm, turns)
		m.turnAll(keys[i], l.KeyNorm, turns)
		copy(t.s.keys[n][t.place*len(keys[i]):], keys[i])
		copy(t.s.values[n][t.place*len(values[i]):], values[i])
		longest = max(longest, t.place+1)
	}
	out := e.vectors(forHeads, len(x), m.Heads*m.HeadValue)
	e.pool.Split(len(x)*m.Heads, 4, func(from, to int) {
		scores := make([]float32, longest)
		for k := from; k < to; k++ {
			i, h := k/m.Heads, k%m.Heads
			clear(out[i][h*m.HeadValue:][:m.HeadValue])
			e.head(n, h, &tokens[i], queries[i][h*m.HeadKey:][:m.HeadKey], scores, out[i][h*m.HeadValue:][:m.HeadValue])
		}
	})
	return e.multiply(forOutput, l.Output, out, nil)
}

// turnAll norms and turns the heads of a vector.
func (m *Model) turnAll(x []float32, norm []float32, turns []Turn) {
	for ; len(x) > 0; x = x[m.HeadKey:] {
		head := x[:m.HeadKey]
		if norm != nil {
			normTo(head, head, norm, m.Epsilon)
		}
		for i, t := range turns {
			a, b := m.RoPE.Pair(i)
			head[a], head[b] = head[a]*t.Cos-head[b]*t.Sin, head[a]*t.Sin+head[b]*t.Cos
		}
	}
}

// head is what one head of a token sees, over scores as room to work.
func (e *Engine) head(layer, h int, t *token, query, scores, out []float32) {
	m := e.m
	kv := h / (m.Heads / m.KV)
	first := 0
	if w := m.WindowOf(layer); w > 0 {
		first = max(0, t.place+1-w)
	}
	width := m.KV * m.HeadKey
	scores = scores[:t.place+1-first]
	most := float32(math.Inf(-1))
	for i := range scores {
		v := kernel.DotFloats(query, t.s.keys[layer][(first+i)*width+kv*m.HeadKey:][:m.HeadKey]) * float32(m.AttentionScale)
		if m.AttentionCap > 0 {
			v = float32(m.AttentionCap * math.Tanh(float64(v)/m.AttentionCap))
		}
		scores[i], most = v, max(most, v)
	}
	sum := kernel.ExpSum(scores, most)
	width = m.KV * m.HeadValue
	for i, v := range scores {
		kernel.AddScaled(out, t.s.values[layer][(first+i)*width+kv*m.HeadValue:][:m.HeadValue], v/sum)
	}
}
