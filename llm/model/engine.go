package model

import (
	"errors"
	"fmt"
	"math"
	"sync"

	"pxos/llm/kernel"
)

// Engine computes a model in float32, with the weights as they are stored. It is for one
// goroutine at a time.
type Engine struct {
	m           *Model
	pool        *kernel.Pool
	room        [rooms][]float32
	activations []*kernel.Activations
	backend     Backend // where it is not nil it computes

	cache     kernel.PagePart // how each head's keys and values lie in a page
	free      []*page
	attenders sync.Pool // of *attender
}

// NewEngine makes an engine that works with so many goroutines, and keeps keys and values in a
// type. Close it.
func NewEngine(m *Model, workers int, cache kernel.CacheType) *Engine {
	e := &Engine{m: m, pool: kernel.NewPool(workers), cache: m.cachePart(cache)}
	e.attenders.New = func() any { return &attender{} }
	return e
}

// NewEngineOn makes an engine whose batches a backend computes. Close closes that too.
func NewEngineOn(m *Model, b Backend) *Engine {
	return &Engine{m: m, pool: kernel.NewPool(1), backend: b}
}

// Close ends the engine's goroutines; it must not be used any more.
func (e *Engine) Close() error {
	e.pool.Close()
	if e.backend != nil {
		return e.backend.Close()
	}
	return nil
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
	forLast
	rooms
)

// Span are tokens that a sequence goes on with.
type Span struct {
	Sequence *Sequence
	Tokens   []int
	More     bool // follow: no logits are wanted
	// Each, where it is not nil, is given the logits after each of the tokens, by its
	// number among them. They are the caller's.
	Each func(i int, logits []float32)
	// State, where it is not nil, is given what the head sees after each of the tokens: the
	// last layer's output, normed. Its memory is the engine's.
	State func(i int, state []float32)
}

// token is one of a batch: where in which sequence, and how its pairs turn there.
type token struct {
	s     *Sequence
	id    int
	place int
	last  int // which span it is the last token of, else -1
	each  func(logits []float32)
	state func(state []float32)
	turns [2][]Turn // of layers without a window of their own rotations, and with one
}

// Batch is how many tokens are computed at once.
const Batch = 64

// Feed takes tokens of several sequences at once, each of which may come once, and gives
// for each span the logits of the token after its last.
func (e *Engine) Feed(spans []Span) (logits [][]float32, err error) {
	var all []token
	for i, p := range spans {
		if err := p.check(e); err != nil {
			return nil, err
		}
		for k, id := range p.Tokens {
			t := token{s: p.Sequence, id: id, place: p.Sequence.len + k, last: -1}
			if k == len(p.Tokens)-1 && !p.More {
				t.last = i
			}
			if p.Each != nil {
				t.each = func(logits []float32) { p.Each(k, logits) }
			}
			if p.State != nil {
				t.state = func(state []float32) { p.State(k, state) }
			}
			all = append(all, t)
		}
	}
	if e.backend == nil {
		for _, p := range spans {
			p.Sequence.grow(len(p.Tokens))
		}
	}
	logits = make([][]float32, len(spans))
	for len(all) > 0 {
		n := min(Batch, len(all))
		if err := e.compute(all[:n], logits); err != nil {
			return nil, err
		}
		all = all[n:]
	}
	return logits, nil
}

// check says what is wrong with a span.
func (p *Span) check(e *Engine) error {
	s := p.Sequence
	if s.err != nil {
		return s.err
	}
	if len(p.Tokens) == 0 {
		return errors.New("there is no token to compute")
	}
	if s.len+len(p.Tokens) > s.context {
		return fmt.Errorf("%d tokens and %d more, there is room for %d: %w", s.len, len(p.Tokens), s.context, ErrContext)
	}
	for _, t := range p.Tokens {
		if t < 0 || t >= e.m.Vocabulary {
			return fmt.Errorf("token %d of a vocabulary of %d", t, e.m.Vocabulary)
		}
	}
	return nil
}

// compute computes a batch, keeps its keys and values, and fills in the logits of spans
// that end in it.
func (e *Engine) compute(tokens []token, logits [][]float32) error {
	x := e.vectors(forStream, len(tokens), e.m.Width)
	for i := range tokens {
		t := &tokens[i]
		e.m.Embedding.Row(t.id, x[i])
		for k := range x[i] {
			x[i][k] *= float32(e.m.EmbeddingScale)
		}
		for k, f := range t.s.frequencies {
			t.turns[k] = e.m.RoPE.turns(f, t.place)
		}
	}
	if e.backend != nil {
		if err := e.ask(tokens, x, logits); err != nil {
			return err
		}
	} else {
		e.forward(tokens, x, logits)
	}
	for i := range tokens {
		tokens[i].s.len++
	}
	return nil
}

// forward is compute on the CPU, from embeddings on.
func (e *Engine) forward(tokens []token, x, logits [][]float32) {
	m := e.m
	h := e.vectors(forNorm, len(tokens), m.Width)
	for n := range m.Layers {
		l := &m.Layers[n]
		e.norms(h, x, l.AttentionNorm)
		a := e.attention(n, tokens, h)
		if l.PostAttentionNorm != nil {
			e.norms(a, a, l.PostAttentionNorm)
		}
		addAll(x, a)
		e.norms(h, x, l.FeedNorm)
		f := e.feed(l, h)
		if l.PostFeedNorm != nil {
			e.norms(f, f, l.PostFeedNorm)
		}
		addAll(x, f)
	}
	e.states(tokens, x)
	e.heads(tokens, x, logits)
}

