package llmoracle

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"pxos/llm/gguf"
	"pxos/llm/model"
	"pxos/llm/quant"
	"pxos/llm/token"
)

// shapes are models of every architecture, small and with all that it has of its own.
var shapes = []model.Shape{
	{Architecture: "llama", FeedForward: 512, Extra: []gguf.Pair{{Key: "llama.rope.scaling.type", Value: "linear"}, {Key: "llama.rope.scaling.factor", Value: float32(4)}}},
	{Architecture: "qwen2", FeedForward: 512, Tied: true, Extra: []gguf.Pair{{Key: "qwen2.rope.scaling.type", Value: "yarn"}, {Key: "qwen2.rope.scaling.factor", Value: float32(4)},
		{Key: "qwen2.rope.scaling.original_context_length", Value: uint32(64)}}},
	{Architecture: "qwen3", FeedForward: 512},
	{Architecture: "qwen3moe", Experts: 6, Used: 3, ExpertWidth: 256},
	{Architecture: "gemma2", FeedForward: 512, Window: 8, Tied: true},
	{Architecture: "gemma3", FeedForward: 512, Window: 8, Tied: true, Extra: []gguf.Pair{{Key: "gemma3.rope.freq_base", Value: float32(1e6)}}},
	{Architecture: "phi3", FeedForward: 512, Window: 12},
}

// random writes a model of random weights and gives its path.
func random(t *testing.T, s model.Shape, weights quant.Type) string {
	t.Helper()
	s.Layers, s.Width, s.Heads, s.KV, s.Head, s.Vocabulary, s.Context = 2, 256, 4, 2, 64, 256, 64
	s.Extra = append(token.ByteVocabulary(), s.Extra...)
	pairs, tensors, err := model.Random(s, weights, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i := range pairs {
		if pairs[i].Key == "general.name" {
			pairs[i].Value = "random" // llama.cpp looks for tokens that models called phi3 have
		}
	}
	return written(t, fmt.Sprintf("%s-%v.gguf", s.Architecture, weights), pairs, tensors)
}

// written writes a file and gives its path.
func written(t *testing.T, name string, pairs []gguf.Pair, tensors []gguf.Tensor) string {
	t.Helper()
	var b bytes.Buffer
	if err := gguf.Write(&b, pairs, tensors); err != nil {
		t.Fatal(err)
	}
	return saved(t, name, b.Bytes())
}

// saved puts bytes into a file that goes when the test ends.
func saved(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
