package model

import (
	"testing"

	"pxos/llm/kernel"
	"pxos/llm/quant"
)

// benchModel is the 135M shape with a small vocabulary.
func benchModel(b *testing.B) *Model {
	b.Helper()
	f, err := RandomFile(Shape{Architecture: "llama", Layers: 30, Width: 576, FeedForward: 1536, Heads: 9, KV: 3, Head: 64, Vocabulary: 2000, Context: 2048, Tied: true}, quant.Q8_0, 1)
	if err != nil {
		b.Fatal(err)
	}
	m, err := Load(f)
	if err != nil {
		b.Fatal(err)
	}
	return m
}

func BenchmarkPrefill(b *testing.B) {
	e := NewEngine(benchModel(b), 1, kernel.CacheF16)
	defer e.Close()
	for b.Loop() {
		if _, err := e.NewSequence(512).Feed(make([]int, 512)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	e := NewEngine(benchModel(b), 1, kernel.CacheF16)
	defer e.Close()
	s := e.NewSequence(64)
	for b.Loop() {
		s.Cut(0)
		for range 64 {
			if _, err := s.Feed([]int{5}); err != nil {
				b.Fatal(err)
			}
		}
	}
}
