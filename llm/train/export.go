package train

import (
	"fmt"
	"io"

	"pxos/llm/gguf"
	"pxos/llm/kernel"
	"pxos/llm/quant"
)

// export writes a model as a GGUF file of the architecture "llama": matrices of a type,
// norms in F32. more is metadata: the vocabulary, and what is said of the model.
func export(w io.Writer, s Shape, p *parameters, t quant.Type, more []gguf.Pair) error {
	if _, err := t.RowBytes(s.Width); err != nil {
		return err
	}
	if _, err := t.RowBytes(s.FeedForward); err != nil {
		return err
	}
	var tensors []gguf.Tensor
	add := func(name string, t quant.Type, v kernel.View, shape ...int) {
		bytes, _ := t.RowBytes(v.Cols)
		data := make([]byte, v.Rows*bytes)
		for i := range v.Rows {
			quant.Encode(t, data[i*bytes:], v.Data[i*v.Row:][:v.Cols])
		}
		tensors = append(tensors, gguf.Tensor{Name: name, Shape: shape, Type: t, Data: data})
	}
	matrix := func(name string, v kernel.View) { add(name+".weight", t, v, v.Cols, v.Rows) }
	vector := func(name string, v []float32) {
		add(name+".weight", quant.F32, kernel.Rows(v, 1, len(v)), len(v))
	}
	matrix("token_embd", p.embedding)
	vector("output_norm", p.norm)
	d, f := s.Width, s.FeedForward
	for i, l := range p.layers {
		name := fmt.Sprintf("blk.%d.", i)
		vector(name+"attn_norm", l.attentionNorm)
		vector(name+"ffn_norm", l.feedNorm)
		matrix(name+"attn_q", l.qkv.Part(0, d, 0, d))
		matrix(name+"attn_k", l.qkv.Part(d, d, 0, d))
		matrix(name+"attn_v", l.qkv.Part(2*d, d, 0, d))
		matrix(name+"attn_output", l.output)
		matrix(name+"ffn_gate", l.gateUp.Part(0, f, 0, d))
		matrix(name+"ffn_up", l.gateUp.Part(f, f, 0, d))
		matrix(name+"ffn_down", l.down)
	}
	return gguf.Write(w, append(s.metadata(), more...), tensors)
}

// metadata says what a shape is, as GGUF names it.
func (s Shape) metadata() []gguf.Pair {
	number := func(key string, n int) gguf.Pair { return gguf.Pair{Key: "llama." + key, Value: uint32(n)} }
	return []gguf.Pair{
		{Key: "general.architecture", Value: "llama"},
		number("vocab_size", s.Vocabulary), number("context_length", s.Context), number("embedding_length", s.Width),
		number("block_count", s.Layers), number("feed_forward_length", s.FeedForward),
		number("attention.head_count", s.Heads), number("attention.head_count_kv", s.Heads), number("rope.dimension_count", s.Head()),
		{Key: "llama.attention.layer_norm_rms_epsilon", Value: float32(epsilon)}, {Key: "llama.rope.freq_base", Value: float32(ropeBase)},
	}
}
