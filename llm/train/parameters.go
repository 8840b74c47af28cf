package train

import (
	"fmt"
	"math"
	"math/rand/v2"

	"pxos/llm/kernel"
)

// Shape is that of a model. Widths are numbers of values.
type Shape struct {
	Vocabulary  int `json:"vocabulary"`
	Context     int `json:"context"`
	Layers      int `json:"layers"`
	Width       int `json:"width"`
	Heads       int `json:"heads"`
	FeedForward int `json:"feed_forward"`
}

// Check says what is wrong with a shape.
func (s Shape) Check() error {
	for _, v := range []struct {
		name        string
		value, most int
	}{{"vocabulary", s.Vocabulary, 1 << 20}, {"context", s.Context, 1 << 16}, {"layers", s.Layers, 512}, {"width", s.Width, 1 << 14}, {"heads", s.Heads, 512}, {"feed_forward", s.FeedForward, 1 << 16}} {
		if v.value < 1 || v.value > v.most {
			return fmt.Errorf("%s is %d, it must be from 1 to %d", v.name, v.value, v.most)
		}
	}
	if s.Width%(2*s.Heads) != 0 {
		return fmt.Errorf("a width of %d is not a multiple of twice %d heads", s.Width, s.Heads)
	}
	return nil
}

// Head is the width of one.
func (s Shape) Head() int { return s.Width / s.Heads }

const (
	epsilon  = 1e-5 // of RMSNorm
	ropeBase = 10_000
)

// parameters are all weights of a model, in one row of memory, and its parts. Gradients
// have the same form.
type parameters struct {
	all       []float32
	embedding kernel.View // vocabulary by width, also the head
	norm      []float32
	layers    []layer
}

// layer is a block's: rows are outputs.
type layer struct {
	attentionNorm, feedNorm []float32
	qkv                     kernel.View // queries, keys, values: 3 widths by width
	output                  kernel.View
	gateUp                  kernel.View // gate, up: 2 feed-forward widths by width
	down                    kernel.View
}

// size is how many weights a shape has.
func (s Shape) size() int {
	return s.Width*(s.Vocabulary+1) + s.Layers*(2*s.Width+4*s.Width*s.Width+3*s.Width*s.FeedForward)
}

// newParameters are zeros.
func newParameters(s Shape) *parameters { return layOut(s, make([]float32, s.size())) }

// layOut finds the parts.
func layOut(s Shape, all []float32) *parameters {
	p := &parameters{all: all}
	rest := all
	vector := func(n int) []float32 {
		v := rest[:n:n]
		rest = rest[n:]
		return v
	}
	matrix := func(rows, cols int) kernel.View { return kernel.Rows(vector(rows*cols), rows, cols) }
	p.embedding, p.norm = matrix(s.Vocabulary, s.Width), vector(s.Width)
	for range s.Layers {
		p.layers = append(p.layers, layer{
			attentionNorm: vector(s.Width), feedNorm: vector(s.Width),
			qkv: matrix(3*s.Width, s.Width), output: matrix(s.Width, s.Width),
			gateUp: matrix(2*s.FeedForward, s.Width), down: matrix(s.Width, s.FeedForward),
		})
	}
	return p
}

// start makes the weights of an untrained model: normal. Matrices have a deviation by which
// what comes out is as large as what goes in, less where it is added to the residual stream
// (GPT-2, section 2.3); the embedding, which is the head too, 0.02; norms are one.
func (p *parameters) start(s Shape, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 0x77656967687473))
	fill := func(v []float32, deviation float64) {
		for i := range v {
			v[i] = float32(r.NormFloat64() * deviation)
		}
	}
	ones := func(v []float32) {
		for i := range v {
			v[i] = 1
		}
	}
	deviation := 1 / math.Sqrt(float64(s.Width))
	residual := deviation / math.Sqrt(2*float64(s.Layers))
	fill(p.embedding.Data, 0.02)
	ones(p.norm)
	for _, l := range p.layers {
		ones(l.attentionNorm)
		ones(l.feedNorm)
		fill(l.qkv.Data, deviation)
		fill(l.output.Data, residual)
		fill(l.gateUp.Data, deviation)
		fill(l.down.Data, residual)
	}
}

// decays says which weights are drawn to zero: those of matrices, not of norms.
func (p *parameters) decays() []bool {
	out := make([]bool, len(p.all))
	at := 0
	next := func(n int, decay bool) {
		for range n {
			out[at] = decay
			at++
		}
	}
	next(len(p.embedding.Data), true)
	next(len(p.norm), false)
	for _, l := range p.layers {
		next(len(l.attentionNorm)+len(l.feedNorm), false)
		next(len(l.qkv.Data)+len(l.output.Data)+len(l.gateUp.Data)+len(l.down.Data), true)
	}
	return out
}
