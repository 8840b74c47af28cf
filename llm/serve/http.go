package serve

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"time"

	"pxos/llm/chat"
	"pxos/llm/model"
	"pxos/llm/sample"
	"pxos/llm/token"
)

// Server answers HTTP by a scheduler.
type Server struct {
	Scheduler  *Scheduler
	Vocabulary *token.Vocabulary
	Name       string // of the model
	Now        func() time.Time
	Key        string        // that clients must send, "" for none
	Patience   time.Duration // with a request's body
	ids        func() string
	mux        *http.ServeMux
	templates  chat.Renderer
	grammars   grammars
	kept       kept
}

// maxBody bounds a request.
const maxBody = 16 << 20

// NewServer makes a server; Close it. ids gives each answer its name. The program must begin
// with chat.Child.
func NewServer(s *Scheduler, v *token.Vocabulary, name, key string, now func() time.Time, ids func() string) *Server {
	x := &Server{Scheduler: s, Vocabulary: v, Name: name, Key: key, Now: now, Patience: time.Minute, ids: ids, mux: http.NewServeMux()}
	x.mux.HandleFunc("GET /health", x.health)
	x.mux.HandleFunc("GET /metrics", x.metrics)
	x.mux.HandleFunc("GET /v1/models", x.models)
	x.mux.HandleFunc("POST /v1/completions", x.completions)
	x.mux.HandleFunc("POST /v1/chat/completions", x.chatCompletions)
	x.mux.HandleFunc("POST /v1/responses", x.responses)
	x.mux.HandleFunc("GET /v1/responses/{id}", x.response)
	x.mux.HandleFunc("DELETE /v1/responses/{id}", x.response)
	x.mux.HandleFunc("POST /v1/embeddings", x.embeddings)
	x.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fail(w, http.StatusNotFound, "invalid_request_error", "there is no "+r.Method+" "+r.URL.Path+"; there are /v1/models, /v1/completions, /v1/chat/completions, /v1/responses, /v1/embeddings, /health and /metrics")
	})
	return x
}

// Close ends what the server started.
func (x *Server) Close() { x.templates.Close() }

