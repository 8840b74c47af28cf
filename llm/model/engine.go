package model

import (
	"errors"
	"fmt"
	"math"

	"pxos/llm/kernel"
)

// Engine computes a model in float32, with the weights as they are stored.
type Engine struct {
	m    *Model
	pool *kernel.Pool
}

// NewEngine makes an engine that works with so many goroutines. Close it.
func NewEngine(m *Model, workers int) *Engine { return &Engine{m, kernel.NewPool(workers)} }

// Close ends the engine's goroutines; its sequences must not be used any more.
func (e *Engine) Close() { e.pool.Close() }

// Sequence is a text on its way: what was computed of its tokens. It is for one goroutine.
type Sequence struct {
	e            *Engine
	context, len int
	keys, values [][]float32 // by layer: a row for each token
	turns        [][]float64 // by layer: frequencies
	room         [rooms][]float32
	activations  []*kernel.Activations
}

// Rooms for vectors that live until the next layer, or the next of their kind.
const (
	forStream = iota
	forNorm
	forQueries
	forKeys
	forValues
	forHeads
	forOutput
	forScores
	forGate
	forUp
	forDown
	forExperts
	rooms
)

// ErrContext is a text that is longer than its context.
var ErrContext = errors.New("the context is full")

// NewSequence begins a text of at most so many tokens. Bytes says what it takes.
func (e *Engine) NewSequence(context int) *Sequence {
	s := &Sequence{e: e, context: context}
	for i := range e.m.Layers {
		s.keys = append(s.keys, make([]float32, context*e.m.KV*e.m.HeadKey))
		s.values = append(s.values, make([]float32, context*e.m.KV*e.m.HeadValue))
		s.turns = append(s.turns, e.m.frequenciesOf(i, context))
	}
	return s
}

// Bytes is the memory of a sequence of so many tokens.
func (c *Config) Bytes(context int) int64 {
	return 4 * int64(context) * int64(c.Layers) * int64(c.KV) * int64(c.HeadKey+c.HeadValue)
}

// Len is how many tokens there are.
func (s *Sequence) Len() int { return s.len }

// Cut forgets the tokens from n on, so that a text can go on otherwise.
func (s *Sequence) Cut(n int) { s.len = min(s.len, max(0, n)) }

// batch is how many tokens are computed at once.
const batch = 64

// Feed takes tokens and gives the logits of the one after the last.
func (s *Sequence) Feed(tokens []int) (logits []float32, err error) {
	if len(tokens) == 0 {
		return nil, errors.New("there is no token to compute")
	}
	if s.len+len(tokens) > s.context {
		return nil, fmt.Errorf("%d tokens and %d more, there is room for %d: %w", s.len, len(tokens), s.context, ErrContext)
	}
	for _, t := range tokens {
		if t < 0 || t >= s.e.m.Vocabulary {
			return nil, fmt.Errorf("token %d of a vocabulary of %d", t, s.e.m.Vocabulary)
		}
	}
	for len(tokens) > 0 {
		n := min(batch, len(tokens))
		x := s.forward(tokens[:n])
		if tokens = tokens[n:]; len(tokens) == 0 {
			logits = s.logits(x[n-1])
		}
	}
	return logits, nil
}

// forward computes a batch up to the last norm, and keeps its keys and values.
func (s *Sequence) forward(tokens []int) [][]float32 {
	m := s.e.m
	x := s.vectors(forStream, len(tokens), m.Width)
	for i, t := range tokens {
		m.Embedding.Row(t, x[i])
		for k := range x[i] {
			x[i][k] *= float32(m.EmbeddingScale)
		}
	}
	h := s.vectors(forNorm, len(tokens), m.Width)
	for n := range m.Layers {
		l := &m.Layers[n]
		s.norms(h, x, l.AttentionNorm)
		a := s.attention(n, h)
		if l.PostAttentionNorm != nil {
			s.norms(a, a, l.PostAttentionNorm)
		}
		addAll(x, a)
		s.norms(h, x, l.FeedNorm)
		f := s.feed(l, h)
		if l.PostFeedNorm != nil {
			s.norms(f, f, l.PostFeedNorm)
		}
		addAll(x, f)
	}
	s.len += len(tokens)
	return x
}

func (s *Sequence) logits(x []float32) []float32 {
	m := s.e.m
	h := s.vectors(forNorm, 1, m.Width)
	s.norms(h, [][]float32{x}, m.Norm)
	out := make([]float32, m.Vocabulary) // the caller's
	s.e.pool.Multiply(kernel.Work{Type: m.Head.Type, Rows: m.Head.Rows, Data: m.Head.Data, In: s.rounded(h), Out: [][]float32{out}})
	if m.Cap > 0 {
		for i, v := range out {
			out[i] = float32(m.Cap * math.Tanh(float64(v)/m.Cap))
		}
	}
	return out
}

