package model

import (
	"errors"
	"fmt"
	"math"

	"pxos/llm/gguf"
	"pxos/llm/quant"
)

// Matrix are rows of weights, each a row of a tensor.
type Matrix struct {
	Type       quant.Type
	Rows, Cols int
	Data       []byte
}

// Row decodes a row.
func (m *Matrix) Row(n int, dst []float32) {
	bytes := len(m.Data) / m.Rows
	quant.Decode(m.Type, dst, m.Data[n*bytes:(n+1)*bytes])
}

// part are some of the rows.
func (m *Matrix) part(from, rows int) *Matrix {
	bytes := len(m.Data) / m.Rows
	return &Matrix{m.Type, rows, m.Cols, m.Data[from*bytes : (from+rows)*bytes]}
}

// Layer is a block of a model; what an architecture does not have is nil.
type Layer struct {
	AttentionNorm, FeedNorm         []float32
	PostAttentionNorm, PostFeedNorm []float32
	QueryNorm, KeyNorm              []float32
	Query, Key, Value, Output       *Matrix
	QueryBias, KeyBias, ValueBias   []float32
	Gate, Up, Down                  *Matrix
	Router                          *Matrix
	Experts                         []Expert
}

// Expert is one of a layer's.
type Expert struct{ Gate, Up, Down *Matrix }

// Model is a model that was found whole.
type Model struct {
	Config
	Embedding, Head *Matrix
	Norm            []float32
	Layers          []Layer
	// RopeFactors divide the frequencies, nil for none; LongFactors those of a context that
	// is longer than RoPE.Original.
	RopeFactors, LongFactors []float32
}

// loader takes tensors of a file and keeps the first error.
type loader struct {
	f   *gguf.File
	err error
}

// matrix is a tensor of n rows of k weights; parts are those of an expert tensor.
func (l *loader) matrix(name string, rows, cols int) *Matrix {
	t, ok := l.tensor(name, cols, rows)
	if !ok {
		return nil
	}
	return &Matrix{t.Type, rows, cols, t.Data}
}

// tensor finds a tensor of a shape.
func (l *loader) tensor(name string, shape ...int) (*gguf.Tensor, bool) {
	t, ok := l.f.Tensor(name)
	switch {
	case l.err != nil:
		return nil, false
	case !ok:
		l.err = fmt.Errorf("there is no tensor %q", name)
		return nil, false
	}
	for i, d := range shape {
		if len(t.Shape) != len(shape) || t.Shape[i] != d {
			l.err = fmt.Errorf("the tensor %q has the shape %v, the metadata say %v", name, t.Shape, shape)
			return nil, false
		}
	}
	return t, true
}

// vector decodes a tensor of one dimension. Its weights must be numbers.
func (l *loader) vector(name string, n int) []float32 {
	t, ok := l.tensor(name, n)
	if !ok {
		return nil
	}
	out := make([]float32, n)
	quant.Decode(t.Type, out, t.Data)
	for i, v := range out {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			l.err = fmt.Errorf("value %d of the tensor %q is %g", i, name, v)
			return nil
		}
	}
	return out
}

// may is vector for one that need not be there.
func (l *loader) may(name string, n int) []float32 {
	if _, ok := l.f.Tensor(name); !ok {
		return nil
	}
	return l.vector(name, n)
}

// Load takes a model out of a file, which must stay open. Weights of matrices are looked at
// by Check.
func Load(f *gguf.File) (*Model, error) {
	c, err := ReadConfig(f)
	if err != nil {
		return nil, err
	}
	l := &loader{f: f}
	embedding, ok := f.Tensor("token_embd.weight")
	if !ok || len(embedding.Shape) != 2 {
		return nil, fmt.Errorf("there is no matrix token_embd.weight: %w", ErrModel)
	}
	c.Vocabulary = embedding.Shape[1]
	m := &Model{Config: c, Embedding: l.matrix("token_embd.weight", c.Vocabulary, c.Width), Norm: l.vector("output_norm.weight", c.Width)}
	m.Head = m.Embedding
	if _, ok := f.Tensor("output.weight"); ok {
		m.Head = l.matrix("output.weight", c.Vocabulary, c.Width)
	}
	m.RopeFactors = l.may("rope_freqs.weight", c.RoPE.Dimensions/2)
	if c.Architecture == "phi3" {
		m.RopeFactors = l.may("rope_factors_short.weight", c.RoPE.Dimensions/2)
		m.LongFactors = l.may("rope_factors_long.weight", c.RoPE.Dimensions/2)
	}
	for i := 0; i < c.Layers && l.err == nil; i++ {
		m.Layers = append(m.Layers, l.layer(&m.Config, i))
	}
	if l.err != nil {
		return nil, fmt.Errorf("%w: %w", l.err, ErrModel)
	}
	return m, nil
}

