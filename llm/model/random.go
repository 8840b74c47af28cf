package model

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"

	"pxos/llm/gguf"
	"pxos/llm/quant"
)

// Shape is that of a model of random weights, for tests and measurements.
type Shape struct {
	Architecture               string
	Layers, Width              int
	FeedForward                int
	Heads, KV, Head            int // Head is the width of one
	Vocabulary, Context        int
	Experts, Used, ExpertWidth int  // of qwen3moe
	Tied                       bool // the head is the embedding
	Window                     int
	Extra                      []gguf.Pair
}

// Small are shapes of every architecture for tests, with all that it has of its own.
func Small() []Shape {
	shapes := []Shape{
		{Architecture: "llama", FeedForward: 512, Extra: []gguf.Pair{{Key: "llama.rope.scaling.type", Value: "linear"}, {Key: "llama.rope.scaling.factor", Value: float32(4)}}},
		{Architecture: "qwen2", FeedForward: 512, Tied: true, Extra: []gguf.Pair{{Key: "qwen2.rope.scaling.type", Value: "yarn"}, {Key: "qwen2.rope.scaling.factor", Value: float32(4)},
			{Key: "qwen2.rope.scaling.original_context_length", Value: uint32(64)}}},
		{Architecture: "qwen3", FeedForward: 512},
		{Architecture: "qwen3moe", Experts: 6, Used: 3, ExpertWidth: 256},
		{Architecture: "gemma2", FeedForward: 512, Window: 8, Tied: true},
		{Architecture: "gemma3", FeedForward: 512, Window: 8, Tied: true, Extra: []gguf.Pair{{Key: "gemma3.rope.freq_base", Value: float32(1e6)}}},
		{Architecture: "phi3", FeedForward: 512, Window: 12},
	}
	for i := range shapes {
		s := &shapes[i]
		s.Layers, s.Width, s.Heads, s.KV, s.Head, s.Vocabulary, s.Context = 7, 256, 4, 2, 64, 300, 256
	}
	return shapes
}

// Random makes the metadata and tensors of a model whose matrices have a type and whose
// weights come from a seed. Norms are near one, as trained ones are.
func Random(s Shape, t quant.Type, seed uint64) ([]gguf.Pair, []gguf.Tensor, error) {
	g := &generator{r: rand.New(rand.NewPCG(seed, 1)), t: t}
	key := func(k string) string { return s.Architecture + "." + k }
	pairs := []gguf.Pair{
		{Key: "general.architecture", Value: s.Architecture}, {Key: "general.name", Value: "random " + s.Architecture},
		{Key: key("context_length"), Value: uint32(s.Context)}, {Key: key("embedding_length"), Value: uint32(s.Width)}, {Key: key("block_count"), Value: uint32(s.Layers)},
		{Key: key("attention.head_count"), Value: uint32(s.Heads)}, {Key: key("attention.head_count_kv"), Value: uint32(s.KV)},
		{Key: key("attention.key_length"), Value: uint32(s.Head)}, {Key: key("attention.value_length"), Value: uint32(s.Head)},
		{Key: key("attention.layer_norm_rms_epsilon"), Value: float32(1e-5)}, {Key: key("rope.dimension_count"), Value: uint32(s.Head)},
	}
	if s.FeedForward > 0 {
		pairs = append(pairs, gguf.Pair{Key: key("feed_forward_length"), Value: uint32(s.FeedForward)})
	}
	if s.Window > 0 {
		pairs = append(pairs, gguf.Pair{Key: key("attention.sliding_window"), Value: uint32(s.Window)})
	}
	if s.Experts > 0 {
		pairs = append(pairs, gguf.Pair{Key: key("expert_count"), Value: uint32(s.Experts)}, gguf.Pair{Key: key("expert_used_count"), Value: uint32(s.Used)},
			gguf.Pair{Key: key("expert_feed_forward_length"), Value: uint32(s.ExpertWidth)})
	}
	g.matrix("token_embd.weight", s.Width, s.Vocabulary)
	g.vector("output_norm.weight", s.Width, 1)
	if !s.Tied {
		g.matrix("output.weight", s.Width, s.Vocabulary)
	}
	for n := range s.Layers {
		g.layer(s, fmt.Sprintf("blk.%d.", n))
	}
	return append(pairs, s.Extra...), g.tensors, g.err
}

