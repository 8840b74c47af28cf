package serve

import (
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openai/openai-go/v3"

	"pxos/llm/kernel"
	"pxos/llm/model"
)

// TestEmbeddings asks for vectors while other texts are computed: each is the mean of the
// states of its text alone, and of length one.
func TestEmbeddings(t *testing.T) {
	s, v, m := served(t, Options{Slots: 2, Waiting: 50, Context: 256})
	client := clientOf(t, NewServer(s, v, "tiny", "", time.Now, nil))
	inputs := []string{"one", "two texts", strings.Repeat("a longer one ", 15), "one"}
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() { text(t, s, Request{Tokens: v.Encode("one", false), Most: 30, Logprobs: -1}) })
	}
	r, err := client.Embeddings.New(t.Context(), openai.EmbeddingNewParams{Model: "tiny", Input: openai.EmbeddingNewParamsInputUnion{OfArrayOfStrings: inputs}})
	all.Wait()
	if err != nil || len(r.Data) != len(inputs) {
		t.Fatalf("%v, %v", r, err)
	}
	e := model.NewEngine(m, 1, kernel.CacheF16)
	defer e.Close()
	for i, in := range inputs {
		want := make([]float64, m.Width)
		_, err := e.Feed([]model.Span{{Sequence: e.NewSequence(256), Tokens: v.Encode(in, false), More: true, State: func(_ int, h []float32) {
			for k, x := range h {
				want[k] += float64(x)
			}
		}}})
		if err != nil {
			t.Fatal(err)
		}
		length, squares, far := 0.0, 0.0, 0.0
		for _, x := range want {
			squares += x * x
		}
		for k, x := range r.Data[i].Embedding {
			length += x * x
			far = max(far, math.Abs(x-want[k]/math.Sqrt(squares)))
		}
		if far > 1e-5 || math.Abs(length-1) > 1e-5 || len(r.Data[i].Embedding) != m.Width {
			t.Errorf("text %d: %g from the mean of its states, length %g", i, far, length)
		}
	}
	for _, c := range []struct {
		in   openai.EmbeddingNewParamsInputUnion
		want string
	}{
		{openai.EmbeddingNewParamsInputUnion{OfArrayOfStrings: []string{"a", ""}}, "text 1 is empty"},
		{openai.EmbeddingNewParamsInputUnion{OfArrayOfTokens: []int64{1, 300}}, "token 300"},
		{openai.EmbeddingNewParamsInputUnion{OfString: openai.String(strings.Repeat("x", 300))}, "300"},
	} {
		_, err := client.Embeddings.New(t.Context(), openai.EmbeddingNewParams{Model: "tiny", Input: c.in})
		if api, ok := err.(*openai.Error); !ok || api.StatusCode != 400 || !strings.Contains(api.Message, c.want) { //nolint:errorlint // the client's own
			t.Errorf("%s: %v", c.want, err)
		}
	}
}
