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
	Now    func() time.Time
}

// Stats are what there was.
type Stats struct {
	Prompt  int // tokens
	IDs     []int
	Prefill time.Duration // of the prompt
	Decode  time.Duration // of the rest
	Used    int           // tokens of the context
}

func (s Stats) String() string {
	rate := func(n int, d time.Duration) float64 { return float64(n) / max(d.Seconds(), 1e-9) }
	return fmt.Sprintf("prompt: %d tokens, %.1f tokens/s; answer: %d tokens, %.1f tokens/s", s.Prompt, rate(s.Prompt, s.Prefill), len(s.IDs), rate(len(s.IDs), s.Decode))
}

// Continue feeds the prompt to a sequence and passes on what the model adds, until it ends
// the text, there were enough tokens, the context of so many is full, or ctx is done.
func Continue(ctx context.Context, s *model.Sequence, v *token.Vocabulary, prompt []int, length int, o Options, emit func(text string) error) (stats Stats, err error) {
	sampler, decoder := sample.New(o.Sample), v.NewDecoder()
	for _, t := range prompt {
		sampler.Saw(t)
	}
	start := o.Now()
	logits, err := s.Feed(prompt)
	if err != nil {
		return stats, err
	}
	stats.Prompt, stats.Prefill = len(prompt), o.Now().Sub(start)
	start = o.Now()
	defer func() { stats.Decode, stats.Used = o.Now().Sub(start), s.Len() }()
	for len(stats.IDs) < o.Tokens && s.Len() < length && ctx.Err() == nil {
		next := sampler.Next(logits, nil)
		if next < 0 {
			return stats, fmt.Errorf("the model gives no number: its weights or its context are bad: %w", model.ErrWeights)
		}
		if v.Ends(next) {
			break
		}
		sampler.Saw(next)
		stats.IDs = append(stats.IDs, next)
		if err := emit(decoder.Next(next)); err != nil {
			return stats, err
		}
		if logits, err = s.Feed([]int{next}); err != nil {
			return stats, err
		}
	}
	return stats, emit(decoder.Rest())
}
