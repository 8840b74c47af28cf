package model

import (
	"fmt"
	"math"
	"sort"
)

// Reference computes a model in float64, a token at a time, as the papers write it. It is
// slow, and what faster engines are held to.
type Reference struct {
	m            *Model
	context      int
	keys, values [][][]float64 // by layer and token
	frequencies  [][]float64   // by layer
}

// NewReference begins a text of at most so many tokens.
func NewReference(m *Model, context int) *Reference {
	r := &Reference{m: m, context: context, keys: make([][][]float64, m.Config.Layers), values: make([][][]float64, m.Config.Layers)}
	for i := range m.Layers {
		r.frequencies = append(r.frequencies, m.frequenciesOf(i, context))
	}
	return r
}

// Next takes a token and gives the logits of the one after it, one for each of the
// vocabulary.
func (r *Reference) Next(token int) ([]float64, error) {
	place := len(r.keys[0])
	if token < 0 || token >= r.m.Vocabulary {
		return nil, fmt.Errorf("token %d of a vocabulary of %d", token, r.m.Vocabulary)
	}
	if place == r.context {
		return nil, fmt.Errorf("the context of %d tokens is full", r.context)
	}
	x := row(r.m.Embedding, token)
	for i := range x {
		x[i] *= r.m.EmbeddingScale
	}
	for n := range r.m.Layers {
		l := &r.m.Layers[n]
		a := r.attention(n, r.norm(x, l.AttentionNorm), place)
		if l.PostAttentionNorm != nil {
			a = r.norm(a, l.PostAttentionNorm)
		}
		add(x, a)
		f := r.feed(l, r.norm(x, l.FeedNorm))
		if l.PostFeedNorm != nil {
			f = r.norm(f, l.PostFeedNorm)
		}
		add(x, f)
	}
	logits := multiply(r.m.Head, r.norm(x, r.m.Norm), nil)
	if r.m.Cap > 0 {
		for i, v := range logits {
			logits[i] = r.m.Cap * math.Tanh(v/r.m.Cap)
		}
	}
	return logits, nil
}

func row(m *Matrix, n int) []float64 {
	f := make([]float32, m.Cols)
	m.Row(n, f)
	out := make([]float64, m.Cols)
	for i, v := range f {
		out[i] = float64(v)
	}
	return out
}

func add(x, y []float64) {
	for i, v := range y {
		x[i] += v
	}
}

// multiply is a matrix by a vector, and a bias that may be nil.
func multiply(m *Matrix, x []float64, bias []float32) []float64 {
	out := make([]float64, m.Rows)
	for n := range out {
		for i, w := range row(m, n) {
			out[n] += w * x[i]
		}
		if bias != nil {
			out[n] += float64(bias[n])
		}
	}
	return out
}

// norm is RMSNorm.
func (r *Reference) norm(x []float64, weights []float32) []float64 {
	var squares float64
	for _, v := range x {
		squares += v * v
	}
	scale := 1 / math.Sqrt(squares/float64(len(x))+r.m.Epsilon)
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = v * scale * float64(weights[i])
	}
	return out
}

// turn rotates the pairs of a head by its place.
func (r *Reference) turn(head []float64, layer, place int) {
	for i, f := range r.frequencies[layer] {
		a, b := r.m.RoPE.Pair(i)
		sin, cos := math.Sincos(float64(place) * f)
		sin, cos = sin*r.m.RoPE.AttentionScale, cos*r.m.RoPE.AttentionScale
		head[a], head[b] = head[a]*cos-head[b]*sin, head[a]*sin+head[b]*cos
	}
}

// heads cuts a vector into heads, norms each where the layer does, and turns them.
func (r *Reference) heads(x []float64, width int, norm []float32, layer, place int) (out [][]float64) {
	for ; len(x) > 0; x = x[width:] {
		h := x[:width]
		if norm != nil {
			h = r.norm(h, norm)
		}
		r.turn(h, layer, place)
		out = append(out, h)
	}
	return out
}

func (r *Reference) attention(n int, x []float64, place int) []float64 {
	l, c := &r.m.Layers[n], &r.m.Config
	queries := r.heads(multiply(l.Query, x, l.QueryBias), c.HeadKey, l.QueryNorm, n, place)
	var key []float64
	for _, h := range r.heads(multiply(l.Key, x, l.KeyBias), c.HeadKey, l.KeyNorm, n, place) {
		key = append(key, h...)
	}
	r.keys[n], r.values[n] = append(r.keys[n], key), append(r.values[n], multiply(l.Value, x, l.ValueBias))
	first := 0
	if w := c.WindowOf(n); w > 0 {
		first = max(0, place+1-w)
	}
	out := make([]float64, c.Heads*c.HeadValue)
	for h, q := range queries {
		kv := h / (c.Heads / c.KV)
		var scores []float64
		for t := first; t <= place; t++ {
			s := 0.0
			for i, v := range q {
				s += v * r.keys[n][t][kv*c.HeadKey+i]
			}
			if s *= c.AttentionScale; c.AttentionCap > 0 {
				s = c.AttentionCap * math.Tanh(s/c.AttentionCap)
			}
			scores = append(scores, s)
		}
		softmax(scores)
		for i, s := range scores {
			for k := range c.HeadValue {
				out[h*c.HeadValue+k] += s * r.values[n][first+i][kv*c.HeadValue+k]
			}
		}
	}
	return multiply(l.Output, out, nil)
}

func softmax(x []float64) {
	most := math.Inf(-1)
	for _, v := range x {
		most = max(most, v)
	}
	var sum float64
	for i, v := range x {
		x[i] = math.Exp(v - most)
		sum += x[i]
	}
	for i := range x {
		x[i] /= sum
	}
}

// feed is the feed-forward part, or the experts that the router chooses.
func (r *Reference) feed(l *Layer, x []float64) []float64 {
	if l.Experts == nil {
		return r.gated(l.Gate, l.Up, l.Down, x)
	}
	scores := multiply(l.Router, x, nil)
	softmax(scores)
	order := make([]int, len(scores))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return scores[order[a]] > scores[order[b]] })
	var sum float64
	for _, n := range order[:r.m.UsedExpert] {
		sum += scores[n]
	}
	out := make([]float64, len(x))
	for _, n := range order[:r.m.UsedExpert] {
		e := l.Experts[n]
		for i, v := range r.gated(e.Gate, e.Up, e.Down, x) {
			out[i] += v * scores[n] / sum
		}
	}
	return out
}

// gated is SwiGLU, or GeGLU by the tangent.
func (r *Reference) gated(gate, up, down *Matrix, x []float64) []float64 {
	g, u := multiply(gate, x, nil), multiply(up, x, nil)
	for i, v := range g {
		if r.m.GELU {
			g[i] = 0.5 * v * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(v+0.044715*v*v*v))) * u[i]
		} else {
			g[i] = v / (1 + math.Exp(-v)) * u[i]
		}
	}
	return multiply(down, g, nil)
}
