// Package generate has a model go on from a prompt, token by token.
//
// It may import llm/model, llm/sample and llm/token. Invariant: what is passed on is whole
// runes; clocks are passed in.
package generate

import (
	"context"
	"fmt"
	"time"

	"pxos/llm/model"
	"pxos/llm/sample"
	"pxos/llm/token"
)

// Options say how to go on.
type Options struct {
	Tokens int // the most to add
	Sample sample.Options
	Ahead  int // guesses at once, by look-up; 0 for none
	Now    func() time.Time
}

// Stats are what there was.
type Stats struct {
	Prompt  int // tokens
	IDs     []int
	Prefill time.Duration // of the prompt
	Decode  time.Duration // of the rest
	Used    int           // tokens of the context
	// Guessed are tokens that were guessed, and Taken those of them that were chosen.
	Guessed, Taken int
}

func (s Stats) String() string {
	rate := func(n int, d time.Duration) float64 { return float64(n) / max(d.Seconds(), 1e-9) }
	text := fmt.Sprintf("prompt: %d tokens, %.1f tokens/s; answer: %d tokens, %.1f tokens/s", s.Prompt, rate(s.Prompt, s.Prefill), len(s.IDs), rate(len(s.IDs), s.Decode))
	if s.Guessed > 0 {
		text += fmt.Sprintf("; %d of %d guesses taken", s.Taken, s.Guessed)
	}
	return text
}

// Continue feeds the prompt to a sequence and passes on what the model adds, until it ends
// the text, there were enough tokens, the context of so many is full, or ctx is done.
func Continue(ctx context.Context, s *model.Sequence, v *token.Vocabulary, prompt []int, length int, o Options, emit func(text string) error) (stats Stats, err error) {
	sampler, decoder, ahead := sample.New(o.Sample), v.NewDecoder(), &Ahead{Most: o.Ahead}
	saw := func(t int) {
		sampler.Saw(t)
		ahead.Saw(t)
	}
	for _, t := range prompt {
		saw(t)
	}
	start := o.Now()
	logits, err := s.Feed(prompt)
	if err != nil {
		return stats, err
	}
	stats.Prompt, stats.Prefill = len(prompt), o.Now().Sub(start)
	start = o.Now()
	defer func() {
		ahead.Drop(s)
		stats.Decode, stats.Used, stats.Guessed, stats.Taken = o.Now().Sub(start), s.Len(), ahead.Guessed, ahead.Taken
	}()
	for len(stats.IDs) < o.Tokens && s.Len()-ahead.Left() < length && ctx.Err() == nil {
		next := sampler.Next(logits, nil)
		if next < 0 {
			return stats, fmt.Errorf("the model gives no number: its weights or its context are bad: %w", model.ErrWeights)
		}
		if v.Ends(next) {
			break
		}
		saw(next)
		stats.IDs = append(stats.IDs, next)
		if err := emit(decoder.Next(next)); err != nil {
			return stats, err
		}
		if logits, err = after(s, ahead, next, min(length-s.Len()+ahead.Left()-1, o.Tokens-len(stats.IDs))); err != nil {
			return stats, err
		}
	}
	return stats, emit(decoder.Rest())
}

// after gives the logits after a token; there is room for so many guesses.
func after(s *model.Sequence, ahead *Ahead, next, room int) ([]float32, error) {
	if logits, ok := ahead.Known(next); ok {
		return logits, nil
	}
	logits, err := s.FeedSpan(ahead.Span(s, next, room))
	return ahead.Logits(logits), err
}
