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
	e.pool.Split(len(tokens), 4, func(from, to int) {
		for i := from; i < to; i++ {
			turns := tokens[i].turns[m.Local(n)]
			m.turnAll(queries[i], l.QueryNorm, turns)
			m.turnAll(keys[i], l.KeyNorm, turns)
		}
	})
	for i := range tokens {
		t := &tokens[i]
		p, at := t.s.pages[t.place/kernel.PageTokens], t.place%kernel.PageTokens
		for h := range m.KV {
			e.cache.Put(e.part(p, n, h), at, keys[i][h*m.HeadKey:][:m.HeadKey], values[i][h*m.HeadValue:][:m.HeadValue])
		}
	}
	out := e.vectors(forHeads, len(x), m.Heads*m.HeadValue)
	list := tiles(tokens)
	e.pool.Split(len(list)*m.KV, 1, func(from, to int) {
		w := e.attenders.Get().(*attender)
		defer e.attenders.Put(w)
		for k := from; k < to; k++ {
			part := list[k/m.KV]
			w.attend(e, n, k%m.KV, tokens[part.from:part.to], queries[part.from:part.to], out[part.from:part.to])
		}
	})
	return e.multiply(forOutput, l.Output, out, nil)
}

// turnAll norms and turns the heads of a vector. No product and sum are fused.
func (m *Model) turnAll(x []float32, norm []float32, turns []Turn) {
	for ; len(x) > 0; x = x[m.HeadKey:] {
		head := x[:m.HeadKey]
		if norm != nil {
			normTo(head, head, norm, m.Epsilon)
		}
		for i, t := range turns {
			a, b := m.RoPE.Pair(i)
			head[a], head[b] = float32(head[a]*t.Cos)-float32(head[b]*t.Sin), float32(head[a]*t.Sin)+float32(head[b]*t.Cos)
		}
	}
}

// tileTokens is how many tokens of a text go through its pages together.
const tileTokens = 16

// tile are neighbours in a batch.
type tile struct{ from, to int }

// tiles cuts a batch into runs of tokens of one sequence.
func tiles(tokens []token) (out []tile) {
	for i := range tokens {
		if n := len(out) - 1; n >= 0 && tokens[i-1].s == tokens[i].s && i-out[n].from < tileTokens {
			out[n].to = i + 1
			continue
		}
		out = append(out, tile{i, i + 1})
	}
	return out
}

// attender is room to work in. A row is a head of a token that shares the keys and values.
// Source: FlashAttention-2 (Dao, 2023), section 3.1, the forward pass: softmax over a page at
// a time, what was seen before fading as higher scores come.
type attender struct {
	room, queries, scores, seen, part []float32
	highest, total, fade              []float32
}

// fit makes room for rows.
func (w *attender) fit(p kernel.PagePart, rows int) {
	if need := kernel.PageTokens * (p.Key + p.ValueWidth()); len(w.room) < need {
		w.room = make([]float32, need)
	}
	if len(w.highest) < rows {
		w.highest, w.total, w.fade = make([]float32, rows), make([]float32, rows), make([]float32, rows)
		w.queries, w.scores = make([]float32, rows*p.Key), make([]float32, rows*kernel.PageTokens)
		w.seen, w.part = make([]float32, rows*p.ValueWidth()), make([]float32, rows*p.ValueWidth())
	}
}

// attend is what the heads of one head of keys and values see, of a tile.
func (w *attender) attend(e *Engine, layer, kv int, tokens []token, queries, out [][]float32) {
	m, group := e.m, e.m.Heads/e.m.KV
	rows, width := len(tokens)*group, e.cache.ValueWidth()
	w.fit(e.cache, rows)
	scale := float32(m.AttentionScale)
	for i := range tokens {
		for k, v := range queries[i][kv*group*m.HeadKey:][:group*m.HeadKey] {
			w.queries[i*group*m.HeadKey+k] = v * scale
		}
	}
	for r := range rows {
		w.highest[r], w.total[r] = -math.MaxFloat32, 0
	}
	clear(w.seen[:rows*width])
	last := tokens[len(tokens)-1].place
	for n := m.firstSeen(layer, tokens[0].place) / kernel.PageTokens; n <= last/kernel.PageTokens; n++ {
		keys, values := e.cache.Open(e.part(tokens[0].s.pages[n], layer, kv), w.room)
		kernel.MultiplyRows(w.scores[:rows*kernel.PageTokens], w.queries[:rows*m.HeadKey], keys, rows, m.HeadKey, kernel.PageTokens)
		for r := range rows {
			w.soften(m, layer, r, tokens[r/group].place, n*kernel.PageTokens)
		}
		kernel.MultiplyRows(w.part[:rows*width], w.scores[:rows*kernel.PageTokens], values, rows, kernel.PageTokens, width)
		for r := range rows {
			kernel.FadeAdd(w.seen[r*width:][:width], w.part[r*width:][:width], w.fade[r])
		}
	}
	for r := range rows {
		inverse := 1 / w.total[r]
		to := out[r/group][(kv*group+r%group)*m.HeadValue:][:m.HeadValue]
		for i, v := range w.seen[r*width:][:m.HeadValue] {
			to[i] = v * inverse
		}
	}
}

// firstSeen is the first place that a token sees.
func (c *Config) firstSeen(layer, place int) int {
	if w := c.WindowOf(layer); w > 0 {
		return max(0, place+1-w)
	}
	return 0
}

// soften makes shares of the scores of a page, from a place on, that a row sees.
func (w *attender) soften(m *Model, layer, r, place, start int) {
	scores := w.scores[r*kernel.PageTokens:][:kernel.PageTokens]
	from, to := min(max(m.firstSeen(layer, place)-start, 0), kernel.PageTokens), min(max(place+1-start, 0), kernel.PageTokens)
	if from >= to {
		clear(scores)
		w.fade[r] = 1
		return
	}
	if m.AttentionCap > 0 {
		limit := float32(m.AttentionCap)
		for i, v := range scores[from:to] {
			scores[from+i] = limit * kernel.Tanh(v/limit)
		}
	}
	hide(scores[:from], -math.MaxFloat32)
	hide(scores[to:], -math.MaxFloat32)
	above, sum, fade := kernel.Soften(scores, w.highest[r])
	w.highest[r], w.total[r], w.fade[r] = above, float32(w.total[r]*fade)+sum, fade
	hide(scores[:from], 0)
	hide(scores[to:], 0)
}

func hide(scores []float32, v float32) {
	for i := range scores {
		scores[i] = v
	}
}
