package serve

import (
	"fmt"
	"net/http"
	"strings"
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
	Text         string  `json:"text"`
	Index        int     `json:"index"`
	Logprobs     any     `json:"logprobs"`
	FinishReason *string `json:"finish_reason"`
}

type usage struct {
	Prompt     int `json:"prompt_tokens"`
	Completion int `json:"completion_tokens"`
	Total      int `json:"total_tokens"`
}

// defaultMost is how many tokens are added where a request does not say.
const defaultMost = 256

// request makes a scheduler's request, or says what is wrong.
func (q *completionRequest) request(x *Server) (r Request, err error) {
	switch {
	case len(q.Prompt) != 1:
		return r, fmt.Errorf("there are %d prompts; give one", len(q.Prompt))
	case q.Suffix != "" || q.Logprobs != nil || q.Echo:
		return r, fmt.Errorf("suffix, logprobs and echo are not there")
	case q.MaxTokens != nil && *q.MaxTokens < 0:
		return r, fmt.Errorf("max_tokens is %d", *q.MaxTokens)
	}
	r = Request{Tokens: x.Vocabulary.Encode(q.Prompt[0], true), Most: defaultMost, Stop: q.Stop}
	if q.MaxTokens != nil {
		r.Most = *q.MaxTokens
	}
	if r.Options, err = q.options(x.Now()); err == nil && len(r.Tokens) == 0 {
		err = fmt.Errorf("the prompt is empty")
	}
	return r, err
}

func (x *Server) completions(w http.ResponseWriter, r *http.Request) {
	var q completionRequest
	if !read(w, r, &q) {
		return
	}
	request, err := q.request(x)
	if err != nil {
		fail(w, http.StatusBadRequest, "invalid_request_error", err.Error())
		return
	}
	events, ok := x.submit(w, r, request)
	if !ok {
		return
	}
	c := completion{ID: "cmpl-" + x.ids(), Object: "text_completion", Created: x.Now().Unix(), Model: x.Name}
	if q.Stream {
		c.stream(newStream(w), events, len(request.Tokens), q.StreamOptions != nil && q.StreamOptions.IncludeUsage)
		return
	}
	var text strings.Builder
	for e := range events {
		if e.Err != nil {
			fail(w, statusOf(e.Err), "server_error", e.Err.Error())
			return
		}
		text.WriteString(e.Text)
		if e.End != "" {
			c.Choices = []completionChoice{{Text: text.String(), FinishReason: &e.End}}
			c.Usage = &usage{len(request.Tokens), e.Tokens, len(request.Tokens) + e.Tokens}
		}
	}
	answer(w, &c)
}

// stream sends each part as it comes.
func (c completion) stream(s *stream, events <-chan Event, prompt int, withUsage bool) {
	for e := range events {
		if e.Err != nil {
			s.fail(e.Err)
			return
		}
		choice := completionChoice{Text: e.Text}
		if e.End != "" {
			choice.FinishReason = &e.End
		}
		c.Choices = []completionChoice{choice}
		s.send(&c)
		if e.End != "" && withUsage {
			c.Choices, c.Usage = []completionChoice{}, &usage{prompt, e.Tokens, prompt + e.Tokens}
			s.send(&c)
		}
	}
	s.done()
}