// vectors are n of a width in a room. They hold what was there before.
func (s *Sequence) vectors(room, n, width int) [][]float32 {
	if cap(s.room[room]) < n*width {
		s.room[room] = make([]float32, n*width)
	}
	all, out := s.room[room][:n*width], make([][]float32, n)
	for i := range out {
		out[i] = all[i*width : (i+1)*width : (i+1)*width]
	}
	return out
}

func addAll(x, y [][]float32) {
	for i := range x {
		for k, v := range y[i] {
			x[i][k] += v
		}
	}
}

// norms is RMSNorm of each vector; dst may be src.
func (s *Sequence) norms(dst, src [][]float32, weights []float32) {
	for i := range src {
		normTo(dst[i], src[i], weights, s.e.m.Epsilon)
	}
}

func normTo(dst, src, weights []float32, epsilon float64) {
	squares := float64(kernel.DotFloats(src, src))
	scale := float32(1 / math.Sqrt(squares/float64(len(src))+epsilon))
	for i, v := range src {
		dst[i] = v * scale * weights[i]
	}
}

// multiply is a matrix by vectors, and a bias that may be nil.
func (s *Sequence) multiply(room int, m *Matrix, x [][]float32, bias []float32) [][]float32 {
	return s.multiplyRounded(room, m, s.rounded(x), bias)
}

// rounded rounds vectors once for several matrices; until it is called again.
func (s *Sequence) rounded(x [][]float32) []*kernel.Activations {
	for len(s.activations) < len(x) {
		s.activations = append(s.activations, &kernel.Activations{})
	}
	s.e.pool.Split(len(x), 8, func(from, to int) {
		for i := from; i < to; i++ {
			s.activations[i].Round(x[i])
		}
	})
	return s.activations[:len(x)]
}

func (s *Sequence) multiplyRounded(room int, m *Matrix, x []*kernel.Activations, bias []float32) [][]float32 {
	out := s.vectors(room, len(x), m.Rows)
	s.e.pool.Multiply(kernel.Work{Type: m.Type, Rows: m.Rows, Data: m.Data, In: x, Out: out})
	if bias != nil {
		for _, v := range out {
			for i, b := range bias {
				v[i] += b
			}
		}
	}
	return out
}

// feed is the feed-forward part of vectors.
func (s *Sequence) feed(l *Layer, x [][]float32) [][]float32 {
	if l.Experts == nil {
		return s.gated(l.Gate, l.Up, l.Down, x)
	}
	scores := s.multiply(forScores, l.Router, x, nil)
	out := s.vectors(forExperts, len(x), s.e.m.Width)
	for i := range x {
		clear(out[i])
		chosen, share := chooseExperts(scores[i], s.e.m.UsedExpert)
		for k, n := range chosen {
			e := &l.Experts[n]
			kernel.AddScaled(out[i], s.gated(e.Gate, e.Up, e.Down, x[i:i+1])[0], share[k])
		}
	}
	return out
}

// chooseExperts are the highest scores, the first where they are the same, and their
// shares, which sum to one.
func chooseExperts(scores []float32, used int) (chosen []int, share []float32) {
	most := scores[0]
	for _, v := range scores {
		most = max(most, v)
	}
	taken := make([]bool, len(scores))
	var sum float64
	for range used {
		best := -1
		for i, v := range scores {
			if !taken[i] && (best < 0 || v > scores[best]) {
				best = i
			}
		}
		taken[best] = true
		e := math.Exp(float64(scores[best] - most))
		sum += e
		chosen, share = append(chosen, best), append(share, float32(e))
	}
	for i := range share {
		share[i] /= float32(sum)
	}
	return chosen, share
}

// gated is SwiGLU, or GeGLU by the tangent.
func (s *Sequence) gated(gate, up, down *Matrix, x [][]float32) [][]float32 {
	a := s.rounded(x)
	g, u := s.multiplyRounded(forGate, gate, a, nil), s.multiplyRounded(forUp, up, a, nil)
	s.e.pool.Split(len(g), 4, func(from, to int) {
		for n := from; n < to; n++ {
			if s.e.m.GELU {
				geluMultiply(g[n], u[n])
			} else {
				kernel.SiLUMultiply(g[n], u[n])
			}
		}
	})
	return s.multiply(forDown, down, g, nil)
}

// geluMultiply makes GELU(g) * u, by the tangent.
func geluMultiply(g, u []float32) {
	for i, v := range g {
		x := float64(v)
		g[i] = float32(0.5*x*(1+math.Tanh(math.Sqrt(2/math.Pi)*(x+0.044715*x*x*x)))) * u[i]
	}
}
