package serve

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pxos/llm/gguf"
	"pxos/llm/kernel"
	"pxos/llm/model"
	"pxos/llm/quant"
	"pxos/llm/token"
)

// smallest serves a model of one layer, whose context of 12 tokens bounds what an input takes.
func smallest(f testing.TB) *Server {
	f.Helper()
	const template = "{% for m in messages %}{{ m.role[0] }}{{ m.content }}{% endfor %}{{ tools[0].function.name if tools }}>"
	file, err := model.RandomFile(model.Shape{Architecture: "llama", Layers: 1, Width: 32, FeedForward: 32, Heads: 2, KV: 1, Head: 16, Vocabulary: 256, Context: 12, Tied: true,
		Extra: append(token.ByteVocabulary(), gguf.Pair{Key: "tokenizer.chat_template", Value: template})}, quant.Q8_0, 1)
	if err != nil {
		f.Fatal(err)
	}
	m, err := model.Load(file)
	if err != nil {
		f.Fatal(err)
	}
	v, err := token.Read(file)
	if err != nil {
		f.Fatal(err)
	}
	e := model.NewEngine(m, 1, kernel.CacheF16)
	s := New(e, v, Options{Slots: 2, Waiting: maxAnswers, Context: 12})
	x := NewServer(s, v, "tiny", "", func() time.Time { return time.Unix(1, 0) }, func() string { return "1" })
	f.Cleanup(func() { x.Close(); s.Close(); e.Close() })
	return x
}

// fuzzBody takes any bytes for the body of a request: the answer is JSON, or events of JSON,
// and what is wrong is said to be the client's doing.
func fuzzBody(f *testing.F, path string, seeds ...string) {
	x := smallest(f)
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		w := httptest.NewRecorder()
		x.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, bytes.NewReader(body)))
		if w.Code < 200 || w.Code >= 500 || w.Code >= 300 && w.Code < 400 {
			t.Fatalf("the status is %d: %s", w.Code, w.Body)
		}
		if w.Header().Get("Content-Type") != "text/event-stream" {
			checkAnswer(t, w.Code, w.Body.Bytes())
			return
		}
		checkEvents(t, w.Body.String())
	})
}

// checkAnswer looks at an answer that is whole.
func checkAnswer(t *testing.T, status int, text []byte) {
	t.Helper()
	var said map[string]any
	if err := json.Unmarshal(text, &said); err != nil {
		t.Fatalf("%d %q: %v", status, text, err)
	}
	if _, wrong := said["error"]; wrong != (status >= 400) {
		t.Errorf("%d with %s", status, text)
	}
}

// checkEvents looks at a stream: events of JSON, of which none is an error, and a mark last.
func checkEvents(t *testing.T, text string) {
	t.Helper()
	rest, whole := strings.CutSuffix(text, "data: [DONE]\n\n")
	if !whole {
		t.Fatalf("a stream ends with %q", text)
	}
	for event := range strings.SplitSeq(strings.TrimSuffix(rest, "\n\n"), "\n\n") {
		said, ok := strings.CutPrefix(event, "data: ")
		var values map[string]any
		if err := json.Unmarshal([]byte(said), &values); err != nil || !ok {
			t.Fatalf("an event is %q: %v", event, err)
		}
		if values["error"] != nil {
			t.Errorf("an event is %s", said)
		}
	}
}

// options are members of requests for text, as seeds.
var options = []string{
	`"max_tokens":2,"temperature":0,"top_p":0.5,"top_k":3,"min_p":0.1,"seed":-1`, `"max_tokens":3,"stream":true,"stream_options":{"include_usage":true},"n":2`,
	`"stop":["a","bc"],"presence_penalty":1,"frequency_penalty":-1,"repetition_penalty":1.5`, `"logit_bias":{"65":100,"66":-100},"max_tokens":1`,
	`"response_format":{"type":"json_object"},"max_tokens":4`, `"response_format":{"type":"json_schema","json_schema":{"schema":{"enum":[1,"a"]}}}`,
	`"grammar":"root ::= \"a\" | [0-9]+"`, `"grammar":"root ::="`, `"logit_bias":{"1":1e308,"2":-1e308},"temperature":1000`,
}

func FuzzCompletionBody(f *testing.F) {
	seeds := []string{`{"prompt":["a"],"logprobs":2,"max_tokens":2}`, `{"prompt":"a","echo":true}`, `{"prompt":""}`, `[]`}
	for _, o := range options {
		seeds = append(seeds, `{"prompt":"a",`+o+`}`)
	}
	fuzzBody(f, "/v1/completions", seeds...)
}

func FuzzChatBody(f *testing.F) {
	const says = `{"messages":[{"role":"user","content":"a"}],`
	const tools = `"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"a":{"type":"integer"}}}}}]`
	seeds := []string{says + `"logprobs":true,"top_logprobs":2,"max_completion_tokens":2}`, says + tools + `,"tool_choice":"required"}`,
		says + tools + `,"tool_choice":{"type":"function","function":{"name":"f"}},"stream":true}`, says + tools + `,"tool_choice":"none"}`,
		`{"messages":[{"role":"user","content":[{"type":"text","text":"a"}]},{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"1","content":"2"}]}`}
	for _, o := range options {
		seeds = append(seeds, says+o+`}`)
	}
	fuzzBody(f, "/v1/chat/completions", seeds...)
}

func FuzzEmbeddingBody(f *testing.F) {
	fuzzBody(f, "/v1/embeddings", `{"input":"a"}`, `{"input":["a","bc"],"encoding_format":"base64"}`, `{"input":[1,2]}`, `{"input":[[1],[2,3]],"encoding_format":"float"}`,
		`{"input":[]}`, `{"input":"a","dimensions":3}`, `{"input":[256]}`, `{"input":null}`)
}