// ServeHTTP answers a request.
func (x *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if x.Key != "" && r.Header.Get("Authorization") != "Bearer "+x.Key && r.URL.Path != "/health" {
		fail(w, http.StatusUnauthorized, "invalid_request_error", "the API key is missing or wrong")
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	x.mux.ServeHTTP(w, r)
}

// problem is an error as OpenAI's clients read it.
type problem struct {
	Error struct {
		Message string  `json:"message"`
		Type    string  `json:"type"`
		Param   *string `json:"param"`
		Code    *string `json:"code"`
	} `json:"error"`
}

func fail(w http.ResponseWriter, status int, kind, message string) {
	var p problem
	p.Error.Message, p.Error.Type = message, kind
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(&p) // who has gone needs no answer
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func (x *Server) health(w http.ResponseWriter, _ *http.Request) {
	answer(w, map[string]string{"status": "ok", "model": x.Name})
}

// metrics are counters in Prometheus' text format.
func (x *Server) metrics(w http.ResponseWriter, _ *http.Request) {
	s := x.Scheduler.Stats()
	w.Header().Set("Content-Type", "text/plain; version=0.0.4")
	for _, m := range []struct {
		name, kind, help string
		value            int64
	}{
		{"pxllm_requests_total", "counter", "requests that were taken", s.Requests},
		{"pxllm_refused_total", "counter", "requests that were told to come again", s.Refused},
		{"pxllm_cancelled_total", "counter", "requests whose client went", s.Cancelled},
		{"pxllm_prompt_tokens_total", "counter", "tokens of prompts", s.Prompt},
		{"pxllm_reused_tokens_total", "counter", "tokens of prompts that were computed before", s.Reused},
		{"pxllm_generated_tokens_total", "counter", "tokens that were added", s.Generated},
		{"pxllm_running", "gauge", "texts that are computed", int64(s.Running)},
		{"pxllm_waiting", "gauge", "texts that wait", int64(s.Waiting)},
	} {
		fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s %s\n%s %d\n", m.name, m.help, m.name, m.kind, m.name, m.value)
	}
}

func (x *Server) models(w http.ResponseWriter, _ *http.Request) {
	answer(w, map[string]any{"object": "list", "data": []any{map[string]any{"id": x.Name, "object": "model", "created": x.Now().Unix(), "owned_by": "pxos"}}})
}

// asked are the options that all requests for text have; what is not there is nil.
type asked struct {
	Model            string         `json:"model"`
	Temperature      *float64       `json:"temperature"`
	TopP             *float64       `json:"top_p"`
	TopK             int            `json:"top_k"` // of ours
	MinP             float64        `json:"min_p"` // of ours
	Seed             *int64         `json:"seed"`
	Stop             oneOrMore      `json:"stop"`
	Stream           bool           `json:"stream"`
	StreamOptions    *streamOptions `json:"stream_options"`
	N                *int           `json:"n"`
	PresencePenalty  float64        `json:"presence_penalty"`
	FrequencyPenalty float64        `json:"frequency_penalty"`
	Repetition       float64        `json:"repetition_penalty"` // of ours
	LogitBias        map[string]any `json:"logit_bias"`
	ResponseFormat   *format        `json:"response_format"`
	Grammar          string         `json:"grammar"` // of ours: GBNF
}

type streamOptions struct {
	IncludeUsage bool `json:"include_usage"`
}

// oneOrMore is a text or a list of texts.
type oneOrMore []string

// UnmarshalJSON reads either.
func (o *oneOrMore) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*o = oneOrMore{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(o))
}

// maxStops bounds the stops of a request, as OpenAI does.
const maxStops = 4

// options are those of the sampler.
func (a *asked) options(now time.Time) (o sample.Options, err error) {
	o = sample.Options{Temperature: 1, TopK: a.TopK, MinP: a.MinP, Repetition: a.Repetition, Presence: a.PresencePenalty, Frequency: a.FrequencyPenalty, Seed: uint64(now.UnixNano())}
	if a.Temperature != nil {
		o.Temperature = *a.Temperature
	}
	if a.TopP != nil {
		o.TopP = *a.TopP
	}
	if a.Seed != nil {
		o.Seed = uint64(*a.Seed)
	}
	for key, v := range a.LogitBias {
		id, err := strconv.Atoi(key)
		bias, ok := v.(float64)
		if err != nil || !ok {
			return o, fmt.Errorf("logit_bias has %q: %v; it has the numbers of tokens and what is added to their logits", key, v)
		}
		if o.Bias == nil {
			o.Bias = map[int]float64{}
		}
		o.Bias[id] = bias
	}
	if len(a.Stop) > maxStops {
		return o, fmt.Errorf("stop has %d texts, %d are the most", len(a.Stop), maxStops)
	}
	if n := a.answers(); n < 1 || n > maxAnswers {
		return o, fmt.Errorf("n is %d, it must be from 1 to %d", n, maxAnswers)
	}
	return o, o.Check()
}

// maxAnswers bounds the answers of a request, each of which waits for a slot.
const maxAnswers = 16

func (a *asked) answers() int {
	if a.N == nil {
		return 1
	}
	return *a.N
}

// maxTop bounds the tokens whose log-probabilities are told beside the chosen one's.
const maxTop = 20

func checkTop(n int) error {
	if n < 0 || n > maxTop {
		return fmt.Errorf("log-probabilities of %d tokens are asked for, it must be from 0 to %d", n, maxTop)
	}
	return nil
}

// statusOf is what an error of Submit is by HTTP.
func statusOf(err error) int {
	switch {
	case errors.Is(err, ErrBusy):
		return http.StatusTooManyRequests
	case errors.Is(err, ErrClosed):
		return http.StatusServiceUnavailable
	case errors.Is(err, model.ErrContext):
		return http.StatusBadRequest
	}
	return http.StatusInternalServerError
}

// read takes a request's body, as long as that takes no longer than it may.
func (x *Server) read(w http.ResponseWriter, r *http.Request, v any) bool {
	c := http.NewResponseController(w)
	limited := c.SetReadDeadline(x.Now().Add(x.Patience)) == nil // a recorder has none
	err := json.NewDecoder(r.Body).Decode(v)
	if limited && err == nil {
		err = c.SetReadDeadline(time.Time{}) // the connection goes on to say whether the client is there
	}
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		fail(w, http.StatusRequestEntityTooLarge, "invalid_request_error", fmt.Sprintf("the request has more than %d bytes", maxBody))
	case errors.Is(err, os.ErrDeadlineExceeded):
		fail(w, http.StatusRequestTimeout, "invalid_request_error", fmt.Sprintf("the request was not there after %v", x.Patience))
	case err != nil:
		fail(w, http.StatusBadRequest, "invalid_request_error", "the request is no JSON that is understood: "+err.Error())
	}
	return err == nil
}
