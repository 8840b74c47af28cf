package serve

import (
	"errors"
	"fmt"
	"net/http"
)

// completionRequest is that of /v1/completions.
type completionRequest struct {
	asked
	Prompt    oneOrMore `json:"prompt"`
	MaxTokens *int      `json:"max_tokens"`
	Echo      bool      `json:"echo"`
	Suffix    string    `json:"suffix"`
	Logprobs  *int      `json:"logprobs"`
}

// completion is an answer, or a part of it that is streamed.
type completion struct {
	ID      string             `json:"id"`
	Object  string             `json:"object"`
	Created int64              `json:"created"`
	Model   string             `json:"model"`
	Choices []completionChoice `json:"choices"`
	Usage   *usage             `json:"usage,omitempty"`
}

type completionChoice struct {
	Text         string     `json:"text"`
	Index        int        `json:"index"`
	Logprobs     *textProbs `json:"logprobs"`
	FinishReason *string    `json:"finish_reason"`
}

type usage struct {
	Prompt     int `json:"prompt_tokens"`
	Completion int `json:"completion_tokens"`
	Total      int `json:"total_tokens"`
	Details    struct {
		Cached int `json:"cached_tokens"`
	} `json:"prompt_tokens_details"`
}

func newUsage(prompt, added, reused int) *usage {
	u := &usage{Prompt: prompt, Completion: added, Total: prompt + added}
	u.Details.Cached = reused
	return u
}

// defaultMost is how many tokens are added where a request does not say.
const defaultMost = 256

// request makes a scheduler's request, or says what is wrong.
func (q *completionRequest) request(x *Server) (r Request, err error) {
	switch {
	case len(q.Prompt) != 1:
		return r, fmt.Errorf("there are %d prompts; give one", len(q.Prompt))
	case q.Suffix != "" && q.Echo:
		return r, errors.New("suffix and echo do not go together")
	case q.MaxTokens != nil && *q.MaxTokens < 0:
		return r, fmt.Errorf("max_tokens is %d", *q.MaxTokens)
	}
	tokens := x.Vocabulary.Encode(q.Prompt[0], true)
	if q.Suffix != "" {
		var ok bool
		if tokens, ok = x.Vocabulary.FillIn(q.Prompt[0], q.Suffix); !ok {
			return r, errors.New("the model has no tokens to fill in with, which suffix wants")
		}
	}
	r = Request{Tokens: tokens, Most: defaultMost, Stop: q.Stop, Logprobs: -1}
	if q.Echo {
		r.Echo = q.Prompt[0]
	}
	if q.Logprobs != nil {
		r.Logprobs = *q.Logprobs
		if err := checkTop(r.Logprobs); err != nil {
			return r, err
		}
	}
	if q.MaxTokens != nil {
		r.Most = *q.MaxTokens
	}
	if r.Grammar, err = x.grammar(&q.asked); err != nil {
		return r, err
	}
	if r.Options, err = q.options(x.Now()); err == nil && len(r.Tokens) == 0 {
		err = fmt.Errorf("the prompt is empty")
	}
	return r, err
}

func (x *Server) completions(w http.ResponseWriter, r *http.Request) {
	var q completionRequest
	if !x.read(w, r, &q) {
		return
	}
	request, err := q.request(x)
	if err != nil {
		fail(w, http.StatusBadRequest, "invalid_request_error", err.Error())
		return
	}
	parts, ok := x.submit(w, r, request, q.answers())
	if !ok {
		return
	}
	c := completion{ID: "cmpl-" + x.ids(), Object: "text_completion", Created: x.Now().Unix(), Model: x.Name}
	if q.Stream {
		x.streamCompletion(newStream(w), c, parts, &q, len(request.Tokens))
		return
	}
	answers, tokens, err := gather(parts, q.answers())
	if err != nil {
		fail(w, statusOf(err), "server_error", err.Error())
		return
	}
	for i, a := range answers {
		at := 0
		c.Choices = append(c.Choices, completionChoice{Text: a.text, Index: i, Logprobs: x.completionProbs(a.probs, q.Logprobs != nil, &at), FinishReason: &a.end})
	}
	c.Usage = newUsage(len(request.Tokens), tokens, answers[0].reused)
	answer(w, &c)
}

// streamCompletion sends each part as it comes.
func (x *Server) streamCompletion(s *stream, c completion, parts <-chan part, q *completionRequest, prompt int) {
	at, tokens, reused := make([]int, q.answers()), 0, 0
	for p := range parts {
		if p.Err != nil {
			s.fail(p.Err)
			return
		}
		choice := completionChoice{Text: p.Text, Index: p.index, Logprobs: x.completionProbs(p.Logprobs, q.Logprobs != nil, &at[p.index])}
		if p.End != "" {
			choice.FinishReason = &p.End
			tokens += p.Tokens
			reused = max(reused, p.Reused)
		}
		c.Choices = []completionChoice{choice}
		s.send(&c)
	}
	if q.StreamOptions != nil && q.StreamOptions.IncludeUsage {
		c.Choices, c.Usage = []completionChoice{}, newUsage(prompt, tokens, reused)
		s.send(&c)
	}
	s.done()
}