// states passes on what heads see, where it is wanted.
func (e *Engine) states(tokens []token, x [][]float32) {
	for i, t := range tokens {
		if t.state != nil {
			h := e.vectors(forLast, 1, e.m.Width)
			e.norms(h, x[i:i+1], e.m.Norm)
			t.state(h[0])
		}
	}
}

// heads makes the logits of the tokens that are the last of their spans, or of which each is
// wanted.
func (e *Engine) heads(tokens []token, x, logits [][]float32) {
	var last, out [][]float32
	var wanted []token
	for i, t := range tokens {
		switch {
		case t.last >= 0:
			logits[t.last] = make([]float32, e.m.Vocabulary) // the caller's
			out = append(out, logits[t.last])
		case t.each != nil:
			out = append(out, make([]float32, e.m.Vocabulary))
		default:
			continue
		}
		last, wanted = append(last, x[i]), append(wanted, t)
	}
	if len(last) == 0 {
		return
	}
	h := e.vectors(forLast, len(last), e.m.Width)
	e.norms(h, last, e.m.Norm)
	e.pool.Multiply(kernel.Work{Type: e.m.Head.Type, Rows: e.m.Head.Rows, Data: e.m.Head.Data, In: e.rounded(h), Out: out})
	e.capAll(out)
	for i, t := range wanted {
		if t.each != nil {
			t.each(out[i])
		}
	}
}

// capAll keeps logits within the soft cap, where there is one.
func (e *Engine) capAll(logits [][]float32) {
	if e.m.Cap == 0 {
		return
	}
	for _, v := range logits {
		for i := range v {
			v[i] = float32(e.m.Cap * math.Tanh(float64(v[i])/e.m.Cap))
		}
	}
}

// vectors are n of a width in a room. They hold what was there before.
func (e *Engine) vectors(room, n, width int) [][]float32 {
	if cap(e.room[room]) < n*width {
		e.room[room] = make([]float32, n*width)
	}
	all, out := e.room[room][:n*width], make([][]float32, n)
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
func (e *Engine) norms(dst, src [][]float32, weights []float32) {
	for i := range src {
		normTo(dst[i], src[i], weights, e.m.Epsilon)
	}
}

func normTo(dst, src, weights []float32, epsilon float64) {
	mean := kernel.SumSquares(src) / float32(len(src))
	scale := 1 / float32(math.Sqrt(float64(mean+float32(epsilon))))
	for i, v := range src {
		dst[i] = v * scale * weights[i]
	}
}

// multiply is a matrix by vectors, and a bias that may be nil.
func (e *Engine) multiply(room int, m *Matrix, x [][]float32, bias []float32) [][]float32 {
	return e.multiplyRounded(room, m, e.rounded(x), bias)
}

// rounded rounds vectors once for several matrices; until it is called again.
func (e *Engine) rounded(x [][]float32) []*kernel.Activations {
	for len(e.activations) < len(x) {
		e.activations = append(e.activations, &kernel.Activations{})
	}
	e.pool.Split(len(x), 8, func(from, to int) {
		for i := from; i < to; i++ {
			e.activations[i].Round(x[i])
		}
	})
	return e.activations[:len(x)]
}

func (e *Engine) multiplyRounded(room int, m *Matrix, x []*kernel.Activations, bias []float32) [][]float32 {
	out := e.vectors(room, len(x), m.Rows)
	e.pool.Multiply(kernel.Work{Type: m.Type, Rows: m.Rows, Data: m.Data, In: x, Out: out})
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
func (e *Engine) feed(l *Layer, x [][]float32) [][]float32 {
	if l.Experts == nil {
		return e.gated(l.Gate, l.Up, l.Down, x)
	}
	scores := e.multiply(forScores, l.Router, x, nil)
	out := e.vectors(forExperts, len(x), e.m.Width)
	for i := range x {
		clear(out[i])
		chosen, share := chooseExperts(scores[i], e.m.UsedExpert)
		for k, n := range chosen {
			expert := &l.Experts[n]
			kernel.AddScaled(out[i], e.gated(expert.Gate, expert.Up, expert.Down, x[i:i+1])[0], share[k])
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
	var sum float32
	for range used {
		best := -1
		for i, v := range scores {
			if !taken[i] && (best < 0 || v > scores[best]) {
				best = i
			}
		}
		taken[best] = true
		e := kernel.Exp(scores[best] - most)
		sum += e
		chosen, share = append(chosen, best), append(share, e)
	}
	for i := range share {
		share[i] /= sum
	}
	return chosen, share
}

// gated is SwiGLU, or GeGLU by the tangent.
func (e *Engine) gated(gate, up, down *Matrix, x [][]float32) [][]float32 {
	a := e.rounded(x)
	g, u := e.multiplyRounded(forGate, gate, a, nil), e.multiplyRounded(forUp, up, a, nil)
	e.pool.Split(len(g), 4, func(from, to int) {
		for n := from; n < to; n++ {
			if e.m.GELU {
				kernel.GELUMultiply(g[n], u[n])
			} else {
				kernel.SiLUMultiply(g[n], u[n])
			}
		}
	})
	return e.multiply(forDown, down, g, nil)
}