// RandomFile is Random as a file, parsed.
func RandomFile(s Shape, t quant.Type, seed uint64) (*gguf.File, error) {
	pairs, tensors, err := Random(s, t, seed)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := gguf.Write(&b, pairs, tensors); err != nil {
		return nil, err
	}
	return gguf.Parse(b.Bytes())
}

// generator makes tensors.
type generator struct {
	r       *rand.Rand
	t       quant.Type
	tensors []gguf.Tensor
	err     error
}

// matrix makes rows of weights whose sums of squares are one on the average, of any
// number of dimensions.
func (g *generator) matrix(name string, cols int, more ...int) {
	rows := 1
	for _, n := range more {
		rows *= n
	}
	bytes, err := g.t.RowBytes(cols)
	if err != nil {
		g.err = fmt.Errorf("%s: %w", name, err)
		return
	}
	data, row := make([]byte, rows*bytes), make([]float32, cols)
	scale := float32(1 / math.Sqrt(float64(cols)))
	for n := range rows {
		for i := range row {
			row[i] = float32(g.r.NormFloat64()) * scale
		}
		quant.Encode(g.t, data[n*bytes:], row)
	}
	g.tensors = append(g.tensors, gguf.Tensor{Name: name, Shape: append([]int{cols}, more...), Type: g.t, Data: data})
}

// vector makes values about a middle.
func (g *generator) vector(name string, n int, middle float32) {
	row := make([]float32, n)
	for i := range row {
		row[i] = middle + 0.1*float32(g.r.NormFloat64())
	}
	data := make([]byte, 4*n)
	quant.Encode(quant.F32, data, row)
	g.tensors = append(g.tensors, gguf.Tensor{Name: name, Shape: []int{n}, Type: quant.F32, Data: data})
}

func (g *generator) layer(s Shape, p string) {
	q, kv := s.Heads*s.Head, s.KV*s.Head
	g.vector(p+"attn_norm.weight", s.Width, 1)
	g.vector(p+"ffn_norm.weight", s.Width, 1)
	if s.Architecture == "phi3" {
		g.matrix(p+"attn_qkv.weight", s.Width, q+2*kv)
	} else {
		g.matrix(p+"attn_q.weight", s.Width, q)
		g.matrix(p+"attn_k.weight", s.Width, kv)
		g.matrix(p+"attn_v.weight", s.Width, kv)
	}
	g.matrix(p+"attn_output.weight", q, s.Width)
	switch s.Architecture {
	case "qwen2":
		g.vector(p+"attn_q.bias", q, 0)
		g.vector(p+"attn_k.bias", kv, 0)
		g.vector(p+"attn_v.bias", kv, 0)
	case "qwen3", "qwen3moe", "gemma3":
		g.vector(p+"attn_q_norm.weight", s.Head, 1)
		g.vector(p+"attn_k_norm.weight", s.Head, 1)
	}
	if s.Architecture == "gemma2" || s.Architecture == "gemma3" {
		g.vector(p+"post_attention_norm.weight", s.Width, 1)
		g.vector(p+"post_ffw_norm.weight", s.Width, 1)
	}
	switch {
	case s.Experts > 0:
		g.matrix(p+"ffn_gate_inp.weight", s.Width, s.Experts)
		g.matrix(p+"ffn_gate_exps.weight", s.Width, s.ExpertWidth, s.Experts)
		g.matrix(p+"ffn_up_exps.weight", s.Width, s.ExpertWidth, s.Experts)
		g.matrix(p+"ffn_down_exps.weight", s.ExpertWidth, s.Width, s.Experts)
	case s.Architecture == "phi3":
		g.matrix(p+"ffn_up.weight", s.Width, 2*s.FeedForward)
		g.matrix(p+"ffn_down.weight", s.FeedForward, s.Width)
	default:
		g.matrix(p+"ffn_gate.weight", s.Width, s.FeedForward)
		g.matrix(p+"ffn_up.weight", s.Width, s.FeedForward)
		g.matrix(p+"ffn_down.weight", s.FeedForward, s.Width)
	}
}
