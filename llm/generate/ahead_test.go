package generate

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pxos/llm/kernel"
	"pxos/llm/model"
	"pxos/llm/quant"
	"pxos/llm/sample"
	"pxos/llm/token"
)

// TestAhead comes to the same text with guesses as without, whatever the temperature and the
// seed, up to the end of the context, and leaves the sequence as long; some guesses are taken
// where the text repeats itself, which a model of random weights does soon.
func TestAhead(t *testing.T) {
	const length = 200
	f, err := model.RandomFile(model.Shape{Architecture: "llama", Layers: 2, Width: 64, FeedForward: 128, Heads: 4, KV: 2, Head: 16, Vocabulary: 256, Context: length,
		Extra: token.ByteVocabulary()}, quant.Q8_0, 1)
	if err != nil {
		t.Fatal(err)
	}
	m, err := model.Load(f)
	if err != nil {
		t.Fatal(err)
	}
	v, err := token.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	e := model.NewEngine(m, 2, kernel.CacheF16)
	defer e.Close()
	taken := 0
	for _, temperature := range []float64{0, 0.3, 1} {
		for seed := range uint64(5) {
			prompt := v.Encode(strings.Repeat("abcab ", 5)+string(rune('a'+seed)), false)
			run := func(ahead, tokens int) (Stats, int) {
				s := e.NewSequence(length)
				defer s.Close()
				stats, err := Continue(t.Context(), s, v, prompt, length, Options{Tokens: tokens, Ahead: ahead, Now: time.Now, Sample: sample.Options{Temperature: temperature, TopK: 3, Repetition: 1.01, Seed: seed}}, func(string) error { return nil })
				if err != nil {
					t.Fatal(err)
				}
				return stats, s.Len()
			}
			for _, tokens := range []int{1, 50, 1000} {
				want, long := run(0, tokens)
				got, length := run(8, tokens)
				if !slices.Equal(got.IDs, want.IDs) || length != long || got.Used != long {
					t.Errorf("temperature %g, seed %d: with guesses %v and %d tokens, without %v and %d", temperature, seed, got.IDs, length, want.IDs, long)
				}
				taken += got.Taken
			}
		}
	}
	if taken == 0 {
		t.Error("no guess was taken")
	}
}

// TestDraft finds what followed the longest end that came before, the obvious way.
func TestDraft(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		a := &Ahead{Most: 4}
		for range r.IntN(60) {
			a.Saw(r.IntN(3))
		}
		h := a.history
		var want []int
	longest:
		for n := min(mostAlike, len(h)-1); n >= leastAlike; n-- {
			for end := len(h) - 1; end >= n; end-- {
				if slices.Equal(h[end-n:end], h[len(h)-n:]) {
					want = h[end:min(end+4, len(h))]
					break longest
				}
			}
		}
		if got := a.draft(4); !slices.Equal(got, want) {
			t.Fatalf("after %v the guess is %v, not %v", h, got, want)
		}
	}
}
