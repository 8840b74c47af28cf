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
	keys, values [][]float32  // by layer: a row for each token
	frequencies  [2][]float64 // as token.turns
	cache        Cache        // of a Backend, in place of keys and values
	err          error        // that it has none
}

// ErrContext is a text that is longer than its context.
var ErrContext = errors.New("the context is full")

// NewSequence begins a text of at most so many tokens. Bytes says what it takes.
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
	for range e.m.Layers {
		s.keys = append(s.keys, make([]float32, context*e.m.KV*e.m.HeadKey))
		s.values = append(s.values, make([]float32, context*e.m.KV*e.m.HeadValue))
	}
	return s
}

// Bytes is the memory of a sequence of so many tokens.
func (c *Config) Bytes(context int) int64 {
	return 4 * int64(context) * int64(c.Layers) * int64(c.KV) * int64(c.HeadKey+c.HeadValue)
}

// Len is how many tokens there are.
func (s *Sequence) Len() int { return s.len }

// Cut forgets the tokens from n on, so that a text can go on otherwise.
func (s *Sequence) Cut(n int) { s.len = min(s.len, max(0, n)) }

// Feed takes tokens and gives the logits of the one after the last.
func (s *Sequence) Feed(tokens []int) ([]float32, error) {
	logits, err := s.e.Feed([]Span{{Sequence: s, Tokens: tokens}})
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

// Close frees what a Backend keeps for the sequence, which must not be used any more. Without
// one there is nothing to free.
func (s *Sequence) Close() error {
	if s.cache == nil {
		return nil
	}
	return s.cache.Close()
}

// Local is 1 for a layer that turns by LocalBase, else 0: its index into Step.Turns.
func (c *Config) Local(layer int) int {
	if c.LocalBase > 0 && c.WindowOf(layer) > 0 {
		return 1
	}
	return 0
}