func (l *loader) layer(c *Config, n int) (x Layer) {
	name := func(s string) string { return fmt.Sprintf("blk.%d.%s", n, s) }
	q, k, v := c.Heads*c.HeadKey, c.KV*c.HeadKey, c.KV*c.HeadValue
	x.AttentionNorm, x.FeedNorm = l.vector(name("attn_norm.weight"), c.Width), l.vector(name("ffn_norm.weight"), c.Width)
	if c.Architecture == "phi3" {
		if all := l.matrix(name("attn_qkv.weight"), q+k+v, c.Width); all != nil {
			x.Query, x.Key, x.Value = all.part(0, q), all.part(q, k), all.part(q+k, v)
		}
	} else {
		x.Query, x.Key, x.Value = l.matrix(name("attn_q.weight"), q, c.Width), l.matrix(name("attn_k.weight"), k, c.Width), l.matrix(name("attn_v.weight"), v, c.Width)
	}
	x.Output = l.matrix(name("attn_output.weight"), c.Width, c.Heads*c.HeadValue)
	x.QueryBias, x.KeyBias, x.ValueBias = l.may(name("attn_q.bias"), q), l.may(name("attn_k.bias"), k), l.may(name("attn_v.bias"), v)
	switch c.Architecture {
	case "qwen2":
		if x.QueryBias == nil || x.KeyBias == nil || x.ValueBias == nil {
			l.miss(name("attn_q.bias, attn_k.bias or attn_v.bias"))
		}
	case "qwen3", "qwen3moe", "gemma3":
		x.QueryNorm, x.KeyNorm = l.vector(name("attn_q_norm.weight"), c.HeadKey), l.vector(name("attn_k_norm.weight"), c.HeadKey)
	}
	if c.GELU {
		x.PostAttentionNorm, x.PostFeedNorm = l.vector(name("post_attention_norm.weight"), c.Width), l.vector(name("post_ffw_norm.weight"), c.Width)
	}
	switch {
	case c.Experts > 0:
		l.experts(c, &x, name)
	case c.Architecture == "phi3":
		if both := l.matrix(name("ffn_up.weight"), 2*c.FeedForward, c.Width); both != nil {
			x.Gate, x.Up = both.part(0, c.FeedForward), both.part(c.FeedForward, c.FeedForward)
		}
		x.Down = l.matrix(name("ffn_down.weight"), c.Width, c.FeedForward)
	default:
		x.Gate, x.Up = l.matrix(name("ffn_gate.weight"), c.FeedForward, c.Width), l.matrix(name("ffn_up.weight"), c.FeedForward, c.Width)
		x.Down = l.matrix(name("ffn_down.weight"), c.Width, c.FeedForward)
	}
	return x
}

func (l *loader) miss(name string) {
	if l.err == nil {
		l.err = fmt.Errorf("there is no tensor %q", name)
	}
}

// experts takes the three tensors of all experts of a layer apart.
func (l *loader) experts(c *Config, x *Layer, name func(string) string) {
	x.Router = l.matrix(name("ffn_gate_inp.weight"), c.Experts, c.Width)
	all := func(s string, rows, cols int) *Matrix {
		t, ok := l.tensor(name(s), cols, rows, c.Experts)
		if !ok {
			return nil
		}
		return &Matrix{t.Type, rows * c.Experts, cols, t.Data}
	}
	gate, up, down := all("ffn_gate_exps.weight", c.ExpertWidth, c.Width), all("ffn_up_exps.weight", c.ExpertWidth, c.Width), all("ffn_down_exps.weight", c.Width, c.ExpertWidth)
	if l.err != nil {
		return
	}
	for i := range c.Experts {
		x.Experts = append(x.Experts, Expert{gate.part(i*c.ExpertWidth, c.ExpertWidth), up.part(i*c.ExpertWidth, c.ExpertWidth), down.part(i*c.Width, c.Width)})
	}
}

// ErrWeights are weights that are no numbers.
var ErrWeights = errors.New("weights that are not finite")

// Check looks at every weight of a file's tensors, which takes a while, and names the first
// that is not finite.
func Check(f *gguf.File, progress func(done, all int)) error {
	for i := range f.Tensors {
		t := &f.Tensors[i]
		row := make([]float32, t.Shape[0])
		m := Matrix{t.Type, t.Values() / t.Shape[0], t.Shape[0], t.Data}
		for n := range m.Rows {
			m.Row(n, row)
			for k, v := range row {
				if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
					return fmt.Errorf("weight %d of row %d of the tensor %q is %g: %w", k, n, t.Name, v, ErrWeights)
				}
			}
		}
		progress(i+1, len(f.Tensors))
	}
	return nil
}
