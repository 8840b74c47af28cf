package serve

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"sync"
	"unicode/utf8"

	"pxos/llm/sample"
)

// part is an event of one of a request's answers.
type part struct {
	Event
	index int
}

// submit asks the scheduler for n answers, which differ by their seeds, and answers the
// client where that fails. The answers' parts come as they are made.
func (x *Server) submit(w http.ResponseWriter, r *http.Request, q Request, n int) (<-chan part, bool) {
	ctx, cancel := context.WithCancel(r.Context())
	out := make(chan part)
	var all sync.WaitGroup
	for i := range n {
		each := q
		each.Options.Seed += uint64(i)
		events, err := x.Scheduler.Submit(ctx, each)
		if err != nil {
			cancel() // those that were taken
			go func() {
				for range out {
				}
			}()
			go finish(&all, out, cancel)
			refuse(w, err)
			return nil, false
		}
		all.Go(func() {
			for e := range events {
				select {
				case out <- part{e, i}:
				case <-r.Context().Done(): // nobody reads any more
				}
			}
		})
	}
	go finish(&all, out, cancel)
	return out, true
}

func finish(all *sync.WaitGroup, out chan part, cancel context.CancelFunc) {
	all.Wait()
	close(out)
	cancel()
}

func refuse(w http.ResponseWriter, err error) {
	if errors.Is(err, ErrBusy) {
		w.Header().Set("Retry-After", "1")
	}
	fail(w, statusOf(err), "invalid_request_error", err.Error())
}

// gathered is a whole answer.
type gathered struct {
	text  string
	probs []sample.Logprob
	end   string
	// reused are tokens of the prompt that were computed before.
	reused int
}

// gather collects n answers.
func gather(parts <-chan part, n int) (answers []gathered, tokens int, err error) {
	answers = make([]gathered, n)
	for p := range parts {
		if p.Err != nil {
			err = errors.Join(err, p.Err)
		}
		a := &answers[p.index]
		a.text += p.Text
		a.probs = append(a.probs, p.Logprobs...)
		if p.End != "" {
			a.end, a.reused = p.End, p.Reused
			tokens += p.Tokens
		}
	}
	return answers, tokens, err
}

// tokenProbs are log-probabilities as OpenAI's chats have them.
type tokenProbs struct {
	Content []tokenProb `json:"content"`
}

type tokenProb struct {
	Token   string       `json:"token"`
	Logprob float64      `json:"logprob"`
	Bytes   []int        `json:"bytes"`
	Top     *[]tokenProb `json:"top_logprobs,omitempty"` // of a token that was chosen
}

// chatProbs writes log-probabilities, nil where none were wanted.
func (x *Server) chatProbs(list []sample.Logprob, wanted bool) *tokenProbs {
	if !wanted {
		return nil
	}
	out := &tokenProbs{Content: []tokenProb{}}
	for _, p := range list {
		one, top := x.tokenProb(p), []tokenProb{}
		for _, t := range p.Top {
			top = append(top, x.tokenProb(t))
		}
		one.Top = &top
		out.Content = append(out.Content, one)
	}
	return out
}

func (x *Server) tokenProb(p sample.Logprob) tokenProb {
	raw := x.Vocabulary.Bytes(p.Token)
	out := tokenProb{Token: string(raw), Logprob: p.Logprob, Bytes: []int{}}
	for _, b := range raw {
		out.Bytes = append(out.Bytes, int(b))
	}
	return out
}

// textProbs are log-probabilities as OpenAI's completions have them.
type textProbs struct {
	Tokens  []string             `json:"tokens"`
	Probs   []*float64           `json:"token_logprobs"` // null of the first token of a text
	Top     []map[string]float64 `json:"top_logprobs"`
	Offsets []int                `json:"text_offset"`
}

// completionProbs writes log-probabilities; at is where the first token's text begins in the
// answer.
func (x *Server) completionProbs(list []sample.Logprob, wanted bool, at *int) *textProbs {
	if !wanted {
		return nil
	}
	out := &textProbs{Tokens: []string{}, Probs: []*float64{}, Top: []map[string]float64{}, Offsets: []int{}}
	for _, p := range list {
		raw, top := x.Vocabulary.Bytes(p.Token), map[string]float64{}
		for _, t := range p.Top {
			top[tokenText(x.Vocabulary.Bytes(t.Token))] = t.Logprob
		}
		one := &p.Logprob
		if math.IsNaN(p.Logprob) {
			one, top = nil, nil
		}
		out.Tokens, out.Probs, out.Top, out.Offsets = append(out.Tokens, tokenText(raw)), append(out.Probs, one), append(out.Top, top), append(out.Offsets, *at)
		*at += len(raw)
	}
	return out
}

// tokenText is a token's text; bytes that are no text are shown as OpenAI shows them.
func tokenText(raw []byte) string {
	if utf8.Valid(raw) {
		return string(raw)
	}
	out := "bytes:"
	for _, b := range raw {
		out += fmt.Sprintf("\\x%02x", b)
	}
	return out
}
