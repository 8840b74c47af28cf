package model

import (
	"errors"
	"math"
)

// Sequence is a text on its way: the keys and values of its tokens. It is for one goroutine
// at a time.
type Sequence struct {
	e            *Engine
	context, len int
	pages        []*page      // of its keys and values
	frequencies  [2][]float64 // as token.turns
	cache        Cache        // of a Backend, in place of pages
	err          error        // that it has none
}

// ErrContext is a text that is longer than its context.
var ErrContext = errors.New("the context is full")

// NewSequence begins a text of at most so many tokens. It takes memory as it grows: Bytes says
// how much.
func (e *Engine) NewSequence(context int) *Sequence {
	s := &Sequence{e: e, context: context}
	s.frequencies[0] = e.m.frequencies(e.m.RoPE.Base, true, context)
	if e.m.LocalBase > 0 {
		s.frequencies[1] = e.m.frequencies(e.m.LocalBase, false, context)
	}
	if e.backend != nil {
		s.cache, s.err = e.backend.NewCache(context)
		return s
	}
	return s
}

// Len is how many tokens there are.
func (s *Sequence) Len() int { return s.len }

// Feed takes tokens and gives the logits of the one after the last.
func (s *Sequence) Feed(tokens []int) ([]float32, error) {
	return s.FeedSpan(Span{Sequence: s, Tokens: tokens})
}

// FeedSpan is Feed of a span of the sequence.
func (s *Sequence) FeedSpan(p Span) ([]float32, error) {
	logits, err := s.e.Feed([]Span{p})
	if err != nil {
		return nil, err
	}
	return logits[0], nil
}

// Turn is by how much a pair turns.
type Turn struct{ Cos, Sin float32 }

// turns are those of all pairs at a place.
func (r *RoPE) turns(frequencies []float64, place int) []Turn {
	out := make([]Turn, len(frequencies))
	for i, f := range frequencies {
		sin, cos := math.Sincos(float64(place) * f)
		out[i] = Turn{float32(cos * r.AttentionScale), float32(sin * r.AttentionScale)}
	}
	return out
}

// Local is 1 for a layer that turns by LocalBase, else 0: its index into Step.Turns.
func (c *Config) Local(layer int) int {
	if c.LocalBase > 0 && c.WindowOf(layer) > 0 {
		return 1
	}
	return 0
}
