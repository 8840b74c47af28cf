package serve

import (
	"bytes"
	"encoding/json"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"pxos/llm/gguf"
	"pxos/llm/kernel"
	"pxos/llm/model"
	"pxos/llm/sample"
)

// post asks a server and reads its answer.
func post(t *testing.T, x *Server, path, body string, to any) int {
	t.Helper()
	w := httptest.NewRecorder()
	x.ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, strings.NewReader(body)))
	if err := json.NewDecoder(bytes.NewReader(w.Body.Bytes())).Decode(to); err != nil {
		t.Fatalf("%s: %q: %v", path, w.Body, err)
	}
	return w.Code
}

// TestEcho tells the prompt and what its tokens cost, as the engine alone says it, and adds
// what would be added without; a prompt that was computed before is computed again for it.
func TestEcho(t *testing.T) {
	s, v, m := served(t, Options{Slots: 2, Waiting: 4, Context: 256})
	x := NewServer(s, v, "tiny", "", time.Now, func() string { return "1" })
	defer x.Close()
	prompt := strings.Repeat("what it costs, ", 6)
	type reply struct{ Choices []completionChoice }
	var plain, echoed, alone reply
	post(t, x, "/v1/completions", `{"prompt":"`+prompt+`","max_tokens":5,"temperature":0}`, &plain)
	post(t, x, "/v1/completions", `{"prompt":"`+prompt+`","max_tokens":5,"temperature":0,"echo":true,"logprobs":2}`, &echoed)
	post(t, x, "/v1/completions", `{"prompt":"`+prompt+`","max_tokens":0,"temperature":0,"echo":true,"logprobs":0}`, &alone)
	if got, want := echoed.Choices[0].Text, prompt+plain.Choices[0].Text; got != want || alone.Choices[0].Text != prompt {
		t.Fatalf("%q and %q, want %q", got, alone.Choices[0].Text, want)
	}
	ids := v.Encode(prompt, true)
	e := model.NewEngine(m, 1, kernel.CacheF16)
	defer e.Close()
	want := []float64{math.NaN()}
	if _, err := e.Feed([]model.Span{{Sequence: e.NewSequence(256), Tokens: ids, Each: func(i int, logits []float32) {
		if i+1 < len(ids) {
			want = append(want, sample.Logprobs(logits, ids[i+1], 0).Logprob)
		}
	}}}); err != nil {
		t.Fatal(err)
	}
	for _, r := range []reply{echoed, alone} {
		p := r.Choices[0].Logprobs
		if n := len(p.Tokens); n != len(ids) && n != len(ids)+5 || len(p.Probs) != n || p.Probs[0] != nil || p.Top[0] != nil || p.Offsets[n-1] != n-1 {
			t.Fatalf("%d tokens of %d cost %v", n, len(ids), p)
		}
		for i := 1; i < len(want); i++ {
			if math.Abs(*p.Probs[i]-want[i]) > 1e-9 {
				t.Errorf("token %d costs %g, alone %g", i, *p.Probs[i], want[i])
			}
		}
	}
}

// TestSuffix fills in where the vocabulary has the tokens for it, and says so where not.
func TestSuffix(t *testing.T) {
	s, v, m := served(t, Options{Slots: 1, Waiting: 4, Context: 256}, gguf.Pair{Key: "tokenizer.ggml.fim_pre_token_id", Value: uint32(200)},
		gguf.Pair{Key: "tokenizer.ggml.fim_suf_token_id", Value: uint32(201)}, gguf.Pair{Key: "tokenizer.ggml.fim_mid_token_id", Value: uint32(202)})
	x := NewServer(s, v, "tiny", "", time.Now, func() string { return "1" })
	defer x.Close()
	ids, ok := v.FillIn("ab", "cd")
	if want := slices.Concat([]int{200}, v.Encode("ab", false), []int{201}, v.Encode("cd", false), []int{202}); !ok || !slices.Equal(ids, want) {
		t.Fatalf("the gap is %v, want %v", ids, want)
	}
	var got struct{ Choices []completionChoice }
	post(t, x, "/v1/completions", `{"prompt":"ab","suffix":"cd","max_tokens":6,"temperature":0}`, &got)
	if want := string([]rune(alone(t, m, v, ids, 6))); got.Choices[0].Text != want {
		t.Errorf("filled in %q, alone %q", got.Choices[0].Text, want)
	}
	var p problem
	if code := post(t, x, "/v1/completions", `{"prompt":"ab","suffix":"cd","echo":true}`, &p); code != http.StatusBadRequest {
		t.Errorf("suffix and echo: %d, %v", code, p)
	}
	s, v, _ = served(t, Options{Slots: 1, Waiting: 4, Context: 256})
	y := NewServer(s, v, "tiny", "", time.Now, func() string { return "1" })
	defer y.Close()
	if code := post(t, y, "/v1/completions", `{"prompt":"ab","suffix":"cd"}`, &p); code != http.StatusBadRequest || !strings.Contains(p.Error.Message, "no tokens to fill in") {
		t.Errorf("a suffix without tokens for it: %d, %v", code, p)
	}
}
