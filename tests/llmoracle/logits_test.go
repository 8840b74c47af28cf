package llmoracle

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pxos/llm/gguf"
	"pxos/llm/kernel"
	"pxos/llm/model"
	"pxos/llm/quant"
	"pxos/models"
	"pxos/tests/llmoracle/llamacpp"
)

// apart is the root of the mean of the squares of a difference, by that of want.
func apart(got []float64, want []float32) float64 {
	var d, size float64
	for i, w := range want {
		d += (got[i] - float64(w)) * (got[i] - float64(w))
		size += float64(w) * float64(w)
	}
	return math.Sqrt(d / size)
}

// near is how far logits may be from llama.cpp's. With weights of 32 bits it is what float32
// loses, but for gemma, whose GELU ggml takes from a table of 16 bits; with others it is the
// rounding of activations, by which another expert may be chosen where two are as good.
func near(s model.Shape, weights quant.Type) float64 {
	switch {
	case weights != quant.F32 && s.Experts > 0:
		return 0.3
	case weights != quant.F32:
		return 0.05
	case s.Architecture == "gemma2" || s.Architecture == "gemma3":
		return 1e-3
	}
	return 5e-6
}

// TestLogits holds the reference and the engine to llama.cpp on models of every
// architecture: the logits after texts of some lengths, beyond the window where there is one.
func TestLogits(t *testing.T) {
	l := llamaCppOf(t)
	for _, s := range shapes {
		if s.Architecture == "phi3" {
			s.Window = 0 // which Phi-3 has and llama.cpp does not use (its pull request 13676)
		}
		for _, weights := range []quant.Type{quant.F32, quant.Q8_0, quant.Q4_K} {
			t.Run(fmt.Sprintf("%s %v", s.Architecture, weights), func(t *testing.T) {
				logits(t, l, random(t, s, weights), near(s, weights))
			})
		}
	}
}

// TestShippedLogits does so with the shipped model, its weights as 32 bits.
func TestShippedLogits(t *testing.T) {
	f, err := models.Open(models.Name)
	if err != nil {
		t.Fatal(err)
	}
	logits(t, llamaCppOf(t), quantized(t, f, quant.F32), 1e-5)
}

// logits compares those of one model.
func logits(t *testing.T, l *llamacpp.Library, path string, most float64) {
	t.Helper()
	f, err := gguf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := model.Load(f)
	if err != nil {
		t.Fatal(err)
	}
	theirs, e := load(t, l, path, false), model.NewEngine(m, 1, kernel.CacheF32)
	defer e.Close()
	r := rand.New(rand.NewPCG(1, 7))
	for _, n := range []int{1, 2, 9, 40} {
		tokens := make([]int, n)
		for i := range tokens {
			tokens[i] = r.IntN(m.Vocabulary)
		}
		want := feed(t, theirs, tokens, m.Vocabulary)
		ref, exact := model.NewReference(m, 64), []float64(nil)
		for _, id := range tokens {
			if exact, err = ref.Next(id); err != nil {
				t.Fatal(err)
			}
		}
		quick, err := e.NewSequence(64).Feed(tokens)
		if err != nil {
			t.Fatal(err)
		}
		engine := make([]float64, len(quick))
		for i, v := range quick {
			engine[i] = float64(v)
		}
		a, b := apart(exact, want), apart(engine, want)
		if !(a <= most && b <= most) {
			t.Errorf("after %d tokens the reference is %.2g away, the engine %.2g; %.2g may be", n, a, b, most)
		}
		t.Logf("after %d tokens the reference is %.2g away, the engine %.2g", n, a, b)
	}
}
