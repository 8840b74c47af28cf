package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	"pxos/llm/gguf"
	"pxos/llm/kernel"
	"pxos/llm/model"
	"pxos/llm/quant"
	"pxos/llm/token"
)

// served is a small model of random weights whose tokens are bytes.
func served(t *testing.T, o Options, more ...gguf.Pair) (*Scheduler, *token.Vocabulary, *model.Model) {
	t.Helper()
	f, err := model.RandomFile(model.Shape{Architecture: "llama", Layers: 2, Width: 64, FeedForward: 128, Heads: 4, KV: 2, Head: 16, Vocabulary: 256, Context: 256,
		Extra: append(token.ByteVocabulary(), more...)}, quant.Q8_0, 1)
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
	s := New(e, v, o)
	t.Cleanup(func() { s.Close(); e.Close() })
	return s, v, m
}

// text is all that comes of a request.
func text(t *testing.T, s *Scheduler, r Request) (string, Event) {
	t.Helper()
	events, err := s.Submit(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	var last Event
	for e := range events {
		out.WriteString(e.Text)
		last = e
	}
	return out.String(), last
}

// alone is what a model adds to a prompt without a scheduler.
func alone(t *testing.T, m *model.Model, v *token.Vocabulary, prompt []int, n int) string {
	t.Helper()
	e := model.NewEngine(m, 1, kernel.CacheF16)
	defer e.Close()
	s, d := e.NewSequence(256), v.NewDecoder()
	logits, err := s.Feed(prompt)
	out := ""
	for range n {
		if err != nil {
			t.Fatal(err)
		}
		best := 0
		for i, l := range logits {
			if l > logits[best] {
				best = i
			}
		}
		out += d.Next(best)
		logits, err = s.Feed([]int{best})
	}
	return out + d.Rest()
}

// TestTogether sends many requests at once; each gets what it gets alone, whatever its
// neighbours, and whatever its slot had before.
func TestTogether(t *testing.T) {
	s, v, m := served(t, Options{Slots: 3, Waiting: 100, Context: 256})
	var all sync.WaitGroup
	for i := range 24 {
		all.Go(func() {
			prompt := v.Encode(strings.Repeat(fmt.Sprintf("text %d ", i%7), 1+i%11), false)
			n := 5 + i%20
			want := alone(t, m, v, prompt, n)
			if got, last := text(t, s, Request{Tokens: prompt, Most: n, Logprobs: -1}); got != want || last.End != "length" || last.Tokens != n {
				t.Errorf("request %d: %q, %+v; alone %q", i, got, last, want)
			}
		})
	}
	all.Wait()
	if x := s.Stats(); x.Requests != 24 || x.Running != 0 || x.Reused == 0 {
		t.Errorf("the counts are %+v", x)
	}
}

// TestStops ends where a stop comes, which is not given out, even in parts.
func TestStops(t *testing.T) {
	s, v, m := served(t, Options{Slots: 1, Waiting: 4, Context: 256})
	prompt := v.Encode("hello", false)
	whole := alone(t, m, v, prompt, 40)
	for _, at := range []int{3, 10, 20} {
		stop := whole[at : at+3]
		want := whole[:strings.Index(whole, stop)]
		if got, last := text(t, s, Request{Tokens: prompt, Most: 40, Stop: []string{"never there", stop}, Logprobs: -1}); got != want || last.End != "stop" {
			t.Errorf("until %q: %q, %+v; want %q", stop, got, last, want)
		}
	}
	for _, c := range []struct{ text, out, held string }{{"abc", "abc", ""}, {"abcx", "abc", "x"}, {"xy", "", "xy"}, {"xyx", "xy", "x"}} {
		if p, stopped := hold(c.text, []string{"xyz"}); p.out != c.out || p.held != c.held || stopped {
			t.Errorf("%q is held as %+v", c.text, p)
		}
	}
}

// TestBusy refuses what is too much, and frees the place of who goes.
func TestBusy(t *testing.T) {
	s, v, _ := served(t, Options{Slots: 1, Waiting: 1, Context: 256})
	prompt := v.Encode("hello", false)
	ctx, cancel := context.WithCancel(context.Background())
	refused := 0
	for range 20 {
		if _, err := s.Submit(ctx, Request{Tokens: prompt, Most: 200, Logprobs: -1}); errors.Is(err, ErrBusy) {
			refused++
		}
	}
	if refused < 10 {
		t.Errorf("of 20 at once %d were refused", refused)
	}
	cancel()
	for {
		events, err := s.Submit(context.Background(), Request{Tokens: prompt, Most: 3, Logprobs: -1})
		if err == nil {
			for range events {
			}
			break
		}
		time.Sleep(time.Millisecond)
	}
	if _, err := s.Submit(context.Background(), Request{Tokens: make([]int, 256), Logprobs: -1}); !errors.Is(err, model.ErrContext) {
		t.Errorf("a prompt of 256 tokens in a context of 256: %v", err)
	}
	events, err := s.Submit(context.Background(), Request{Tokens: prompt, Most: 200, Logprobs: -1})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	var last Event
	for e := range events {
		if last = e; e.Err != nil || e.End != "" {
			break
		}
	}
	if !errors.Is(last.Err, ErrClosed) && last.End == "" {
		t.Errorf("at the end of the server a request ends with %+v", last)
	}
	if _, err := s.Submit(context.Background(), Request{Tokens: prompt, Logprobs: -1}); !errors.Is(err, ErrClosed) {
		t.Errorf("after its end: %v", err)
	}
}

// TestOpenAI speaks to the server by OpenAI's own client.
func TestOpenAI(t *testing.T) {
	s, v, m := served(t, Options{Slots: 2, Waiting: 8, Context: 256})
	n := 0
	web := httptest.NewServer(NewServer(s, v, "tiny", "secret", time.Now, func() string { n++; return fmt.Sprint(n) }))
	defer web.Close()
	c := openai.NewClient(option.WithBaseURL(web.URL+"/v1/"), option.WithAPIKey("secret"), option.WithMaxRetries(0))
	params := openai.CompletionNewParams{Model: "tiny", Prompt: openai.CompletionNewParamsPromptUnion{OfString: openai.String("hello")}, MaxTokens: openai.Int(20), Temperature: openai.Float(0)}
	want := alone(t, m, v, v.Encode("hello", false), 20)
	whole, err := c.Completions.New(t.Context(), params)
	if err != nil {
		t.Fatal(err)
	}
	want = string([]rune(want)) // bytes that are no UTF-8 become U+FFFD in JSON
	if got := whole.Choices[0]; got.Text != want || got.FinishReason != "length" || whole.Usage.TotalTokens != 25 {
		t.Errorf("the answer is %+v, want %q", whole, want)
	}
	stream, streamed := c.Completions.NewStreaming(t.Context(), params), ""
	for stream.Next() {
		for _, choice := range stream.Current().Choices {
			streamed += choice.Text
		}
	}
	if err := stream.Err(); err != nil || streamed != whole.Choices[0].Text {
		t.Errorf("streamed %q, %v; want %q", streamed, err, whole.Choices[0].Text)
	}
	list, err := c.Models.List(t.Context())
	if err != nil || len(list.Data) != 1 || list.Data[0].ID != "tiny" {
		t.Errorf("the models are %+v, %v", list, err)
	}
	wrong := openai.NewClient(option.WithBaseURL(web.URL+"/v1/"), option.WithAPIKey("guess"), option.WithMaxRetries(0))
	var apiError *openai.Error
	if _, err := wrong.Completions.New(t.Context(), params); !errors.As(err, &apiError) || apiError.StatusCode != 401 {
		t.Errorf("with another key: %v", err)
	}
}

// TestBadRequests answers what is wrong, with OpenAI's shape of an error.
func TestBadRequests(t *testing.T) {
	s, v, _ := served(t, Options{Slots: 1, Waiting: 1, Context: 64})
	web := httptest.NewServer(NewServer(s, v, "tiny", "", time.Now, func() string { return "1" }))
	defer web.Close()
	for _, c := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"POST", "/v1/completions", `{"prompt": "x", "max_tokens": 1, "stop": "a"}`, 200, `"finish_reason":"`},
		{"POST", "/v1/completions", `{"prompt": ""}`, 400, "the prompt is empty"},
		{"POST", "/v1/completions", `{"prompt": ["a", "b"]}`, 400, "2 prompts"},
		{"POST", "/v1/completions", `{"prompt": "` + strings.Repeat("a", 100) + `"}`, 400, "the prompt has 100 tokens, the context 64"},
		{"POST", "/v1/completions", `{"prompt": "x", "temperature": -1}`, 400, "temperature"},
		{"POST", "/v1/completions", `{"prompt": "x", "n": 30}`, 400, "n is 30"},
		{"POST", "/v1/completions", `{"prompt": "x", "logit_bias": {"a": 1}}`, 400, "logit_bias"},
		{"POST", "/v1/completions", `{"prompt": "x", "stop": ["a","b","c","d","e"]}`, 400, "5 texts"},
		{"POST", "/v1/completions", `{"prompt": "x", "logprobs": 30}`, 400, "from 0 to 20"},
		{"POST", "/v1/completions", `{"prompt": `, 400, "no JSON"},
		{"POST", "/v1/completions", strings.Repeat(" ", maxBody+1) + "{}", 413, "more than"},
		{"GET", "/v1/completions", "", 404, "there is no GET"},
		{"GET", "/health", "", 200, `"status":"ok"`},
		{"GET", "/metrics", "", 200, "pxllm_requests_total"},
	} {
		q, err := http.NewRequestWithContext(t.Context(), c.method, web.URL+c.path, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		r, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r.Body)
		r.Body.Close()
		if err != nil || r.StatusCode != c.status || !strings.Contains(string(got), c.want) {
			t.Errorf("%s %s %.40q: %d %q, %v; want %d %q", c.method, c.path, c.body, r.StatusCode, got, err, c.status, c.want)
		}
	}
}
